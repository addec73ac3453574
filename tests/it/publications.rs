//! Publications: only what changes is written, all of it at once, and the past stays.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::Row as _;

use crate::support::{Database, Server};

/// The sheet AB again, with some rows different.
fn sheet_ab(contenance: &str, condition: &str) -> String {
    format!(
        "SELECT _scope, idu, commune, prefixe, section, numero, feuille, arpente, date_creation, \
         date_maj, {contenance} AS contenance, geom FROM fixture.parcelles \
         WHERE section = 'AB' AND {condition}"
    )
}

const FIVE_CHANGED: &str = "CASE WHEN numero <= '0005' THEN 1 ELSE contenance END";

/// Where each row lies on disk and who wrote it: unchanged as long as nobody writes the row.
async fn places(database: &Database, condition: &str) -> BTreeMap<String, (i64, String)> {
    database
        .rows(&format!(
            "SELECT idu, fid, xmin::text || ' ' || ctid::text FROM layer.parcelles WHERE {condition}"
        ))
        .await
        .iter()
        .map(|row| (row.get(0), (row.get(1), row.get(2))))
        .collect()
}

#[tokio::test]
async fn only_the_rows_that_change_are_written_and_numbers_are_kept() {
    let database = Database::clone_template().await;
    let before = places(&database, "true").await;
    let published = database
        .publish("parcelles", &sheet_ab(FIVE_CHANGED, "numero <> '0100'"))
        .await;
    let [one] = &published[..] else {
        panic!("{published:?}")
    };
    assert_eq!(
        (one.added, one.removed, one.changed, one.unchanged),
        (0, 1, 5, 94)
    );
    assert_eq!((one.scope.as_str(), one.count), ("44109000AB01", 99));
    let after = places(&database, "true").await;
    assert_eq!(after.len(), 399);
    for (idu, (fid, place)) in &after {
        let (old_fid, old_place) = &before[idu];
        assert_eq!(fid, old_fid, "{idu} got another number");
        let changed = idu.starts_with("44109000AB") && &idu[10..] <= "0005";
        assert_eq!(place != old_place, changed, "{idu}");
    }
    let past = database
        .rows("SELECT idu, contenance, _since, _until FROM layer.parcelles_history ORDER BY idu")
        .await;
    let past: Vec<(String, i64, i64, i64)> = past
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3)))
        .collect();
    assert_eq!(past.len(), 6);
    assert_eq!(past[0].0, "44109000AB0001");
    assert_eq!(past[0].1, 300, "the superseded value");
    assert_eq!(past[5].0, "44109000AB0100");
    assert!(
        past.iter()
            .all(|row| row.2 < one.version && row.3 == one.version),
        "{past:?}"
    );
}

#[tokio::test]
async fn the_same_delivery_twice_publishes_nothing() {
    let database = Database::clone_template().await;
    let count = "SELECT count(*) FROM publication";
    let before: i64 = database.one(count).await;
    assert!(
        database
            .publish("parcelles", "SELECT * FROM fixture.parcelles")
            .await
            .is_empty()
    );
    // In another order, and with columns that the layer does not have.
    let shuffled = "SELECT 42 AS autre, * FROM fixture.parcelles ORDER BY random()";
    assert!(database.publish("parcelles", shuffled).await.is_empty());
    assert!(
        database
            .publish("plum-zonage", "SELECT * FROM fixture.plum_zonage")
            .await
            .is_empty()
    );
    assert!(
        database
            .publish("dossiers-ads", "SELECT * FROM fixture.dossiers_ads")
            .await
            .is_empty()
    );
    assert_eq!(database.one::<i64>(count).await, before);
}

#[tokio::test]
async fn a_delivery_replaces_its_scopes_and_no_other() {
    let database = Database::clone_template().await;
    let others = "section <> 'AB'";
    let before = places(&database, others).await;
    let published = database
        .publish("parcelles", &sheet_ab("contenance", "numero = '0001'"))
        .await;
    assert_eq!((published[0].removed, published[0].count), (99, 1));
    assert_eq!(places(&database, others).await, before);
    assert_eq!(
        database
            .one::<i64>("SELECT count(*) FROM layer.parcelles")
            .await,
        301
    );
}

#[tokio::test]
async fn what_a_merging_delivery_leaves_out_stays() {
    let database = Database::clone_template().await;
    let published = database
        .publish(
            "dossiers-ads",
            "SELECT 'territoire' AS _scope, numero, 'PC' AS type, commune, parcelles, 'acheve' AS \
             etat, demandeur, demandeur_adresse, demandeur_courriel, demandeur_telephone, geom \
             FROM fixture.dossiers_ads ORDER BY numero LIMIT 1",
        )
        .await;
    let one = &published[0];
    assert_eq!(
        (one.changed, one.removed, one.added, one.count),
        (1, 0, 0, 40)
    );
    let files = "SELECT count(*) FROM layer.dossiers_ads";
    assert_eq!(database.one::<i64>(files).await, 40);
}

/// The hash never holds personal fields, but their change is a change, and the past is kept apart.
#[tokio::test]
async fn another_applicant_is_a_change_of_the_personal_row() {
    let database = Database::clone_template().await;
    let query = "SELECT _scope, numero, type, commune, parcelles, etat, decision, date_depot, \
                 demandeur_adresse, demandeur_courriel, demandeur_telephone, geom, \
                 CASE WHEN numero LIKE '%0001' THEN 'Autre' ELSE demandeur END AS demandeur \
                 FROM fixture.dossiers_ads";
    let published = database.publish("dossiers-ads", query).await;
    assert_eq!((published[0].changed, published[0].unchanged), (1, 39));
    let current = "SELECT demandeur FROM layer.dossiers_ads_personal p JOIN layer.dossiers_ads \
                   USING (fid) WHERE numero LIKE '%0001' AND p._until IS NULL";
    assert_eq!(database.one::<String>(current).await, "Autre");
    let past = "SELECT count(*) FROM layer.dossiers_ads_personal WHERE _until IS NOT NULL";
    assert_eq!(database.one::<i64>(past).await, 1);
}

#[tokio::test]
async fn a_refused_delivery_leaves_no_trace() {
    let database = Database::clone_template().await;
    let before = places(&database, "true").await;
    let publications: i64 = database.one("SELECT count(*) FROM publication").await;
    let twice = format!(
        "{} UNION ALL {}",
        sheet_ab("1", "numero < '0003'"),
        sheet_ab("2", "true")
    );
    let elsewhere = "SELECT '44109000ZZ01' AS _scope, idu, commune, geom \
                     FROM fixture.parcelles WHERE section = 'AK'";
    let shapeless = "SELECT _scope, idu, commune, ST_Point(1, 1, 2154) AS geom \
                     FROM fixture.parcelles WHERE section = 'AB'";
    for (query, word) in [
        (twice.as_str(), "44109000AB0001"),
        (elsewhere, "44143000AK"),
        (shapeless, ""),
    ] {
        let error = database
            .try_publish("parcelles", query)
            .await
            .expect_err(query);
        assert!(error.to_string().contains(word), "{error}");
    }
    assert_eq!(places(&database, "true").await, before);
    assert_eq!(
        database
            .one::<i64>("SELECT count(*) FROM publication")
            .await,
        publications
    );
    let history = "SELECT count(*) FROM layer.parcelles_history";
    assert_eq!(database.one::<i64>(history).await, 0);
}

/// Counts, extents and hashes of the publications are those of the rows.
#[tokio::test]
async fn the_record_is_exact() {
    let server = Server::start().await;
    let database = &server.database;
    for query in [
        sheet_ab(FIVE_CHANGED, "numero > '0010'"),
        sheet_ab("contenance", "numero < '0003'"),
        sheet_ab("contenance", "true"),
    ] {
        server.publish("parcelles", &query).await;
        agrees(database).await;
        let page = server.json("/collections/parcelles/items?limit=1").await;
        let rows: i64 = database.one("SELECT count(*) FROM layer.parcelles").await;
        assert_eq!(page["numberMatched"], rows);
    }
}

async fn agrees(database: &Database) {
    let wrong = database
        .rows(
            "SELECT p.scope FROM publication p LEFT JOIN (SELECT _scope, count(*) n, ST_Extent(geom) e \
             FROM layer.parcelles GROUP BY 1) r ON r._scope = p.scope \
             WHERE layer = 'parcelles' AND superseded_by IS NULL AND (count <> coalesce(n, 0) \
             OR extent IS DISTINCT FROM CASE WHEN e IS NOT NULL THEN \
             ARRAY[ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)] END)",
        )
        .await;
    assert!(
        wrong.is_empty(),
        "{:?}",
        wrong.iter().map(|row| row.get(0)).collect::<Vec<String>>()
    );
}

/// Between a publication and the server's hearing of it, a count is absent rather than stale.
#[tokio::test]
async fn a_count_is_never_that_of_another_version() {
    let server = Server::start().await;
    let fewer = sheet_ab("contenance", "numero = '0001'");
    server.database.publish("parcelles", &fewer).await;
    for query in ["", "&section=AB", "&bbox=-180,-80,180,80"] {
        let path = format!("/collections/parcelles/items?limit=1000{query}");
        let page = server.json(&path).await;
        let matched = &page["numberMatched"];
        let exact = matched.is_null() || *matched == page["numberReturned"];
        assert!(exact, "{query}: {matched} for {}", page["numberReturned"]);
    }
    server.refresh().await;
    let page = server.json("/collections/parcelles/items?limit=1").await;
    assert_eq!(page["numberMatched"], 301);
}

#[tokio::test]
async fn an_emptied_scope_is_recorded_as_empty() {
    let database = Database::clone_template().await;
    database
        .publish("parcelles", &sheet_ab("contenance", "numero = '0001'"))
        .await;
    // Nothing is delivered for the sheet: it keeps what it has, an empty delivery says nothing.
    let nothing = database
        .publish("parcelles", &sheet_ab("contenance", "false"))
        .await;
    assert!(nothing.is_empty());
    assert_eq!(
        database
            .one::<i64>("SELECT count(*) FROM layer.parcelles")
            .await,
        301
    );
}

#[tokio::test]
async fn publications_at_once_have_numbers_of_their_own() {
    let database = Arc::new(Database::clone_template().await);
    let publish = |section: &'static str| {
        let database = database.clone();
        tokio::spawn(async move {
            let query = format!(
                "SELECT _scope, idu, commune, feuille, section, 7::bigint AS contenance, geom \
                 FROM fixture.parcelles WHERE section = '{section}'"
            );
            database.publish("parcelles", &query).await[0].version
        })
    };
    let tasks: Vec<_> = ["AB", "AC", "AK", "AL"].into_iter().map(publish).collect();
    let mut versions = BTreeSet::new();
    for task in tasks {
        versions.insert(task.await.expect("a publication"));
    }
    assert_eq!(versions.len(), 4, "each has a number of its own");
    agrees(&database).await;
}

/// A delivery that turns 100 rows of one kind into another: who reads sees all of one or all of
/// the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_see_all_of_a_publication_or_nothing() {
    let server = Arc::new(Server::start().await);
    server
        .publish("parcelles", &sheet_ab("0::bigint", "true"))
        .await;
    let done = Arc::new(AtomicBool::new(false));
    let reading = {
        let (server, done) = (server.clone(), done.clone());
        tokio::spawn(async move {
            let mut seen = BTreeSet::new();
            let mut reads = 0;
            while !done.load(Ordering::Relaxed) || reads < 5 {
                let page = server
                    .json("/collections/parcelles/items?limit=1000&section=AB")
                    .await;
                let contents: BTreeSet<String> = crate::support::values(&page, "contenance")
                    .into_iter()
                    .collect();
                assert_eq!(contents.len(), 1, "a mixture: {contents:?}");
                assert_eq!(page["numberReturned"], 100);
                seen.extend(contents);
                reads += 1;
            }
            seen.len()
        })
    };
    for round in 1..=8 {
        server
            .publish("parcelles", &sheet_ab(&format!("{round}::bigint"), "true"))
            .await;
    }
    done.store(true, Ordering::Relaxed);
    let states = reading.await.expect("the reader saw halves");
    assert!(
        states > 2,
        "the reader saw {states} states of 9: it did not read in between"
    );
}
