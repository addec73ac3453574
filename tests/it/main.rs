//! Behaviour at the level where users meet it, against a real PostGIS.

mod access;
mod adhesions;
mod ads;
mod caching;
mod cluster;
mod demo;
mod documents;
mod exports;
mod faults;
mod hostile;
mod house;
mod items;
mod keys;
mod layers;
mod ledger;
mod limits;
mod matrix;
mod networks;
mod paging;
mod publications;
mod sessions;
mod sso;
mod styles;
mod support;
mod tiles;
mod usage;
