//! Contributions as pages: the place to drop files, the list, one with its report; and the report
//! alone as a file that needs nothing else.

mod changes;
pub(in crate::encode::html) mod dots;
mod list;
mod one;
mod report;
#[cfg(test)]
mod tests;
mod words;

pub use list::{Listing, contributions};
pub use one::{Shown, contribution};
pub use report::{Places, Reported, report};
