//! Files into the database, part by part: nobody sees them before the last one is there, and what
//! is cut before leaves nothing.

use std::collections::HashSet;

use sha2::{Digest as _, Sha256};

use super::names::{numbered, tame};
use crate::config::Ingest;
use crate::model::{SentFile, Wishes, Writer};
use crate::store::{Arrival, Store, StoreError};

/// Bytes of a part: what an upload holds in memory.
const PART: usize = 1 << 20;

/// Why files are not taken.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// They are more than one contribution may weigh, in bytes.
    #[error("the files are larger than {0} bytes together")]
    TooLarge(u64),
    /// They are more than one contribution may have.
    #[error("there are more than {0} files")]
    TooMany(usize),
    /// All contributions together are as large as they may be.
    #[error("the contributions that wait fill the room kept for them")]
    Full,
    /// There is nothing in them.
    #[error("no file was sent, or empty ones")]
    Nothing,
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A contribution on its way. Dropped before [`Upload::finish`], it was never there.
pub struct Upload {
    store: Store,
    id: i64,
    most_bytes: u64,
    most_files: usize,
    names: HashSet<String>,
    files: Vec<SentFile>,
    bytes: u64,
    open: Option<Open>,
    done: bool,
}

/// The file that is being received.
struct Open {
    name: String,
    hash: Sha256,
    bytes: u64,
    part: i32,
    buffer: Vec<u8>,
}

impl Upload {
    /// Makes room for a contribution of `announced` bytes, or of as many as one may have.
    ///
    /// # Errors
    /// When it is too large, or there is no room.
    pub async fn begin(
        store: &Store,
        limits: &Ingest,
        writer: &Writer,
        announced: Option<u64>,
    ) -> Result<Self, UploadError> {
        let bytes = announced
            .unwrap_or(limits.file_bytes)
            .min(limits.file_bytes);
        let count = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        let id = store
            .begin_contribution(writer, count(bytes), count(limits.kept_bytes))
            .await?
            .ok_or(UploadError::Full)?;
        Ok(Self {
            store: store.clone(),
            id,
            most_bytes: limits.file_bytes,
            most_files: limits.files,
            names: HashSet::new(),
            files: Vec::new(),
            bytes: 0,
            open: None,
            done: false,
        })
    }

    /// Begins a file.
    ///
    /// # Errors
    /// When it is one too many.
    pub async fn file(&mut self, sent: &str) -> Result<(), UploadError> {
        self.end_file().await?;
        if self.files.len() >= self.most_files {
            return Err(UploadError::TooMany(self.most_files));
        }
        let tamed = tame(sent);
        let mut name = tamed.clone();
        // In lower case: a file system may not tell the others apart.
        for number in 2.. {
            if self.names.insert(name.to_lowercase()) {
                break;
            }
            name = numbered(&tamed, number);
        }
        self.open = Some(Open {
            name,
            hash: Sha256::new(),
            bytes: 0,
            part: 0,
            buffer: Vec::with_capacity(PART),
        });
        Ok(())
    }

    /// More of the file.
    ///
    /// # Errors
    /// When all files are too large together, or the database refuses.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), UploadError> {
        self.bytes += bytes.len() as u64;
        if self.bytes > self.most_bytes {
            return Err(UploadError::TooLarge(self.most_bytes));
        }
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        open.hash.update(bytes);
        open.bytes += bytes.len() as u64;
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PART - open.buffer.len()));
            open.buffer.extend_from_slice(now);
            bytes = later;
            if open.buffer.len() == PART {
                open.keep(&self.store, self.id).await?;
            }
        }
        Ok(())
    }

    async fn end_file(&mut self) -> Result<(), UploadError> {
        let Some(mut open) = self.open.take() else {
            return Ok(());
        };
        if !open.buffer.is_empty() {
            open.keep(&self.store, self.id).await?;
        }
        self.files.push(SentFile {
            name: open.name,
            bytes: i64::try_from(open.bytes).unwrap_or(i64::MAX),
            sha256: hex(&open.hash.finalize()),
        });
        Ok(())
    }

    /// Bytes received so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// All is here; the contribution's number.
    ///
    /// # Errors
    /// When there is nothing in it, or the database refuses.
    pub async fn finish(mut self, wishes: &Wishes) -> Result<i64, UploadError> {
        self.end_file().await?;
        if self.bytes == 0 {
            return Err(UploadError::Nothing);
        }
        let arrival = Arrival {
            title: &title(&self.files),
            wishes,
            files: &self.files,
            sha256: &digest(&self.files),
        };
        self.done = self.store.receive_contribution(self.id, arrival).await?;
        if self.done {
            Ok(self.id)
        } else {
            // Given up meanwhile, as one that took too long.
            Err(UploadError::Nothing)
        }
    }
}

impl Open {
    async fn keep(&mut self, store: &Store, id: i64) -> Result<(), StoreError> {
        store
            .keep_part(id, &self.name, self.part, &self.buffer)
            .await?;
        self.part += 1;
        self.buffer.clear();
        Ok(())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        let (store, id) = (self.store.clone(), self.id);
        let forget = async move {
            if let Err(error) = store.discard_contribution(id).await {
                tracing::warn!(%error, id, "a cut upload could not be forgotten; it will be later");
            }
        };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(forget);
        }
    }
}

/// The files' names, in a word: `parcelles.shp, parcelles.dbf et 3 autres`.
fn title(files: &[SentFile]) -> String {
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    match &names[..] {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first, second] => format!("{first}, {second}"),
        [first, second, _] => format!("{first}, {second} et 1 autre"),
        [first, second, rest @ ..] => format!("{first}, {second} et {} autres", rest.len()),
    }
}

/// Of one file its own; of several, that of the list that `sha256sum` would print of them.
fn digest(files: &[SentFile]) -> String {
    if let [one] = files {
        return one.sha256.clone();
    }
    let mut lines: Vec<String> = files
        .iter()
        .map(|file| format!("{}  {}\n", file.sha256, file.name))
        .collect();
    lines.sort();
    hex(&Sha256::digest(lines.concat()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
