//! Parameters of `/ads/parcelles`, with the names and forms of API Carto.

use super::fault::Faults;
use super::geometry;
use crate::ads::reference::{self, Context, Outcome, Places};
use crate::model::{Idu, Insee, Params};
use crate::store::ads::{Filter, Wanted};

/// Parcels of an answer, at most and when the caller does not say (API Carto's own).
const MOST: u32 = 1000;

/// Nearest parcels of a place on a street, when the caller does not say.
const NEAREST: u32 = 5;

/// Identifiers of a request, at most.
pub const MOST_KEYS: usize = 500;

/// Names that API Carto had before its version 2, and today's.
const FORMER: [(&str, &str); 6] = [
    ("insee", "code_insee"),
    ("dep", "code_dep"),
    ("com", "code_com"),
    ("codearr", "code_arr"),
    ("comabs", "com_abs"),
    ("parcelle", "numero"),
];

/// What is asked for.
#[derive(Debug)]
pub enum Asked {
    /// Something precise.
    Wanted(Wanted),
    /// What an instructor typed.
    Text(String),
}

/// A request, understood.
#[derive(Debug)]
pub struct Criteria {
    /// What is asked for.
    pub wanted: Asked,
    /// Parcels skipped.
    pub start: u32,
    /// Parcels of the answer.
    pub limit: u32,
}

impl Criteria {
    /// Reads the parameters.
    ///
    /// # Errors
    /// Every one that is wrong.
    pub fn read(mut params: Params) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        if let Some(source) = params.take("source_ign")
            && !matches!(source.to_ascii_uppercase().as_str(), "PCI" | "BDP")
        {
            faults.add("source_ign", &source, "PCI ou BDP");
        }
        let start = number(&mut params, "_start", 0, &mut faults);
        let limit = number(&mut params, "_limit", 1, &mut faults);
        let text = taken(&mut params, "q");
        let keys = taken(&mut params, "idu").map(|text| keys(&text, &mut faults));
        let place = place(&mut params, &mut faults);
        let filter = filter(&mut params, &mut faults);
        for (name, value) in params.rest() {
            let message = match FORMER.iter().find(|(former, _)| former == name) {
                Some((_, now)) => format!("l’ancien nom de {now}"),
                None => "paramètre inconnu ici".to_owned(),
            };
            faults.add(name, value, message);
        }
        let nearby = place.is_some();
        let mut ways: Vec<Asked> = [
            keys.flatten().map(|keys| Asked::Wanted(Wanted::Keys(keys))),
            place.map(|(lon, lat)| Asked::Wanted(Wanted::At(lon, lat))),
            filter.map(|filter| Asked::Wanted(Wanted::Filtered(filter))),
            text.map(Asked::Text),
        ]
        .into_iter()
        .flatten()
        .collect();
        let faults = faults.none_or(());
        faults?;
        let wanted = match (ways.pop(), ways.is_empty()) {
            (Some(wanted), true) => wanted,
            (Some(_), false) => {
                return Err(Faults::one(
                    "q",
                    "",
                    "une seule façon de chercher à la fois : idu, q, lon et lat, ou code_insee, \
                     section, numero et geom",
                ));
            }
            (None, _) => {
                return Err(Faults::one(
                    "code_insee",
                    "",
                    "rien n’est demandé : donnez idu, q, lon et lat, geom, ou code_insee avec \
                     section et numero",
                ));
            }
        };
        Ok(Self {
            wanted,
            start: start.unwrap_or(0),
            limit: limit
                .unwrap_or(if nearby { NEAREST } else { MOST })
                .min(MOST),
        })
    }
}

/// A parameter, unless it is empty, as forms send what was left out.
fn taken(params: &mut Params, name: &str) -> Option<String> {
    let text = params.take(name)?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn number(params: &mut Params, name: &str, least: u32, faults: &mut Faults) -> Option<u32> {
    let text = taken(params, name)?;
    let value = text.parse().ok().filter(|value: &u32| *value >= least);
    if value.is_none() {
        faults.add(name, &text, format!("un nombre entier à partir de {least}"));
    }
    value
}

/// Identifiers, each however it is written.
fn keys(text: &str, faults: &mut Faults) -> Option<Vec<String>> {
    let plain: Option<Vec<String>> = text
        .split(',')
        .map(|part| part.trim().parse::<Idu>().ok().map(String::from))
        .collect();
    let keys = plain.or_else(|| read(text, faults))?;
    if keys.len() > MOST_KEYS {
        faults.add("idu", "", format!("plus de {MOST_KEYS} identifiants"));
        return None;
    }
    Some(keys)
}

fn read(text: &str, faults: &mut Faults) -> Option<Vec<String>> {
    let context = Context {
        commune: None,
        places: &Places::default(),
    };
    match reference::parse(text, &context) {
        Outcome::Parcels(list) => return Some(list.into_iter().map(String::from).collect()),
        Outcome::Wrong(fault) => faults.add("idu", &fault.part, fault.message),
        Outcome::File(_) => faults.add(
            "idu",
            text,
            "c’est le numéro d’un dossier, qui se cherche par q",
        ),
        Outcome::Candidates(_) => faults.add(
            "idu",
            text,
            "plusieurs lectures possibles : un identifiant a 14 caractères (44109000AB0123), et q \
             propose des candidats",
        ),
    }
    None
}

fn place(params: &mut Params, faults: &mut Faults) -> Option<(f64, f64)> {
    let mut degrees = |name: &str, most: f64| {
        let text = taken(params, name)?;
        let value = text.parse().ok().filter(|value: &f64| value.abs() <= most);
        if value.is_none() {
            faults.add(name, &text, format!("des degrés entre -{most} et {most}"));
        }
        Some(value)
    };
    match (degrees("lon", 180.0), degrees("lat", 90.0)) {
        (Some(lon), Some(lat)) => Some((lon?, lat?)),
        (None, None) => None,
        (lon, _) => {
            let name = if lon.is_none() { "lon" } else { "lat" };
            faults.add(name, "", "lon et lat vont ensemble");
            None
        }
    }
}

/// API Carto's own criteria; all hold together.
fn filter(params: &mut Params, faults: &mut Faults) -> Option<Filter> {
    let mut filter = Filter::default();
    let mut given = false;
    if let Some(text) = taken(params, "geom") {
        given = true;
        match geometry::read(&text) {
            Ok(geometry) => filter.geometry = Some(geometry),
            Err(message) => faults.add("geom", "", message),
        }
    }
    let mut code = |name: &'static str, what: &str, read: fn(&str) -> Option<String>| {
        let text = taken(params, name)?;
        given = true;
        let value = read(&text);
        if value.is_none() {
            faults.add(name, &text, what.to_owned());
        }
        value
    };
    let insee = code(
        "code_insee",
        "le code INSEE d’une commune a 5 caractères",
        |text| text.parse::<Insee>().ok().map(String::from),
    );
    let department = code(
        "code_dep",
        "le code d’un département a 2 caractères",
        department,
    );
    let commune = code("code_com", "le code d’une commune a 3 chiffres", |text| {
        digits(text, 2, 3)
    });
    let district = code("code_arr", "un arrondissement a 3 chiffres", |text| {
        digits(text, 3, 3)
    });
    let absorbed = code(
        "com_abs",
        "le code d’une commune absorbée a 3 chiffres",
        |text| digits(text, 3, 3),
    );
    let section = code("section", "une section a 2 caractères : AB, 0A", section);
    let number = code("numero", "un numéro de parcelle a 4 chiffres", |text| {
        digits(text, 1, 4).map(|text| format!("{text:0>4}"))
    });
    // A parcel of Paris, Lyon or Marseille bears its district's code.
    let district = district.filter(|code| code != "000");
    let whole = match (insee, department, commune) {
        (Some(insee), ..) => Some(insee),
        (None, Some(department), Some(commune)) => Some(department + &commune),
        (None, Some(department), None) => {
            filter.department = Some(department);
            None
        }
        (None, None, Some(commune)) => {
            faults.add("code_com", &commune, "va avec code_dep");
            None
        }
        (None, None, None) => None,
    };
    let whole = match (whole, district) {
        (Some(whole), Some(district)) => Some(format!("{}{district}", &whole[..2])),
        (whole, _) => whole,
    };
    if filter.geometry.is_none() && whole.is_none() && filter.department.is_none() {
        for (name, value) in [("section", &section), ("numero", &number)] {
            if let Some(value) = value {
                faults.add(name, value, "va avec code_insee, ou code_dep et code_com");
            }
        }
    }
    filter.commune = whole;
    filter.prefix = absorbed;
    filter.section = section;
    filter.number = number;
    given.then_some(filter)
}

fn department(text: &str) -> Option<String> {
    let text = text.to_ascii_uppercase();
    let known = match text.as_bytes() {
        [first, second] => {
            first.is_ascii_digit() && (second.is_ascii_digit() || matches!(second, b'A' | b'B'))
        }
        [b'9', b'7' | b'8', last] => last.is_ascii_digit(),
        _ => false,
    };
    known.then_some(text)
}

fn digits(text: &str, least: usize, most: usize) -> Option<String> {
    let fits = (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.to_owned())
}

fn section(text: &str) -> Option<String> {
    let fits = matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then(|| format!("{:0>2}", text.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Criteria, Faults> {
        Criteria::read(Params::parse(Some(query)).expect("a query"))
    }

    #[test]
    fn an_identifier_may_be_written_in_any_way() {
        for query in [
            "idu=44109000AB0123",
            "idu=44109+000+AB+0123",
            "idu=440109000AB0123",
            "idu=44109000ab0123",
        ] {
            match read(query).expect(query).wanted {
                Asked::Wanted(Wanted::Keys(keys)) => assert_eq!(keys, ["44109000AB0123"]),
                other => panic!("{query}: {other:?}"),
            }
        }
    }

    #[test]
    fn criteria_are_completed_as_the_cadastre_writes_them() {
        let filter = |query: &str| match read(query).expect(query).wanted {
            Asked::Wanted(Wanted::Filtered(filter)) => filter,
            other => panic!("{query}: {other:?}"),
        };
        let found = filter("code_dep=44&code_com=109&section=a&numero=7");
        assert_eq!(found.commune.as_deref(), Some("44109"));
        assert_eq!(found.section.as_deref(), Some("0A"));
        assert_eq!(found.number.as_deref(), Some("0007"));
        let found = filter("code_insee=75056&code_arr=107");
        assert_eq!(found.commune.as_deref(), Some("75107"));
        assert_eq!(
            filter("code_dep=974&code_com=11").commune.as_deref(),
            Some("97411")
        );
    }

    #[test]
    fn what_is_wrong_is_refused() {
        for query in [
            "",
            "code_insee=440",
            "code_insee=44109&section=ABC",
            "code_insee=44109&numero=12A",
            "code_com=109",
            "section=AB",
            "insee=44109",
            "lon=1",
            "lon=181&lat=1",
            "lon=nan&lat=1",
            "idu=44109",
            "idu=44109000AB0123&q=x",
            "code_insee=44109&_limit=0",
            "code_insee=44109&_limit=a",
            "code_insee=44109&_start=-1",
            "code_insee=44109&couleur=bleu",
            "code_insee=44109&source_ign=OSM",
        ] {
            assert!(read(query).is_err(), "{query}");
        }
        assert_eq!(
            read("code_insee=44109&_limit=5000").expect("capped").limit,
            MOST
        );
    }
}
