//! Géonantes: the geospatial data service that a metropolis and its communes share.
#![warn(missing_docs)]

pub mod access;
pub mod ads;
pub mod app;
pub mod cache;
pub mod catalogue;
pub mod cli;
pub mod config;
pub mod demo;
pub mod encode;
pub mod exercise;
pub mod http;
pub mod ingest;
pub mod members;
pub mod model;
pub mod ogc;
pub mod ogr;
mod plane;
pub mod portal;
pub mod store;
pub mod usage;
