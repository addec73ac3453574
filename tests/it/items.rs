//! Features of a collection over HTTP: boxes, dates, filters, reference systems.

use serde_json::{Value as Json, json};

use crate::support::{Server, features, link, numbers, values};

const PARCELS: &str = "/collections/parcelles/items";
const EPSG: &str = "http://www.opengis.net/def/crs/EPSG/0";

async fn numbers_of(server: &Server, query: &str) -> Vec<String> {
    let page = server.json(&format!("{PARCELS}?limit=1000&{query}")).await;
    assert_eq!(page["numberMatched"], page["numberReturned"], "{query}");
    let mut found = values(&page, "idu");
    found.sort();
    found
}

/// Sheet AB has its corner at 354100, 6688100: parcel 1 is the square of 20 m there, 2 is 25 m east.
#[tokio::test]
async fn a_box_in_the_storage_system_is_exact_at_its_edges() {
    let server = Server::shared();
    let found =
        async |bbox: &str| numbers_of(server, &format!("bbox={bbox}&bbox-crs={EPSG}/2154")).await;
    assert_eq!(
        found("354101,6688101,354102,6688102").await,
        ["44109000AB0001"]
    );
    // The street between two parcels is empty.
    assert!(found("354121,6688101,354124,6688102").await.is_empty());
    // Touching counts, a millimetre beside does not.
    assert_eq!(
        found("354120,6688101,354124,6688102").await,
        ["44109000AB0001"]
    );
    assert!(
        found("354120.001,6688101,354124.999,6688102")
            .await
            .is_empty()
    );
    let both = found("354120,6688101,354125,6688102").await;
    assert_eq!(both, ["44109000AB0001", "44109000AB0002"]);
    // A box without width or height is a place.
    assert_eq!(
        found("354110,6688110,354110,6688110").await,
        ["44109000AB0001"]
    );
    assert_eq!(found("354000,6688000,354400,6688400").await.len(), 100);
}

#[tokio::test]
async fn the_same_box_finds_the_same_in_every_system_and_axis_order() {
    let server = Server::shared();
    // Ten metres around the crossing of two streets, where parcels 1, 2, 11 and 12 meet: small
    // enough that the systems' different norths do not matter.
    for (code, order) in [
        (4326, "y"),
        (3857, "x"),
        (2154, "x"),
        (3947, "x"),
        (84, "x"),
    ] {
        let srid = if code == 84 { 4326 } else { code };
        let corners: Vec<f64> = server
            .database
            .one(&format!(
                "SELECT ARRAY[ST_X(a), ST_Y(a), ST_X(b), ST_Y(b)] FROM (SELECT \
                 ST_Transform(ST_Point(354117.5, 6688117.5, 2154), {srid}) a, \
                 ST_Transform(ST_Point(354127.5, 6688127.5, 2154), {srid}) b) t"
            ))
            .await;
        let [a, b, c, d] = corners[..] else {
            panic!("four corners")
        };
        let bbox = if order == "y" {
            format!("{b},{a},{d},{c}")
        } else {
            format!("{a},{b},{c},{d}")
        };
        let uri = match code {
            84 => "http://www.opengis.net/def/crs/OGC/1.3/CRS84".to_owned(),
            _ => format!("{EPSG}/{code}"),
        };
        let found = numbers_of(server, &format!("bbox={bbox}&bbox-crs={uri}")).await;
        let expected = ["0001", "0002", "0011", "0012"].map(|n| format!("44109000AB{n}"));
        assert_eq!(found, expected, "{uri} {bbox}");
        if code == 84 {
            let six = format!("bbox={a},{b},-10,{c},{d},500");
            assert_eq!(numbers_of(server, &six).await.len(), 4);
        }
    }
}

#[tokio::test]
async fn a_box_across_the_antimeridian_is_two_boxes() {
    let server = Server::shared();
    // From the east of the territory round the world to its west: everything but the territory.
    assert!(numbers_of(server, "bbox=10,40,-170,50").await.is_empty());
    // Round the world from 170° E to -1° E: holds it.
    assert_eq!(numbers_of(server, "bbox=170,40,-1,50").await.len(), 400);
    assert_eq!(numbers_of(server, "bbox=-180,-90,180,90").await.len(), 400);
}

#[tokio::test]
async fn boxes_that_are_none_are_refused() {
    let server = Server::shared();
    for query in [
        "bbox=1,2,3",
        "bbox=a,b,c,d",
        "bbox=0,10,1,5",
        "bbox=0,0,200,1",
        "bbox=NaN,0,1,1",
        "bbox=",
        "bbox=0,0,1,1&bbox-crs=EPSG:27572",
        "bbox=1,2,3,4&bbox=1,2,3,4",
    ] {
        server.get(&format!("{PARCELS}?{query}")).await.problem(400);
    }
}

#[tokio::test]
async fn dates_filter_and_the_undated_match_every_interval() {
    let server = Server::shared();
    // Of each sheet, ten parcels have no date and ninety have 2024-01-01 and the days after.
    let count = async |datetime: &str| {
        numbers_of(server, &format!("datetime={datetime}"))
            .await
            .len()
    };
    assert_eq!(count("2024-01-01").await, 4 * 11);
    assert_eq!(count("2024-01-01/2024-01-02").await, 4 * 12);
    assert_eq!(count("../2023-12-31").await, 4 * 10);
    assert_eq!(count("2024-01-01/..").await, 400);
    assert_eq!(count("2024-01-02T00:00:00Z/..").await, 396);
    for wrong in [
        "hier",
        "2024-13-01",
        "2024-02-02/2024-02-01",
        "../..",
        "2024-01-01/b",
    ] {
        server
            .get(&format!("{PARCELS}?datetime={wrong}"))
            .await
            .problem(400);
    }
}

#[tokio::test]
async fn properties_filter_alone_and_together() {
    let server = Server::shared();
    assert_eq!(numbers_of(server, "section=AB").await.len(), 100);
    assert_eq!(
        numbers_of(server, "commune=44109&contenance=312")
            .await
            .len(),
        2
    );
    assert_eq!(
        numbers_of(server, "arpente=true&section=AK").await.len(),
        50
    );
    assert_eq!(numbers_of(server, "date_maj=2024-01-01").await.len(), 4);
    assert!(numbers_of(server, "section=ab").await.is_empty());
    let page = server
        .json("/collections/communes/items?nom=Rez%C3%A9")
        .await;
    assert_eq!(values(&page, "code_insee"), ["44143"]);
    for wrong in [
        "contenance=beaucoup",
        "arpente=oui",
        "date_maj=demain",
        "inconnu=1",
    ] {
        server.get(&format!("{PARCELS}?{wrong}")).await.problem(400);
    }
    let detail = server
        .get(&format!("{PARCELS}?sectoin=AB"))
        .await
        .problem(400);
    assert!(detail.contains("sectoin"), "{detail}");
}

#[tokio::test]
async fn limits_are_whole_positive_and_capped() {
    let server = Server::shared();
    let returned = async |query: &str| {
        let page = server.json(&format!("{PARCELS}{query}")).await;
        assert_eq!(page["numberMatched"], 400);
        let returned = page["numberReturned"].as_u64().expect("a number");
        assert_eq!(features(&page).len() as u64, returned);
        returned
    };
    assert_eq!(returned("").await, 10);
    assert_eq!(returned("?limit=1").await, 1);
    assert_eq!(returned("?limit=10000").await, 400);
    assert_eq!(returned("?limit=99999999999").await, 400);
    for wrong in ["0", "-1", "1.5", "dix", "", "1e3"] {
        server
            .get(&format!("{PARCELS}?limit={wrong}"))
            .await
            .problem(400);
    }
}

#[tokio::test]
async fn coordinates_come_in_the_system_asked_for() {
    let server = Server::shared();
    for (crs, srid, swapped, tolerance) in [
        (
            "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            4326,
            false,
            1e-6,
        ),
        (
            "http://www.opengis.net/def/crs/EPSG/0/4326",
            4326,
            true,
            1e-6,
        ),
        (
            "http://www.opengis.net/def/crs/EPSG/0/3857",
            3857,
            false,
            1e-2,
        ),
        (
            "http://www.opengis.net/def/crs/EPSG/0/2154",
            2154,
            false,
            1e-3,
        ),
        (
            "http://www.opengis.net/def/crs/EPSG/0/3947",
            3947,
            false,
            1e-3,
        ),
    ] {
        let answer = server
            .get(&format!("/collections/adresses/items?limit=5&crs={crs}"))
            .await;
        assert_eq!(answer.header("content-crs"), format!("<{crs}>"));
        for feature in features(&answer.json()) {
            let expected: Vec<f64> = server
                .database
                .one(&format!(
                    "SELECT ARRAY[ST_X(g), ST_Y(g)] FROM (SELECT ST_Transform(geom, {srid}) g \
                     FROM layer.adresses WHERE fid = {}) t",
                    feature["id"]
                ))
                .await;
            let found = feature["geometry"]["coordinates"]
                .as_array()
                .expect("a position");
            let found: Vec<f64> = found.iter().filter_map(Json::as_f64).collect();
            let (x, y) = if swapped {
                (found[1], found[0])
            } else {
                (found[0], found[1])
            };
            let near = (x - expected[0]).abs() < tolerance && (y - expected[1]).abs() < tolerance;
            assert!(near, "{crs}: {found:?} for {expected:?}");
        }
    }
    let answer = server.get("/collections/adresses/items?limit=1").await;
    assert_eq!(
        answer.header("content-crs"),
        "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    );
    server
        .get("/collections/adresses/items?crs=EPSG:27572")
        .await
        .problem(400);
}

#[tokio::test]
async fn one_item_is_the_same_as_in_the_list_and_others_are_not_found() {
    let server = Server::shared();
    let page = server.json(&format!("{PARCELS}?section=AC&limit=1")).await;
    let listed = &features(&page)[0];
    let fid = numbers(&page)[0];
    let answer = server.get(&format!("{PARCELS}/{fid}")).await;
    assert_eq!(answer.header("content-type"), "application/geo+json");
    let item = answer.json();
    for part in ["id", "geometry", "properties", "type"] {
        assert_eq!(item[part], listed[part], "{part}");
    }
    let home = link(&item, "collection").expect("a link");
    assert!(home.ends_with("/collections/parcelles?f=json"), "{home}");
    let lambert = server
        .json(&format!("{PARCELS}/{fid}?crs={EPSG}/2154"))
        .await;
    let corner = &lambert["geometry"]["coordinates"][0][0][0];
    assert!(corner[0].as_f64() >= Some(354_900.0), "{corner}");
    for wrong in [
        "0",
        "999999",
        "-1",
        "x",
        "1.0",
        "9223372036854775808",
        "44109000AB0001",
    ] {
        server.get(&format!("{PARCELS}/{wrong}")).await.problem(404);
    }
    server
        .get(&format!("{PARCELS}/{fid}?limit=1"))
        .await
        .problem(400);
}

#[tokio::test]
async fn a_feature_is_geojson_with_typed_properties() {
    let server = Server::shared();
    let page = server.json(&format!("{PARCELS}?idu=44109000AB0010")).await;
    assert_eq!(page["type"], "FeatureCollection");
    let feature = &features(&page)[0];
    assert_eq!(feature["type"], "Feature");
    assert_eq!(feature["geometry"]["type"], "MultiPolygon");
    let properties = &feature["properties"];
    assert_eq!(properties["contenance"], json!(309));
    assert_eq!(properties["arpente"], json!(false));
    assert_eq!(properties["date_creation"], json!("2020-01-01"));
    assert_eq!(properties["date_maj"], Json::Null);
    let ring = feature["geometry"]["coordinates"][0][0]
        .as_array()
        .expect("a ring");
    assert_eq!(ring.first(), ring.last());
    // RFC 7946: an outer ring turns to the left.
    let at = |place: &Json, axis: usize| place[axis].as_f64().expect("a number");
    let turn: f64 = ring
        .windows(2)
        .map(|two| at(&two[0], 0) * at(&two[1], 1) - at(&two[1], 0) * at(&two[0], 1))
        .sum();
    assert!(turn > 0.0, "{ring:?}");
}
