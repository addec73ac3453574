//! The directory of the animation networks: reading it, and entering referents.
//!
//! Referents are professional contact details: members alone read them, no shared cache and no log
//! holds them, and who left is kept without them.

mod read;
mod values;

use std::sync::Arc;

pub use read::{Finding, Ground, read};
pub use values::{email, folded, phone, plain};

use crate::model::{Communes, Directory, Network};
use crate::store::{Store, StoreError};

/// The directory as it stands.
///
/// # Errors
/// When the database does not answer.
pub async fn directory(
    store: &Store,
    networks: &[Network],
    communes: Arc<Communes>,
) -> Result<Directory, StoreError> {
    let mut referents = store.referents(false).await?;
    // A network that left the configuration is no longer shown; its history stays.
    referents.retain(|referent| networks.iter().any(|known| known.id == referent.network));
    let place = |id: &str| networks.iter().position(|known| known.id == id);
    let name = |insee: &str| {
        let place = communes.list.iter().position(|c| c.insee.as_str() == insee);
        place.unwrap_or(usize::MAX)
    };
    referents.sort_by_cached_key(|referent| {
        (
            place(&referent.network),
            name(referent.commune.as_str()),
            referent.commune.clone(),
            referent.post,
        )
    });
    Ok(Directory::new(networks.into(), communes, referents))
}
