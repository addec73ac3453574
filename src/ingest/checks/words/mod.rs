//! The French of the findings.

mod alone;
mod emptied;
mod identity;
mod measures;
mod mended;
mod together;

pub(super) use emptied::emptied;
pub(super) use identity::severity;

use crate::catalogue::Layer;
use crate::model::{Finding, Severity, Which};
use crate::store::checks::{Fault, Subject};

/// Who speaks: of which layer, and what its feeds are called.
pub(super) struct Words<'a> {
    layer: &'a Layer,
    titles: &'a [String],
}

impl<'a> Words<'a> {
    pub(in crate::ingest::checks) fn new(layer: &'a Layer, titles: &'a [String]) -> Self {
        Self { layer, titles }
    }

    /// A feature's number, behind its feed's title where there are several: `ZONE_URBA 12`.
    fn number(&self, of: &Subject) -> String {
        let title = usize::try_from(of.feed)
            .ok()
            .and_then(|feed| self.titles.get(feed));
        match title.filter(|title| !title.is_empty()) {
            Some(title) => format!("{title} {}", of.fid),
            None => of.fid.to_string(),
        }
    }

    /// A feature inside a sentence: `44109000AB0123 (objet 12)`, `l’objet 12`.
    fn called(&self, of: &Subject) -> String {
        match &of.name {
            Some(name) => format!("{name} (objet {})", self.number(of)),
            None => format!("l’objet {}", self.number(of)),
        }
    }

    /// A feature at the head of a sentence.
    fn subject(&self, of: &Subject) -> String {
        match &of.name {
            Some(name) => name.clone(),
            None => format!("L’objet {}", self.number(of)),
        }
    }

    fn finding(&self, severity: Severity, rule: &str, fault: &Fault, message: String) -> Finding {
        let finding = Finding::new(severity, rule, message).of(Which {
            number: self.number(&fault.of),
            name: fault.of.name.clone(),
            row: Some((fault.of.feed, fault.of.fid)),
        });
        match (fault.x, fault.y) {
            (Some(x), Some(y)) => finding.at(x, y),
            _ => finding,
        }
    }

    fn title_of(&self, field: &str) -> String {
        let field = self.layer.field(field);
        field.map(|field| field.title.clone()).unwrap_or_default()
    }
}
