//! Who sees what of exercises of shared costs.
//!
//! Sealing an exercise publishes its matrix: what each service costs and what each commune pays of it.
//! What lies behind (lines, agents' costs, calculations) is the metropolis's finance officers' for all,
//! and each commune's for its own statement. An exercise that is not sealed is a draft, and theirs
//! alone who make it.

use crate::model::{Caller, Problem, Reach, Role};

/// What a caller sees of exercises of shared costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ledgers {
    /// The public matrix of sealed exercises.
    Matrix,
    /// That, and the statements of these communes in sealed exercises.
    Statements(Reach),
    /// Every exercise, whole.
    All,
}

impl Ledgers {
    /// What the caller sees: finance officers and administrators of the territory everything, those of
    /// communes their statements, others the matrix.
    ///
    /// # Errors
    /// 503 when the credential may have been revoked since: nobody can tell for the moment.
    pub fn of(caller: &Caller) -> Result<Self, Problem> {
        let follows = caller.has(Role::Finance) || caller.has(Role::Administrator);
        let Some(held) = caller.credential().filter(|_| follows) else {
            return Ok(Self::Matrix);
        };
        if held.stale {
            return Err(super::unsure());
        }
        Ok(match &held.reach {
            Reach::Territory => Self::All,
            reach @ Reach::Communes(_) => Self::Statements(reach.clone()),
        })
    }

    /// Whether drafts and what lies behind the matrix are shown.
    pub fn all(&self) -> bool {
        *self == Self::All
    }

    /// Whether a commune's statement in a sealed exercise is shown.
    pub fn holds(&self, insee: &str) -> bool {
        match self {
            Self::Matrix => false,
            Self::Statements(reach) => reach.holds(insee),
            Self::All => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Credential, Level, Through};

    fn sees(roles: &[Role], reach: &str, stale: bool) -> Result<Ledgers, Problem> {
        Ledgers::of(&Caller::with(Credential {
            key: Some(1),
            label: "essai".to_owned(),
            roles: roles.iter().copied().collect(),
            reach: reach.parse().expect("a reach"),
            level: Level::Outils,
            through: Through::Key,
            quota: None,
            stale,
        }))
    }

    #[test]
    fn finance_sees_its_own_and_the_territory_all() {
        assert_eq!(Ledgers::of(&Caller::anonymous()), Ok(Ledgers::Matrix));
        assert_eq!(sees(&[Role::Member], "44018", false), Ok(Ledgers::Matrix));
        assert_eq!(sees(&[Role::Csu], "territoire", false), Ok(Ledgers::Matrix));
        assert_eq!(
            sees(&[Role::Finance], "territoire", false),
            Ok(Ledgers::All)
        );
        let own = sees(&[Role::Finance], "44018", false).expect("sees");
        assert!(own.holds("44018") && !own.holds("44020") && !own.all());
        assert!(sees(&[Role::Finance], "44018", true).is_err());
    }
}
