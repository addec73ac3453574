//! What only the contributor can know is asked, never guessed: exit code 3 and the likely answers.

use serde_json::Value;

use super::files::{Files, ogr2ogr};
use super::{ingest, rules};
use crate::support::Database;

/// The option of the first question, and its choices' values.
fn asked(document: &Value) -> (String, Vec<String>) {
    assert_eq!(document["state"], "asked", "{document:#}");
    let question = &document["questions"][0];
    let choices = question["choices"].as_array().expect("choices");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (
        text(&question["option"]),
        choices
            .iter()
            .map(|choice| text(&choice["value"]))
            .collect(),
    )
}

const PARCELS: &str = "SELECT * FROM layer.parcelles WHERE commune = '44109'";

#[tokio::test]
async fn a_shapefile_without_prj_asks_for_its_system() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let cc47 = ["-t_srs", "EPSG:3947", "-nlt", "MULTIPOLYGON"];
    let file = files.export(&database, "parcelles.shp", PARCELS, &cc47);
    std::fs::remove_file(files.path("parcelles.prj")).expect("it was written");
    let (code, document) = ingest(&database, &file, &["--to", "parcelles"]).await;
    let (option, choices) = asked(&document);
    assert_eq!(
        (code, option.as_str(), choices[0].as_str()),
        (3, "crs", "EPSG:3947")
    );
    let (code, document) = ingest(
        &database,
        &file,
        &["--to", "parcelles", "--crs", &choices[0]],
    )
    .await;
    assert_eq!(
        (code, &document["state"]),
        (0, &"unchanged".into()),
        "{document:#}"
    );
    // The wrong answer is refused, with the right one.
    let (code, document) = ingest(
        &database,
        &file,
        &["--to", "parcelles", "--crs", "EPSG:2154"],
    )
    .await;
    assert_eq!(
        (code, rules(&document, "error")),
        (1, vec!["outside".to_owned()])
    );
    assert!(document["findings"].to_string().contains("--crs EPSG:3947"));
}

#[tokio::test]
async fn one_of_several_layers_or_collections_is_asked_for() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let two = files.export(&database, "deux.gpkg", PARCELS, &["-nln", "ancien"]);
    let two_text = two.to_str().expect("ours");
    let source = database.gdal();
    ogr2ogr(&[
        "-update", two_text, &source, "-sql", PARCELS, "-nln", "nouveau",
    ]);
    let (code, document) = ingest(&database, &two, &["--to", "parcelles"]).await;
    let (option, choices) = asked(&document);
    assert_eq!((code, option.as_str()), (3, "layer"));
    assert_eq!(choices, ["ancien", "nouveau"]);
    let named = ["--to", "parcelles", "--layer", "nouveau"];
    let (code, document) = ingest(&database, &two, &named).await;
    assert_eq!(
        (code, &document["state"]),
        (0, &"unchanged".into()),
        "{document:#}"
    );
    let (code, document) = ingest(&database, &two, &["--to", "parcelles", "--layer", "rien"]).await;
    assert_eq!((code, asked(&document).1), (3, choices));

    // What says by its columns what it is needs no --to, what does not is asked for.
    let (code, document) = ingest(&database, &two, &["--layer", "nouveau"]).await;
    assert_eq!(
        (code, &document["collection"]),
        (0, &"parcelles".into()),
        "{document:#}"
    );
    let point = "SELECT 'M1' AS identifiant, 'Piscine' AS nom, '44143' AS commune, \
                 ST_SetSRID(ST_MakePoint(354500, 6686500), 2154) AS geom";
    let facility = files.export(&database, "equipement.gpkg", point, &["-nln", "equipement"]);
    let (code, document) = ingest(&database, &facility, &[]).await;
    let (option, choices) = asked(&document);
    assert_eq!((code, option.as_str()), (3, "to"));
    assert!(
        choices.contains(&"piscines".to_owned()) && choices.contains(&"bibliotheques".to_owned())
    );
    assert_eq!(document["collection"], Value::Null);
}

#[tokio::test]
async fn columns_of_other_names_are_proposed_and_mapped() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let file = files.write(
        "annexes.csv",
        "identifiant;nom_mairie;type;code_insee;lon;lat;tarif\nM1;Annexe;mairie_annexe;44143;-1.55;47.17;3\n",
    );
    let (code, document) = ingest(&database, &file, &["--to", "mairies", "--dry-run"]).await;
    let (option, choices) = asked(&document);
    assert_eq!(
        (code, option.as_str(), choices[0].as_str()),
        (3, "map", "nom_mairie=nom")
    );
    assert!(
        document["reading"]
            .to_string()
            .contains("Colonnes ignorées : nom_mairie, tarif")
    );
    for pair in ["nom_mairie=nom", "nom=nom_mairie"] {
        let options = ["--to", "mairies", "--map", pair, "--dry-run"];
        let (code, document) = ingest(&database, &file, &options).await;
        assert_ne!(code, 3, "{pair}: {document:#}");
    }
    let options = ["--to", "mairies", "--map", "nulle_part=nom"];
    let (code, document) = ingest(&database, &file, &options).await;
    assert_eq!(
        (code, rules(&document, "error")),
        (1, vec!["map".to_owned()])
    );
}

#[tokio::test]
async fn a_scope_that_no_column_tells_is_asked_for_and_then_filled_in() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let file = files.write(
        "mairies.csv",
        "identifiant;nom;type;x_l93;y_l93\nM1;Mairie;mairie;354500;6686500\n",
    );
    let (code, document) = ingest(&database, &file, &["--to", "mairies"]).await;
    let (option, choices) = asked(&document);
    assert_eq!((code, option.as_str()), (3, "scope"));
    assert!(choices.contains(&"44143".to_owned()), "{choices:?}");
    let (code, document) = ingest(&database, &file, &["--to", "mairies", "--scope", "44143"]).await;
    assert_eq!(
        (code, &document["scope"]),
        (0, &"44143".into()),
        "{document:#}"
    );
    let commune: String = database.one("SELECT commune FROM layer.mairies").await;
    assert_eq!(commune, "44143");
    // Rows that say another scope are refused.
    let other = files.write(
        "autres.csv",
        "identifiant;nom;type;commune;x_l93;y_l93\nM2;Mairie;mairie;44109;354500;6688500\n",
    );
    let (code, document) =
        ingest(&database, &other, &["--to", "mairies", "--scope", "44143"]).await;
    assert_eq!(
        (code, rules(&document, "error")),
        (1, vec!["scope".to_owned()])
    );
}

#[tokio::test]
async fn a_delivery_that_removes_most_of_a_scope_is_asked_about() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let few = format!("{PARCELS} AND section = 'AB' AND numero <= '0050'");
    let file = files.export(&database, "peu.gpkg", &few, &["-nln", "parcelles"]);
    let (code, document) = ingest(&database, &file, &["--to", "parcelles"]).await;
    assert_eq!((code, asked(&document).0.as_str()), (3, "accept"));
    assert_eq!(document["counts"]["removed"], 50);
    let held: i64 = database.one("SELECT count(*) FROM layer.parcelles").await;
    assert_eq!(held, 400, "nothing is published before the answer");
    let (code, document) = ingest(&database, &file, &["--to", "parcelles", "--accept"]).await;
    assert_eq!(
        (code, &document["state"]),
        (0, &"published".into()),
        "{document:#}"
    );
    let held: i64 = database.one("SELECT count(*) FROM layer.parcelles").await;
    assert_eq!(held, 350);
}
