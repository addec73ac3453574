//! Sound files in every format: recognised, compared, published; the same file twice changes nothing.

use super::files::Files;
use super::{ingest, rules};
use crate::support::Database;

/// The parcels of the two sheets of 44109.
const PARCELS: &str = "SELECT idu, commune, prefixe, section, numero, contenance, feuille, arpente, \
                       date_creation, date_maj, geom FROM layer.parcelles WHERE commune = '44109'";

/// The town halls that a commune sends.
const HALLS: &str = "SELECT 'M' || n AS identifiant, 'Mairie annexe n° ' || n || ' de Rezé' AS nom, \
                     'mairie_annexe' AS type, '44143' AS commune, 'Place de l''Hôtel-de-Ville' AS adresse, \
                     ST_SetSRID(ST_MakePoint(354500 + n, 6686500), 2154) AS geom \
                     FROM generate_series(1, 3) n";

#[tokio::test]
async fn a_geopackage_of_what_is_published_changes_nothing_and_of_something_else_does() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let same = files.export(&database, "same.gpkg", PARCELS, &["-nln", "parcelles"]);
    let (code, document) = ingest(&database, &same, &["--to", "parcelles"]).await;
    assert_eq!(
        (code, &document["state"]),
        (0, &"unchanged".into()),
        "{document:#}"
    );
    assert_eq!(document["counts"]["unchanged"], 200);

    let moved = PARCELS.replace("contenance", "contenance + 1 AS contenance");
    let moved = format!("{moved} AND numero = '0007' UNION ALL {PARCELS} AND numero <> '0007'");
    let moved = files.export(&database, "moved.gpkg", &moved, &["-nln", "parcelles"]);
    let (code, document) = ingest(&database, &moved, &["--to", "parcelles"]).await;
    assert_eq!(
        (code, &document["state"]),
        (0, &"published".into()),
        "{document:#}"
    );
    assert_eq!(document["counts"]["changed"], 2);
    assert_eq!(rules(&document, "error"), [] as [&str; 0]);
    let (code, document) = ingest(&database, &moved, &["--to", "parcelles"]).await;
    assert_eq!(
        (code, &document["state"]),
        (0, &"unchanged".into()),
        "{document:#}"
    );
}

#[tokio::test]
async fn formats_that_keep_everything_give_back_what_is_published() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let latin = ["-lco", "ENCODING=ISO-8859-1", "-nlt", "MULTIPOLYGON"];
    for (name, options) in [
        ("parcelles.shp", &latin[..]),
        ("parcelles.fgb", &[]),
        ("parcelles.gml", &["-f", "GML", "-dsco", "FORMAT=GML3"]),
        (
            "parcelles.csv",
            &["-lco", "GEOMETRY=AS_WKT", "-lco", "SEPARATOR=SEMICOLON"],
        ),
    ] {
        let file = files.export(
            &database,
            name,
            PARCELS,
            &[options, &["-nln", "parcelles"]].concat(),
        );
        // CSV says nothing of the system of its geometries.
        let crs: &[&str] = if name.ends_with("csv") {
            &["--crs", "EPSG:2154"]
        } else {
            &[]
        };
        let (code, document) =
            ingest(&database, &file, &[crs, &["--to", "parcelles"]].concat()).await;
        assert_eq!(
            (code, &document["state"]),
            (0, &"unchanged".into()),
            "{name} {document:#}"
        );
        assert_eq!(document["counts"]["unchanged"], 200, "{name}");
    }
}

#[tokio::test]
async fn facilities_come_in_every_format() {
    let files = Files::new();
    let degrees = ["-t_srs", "EPSG:4326"];
    let xy = ["-t_srs", "EPSG:4326", "-lco", "GEOMETRY=AS_XY"];
    for (name, options) in [
        ("mairies.gpkg", &[][..]),
        ("mairies.shp", &["-lco", "ENCODING=UTF-8"]),
        ("mairies.geojson", &degrees),
        (
            "mairies.geojsonl",
            &["-f", "GeoJSONSeq", "-t_srs", "EPSG:4326"],
        ),
        ("mairies.fgb", &[]),
        ("mairies.gml", &[]),
        ("mairies.kml", &["-f", "KML", "-t_srs", "EPSG:4326"]),
        ("mairies.tab", &["-f", "MapInfo File"]),
        ("mairies.mif", &["-f", "MapInfo File"]),
        ("mairies.csv", &xy),
        ("mairies.xlsx", &["-dialect", "SQLITE"]),
        ("mairies.ods", &[]),
    ] {
        let database = Database::clone_template().await;
        let table = name.ends_with("xlsx") || name.ends_with("ods");
        let query = if table {
            format!(
                "SELECT *, ST_X(ST_Transform(geom, 4326)) AS longitude, \
                     ST_Y(ST_Transform(geom, 4326)) AS latitude FROM ({HALLS}) h"
            )
        } else {
            HALLS.to_owned()
        };
        let options = if table { &[][..] } else { options };
        let file = files.export(
            &database,
            name,
            &query,
            &[options, &["-nln", "mairies"]].concat(),
        );
        let (code, document) = ingest(&database, &file, &["--to", "mairies"]).await;
        assert_eq!(
            (code, &document["state"]),
            (0, &"published".into()),
            "{name} {document:#}"
        );
        assert_eq!(document["counts"]["added"], 3, "{name} {document:#}");
        assert_eq!(document["scope"], "44143", "{name}");
        assert_eq!(document["findings"], serde_json::json!([]), "{name}");
        let place: String = database
            .one("SELECT string_agg(nom || ' ' || round(ST_X(geom)::numeric, 1), ', ' ORDER BY nom) FROM layer.mairies")
            .await;
        assert_eq!(
            place,
            "Mairie annexe n° 1 de Rezé 354501.0, Mairie annexe n° 2 de Rezé 354502.0, \
             Mairie annexe n° 3 de Rezé 354503.0",
            "{name}"
        );
        let again = ingest(&database, &file, &["--to", "mairies"]).await.1;
        assert_eq!(again["state"], "unchanged", "{name} {again:#}");
    }
}

/// Folders of a KML are how somebody arranged the features, as in a map drawn on the web.
#[tokio::test]
async fn folders_of_a_kml_are_one_delivery() {
    let folder = |name: &str, halls: std::ops::RangeInclusive<u32>| {
        let hall = |n: u32| {
            let data: String = [
                ("identifiant", format!("M{n}")),
                ("nom", format!("Mairie annexe n° {n} de Rezé")),
                ("type", "mairie_annexe".to_owned()),
                ("commune", "44143".to_owned()),
            ]
            .iter()
            .map(|(name, value)| format!("<Data name=\"{name}\"><value>{value}</value></Data>"))
            .collect();
            let place = format!("<Point><coordinates>-1.565{n},47.1888</coordinates></Point>");
            format!("<Placemark><ExtendedData>{data}</ExtendedData>{place}</Placemark>")
        };
        let halls: String = halls.map(hall).collect();
        format!("<Folder><name>{name}</name>{halls}</Folder>")
    };
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\">\
         <Document><name>Carte</name>{}{}</Document></kml>",
        folder("Nord", 1..=2),
        folder("Sud", 3..=3)
    );
    let (database, files) = (Database::clone_template().await, Files::new());
    let file = files.write("mairies.kml", text);
    let (code, document) = ingest(&database, &file, &["--to", "mairies"]).await;
    assert_eq!(
        (code, &document["state"]),
        (0, &"published".into()),
        "{document:#}"
    );
    assert_eq!(document["counts"]["added"], 3, "{document:#}");
    let (code, document) = ingest(
        &database,
        &file,
        &["--to", "mairies", "--layer", "Sud", "--dry-run", "--accept"],
    )
    .await;
    assert_eq!(code, 0, "{document:#}");
    assert_eq!(document["counts"]["removed"], 2, "{document:#}");
}
