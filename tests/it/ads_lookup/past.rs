//! The sheet with the rules of another day, what changed between two, and links that hold.

use serde_json::{Value as Json, json};

use crate::support::Server;

/// Zones of a later document: the commune's one zone cut in two at the middle of AB 3.
const LATER: &str = "
    SELECT '244400404_PLUI_20190405' AS _scope, libelle, 'U' AS typezone,
           '244400404_PLUI_20190405' AS idurba, '44109' AS insee, ST_Multi(geom) AS geom
    FROM (VALUES ('UMa', ST_MakeEnvelope(354000, 6688000, 354160, 6690000, 2154)),
                 ('UMb', ST_MakeEnvelope(354160, 6688000, 356000, 6690000, 2154))) z (libelle, geom)";

/// The fixture's zones on 15 January 2025, the later ones on 15 June; a file decided in February.
async fn with_a_past() -> Server {
    let server = Server::start().await;
    server.publish("plum-zonage", LATER).await;
    for (aggregate, day) in [("min", "2025-01-15"), ("max", "2025-06-15")] {
        server
            .database
            .execute(&format!(
                "UPDATE publication SET at = '{day} 10:00+00' WHERE layer = 'plum-zonage' AND version = \
                 (SELECT {aggregate}(version) FROM publication WHERE layer = 'plum-zonage')"
            ))
            .await;
    }
    server
        .publish(
            "dossiers-ads",
            "SELECT 'territoire' AS _scope, f.numero, 'PC' AS type, '44109' AS commune, idu AS parcelles, \
               'decide' AS etat, date '2025-01-20' AS date_depot, f.decided::date AS date_decision, geom \
             FROM layer.parcelles p, (VALUES ('PC 044 109 25 A0901', '2025-02-20'), \
               ('PC 044 109 25 A0902', NULL)) f (numero, decided) WHERE idu = '44109000AB0003'",
        )
        .await;
    server
}

fn zones(sheet: &Json) -> Vec<(String, f64)> {
    let list = sheet["zonage"]["zones"].as_array().expect("zones");
    let told = list.iter().map(|zone| {
        let name = zone["libelle"].as_str().expect("a name").to_owned();
        (name, zone["surface"].as_f64().expect("an area"))
    });
    let mut told: Vec<_> = told.collect();
    told.sort_by(|a, b| a.0.cmp(&b.0));
    told
}

fn source<'a>(sheet: &'a Json, id: &str) -> &'a Json {
    let mut sources = sheet["sources"].as_array().expect("sources").iter();
    sources.find(|one| one["couche"] == id).expect("the layer")
}

#[tokio::test]
async fn a_day_and_a_file_tell_whose_rules_are_read() {
    let server = with_a_past().await;
    let of = async |query: &str| {
        server
            .json(&format!("/ads/parcelles/44109000AB0003{query}"))
            .await
    };
    let halves = [("UMa".to_owned(), 200.0), ("UMb".to_owned(), 200.0)];
    assert_eq!(zones(&of("").await), halves);
    let then = of("?date=2025-02-01").await;
    assert_eq!(zones(&then), [("UMa".to_owned(), 400.0)]);
    let read = source(&then, "plum-zonage");
    assert_eq!(read["publiee_le"], "2025-01-15T10:00:00Z");
    assert_eq!(
        (&read["etat"], &read["lue_au"]),
        (&json!("lue"), &json!("2025-02-01"))
    );
    assert!(read["version"].as_i64() < source(&of("").await, "plum-zonage")["version"].as_i64());
    // Nothing was published before, and the layers that were not say so.
    let before = of("?date=2024-12-31").await;
    assert_eq!(before["zonage"], Json::Null);
    assert_eq!(
        source(&before, "plum-zonage")["raison"],
        "non publiée à cette date"
    );
    // On the very day the publication counts.
    assert_eq!(zones(&of("?date=2025-06-15").await), halves);
    let frozen = of("?dossier=PC%20044%20109%2025%20A0901").await;
    assert_eq!(zones(&frozen), [("UMa".to_owned(), 400.0)]);
    assert_eq!(frozen["regles"]["date"], "2025-02-20");
    let undecided = of("?dossier=PC04410925A0902").await;
    assert_eq!(zones(&undecided), halves);
    assert_eq!(undecided["regles"]["date"], Json::Null);
    let page = server
        .get("/parcelles/44109000AB0003?date=2025-02-01")
        .await;
    assert!(
        page.text()
            .contains("Règles telles que publiées le 01/02/2025")
    );
    assert!(
        page.text().contains("?f=pdf&#38;date=2025-02-01"),
        "{}",
        page.text()
    );
    for wrong in [
        "?date=2999-01-01",
        "?date=hier",
        "?date=2025-06-30/2025-01-01",
        "?dossier=AB%2012",
    ] {
        let path = format!("/ads/parcelles/44109000AB0003{wrong}");
        server.get(&path).await.problem(400);
    }
    let unknown = "/ads/parcelles/44109000AB0003?dossier=PC04410925A0999";
    server.get(unknown).await.problem(404);
}

#[tokio::test]
async fn two_days_tell_what_changed() {
    let server = with_a_past().await;
    let sheet = server
        .json("/ads/parcelles/44109000AB0003?date=2025-02-01/2025-07-01")
        .await;
    let changes = &sheet["changements"];
    assert_eq!(
        (&changes["de"], &changes["a"]),
        (&json!("2025-02-01"), &json!("2025-07-01"))
    );
    let zoning = &changes["zonage"];
    assert_eq!(zoning["ajoutes"][0]["libelle"], "UMb");
    assert_eq!(zoning["retires"], json!([]));
    let moved = &zoning["modifies"][0];
    assert_eq!(
        (&moved["avant"]["surface"], &moved["apres"]["surface"]),
        (&json!(400.0), &json!(200.0))
    );
    // Nothing to compare where nothing was published.
    assert_eq!(changes["servitudes"], Json::Null);
    let page = server
        .get("/ads/parcelles/44109000AB0003?f=html&date=2025-02-01/2025-07-01")
        .await;
    assert!(
        page.text().contains("400\u{a0}m² → 200\u{a0}m²"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn an_address_names_its_parcels_wherever_it_stands() {
    let server = Server::start().await;
    let far = "
        SELECT '44109' AS _scope, '44109_0042_0000' || n AS cle_interop, '44109' AS commune_insee,
               'Chemin long' AS voie_nom, n::bigint AS numero, 'entrée' AS position, named AS cad_parcelles,
               date '2025-03-01' AS date_der_maj, ST_Point(355900, 6689900, 2154) AS geom
        FROM (VALUES (1, '44109000AB0001 | 441090000B0007'), (2, '44109000AB0002')) v (n, named)";
    server.publish("adresses", far).await;
    let sheet = server.json("/ads/parcelles/44109000AB0001").await;
    let addresses = sheet["adresses"].as_array().expect("addresses");
    assert_eq!(addresses.len(), 1, "{addresses:?}");
    assert_eq!(
        (&addresses[0]["libelle"], &addresses[0]["origine"]),
        (&json!("1 Chemin long"), &json!("parcelle"))
    );
}
