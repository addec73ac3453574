//! Rows as the driver holds them, read in place.

use sqlx::Row as _;
use sqlx::postgres::PgRow;

use super::StoreError;
use crate::catalogue::FieldType;
use crate::model::{Feature, Value};

/// One row of a layer: `fid`, the geometry as WKB, then the visible fields, from `first` on.
#[derive(Debug)]
pub struct Row {
    row: PgRow,
    first: usize,
}

impl Row {
    pub(super) fn new(row: PgRow, first: usize) -> Self {
        Self { row, first }
    }

    /// The row as a feature, borrowing its bytes.
    ///
    /// # Errors
    /// When a column is not of the type that the catalogue says.
    pub fn feature(&self, kinds: &[FieldType]) -> Result<Feature<'_>, StoreError> {
        let fid = self.row.try_get_unchecked(self.first)?;
        let wkb: Option<&[u8]> = self.row.try_get_unchecked(self.first + 1)?;
        let values = kinds
            .iter()
            .enumerate()
            .map(|(place, kind)| self.value(self.first + 2 + place, *kind))
            .collect::<Result<_, sqlx::Error>>()?;
        Ok(Feature {
            fid,
            wkb: wkb.unwrap_or_default(),
            values,
        })
    }

    /// The feature's number.
    ///
    /// # Errors
    /// When the column is not there; a fault of ours.
    pub fn fid(&self) -> Result<i64, StoreError> {
        Ok(self.row.try_get_unchecked(self.first)?)
    }

    fn value(&self, index: usize, kind: FieldType) -> Result<Value<'_>, sqlx::Error> {
        let row = &self.row;
        let value = match kind {
            FieldType::Text => row
                .try_get_unchecked::<Option<&str>, _>(index)?
                .map(Value::Text),
            FieldType::Integer => row
                .try_get_unchecked::<Option<_>, _>(index)?
                .map(Value::Integer),
            FieldType::Real => row
                .try_get_unchecked::<Option<_>, _>(index)?
                .map(Value::Real),
            FieldType::Boolean => row
                .try_get_unchecked::<Option<_>, _>(index)?
                .map(Value::Boolean),
            FieldType::Date => row
                .try_get_unchecked::<Option<_>, _>(index)?
                .map(Value::Date),
            FieldType::Timestamp => row
                .try_get_unchecked::<Option<_>, _>(index)?
                .map(Value::Timestamp),
        };
        Ok(value.unwrap_or(Value::Null))
    }
}
