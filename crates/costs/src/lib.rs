//! What services shared by a metropolis and its communes cost, and who pays how much, to the cent.
//!
//! An [`Exercise`](exercise::Exercise) is read ([`from_toml`], [`from_json`]), checked
//! ([`check()`]), computed ([`compute()`]) and explained ([`explain()`]). Everything is exact: quotients are rationals,
//! each line is divided and rounded once, and no float, clock or file is ever touched. The rules are
//! numbered as in `docs/costs.md`; «…» quote the scheme of cooperation that they serve.

mod adherents;
mod billing;
mod check;
mod compute;
mod days;
pub mod exercise;
mod explain;
mod finding;
mod keys;
mod ledger;
mod lines;
mod number;
mod read;
mod share;
pub mod sheets;
pub mod simulate;
mod staff;
mod summary;
mod workbook;

pub use billing::{Issued, Regularisation, instalments, regularisation};
pub use check::{Checked, check};
pub use compute::{ByNature, MetropolisPart, Outcome, ServiceOutcome, Share, compute};
pub use days::{Span, Year};
pub use explain::{
    Chapter, ExplainedLine, Explanation, Membership, Metropolitan, Origin, Payer, Portion, Step,
    explain, key_name, kind_name,
};
pub use finding::Finding;
pub use ledger::{Ledger, ledger_from_json, measured};
pub use lines::{ContractPart, Line, LineKind, Nature, Term, Working};
pub use number::{Cents, Exact, TooLarge};
pub use read::{from_json, from_toml};
pub use staff::{FullTime, full_time};
pub use summary::{
    Carried, Change, Changes, CommuneSummary, ServiceChange, Summary, changes, summary,
};
pub use workbook::workbook;
