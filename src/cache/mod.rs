//! What is dear to make, kept within bounds: compressed tiles in memory, whole layers on disk.

mod files;

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use moka::future::Cache;

pub use self::files::{FileCache, disk};
use crate::model::{Problem, TileId};

/// What a tile is kept under. The version is part of it: nothing is ever purged by hand, what is
/// out of date is simply no longer asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TileKey {
    /// The layer, by its place in the catalogue.
    pub layer: usize,
    /// The tile.
    pub tile: TileId,
    /// The last publication that touched it.
    pub version: i64,
    /// Who reads, as far as tiles differ by it: 0 for what anybody may read.
    pub audience: u64,
    /// Name of the content coding; empty for none.
    pub coding: &'static str,
}

/// A tile as it goes out.
#[derive(Debug, Clone)]
pub struct TileBytes {
    /// The version that the statement read.
    pub version: i64,
    /// Name of the content coding; empty for none.
    pub coding: &'static str,
    /// The bytes.
    pub bytes: Bytes,
}

/// The cache.
#[derive(Debug, Clone)]
pub struct TileCache {
    tiles: Cache<TileKey, TileBytes>,
}

/// Bytes that an entry costs beside its tile.
const OVERHEAD: u32 = 200;

impl TileCache {
    /// A cache of at most so many bytes.
    pub fn new(bytes: u64) -> Self {
        let weigh =
            |_: &TileKey, tile: &TileBytes| OVERHEAD.saturating_add(tile.bytes.len() as u32);
        Self {
            tiles: Cache::builder().max_capacity(bytes).weigher(weigh).build(),
        }
    }

    /// The tile, if it is there.
    pub async fn get(&self, key: &TileKey) -> Option<TileBytes> {
        self.tiles.get(key).await
    }

    /// The tile, drawn once however many wait for it.
    ///
    /// The drawing runs in a task of its own: a client that leaves does not make the others start
    /// over. A tile read at another version than expected goes to whoever waits, and is not kept
    /// under the wrong version.
    ///
    /// # Errors
    /// What the drawing says.
    pub async fn draw<F>(&self, key: TileKey, drawing: F) -> Result<TileBytes, Problem>
    where
        F: Future<Output = Result<TileBytes, Problem>> + Send + 'static,
    {
        let tiles = self.tiles.clone();
        let task = tokio::spawn(async move {
            let drawn = tiles
                .try_get_with(key, drawing)
                .await
                .map_err(Arc::unwrap_or_clone)?;
            if drawn.version != key.version {
                tiles.invalidate(&key).await;
                tiles
                    .insert(
                        TileKey {
                            version: drawn.version,
                            ..key
                        },
                        drawn.clone(),
                    )
                    .await;
            }
            Ok(drawn)
        });
        task.await.unwrap_or(Err(Problem::Internal))
    }

    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        self.tiles.weighted_size()
    }
}
