//! Documents on paper: PDF/A from `templates/print/`.

use serde::Serialize;

use super::{Fault, Statement, Yearly};

/// What these documents have in common.
const COMMON: &str = include_str!("../../templates/print/costs.typ");

/// A commune's statement.
///
/// # Errors
/// When the template makes no document.
pub fn statement_pdf(statement: &Statement) -> Result<Vec<u8>, Fault> {
    let template = include_str!("../../templates/print/statement.typ");
    printed("statement.typ", template, statement)
}

/// The metropolis's communication to its council.
///
/// # Errors
/// When the template makes no document.
pub fn yearly_pdf(yearly: &Yearly) -> Result<Vec<u8>, Fault> {
    let template = include_str!("../../templates/print/yearly.typ");
    printed("yearly.typ", template, yearly)
}

fn printed(name: &str, template: &str, data: &impl Serialize) -> Result<Vec<u8>, Fault> {
    let files = [("costs.typ", COMMON.as_bytes().to_vec())];
    Ok(print::pdf(
        name,
        template,
        &serde_json::to_value(data)?,
        &files,
    )?)
}
