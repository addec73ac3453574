//! Documents and rows of several standards.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use exchange::{Cell, Row};

use super::document::Document;
use super::shape::{Kind, Objects};
use crate::catalogue::{Catalogue, Layer};
use crate::ingest::cnig::{Pieces, Record, names};
use crate::ingest::feed::{Given, Shape, Shaped};
use crate::ingest::recognise::Found;
use crate::ingest::rows::Columns;
use crate::model::{Finding, Severity};

fn record(pairs: &[(&str, &str)]) -> Record {
    let owned = |(column, value): &(&str, &str)| ((*column).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

fn said(findings: &[Finding]) -> Vec<(Severity, &str)> {
    findings
        .iter()
        .map(|finding| (finding.severity, finding.value.as_deref().unwrap_or("")))
        .collect()
}

fn find(
    documents: &[Record],
    communes: &[Record],
    folder: &str,
) -> (Option<Document>, Vec<Finding>) {
    Document::find(documents, communes, &[folder.to_owned()], None)
}

#[test]
fn a_document_is_what_doc_urba_says() {
    let documents = [record(&[
        ("idurba", "30014_PLU_20171013"),
        ("datappro", "20171013"),
    ])];
    let communes = [record(&[("insee", "30014")])];
    let (document, findings) = find(&documents, &communes, "30014_PLU_20171013");
    let document = document.expect("a document");
    assert_eq!(findings, []);
    assert_eq!(document.idurba, "30014_PLU_20171013");
    assert_eq!(document.commune.as_deref(), Some("30014"));
    assert_eq!(document.name.partition(), "DU_30014");
    assert!(
        ["30014_plu_20171013", "3001420171013", "30014_20171013"]
            .iter()
            .all(|it| document.is_own(it))
    );
    assert!(!document.is_own("30014_PLU_20141013"));
    let names = [
        "30014_padd_20141013.pdf",
        "30014_reglement_20171013.pdf",
        "plan.pdf",
    ];
    let odd = document.other_dates(names.into_iter());
    assert_eq!(said(&odd), [(Severity::Warning, "30014_padd_20141013.pdf")]);
}

#[test]
fn what_disagrees_is_said() {
    let of = |idurba: &str| [record(&[("idurba", idurba)])];
    let communes = [record(&[("insee", "18275")])];
    let (document, findings) = find(
        &of("241800432_PLUi_20200128"),
        &communes,
        "241800432_PLUi_20200128",
    );
    assert_eq!(
        document.map(|d| (d.idurba, d.commune)),
        Some(("241800432_PLUI_20200128".into(), None))
    );
    assert_eq!(said(&findings), [(Severity::Warning, "18275")]);
    let (document, findings) = find(&[], &[], "30014_PLU_20171013");
    assert_eq!(
        document.map(|d| d.idurba).as_deref(),
        Some("30014_PLU_20171013")
    );
    let absent = [
        (Severity::Warning, "DOC_URBA"),
        (Severity::Warning, "DOC_URBA_COM"),
    ];
    assert_eq!(said(&findings), absent);
    let communes = [record(&[("insee", "30014")])];
    let (_, findings) = find(&of("30014_PLU_20171013"), &communes, "30014_PLU_20180101");
    assert_eq!(said(&findings), [(Severity::Warning, "30014_PLU_20180101")]);
    let two = [of("30014_PLU_20171013"), of("30014_PLU_20180101")].concat();
    let (_, findings) = find(&two, &communes, "x");
    assert_eq!(findings[0].severity, Severity::Error);
    assert_eq!(find(&[], &communes, "x").0, None);
}

struct Table {
    layer: Arc<Layer>,
    shape: Objects,
}

fn table(name: &str, columns: &str) -> Table {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers");
    let catalogue = Catalogue::read(&folder).expect("the catalogue");
    let kind = Kind::of(name).expect("a table");
    let layer = catalogue.get(kind.collection()).expect("a layer").clone();
    let documents = [record(&[("idurba", "30014_PLU_20171013")])];
    let communes = [record(&[("insee", "30014")])];
    let document = find(&documents, &communes, "30014_PLU_20171013")
        .0
        .expect("a document");
    let piece = Found {
        path: PathBuf::from("/x"),
        name: "Pieces_ecrites/30014_reglement_20171013.pdf".to_owned(),
        size: 1,
    };
    let (pieces, _) = Pieces::sort(&document.idurba, &[piece], &names::PLU);
    let columns = Columns::named(columns.split(';'));
    let (document, pieces) = (Arc::new(document), Arc::new(pieces));
    let shape = Objects::new(kind, &document, &pieces, &layer, &columns, &[]);
    Table { layer, shape }
}

/// The values told by name, and the findings' severity and rule.
fn read(table: &mut Table, line: &str) -> (String, String) {
    let cells = line
        .split(';')
        .map(|cell| Cell::Text(cell.into()))
        .collect();
    let row = Row {
        fid: 3,
        cells,
        geometry: Some(vec![1]),
    };
    let mut into = Shaped::default();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    table.shape.shape(row, &text, &mut into);
    let values = table.layer.fields.iter().zip(&into.rows[0].values);
    let told = values.filter_map(|(field, value)| match value {
        Given::Absent => None,
        Given::Text(text) => Some(format!("{}={text}", field.name)),
        Given::Date(day) => Some(format!("{}={day}", field.name)),
        other => Some(format!("{}={other:?}", field.name)),
    });
    let told = told.collect::<Vec<_>>().join(" ");
    let findings = into.findings.iter();
    let findings = findings.map(|f| format!("{:?} {}", f.severity, f.rule));
    (told, findings.collect::<Vec<_>>().join(", "))
}

#[test]
fn zones_are_linked_to_their_piece() {
    let mut zones = table("ZONE_URBA", "LIBELLE;TYPEZONE;NOMFIC;IDURBA;DATVALID");
    let line = "Ua;u;30014_Reglement_20171013.pdf#page=4;30014_PLU_20171013;20171013";
    let (told, findings) = read(&mut zones, line);
    assert_eq!(findings, "");
    assert_eq!(
        told,
        "libelle=Ua typezone=U nomfic=30014_Reglement_20171013.pdf#page=4 \
         urlfic=/pieces/30014_PLU_20171013/30014_reglement_20171013.pdf#page=4 \
         idurba=30014_PLU_20171013 datvalid=2017-10-13 insee=30014 partition=DU_30014"
    );
    let (_, findings) = read(&mut zones, "Nh;Nh;autre.pdf;30014_PLU_20141013;20171013");
    assert_eq!(findings, "Error document, Error piece, Warning standard");
}

#[test]
fn former_codes_become_today_s() {
    let mut zones = table(
        "ZONE_URBA",
        "LIBELLE;TYPEZONE;DESTDOMI;INSEE;DATAPPRO;DATVALID;URLFIC",
    );
    let (told, findings) = read(&mut zones, "Ua;U;1;30014;20130101;;https://x.fr/r.pdf");
    assert_eq!(findings, "");
    assert!(
        told.contains("formdomi=0100 urlfic=https://x.fr/r.pdf"),
        "{told}"
    );
    let mut prescriptions = table("PRESCRIPTION_SURF", "LIBELLE;TYPEPSC");
    let (told, findings) = read(&mut prescriptions, "Espace boisé;1");
    assert!(
        told.contains("typepsc=01 stypepsc=00") && findings.is_empty(),
        "{told} {findings}"
    );
    let (told, findings) = read(&mut prescriptions, "Localisation;10");
    assert!(told.contains("typepsc=05 stypepsc=06"), "{told}");
    assert_eq!(findings, "Warning standard");
    let mut informations = table("INFO_PCT", "LIBELLE;TYPEINF;STYPEINF;NOMFIC");
    let (told, findings) = read(&mut informations, "DPU;04;99;absente.pdf");
    assert!(told.contains("typeinf=04 stypeinf=99"), "{told}");
    assert_eq!(findings, "Warning piece, Warning standard");
}
