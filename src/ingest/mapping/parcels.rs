//! The parcels that a row names, in columns by number or as people write them.

use super::form::Parcels;
use super::read::{Reading, context};
use crate::ads::reference::{self, Outcome, Places};
use crate::ingest::Shaped;
use crate::ingest::rows::Reader;
use crate::model::{Finding, Idu, Insee, Severity};

/// Most parcels of one row that come in columns by number.
const MOST_PARCELS: usize = 200;

impl Reading {
    /// Columns of prefix, section and number of each numbered parcel.
    pub(super) fn numbered(&self) -> Vec<[Option<usize>; 3]> {
        let Some(Parcels {
            section: Some(section),
            number: Some(number),
            prefix,
            ..
        }) = &self.mapping.parcels
        else {
            return Vec::new();
        };
        let place = |pattern: &str, n: usize| self.at(&pattern.replace("{n}", &n.to_string()));
        let each = (1..=MOST_PARCELS).map(|n| {
            let prefix = prefix.as_deref().and_then(|prefix| place(prefix, n));
            [prefix, place(section, n), place(number, n)]
        });
        each.take_while(|[_, section, number]| section.is_some() || number.is_some())
            .collect()
    }

    /// The parcels of a row, each once; those that cannot be read are told.
    pub(super) fn parcels(
        &self,
        cells: &Reader<'_>,
        commune: Option<&Insee>,
        into: &mut Shaped,
    ) -> Vec<Idu> {
        let Some(rule) = &self.mapping.parcels else {
            return Vec::new();
        };
        let mut found: Vec<Idu> = Vec::new();
        let mut add = |written: &str, read: Result<Vec<Idu>, String>| match read {
            Ok(parcels) => {
                for idu in parcels {
                    if !found.contains(&idu) {
                        found.push(idu);
                    }
                }
            }
            Err(why) => into.findings.push(
                Finding::new(
                    Severity::Warning,
                    "parcel",
                    format!("La référence « {written} » n’est pas lue : {why}."),
                )
                .about("parcelles", Some(written))
                .advising("Le dossier est pris sans cette parcelle ; complétez-la à la source."),
            ),
        };
        for [prefix, section, number] in self.numbered() {
            let [prefix, section, number] = [prefix, section, number].map(|at| cells.text(at));
            if section.is_none() && number.is_none() {
                continue;
            }
            let parts = [prefix, section, number];
            let written = parts.iter().flatten().cloned().collect::<Vec<_>>();
            add(&written.join(" "), named(commune, &parts));
        }
        for name in &rule.text {
            for written in cells.text(self.at(name)).iter() {
                // openADS ends each reference with a semicolon.
                let bare = written.trim_end_matches([';', ',', ' ']);
                add(written, listed(commune, bare));
            }
        }
        found
    }
}

/// The parcel that a prefix, a section and a number name.
fn named(commune: Option<&Insee>, parts: &[Option<String>; 3]) -> Result<Vec<Idu>, String> {
    let [prefix, section, number] = parts;
    if let (Some(commune), Some(section), Some(number)) = (commune, section, number)
        && let Ok(number) = number.parse()
    {
        // Sections are numbered in Alsace-Moselle alone; elsewhere such a section is a slip.
        let numbered = section.bytes().all(|b| b.is_ascii_digit());
        let german = ["57", "67", "68"].contains(&commune.departement());
        let prefix = prefix.as_deref().unwrap_or("000");
        if numbered && !german {
            return Err("une section a une ou deux lettres".to_owned());
        }
        if let Ok(idu) = Idu::new(commune, &format!("{prefix:0>3}"), section, number) {
            return Ok(vec![idu]);
        }
    }
    // Some write the prefix for the section, and the section with the number.
    let written: Vec<&str> = parts.iter().flatten().map(String::as_str).collect();
    listed(commune, &written.join(" "))
}

/// The parcels of a text.
fn listed(commune: Option<&Insee>, written: &str) -> Result<Vec<Idu>, String> {
    match reference::parse(written, &context(commune, &Places::default())) {
        Outcome::Parcels(parcels) => Ok(parcels),
        Outcome::Wrong(fault) => Err(fault.message),
        Outcome::File(_) => Err("c’est le numéro d’un dossier".to_owned()),
        Outcome::Candidates(_) => Err("elle se lit de plusieurs façons".to_owned()),
    }
}
