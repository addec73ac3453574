use std::fs;

use tempfile::TempDir;

use super::*;

/// What a file of those bytes lacks, among others.
fn lack(format: Format, files: &[(&str, &[u8])]) -> Option<Lack> {
    let folder = TempDir::new().expect("a folder");
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).expect("a file");
    }
    match check(&folder.path().join(files[0].0), format) {
        Ok(_) => None,
        Err(Fault::Incomplete { lack }) => Some(lack),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn texts_end_as_they_began() {
    for (format, whole, cut) in [
        (
            Format::GeoJsonSeq,
            "{\"type\":\"Feature\"}\n",
            "{\"type\":\"Feature\"}\n{\"type\"",
        ),
        (Format::Kml, "<kml></kml>\r\n", "<kml><Placemark>a"),
        (Format::Gml, "<a>1</a>", "<a>1"),
        (
            Format::Dxf,
            "  0\r\nSECTION\r\n  0\r\nEOF\r\n",
            "  0\r\nSECTION\r\n",
        ),
    ] {
        assert_eq!(lack(format, &[("a", whole.as_bytes())]), None, "{format:?}");
        let found = lack(format, &[("a", cut.as_bytes())]);
        assert_eq!(found, Some(Lack::End), "{format:?}");
    }
}

const MIF: &[u8] = b"Version 300\nCharset \"Neutral\"\nColumns 1\n  point Char(5)\nData\n\n\
    Point 1 2\n    Symbol (35,0,12)\nCollection 2\nRegion 1\n  3\n1 1\n2 2\n1 1\nPline 2\n1 1\n2 2\nNone\n";

#[test]
fn each_shape_of_an_interchange_file_has_its_values() {
    let mid: &[u8] = b"\"a\"\n\"b\"\n\"c\"\n";
    assert_eq!(
        lack(Format::MapInfoMif, &[("a.mif", MIF), ("a.mid", mid)]),
        None
    );
    let cut = lack(Format::MapInfoMif, &[("a.mif", MIF), ("a.MID", &mid[..8])]);
    assert_eq!(
        cut,
        Some(Lack::Rows {
            shapes: 3,
            values: 2
        })
    );
    assert_eq!(
        lack(Format::MapInfoMif, &[("a.mif", MIF)]),
        Some(part("mid"))
    );
    assert_eq!(
        lack(Format::MapInfoMif, &[("a.mif", &MIF[..40])]),
        Some(Lack::End)
    );
}

#[test]
fn a_table_has_its_parts() {
    let head: &[u8] =
        b"!table\n!version 300\n\nDefinition Table\n  Type NATIVE Charset \"Neutral\"\n";
    let mut values = [0_u8; 64];
    values[8] = 64;
    let whole: [(&str, &[u8]); 4] = [
        ("a.tab", head),
        ("a.dat", &values),
        ("a.map", b"m"),
        ("a.id", b"i"),
    ];
    assert_eq!(lack(Format::MapInfoTab, &whole), None);
    for (left, extension) in [(1, "dat"), (2, "map"), (3, "id")] {
        let mut files = whole.to_vec();
        files.remove(left);
        assert_eq!(lack(Format::MapInfoTab, &files), Some(part(extension)));
    }
}

#[test]
fn headers_state_what_there_is() {
    let mut sqlite = vec![0_u8; 4096];
    sqlite[..16].copy_from_slice(b"SQLite format 3\0");
    sqlite[16..18].copy_from_slice(&4096_u16.to_be_bytes());
    sqlite[28..32].copy_from_slice(&1_u32.to_be_bytes());
    assert_eq!(lack(Format::GeoPackage, &[("a", &sqlite)]), None);
    let bytes = |part: &str, stated, found| {
        let part = part.to_owned();
        Some(Lack::Bytes {
            part,
            stated,
            found,
        })
    };
    let cut = lack(Format::GeoPackage, &[("a", &sqlite[..1000])]);
    assert_eq!(cut, bytes("gpkg", 4096, 1000));
    let mut shapes = vec![0_u8; 100];
    shapes[24..28].copy_from_slice(&50_u32.to_be_bytes());
    let (index, mut values) = ([0_u8; 108], [0_u8; 50]);
    values[4] = 1;
    values[8] = 40;
    values[10] = 10;
    let parts = |shapes, index, values| {
        lack(
            Format::Shapefile,
            &[("a.shp", shapes), ("a.SHX", index), ("a.dbf", values)],
        )
    };
    assert_eq!(parts(&shapes, &index, &values), None);
    assert_eq!(parts(&shapes[..60], &index, &values), bytes("shp", 100, 60));
    assert_eq!(parts(&shapes, &index, &values[..45]), bytes("dbf", 50, 45));
    let rows = Some(Lack::Rows {
        shapes: 0,
        values: 1,
    });
    assert_eq!(parts(&shapes, &index[..100], &values), rows);
    assert_eq!(
        lack(Format::Shapefile, &[("a.shp", &shapes)]),
        Some(part("shx"))
    );
}
