//! What every file of tests stands on: one private PostgreSQL for the run, a database cloned from
//! a template for each test that writes, a server on a port of its own, a client.
//!
//! A test that only reads takes [`Server::shared`]; one that publishes takes [`Server::start`].

mod client;
mod database;
mod instance;
pub mod issuer;
mod postgres;
mod raw;
mod server;
mod tile;

pub use client::{Answer, Form, features, get, link, numbers, post, request, send, values};
pub use database::{Database, FIXTURE};
pub use instance::{Home, Instance, program, run};
pub use raw::{Raw, exchange};
pub use server::Server;
pub use tile::{decode, unpack};
