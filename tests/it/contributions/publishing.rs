//! From a file to what is served, through the door that the command line takes too.

use super::working::act;
use super::{contribute, lambert, number, server, settled, work};
use crate::support::{Form, features};

/// Swimming pools of Nantes as GeoJSON in Lambert-93: name, commune, place.
fn pools(list: &[(&str, &str, f64, f64)]) -> Vec<u8> {
    let feature = |(name, commune, x, y): &(&str, &str, f64, f64)| {
        serde_json::json!({
            "type": "Feature",
            "properties": {"identifiant": name.to_lowercase(), "nom": name, "commune": commune},
            "geometry": {"type": "Point", "coordinates": [x, y]},
        })
    };
    lambert(list.iter().map(feature).collect())
}

const TWO: [(&str, &str, f64, f64); 2] = [
    ("Léo-Lagrange", "44109", 355_000.0, 6_689_000.0),
    ("Petit-Port", "44109", 355_500.0, 6_689_500.0),
];

fn form(bytes: &[u8]) -> Form {
    Form::new()
        .field("to", "piscines")
        .file("piscines.geojson", bytes)
}

#[tokio::test]
async fn a_file_is_compared_published_and_served() {
    let server = server().await;
    work(&server);
    let key = server.key("contributor", "44109").await;
    let id = number(&contribute(&server, &key, form(&pools(&TWO))).await);
    let told = settled(&server, &key, id).await;
    assert_eq!(told["state"], "compared", "{told:#}");
    let outcome = &told["outcomes"][0];
    assert_eq!(outcome["collection"], "piscines");
    assert_eq!(outcome["counts"]["added"], 2, "{outcome:#}");
    assert_eq!(outcome["scopes"][0]["scope"], "44109");
    let change = &outcome["changes"][0];
    assert_eq!(
        (&change["kind"], &change["name"]),
        (&"added".into(), &"léo-lagrange".into())
    );
    assert_eq!(change["x"], 355_000.0);
    let before = server.json("/collections/piscines/items").await;
    assert!(features(&before).is_empty(), "nothing is served yet");
    assert_eq!(
        act(&server, &key, &format!("{id}/publish"), &[]).await.0,
        202
    );
    let told = settled(&server, &key, id).await;
    assert_eq!(told["state"], "published", "{told:#}");
    let version = told["versions"][0]["version"].as_i64().expect("a version");
    assert_eq!(told["outcomes"][0]["version"], version);
    assert_eq!(told["versions"][0]["current"], true);
    server.refresh().await;
    let after = server.json("/collections/piscines/items").await;
    assert_eq!(features(&after).len(), 2);
    let author: String = server
        .database
        .one(&format!(
            "SELECT author FROM publication WHERE version = {version}"
        ))
        .await;
    assert_eq!(author, "tests");
    // As it was published, for QGIS; a neighbour sees nothing of it.
    let path = format!("/contributions/{id}/depot.gpkg");
    let links = told["links"].as_array().expect("links");
    let offered = links.iter().find(|link| link["rel"] == "enclosure");
    let address = offered.expect("it is offered")["href"].as_str();
    assert!(address.is_some_and(|it| it.ends_with(&path)), "{address:?}");
    let headers = [("x-api-key", key.as_str()), ("accept", "text/html")];
    let own = format!("/contributions/{id}");
    let page = server.get_with(&own, &headers).await;
    assert!(page.text().contains(&path), "on its page too");
    let answer = server.get_with(&path, &[("x-api-key", &key)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.header("content-disposition").contains("depot-"));
    let file = server.app.config.home.join("depot.gpkg");
    std::fs::write(&file, &answer.body).expect("written");
    let read = geonantes::ogr::Ogr::new(&server.app.config.file.ingest);
    let layer = read
        .inspect(&file)
        .await
        .expect("GDAL opens it")
        .layers
        .remove(0);
    assert_eq!((layer.name.as_str(), layer.count), ("piscines", Some(2)));
    let neighbour = server.key("contributor", "44018").await;
    let answer = server.get_with(&path, &[("x-api-key", &neighbour)]).await;
    assert_eq!(answer.status, 404);
    // The same again does nothing.
    let id = number(&contribute(&server, &key, form(&pools(&TWO))).await);
    assert_eq!(settled(&server, &key, id).await["state"], "unchanged");
}

#[tokio::test]
async fn what_lies_outside_the_reach_is_refused_in_words() {
    let server = server().await;
    work(&server);
    let key = server.key("contributor", "44018").await;
    let id = number(&contribute(&server, &key, form(&pools(&TWO))).await);
    let told = settled(&server, &key, id).await;
    assert_eq!(told["state"], "rejected", "{told:#}");
    let findings = told["outcomes"][0]["findings"]
        .as_array()
        .expect("findings");
    assert!(
        findings.iter().any(|it| it["rule"] == "reach"),
        "{findings:#?}"
    );
    assert_eq!(
        act(&server, &key, &format!("{id}/publish"), &[]).await.0,
        409
    );
}

#[tokio::test]
async fn two_at_once_and_the_second_is_compared_again() {
    let server = server().await;
    work(&server);
    let key = server.key("contributor", "44109").await;
    let first = number(&contribute(&server, &key, form(&pools(&TWO))).await);
    let second = number(&contribute(&server, &key, form(&pools(&TWO[..1]))).await);
    for id in [first, second] {
        assert_eq!(settled(&server, &key, id).await["state"], "compared");
    }
    assert_eq!(
        act(&server, &key, &format!("{first}/publish"), &[]).await.0,
        202
    );
    assert_eq!(settled(&server, &key, first).await["state"], "published");
    assert_eq!(
        act(&server, &key, &format!("{second}/publish"), &[])
            .await
            .0,
        409
    );
    let told = settled(&server, &key, second).await;
    assert_eq!(told["state"], "compared", "{told:#}");
    assert_eq!(
        told["outcomes"][0]["counts"]["removed"], 1,
        "against what the first published"
    );
}

#[tokio::test]
async fn pages_show_what_json_tells() {
    let server = server().await;
    work(&server);
    let key = server.key("contributor", "44109").await;
    let mut wrong = TWO.to_vec();
    for x in [355_700.0, 355_900.0] {
        wrong.push(("<b>Deux fois</b>", "44109", x, 6_689_500.0));
    }
    let id = number(&contribute(&server, &key, form(&pools(&wrong))).await);
    let told = settled(&server, &key, id).await;
    assert_eq!(told["state"], "rejected", "{told:#}");
    let headers = [("x-api-key", key.as_str()), ("accept", "text/html")];
    let list = server.get_with("/contributions", &headers).await;
    assert_eq!(list.status, 200);
    let text = list.text();
    assert!(
        text.contains("piscines.geojson") && text.contains("refusé"),
        "{text}"
    );
    assert!(
        text.contains("<option value=\"piscines\">"),
        "what may be fed is offered"
    );
    assert!(
        !text.contains("<option value=\"transports-scolaires\">"),
        "and nothing else"
    );
    let policy = list.header("content-security-policy");
    assert!(
        policy.contains("default-src 'self'") && !policy.contains("unsafe"),
        "{policy}"
    );
    let page = server
        .get_with(&format!("/contributions/{id}"), &headers)
        .await;
    let text = page.text();
    assert!(
        text.contains("Identifiant en double") && text.contains("data-lon=\""),
        "{text}"
    );
    assert!(
        text.contains("<circle class=\"dot error\""),
        "the drawing has the place"
    );
    assert!(!text.contains("<b>deux"), "what a file says is no markup");
    let report = server
        .get_with(&format!("/contributions/{id}/rapport.html"), &headers)
        .await;
    let text = report.text();
    assert_eq!(report.status, 200);
    assert!(text.contains("Identifiant en double") && text.contains("<style>"));
    for outside in [
        "src=",
        "href=\"/",
        "href=\"http",
        "url(",
        "@import",
        "<script",
    ] {
        assert!(!text.contains(outside), "the file stands alone: {outside}");
    }
    let report = server
        .get_with(&format!("/contributions/{id}/rapport.json"), &headers)
        .await;
    assert_eq!(report.json(), told["outcomes"]);
    assert!(report.header("content-disposition").contains("rapport-"));
}

#[tokio::test]
async fn a_question_is_answered_and_the_file_read_again() {
    let server = server().await;
    work(&server);
    let key = server.key("contributor", "44109").await;
    // Coordinates that say nothing of their system.
    let csv = b"identifiant,nom,commune,x,y\np1,Petit-Port,44109,355000,6689000\n";
    let form = Form::new()
        .field("to", "piscines")
        .file("piscines.csv", csv);
    let id = number(&contribute(&server, &key, form).await);
    let told = settled(&server, &key, id).await;
    if told["state"] == "asked" {
        let question = &told["outcomes"][0]["questions"][0];
        assert_eq!(question["option"], "crs", "{told:#}");
        let headers = [("x-api-key", key.as_str()), ("accept", "text/html")];
        let page = server
            .get_with(&format!("/contributions/{id}"), &headers)
            .await
            .text();
        assert!(
            page.contains("Répondre et reprendre") && page.contains("name=\"crs\""),
            "{page}"
        );
        let (status, _) = act(&server, &key, &id.to_string(), &[("crs", "2154")]).await;
        assert_eq!(status, 202);
    }
    let told = settled(&server, &key, id).await;
    assert_eq!(told["state"], "compared", "{told:#}");
    let unknown = [("to", "chateaux")];
    let (status, told) = act(&server, &key, &id.to_string(), &unknown).await;
    assert_eq!(status, 400, "{told}");
}

#[tokio::test]
async fn what_was_published_is_taken_back() {
    let server = server().await;
    work(&server);
    let key = server.key("contributor", "44109").await;
    let mut ids = Vec::new();
    for list in [&TWO[..], &TWO[..1]] {
        let sent = form(&pools(list)).field("accept", "true");
        let id = number(&contribute(&server, &key, sent).await);
        assert_eq!(settled(&server, &key, id).await["state"], "compared");
        assert_eq!(
            act(&server, &key, &format!("{id}/publish"), &[]).await.0,
            202
        );
        assert_eq!(settled(&server, &key, id).await["state"], "published");
        ids.push(id);
    }
    let served = async || {
        server.refresh().await;
        features(&server.json("/collections/piscines/items").await).len()
    };
    assert_eq!(served().await, 1);
    let path = format!("{}/rollback", ids[1]);
    let neighbour = server.key("contributor", "44018").await;
    assert_eq!(act(&server, &neighbour, &path, &[]).await.0, 404);
    // What the second replaced comes back; the first's version is no longer what is served.
    let (status, told) = act(&server, &key, &path, &[]).await;
    assert_eq!(
        (status, &told["versions"][0]["current"]),
        (200, &false.into()),
        "{told:#}"
    );
    assert!(
        told["message"]
            .as_str()
            .expect("a message")
            .contains("reprise par tests")
    );
    assert_eq!(served().await, 2);
    assert_eq!(act(&server, &key, &path, &[]).await.0, 409);
}

#[tokio::test]
async fn the_faults_open_as_a_geopackage() {
    let server = server().await;
    work(&server);
    let key = server.key("contributor", "44109").await;
    let twice = [TWO[0], (TWO[0].0, "44109", 355_900.0, 6_689_500.0)];
    let id = number(&contribute(&server, &key, form(&pools(&twice))).await);
    assert_eq!(settled(&server, &key, id).await["state"], "rejected");
    let path = format!("/contributions/{id}/rapport.gpkg");
    let answer = server.get_with(&path, &[("x-api-key", &key)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(
        answer.header("content-type"),
        "application/geopackage+sqlite3"
    );
    let file = server.app.config.home.join("constats.gpkg");
    std::fs::create_dir_all(&server.app.config.home).expect("a folder");
    std::fs::write(&file, &answer.body).expect("written");
    let read = geonantes::ogr::Ogr::new(&server.app.config.file.ingest);
    let dataset = read.inspect(&file).await.expect("GDAL opens it");
    let layer = &dataset.layers[0];
    assert_eq!(
        (dataset.driver.as_str(), layer.name.as_str()),
        ("GPKG", "constats")
    );
    assert_eq!(layer.reference.as_ref().and_then(|it| it.epsg), Some(2154));
    assert_eq!(layer.sample.len(), 1, "one fault");
    assert!(layer.extent.is_some(), "with its place");
    let names: Vec<&str> = dataset.layers.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["constats", "objets_points", "layer_styles"]);
    let feature = &dataset.layers[1];
    assert_eq!(feature.sample.len(), 1, "the feature itself");
    assert!(feature.extent.is_some(), "as it was delivered");
    let neighbour = server.key("contributor", "44018").await;
    assert_eq!(
        server
            .get_with(&path, &[("x-api-key", &neighbour)])
            .await
            .status,
        404
    );
}
