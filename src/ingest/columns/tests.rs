use std::path::Path;

use exchange::{Cell, Column, ColumnKind, Row, SourceLayer};

use super::*;
use crate::catalogue::Catalogue;

fn layer(id: &str) -> std::sync::Arc<Layer> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers");
    let catalogue = Catalogue::read(&folder).expect("the shipped catalogue");
    catalogue.get(id).expect("a shipped layer").clone()
}

fn source(names: &[&str]) -> SourceLayer {
    let column = |name: &&str| Column {
        name: (*name).to_owned(),
        kind: ColumnKind::Text,
        width: 0,
    };
    SourceLayer {
        name: "source".to_owned(),
        columns: names.iter().map(column).collect(),
        ..SourceLayer::default()
    }
}

/// `column → field` for what is matched.
fn matched(id: &str, names: &[&str]) -> Vec<String> {
    let (layer, source) = (layer(id), source(names));
    let made = matching(&layer, &source, &[]);
    assert_eq!(made.questions, [], "{names:?}");
    let pairs = layer.fields.iter().zip(&made.fields);
    let mut list: Vec<String> = pairs
        .filter_map(|(field, column)| column.map(|at| format!("{} {}", names[at], field.name)))
        .collect();
    list.sort();
    list
}

#[test]
fn names_aliases_and_titles_match_whatever_their_case_and_accents() {
    assert_eq!(
        matched(
            "ecoles",
            &[
                "CODE_ETABLISSEMENT",
                "Appellation officielle",
                "Nom",
                "Insee",
                "État",
                "Pupils"
            ]
        ),
        [
            "CODE_ETABLISSEMENT uai",
            "Insee commune",
            "Nom nom",
            "État etat"
        ]
    );
    assert_eq!(
        matched(
            "bibliotheques",
            &[
                "Horaires d'ouverture",
                "SITE WEB",
                "Type d’établissement",
                "Surface (m²)"
            ]
        ),
        [
            "Horaires d'ouverture horaires",
            "SITE WEB site",
            "Surface (m²) surface",
            "Type d’établissement type"
        ]
    );
}

#[test]
fn every_field_written_to_a_shapefile_is_found_again() {
    for id in [
        "adresses",
        "parcelles",
        "plum-zonage",
        "transports-scolaires",
        "servitudes",
    ] {
        let layer = layer(id);
        let names = shapefile::names(&layer);
        let cut: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
        let made = matching(&layer, &source(&cut), &[]);
        for (place, field) in layer.fields.iter().enumerate() {
            assert_eq!(made.fields[place], Some(place), "{id} {}", field.name);
        }
    }
    assert!(
        shapefile::names(&layer("adresses")).contains(&("commune__1".to_owned(), 4)),
        "as GDAL writes commune_deleguee_nom after commune_deleguee_insee"
    );
}

#[test]
fn a_cut_name_that_two_fields_share_is_not_taken() {
    let made = matched("adresses", &["certificat", "date_der_m", "LIBELLE_AB"]);
    assert_eq!(
        made,
        [
            "certificat certification_commune",
            "date_der_m date_der_maj"
        ]
    );
}

#[test]
fn two_columns_as_likely_are_asked_about_unless_they_say_the_same() {
    let layer = layer("mairies");
    let mut two = source(&["code_insee", "code_commune"]);
    let made = matching(&layer, &two, &[]);
    assert_eq!(made.questions.len(), 1);
    assert_eq!(made.questions[0].option, "map");
    let values: Vec<&str> = made.questions[0]
        .choices
        .iter()
        .map(|c| &c.value[..])
        .collect();
    assert_eq!(values, ["code_insee=commune", "code_commune=commune"]);

    let cell = |text: &str| Cell::Text(text.as_bytes().to_vec());
    two.sample = vec![Row {
        fid: 1,
        cells: vec![cell("44109"), cell("44109")],
        geometry: None,
    }];
    assert_eq!(matching(&layer, &two, &[]).questions, []);

    let wanted = resolve(
        &layer,
        &two.columns,
        &[("code_commune".into(), "commune".into())],
    );
    let made = matching(&layer, &two, &wanted.expect("known names"));
    let commune = layer
        .fields
        .iter()
        .position(|f| f.name == "commune")
        .expect("a field");
    assert_eq!(made.fields[commune], Some(1));
}

#[test]
fn columns_of_one_name_are_told_apart_by_their_place() {
    let layer = layer("mairies");
    let mut twins = source(&["identifiant", "nom", "nom", "nom"]);
    let cell = |text: &str| Cell::Text(text.as_bytes().to_vec());
    twins.sample = vec![Row {
        fid: 1,
        cells: ["1", "Mairie", "Annexe", ""].map(cell).to_vec(),
        geometry: None,
    }];
    let made = matching(&layer, &twins, &[]);
    let choices = &made.questions[0].choices;
    let values: Vec<&str> = choices.iter().map(|choice| &choice.value[..]).collect();
    assert_eq!(values, ["nom#1=nom", "nom#2=nom", "nom#3=nom"]);
    assert_eq!(
        choices[1].label,
        "la colonne n° 3 du fichier, « nom » (par exemple « Annexe »), donne « Nom »"
    );
    let field = layer.fields.iter().position(|field| field.name == "nom");
    let field = field.expect("a field");
    for (said, column) in [("nom#2", 2), ("nom#1", 1)] {
        let wanted = resolve(&layer, &twins.columns, &[(said.into(), "nom".into())]);
        let made = matching(&layer, &twins, &wanted.expect("known names"));
        assert_eq!(made.fields[field], Some(column), "{said}");
        assert_eq!(made.questions, [], "{said}");
    }
    for said in ["nom#4", "nom"] {
        let unknown = resolve(&layer, &twins.columns, &[(said.into(), "nom".into())]);
        let unknown = unknown.expect_err("none, or three").to_string();
        assert!(unknown.ends_with("nom#1, nom#2, nom#3"), "{unknown}");
    }
}

#[test]
fn what_is_close_is_proposed_for_a_required_field_and_never_taken() {
    let layer = layer("mairies");
    let names = ["nom_mairie", "xyz", "identifant"];
    let made = matching(&layer, &source(&names), &[]);
    assert_eq!(made.count(), 0);
    let field = |name: &str| layer.field(name).expect("a field");
    let first = |name: &str| proposal(field(name), &names).map(|q| q.choices[0].value.clone());
    assert_eq!(first("nom").as_deref(), Some("nom_mairie=nom"));
    assert_eq!(
        first("identifiant").as_deref(),
        Some("identifant=identifiant")
    );
    assert_eq!(first("code_postal"), None);
}

#[test]
fn a_pair_may_be_given_in_both_directions() {
    let layer = layer("mairies");
    let columns = source(&["libelle_lieu", "Téléphone", "nom"]).columns;
    let place = |name: &str| {
        layer
            .fields
            .iter()
            .position(|f| f.name == name)
            .expect("a field")
    };
    let pair =
        |left: &str, right: &str| resolve(&layer, &columns, &[(left.to_owned(), right.to_owned())]);
    assert_eq!(pair("libelle_lieu", "nom"), Ok(vec![(0, place("nom"))]));
    assert_eq!(pair("nom", "libelle_lieu"), Ok(vec![(0, place("nom"))]));
    // Both sides are fields: the left one is the column.
    assert_eq!(pair("nom", "adresse"), Ok(vec![(2, place("adresse"))]));
    assert_eq!(
        pair("telephone", "courriel"),
        Ok(vec![(1, place("courriel"))])
    );
    let unknown = pair("libelle_lieu", "bidon").expect_err("no field");
    assert!(
        unknown.to_string().contains("identifiant, nom, type"),
        "{unknown}"
    );
    let unknown = pair("nulle_part", "nom").expect_err("no column");
    assert!(
        unknown.to_string().contains("libelle_lieu, Téléphone"),
        "{unknown}"
    );
    let twice =
        [("libelle_lieu", "nom"), ("Téléphone", "nom")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert!(matches!(
        resolve(&layer, &columns, &twice),
        Err(Unknown::Twice(_))
    ));
}
