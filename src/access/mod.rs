//! Who may see and do what, decided here alone (DESIGN, «Who sees what»). Pure: no I/O, no clock
//! of its own. The database enforces rows and personal fields again, by what `Seal` tells it.

pub mod costs;
pub mod limits;
mod member;
pub mod register;
pub mod writing;

pub use member::{instructor, member};

use crate::catalogue::{Audience, Catalogue, Layer, View};
use crate::model::{Caller, Credential, Problem, Reading, Role, Rows, Seal, shown};

/// Whether the program judges. Off in tests alone, which ask whether the database would refuse by
/// itself what the program let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filter {
    /// It does.
    #[default]
    On,
    /// Every layer, row and field is asked of the database.
    Off,
}

/// The layer of that id, as the caller reads it.
///
/// # Errors
/// 404 when there is none; 401 when it is not open and the caller has no credential; 403 when its
/// credential does not suffice; 503 when it is restricted and the credential may have been revoked.
pub fn layer(
    catalogue: &Catalogue,
    id: &str,
    caller: &Caller,
    filter: Filter,
) -> Result<View, Problem> {
    let layer = catalogue
        .get(id)
        .ok_or_else(|| Problem::NotFound(format!("there is no collection « {} »", shown(id))))?;
    let reading = match filter {
        Filter::On => reading(layer, caller)?,
        Filter::Off => unjudged(layer, caller),
    };
    Ok(View::new(layer.clone(), reading))
}

/// The layers that the caller may see, as it reads them, in drawing order.
pub fn layers(
    catalogue: &Catalogue,
    caller: &Caller,
    filter: Filter,
) -> impl Iterator<Item = View> {
    catalogue.layers().iter().filter_map(move |layer| {
        let reading = match filter {
            Filter::On => reading(layer, caller).ok()?,
            Filter::Off => unjudged(layer, caller),
        };
        Some(View::new(layer.clone(), reading))
    })
}

fn reading(layer: &Layer, caller: &Caller) -> Result<Reading, Problem> {
    let Some(held) = caller.credential() else {
        return match layer.audience {
            Audience::Open => Ok(Reading::default()),
            Audience::Member | Audience::Restricted => Err(Problem::Unauthorized),
        };
    };
    if layer.is_restricted() && held.stale {
        return Err(unsure());
    }
    let rows = match layer.audience {
        // A credential in force is of a commune that adheres, or of the territory.
        Audience::Open | Audience::Member => Rows::All,
        Audience::Restricted => rows(layer.role, held).ok_or_else(|| forbidden(layer))?,
    };
    Ok(Reading {
        rows,
        personal: rows_of_persons(layer, held),
        seal: seal(held),
    })
}

fn rows_of_persons(layer: &Layer, held: &Credential) -> Option<Rows> {
    rows(layer.personal_role, held).filter(|_| !held.stale)
}

/// The rows in which a credential has a role.
fn rows(role: Option<Role>, held: &Credential) -> Option<Rows> {
    role.filter(|role| held.roles.has(*role))
        .map(|_| Rows::from(&held.reach))
}

fn seal(held: &Credential) -> Seal {
    Seal::Member {
        roles: held.roles,
        reach: held.reach.clone(),
    }
}

/// What is restricted is read with a credential of this moment, and with the database as a second
/// judge: without either nobody can tell.
pub fn unsure() -> Problem {
    Problem::busy("the database does not answer for the moment", 2)
}

fn forbidden(layer: &Layer) -> Problem {
    let role = layer.role.map_or("", Role::as_str);
    Problem::Forbidden(format!(
        "{} is read with the role « {role} », which this credential does not have",
        layer.id
    ))
}

fn unjudged(layer: &Layer, caller: &Caller) -> Reading {
    let seal = caller.credential().map_or(Seal::Anonymous, seal);
    // The personal table is not even a name for who reads what is open.
    let asks = seal != Seal::Anonymous && layer.personal_fields().next().is_some();
    Reading {
        rows: Rows::All,
        personal: asks.then_some(Rows::All),
        seal,
    }
}

#[cfg(test)]
mod tests;
