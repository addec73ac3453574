//! What any member may read that is no layer: the directory of the networks.

use crate::model::{Caller, Level, Problem, Through};

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
