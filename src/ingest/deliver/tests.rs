use std::path::Path;

use super::*;
use crate::model::{Counts, ScopeOutcome};

fn scope([added, removed, changed, unchanged]: [i64; 4]) -> ScopeOutcome {
    ScopeOutcome {
        scope: "44109".to_owned(),
        version: None,
        compared_with: 1,
        counts: Counts {
            added,
            removed,
            changed,
            unchanged,
        },
    }
}

#[test]
fn what_loses_much_of_a_scope_is_suspicious() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers");
    let catalogue = Catalogue::read(&folder).expect("the shipped catalogue");
    let layer = catalogue.get("mairies").expect("a shipped layer");
    let odd = |counts| words::suspicious(layer, &scope(counts), FEW).is_some();
    assert!(odd([0, 41, 0, 59]) && !odd([0, 40, 0, 60]));
    assert!(!odd([0, 0, 100, 0]));
    assert!(!odd([1000, 0, 0, 100]) && !odd([5, 19, 0, 0]));
    assert!(odd([0, 20, 0, 0]));
    let said = words::suspicious(layer, &scope([0, 50, 0, 50]), FEW).expect("a suspicion");
    assert!(
        said.contains("44109") && said.contains("50 objets sur 100"),
        "{said}"
    );
}

#[test]
fn features_are_named_by_their_feed_where_there_are_several() {
    assert_eq!(feature::name("", 12), "12");
    assert_eq!(feature::name("ZONE_URBA", 12), "ZONE_URBA 12");
}
