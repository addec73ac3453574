//! What a layer file must obey beyond its types: names that SQL and URLs can bear, fields that
//! exist, personal data that stays apart, zooms in order.
//!
//! A check never stops at the first finding: it reports each at the value it is about.

mod access;
mod delivery;
mod fields;
mod findings;
mod identity;
mod style;
mod tiles;

pub(super) use findings::key_at;

use super::diagnostic::{Problem, SourceFile};
use super::layer::Layer;
use findings::Findings;

/// The problems of a layer by itself, in the order of its file.
pub(super) fn alone(file: &SourceFile, layer: &Layer) -> Vec<Problem> {
    let mut findings = Findings::of(file);
    identity::check(layer, &mut findings);
    access::check(layer, &mut findings);
    fields::check(layer, &mut findings);
    delivery::check(layer, &mut findings);
    tiles::check(layer, &mut findings);
    style::check(layer, &mut findings);
    findings.into_problems()
}

/// The problems that show only between layers: references to layers or fields that do not exist.
pub(super) fn together(read: &[(SourceFile, Layer)]) -> Vec<Problem> {
    read.iter()
        .flat_map(|(file, layer)| {
            let mut findings = Findings::of(file);
            delivery::check_references(layer, read, &mut findings);
            findings.into_problems()
        })
        .collect()
}
