//! The past at the level of the database: what was published, what changed, and the way back.

use geonantes::model::{Value, Wishes};
use geonantes::store::{
    AsOf, Deposit, FeatureChange, HistoryQuery, PastRows, Published, Recorded, StoreError,
};

use crate::support::Database;

fn deposit(comment: &str) -> Deposit {
    Deposit {
        author: "tests".to_owned(),
        comment: comment.to_owned(),
        demonstration: false,
    }
}

/// All that a layer holds, numbers and personal fields included, but for versions.
async fn content(database: &Database, id: &str) -> Vec<String> {
    let table = database.layer(id).table();
    let personal = database.layer(id).personal_fields().next().is_some();
    let hidden = if personal {
        format!(
            " || coalesce((SELECT (to_jsonb(p) - '_since')::text FROM layer.{table}_personal p \
             WHERE p.fid = t.fid AND p._until IS NULL), 'none')"
        )
    } else {
        String::new()
    };
    let rows = database
        .rows(&format!(
            "SELECT ((to_jsonb(t) - '_since' - 'geom_3857') || jsonb_build_object('geom', \
             ST_AsText(geom)))::text{hidden} AS row FROM layer.{table} t ORDER BY fid"
        ))
        .await;
    rows.iter().map(|row| sqlx::Row::get(row, 0)).collect()
}

/// Takes a version back, or returns to it.
async fn roll_back(database: &Database, version: i64) -> Vec<Published> {
    let rollback = database
        .store
        .begin_rollback(&database.catalogue, version)
        .await
        .unwrap_or_else(|error| panic!("{version}: {error}"));
    rollback
        .publish("tests".to_owned(), "retour".to_owned())
        .await
        .expect("published")
}

const FEWER: &str = "SELECT _scope, idu, commune, prefixe, section, numero, feuille, arpente, \
     date_creation, date_maj, CASE WHEN numero <= '0005' THEN 1 ELSE contenance END AS contenance, \
     CASE WHEN numero = '0009' THEN ST_Translate(geom, 0, 2) ELSE geom END AS geom \
     FROM fixture.parcelles WHERE section = 'AB' AND numero <> '0100' \
     UNION ALL SELECT _scope, left(idu, 10) || '0999', commune, prefixe, section, '0999', feuille, \
     arpente, date_creation, date_maj, 9, geom FROM fixture.parcelles WHERE numero = '0100' \
     AND section = 'AB'";

#[tokio::test]
async fn a_version_is_taken_back_and_returned_to() {
    let database = Database::clone_template().await;
    let before = content(&database, "parcelles").await;
    let one = database.publish("parcelles", FEWER).await[0].clone();
    let between = content(&database, "parcelles").await;
    let back = roll_back(&database, one.version).await;
    assert_eq!(back.len(), 1);
    let did = (back[0].added, back[0].removed, back[0].changed);
    assert_eq!(did, (1, 1, 6));
    assert_eq!(content(&database, "parcelles").await, before);
    // To the older one again: it is no longer current.
    roll_back(&database, one.version).await;
    assert_eq!(content(&database, "parcelles").await, between);
    assert!(roll_back(&database, one.version).await.is_empty());
    let scope = "44109000AB01";
    let query = HistoryQuery {
        layer: Some(database.layer("parcelles").id.clone()),
        scope: Some(scope.to_owned()),
        limit: 10,
        ..HistoryQuery::default()
    };
    let list = database.store.publications(&query).await.expect("a list");
    assert_eq!(list.len(), 4, "rollbacks are publications");
    assert!(list[0].superseded_by.is_none() && list[3].replaces.is_none());
    for pair in list.windows(2) {
        assert_eq!(pair[1].superseded_by, Some(pair[0].version));
        assert_eq!(pair[0].replaces, Some(pair[1].version));
    }
    let rest = HistoryQuery {
        before: Some(list[1].version),
        limit: 1,
        ..query
    };
    let page = database.store.publications(&rest).await.expect("a page");
    assert_eq!(page[..], list[2..3]);
    let shown = database.store.publication(one.version).await.expect("one");
    assert_eq!((shown.scope.as_str(), shown.counts.changed), (scope, 6));
    let unknown = database.store.publication(9_999).await;
    assert!(matches!(unknown, Err(StoreError::NoVersion(9_999))));
    // The first publication of a scope taken back leaves it empty.
    let first = list[3].version;
    for version in [list[0].version, list[1].version, first] {
        roll_back(&database, version).await;
    }
    let current = database
        .store
        .publications(&query_of(scope))
        .await
        .expect("a list");
    roll_back_to_nothing(&database, current[0].version).await;
}

fn query_of(scope: &str) -> HistoryQuery {
    HistoryQuery {
        scope: Some(scope.to_owned()),
        limit: 1,
        ..HistoryQuery::default()
    }
}

/// A sheet that nobody had published before.
async fn roll_back_to_nothing(database: &Database, last: i64) {
    let new = "SELECT '44109000ZZ01' AS _scope, '44109000ZZ0001' AS idu, '44109' AS commune, '000' AS \
               prefixe, 'ZZ' AS section, ST_Multi(ST_MakeEnvelope(354700, 6688700, 354800, 6688800, \
               2154)) AS geom";
    let published = database.publish("parcelles", new).await;
    assert!(published[0].version > last);
    let before = content(database, "parcelles").await.len();
    let back = roll_back(database, published[0].version).await;
    assert_eq!((back[0].removed, back[0].count), (1, 0));
    assert_eq!(content(database, "parcelles").await.len(), before - 1);
}

#[tokio::test]
async fn what_changed_between_two_versions_is_told_both_ways() {
    let database = Database::clone_template().await;
    let layer = database.layer("parcelles");
    let old: i64 = database
        .one("SELECT max(version) FROM publication WHERE layer = 'parcelles'")
        .await;
    let new = database.publish("parcelles", FEWER).await[0].version;
    // A detour that comes back is no difference.
    database
        .publish("parcelles", &FEWER.replace("ELSE contenance", "ELSE 77"))
        .await;
    let later = database.publish("parcelles", FEWER).await[0].version;
    for (from, to) in [(old, new), (old, later)] {
        for scope in [None, Some("44109000AB01")] {
            let at = AsOf {
                version: from,
                scope,
            };
            let changes = database
                .store
                .changes_between(layer, at, to, 0, 20)
                .await
                .expect("changes");
            let counts = changes.counts;
            assert_eq!((counts.added, counts.removed, counts.changed), (1, 1, 6));
            let kinds: Vec<FeatureChange> = changes.features.iter().map(|f| f.kind).collect();
            assert_eq!(kinds.first(), Some(&FeatureChange::Removed));
            assert_eq!(kinds.last(), Some(&FeatureChange::Added));
            let moved = changes.features.iter().find(|f| f.reshaped).expect("one");
            assert!((moved.moved_m.expect("a distance") - 2.0).abs() < 1e-6);
            let other = AsOf {
                version: from,
                scope: Some("44109000AC01"),
            };
            let none = database
                .store
                .changes_between(layer, other, to, 0, 20)
                .await;
            assert!(none.expect("changes").features.is_empty());
        }
    }
    let back = AsOf {
        version: later,
        scope: None,
    };
    let changes = database
        .store
        .changes_between(layer, back, old, 0, 20)
        .await
        .expect("changes");
    let first = changes
        .features
        .iter()
        .find(|f| f.name == "44109000AB0001")
        .expect("one");
    let field = &first.fields[0];
    assert_eq!(
        (field.old.as_deref(), field.new.as_deref()),
        (Some("1"), Some("300"))
    );
    let same = AsOf {
        version: new,
        scope: None,
    };
    let changes = database
        .store
        .changes_between(layer, same, later, 0, 20)
        .await
        .expect("changes");
    assert!(changes.features.is_empty(), "{:?}", changes.features);
}

#[tokio::test]
async fn personal_fields_have_a_past_of_their_own() {
    let database = Database::clone_template().await;
    let layer = database.layer("dossiers-ads");
    let before = content(&database, "dossiers-ads").await;
    let old: i64 = database
        .one("SELECT max(version) FROM publication WHERE layer = 'dossiers-ads'")
        .await;
    let query = "SELECT _scope, numero, type, commune, parcelles, etat, decision, date_depot, \
                 demandeur_adresse, demandeur_courriel, demandeur_telephone, geom, \
                 CASE WHEN numero LIKE '%0001' THEN 'Autre' ELSE demandeur END AS demandeur \
                 FROM fixture.dossiers_ads \
                 UNION ALL SELECT 'territoire', 'PC 044 109 25 A9999', 'PC', '44109', NULL, NULL, \
                 NULL, NULL, NULL, NULL, NULL, NULL, 'Nouveau'";
    let new = database.publish("dossiers-ads", query).await[0].version;
    let at = AsOf {
        version: old,
        scope: None,
    };
    let changes = database
        .store
        .changes_between(layer, at, new, 0, 9)
        .await
        .expect("changes");
    assert_eq!((changes.counts.changed, changes.counts.added), (1, 1));
    let field = &changes.features[0].fields[0];
    assert_eq!(
        (field.field.as_str(), &field.old, &field.new),
        ("demandeur", &None, &None)
    );
    // As of each version, its own applicants; a merging layer loses what was added to it.
    for (version, expected) in [(old, "PERSONNEL-NOM 0001"), (new, "Autre")] {
        let at = AsOf {
            version,
            scope: Some("territoire"),
        };
        let rows = database
            .store
            .rows_as_of(
                PastRows {
                    layer,
                    at,
                    personal: true,
                    srid: database.store.srid(),
                    dimension: None,
                },
                0,
                100,
            )
            .await
            .expect("rows");
        assert_eq!(rows.len(), if version == old { 40 } else { 41 });
        let kinds: Vec<_> = layer.fields.iter().map(|field| field.kind).collect();
        let place = |name: &str| {
            layer
                .fields
                .iter()
                .position(|f| f.name == name)
                .expect(name)
        };
        let found = rows.iter().any(|row| {
            let feature = row.feature(&kinds).expect("a feature");
            matches!(feature.values[place("numero")], Value::Text(text) if text.ends_with("A0001"))
                && feature.values[place("demandeur")] == Value::Text(expected)
        });
        assert!(found, "{version}: {expected}");
    }
    roll_back(&database, new).await;
    assert_eq!(content(&database, "dossiers-ads").await, before);
}

/// What one contribution published is taken back together, in every layer; without a key too.
#[tokio::test]
async fn a_contribution_is_taken_back_whole() {
    let database = Database::clone_template().await;
    let layers = ["batiments", "plum-zonage"];
    let mut before = Vec::new();
    for id in layers {
        before.push(content(&database, id).await);
    }
    let queries = [
        "SELECT _scope, commune, feuille, 'léger' AS type, ST_Translate(geom, n, n) AS geom FROM \
         (SELECT *, row_number() OVER () % 12 AS n FROM fixture.batiments) b WHERE n <> 3",
        "SELECT _scope, 'Y' AS libelle, typezone, idurba, insee, ST_Translate(geom, 40, 0) AS geom \
         FROM fixture.plum_zonage WHERE insee <> '44020'",
    ];
    let mut delivery = database.store.begin_delivery().await.expect("a delivery");
    for (id, query) in layers.iter().zip(queries) {
        let table = format!("fixture.both_{}", database.layer(id).table());
        database
            .execute(&format!("CREATE TABLE {table} AS {query}"))
            .await;
        let layer = database.layer(id);
        crate::deliveries::receive(
            &database,
            &mut delivery,
            id,
            2154,
            &format!("SELECT *, ST_AsBinary(geom) AS wkb FROM {table}"),
        )
        .await;
        delivery.stage(layer).await.expect("staged");
        delivery.compare(layer, &[]).await.expect("compared");
    }
    let list = delivery
        .publish(&deposit("lot"), &[])
        .await
        .expect("published");
    let wishes = Wishes::default();
    let recorded = Recorded {
        author: "tests",
        communes: &["territoire".to_owned()],
        title: "lot.zip",
        wishes: &wishes,
        sha256: "00",
        bytes: 3,
        outcomes: &[],
    };
    let id = delivery.record(&recorded, &list).await.expect("recorded");
    delivery.commit().await.expect("committed");
    let shown = database
        .store
        .publication(list[0].version)
        .await
        .expect("one");
    assert_eq!(
        (shown.contribution, shown.title.as_deref()),
        (Some(id), Some("lot.zip"))
    );
    let back = roll_back(&database, list[0].version).await;
    assert_eq!(back.len(), list.len());
    for (id, before) in layers.iter().zip(before) {
        let strip = |rows: Vec<String>| -> Vec<String> {
            // A number of its own tells a feature without a key apart.
            rows.into_iter()
                .map(|row| {
                    let mut row: serde_json::Value = serde_json::from_str(&row).expect("a row");
                    row.as_object_mut().expect("an object").remove("_key");
                    row.to_string()
                })
                .collect()
        };
        assert_eq!(strip(content(&database, id).await), strip(before), "{id}");
    }
}
