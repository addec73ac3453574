//! Lines of the versions of the format.

use std::path::Path;
use std::sync::Arc;

use exchange::{Cell, Row};

use super::is_bal;
use super::shape::Addresses;
use crate::catalogue::{Catalogue, Layer};
use crate::ingest::feed::{Given, Shape, Shaped};
use crate::ingest::rows::Columns;

const HEAD_1_3: &str = "uid_adresse;cle_interop;commune_insee;commune_nom;commune_deleguee_insee;\
    commune_deleguee_nom;voie_nom;lieudit_complement_nom;numero;suffixe;position;x;y;long;lat;\
    cad_parcelles;source;date_der_maj;certification_commune";
const HEAD_1_1: &str =
    "cle_interop;uid_adresse;voie_nom;numero;suffixe;commune_nom;position;x;y;source;date_der_maj";

fn layer() -> Arc<Layer> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers");
    let catalogue = Catalogue::read(&folder).expect("the catalogue");
    catalogue.get("adresses").expect("the layer").clone()
}

fn shaped(head: &str, line: &str) -> Shaped {
    let columns = Columns::named(head.split(';'));
    assert!(is_bal(&columns), "{head}");
    let mut shape = Addresses::new(&layer(), columns, true);
    let cells = line
        .split(';')
        .map(|cell| Cell::Text(cell.into()))
        .collect();
    let row = Row {
        fid: 1,
        cells,
        geometry: None,
    };
    let mut into = Shaped::default();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    shape.shape(row, &text, &mut into);
    into
}

fn value(shaped: &Shaped, field: &str) -> String {
    let layer = layer();
    let place = layer.fields.iter().position(|known| known.name == field);
    match &shaped.rows[0].values[place.expect("a field")] {
        Given::Absent => String::new(),
        Given::Text(text) => text.clone(),
        other => format!("{other:?}"),
    }
}

fn place(shaped: &Shaped) -> [f64; 2] {
    let wkb = shaped.rows[0].geometry.as_deref().expect("a geometry");
    let number = |at: usize| f64::from_le_bytes(wkb[at..at + 8].try_into().expect("8 bytes"));
    [number(5), number(13)]
}

#[test]
fn a_line_of_1_3_is_an_address() {
    let line = "@c:aa-1 @v:bb-2 @a:cc-3;2A004_0200_00001_bis;2A004;Ajaccio;;;Rue Joffre;;1;bis;\
                Cage d'escalier;906010.92;6917321.29;5.833622;49.322203;\
                2A0004000 E0880|2A004000AB0001;commune;2026-01-02;1";
    let read = shaped(HEAD_1_3, line);
    assert_eq!(read.findings, []);
    for (field, expected) in [
        ("cle_interop", "2a004_0200_00001_bis"),
        ("commune_insee", "2A004"),
        ("voie_nom", "Rue Joffre"),
        ("suffixe", "bis"),
        ("position", "cage d’escalier"),
        ("cad_parcelles", "2A0040000E0880|2A004000AB0001"),
        ("certification_commune", "Boolean(true)"),
        ("id_ban_commune", "aa-1"),
        ("id_ban_toponyme", "bb-2"),
        ("id_ban_adresse", "cc-3"),
        ("commune_deleguee_insee", ""),
    ] {
        assert_eq!(value(&read, field), expected, "{field}");
    }
    assert_eq!(place(&read), [5.833622, 49.322203]);
}

#[test]
fn a_line_of_1_1_says_its_commune_by_its_key() {
    let line = "54084_0200_00002;;Rue Joffre;2;;Mont-Bonvillers;entrée;906030,59;6917318,43;;";
    let read = shaped(HEAD_1_1, line);
    assert_eq!(read.findings, []);
    assert_eq!(value(&read, "commune_insee"), "54084");
    assert_eq!(place(&read), [906_030.59, 6_917_318.43]);
}

#[test]
fn what_is_odd_is_said() {
    let line = |x: &str, long: &str, parcels: &str, insee: &str| {
        format!(
            ";54084_0200_00001;{insee};Mont-Bonvillers;;;Rue Joffre;;99999;;;{x};6917321.29;{long};\
             49.322203;{parcels};;;0"
        )
    };
    let rules = |line: String| {
        let read = shaped(HEAD_1_3, &line);
        let rules = read.findings.iter().map(|finding| finding.rule.clone());
        (rules.collect::<Vec<_>>().join(" "), read.rows.len())
    };
    let said = |rule: &str, rows: usize| (rule.to_owned(), rows);
    let (x, long) = ("906010.92", "5.833622");
    assert_eq!(rules(line(x, long, "", "54084")), said("", 1));
    assert_eq!(rules(line("", long, "", "54084")), said("", 1));
    assert_eq!(
        rules(line("906013", long, "", "54084")),
        said("position", 1)
    );
    assert_eq!(rules(line(x, "", "", "54084")), said("empty", 0));
    assert_eq!(rules(line(x, long, "AB 12", "54084")), said("pattern", 1));
    assert_eq!(rules(line(x, long, "", "54085")), said("reference", 1));
}

#[test]
fn a_position_that_cannot_be_read_is_no_absent_one() {
    let line = |long: &str, lat: &str| {
        format!(
            ";54084_0200_00001;54084;Mont-Bonvillers;;;Rue Joffre;;1;;entrée;;;{long};{lat};;;;"
        )
    };
    for (long, lat, told) in [
        ("abc", "49.32", "Error position"),
        ("5.83", "", "Warning empty"),
        ("", "", "Warning empty"),
        ("0", "0", "Warning empty"),
    ] {
        let read = shaped(HEAD_1_3, &line(long, lat));
        let said = |it: &crate::model::Finding| format!("{:?} {}", it.severity, it.rule);
        let said: Vec<String> = read.findings.iter().map(said).collect();
        assert_eq!(said, [told], "{long} {lat}");
    }
}

#[test]
fn addresses_with_geometries_are_not_the_format_s() {
    let of = |names: &[&str]| is_bal(&Columns::named(names.iter().copied()));
    let served = ["cle_interop", "voie_nom", "numero", "wkt"];
    assert!(!of(&served));
    assert!(of(&[&served[..], &["x", "y"]].concat()) && of(&served[..3]));
}
