//! What a credential is worth on a day: adhesions open the portal, or the tools as well. Pure.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::model::{Adhesion, Insee, Level, Reach};

/// What is left of a credential on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its communes, less those that do not adhere.
    pub reach: Reach,
    /// The highest level of theirs.
    pub level: Level,
}

/// What a credential granted for `reach` is worth on a day, given the adhesions to the portal's
/// service; nothing when none of its communes adheres.
///
/// The metropolis runs the service: a credential for the territory needs no adhesion.
pub fn standing(reach: &Reach, adhesions: &[Adhesion], day: NaiveDate) -> Option<Standing> {
    let Reach::Communes(granted) = reach else {
        return Some(Standing {
            reach: Reach::Territory,
            level: Level::Outils,
        });
    };
    let level = |commune: &Insee| {
        adhesions
            .iter()
            .filter(|adhesion| adhesion.commune == *commune && adhesion.holds_on(day))
            .map(|adhesion| adhesion.level.unwrap_or(Level::Portail))
            .max()
    };
    let levels: Vec<(&Insee, Level)> = granted
        .iter()
        .filter_map(|commune| Some((commune, level(commune)?)))
        .collect();
    let highest = levels.iter().map(|(_, level)| *level).max()?;
    let reach: Arc<[Insee]> = if levels.len() == granted.len() {
        granted.clone()
    } else {
        levels
            .iter()
            .map(|(commune, _)| Insee::clone(commune))
            .collect()
    };
    Some(Standing {
        reach: Reach::Communes(reach),
        level: highest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn adhesion(commune: &str, level: Level, since: &str, until: Option<&str>) -> Adhesion {
        Adhesion {
            commune: commune.parse().expect("a code"),
            service: "sig".to_owned(),
            level: Some(level),
            since: day(since),
            until: until.map(day),
        }
    }

    fn of(scope: &str, on: &str) -> Option<(String, Level)> {
        let adhesions = [
            adhesion("44018", Level::Portail, "2025-01-01", Some("2025-06-30")),
            adhesion("44018", Level::Outils, "2025-07-01", None),
            adhesion("44020", Level::Portail, "2024-01-01", Some("2025-12-31")),
        ];
        standing(&scope.parse().expect("a scope"), &adhesions, day(on))
            .map(|standing| (standing.reach.to_string(), standing.level))
    }

    #[test]
    fn periods_are_inclusive_and_follow_each_other() {
        assert_eq!(of("44018", "2024-12-31"), None);
        assert_eq!(
            of("44018", "2025-01-01"),
            Some(("44018".to_owned(), Level::Portail))
        );
        assert_eq!(
            of("44018", "2025-06-30"),
            Some(("44018".to_owned(), Level::Portail))
        );
        assert_eq!(
            of("44018", "2025-07-01"),
            Some(("44018".to_owned(), Level::Outils))
        );
    }

    #[test]
    fn a_set_keeps_what_adheres_at_its_highest_level() {
        let both = Some(("44018,44020".to_owned(), Level::Outils));
        assert_eq!(of("44018,44020", "2025-12-31"), both);
        let one = Some(("44018".to_owned(), Level::Outils));
        assert_eq!(of("44018,44020,44109", "2026-01-01"), one);
        assert_eq!(of("44109", "2026-01-01"), None);
    }

    #[test]
    fn the_territory_is_the_metropolis() {
        let whole = Some(("territoire".to_owned(), Level::Outils));
        assert_eq!(of("territoire", "1999-01-01"), whole);
    }
}
