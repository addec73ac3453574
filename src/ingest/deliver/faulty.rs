//! Where the features lie that something is said of, and what they look like.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::Part;
use crate::ingest::IngestError;
use crate::model::FaultyFeature;
use crate::store::Delivery;

/// Features of a collection that are looked up.
const MOST: usize = 2_000;

/// Gives the findings of a staged collection the places of their features where they have none,
/// and keeps the features' geometries. `titles` are those of the feeds.
pub(super) async fn find(
    delivery: &mut Delivery,
    part: &mut Part,
    titles: &[String],
) -> Result<(), IngestError> {
    part.shapes.clear();
    let named: BTreeSet<String> = part
        .notes
        .findings()
        .filter_map(|finding| finding.feature.clone())
        .collect();
    let named: Vec<String> = named.into_iter().take(MOST).collect();
    // A name may be that of rows of several feeds, of other collections too.
    let mut rows: Vec<(i32, i64)> = Vec::new();
    let mut names: BTreeMap<(i32, i64), &str> = BTreeMap::new();
    for name in &named {
        for row in rows_of(name, titles) {
            rows.push(row);
            names.insert(row, name);
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    let mut places: BTreeMap<String, Option<(f64, f64)>> = BTreeMap::new();
    for found in delivery.shapes(&part.layer, &rows).await? {
        let Some(name) = names.get(&(found.feed, found.fid)) else {
            continue;
        };
        let is_first = !places.contains_key(*name);
        places.insert((*name).to_owned(), is_first.then_some(found.place));
        if let (true, Some(wkb)) = (is_first, found.wkb) {
            part.shapes.push(FaultyFeature {
                feature: (*name).to_owned(),
                wkb,
            });
        }
    }
    // What two rows are called says which one of neither.
    let sure = |name: &str| places.get(name).copied().flatten();
    part.shapes.retain(|shape| sure(&shape.feature).is_some());
    for finding in part.notes.findings_mut() {
        let place = finding.feature.as_deref().and_then(sure);
        if let (None, Some((x, y))) = (finding.x, place) {
            (finding.x, finding.y) = (Some(x), Some(y));
        }
    }
    Ok(())
}

/// Feeds and numbers of the rows that are called so, as [`super::feature::name`] calls them.
fn rows_of(name: &str, titles: &[String]) -> Vec<(i32, i64)> {
    let (title, number) = name.rsplit_once(' ').unwrap_or(("", name));
    let Ok(fid) = number.parse::<i64>() else {
        return Vec::new();
    };
    (0..)
        .zip(titles)
        .filter(|(_, known)| *known == title)
        .map(|(feed, _)| (feed, fid))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::rows_of;

    #[test]
    fn names_lead_to_rows() {
        let titles = ["ZONE_URBA", "INFO SURF", "ZONE_URBA"].map(str::to_owned);
        assert_eq!(rows_of("INFO SURF 12", &titles), [(1, 12)]);
        assert_eq!(rows_of("ZONE_URBA 3", &titles), [(0, 3), (2, 3)]);
        assert_eq!(rows_of("12", &[String::new()]), [(0, 12)]);
        assert!(rows_of("44109000AB0012", &[String::new()]).is_empty());
        assert!(rows_of("ailleurs 4", &titles).is_empty());
    }
}
