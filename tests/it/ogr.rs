//! The child that opens strangers' files: what it says of each format.

use std::path::{Path, PathBuf};
use std::process::Command;

use exchange::{
    Cell, Column, ColumnKind, Dataset, NewColumn, NewFile, NewKind, NewLayer, NewShape, Row,
    SourceLayer,
};
use geonantes::config::Ingest;
use geonantes::ogr::{Ogr, OgrError};
use tempfile::TempDir;

/// Two parcels, with a text that Latin-1 can write, an absent value, a date.
const PARCELS: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"idu":"44109000AB0001","nom":"Île de Nantes","n":1,"x":1.5,"d":"2024-03-01"},
 "geometry":{"type":"Polygon","coordinates":[[[-1.55,47.2],[-1.54,47.2],[-1.54,47.21],[-1.55,47.2]]]}},
{"type":"Feature","properties":{"idu":"44109000AB0002","nom":"Hôtel, «été»","n":null,"x":-2.0,"d":"2024-03-02"},
 "geometry":{"type":"Polygon","coordinates":[[[-1.53,47.2],[-1.52,47.2],[-1.52,47.21],[-1.53,47.2]]]}}]}"#;

/// The folder of a test, with the parcels in it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(TempDir::new().expect("a folder"));
        folder.write("parcelles.geojson", PARCELS.as_bytes());
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("a file written");
        path
    }

    /// The parcels made another file by ogr2ogr.
    fn made(&self, name: &str, options: &[&str]) -> PathBuf {
        let status = Command::new("ogr2ogr")
            .args(options)
            .arg(self.path(name))
            .arg(self.path("parcelles.geojson"))
            .status()
            .expect("ogr2ogr (Debian: gdal-bin)");
        assert!(status.success(), "ogr2ogr {options:?} {name}");
        self.path(name)
    }
}

fn ogr() -> Ogr {
    Ogr::new(&Ingest {
        child: Some(env!("CARGO_BIN_EXE_geonantes-ogr").into()),
        ..Ingest::default()
    })
}

async fn inspect(path: &Path) -> Dataset {
    match ogr().inspect(path).await {
        Ok(dataset) => dataset,
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

async fn read(path: &Path, layer: &str) -> Vec<Row> {
    let mut rows = ogr().read(path, layer).await.expect("a child");
    let mut all = Vec::new();
    while let Some(batch) = rows.next().await.expect("rows") {
        all.extend(batch);
    }
    all
}

/// A cell as text, whatever its type.
fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Null => "-".to_owned(),
        Cell::Text(text) => String::from_utf8_lossy(text).into_owned(),
        Cell::Integer(value) => value.to_string(),
        Cell::Real(value) => value.to_string(),
    }
}

/// The values of the parcels' columns, in the order of their identifiers.
fn values(layer: &SourceLayer, rows: &[Row]) -> Vec<String> {
    let column = |name: &str| {
        let found = layer.columns.iter().position(|column| column.name == name);
        found.unwrap_or_else(|| panic!("no column {name} in {:?}", layer.columns))
    };
    let columns = ["idu", "nom", "n", "x"].map(column);
    let mut values: Vec<String> = rows
        .iter()
        .map(|row| columns.map(|index| shown(&row.cells[index])).join("|"))
        .collect();
    values.sort();
    values
}

#[tokio::test]
async fn every_format_gives_the_same_rows_in_its_reference_system() {
    let folder = Folder::new();
    let formats: [(&str, &str, &[&str]); 12] = [
        ("p.shp", "ESRI Shapefile", &["-lco", "ENCODING=UTF-8"]),
        ("p.gpkg", "GPKG", &[]),
        ("p.fgb", "FlatGeobuf", &[]),
        ("p.gml", "GML", &["-dsco", "FORMAT=GML3.2"]),
        ("p.tab", "MapInfo File", &[]),
        ("p.mif", "MapInfo File", &["-dsco", "FORMAT=MIF"]),
        ("p.geojson", "GeoJSON", &[]),
        ("p.geojsonl", "GeoJSONSeq", &[]),
        ("p.kml", "LIBKML", &[]),
        ("p.kmz", "LIBKML", &[]),
        ("p.xlsx", "XLSX", &[]),
        ("p.ods", "ODS", &[]),
    ];
    let expected = [
        "44109000AB0001|Île de Nantes|1|1.5",
        "44109000AB0002|Hôtel, «été»|-|-2",
    ];
    for (name, driver, options) in formats {
        let spatial = !matches!(driver, "XLSX" | "ODS");
        let own = matches!(driver, "LIBKML" | "GeoJSONSeq");
        for epsg in if spatial && !own {
            &[2154, 3947][..]
        } else {
            &[4326]
        } {
            let name = format!("{epsg}-{name}");
            let system = format!("EPSG:{epsg}");
            let path = folder.made(
                &name,
                &[&["-f", driver, "-t_srs", &system], options].concat(),
            );
            let dataset = inspect(&path).await;
            assert_eq!(dataset.driver, driver, "{name}");
            let [layer] = &dataset.layers[..] else {
                panic!("{name}: {:?}", dataset.layers);
            };
            let rows = read(&path, &layer.name).await;
            let read: Vec<String> = values(layer, &rows)
                .into_iter()
                // MapInfo has no absent number.
                .map(|row| row.replace("été»|0|", "été»|-|"))
                .collect();
            assert_eq!(read, expected, "{name}");
            assert_eq!(layer.sample.len(), 2, "{name}");
            // ogr2ogr leaves dates out of KML, and makes them instants in FlatGeobuf.
            if let Some(d) = layer.columns.iter().position(|column| column.name == "d") {
                let day = shown(&layer.sample[0].cells[d]);
                assert!(day.starts_with("2024-03-0"), "{name}: {day}");
            }
            if spatial {
                let reference = layer.reference.as_ref().expect("a reference system");
                assert_eq!(reference.epsg, Some(*epsg), "{name}: {reference:?}");
                assert!(rows.iter().all(|row| row.geometry.is_some()), "{name}");
            } else {
                assert_eq!(layer.geometry, None, "{name}");
            }
        }
    }
}

#[tokio::test]
async fn longitudes_come_first_whatever_the_authority_says() {
    let folder = Folder::new();
    let path = folder.made("p.gml", &["-f", "GML", "-dsco", "FORMAT=GML3.2"]);
    let text = std::fs::read_to_string(&path).expect("GML");
    assert!(text.contains("urn:ogc:def:crs:EPSG::4326"));
    assert!(text.contains("47.2 -1.55"), "latitudes come first in it");
    let layer = &inspect(&path).await.layers[0];
    let [west, south, ..] = layer.extent.expect("an extent");
    assert_eq!((west, south), (-1.55, 47.2));
}

#[tokio::test]
async fn separated_values_are_texts_whatever_their_separator() {
    let folder = Folder::new();
    for (name, text) in [
        ("a.csv", "idu;nom;x\r\n1;\"Île; «été»\";1,5\r\n2;;\r\n"),
        ("b.csv", "\u{feff}idu\tnom\tx\n1\tÎle; «été»\t1,5\n2\t\t\n"),
        ("c.txt", "idu,nom,x\n1,Île; «été»,\"1,5\"\n2,,,\n"),
    ] {
        let path = folder.write(name, text.as_bytes());
        let dataset = inspect(&path).await;
        assert_eq!(dataset.driver, "CSV", "{name}");
        let layer = &dataset.layers[0];
        let marked = text.starts_with('\u{feff}').then(|| "UTF-8".to_owned());
        assert_eq!(layer.encoding, marked, "{name}");
        let names: Vec<&str> = layer.columns.iter().map(|column| &*column.name).collect();
        assert_eq!(names, ["idu", "nom", "x"], "{name}");
        let rows = read(&path, &layer.name).await;
        let cells: Vec<String> = rows
            .iter()
            .map(|row| row.cells.iter().map(shown).collect::<Vec<_>>().join("|"))
            .collect();
        assert_eq!(cells, ["1|Île; «été»|1,5", "2|-|-"], "{name}");
    }
}

#[tokio::test]
async fn a_geopackage_of_several_layers_is_written_and_read_again() {
    let folder = Folder::new();
    let source = read(&folder.path("parcelles.geojson"), "parcelles").await;
    let path = folder.path("faults.gpkg");
    let kinds = [
        ("message", NewKind::Text, ColumnKind::Text),
        ("n", NewKind::Integer, ColumnKind::Integer),
        ("x", NewKind::Real, ColumnKind::Real),
        ("jour", NewKind::Date, ColumnKind::Date),
    ];
    let column = |(name, kind, _): (&str, NewKind, ColumnKind)| NewColumn {
        name: name.to_owned(),
        title: None,
        kind,
    };
    let layer = |name: &str, epsg: Option<i32>| NewLayer {
        name: name.to_owned(),
        title: None,
        description: None,
        shape: epsg.map(|_| NewShape::Any),
        epsg,
        columns: kinds.map(column).to_vec(),
    };
    let row = |fid: i64, geometry| Row {
        fid,
        cells: vec![
            Cell::Text("Île".into()),
            Cell::Integer(fid),
            Cell::Null,
            Cell::Text(b"2026-11-24".to_vec()),
        ],
        geometry,
    };
    let placed: Vec<Row> = (1..=2500)
        .map(|fid| row(fid, source[0].geometry.clone()))
        .collect();
    let mut writer = ogr()
        .write(&path, NewFile::GeoPackage)
        .await
        .expect("a child");
    writer
        .layer(&layer("overlap", Some(4326)))
        .await
        .expect("a layer");
    writer.rows(&placed).await.expect("rows");
    writer
        .layer(&layer("required", None))
        .await
        .expect("a layer");
    writer.rows(&[row(7, None)]).await.expect("rows");
    assert_eq!(writer.finish().await.expect("a file"), 2501);
    let layers = inspect(&path).await.layers;
    let known = |layer: &SourceLayer| (layer.name.clone(), layer.count);
    let names: Vec<_> = layers.iter().map(known).collect();
    assert_eq!(
        names,
        [
            ("overlap".to_owned(), Some(2500)),
            ("required".to_owned(), Some(1))
        ]
    );
    let columns = kinds.map(|(name, _, kind)| Column {
        name: name.to_owned(),
        kind,
        width: 0,
    });
    assert_eq!(layers[0].columns, columns);
    assert_eq!(
        layers[0].reference.as_ref().and_then(|found| found.epsg),
        Some(4326)
    );
    let rows = read(&path, "overlap").await;
    assert_eq!(rows[2499].cells, placed[2499].cells);
    assert_eq!(rows[2499].geometry, placed[2499].geometry);
}

#[tokio::test]
async fn what_cannot_be_written_is_said() {
    let folder = Folder::new();
    let mut writer = ogr()
        .write(&folder.path("parcelles.geojson"), NewFile::GeoPackage)
        .await
        .expect("a child");
    let layer = NewLayer {
        name: "a".to_owned(),
        title: None,
        description: None,
        shape: None,
        epsg: Some(999_999),
        columns: Vec::new(),
    };
    let _ = writer.layer(&layer).await;
    let error = writer
        .finish()
        .await
        .expect_err("a file that is there already");
    assert!(matches!(error, OgrError::Unwritten { .. }), "{error:?}");
}
