//! The database as the second judge: what each role of readers may read, told and untold, and by
//! which index.

use std::sync::Arc;

use geonantes::catalogue::{Layer, View};
use geonantes::config::{DatabaseUrl, Limits};
use geonantes::model::{
    Bbox, BboxFilter, Crs, ItemsFilter, ItemsQuery, Reach, Reading, Role, Rows, Seal, Srid,
};
use geonantes::store::{Access, MEMBER, READER, Store, StoreError};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _};

use crate::support::{Database, Server};

async fn count(connection: &mut PgConnection, statement: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(AssertSqlSafe(statement.to_owned()))
        .fetch_one(connection)
        .await
}

/// Rows of a table, after telling where the reader has a role, in one statement.
fn told(role: &str, reach: &str, table: &str) -> String {
    format!(
        "SELECT r.n FROM (SELECT set_config('geonantes.{role}', '{reach}', true) AS seal) h \
         CROSS JOIN LATERAL (SELECT count(*) AS n FROM layer.{table} WHERE h.seal IS NOT NULL) r"
    )
}

/// A layer as somebody reads it who has the role csu in a reach.
fn csu(layer: &Arc<Layer>, reach: &str) -> View {
    let reach: Reach = reach.parse().expect("a reach");
    let reading = Reading {
        rows: Rows::from(&reach),
        personal: None,
        seal: Seal::Member {
            roles: [Role::Csu].into_iter().collect(),
            reach,
        },
    };
    View::new(layer.clone(), reading)
}

fn page(bbox: Option<BboxFilter>, limit: u32) -> ItemsQuery {
    ItemsQuery {
        crs: Crs::Crs84,
        filter: ItemsFilter {
            bbox,
            ..ItemsFilter::default()
        },
        after: 0,
        limit,
        version: None,
        bound: None,
    }
}

#[tokio::test]
async fn who_is_not_told_to_reach_anything_reads_nothing() {
    let database = Database::clone_template().await;
    let mut member = database.connect(MEMBER).await;
    for table in ["cameras_csu", "secteurs_craiol", "dossiers_ads_personal"] {
        let statement = format!("SELECT count(*) FROM layer.{table}");
        let seen = count(&mut member, &statement).await;
        assert_eq!(seen.expect("a right"), 0, "{table}");
    }
    for (role, reach, table, rows) in [
        ("csu", "44109", "cameras_csu", 10),
        ("csu", "44018,44109", "cameras_csu", 10),
        ("csu", "territoire", "cameras_csu", 10),
        ("csu", "44143", "cameras_csu", 0),
        ("csu", "", "cameras_csu", 0),
        ("csu", "territoire", "secteurs_craiol", 0),
        ("craiol", "44162", "secteurs_craiol", 1),
        ("craiol", "44109", "secteurs_craiol", 2),
        ("instructor", "44109", "dossiers_ads_personal", 40),
        ("instructor", "44143", "dossiers_ads_personal", 0),
        ("csu", "territoire", "dossiers_ads_personal", 0),
    ] {
        let seen = count(&mut member, &told(role, reach, table)).await;
        assert_eq!(seen.expect("rows"), rows, "{role} in {reach}: {table}");
        // What was told ended with its statement.
        let after = count(&mut member, &format!("SELECT count(*) FROM layer.{table}")).await;
        assert_eq!(after.expect("a right"), 0, "{table}");
    }
    // Members' layers are any member's.
    let sites = count(&mut member, "SELECT count(*) FROM layer.sites_archives").await;
    assert_eq!(sites.expect("a right"), 4);
    for statement in [
        "DELETE FROM layer.cameras_csu",
        "UPDATE layer.sites_archives SET nom = ''",
        "CREATE TABLE layer.mine (a int)",
        "ALTER TABLE layer.cameras_csu DISABLE ROW LEVEL SECURITY",
        "SET ROLE geonantes",
        "SELECT * FROM key",
    ] {
        let done = sqlx::raw_sql(statement).execute(&mut member).await;
        assert!(done.is_err(), "the members' role may {statement}");
    }
    member.close().await.expect("closed");
}

#[tokio::test]
async fn who_reads_open_layers_learns_of_no_other_publication() {
    let database = Database::clone_template().await;
    let closed = "layer IN ('cameras-csu', 'secteurs-craiol', 'sites-archives')";
    for table in ["publication", "publication_tile"] {
        let all = format!("SELECT count(*) FROM {table} WHERE {closed}");
        assert!(database.one::<i64>(&all).await > 0);
        let mut reader = database.connect(READER).await;
        let seen = count(&mut reader, &all).await.expect("a right");
        assert_eq!(seen, 0, "{table}");
        let open = format!("SELECT count(*) FROM {table} WHERE NOT {closed}");
        let expected: i64 = database.one(&open).await;
        assert_eq!(count(&mut reader, &open).await.expect("a right"), expected);
        reader.close().await.expect("closed");
    }
}

/// With the database reached by its address, the owner's session takes both roles.
#[tokio::test]
async fn an_address_is_read_in_both_roles() {
    let database = Database::clone_template().await;
    let url = DatabaseUrl::from(database.url());
    let access = Access::from_urls(&url, None).expect("options");
    let (srid, served) = (database.territory.srid(), database.territory.served_crs());
    let store = Store::open(access, &Limits::default(), srid, &served);
    let cameras = Arc::new(database.layer("cameras-csu").clone());
    for (reach, rows) in [("44109", 10), ("territoire", 10), ("44143", 0)] {
        let found = store.items(&csu(&cameras, reach), &page(None, 100)).await;
        assert_eq!(found.expect("a page").rows.len(), rows, "{reach}");
    }
    // The program's own mistake: the policies hold all the same, and nobody has no right at all.
    let blunder = |seal: Seal| {
        let reading = Reading {
            rows: Rows::All,
            personal: None,
            seal,
        };
        View::new(cameras.clone(), reading)
    };
    let seal = csu(&cameras, "44143").reading().seal.clone();
    let found = store.items(&blunder(seal), &page(None, 100)).await;
    assert_eq!(found.expect("a page").rows.len(), 0);
    let refused = store
        .items(&blunder(Seal::Anonymous), &page(None, 100))
        .await;
    assert!(matches!(refused, Err(StoreError::Denied(_))));
    store.close().await;
}

/// A box of a large restricted layer is read by the index of places, whoever asks.
#[tokio::test]
async fn a_restricted_layer_answers_a_box_by_its_index() {
    let database = Database::clone_template().await;
    database
        .publish(
            "cameras-csu",
            "SELECT commune AS _scope, commune || '-' || n AS identifiant, 'camera' AS nature, \
             'n' || n AS nom, commune, 'service' AS etat, \
             ST_Point(x + n % 200 * 10, y + n / 200 * 13, 2154) AS geom \
             FROM generate_series(0, 9999) n, (VALUES ('44109', 354000, 6688000), \
             ('44143', 354000, 6686000), ('44162', 352000, 6688000)) c (commune, x, y)",
        )
        .await;
    let layer = Arc::new(database.layer("cameras-csu").clone());
    database.store.settle(&layer).await.expect("statistics");
    let lambert = Crs::Projected(Srid(2154));
    for (side, limit) in [(60.0, 10), (300.0, 1000), (1500.0, 10), (1500.0, 1000)] {
        for reach in ["territoire", "44109", "44143,44162"] {
            let view = csu(&layer, reach);
            let bbox = Bbox {
                min_x: 354_200.0,
                min_y: 6_688_100.0,
                max_x: 354_200.0 + side,
                max_y: 6_688_100.0 + side / 4.0,
            };
            let boxed = BboxFilter {
                crs: lambert,
                boxes: vec![bbox],
            };
            let query = page(Some(boxed), limit);
            let plan = database.store.plan(&view, &query).await.expect("a plan");
            let by_index = plan.contains("cameras_csu_page") && plan.contains("geom_3857 &&");
            assert!(
                by_index && !plan.contains("Seq Scan on cameras_csu"),
                "{plan}"
            );
            assert!(plan.contains("geonantes.csu"), "no policy judges: {plan}");
        }
    }
}

#[tokio::test]
async fn readiness_tells_whether_restricted_layers_have_their_index() {
    let server = Server::start().await;
    let ready = async || server.json("/health/ready").await["restricted_layers_indexed"].clone();
    assert_eq!(ready().await, true);
    let unsaid = "ALTER FUNCTION geometry_overlaps(geometry, geometry) NOT LEAKPROOF";
    server.database.execute(unsaid).await;
    assert_eq!(ready().await, false);
    server.database.store.migrate().await.expect("said again");
    assert_eq!(ready().await, true);
}

/// A layer that closes is taken back from who could read it, with its past; one that opens is given.
#[tokio::test]
async fn rights_follow_the_catalogue() {
    let database = Database::clone_template().await;
    let shipped = include_str!("../../layers/parcelles.toml");
    let changed = |by: &str| -> Layer {
        let text = shipped.replace("audience = \"open\"", by);
        assert!(text != shipped || by.contains("open"));
        toml::from_str(&text).expect("a layer")
    };
    let tables = ["parcelles", "parcelles_history", "parcelles_companion"];
    let mut reader = database.connect(READER).await;
    let mut member = database.connect(MEMBER).await;
    for (by, open, told_rows) in [
        ("audience = \"restricted\"\nrole = \"csu\"", false, true),
        ("audience = \"restricted\"\nrole = \"craiol\"", false, false),
        ("audience = \"member\"", false, false),
        ("audience = \"restricted\"\nrole = \"csu\"", false, true),
        ("audience = \"open\"", true, false),
    ] {
        for _ in 0..2 {
            database.store.apply(&changed(by)).await.expect("applied");
        }
        for table in tables {
            let statement = format!("SELECT count(*) FROM layer.{table}");
            let seen = count(&mut reader, &statement).await;
            assert_eq!(seen.is_ok(), open, "{by}: {table}");
            let untold = count(&mut member, &statement).await.expect("a right");
            assert!(untold == 0 || !by.contains("restricted"), "{by}: {table}");
        }
        let seen = count(&mut member, &told("csu", "44109", "parcelles")).await;
        assert!(!told_rows || seen.expect("rows") == 200, "{by}");
        let merged = count(&mut member, &told("csu", "44109", "parcelles_companion")).await;
        let merged = merged.expect("rows");
        let whole = "SELECT count(*) FROM layer.parcelles_companion WHERE commune = '44109'";
        let whole: i64 = database.one(whole).await;
        assert!(!told_rows || merged == whole, "{by}: {merged} of {whole}");
        let known = "SELECT count(*) FROM publication WHERE layer = 'parcelles'";
        assert_eq!(
            count(&mut reader, known).await.expect("a right") > 0,
            open,
            "{by}"
        );
    }
}

/// Personal rows of an earlier program take their communes from the feature of their version.
#[tokio::test]
async fn personal_rows_without_communes_are_given_them() {
    let database = Database::clone_template().await;
    let moved = "SELECT _scope, numero, type, '44143' AS commune, parcelles, etat, date_depot, \
                 'PERSONNEL-NOUVEAU' AS demandeur, geom \
                 FROM fixture.dossiers_ads ORDER BY numero LIMIT 1";
    database.publish("dossiers-ads", moved).await;
    let communes = "SELECT string_agg(demandeur || ' ' || _communes::text, ';' ORDER BY demandeur, \
                    _since) FROM layer.dossiers_ads_personal WHERE fid = (SELECT fid FROM \
                    layer.dossiers_ads WHERE commune = '44143')";
    let before: String = database.one(communes).await;
    assert!(before.contains("NOUVEAU {44143,territoire}"), "{before}");
    assert!(before.contains("{44109,territoire}"), "{before}");
    database
        .execute("ALTER TABLE layer.dossiers_ads_personal DROP COLUMN _communes CASCADE")
        .await;
    let layer = database.layer("dossiers-ads");
    database.store.apply(layer).await.expect("applied");
    assert_eq!(database.one::<String>(communes).await, before);
    let mut member = database.connect(MEMBER).await;
    let seen = count(
        &mut member,
        &told("instructor", "44143", "dossiers_ads_personal"),
    )
    .await;
    assert_eq!(seen.expect("rows"), 1);
}
