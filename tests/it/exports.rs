//! Exports: whole layers as indexed files, filtered ones as streams.

use std::io::Cursor;

use flatgeobuf::{FallibleStreamingIterator as _, FeatureProperties as _, FgbReader};
use hyper::Method;

use crate::support::{Answer, Server, request};

const WHOLE: &str = "/collections/parcelles/items?f=fgb";

/// Features of a FlatGeobuf answer, by `fid`, in the file's order.
fn fids(answer: &Answer) -> Vec<i64> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/vnd.flatgeobuf");
    let reader = FgbReader::open(Cursor::new(&answer.body)).expect("a header");
    let mut features = reader.select_all().expect("features");
    let mut found = Vec::new();
    while let Some(feature) = features.next().expect("a feature") {
        assert!(feature.geometry().is_some());
        found.push(feature.property::<i64>("fid").expect("fid"));
    }
    found
}

/// What the header says: features, children of an index node.
fn header(answer: &Answer) -> (u64, u16, i32) {
    let reader = FgbReader::open(Cursor::new(&answer.body)).expect("a header");
    let header = reader.header();
    let code = header.crs().expect("a system").code();
    (header.features_count(), header.index_node_size(), code)
}

fn lines(answer: &Answer) -> Vec<csv::StringRecord> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.header("content-type").starts_with("text/csv"));
    csv::Reader::from_reader(&answer.body[..])
        .into_records()
        .collect::<Result<_, _>>()
        .expect("valid CSV")
}

#[tokio::test]
async fn a_whole_layer_is_an_indexed_file() {
    let server = Server::start().await;
    let file = server.get(WHOLE).await;
    let mut found = fids(&file);
    found.sort_unstable();
    found.dedup();
    assert_eq!(found.len(), 400);
    assert_eq!(header(&file), (400, 16, 4326));
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"parcelles.fgb\""
    );
    // The index leads to one sheet of a hundred.
    let reader = FgbReader::open(Cursor::new(&file.body)).expect("a header");
    let items = server
        .json("/collections/parcelles/items?feuille=44109000AB01&limit=1000")
        .await;
    let (mut west, mut south, mut east, mut north) = (180.0_f64, 90.0_f64, -180.0_f64, -90.0_f64);
    for feature in items["features"].as_array().expect("features") {
        for ring in feature["geometry"]["coordinates"][0]
            .as_array()
            .expect("rings")
        {
            for position in ring.as_array().expect("positions") {
                let (lon, lat) = (position[0].as_f64().unwrap(), position[1].as_f64().unwrap());
                (west, east) = (west.min(lon), east.max(lon));
                (south, north) = (south.min(lat), north.max(lat));
            }
        }
    }
    let mut inside = reader
        .select_bbox(west, south, east, north)
        .expect("an index");
    let mut sheets = 0;
    while let Some(feature) = inside.next().expect("a feature") {
        let sheet = feature.property::<String>("feuille").expect("a sheet");
        assert_eq!(sheet, "44109000AB01");
        sheets += 1;
    }
    assert_eq!(sheets, 100);
}

#[tokio::test]
async fn a_file_is_served_by_ranges() {
    let server = Server::start().await;
    let file = server.get(WHOLE).await;
    let etag = file.header("etag");
    let length = file.body.len();
    assert!(etag.starts_with('"') && file.header("accept-ranges") == "bytes");
    assert_eq!(file.header("content-length"), length.to_string());

    let head = request(Method::HEAD, &server.url(WHOLE), &[("range", "bytes=0-7")]).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), length.to_string());

    let part = server
        .get_with(WHOLE, &[("range", "bytes=100-299"), ("if-range", etag)])
        .await;
    assert_eq!(part.status, 206);
    assert_eq!(part.body, file.body[100..300]);
    assert_eq!(
        part.header("content-range"),
        format!("bytes 100-299/{length}")
    );
    assert_eq!(part.header("etag"), etag);

    let tail = server
        .get_with(
            WHOLE,
            &[("range", "bytes=-50"), ("accept-encoding", "gzip, br")],
        )
        .await;
    assert_eq!((tail.status, tail.header("content-encoding")), (206, ""));
    assert_eq!(tail.body, file.body[length - 50..]);

    let behind = format!("bytes={length}-");
    let refused = server.get_with(WHOLE, &[("range", &behind)]).await;
    refused.problem(416);
    assert_eq!(refused.header("content-range"), format!("bytes */{length}"));

    let known = server.get_with(WHOLE, &[("if-none-match", etag)]).await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    let other = [("range", "bytes=0-7"), ("if-range", "\"other\"")];
    assert_eq!(server.get_with(WHOLE, &other).await.body, file.body);
}

#[tokio::test]
async fn each_system_and_each_version_has_its_file() {
    let server = Server::start().await;
    let before = server.get(WHOLE).await;
    let lambert = server.get(&format!("{WHOLE}&crs=2154")).await;
    assert_eq!(header(&lambert), (400, 16, 2154));
    assert_ne!(lambert.header("etag"), before.header("etag"));
    // Latitude first is not for this format.
    let latitude_first = server.get(&format!("{WHOLE}&crs=4326")).await;
    assert_eq!(latitude_first.body, before.body);

    let half = "SELECT * FROM fixture.parcelles WHERE _scope LIKE '44109%' AND arpente";
    server.publish("parcelles", half).await;
    let after = server.get(WHOLE).await;
    assert_eq!(fids(&after).len(), 300);
    assert_ne!(after.header("etag"), before.header("etag"));
}

#[tokio::test]
async fn what_is_filtered_is_a_stream_of_any_length() {
    let server = Server::start().await;
    let many = "SELECT '44162' AS _scope, '44162_0042_' || lpad(n::text, 5, '0') AS cle_interop, \
                '44162' AS commune_insee, 'Rue, dite « \"neuve\" »' AS voie_nom, n::bigint AS numero, \
                ST_SetSRID(ST_MakePoint(352000 + n % 50, 6688000 + n / 50), 2154) AS geom \
                FROM generate_series(1, 2500) n";
    server.publish("adresses", many).await;
    let path = "/collections/adresses/items?commune_insee=44162";
    let stream = server.get(&format!("{path}&f=fgb")).await;
    let mut found = fids(&stream);
    assert_eq!(header(&stream), (2500, 0, 4326));
    assert!(found.is_sorted(), "in the order of fid");
    found.dedup();
    assert_eq!(found.len(), 2500);
    assert_eq!(
        fids(&server.get(&format!("{path}&f=fgb&limit=1001")).await).len(),
        1001
    );
    let none = server
        .get("/collections/adresses/items?commune_insee=99999&f=fgb")
        .await;
    assert_eq!(fids(&none).len(), 0);

    let table = server.get(&format!("{path}&f=csv&crs=2154")).await;
    let rows = lines(&table);
    assert_eq!(rows.len(), 2500);
    assert!(table.text().starts_with("fid,") && table.text().contains(",wkt\r\n"));
    assert!(
        rows.iter()
            .all(|row| row.iter().any(|cell| cell == "Rue, dite « \"neuve\" »"))
    );
    assert!(rows.iter().all(|row| {
        row.iter()
            .next_back()
            .is_some_and(|wkt| wkt.starts_with("POINT(352"))
    }));
    let packed = server
        .get_with(&format!("{path}&f=csv"), &[("accept-encoding", "gzip")])
        .await;
    assert_eq!(packed.header("content-encoding"), "gzip");
}

#[tokio::test]
async fn formats_are_chosen_by_f_or_accept_and_closed_layers_stay_closed() {
    let server = Server::start().await;
    let path = "/collections/communes/items";
    for (accept, kind) in [
        ("application/vnd.flatgeobuf", "application/vnd.flatgeobuf"),
        ("text/csv", "text/csv; charset=utf-8; header=present"),
        ("application/geo+json, text/csv", "application/geo+json"),
    ] {
        let answer = server.get_with(path, &[("accept", accept)]).await;
        assert_eq!(answer.header("content-type"), kind);
    }
    let detail = server.get(&format!("{path}?f=shp")).await.problem(400);
    assert!(detail.contains("json, html, fgb and csv"), "{detail}");
    for f in ["fgb", "csv"] {
        server
            .get(&format!("{path}?f={f}&limit=0"))
            .await
            .problem(400);
        server
            .get(&format!("{path}?f={f}&nom_inconnu=1"))
            .await
            .problem(400);
        server
            .get(&format!("/collections/cameras-csu/items?f={f}"))
            .await
            .problem(401);
        let ads = server
            .get(&format!("/collections/dossiers-ads/items?f={f}"))
            .await;
        assert_eq!(ads.status, 200);
        assert!(!ads.text().contains("PERSONNEL"));
    }
}
