//! Files are read back with the crate's own reader.

use std::io::Cursor;

use flatgeobuf::{
    ColumnType, FallibleStreamingIterator as _, FeatureProperties as _, FgbReader,
    GeometryType as Shape,
};
use geozero::wkt::WktWriter;
use geozero::{CoordDimensions, GeozeroGeometry as _, ToWkb as _};

use super::*;
use crate::model::{MERCATOR, Reading, degrees_to_mercator};

const LAMBERT: Crs = Crs::Projected(Srid(2154));

fn layer(geometry: &str) -> View {
    let text = format!(
        r##"
        id = "essais"
        title = "Essais"
        description = "Pour voir."
        theme = "Essais"
        licence = "etalab-2.0"
        attribution = "© Ville"
        source = "Ville"
        vintage = "2026"
        contact = "sig@ville.example"
        service = "sig"
        audience = "open"
        geometry = "{geometry}"
        scope = "commune"
        field = [
            {{ name = "nom", title = "Nom", type = "text", unique = true }},
            {{ name = "rang", title = "Rang", type = "integer" }},
            {{ name = "haut", title = "Hauteur", type = "real", unit = "m" }},
            {{ name = "vrai", title = "Vrai", type = "boolean" }},
            {{ name = "jour", title = "Jour", type = "date" }},
            {{ name = "vu", title = "Vu", type = "timestamp" }},
            {{ name = "secret", title = "Secret", type = "text", personal = true }},
        ]
        [tiles]
        min_zoom = 12
        native_zoom = 12
        max_zoom = 16
        attributes = []
        [style]
        order = 1
        color = "#000000"
        "##
    );
    let layer: Layer = toml::from_str(&text).expect("a layer");
    View::new(layer.into(), Reading::default())
}

fn wkb(wkt: &str) -> Vec<u8> {
    geozero::wkt::Wkt(wkt)
        .to_wkb(CoordDimensions::xy())
        .expect("a geometry")
}

fn feature(fid: i64, wkb: &[u8]) -> Feature<'_> {
    Feature {
        fid,
        wkb,
        values: vec![Value::Null; 6],
    }
}

/// The whole file, indexed or as a stream.
fn file(layer: &View, crs: Crs, features: &[Feature<'_>], indexed: bool) -> Vec<u8> {
    let mut encoder = FlatGeobuf::new(layer, crs);
    let (mut index, mut spool) = (Index::default(), Vec::new());
    for feature in features {
        let before = spool.len();
        let bbox = encoder.feature(&mut spool, feature);
        index.push(bbox, spool.len() - before);
    }
    if !indexed {
        let mut out = header(layer, "Essais", crs, &Contents::default());
        out.extend_from_slice(&spool);
        return out;
    }
    index.order();
    let mut out = header(layer, "Essais", crs, &index.contents());
    index.write(&mut out).expect("in memory");
    for run in index.runs(1000) {
        out.extend_from_slice(&spool[run.start as usize..run.end as usize]);
    }
    out
}

/// `fid` and WKT of each feature, in the file's order.
fn read(file: &[u8]) -> Vec<(i64, String)> {
    let reader = FgbReader::open(Cursor::new(file)).expect("a header");
    let mut features = reader.select_all().expect("features");
    let mut found = Vec::new();
    while let Some(feature) = features.next().expect("a feature") {
        let fid = feature.property::<i64>("fid").expect("fid");
        let mut text = Vec::new();
        if feature.geometry().is_some() {
            let mut writer = WktWriter::new(&mut text);
            feature.process_geom(&mut writer).expect("a geometry");
        }
        found.push((fid, String::from_utf8(text).expect("text")));
    }
    found
}

#[test]
fn the_header_tells_columns_system_and_titles() {
    let layer = layer("MultiPolygon");
    let bytes = file(&layer, LAMBERT, &[], true);
    let reader = FgbReader::open(Cursor::new(&bytes)).expect("a header");
    let header = reader.header();
    assert_eq!(header.name(), Some("essais"));
    assert_eq!(header.title(), Some("Essais"));
    assert_eq!(header.geometry_type(), Shape::MultiPolygon);
    assert_eq!(header.crs().map(|crs| crs.code()), Some(2154));
    let columns: Vec<_> = header
        .columns()
        .expect("columns")
        .iter()
        .map(|column| (column.name().to_owned(), column.type_()))
        .collect();
    let expected = [
        ("fid", ColumnType::Long),
        ("nom", ColumnType::String),
        ("rang", ColumnType::Long),
        ("haut", ColumnType::Double),
        ("vrai", ColumnType::Bool),
        ("jour", ColumnType::DateTime),
        ("vu", ColumnType::DateTime),
    ];
    assert_eq!(
        columns,
        expected.map(|(name, kind)| (name.to_owned(), kind))
    );
    assert!(
        header
            .metadata()
            .is_some_and(|text| text.contains("etalab-2.0"))
    );
    for crs in [Crs::Crs84, Crs::Wgs84] {
        let bytes = super::header(&layer, "", crs, &Contents::default());
        let reader = FgbReader::open(Cursor::new(&bytes)).expect("a header");
        assert_eq!(reader.header().crs().map(|crs| crs.code()), Some(4326));
    }
}

#[test]
fn values_keep_their_types_and_nulls_stay_away() {
    let layer = layer("Point");
    let point = wkb("POINT(1 2)");
    let mut full = feature(7, &point);
    full.values = vec![
        Value::Text("=1+1 « é »"),
        Value::Integer(-5),
        Value::Real(0.1),
        Value::Boolean(true),
        Value::Date("2024-02-29".parse().expect("a day")),
        Value::Timestamp("2024-02-29T12:00:00.5Z".parse().expect("an instant")),
    ];
    let bytes = file(&layer, LAMBERT, &[full, feature(8, &point)], false);
    let reader = FgbReader::open(Cursor::new(&bytes)).expect("a header");
    let mut features = reader.select_all().expect("features");
    let first = features.next().expect("read").expect("a feature");
    let properties = first.properties().expect("properties");
    assert_eq!(properties["fid"], "7");
    assert_eq!(properties["nom"], "=1+1 « é »");
    assert_eq!(properties["rang"], "-5");
    assert_eq!(properties["haut"], "0.1");
    assert_eq!(properties["vrai"], "true");
    assert_eq!(properties["jour"], "2024-02-29");
    assert_eq!(properties["vu"], "2024-02-29T12:00:00.500Z");
    let second = features.next().expect("read").expect("a feature");
    assert_eq!(second.properties().expect("properties").len(), 1);
}

#[test]
fn every_kind_of_geometry_comes_back() {
    let mixed = layer("Geometry");
    for wkt in [
        "POINT(1 2)",
        "MULTIPOINT(1 2,3 4)",
        "LINESTRING(0 0,1 1)",
        "MULTILINESTRING((0 0,1 1))",
        "MULTILINESTRING((0 0,1 1),(2 2,3 3,4 4))",
        "POLYGON((0 0,4 0,4 4,0 0))",
        "POLYGON((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1))",
        "MULTIPOLYGON(((0 0,4 0,4 4,0 0)))",
        "MULTIPOLYGON(((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1)),((9 9,10 9,10 10,9 9)))",
        "GEOMETRYCOLLECTION(POINT(1 2),MULTIPOLYGON(((0 0,4 0,4 4,0 0)),((5 5,6 5,6 6,5 5))),LINESTRING(0 0,1 1))",
    ] {
        let bytes = wkb(wkt);
        for indexed in [false, true] {
            let read = read(&file(&mixed, LAMBERT, &[feature(1, &bytes)], indexed));
            assert_eq!(read, [(1, wkt.to_owned())]);
        }
    }
}

#[test]
fn degrees_are_longitude_first_in_both_systems() {
    let layer = layer("Point");
    let (x, y) = degrees_to_mercator(-1.5, 47.25);
    let point = wkb(&format!("POINT({x} {y})"));
    for (crs, expected) in [
        (Crs::Crs84, (-1.5, 47.25)),
        (Crs::Wgs84, (-1.5, 47.25)),
        (Crs::Projected(MERCATOR), (x, y)),
    ] {
        let bbox = FlatGeobuf::new(&layer, crs)
            .feature(&mut Vec::new(), &feature(1, &point))
            .expect("a box");
        assert!((bbox.min_x - expected.0).abs() < 1e-9, "{crs:?}");
        assert!((bbox.min_y - expected.1).abs() < 1e-9, "{crs:?}");
    }
}

#[test]
fn features_without_geometry_and_broken_ones_are_kept() {
    let layer = layer("MultiPolygon");
    let whole = wkb("MULTIPOLYGON(((0 0,4 0,4 4,0 0)))");
    let empty = wkb("MULTIPOLYGON EMPTY");
    let features = [
        feature(1, &whole),
        feature(2, b""),
        feature(3, &whole[..whole.len() - 4]),
        feature(4, &empty),
        feature(5, &whole),
    ];
    let mut encoder = FlatGeobuf::new(&layer, LAMBERT);
    let boxes = features
        .each_ref()
        .map(|feature| encoder.feature(&mut Vec::new(), feature));
    assert!(boxes[0].is_some() && boxes[0] == boxes[4]);
    assert_eq!(boxes[1..4], [None; 3]);
    for indexed in [false, true] {
        let mut found = read(&file(&layer, LAMBERT, &features, indexed));
        found.sort();
        let fids: Vec<i64> = found.iter().map(|(fid, _)| *fid).collect();
        assert_eq!(fids, [1, 2, 3, 4, 5]);
        assert_eq!(found[1].1, "");
        assert_eq!(found[0].1, found[4].1);
    }
}

#[test]
fn the_index_finds_what_a_box_meets_at_every_size() {
    let layer = layer("Point");
    for count in [1_i64, 2, 15, 16, 17, 255, 256, 257, 1000, 5000] {
        let spread = |n: i64| ((n * 7919 % 997) as f64, (n * 104_729 % 1009) as f64);
        let points: Vec<(i64, Vec<u8>)> = (1..=count)
            .map(|n| (n, wkb(&format!("POINT({} {})", spread(n).0, spread(n).1))))
            .collect();
        let features: Vec<_> = points.iter().map(|(n, wkb)| feature(*n, wkb)).collect();
        let bytes = file(&layer, LAMBERT, &features, true);
        assert_eq!(read(&bytes).len(), count as usize);
        for (west, south, east, north) in [
            (0., 0., 2000., 2000.),
            (100., 100., 300., 400.),
            (-9., -9., -1., -1.),
        ] {
            let reader = FgbReader::open(Cursor::new(&bytes)).expect("a header");
            assert_eq!(reader.header().features_count(), count as u64);
            let mut found = reader
                .select_bbox(west, south, east, north)
                .expect("a search");
            let mut fids = Vec::new();
            while let Some(feature) = found.next().expect("a feature") {
                fids.push(feature.property::<i64>("fid").expect("fid"));
            }
            fids.sort_unstable();
            let inside = |n: &i64| {
                let (x, y) = spread(*n);
                (west..=east).contains(&x) && (south..=north).contains(&y)
            };
            let expected: Vec<i64> = (1..=count).filter(inside).collect();
            assert_eq!(fids, expected, "{count} points");
        }
    }
}
