//! What is the same feature, and what happens to each.

use super::*;

/// What a projection and back, or seven decimals of a degree, do to coordinates is no change.
#[tokio::test]
async fn what_differs_by_less_than_the_tolerance_is_unchanged() {
    let database = Database::clone_template().await;
    for (id, table) in [
        ("parcelles", "parcelles"),
        ("batiments", "batiments"),
        ("plum-zonage", "plum_zonage"),
        ("transports-scolaires", "transports_scolaires"),
        ("adresses", "adresses"),
    ] {
        for (srid, grid) in [(3947, 0.0), (4326, 1e-8), (4326, 1e-7), (2154, 0.001)] {
            let query = format!(
                "SELECT *, ST_AsBinary(ST_SnapToGrid(ST_Transform(geom, {srid}), {grid})) AS wkb \
                 FROM fixture.{table}"
            );
            let (delivery, scopes) = compared(&database, id, srid, &query).await;
            for scope in &scopes {
                let Counts { unchanged, .. } = scope.counts;
                assert_eq!(
                    scope.counts,
                    counts(0, 0, 0, unchanged),
                    "{id} {srid} {grid}"
                );
            }
            drop(delivery);
        }
    }
    // An attribute that changes leaves the geometry, and its neighbours' edges, where they were.
    let geometry = "SELECT md5(string_agg(ST_AsBinary(geom)::text, '' ORDER BY idu)) \
                    FROM layer.parcelles";
    let before: String = database.one(geometry).await;
    let query = "SELECT _scope, idu, commune, prefixe, section, numero, feuille, arpente, \
                 date_creation, date_maj, contenance + 1 AS contenance, \
                 ST_AsBinary(ST_Translate(geom, 0.004, 0.004)) AS wkb FROM fixture.parcelles \
                 WHERE section = 'AC'";
    let (delivery, scopes) = compared(&database, "parcelles", 2154, query).await;
    assert_eq!(scopes[0].counts, counts(0, 0, 100, 0));
    published(delivery).await;
    assert_eq!(database.one::<String>(geometry).await, before);
    let (delivery, scopes) = compared(&database, "parcelles", 2154, query).await;
    assert_eq!(scopes[0].counts, counts(0, 0, 0, 100));
    drop(delivery);
    let query = query.replace("0.004, 0.004", "0.05, 0");
    let (_, scopes) = compared(&database, "parcelles", 2154, &query).await;
    assert_eq!(scopes[0].counts, counts(0, 0, 100, 0));
}

/// Without a key, a feature is what it holds, then where it is, then the ground that it shares.
#[tokio::test]
async fn features_without_a_key_keep_their_number_as_long_as_they_are_themselves() {
    let database = Database::clone_template().await;
    let numbers =
        |sorted: &str| format!("SELECT array_agg(fid ORDER BY {sorted}) FROM layer.plum_zonage");
    let before: Vec<i64> = database.one(&numbers("insee")).await;
    let deliver = |query: &'static str| {
        let database = &database;
        async move {
            let (delivery, scopes) = compared(database, "plum-zonage", 2154, query).await;
            published(delivery).await;
            scopes[0].counts
        }
    };
    // Bouguenais has another outline, Rezé another label, Saint-Herblain both; Nantes stays.
    let moved = "SELECT _scope, typezone, idurba, insee, datvalid, \
                 CASE WHEN insee IN ('44143', '44162') THEN 'N' ELSE libelle END AS libelle, \
                 ST_AsBinary(CASE WHEN insee IN ('44020', '44162') THEN ST_Translate(geom, 30, 10) \
                 ELSE geom END) AS wkb FROM fixture.plum_zonage ORDER BY random()";
    assert_eq!(deliver(moved).await, counts(0, 0, 3, 1));
    assert_eq!(database.one::<Vec<i64>>(&numbers("insee")).await, before);
    assert_eq!(deliver(moved).await, counts(0, 0, 0, 4));
    // Two that are equal in all but their label, then one of them again.
    let double = "SELECT _scope, typezone, idurba, insee, datvalid, libelle || n AS libelle, \
                  ST_AsBinary(geom) AS wkb FROM fixture.plum_zonage, generate_series(1, 3) n";
    assert_eq!(deliver(double).await, counts(8, 0, 4, 0));
    let one = "SELECT _scope, typezone, idurba, insee, datvalid, libelle || 3 AS libelle, \
               ST_AsBinary(geom) AS wkb FROM fixture.plum_zonage";
    let third = "SELECT array_agg(fid ORDER BY insee) FROM layer.plum_zonage \
                 WHERE libelle LIKE '%3'";
    let kept: Vec<i64> = database.one(third).await;
    assert_eq!(deliver(one).await, counts(0, 8, 0, 4));
    assert_eq!(database.one::<Vec<i64>>(&numbers("insee")).await, kept);
    // Moved by more than half of their ground: they are others.
    let away = "SELECT _scope, typezone, idurba, insee, datvalid, libelle || 3 AS libelle, \
                ST_AsBinary(ST_Translate(geom, 5000, 0)) AS wkb FROM fixture.plum_zonage";
    assert_eq!(deliver(away).await, counts(4, 4, 0, 0));
    // A surface that crosses itself is compared like any other.
    let crossed = "SELECT _scope, typezone, idurba, insee, datvalid, libelle || 3 AS libelle, \
                   ST_AsBinary(ST_GeomFromText('POLYGON((0 0, 9 9, 9 0, 0 9, 0 0))')) AS wkb \
                   FROM fixture.plum_zonage";
    assert_eq!(deliver(crossed).await.added, 4);
}

#[tokio::test]
async fn what_happens_to_each_feature_is_told() {
    let database = Database::clone_template().await;
    let query = "SELECT _scope, idu || CASE WHEN numero = '0004' THEN 'X' ELSE '' END AS idu, commune, \
                 prefixe, section, numero, feuille, arpente, date_creation, date_maj, \
                 CASE WHEN numero = '0002' THEN 7::bigint ELSE contenance END AS contenance, \
                 ST_AsBinary(CASE WHEN numero = '0003' THEN ST_Translate(geom, 3, 4) ELSE geom END) \
                 AS wkb FROM fixture.parcelles WHERE section = 'AB' AND numero <> '0001' ORDER BY idu";
    let (mut delivery, scopes) = compared(&database, "parcelles", 2154, query).await;
    assert_eq!(scopes[0].counts, counts(1, 2, 2, 96));
    let layer = database.layer("parcelles");
    let list = delivery.differences(layer, 0, 10).await.expect("a page");
    let told: Vec<(FeatureChange, &str, usize, bool)> = list
        .iter()
        .map(|one| (one.kind, one.name.as_str(), one.fields.len(), one.reshaped))
        .collect();
    assert_eq!(
        told,
        [
            (FeatureChange::Removed, "44109000AB0001", 0, false),
            (FeatureChange::Removed, "44109000AB0004", 0, false),
            (FeatureChange::Changed, "44109000AB0002", 1, false),
            (FeatureChange::Changed, "44109000AB0003", 0, true),
            (FeatureChange::Added, "44109000AB0004X", 0, false),
        ]
    );
    let field = &list[2].fields[0];
    let values = (field.old.as_deref(), field.new.as_deref());
    assert_eq!(
        (field.field.as_str(), values),
        ("contenance", (Some("301"), Some("7")))
    );
    assert!((list[3].moved_m.expect("a distance") - 5.0).abs() < 1e-6);
    assert_eq!(list[3].source, Some((1, 2)));
    assert!(list[4].fid.is_none() && list[4].place.is_some());
    let page = delivery.differences(layer, 2, 2).await.expect("a page");
    assert_eq!(page[..], list[2..4]);
}
