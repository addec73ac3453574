//! What changes between two exercises: last year's and this one's, the forecast and the final, one
//! way to share and another.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::compute::{Outcome, ServiceOutcome};
use crate::exercise::Insee;
use crate::number::Cents;

/// An amount in one exercise and in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Change {
    /// In the first.
    pub before: Cents,
    /// In the second.
    pub after: Cents,
    /// `after` − `before`.
    pub change: Cents,
}

impl Change {
    fn between(before: Cents, after: Cents) -> Self {
        Self {
            before,
            after,
            change: after - before,
        }
    }
}

/// What changes in a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceChange {
    /// Its cost.
    pub cost: Change,
    /// What the metropolis carries.
    pub metropolis: Change,
    /// What each of its communes pays, in either exercise.
    pub communes: BTreeMap<Insee, Change>,
}

/// What changes from an exercise to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// The services of either, by their ids; one that only one has costs nothing in the other.
    pub services: BTreeMap<String, ServiceChange>,
    /// What each commune pays for all of them.
    pub communes: BTreeMap<Insee, Change>,
    /// What they all cost.
    pub cost: Change,
    /// What the metropolis carries of all of them.
    pub metropolis: Change,
}

/// What changes from one outcome to another.
pub fn changes(before: &Outcome, after: &Outcome) -> Changes {
    let ids: BTreeSet<&str> = [before, after]
        .into_iter()
        .flat_map(|outcome| &outcome.services)
        .map(|service| service.id.as_str())
        .collect();
    let mut changes = Changes {
        services: BTreeMap::new(),
        communes: BTreeMap::new(),
        cost: Change::default(),
        metropolis: Change::default(),
    };
    for id in ids {
        let of = |outcome: &'_ Outcome| -> Option<ServiceOutcome> {
            outcome
                .services
                .iter()
                .find(|service| service.id == id)
                .cloned()
        };
        let service = service(of(before).as_ref(), of(after).as_ref());
        add(&mut changes.cost, service.cost);
        add(&mut changes.metropolis, service.metropolis);
        for (insee, change) in &service.communes {
            add(changes.communes.entry(*insee).or_default(), *change);
        }
        changes.services.insert(id.to_owned(), service);
    }
    changes
}

fn add(sum: &mut Change, change: Change) {
    *sum = Change::between(sum.before + change.before, sum.after + change.after);
}

fn service(before: Option<&ServiceOutcome>, after: Option<&ServiceOutcome>) -> ServiceChange {
    let both = |of: fn(&ServiceOutcome) -> Cents| {
        Change::between(
            before.map_or(Cents::ZERO, of),
            after.map_or(Cents::ZERO, of),
        )
    };
    let mut communes: BTreeMap<Insee, Change> = BTreeMap::new();
    for share in before.into_iter().flat_map(|service| &service.shares) {
        let row = communes.entry(share.insee).or_default();
        add(row, Change::between(share.by_nature.total(), Cents::ZERO));
    }
    for share in after.into_iter().flat_map(|service| &service.shares) {
        let row = communes.entry(share.insee).or_default();
        add(row, Change::between(Cents::ZERO, share.by_nature.total()));
    }
    ServiceChange {
        cost: both(|service| service.cost.total()),
        metropolis: both(|service| service.metropolis_total(|part| part.total())),
        communes,
    }
}
