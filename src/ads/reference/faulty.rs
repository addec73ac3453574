//! Numbers of files with a part that is wrong: `PC 044 109 022 A0001`.

use std::sync::LazyLock;

use regex::Regex;

use super::fault::Fault;
use super::file::{FIVE, KINDS, NAMES, OTHER};

/// The five parts of a number, apart, whatever their lengths.
static PARTS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:(?:DOSSIER|PERMIS|NUMERO|NO|N) )*(?P<kind>PC ?MI|CU ?[ABO]|[A-Z]{2,4}) ?(?:N |NO )?(?P<dep>[0-9]{2,3}|0?2[AB]) ?(?P<com>[0-9]{1,5}) (?P<year>[0-9]{1,5}) ?(?P<order>[A-Z] ?[0-9]{1,6}|[0-9]{1,7})(?: ?[MT] ?[0-9]{1,2})?$",
    )
    .expect("a valid pattern")
});

/// What is wrong with a number whose parts are all there: the first that is not what it should be.
/// A list of parcels of section PC is none: `near` says whether a département is the reader's.
pub(super) fn parts(text: &str, plain: &str, near: &dyn Fn(&str) -> bool) -> Option<Fault> {
    // Marks of a list part no number.
    if text.contains([',', ';', '\n', '|']) {
        return None;
    }
    let named = NAMES.iter().find_map(|(name, letters)| {
        let rest = plain.strip_prefix(name)?;
        Some(format!("{letters}{rest}"))
    });
    let found = PARTS.captures(named.as_deref().unwrap_or(plain))?;
    let (department, commune) = (&found["dep"], &found["com"]);
    let (year, order) = (&found["year"], found["order"].replace(' ', ""));
    let kind = found["kind"].replace(' ', "");
    let known = KINDS.iter().find(|(known, ..)| *known == kind);
    let known = known.map(|(_, kind, _)| *kind);
    let right = [
        department.len() == 3 && department.starts_with(['0', '9']),
        commune.len() == 3,
        year.len() == 2 || year.len() == 4 && year.starts_with("20"),
        order.len() == 5 && !order[1..].contains(|letter: char| !letter.is_ascii_digit()),
    ];
    let lettered = order.starts_with(|letter: char| letter.is_ascii_uppercase());
    let numbers = [department, commune, year, &order].map(|part| part.parse::<u32>().ok());
    // « PC 12 113 114 115 »: numbers of a list go on growing.
    let grows = numbers.is_sorted() && numbers.iter().all(Option::is_some);
    let close = right.iter().filter(|right| **right).count();
    let clear = if right[0] {
        known.is_some() && lettered || close >= 3
    } else {
        known.is_some()
            && right[1]
            && right[2]
            && (lettered && order.len() > 3 || !lettered && !grows && near(department))
    };
    if !clear || grows {
        return None;
    }
    let Some(kind) = known else {
        return Some(Fault::wrong(kind, OTHER));
    };
    let first = right[1..].iter().position(|right| !right)?;
    Some(match first {
        0 => Fault::wrong(
            commune,
            format!(
                "dans un numéro de dossier la commune a trois chiffres : {kind} 044 109 22 A0001"
            ),
        ),
        1 => Fault::wrong(
            year,
            format!("dans un numéro de dossier l’année a deux chiffres : {kind} 044 109 22 A0001"),
        ),
        _ => Fault::wrong(order, FIVE),
    })
}
