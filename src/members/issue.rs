//! Giving keys out.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::key::Key;
use crate::model::{Reach, Roles};
use crate::store::members::NewKey;
use crate::store::{Store, StoreError};

/// What a key is given out for.
#[derive(Debug)]
pub struct Grant<'a> {
    /// Who holds it and what for.
    pub label: &'a str,
    /// What it allows.
    pub roles: Roles,
    /// Where it allows that.
    pub reach: &'a Reach,
    /// Units that it may use in a month.
    pub quota: Option<i64>,
    /// From when it is no longer accepted.
    pub expires: Option<DateTime<Utc>>,
}

/// A key that was given out; it cannot be shown again.
#[derive(Debug)]
pub struct Issued {
    /// Its identifier in commands.
    pub id: Uuid,
    /// Its number in the ledger.
    pub number: i32,
    /// The key.
    pub key: Key,
}

/// Gives a key out: only its hash is kept.
///
/// # Errors
/// When the database refuses, or the system has no randomness to give.
pub async fn issue(store: &Store, grant: &Grant<'_>) -> Result<Issued, StoreError> {
    let key = Key::draw().map_err(|error| {
        StoreError::Unfit(format!("the system gives no randomness for a key: {error}"))
    })?;
    let (id, number) = store
        .add_key(&NewKey {
            prefix: key.prefix(),
            hash: key.hash(),
            label: grant.label,
            roles: grant.roles,
            reach: grant.reach,
            quota: grant.quota,
            expires: grant.expires,
        })
        .await?;
    Ok(Issued { id, number, key })
}
