//! Whose use a caller may see.

use crate::model::{Booked, Caller, Problem, Reach, Role};

/// The accounts whose figures a caller sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// Everybody's: who runs the service, or follows the use of the whole territory.
    All,
    /// These ones', never none.
    Accounts(Vec<Booked>),
}

impl Sight {
    /// What the caller may see: the figures of the communes that its credential stands for, or
    /// everybody's for an administrator or a finance officer of the territory. Other services of
    /// the metropolis see the metropolis's own.
    ///
    /// # Errors
    /// 401 without a credential; 403 for a program's key, which may lie in a telephone.
    pub fn of(caller: &Caller) -> Result<Self, Problem> {
        let held = caller.credential().ok_or(Problem::Unauthorized)?;
        if held.roles.iter().all(|role| role == Role::Application) {
            return Err(Problem::Forbidden(
                "a program's key does not show figures of use: ask with a member's".to_owned(),
            ));
        }
        let follows = held.roles.has(Role::Administrator) || held.roles.has(Role::Finance);
        Ok(match &held.reach {
            Reach::Territory if follows => Self::All,
            Reach::Territory => Self::Accounts(vec![Booked::Metropolis]),
            Reach::Communes(codes) => {
                Self::Accounts(codes.iter().cloned().map(Booked::Commune).collect())
            }
        })
    }

    /// Whether the account's figures are shown.
    pub fn holds(&self, account: &Booked) -> bool {
        match self {
            Self::All => true,
            Self::Accounts(list) => list.contains(account),
        }
    }

    /// The accounts of a report: the one asked for, or else all that are seen.
    ///
    /// # Errors
    /// 403 for another commune's: its name is no secret, its figures are.
    pub fn narrowed(&self, wanted: Option<Booked>) -> Result<Option<Vec<Booked>>, Problem> {
        match wanted {
            Some(account) if self.holds(&account) => Ok(Some(vec![account])),
            Some(account) => Err(Problem::Forbidden(format!(
                "your credential does not show the figures of {}",
                account.as_str()
            ))),
            None => Ok(match self {
                Self::All => None,
                Self::Accounts(list) => Some(list.clone()),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Credential, Level, Through};

    fn caller(roles: &[Role], reach: &str) -> Caller {
        Caller::with(Credential {
            key: Some(1),
            label: "essai".to_owned(),
            roles: roles.iter().copied().collect(),
            reach: reach.parse().expect("a reach"),
            level: Level::Outils,
            through: Through::Session,
            quota: None,
            stale: false,
        })
    }

    fn commune(code: &str) -> Booked {
        code.parse().expect("a commune")
    }

    #[test]
    fn a_commune_sees_its_own_figures_and_no_others() {
        let sight = Sight::of(&caller(&[Role::Member], "44143")).expect("a member");
        assert!(sight.holds(&commune("44143")));
        for other in [commune("44109"), Booked::Metropolis, Booked::Public] {
            assert!(!sight.holds(&other));
            assert!(matches!(
                sight.narrowed(Some(other)),
                Err(Problem::Forbidden(_))
            ));
        }
        assert_eq!(sight.narrowed(None), Ok(Some(vec![commune("44143")])));
        // Even an administrator's figures end where its scope does.
        let narrow = Sight::of(&caller(&[Role::Administrator], "44018,44020")).expect("two");
        assert!(!narrow.holds(&commune("44109")) && narrow.holds(&commune("44018")));
    }

    #[test]
    fn the_territory_s_followers_see_all_its_other_services_their_own() {
        for role in [Role::Administrator, Role::Finance] {
            assert_eq!(Sight::of(&caller(&[role], "territoire")), Ok(Sight::All));
        }
        let service = Sight::of(&caller(&[Role::Member, Role::Csu], "territoire"));
        assert_eq!(service, Ok(Sight::Accounts(vec![Booked::Metropolis])));
    }

    #[test]
    fn nobody_and_programs_see_nothing() {
        assert_eq!(Sight::of(&Caller::anonymous()), Err(Problem::Unauthorized));
        let program = Sight::of(&caller(&[Role::Application], "44143"));
        assert!(matches!(program, Err(Problem::Forbidden(_))));
    }
}
