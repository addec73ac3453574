//! How much one caller may ask for: requests a second, requests and heavy requests at once, units
//! a month. In memory, for this instance alone; the clock is an argument.

mod month;
mod rate;
mod underway;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

pub use month::{Month, Months};
pub use rate::Left;
use rate::Rates;
pub use underway::Place;
use underway::{Counts, UnderWay};

use crate::catalogue::Territory;
use crate::config::{Allowance, Callers};
use crate::model::{Caller, Problem};

/// On whose account a request goes. Addresses live here, in memory, and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Payer {
    /// A key, by its number.
    Key(i32),
    /// A person of single sign-on, by a digest of the name.
    Person(u64),
    /// An address without a credential; of IPv6 the network of a subscriber.
    Address(IpAddr),
}

impl Default for Payer {
    /// Nobody knows who: all of these share one account.
    fn default() -> Self {
        Self::Address(IpAddr::from([0, 0, 0, 0]))
    }
}

impl Payer {
    /// Whoever asks, from an address.
    pub fn new(caller: &Caller, address: IpAddr) -> Self {
        match caller.credential() {
            Some(held) => held.key.map_or_else(
                || {
                    let mut hasher = DefaultHasher::new();
                    held.label.hash(&mut hasher);
                    Self::Person(hasher.finish())
                },
                Self::Key,
            ),
            None => Self::Address(network(address)),
        }
    }
}

/// The address itself, or the /64 that an IPv6 subscriber has for itself at least.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6((u128::from(six) >> 64 << 64).into()),
        four => four,
    }
}

/// Tries to sign in: an office behind one address opens its day, nobody guesses all night.
const ATTEMPTS: Allowance = Allowance {
    per_second: 1,
    burst: 20,
    at_once: 1,
    heavy: 1,
};

/// The limits of an instance.
#[derive(Debug)]
pub struct Limits {
    address: Tier,
    credential: Tier,
    attempts: Rates,
    /// Units of the month, for keys that have a quota.
    pub months: Months,
}

/// The limits of one kind of callers.
#[derive(Debug)]
struct Tier {
    allowance: Allowance,
    rates: Rates,
    under_way: Arc<UnderWay>,
}

impl Tier {
    fn new(allowance: Allowance) -> Self {
        Self {
            allowance,
            rates: Rates::new(allowance),
            under_way: Arc::default(),
        }
    }
}

impl Limits {
    /// Limits as they are configured; months are those of the territory.
    pub fn new(callers: &Callers, territory: &Territory) -> Self {
        Self {
            address: Tier::new(callers.address),
            credential: Tier::new(callers.credential),
            attempts: Rates::new(ATTEMPTS),
            months: Months::new(territory.clone()),
        }
    }

    fn tier(&self, payer: Payer) -> &Tier {
        match payer {
            Payer::Address(_) => &self.address,
            Payer::Key(_) | Payer::Person(_) => &self.credential,
        }
    }

    /// A place among the payer's requests under way, held until it is dropped.
    ///
    /// # Errors
    /// 429 when the payer has as many as it may.
    pub fn enter(&self, payer: Payer) -> Result<Place, Problem> {
        let tier = self.tier(payer);
        let most = tier.allowance.at_once;
        let place = tier.under_way.enter(payer, Counts::all(most));
        place.ok_or_else(|| Problem::TooMany {
            limit: "at-once",
            detail: format!("more than {most} requests at once; wait for answers"),
            retry_after: 1,
        })
    }

    /// Takes one try to sign in.
    ///
    /// # Errors
    /// 429 after twenty in a row, faster than one a second.
    pub fn attempt(&self, payer: Payer) -> Result<(), Problem> {
        let tried = self.attempts.charge(payer).map(|_| ());
        tried.map_err(|retry_after| Problem::TooMany {
            limit: "attempts",
            detail: "too many tries to sign in; wait a moment".to_owned(),
            retry_after,
        })
    }

    /// A place among the payer's heavy requests, held until it is dropped.
    ///
    /// # Errors
    /// 429 when the payer has as many as it may.
    pub fn heavy(&self, payer: Payer) -> Result<Place, Problem> {
        let tier = self.tier(payer);
        let most = tier.allowance.heavy;
        let place = tier.under_way.enter(payer, Counts::heavy(most));
        place.ok_or_else(|| Problem::TooMany {
            limit: "heavy",
            detail: format!(
                "more than {most} exports or pages of over 1,000 features at once; wait for one \
                 to end"
            ),
            retry_after: 5,
        })
    }

    /// Charges a request that is worth counting; how many more may come at once.
    ///
    /// # Errors
    /// 429 when the payer asks more often than it may.
    pub fn charge(&self, payer: Payer) -> Result<Left, Problem> {
        let tier = self.tier(payer);
        tier.rates.charge(payer).map_err(|wait| Problem::TooMany {
            limit: "requests",
            detail: format!(
                "more than {} requests a second, and {} at once, from this {}",
                tier.allowance.per_second,
                tier.allowance.burst,
                match payer {
                    Payer::Address(_) => "address; a key has its own limits",
                    Payer::Key(_) | Payer::Person(_) => "credential",
                }
            ),
            retry_after: wait,
        })
    }

    /// What the caller has left of its month; nothing for one without a quota.
    ///
    /// # Errors
    /// 429 until the next month when it is used up.
    pub fn month(&self, caller: &Caller, now: DateTime<Utc>) -> Result<Option<Month>, Problem> {
        let Some(held) = caller.credential() else {
            return Ok(None);
        };
        let (Some(key), Some(quota)) = (held.key, held.quota) else {
            return Ok(None);
        };
        let month = self.months.of(key, quota, now);
        if month.left == 0 {
            return Err(Problem::TooMany {
                limit: "month",
                detail: format!(
                    "this key has used the {quota} units of its month; the next one begins in {} \
                     days, or ask the administrator for more",
                    month.ends_in_s.div_ceil(86_400)
                ),
                retry_after: month.ends_in_s,
            });
        }
        Ok(Some(month))
    }

    /// The meter's hook: a key's response weighed so many thousandths of a unit.
    pub fn used(&self, key: i32, thousandths: u32) {
        self.months.used(key, thousandths, Utc::now());
    }

    /// The payer's policies as `RateLimit-Policy` writes them, and of a monthly quota.
    pub fn policy(&self, payer: Payer, quota: Option<i64>) -> String {
        let Allowance {
            per_second,
            burst,
            at_once,
            heavy,
        } = self.tier(payer).allowance;
        let window = burst.div_ceil(per_second.max(1));
        let mut policy = format!(
            "\"requests\";q={burst};w={window}, \
             \"at-once\";q={at_once};qu=\"concurrent-requests\", \
             \"heavy\";q={heavy};qu=\"concurrent-requests\""
        );
        if let Some(quota) = quota {
            // The longest month.
            policy.push_str(&format!(", \"month\";q={quota};w=2678400;qu=\"units\""));
        }
        policy
    }

    /// Forgets payers that have rested: memory is bounded by those of the last seconds.
    pub fn tidy(&self) {
        for tier in [&self.address, &self.credential] {
            tier.rates.tidy();
        }
        self.attempts.tidy();
    }

    /// The first day of the month that it is, in the territory.
    pub fn month_begins(&self, now: DateTime<Utc>) -> NaiveDate {
        self.months.begins(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_subscriber_is_one_payer() {
        let payer =
            |text: &str| Payer::new(&Caller::anonymous(), text.parse().expect("an address"));
        assert_eq!(payer("2001:db8:1:2::1"), payer("2001:db8:1:2:ffff::9"));
        assert_ne!(payer("2001:db8:1:2::1"), payer("2001:db8:1:3::1"));
        assert_eq!(payer("::ffff:192.0.2.1"), payer("192.0.2.1"));
        assert_ne!(payer("192.0.2.2"), payer("192.0.2.1"));
    }

    #[test]
    fn places_are_each_payers_own_and_come_back() {
        let callers = Callers {
            address: Allowance {
                at_once: 3,
                heavy: 1,
                ..Allowance::default()
            },
            ..Callers::default()
        };
        let limits = Limits::new(&callers, &Territory::default());
        let payer =
            |text: &str| Payer::new(&Caller::anonymous(), text.parse().expect("an address"));
        let (here, there) = (payer("192.0.2.1"), payer("192.0.2.2"));
        let held: Vec<Place> = (0..3).filter_map(|_| limits.enter(here).ok()).collect();
        assert_eq!(held.len(), 3);
        assert!(limits.enter(here).is_err() && limits.enter(there).is_ok());
        let heavy = limits.heavy(here).expect("a place");
        assert!(limits.heavy(here).is_err());
        drop((held, heavy));
        assert!(limits.enter(here).is_ok() && limits.heavy(here).is_ok());
        assert_eq!(limits.address.under_way.payers(), 0);
    }
}
