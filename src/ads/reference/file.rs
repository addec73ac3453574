//! Numbers of ADS files (code de l'urbanisme, A423-3): `PC 044 109 22 A0001 M01`.

use std::fmt;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde::Serialize;

use super::fault::Fault;
use super::faulty;
use super::lex::{Shape, tokens};
use super::numbers::of_number;
use crate::model::Insee;

/// A file's number: `PC 044 109 22 A0001`, then `M01` for an amendment, `T01` for a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileNumber {
    /// `PC`, `PA`, `PD`, `DP`, `CU` or `AT`.
    pub kind: &'static str,
    /// What the writing says beside: `PCMI`, `CUa`, `CUb`.
    pub nature: Option<&'static str>,
    /// INSEE code of the commune.
    pub commune: Insee,
    /// Two digits.
    pub year: String,
    /// Five characters, the first a letter or a digit.
    pub order: String,
    /// `M01`, `T01`.
    pub suffix: Option<String>,
}

impl FileNumber {
    /// Département in three characters: `044`, `02A`, `974`.
    pub fn department(&self) -> String {
        format!("{:0>3}", self.commune.departement())
    }
}

impl fmt::Display for FileNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let commune = &self.commune.as_str()[2..];
        write!(
            f,
            "{} {} {commune} {} {}",
            self.kind,
            self.department(),
            self.year,
            self.order
        )?;
        match &self.suffix {
            Some(suffix) => write!(f, " {suffix}"),
            None => Ok(()),
        }
    }
}

impl Serialize for FileNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What begins a number, the type and the nature that it says.
pub(super) const KINDS: [(&str, &str, Option<&str>); 14] = [
    ("PCMI", "PC", Some("PCMI")),
    ("PC", "PC", None),
    ("PA", "PA", None),
    ("PD", "PD", None),
    ("DPMI", "DP", None),
    ("DPLT", "DP", None),
    ("DPL", "DP", None),
    ("DPV", "DP", None),
    ("DP", "DP", None),
    ("CUA", "CU", Some("CUa")),
    ("CUB", "CU", Some("CUb")),
    ("CUO", "CU", None),
    ("CU", "CU", None),
    ("AT", "AT", None),
];

/// Types in words, before a number that may repeat it in letters.
pub(super) const NAMES: [(&str, &str); 9] = [
    ("PERMIS DE CONSTRUIRE UNE MAISON INDIVIDUELLE", "PCMI"),
    ("PERMIS DE CONSTRUIRE MODIFICATIF", "PC"),
    ("PERMIS DE CONSTRUIRE", "PC"),
    ("PERMIS D AMENAGER", "PA"),
    ("PERMIS DE DEMOLIR", "PD"),
    ("DECLARATION PREALABLE", "DP"),
    ("CERTIFICAT D URBANISME", "CU"),
    ("AUTORISATION DE TRAVAUX", "AT"),
    ("AUTORISATION D URBANISME", ""),
];

pub(super) const FIVE: &str =
    "le numéro d’ordre a cinq caractères, le premier un chiffre ou une lettre : A0001, 00001";

pub(super) const OTHER: &str =
    "ce type de dossier n’est pas de ceux qui sont instruits ici : PC, PA, PD, DP, CU ou AT";

/// Words that may stand before a number.
const BEFORE: &str = r"(?:(?:DOSSIERS?|NUMERO|NUM|NO|N|REF|REFERENCE|DEMANDE|LE|LA|L|D|DE|DU|UN|UNE|ARRETE|INSTRUCTION|ADS|AUTORISATION|OBJET|PERMIS|DECLARATION|CERTIFICAT|MODIFICATIF|TRANSFERT|INITIAL|OPERATIONNEL|INFORMATION|SIMPLE) ?)*";

static WHOLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?P<dep>0[0-9]{2}|0?2[AB]|9[78][0-9]|[0-9]{2}) ?(?P<com>[0-9]{3}) ?(?P<year>20[0-9]{2}|[0-9]{2}) ?(?P<order>[A-Z] ?[0-9]{4}|[0-9]{5}|[A-Z][0-9A-Z][0-9]{3}) ?(?P<rest>.*)$",
    )
});

static BEGUN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?P<dep>[0-9][0-9AB][0-9AB]?) ?(?P<com>[0-9]{3}) ?(?P<year>20[0-9]{2}|[0-9]{2}) ?(?P<order>[0-9A-Z ]*)$",
    )
});

static LOOSE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?P<all>[0-9][0-9A-Z]{9,14})$"));

/// A number among other words.
static INSIDE: LazyLock<Regex> = LazyLock::new(|| {
    compile(&format!(
        r"(?:^| )(?P<number>{LETTERS} ?(?:N |NO |NUMERO )?(?:0[0-9]{{2}}|0?2[AB]|97[0-9]) ?[0-9]{{3}} ?(?:20[0-9]{{2}}|[0-9]{{2}}) ?(?:[A-Z] ?[0-9]{{4}}|[0-9]{{5}})(?: ?[MT] ?[0-9]{{1,2}}| ?P0)?)(?: |$)"
    ))
});

/// What has a number's form, and another type or no year.
static NEAR: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"^(?P<kind>[A-Z]{2,4}) ?(?:0[0-9]{2}|02[AB]|97[0-9]) ?[0-9]{3} ?(?:(?P<year>20[0-9]{2}|[0-9]{2}) ?)?[A-Z][0-9]{3,4}(?: ?[MT][0-9]{1,2})?$",
    )
});

/// A number without its type.
static BARE: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"^(?P<dep>0[0-9]{2}|02[AB]) ?(?P<com>[0-9]{3}) ?[0-9]{2} ?(?:[A-Z][0-9]{4}|[0-9]{5})(?: ?[MT][0-9]{2})?$",
    )
});

/// A parcel among other words.
static PARCEL: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"(?:^| |0)(?P<section>[A-Z]{1,2}) ?(?:N |NO |NUMERO )?[0-9]{1,4}(?: |$)")
});

/// The letters of a type.
const LETTERS: &str = r"(?P<kind>PC ?MI|PC|PA|PD|DP ?MI|DP ?LT|DPL|DPV|DP|CU ?A|CU ?B|CU ?O|CU|AT)";

static SUFFIX: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"^(?:(?P<kind>M|T|MOD|MODIF|MODIFICATIF|TRANSFERT|P) ?(?:N |NO |NUMERO )?(?P<count>[0-9]{1,2})?)?$",
    )
});

/// Several suffixes.
static BOTH: LazyLock<Regex> =
    LazyLock::new(|| compile(r"^[MT] ?[0-9]{1,2}(?: ?[MT] ?[0-9]{1,2})+$"));

fn pattern(tail: &str) -> Regex {
    let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
    let (names, before) = (names.join("|"), BEFORE);
    compile(&format!(
        r"^{before}(?:(?P<name>{names}) ?(?:(?:D INFORMATION|OPERATIONNEL) ?)?{before})?(?:{LETTERS} ?{before})?{tail}"
    ))
}

fn compile(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a valid pattern")
}

/// Reads a file's number; none when the text does not look like one. `near` says whether a
/// département is one of those at hand.
pub(super) fn read(text: &str, near: &dyn Fn(&str) -> bool) -> Option<Result<FileNumber, Fault>> {
    let plain = flatten(text);
    let begun = WHOLE.captures(&plain).and_then(|found| {
        let kind = typed(&found)?;
        Some(whole(kind, &found))
    });
    match begun {
        Some(Ok(number)) => return Some(Ok(number)),
        // One word more is a suffix that is wrong, several are a sentence.
        Some(Err(fault)) if !fault.part.contains(' ') => return Some(Err(fault)),
        Some(Err(fault)) => return Some(inside(&plain).unwrap_or(Err(fault))),
        None => {}
    }
    if let Some(found) = inside(&plain) {
        return Some(found);
    }
    if let Some(fault) = faulty::parts(text, &plain, near) {
        return Some(Err(fault));
    }
    if let Some(found) = BEGUN.captures(&plain) {
        let kind = typed(&found)?;
        let long = found["dep"].len() == 3 && !found["order"].contains(' ');
        // « PC 44 109 22 »: a section and three numbers; with « 044 » it is a number cut short.
        return long.then(|| Err(cut(text, kind.0, &found)));
    }
    if let Some(found) = NEAR.captures(&plain) {
        return Some(Err(mistyped(text, &found)));
    }
    let found = LOOSE.captures(&plain)?;
    typed(&found).map(|_| {
        Err(Fault::wrong(
            text.trim(),
            "un numéro de dossier a treize caractères après son type : département (3), commune (3), \
             année (2) et ordre (5)",
        ))
    })
}

/// A number without its type, of a commune that the reader knows: `044 109 22 A0001`; or without
/// others of its parts.
pub(super) fn partial(text: &str, placed: bool, knows: impl Fn(&Insee) -> bool) -> Option<Fault> {
    let plain = flatten(text);
    untyped(text, &plain, knows).or_else(|| faulty::cut(text, &plain, placed))
}

fn untyped(text: &str, plain: &str, knows: impl Fn(&Insee) -> bool) -> Option<Fault> {
    let found = BARE.captures(plain)?;
    let commune = of_number(&found["dep"], &found["com"])?;
    knows(&commune).then(|| {
        Fault::wrong(
            text.trim(),
            "le type du dossier manque devant ce numéro : PC, PA, PD, DP, CU ou AT",
        )
    })
}

/// The one number that stands among other words, which must name no parcel.
fn inside(plain: &str) -> Option<Result<FileNumber, Fault>> {
    let first = INSIDE.captures(plain)?.name("number")?;
    let rest = format!("{} | {}", &plain[..first.start()], &plain[first.end()..]);
    let other = INSIDE
        .captures(&rest)
        .and_then(|other| other.name("number"));
    if let Some(other) = other.filter(|other| other.as_str() != first.as_str()) {
        return Some(Err(Fault::wrong(
            other.as_str(),
            "un numéro de dossier à la fois : le texte en contient plusieurs",
        )));
    }
    let bare = rest.replace(first.as_str(), "");
    if other.is_none() && names_parcel(&bare) {
        return Some(Err(Fault::wrong(
            first.as_str(),
            "donnez la parcelle ou le dossier, l’un après l’autre",
        )));
    }
    let found = WHOLE.captures(first.as_str())?;
    typed(&found).map(|kind| whole(kind, &found))
}

/// Whether a section and a number stand in the text; « le 12 » is a date's.
fn names_parcel(plain: &str) -> bool {
    const SMALL: [&str; 12] = [
        "A", "AU", "DE", "DU", "EN", "ET", "LA", "LE", "N", "NO", "OU", "UN",
    ];
    PARCEL
        .captures_iter(plain)
        .any(|found| !SMALL.contains(&&found["section"]))
}

/// The text in upper case, its words parted by single spaces.
fn flatten(text: &str) -> String {
    let mut plain = String::new();
    let mut joined = false;
    for token in tokens(text) {
        if !matches!(token.shape, Shape::Word | Shape::Digits) {
            // « P.C. » is PC.
            if !(joined && token.is(Shape::Mark)) {
                plain.push(' ');
                joined = false;
            }
            continue;
        }
        let single = token.text.len() == 1 && token.is(Shape::Word);
        if !(token.glued || joined && single) {
            plain.push(' ');
        }
        plain.push_str(&token.text);
        joined = single;
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The type that the letters or the words say.
fn typed(found: &Captures<'_>) -> Option<(&'static str, Option<&'static str>)> {
    let letters = found
        .name("kind")
        .map(|kind| kind.as_str().replace(' ', ""));
    let named = found.name("name").and_then(|name| {
        NAMES
            .iter()
            .find(|(known, _)| *known == name.as_str())
            .map(|(_, letters)| (*letters).to_owned())
    });
    let letters = letters.or(named)?;
    KINDS
        .iter()
        .find(|(known, ..)| *known == letters)
        .map(|(_, kind, nature)| (*kind, *nature))
}

fn whole(
    (kind, nature): (&'static str, Option<&'static str>),
    found: &Captures<'_>,
) -> Result<FileNumber, Fault> {
    let (department, commune) = (&found["dep"], &found["com"]);
    let commune = of_number(department, commune).ok_or_else(|| {
        Fault::wrong(
            format!("{department} {commune}"),
            "ces six caractères ne sont pas un département et une commune",
        )
    })?;
    let mut rest = found["rest"].trim();
    // A word more is the commune's name.
    if rest.len() > 3 && rest.bytes().all(|letter| letter.is_ascii_uppercase()) {
        rest = "";
    }
    if rest.starts_with(|letter: char| letter.is_ascii_digit()) {
        let order = format!("{}{rest}", &found["order"]);
        return Err(Fault::wrong(order, FIVE));
    }
    if BOTH.is_match(rest) {
        return Err(Fault::wrong(
            rest.replace(' ', ""),
            "un modificatif et un transfert sont deux dossiers : donnez M01 ou T01, l’un après \
             l’autre",
        ));
    }
    let suffix = SUFFIX.captures(rest).ok_or_else(|| {
        Fault::wrong(
            rest,
            "après le numéro, seuls M01 (modificatif), T01 (transfert) ou P0 sont attendus : un \
             numéro à la fois",
        )
    })?;
    // « M » alone is cut short; « modificatif » is the first.
    if matches!(rest, "M" | "T") {
        return Err(Fault::wrong(
            rest,
            "le rang manque : M01 pour un premier modificatif, T01 pour un premier transfert",
        ));
    }
    let count = suffix.name("count").map_or("1", |count| count.as_str());
    let suffix = match suffix.name("kind").map(|kind| kind.as_str()) {
        Some("M" | "MOD" | "MODIF" | "MODIFICATIF") => Some(format!("M{count:0>2}")),
        Some("T" | "TRANSFERT") => Some(format!("T{count:0>2}")),
        Some("P") if !count.trim_start_matches('0').is_empty() => {
            return Err(Fault::wrong(
                rest,
                "P0 marque le dossier initial ; un modificatif est M01",
            ));
        }
        _ => None,
    };
    let order = found["order"].replace(' ', "");
    if order.ends_with("0000") && order.starts_with('0') {
        return Err(Fault::wrong(order, "le numéro d’ordre commence à 1"));
    }
    Ok(FileNumber {
        kind,
        nature,
        commune,
        year: found["year"][found["year"].len() - 2..].to_owned(),
        order,
        suffix,
    })
}

/// What is wrong with what looks like a number.
fn mistyped(text: &str, found: &Captures<'_>) -> Fault {
    let kind = &found["kind"];
    if !KINDS.iter().any(|(known, ..)| *known == kind) {
        return Fault::wrong(kind, OTHER);
    }
    Fault::wrong(
        text.trim(),
        format!("l’année manque entre la commune et le numéro d’ordre : {kind} 044 109 22 A0001"),
    )
}

/// What is wrong with a number that ends too soon, or too late.
fn cut(text: &str, kind: &str, found: &Captures<'_>) -> Fault {
    let order = found["order"].trim();
    if order.is_empty() {
        return Fault::wrong(
            text.trim(),
            format!("le numéro d’ordre manque : {kind} 044 109 22 A0001"),
        );
    }
    Fault::wrong(order, FIVE)
}
