//! Who asks, and what the design lets each see: told here a second time, from the design's words
//! and not by the program's own `access`.

use std::collections::BTreeSet;

use geonantes::catalogue::{Audience, Layer};
use geonantes::model::Role;

use super::world::Truth;
use crate::support::Server;

/// Reaches of the credentials, the widest first: what a wide one warms must not serve a narrow one.
const REACHES: [&str; 4] = ["territoire", "44109,44143", "44109", "44020"];

/// Somebody who asks.
pub struct Asker {
    /// For messages.
    pub name: String,
    /// The key, if there is one.
    pub key: Option<String>,
    roles: Vec<Role>,
    reach: &'static str,
}

/// Nobody, each role in a wide reach and in a narrow one, and the roles that some layer names, each
/// and all together, in every reach.
pub async fn all(server: &Server) -> Vec<Asker> {
    let layers = server.database.catalogue.layers();
    let mut several: Vec<Role> = layers
        .iter()
        .flat_map(|layer| [layer.role, layer.personal_role])
        .flatten()
        .collect();
    several.sort();
    several.dedup();
    let mut list = Vec::new();
    for (place, reach) in REACHES.into_iter().enumerate() {
        let roles: &[Role] = if place % 2 == 0 { &Role::ALL } else { &several };
        for roles in roles.iter().map(std::slice::from_ref).chain([&several[..]]) {
            let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
            let names = names.join(",");
            list.push(Asker {
                key: Some(server.key(&names, reach).await),
                name: format!("{names} in {reach}"),
                roles: roles.to_vec(),
                reach,
            });
        }
    }
    list.push(Asker {
        name: "nobody".to_owned(),
        key: None,
        roles: Vec::new(),
        reach: "",
    });
    list
}

impl Asker {
    /// The status that a collection answers.
    pub fn status(&self, layer: &Layer) -> u16 {
        match layer.audience {
            Audience::Open => 200,
            _ if self.key.is_none() => 401,
            Audience::Member => 200,
            Audience::Restricted if self.has(layer.role) => 200,
            Audience::Restricted => 403,
        }
    }

    /// Whether a row is seen.
    pub fn sees(&self, layer: &Layer, row: &Truth) -> bool {
        self.status(layer) == 200 && (layer.audience != Audience::Restricted || self.reaches(row))
    }

    /// Whether a row's personal fields are seen.
    pub fn sees_persons(&self, layer: &Layer, row: &Truth) -> bool {
        self.sees(layer, row) && self.has(layer.personal_role) && self.reaches(row)
    }

    /// Whether personal fields exist for it.
    pub fn knows_persons(&self, layer: &Layer) -> bool {
        self.has(layer.personal_role)
    }

    /// The words that answers of these rows may hold.
    pub fn words(&self, layer: &Layer, rows: &[Truth]) -> BTreeSet<String> {
        let table = layer.id.table();
        let mut words = BTreeSet::new();
        for row in rows.iter().filter(|row| self.sees(layer, row)) {
            let (feature, version) = row.word;
            words.insert(format!("SEC/{table}/{feature}.0"));
            words.insert(format!("SEC/{table}/{feature}.{version}"));
            if self.sees_persons(layer, row) {
                words.insert(format!("PER/{table}/{feature}.{version}"));
            }
        }
        words
    }

    fn has(&self, role: Option<Role>) -> bool {
        role.is_some_and(|role| self.roles.contains(&role))
    }

    fn reaches(&self, row: &Truth) -> bool {
        let inside = |commune: &String| self.reach.split(',').any(|code| code == commune);
        self.reach == "territoire" || row.communes.iter().any(inside)
    }
}
