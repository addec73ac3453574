//! Features placed by their addresses, among those that the communes have published.
//!
//! A match is exact once both sides are written alike: abbreviations, case, accents and articles
//! aside. What is merely close is told, never taken.

mod columns;
mod street;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use crate::catalogue::Catalogue;
use crate::store::{Door, Store, StoreError};

pub use columns::AddressColumns;
pub use street::key;

/// An address as a file gives it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// INSEE code of the commune; empty when it is not known.
    pub commune: String,
    /// Number in the street.
    pub number: Option<i64>,
    /// `bis`, `ter`, `b`…
    pub suffix: String,
    /// Name of the street.
    pub street: String,
}

/// Where an address is, or why it is not found, in French.
pub type Place = Result<(f64, f64), String>;

/// Likeness from which a street is named as the nearest.
const CLOSE: f64 = 0.8;

/// Places of addresses, in the storage system, in their order.
///
/// # Errors
/// When the database does not answer.
pub async fn locate(
    store: &Store,
    catalogue: &Catalogue,
    addresses: &[Address],
) -> Result<Vec<Place>, StoreError> {
    let communes: BTreeSet<&str> = addresses.iter().map(|it| it.commune.as_str()).collect();
    let communes: Vec<String> = communes.into_iter().map(str::to_owned).collect();
    let streets = Streets::new(store.streets(catalogue, &communes).await?);
    let named: BTreeSet<(String, String)> = addresses
        .iter()
        .filter_map(|it| streets.find(it).ok())
        .map(|(commune, name)| (commune.to_owned(), name.to_owned()))
        .collect();
    let mut doors: HashMap<(String, String), Vec<Door>> = HashMap::new();
    for door in store
        .doors(catalogue, &named.into_iter().collect::<Vec<_>>())
        .await?
    {
        doors
            .entry((door.commune.clone(), door.street.clone()))
            .or_default()
            .push(door);
    }
    let place = |it: &Address| {
        let (commune, name) = streets.find(it)?;
        let known = doors.get(&(commune.to_owned(), name.to_owned()));
        door(it, name, known.map_or(&[], Vec::as_slice))
    };
    Ok(addresses.iter().map(place).collect())
}

/// The streets of several communes, by their keys.
struct Streets {
    by_key: HashMap<(String, String), Vec<String>>,
}

impl Streets {
    fn new(list: Vec<(String, String)>) -> Self {
        let mut by_key: HashMap<(String, String), Vec<String>> = HashMap::new();
        for (commune, name) in list {
            let same = by_key.entry((commune, key(&name))).or_default();
            if !same.contains(&name) {
                same.push(name);
            }
        }
        Self { by_key }
    }

    /// The commune and the street's published name.
    fn find<'a>(&'a self, it: &'a Address) -> Result<(&'a str, &'a str), String> {
        if it.commune.is_empty() {
            return Err("La commune de l’adresse n’est pas connue.".to_owned());
        }
        if it.street.is_empty() {
            return Err("L’adresse n’a pas de voie.".to_owned());
        }
        let wanted = key(&it.street);
        match self
            .by_key
            .get(&(it.commune.clone(), wanted.clone()))
            .map(Vec::as_slice)
        {
            Some([one]) => Ok((&it.commune, one)),
            Some(several) => Err(format!(
                "Plusieurs voies portent ce nom : {}.",
                several.join(", ")
            )),
            None => Err(self.nearest(it, &wanted)),
        }
    }

    fn nearest(&self, it: &Address, wanted: &str) -> String {
        let of = self
            .by_key
            .iter()
            .filter(|((commune, _), _)| *commune == it.commune);
        let close = of
            .map(|((_, key), names)| (strsim::jaro_winkler(key, wanted), &names[0]))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match close {
            None => format!(
                "Aucune adresse n’est publiée dans la commune {}.",
                it.commune
            ),
            Some((likeness, name)) if likeness >= CLOSE => format!(
                "La voie « {} » n’existe pas dans la commune {} ; la plus proche est « {name} ».",
                it.street, it.commune
            ),
            Some(_) => format!(
                "La voie « {} » n’existe pas dans la commune {}.",
                it.street, it.commune
            ),
        }
    }
}

/// Kinds of positions, the one that people mean first.
const KINDS: [&str; 5] = [
    "entrée",
    "bâtiment",
    "délivrance postale",
    "parcelle",
    "segment",
];

/// The number that stands for a whole street.
const WHOLE: i64 = 99_999;

fn door(it: &Address, street: &str, doors: &[Door]) -> Place {
    let number = it.number.unwrap_or(WHOLE);
    let suffix = it.suffix.to_lowercase();
    let rank = |door: &&Door| {
        let kind = KINDS.iter().position(|kind| *kind == door.position);
        kind.unwrap_or(KINDS.len())
    };
    let same = |door: &&Door| door.number == number && door.suffix.to_lowercase() == suffix;
    if let Some(found) = doors.iter().filter(same).min_by_key(rank) {
        return Ok((found.x, found.y));
    }
    if it.number.is_none() {
        return Err(format!(
            "L’adresse n’a pas de numéro, et « {street} » n’a pas de position."
        ));
    }
    let mut near: Vec<&Door> = doors.iter().filter(|door| door.number != WHOLE).collect();
    near.sort_by_key(|door| ((door.number - number).abs(), door.suffix.clone()));
    near.dedup_by_key(|door| (door.number, door.suffix.clone()));
    let list: Vec<String> = near
        .iter()
        .take(3)
        .map(|door| format!("{}{}", door.number, door.suffix))
        .collect();
    let shown = format!("{number}{suffix}");
    Err(if list.is_empty() {
        format!("Le numéro {shown} n’existe pas dans « {street} ».")
    } else {
        format!(
            "Le numéro {shown} n’existe pas dans « {street} » ; les plus proches sont {}.",
            list.join(", ")
        )
    })
}
