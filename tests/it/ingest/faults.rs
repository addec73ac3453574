//! Faulty files come back with a report that names what is wrong, where, and what to do; nothing is
//! published.

use serde_json::Value;

use super::files::Files;
use super::{ingest, rules};
use crate::support::Database;

/// Parcels of a sheet, with expressions in the place of columns.
fn parcels(changes: &[(&str, &str)]) -> String {
    let columns = [
        "idu",
        "commune",
        "prefixe",
        "section",
        "numero",
        "contenance",
        "feuille",
        "date_maj",
        "geom",
    ];
    let column = |name: &&str| {
        let change = changes.iter().find(|(changed, _)| changed == name);
        change.map_or((*name).to_owned(), |(_, expression)| {
            format!("{expression} AS {name}")
        })
    };
    let list: Vec<String> = columns.iter().map(column).collect();
    format!(
        "SELECT {} FROM layer.parcelles WHERE feuille = '44109000AB01'",
        list.join(", ")
    )
}

/// The findings of a rule.
fn of<'a>(document: &'a Value, rule: &str) -> Vec<&'a Value> {
    let findings = document["findings"].as_array().expect("findings");
    findings
        .iter()
        .filter(|finding| finding["rule"] == rule)
        .collect()
}

#[tokio::test]
async fn values_that_fields_do_not_take_are_each_named() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let seven =
        |value: &str, other: &str| format!("CASE numero WHEN '0007' THEN {value} ELSE {other} END");
    for (name, field, expression, rule, words) in [
        ("required", "contenance", seven("NULL", "1"), None, ""),
        (
            "required2",
            "idu",
            seven("NULL", "idu"),
            Some("required"),
            "obligatoire",
        ),
        (
            "pattern",
            "idu",
            seven("'44109000AB07'", "idu"),
            Some("pattern"),
            "forme",
        ),
        (
            "type",
            "contenance",
            seven("'douze'", "contenance::text"),
            Some("type"),
            "nombre",
        ),
        (
            "date",
            "date_maj",
            seven("'31/02/2026'", "'31/01/2026'"),
            Some("type"),
            "n’existe pas",
        ),
        (
            "mojibake",
            "prefixe",
            seven("'00Ã©'", "prefixe"),
            Some("encoding"),
            "encodage",
        ),
    ] {
        let query = parcels(&[(field, &expression)]);
        let file = files.export(
            &database,
            &format!("{name}.gpkg"),
            &query,
            &["-nln", "parcelles"],
        );
        let options = ["--to", "parcelles", "--accept", "--dry-run"];
        let (code, document) = ingest(&database, &file, &options).await;
        let Some(rule) = rule else {
            assert_eq!(code, 0, "{name} {document:#}");
            continue;
        };
        assert_eq!(
            (code, &document["state"]),
            (1, &"rejected".into()),
            "{name} {document:#}"
        );
        let found = of(&document, rule);
        assert_eq!(found.len(), 1, "{name} {document:#}");
        assert_eq!(found[0]["severity"], "error");
        assert_eq!(found[0]["field"], field);
        assert!(found[0]["feature"].is_string(), "{name}");
        assert!(
            found[0]["message"].as_str().expect("words").contains(words),
            "{name} {document:#}"
        );
        assert!(
            !found[0]["advice"].as_str().expect("words").is_empty(),
            "{name}"
        );
    }
    let held: i64 = database.one("SELECT max(version) FROM publication").await;
    let before: i64 = database
        .one("SELECT max(version) FROM publication WHERE comment = 'fixture'")
        .await;
    assert_eq!(held, before, "nothing was published");
}

#[tokio::test]
async fn what_can_be_mended_is_listed_and_mended_when_asked() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let text = "identifiant;nom;type;commune;x_l93;y_l93\n\
                M1; Mairie de RezÃ©;Mairie annexe;44143;354500;6686500\n";
    let file = files.write("mairies.csv", text);
    let (code, document) = ingest(&database, &file, &["--to", "mairies"]).await;
    assert_eq!(
        (code, rules(&document, "error")),
        (1, vec!["domain".to_owned(), "encoding".to_owned()])
    );
    assert!(
        of(&document, "domain")[0]["advice"]
            .as_str()
            .expect("words")
            .contains("--repair")
    );
    let (code, document) = ingest(&database, &file, &["--to", "mairies", "--repair"]).await;
    assert_eq!(
        (code, &document["state"]),
        (0, &"published".into()),
        "{document:#}"
    );
    assert_eq!(rules(&document, "repair"), ["domain", "encoding", "spaces"]);
    let kept: String = database
        .one("SELECT nom || '/' || type FROM layer.mairies")
        .await;
    assert_eq!(kept, "Mairie de Rezé/mairie_annexe");
}

#[tokio::test]
async fn encodings_are_seen_and_lies_about_them_told() {
    let files = Files::new();
    let text = "identifiant;nom;type;commune;adresse;x_l93;y_l93\n\
                M1;Mairie de Rezé;mairie;44143;Allée de l'Île à côté;354500;6686500\n";
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let latin: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
    let dos: Vec<u8> = text
        .chars()
        .map(|letter| match letter {
            'é' => 0x82,
            'à' => 0x85,
            'ô' => 0x93,
            'Î' => 0xD7,
            letter => letter as u8,
        })
        .collect();
    for (name, bytes, options) in [
        ("utf8", text.as_bytes().to_vec(), &[][..]),
        ("bom", ["\u{feff}", text].concat().into_bytes(), &[]),
        ("utf16", utf16, &[]),
        ("latin", latin.clone(), &[]),
        ("dos", dos, &[]),
        ("said", latin, &["--encoding", "latin1"]),
    ] {
        let database = Database::clone_template().await;
        let file = files.write(&format!("{name}.csv"), bytes);
        let (code, document) =
            ingest(&database, &file, &[options, &["--to", "mairies"]].concat()).await;
        assert_eq!(code, 0, "{name} {document:#}");
        let kept: String = database
            .one("SELECT nom || ', ' || adresse FROM layer.mairies")
            .await;
        assert_eq!(kept, "Mairie de Rezé, Allée de l'Île à côté", "{name}");
    }
    let database = Database::clone_template().await;
    let query = "SELECT 'M1' AS identifiant, 'Mairie de Rezé' AS nom, 'mairie' AS type, '44143' AS commune, \
                 ST_SetSRID(ST_MakePoint(354500, 6686500), 2154) AS geom";
    let file = files.export(
        &database,
        "mairies.shp",
        query,
        &["-a_srs", "EPSG:2154", "-lco", "ENCODING=CP1252"],
    );
    files.write("mairies.cpg", "UTF-8");
    let (code, document) = ingest(&database, &file, &["--to", "mairies"]).await;
    assert_eq!(
        (code, rules(&document, "warning")),
        (0, vec!["encoding".to_owned()]),
        "{document:#}"
    );
    let kept: String = database.one("SELECT nom FROM layer.mairies").await;
    assert_eq!(kept, "Mairie de Rezé");
}

#[tokio::test]
async fn what_is_no_data_is_refused_with_the_formats_that_are_read() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let pdf = files.write("plan.pdf", b"%PDF-1.4\n1 0 obj\n");
    let (code, document) = ingest(&database, &pdf, &["--to", "mairies"]).await;
    assert_eq!(
        (code, rules(&document, "error")),
        (1, vec!["format".to_owned()])
    );
    assert!(
        document["findings"][0]["advice"]
            .as_str()
            .expect("words")
            .contains("GeoPackage")
    );
    let plan = files.write("plan.dwg", b"AC1032\0\0\0\0\0\0");
    let (_, document) = ingest(&database, &plan, &["--to", "mairies"]).await;
    let finding = document["findings"][0].to_string();
    assert!(
        finding.contains("dessin DWG") && finding.contains("en DXF"),
        "{finding}"
    );
    let whole = files.export(
        &database,
        "whole.gpkg",
        &parcels(&[]),
        &["-nln", "parcelles"],
    );
    let bytes = std::fs::read(whole).expect("it was written");
    let cut = files.write("cut.gpkg", &bytes[..bytes.len() / 3]);
    let (code, document) = ingest(&database, &cut, &["--to", "parcelles", "--dry-run"]).await;
    assert_eq!(
        (code, rules(&document, "error")),
        (1, vec!["damaged".to_owned()]),
        "{document:#}"
    );
    let empty = files.export(
        &database,
        "vide.gpkg",
        &format!("{} AND false", parcels(&[])),
        &["-nln", "parcelles"],
    );
    let (code, document) = ingest(&database, &empty, &["--to", "parcelles"]).await;
    assert_eq!(
        (code, rules(&document, "error")),
        (1, vec!["empty".to_owned()]),
        "{document:#}"
    );
}

#[tokio::test]
async fn a_zipped_shapefile_in_cc47_is_one_dataset() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let options = [
        "-t_srs",
        "EPSG:3947",
        "-nlt",
        "MULTIPOLYGON",
        "-lco",
        "ENCODING=ISO-8859-1",
    ];
    files.export(&database, "parcelles.shp", &parcels(&[]), &options);
    let members = [
        "parcelles.shp",
        "parcelles.shx",
        "parcelles.dbf",
        "parcelles.prj",
    ];
    let archive = files.zip("Livraison été.zip", &members);
    let (code, document) = ingest(
        &database,
        &archive,
        &["--to", "parcelles", "--dry-run", "--accept"],
    )
    .await;
    assert_eq!(code, 0, "{document:#}");
    assert!(
        document["reading"].to_string().contains("EPSG:3947"),
        "{document:#}"
    );
}

#[tokio::test]
async fn the_same_data_in_two_formats_is_told_once() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let options = ["-nln", "parcelles", "-t_srs", "EPSG:4326"];
    for name in ["a.gpkg", "b.geojson"] {
        files.export(&database, name, &parcels(&[]), &options);
    }
    let archive = files.zip("lot.zip", &["a.gpkg", "b.geojson"]);
    let (code, document) = ingest(&database, &archive, &["--to", "parcelles"]).await;
    let found = of(&document, "unique");
    assert_eq!((code, found.len()), (1, 1), "{document:#}");
    let message = found[0]["message"].as_str().expect("words");
    assert!(
        message.contains("deux fois")
            && message.contains("a.gpkg")
            && message.contains("b.geojson"),
        "{message}"
    );
}
