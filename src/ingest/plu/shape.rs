//! Rows of ZONE_URBA, PRESCRIPTION_* and INFO_*, made rows of the collections.

use std::collections::HashSet;
use std::sync::Arc;

use exchange::Row;

use super::document::Document;
use super::register;
use crate::catalogue::Layer;
use crate::ingest::cnig::Pieces;
use crate::ingest::feed::{Given, Shape, Shaped, ShapedRow};
use crate::ingest::rows::{Columns, Fields, Reader};
use crate::model::{Finding, Severity};

/// What a table describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Zones.
    Zone,
    /// Prescriptions.
    Prescription,
    /// Information.
    Information,
}

impl Kind {
    /// Of the table of that name.
    pub fn of(table: &str) -> Option<Self> {
        Some(match table {
            "ZONE_URBA" => Self::Zone,
            _ if table.starts_with("PRESCRIPTION_") => Self::Prescription,
            _ if table.starts_with("INFO_") => Self::Information,
            _ => return None,
        })
    }

    /// The collection that it feeds.
    pub fn collection(self) -> &'static str {
        match self {
            Self::Zone => "plum-zonage",
            Self::Prescription => "plum-prescriptions",
            Self::Information => "plum-informations",
        }
    }
}

/// Rows of one table.
pub struct Objects {
    kind: Kind,
    document: Arc<Document>,
    pieces: Arc<Pieces>,
    fields: Fields,
    /// Fields that a column fills.
    filled: Vec<(String, usize)>,
    /// The two-digit vocation of former standards.
    vocation: Option<usize>,
    /// Pieces of which it was said that they are missing.
    missing: HashSet<String>,
}

impl Objects {
    /// A shape for that table, of those columns; `map` are columns and fields that the contributor
    /// says.
    pub fn new(
        kind: Kind,
        document: &Arc<Document>,
        pieces: &Arc<Pieces>,
        layer: &Layer,
        columns: &Columns,
        map: &[(String, String)],
    ) -> Self {
        let filled = layer.fields.iter().filter_map(|field| {
            let wished = map.iter().find(|(_, known)| *known == field.name);
            let names = wished.map(|(column, _)| column.to_lowercase());
            let known = names.iter().map(String::as_str);
            let known = known
                .chain([field.name.as_str()])
                .chain(field.aliases.iter().map(String::as_str));
            Some((field.name.clone(), columns.at(&known.collect::<Vec<_>>())?))
        });
        Self {
            kind,
            document: document.clone(),
            pieces: pieces.clone(),
            filled: filled.collect(),
            vocation: columns.at(&["destdomi"]),
            missing: HashSet::new(),
            fields: Fields::of(layer),
        }
    }

    fn text(&self, values: &[Given], field: &str) -> Option<String> {
        match self.fields.get(values, field)? {
            Given::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// The document's identifier in every row; one of another document is refused.
    fn identity(&self, values: &mut [Given], into: &mut Shaped) {
        let document = &self.document;
        if let Some(own) = self
            .text(values, "idurba")
            .filter(|own| !document.is_own(own))
        {
            into.findings.push(
                Finding::new(
                    Severity::Error,
                    "document",
                    format!(
                        "L’objet est du document {own}, la livraison est le document {}.",
                        document.idurba
                    ),
                )
                .about("idurba", Some(&own))
                .advising("Corrigez IDURBA : tous les objets portent l’identifiant de DOC_URBA."),
            );
        }
        let put = |values: &mut [Given], field, text: &str| {
            self.fields.put(values, field, Given::Text(text.to_owned()));
        };
        put(values, "idurba", &document.idurba);
        if self.text(values, "partition").is_none() {
            put(values, "partition", &document.name.partition());
        }
        if let Some(commune) = &document.commune
            && self.text(values, "insee").is_none()
        {
            put(values, "insee", commune);
        }
    }

    /// The piece that the object names, and its address.
    fn piece(&mut self, values: &mut [Given], into: &mut Shaped) {
        let Some(named) = self.text(values, "nomfic") else {
            return;
        };
        let address = self.pieces.address(&named);
        let linked = self.text(values, "urlfic").is_some();
        // One that is missing is missing once, however many objects name it.
        if address.is_none() && self.missing.insert(named.clone()) {
            let severity = match self.kind {
                Kind::Zone if !linked => Severity::Error,
                _ => Severity::Warning,
            };
            into.findings.push(
                Finding::new(
                    severity,
                    "piece",
                    format!(
                        "La pièce « {named} » n’est pas dans l’archive ; cet objet est le premier qui la nomme."
                    ),
                )
                .about("nomfic", Some(&named))
                .advising("Joignez la pièce à l’archive, ou corrigez NOMFIC."),
            );
        }
        if !linked {
            self.fields.put_text(values, "urlfic", address);
        }
    }

    fn codes(&self, values: &mut [Given], cells: &Reader<'_>, into: &mut Shaped) {
        match self.kind {
            Kind::Zone => self.zone(values, cells, into),
            Kind::Prescription => self.couple(values, "typepsc", "stypepsc", into),
            Kind::Information => self.couple(values, "typeinf", "stypeinf", into),
        }
    }

    fn zone(&self, values: &mut [Given], cells: &Reader<'_>, into: &mut Shaped) {
        if let Some(kind) = self.text(values, "typezone") {
            if let Some(known) = register::zone(&kind) {
                self.fields
                    .put(values, "typezone", Given::Text(known.to_owned()));
            } else if let Some(advice) = register::zone_advice(&kind) {
                into.findings.push(
                    Finding::new(
                        Severity::Warning,
                        "standard",
                        format!("« {kind} » est un type de zone d’un ancien standard."),
                    )
                    .about("typezone", Some(&kind))
                    .advising(advice),
                );
            }
        }
        let vocation = cells.text(self.vocation).map(|code| padded(&code));
        if self.text(values, "formdomi").is_none()
            && let Some(vocation) = vocation
        {
            let form = register::form(&vocation).map_or(vocation, str::to_owned);
            self.fields.put(values, "formdomi", Given::Text(form));
        }
    }

    /// A type and its sub-code, in two digits each.
    fn couple(&self, values: &mut [Given], kind: &str, sub: &str, into: &mut Shaped) {
        let Some(code) = self.code(values, kind) else {
            return;
        };
        let under = self.code(values, sub);
        // Standards before 2017 have no sub-codes.
        let has = self.filled.iter().any(|(field, _)| field == sub);
        let mut couple = (code.clone(), under.or((!has).then(|| "00".to_owned())));
        let (former, known) = match self.kind {
            Kind::Information => (
                None,
                register::information(&code, couple.1.as_deref().unwrap_or("")),
            ),
            _ => (
                register::former_prescription(&code),
                register::prescription(&code, couple.1.as_deref().unwrap_or("")),
            ),
        };
        if let Some((today, under)) = former {
            into.findings.push(
                Finding::new(
                    Severity::Warning,
                    "standard",
                    format!("Le type {code} d’un ancien standard est aujourd’hui {today}-{under}."),
                )
                .about(kind, Some(&code))
                .advising("Le code d’aujourd’hui est publié."),
            );
            couple = (today.to_owned(), Some(under.to_owned()));
        } else if self.kind == Kind::Information
            && let Some(said) = register::former_information(&code)
        {
            into.findings.push(
                Finding::new(
                    Severity::Warning,
                    "standard",
                    format!("Le type d’information {code} a quitté le registre : {said}."),
                )
                .about(kind, Some(&code)),
            );
        } else if known == Some(false)
            && let Some(under) = &couple.1
        {
            into.findings.push(
                Finding::new(
                    Severity::Warning,
                    "standard",
                    format!(
                        "Le registre du CNIG ne connaît pas le sous-code {under} du type {code}."
                    ),
                )
                .about(sub, Some(under))
                .advising("Prenez un sous-code du registre, ou « 00 »."),
            );
        }
        self.fields.put(values, kind, Given::Text(couple.0));
        self.fields.put_text(values, sub, couple.1);
    }

    fn code(&self, values: &[Given], field: &str) -> Option<String> {
        match self.fields.get(values, field)? {
            Given::Text(text) => Some(padded(text)),
            Given::Integer(number) => Some(padded(&number.to_string())),
            Given::Real(number) => Some(padded(&number.to_string())),
            _ => None,
        }
    }
}

/// A code in two digits: spreadsheets eat the zero.
fn padded(code: &str) -> String {
    let single = code.len() == 1 && code.bytes().all(|b| b.is_ascii_digit());
    if single {
        format!("0{code}")
    } else {
        code.to_owned()
    }
}

impl Shape for Objects {
    fn shape(&mut self, row: Row, text: &dyn Fn(&[u8]) -> String, into: &mut Shaped) {
        let cells = Reader::new(&row, text);
        let mut values = self.fields.blank();
        for (field, at) in &self.filled {
            let value = match field.as_str() {
                "datvalid" => cells.day(Some(*at)),
                _ => cells.given(Some(*at)),
            };
            self.fields.put(&mut values, field, value);
        }
        self.identity(&mut values, into);
        self.piece(&mut values, into);
        self.codes(&mut values, &cells, into);
        into.rows.push(ShapedRow {
            scope: Some(self.document.idurba.clone()),
            values,
            geometry: row.geometry,
        });
    }
}
