//! The checks of a delivery: for each rule a sound delivery, of which nothing is said, and a faulty
//! one, whose very feature, place and words are expected.

mod elsewhere;
mod identities;
mod repairs;
mod shapes;
mod together;

use geonantes::ingest::checks::{How, Told, check, places};
use geonantes::model::{Finding, Severity};

use crate::deliveries::receive;
use crate::support::Database;

/// One layer's rows of a delivery: a query of its fields, `_scope` and `geom`, in the order in which
/// they arrive.
pub struct Staged<'a> {
    pub layer: &'a str,
    pub query: &'a str,
}

/// What the checks say.
#[derive(Debug)]
pub struct Checked {
    pub findings: Vec<Finding>,
    pub totals: Vec<(String, i64)>,
}

impl Checked {
    pub fn refuses(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    }
}

/// What the checks say of the first layer of a delivery.
pub async fn checked(database: &Database, delivery: &[Staged<'_>]) -> Checked {
    handled(database, delivery, 2154, false).await
}

/// As [`checked`], for coordinates in that system, mending what can be mended or not.
pub async fn handled(
    database: &Database,
    delivery: &[Staged<'_>],
    srid: i32,
    repair: bool,
) -> Checked {
    let mut under_way = database.store.begin_delivery().await.expect("a delivery");
    let mut told = Vec::new();
    for Staged { layer, query } in delivery {
        let query = format!("SELECT *, ST_AsBinary(geom) AS wkb FROM ({query}) q");
        receive(database, &mut under_way, layer, srid, &query).await;
        let staged = under_way.stage(database.layer(layer)).await;
        told.push(staged.expect("staged rows"));
    }
    let layer = database.layer(delivery[0].layer);
    let mut inspection = under_way
        .inspection(&database.catalogue, layer)
        .await
        .expect("an inspection");
    let how = How {
        titles: &[],
        repair,
    };
    let said = Told {
        staged: &told[0],
        unplaced: &std::collections::HashSet::new(),
        refused: &std::collections::HashSet::new(),
    };
    let mut checked = check(&mut inspection, layer, how, &said)
        .await
        .expect("the checks");
    let of_places = places(&mut inspection, layer, how, checked.sight).await;
    checked.notes.append(of_places.expect("checks of places"));
    let (findings, totals) = checked.notes.finish();
    Checked { findings, totals }
}

/// As [`checked`], for rows of one layer.
pub async fn alone(database: &Database, layer: &str, query: &str) -> Checked {
    checked(database, &[Staged { layer, query }]).await
}

/// The one finding of a rule.
pub fn only<'c>(checked: &'c Checked, rule: &str) -> &'c Finding {
    let found: Vec<&Finding> = checked.findings.iter().filter(|f| f.rule == rule).collect();
    let [one] = found[..] else {
        panic!("{rule}: {:#?}", checked.findings)
    };
    one
}

/// Checks that nothing was found.
pub fn sound(checked: &Checked) {
    assert!(checked.findings.is_empty(), "{:#?}", checked.findings);
    assert!(checked.totals.is_empty());
}

/// Where a finding is, to the centimetre.
pub fn place(finding: &Finding) -> (f64, f64) {
    let round = |value: Option<f64>| (value.expect("a place") * 100.0).round() / 100.0;
    (round(finding.x), round(finding.y))
}

/// Severity, feature and message of a finding; spaces that hold words together are plain ones.
pub fn told(finding: &Finding) -> (Severity, &str, String) {
    let feature = finding.feature.as_deref().unwrap_or("");
    let message = finding.message.replace(['\u{a0}', '\u{202f}'], " ");
    (finding.severity, feature, message)
}
