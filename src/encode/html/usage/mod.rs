//! The pages of use: one account's, and all of them beside each other.

mod account;
mod chart;
mod choice;
mod keys;
mod overview;
mod parts;
mod rows;
mod split;
pub mod words;

pub use account::{Account, account};
pub use choice::{Choice, Choices};
pub use overview::{Overview, overview};
pub use rows::{Row, Sort, SortBy};
pub use split::{Split, Track};
