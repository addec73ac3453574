//! Texts that break the rules of their format: where, and what is wrong, in French.

use crate::encode::html::french::count;
use crate::model::{Finding, Severity};

/// What is said of such a file: its place (line and character from 1, character 0 where only the
/// line is known), the feature's rank, and the reader's words.
pub(in crate::ingest) fn of(
    name: &str,
    (line, column): (u64, u64),
    feature: Option<u64>,
    words: &str,
) -> Finding {
    let (wrong, advice) = said(words);
    let mut place = format!("ligne {}", count(line as i64));
    if column > 0 {
        place.push_str(&format!(", caractère {}", count(column as i64)));
    }
    if let Some(rank) = feature {
        place.push_str(&format!(", objet n° {}", count(rank as i64)));
    }
    let message = format!("{name} est mal formé ({place}) : {wrong}.");
    let finding = Finding::new(Severity::Error, "damaged", message).advising(advice);
    match feature {
        Some(rank) => finding.of(rank.to_string()),
        None => finding,
    }
}

const EDIT: &str =
    "Corrigez le fichier à cet endroit, ou exportez-le de nouveau sans le modifier à la main.";

fn said(words: &str) -> (String, &'static str) {
    if let Some((found, wanted)) = words
        .strip_prefix("values: ")
        .and_then(|counts| counts.split_once(' '))
    {
        return (
            format!("{found} valeurs pour {wanted} colonnes"),
            "Un séparateur se trouve sans doute dans un texte : mettez ce texte entre guillemets, ou exportez de nouveau.",
        );
    }
    if let Some(about) = words.strip_prefix("coordinates: ") {
        return (
            coordinates(about),
            "Redessinez l’objet ou exportez-le de nouveau depuis le logiciel d’origine.",
        );
    }
    if let Some(kind) = words.strip_prefix("type: ") {
        return (
            match kind {
                "" | "null" => "le membre « type » manque".to_owned(),
                kind => format!("« {kind} » n’est pas un type de GeoJSON"),
            },
            "Types : FeatureCollection, Feature, Point, MultiPoint, LineString, MultiLineString, Polygon, MultiPolygon, GeometryCollection.",
        );
    }
    let wrong = match words {
        "trailing comma" => "une virgule de trop précède « ] » ou « } »",
        "expected `,` or `]`" | "expected `,` or `}`" => {
            "une virgule manque, ou « ] » ou « } » n’est pas à sa place"
        }
        "expected value" | "expected ident" | "invalid number" => {
            "il y manque une valeur, ou ce qui s’y trouve n’en est pas une (NaN et Infinity n’existent pas en JSON : écrivez null)"
        }
        _ if words.starts_with("EOF while parsing") => "la fin du document manque",
        "expected `:`" => "deux-points manquent après un nom",
        "key must be a string" => "un nom entre guillemets y est attendu",
        "trailing characters" => "du texte suit la fin du document",
        "invalid escape"
        | "invalid unicode code point"
        | "lone leading surrogate in hex escape" => {
            "une barre oblique inverse n’y est suivie d’aucun code connu"
        }
        "recursion limit exceeded" => "trop de listes s’emboîtent",
        "no features" => "la collection n’a pas de liste « features »",
        _ if words.ends_with("expected a list of features") => "« features » n’est pas une liste",
        _ if words.starts_with("control character") => {
            "un texte contient un retour à la ligne, une tabulation ou un caractère de contrôle (écrivez \\n, \\t)"
        }
        _ => return (format!("message technique : {words}"), EDIT),
    };
    (wrong.to_owned(), EDIT)
}

fn coordinates(about: &str) -> String {
    if let Some(text) = about.strip_prefix("text ") {
        return format!("une coordonnée est le texte « {text} » au lieu d’un nombre");
    }
    if let Some(kind) = about.strip_prefix("depth ") {
        return format!("les coordonnées ne sont pas emboîtées comme le veut {kind}");
    }
    if let Some(kind) = about.strip_prefix("none ") {
        return format!("la géométrie {kind} n’a pas de coordonnées");
    }
    match about {
        "null" => "une coordonnée est vide (null)",
        "one number" => "une position n’a qu’un nombre",
        _ => "des coordonnées de plusieurs profondeurs sont mêlées",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_and_the_fault_are_named() {
        let finding = of("a.geojson", (1203, 5), Some(12), "coordinates: text 1,5");
        assert_eq!(
            finding.message,
            "a.geojson est mal formé (ligne 1\u{202f}203, caractère 5, objet n° 12) : une coordonnée est le \
             texte « 1,5 » au lieu d’un nombre."
        );
        assert_eq!(
            of("a.csv", (7, 0), None, "values: 18 16").message,
            "a.csv est mal formé (ligne 7) : 18 valeurs pour 16 colonnes."
        );
        let other = of("a.json", (1, 2), None, "unheard of").message;
        assert!(
            other.ends_with("message technique : unheard of."),
            "{other}"
        );
    }
}
