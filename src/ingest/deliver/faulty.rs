//! Where the features lie that something is said of, and what they look like.

use std::collections::BTreeMap;

use super::outcome::Part;
use crate::ingest::IngestError;
use crate::model::FaultyFeature;
use crate::store::Delivery;

/// Features of a collection that are looked up.
const MOST: usize = 2_000;

/// Gives the findings of a staged collection the places of their features where they have none,
/// and keeps the features' geometries.
pub(super) async fn find(delivery: &mut Delivery, part: &mut Part) -> Result<(), IngestError> {
    part.shapes.clear();
    // The first name of each row: a finding may name a feature by more than its number.
    let mut names: BTreeMap<(i32, i64), String> = BTreeMap::new();
    for finding in part.notes.findings() {
        if let (Some(row), Some(name)) = (finding.row, &finding.feature)
            && names.len() < MOST
        {
            names.entry(row).or_insert_with(|| name.clone());
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    let rows: Vec<(i32, i64)> = names.keys().copied().collect();
    let mut places: BTreeMap<(i32, i64), (f64, f64)> = BTreeMap::new();
    for found in delivery.shapes(&part.layer, &rows).await? {
        let row = (found.feed, found.fid);
        let is_first = places.insert(row, found.place).is_none();
        if let (true, Some(wkb), Some(feature)) = (is_first, found.wkb, names.get(&row)) {
            part.shapes.push(FaultyFeature {
                feature: feature.clone(),
                wkb,
            });
        }
    }
    for finding in part.notes.findings_mut() {
        let place = finding.row.and_then(|row| places.get(&row));
        if let (None, Some((x, y))) = (finding.x, place) {
            (finding.x, finding.y) = (Some(*x), Some(*y));
        }
    }
    Ok(())
}
