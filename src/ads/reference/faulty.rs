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

/// A number that is cut short: its type, then its year and its order, or a part of its commune.
static CUT: LazyLock<Regex> = LazyLock::new(|| {
    let apart = r"[ \t.\-/_]*";
    let kind = r"\b(?:P\.?C\.?(?: ?MI)?|P\.?A\.?|P\.?D\.?|D\.?P\.?|C\.?U\.?(?:[ABO])?|A\.?T\.?)";
    let number = r"(?:[ \t]*N?[°º]|[ \t]+N(?:O|UM[EÉé]RO)?\b)?";
    let order = r"(?:0[0-9]{4}|[A-Z] ?0[0-9]{3})";
    Regex::new(&format!(
        r"{kind}{number}{apart}(?:(?:[0-9]{{3}}[ .\-/_]+)?(?:20)?[0-9]{{2}}{apart}{order}|{order}|(?:20)?[0-9]{{2}}[ ]?[\-/][ ]?[0-9]{{3,5}}|[0-9]{{2}} 0[0-9]{{3}}|20[0-9]{{2}} [0-9]{{1,5}})\b"
    ))
    .expect("a valid pattern")
});

/// A type, a département and a commune, and no more.
static PLACED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:PC|PA|PD|DP|CU|AT) ?(?:N |NO )?0[0-9]{2}(?: ?[0-9]{3})?$")
        .expect("a valid pattern")
});

/// A number that a spreadsheet has rounded.
static ROUNDED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[0-9][.,][0-9]+E\+?[0-9]{1,2}\b").expect("a valid pattern"));

/// A number without its type, and nothing else: the order's zeros part it from an identifier.
static GLUED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^0[0-9]{5}[0-4][0-9][A-Z]0[0-9]{3}$").expect("a valid pattern"));

/// A number of which parts are missing, that could be read as parcels. `placed` says whether the
/// reader has a commune, where `AT 044` may be a parcel.
pub(super) fn cut(text: &str, plain: &str, placed: bool) -> Option<Fault> {
    // As long as the text, byte for byte.
    let upper = text.to_ascii_uppercase();
    if let Some(found) = ROUNDED.find(&upper) {
        return Some(Fault::wrong(
            &text[found.range()],
            "un tableur a arrondi ce nombre : donnez-le en entier, comme du texte",
        ));
    }
    if GLUED.is_match(plain) {
        return Some(Fault::wrong(
            text.trim(),
            "le type du dossier manque devant ce numéro : PC, PA, PD, DP, CU ou AT",
        ));
    }
    let short = CUT
        .find(&upper)
        // « section DP n° 24-123 » says what it is.
        .filter(|found| !upper[..found.start()].trim_end().ends_with("SECTION"))
        .map(|found| &text[found.range()])
        .or_else(|| (!placed && PLACED.is_match(plain)).then(|| text.trim()))?;
    Some(Fault::wrong(
        short,
        "ce numéro de dossier est incomplet : type, département (3), commune (3), année (2) et \
         ordre (5), comme PC 044 109 22 A0001",
    ))
}
