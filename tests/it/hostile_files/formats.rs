//! What a format lets a file say, and what is made of it: no other file is read, nobody is called, and
//! a number in a header is not believed.

use std::net::TcpListener;
use std::path::PathBuf;

use exchange::Bound;
use geonantes::config::Ingest;
use geonantes::ogr::{Ogr, OgrError};

use super::make::{geopackage, laughs, patch, replace, statement, tear, workbook};
use super::{limits, read};
use crate::ingest::files::{Files, ogr2ogr};

fn ogr() -> Ogr {
    Ogr::new(&limits())
}

async fn refused(path: PathBuf) -> OgrError {
    let read = read(&ogr(), &path, "").await;
    let error = read.expect_err(&path.display().to_string());
    assert!(error.blames_the_file(), "{}: {error:?}", path.display());
    assert!(
        !matches!(error, OgrError::Died { .. }),
        "{}: {error:?}",
        path.display()
    );
    error
}

async fn damaged(path: PathBuf) -> String {
    match refused(path.clone()).await {
        OgrError::Damaged { words, .. } => words,
        other => panic!("{}: {other:?}", path.display()),
    }
}

const VIRTUAL: &str = "<OGRVRTDataSource><OGRVRTLayer name=\"x\"><SrcDataSource>/etc/passwd\
                       </SrcDataSource></OGRVRTLayer></OGRVRTDataSource>";

fn gml(doctype: &str, name: &str, link: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>{doctype}<o:FeatureCollection xmlns:o=\"http://ogr.maptools.org/\" \
         xmlns:gml=\"http://www.opengis.net/gml\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">\
         <gml:featureMember><o:m fid=\"m.1\"><o:nom>{name}</o:nom><o:geom xlink:href=\"{link}\"/>\
         </o:m></gml:featureMember></o:FeatureCollection>"
    )
}

#[tokio::test]
async fn no_file_names_another() {
    let files = Files::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("ours");
    let address = listener.local_addr().expect("its number");
    let url = format!("http://{address}/x.kml");
    for (name, text) in [
        ("a.vrt", VIRTUAL.to_owned()),
        ("b.gpkg", VIRTUAL.to_owned()),
        (
            "c.gml",
            format!("<!-- http://www.opengis.net/gml -->\n{VIRTUAL}"),
        ),
    ] {
        let error = refused(files.write(name, text)).await;
        assert!(
            matches!(error, OgrError::NotOurs { .. }),
            "{name}: {error:?}"
        );
    }
    let text = format!("{{\"type\":\"FeatureCollection\",\"features\":\"/vsicurl/{url}\"}}");
    refused(files.write("d.geojson", text)).await;
    // What can be read without what they name is: nothing of it comes in.
    let external = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>";
    let network = format!(
        "<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><NetworkLink><Link><href>{url}</href></Link>\
         </NetworkLink><Placemark><name>a</name><Point><coordinates>-1.5,47.2</coordinates></Point>\
         </Placemark></Document></kml>"
    );
    for path in [
        files.write("e.gml", gml(external, "&e;", "file:///etc/passwd")),
        files.write("f.gml", gml("", "a", &url)),
        files.write("g.kml", network),
        workbook(&files, "h.xlsx", external, "&e;"),
    ] {
        let found = read(&ogr(), &path, "root:").await;
        let found = found.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(found, 0, "{}", path.display());
    }
    let polyglot = [b"%PDF-1.4\n", &b"PK\x03\x04 mairies.csv"[..]].concat();
    let error = refused(files.write("i.zip", polyglot)).await;
    assert!(matches!(error, OgrError::NotOurs { .. }), "{error:?}");
    assert!(listener.accept().is_err(), "somebody was called");
}

#[tokio::test]
async fn what_grows_without_end_is_cut_off() {
    let files = Files::new();
    damaged(files.write("a.gml", gml(&laughs("x"), "&a9;", ""))).await;
    damaged(workbook(&files, "b.xlsx", &laughs("worksheet"), "&a9;")).await;
    let deep = format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{{\"type\":\"Feature\",\"properties\":{{}},\"geometry\":{}{}}}]}}",
        "{\"type\":\"GeometryCollection\",\"geometries\":[".repeat(1000),
        "]}".repeat(1000)
    );
    refused(files.write("c.geojson", deep)).await;
    let property = |value: String| {
        format!(
            "{{\"type\":\"FeatureCollection\",\"features\":[{{\"type\":\"Feature\",\"properties\":{{{value}}},\"geometry\":null}}]}}"
        )
    };
    let many = |text: fn(usize) -> String| (0..3_000).map(text).collect::<Vec<_>>();
    let folders = many(|n| format!("<Folder><name>f{n}</name><Placemark/></Folder>")).concat();
    for (path, expected) in [
        (
            files.write("d.csv", format!("nom;x\n{};1\n", "a".repeat(1 << 20))),
            Bound::Text,
        ),
        (
            files.write("e.geojson", property(format!("\"n\":\"{}\"", "a".repeat(1 << 20)))),
            Bound::Text,
        ),
        (
            workbook(&files, "f.xlsx", "", &"a".repeat(1 << 20)),
            Bound::Text,
        ),
        (
            files.write("g.csv", many(|n| format!("c{n}")).join(";") + "\n" + &";".repeat(2_999)),
            Bound::Columns,
        ),
        (
            files.write("h.geojson", property(many(|n| format!("\"c{n}\":1")).join(","))),
            Bound::Columns,
        ),
        (
            files.write("i.kml", format!("<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>{folders}</Document></kml>")),
            Bound::Columns,
        ),
    ] {
        let error = refused(path.clone()).await;
        assert!(
            matches!(error, OgrError::Beyond { bound, .. } if bound == expected),
            "{}: {error:?}",
            path.display()
        );
    }
    let path = geopackage(&files, "endless.gpkg", 3);
    statement(
        &path,
        "CREATE VIEW v AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
    );
    let hasty = Ogr::new(&Ingest {
        seconds: 1,
        ..limits()
    });
    let error = read(&hasty, &path, "").await.expect_err("it has no end");
    assert!(
        matches!(
            error,
            OgrError::Beyond {
                bound: Bound::Time,
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_geopackage_runs_nothing_and_is_whole() {
    let files = Files::new();
    let path = geopackage(&files, "sound.gpkg", 2_000);
    assert_eq!(read(&ogr(), &path, "commune").await.expect("sound"), 2_000);
    let changed = |name: &str| {
        let copy = files.path(name);
        std::fs::copy(&path, &copy).expect("room");
        copy
    };
    let calls = changed("calls.gpkg");
    statement(
        &calls,
        "CREATE VIEW v AS SELECT 1 AS fid, upper('aaaaaaaaaaaaaa') AS nom",
    );
    replace(
        &calls,
        b"upper('aaaaaaaaaaaaaa')",
        b"load_extension('aaaaa')",
    );
    let words = damaged(calls).await;
    assert!(words.contains("load_extension"), "{words}");
    let huge = changed("huge.gpkg");
    // A line of 2³¹ points.
    let line = "475000016A080000" // GP, version 0, no box, EPSG:2154
        .to_owned()
        + "0102000000FFFFFF7F"
        + &"00".repeat(32);
    statement(&huge, &format!("UPDATE m SET geom = X'{line}'"));
    damaged(huge).await;
    let torn = changed("torn.gpkg");
    tear(&torn);
    let words = damaged(torn).await;
    assert!(words.contains("corrupt pages"), "{words}");
}

#[tokio::test]
async fn counts_in_headers_are_not_believed() {
    let files = Files::new();
    let source = files.write(
        "p.geojson",
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"nom\":\"a\"},\
         \"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[-1.5,47],[-1.4,47],[-1.4,47.1],[-1.5,47]]]}}]}",
    );
    let source = source.to_string_lossy();
    let huge = 0x7fff_ffff_u32;
    for (name, extension, at, number) in [
        ("parts", "shp", 144, huge.to_le_bytes()),
        ("points", "shp", 148, huge.to_le_bytes()),
        ("index", "shx", 104, huge.to_be_bytes()),
        ("place", "shx", 100, huge.to_be_bytes()),
        ("rows", "dbf", 4, huge.to_le_bytes()),
    ] {
        let path = files.path(&format!("{name}.shp"));
        ogr2ogr(&[&path.to_string_lossy(), &source]);
        patch(&path.with_extension(extension), at, &number);
        let error = refused(path).await;
        assert!(
            matches!(
                error,
                OgrError::Damaged { .. } | OgrError::Incomplete { .. }
            ),
            "{name}: {error:?}"
        );
    }
    for index in ["YES", "NO"] {
        let path = files.path(&format!("{index}.fgb"));
        let option = format!("SPATIAL_INDEX={index}");
        ogr2ogr(&[&path.to_string_lossy(), &source, "-lco", &option]);
        // What is a 1 of 64 bits: its count, and a size in its index.
        replace(&path, &1_u64.to_le_bytes(), &(1_u64 << 40).to_le_bytes());
        refused(path).await;
    }
}
