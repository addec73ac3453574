//! What a contributor says beside the files, as forms send it.

use crate::ingest::{Encoding, crs};
use crate::model::{Problem, Srid, Wishes, shown};

/// The fields of a form that are no files.
///
/// An input left empty says nothing. `map` may stand several times, or once with a line each.
///
/// # Errors
/// 400 with the field that cannot be understood.
pub fn wishes(fields: &[(String, String)]) -> Result<Wishes, Problem> {
    answered(Wishes::default(), fields)
}

/// What was said before, and what a later form says over it.
///
/// # Errors
/// As [`wishes`].
pub fn answered(before: Wishes, fields: &[(String, String)]) -> Result<Wishes, Problem> {
    let mut wishes = before;
    for (name, value) in fields {
        let value = value.trim();
        if value.is_empty() {
            continue;
        }
        match name.as_str() {
            "to" => wishes.to = Some(value.parse().map_err(|_| unknown("to", value))?),
            "layer" => wishes.layer = Some(value.to_owned()),
            "scope" => wishes.scope = Some(value.to_owned()),
            "crs" => wishes.crs = Some(system(value)?),
            "encoding" => wishes.encoding = Some(encoding(value)?),
            "map" => map(&mut wishes.map, value)?,
            "mapping" => wishes.mapping = Some(mapping(value)?),
            "repair" => wishes.repair = truth("repair", value)?,
            "accept" => wishes.accept = truth("accept", value)?,
            "comment" => wishes.comment = value.chars().take(COMMENT).collect(),
            _ => {
                return Err(Problem::bad(format!(
                    "there is no field « {} »; the fields are to, layer, scope, crs, encoding, \
                     map, mapping, repair, accept, comment, and the files",
                    shown(name)
                )));
            }
        }
    }
    Ok(wishes)
}

/// Longest comment, in characters.
const COMMENT: usize = 2_000;

fn unknown(name: &str, value: &str) -> Problem {
    Problem::bad(format!("{name}={} cannot be understood", shown(value)))
}

fn system(value: &str) -> Result<Srid, Problem> {
    crs::parse(value).map_err(|why| Problem::bad(format!("crs: {why}")))
}

fn encoding(value: &str) -> Result<String, Problem> {
    match Encoding::named(value) {
        Some(_) => Ok(value.to_owned()),
        None => Err(Problem::bad(format!(
            "encoding={} is not known; write utf-8, latin1, cp1252, iso-8859-15, cp850…",
            shown(value)
        ))),
    }
}

fn mapping(value: &str) -> Result<String, Problem> {
    match crate::ingest::mapping::named(value) {
        Ok(_) => Ok(value.to_owned()),
        Err(why) => Err(Problem::bad(format!("mapping: {why}"))),
    }
}

/// `column=field`, one a line.
fn map(pairs: &mut Vec<(String, String)>, value: &str) -> Result<(), Problem> {
    for line in value.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (column, field) = line
            .rsplit_once('=')
            .ok_or_else(|| Problem::bad(format!("map={} is not column=field", shown(line))))?;
        let (column, field) = (column.trim().to_owned(), field.trim().to_owned());
        // The last word on a column counts.
        pairs.retain(|(known, _)| *known != column);
        if !field.is_empty() {
            pairs.push((column, field));
        }
    }
    Ok(())
}

fn truth(name: &str, value: &str) -> Result<bool, Problem> {
    match value {
        "1" | "true" | "on" | "oui" => Ok(true),
        "0" | "false" | "off" | "non" => Ok(false),
        _ => Err(unknown(name, value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[(&str, &str)]) -> Result<Wishes, Problem> {
        wishes(&owned(fields))
    }

    fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        fields.iter().map(pair).collect()
    }

    #[test]
    fn a_form_is_read_strictly_and_what_is_empty_says_nothing() {
        let said = read(&[
            ("to", "parcelles"),
            ("scope", ""),
            ("crs", "epsg:3947"),
            ("map", "NUM_PARC=numero"),
            ("map", "SECTION = section\nx=commune"),
            ("repair", "on"),
            ("comment", " livraison\tde mai "),
        ])
        .expect("wishes");
        assert_eq!(said.to.as_ref().map(|to| to.as_str()), Some("parcelles"));
        assert_eq!((said.scope, said.crs), (None, Some(Srid(3947))));
        let pairs: Vec<String> = said.map.iter().map(|(c, f)| format!("{c}:{f}")).collect();
        assert_eq!(pairs, ["NUM_PARC:numero", "SECTION:section", "x:commune"]);
        assert!(said.repair && !said.accept);
        assert_eq!(said.comment, "livraison\tde mai");
        for wrong in [
            ("to", "Parcelles!"),
            ("crs", "CC99"),
            ("encoding", "klingon"),
            ("crs", "EPSG:-1"),
            ("map", "numero"),
            ("repair", "peut-être"),
            ("couche", "parcelles"),
        ] {
            assert!(
                matches!(read(&[wrong]), Err(Problem::BadRequest(_))),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn an_answer_stands_over_what_was_said_before() {
        let before = read(&[("to", "parcelles"), ("map", "a=idu"), ("map", "b=numero")]);
        let answer = owned(&[
            ("crs", "3947"),
            ("map", "a=numero"),
            ("map", "b="),
            ("accept", "true"),
        ]);
        let now = answered(before.expect("wishes"), &answer).expect("wishes");
        assert_eq!(now.map, [("a".to_owned(), "numero".to_owned())]);
        assert!(now.accept && now.to.is_some() && now.crs.is_some());
    }
}
