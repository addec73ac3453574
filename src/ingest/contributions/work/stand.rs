//! What a credential is worth when a contribution is worked on, which may be long after it was
//! presented: a key that was revoked meanwhile publishes nothing.

use crate::access::writing;
use crate::app::App;
use crate::model::{Caller, Credential, Problem, Through, Writer};

/// Why a writer does not write now.
#[derive(Debug, PartialEq, Eq)]
pub enum Fallen {
    /// Nobody can tell for the moment.
    Unknown,
    /// Why, in French.
    Refused(String),
}

/// The writer as its credential stands now.
///
/// # Errors
/// When it no longer contributes, or nobody can tell.
pub fn writer(app: &App, who: &Writer) -> Result<Writer, Fallen> {
    let caller = match who.key {
        Some(number) => app.keyring.by_number(number).map_err(Problem::from),
        None => account(app, who),
    };
    match caller.and_then(|caller| writing::contributor(&caller).map(Writer::from)) {
        Ok(writer) => Ok(writer),
        Err(Problem::Unavailable { .. }) => Err(Fallen::Unknown),
        Err(_) => Err(Fallen::Refused(format!(
            "« {} » ne peut plus déposer : sa clé ou l’adhésion de sa commune n’est plus en \
             vigueur, ou ne permet plus de contribuer.",
            who.label
        ))),
    }
}

/// Somebody who signed in with an account: adhesions are those of today, the rest is what the
/// issuer said then.
fn account(app: &App, who: &Writer) -> Result<Caller, Problem> {
    let (standing, stale) = app.keyring.standing(&who.reach)?;
    Ok(Caller::with(Credential {
        key: None,
        label: who.label.clone(),
        roles: who.roles,
        reach: standing.reach,
        level: standing.level,
        through: Through::Session,
        quota: None,
        stale,
    }))
}
