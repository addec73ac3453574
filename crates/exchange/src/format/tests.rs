use super::*;

fn told(name: &str, bytes: &[u8]) -> Sniffed {
    sniff(Path::new(name), bytes, bytes)
}

#[test]
fn utf_16_is_known_with_and_without_its_mark() {
    let text = "uai;nom;commune;longitude;latitude\r\n0441490F;École;44109;-1,55;47,21\r\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let marked = [&[0xff, 0xfe], &little[..]].concat();
    for bytes in [little, big, marked] {
        assert_eq!(told("a.csv", &bytes), Sniffed::Other(Foreign::Utf16));
    }
    assert_eq!(told("a.csv", text.as_bytes()), Sniffed::Format(Format::Csv));
}

#[test]
fn a_sqlite_database_is_a_geopackage_when_it_says_so() {
    let mut head = vec![0; 100];
    head[..16].copy_from_slice(b"SQLite format 3\0");
    assert_eq!(told("a.sqlite", &head), Sniffed::Other(Foreign::Sqlite));
    assert_eq!(told("a.gpkg", &head), Sniffed::Format(Format::GeoPackage));
    head[68..72].copy_from_slice(b"GPKG");
    assert_eq!(told("a.bin", &head), Sniffed::Format(Format::GeoPackage));
}

#[test]
fn files_of_other_programs_are_named() {
    let gpx = b"<?xml version=\"1.0\"?><gpx version=\"1.1\"></gpx>";
    assert_eq!(told("a.gpx", gpx), Sniffed::Other(Foreign::Gpx));
    let esri = br#"{"geometryType":"esriGeometryPoint","features":[{"geometry":{"x":1,"y":2}}]}"#;
    assert_eq!(told("a.json", esri), Sniffed::Other(Foreign::EsriJson));
    let overpass = br#"{"version":0.6,"osm3s":{},"elements":[{"type":"node","id":1}]}"#;
    assert_eq!(told("a.json", overpass), Sniffed::Other(Foreign::Overpass));
    assert_eq!(
        told("a.parquet", b"PAR1abc"),
        Sniffed::Other(Foreign::Parquet)
    );
    assert_eq!(
        told("a.json", b"[{\"nom\": \"a\"}]"),
        Sniffed::Other(Foreign::Json)
    );
    let table = told("x.gdb/a00000001.gdbtable", &[3, 0, 0, 0]);
    assert_eq!(table, Sniffed::Other(Foreign::FileGeodatabase));
}
