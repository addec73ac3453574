//! Keys and adhesions as they stand on a day. Pure.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::refusal::Refusal;
use super::standing::{Standing, standing};
use crate::model::{Adhesion, Caller, Credential, Through};
use crate::store::members::{HeldKey, Members};

/// A key and what it is worth on the ring's day.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// The key.
    pub key: HeldKey,
    /// Nothing when none of its communes adheres.
    pub standing: Option<Standing>,
}

impl Held {
    /// Who holds the key, at that instant of the ring's day.
    ///
    /// # Errors
    /// Why it is not accepted.
    pub fn worth(
        &self,
        through: Through,
        now: DateTime<Utc>,
        stale: bool,
    ) -> Result<Caller, Refusal> {
        let key = &self.key;
        if key.revoked.is_some() {
            return Err(Refusal::Revoked);
        }
        if key.expires.is_some_and(|expires| expires <= now) {
            return Err(Refusal::Expired);
        }
        let standing = self.standing.as_ref().ok_or(Refusal::NoAdhesion)?;
        Ok(Caller::with(Credential {
            key: Some(key.number),
            label: key.label.clone(),
            roles: key.roles,
            reach: standing.reach.clone(),
            level: standing.level,
            through,
            quota: key.quota,
            stale,
        }))
    }
}

/// Every key by its hash.
#[derive(Debug, Default)]
pub(super) struct Ring {
    change: i64,
    day: NaiveDate,
    adhesions: Arc<[Adhesion]>,
    by_hash: HashMap<[u8; 32], Held>,
    by_id: HashMap<Uuid, [u8; 32]>,
}

impl Ring {
    /// What was read, as it stands on a day; `service` is the one whose adhesions count.
    pub fn new(members: Members, service: &str, day: NaiveDate) -> Self {
        let adhesions: Arc<[Adhesion]> = members
            .adhesions
            .into_iter()
            .filter(|adhesion| adhesion.service == service)
            .collect();
        Self::of(members.change, day, adhesions, members.keys.into_iter())
    }

    /// The same on another day.
    pub fn on(&self, day: NaiveDate) -> Self {
        let keys = self.keys().cloned();
        Self::of(self.change, day, self.adhesions.clone(), keys)
    }

    fn of(
        change: i64,
        day: NaiveDate,
        adhesions: Arc<[Adhesion]>,
        keys: impl Iterator<Item = HeldKey>,
    ) -> Self {
        let held = |key: HeldKey| Held {
            standing: standing(&key.reach, &adhesions, day),
            key,
        };
        let by_hash: HashMap<_, _> = keys.map(|key| (key.hash, held(key))).collect();
        let by_id = by_hash
            .iter()
            .map(|(hash, held)| (held.key.id, *hash))
            .collect();
        Self {
            change,
            day,
            adhesions,
            by_hash,
            by_id,
        }
    }

    /// Number of the change that it stands for.
    pub fn change(&self) -> i64 {
        self.change
    }

    /// The day that it stands for.
    pub fn day(&self) -> NaiveDate {
        self.day
    }

    /// Adhesions to the portal's service.
    pub fn adhesions(&self) -> &[Adhesion] {
        &self.adhesions
    }

    /// The keys.
    pub fn keys(&self) -> impl Iterator<Item = &HeldKey> {
        self.by_hash.values().map(|held| &held.key)
    }

    /// The key of that hash.
    pub fn by_hash(&self, hash: &[u8; 32]) -> Option<&Held> {
        self.by_hash.get(hash)
    }

    /// The key of that number.
    pub fn by_number(&self, number: i32) -> Option<&Held> {
        self.by_hash.values().find(|held| held.key.number == number)
    }

    /// The key of that identifier.
    pub fn by_id(&self, id: Uuid) -> Option<&Held> {
        self.by_hash.get(self.by_id.get(&id)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Level;

    fn key(scope: &str) -> HeldKey {
        HeldKey {
            id: Uuid::nil(),
            number: 7,
            prefix: "gn_test".to_owned(),
            hash: [1; 32],
            label: "tests".to_owned(),
            roles: Default::default(),
            reach: scope.parse().expect("a scope"),
            quota: None,
            created: DateTime::default(),
            expires: Some("2026-03-01T00:00:00Z".parse().expect("an instant")),
            revoked: None,
            used: None,
        }
    }

    fn ring(key: HeldKey, day: &str) -> Ring {
        let adhesion = |service: &str| Adhesion {
            commune: "44018".parse().expect("a code"),
            service: service.to_owned(),
            level: Some(Level::Outils),
            since: "2026-02-01".parse().expect("a day"),
            until: None,
        };
        let members = Members {
            change: 1,
            keys: vec![key],
            adhesions: vec![adhesion("sig"), adhesion("ads")],
        };
        Ring::new(members, "sig", day.parse().expect("a day"))
    }

    fn worth(ring: &Ring, at: &str) -> Result<Caller, Refusal> {
        let held = ring.by_id(Uuid::nil()).expect("the key");
        held.worth(Through::Key, at.parse().expect("an instant"), false)
    }

    #[test]
    fn a_key_is_worth_what_its_dates_and_the_adhesions_say() {
        let ring = ring(key("44018"), "2026-02-01");
        assert!(ring.by_hash(&[1; 32]).is_some() && ring.by_hash(&[2; 32]).is_none());
        let caller = worth(&ring, "2026-02-28T23:59:59Z").expect("accepted");
        assert_eq!(
            caller.credential().map(|held| held.level),
            Some(Level::Outils)
        );
        assert_eq!(worth(&ring, "2026-03-01T00:00:00Z"), Err(Refusal::Expired));
        let before = ring.on("2026-01-31".parse().expect("a day"));
        assert_eq!(
            worth(&before, "2026-01-31T12:00:00Z"),
            Err(Refusal::NoAdhesion)
        );
    }

    #[test]
    fn a_revoked_key_is_worth_nothing() {
        let mut revoked = key("territoire");
        revoked.revoked = Some(DateTime::default());
        let ring = ring(revoked, "2026-02-01");
        assert_eq!(worth(&ring, "2026-02-01T00:00:00Z"), Err(Refusal::Revoked));
    }
}
