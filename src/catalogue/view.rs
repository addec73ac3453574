//! A layer as one caller reads it: what the rooms below [`crate::access`] are given, so that no
//! statement and no encoder can forget who asks.

use std::ops::Deref;
use std::sync::Arc;

use sha2::Digest as _;

use super::{Field, FieldType, Layer};
use crate::model::{Reading, Role, Seal};

/// A layer and how it is read. `access` alone makes one for a caller.
#[derive(Debug, Clone)]
pub struct View {
    layer: Arc<Layer>,
    reading: Reading,
    digest: u64,
}

impl View {
    /// The layer, read so.
    pub fn new(layer: Arc<Layer>, reading: Reading) -> Self {
        let mut view = Self {
            layer,
            reading,
            digest: 0,
        };
        if !view.is_common() {
            view.digest = view.number();
        }
        view
    }

    /// The layer itself.
    pub fn layer(&self) -> &Arc<Layer> {
        &self.layer
    }

    /// How it is read.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// Whether the caller reads what anybody would.
    pub fn is_common(&self) -> bool {
        self.layer.is_open() && self.reading.personal.is_none()
    }

    /// The fields that the caller sees, in catalogue order; the others do not exist for it.
    pub fn visible(&self) -> impl Iterator<Item = &Field> {
        let personal = self.reading.personal.is_some();
        self.layer
            .fields
            .iter()
            .filter(move |field| personal || !field.personal)
    }

    /// Types of the visible fields, as rows are read by.
    pub fn kinds(&self) -> Vec<FieldType> {
        self.visible().map(|field| field.kind).collect()
    }

    /// Roles by which the database judges this reading, each with where the reader has it.
    pub fn seals(&self) -> Vec<(Role, String)> {
        let personal = self.reading.personal.as_ref();
        let roles = [
            self.layer.role,
            personal.and_then(|_| self.layer.personal_role),
        ];
        let told = |role: Role| (role, self.reading.seal.reach(role));
        roles.into_iter().flatten().map(told).collect()
    }

    /// What distinguishes this reading from others of the same layer, for caches and tags; 0 for
    /// what anybody would read.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    fn number(&self) -> u64 {
        let Reading {
            rows,
            personal,
            seal,
        } = &self.reading;
        let member = *seal != Seal::Anonymous;
        let text = format!("{rows:?} {personal:?} {member} {:?}", self.seals());
        let bytes = sha2::Sha256::digest(text);
        bytes[..8]
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

impl Deref for View {
    type Target = Layer;

    fn deref(&self) -> &Layer {
        &self.layer
    }
}
