//! The ledger of use. Its statements run as the owner: no reading role has any right on it.

mod report;
