//! What documents of the CNIG have in common, planning documents (PLU) and easements (SUP) alike:
//! one folder or archive, tables known by their names, and written pieces.

pub mod names;
pub mod pieces;
pub mod tables;

pub use pieces::Pieces;

/// A row of a table without geometry: values by column in lower case, absent ones left out.
pub type Record = std::collections::HashMap<String, String>;
