//! Look-ups of land use: parcels by reference, place or geometry, and the rows that hang on them.
//!
//! Each statement reads one layer, in the caller's role and with the layer's version, as a page of
//! items does: rights and faults stay those of the layer.

mod addresses;
mod ground;
mod parcels;
mod rows;

pub use addresses::{AddressRow, Place, StreetRow, TownRow};
pub use ground::{Crossing, Crossings, Ground, Neighbour, Tolerance};
pub use parcels::{Filter, Parcel, Parcels, Wanted};
pub use rows::Found;
