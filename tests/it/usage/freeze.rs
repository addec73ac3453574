//! `geonantes usage freeze` and `erase`.

use super::{json, ledger, text};
use crate::support::Database;

const FREEZE: [&str; 5] = ["usage", "freeze", "--year", "2025", "--json"];

#[tokio::test]
async fn a_year_is_frozen_once_and_what_comes_late_is_a_difference() {
    let database = ledger().await;
    let frozen = json(&database, &FREEZE).await;
    assert_eq!(frozen["state"], "frozen");
    assert_eq!(frozen["provisional"], false);
    // Before it adhered to the service, or after it left the portal, a commune's use is public.
    assert_eq!(
        frozen["services"],
        serde_json::json!({
            "ads": {"44143": "2.02", "public": "3.01"},
            "sig": {"44109": "10", "44143": "0", "metropolis": "5", "public": "11"},
        })
    );
    let sum = frozen["sha256"].as_str().expect("a sum").to_owned();
    assert_eq!(sum.len(), 64);

    database
        .execute("UPDATE usage.daily SET units = units + 500 WHERE commune = 'metropolis'")
        .await;
    let again = json(&database, &FREEZE).await;
    assert_eq!(again["state"], "already_frozen");
    assert_eq!(again["sha256"], sum.as_str());
    assert_eq!(again["services"], frozen["services"]);
    let check = [&FREEZE[..], &["--check"]].concat();
    let found = json(&database, &check).await;
    assert_eq!(found["intact"], true);
    assert_eq!(
        found["differences"],
        serde_json::json!([{"service": "sig", "key": "metropolis",
                            "frozen": "5", "now": "5.5", "difference": "0.5"}])
    );
}

#[tokio::test]
async fn what_was_frozen_cannot_be_changed_and_a_change_would_show() {
    let database = ledger().await;
    json(&database, &FREEZE).await;
    let change = "UPDATE usage.measured SET units = 1";
    let refused = sqlx::raw_sql(change)
        .execute(&mut database.connect("geonantes").await)
        .await;
    assert!(refused.is_err_and(|error| error.to_string().contains("never changed")));
    database
        .execute(&format!("SET session_replication_role = replica; {change}"))
        .await;
    let check = database
        .run(&["usage", "freeze", "--year", "2025", "--check"])
        .await;
    assert_eq!(check.status.code(), Some(1));
    assert!(text(&check.stdout).contains("somebody changed them"));
}

#[tokio::test]
async fn a_year_waits_for_its_end_and_for_its_segments() {
    let database = ledger().await;
    database
        .execute(
            "INSERT INTO usage.segment (id, instance, opened, done) VALUES
             ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b',
              '2025-12-31 22:59:59Z', false),
             (gen_random_uuid(), gen_random_uuid(), '2025-06-01Z', true),
             (gen_random_uuid(), gen_random_uuid(), '2025-12-31 23:00:00Z', false)",
        )
        .await;
    let refused = database.run(&FREEZE).await;
    assert_eq!(refused.status.code(), Some(1));
    let told = text(&refused.stderr);
    assert!(told.contains("1 journal segment(s)"), "{told}");
    assert!(
        told.contains("00000000-0000-4000-8000-00000000000a"),
        "{told}"
    );
    database
        .execute("UPDATE usage.segment SET done = true")
        .await;
    assert!(database.run(&FREEZE).await.status.success());

    let coming = ["usage", "freeze", "--year", "2999"];
    let early = database.run(&coming).await;
    assert_eq!(early.status.code(), Some(1));
    assert!(text(&early.stderr).contains("not over"));
    let provisional = json(
        &database,
        &[&coming[..], &["--provisional", "--json"]].concat(),
    )
    .await;
    assert_eq!(provisional["provisional"], true);
    let unknown = database
        .run(&["usage", "freeze", "--year", "2024", "--check"])
        .await;
    assert_eq!(unknown.status.code(), Some(1));
    assert!(text(&unknown.stderr).contains("never frozen"));
}

async fn sums(database: &Database, table: &str) -> String {
    database
        .one(&format!(
            "SELECT concat_ws(' ', sum(requests), sum(units), sum(bytes), sum(features),
                              sum(database_us), sum(aborted), sum(in_doubt), sum(errors))
             FROM usage.{table}"
        ))
        .await
}

const DETAIL: &str = "
CREATE TABLE usage.event_2025_07 PARTITION OF usage.event
    FOR VALUES FROM ('2025-07-01Z') TO ('2025-08-01Z');
INSERT INTO usage.event (at, commune, key, service, layer, operation, client, status, outcome, bytes,
    features, database_us, units) SELECT '2025-07-01 10:00Z', '44143', key, 'ads', 'parcelles', 2, 1,
    200, 0, 1000, 101, 4, 1010 FROM unnest(ARRAY[1, 1, NULL, 2]) key;
INSERT INTO usage.hourly SELECT date_trunc('hour', at), commune, coalesce(key, 0), service, layer,
    operation, client, count(*), sum(units), sum(bytes), sum(features), sum(database_us), 0, 0, 0
    FROM usage.event GROUP BY 1, 2, 3, 4, 5, 6, 7;
INSERT INTO usage.daily SELECT '2025-07-01', '44143', 0, 'ads', 'parcelles', 2, 1,
    1, 1010, 1000, 101, 4, 0, 0, 0;
";

#[tokio::test]
async fn an_erased_key_leaves_the_sums_as_they_were() {
    let database = ledger().await;
    database.execute(DETAIL).await;
    let before = (
        sums(&database, "daily").await,
        sums(&database, "hourly").await,
    );
    let asked = ["usage", "erase", "--key", "gn_AAAAAAAA"];
    let unconfirmed = database.run(&asked).await;
    assert_eq!(unconfirmed.status.code(), Some(3));
    assert!(text(&unconfirmed.stderr).contains("--yes"));

    let erased = json(&database, &[&asked[..], &["--yes", "--json"]].concat()).await;
    assert_eq!(erased["events"], 2);
    assert_eq!(erased["requests"], 5);
    assert_eq!(erased["units"], 5.03);
    let after = (
        sums(&database, "daily").await,
        sums(&database, "hourly").await,
    );
    assert_eq!(before, after);
    for table in ["daily", "hourly", "event"] {
        let left: i64 = database
            .one(&format!("SELECT count(*) FROM usage.{table} WHERE key = 1"))
            .await;
        assert_eq!(left, 0, "{table}");
    }
    let merged: i64 = database
        .one("SELECT requests FROM usage.hourly WHERE key = 0")
        .await;
    assert_eq!(merged, 3);
    let remembered: i64 = database
        .one("SELECT count(*) FROM usage.erased WHERE key = 1")
        .await;
    assert_eq!(remembered, 1);

    let unknown = database
        .run(&["usage", "erase", "--key", "gn_nobody", "--yes"])
        .await;
    assert_eq!(unknown.status.code(), Some(1));
}
