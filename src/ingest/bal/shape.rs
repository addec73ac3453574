//! One line of a BAL, made an address.

use exchange::Row;

use super::parcels::{self, Named};
use super::projection::lambert_93;
use crate::catalogue::Layer;
use crate::encode::html::french::rounded;
use crate::ingest::feed::{Given, Shape, Shaped, ShapedRow};
use crate::ingest::rows::{Columns, Fields, Reader};
use crate::ingest::values::number_of;
use crate::model::{Finding, Severity};

/// Names of the column of longitudes; the format's is the first.
pub(super) const LONGITUDE: [&str; 3] = ["long", "lon", "longitude"];

/// Metres between the two positions of an address beyond which they are told to disagree.
const APART_M: f64 = 1.0;

/// Fields that a column of the same name fills, as it is.
const PLAIN: [&str; 12] = [
    "commune_nom",
    "commune_deleguee_insee",
    "commune_deleguee_nom",
    "voie_nom",
    "lieudit_complement_nom",
    "numero",
    "suffixe",
    "source",
    "date_der_maj",
    "id_ban_commune",
    "id_ban_toponyme",
    "id_ban_adresse",
];

/// In which coordinates the rows are handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handed {
    /// Longitude and latitude; Lambert-93 beside them is compared.
    Degrees,
    /// The legal system's metres, where the file has nothing else.
    Metres,
}

/// Lines of a BAL (1.1 to 1.4) → `adresses`.
pub struct Addresses {
    fields: Fields,
    columns: Columns,
    handed: Handed,
    /// Whether `x` and `y` are Lambert-93, so that they can be compared.
    lambert: bool,
    plain: Vec<(&'static str, usize)>,
}

impl Addresses {
    /// A shape for the file of those columns; `lambert`: whether the legal system there is
    /// Lambert-93.
    pub fn new(layer: &Layer, columns: Columns, lambert: bool) -> Self {
        let plain = PLAIN
            .iter()
            .filter_map(|name| Some((*name, columns.at(&[name])?)));
        Self {
            fields: Fields::of(layer),
            handed: handed(&columns),
            lambert,
            plain: plain.collect(),
            columns,
        }
    }

    /// In which coordinates rows are handed on.
    pub fn handed(&self) -> Handed {
        self.handed
    }

    /// Has rows handed on in those coordinates.
    pub fn hand(&mut self, handed: Handed) {
        self.handed = handed;
    }

    /// The text of a column.
    fn text(&self, cells: &Reader<'_>, names: &[&str]) -> Option<String> {
        cells.text(self.columns.at(names))
    }

    /// The key, and the commune: stated since BAL 1.2, the first five characters of the key before.
    fn identity(&self, cells: &Reader<'_>, values: &mut [Given], into: &mut Shaped) {
        let key = self
            .text(cells, &["cle_interop"])
            .map(|key| key.to_lowercase());
        let derived = key
            .as_deref()
            .and_then(|key| key.get(..5))
            .map(str::to_uppercase);
        let stated = self
            .text(cells, &["commune_insee", "insee"])
            .map(|code| code.to_uppercase());
        if let (Some(derived), Some(stated)) = (&derived, &stated)
            && derived != stated
        {
            into.findings.push(
                Finding::new(
                    Severity::Warning,
                    "reference",
                    format!(
                        "La clé d’interopérabilité est de la commune {derived}, la colonne \
                         commune_insee dit {stated}."
                    ),
                )
                .about("cle_interop", key.as_deref())
                .advising(
                    "La colonne commune_insee est retenue ; corrigez celle des deux qui a tort.",
                ),
            );
        }
        self.fields
            .put_text(values, "commune_insee", stated.or(derived));
        self.fields.put_text(values, "cle_interop", key);
    }

    /// BAL 1.3 packs the three identifiers of the BAN into one column: `@c:… @v:… @a:…`.
    fn packed(&self, cells: &Reader<'_>, values: &mut [Given]) {
        let Some(packed) = self.text(cells, &["uid_adresse"]) else {
            return;
        };
        for (mark, field) in [
            ("@c:", "id_ban_commune"),
            ("@v:", "id_ban_toponyme"),
            ("@a:", "id_ban_adresse"),
        ] {
            let absent = self.fields.get(values, field) == Some(&Given::Absent);
            let Some((_, rest)) = packed.split_once(mark).filter(|_| absent) else {
                continue;
            };
            let id = rest.split(['@', ' ']).find(|part| !part.is_empty());
            self.fields.put_text(values, field, id.map(str::to_owned));
        }
    }

    fn parcels(&self, cells: &Reader<'_>, values: &mut [Given], into: &mut Shaped) {
        let Some(list) = self.text(cells, &["cad_parcelles", "parcelles", "refparc"]) else {
            return;
        };
        let mut known = Vec::new();
        for named in parcels::named(&list) {
            match named {
                Named::Parcel(idu) => known.push(String::from(idu)),
                Named::Unreadable(text) => into.findings.push(
                    Finding::new(
                        Severity::Warning,
                        "pattern",
                        format!("« {text} » n’est pas l’identifiant d’une parcelle : le lien est laissé."),
                    )
                    .about("cad_parcelles", Some(&text))
                    .advising(
                        "Écrivez les quatorze caractères (44109000AB0123), séparés par « | » s’il \
                         y en a plusieurs.",
                    ),
                ),
            }
        }
        let joined = (!known.is_empty()).then(|| known.join("|"));
        self.fields.put_text(values, "cad_parcelles", joined);
    }

    /// The position, in the coordinates that the shape hands on.
    fn place(&self, cells: &Reader<'_>, into: &mut Shaped) -> Option<[f64; 2]> {
        let metres = self.pair(cells, &["x"], &["y"]);
        if self.handed == Handed::Metres {
            return metres;
        }
        let degrees = self.pair(cells, &LONGITUDE, &["lat", "latitude"])?;
        let [longitude, latitude] = degrees;
        if let Some([x, y]) = metres.filter(|_| self.lambert) {
            let [here_x, here_y] = lambert_93(longitude, latitude);
            let away = (here_x - x).hypot(here_y - y);
            if away > APART_M {
                into.findings.push(
                    Finding::new(
                        Severity::Warning,
                        "position",
                        format!(
                            "Les coordonnées x, y et long, lat sont à {} m l’une de l’autre.",
                            rounded(away, 1)
                        ),
                    )
                    .about("long", Some(&format!("{longitude};{latitude}")))
                    .advising("long et lat sont retenues ; recalculez x et y.")
                    .at(here_x, here_y),
                );
            }
        }
        Some(degrees)
    }

    /// What stands where the position should, when it is none.
    fn unreadable(&self, cells: &Reader<'_>) -> Option<String> {
        let (x, y): (&[&str], &[&str]) = match self.handed {
            Handed::Degrees => (&LONGITUDE, &["lat", "latitude"]),
            Handed::Metres => (&["x"], &["y"]),
        };
        let texts = [self.text(cells, x), self.text(cells, y)];
        let is_number = |text: &String| number_of(text).is_some_and(f64::is_finite);
        (!texts.iter().flatten().all(is_number))
            .then(|| texts.map(Option::unwrap_or_default).join(" ; "))
    }

    fn pair(&self, cells: &Reader<'_>, first: &[&str], second: &[&str]) -> Option<[f64; 2]> {
        let number = |names| {
            let number = number_of(&self.text(cells, names)?);
            number.filter(|number| number.is_finite())
        };
        let pair = [number(first)?, number(second)?];
        (pair != [0.0, 0.0]).then_some(pair)
    }
}

/// In which coordinates a file of those columns is handed on.
fn handed(columns: &Columns) -> Handed {
    match columns.at(&LONGITUDE) {
        Some(_) => Handed::Degrees,
        None => Handed::Metres,
    }
}

impl Shape for Addresses {
    fn shape(&mut self, row: Row, text: &dyn Fn(&[u8]) -> String, into: &mut Shaped) {
        let cells = Reader::new(&row, text);
        let mut values = self.fields.blank();
        for (field, at) in &self.plain {
            self.fields.put(&mut values, field, cells.given(Some(*at)));
        }
        self.identity(&cells, &mut values, into);
        self.packed(&cells, &mut values);
        let kind = self.text(&cells, &["position"]).map(|kind| position(&kind));
        self.fields.put_text(&mut values, "position", kind);
        if let Some(certified) = self.text(&cells, &["certification_commune"]) {
            let value = match certified.as_str() {
                "1" => Given::Boolean(true),
                "0" => Given::Boolean(false),
                _ => Given::Text(certified),
            };
            self.fields.put(&mut values, "certification_commune", value);
        }
        self.parcels(&cells, &mut values, into);
        match self.place(&cells, into) {
            Some([x, y]) => into.rows.push(ShapedRow {
                scope: None,
                values,
                geometry: Some(point(x, y)),
            }),
            None if self.unreadable(&cells).is_some() => {
                let given = self.unreadable(&cells);
                into.findings.push(
                    Finding::new(
                        Severity::Error,
                        "position",
                        "La position ne peut pas être lue.",
                    )
                    .about("long", given.as_deref())
                    .advising(
                        "Attendu : long et lat en degrés (-1.5536 ; 47.2184), ou x et y en mètres.",
                    ),
                );
                into.rows.push(ShapedRow {
                    scope: None,
                    values,
                    geometry: None,
                });
            }
            None => into.findings.push(
                Finding::new(
                    Severity::Warning,
                    "empty",
                    "L’adresse n’a pas de position : elle n’est pas publiée.",
                )
                .about("long", self.text(&cells, &["cle_interop"]).as_deref())
                .advising("Placez l’adresse (long et lat, ou x et y), puis livrez de nouveau."),
            ),
        }
    }
}

/// A kind of position as the catalogue writes it, whatever the case, the accents and the
/// apostrophe; what is none is handed on as it is.
fn position(kind: &str) -> String {
    let bare = kind.to_lowercase().replace('\'', "’");
    let plain: String = bare
        .chars()
        .map(|letter| match letter {
            'é' | 'è' | 'ê' => 'e',
            'â' | 'à' => 'a',
            other => other,
        })
        .collect();
    let known = match plain.as_str() {
        "entree" => "entrée",
        "delivrance postale" => "délivrance postale",
        "batiment" => "bâtiment",
        "cage d’escalier" => "cage d’escalier",
        "logement" => "logement",
        "parcelle" => "parcelle",
        "segment" => "segment",
        "service technique" => "service technique",
        _ => return kind.to_owned(),
    };
    known.to_owned()
}

/// A point as little-endian ISO WKB.
fn point(x: f64, y: f64) -> Vec<u8> {
    let mut wkb = vec![1, 1, 0, 0, 0];
    wkb.extend(x.to_le_bytes());
    wkb.extend(y.to_le_bytes());
    wkb
}
