//! Who belongs: adhesions, keys, sign-in and sessions, networks.

pub mod oidc;
