//! Contributions over HTTP: files on their way into the database, what their contributor says
//! beside them, and the work on them that instances share.

mod back;
mod delivered;
mod faults;
mod names;
mod places;
mod upload;
mod wishes;
mod work;

pub use back::take_back;
pub use delivered::{delivered, is_handed_over};
pub use faults::{faults, write_faults};
pub use places::places;
pub use upload::{Upload, UploadError};
pub use wishes::{answered, wishes};
pub use work::{AGAIN, Deliver, Run, Worker, through_the_door};
