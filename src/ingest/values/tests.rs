mod numbers;
mod words;

use std::path::Path;

use super::*;
use crate::catalogue::Catalogue;
use crate::model::Insee;

fn layer(id: &str) -> std::sync::Arc<Layer> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers");
    let catalogue = Catalogue::read(&folder).expect("the shipped catalogue");
    catalogue.get(id).expect("a shipped layer").clone()
}

fn communes() -> Vec<CommuneNames> {
    vec![CommuneNames {
        insee: Insee::try_from("44150".to_owned()).expect("a code"),
        name: "Saint-Aignan-de-Grand-Lieu".to_owned(),
        aliases: vec!["Saint-Aignan-Grandlieu".to_owned()],
        postcodes: Vec::new(),
    }]
}

/// What a value becomes in a field, and `severity rule` of what is said.
fn checked(id: &str, field: &str, given: Given, repair: bool) -> (Typed, Vec<String>) {
    let layer = layer(id);
    let mut rules = Rules::new(&layer, &communes(), chrono_tz::Europe::Paris, repair);
    let place = layer
        .fields
        .iter()
        .position(|f| f.name == field)
        .expect("a field");
    let mut notes = Notes::default();
    let value = rules.one(place, given, &|| "7".into(), &mut notes);
    let (findings, _) = notes.finish();
    let said = |finding: &Finding| {
        assert_eq!(finding.feature.as_deref(), Some("7"));
        assert_eq!(finding.field.as_deref(), Some(field));
        format!("{:?} {}", finding.severity, finding.rule)
    };
    (value, findings.iter().map(said).collect())
}

fn text(value: &str) -> Given {
    Given::Text(value.to_owned())
}

fn day(year: i32, month: u32, day: u32) -> Typed {
    Typed::Date(NaiveDate::from_ymd_opt(year, month, day).expect("a day"))
}

#[test]
fn an_identifier_says_what_its_parts_say() {
    let layer = layer("parcelles");
    let mut rules = Rules::new(&layer, &communes(), chrono_tz::Europe::Paris, false);
    let mut said = |idu: &str, section: &str| {
        let value = |name: &str| match name {
            "idu" => text(idu),
            "commune" => text("44109"),
            "prefixe" => text("000"),
            "section" => text(section),
            "numero" => text("0012"),
            "feuille" => text("44109000AB01"),
            _ => Given::Absent,
        };
        let given = layer
            .fields
            .iter()
            .map(|field| value(&field.name))
            .collect();
        let mut notes = Notes::default();
        rules.check(given, &|| "7".into(), &mut notes);
        let (found, _) = notes.finish();
        (found.iter())
            .map(|one| one.field.clone().unwrap_or_default())
            .collect::<Vec<_>>()
    };
    assert_eq!(said("44109000AB0012", "AB"), [] as [&str; 0]);
    assert_eq!(said("44143000AB0012", "AB"), ["idu"]);
    assert_eq!(said("44109000AB0012", "AC"), ["idu", "feuille"]);
}

#[test]
fn days_are_read_as_people_and_programs_write_them() {
    for given in [
        text("2026-03-31"),
        text("2026/03/31"),
        text("31/03/2026"),
        text("31-3-2026"),
        text("31.03.2026"),
        text("20260331"),
        text("2026-03-31T10:00:00Z"),
        Given::Integer(20_260_331),
        Given::Real(20_260_331.0),
    ] {
        let found = checked("parcelles", "date_maj", given.clone(), false);
        assert_eq!(found, (day(2026, 3, 31), Vec::new()), "{given:?}");
    }
    for absent in ["00000000", "0000-00-00", "  ", "0"] {
        let found = checked("parcelles", "date_maj", text(absent), false);
        assert_eq!(found, (Typed::Null, Vec::new()), "{absent}");
    }
    let serial = checked("parcelles", "date_maj", Given::Real(46_112.0), false);
    assert_eq!(serial, (day(2026, 3, 31), vec!["Warning type".to_owned()]));
    for wrong in [
        "202603",
        "31/02/2026",
        "31/03/26",
        "hier",
        "20261331",
        "0002-01-01",
        "2026",
    ] {
        let found = checked("parcelles", "date_maj", text(wrong), false);
        assert_eq!(
            found,
            (Typed::Null, vec!["Error type".to_owned()]),
            "{wrong}"
        );
    }
}

#[test]
fn truth_is_read_in_french_and_in_numbers() {
    for (given, truth) in [
        (text("Oui"), true),
        (text("n"), false),
        (text("VRAI"), true),
        (text("0"), false),
        (Given::Integer(1), true),
    ] {
        let found = checked("parcelles", "arpente", given.clone(), false);
        assert_eq!(found, (Typed::Boolean(truth), Vec::new()), "{given:?}");
    }
    assert_eq!(
        checked("parcelles", "arpente", text("peut-être"), false).1,
        ["Error type"]
    );
    assert_eq!(
        checked("parcelles", "arpente", Given::Integer(2), false).1,
        ["Error type"]
    );
}

#[test]
fn a_label_instead_of_a_code_is_refused_with_its_repair() {
    let (field, label) = ("type", "Médiathèque");
    let refused = checked("bibliotheques", field, text(label), false);
    assert_eq!(refused.1, ["Error domain"]);
    let mended = checked("bibliotheques", field, text(label), true);
    let expected = Typed::Text("mediatheque".to_owned());
    assert_eq!(mended, (expected, vec!["Repair domain".to_owned()]));
    assert_eq!(
        checked("bibliotheques", field, text("mediatheque"), false).1,
        [] as [&str; 0]
    );
    assert_eq!(
        checked("bibliotheques", field, text("gare"), true).1,
        ["Error domain"]
    );
    let padded = checked("batiments", field, Given::Integer(1), true);
    assert_eq!(
        padded,
        (
            Typed::Text("01".to_owned()),
            vec!["Repair domain".to_owned()]
        )
    );
}

#[test]
fn a_code_that_would_begin_with_a_zero_is_none_of_a_territory_without() {
    let code = |value: &str| checked("mairies", "code_postal", text(value), true).1;
    assert_eq!(code("4483"), ["Error pattern"]);
    assert_eq!(code("44830"), [] as [&str; 0]);
}

#[test]
fn letters_that_were_lost_are_told() {
    let of = |value: &str| checked("mairies", "nom", text(value), false).1;
    for lost in ["Biblioth?que", "Salle de l'?tang"] {
        assert_eq!(of(lost), ["Warning encoding"], "{lost}");
    }
    for kept in [
        "Ouvert ?",
        "http://a.fr/?x",
        "Ouvert?Oui",
        "Est-ce vrai? Oui",
    ] {
        assert_eq!(of(kept), [] as [&str; 0], "{kept}");
    }
}

#[test]
fn patterns_are_matched_whole_and_zeros_given_back() {
    assert_eq!(
        checked("parcelles", "idu", text("44109000AB0001"), false).1,
        [] as [&str; 0]
    );
    assert_eq!(
        checked("parcelles", "idu", text("44109000AB00012"), true).1,
        ["Error pattern"]
    );
    assert_eq!(
        checked("parcelles", "numero", Given::Integer(12), false).1,
        ["Error pattern"]
    );
    let padded = checked("parcelles", "numero", Given::Integer(12), true);
    assert_eq!(
        padded,
        (
            Typed::Text("0012".to_owned()),
            vec!["Repair pattern".to_owned()]
        )
    );
    let upper = checked("parcelles", "section", text("ab"), true);
    assert_eq!(
        upper,
        (
            Typed::Text("AB".to_owned()),
            vec!["Repair pattern".to_owned()]
        )
    );
}

#[test]
fn outer_spaces_are_said_and_kept_unless_mended() {
    let kept = checked("mairies", "nom", text(" Mairie "), false);
    assert_eq!(
        kept,
        (
            Typed::Text(" Mairie ".to_owned()),
            vec!["Warning spaces".to_owned()]
        )
    );
    let mended = checked("mairies", "nom", text(" Mairie "), true);
    assert_eq!(
        mended,
        (
            Typed::Text("Mairie".to_owned()),
            vec!["Repair spaces".to_owned()]
        )
    );
    let code = checked("mairies", "code_postal", text("44000 "), false);
    assert_eq!(code.1, ["Error pattern"]);
    assert_eq!(
        checked("mairies", "code_postal", text("44000 "), true).1,
        ["Repair spaces"]
    );
}

#[test]
fn spaces_inside_are_made_one_where_they_are_too_many() {
    for (given, tidy) in [
        ("Mairie  annexe", "Mairie annexe"),
        ("Mairie\u{a0}annexe", "Mairie annexe"),
        ("Mairie\t annexe", "Mairie annexe"),
        ("\u{a0}Mairie\u{a0}\u{a0}annexe", "Mairie annexe"),
        ("Mairie\u{200b} annexe à", "Mairie annexe à"),
    ] {
        let told = checked("mairies", "nom", text(given), false);
        assert_eq!(told.1, ["Warning spaces"], "{given:?}");
        let mended = checked("mairies", "nom", text(given), true);
        let expected = (
            Typed::Text(tidy.to_owned()),
            vec!["Repair spaces".to_owned()],
        );
        assert_eq!(mended, expected, "{given:?}");
    }
    for sound in [
        "Ouvert\u{a0}: lundi",
        "«\u{a0}Le Lieu\u{a0}»",
        "lundi\n  mardi",
        "1\u{202f}200 m²",
        "Île d’Oré",
    ] {
        let said = checked("mairies", "horaires", text(sound), false).1;
        assert_eq!(said, [] as [&str; 0], "{sound:?}");
    }
}

#[test]
fn identifiers_that_a_spreadsheet_or_the_cadastre_wrote_otherwise_are_mended() {
    for (id, field, given, meant) in [
        ("parcelles", "section", " A", "0A"),
        ("parcelles", "section", "a", "0A"),
        ("parcelles", "idu", "44109000 A0012", "441090000A0012"),
        ("parcelles", "idu", "44109 000 ab 0012", "44109000AB0012"),
        ("mairies", "commune", "2a004", "2A004"),
    ] {
        let told = checked(id, field, text(given), false).1;
        assert!(
            told.contains(&"Error pattern".to_owned()),
            "{given}: {told:?}"
        );
        let (mended, said) = checked(id, field, text(given), true);
        assert_eq!(mended, Typed::Text(meant.to_owned()), "{given}");
        assert!(
            said.iter().all(|one| one.starts_with("Repair")),
            "{given}: {said:?}"
        );
    }
}

#[test]
fn a_value_near_one_of_the_domain_is_proposed() {
    let layer = layer("plum-zonage");
    let mut rules = Rules::new(&layer, &communes(), chrono_tz::Europe::Paris, true);
    let place = (layer.fields.iter())
        .position(|f| f.name == "typezone")
        .expect("a field");
    let mut notes = Notes::default();
    rules.one(place, text("AUcc"), &|| "7".into(), &mut notes);
    rules.one(place, text("gare"), &|| "8".into(), &mut notes);
    let (found, _) = notes.finish();
    assert!(
        found[0]
            .advice
            .starts_with("Vouliez-vous dire « AUc » (Zone à urbaniser)"),
        "{}",
        found[0].advice
    );
    assert!(
        found[1].advice.starts_with("Valeurs : U"),
        "{}",
        found[1].advice
    );
}

#[test]
fn broken_texts_are_refused_and_mended() {
    let broken = checked("mairies", "nom", text("Mairie de RezÃ©"), false);
    assert_eq!(broken.1, ["Error encoding"]);
    let mended = checked("mairies", "nom", text("Mairie de RezÃ© "), true);
    assert_eq!(mended.0, Typed::Text("Mairie de Rezé".to_owned()));
    assert_eq!(mended.1, ["Repair encoding", "Repair spaces"]);
    assert_eq!(
        checked("mairies", "nom", text("Rez\u{fffd}"), true).1,
        ["Error encoding"]
    );
    let nul = checked("mairies", "nom", text("Re\0zé"), true);
    assert_eq!(
        nul,
        (
            Typed::Text("Rezé".to_owned()),
            vec!["Error encoding".to_owned()]
        )
    );
}

#[test]
fn a_commune_may_be_named_instead_of_coded() {
    for name in ["Saint-Aignan-Grandlieu", "SAINT AIGNAN DE GRAND LIEU"] {
        let found = checked("mairies", "commune", text(name), false);
        assert_eq!(
            found,
            (Typed::Text("44150".to_owned()), Vec::new()),
            "{name}"
        );
    }
    assert_eq!(
        checked("mairies", "commune", text("Paris"), false).1,
        ["Error pattern"]
    );
    assert_eq!(
        checked("mairies", "commune", Given::Absent, false).1,
        ["Error required"]
    );
}
