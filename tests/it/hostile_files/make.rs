//! Files as hostile hands write them: made by GDAL's own programs, then changed.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use zip::write::SimpleFileOptions;

use crate::ingest::files::{Files, ogr2ogr};

/// A GeoPackage of some points, made by ogr2ogr.
pub fn geopackage(files: &Files, name: &str, points: usize) -> PathBuf {
    let mut text = "nom,x,y\n".to_owned();
    for number in 0..points {
        text.push_str(&format!(
            "Mairie numéro {number:06} de la commune,{number},0\n"
        ));
    }
    let source = files.write("points.csv", text);
    let path = files.path(name);
    let options = "-oo X_POSSIBLE_NAMES=x -oo Y_POSSIBLE_NAMES=y -a_srs EPSG:2154 -nln m -lco SPATIAL_INDEX=NO";
    let (path_, source) = (path.to_string_lossy(), source.to_string_lossy());
    let named = [&*path_, &*source];
    ogr2ogr(
        &named
            .into_iter()
            .chain(options.split(' '))
            .collect::<Vec<_>>(),
    );
    path
}

/// Has SQLite do something in a GeoPackage.
pub fn statement(path: &Path, statement: &str) {
    let output = Command::new("ogrinfo")
        .arg("-q")
        .arg(path)
        .args(["-sql", statement])
        .output()
        .expect("ogrinfo: the tests need gdal-bin");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("ERROR"), "{statement}: {said}");
}

/// Replaces bytes by others, as many.
pub fn replace(path: &Path, old: &[u8], new: &[u8]) {
    assert_eq!(old.len(), new.len());
    let mut bytes = std::fs::read(path).expect("ours");
    let at: Vec<usize> = (0..bytes.len() - old.len())
        .filter(|at| bytes[*at..].starts_with(old))
        .collect();
    assert!(!at.is_empty(), "{}", path.display());
    for at in at {
        bytes[at..at + new.len()].copy_from_slice(new);
    }
    std::fs::write(path, bytes).expect("ours");
}

/// Writes bytes at a place.
pub fn patch(path: &Path, at: usize, new: &[u8]) {
    let mut bytes = std::fs::read(path).expect("ours");
    bytes[at..at + new.len()].copy_from_slice(new);
    std::fs::write(path, bytes).expect("ours");
}

/// Writes one page of rows of a GeoPackage over the next: what a cut write leaves.
pub fn tear(path: &Path) {
    const PAGE: usize = 4096;
    const ROWS: u8 = 0x0d;
    let mut bytes = std::fs::read(path).expect("ours");
    let pages = bytes.len() / PAGE;
    let leaf = |page: &usize| bytes[page * PAGE] == ROWS && bytes[(page + 1) * PAGE] == ROWS;
    let page = (pages / 2..pages - 1).find(leaf).expect("pages of rows");
    bytes.copy_within(page * PAGE..(page + 1) * PAGE, (page + 1) * PAGE);
    std::fs::write(path, bytes).expect("ours");
}

/// A workbook of one sheet.
pub fn workbook(files: &Files, name: &str, doctype: &str, text: &str) -> PathBuf {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const LINKS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const KINDS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let cell = |place: &str, text: &str| {
        format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    let rows = format!(
        "<row r=\"1\">{}</row><row r=\"2\">{}</row>",
        cell("A1", "nom"),
        cell("A2", text)
    );
    let link = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{LINKS}\"><Relationship Id=\"r1\" Type=\"{KINDS}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let parts = [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
             <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
             <Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>\
             <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>"
                .to_owned(),
        ),
        ("_rels/.rels", link("officeDocument", "xl/workbook.xml")),
        (
            "xl/workbook.xml",
            format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{KINDS}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"),
        ),
        ("xl/_rels/workbook.xml.rels", link("worksheet", "worksheets/sheet1.xml")),
        (
            "xl/worksheets/sheet1.xml",
            format!("<?xml version=\"1.0\"?>{doctype}<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ];
    let path = files.path(name);
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).expect("room"));
    for (name, text) in parts {
        archive
            .start_file(name, SimpleFileOptions::default())
            .expect("a part");
        archive.write_all(text.as_bytes()).expect("room");
    }
    archive.finish().expect("a workbook");
    path
}

/// Entities in one another: a billion letters.
pub fn laughs(root: &str) -> String {
    let inner: String = (1..10)
        .map(|n| format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10)))
        .collect();
    format!("<!DOCTYPE {root} [<!ENTITY a0 \"aaaaaaaaaa\">{inner}]>")
}
