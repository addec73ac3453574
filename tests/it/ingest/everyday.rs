//! What town halls send: tables with titles and totals, several files at once, coordinates as people
//! write them.

use super::files::{Files, ogr2ogr};
use super::{ingest, ingest_all, rules};
use crate::support::Database;

const HEAD: &str = "identifiant;nom;type;commune;lon;lat\n";

fn line(id: &str) -> String {
    format!("{id};Mairie {id};mairie;44143;-1.56536;47.18887\n")
}

#[tokio::test]
async fn every_file_of_a_delivery_is_read_or_spoken_of() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let one = files.write("centre.csv", format!("{HEAD}{}", line("M1")));
    let other = "identifiant;nom;type;commune;lon;lat;téléphone\n\
                 M2;Annexe;mairie_annexe;44143;-1.56536;47.18887;0240000000\n";
    let other = files.write("annexes.csv", other);
    let to = ["--to", "mairies"];
    let (code, document) = ingest_all(&database, &[&one, &other], &to).await;
    let added = &document["counts"]["added"];
    assert_eq!((code, added), (0, &2.into()), "{document:#}");

    // A file that lacks a column is no reason to take its objects for gone.
    let lacking = "identifiant;type;commune;lon;lat\nM2;mairie_annexe;44143;-1.56536;47.18887\n";
    let lacking = files.write("annexes-2.csv", lacking);
    let (code, document) = ingest_all(&database, &[&one, &lacking], &to).await;
    assert_eq!(
        (code, rules(&document, "error")),
        (1, vec!["required".to_owned()])
    );
    let said = document["findings"].to_string();
    assert!(said.contains("Aucune colonne de annexes-2.csv"), "{said}");

    // What is something else is named.
    let note = files.write("note.csv", "auteur;objet\nX;mairies\n");
    let (code, document) = ingest_all(&database, &[&one, &other, &note], &to).await;
    let reading = document["reading"].to_string();
    assert_eq!(code, 0, "{document:#}");
    assert!(reading.contains("laissées de côté : note.csv"), "{reading}");
}

#[tokio::test]
async fn layers_that_say_what_they_are_need_no_to() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let point = "ST_SetSRID(ST_MakePoint(354500, 6686500), 2154) AS geom";
    let facility = |more: &str| {
        format!("SELECT 'M1' AS identifiant, 'Ici' AS nom, '44143' AS commune, {more}{point}")
    };
    let options = |layer| ["-nln", layer, "-a_srs", "EPSG:2154"];
    let first = facility("'mairie' AS type, ");
    let two = files.export(&database, "deux.gpkg", &first, &options("mairies"));
    let (source, second) = (database.gdal(), facility(""));
    let update = [
        "-update",
        two.to_str().expect("ours"),
        &source,
        "-sql",
        &second,
    ];
    ogr2ogr(&[&update[..], &options("piscines")].concat());
    let (code, list) = ingest(&database, &two, &[]).await;
    let list = list
        .as_array()
        .unwrap_or_else(|| panic!("one a collection: {list:#}"));
    let published: Vec<_> = list
        .iter()
        .map(|it| (&it["collection"], &it["state"]))
        .collect();
    assert_eq!(code, 0, "{list:#?}");
    assert_eq!(
        published,
        [
            (&"mairies".into(), &"published".into()),
            (&"piscines".into(), &"published".into())
        ]
    );
}

#[tokio::test]
async fn lines_that_are_no_objects_are_told_and_left_aside() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let table = format!(
        "{HEAD}{}Annexes;;;;;\n{HEAD}{}TOTAL;2;;;;\n",
        line("M1"),
        line("M2")
    );
    let table = files.write("mairies.csv", table);
    let (code, document) = ingest(&database, &table, &["--to", "mairies"]).await;
    let added = &document["counts"]["added"];
    assert_eq!((code, added), (0, &2.into()), "{document:#}");
    assert_eq!(rules(&document, "warning"), ["ignored"]);
    assert_eq!(
        document["findings"].as_array().map(Vec::len),
        Some(3),
        "{document:#}"
    );
}

#[tokio::test]
async fn coordinates_are_read_as_people_write_them() {
    let database = Database::clone_template().await;
    let files = Files::new();
    for (name, head, place) in [
        ("gps.csv", "Coordonnées GPS", "\"47.18887, -1.56536\""),
        (
            "dms.csv",
            "latitude;longitude",
            "\"47°11'19.93\"\"N\";\"1°33'55.3\"\"O\"",
        ),
        ("sign.csv", "latitude;longitude", "47.18887°;1.56536 W"),
    ] {
        let text = format!("identifiant;nom;type;commune;{head}\nM1;Mairie;mairie;44143;{place}\n");
        let file = files.write(name, text);
        let (code, document) = ingest(&database, &file, &["--to", "mairies"]).await;
        assert_eq!(code, 0, "{name} {document:#}");
        let near: bool = database
            .one(
                "SELECT ST_DWithin(geom, ST_Transform(ST_Point(-1.56536, 47.18887, 4326), 2154), 1) \
                 FROM layer.mairies",
            )
            .await;
        assert!(near, "{name}");
    }
    // One that is no geometry is one finding, and no reason to look for addresses.
    let text = "identifiant;nom;type;commune;adresse;geom\n\
                M1;Mairie;mairie;44143;1 rue X;non localisé\n\
                M2;Mairie;mairie;44143;1 rue X;POINT(354500 6686500)\n\
                M3;Mairie;mairie;44143;1 rue X;POINT(354510 6686500)\n";
    let file = files.write("wkt.csv", text);
    let options = ["--to", "mairies", "--crs", "2154"];
    let (code, document) = ingest(&database, &file, &options).await;
    assert_eq!(
        (code, rules(&document, "error")),
        (1, vec!["position".to_owned()])
    );
    assert!(document["findings"].to_string().contains("non localisé"));
}

#[tokio::test]
async fn an_identifier_that_is_missing_is_not_one_that_is_shared() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let mairies = format!("{HEAD}{}{}", line(""), line(""));
    // One that has a part of its identifier alone, which others have too.
    let surveys = "leve;identifiant;commune;x_l93;y_l93\n\
                   plan;;44143;354500;6686500\nplan;;44143;354501;6686500\n";
    for (to, table) in [
        ("mairies", mairies.as_str()),
        ("leves-topographiques", surveys),
    ] {
        let table = files.write("table.csv", table);
        let (code, document) = ingest(&database, &table, &["--to", to]).await;
        let errors = rules(&document, "error");
        assert_eq!((code, errors), (1, vec!["required".to_owned()]), "{to}");
    }
}

#[tokio::test]
async fn a_table_without_rows_is_refused_before_anything_is_asked() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let table = files.write("a.csv", "a;b;c\n");
    let (code, document) = ingest(&database, &table, &[]).await;
    assert_eq!(
        (code, rules(&document, "error")),
        (1, vec!["empty".to_owned()])
    );
}

#[tokio::test]
async fn a_file_whose_number_is_of_another_commune_is_refused() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let head = "dossier_instruction;dossier_autorisation_type_detaille;etat_dossier;code_insee\n";
    for (line, field) in [
        ("PC0441092600001;PCI;encours;44143\n", "commune"),
        ("DP0441092600001;PCI;encours;44109\n", "type"),
    ] {
        let list = files.write("export.csv", format!("{head}{line}"));
        let (code, document) = ingest(&database, &list, &["--mapping", "openads"]).await;
        let finding = &document["findings"][0];
        assert_eq!(
            (code, &finding["field"]),
            (1, &field.into()),
            "{document:#}"
        );
    }
}

#[tokio::test]
async fn a_list_of_another_application_is_recognised_by_its_columns() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let list = "REG_CODE;DEP_CODE;COMM;NUM_PA;ETAT_PA;DATE_REELLE_AUTORISATION;DATE_REELLE_DOC;\
                DATE_REELLE_DAACT;SEC_CADASTRE1;NUM_CADASTRE1;SUPERFICIE_TERRAIN\n\
                52;44;44109;04410926A0001;2;2026-02-13;;;AB;1;100\n";
    let list = files.write("liste.csv", list);
    let (code, document) = ingest(&database, &list, &[]).await;
    let question = &document["questions"][0];
    assert_eq!(
        (code, &question["option"]),
        (3, &"mapping".into()),
        "{document:#}"
    );
    assert_eq!(question["choices"][0]["value"], "sitadel-pa");
}
