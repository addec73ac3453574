//! Documents on paper: PDF/A from `templates/print/`.

use super::{Fault, Statement, Yearly};

/// A commune's statement.
///
/// # Errors
/// When the template makes no document.
pub fn statement_pdf(statement: &Statement) -> Result<Vec<u8>, Fault> {
    let template = include_str!("../../templates/print/statement.typ");
    let data = serde_json::to_value(statement)?;
    Ok(print::pdf("statement.typ", template, &data, &[])?)
}

/// The metropolis's communication to its council.
///
/// # Errors
/// When the template makes no document.
pub fn yearly_pdf(yearly: &Yearly) -> Result<Vec<u8>, Fault> {
    let template = include_str!("../../templates/print/yearly.typ");
    let data = serde_json::to_value(yearly)?;
    Ok(print::pdf("yearly.typ", template, &data, &[])?)
}
