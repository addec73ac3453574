//! Whatever the writing, the same parcel; whatever the text, an answer.

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::{TimeVal, TimeValLike as _};
use proptest::prelude::*;

use super::{Context, Outcome, Places, code, parse};
use crate::model::Idu;

/// A parcel anywhere: mainland, Corsica, overseas, Alsace-Moselle.
fn parcels() -> impl Strategy<Value = Idu> {
    let commune = prop_oneof![
        Just("44109"),
        Just("44143"),
        Just("01004"),
        Just("2A004"),
        Just("2B033"),
        Just("97411"),
        Just("75101"),
        Just("44010"),
        Just("67482"),
    ];
    let prefix = prop_oneof![4 => Just("000".to_owned()), 1 => "0[1-9][0-9]", 1 => "[1-9][0-9]{2}"];
    let section = prop_oneof!["[A-Z]", "[A-Z]{2}"];
    (commune, prefix, section, 1_u16..=9999).prop_map(|(commune, prefix, section, number)| {
        Idu::new(&code(commune), &prefix, &section, number).expect("a parcel")
    })
}

/// The writings of a parcel.
fn writings(idu: &Idu) -> Vec<String> {
    let (commune, prefix) = (idu.commune(), idu.prefix());
    let (padded, number) = (idu.section(), idu.number());
    let section = padded.trim_start_matches('0');
    let short = number.trim_start_matches('0');
    let (department, three) = commune.split_at(2);
    let spaced = format!("{section:>2}");
    let mut found = vec![
        idu.to_string(),
        format!("{department}0{three}{prefix}{padded}{number}"),
        format!("{commune} {prefix} {padded} {number}"),
        format!("{commune} {prefix} {section} {short}"),
        format!("{commune}{prefix} {section} {short}"),
        format!("{commune}{prefix}{section}{short}").replace("67482", "67482 "),
        format!("{commune}-{prefix}-{section}-{number}"),
        format!("{commune}/{prefix}/{section}/{short}"),
        format!("{commune}{prefix}{spaced}{number}"),
        format!("{department} {three} {prefix} {section} {short}"),
        format!("{department}0{three}{prefix}{spaced}{number}"),
        format!("commune {commune} préfixe {prefix} section {section} numéro {short}"),
        format!("code_insee={commune}&com_abs={prefix}&section={padded}&numero={number}"),
        format!("{commune} préfixe {prefix} section {section}, parcelle n° {short}"),
        format!("numéro {short} section {section} préfixe {prefix}").replace(' ', " "),
    ];
    found.pop();
    if prefix == "000" {
        found.extend([
            format!("{commune} {section} {short}"),
            format!("{commune} section {section} n° {number}"),
            format!("n° {short} section {section} commune {commune}"),
            format!("section {section} n° {short} ({commune})"),
            format!("parcelle {section} {short}, {commune}"),
        ]);
    }
    let lower: Vec<String> = found.iter().map(|text| text.to_lowercase()).collect();
    found.extend(lower);
    found
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_writing_of_a_parcel_is_that_parcel(idu in parcels()) {
        let places = Places::default();
        let context = Context { commune: None, places: &places };
        for text in writings(&idu) {
            prop_assert_eq!(parse(&text, &context), Outcome::Parcels(vec![idu.clone()]), "{}", text);
        }
    }

    #[test]
    fn writings_of_several_parcels_are_those_parcels(list in prop::collection::vec(parcels(), 1..6)) {
        let places = Places::default();
        let context = Context { commune: None, places: &places };
        let mut once: Vec<Idu> = Vec::new();
        for idu in &list {
            if !once.contains(idu) {
                once.push(idu.clone());
            }
        }
        for separator in [", ", ";", "\n", " et ", "|", " "] {
            let text = list.iter().map(|idu| idu.as_str()).collect::<Vec<_>>().join(separator);
            prop_assert_eq!(parse(&text, &context), Outcome::Parcels(once.clone()), "{}", text);
        }
    }

    #[test]
    fn edigeo_takes_the_departement_of_the_reader(idu in parcels()) {
        let places = Places::default();
        let commune = code(idu.commune());
        let context = Context { commune: Some(&commune), places: &places };
        let text = &idu.as_str()[2..];
        prop_assert_eq!(parse(text, &context), Outcome::Parcels(vec![idu.clone()]), "{}", text);
    }

    #[test]
    fn no_text_is_too_strange(text in "\\PC{0,80}") {
        let places = super::places();
        let commune = code("44109");
        parse(&text, &Context { commune: Some(&commune), places: &places });
        parse(&text, &Context { commune: None, places: &places });
    }

    #[test]
    fn no_scrap_of_a_reference_is_too_strange(words in prop::collection::vec(
        prop::sample::select(vec![
            "AB", "A", "ab", "0A", "à", "a", "au", "et", "ou", "de", "n°", "N", "no", "section", "numéro", "préfixe",
            "parcelle", "commune", "Nantes", "Rezé", "St", "44109", "44109000", "440109", "109000", "000", "045",
            "12", "123", "0123", "12345", "67482", "05", "2A", "2A004", ",", ";", "-", "/", "(", ")", "p", "m²",
            "ha", "ca", "lieudit", "superficie", "PC", "22", "A0001", "M01", "\n", "|", "_", ".", "?", "1", "2",
            "lots", "lot", "ex", "zone", "UMa", "1AU", "R", "+", "4a50", "M2", "m", "1/4", "(2023)", "[", "]", ":", "=",
            "plan", "tél", "en", "2024", "€", "%", "10h30", "ZAC", "ZI", "rue", "mai", "étage", "SP", "DP", "N°",
            "RD", "M.", "Dupont", "Saint", "Clisson", "maison", "ruches", "\t", "@", "https", "bâtiment", "le", "24",
            "article", "réf", "Mme", "x", "d'", "domicilié", "Section;Numéro\n", "044109000",
        ]), 0..14), glue in prop::collection::vec(any::<bool>(), 14))
    {
        let text: String = words.iter().zip(&glue)
            .flat_map(|(word, glued)| [*word, if *glued { "" } else { " " }])
            .collect();
        let places = super::places();
        for commune in ["44109", "67482", "2A004"].map(code) {
            parse(&text, &Context { commune: Some(&commune), places: &places });
        }
    }
}

/// Seconds of the processor that this thread has taken: what others do meanwhile does not count.
fn worked() -> f64 {
    let used = getrusage(UsageWho::RUSAGE_THREAD).expect("Linux counts");
    let seconds = |time: TimeVal| time.num_microseconds() as f64 / 1e6;
    seconds(used.user_time()) + seconds(used.system_time())
}

/// Eight kilobytes of the worst that is known take a fraction of a second, even unoptimised.
#[test]
fn reading_is_linear() {
    let places = super::places();
    let commune = code("44109");
    let context = Context {
        commune: Some(&commune),
        places: &places,
    };
    for scrap in [
        "AB 12 A 15 ",
        "12 ",
        "AB ",
        "- ",
        "St ",
        "12 - ",
        "44 109 ",
        "( ",
        "lieudit ",
        "a a ",
        "Nan ",
        "n 1 ",
        "A (",
        "A1",
        "1-",
        "1 ",
        "plan n° 4 ",
        "AB 1 (2 a ",
        "AB 1 ex 1 ",
        "AB 1 lot 1, ",
        "AB 1 : 2 ",
        "zone U, ",
        "AB 1 (2) ",
        "AB 1, 4a50 ",
        "ZI de ",
        "1/2 ",
        "tél 02 ",
        "1, 2.",
        "AB 1 RD 2 ",
        "AB;1;2\n",
        "AB 1 ; Rezé AC 2 ",
        "Saint-Nazaire, section ",
        "M. Dupont ",
        "A1 2 ",
        "acte n° 1-2/",
        "AB 1 02/03 ",
        "a@b ",
        "https://a ",
        "Commune;Section;Numéro\nRezé;AB;12\n",
        "AB 1, 2 ruches ",
        "PC 22 ",
        "Haute-",
    ] {
        let text = scrap.repeat(super::super::MOST_BYTES / scrap.len());
        let begun = worked();
        parse(&text, &context);
        let took = worked() - begun;
        assert!(took < 2.0, "{scrap:?} took {took} s");
    }
}
