//! Spreadsheets of tables: XLSX and ODS, read and written, whatever the tables are.
//!
//! Numbers are kept as people see them. A spreadsheet holds doubles and shows 15 significant digits
//! of them at most: those are what is read (0.1 + 0.2 is 0.3) and, from here, written; a number that
//! needs more of them is written as text, and read back from it exactly.

mod ods;
mod read;
mod xlsx;

use std::path::Path;

use costs::sheets::Sheet;

/// The formats, by the ending of the file's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Office Open XML.
    Xlsx,
    /// OpenDocument.
    Ods,
}

/// Why a spreadsheet cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is no file of its format, or is damaged.
    #[error("it is no {0} file that can be read: {1}")]
    Unreadable(&'static str, String),
    /// More cells than any exercise has.
    #[error("sheet « {0} » has cells beyond row {rows} or column {columns}", rows = read::ROWS, columns = read::COLUMNS)]
    TooLarge(String),
    /// It cannot be written.
    #[error("the spreadsheet cannot be written: {0}")]
    Unwritable(String),
}

impl Format {
    /// The format of a file's name.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_ascii_lowercase();
        match ending.to_str()? {
            "xlsx" => Some(Self::Xlsx),
            "ods" => Some(Self::Ods),
            _ => None,
        }
    }

    /// Its sheets, in the order of the file.
    ///
    /// # Errors
    /// [`Error::Unreadable`], [`Error::TooLarge`].
    pub fn read(self, bytes: &[u8]) -> Result<Vec<Sheet>, Error> {
        match self {
            Self::Xlsx => read::xlsx(bytes),
            Self::Ods => read::ods(bytes),
        }
    }

    /// The bytes of a file of these sheets.
    ///
    /// # Errors
    /// [`Error::Unwritable`], such as for a text longer than a cell holds.
    pub fn write(self, sheets: &[Sheet]) -> Result<Vec<u8>, Error> {
        match self {
            Self::Xlsx => xlsx::write(sheets).map_err(|error| Error::Unwritable(error.to_string())),
            Self::Ods => ods::write(sheets).map_err(|error| Error::Unwritable(error.to_string())),
        }
    }
}
