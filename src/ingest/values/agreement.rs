//! Identifiers that are made of other fields of their row: the cadastre's parcels and sheets say
//! twice where they are.

use super::{Rules, Typed};
use crate::catalogue::Layer;
use crate::ingest::notes::Notes;
use crate::model::{Finding, Severity, Which};

/// A field that begins with the values of others, by their places.
pub(super) struct Made {
    field: usize,
    of: Vec<usize>,
}

/// Fields of the cadastre, and what they begin with.
const MADE: [(&str, &[&str]); 2] = [
    ("idu", &["commune", "prefixe", "section", "numero"]),
    ("feuille", &["commune", "prefixe", "section"]),
];

/// The identifiers of a layer that has all of their parts.
pub(super) fn of(layer: &Layer) -> Vec<Made> {
    let place = |name: &&str| layer.fields.iter().position(|field| field.name == **name);
    let made = MADE.iter().filter_map(|(name, parts)| {
        let of: Option<Vec<usize>> = parts.iter().map(place).collect();
        Some(Made {
            field: place(name)?,
            of: of?,
        })
    });
    made.collect()
}

impl Rules {
    /// Tells identifiers that say something else than the fields that they are made of; what is
    /// absent was told already.
    pub(super) fn agree(&self, values: &[Typed], feature: &dyn Fn() -> Which, notes: &mut Notes) {
        for made in &self.made {
            let Some(whole) = values[made.field].text() else {
                continue;
            };
            let parts: Option<Vec<&str>> = made.of.iter().map(|at| values[*at].text()).collect();
            let Some(parts) = parts else { continue };
            let mut rest = Some(whole);
            for part in &parts {
                rest = rest.and_then(|rest| rest.strip_prefix(part));
            }
            // What has not its form was told already.
            let formed = |at: usize| {
                let (pattern, text) = (&self.fields[at].pattern, values[at].text());
                (pattern.as_ref().zip(text)).is_none_or(|(pattern, text)| pattern.matches(text))
            };
            if rest.is_some() || !formed(made.field) || !made.of.iter().all(|at| formed(*at)) {
                continue;
            }
            let field = &self.fields[made.field].field;
            let names: Vec<&str> = (made.of.iter())
                .map(|at| self.fields[*at].field.name.as_str())
                .collect();
            notes.note_field(Severity::Error, ("pattern", &field.name), || {
                let message = format!(
                    "« {} » ne dit pas la même chose que {} ({}).",
                    field.title,
                    names.join(", "),
                    parts.join(" ")
                );
                Finding::new(Severity::Error, "pattern", message)
                    .of(feature())
                    .about(&field.name, Some(whole))
                    .advising(format!(
                        "Attendu : {}…, ou corrigez ces champs.",
                        parts.concat()
                    ))
            });
        }
    }
}
