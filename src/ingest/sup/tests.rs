//! Joins, whole and broken.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use exchange::{Cell, Row};

use super::joins::Joins;
use super::shape::{Areas, Partition};
use crate::catalogue::Catalogue;
use crate::ingest::cnig::Record;
use crate::ingest::cnig::{Pieces, names};
use crate::ingest::feed::{Given, Shape, Shaped};
use crate::ingest::recognise::Found;
use crate::ingest::rows::Columns;

fn records(text: &str) -> Vec<Record> {
    let mut lines = text.lines().map(|line| line.split(';').collect::<Vec<_>>());
    let head = lines.next().unwrap_or_default();
    let record = |line: Vec<&str>| {
        let pairs = head.iter().zip(line).filter(|(_, value)| !value.is_empty());
        pairs
            .map(|(name, value)| ((*name).to_owned(), value.to_owned()))
            .collect()
    };
    lines.map(record).collect()
}

const TABLES: [(&str, &str); 5] = [
    (
        "ACTE_SUP",
        "idacte;nomacte;typeacte;fichier;decision;datedecis\n\
        35;PM3_Auneau_act;Arrêté;;Création;20140423\n36;PM3_Brou_act;Arrêté;absent.pdf;Création;20100331",
    ),
    (
        "SERVITUDE",
        "idsup;idgest;nomsup;nomsuplitt;categorie;datemaj\n\
        35;2;PM3_Auneau_sup;Plan;PM3;20140423\n36;2;PM3_Brou_sup;Plan;PM3;\n38;2;seule;;PM3;",
    ),
    ("SERVITUDE_ACTE_SUP", "idsup;idacte\n35;35\n35;36\n36;99"),
    ("GESTIONNAIRE_SUP", "idgest;nomgest\n2;DREAL"),
    (
        "GENERATEUR_SUP_S",
        "idgen;idsup;nomgen\n1;35;gen1\n2;36;gen2\n3;37;gen3\n4;38;gen4",
    ),
];

fn shaped(idgen: &str) -> (String, String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers");
    let catalogue = Catalogue::read(&folder).expect("the catalogue");
    let layer = catalogue.get("servitudes").expect("the layer").clone();
    let mut joins = Joins::default();
    for (table, text) in TABLES {
        joins.add(table, records(text));
    }
    let act = Found {
        path: PathBuf::from("/x"),
        name: "Actes/PM3_Auneau_act.pdf".to_owned(),
        size: 1,
    };
    let (pieces, _) = Pieces::sort("110068012_PM3_28", &[act], &names::SUP);
    let partition = Arc::new(Partition {
        name: "110068012_PM3_28".to_owned(),
        category: None,
        joins,
        pieces,
    });
    let columns = Columns::named(["IdAss", "IdGen", "nomAss"]);
    let mut shape = Areas::new(&partition, &layer, "PM3_ASSIETTE_SUP_S_028", columns);
    let cell = |text: &str| Cell::Text(text.as_bytes().to_vec());
    let row = Row {
        fid: 0,
        cells: vec![Cell::Real(7.0), cell(idgen), cell("assiette")],
        geometry: Some(vec![1]),
    };
    let mut into = Shaped::default();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    shape.shape(row, &text, &mut into);
    let values = layer.fields.iter().zip(&into.rows[0].values);
    let told = values.filter_map(|(field, value)| match value {
        Given::Absent => None,
        Given::Text(text) => Some(format!("{}={text}", field.name)),
        Given::Date(day) => Some(format!("{}={day}", field.name)),
        other => Some(format!("{}={other:?}", field.name)),
    });
    let told = told.collect::<Vec<_>>().join("; ");
    let findings = into.findings.iter();
    let findings = findings.map(|f| format!("{} {}", f.rule, f.value.clone().unwrap_or_default()));
    (told, findings.collect::<Vec<_>>().join(", "))
}

#[test]
fn an_area_has_what_its_joins_lead_to() {
    let (told, findings) = shaped("1");
    assert_eq!(
        told,
        "suptype=pm3; partition=110068012_PM3_28; idass=7; idgen=1; idsup=35; nomass=assiette; \
         nomsup=PM3_Auneau_sup; nomsuplitt=Plan; nomgen=gen1; idacte=35 | 36; \
         nomacte=PM3_Auneau_act | PM3_Brou_act; typeacte=Arrêté; decision=Création; \
         datedecis=2014-04-23; fichier=absent.pdf; \
         urlacte=/pieces/110068012_PM3_28/PM3_Auneau_act.pdf; nomgest=DREAL; datemaj=2014-04-23"
    );
    assert_eq!(findings, "piece absent.pdf");
}

#[test]
fn a_broken_join_names_its_identifier() {
    assert_eq!(shaped("2").1, "reference 99");
    assert_eq!(shaped("3").1, "reference 37");
    assert_eq!(shaped("4").1, "reference 38");
    assert_eq!(shaped("9").1, "reference 9");
}

#[test]
fn a_generator_without_area_is_told() {
    let mut joins = Joins::default();
    joins.add("GENERATEUR_SUP_L", records("idgen;idsup\n1;35\n2;36"));
    let areas = BTreeSet::from(["1".to_owned()]);
    let said: Vec<_> = joins
        .without_area(&areas)
        .into_iter()
        .filter_map(|f| f.value)
        .collect();
    assert_eq!(said, ["2"]);
}
