//! BAL: the addresses of a commune, in the format that the AITF keeps (1.1 to 1.4).

pub mod parcels;
mod projection;
mod recognise;
pub mod shape;

#[cfg(test)]
mod tests;

pub use recognise::recognise;

use super::rows::Columns;

/// Whether those columns are a BAL's: the key, the street and the number, which all versions have.
pub fn is_bal(columns: &Columns) -> bool {
    ["cle_interop", "voie_nom", "numero"]
        .iter()
        .all(|name| columns.at(&[name]).is_some())
}
