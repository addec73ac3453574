//! Who belongs to a service in the year, and for how much of it.

use num_integer::lcm;

use crate::check::Checked;
use crate::exercise::{Insee, Member, Populations, Service};
use crate::number::{Exact, TooLarge};

/// A member commune, with all its periods together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Adherent {
    /// The commune.
    pub insee: Insee,
    /// Its inhabitants; 0 when unknown.
    pub population: u64,
    /// Days of membership in the year, at whatever level.
    pub days: u32,
    /// Σ days × the level's coefficient, in units of [`Adherents::scale`].
    pub presence: u128,
}

/// The communes that a service lists, in the order of their codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Adherents {
    /// Communes, those without a day in the year included.
    pub rows: Vec<Adherent>,
    /// What coefficients were multiplied by to be whole numbers.
    pub scale: u128,
}

impl Adherents {
    /// The communes of a service.
    pub(crate) fn of(checked: &Checked, service: &Service) -> Result<Self, TooLarge> {
        let levels = Levels::of(service)?;
        let year = checked.year();
        let mut members: Vec<&Member> = service.members.iter().collect();
        if !members.is_sorted_by_key(|member| member.insee) {
            members.sort_by_key(|member| member.insee);
        }
        let mut populations = Populations::of(&checked.exercise().communes);
        let mut rows: Vec<Adherent> = Vec::with_capacity(members.len());
        for member in members {
            let days = year.days_between(member.from, member.until);
            let presence = levels
                .coefficient(member.level)
                .checked_mul(days.into())
                .ok_or(TooLarge)?;
            match rows.last_mut() {
                Some(row) if row.insee == member.insee => {
                    row.days += days;
                    row.presence = row.presence.checked_add(presence).ok_or(TooLarge)?;
                }
                _ => rows.push(Adherent {
                    insee: member.insee,
                    population: populations.find(member.insee).unwrap_or(0),
                    days,
                    presence,
                }),
            }
        }
        Ok(Self {
            rows,
            scale: levels.scale,
        })
    }

    /// How many communes belong one day of the year at least.
    pub(crate) fn count(&self) -> u64 {
        self.rows.iter().filter(|row| row.days > 0).count() as u64
    }

    /// Finds where communes stand that are asked for in the order of their codes.
    pub(crate) fn places(&self) -> Places<'_> {
        Places {
            rows: &self.rows,
            at: 0,
        }
    }
}

/// Walks through members beside figures by name, which are in the same order.
pub(crate) struct Places<'a> {
    rows: &'a [Adherent],
    at: usize,
}

impl Places<'_> {
    /// Where a commune stands that does not come before the one asked for last, when it belongs one
    /// day of the year at least.
    pub(crate) fn find(&mut self, name: &str) -> Option<usize> {
        let before = |row: &Adherent| row.insee.as_str() < name;
        while self.rows.get(self.at).is_some_and(before) {
            self.at += 1;
        }
        let row = self.rows.get(self.at)?;
        (row.insee.as_str() == name && row.days > 0).then_some(self.at)
    }
}

/// Coefficients of levels, as whole numbers over a common scale.
struct Levels {
    scale: u128,
    of_level: Box<[u128; 256]>,
}

impl Levels {
    fn of(service: &Service) -> Result<Self, TooLarge> {
        let weights = service.level_weights.iter().flatten();
        let weights: Vec<(u8, Exact)> = weights
            .filter_map(|(name, weight)| Some((name.parse().ok()?, *weight)))
            .collect();
        let scale = weights.iter().try_fold(1_i128, |scale, (_, weight)| {
            let denominator = weight.parts().1;
            let common = scale / num_integer::gcd(scale, denominator);
            common.checked_mul(denominator).ok_or(TooLarge)
        })?;
        debug_assert!(
            weights
                .iter()
                .all(|(_, w)| lcm(scale, w.parts().1) == scale)
        );
        let scale_up = |weight: Exact| -> Result<u128, TooLarge> {
            let (numerator, denominator) = weight.parts();
            let whole = numerator.checked_mul(scale / denominator);
            whole.and_then(|n| u128::try_from(n).ok()).ok_or(TooLarge)
        };
        let mut of_level = Box::new([scale_up(Exact::ONE)?; 256]);
        for (level, weight) in weights {
            of_level[usize::from(level)] = scale_up(weight)?;
        }
        Ok(Self {
            scale: scale.unsigned_abs(),
            of_level,
        })
    }

    /// A member's coefficient; the first level's when it names none.
    fn coefficient(&self, level: Option<u8>) -> u128 {
        self.of_level[usize::from(level.unwrap_or(1))]
    }
}
