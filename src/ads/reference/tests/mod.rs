//! Writings as people type them, and what they mean.

mod aside;
mod beside;
mod communes;
mod files;
mod forms;
mod identifiers;
mod letters;
mod lists;
mod properties;
mod tables;
mod unclear;

use super::{Context, Outcome, Places, parse};
use crate::model::Insee;

/// Some communes of several départements, with their postcodes.
const COMMUNES: [(&str, &str, &str, &str); 17] = [
    ("44009", "Basse-Goulaine", "", "44115"),
    ("44020", "Bouguenais", "", "44340"),
    ("44035", "La Chapelle-sur-Erdre", "", "44240"),
    ("44074", "Indre", "", "44610"),
    ("44101", "La Montagne", "", "44620"),
    ("44109", "Nantes", "", "44000|44100|44200|44300"),
    ("44114", "Orvault", "", "44700"),
    ("44120", "Le Pellerin", "", "44640"),
    ("44143", "Rezé", "", "44400"),
    (
        "44150",
        "Saint-Aignan-de-Grand-Lieu",
        "Saint-Aignan-Grandlieu",
        "44860",
    ),
    ("44162", "Saint-Herblain", "", "44800"),
    ("44166", "Saint-Jean-de-Boiseau", "", "44640"),
    ("44172", "Sainte-Luce-sur-Loire", "", "44980"),
    ("44190", "Saint-Sébastien-sur-Loire", "", "44230"),
    ("44198", "Les Sorinières", "", "44840"),
    ("44204", "Thouaré-sur-Loire", "", "44470"),
    ("44215", "Vertou", "", "44120"),
];

fn places() -> Places {
    let mut places = Places::default();
    for (insee, name, aliases, postcodes) in COMMUNES {
        let aliases = aliases.split('|').filter(|alias| !alias.is_empty());
        places.add(code(insee), name, aliases, postcodes.split('|'));
    }
    places
}

fn code(text: &str) -> Insee {
    text.parse().expect("a code")
}

/// The outcome in a line: identifiers; `= PC 044…`; `? label | label`; `! part`.
fn line(text: &str, commune: &str, places: &Places) -> String {
    let commune = (!commune.is_empty()).then(|| code(commune));
    let context = Context {
        commune: commune.as_ref(),
        places,
    };
    match parse(text, &context) {
        Outcome::Parcels(parcels) => parcels
            .iter()
            .map(|idu| idu.as_str())
            .collect::<Vec<_>>()
            .join(" "),
        Outcome::File(number) => format!("= {number}"),
        Outcome::Candidates(list) => {
            let labels: Vec<_> = list.iter().map(|one| one.label.as_str()).collect();
            format!("? {}", labels.join(" | "))
        }
        Outcome::Wrong(fault) => format!("! {}", fault.part),
    }
}

/// Checks writings against what they mean, in a commune that the reader brings or in none; every
/// mistake is shown.
fn check(commune: &str, cases: &[(&str, &str)]) {
    let places = places();
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(text, expected)| {
            let found = line(text, commune, &places);
            (found != *expected)
                .then(|| format!("{text:?}\n  found    {found}\n  expected {expected}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}
