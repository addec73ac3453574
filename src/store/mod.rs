//! PostGIS: pools, the private cluster, migrations, publications and every SQL statement.

pub mod ads;
mod binary;
pub mod checks;
pub mod cluster;
mod communes;
mod companion;
mod contributions;
mod costs;
mod count;
mod delivery;
pub mod demo;
mod error;
mod freshness;
mod history;
mod indexes;
mod items;
pub mod members;
mod migrate;
mod names;
mod networks;
mod page_index;
mod pieces;
mod pool;
mod reading;
mod register;
mod rights;
mod row;
mod schema;
mod seal;
mod sessions;
mod sheets;
mod tile;
mod upkeep;
pub mod usage;
mod wake;

pub use communes::COMMUNES;
pub use contributions::Arrival;
pub use count::Summary;
pub use delivery::{
    Change as FeatureChange, Delivery, Deposit, Expected, FeatureDifference, FieldChange,
    GeometryFault, Packer, Published, Receiver, Recorded, RowFault, ScopeDifference, Staged,
    Stranger,
};
pub use error::StoreError;
pub use freshness::{Freshness, LayerState, Snapshot};
pub use history::{AsOf, HistoryQuery, PastRows, Publication, Rollback, VersionChanges};
pub use items::Page;
pub use migrate::MigrationState;
pub use pieces::{NewPiece, NewPieces, PieceError, StoredPiece};
pub use pool::{Access, MEMBER, READER, Store};
pub use reading::Door;
pub use row::Row;
pub use schema::{Change, SchemaError};
pub use sessions::{SECRET_BYTES, SharedSessions};
pub use tile::Tile;
pub use usage::{Erasable, Erased, Freeze, Freezing, Outstanding};
