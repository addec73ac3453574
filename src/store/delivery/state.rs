//! What a delivery knows of each of its layers while it is under way.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::ScopeDifference;
use super::wkb::{Fault, GeometryFault};
use crate::catalogue::Layer;
use crate::model::Srid;
use crate::store::names::quote;

/// Faults of one kind that are told one by one.
const TOLD: usize = 200;

/// A geometry that was left out, or mended.
#[derive(Debug, Clone, PartialEq)]
pub struct RowFault {
    /// The row's number in the delivery: `_row` of the staging table.
    pub row: i64,
    /// The feed that it came from.
    pub feed: i32,
    /// Its number in the source.
    pub fid: i64,
    /// What is wrong with it.
    pub kind: GeometryFault,
    /// Whether it was mended; its geometry is absent otherwise.
    pub mended: bool,
    /// Where, in the storage system, when that can be told.
    pub place: Option<(f64, f64)>,
}

/// What staging has to say of a layer's rows.
#[derive(Debug, Clone, Default)]
pub struct Staged {
    /// Rows staged.
    pub rows: i64,
    /// The first faults of each kind.
    pub faults: Vec<RowFault>,
    /// All of them, by kind and whether they were mended.
    pub totals: BTreeMap<(GeometryFault, bool), i64>,
}

/// What arrived for one layer.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    pub rows: i64,
    /// Reference systems of the geometries received.
    pub srids: BTreeSet<i32>,
    /// Scopes of the rows; none where a mended delivery may lose all rows of one.
    pub scopes: HashSet<String>,
    /// Faults, with the system of their place.
    pub faults: Vec<(RowFault, Srid)>,
    pub totals: BTreeMap<(GeometryFault, bool), i64>,
}

impl Arrivals {
    pub(super) fn fault(
        &mut self,
        row: i64,
        (feed, fid, srid): (i32, i64, Srid),
        fault: Fault,
        mended: bool,
    ) {
        let total = self.totals.entry((fault.kind, mended)).or_default();
        *total += 1;
        if *total <= TOLD as i64 {
            let told = RowFault {
                row,
                feed,
                fid,
                kind: fault.kind,
                mended,
                place: fault.place,
            };
            self.faults.push((told, srid));
        }
    }
}

/// One layer of a delivery.
#[derive(Debug)]
pub(super) struct Part {
    pub layer: Layer,
    pub arrivals: Arrivals,
    /// Whether a past state is staged: what it does not have is removed, in a merging layer too.
    pub restores: bool,
    /// Whether it is known that no two of its rows share a key.
    pub keys_differ: bool,
    /// What it was compared with, once it was.
    pub compared: Option<Compared>,
}

/// What a layer was compared with.
#[derive(Debug)]
pub(super) struct Compared {
    /// The layer's version, over all its scopes.
    pub version: i64,
    pub scopes: Vec<ScopeDifference>,
}

impl Part {
    pub(super) fn new(layer: &Layer) -> Self {
        Self {
            layer: layer.clone(),
            arrivals: Arrivals::default(),
            restores: false,
            keys_differ: false,
            compared: None,
        }
    }

    /// Whether its rows came from outside, so that none has a number from before.
    pub(super) fn is_received(&self) -> bool {
        self.arrivals.rows > 0
    }
}

/// Names of a layer's temporary tables.
#[derive(Debug, Clone)]
pub(in crate::store) struct Temporary {
    /// Rows as received.
    pub raw: String,
    /// Rows as they would be published.
    pub staging: String,
    /// One row a feature: what the delivery does to it. Once counted, those left as they are may be
    /// absent.
    pub difference: String,
    /// The scopes delivered, and what the delivery does to each.
    pub scopes: String,
}

impl Temporary {
    pub(in crate::store) fn of(layer: &Layer) -> Self {
        let table = layer.table();
        let name = |purpose: &str| quote(&format!("{purpose}_{table}"));
        Self {
            raw: name("raw"),
            staging: name("staging"),
            difference: name("difference"),
            scopes: name("scopes"),
        }
    }
}
