//! Which tiles a publication changes.

use std::collections::BTreeMap;

use super::*;

/// Tags of the tiles of every zoom around the fixture's sheets, the empty ones included.
async fn tags(server: &Server) -> BTreeMap<(u8, u32, u32), String> {
    let tiles = &server.database.layer("parcelles").tiles;
    let mut tags = BTreeMap::new();
    for zoom in tiles.min_zoom..=tiles.max_zoom {
        let (west, north) = over(server, zoom, 353_900.0, 6_688_500.0).await;
        let (east, south) = over(server, zoom, 355_400.0, 6_685_900.0).await;
        for x in west - 1..=east + 1 {
            for y in north - 1..=south + 1 {
                let path = format!("/tiles/parcelles/{zoom}/{x}/{y}.mvt");
                let tag = server.get(&path).await.header("etag").to_owned();
                assert!(!tag.is_empty(), "{path}");
                tags.insert((zoom, x, y), tag);
            }
        }
    }
    tags
}

/// The tiles whose buffered envelope one of two places of a parcel meets.
async fn met(
    server: &Server,
    tags: &BTreeMap<(u8, u32, u32), String>,
    idu: &str,
    past: i64,
) -> BTreeSet<(u8, u32, u32)> {
    let mut met = BTreeSet::new();
    for tile in tags.keys() {
        let (z, x, y) = tile;
        let statement = format!(
            "SELECT EXISTS (SELECT FROM (SELECT geom_3857 FROM layer.parcelles WHERE idu = '{idu}' \
             UNION ALL SELECT geom_3857 FROM layer.parcelles_history WHERE idu = '{idu}' \
             AND _until = {past}) p \
             WHERE ST_Intersects(geom_3857, ST_TileEnvelope({z}, {x}, {y}, margin => 64.0 / 4096)))"
        );
        if server.database.one(&statement).await {
            met.insert(*tile);
        }
    }
    met
}

/// A publication that moves one parcel, and the one that takes it back, change the tags of exactly
/// the tiles that its old or new place meets, at every zoom.
#[tokio::test]
async fn a_parcel_that_moves_changes_the_tiles_that_it_meets_and_no_other() {
    let server = Server::start().await;
    for (idu, sheet, dx, dy) in [
        ("44109000AB0001", "44109000AB01", 3.0, 2.0),
        ("44109000AC0045", "44109000AC01", -7.0, 11.0),
        ("44143000AK0010", "44143000AK01", 160.0, 0.0),
        ("44143000AL0100", "44143000AL01", 0.0, 0.5),
    ] {
        let before = tags(&server).await;
        let query = format!(
            "SELECT _scope, idu, commune, prefixe, section, numero, contenance, feuille, arpente, \
             date_creation, date_maj, CASE WHEN idu = '{idu}' THEN ST_Translate(geom, {dx}, {dy}) \
             ELSE geom END AS geom FROM fixture.parcelles WHERE _scope = '{sheet}'"
        );
        let version = server.publish("parcelles", &query).await[0].version;
        let moved = tags(&server).await;
        assert_eq!(
            differing(&before, &moved),
            met(&server, &before, idu, version).await,
            "{idu}"
        );
        let back = server
            .database
            .store
            .begin_rollback(&server.database.catalogue, version)
            .await
            .expect("a rollback");
        let list = back
            .publish("tests".to_owned(), "retour".to_owned())
            .await
            .expect("published");
        server.refresh().await;
        let after = tags(&server).await;
        assert_eq!(
            differing(&moved, &after),
            met(&server, &before, idu, list[0].version).await,
            "{idu} back"
        );
    }
}

fn differing(
    one: &BTreeMap<(u8, u32, u32), String>,
    other: &BTreeMap<(u8, u32, u32), String>,
) -> BTreeSet<(u8, u32, u32)> {
    let tiles = one.iter().filter(|(tile, tag)| other[tile] != **tag);
    tiles.map(|(tile, _)| *tile).collect()
}
