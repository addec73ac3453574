//! Addresses as one types them, in the shape of the national base.

use serde_json::{Value as Json, json};

use crate::support::{Server, features, values};

/// Streets of two communes, 40 numbers each, `bis` at 12, and what is hard to tell apart.
const ADDRESSES: &str = "
    SELECT commune AS _scope,
           lower(commune) || '_' || lpad(s::text, 4, '0') || '_' || lpad(n::text, 5, '0')
             || coalesce('_' || suffixe, '') AS cle_interop,
           commune AS commune_insee, CASE commune WHEN '44109' THEN 'Nantes' ELSE 'Rezé' END AS commune_nom,
           voie AS voie_nom, n::bigint AS numero, suffixe, 'entrée' AS position,
           CASE WHEN s = 1 AND n = 12 THEN '44109000AB0001|44109000AB0002' END AS cad_parcelles,
           ST_SetSRID(ST_MakePoint(354100 + n * 25 % 250 + 10, y + s * 25 + 10), 2154) AS geom
    FROM (VALUES (1, '44109', 6688100, 'Rue de la Fosse'), (2, '44109', 6688100, 'Avenue du Général de Gaulle'),
                 (3, '44109', 6688100, 'Rue du 8 Mai 1945'), (4, '44109', 6688100, 'Rue Édouard Hervé'),
                 (5, '44109', 6688100, 'Impasse de l’Église'), (6, '44109', 6688100, 'Boulevard Saint-Aignan'),
                 (7, '44109', 6688100, 'Rue Fosse aux Loups'), (1, '44143', 6686100, 'Rue de la Fosse'),
                 (2, '44143', 6686100, 'Allée des Mésanges'), (3, '44143', 6686100, 'Place François Mitterrand'))
           v (s, commune, y, voie),
         (SELECT n, NULL AS suffixe FROM generate_series(1, 40) n UNION ALL SELECT 12, 'bis') k
    UNION ALL
    SELECT '44143', '44143_0900_99999', '44143', 'Rezé', 'La Trocardière', 99999, NULL, 'segment', NULL,
           ST_SetSRID(ST_MakePoint(354500, 6686500), 2154)";

async fn server() -> Server {
    let server = Server::start().await;
    server.publish("adresses", ADDRESSES).await;
    server
}

fn query(text: &str, more: &str) -> String {
    let text: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    format!("/ads/adresses/search?q={text}{more}")
}

/// The labels of an answer, best first.
async fn labels(server: &Server, text: &str, more: &str) -> Vec<String> {
    values(&server.json(&query(text, more)).await, "label")
}

async fn best(server: &Server, text: &str) -> String {
    let found = labels(server, text, "").await;
    found.into_iter().next().unwrap_or_default()
}

#[tokio::test]
async fn an_address_has_the_fields_of_the_national_base() {
    let server = server().await;
    let page = server
        .json(&query("12 bis rue de la fosse nantes", "&limit=1"))
        .await;
    assert_eq!(
        (&page["type"], &page["limit"]),
        (&json!("FeatureCollection"), &json!(1))
    );
    assert_eq!(page["query"], "12 bis rue de la fosse nantes");
    assert!(page["attribution"].is_string() && page["licence"].is_string());
    let found = &features(&page)[0];
    let expected = json!({
        "label": "12 bis Rue de la Fosse Nantes", "type": "housenumber", "housenumber": "12 bis",
        "id": "44109_0001_00012_bis", "name": "12 bis Rue de la Fosse", "street": "Rue de la Fosse",
        "citycode": "44109", "city": "Nantes", "context": "44", "x": 354_160.0, "y": 6_688_135.0,
    });
    for (name, value) in expected.as_object().expect("fields") {
        assert_eq!(&found["properties"][name], value, "{name}");
    }
    for name in ["score", "importance"] {
        let value = found["properties"][name].as_f64().expect("a number");
        assert!((0.0..=1.0).contains(&value), "{name}: {value}");
    }
    let exact: Vec<f64> = server
        .database
        .one("SELECT ARRAY[ST_X(p), ST_Y(p)] FROM ST_Transform(ST_SetSRID(ST_MakePoint(354160, 6688135), 2154), 4326) p")
        .await;
    let place: Vec<f64> =
        serde_json::from_value(found["geometry"]["coordinates"].clone()).expect("a place");
    assert!((place[0] - exact[0]).abs() < 2e-7 && (place[1] - exact[1]).abs() < 2e-7);
}

#[tokio::test]
async fn what_is_typed_is_found_however_it_is_typed() {
    let server = server().await;
    for (typed, expected) in [
        ("12 rue de la fosse nantes", "12 Rue de la Fosse Nantes"),
        (
            "12, rue de la Fosse, 44109 Nantes",
            "12 Rue de la Fosse Nantes",
        ),
        ("12 r de la fosse nantes", "12 Rue de la Fosse Nantes"),
        (
            "12bis rue de la fosse nantes",
            "12 bis Rue de la Fosse Nantes",
        ),
        (
            "12b rue de la fosse nantes",
            "12 bis Rue de la Fosse Nantes",
        ),
        ("rue de la fosse 12 nantes", "12 Rue de la Fosse Nantes"),
        ("nantes rue de la fosse 12", "12 Rue de la Fosse Nantes"),
        ("12 rue de la fosse reze", "12 Rue de la Fosse Rezé"),
        ("7 rue de la fose nantes", "7 Rue de la Fosse Nantes"),
        ("3 av gal de gaule", "3 Avenue du Général de Gaulle Nantes"),
        (
            "3 AVENUE GENERAL DE GAULLE",
            "3 Avenue du Général de Gaulle Nantes",
        ),
        ("rue du 8 mai 1945", "Rue du 8 Mai 1945 Nantes"),
        ("8 mai 1945", "Rue du 8 Mai 1945 Nantes"),
        ("12 rue du 8 mai 1945", "12 Rue du 8 Mai 1945 Nantes"),
        ("8 rue du 8 mai 1945", "8 Rue du 8 Mai 1945 Nantes"),
        ("5 rue edouard herve", "5 Rue Édouard Hervé Nantes"),
        ("imp eglise", "Impasse de l’Église Nantes"),
        ("bd st aignan", "Boulevard Saint-Aignan Nantes"),
        ("allee des messanges", "Allée des Mésanges Rezé"),
        ("place mitterand", "Place François Mitterrand Rezé"),
        ("trocardiere", "La Trocardière Rezé"),
        ("reze", "Rezé"),
        ("saint herblain", "Saint-Herblain"),
        // As one types.
        ("12 rue de la fos", "12 Rue de la Fosse"),
        ("av du gen", "Avenue du Général de Gaulle Nantes"),
        ("allée des més", "Allée des Mésanges Rezé"),
        ("rue fosse a", "Rue Fosse aux Loups Nantes"),
    ] {
        let found = best(&server, typed).await;
        assert!(
            found.starts_with(expected),
            "{typed}: {found} for {expected}"
        );
    }
    for typed in ["xyzzyq", "99 boulevard introuvable", "zzz 12"] {
        assert_eq!(best(&server, typed).await, "", "{typed}");
    }
}

#[tokio::test]
async fn results_are_ranked_bounded_and_filtered() {
    let server = server().await;
    let both = labels(&server, "12 rue de la fosse", "").await;
    let first: Vec<&String> = both
        .iter()
        .filter(|label| label.starts_with("12 Rue de la"))
        .collect();
    assert_eq!(first.len(), 2, "one in each commune: {both:?}");
    let page = server.json(&query("rue de la fosse", "&limit=50")).await;
    let scores: Vec<f64> = features(&page)
        .iter()
        .map(|one| one["properties"]["score"].as_f64().expect("a score"))
        .collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    assert_eq!(labels(&server, "rue", "&limit=2").await.len(), 2);
    for (more, citycode) in [("&citycode=44143", "44143"), ("&citycode=44109", "44109")] {
        let page = server.json(&query("12 rue de la fosse", more)).await;
        let codes = values(&page, "citycode");
        assert!(
            !codes.is_empty() && codes.iter().all(|code| code == citycode),
            "{more}: {codes:?}"
        );
    }
    assert!(
        labels(&server, "rue de la fosse", "&citycode=44020")
            .await
            .is_empty()
    );
    assert!(
        labels(&server, "rue de la fosse", "&depcode=85")
            .await
            .is_empty()
    );
    for kind in ["housenumber", "street", "municipality"] {
        let page = server
            .json(&query(
                "12 rue de la fosse nantes",
                &format!("&type={kind}"),
            ))
            .await;
        assert!(
            values(&page, "type").iter().all(|found| found == kind),
            "{kind}"
        );
    }
    let page = server
        .json(&query("rue de la fosse", "&autocomplete=0"))
        .await;
    assert_eq!(values(&page, "type")[0], "street");
    let herve = "Rue Édouard Hervé Nantes".to_owned();
    assert!(labels(&server, "rue edou", "").await.contains(&herve));
    assert!(
        !labels(&server, "rue edou", "&autocomplete=0")
            .await
            .contains(&herve)
    );
    // What is near comes first where nothing else decides.
    let place: Vec<f64> = server
        .database
        .one("SELECT ARRAY[ST_X(p), ST_Y(p)] FROM ST_Transform(ST_SetSRID(ST_MakePoint(354200, 6686200), 2154), 4326) p")
        .await;
    let near = format!("&lon={}&lat={}", place[0], place[1]);
    let found = labels(&server, "12 rue de la fosse", &near).await;
    assert!(found[0].ends_with("Rezé"), "{found:?}");
}

#[tokio::test]
async fn the_nearest_address_of_a_place() {
    let server = server().await;
    let place: Vec<f64> = server
        .database
        .one("SELECT ARRAY[ST_X(p), ST_Y(p)] FROM ST_Transform(ST_SetSRID(ST_MakePoint(354163, 6688139), 2154), 4326) p")
        .await;
    let path = format!("/ads/adresses/reverse?lon={}&lat={}", place[0], place[1]);
    let page = server.json(&format!("{path}&limit=3")).await;
    let metres: Vec<f64> = features(&page)
        .iter()
        .map(|one| one["properties"]["distance"].as_f64().expect("metres"))
        .collect();
    assert_eq!((metres.len(), metres[0]), (3, 5.0), "{page}");
    assert!(metres.is_sorted());
    assert_eq!(values(&page, "street")[0], "Rue de la Fosse");
    assert_eq!(features(&server.json(&path).await).len(), 1);
    let far = server
        .json("/ads/adresses/reverse?lon=2.35&lat=48.85")
        .await;
    assert!(features(&far).is_empty());
}

#[tokio::test]
async fn refusals_are_those_of_the_national_base() {
    let server = Server::shared();
    for (path, named) in [
        ("/ads/adresses/search", "q"),
        ("/ads/adresses/search?q=ab", "q"),
        ("/ads/adresses/search?q=rue&limit=0", "limit"),
        ("/ads/adresses/search?q=rue&limit=51", "limit"),
        ("/ads/adresses/search?q=rue&type=poi", "type"),
        ("/ads/adresses/search?q=rue&lat=abc&lon=1", "lat"),
        ("/ads/adresses/search?q=rue&citycode=4", "citycode"),
        ("/ads/adresses/search?q=rue&couleur=bleu", "couleur"),
        ("/ads/adresses/reverse?lon=1", "lat"),
        ("/ads/adresses/reverse", "lon"),
    ] {
        let answer = server.get(path).await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.text());
        let body = answer.json();
        assert_eq!(body["code"], 400, "{path}");
        assert!(body["message"].is_string(), "{path}");
        let detail = body["detail"].as_array().expect("a list");
        let told = |one: &Json| one.as_str().is_some_and(|text| text.starts_with(named));
        assert!(detail.iter().any(told), "{path}: {body}");
    }
}

#[tokio::test]
async fn a_new_publication_is_found_at_once() {
    let server = server().await;
    assert_eq!(best(&server, "quai des antilles").await, "");
    let more = ADDRESSES.replace("Rue Fosse aux Loups", "Quai des Antilles");
    server.publish("adresses", &more).await;
    assert_eq!(
        best(&server, "quai des antilles").await,
        "Quai des Antilles Nantes"
    );
    assert!(
        !labels(&server, "rue fosse aux loups", "")
            .await
            .contains(&"Rue Fosse aux Loups Nantes".to_owned())
    );
}

#[tokio::test]
async fn an_address_typed_for_a_parcel_offers_its_parcels() {
    let server = server().await;
    let page = server
        .json("/ads/parcelles?q=12+rue+de+la+fosse+nantes")
        .await;
    assert!(features(&page).is_empty());
    let candidate = &page["query"]["candidates"][0];
    assert_eq!(candidate["label"], "12 Rue de la Fosse Nantes");
    assert_eq!(
        candidate["parcels"],
        json!(["44109000AB0001", "44109000AB0002"])
    );
    // An address that names none has those under it.
    let page = server.json("/ads/parcelles?q=1+rue+edouard+herve").await;
    let candidate = &page["query"]["candidates"][0];
    let under: Option<String> = server
        .database
        .one(
            "SELECT (SELECT p.idu FROM layer.parcelles p JOIN layer.adresses a ON ST_Intersects(p.geom, a.geom) \
             WHERE a.voie_nom = 'Rue Édouard Hervé' AND a.numero = 1)",
        )
        .await;
    assert_eq!(candidate["parcels"][0].as_str(), under.as_deref(), "{page}");
    assert!(under.is_some());
}
