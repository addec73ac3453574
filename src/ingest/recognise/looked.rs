//! What was found in the files of a delivery: each is opened once, however many ask what it is.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use exchange::Dataset;

use super::{Delivered, words};
use crate::ingest::IngestError;
use crate::model::Finding;

/// What was found, or why there is nothing to find, by file.
#[derive(Default)]
pub struct Looked(Mutex<HashMap<PathBuf, Result<Dataset, Finding>>>);

impl Delivered<'_> {
    /// What a file holds, or what is said of one that cannot be read, under the name that it has in
    /// the delivery.
    ///
    /// # Errors
    /// When the service is to blame, not the file.
    pub async fn look(
        &self,
        path: &Path,
        name: &str,
    ) -> Result<Result<Dataset, Finding>, IngestError> {
        let known = |looked: &Looked| {
            let looked = looked.0.lock().unwrap_or_else(|held| held.into_inner());
            looked.get(path).cloned()
        };
        if let Some(found) = known(self.looked) {
            return Ok(found);
        }
        let found = match self.ogr.inspect(path).await {
            Ok(dataset) => Ok(dataset),
            Err(error) => Err(words::of_file(error, name)?),
        };
        let mut looked = self
            .looked
            .0
            .lock()
            .unwrap_or_else(|held| held.into_inner());
        looked.insert(path.to_owned(), found.clone());
        Ok(found)
    }
}
