//! What the columns of one row say together.

use super::read::Reading;
use crate::ingest::Given;
use crate::model::{Finding, Severity};

/// A decision as it is called for files of that type, where other applications call it alike for
/// all: a permit is granted or refused, a declaration opposed or not, a certificate delivered.
fn called(kind: &str, decision: &str) -> Option<&'static str> {
    Some(match (kind, decision) {
        ("DP", "accord") => "non_opposition",
        ("DP", "accord_prescriptions") => "non_opposition_prescriptions",
        ("DP", "accord_tacite") => "non_opposition_tacite",
        ("DP", "refus") => "opposition",
        ("CUa" | "CUb", "accord_tacite" | "non_opposition_tacite") => "cu_tacite",
        ("CUa", "accord") => "cu_information",
        ("CUb", "accord") => "cu_realisable",
        ("CUb", "refus") => "cu_non_realisable",
        ("DP" | "CUa" | "CUb", _) => return None,
        (_, "non_opposition") => "accord",
        (_, "non_opposition_prescriptions") => "accord_prescriptions",
        (_, "non_opposition_tacite") => "accord_tacite",
        (_, "opposition") => "refus",
        _ => return None,
    })
}

impl Reading {
    fn text<'v>(&self, values: &'v [Given], field: &str) -> Option<&'v str> {
        match self.fields.get(values, field) {
            Some(Given::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Has the decision of a file called what it is called for files of its type.
    pub(super) fn word_decision(&self, values: &mut [Given]) {
        let said = self.text(values, "type").zip(self.text(values, "decision"));
        if let Some(word) = said.and_then(|(kind, decision)| called(kind, decision)) {
            let word = Given::Text(word.to_owned());
            self.fields.put(values, "decision", word);
        }
    }

    /// What is said of a file whose number is of another commune, or of another kind of permit, than
    /// its columns say: its personal fields would be shown to the instructors of another commune. The
    /// number of a commune that is no more is no contradiction.
    pub(super) fn contradiction(&self, values: &[Given]) -> Option<Finding> {
        let text = |field| self.text(values, field);
        let number = self.number(values)?;
        let (field, told, said) = match (text("commune"), text("type")) {
            (Some(commune), _)
                if commune != number.commune.as_str()
                    && (self.communes.is_empty() || self.communes.contains(&number.commune)) =>
            {
                ("commune", commune, number.commune.to_string())
            }
            (_, Some(kind)) if !kind.starts_with(number.kind) => {
                ("type", kind, number.kind.to_owned())
            }
            _ => return None,
        };
        let message = format!("Le numéro {number} dit « {said} », la colonne dit « {told} ».");
        let finding = Finding::new(Severity::Error, "reference", message);
        let advice =
            "Corrigez le numéro ou la colonne : l’un des deux est celui d’un autre dossier.";
        Some(finding.about(field, Some(told)).advising(advice))
    }
}
