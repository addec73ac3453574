//! Who may see and do what. Pure: no I/O, no clock of its own.

mod member;

pub use member::member;

use std::sync::Arc;

use crate::catalogue::{Audience, Catalogue, Layer};
use crate::model::{Caller, Problem, shown};

/// The layer of that id, when the caller may see it.
///
/// # Errors
/// 404 when there is none; 401 when it is not open: nobody has a credential yet that would do.
pub fn layer(catalogue: &Catalogue, id: &str, caller: &Caller) -> Result<Arc<Layer>, Problem> {
    let layer = catalogue
        .get(id)
        .ok_or_else(|| Problem::NotFound(format!("there is no collection « {} »", shown(id))))?;
    if may_see(layer, caller) {
        Ok(layer.clone())
    } else {
        Err(Problem::Unauthorized)
    }
}

/// The layers that the caller may see, in drawing order.
pub fn layers<'a>(
    catalogue: &'a Catalogue,
    caller: &'a Caller,
) -> impl Iterator<Item = &'a Arc<Layer>> {
    catalogue
        .layers()
        .iter()
        .filter(|layer| may_see(layer, caller))
}

fn may_see(layer: &Layer, _caller: &Caller) -> bool {
    layer.audience == Audience::Open
}
