//! The tables without geometry, and the joins that an area of easement goes through:
//! assiette → générateur → servitude → acte.

use std::collections::{BTreeMap, BTreeSet};

use crate::ingest::cnig::Record;
use crate::model::{Finding, Severity};

/// The tables that areas are joined with, by identifier.
#[derive(Debug, Default)]
pub struct Joins {
    generators: BTreeMap<String, Record>,
    easements: BTreeMap<String, Record>,
    acts: BTreeMap<String, Record>,
    managers: BTreeMap<String, Record>,
    /// Easement → acts.
    links: BTreeMap<String, BTreeSet<String>>,
}

/// What an area is joined with.
#[derive(Debug, Default, PartialEq)]
pub struct Joined<'a> {
    /// The generator.
    pub generator: Option<&'a Record>,
    /// The easement, and its identifier.
    pub easement: Option<&'a Record>,
    /// See `easement`.
    pub idsup: Option<String>,
    /// The acts, the latest first.
    pub acts: Vec<&'a Record>,
    /// Who is in charge.
    pub manager: Option<&'a Record>,
    /// The identifier at which the joins stop, and what it should name.
    pub broken: Option<(String, &'static str)>,
}

impl Joins {
    /// Adds the rows of a table.
    pub fn add(&mut self, table: &str, rows: Vec<Record>) {
        if table == "SERVITUDE_ACTE_SUP" {
            for row in rows {
                if let (Some(easement), Some(act)) = (row.get("idsup"), row.get("idacte")) {
                    let acts = self.links.entry(easement.clone()).or_default();
                    acts.insert(act.clone());
                }
            }
            return;
        }
        let (place, key) = match table {
            "ACTE_SUP" => (&mut self.acts, "idacte"),
            "SERVITUDE" => (&mut self.easements, "idsup"),
            "GESTIONNAIRE_SUP" => (&mut self.managers, "idgest"),
            _ if table.starts_with("GENERATEUR_SUP_") => (&mut self.generators, "idgen"),
            _ => return,
        };
        for row in rows {
            if let Some(id) = row.get(key).cloned() {
                place.insert(id, row);
            }
        }
    }

    /// What the area of that generator is joined with.
    pub fn of(&self, idgen: Option<&str>) -> Joined<'_> {
        let mut joined = Joined::default();
        let Some(idgen) = idgen else {
            joined.broken = Some((String::new(), "générateur"));
            return joined;
        };
        let Some(generator) = self.generators.get(idgen) else {
            joined.broken = Some((idgen.to_owned(), "générateur"));
            return joined;
        };
        joined.generator = Some(generator);
        let idsup = generator.get("idsup").cloned().unwrap_or_default();
        joined.idsup = (!idsup.is_empty()).then(|| idsup.clone());
        let Some(easement) = self.easements.get(&idsup) else {
            joined.broken = Some((idsup, "servitude"));
            return joined;
        };
        joined.easement = Some(easement);
        joined.manager = easement.get("idgest").and_then(|id| self.managers.get(id));
        let linked = self.links.get(&idsup);
        match linked.filter(|acts| !acts.is_empty()) {
            None => joined.broken = Some((idsup, "acte de la servitude")),
            Some(acts) => {
                for id in acts {
                    match self.acts.get(id) {
                        Some(act) => joined.acts.push(act),
                        None => joined.broken = Some((id.clone(), "acte")),
                    }
                }
            }
        }
        joined
            .acts
            .sort_by_key(|act| std::cmp::Reverse(act.get("datedecis")));
        joined
    }

    /// Generators that no area comes from, by identifier.
    pub fn without_area(&self, areas: &BTreeSet<String>) -> Vec<Finding> {
        let alone = self.generators.keys().filter(|id| !areas.contains(*id));
        alone
            .map(|id| {
                Finding::new(
                    Severity::Warning,
                    "reference",
                    format!("Aucune assiette ne vient du générateur {id}."),
                )
                .about("idgen", Some(id))
                .advising("Ajoutez l’assiette, ou retirez le générateur.")
            })
            .collect()
    }
}
