//! The demonstration's referents: nobody, with names, addresses and numbers that reach nobody.

use chrono::NaiveDate;

use super::chance::Chance;
use crate::catalogue::Territory;
use crate::members::networks::folded;
use crate::model::{Commune, Communes, Entry, Network, Post, Referent};
use crate::store::{Store, StoreError};

const FIRST_NAMES: [&str; 24] = [
    "Aïcha",
    "Alexis",
    "Anne",
    "Basile",
    "Camille",
    "Chloé",
    "Claude",
    "Denis",
    "Dominique",
    "Élodie",
    "Fatou",
    "Gwenaëlle",
    "Hélène",
    "Julien",
    "Karim",
    "Loïc",
    "Maëlys",
    "Mathieu",
    "Nadia",
    "Olivier",
    "Pascale",
    "Rozenn",
    "Thomas",
    "Yann",
];

/// Family names that say what the people are.
const FAMILY_NAMES: [&str; 6] = [
    "Exemple", "Fictif", "Modèle", "Essai", "Maquette", "Specimen",
];

/// Beginning of numbers that the French numbering plan keeps for works of fiction: they reach
/// nobody.
const FICTION: &str = "02 61 91";

/// Enters invented referents where nobody was ever entered; some places stay empty, more of them
/// in small communes.
///
/// # Errors
/// When the database refuses.
pub async fn appoint(
    store: &Store,
    territory: &Territory,
    communes: &Communes,
    today: NaiveDate,
) -> Result<(), StoreError> {
    if !store.referents(true).await?.is_empty() {
        return Ok(());
    }
    let mut entries = Vec::new();
    for (place, network) in territory.networks.iter().enumerate() {
        let concerned = communes.list.iter().filter(|c| network.concerns(&c.insee));
        for commune in concerned {
            entries.extend(holders(place, network, commune, today));
        }
    }
    store.enter_referents(&entries, today, false, false).await?;
    Ok(())
}

/// Who is there for a commune in a network: nobody, one, or one and who stands in.
fn holders(place: usize, network: &Network, commune: &Commune, today: NaiveDate) -> Vec<Entry> {
    let number = commune
        .insee
        .as_str()
        .bytes()
        .fold(0, |n, b| n * 41 + u64::from(b));
    let mut chance = Chance::of(&network.id, number);
    let people = commune.population.unwrap_or(0);
    // Newer networks have been joined by fewer.
    let absent = match people {
        ..6_000 => 0.3,
        6_000..15_000 => 0.14,
        _ => 0.03,
    } + 0.012 * place as f64;
    if chance.happens(absent) {
        return Vec::new();
    }
    let mut list = vec![person(&mut chance, network, commune, Post::Referent, today)];
    if people > 20_000 && chance.happens(0.5) {
        list.push(person(
            &mut chance,
            network,
            commune,
            Post::Suppleant,
            today,
        ));
    }
    if people > 0 && chance.happens(0.12) {
        list.push(person(&mut chance, network, commune, Post::Elu, today));
    }
    list
}

fn person(
    chance: &mut Chance,
    network: &Network,
    commune: &Commune,
    post: Post,
    today: NaiveDate,
) -> Entry {
    let first = FIRST_NAMES[chance.below(FIRST_NAMES.len())];
    let family = FAMILY_NAMES[chance.below(FAMILY_NAMES.len())];
    let plain = |text: &str| folded(text).replace(' ', "-");
    let digits = (chance.unit() * 10_000.0) as u32;
    let days = chance.between(20.0, 1_500.0) as u64;
    let function = match post {
        Post::Elu => "Mandat municipal (démonstration)".to_owned(),
        _ => format!(
            "{}, {}",
            JOBS[chance.below(JOBS.len())],
            network.title.to_lowercase()
        ),
    };
    Entry {
        referent: Referent {
            id: 0,
            network: network.id.clone(),
            commune: commune.insee.clone(),
            post,
            name: format!("{first} {family}"),
            function: Some(function),
            email: Some(format!(
                "{}.{}@{}.example",
                plain(first),
                plain(family),
                plain(&commune.name)
            )),
            phone: Some(format!("{FICTION} {:02} {:02}", digits / 100, digits % 100)),
            since: today
                .checked_sub_days(chrono::Days::new(days))
                .unwrap_or(today),
            until: None,
            demonstration: true,
        },
        dated: true,
    }
}

/// Functions that name nobody's gender.
const JOBS: [&str; 4] = [
    "Responsable de service",
    "Responsable de projet",
    "Direction générale",
    "Secrétariat général",
];
