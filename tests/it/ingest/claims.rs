//! What a file says of itself and that is not so, and what lies where it cannot.

use serde_json::Value;

use super::files::Files;
use super::{ingest, rules};
use crate::support::Database;

const TO: [&str; 2] = ["--to", "mairies"];

fn mairie(id: &str, more: &str) -> String {
    format!(
        "SELECT '{id}' AS identifian, 'Ici' AS nom, 'mairie' AS type, '44143' AS commune, {more} \
           ST_SetSRID(ST_MakePoint(354500, 6686500), 2154) AS geom"
    )
}

/// A Shapefile of one town hall, as `m.shp` and what belongs to it.
fn shapefile(files: &Files, database: &Database) {
    let options = ["-a_srs", "EPSG:2154", "-lco", "ENCODING=UTF-8"];
    files.export(database, "m.shp", &mairie("M1", ""), &options);
}

#[tokio::test]
async fn where_data_lie_is_what_their_coordinates_say() {
    let database = Database::clone_template().await;
    let files = Files::new();
    // GDAL measures a single point itself.
    let two = format!("{} UNION ALL {}", mairie("M1", ""), mairie("M2", ""));
    let options = ["-a_srs", "EPSG:2154", "-lco", "ENCODING=UTF-8"];
    files.export(&database, "m.shp", &two, &options);
    // A head whose box is elsewhere.
    let mut bytes = std::fs::read(files.path("m.shp")).expect("a file of ours");
    let elsewhere = [900_000.0, 6_200_000.0, 900_001.0, 6_200_001.0].map(f64::to_le_bytes);
    bytes[36..68].copy_from_slice(&elsewhere.concat());
    files.write("m.shp", bytes);
    let (code, document) = ingest(&database, &files.path("m.shp"), &TO).await;
    assert_eq!(
        (code, &document["counts"]["added"]),
        (0, &2.into()),
        "{document:#}"
    );
}

#[tokio::test]
async fn what_belongs_together_may_differ_in_its_letters() {
    let database = Database::clone_template().await;
    let files = Files::new();
    shapefile(&files, &database);
    for (was, is) in [
        ("m.shp", "Mairies.shp"),
        ("m.dbf", "mairies.DBF"),
        ("m.shx", "MAIRIES.Shx"),
        ("m.prj", "mairies.prj"),
    ] {
        std::fs::rename(files.path(was), files.path(is)).expect("a file of ours");
    }
    let members = ["Mairies.shp", "mairies.DBF", "MAIRIES.Shx", "mairies.prj"];
    let zip = files.zip("mairies.zip", &members);
    let (code, document) = ingest(&database, &zip, &TO).await;
    assert_eq!(
        (code, &document["counts"]["added"]),
        (0, &1.into()),
        "{document:#}"
    );
}

#[tokio::test]
async fn lists_of_values_are_joined_as_people_write_them() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let feature = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":
        {"identifiant":"M1","nom":"Ici","type":"mairie","commune":"44143","horaires":["lundi 9 h","mardi, 14 h"]},
        "geometry":{"type":"Point","coordinates":[-1.56536,47.18887]}}]}"#;
    let file = files.write("m.geojson", feature);
    let (code, document) = ingest(&database, &file, &TO).await;
    assert_eq!(code, 0, "{document:#}");
    let hours: String = database
        .one("SELECT horaires FROM layer.mairies WHERE identifiant = 'M1'")
        .await;
    assert_eq!(hours, "lundi 9 h, mardi, 14 h");
}

#[tokio::test]
async fn one_object_far_away_is_named() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let lines = "SELECT 'L' || n AS code, 'Ligne ' || n AS nom, '44143' AS communes, ST_SetSRID(ST_MakeLine( \
        ST_MakePoint(x, y), ST_MakePoint(x + 100, y)), 2154) AS geom \
        FROM (VALUES (1, 354500, 6686500), (2, 355500, 6686500), (3, 652000, 6862000)) v (n, x, y)";
    let options = ["-a_srs", "EPSG:2154", "-nln", "lignes"];
    let file = files.export(&database, "lignes.gpkg", lines, &options);
    let to = ["--to", "transports-scolaires", "--dry-run"];
    let (code, document) = ingest(&database, &file, &to).await;
    assert_eq!(code, 1, "{document:#}");
    let far: Vec<&Value> = document["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| finding["rule"] == "inside")
        .collect();
    assert_eq!(far.len(), 1, "{document:#}");
    assert_eq!(far[0]["severity"], "error");
    let message = far[0]["message"].as_str().expect("a message");
    assert!(message.contains("du territoire"), "{message}");
}

#[tokio::test]
async fn a_report_that_cannot_be_written_is_told_before_anything_is_published() {
    let database = Database::clone_template().await;
    let files = Files::new();
    shapefile(&files, &database);
    let file = files.path("m.shp");
    let file = file.to_str().expect("ours");
    let report = files.path("nowhere/report.html");
    let report = report.to_str().expect("ours");
    let mut arguments = vec!["ingest", file, "--to", "mairies", "--report", report];
    let output = database.run(&arguments).await;
    assert_eq!(output.status.code(), Some(1));
    let published: i64 = database
        .one("SELECT count(*) FROM layer.mairies WHERE identifiant = 'M1'")
        .await;
    assert_eq!(published, 0);
    let report = files.path("report.gpkg");
    arguments[5] = report.to_str().expect("ours");
    let output = database.run(&arguments).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(report.exists());
}

#[tokio::test]
async fn json_of_other_programs_is_called_by_its_name() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let esri = r#"{"geometryType":"esriGeometryPoint","features":[{"attributes":{"nom":"Ici"},"geometry":{"x":1,"y":2}}]}"#;
    let overpass = r#"{"version":0.6,"elements":[{"type":"node","id":1,"lat":47.1,"lon":-1.6}]}"#;
    for (name, text, called) in [
        ("arcgis.json", esri, "ArcGIS"),
        ("osm.json", overpass, "Overpass"),
    ] {
        let file = files.write(name, text);
        let (code, document) = ingest(&database, &file, &TO).await;
        assert_eq!(
            (code, rules(&document, "error")),
            (1, vec!["format".to_owned()])
        );
        assert!(document.to_string().contains(called), "{document:#}");
    }
}
