//! The staged geometries on their way to the program, for what sets cannot do fast: one binary
//! COPY, 0.13 s for 300,000 parcels where a GiST join of them with themselves takes 5.7 s.

use bytes::{Buf as _, BytesMut};
use futures::TryStreamExt as _;

use super::Inspection;
use crate::store::StoreError;
use crate::store::names::quote;

/// What precedes the rows of a binary COPY: its signature, flags, and the length of an extension.
const HEAD: usize = 19;

impl Inspection<'_> {
    /// Shows every staged geometry that is not empty, in no order: the row (`_row`), the commune
    /// that it names (empty without), and its EWKB.
    ///
    /// # Errors
    /// When the database does not answer, or `see` has no more room.
    pub async fn look(
        &mut self,
        mut see: impl FnMut(i64, &str, &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let commune = match self.layer.commune_field() {
            Some(field) => format!("coalesce({}::text, '')", quote(&field.name)),
            None => "''::text".to_owned(),
        };
        let statement = format!(
            "COPY (SELECT _row, {commune}, geom FROM {staged} WHERE NOT ST_IsEmpty(geom)) \
             TO STDOUT (FORMAT binary)",
            staged = self.staging()
        );
        let mut stream = self.connection.copy_out_raw(&statement).await?;
        let mut held = BytesMut::new();
        let mut begun = false;
        while let Some(bytes) = stream.try_next().await? {
            held.extend_from_slice(&bytes);
            if !begun && held.len() >= HEAD {
                held.advance(HEAD);
                begun = true;
            }
            while begun && let Some(length) = tuple(&held) {
                let (row, commune, wkb) = fields(&held[..length]).ok_or_else(unreadable)?;
                see(row, commune, wkb)?;
                held.advance(length);
            }
        }
        Ok(())
    }
}

fn unreadable() -> StoreError {
    StoreError::Failed(sqlx::Error::Protocol("a COPY that cannot be read".into()))
}

/// The length of the row at the head of the bytes, once it is there whole; none for the end mark.
fn tuple(bytes: &[u8]) -> Option<usize> {
    let fields = i16::from_be_bytes(bytes.get(..2)?.try_into().ok()?);
    let fields = u16::try_from(fields).ok()?;
    let mut at = 2;
    for _ in 0..fields {
        let length = i32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?);
        at += 4 + usize::try_from(length).unwrap_or(0);
    }
    (at <= bytes.len()).then_some(at)
}

fn fields(tuple: &[u8]) -> Option<(i64, &str, &[u8])> {
    let mut at = 2;
    let mut next = || {
        let length = i32::from_be_bytes(tuple.get(at..at + 4)?.try_into().ok()?);
        let length = usize::try_from(length).ok()?;
        at += 4 + length;
        tuple.get(at - length..at)
    };
    let row = i64::from_be_bytes(next()?.try_into().ok()?);
    let commune = std::str::from_utf8(next()?).ok()?;
    Some((row, commune, next()?))
}
