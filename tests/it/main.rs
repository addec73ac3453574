//! Behaviour at the level where users meet it, against a real PostGIS.

mod cluster;
mod demo;
mod documents;
mod exports;
mod items;
mod paging;
mod support;
