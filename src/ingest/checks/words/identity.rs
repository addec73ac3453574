//! Features taken for one another, and values that name others.

use super::Words;
use crate::catalogue::{Field, Reference, ReferenceSeverity};
use crate::model::{Finding, Severity};
use crate::store::COMMUNES;
use crate::store::checks::Fault;

impl Words<'_> {
    pub(in crate::ingest::checks) fn key_twice(&self, fault: &Fault) -> Finding {
        let key = fault.what.as_deref().unwrap_or_default();
        let message = match &fault.other {
            Some(other) => format!(
                "Les objets {} et {} ont le même identifiant {key}",
                self.number(other),
                self.number(&fault.of)
            ),
            None => format!("L’identifiant {key} est donné deux fois"),
        };
        let finding = self
            .finding(Severity::Error, "unique", fault, message)
            .advising("Gardez un seul des deux objets, ou corrigez l’identifiant de l’un d’eux.");
        match self.layer.key.first() {
            Some(field) => finding.about(field, Some(key)),
            None => finding,
        }
    }

    pub(in crate::ingest::checks) fn key_elsewhere(&self, fault: &Fault) -> Finding {
        let who = self.subject(&fault.of);
        let message = format!(
            "{who} est déjà publié par « {} », que cette livraison ne remplace pas",
            fault.what.as_deref().unwrap_or_default()
        );
        let finding = self
            .finding(Severity::Error, "unique", fault, message)
            .advising("Corrigez l’identifiant, ou livrez aussi l’unité qui le publie déjà.");
        match self.layer.key.first() {
            Some(field) => finding.about(field, fault.of.name.as_deref()),
            None => finding,
        }
    }

    pub(in crate::ingest::checks) fn value_twice(&self, fault: &Fault, field: &Field) -> Finding {
        let value = fault.what.as_deref().unwrap_or_default();
        let other = fault.other.as_ref().map(|other| self.number(other));
        let message = format!(
            "« {} » vaut {value} pour l’objet {} et pour l’objet {}, alors que chaque valeur est unique",
            field.title,
            other.unwrap_or_default(),
            self.number(&fault.of)
        );
        self.finding(Severity::Error, "unique", fault, message)
            .about(&field.name, Some(value))
            .advising("Corrigez l’une des deux valeurs.")
    }

    pub(in crate::ingest::checks) fn same_twice(&self, fault: &Fault) -> Finding {
        let message = format!(
            "L’objet {} est la copie exacte de l’objet {} : mêmes attributs, même géométrie",
            self.number(&fault.of),
            fault
                .other
                .as_ref()
                .map(|other| self.number(other))
                .unwrap_or_default()
        );
        self.finding(Severity::Error, "duplicate", fault, message)
            .advising("Supprimez l’un des deux ; --repair le ferait.")
    }

    pub(in crate::ingest::checks) fn shape_twice(&self, fault: &Fault) -> Finding {
        let other = fault.other.as_ref().map(|other| self.called(other));
        let message = format!(
            "{} a exactement la géométrie de {}, avec d’autres attributs",
            self.subject(&fault.of),
            other.unwrap_or_default()
        );
        self.finding(Severity::Warning, "duplicate", fault, message)
            .advising("Vérifiez que les deux objets existent vraiment à la même place.")
    }

    pub(in crate::ingest::checks) fn unknown(
        &self,
        fault: &Fault,
        reference: &Reference,
    ) -> Finding {
        let value = fault.what.as_deref().unwrap_or_default();
        let title = self.title_of(&reference.field);
        let who = self.subject(&fault.of);
        let (message, advice) = if reference.layer.as_str() == COMMUNES {
            (
                format!("{who} : {value} n’est pas une commune du territoire"),
                "Corrigez le code INSEE, ou retirez les objets des communes voisines.".to_owned(),
            )
        } else {
            (
                format!(
                    "{who} : « {title} » vaut {value}, qui n’existe pas dans la couche « {} »",
                    reference.layer
                ),
                format!(
                    "Corrigez la valeur, ou livrez d’abord la couche « {} » à jour.",
                    reference.layer
                ),
            )
        };
        let severity = match reference.severity {
            ReferenceSeverity::Error => Severity::Error,
            ReferenceSeverity::Warning => Severity::Warning,
        };
        self.finding(severity, "reference", fault, message)
            .about(&reference.field, Some(value))
            .advising(advice)
    }

    pub(in crate::ingest::checks) fn unverified(&self, reference: &Reference) -> Finding {
        Finding::new(
            Severity::Warning,
            "reference",
            format!(
                "« {} » non vérifié : la couche « {} » n’est pas publiée",
                self.title_of(&reference.field),
                reference.layer
            ),
        )
        .about(&reference.field, None)
        .advising(format!(
            "Publiez la couche « {} », puis livrez de nouveau pour que ces valeurs soient vérifiées.",
            reference.layer
        ))
    }
}
