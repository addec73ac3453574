//! Land-use files (*application du droit des sols*): references as people write them, and the
//! law's clock. Pure: nothing here knows a database or the day's date.

pub mod deadline;
pub mod reference;
