//! Rows of ASSIETTE_SUP_*, with what they are joined with, made easements.

use std::collections::HashSet;
use std::sync::Arc;

use exchange::Row;

use super::joins::{Joined, Joins};
use crate::catalogue::Layer;
use crate::ingest::cnig::Record;
use crate::ingest::cnig::{Pieces, names};
use crate::ingest::feed::{Given, Shape, Shaped, ShapedRow};
use crate::ingest::rows::{self, Columns, Fields, Reader};
use crate::model::{Finding, Severity};

/// Columns of an area, which fields of the same name hold.
const OWN: [&str; 8] = [
    "idass",
    "idgen",
    "nomass",
    "typeass",
    "modegeoass",
    "paramcalc",
    "srcgeoass",
    "datesrcass",
];

/// What the shapes of a partition share.
#[derive(Debug)]
pub struct Partition {
    /// Its name: `110068012_PM3_28`.
    pub name: String,
    /// Category, where neither the table's name nor the easement says it.
    pub category: Option<String>,
    /// The other tables.
    pub joins: Joins,
    /// The acts' files.
    pub pieces: Pieces,
}

/// Areas of one table.
pub struct Areas {
    partition: Arc<Partition>,
    fields: Fields,
    columns: Columns,
    category: Option<String>,
    /// Files of which it was said that they are missing.
    told: HashSet<String>,
}

impl Areas {
    /// A shape for the table of that name and columns.
    pub fn new(partition: &Arc<Partition>, layer: &Layer, table: &str, columns: Columns) -> Self {
        Self {
            partition: partition.clone(),
            fields: Fields::of(layer),
            category: names::category(table).or_else(|| partition.category.clone()),
            columns,
            told: HashSet::new(),
        }
    }

    fn put(&self, values: &mut [Given], field: &str, text: Option<String>) {
        self.fields.put_text(values, field, text);
    }

    /// Values of the generator, the easement and the acts.
    fn join(&self, joined: &Joined<'_>, values: &mut [Given]) {
        let of = |record: Option<&Record>, column: &str| {
            record.and_then(|record| record.get(column).cloned())
        };
        self.put(values, "idsup", joined.idsup.clone());
        self.put(values, "nomgen", of(joined.generator, "nomgen"));
        for field in ["nomsup", "nomsuplitt"] {
            self.put(values, field, of(joined.easement, field));
        }
        self.fields
            .put(values, "datemaj", date(of(joined.easement, "datemaj")));
        self.put(values, "nomgest", of(joined.manager, "nomgest"));
        let all = |column: &str| {
            let mut list: Vec<&str> = Vec::new();
            let said = joined.acts.iter().filter_map(|act| act.get(column));
            for value in said.map(String::as_str) {
                if !list.contains(&value) {
                    list.push(value);
                }
            }
            (!list.is_empty()).then(|| list.join(" | "))
        };
        for field in ["idacte", "nomacte", "typeacte", "decision"] {
            self.put(values, field, all(field));
        }
        let latest = joined.acts.first().copied();
        for field in ["datedecis", "datepub"] {
            self.fields.put(values, field, date(of(latest, field)));
        }
        self.put(
            values,
            "fichier",
            all("fichier").or_else(|| self.files(joined)),
        );
        let urls: Vec<String> = joined
            .acts
            .iter()
            .filter_map(|act| self.address(act))
            .collect();
        self.put(
            values,
            "urlacte",
            (!urls.is_empty()).then(|| urls.join(" | ")),
        );
        let category = of(joined.easement, "categorie").map(|category| category.to_lowercase());
        self.put(
            values,
            "suptype",
            category.or_else(|| self.category.clone()),
        );
    }

    /// Where the file of an act is served: the one that it names, or else the one that has its
    /// name.
    fn address(&self, act: &Record) -> Option<String> {
        let pieces = &self.partition.pieces;
        let named = act.get("fichier").and_then(|file| pieces.address(file));
        named.or_else(|| pieces.address(act.get("nomacte")?))
    }

    /// Files that acts do not name, but that bear their names.
    fn files(&self, joined: &Joined<'_>) -> Option<String> {
        let pieces = &self.partition.pieces;
        let names = joined.acts.iter().filter_map(|act| {
            let name = act.get("nomacte")?;
            pieces.address(name).map(|_| format!("{name}.pdf"))
        });
        let list: Vec<String> = names.collect();
        (!list.is_empty()).then(|| list.join(" | "))
    }
}

/// Acts whose files are not in the archive; `told` are those of which it was said already.
fn missing(pieces: &Pieces, joined: &Joined<'_>, told: &mut HashSet<String>, into: &mut Shaped) {
    for act in &joined.acts {
        let Some(file) = act.get("fichier") else {
            continue;
        };
        if pieces.address(file).is_none() && told.insert(file.to_owned()) {
            into.findings.push(
                Finding::new(
                    Severity::Warning,
                    "piece",
                    format!("Le fichier « {file} » de l’acte n’est pas dans l’archive."),
                )
                .about("fichier", Some(file))
                .advising("Joignez l’acte au dossier « Actes », ou corrigez FICHIER."),
            );
        }
    }
}

/// A day of the standard, or what is written instead of one.
fn date(text: Option<String>) -> Given {
    match text {
        None => Given::Absent,
        Some(text) => rows::day(&text).map_or(Given::Text(text), Given::Date),
    }
}

fn broken(id: &str, what: &str) -> Finding {
    let (message, field) = match what {
        "générateur" => (
            format!("Aucun générateur n’a l’identifiant « {id} »."),
            "idgen",
        ),
        "servitude" => (
            format!("Aucune servitude n’a l’identifiant « {id} »."),
            "idsup",
        ),
        "acte" => (format!("Aucun acte n’a l’identifiant « {id} »."), "idacte"),
        _ => (
            format!("Aucun acte n’est lié à la servitude « {id} » (SERVITUDE_ACTE_SUP)."),
            "idsup",
        ),
    };
    Finding::new(Severity::Error, "reference", message)
        .about(field, Some(id))
        .advising(
            "Complétez la table que l’identifiant désigne : une servitude sans acte ni générateur \
             n’est pas opposable.",
        )
}

impl Shape for Areas {
    fn shape(&mut self, row: Row, text: &dyn Fn(&[u8]) -> String, into: &mut Shaped) {
        let cells = Reader::new(&row, text);
        let mut values = self.fields.blank();
        for name in OWN {
            let at = self.columns.at(&[name]);
            let value = match name {
                "paramcalc" => cells.given(at),
                _ => cells.text(at).map_or(Given::Absent, Given::Text),
            };
            self.fields.put(&mut values, name, value);
        }
        let name = self.partition.name.clone();
        self.put(&mut values, "partition", Some(name.clone()));
        let idgen = cells.text(self.columns.at(&["idgen"]));
        let joined = self.partition.joins.of(idgen.as_deref());
        if let Some((id, what)) = &joined.broken {
            into.findings.push(broken(id, what));
        }
        self.join(&joined, &mut values);
        missing(&self.partition.pieces, &joined, &mut self.told, into);
        into.rows.push(ShapedRow {
            scope: Some(name),
            values,
            geometry: row.geometry,
        });
    }
}
