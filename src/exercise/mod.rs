//! Exercises of shared costs outside the pure crate: what is made of them (statements, titles, the
//! year for the council), and those that are closed, sealed with what they were computed from.

mod archive;
mod computed;
mod keep;
mod matrix;
mod page;
mod paper;
mod population;
mod seal;
mod sheets;
mod statement;
mod titles;
mod yearly;

pub use archive::{Parties, archive};
pub use computed::{Beside, Computed, Fault};
pub use keep::{Origin, computed as kept, keep, seal_kept};
pub use matrix::{matrix_csv, matrix_json};
pub use page::{STYLE, statement_body, statement_page, yearly_page};
pub use paper::{statement_pdf, yearly_pdf};
pub use population::{How, Inhabitants, Populations, Settled, settle};
pub use seal::{Sealing, Verdict, hex as sha256, opened, seal, verify};
pub use sheets::statement_sheets;
pub use statement::{Carried, Other, StatedService, Statement, statement};
pub use titles::{
    Settlement, Title, issued, recovery_code, settlements, settlements_csv, titles, titles_csv,
};
pub use yearly::{
    Figures, Group, Previous, Yearly, YearlyCommune, YearlyService, YearlyStudy, yearly,
};

/// Rows as CSV (RFC 4180), under a header.
fn csv(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<String, Fault> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let fault = |error: &dyn std::fmt::Display| Fault::Csv(error.to_string());
    writer.write_record(head).map_err(|error| fault(&error))?;
    for row in rows {
        writer.write_record(&row).map_err(|error| fault(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| fault(&error))?;
    String::from_utf8(bytes).map_err(|error| fault(&error))
}
