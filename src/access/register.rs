//! Who reads which documents of the register, and who publishes them. «Reports of working groups and of
//! the mayors' conference go to all communes»; some are for a few, some for everybody.

use crate::model::{Caller, Credential, Problem, Reach, Readers, Role};

/// What a caller reads of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelf(Option<Reach>);

impl Shelf {
    /// What the caller reads: without a credential what is for everybody; with one of a commune in
    /// force, what is for every commune and for its own too; with one of the territory, all.
    ///
    /// # Errors
    /// 503 when the credential may have been revoked since: nobody can tell for the moment.
    pub fn of(caller: &Caller) -> Result<Self, Problem> {
        let Some(held) = caller.credential() else {
            return Ok(Self(None));
        };
        if held.stale {
            return Err(super::unsure());
        }
        Ok(Self(Some(held.reach.clone())))
    }

    /// The communes that documents are read for: none without a credential.
    pub fn reach(&self) -> Option<&Reach> {
        self.0.as_ref()
    }

    /// Whether a document for these readers is read.
    pub fn holds(&self, readers: &Readers) -> bool {
        match (readers, &self.0) {
            (Readers::All, _) => true,
            (_, None) => false,
            (Readers::Communes, Some(_)) => true,
            (Readers::These(codes), Some(reach)) => {
                codes.iter().any(|code| reach.holds(code.as_str()))
            }
        }
    }
}

/// Lets in whoever publishes and withdraws documents: finance officers and administrators of the
/// metropolis.
///
/// # Errors
/// 401 without a credential, 403 with one that does not suffice, 503 while nobody can tell.
pub fn publisher(caller: &Caller) -> Result<&Credential, Problem> {
    let held = caller.credential().ok_or(Problem::Unauthorized)?;
    if !publishes(held) {
        return Err(Problem::Forbidden(
            "documents are published with the role « finance » or « administrator » of the territory"
                .to_owned(),
        ));
    }
    if held.stale {
        return Err(super::unsure());
    }
    Ok(held)
}

/// Whether a credential publishes documents.
pub fn publishes(held: &Credential) -> bool {
    let trusted = held.roles.has(Role::Finance) || held.roles.has(Role::Administrator);
    trusted && held.reach == Reach::Territory
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Level, Through};

    fn caller(roles: &[Role], reach: &str, stale: bool) -> Caller {
        Caller::with(Credential {
            key: Some(1),
            label: "essai".to_owned(),
            roles: roles.iter().copied().collect(),
            reach: reach.parse().expect("a reach"),
            level: Level::Portail,
            through: Through::Key,
            quota: None,
            stale,
        })
    }

    #[test]
    fn a_commune_reads_what_is_for_all_and_its_own() {
        let read = |caller: &Caller| {
            let shelf = Shelf::of(caller).expect("a shelf");
            ["tous", "communes", "44018,44020", "44109"]
                .map(|readers| shelf.holds(&readers.parse().expect("readers")))
        };
        let member = |reach: &str| read(&caller(&[Role::Member], reach, false));
        assert_eq!(read(&Caller::anonymous()), [true, false, false, false]);
        assert_eq!(member("44018"), [true, true, true, false]);
        assert_eq!(member("44162"), [true, true, false, false]);
        assert_eq!(member("territoire"), [true, true, true, true]);
        assert!(Shelf::of(&caller(&[Role::Member], "44018", true)).is_err());
    }

    #[test]
    fn the_metropolis_alone_publishes() {
        for (roles, reach, passes) in [
            (&[Role::Finance][..], "territoire", true),
            (&[Role::Administrator], "territoire", true),
            (&[Role::Finance, Role::Administrator], "44109", false),
            (
                &[Role::Member, Role::Contributor, Role::Csu],
                "territoire",
                false,
            ),
        ] {
            let told = publisher(&caller(roles, reach, false)).map(|_| ());
            assert_eq!(told.is_ok(), passes, "{roles:?} {reach}");
        }
        assert_eq!(
            publisher(&Caller::anonymous()).map(|_| ()),
            Err(Problem::Unauthorized)
        );
        assert!(publisher(&caller(&[Role::Finance], "territoire", true)).is_err());
    }
}
