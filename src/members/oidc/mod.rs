//! OpenID Connect: accounts of the metropolis's own single sign-on, in programs (bearer tokens)
//! and in browsers (authorization code with PKCE).

mod claims;
mod fetch;
mod flow;
mod issuer;
mod keys;

pub use claims::Identity;
pub use flow::{Arrival, PATIENCE, Pending};
pub use issuer::Issuer;
