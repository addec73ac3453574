//! Who belongs: adhesions, keys, sign-in and sessions, networks.

pub mod cookies;
mod issue;
mod key;
mod keyring;
pub mod networks;
pub mod oidc;
mod refusal;
mod ring;
pub mod session;
mod standing;

pub use issue::{Grant, Issued, issue};
pub use key::Key;
pub use keyring::Keyring;
pub use refusal::Refusal;
pub use standing::{Standing, standing};
