//! Features taken for one another, and values that name others.

use super::Words;
use crate::catalogue::{Field, Reference, RuleSeverity};
use crate::encode::html::french::count;
use crate::model::{Finding, Severity};
use crate::store::COMMUNES;
use crate::store::checks::{Fault, Faults, Subject};

impl Words<'_> {
    /// `copy` says that all else is the same too.
    pub(in crate::ingest::checks) fn key_twice(&self, fault: &Fault, copy: bool) -> Finding {
        let key = fault.what.as_deref().unwrap_or_default();
        let like = if copy {
            " et tout le reste en commun"
        } else {
            ""
        };
        let message = match &fault.other {
            Some(other) => format!(
                "Les objets {} et {} ont le même identifiant {key}{like}",
                self.number(other),
                self.number(&fault.of)
            ),
            None => format!("L’identifiant {key} est donné deux fois"),
        };
        let advice = if copy {
            "Supprimez l’un des deux ; --repair le ferait."
        } else {
            "Gardez un seul des deux objets, ou corrigez l’identifiant de l’un d’eux."
        };
        let finding = self
            .finding(Severity::Error, "unique", fault, message)
            .advising(advice);
        match self.layer.key.first() {
            Some(field) => finding.about(field, Some(key)),
            None => finding,
        }
    }

    /// What is said once of more than `few` keys that two files of a delivery share.
    pub(in crate::ingest::checks) fn delivered_twice(
        &self,
        faults: &Faults,
        few: i64,
    ) -> Option<Finding> {
        let first = faults.listed.first()?;
        let other = first.other.as_ref()?;
        let files = |fault: &Fault| Some((fault.of.feed, fault.other.as_ref()?.feed));
        let same = |fault: &Fault| files(fault) == files(first);
        if faults.total <= few || first.of.feed == other.feed || !faults.listed.iter().all(same) {
            return None;
        }
        let title = |of: &Subject| {
            let title = usize::try_from(of.feed).ok();
            title
                .and_then(|feed| self.titles.get(feed))
                .map_or("", String::as_str)
        };
        let message = format!(
            "La même donnée est livrée deux fois : {} objets de {} ont l’identifiant d’objets de {}, \
             à commencer par {}",
            count(faults.total),
            title(&first.of),
            title(other),
            first.what.as_deref().unwrap_or_default(),
        );
        let finding = self
            .finding(Severity::Error, "unique", first, message)
            .advising("Livrez un seul de ces deux fichiers.");
        Some(match self.layer.key.first() {
            Some(field) => finding.about(field, first.what.as_deref()),
            None => finding,
        })
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
        self.finding(Severity::Error, "duplicate", fault, message)
            .advising("Supprimez celui qui est de trop, ou redessinez-le à sa place : ces surfaces ne se recouvrent pas.")
    }

    pub(in crate::ingest::checks) fn unknown(
        &self,
        fault: &Fault,
        reference: &Reference,
    ) -> Finding {
        let value = fault.what.as_deref().unwrap_or_default();
        let title = self.title_of(&reference.field);
        let who = self.subject(&fault.of);
        // What many bear has one cause.
        let who = match fault.measure {
            Some(many) => {
                let first = fault.of.name.clone();
                let first = first.unwrap_or_else(|| self.called(&fault.of));
                format!("{} objets, à commencer par {first}", count(many as i64))
            }
            None => who,
        };
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
        let severity = severity(reference.severity);
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

/// How much a fault weighs of which the layer's rules say so.
pub(in crate::ingest::checks) fn severity(rule: RuleSeverity) -> Severity {
    match rule {
        RuleSeverity::Error => Severity::Error,
        RuleSeverity::Warning => Severity::Warning,
    }
}
