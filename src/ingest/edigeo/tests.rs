//! Exchanges written by hand, and rows as GDAL reads them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::exchange::{Cell, Column, ColumnKind, Row, SourceLayer};

use super::shapes::{Buildings, Outline, Parcels, Place};
use super::{exchange, reference, sheet};
use crate::catalogue::{Catalogue, Layer};
use crate::ingest::feed::{Given, Shape, Shaped};
use crate::model::Srid;

const PARTS: [(&str, &str); 6] = [
    ("GEN", "RTYSA03:DEG\r\n"),
    ("GEO", "RTYSA03:GEO\r\nRELSA09:RGF93CC47\r\n"),
    ("DIC", ""),
    (
        "SCD",
        "RTYSA03:ASS\r\nSCPCP27:EDAB01;SeSD;OBJ;PARCELLE_id\r\n",
    ),
    ("QAL", ""),
    (
        "VEC",
        "RTYSA03:FEA\r\nSCPCP27:EDAB01;SeSD;OBJ;SUBDSECT_id\r\nATPCP22:EDAB01;SeSD;ATT;IDU_id\r\n\
         ATVST10:109000AB01\r\n\r\nRTYSA03:FEA\r\nSCPCP27:EDAB01;SeSD;OBJ;PARCELLE_id\r\n\
         ATPCP22:EDAB01;SeSD;ATT;IDU_id\r\nATVST12:109000AB0052\r\n\r\n\
         RTYSA03:LNK\r\nSCPCP33:EDAB01;SeSD;ASS;BATIMENT_PARCELLE\r\n",
    ),
];

/// What ends a file's name, and its content; none leaves the file out.
type Change = (&'static str, Option<&'static str>);

/// A folder with an exchange; `change` gives another content to files, or none to leave one out.
fn written(name: &str, change: &[Change]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("edigeo-{}-{name}", std::process::id()));
    std::fs::remove_dir_all(&folder).ok();
    std::fs::create_dir_all(&folder).expect("a folder");
    let whole = |file: &str, inside: &str| {
        format!("BOMT 12:{file}\r\nCSET 03:IRV\r\n\r\n{inside}\r\nEOMT 00:\r\n")
    };
    let directory = "RTYSA03:GTS\r\nRTYSA03:GTL\r\nLONSA06:EDAB01\r\nGNNSA02:SE\r\nGONSA02:SE\r\n\
                     QANSA02:SE\r\nDINSA02:SE\r\nSCNSA02:SE\r\nGDNSA02:T1\r\n";
    let mut files = vec![("E000AB01.THF".to_owned(), directory)];
    for (kind, inside) in PARTS {
        let part = if kind == "VEC" { "T1" } else { "SE" };
        files.push((format!("EDAB01{part}.{kind}"), inside));
    }
    for (file, inside) in files {
        let text = match change.iter().find(|(changed, _)| file.ends_with(changed)) {
            Some((_, None)) => continue,
            Some((_, Some(other))) => (*other).to_owned(),
            None => whole(&file, inside),
        };
        // Exports are read wherever they were made: names in any case.
        std::fs::write(folder.join(file.to_lowercase()), text).expect("a file");
    }
    folder.join("e000ab01.thf")
}

fn opened(thf: &Path) -> exchange::Exchange {
    exchange::open(thf, "E000AB01.THF").expect("the files are read")
}

#[test]
fn a_whole_exchange_says_what_it_holds() {
    let read = opened(&written("whole", &[]));
    assert_eq!(read.findings, []);
    assert_eq!(read.relation.as_deref(), Some("RGF93CC47"));
    assert_eq!(
        (read.count("PARCELLE_id"), read.count("BATIMENT_id")),
        (1, 0)
    );
    assert_eq!(read.identifiers("SUBDSECT_id"), ["109000AB01"]);
    assert_eq!(read.identifiers("PARCELLE_id"), [""; 0]);
}

#[test]
fn an_exchange_that_is_not_whole_is_refused() {
    let cases: [(&str, &[Change], &str); 7] = [
        (
            "missing",
            &[("T1.VEC", None)],
            "EDAB01T1.VEC (données géographiques) manque",
        ),
        ("quality", &[("QAL", None)], "EDAB01SE.QAL (qualité) manque"),
        ("empty", &[("T1.VEC", Some(""))], "EDAB01T1.VEC est vide"),
        (
            "cut",
            &[("SCD", Some("BOMT 12:EDAB01SE.SCD\r\nRTYSA03:OBJ\r\n"))],
            "SCD est tronqué",
        ),
        (
            "foreign",
            &[("GEN", Some("<html>"))],
            "GEN n’est pas un fichier EDIGEO",
        ),
        (
            "no-lot",
            &[("THF", Some("BOMT 12:E\r\nRTYSA03:GTS\r\nEOMT 00:\r\n"))],
            "aucun lot",
        ),
        (
            "thf-cut",
            &[("THF", Some("BOMT 12:E\r\nRTYSA03:GTL\r\n"))],
            "E000AB01.THF est tronqué",
        ),
    ];
    for (name, change, expected) in cases {
        let found = opened(&written(name, change)).findings;
        let said = found.first().map(|finding| finding.message.clone());
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        assert!(
            said.clone().is_some_and(|m| m.contains(expected)),
            "{name}: {said:?}"
        );
        assert_eq!(found[0].rule, "exchange");
    }
}

#[test]
fn reference_systems_are_those_of_the_registry() {
    for (name, code) in [
        ("LAMB93", 2154),
        ("RGF93CC42", 3942),
        ("RGF93CC50", 3950),
        ("RGR92UTM40S", 2975),
        ("LAMB2C", 27572),
    ] {
        assert_eq!(reference(name), Some(Srid(code)), "{name}");
    }
    for unknown in ["", "RGF93CC41", "RGF93CC", "LOCAL"] {
        assert_eq!(reference(unknown), None, "{unknown}");
    }
}

fn layer(id: &str) -> Arc<Layer> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers");
    let catalogue = Catalogue::read(&folder).expect("the catalogue");
    catalogue.get(id).expect("a layer").clone()
}

fn source(columns: &[&str]) -> SourceLayer {
    SourceLayer {
        name: String::new(),
        columns: columns
            .iter()
            .map(|name| Column {
                name: (*name).to_owned(),
                kind: ColumnKind::Text,
                width: 0,
            })
            .collect(),
        ..SourceLayer::default()
    }
}

fn place(own: &str, departement: &str) -> Place {
    let local = sheet::Local::read(own).expect("a sheet");
    Place {
        sheet: local.of(departement),
        departement: departement.to_owned(),
        sections: Arc::new(BTreeSet::from([own[..8].replace(' ', "0")])),
    }
}

fn shaped(shape: &mut dyn Shape, cells: Vec<Cell>) -> Shaped {
    let mut into = Shaped::default();
    let row = Row {
        fid: 7,
        cells,
        geometry: Some(vec![1]),
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    shape.shape(row, &text, &mut into);
    into
}

fn text(text: &str) -> Cell {
    Cell::Text(text.as_bytes().to_vec())
}

/// The values by the name of their fields, as text.
fn told(layer: &Layer, shaped: &Shaped) -> String {
    let row = &shaped.rows[0];
    let values = layer.fields.iter().zip(&row.values);
    let said = values.filter_map(|(field, value)| match value {
        Given::Absent => None,
        Given::Text(text) => Some(format!("{}={text}", field.name)),
        Given::Integer(number) => Some(format!("{}={number}", field.name)),
        Given::Date(day) => Some(format!("{}={day}", field.name)),
        other => Some(format!("{}={other:?}", field.name)),
    });
    let scope = row.scope.clone().unwrap_or_default();
    format!("{scope}: {}", said.collect::<Vec<_>>().join(" "))
}

#[test]
fn parcels_have_the_fourteen_characters_of_their_territory() {
    let parcels = layer("parcelles");
    let columns = ["COAR", "IDU", "SUPF", "CREAT_DATE", "UPDATE_DATE"];
    let source = source(&columns);
    let read = |own: &str, departement: &str, idu: &str| {
        let mut shape = Parcels::new(&place(own, departement), &parcels, &source);
        let days = [Cell::Integer(20_150_504), Cell::Integer(20_161_022)];
        let mut cells = vec![text("A"), text(idu), Cell::Real(11970.0)];
        cells.extend(days);
        shaped(&mut shape, cells)
    };
    let one = read("0290000A01", "13", "0290000A0215");
    assert_eq!(
        told(&parcels, &one),
        "130290000A01: idu=130290000A0215 commune=13029 prefixe=000 section=0A numero=0215 \
         contenance=11970 feuille=130290000A01 arpente=Boolean(true) date_creation=2015-05-04 \
         date_maj=2016-10-22"
    );
    assert_eq!(one.findings, []);
    for (own, departement, idu, expected) in [
        (
            "029000 A01",
            "13",
            "029000 A0215",
            "idu=130290000A0215 commune=13029",
        ),
        (
            "4820000502",
            "67",
            "482000050012",
            "idu=67482000050012 commune=67482",
        ),
        (
            "004000ZE01",
            "2A",
            "004000ZE0001",
            "idu=2A004000ZE0001 commune=2A004",
        ),
        (
            "411000AX01",
            "97",
            "411000AX0001",
            "idu=97411000AX0001 commune=97411",
        ),
    ] {
        let shaped = read(own, departement, idu);
        assert!(told(&parcels, &shaped).contains(expected), "{idu}");
        assert_eq!(shaped.findings, [], "{idu}");
    }
    let strange = read("0290000A01", "13", "0290000B0215").findings;
    assert_eq!((strange.len(), strange[0].rule.as_str()), (1, "reference"));
    assert!(
        strange[0].message.contains("section B"),
        "{}",
        strange[0].message
    );
    let wrong = read("0290000A01", "13", "0290000A21").findings;
    assert_eq!((wrong.len(), wrong[0].rule.as_str()), (1, "pattern"));
}

#[test]
fn the_outline_and_the_buildings_are_the_sheet_s() {
    let (sections, buildings) = (layer("sections"), layer("batiments"));
    let here = place("084000AB01", "54");
    let mut shape = Outline::new(&here, &sections, &source(&["EOR", "QUPL", "UPDATE_DATE"]));
    let cells = vec![text("1000"), text("01"), Cell::Integer(20_161_022)];
    assert_eq!(
        told(&sections, &shaped(&mut shape, cells)),
        "54084000AB01: feuille=54084000AB01 commune=54084 prefixe=000 section=AB numero=01 \
         echelle=1000 qualite=01 date_maj=2016-10-22"
    );
    let mut shape = Buildings::new(&here, &buildings, &source(&["DUR", "TEX"]));
    assert_eq!(
        told(&buildings, &shaped(&mut shape, vec![text("02"), text("")])),
        "54084000AB01: commune=54084 feuille=54084000AB01 type=02"
    );
}
