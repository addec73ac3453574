//! Objects of a sheet, made rows of the collections: parcels, the sheet's own outline, buildings.

use std::collections::BTreeSet;
use std::sync::Arc;

use exchange::{Row, SourceLayer};

use super::sheet::{self, Sheet};
use crate::catalogue::Layer;
use crate::ingest::Encoding;
use crate::ingest::feed::{Given, Shape, Shaped, ShapedRow};
use crate::ingest::rows::{Columns, Fields, Reader};
use crate::model::{Finding, Severity};

/// What the shapes of a sheet share.
#[derive(Debug, Clone)]
pub struct Place {
    /// The sheet.
    pub sheet: Sheet,
    /// Its département: the first two characters of its INSEE codes.
    pub departement: String,
    /// Sections of the delivery, by the first eight characters of their identifiers (commune,
    /// prefix, section), the département left out.
    pub sections: Arc<BTreeSet<String>>,
}

/// Columns that all objects of an exchange have.
#[derive(Debug)]
struct Common {
    place: Place,
    fields: Fields,
    created: Option<usize>,
    updated: Option<usize>,
}

impl Common {
    fn of(place: &Place, layer: &Layer, columns: &Columns) -> Self {
        Self {
            place: place.clone(),
            fields: Fields::of(layer),
            created: columns.at(&["creat_date"]),
            updated: columns.at(&["update_date"]),
        }
    }

    /// The values that are the sheet's, and the object's dates.
    fn values(&self, cells: &Reader<'_>) -> Vec<Given> {
        let mut values = self.fields.blank();
        let sheet = &self.place.sheet;
        for (field, text) in [
            ("commune", sheet.insee.clone()),
            ("prefixe", sheet.prefix.clone()),
            ("section", sheet.section.clone()),
            ("feuille", sheet.to_string()),
        ] {
            self.fields.put(&mut values, field, Given::Text(text));
        }
        self.fields
            .put(&mut values, "date_creation", cells.day(self.created));
        self.fields
            .put(&mut values, "date_maj", cells.day(self.updated));
        values
    }

    fn row(&self, values: Vec<Given>, geometry: Option<Vec<u8>>) -> ShapedRow {
        ShapedRow {
            scope: Some(self.place.sheet.to_string()),
            values,
            geometry,
        }
    }
}

/// `PARCELLE_id` → `parcelles`.
pub struct Parcels {
    common: Common,
    identifier: Option<usize>,
    area: Option<usize>,
    surveyed: Option<usize>,
}

impl Parcels {
    /// A shape for the parcels of that sheet.
    pub fn new(place: &Place, layer: &Layer, source: &SourceLayer) -> Self {
        let columns = Columns::of(source);
        Self {
            common: Common::of(place, layer, &columns),
            identifier: columns.at(&["idu"]),
            area: columns.at(&["supf"]),
            surveyed: columns.at(&["coar"]),
        }
    }
}

impl Shape for Parcels {
    fn shape(&mut self, row: Row, text: &dyn Fn(&[u8]) -> String, into: &mut Shaped) {
        let text = decoded(text);
        let cells = Reader::new(&row, &text);
        let fields = &self.common.fields;
        let mut values = self.common.values(&cells);
        match cells.text(self.identifier) {
            None => into.findings.push(
                Finding::new(
                    Severity::Error,
                    "required",
                    "La parcelle n’a pas d’identifiant (IDU) dans l’échange EDIGEO.",
                )
                .about("idu", None)
                .advising("Demandez la feuille au service du cadastre : son export est fautif."),
            ),
            Some(own) => match parcel(&own) {
                None => into.findings.push(
                    Finding::new(
                        Severity::Error,
                        "pattern",
                        format!(
                            "« {own} » n’est pas l’identifiant d’une parcelle dans sa feuille : \
                             commune (3), préfixe (3), section (2), numéro (4)."
                        ),
                    )
                    .about("idu", Some(&own)),
                ),
                Some((local, number)) => {
                    if !self.common.place.sections.contains(&local) {
                        into.findings.push(unknown_section(&own, &local));
                    }
                    let idu = format!("{}{local}{number}", self.common.place.departement);
                    let parts = [("commune", 0..5), ("prefixe", 5..8), ("section", 8..10)];
                    for (field, range) in parts {
                        fields.put(&mut values, field, Given::Text(idu[range].to_owned()));
                    }
                    fields.put(&mut values, "numero", Given::Text(number));
                    fields.put(&mut values, "idu", Given::Text(idu));
                }
            },
        }
        fields.put(&mut values, "contenance", whole(cells.given(self.area)));
        let surveyed = cells.text(self.surveyed).is_some_and(|code| code == "A");
        fields.put(&mut values, "arpente", Given::Boolean(surveyed));
        into.rows.push(self.common.row(values, row.geometry));
    }
}

/// The first eight characters (commune, prefix, section in two characters) and the number of a
/// parcel's own identifier.
fn parcel(own: &str) -> Option<(String, String)> {
    let (head, number) = own.split_at_checked(8)?;
    let (commune, prefix, section) = sheet::section(head)?;
    let numbered = number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit());
    numbered.then(|| (format!("{commune}{prefix}{section}"), number.to_owned()))
}

fn unknown_section(own: &str, local: &str) -> Finding {
    Finding::new(
        Severity::Error,
        "reference",
        format!(
            "La parcelle {own} est de la section {}, que la livraison ne contient pas.",
            local[6..].trim_start_matches('0')
        ),
    )
    .about("section", Some(local))
    .advising("Livrez la feuille qui porte cette section, ou faites corriger l’identifiant.")
}

/// GDAL hands on as UTF-8 the texts that an exchange says to be in ISO-8859-1, and the others as
/// they are: those are in it too, or in plain ASCII (NF Z 52000, 7.4).
fn decoded(text: &dyn Fn(&[u8]) -> String) -> impl Fn(&[u8]) -> String + '_ {
    move |bytes| match std::str::from_utf8(bytes) {
        Ok(_) => text(bytes),
        Err(_) => Encoding::WINDOWS_1252.decode(bytes).into_owned(),
    }
}

/// A measure in whole units; EDIGEO writes reals (`+400.`), as text where its schema is lax.
fn whole(value: Given) -> Given {
    let value = match value {
        Given::Text(text) => text.parse().map_or(Given::Text(text), Given::Real),
        other => other,
    };
    match value {
        Given::Real(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            Given::Integer(number as i64)
        }
        other => other,
    }
}

/// `SUBDSECT_id` → `sections`: the sheet's outline in its section. Where an exchange has none, its
/// `SECTION_id`.
pub struct Outline {
    common: Common,
    scale: Option<usize>,
    quality: Option<usize>,
}

impl Outline {
    /// A shape for the outline of that sheet.
    pub fn new(place: &Place, layer: &Layer, source: &SourceLayer) -> Self {
        let columns = Columns::of(source);
        Self {
            common: Common::of(place, layer, &columns),
            scale: columns.at(&["eor"]),
            quality: columns.at(&["qupl"]),
        }
    }
}

impl Shape for Outline {
    fn shape(&mut self, row: Row, text: &dyn Fn(&[u8]) -> String, into: &mut Shaped) {
        let text = decoded(text);
        let cells = Reader::new(&row, &text);
        let fields = &self.common.fields;
        let mut values = self.common.values(&cells);
        let number = self.common.place.sheet.number.clone();
        fields.put(&mut values, "numero", Given::Text(number));
        fields.put(&mut values, "echelle", cells.given(self.scale));
        fields.put_text(&mut values, "qualite", cells.text(self.quality));
        into.rows.push(self.common.row(values, row.geometry));
    }
}

/// `BATIMENT_id` → `batiments`.
pub struct Buildings {
    common: Common,
    kind: Option<usize>,
    name: Option<usize>,
}

impl Buildings {
    /// A shape for the buildings of that sheet.
    pub fn new(place: &Place, layer: &Layer, source: &SourceLayer) -> Self {
        let columns = Columns::of(source);
        Self {
            common: Common::of(place, layer, &columns),
            kind: columns.at(&["dur"]),
            name: columns.at(&["tex"]),
        }
    }
}

impl Shape for Buildings {
    fn shape(&mut self, row: Row, text: &dyn Fn(&[u8]) -> String, into: &mut Shaped) {
        let text = decoded(text);
        let cells = Reader::new(&row, &text);
        let fields = &self.common.fields;
        let mut values = self.common.values(&cells);
        fields.put_text(&mut values, "type", cells.text(self.kind));
        fields.put_text(&mut values, "nom", cells.text(self.name));
        into.rows.push(self.common.row(values, row.geometry));
    }
}
