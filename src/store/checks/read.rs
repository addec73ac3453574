//! The staged geometries on their way to the program, for what sets cannot do fast: one binary
//! COPY, 0.13 s for 300,000 parcels where a GiST join of them with themselves takes 5.7 s.

use bytes::{Buf as _, BytesMut};
use futures::TryStreamExt as _;

use super::Inspection;
use super::fault::key_of;
use crate::store::StoreError;
use crate::store::names::quote;

/// What precedes the rows of a binary COPY: its signature, flags, and the length of an extension.
const HEAD: usize = 19;

/// A staged row.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Its number, `_row`.
    pub row: i64,
    /// The commune that it names; empty without.
    pub commune: &'a str,
    /// Its key; empty without.
    pub key: &'a str,
    /// Its geometry as EWKB, unless it is empty.
    pub geometry: Option<&'a [u8]>,
}

impl Inspection<'_> {
    /// Shows every staged row, in no order.
    ///
    /// # Errors
    /// When the database does not answer, or `see` has no more room.
    pub async fn look(
        &mut self,
        mut see: impl FnMut(Seen<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let commune = match self.layer.commune_field() {
            Some(field) => format!("coalesce({}::text, '')", quote(&field.name)),
            None => "''::text".to_owned(),
        };
        let key = match self.layer.key[..] {
            [] => "''::text".to_owned(),
            _ => format!("coalesce({}, '')", key_of(self.layer, "s")),
        };
        let statement = format!(
            "COPY (SELECT _row, {commune}, {key}, CASE WHEN NOT ST_IsEmpty(geom) THEN geom END \
             FROM {staged} s) TO STDOUT (FORMAT binary)",
            staged = self.staging(),
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
                see(fields(&held[..length]).ok_or_else(unreadable)?)?;
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

fn fields(tuple: &[u8]) -> Option<Seen<'_>> {
    let mut at = 2;
    let mut next = || {
        let length = i32::from_be_bytes(tuple.get(at..at + 4)?.try_into().ok()?);
        at += 4;
        let Ok(length) = usize::try_from(length) else {
            return Some(None);
        };
        at += length;
        tuple.get(at - length..at).map(Some)
    };
    Some(Seen {
        row: i64::from_be_bytes(next()??.try_into().ok()?),
        commune: std::str::from_utf8(next()??).ok()?,
        key: std::str::from_utf8(next()??).ok()?,
        geometry: next()?,
    })
}
