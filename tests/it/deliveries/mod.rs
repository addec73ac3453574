//! Deliveries at the level of the database: rows received, staged, compared and published, in one
//! transaction that leaves nothing when it does not end.

mod likeness;

use geonantes::catalogue::{FieldType, Layer};
use geonantes::model::{Counts, Srid, Value};
use geonantes::store::{
    Delivery, Deposit, Expected, FeatureChange, GeometryFault, Published, ScopeDifference,
    StoreError,
};
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use crate::support::Database;

fn deposit() -> Deposit {
    Deposit {
        author: "tests".to_owned(),
        comment: "livraison".to_owned(),
        demonstration: false,
    }
}

/// A row's values in the catalogue's order; columns that the row lacks are null.
fn values<'a>(layer: &Layer, row: &'a PgRow) -> Vec<Value<'a>> {
    let value = |name: &str, kind| match kind {
        FieldType::Text => row.try_get::<Option<&str>, _>(name).ok()?.map(Value::Text),
        FieldType::Integer => row.try_get::<Option<_>, _>(name).ok()?.map(Value::Integer),
        FieldType::Real => row.try_get::<Option<_>, _>(name).ok()?.map(Value::Real),
        FieldType::Boolean => row.try_get::<Option<_>, _>(name).ok()?.map(Value::Boolean),
        FieldType::Date => row.try_get::<Option<_>, _>(name).ok()?.map(Value::Date),
        FieldType::Timestamp => row
            .try_get::<Option<_>, _>(name)
            .ok()?
            .map(Value::Timestamp),
    };
    let fields = layer.fields.iter();
    fields
        .map(|field| value(&field.name, field.kind).unwrap_or(Value::Null))
        .collect()
}

/// Hands the rows of a query (`_scope`, fields, `wkb`) to a delivery, as a reader of files would.
pub async fn receive(
    database: &Database,
    delivery: &mut Delivery,
    id: &str,
    srid: i32,
    query: &str,
) {
    let layer = database.layer(id);
    let rows = database.rows(query).await;
    let (mut packer, receiver) = delivery
        .receive(layer, 1, Srid(srid))
        .await
        .expect("a layer open to rows");
    for (number, row) in rows.iter().enumerate() {
        let wkb: Option<&[u8]> = row.get("wkb");
        packer
            .row(
                number as i64 + 1,
                row.get("_scope"),
                &values(layer, row),
                wkb,
            )
            .expect("a row");
    }
    receiver.finish(packer).await.expect("the rows are taken");
}

/// Receives, stages and compares; publishing is left to the caller.
async fn compared(
    database: &Database,
    id: &str,
    srid: i32,
    query: &str,
) -> (Delivery, Vec<ScopeDifference>) {
    let mut delivery = database.store.begin_delivery().await.expect("a delivery");
    receive(database, &mut delivery, id, srid, query).await;
    let layer = database.layer(id);
    let staged = delivery.stage(layer).await.expect("staged");
    assert!(staged.faults.is_empty(), "{:?}", staged.faults);
    let scopes = delivery.compare(layer, &[]).await.expect("compared");
    (delivery, scopes)
}

async fn published(mut delivery: Delivery) -> Vec<Published> {
    let list = delivery.publish(&deposit(), &[]).await.expect("published");
    delivery.commit().await.expect("committed");
    list
}

fn counts(added: i64, removed: i64, changed: i64, unchanged: i64) -> Counts {
    Counts {
        added,
        removed,
        changed,
        unchanged,
    }
}

/// The parcels of the fixture as WKB of a system, with a condition.
fn parcels(srid: i32, condition: &str) -> String {
    format!(
        "SELECT *, ST_AsBinary(ST_Transform(geom, {srid})) AS wkb FROM fixture.parcelles \
         WHERE {condition} ORDER BY idu"
    )
}

#[tokio::test]
async fn what_is_published_already_is_recognised_row_by_row() {
    let database = Database::clone_template().await;
    let publications = "SELECT count(*) FROM publication";
    let before: i64 = database.one(publications).await;
    for (id, table) in [
        ("parcelles", "parcelles"),
        ("plum-zonage", "plum_zonage"),
        ("adresses", "adresses"),
        ("dossiers-ads", "dossiers_ads"),
        ("transports-scolaires", "transports_scolaires"),
        ("batiments", "batiments"),
    ] {
        let query = format!("SELECT *, ST_AsBinary(geom) AS wkb FROM fixture.{table}");
        let (delivery, scopes) = compared(&database, id, 2154, &query).await;
        for scope in &scopes {
            let Counts { unchanged, .. } = scope.counts;
            assert_eq!(scope.counts, counts(0, 0, 0, unchanged), "{id} {scope:?}");
            assert!(unchanged > 0 && scope.compared_with > 0, "{id} {scope:?}");
        }
        assert!(published(delivery).await.is_empty(), "{id}");
    }
    assert_eq!(database.one::<i64>(publications).await, before);
}

#[tokio::test]
async fn rows_of_several_feeds_and_types_become_the_layer() {
    let database = Database::empty_with_tables().await;
    let fixture = Database::clone_template().await;
    let mut delivery = database.store.begin_delivery().await.expect("a delivery");
    let layer = fixture.layer("parcelles");
    // One sheet in Lambert-93, another in CC47, as single polygons with a height.
    for (srid, section) in [(2154, "AB"), (3947, "AC")] {
        let query = format!(
            "SELECT *, ST_AsBinary(ST_Force3DZ(ST_GeometryN(ST_Transform(geom, {srid}), 1), 12)) \
             AS wkb FROM fixture.parcelles WHERE section = '{section}'"
        );
        receive(&fixture, &mut delivery, "parcelles", srid, &query).await;
    }
    let staged = delivery.stage(layer).await.expect("staged");
    assert_eq!((staged.rows, staged.faults.len()), (200, 0));
    delivery.compare(layer, &[]).await.expect("compared");
    let list = published(delivery).await;
    assert_eq!(list.iter().map(|one| one.added).sum::<i64>(), 200);
    let shape = "SELECT idu, contenance, arpente, date_maj, feuille, _key, \
                 round(ST_Area(geom)::numeric, 3)::float8 AS area, \
                 round(ST_XMin(geom)::numeric, 3)::float8 AS west, \
                 ST_GeometryType(geom) || ST_NDims(geom) || ST_IsPolygonCCW(geom) AS kind \
                 FROM layer.parcelles WHERE section IN ('AB', 'AC') ORDER BY idu";
    let facts =
        |rows: Vec<PgRow>| -> Vec<(String, i64, bool, Option<chrono::NaiveDate>, f64, f64)> {
            rows.iter()
                .map(|row| {
                    assert_eq!(row.get::<String, _>("kind"), "ST_MultiPolygon2true");
                    (
                        row.get("idu"),
                        row.get("contenance"),
                        row.get("arpente"),
                        row.get("date_maj"),
                        row.get("area"),
                        row.get("west"),
                    )
                })
                .collect()
        };
    assert_eq!(
        facts(database.rows(shape).await),
        facts(fixture.rows(shape).await)
    );
}

/// Coordinates that no projection takes, rings that do not close, numbers that are none: one row
/// each is without geometry and told, the others are published.
#[tokio::test]
async fn what_cannot_be_stored_is_told_and_leaves_the_others_alone() {
    let database = Database::clone_template().await;
    let query = "SELECT '44020' AS _scope, 'x' || n AS cle_interop, 'entrée' AS position, \
                 '44020' AS commune_insee, n AS numero, ST_AsBinary(ST_Point(x, y)) AS wkb \
                 FROM (VALUES (1::bigint, -1.6, 47.2), (2, 12.0, 95.0), (3, 1e300, 47.0), \
                 (4, 'Infinity', 47.0), (5, 'NaN', 'NaN')) v (n, x, y)";
    let mut delivery = database.store.begin_delivery().await.expect("a delivery");
    receive(&database, &mut delivery, "adresses", 4326, query).await;
    let layer = database.layer("adresses");
    let staged = delivery.stage(layer).await.expect("staged");
    let mut told: Vec<(i64, GeometryFault)> = staged
        .faults
        .iter()
        .map(|fault| (fault.fid, fault.kind))
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            (2, GeometryFault::OutsideCrs),
            (3, GeometryFault::OutsideCrs),
            (4, GeometryFault::NotFinite),
        ]
    );
    assert_eq!(staged.totals[&(GeometryFault::OutsideCrs, false)], 2);
    delivery.compare(layer, &[]).await.expect("compared");
    published(delivery).await;
    let placed = "SELECT array_agg(numero ORDER BY numero) FROM layer.adresses \
                  WHERE commune_insee = '44020' AND geom IS NOT NULL";
    assert_eq!(database.one::<Vec<i64>>(placed).await, [1]);
}

#[tokio::test]
async fn a_scope_that_is_named_without_rows_is_emptied() {
    let database = Database::clone_template().await;
    let layer = database.layer("parcelles");
    let mut delivery = database.store.begin_delivery().await.expect("a delivery");
    delivery.stage(layer).await.expect("nothing is staged");
    let named = ["44109000AB01".to_owned()];
    let scopes = delivery.compare(layer, &named).await.expect("compared");
    assert_eq!(scopes.len(), 1);
    assert_eq!(scopes[0].counts, counts(0, 100, 0, 0));
    let list = published(delivery).await;
    assert_eq!((list[0].removed, list[0].count), (100, 0));
    let left: i64 = database.one("SELECT count(*) FROM layer.parcelles").await;
    assert_eq!(left, 300);
}

/// The second of two deliveries of one scope, compared before the first was published.
#[tokio::test]
async fn who_was_compared_with_what_is_no_longer_current_must_compare_again() {
    let database = Database::clone_template().await;
    let sheet = |value: i64| {
        format!(
            "SELECT _scope, idu, commune, prefixe, section, numero, feuille, {value}::bigint AS \
             contenance, ST_AsBinary(geom) AS wkb FROM fixture.parcelles WHERE section = 'AB'"
        )
    };
    let (first, before) = compared(&database, "parcelles", 2154, &sheet(1)).await;
    let (mut second, _) = compared(&database, "parcelles", 2154, &sheet(2)).await;
    let elsewhere = parcels(2154, "section = 'AC' AND numero <> '0001'");
    let (other, _) = compared(&database, "parcelles", 2154, &elsewhere).await;
    let version = published(first).await[0].version;
    let refused = second.publish(&deposit(), &[]).await.expect_err("it moved");
    let StoreError::Moved {
        scope,
        compared: seen,
        current,
        ..
    } = refused
    else {
        panic!("{refused}")
    };
    assert_eq!(scope, "44109000AB01");
    assert_eq!((seen, current), (before[0].compared_with, version));
    drop(second);
    // Another scope of the same layer has not moved.
    assert_eq!(published(other).await[0].removed, 1);
    // What somebody was shown counts too.
    let (mut third, scopes) = compared(&database, "parcelles", 2154, &sheet(3)).await;
    assert_eq!(scopes[0].compared_with, version);
    let shown = [Expected {
        layer: database.layer("parcelles").id.clone(),
        scope: "44109000AB01".to_owned(),
        version: before[0].compared_with,
    }];
    let refused = third.publish(&deposit(), &shown).await;
    assert!(matches!(refused, Err(StoreError::Moved { .. })));
}

#[tokio::test]
async fn a_key_of_another_scope_is_refused_or_moves_with_its_number() {
    let database = Database::clone_template().await;
    let moved = "SELECT '44109000AC01' AS _scope, idu, commune, prefixe, section, numero, feuille, \
                 ST_AsBinary(geom) AS wkb FROM fixture.parcelles WHERE idu = '44109000AB0001'";
    let layer = database.layer("parcelles");
    let mut delivery = database.store.begin_delivery().await.expect("a delivery");
    receive(&database, &mut delivery, "parcelles", 2154, moved).await;
    delivery.stage(layer).await.expect("staged");
    let refused = delivery.compare(layer, &[]).await.expect_err("taken");
    let words = refused.to_string();
    for word in ["44109000AB0001", "44109000AC01", "44109000AB01"] {
        assert!(words.contains(word), "{words}");
    }
    drop(delivery);
    let number = "SELECT fid FROM layer.parcelles WHERE idu = '44109000AB0001'";
    let before: i64 = database.one(number).await;
    let mut delivery = database.store.begin_delivery().await.expect("a delivery");
    receive(&database, &mut delivery, "parcelles", 2154, moved).await;
    let rest = parcels(2154, "section = 'AB' AND numero <> '0001'");
    receive(&database, &mut delivery, "parcelles", 2154, &rest).await;
    delivery.stage(layer).await.expect("staged");
    let scopes = delivery.compare(layer, &[]).await.expect("compared");
    assert_eq!(scopes[0].counts, counts(0, 1, 0, 99));
    assert_eq!(scopes[1].counts, counts(1, 100, 0, 0));
    published(delivery).await;
    assert_eq!(database.one::<i64>(number).await, before);
    let place = "SELECT _scope FROM layer.parcelles WHERE idu = '44109000AB0001'";
    assert_eq!(database.one::<String>(place).await, "44109000AC01");
}

/// Several layers are published together or not at all, and nothing shows before the end.
#[tokio::test]
async fn several_layers_are_published_together_or_not_at_all() {
    let database = Database::clone_template().await;
    let parcels = parcels(2154, "section = 'AB' AND numero < '0050'");
    // A zone without what its column needs: the second layer fails while it is written.
    let zones = |wkb: &str| {
        format!(
            "SELECT _scope, 'X' AS libelle, typezone, idurba, insee, {wkb} AS wkb \
             FROM fixture.plum_zonage"
        )
    };
    let state = "SELECT (SELECT count(*) FROM layer.parcelles) || ' ' || \
                 (SELECT count(*) FROM layer.plum_zonage WHERE libelle = 'X') || ' ' || \
                 (SELECT count(*) FROM publication)";
    let before: String = database.one(state).await;
    for (wkb, fails) in [
        ("ST_AsBinary(ST_Centroid(geom))", true),
        ("ST_AsBinary(geom)", false),
    ] {
        let mut delivery = database.store.begin_delivery().await.expect("a delivery");
        receive(&database, &mut delivery, "parcelles", 2154, &parcels).await;
        receive(&database, &mut delivery, "plum-zonage", 2154, &zones(wkb)).await;
        for id in ["parcelles", "plum-zonage"] {
            let layer = database.layer(id);
            delivery.stage(layer).await.expect("staged");
            delivery.compare(layer, &[]).await.expect("compared");
        }
        let done = delivery.publish(&deposit(), &[]).await;
        assert_eq!(done.is_err(), fails, "{done:?}");
        assert_eq!(database.one::<String>(state).await, before);
        if !fails {
            delivery.commit().await.expect("committed");
            let list = done.unwrap_or_default();
            assert_eq!(list.len(), 2, "{list:?}");
            assert!(list[0].version != list[1].version);
        }
    }
    let after: String = database.one(state).await;
    assert!(after.starts_with("349 4 "), "{after}");
}
