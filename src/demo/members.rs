//! The demonstration's adhesions and keys, through the doors of real ones.
//!
//! Who adheres to what is invented, but for what the scheme itself says: four services communs
//! since 2018, the permits of the pôle Sud-Ouest since 2015 for its own communes, every commune in
//! the portal's service today, two more in the urban supervision centre.

use chrono::NaiveDate;

use super::chance::Chance;
use crate::catalogue::Territory;
use crate::members::{Grant, Issued, issue};
use crate::model::{Adhesion, Commune, Communes, Insee, Level, Reach, Role, Roles};
use crate::store::members::Adding;
use crate::store::{Store, StoreError};

/// How the labels of the keys begin that a start of the demonstration gives out.
const LABEL: &str = "Démonstration\u{a0}: ";

/// A key of the demonstration, while it can still be shown.
#[derive(Debug)]
pub struct DemoKey {
    /// What it allows, as `keys create` calls it.
    pub role: Role,
    /// The level of its commune's adhesion.
    pub level: Level,
    /// For whom it stands, in a few words.
    pub whose: String,
    /// Where it allows that.
    pub reach: Reach,
    /// The key itself.
    pub key: Issued,
}

/// Notes who adheres to what; commune and service that have a period already keep theirs.
///
/// # Errors
/// When the database refuses.
pub async fn adhere(
    store: &Store,
    territory: &Territory,
    communes: &Communes,
) -> Result<(), StoreError> {
    let held = store.adhesions().await?;
    for adhesion in adhesions(territory, communes) {
        let known = held
            .iter()
            .any(|old| old.commune == adhesion.commune && old.service == adhesion.service);
        if known {
            continue;
        }
        if let Adding::Overlaps(other) = store.add_adhesion(&adhesion).await? {
            tracing::warn!(commune = %other.commune, service = other.service,
                           "an adhesion of the demonstration meets another one and is left out");
        }
    }
    Ok(())
}

/// Every adhesion of the demonstration: the same for the same territory.
fn adhesions(territory: &Territory, communes: &Communes) -> Vec<Adhesion> {
    let ranked = by_size(communes);
    let portal = territory
        .portal_service()
        .map(|service| service.id.as_str());
    let mut list = Vec::new();
    for service in &territory.services {
        for (rank, commune) in ranked.iter().enumerate() {
            let place = Place {
                rank,
                of: ranked.len(),
                commune,
            };
            if rank >= MOST && portal != Some(service.id.as_str()) {
                break;
            }
            if portal == Some(service.id.as_str()) {
                list.extend(place.portal(&service.id));
            } else if let Some(since) = place.since(territory, &service.id) {
                list.push(place.period(&service.id, None, since, None));
            }
        }
    }
    list
}

/// The communes, the largest first.
pub(super) fn by_size(communes: &Communes) -> Vec<&Commune> {
    let mut ranked: Vec<&Commune> = communes.list.iter().collect();
    ranked.sort_by(|a, b| {
        let size = |commune: &Commune| commune.population.unwrap_or(0);
        size(b).cmp(&size(a)).then_with(|| a.insee.cmp(&b.insee))
    });
    ranked
}

/// A commune among the others.
struct Place<'a> {
    rank: usize,
    of: usize,
    commune: &'a Commune,
}

impl Place<'_> {
    fn period(
        &self,
        service: &str,
        level: Option<Level>,
        since: NaiveDate,
        until: Option<NaiveDate>,
    ) -> Adhesion {
        Adhesion {
            commune: self.commune.insee.clone(),
            service: service.to_owned(),
            level,
            since,
            until,
        }
    }

    /// All communes today; the larger ones from the start, a few of them with the portal alone
    /// until they took the tools as well.
    fn portal(&self, service: &str) -> Vec<Adhesion> {
        let larger = self.rank * 5 < self.of * 3;
        let (outils, portail) = (Some(Level::Outils), Some(Level::Portail));
        match (larger, self.rank % 4) {
            (true, 3) => vec![
                self.period(service, portail, day(2018, 1, 1), Some(day(2021, 12, 31))),
                self.period(service, outils, day(2022, 1, 1), None),
            ],
            (true, _) => vec![self.period(service, outils, day(2018, 1, 1), None)],
            (false, 0) => vec![self.period(service, outils, day(2022, 1, 1), None)],
            (false, _) => vec![self.period(service, portail, day(2022, 1, 1), None)],
        }
    }

    /// Since when the commune adheres to another service commun, if it does.
    fn since(&self, territory: &Territory, service: &str) -> Option<NaiveDate> {
        let first = |share: usize| self.rank * 10 < self.of * share;
        // A service of a pôle (`ads-sud-ouest`) is that of the pôle's communes.
        let pole = territory.poles.iter().find(|pole| {
            service
                .strip_suffix(pole.code.as_str())
                .is_some_and(|rest| rest.ends_with('-'))
        });
        if let Some(pole) = pole {
            let inside = pole.communes.contains(&self.commune.insee);
            return inside.then(|| day(2015, 7, 1));
        }
        match service {
            "ads" => Some(day(2018, 1, 1)),
            "csu" if first(3) => Some(day(2018, 1, 1)),
            "csu" if first(4) => Some(day(2022, 1, 1)),
            "csu" => None,
            "craiol" => first(6).then(|| day(2022, 1, 1)),
            "archives" if first(5) => Some(day(2018, 1, 1)),
            "archives" => (!self.rank.is_multiple_of(3)).then(|| day(2022, 1, 1)),
            "petites-communes" => {
                let small = self.commune.population.unwrap_or(0) < SMALL;
                small.then(|| day(2022, 1, 1))
            }
            other => {
                let mut chance = Chance::of(other, self.rank as u64);
                chance.happens(0.85).then(|| day(2022, 1, 1))
            }
        }
    }
}

/// Communes, the largest ones, that adhere to more than the portal's service: a département has
/// hundreds, each adhesion is a transaction, and a demonstration should begin soon.
const MOST: usize = 60;

/// Under so many people a commune of the demonstration is one of the smallest.
const SMALL: i64 = 7_000;

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// Revokes the keys that an earlier start gave out, which nobody can be shown again, and gives
/// out one for each role, and one more of a commune that has the portal alone.
///
/// # Errors
/// When the database refuses.
pub async fn give_keys(
    store: &Store,
    territory: &Territory,
    communes: &Communes,
) -> Result<Vec<DemoKey>, StoreError> {
    for key in store.keys().await? {
        if key.revoked.is_none() && key.label.starts_with(LABEL) {
            store.revoke_key(&key.id.to_string()).await?;
        }
    }
    let mut keys = Vec::new();
    for (role, level, reach, whose) in holders(territory, communes) {
        let label = format!("{LABEL}{}, {whose}", french(role));
        let grant = Grant {
            label: &label,
            roles: Roles::from_iter([role]),
            reach: &reach,
            quota: None,
            expires: None,
        };
        keys.push(DemoKey {
            role,
            level,
            whose,
            key: issue(store, &grant).await?,
            reach,
        });
    }
    Ok(keys)
}

/// Who holds the keys: a commune of middle size, the shared team, the metropolis.
fn holders(territory: &Territory, communes: &Communes) -> Vec<(Role, Level, Reach, String)> {
    let ranked = by_size(communes);
    let adhesions = adhesions(territory, communes);
    let portal = territory.portal_service().map(|service| service.id.clone());
    let level = |insee: &Insee| {
        adhesions
            .iter()
            .filter(|held| held.until.is_none() && Some(&held.service) == portal.as_ref())
            .find(|held| held.commune == *insee)
            .and_then(|held| held.level)
    };
    let with = |wanted: Level, skip: usize| {
        let mut found = ranked.iter().filter(|c| level(&c.insee) == Some(wanted));
        found.nth(skip).or_else(|| ranked.first()).copied()
    };
    let one = |commune: &Commune| Reach::Communes([commune.insee.clone()].into());
    let everywhere = || (Reach::Territory, territory.title.clone());
    let team = territory.poles.iter().find(|pole| pole.official);
    let (team, team_name) = match (team, with(Level::Outils, 0)) {
        (Some(pole), _) => {
            let mut codes = pole.communes.clone();
            codes.sort();
            let name = format!("{} ({} communes)", pole.name, codes.len());
            (Reach::Communes(codes.into()), name)
        }
        (None, Some(commune)) => (one(commune), commune.name.clone()),
        (None, None) => everywhere(),
    };
    let of = |commune: Option<&Commune>| match commune {
        Some(commune) => (one(commune), commune.name.clone()),
        None => everywhere(),
    };
    let (outils, portail) = (Level::Outils, Level::Portail);
    let member = of(with(outils, 1));
    let contributor = of(with(outils, 0));
    let finance = of(with(outils, 2));
    let small = with(portail, 0).map(|commune| of(Some(commune)));
    let whole = |role| {
        let (reach, name) = everywhere();
        (role, outils, reach, name)
    };
    let mut list = vec![(Role::Member, outils, member.0, member.1)];
    list.extend(small.map(|(reach, name)| (Role::Member, portail, reach, name)));
    list.extend([
        (Role::Instructor, outils, team, team_name),
        (Role::Contributor, outils, contributor.0, contributor.1),
        (Role::Finance, outils, finance.0, finance.1),
        whole(Role::Administrator),
        whole(Role::Csu),
        whole(Role::Craiol),
        whole(Role::Application),
    ]);
    list
}

/// A role in a key's label.
fn french(role: Role) -> &'static str {
    match role {
        Role::Member => "membre",
        Role::Instructor => "instructeur",
        Role::Contributor => "contributeur",
        Role::Finance => "finances",
        Role::Administrator => "administration",
        Role::Csu => "supervision urbaine",
        Role::Craiol => "CRAIOL",
        Role::Application => "application mobile",
    }
}
