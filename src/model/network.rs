//! The animation networks: who speaks for which commune in which network.
//!
//! «De nombreux réseaux d'animation technique entre Nantes Métropole et les communes» (scheme,
//! 1.3). The networks are configuration; the referents are rows with their history.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Commune, Communes, Insee};

/// A network, as the territory's file describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Identifier: `energie`.
    pub id: String,
    /// French title.
    pub title: String,
    /// The service commun that animates it, if one does.
    pub service: Option<String>,
    /// The communes that it concerns; all of them when there is none here.
    #[serde(default)]
    pub communes: Vec<Insee>,
}

impl Network {
    /// Whether a referent is looked for in that commune.
    pub fn concerns(&self, insee: &Insee) -> bool {
        self.communes.is_empty() || self.communes.contains(insee)
    }
}

/// What a referent is for the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Post {
    /// The agent who takes part.
    Referent,
    /// The one who stands in.
    Suppleant,
    /// The elected member who follows the subject.
    Elu,
}

impl Post {
    /// Every post, the first one first.
    pub const ALL: [Self; 3] = [Self::Referent, Self::Suppleant, Self::Elu];

    /// The word of files and of the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Referent => "referent",
            Self::Suppleant => "suppleant",
            Self::Elu => "elu",
        }
    }

    /// The word of pages.
    pub fn french(self) -> &'static str {
        match self {
            Self::Referent => "Référent",
            Self::Suppleant => "Suppléant",
            Self::Elu => "Élu",
        }
    }
}

impl FromStr for Post {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|post| post.as_str() == text)
            .ok_or_else(|| format!("« {text} » is not referent, suppleant or elu"))
    }
}

/// Somebody who speaks, or spoke, for a commune in a network: professional contact details.
///
/// Its `Debug` leaves the person out, so that no log can hold one.
#[derive(Clone, PartialEq, Eq)]
pub struct Referent {
    /// Number in the database; 0 before it is there.
    pub id: i32,
    /// The network's identifier.
    pub network: String,
    /// The commune.
    pub commune: Insee,
    /// What they are for the network.
    pub post: Post,
    /// First name and name.
    pub name: String,
    /// Function in the commune, in French.
    pub function: Option<String>,
    /// Professional e-mail; none once they left.
    pub email: Option<String>,
    /// Professional telephone, ten digits in pairs; none once they left.
    pub phone: Option<String>,
    /// First day.
    pub since: NaiveDate,
    /// Last day, once they left.
    pub until: Option<NaiveDate>,
    /// Whether the person is invented, for a demonstration.
    pub demonstration: bool,
}

impl fmt::Debug for Referent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Referent")
            .field("id", &self.id)
            .field("network", &self.network)
            .field("commune", &self.commune)
            .field("post", &self.post)
            .finish_non_exhaustive()
    }
}

/// What a file or a command says of a referent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The person; one who has left has no contact details.
    pub referent: Referent,
    /// Whether the first day was said; it is today otherwise, and who is in place keeps theirs.
    pub dated: bool,
}

/// What became of the entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Entered {
    /// New in place, or new in the history.
    pub added: usize,
    /// In place already, with other details.
    pub changed: usize,
    /// As they were.
    pub unchanged: usize,
    /// Those who left: replaced, said to have left, or absent from a list that is complete.
    pub ended: usize,
}

/// The networks, the communes, and who is referent today.
#[derive(Debug, Clone)]
pub struct Directory {
    /// The networks, in the order of the territory's file.
    pub networks: Arc<[Network]>,
    /// The communes, in the order of their names.
    pub communes: Arc<Communes>,
    /// Those in place today, by network, commune and post.
    pub referents: Vec<Referent>,
    /// Where those of a network and a commune stand among them: a département has hundreds of
    /// communes, and each is asked for several times a page.
    places: HashMap<(String, Insee), Range<usize>>,
}

impl Directory {
    /// The directory of referents that are in the order of networks and communes.
    pub fn new(
        networks: Arc<[Network]>,
        communes: Arc<Communes>,
        referents: Vec<Referent>,
    ) -> Self {
        let mut places: HashMap<(String, Insee), Range<usize>> = HashMap::new();
        for (place, held) in referents.iter().enumerate() {
            places
                .entry((held.network.clone(), held.commune.clone()))
                .or_insert(place..place)
                .end = place + 1;
        }
        Self {
            networks,
            communes,
            referents,
            places,
        }
    }

    /// Those in place for a network in a commune.
    pub fn holders(&self, network: &str, insee: &Insee) -> &[Referent] {
        let place = self.places.get(&(network.to_owned(), insee.clone()));
        place.map_or(&[], |place| &self.referents[place.clone()])
    }

    /// Whether the network concerns the commune and nobody is there for it.
    pub fn lacks(&self, network: &Network, insee: &Insee) -> bool {
        network.concerns(insee) && self.holders(&network.id, insee).is_empty()
    }

    /// The communes in which the network lacks a referent, in the order of their names.
    pub fn lacking<'a>(&'a self, network: &'a Network) -> impl Iterator<Item = &'a Commune> {
        self.communes
            .list
            .iter()
            .filter(move |commune| self.lacks(network, &commune.insee))
    }

    /// The networks in which the commune lacks a referent.
    pub fn lacking_in<'a>(&'a self, insee: &'a Insee) -> impl Iterator<Item = &'a Network> {
        self.networks
            .iter()
            .filter(move |network| self.lacks(network, insee))
    }

    /// The communes that the network concerns.
    pub fn concerned<'a>(&'a self, network: &'a Network) -> impl Iterator<Item = &'a Commune> {
        self.communes
            .list
            .iter()
            .filter(move |commune| network.concerns(&commune.insee))
    }
}
