//! A year of use, invented and booked like a real one: through the door by which journals reach
//! the ledger, so that its aggregates, its partitions and its keys' last uses are what they would
//! be.
//!
//! Each day is a journal segment of its own whose name follows from its date: a day that the ledger
//! has is never added again, and a later start adds the days that have passed since.

mod calendar;
mod day;
mod habits;

use std::collections::HashSet;

use chrono::{Days, NaiveDate};
use sha2::Digest as _;
use uuid::Uuid;

use self::day::{Day, Keyed, Scene};
use self::habits::{User, users};
use super::Ground;
use crate::members::{Grant, issue};
use crate::model::{Communes, Roles};
use crate::store::usage::SegmentId;
use crate::store::{Store, StoreError};

/// Days of use before today.
const DAYS: u64 = 365;

/// How the labels of the keys begin whose use is invented; nobody was ever shown them.
const LABEL: &str = "Usage de démonstration\u{a0}: ";

/// Adds to the ledger the days before today that it lacks, a year at most; how many responses were
/// added. `told` hears of each day before it is added: its place, how many there are, its date.
///
/// # Errors
/// When the database refuses; the days added before stay.
pub async fn ship(
    ground: Ground<'_>,
    communes: &Communes,
    told: impl Fn(usize, usize, &NaiveDate),
) -> Result<usize, StoreError> {
    let days: Vec<NaiveDate> = (1..=DAYS)
        .rev()
        .filter_map(|ago| ground.today.checked_sub_days(Days::new(ago)))
        .collect();
    let ids: Vec<Uuid> = days.iter().map(|day| name(&format!("day {day}"))).collect();
    let known = ground.store.shipped_segments(&ids).await?;
    let known: HashSet<Uuid> = known.into_iter().collect();
    let lacking: Vec<(NaiveDate, Uuid)> = days
        .into_iter()
        .zip(ids)
        .filter(|(_, id)| !known.contains(id))
        .collect();
    if lacking.is_empty() || communes.list.is_empty() {
        return Ok(0);
    }
    let scene = scene(ground, communes).await?;
    let mut added = 0;
    for (place, (date, id)) in lacking.iter().enumerate() {
        told(place, lacking.len(), date);
        added += ship_day(ground, &scene, *date, *id).await?;
    }
    Ok(added)
}

async fn ship_day(
    ground: Ground<'_>,
    scene: &Scene<'_>,
    date: NaiveDate,
    id: Uuid,
) -> Result<usize, StoreError> {
    let territory = ground.territory;
    let next = date.checked_add_days(Days::new(1)).unwrap_or(date);
    let day = Day {
        date,
        begins: territory.begins(date),
        ends: territory.begins(next),
    };
    let events = scene.events(day);
    let segment = SegmentId {
        id,
        instance: name("instance"),
        opened_us: day.begins.timestamp_micros(),
    };
    let mut shipment = ground.store.shipment(segment).await?;
    if shipment.done {
        return Ok(0);
    }
    shipment.add(&events, territory.timezone.name()).await?;
    let count = events.len() as i64;
    shipment.commit(count, count, true).await?;
    Ok(events.len())
}

/// Who uses the portal, each with its key.
async fn scene<'a>(ground: Ground<'a>, communes: &Communes) -> Result<Scene<'a>, StoreError> {
    let adhesions = ground.store.adhesions().await?;
    let held = ground.store.keys().await?;
    let mut list = Vec::new();
    for user in users(ground.territory, communes, &adhesions) {
        let label = format!("{LABEL}{}", user.label);
        let known = held
            .iter()
            .find(|key| key.label == label && key.revoked.is_none());
        let key = match known {
            Some(key) => Some(key.number),
            None => key(ground.store, &user, &label).await?,
        };
        let layers = user.layers(ground.catalogue);
        if !layers.is_empty() {
            list.push(Keyed { user, key, layers });
        }
    }
    let portal = ground.territory.portal_service();
    Ok(Scene {
        catalogue: ground.catalogue,
        portal: portal.map_or("sig", |known| &known.id),
        users: list,
        weights: ground.weights,
    })
}

/// Makes the key of a user, whose secret is forgotten at once; none for the public.
async fn key(store: &Store, user: &User, label: &str) -> Result<Option<i32>, StoreError> {
    let Some(reach) = &user.reach else {
        return Ok(None);
    };
    let grant = Grant {
        label,
        roles: Roles::from_iter([user.role]),
        reach,
        quota: user.quota,
        expires: None,
    };
    Ok(Some(issue(store, &grant).await?.number))
}

/// A name that is the same on every machine.
fn name(purpose: &str) -> Uuid {
    let digest = sha2::Sha256::digest(format!("geonantes demonstration: {purpose}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
