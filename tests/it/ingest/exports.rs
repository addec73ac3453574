//! Versions as files: whatever the format, what was published; whole, or nothing.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::files::Files;
use super::{ingest, read};
use crate::support::Database;

const HEAD: &str = "identifiant;nom;type;commune;x_l93;y_l93\n";

/// Features of the layers of a file, as GDAL reads them, in degrees.
fn features(file: &Path, layer: &str) -> Vec<Value> {
    let source = match file.extension().and_then(|it| it.to_str()) {
        Some("zip") => format!("/vsizip/{}", file.display()),
        _ => file.display().to_string(),
    };
    let output = Command::new("ogr2ogr")
        .args(["-f", "GeoJSON", "/vsistdout/", "-t_srs", "EPSG:4326"])
        .args([
            "-s_srs",
            if source.ends_with("json") {
                "EPSG:4326"
            } else {
                "EPSG:2154"
            },
        ])
        .args([source.as_str(), layer])
        .output()
        .expect("ogr2ogr");
    let said = String::from_utf8_lossy(&output.stderr);
    let document: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{}: {error}: {said}", file.display()));
    document["features"].as_array().expect("features").clone()
}

#[tokio::test]
async fn a_version_is_written_in_every_format_as_it_was() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let mut versions = Vec::new();
    for name in ["Mairie « d’avant »", "Mairie"] {
        let text = format!("{HEAD}M1;{name};mairie;44143;354500;6686500\n");
        let file = files.write("mairies.csv", &text);
        let (code, document) = ingest(&database, &file, &["--to", "mairies"]).await;
        assert_eq!(code, 0, "{document:#}");
        versions.push(document["version"].to_string());
    }
    for name in ["m.gpkg", "m.geojson", "m.fgb", "m.zip", "m.csv"] {
        let file = files.path(name);
        let path = file.to_str().expect("a path of ours");
        let export = ["ingest", "show", &versions[0], "--export", path, "--json"];
        let (code, told) = read(database.run(&export).await);
        assert_eq!((code, &told["features"]), (0, &1.into()), "{told:#}");
        let layer = if name == "m.csv" { "m" } else { "mairies" };
        let found = features(&file, layer);
        assert_eq!(found.len(), 1, "{name}");
        assert_eq!(
            found[0]["properties"]["nom"], "Mairie « d’avant »",
            "{name}"
        );
        if name != "m.csv" {
            let lon = found[0]["geometry"]["coordinates"][0]
                .as_f64()
                .expect("a place");
            assert!((lon + 1.56).abs() < 0.05, "{name}: {lon}");
        }
        let again = database.run(&export).await;
        assert_eq!(again.status.code(), Some(1), "{name} is there already");
        let (code, _) = read(database.run(&[&export[..], &["--force"]].concat()).await);
        assert_eq!(code, 0, "{name}");
    }
    // Delivered again, it is that version: numbers, fields and places are those that it had.
    let package = files.path("m.gpkg");
    let (code, document) = ingest(&database, &package, &[]).await;
    assert_eq!((code, &document["counts"]["changed"]), (0, &1.into()));
    let (_, document) = ingest(&database, &files.path("m.geojson"), &["--to", "mairies"]).await;
    assert_eq!(document["state"], "unchanged", "{document:#}");
    let left = std::fs::read_dir(files.path("")).expect("a folder").count();
    assert_eq!(left, 6, "only what was asked for is left behind");
}

#[tokio::test]
async fn personal_fields_leave_only_when_told() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let version: i64 = database
        .one("SELECT version FROM publication WHERE layer = 'dossiers-ads'")
        .await;
    let version = version.to_string();
    let (plain, whole) = (files.path("ads.gpkg"), files.path("ads.csv"));
    for (file, more) in [(&plain, None), (&whole, Some("--personal"))] {
        let path = file.to_str().expect("a path of ours");
        let export = ["ingest", "show", &version, "--json", "--export", path];
        let (code, told) = read(database.run(&[&export[..], more.as_slice()].concat()).await);
        assert_eq!((code, &told["features"]), (0, &40.into()), "{told:#}");
    }
    let bytes = std::fs::read(plain).expect("a file");
    let hidden = b"PERSONNEL-NOM";
    assert!(!bytes.windows(hidden.len()).any(|bytes| bytes == hidden));
    let text = std::fs::read_to_string(whole).expect("a file");
    assert_eq!(text.matches("PERSONNEL-NOM").count(), 40);

    // A format that cannot hold it says so, and writes nothing.
    for (name, more, said) in [
        ("a.shp", vec![], ".zip"),
        ("a.geojson", vec!["--crs", "EPSG:2154"], "RFC 7946"),
        ("a.csv", vec!["--crs", "EPSG:4171"], "EPSG:4326"),
        ("absent/a.gpkg", vec![], "cannot be written"),
    ] {
        let file = files.path(name);
        let path = file.to_str().expect("a path of ours");
        let export = ["ingest", "show", &version, "--export", path];
        let output = database.run(&[&export[..], &more].concat()).await;
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{name}: {words}");
        assert!(words.contains(said), "{name}: {words}");
        assert!(!file.exists(), "{name}");
    }
}
