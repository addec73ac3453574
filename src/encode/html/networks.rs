//! The directory of the animation networks.

use askama::Template as _;

use super::{Html, Page, Painted, Section, Site, commune_map, french};
use crate::catalogue::ServiceCommun;
use crate::model::{Commune, Directory, Network, Post, Referent};

/// What is asked of the directory.
#[derive(Debug, Clone, Copy)]
pub struct Chosen<'a> {
    /// One network alone.
    pub network: Option<&'a Network>,
    /// One commune alone.
    pub commune: Option<&'a Commune>,
    /// Whether the list goes by commune rather than by network.
    pub by_commune: bool,
}

#[derive(askama::Template)]
#[template(path = "networks.html")]
struct Networks<'a> {
    page: Page<'a>,
    directory: &'a Directory,
    chosen: Chosen<'a>,
    figures: String,
    demonstration: bool,
    map: String,
    legend: &'static [(&'static str, &'static str)],
    coverage: Vec<Coverage<'a>>,
    lacking: Vec<Lacking<'a>>,
    groups: Vec<Group<'a>>,
    /// The filters as a query, to put after `?` or `&`; empty without any.
    query: String,
}

impl Networks<'_> {
    fn is_network(&self, network: &Network) -> bool {
        self.chosen.network.is_some_and(|one| one.id == network.id)
    }

    fn is_commune(&self, commune: &Commune) -> bool {
        self.chosen
            .commune
            .is_some_and(|one| one.insee == commune.insee)
    }

    /// The filters, after a sign; nothing without any.
    fn after(&self, sign: &str) -> String {
        prefixed(sign, &self.query)
    }
}

/// A network, and where it has somebody.
struct Coverage<'a> {
    network: &'a Network,
    animated: Option<&'a str>,
    held: usize,
    of: usize,
    lacking: Vec<&'a Commune>,
}

/// A commune, and the networks in which nobody speaks for it.
struct Lacking<'a> {
    commune: &'a Commune,
    networks: Vec<&'a Network>,
}

/// Referents under a heading.
struct Group<'a> {
    title: &'a str,
    rows: Vec<Row<'a>>,
}

struct Row<'a> {
    /// The commune under a network's heading, the network under a commune's.
    about: &'a str,
    referent: &'a Referent,
}

impl Row<'_> {
    /// What the person is, unless it is the referent.
    fn post(&self) -> Option<&'static str> {
        (self.referent.post != Post::Referent).then(|| self.referent.post.french())
    }

    fn since(&self) -> String {
        french::day(self.referent.since)
    }

    /// The telephone as an address.
    fn call(&self) -> String {
        let digits = self.referent.phone.as_deref().unwrap_or("");
        digits.chars().filter(|c| !c.is_whitespace()).collect()
    }
}

/// Colours of the map of all networks, by how many lack a referent.
const OVERALL: [(&str, &str); 4] = [
    ("level-5", "aucun réseau sans référent"),
    ("level-3", "un réseau sans référent"),
    ("level-1", "deux ou trois"),
    ("lacking", "quatre et plus"),
];

/// Colours of the map of one network.
const ONE: [(&str, &str); 3] = [
    ("good", "un référent"),
    ("lacking", "référent manquant"),
    ("none", "commune non concernée"),
];

/// The directory as a page: a map of what lacks, the coverage of each network, the people.
pub fn networks(
    site: Site<'_>,
    services: &[ServiceCommun],
    directory: &Directory,
    chosen: Chosen<'_>,
) -> Html {
    let query = query(chosen);
    let groups = groups(directory, chosen);
    Networks {
        figures: figures(directory),
        demonstration: directory.referents.iter().any(|held| held.demonstration),
        map: map(site, directory, chosen)?,
        legend: if chosen.network.is_some() {
            if everywhere(chosen) { &ONE[..2] } else { &ONE }
        } else {
            &OVERALL
        },
        coverage: coverage(directory, services, chosen),
        lacking: lacking(directory, chosen),
        groups,
        page: Page::new(site, title(chosen), Section::Networks).json(
            format!("/reseaux.json{}", prefixed("?", &query)),
            "application/json",
        ),
        directory,
        chosen,
        query,
    }
    .render()
}

fn title(chosen: Chosen<'_>) -> String {
    match (chosen.network, chosen.commune) {
        (None, None) => "Réseaux d’animation".to_owned(),
        (Some(network), None) => format!("Réseau «\u{a0}{}\u{a0}»", network.title),
        (None, Some(commune)) => format!("Réseaux d’animation\u{a0}: {}", commune.name),
        (Some(network), Some(commune)) => {
            format!(
                "Réseau «\u{a0}{}\u{a0}»\u{a0}: {}",
                network.title, commune.name
            )
        }
    }
}

/// Whether the chosen network concerns every commune.
fn everywhere(chosen: Chosen<'_>) -> bool {
    chosen
        .network
        .is_none_or(|network| network.communes.is_empty())
}

/// The parameters that keep what is chosen.
fn query(chosen: Chosen<'_>) -> String {
    let mut pairs = Vec::new();
    if let Some(network) = chosen.network {
        pairs.push(format!("reseau={}", network.id));
    }
    if let Some(commune) = chosen.commune {
        pairs.push(format!("commune={}", commune.insee));
    }
    if chosen.by_commune {
        pairs.push("par=commune".to_owned());
    }
    pairs.join("&")
}

fn prefixed(prefix: &str, query: &str) -> String {
    if query.is_empty() {
        String::new()
    } else {
        format!("{prefix}{query}")
    }
}

fn figures(directory: &Directory) -> String {
    let count = |number: usize, one, many| french::counted(number as i64, one, many);
    let lacking: usize = directory
        .networks
        .iter()
        .map(|network| directory.lacking(network).count())
        .sum();
    let people = count(
        directory.referents.len(),
        "personne en place",
        "personnes en place",
    );
    let networks = count(directory.networks.len(), "réseau", "réseaux");
    let communes = count(directory.communes.list.len(), "commune", "communes");
    let open = count(lacking, "place sans personne", "places sans personne");
    format!("{networks}, {communes}, {people}, {open}.")
}

fn map(site: Site<'_>, directory: &Directory, chosen: Chosen<'_>) -> Html {
    let title = match chosen.network {
        Some(network) => format!(
            "Communes qui ont un référent «\u{a0}{}\u{a0}»",
            network.title
        ),
        None => "Réseaux sans référent, par commune".to_owned(),
    };
    let network = chosen
        .network
        .map(|network| format!("reseau={}&", network.id));
    commune_map(&directory.communes, "carte", &title, |commune| {
        let (class, says) = match chosen.network {
            Some(network) => of_network(directory, network, commune),
            None => of_all(directory, commune),
        };
        let kept = network.as_deref().unwrap_or("");
        Painted {
            class,
            says,
            href: Some(format!(
                "{}/reseaux?{kept}commune={}",
                site.root(),
                commune.insee
            )),
        }
    })
}

fn of_network(
    directory: &Directory,
    network: &Network,
    commune: &Commune,
) -> (&'static str, String) {
    if !network.concerns(&commune.insee) {
        return ("none", "non concernée".to_owned());
    }
    let names: Vec<&str> = directory
        .holders(&network.id, &commune.insee)
        .iter()
        .map(|held| held.name.as_str())
        .collect();
    if names.is_empty() {
        ("lacking", "référent manquant".to_owned())
    } else {
        ("good", names.join(", "))
    }
}

fn of_all(directory: &Directory, commune: &Commune) -> (&'static str, String) {
    let titles: Vec<&str> = directory
        .lacking_in(&commune.insee)
        .map(|network| network.title.as_str())
        .collect();
    let class = match titles.len() {
        0 => "level-5",
        1 => "level-3",
        2 | 3 => "level-1",
        _ => "lacking",
    };
    let says = if titles.is_empty() {
        "un référent dans chaque réseau".to_owned()
    } else {
        format!("il manque {}", titles.join(", "))
    };
    (class, says)
}

fn coverage<'a>(
    directory: &'a Directory,
    services: &'a [ServiceCommun],
    chosen: Chosen<'_>,
) -> Vec<Coverage<'a>> {
    if chosen.network.is_some() || chosen.commune.is_some() {
        return Vec::new();
    }
    let one = |network: &'a Network| {
        let lacking: Vec<&Commune> = directory.lacking(network).collect();
        let of = directory.concerned(network).count();
        let service = services
            .iter()
            .find(|known| network.service.as_ref() == Some(&known.id));
        Coverage {
            network,
            animated: service.map(|service| service.title.as_str()),
            held: of - lacking.len(),
            of,
            lacking,
        }
    };
    directory.networks.iter().map(one).collect()
}

/// What the map shows, in words.
fn lacking<'a>(directory: &'a Directory, chosen: Chosen<'_>) -> Vec<Lacking<'a>> {
    directory
        .communes
        .list
        .iter()
        .filter(|commune| chosen.commune.is_none_or(|one| one.insee == commune.insee))
        .map(|commune| Lacking {
            commune,
            networks: directory
                .lacking_in(&commune.insee)
                .filter(|network| chosen.network.is_none_or(|one| one.id == network.id))
                .collect(),
        })
        .filter(|lacking| !lacking.networks.is_empty())
        .collect()
}

/// The people, by network or by commune, each group under its heading.
fn groups<'a>(directory: &'a Directory, chosen: Chosen<'_>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut referents: Vec<&Referent> = directory
        .referents
        .iter()
        .filter(|held| chosen.network.is_none_or(|one| one.id == held.network))
        .filter(|held| chosen.commune.is_none_or(|one| one.insee == held.commune))
        .collect();
    let place = |held: &Referent| {
        let list = &directory.communes.list;
        list.iter()
            .position(|commune| commune.insee == held.commune)
    };
    if chosen.by_commune {
        // Stable: inside a commune the order of the networks stays.
        referents.sort_by_key(|held| place(held).unwrap_or(usize::MAX));
    }
    for referent in referents {
        let commune = directory.communes.name(referent.commune.as_str());
        let network = directory
            .networks
            .iter()
            .find(|known| known.id == referent.network)
            .map_or(referent.network.as_str(), |known| &known.title);
        let (title, about) = if chosen.by_commune {
            (commune, network)
        } else {
            (network, commune)
        };
        let row = Row { about, referent };
        match groups.last_mut().filter(|group| group.title == title) {
            Some(group) => group.rows.push(row),
            None => groups.push(Group {
                title,
                rows: vec![row],
            }),
        }
    }
    groups
}
