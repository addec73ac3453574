//! The responses of one day: sessions of somebody who looks at a map, opens a layer, reads a file.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::chance::Chance;
use super::calendar;
use super::habits::{Rhythm, User};
use crate::catalogue::Catalogue;
use crate::config::Units;
use crate::model::{Account, ClientFamily, Event, Operation, Outcome};
use crate::usage::units;

/// What is the same on every day.
pub struct Scene<'a> {
    /// The layers.
    pub catalogue: &'a Catalogue,
    /// The service commun to which is booked what belongs to no layer.
    pub portal: &'a str,
    /// Who there is.
    pub users: Vec<Keyed>,
    /// What responses weigh.
    pub weights: &'a Units,
}

/// A user, with what the ledger and the catalogue know of it.
pub struct Keyed {
    /// Who.
    pub user: User,
    /// The number of its key; none without a key.
    pub key: Option<i32>,
    /// The layers that it sees, as places in the catalogue, each with its weight.
    pub layers: Vec<(usize, f64)>,
}

/// The day, between two instants.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    /// Its date in the territory.
    pub date: NaiveDate,
    /// When it begins.
    pub begins: DateTime<Utc>,
    /// When the next one does.
    pub ends: DateTime<Utc>,
}

/// The first day from which the demonstration's use grows, a sixth a year.
const SINCE: Option<NaiveDate> = NaiveDate::from_ymd_opt(2025, 1, 1);

impl Scene<'_> {
    /// The responses of a day in the order of time, the same whenever they are made.
    pub fn events(&self, day: Day) -> Vec<Event<'_>> {
        let number = day
            .date
            .signed_duration_since(NaiveDate::default())
            .num_days();
        let since = SINCE.map_or(0, |first| (day.date - first).num_days());
        let growth = (1.0 + since as f64 / 365.0 / 6.0).clamp(0.6, 1.8);
        let mut events = Vec::new();
        for (place, Keyed { user, key, layers }) in self.users.iter().enumerate() {
            let mut chance = Chance::of("day", (number as u64) << 12 | place as u64);
            let busy = match user.rhythm {
                Rhythm::Office => calendar::busy(day.date),
                Rhythm::Leisure => calendar::leisure(day.date),
                Rhythm::Night => 1.0,
            };
            let noise = chance.between(0.6, 1.4);
            let wanted = user.daily * busy * growth * noise;
            // Small numbers become whole ones by chance, or small communes would never be there.
            let wanted = (wanted + chance.unit()) as usize;
            let visitor = Visitor {
                scene: self,
                user,
                key: *key,
                layers,
                day,
            };
            let begun = events.len();
            while events.len() < begun + wanted {
                let most = begun + wanted - events.len();
                visitor.session(&mut chance, most, &mut events);
            }
        }
        events.sort_by_key(|event| event.at_us);
        events
    }
}

/// Somebody on a day.
struct Visitor<'a> {
    scene: &'a Scene<'a>,
    user: &'a User,
    key: Option<i32>,
    layers: &'a [(usize, f64)],
    day: Day,
}

impl<'a> Visitor<'a> {
    /// Some responses in a row, about one layer with one program.
    fn session(&self, chance: &mut Chance, most: usize, events: &mut Vec<Event<'a>>) {
        let client = self.user.clients[chance.weighed(self.user.clients.iter().map(|c| c.1))].0;
        let size = (2.0 + chance.around(24.0)) as usize;
        let mut second = self.start(chance);
        let mut layer = self.layer(chance);
        for step in 0..size.min(most) {
            let operation = operation(client, step, chance);
            if chance.happens(0.07) {
                layer = self.layer(chance);
            }
            events.push(self.event(chance, second, client, operation, layer));
            second += match operation {
                Operation::Tile => chance.around(1.5),
                _ => chance.around(20.0),
            };
        }
    }

    fn layer(&self, chance: &mut Chance) -> usize {
        let weights = self.layers.iter().map(|(_, weight)| *weight);
        self.layers[chance.weighed(weights)].0
    }

    /// The second of the day at which a session begins.
    fn start(&self, chance: &mut Chance) -> f64 {
        let hours: (f64, f64) = match self.user.rhythm {
            Rhythm::Office if chance.happens(0.52) => (8.4, 12.2),
            Rhythm::Office if chance.happens(0.95) => (13.6, 17.8),
            Rhythm::Office => (7.5, 19.5),
            Rhythm::Leisure if chance.happens(0.03) => (0.0, 6.5),
            Rhythm::Leisure if chance.happens(0.3) => (18.0, 22.8),
            Rhythm::Leisure => (8.0, 18.5),
            Rhythm::Night => (1.0, 4.5),
        };
        chance.between(hours.0, hours.1) * 3600.0
    }

    fn event(
        &self,
        chance: &mut Chance,
        second: f64,
        client: ClientFamily,
        operation: Operation,
        layer: usize,
    ) -> Event<'a> {
        let status = status(client, operation, chance);
        let features = if status == 200 {
            features(operation, chance)
        } else {
            0
        };
        let aborted = match operation {
            Operation::Export => chance.happens(0.04),
            _ => chance.happens(0.004),
        };
        // Pages are the portal's, not a layer's.
        let asked = (operation != Operation::Page).then(|| &self.scene.catalogue.layers()[layer]);
        let end = self.day.ends.timestamp_micros() - 1;
        let at = self.day.begins.timestamp_micros() + (second * 1e6) as i64;
        Event {
            at_us: at.min(end),
            account: Account::from(&self.user.booked),
            key: self.key,
            service: asked.map_or(self.scene.portal, |layer| &layer.service),
            layer: asked.map_or("", |layer| layer.id.as_str()),
            operation,
            client,
            status,
            outcome: if aborted {
                Outcome::Aborted
            } else {
                Outcome::Whole
            },
            bytes: bytes(operation, status, features, chance),
            features,
            database_us: database_us(operation, status, features, chance),
            units: units(self.scene.weights, operation, status, features),
        }
    }
}

/// What is asked for next; a session begins with the page, or the document, that leads there.
fn operation(client: ClientFamily, step: usize, chance: &mut Chance) -> Operation {
    use Operation::{Export, Item, Items, Page, Tile};
    if step == 0 {
        return Page;
    }
    // Tiles, pages of features, single features, pages, whole files.
    let weights: [f64; 5] = match client {
        ClientFamily::Browser => [72.0, 4.0, 13.0, 10.9, 0.1],
        ClientFamily::Qgis => [34.0, 56.0, 3.0, 6.7, 0.3],
        ClientFamily::Gdal => [0.0, 88.0, 2.0, 9.0, 1.0],
        ClientFamily::Script => [0.0, 80.0, 14.0, 5.0, 1.0],
        ClientFamily::Other => [55.0, 25.0, 18.0, 2.0, 0.0],
    };
    [Tile, Items, Item, Page, Export][chance.weighed(weights.into_iter())]
}

fn status(client: ClientFamily, operation: Operation, chance: &mut Chance) -> u16 {
    let held = matches!(operation, Operation::Tile | Operation::Page)
        && matches!(client, ClientFamily::Browser | ClientFamily::Qgis);
    let drawn = chance.unit();
    match drawn {
        _ if drawn < 0.0006 => 503,
        _ if drawn < 0.004 => 400,
        _ if drawn < 0.009 => 404,
        _ if held && drawn < 0.15 => 304,
        _ => 200,
    }
}

fn features(operation: Operation, chance: &mut Chance) -> u32 {
    let number = match operation {
        Operation::Tile => chance.around(160.0),
        Operation::Items => (1.0 + chance.around(140.0)).min(1_000.0),
        Operation::Item => 1.0,
        Operation::Export => 20.0 + chance.around(9_000.0),
        _ => 0.0,
    };
    number as u32
}

fn bytes(operation: Operation, status: u16, features: u32, chance: &mut Chance) -> u64 {
    if status != 200 {
        return if status == 304 { 0 } else { 320 };
    }
    let size = match operation {
        Operation::Tile => 200.0 + f64::from(features) * chance.between(40.0, 120.0),
        Operation::Page => 3_000.0 + chance.around(9_000.0),
        _ => 400.0 + f64::from(features) * chance.between(350.0, 700.0),
    };
    size as u64
}

/// Most tiles come from the cache.
fn database_us(operation: Operation, status: u16, features: u32, chance: &mut Chance) -> u32 {
    let asked = match operation {
        Operation::Tile => status == 200 && chance.happens(0.3),
        Operation::Page => false,
        _ => status == 200,
    };
    if !asked {
        return 0;
    }
    (900.0 + chance.around(2_500.0) + f64::from(features) * 7.0) as u32
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use chrono::Days;

    use super::super::habits::users;
    use super::*;
    use crate::catalogue::Territory;
    use crate::model::{Adhesion, Booked, Commune, Communes, Level};

    fn communes() -> Communes {
        let commune = |insee: &str, name: &str, population| Commune {
            insee: insee.parse().expect("a code"),
            name: name.to_owned(),
            population: Some(population),
            outline: String::new(),
            middle: (0.0, 0.0),
            radius: 0.0,
        };
        let list = vec![
            commune("44018", "Bouaye", 8_300),
            commune("44109", "Nantes", 325_000),
        ];
        Communes {
            list,
            ..Communes::default()
        }
    }

    /// A month of events, as tuples that can be compared.
    fn month(check: impl Fn(Day, &[Event<'_>])) -> usize {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers");
        let catalogue = Catalogue::read(&folder).expect("the shipped layers");
        let territory = Territory::read(&folder).expect("the shipped territory");
        let communes = communes();
        let adhesion = |(insee, level): (&str, Level)| Adhesion {
            commune: insee.parse().expect("a code"),
            service: "sig".to_owned(),
            level: Some(level),
            since: NaiveDate::default(),
            until: None,
        };
        let held = [("44018", Level::Portail), ("44109", Level::Outils)].map(adhesion);
        let scene = Scene {
            users: users(&territory, &communes, &held)
                .into_iter()
                .enumerate()
                .map(|(place, user)| {
                    let layers = user.layers(&catalogue);
                    let key = user.reach.as_ref().map(|_| place as i32);
                    Keyed { user, key, layers }
                })
                .collect(),
            catalogue: &catalogue,
            portal: "sig",
            weights: &Units::default(),
        };
        let first = NaiveDate::from_ymd_opt(2026, 3, 1).expect("a day");
        let mut count = 0;
        for after in 0..31 {
            let date = first + Days::new(after);
            let day = Day {
                date,
                begins: territory.begins(date),
                ends: territory.begins(date + Days::new(1)),
            };
            let events = scene.events(day);
            assert_eq!(events, scene.events(day), "the same whenever they are made");
            check(day, &events);
            count += events.len();
        }
        count
    }

    #[test]
    fn a_month_is_plausible_and_the_same_again() {
        let nantes = "44109".parse().map(Booked::Commune).expect("a code");
        let bouaye = "44018".parse().map(Booked::Commune).expect("a code");
        let count = month(|day, events| {
            let (from, to) = (day.begins.timestamp_micros(), day.ends.timestamp_micros());
            assert!(events.iter().all(|event| (from..to).contains(&event.at_us)));
            assert!(events.is_sorted_by_key(|event| event.at_us));
            let of = |booked: &Booked| {
                let account = Account::from(booked);
                events.iter().filter(move |event| event.account == account)
            };
            // The day on which clocks go forward is one of them.
            let sunday = calendar::busy(day.date) < 0.1;
            let (large, small) = (of(&nantes).count(), of(&bouaye).count());
            assert!(
                sunday || large > 5 * small,
                "{}: {large}, {small}",
                day.date
            );
            assert!(of(&Booked::Public).count() > 20, "{}", day.date);
            assert!(of(&Booked::Public).all(|event| event.key.is_none()));
            // An adhesion to the portal alone is used in browsers.
            assert!(of(&bouaye).all(|event| event.client == ClientFamily::Browser));
            let exports = events.iter().filter(|e| e.operation == Operation::Export);
            assert!(exports.count() * 50 < events.len());
            let refused = |event: &&Event<'_>| event.status >= 400;
            assert!(events.iter().filter(refused).all(|event| event.units == 0));
        });
        assert!((10_000..40_000).contains(&count), "{count}");
    }
}
