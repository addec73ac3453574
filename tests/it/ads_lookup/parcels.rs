//! Parcels by API Carto's parameters and by ours.

use serde_json::{Value as Json, json};

use crate::support::{Answer, Server, features, values};

/// A request with a body, as a script sends it.
async fn posted(server: &Server, kind: &str, body: &str) -> Answer {
    let url = server.url("/ads/parcelles");
    let headers = [("content-type", kind)];
    let body = body.to_owned().into();
    crate::support::send(hyper::Method::POST, &url, &headers, body).await
}

async fn idus(path: &str) -> Vec<String> {
    values(&Server::shared().json(path).await, "idu")
}

/// A place of the fixture, in degrees.
async fn degrees(x: f64, y: f64) -> (f64, f64) {
    let place = format!(
        "SELECT ARRAY[ST_X(p), ST_Y(p)] FROM ST_Transform(ST_SetSRID(ST_MakePoint({x}, {y}), 2154), 4326) p"
    );
    let degrees: Vec<f64> = Server::shared().database.one(&place).await;
    (degrees[0], degrees[1])
}

#[tokio::test]
async fn a_parcel_has_the_fields_of_api_carto() {
    let page = Server::shared()
        .json("/ads/parcelles?code_insee=44109&section=AB&numero=0007")
        .await;
    let expected = json!({
        "numero": "0007", "feuille": 1, "section": "AB", "code_dep": "44", "nom_com": "Nantes",
        "code_com": "109", "com_abs": "000", "code_arr": "000", "idu": "44109000AB0007",
        "contenance": 306, "code_insee": "44109", "echelle": "1000",
    });
    let parcel = &features(&page)[0];
    for (name, value) in expected.as_object().expect("fields") {
        assert_eq!(&parcel["properties"][name], value, "{name}");
    }
    assert_eq!(parcel["geometry"]["type"], "MultiPolygon");
    let corner = &parcel["geometry"]["coordinates"][0][0][0];
    assert!(
        corner[0]
            .as_f64()
            .is_some_and(|lon| (-2.5..-1.0).contains(&lon))
    );
    assert_eq!(page["type"], "FeatureCollection");
    for count in ["totalFeatures", "numberMatched", "numberReturned"] {
        assert_eq!(page[count], 1, "{count}");
    }
    assert!(page["timeStamp"].is_string() && page["crs"]["properties"]["name"].is_string());
    let bbox: Vec<f64> = serde_json::from_value(page["bbox"].clone()).expect("a box");
    let exact: Vec<f64> = Server::shared()
        .database
        .one(
            "SELECT ARRAY[ST_XMin(g), ST_YMin(g), ST_XMax(g), ST_YMax(g)] FROM \
             (SELECT ST_Transform(geom_3857, 4326) g FROM layer.parcelles \
              WHERE idu = '44109000AB0007') t",
        )
        .await;
    for (found, expected) in bbox.iter().zip(exact) {
        assert!((found - expected).abs() < 1e-8, "{bbox:?}");
    }
}

/// They are asked of the database together, and what was found is kept until the next publication.
#[tokio::test]
async fn look_ups_that_come_at_one_time_get_each_its_own_parcel() {
    let server = Server::start().await;
    let all = |contenance: fn(i64) -> i64| {
        let server = &server;
        let one = move |n: i64| async move {
            let page = server
                .json(&format!("/ads/parcelles?idu=44109000AB{n:04}"))
                .await;
            // The section has a hundred.
            if n > 100 {
                assert_eq!(features(&page).len(), 0, "{page}");
                assert_eq!(
                    page["query"]["missing"],
                    json!([format!("44109000AB{n:04}")])
                );
                return;
            }
            let parcel = &features(&page)[0]["properties"];
            assert_eq!(parcel["idu"], format!("44109000AB{n:04}"));
            assert_eq!(parcel["contenance"], contenance(n), "{page}");
        };
        // Each twice, some together and some kept.
        futures::future::join_all((1..=110).chain(1..=110).map(one))
    };
    all(|n| 299 + n).await;
    all(|n| 299 + n).await;
    server
        .publish(
            "parcelles",
            "SELECT _scope, idu, commune, prefixe, section, numero, feuille, arpente, date_creation, \
             date_maj, 7::bigint AS contenance, geom FROM fixture.parcelles WHERE section = 'AB'",
        )
        .await;
    all(|_| 7).await;
}

/// The documented ways to ask, and what each must find.
#[tokio::test]
async fn parameters_of_api_carto_select() {
    let one = ["44109000AB0007"];
    for query in [
        "idu=44109000AB0007",
        "idu=44109+000+AB+0007",
        "idu=440109000AB0007",
        "code_insee=44109&section=AB&numero=0007",
        "code_insee=44109&com_abs=000&section=AB&numero=0007&source_ign=PCI",
        "code_insee=44109&section=ab&numero=7",
        "code_dep=44&code_com=109&section=AB&numero=0007&code_arr=000",
        "code_insee=44109&section=AB&numero=0007&_limit=1&_start=0&source_ign=BDP",
    ] {
        assert_eq!(
            idus(&format!("/ads/parcelles?{query}")).await,
            one,
            "{query}"
        );
    }
    for query in [
        "idu=44109000AB0999",
        "code_insee=44109&section=ZZ",
        "code_insee=44109&section=AB&numero=0007&com_abs=044",
        "code_dep=85",
    ] {
        let page = Server::shared()
            .json(&format!("/ads/parcelles?{query}"))
            .await;
        assert!(features(&page).is_empty(), "{query}");
        assert_eq!(page["totalFeatures"], 0, "{query}");
        assert_eq!(page["numberReturned"], 0, "{query}");
    }
    let several = idus("/ads/parcelles?idu=44143000AK0002,44109000AB0007,44109000AB0001").await;
    assert_eq!(
        several,
        ["44143000AK0002", "44109000AB0007", "44109000AB0001"]
    );
}

#[tokio::test]
async fn pages_cover_a_section_once() {
    let server = Server::shared();
    let mut seen = Vec::new();
    let mut next = Some(server.url("/ads/parcelles?code_insee=44109&section=AB&_limit=30"));
    let mut pages = 0;
    while let Some(url) = next.take() {
        let answer = crate::support::get(&url, &[]).await;
        let page = answer.json();
        assert_eq!(page["totalFeatures"], 100);
        seen.extend(values(&page, "idu"));
        next = answer.link("next");
        pages += 1;
    }
    assert_eq!(pages, 4);
    let expected: Vec<String> = (1..=100).map(|n| format!("44109000AB{n:04}")).collect();
    assert_eq!(seen, expected);
    let beyond = server
        .json("/ads/parcelles?code_insee=44109&section=AB&_start=500")
        .await;
    assert_eq!(beyond["totalFeatures"], 100);
    assert!(features(&beyond).is_empty());
    let commune = server.json("/ads/parcelles?code_insee=44109").await;
    assert_eq!(commune["numberReturned"], 200);
    let department = server.json("/ads/parcelles?code_dep=44&_limit=7").await;
    assert_eq!(
        (&department["totalFeatures"], &department["numberReturned"]),
        (&json!(400), &json!(7))
    );
}

#[tokio::test]
async fn a_place_gives_its_parcel_and_a_street_the_nearest() {
    let server = Server::shared();
    // In parcel AB 1, whose south-western corner is 354100, 6688100 and whose side is 20 m.
    let (lon, lat) = degrees(354_105.0, 6_688_105.0).await;
    let page = server
        .json(&format!("/ads/parcelles?lon={lon}&lat={lat}"))
        .await;
    assert_eq!(values(&page, "idu"), ["44109000AB0001"]);
    assert!(features(&page)[0]["properties"].get("distance").is_none());

    // In the street east of it, 1 m from it and 4 m from the next.
    let (lon, lat) = degrees(354_121.0, 6_688_110.0).await;
    let page = server
        .json(&format!("/ads/parcelles?lon={lon}&lat={lat}"))
        .await;
    let found = values(&page, "idu");
    assert_eq!(found[..2], ["44109000AB0001", "44109000AB0002"]);
    assert_eq!(page["nearest"], true);
    let metres: Vec<f64> = features(&page)
        .iter()
        .map(|one| one["properties"]["distance"].as_f64().expect("metres"))
        .collect();
    assert_eq!(metres[..2], [1.0, 4.0]);
    assert!(metres.is_sorted() && metres.len() == 5, "{metres:?}");

    let (lon, lat) = degrees(352_500.0, 6_686_500.0).await;
    let far = server
        .json(&format!("/ads/parcelles?lon={lon}&lat={lat}"))
        .await;
    assert!(features(&far).is_empty(), "a kilometre from every parcel");
}

#[tokio::test]
async fn a_geometry_meets_what_postgis_says() {
    let server = Server::shared();
    let mut corners = Vec::new();
    for (x, y) in [
        (354_110.0, 6_688_110.0),
        (354_170.0, 6_688_110.0),
        (354_140.0, 6_688_170.0),
    ] {
        let (lon, lat) = degrees(x, y).await;
        corners.push(json!([lon, lat]));
    }
    corners.push(corners[0].clone());
    let triangle = json!({"type": "Polygon", "coordinates": [corners]});
    let expected: Vec<String> = server
        .database
        .one(&format!(
            "SELECT array_agg(idu ORDER BY idu) FROM layer.parcelles WHERE ST_Intersects(geom, \
             ST_Transform(ST_SetSRID(ST_GeomFromGeoJSON('{triangle}'), 4326), 2154))"
        ))
        .await;
    assert!(expected.len() > 4);
    let encoded: String =
        url::form_urlencoded::byte_serialize(triangle.to_string().as_bytes()).collect();
    assert_eq!(
        idus(&format!("/ads/parcelles?geom={encoded}")).await,
        expected
    );

    let body = json!({"geom": triangle, "_limit": 2}).to_string();
    let page = posted(server, "application/json", &body).await.json();
    assert_eq!(values(&page, "idu"), expected[..2]);
    assert_eq!(page["totalFeatures"], expected.len());
    let body = json!({"geom": triangle, "section": "AC"}).to_string();
    let page = posted(server, "application/json", &body).await.json();
    assert_eq!(page["totalFeatures"], 0, "both conditions hold");
    let form = format!("geom={encoded}&section=AB");
    let page = posted(server, "application/x-www-form-urlencoded", &form)
        .await
        .json();
    assert_eq!(page["totalFeatures"], expected.len());

    // As in API Carto, a point on a street meets nothing: nearest parcels are for lon and lat.
    let (lon, lat) = degrees(354_121.0, 6_688_110.0).await;
    let point = json!({"geom": {"type": "Point", "coordinates": [lon, lat]}}).to_string();
    let page = posted(server, "application/json", &point).await.json();
    assert_eq!(page["totalFeatures"], 0);
}

#[tokio::test]
async fn what_is_wrong_is_said_in_both_shapes() {
    let server = Server::shared();
    for (query, param) in [
        ("code_insee=440", "code_insee"),
        ("code_insee=44109&section=ABCD", "section"),
        ("code_insee=44109&numero=XX", "numero"),
        ("insee=44109", "insee"),
        ("lon=abc&lat=47", "lon"),
        ("geom=%7B%7D", "geom"),
        ("", "code_insee"),
        ("code_insee=44109&f=xml", "f"),
        ("q=AB+0", "q"),
    ] {
        let answer = server.get(&format!("/ads/parcelles?{query}")).await;
        let detail = answer.problem(400);
        assert!(detail.contains(param), "{query}: {detail}");
        let body = answer.json();
        assert_eq!(body["code"], 400, "{query}");
        let told = body["message"][param]["msg"].as_str();
        assert!(told.is_some_and(|told| !told.is_empty()), "{query}: {body}");
    }
    for body in ["[]", "{", "{\"geom\":\"x\"}"] {
        assert_eq!(
            posted(server, "application/json", body).await.status,
            400,
            "{body}"
        );
    }
    let huge = format!("{{\"q\":\"{}\"}}", "A".repeat(2 << 20));
    assert_eq!(posted(server, "application/json", &huge).await.status, 413);
}

#[tokio::test]
async fn a_parcel_has_one_address() {
    let server = Server::shared();
    let parcel: Json = server.json("/ads/parcelles/44109000AB0007?f=geojson").await;
    assert_eq!(parcel["properties"]["idu"], "44109000AB0007");
    for written in [
        "44109%20AB%207",
        "44109000ab0007",
        "440109000AB0007",
        "44109-AB-7",
    ] {
        let answer = server
            .get(&format!("/ads/parcelles/{written}?f=geojson"))
            .await;
        assert_eq!(answer.status, 308, "{written}: {}", answer.text());
        let expected = server.url("/ads/parcelles/44109000AB0007?f=geojson");
        assert_eq!(answer.header("location"), expected, "{written}");
    }
    let absent = server
        .get("/ads/parcelles/44109000ZZ0001")
        .await
        .problem(404);
    assert!(absent.contains("44109000ZZ0001"), "{absent}");
    let wrong = server.get("/ads/parcelles/44109000AB").await.problem(404);
    assert!(wrong.contains("quatorze"), "{wrong}");
    let head = server.send("HEAD", "/ads/parcelles?idu=44109000AB0007", &[]);
    assert_eq!(head.await.status, 200);
}

#[tokio::test]
async fn a_parcel_that_is_held_is_not_sent_again() {
    let server = Server::shared();
    let path = "/ads/parcelles/44109000AB0007?f=geojson";
    let etag = server.get(path).await.header("etag").to_owned();
    let again = server.get_with(path, &[("if-none-match", &etag)]).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
}

#[tokio::test]
async fn the_description_tells_of_the_lookups() {
    let api = Server::shared().json("/api").await;
    let get = &api["paths"]["/ads/parcelles"]["get"];
    let names: Vec<&str> = get["parameters"]
        .as_array()
        .expect("parameters")
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    for name in [
        "q",
        "idu",
        "code_insee",
        "section",
        "numero",
        "lon",
        "lat",
        "geom",
        "_limit",
    ] {
        assert!(names.contains(&name), "{name}");
    }
    assert!(api["paths"]["/ads/parcelles"]["post"].is_object());
    for path in [
        "/ads/parcelles/{idu}",
        "/ads/adresses/search",
        "/ads/adresses/reverse",
    ] {
        assert!(
            api["paths"][path]["get"]["operationId"].is_string(),
            "{path}"
        );
    }
}
