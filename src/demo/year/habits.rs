//! Who uses the portal in the demonstration, with what and how much.

use super::super::chance::Chance;
use super::super::members::by_size;
use crate::catalogue::{Audience, Catalogue, Layer, Territory};
use crate::model::{Adhesion, Booked, ClientFamily, Commune, Communes, Level, Reach, Role};

/// Responses of all communes together on an ordinary working day.
const COMMUNES: f64 = 430.0;

/// When somebody works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// Mornings and afternoons of working days.
    Office,
    /// Every day, evenings too.
    Leisure,
    /// A program, in the small hours.
    Night,
}

/// One user, or many who are alike.
#[derive(Debug, Clone)]
pub struct User {
    /// The words of its key's label; a key is made by these, and found again. Empty without a key.
    pub label: String,
    /// What the key allows.
    pub role: Role,
    /// Where; nobody's without a key.
    pub reach: Option<Reach>,
    /// To whom the use is booked.
    pub booked: Booked,
    /// Units that its key may use in a month.
    pub quota: Option<i64>,
    /// Responses on an ordinary working day.
    pub daily: f64,
    /// When.
    pub rhythm: Rhythm,
    /// With what.
    pub clients: &'static [(ClientFamily, f64)],
}

/// What people like to look at, by layer id; others weigh 1.
const LIKED: [(&str, f64); 9] = [
    ("parcelles", 30.0),
    ("plum-zonage", 17.0),
    ("adresses", 11.0),
    ("batiments", 9.0),
    ("dossiers-ads", 8.0),
    ("servitudes", 5.0),
    ("communes", 5.0),
    ("plum-prescriptions", 4.0),
    ("ecoles", 2.5),
];

impl User {
    /// The layers that it may see, as places in the catalogue, each with its weight.
    pub fn layers(&self, catalogue: &Catalogue) -> Vec<(usize, f64)> {
        let layers = catalogue.layers().iter().enumerate();
        layers
            .filter(|(_, layer)| self.sees(layer))
            .map(|(place, layer)| (place, self.likes(layer)))
            .collect()
    }

    fn sees(&self, layer: &Layer) -> bool {
        match layer.audience {
            Audience::Open => true,
            Audience::Member => self.reach.is_some(),
            Audience::Restricted => layer.role == Some(self.role),
        }
    }

    fn likes(&self, layer: &Layer) -> f64 {
        let liked = LIKED.iter().find(|(id, _)| *id == layer.id.as_str());
        let weight = liked.map_or(1.0, |(_, weight)| *weight);
        // People take a role for its layers.
        match (
            layer.role == Some(self.role),
            layer.personal_role == Some(self.role),
        ) {
            (true, _) => 60.0,
            (_, true) => 40.0,
            _ => weight,
        }
    }
}

use ClientFamily::{Browser, Gdal, Other, Qgis, Script};

const IN_BROWSER: &[(ClientFamily, f64)] = &[(Browser, 1.0)];
const IN_QGIS: &[(ClientFamily, f64)] = &[(Qgis, 0.88), (Gdal, 0.12)];
const BY_SCRIPT: &[(ClientFamily, f64)] = &[(Script, 0.6), (Gdal, 0.4)];
const ON_PHONES: &[(ClientFamily, f64)] = &[(Other, 1.0)];
const MIXED: &[(ClientFamily, f64)] = &[(Browser, 0.55), (Qgis, 0.45)];

/// Everybody, the communes by size and level, then the metropolis, then the public.
pub fn users(territory: &Territory, communes: &Communes, adhesions: &[Adhesion]) -> Vec<User> {
    let portal = territory
        .portal_service()
        .map(|service| service.id.as_str());
    let level = |commune: &Commune| {
        adhesions
            .iter()
            .filter(|held| Some(held.service.as_str()) == portal && held.until.is_none())
            .find(|held| held.commune == commune.insee)
            .and_then(|held| held.level)
    };
    let ranked: Vec<(usize, &Commune, Level)> = by_size(communes)
        .into_iter()
        .enumerate()
        .filter_map(|(rank, commune)| Some((rank, commune, level(commune)?)))
        .collect();
    let weight = |(rank, commune, level): &(usize, &Commune, Level)| {
        let people = commune.population.unwrap_or(5_000).max(500) as f64;
        let habit = Chance::of("habit", *rank as u64).between(0.6, 1.5);
        let tools = if *level == Level::Outils { 1.5 } else { 0.6 };
        people.powf(0.6) * habit * tools
    };
    let all: f64 = ranked.iter().map(weight).sum();
    let mut users = Vec::new();
    for place in &ranked {
        of_commune(&mut users, place, COMMUNES * weight(place) / all.max(1.0));
    }
    of_metropolis(&mut users, territory);
    of_public(&mut users);
    users
}

fn of_commune(users: &mut Vec<User>, place: &(usize, &Commune, Level), daily: f64) {
    let (rank, commune, level) = place;
    let mut add = |what: &str, role, share: f64, rhythm, clients| {
        users.push(User {
            label: format!("{what}, {}", commune.name),
            role,
            reach: Some(Reach::Communes([commune.insee.clone()].into())),
            booked: Booked::Commune(commune.insee.clone()),
            quota: (rhythm == Rhythm::Office).then(|| quota(daily * share)),
            daily: daily * share,
            rhythm,
            clients,
        });
    };
    if *level == Level::Portail {
        add("portail", Role::Member, 1.0, Rhythm::Office, IN_BROWSER);
        return;
    }
    let scripts = rank.is_multiple_of(3);
    add(
        "urbanisme, QGIS",
        Role::Instructor,
        0.5,
        Rhythm::Office,
        IN_QGIS,
    );
    add(
        "portail",
        Role::Member,
        if scripts { 0.38 } else { 0.5 },
        Rhythm::Office,
        IN_BROWSER,
    );
    if scripts {
        add(
            "traitements de nuit",
            Role::Member,
            0.12,
            Rhythm::Night,
            BY_SCRIPT,
        );
    }
}

/// A round quota that a busy month comes near to.
fn quota(daily: f64) -> i64 {
    let month = daily * BUSY_DAYS * UNITS_EACH;
    ((month / 500.0).ceil() as i64).max(1) * 500
}

/// Working days of a busy month, and the units that a response weighs in one of many exports.
const BUSY_DAYS: f64 = 24.0;
const UNITS_EACH: f64 = 2.3;

fn of_metropolis(users: &mut Vec<User>, territory: &Territory) {
    let mut add = |what: &str, role, reach, daily, rhythm, clients| {
        users.push(User {
            label: what.to_owned(),
            role,
            reach: Some(reach),
            booked: Booked::Metropolis,
            quota: None,
            daily,
            rhythm,
            clients,
        });
    };
    let all = || Reach::Territory;
    let office = Rhythm::Office;
    add(
        "service SIG, QGIS",
        Role::Administrator,
        all(),
        42.0,
        office,
        IN_QGIS,
    );
    add(
        "service SIG, nuit",
        Role::Administrator,
        all(),
        9.0,
        Rhythm::Night,
        BY_SCRIPT,
    );
    add(
        "supervision urbaine",
        Role::Csu,
        all(),
        8.0,
        Rhythm::Leisure,
        MIXED,
    );
    add(
        "CRAIOL",
        Role::Craiol,
        all(),
        10.0,
        Rhythm::Leisure,
        IN_BROWSER,
    );
    add(
        "application mobile",
        Role::Application,
        all(),
        30.0,
        Rhythm::Leisure,
        ON_PHONES,
    );
    for pole in territory.poles.iter().filter(|pole| pole.official) {
        let mut codes = pole.communes.clone();
        codes.sort();
        let team = Reach::Communes(codes.into());
        let name = format!("instruction, {}", pole.name);
        add(&name, Role::Instructor, team, 30.0, office, MIXED);
    }
}

/// Nobody who says so: people at home, some with a GIS, and programs that copy what is open.
fn of_public(users: &mut Vec<User>) {
    for (daily, clients) in [(150.0, IN_BROWSER), (9.0, IN_QGIS), (10.0, BY_SCRIPT)] {
        users.push(User {
            label: String::new(),
            role: Role::Member,
            reach: None,
            booked: Booked::Public,
            quota: None,
            daily,
            rhythm: Rhythm::Leisure,
            clients,
        });
    }
}
