//! A file being written by a child.

use exchange::{BATCH, NewLayer, Row, Tag, encode_rows};

use super::OgrError;
use super::child::Child;

/// Takes layers and their rows; what was taken is a file once [`Writer::finish`] says so.
pub struct Writer {
    child: Child,
    batch: Vec<u8>,
}

impl Writer {
    pub(super) fn new(child: Child) -> Self {
        Self {
            child,
            batch: Vec::new(),
        }
    }

    /// Begins a layer, to which the rows that follow go.
    ///
    /// # Errors
    /// When the child takes too long.
    pub async fn layer(&mut self, layer: &NewLayer) -> Result<(), OgrError> {
        let body = serde_json::to_vec(layer).map_err(|error| OgrError::Ours {
            words: error.to_string(),
        })?;
        self.child.say(Tag::Layer, &body).await
    }

    /// Adds rows to the layer; their numbers are kept where they are above 0 and the format
    /// has numbers, else they are the file's own.
    ///
    /// # Errors
    /// When the child takes too long.
    pub async fn rows(&mut self, rows: &[Row]) -> Result<(), OgrError> {
        for some in rows.chunks(BATCH) {
            encode_rows(some, &mut self.batch);
            self.child.say(Tag::Rows, &self.batch).await?;
        }
        Ok(())
    }

    /// Waits for the file to be whole. How many rows it has.
    ///
    /// # Errors
    /// When it could not be written, or the child died.
    pub async fn finish(mut self) -> Result<u64, OgrError> {
        self.child.say(Tag::End, &0u64.to_le_bytes()).await?;
        self.child.finished().await
    }
}
