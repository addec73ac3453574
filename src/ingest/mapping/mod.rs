//! Lists of other applications (openADS, SITADEL…), read by a mapping: which columns give each
//! field, and what their values mean.
//!
//! A mapping is a TOML file (`docs/ads.md` has its form). Those of known lists are shipped and asked
//! for by name. What it makes goes through the same checks as any delivery.

mod agree;
mod flat;
mod form;
mod parcels;
mod place;
mod read;
mod recognise;
mod shipped;
#[cfg(test)]
mod tests;

pub use form::{Mapping, Rule};
pub use recognise::{likely, recognise};
pub use shipped::{SHIPPED, Shipped};

/// The mapping that a name of a shipped one, or the text of a file, stands for.
///
/// # Errors
/// What is wrong with the text, with its line, or the names that there are.
pub fn named(wish: &str) -> Result<Mapping, String> {
    let known = SHIPPED.iter().find(|known| known.name == wish.trim());
    match known {
        Some(known) => Mapping::parse(known.text),
        None if wish.contains('=') => Mapping::parse(wish),
        None => {
            let names: Vec<&str> = SHIPPED.iter().map(|known| known.name).collect();
            Err(format!(
                "there is no mapping « {} »; there are {}, and files in TOML",
                crate::model::shown(wish.trim()),
                names.join(", ")
            ))
        }
    }
}
