//! The OGC API resources: landing, collections, items, schemas, tiles, styles.

pub mod ask;
pub mod collections;
mod export;
pub mod item;
pub mod items;
pub mod landing;
mod links;
mod matched;
pub mod openapi;
mod openapi_ads;
mod openapi_contributions;
mod openapi_costs;
mod openapi_notes;
mod openapi_parts;
mod openapi_portal;
mod openapi_register;
pub mod page;
mod published_file;
mod query;
mod range;
pub mod schema;
pub mod styles;
pub mod tiles;
pub mod tilesets;
mod transfer;
pub mod visitor;
