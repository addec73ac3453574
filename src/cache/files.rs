//! Files that are dear to make, kept in a folder bounded in bytes.
//!
//! A file's name says all that it depends on, so that nothing is ever out of date: what is no
//! longer asked for grows old and goes.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared};
use tokio::fs::File;

use crate::model::Problem;

/// A file under way, which several may wait for.
type Making = Shared<BoxFuture<'static, Result<(), Problem>>>;

/// Ending of the names of files under way.
const PART: &str = "part";

/// The folder.
#[derive(Clone)]
pub struct FileCache {
    folder: Arc<Path>,
    bytes: u64,
    making: Arc<Mutex<HashMap<String, Making>>>,
}

impl std::fmt::Debug for FileCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileCache")
            .field("folder", &self.folder)
            .finish()
    }
}

impl FileCache {
    /// A folder, made when first needed, of at most so many bytes; the newest file is kept
    /// whatever its size.
    pub fn new(folder: PathBuf, bytes: u64) -> Self {
        Self {
            folder: folder.into(),
            bytes,
            making: Arc::default(),
        }
    }

    /// The file of that name and its length, if it is there.
    pub async fn open(&self, name: &str) -> Option<(File, u64)> {
        let file = File::open(self.folder.join(name)).await.ok()?;
        let length = file.metadata().await.ok()?.len();
        Some((file, length))
    }

    /// Sees to it that the file is there, made once however many wait for it.
    ///
    /// The making runs in a task of its own: it goes on when the clients leave. It is given the
    /// path to write to; the file takes its name when it is whole.
    ///
    /// # Errors
    /// What the making says.
    pub async fn make<F, M>(&self, name: &str, making: M) -> Result<(), Problem>
    where
        M: FnOnce(PathBuf) -> F + Send + 'static,
        F: Future<Output = Result<(), Problem>> + Send + 'static,
    {
        let whole = self.folder.join(name);
        let shared = {
            let mut under_way = self.making.lock().unwrap_or_else(PoisonError::into_inner);
            match under_way.get(name) {
                Some(shared) => shared.clone(),
                None => {
                    let task = tokio::spawn(self.clone().run(name.to_owned(), whole, making));
                    let shared = async { task.await.unwrap_or(Err(Problem::Internal)) };
                    let shared = shared.boxed().shared();
                    under_way.insert(name.to_owned(), shared.clone());
                    shared
                }
            }
        };
        shared.await
    }

    async fn run<F, M>(self, name: String, whole: PathBuf, making: M) -> Result<(), Problem>
    where
        M: FnOnce(PathBuf) -> F,
        F: Future<Output = Result<(), Problem>>,
    {
        // However the making ends, a panic included, the next to ask starts anew.
        let _done = Done {
            making: &self.making,
            name: &name,
        };
        if tokio::fs::try_exists(&whole).await.unwrap_or(false) {
            return Ok(());
        }
        let part = self
            .folder
            .join(format!("{name}.{}.{PART}", uuid::Uuid::now_v7()));
        let folder = self.folder.clone();
        disk(tokio::fs::create_dir_all(&folder).await)?;
        if let Err(problem) = making(part.clone()).await {
            let _ = tokio::fs::remove_file(&part).await;
            return Err(problem);
        }
        disk(tokio::fs::rename(&part, &whole).await)?;
        let bytes = self.bytes;
        let swept = tokio::task::spawn_blocking(move || sweep(&folder, &whole, bytes)).await;
        if let Ok(Err(error)) = swept {
            tracing::warn!(%error, "old files could not be removed");
        }
        Ok(())
    }
}

/// A disk that refuses is a trouble of the moment, for who administers the machine.
pub fn disk<T>(result: io::Result<T>) -> Result<T, Problem> {
    result.map_err(|error| {
        tracing::error!(%error, "a file cannot be written under GEONANTES_HOME");
        Problem::busy("the file cannot be prepared for the moment", 60)
    })
}

struct Done<'a> {
    making: &'a Mutex<HashMap<String, Making>>,
    name: &'a str,
}

impl Drop for Done<'_> {
    fn drop(&mut self) {
        let mut making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        making.remove(self.name);
    }
}

/// Removes the oldest files until the rest fits, `newest` never, and what a killed program left.
fn sweep(folder: &Path, newest: &Path, bytes: u64) -> io::Result<()> {
    const ABANDONED_S: u64 = 3600;
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (path, metadata) = (entry.path(), entry.metadata()?);
        let modified = metadata.modified()?;
        if path.extension().is_some_and(|ending| ending == PART) {
            if modified
                .elapsed()
                .is_ok_and(|age| age.as_secs() > ABANDONED_S)
            {
                std::fs::remove_file(path)?;
            }
        } else if metadata.is_file() {
            files.push((modified, path, metadata.len()));
        }
    }
    files.sort();
    let mut held: u64 = files.iter().map(|(_, _, length)| length).sum();
    for (_, path, length) in files {
        if held <= bytes {
            break;
        }
        if path != newest {
            std::fs::remove_file(path)?;
            held -= length;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn cache(name: &str, bytes: u64) -> FileCache {
        let folder =
            std::env::temp_dir().join(format!("geonantes-{name}-{}", uuid::Uuid::now_v7()));
        FileCache::new(folder, bytes)
    }

    #[tokio::test]
    async fn a_file_is_made_once_for_all_who_wait() {
        let cache = cache("once", 1 << 20);
        let made = Arc::new(AtomicUsize::new(0));
        let ask = || {
            let made = made.clone();
            cache.make("a.bin", move |path| async move {
                made.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                disk(tokio::fs::write(path, b"whole").await)
            })
        };
        let (one, two, three) = tokio::join!(ask(), ask(), ask());
        assert!(one.is_ok() && two.is_ok() && three.is_ok());
        assert_eq!(made.load(Ordering::SeqCst), 1);
        assert_eq!(cache.open("a.bin").await.map(|(_, length)| length), Some(5));
        std::fs::remove_dir_all(&cache.folder).expect("its folder");
    }

    #[tokio::test]
    async fn a_failure_leaves_nothing_and_the_oldest_go_first() {
        let cache = cache("bound", 10);
        let failed = cache.make("a.bin", |path| async move {
            disk(tokio::fs::write(path, b"half").await)?;
            Err(Problem::Internal)
        });
        assert_eq!(failed.await, Err(Problem::Internal));
        for name in ["b.bin", "c.bin", "d.bin"] {
            let made = cache.make(name, |path| async move {
                disk(tokio::fs::write(path, b"12345").await)
            });
            made.await.expect("made");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let mut left: Vec<_> = std::fs::read_dir(&cache.folder)
            .expect("its folder")
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        left.sort();
        assert_eq!(left, ["c.bin", "d.bin"]);
        std::fs::remove_dir_all(&cache.folder).expect("its folder");
    }
}
