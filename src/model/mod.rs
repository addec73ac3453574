//! Types that cross rooms. No I/O; every room may use them.

mod ids;

pub use ids::{Insee, LayerId};
