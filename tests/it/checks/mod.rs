//! The checks of a delivery: for each rule a sound delivery, of which nothing is said, and a faulty
//! one, whose very feature, place and words are expected.

mod identities;
mod shapes;

use geonantes::catalogue::Layer;
use geonantes::ingest::checks::check;
use geonantes::model::{Finding, LayerId, Severity};
use geonantes::store::checks::Inspection;
use geonantes::store::cluster::SUPERUSER;
use sqlx::{AssertSqlSafe, PgConnection};

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

/// Stages rows as a delivery does: numbers from 0, the fields in the catalogue's order and types.
async fn stage(connection: &mut PgConnection, layer: &Layer, query: &str) {
    let table = layer.table();
    let columns: Vec<String> = layer
        .fields
        .iter()
        .map(|field| {
            format!(
                "(jsonb_populate_record(NULL::layer.{table}, v)).\"{}\"",
                field.name
            )
        })
        .collect();
    let statement = format!(
        "CREATE TEMP TABLE staging_{table} AS \
           SELECT _row, 0 AS _feed, _row + 1 AS _fid, _scope, {columns}, geom::geometry AS geom FROM ( \
             SELECT row_number() OVER () - 1 AS _row, _scope, geom, to_jsonb(q) - 'geom' AS v \
             FROM ({query}) q) n",
        columns = columns.join(", "),
    );
    sqlx::raw_sql(AssertSqlSafe(statement.clone()))
        .execute(&mut *connection)
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// What the checks say of the first layer of a delivery.
pub async fn checked(database: &Database, delivery: &[Staged<'_>]) -> Checked {
    let mut connection = database.connect(SUPERUSER).await;
    sqlx::raw_sql("BEGIN")
        .execute(&mut connection)
        .await
        .expect("a transaction");
    for staged in delivery {
        stage(&mut connection, database.layer(staged.layer), staged.query).await;
    }
    let delivered: Vec<LayerId> = delivery
        .iter()
        .map(|staged| database.layer(staged.layer).id.clone())
        .collect();
    let layer = database.layer(delivery[0].layer);
    let srid = database.territory.srid();
    let mut inspection = Inspection::of(
        &mut connection,
        &database.catalogue,
        layer,
        &delivered,
        srid,
    )
    .await
    .expect("an inspection");
    let notes = check(&mut inspection, layer, &[])
        .await
        .expect("the checks");
    let (findings, totals) = notes.finish();
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
