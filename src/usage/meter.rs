//! The meter: what the edge tells of a response becomes a record of the journal.

use std::sync::Arc;

use super::journal::{Full, Journal, now_us};
use super::record::{NO_LAYER, Names, Record};
use super::segment::Place;
use super::stored::Health;
use super::units::units;
use crate::catalogue::{Catalogue, Territory};
use crate::config::Units;
use crate::model::{Account, Caller, ClientFamily, Tally};

/// The service commun to which is booked what belongs to no other: that of the portal.
const PORTAL: &str = "sig";

/// What is known of a response besides its tally, before its body goes out.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    account: Account,
    key: Option<i32>,
    client: ClientFamily,
    /// Place of the room's service commun, when the room has one of its own.
    room: Option<u16>,
    status: u16,
}

impl Facts {
    /// The number of the caller's key.
    pub fn key(&self) -> Option<i32> {
        self.key
    }
}

/// How a body ended, when it is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The reader left: the work was done for it.
    Reader,
    /// We failed: nothing is billed.
    Ours,
}

/// Records responses.
#[derive(Debug)]
pub struct Meter {
    journal: Option<Arc<Journal>>,
    weights: Units,
    services: Vec<String>,
    /// The service commun of each layer, in the catalogue's order.
    of_layers: Vec<u16>,
}

/// The names that this catalogue's records point to.
pub fn names(catalogue: &Catalogue, territory: &Territory) -> Names {
    let mut services = vec![PORTAL.to_owned()];
    let booked = catalogue.layers().iter().map(|layer| &layer.service);
    let known = territory.services.iter().map(|service| &service.id);
    for id in known.chain(booked) {
        if !services.contains(id) {
            services.push(id.clone());
        }
    }
    let layers = catalogue.layers().iter();
    Names {
        services,
        layers: layers.map(|layer| layer.id.to_string()).collect(),
    }
}

impl Meter {
    /// A meter that writes to a journal; one without records nothing.
    pub fn new(
        catalogue: &Catalogue,
        territory: &Territory,
        weights: Units,
        journal: Option<Arc<Journal>>,
    ) -> Self {
        let services = names(catalogue, territory).services;
        let place = |id: &str| services.iter().position(|service| service == id);
        let of_layers = catalogue
            .layers()
            .iter()
            .map(|layer| place(&layer.service).unwrap_or(0) as u16)
            .collect();
        Self {
            journal,
            weights,
            of_layers,
            services,
        }
    }

    /// Whether responses are recorded.
    pub fn is_on(&self) -> bool {
        self.journal.is_some()
    }

    /// How the journal is; none when nothing is recorded.
    pub fn health(&self) -> Option<Health> {
        self.journal.as_ref().map(|journal| journal.health())
    }

    /// The service commun of the room that a path leads to, when the room has one of its own.
    pub fn room(&self, path: &str) -> Option<u16> {
        let first = path.trim_start_matches('/').split('/').next();
        let room = first.filter(|first| *first == "ads")?;
        let place = self.services.iter().position(|service| service == room)?;
        u16::try_from(place).ok()
    }

    /// What is known of a response before its body goes out; `agent` is the `User-Agent`, of which
    /// the family alone is kept.
    pub fn facts(
        &self,
        caller: &Caller,
        room: Option<u16>,
        agent: Option<&[u8]>,
        status: u16,
    ) -> Facts {
        Facts {
            account: Account::from(&caller.booked()),
            key: caller.credential().and_then(|held| held.key),
            client: agent.map_or(ClientFamily::Other, ClientFamily::of),
            room,
            status,
        }
    }

    /// What a response weighs so far, in thousandths of a unit.
    pub fn units(&self, facts: &Facts, tally: &Tally) -> u32 {
        units(
            &self.weights,
            tally.operation(),
            facts.status,
            tally.written(),
        )
    }

    /// Whether this response cannot be recorded, and would be billed: it must not go out.
    pub fn refuses(&self, facts: &Facts, tally: &Tally) -> bool {
        self.journal
            .as_ref()
            .is_some_and(|journal| journal.is_full())
            && self.units(facts, tally) > 0
    }

    /// Records a response of so many bytes. What is not billed goes out unrecorded when the
    /// journal is full, and the metrics count it.
    ///
    /// # Errors
    /// When it cannot be recorded and would be billed: its end must not be handed out.
    pub fn record(
        &self,
        facts: &Facts,
        tally: &Tally,
        bytes: u64,
        fault: Option<Fault>,
    ) -> Result<Option<Place>, Full> {
        let Some(journal) = &self.journal else {
            return Ok(None);
        };
        let layer = tally.layer().filter(|place| *place < self.of_layers.len());
        let units = match fault {
            Some(Fault::Ours) => 0,
            _ => self.units(facts, tally),
        };
        let written = journal.record(&Record {
            at_us: now_us(),
            account: facts.account,
            key: facts.key,
            service: facts
                .room
                .or(layer.map(|place| self.of_layers[place]))
                .unwrap_or(0),
            layer: layer.map_or(NO_LAYER, |place| place as u16),
            operation: tally.operation(),
            client: facts.client,
            status: facts.status,
            bytes,
            features: tally.written(),
            database_us: tally.database_us(),
            units,
        });
        match written {
            Ok(place) => Ok(Some(place)),
            Err(Full) if units == 0 || fault.is_some() => {
                metrics::counter!("geonantes_usage_unrecorded_total").increment(1);
                Ok(None)
            }
            Err(Full) => Err(Full),
        }
    }
}
