//! Look-ups of land use over HTTP: parcels, addresses, the parcel sheet.

mod addresses;
mod dossiers;
mod drafts;
mod former;
mod notes;
mod pages;
mod parcels;
mod past;
mod rights;
mod sheet;
mod text;
