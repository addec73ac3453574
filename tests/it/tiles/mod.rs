//! Vector tiles and their descriptions.

mod changes;

use std::collections::BTreeSet;

use crate::support::{Server, decode, unpack};

/// The tile over a place given in Lambert-93.
async fn over(server: &Server, zoom: u8, x: f64, y: f64) -> (u32, u32) {
    let place: Vec<f64> = server
        .database
        .one(&format!(
            "SELECT ARRAY[ST_X(g), ST_Y(g)] FROM (SELECT ST_Transform(ST_Point({x}, {y}, 2154), 3857) g) t"
        ))
        .await;
    let side = 2.0 * 20_037_508.342_789_244 / f64::from(1u32 << zoom);
    let half = 20_037_508.342_789_244;
    (
        ((place[0] + half) / side) as u32,
        ((half - place[1]) / side) as u32,
    )
}

/// The address of the tile over the middle of sheet AB.
async fn sheet_ab(server: &Server, layer: &str, zoom: u8) -> String {
    let (x, y) = over(server, zoom, 354_225.0, 6_688_225.0).await;
    format!("/tiles/{layer}/{zoom}/{x}/{y}.mvt")
}

/// The address of the tile over the middle of sheet AC, whose parcels touch.
async fn sheet_ac(server: &Server, layer: &str, zoom: u8) -> String {
    let (x, y) = over(server, zoom, 355_025.0, 6_688_225.0).await;
    format!("/tiles/{layer}/{zoom}/{x}/{y}.mvt")
}

#[tokio::test]
async fn a_tile_holds_the_features_that_it_meets_with_their_numbers() {
    let server = Server::shared();
    let (x, y) = over(server, 16, 354_225.0, 6_688_225.0).await;
    let answer = server
        .get(&format!("/tiles/parcelles/16/{x}/{y}.mvt"))
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        "application/vnd.mapbox-vector-tile"
    );
    let tile = decode(&answer.body);
    assert_eq!((tile.name.as_str(), tile.extent), ("parcelles", 4096));
    let found: BTreeSet<i64> = tile
        .features
        .iter()
        .map(|mark| mark.id.expect("a number") as i64)
        .collect();
    assert_eq!(found.len(), tile.features.len(), "a number stands twice");
    let expected: Vec<i64> = server
        .database
        .one(&format!(
            "SELECT array_agg(fid) FROM layer.parcelles \
             WHERE ST_Intersects(geom_3857, ST_TileEnvelope(16, {x}, {y}))"
        ))
        .await;
    assert!(expected.len() > 50, "a tile with something in it");
    for fid in &expected {
        assert!(found.contains(fid), "{fid} is missing");
    }
    // What is in the buffer may come too, nothing further.
    let near: Vec<i64> = server
        .database
        .one(&format!(
            "SELECT array_agg(fid) FROM layer.parcelles \
             WHERE geom_3857 && ST_TileEnvelope(16, {x}, {y}, margin => 0.017)"
        ))
        .await;
    for fid in found {
        assert!(near.contains(&fid), "{fid} is far from the tile");
    }
    assert!(
        tile.features
            .iter()
            .all(|mark| mark.kind == 3 && mark.commands > 8)
    );
}

#[tokio::test]
async fn attributes_come_by_zoom() {
    let server = Server::shared();
    let layer = server.database.layer("parcelles");
    for zoom in layer.tiles.min_zoom..=layer.tiles.max_zoom {
        let answer = server.get(&sheet_ac(server, "parcelles", zoom).await).await;
        assert_eq!(answer.status, 200, "zoom {zoom}");
        let tile = decode(&answer.body);
        let wanted: BTreeSet<String> = layer
            .attributes_at(zoom)
            .iter()
            .map(|field| field.name.clone())
            .collect();
        for mark in &tile.features {
            let given: BTreeSet<String> = mark.properties.keys().cloned().collect();
            assert_eq!(given, wanted, "zoom {zoom}");
            assert_eq!(
                mark.id.is_some(),
                zoom >= layer.tiles.native_zoom,
                "zoom {zoom}"
            );
        }
    }
}

#[tokio::test]
async fn below_the_native_zoom_parcels_are_merged_by_section() {
    let server = Server::shared();
    let answer = server.get(&sheet_ac(server, "parcelles", 12).await).await;
    let tile = decode(&answer.body);
    let sections: BTreeSet<String> = tile
        .features
        .iter()
        .map(|mark| mark.properties["section"].to_string())
        .collect();
    assert!(sections.contains("\"AC\""), "{sections:?}");
    assert!(
        tile.features.len() < 100,
        "{} features for 4 sections",
        tile.features.len()
    );
    // A layer that is not merged keeps its features and their numbers at every zoom.
    let communes = server.get("/tiles/communes/8/126/89.mvt").await;
    assert_eq!(communes.status, 200);
    assert_eq!(decode(&communes.body).features.len(), 4);
}

#[tokio::test]
async fn every_geometry_type_is_drawn() {
    let server = Server::shared();
    for (layer, zoom, kind) in [
        ("adresses", 15, 1),
        ("transports-scolaires", 13, 2),
        ("plum-zonage", 15, 3),
        ("batiments", 16, 3),
        ("dossiers-ads", 15, 3),
        ("sections", 13, 3),
    ] {
        let answer = server.get(&sheet_ab(server, layer, zoom).await).await;
        assert_eq!(answer.status, 200, "{layer}");
        let tile = decode(&answer.body);
        assert!(
            tile.features.iter().all(|mark| mark.kind == kind),
            "{layer}"
        );
    }
}

#[tokio::test]
async fn where_there_is_nothing_the_answer_is_204_and_outside_the_zooms_404() {
    let server = Server::shared();
    let (x, y) = over(server, 14, 700_000.0, 6_600_000.0).await;
    let empty = server
        .get(&format!("/tiles/parcelles/14/{x}/{y}.mvt"))
        .await;
    assert_eq!(empty.status, 204);
    assert!(empty.body.is_empty());
    assert!(!empty.header("etag").is_empty());
    for path in [
        "9/250/180",
        "17/65000/46000",
        "14/16384/0",
        "14/0/16384",
        "23/0/0",
        "255/1/1",
    ] {
        server
            .get(&format!("/tiles/parcelles/{path}.mvt"))
            .await
            .problem(404);
    }
    for path in [
        "14/-1/0",
        "14/a/0",
        "14/1.5/0",
        "x/0/0",
        "14/0/99999999999999999999",
    ] {
        let answer = server.get(&format!("/tiles/parcelles/{path}.mvt")).await;
        assert!(
            matches!(answer.status, 400 | 404),
            "{path}: {}",
            answer.status
        );
    }
    server
        .get("/tiles/rien/14/8000/5700.mvt")
        .await
        .problem(404);
    let path = sheet_ab(server, "parcelles", 14).await;
    server.get(&format!("{path}?buffer=4")).await.problem(400);
}

#[tokio::test]
async fn the_ogc_path_has_row_before_column_and_gives_the_same_tile() {
    let server = Server::shared();
    let (x, y) = over(server, 15, 354_225.0, 6_688_225.0).await;
    let xyz = server
        .get(&format!("/tiles/parcelles/15/{x}/{y}.mvt"))
        .await;
    let base = "/collections/parcelles/tiles/WebMercatorQuad";
    let ogc = server.get(&format!("{base}/15/{y}/{x}")).await;
    assert_eq!(ogc.status, 200);
    assert_eq!(ogc.body, xyz.body);
    assert_eq!(ogc.header("etag"), xyz.header("etag"));
    server
        .get(&format!("/collections/parcelles/tiles/Autre/15/{y}/{x}"))
        .await
        .problem(404);
    server
        .get(&format!("{base}/15/{y}/{x}?f=png"))
        .await
        .problem(400);
}

#[tokio::test]
async fn all_codings_hold_the_same_tile_and_have_their_own_tag() {
    let server = Server::shared();
    let path = sheet_ab(server, "parcelles", 15).await;
    let plain = server.get(&path).await;
    let mut tags = BTreeSet::from([plain.header("etag").to_owned()]);
    for coding in ["gzip", "br", "zstd"] {
        // Cold, then warm.
        for _ in 0..2 {
            let packed = server.get_with(&path, &[("accept-encoding", coding)]).await;
            assert_eq!(packed.header("content-encoding"), coding);
            assert_eq!(
                packed.header("content-length"),
                packed.body.len().to_string()
            );
            assert!(packed.body.len() < plain.body.len());
            assert_eq!(unpack(coding, &packed.body), plain.body, "{coding}");
            let etag = packed.header("etag").to_owned();
            let held = [
                ("accept-encoding", coding),
                ("if-none-match", etag.as_str()),
            ];
            let again = server.get_with(&path, &held).await;
            assert_eq!((again.status, again.body.len()), (304, 0), "{coding}");
            tags.insert(etag);
        }
    }
    assert_eq!(tags.len(), 4, "{tags:?}");
}

#[tokio::test]
async fn a_tile_changes_with_what_it_shows_and_not_with_the_rest() {
    let server = Server::start().await;
    let near = sheet_ab(&server, "adresses", 16).await;
    let (x, y) = over(&server, 16, 352_500.0, 6_686_200.0).await;
    let far = format!("/tiles/adresses/16/{x}/{y}.mvt");
    let before = server.get(&near).await;
    assert_eq!(server.get(&far).await.status, 204);
    server
        .publish(
            "adresses",
            "SELECT '44020' AS _scope, 'x1' AS cle_interop, 'entrée' AS position, '44020' AS \
             commune_insee, 7::bigint AS numero, ST_Point(352500, 6686200, 2154) AS geom",
        )
        .await;
    let shown = server.get(&far).await;
    assert_eq!(shown.status, 200, "the publication does not show");
    assert_eq!(decode(&shown.body).features[0].properties["numero"], 7);
    let held = [("if-none-match", before.header("etag"))];
    assert_eq!(
        server.get_with(&near, &held).await.status,
        304,
        "a publication elsewhere"
    );

    // Moved away: its old place changes too.
    server
        .publish(
            "adresses",
            "SELECT '44020' AS _scope, 'x1' AS cle_interop, 'entrée' AS position, '44020' AS \
             commune_insee, 7::bigint AS numero, ST_Point(353500, 6686200, 2154) AS geom",
        )
        .await;
    let held = [("if-none-match", shown.header("etag"))];
    assert_eq!(
        server.get_with(&far, &held).await.status,
        204,
        "its old place still shows it"
    );

    let sections = sheet_ab(&server, "parcelles", 12).await;
    let merged = server.get(&sections).await;
    server
        .publish(
            "parcelles",
            "SELECT '44109000AB01' AS _scope, '44109000AB0001' AS idu, '44109' AS commune, '000' AS \
             prefixe, 'AB' AS section, ST_Multi(ST_MakeEnvelope(354100, 6688100, 354700, 6688700, \
             2154)) AS geom",
        )
        .await;
    let held = [("if-none-match", merged.header("etag"))];
    assert_eq!(
        server.get_with(&sections, &held).await.status,
        200,
        "the companion is stale"
    );
}

#[tokio::test]
async fn many_who_wait_for_one_tile_get_the_same() {
    let server = Server::start().await;
    let path = server.url(&sheet_ab(&server, "parcelles", 15).await);
    let waiting = (0..40).map(|_| {
        let path = path.clone();
        tokio::spawn(async move { crate::support::get(&path, &[]).await })
    });
    let waiting: Vec<_> = waiting.collect();
    let mut bodies = BTreeSet::new();
    for answer in waiting {
        let answer = answer.await.expect("an answer");
        assert_eq!(answer.status, 200);
        bodies.insert(answer.body.to_vec());
    }
    assert_eq!(bodies.len(), 1);
}

#[tokio::test]
async fn tilejson_says_where_the_tiles_are_and_what_they_hold() {
    let server = Server::shared();
    let layer = server.database.layer("parcelles");
    let document = server.json("/tiles/parcelles.json").await;
    assert_eq!(document["tilejson"], "3.0.0");
    assert_eq!(document["minzoom"], layer.tiles.min_zoom);
    assert_eq!(document["maxzoom"], layer.tiles.max_zoom);
    assert_eq!(document["vector_layers"][0]["id"], "parcelles");
    let fields = document["vector_layers"][0]["fields"]
        .as_object()
        .expect("fields");
    for field in layer.attributes_at(layer.tiles.max_zoom) {
        assert!(fields.contains_key(&field.name), "{}", field.name);
    }
    let bounds: Vec<f64> = document["bounds"]
        .as_array()
        .expect("bounds")
        .iter()
        .filter_map(serde_json::Value::as_f64)
        .collect();
    assert!(bounds[0] < bounds[2] && bounds[1] < bounds[3], "{bounds:?}");
    let (x, y) = over(server, 15, 354_225.0, 6_688_225.0).await;
    let template = document["tiles"][0].as_str().expect("a template");
    let url = template
        .replace("{z}", "15")
        .replace("{x}", &x.to_string())
        .replace("{y}", &y.to_string());
    assert_eq!(crate::support::get(&url, &[]).await.status, 200, "{url}");
    let set = server
        .json("/collections/parcelles/tiles/WebMercatorQuad")
        .await;
    assert_eq!(set["dataType"], "vector");
    let grid = server.json("/tileMatrixSets/WebMercatorQuad").await;
    let matrix = &grid["tileMatrices"][15];
    assert_eq!(matrix["matrixWidth"], 32_768);
}
