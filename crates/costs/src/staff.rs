//! How many people work for a service, in full-time equivalents: what the council is told each year.
//!
//! No amount depends on it.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use serde::Serialize;

use crate::check::Checked;
use crate::exercise::Service;

/// Full-time equivalents over the year, in hundredths, each rounded once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct FullTime {
    /// The service's agents: posts × share of time × days ÷ days of the year. A `paid` agent's share is
    /// one figure for the year, whatever its dates, as in its payroll line.
    pub agents: i64,
    /// The digital department's staff, for the days that are counted.
    pub digital: i64,
}

impl FullTime {
    /// Both together.
    pub fn total(self) -> i64 {
        self.agents + self.digital
    }
}

/// The full-time equivalents of a service.
pub fn full_time(checked: &Checked, service: &Service) -> FullTime {
    let year = checked.year();
    let mut agents = BigRational::zero();
    for agent in &service.agents {
        for period in &agent.periods {
            let days = match agent.paid {
                Some(_) => year.days(),
                None => year.days_between(period.from, period.until),
            };
            let posts = agent.posts.unwrap_or(1);
            agents += period.share.big() * BigInt::from(u64::from(days) * u64::from(posts));
        }
    }
    let mut digital = BigRational::zero();
    for project in &service.digital_projects {
        let Some(setup) = year.within(project.setup_from, project.setup_until) else {
            continue;
        };
        for person in &project.staff {
            let present = year.within(person.from, person.until);
            if let Some(counted) = present.and_then(|present| present.meet(setup)) {
                digital += person.share.big() * BigInt::from(counted.days());
            }
        }
    }
    let hundredths = |days: BigRational| {
        let exact = days * BigInt::from(100) / BigInt::from(year.days());
        exact.round().to_i64().unwrap_or_default()
    };
    FullTime {
        agents: hundredths(agents),
        digital: hundredths(digital),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn posts_shares_and_days_make_full_time_equivalents() {
        let exercise = r#"{"year": 2026, "communes": [], "services": [{"id": "csu",
            "agents": [{"annual_cost": "1", "posts": 12, "periods": [{"share": "0.5"}]},
                {"annual_cost": "1", "periods": [{"share": 1, "from": "2026-10-20"}]},
                {"paid": "1", "periods": [{"share": "0.25", "from": "2026-12-01"}]}],
            "digital_projects": [{"setup_until": "2026-03-14", "staff": [
                {"annual_cost": "1", "share": 1, "from": "2026-03-01"}]}]}]}"#;
        let read = crate::from_json(exercise).expect("an exercise");
        let (checked, _) = crate::check(read).expect("a good one");
        let told = super::full_time(&checked, &checked.exercise().services[0]);
        // 12 × ½ + 73 ÷ 365 + ¼; 14 ÷ 365.
        assert_eq!((told.agents, told.digital), (645, 4));
    }
}
