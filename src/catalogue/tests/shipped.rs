//! The layers that the repository ships, and the guide's example.

use std::path::{Path, PathBuf};

use super::folder;
use crate::catalogue::{Audience, Catalogue, Field};

/// The layers that the repository ships.
fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("layers")
}

#[test]
fn shipped_layers_pass_and_come_in_drawing_order() {
    let catalogue =
        Catalogue::read(&shipped()).unwrap_or_else(|error| panic!("{}", error.render()));
    let expected = [
        "adresses",
        "bassins-de-vie",
        "batiments",
        "bibliotheques",
        "cameras-csu",
        "communes",
        "dossiers-ads",
        "ecoles",
        "ecoles-de-musique",
        "leves-topographiques",
        "mairies",
        "parcelles",
        "piscines",
        "plum-informations",
        "plum-prescriptions",
        "plum-zonage",
        "poles-de-proximite",
        "secteurs-craiol",
        "sections",
        "servitudes",
        "sites-archives",
        "transports-scolaires",
    ];
    let mut ids: Vec<_> = catalogue
        .layers()
        .iter()
        .map(|layer| layer.id.as_str())
        .collect();
    assert!(
        catalogue
            .layers()
            .is_sorted_by_key(|layer| layer.style.order)
    );
    ids.sort_unstable();
    assert_eq!(ids, expected);
}

#[test]
fn shipped_layers_answer_the_questions_of_other_rooms() {
    let catalogue = Catalogue::read(&shipped()).expect("shipped layers are valid");
    let parcels = catalogue.get("parcelles").expect("parcelles is shipped");
    let names = |zoom| -> Vec<_> {
        parcels
            .attributes_at(zoom)
            .iter()
            .map(|field| field.name.clone())
            .collect()
    };
    assert_eq!(names(9), [""; 0]);
    assert_eq!(names(13), ["commune", "prefixe", "section"]);
    assert_eq!(names(14), names(13));
    assert_eq!(
        names(15),
        [
            "commune",
            "prefixe",
            "section",
            "idu",
            "numero",
            "contenance"
        ]
    );
    assert!(parcels.is_generalised_at(13) && !parcels.is_generalised_at(14));
    assert_eq!(
        parcels.commune_field().map(|field| field.name.as_str()),
        Some("commune")
    );
    let idu = parcels
        .field("idu")
        .and_then(Field::matcher)
        .expect("idu has a pattern");
    assert!(idu.matches("44109000AB0123") && idu.matches("2A004000ZC0063"));
    assert!(idu.matches("97411000010001") && idu.matches("570010000A0001"));
    assert!(!idu.matches("44109000AB0123 ") && !idu.matches("x44109000AB0123"));

    // Reports show an example, never the pattern.
    for layer in catalogue.layers() {
        let mut shaped = layer.fields.iter().filter(|field| field.pattern.is_some());
        let lacking = shaped.find(|field| field.example.is_none());
        assert_eq!(lacking.map(|field| &field.name), None, "{}", layer.id);
    }

    let zones = catalogue
        .get("plum-zonage")
        .expect("plum-zonage is shipped");
    assert_eq!(zones.table(), "plum_zonage");
    assert_eq!(zones.key_fields().count(), 0);
    let kind = zones
        .field("typezone")
        .and_then(|field| field.label_of("AUc"));
    assert_eq!(kind, Some("Zone à urbaniser"));

    let files = catalogue
        .get("dossiers-ads")
        .expect("dossiers-ads is shipped");
    let personal: Vec<_> = files
        .personal_fields()
        .map(|field| field.name.as_str())
        .collect();
    // What happens while a file is instructed is posted no more than who asks.
    let hidden = |name: &&str| name.starts_with("demandeur") || *name == "evenements";
    assert!(personal.contains(&"demandeur") && personal.iter().all(hidden));
    assert!(
        files
            .public_fields()
            .all(|field| !field.name.starts_with("demandeur"))
    );
    let number = files
        .field("numero")
        .and_then(Field::matcher)
        .expect("numero has a pattern");
    assert!(number.matches("PC 044 109 22 A0001") && number.matches("DP 02A 004 26 00012 M01"));
    assert!(!number.matches("PC0441092200001"));

    let communes = catalogue.get("communes").expect("communes is shipped");
    assert_eq!(
        communes.commune_field().map(|field| field.name.as_str()),
        Some("code_insee")
    );
    assert!(
        communes
            .field("nom")
            .is_some_and(|field| field.answers_to("NOM_COM"))
    );
    assert!(catalogue.get("inconnue").is_none() && catalogue.get("'; drop").is_none());
}

#[test]
fn a_layer_with_personal_or_inner_data_is_not_open_by_mistake() {
    let catalogue = Catalogue::read(&shipped()).expect("shipped layers are valid");
    let audience = |id: &str| catalogue.get(id).map(|layer| layer.audience);
    assert_eq!(audience("sites-archives"), Some(Audience::Member));
    assert_eq!(audience("cameras-csu"), Some(Audience::Restricted));
    assert_eq!(audience("secteurs-craiol"), Some(Audience::Restricted));
    let closed = catalogue
        .layers()
        .iter()
        .filter(|layer| layer.audience != Audience::Open);
    assert_eq!(closed.count(), 3);
}

/// The guide's example is a layer that this program reads.
#[test]
fn the_example_of_the_guide_is_a_valid_layer() {
    let guide = include_str!("../../../docs/layers.md");
    let example = guide
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("the guide has an example");
    let communes = include_str!("../../../layers/communes.toml");
    let read = folder(&[("composteurs.toml", example), ("communes.toml", communes)]);
    let catalogue = read.unwrap_or_else(|error| panic!("{}", error.render()));
    assert!(catalogue.get("composteurs").is_some());
}

#[test]
fn what_is_restricted_or_merges_is_not_handed_over() {
    let catalogue = Catalogue::read(&shipped()).expect("the shipped layers");
    let kept: Vec<&str> = catalogue
        .layers()
        .iter()
        .filter(|layer| !layer.is_handed_over())
        .map(|layer| layer.id.as_str())
        .collect();
    for id in ["cameras-csu", "secteurs-craiol", "dossiers-ads"] {
        assert!(kept.contains(&id), "{kept:?}");
    }
    assert!(!kept.contains(&"piscines") && !kept.contains(&"parcelles"));
}
