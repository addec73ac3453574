//! Rows into a temporary table by binary COPY, written by hand: PostgreSQL reads it in half the
//! time of the text format, and nothing needs quoting.

use chrono::NaiveDate;
use sqlx::PgConnection;
use sqlx::postgres::PgCopyIn;

use super::state::Arrivals;
use super::wkb::{self, How};
use crate::catalogue::{FieldType, Layer};
use crate::model::Value;
use crate::store::StoreError;
use crate::store::binary::{END, HEADER, put};

/// Columns before the layer's fields: `_row`, `_feed`, `_fid`, `_scope`.
const BEFORE: usize = 4;

/// Takes the rows of one feed for one layer, as a [`Packer`] made them ready.
pub struct Receiver<'a> {
    copy: PgCopyIn<&'a mut PgConnection>,
    arrivals: &'a mut Arrivals,
}

/// Makes rows ready for their [`Receiver`]: it holds nothing of the connection, so that rows are packed
/// while others are on their way.
pub struct Packer {
    buffer: Vec<u8>,
    layer: Layer,
    arrivals: Arrivals,
    feed: i32,
    how: How,
}

impl<'a> Receiver<'a> {
    pub(super) fn new(
        copy: PgCopyIn<&'a mut PgConnection>,
        layer: &Layer,
        arrivals: &'a mut Arrivals,
        (feed, how): (i32, How),
    ) -> (Packer, Self) {
        let packer = Packer {
            buffer: HEADER.to_vec(),
            layer: layer.clone(),
            arrivals: std::mem::take(arrivals),
            feed,
            how,
        };
        (packer, Self { copy, arrivals })
    }

    /// Takes rows that were packed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn send(&mut self, packed: Vec<u8>) -> Result<(), StoreError> {
        self.copy.send(packed).await?;
        Ok(())
    }

    /// Ends the feed, with what was packed last.
    ///
    /// # Errors
    /// When the database refuses a row: nothing more can be done with the delivery then.
    pub async fn finish(mut self, mut packer: Packer) -> Result<(), StoreError> {
        packer.buffer.extend_from_slice(&END);
        self.copy.send(packer.take()).await?;
        self.copy.finish().await?;
        *self.arrivals = packer.arrivals;
        Ok(())
    }
}

impl Packer {
    /// Packs one row: its number in the source, its scope, a value for each of the layer's fields in
    /// the catalogue's order, and its geometry as WKB in the feed's reference system.
    ///
    /// A geometry that cannot be stored is left out and told by [`super::Delivery::stage`].
    ///
    /// # Errors
    /// When a value is not of its field's type.
    pub fn row(
        &mut self,
        fid: i64,
        scope: &str,
        values: &[Value<'_>],
        geometry: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        let row = self.arrivals.rows;
        self.arrivals.rows += 1;
        if !self.how.mend && !self.arrivals.scopes.contains(scope) {
            self.arrivals.scopes.insert(scope.to_owned());
        }
        self.put_row(row, fid, scope, values)?;
        self.put_geometry(row, fid, geometry);
        Ok(())
    }

    /// What was packed since this was last called.
    pub fn take(&mut self) -> Vec<u8> {
        // The next rows will be about as large.
        let next = Vec::with_capacity(self.buffer.len());
        std::mem::replace(&mut self.buffer, next)
    }

    fn put_row(
        &mut self,
        row: i64,
        fid: i64,
        scope: &str,
        values: &[Value<'_>],
    ) -> Result<(), StoreError> {
        let fields = &self.layer.fields;
        if values.len() != fields.len() {
            return Err(StoreError::Unfit(format!(
                "layer {}: a row of {} values for {} fields",
                self.layer.id,
                values.len(),
                fields.len()
            )));
        }
        let columns = (BEFORE + fields.len() + 1) as i16;
        self.buffer.extend_from_slice(&columns.to_be_bytes());
        put(&mut self.buffer, &row.to_be_bytes());
        put(&mut self.buffer, &self.feed.to_be_bytes());
        put(&mut self.buffer, &fid.to_be_bytes());
        put_text(&mut self.buffer, scope);
        for (field, value) in fields.iter().zip(values) {
            if !put_value(&mut self.buffer, field.kind, *value) {
                return Err(StoreError::Unfit(format!(
                    "layer {}: field {} is {}, it was given {value:?}",
                    self.layer.id,
                    field.name,
                    field.kind.as_str()
                )));
            }
        }
        Ok(())
    }

    fn put_geometry(&mut self, row: i64, fid: i64, geometry: Option<&[u8]>) {
        let place = self.buffer.len();
        self.buffer.extend_from_slice(&(-1_i32).to_be_bytes());
        let Some(bytes) = geometry else { return };
        let outcome = wkb::shape(bytes, self.layer.geometry, self.how, &mut self.buffer);
        if outcome.present {
            let length = (self.buffer.len() - place - 4) as i32;
            self.buffer[place..place + 4].copy_from_slice(&length.to_be_bytes());
        }
        if let Some(fault) = outcome.fault {
            self.arrivals
                .fault(row, (self.feed, fid, self.how.srid), fault, outcome.present);
        }
    }
}

/// PostgreSQL stores any character but NUL.
fn put_text(buffer: &mut Vec<u8>, text: &str) {
    if text.contains('\0') {
        put(buffer, text.replace('\0', "").as_bytes());
    } else {
        put(buffer, text.as_bytes());
    }
}

/// Writes a value in the binary form of its field's column; false when it is of another type.
fn put_value(buffer: &mut Vec<u8>, kind: FieldType, value: Value<'_>) -> bool {
    match (kind, value) {
        (_, Value::Null) => buffer.extend_from_slice(&(-1_i32).to_be_bytes()),
        (FieldType::Text, Value::Text(text)) => put_text(buffer, text),
        (FieldType::Integer, Value::Integer(number)) => put(buffer, &number.to_be_bytes()),
        (FieldType::Real, Value::Real(number)) => put(buffer, &number.to_be_bytes()),
        (FieldType::Real, Value::Integer(number)) => put(buffer, &(number as f64).to_be_bytes()),
        (FieldType::Boolean, Value::Boolean(truth)) => put(buffer, &[u8::from(truth)]),
        (FieldType::Date, Value::Date(day)) => {
            let days = day.signed_duration_since(epoch()).num_days() as i32;
            put(buffer, &days.to_be_bytes());
        }
        (FieldType::Timestamp, Value::Timestamp(instant)) => {
            let since = instant.naive_utc() - epoch().and_time(chrono::NaiveTime::MIN);
            let microseconds = since.num_microseconds().unwrap_or(i64::MAX);
            put(buffer, &microseconds.to_be_bytes());
        }
        _ => return false,
    }
    true
}

/// The day from which PostgreSQL counts.
fn epoch() -> NaiveDate {
    NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default()
}
