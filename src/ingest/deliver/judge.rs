//! To which scope a row belongs, and whether the writer may write there.

use std::collections::HashMap;

use crate::access::writing::{NotWritable, may_write};
use crate::catalogue::{Layer, Scope};
use crate::ingest::IngestError;
use crate::ingest::notes::Notes;
use crate::ingest::values::{Typed, scope_field};
use crate::model::{Finding, Reach, Severity, TERRITORY, Which, Writer};
use crate::store::{Delivery, Stranger};

/// Judges the rows of one collection.
pub(super) struct Judge {
    layer: Layer,
    writer: Writer,
    wanted: Option<String>,
    /// Place of the field whose value is the scope.
    field: Option<usize>,
    /// Place of the field that bears the communes.
    communes: Option<usize>,
    known: HashMap<String, Result<(), NotWritable>>,
}

impl Judge {
    pub(super) fn new(layer: &Layer, writer: &Writer, wanted: Option<&str>) -> Self {
        let place = |name: &str| layer.fields.iter().position(|field| field.name == name);
        Self {
            field: scope_field(layer).and_then(|field| place(&field.name)),
            communes: layer.reach_field().and_then(|field| place(&field.name)),
            layer: layer.clone(),
            writer: writer.clone(),
            wanted: wanted.map(str::to_owned),
            known: HashMap::new(),
        }
    }

    /// The scope of a row; empty when nothing tells it, which the row's required field says.
    pub(super) fn scope(
        &mut self,
        told: Option<String>,
        values: &[Typed],
        feature: &dyn Fn() -> Which,
        notes: &mut Notes,
    ) -> String {
        let of_field = || {
            self.field
                .and_then(|place| values[place].text().map(str::to_owned))
        };
        let own = told.or_else(of_field);
        let scope = match (own, &self.wanted) {
            (Some(own), Some(wanted)) if !self.covers(wanted, &own) => {
                let name = self
                    .field
                    .map(|place| self.layer.fields[place].name.as_str());
                notes.note(Severity::Error, "scope", || {
                    other_scope(&own, wanted, name).of(feature())
                });
                own
            }
            (Some(own), _) => own,
            (None, Some(wanted)) => wanted.clone(),
            (None, None) => match self.layer.scope {
                Scope::Territoire | Scope::Fusion => TERRITORY.to_owned(),
                _ => String::new(),
            },
        };
        self.may_write(&scope, values, feature, notes);
        scope
    }

    /// Whether a scope is what was asked for; of sheets one may ask for a commune's or a
    /// département's.
    fn covers(&self, wanted: &str, own: &str) -> bool {
        match self.layer.scope {
            Scope::Feuille => own.starts_with(wanted),
            _ => own == wanted,
        }
    }

    fn may_write(
        &mut self,
        scope: &str,
        values: &[Typed],
        feature: &dyn Fn() -> Which,
        notes: &mut Notes,
    ) {
        let communes = self
            .communes
            .and_then(|place| values[place].text())
            .unwrap_or_default();
        // Rows that merge are judged by their communes, the others by their scope.
        let judged = if self.layer.scope == Scope::Fusion {
            communes
        } else {
            scope
        };
        let verdict = match self.known.get(judged) {
            Some(verdict) => *verdict,
            None => {
                let verdict = may_write(&self.writer, &self.layer, scope, communes.split('|'));
                self.known.insert(judged.to_owned(), verdict);
                verdict
            }
        };
        if let Err(reason) = verdict {
            notes.note(Severity::Error, "reach", || {
                forbidden(reason, judged).of(feature())
            });
        }
    }
}

/// Rows that would change features of others: where rows merge by key, one's own commune in a row
/// says nothing of the feature that it would replace.
pub(super) async fn strangers(
    delivery: &mut Delivery,
    layer: &Layer,
    writer: &Writer,
) -> Result<Vec<Stranger>, IngestError> {
    match &writer.reach {
        Reach::Communes(codes) if layer.scope == Scope::Fusion => {
            let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
            Ok(delivery.strangers(layer, &codes).await?)
        }
        _ => Ok(Vec::new()),
    }
}

fn other_scope(own: &str, wanted: &str, field: Option<&str>) -> Finding {
    let finding = Finding::new(
        Severity::Error,
        "scope",
        format!("L’objet est de « {own} », la livraison est pour « {wanted} »."),
    )
    .advising("Retirez l’objet de la livraison, ou livrez sans --scope.");
    match field {
        Some(field) => finding.about(field, Some(own)),
        None => finding,
    }
}

fn forbidden(reason: NotWritable, scope: &str) -> Finding {
    let message = match reason {
        NotWritable::Role => "Votre accès ne permet pas de contribuer.".to_owned(),
        NotWritable::Layer => {
            "Cette collection est réservée à un rôle que votre accès n’a pas.".to_owned()
        }
        NotWritable::Reach => format!("« {scope} » est hors du périmètre où vous pouvez publier."),
    };
    Finding::new(Severity::Error, "reach", message)
        .advising("Demandez l’accès à la métropole, ou retirez ces objets de la livraison.")
}
