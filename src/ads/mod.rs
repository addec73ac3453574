//! Land-use files (*application du droit des sols*): references as people write them, the law's
//! clock, and what is looked up all day: parcels, addresses, the sheet of a parcel.
//!
//! [`mod@reference`] and [`deadline`] are pure: nothing there knows a database or the day's date.

pub mod addresses;
pub mod deadline;
mod desk;
pub mod files;
mod former;
pub mod lookup;
pub mod notes;
pub mod reference;
pub mod sheet;

pub use desk::Desk;
