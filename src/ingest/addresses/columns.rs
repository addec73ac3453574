//! Columns that hold addresses, and addresses written in one text.

use std::sync::LazyLock;

use exchange::{Cell, Column};
use regex::Regex;

use super::Address;
use crate::ingest::fold::fold;
use crate::model::CommuneNames;

/// Columns of addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressColumns {
    /// Number, and street behind it where no other column holds that.
    whole: Option<usize>,
    number: Option<usize>,
    suffix: Option<usize>,
    street: Option<usize>,
    commune: Option<usize>,
    postcode: Option<usize>,
}

impl AddressColumns {
    /// The columns that hold addresses; nothing when there is no street among them.
    pub fn find(columns: &[Column]) -> Option<Self> {
        let folded: Vec<String> = columns.iter().map(|column| fold(&column.name)).collect();
        let find = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| folded.iter().position(|column| column == name))
        };
        let found = Self {
            whole: find(&[
                "adresse",
                "adressepostale",
                "adressecomplete",
                "adresse1",
                "address",
            ]),
            number: find(&["numero", "numvoie", "numerovoie", "num", "numerorue"]),
            suffix: find(&["suffixe", "rep", "repetition", "indicerepetition", "bister"]),
            street: find(&[
                "voie",
                "voienom",
                "nomvoie",
                "libellevoie",
                "libvoie",
                "rue",
                "nomrue",
                "typeetnomvoie",
            ]),
            commune: find(&[
                "commune",
                "communeinsee",
                "codeinsee",
                "insee",
                "codecommune",
                "communenom",
                "nomcommune",
                "ville",
                "localite",
            ]),
            postcode: find(&["codepostal", "cp", "postalcode"]),
        };
        (found.whole.is_some() || found.street.is_some()).then_some(found)
    }

    /// Their names.
    pub fn names(&self, columns: &[Column]) -> String {
        let all = [
            self.whole,
            self.number,
            self.suffix,
            self.street,
            self.commune,
            self.postcode,
        ];
        let names = all
            .into_iter()
            .flatten()
            .map(|index| columns[index].name.as_str());
        names.collect::<Vec<_>>().join(", ")
    }

    /// The address of a row; `scope` is the commune where no column names one.
    pub fn read(
        &self,
        cells: &[Cell],
        text: &dyn Fn(&[u8]) -> String,
        communes: &[CommuneNames],
        scope: Option<&str>,
    ) -> Address {
        let cell = |index: Option<usize>| {
            index
                .map(|index| shown(cells.get(index), text))
                .unwrap_or_default()
        };
        let mut address = match self.street {
            Some(street) => {
                let mut address = parse(&cell(Some(street)));
                if let Some(number) = digits(&cell(self.number)) {
                    address.number = Some(number);
                }
                address
            }
            None => {
                let mut address = parse(&cell(self.whole));
                address.number = address.number.or_else(|| digits(&cell(self.number)));
                address
            }
        };
        let suffix = cell(self.suffix);
        if !suffix.trim().is_empty() {
            suffix.trim().clone_into(&mut address.suffix);
        }
        let told = cell(self.commune);
        let postcode = cell(self.postcode);
        address.commune = commune(&told, &postcode, communes)
            .or_else(|| commune(&std::mem::take(&mut address.commune), "", communes))
            .or_else(|| scope.map(str::to_owned))
            .unwrap_or_default();
        address
    }
}

fn shown(cell: Option<&Cell>, text: &dyn Fn(&[u8]) -> String) -> String {
    match cell {
        None | Some(Cell::Null) => String::new(),
        Some(Cell::Text(bytes)) => text(bytes),
        Some(Cell::Integer(number)) => number.to_string(),
        Some(Cell::Real(number)) => number.to_string(),
    }
}

fn digits(text: &str) -> Option<i64> {
    let number: String = text
        .trim()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    number.parse().ok()
}

/// The commune that a code or a name means, or the only one of a postcode.
fn commune(told: &str, postcode: &str, communes: &[CommuneNames]) -> Option<String> {
    let told = told.trim();
    if let Some(known) = communes
        .iter()
        .find(|commune| commune.insee.as_str() == told)
    {
        return Some(known.insee.to_string());
    }
    let folded = fold(told);
    let named = |commune: &&CommuneNames| {
        std::iter::once(&commune.name)
            .chain(&commune.aliases)
            .any(|name| fold(name) == folded)
    };
    if let Some(known) = communes.iter().find(named) {
        return Some(known.insee.to_string());
    }
    let of = |commune: &&CommuneNames| commune.postcodes.iter().any(|code| code == postcode.trim());
    let mut candidates = communes.iter().filter(of);
    match (candidates.next(), candidates.next()) {
        (Some(one), None) => Some(one.insee.to_string()),
        _ => None,
    }
}

/// `12 bis, rue de la Paix, 44000 Nantes`: number, suffix, street, and what follows a postcode.
static WHOLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^\s*
        (?:(?P<number>[0-9]{1,5})\s*(?P<suffix>bis|BIS|Bis|ter|TER|Ter|quater|[A-Za-z])?\s*[,\s]\s*)?
        (?P<street>.*?)
        (?:[\s,-]+[0-9]{5}\s+(?P<commune>\S.*?))?\s*$",
    )
    .ok()
});

pub(super) fn parse(text: &str) -> Address {
    let caught = WHOLE.as_ref().and_then(|pattern| pattern.captures(text));
    let Some(caught) = caught else {
        return Address {
            street: text.trim().to_owned(),
            ..Address::default()
        };
    };
    let part = |name: &str| {
        caught
            .name(name)
            .map_or("", |found| found.as_str().trim())
            .to_owned()
    };
    Address {
        commune: part("commune"),
        number: part("number").parse().ok(),
        suffix: part("suffix"),
        street: part("street").trim_matches([',', ' ']).to_owned(),
    }
}
