//! What any member may read that is no layer: the directory of the networks.

use crate::model::{Caller, Level, Problem, Reach, Role, Through};

/// Lets in whoever holds a credential of an adhering commune.
///
/// # Errors
/// 401 without a credential; 403 for a key or a token of an adhesion that opens the portal alone,
/// whose holder reads this page signed in.
pub fn member(caller: &Caller) -> Result<(), Problem> {
    let held = caller.credential().ok_or(Problem::Unauthorized)?;
    if held.level == Level::Portail && held.through != Through::Session {
        return Err(Problem::Forbidden(
            "this commune's adhesion opens the portal alone: sign in at /connexion".to_owned(),
        ));
    }
    Ok(())
}

/// Where a caller instructs land-use files: the communes of whose applicants it is told.
///
/// # Errors
/// As [`member`]; 403 without the role; 503 when the credential may have been revoked.
pub fn instructor(caller: &Caller) -> Result<&Reach, Problem> {
    member(caller)?;
    let held = caller.credential().ok_or(Problem::Unauthorized)?;
    if !held.roles.has(Role::Instructor) {
        return Err(Problem::Forbidden(
            "this page is for the role « instructor », which this credential does not have"
                .to_owned(),
        ));
    }
    if held.stale {
        return Err(super::unsure());
    }
    Ok(&held.reach)
}
