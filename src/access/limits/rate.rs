//! Requests a second: governor's GCRA, a cell a payer.

use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock, Reference as _};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use super::Payer;
use crate::config::Allowance;

/// What a payer has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Requests that may come at once.
    pub requests: u32,
    /// Seconds after which all of them may again.
    pub full_in_s: u32,
}

/// A rate for each payer.
#[derive(Debug)]
pub(super) struct Rates<C: Clock = DefaultClock> {
    allowance: Allowance,
    limiter: RateLimiter<Payer, DashMapStateStore<Payer>, C, StateInformationMiddleware>,
    clock: C,
}

impl Rates {
    /// An allowance for each payer, by the system's clock.
    pub fn new(allowance: Allowance) -> Self {
        Self::with(allowance, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Rates<C> {
    /// An allowance for each payer, by a clock.
    pub fn with(allowance: Allowance, clock: C) -> Self {
        let number = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let quota =
            Quota::per_second(number(allowance.per_second)).allow_burst(number(allowance.burst));
        Self {
            allowance,
            limiter: RateLimiter::new(quota, DashMapStateStore::default(), clock.clone()),
            clock,
        }
    }

    /// Takes one request; or says in how many seconds the next one may come.
    pub fn charge(&self, payer: Payer) -> Result<Left, u32> {
        match self.limiter.check_key(&payer) {
            Ok(state) => {
                let requests = state.remaining_burst_capacity();
                let missing = self.allowance.burst.saturating_sub(requests);
                Ok(Left {
                    requests,
                    full_in_s: missing.div_ceil(self.allowance.per_second.max(1)),
                })
            }
            Err(not_until) => {
                let wait = not_until
                    .earliest_possible()
                    .duration_since(self.clock.now());
                let seconds = std::time::Duration::from(wait).as_secs_f64().ceil();
                Err((seconds as u32).max(1))
            }
        }
    }

    /// Forgets payers whose allowance is whole again.
    pub fn tidy(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;

    use super::*;

    #[test]
    fn a_burst_is_given_back_at_the_rate() {
        let clock = FakeRelativeClock::default();
        let allowance = Allowance {
            per_second: 2,
            burst: 10,
            ..Allowance::default()
        };
        let rates = Rates::with(allowance, clock.clone());
        for left in (0..10).rev() {
            let held = rates.charge(Payer::Key(1)).expect("within the burst");
            assert_eq!(held.requests, left);
            assert_eq!(held.full_in_s, (10 - left).div_ceil(2));
        }
        assert_eq!(rates.charge(Payer::Key(1)), Err(1));
        assert!(rates.charge(Payer::Key(2)).is_ok(), "another payer");
        clock.advance(Duration::from_millis(500));
        assert!(rates.charge(Payer::Key(1)).is_ok());
        assert_eq!(rates.charge(Payer::Key(1)), Err(1));
    }

    #[test]
    fn who_rested_is_forgotten() {
        let clock = FakeRelativeClock::default();
        let rates = Rates::with(Allowance::default(), clock.clone());
        for number in 0..10_000 {
            let _ = rates.charge(Payer::Key(number));
        }
        rates.tidy();
        assert_eq!(rates.limiter.len(), 10_000);
        clock.advance(Duration::from_secs(20));
        rates.tidy();
        assert_eq!(rates.limiter.len(), 0);
    }
}
