//! Look-ups of land use: parcels by reference, place or geometry, and the rows that hang on them.
//!
//! Each statement reads one layer, in the caller's role and with the layer's version, as a page of
//! items does: rights and faults stay those of the layer.

mod addresses;
mod around;
mod files;
mod former;
mod ground;
mod notes;
mod parcels;
mod past;
mod published;
mod rows;
mod united;

pub use addresses::{AddressRow, Place, StreetRow, TownRow};
pub use around::Drawn;
pub use files::{FileFilter, FileRow};
pub use ground::{Crossing, Crossings, Ground, Neighbour, Read, Tolerance};
pub use parcels::{Filter, Finder, Parcel, Parcels, Wanted};
pub use published::State;
pub use rows::Found;
