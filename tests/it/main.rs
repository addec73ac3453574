//! Behaviour at the level where users meet it, against a real PostGIS.

mod cluster;
mod demo;
mod features;
mod support;
