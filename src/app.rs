//! What is built once and handed to every handler.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::cache::{FileCache, TileCache};
use crate::catalogue::{Catalogue, Layer, Territory};
use crate::config::Config;
use crate::members::Keyring;
use crate::model::{Communes, Crs, MERCATOR, Problem, Srid};
use crate::store::{COMMUNES, Freshness, Store};

/// The program's parts, shared by every request.
pub struct App {
    /// What the administrator set.
    pub config: Config,
    /// The layers.
    pub catalogue: Arc<Catalogue>,
    /// The database.
    pub store: Store,
    /// Versions of the layers.
    pub freshness: Arc<Freshness>,
    /// Keys and adhesions.
    pub keyring: Arc<Keyring>,
    /// Compressed tiles.
    pub tiles: TileCache,
    /// Whole layers, ready to be downloaded.
    pub files: FileCache,
    /// Counts of filters, by layer, version and filter.
    pub counts: moka::future::Cache<String, Option<i64>>,
    /// The territory served.
    pub territory: Territory,
    /// Reference systems in which features are served.
    pub served: Vec<Crs>,
    /// Renders the metrics.
    pub metrics: PrometheusHandle,
    communes: moka::future::Cache<(i64, i64), Arc<Communes>>,
    digests: Vec<u64>,
    heavy: Arc<Semaphore>,
}

/// Counts kept.
const COUNTS: u64 = 10_000;

impl App {
    /// Puts the parts together.
    pub fn new(
        config: Config,
        catalogue: Arc<Catalogue>,
        territory: Territory,
        store: Store,
        metrics: PrometheusHandle,
    ) -> Self {
        let limits = &config.file.limits;
        Self {
            tiles: TileCache::new(limits.tile_cache_bytes),
            files: FileCache::new(config.home.join("exports"), limits.exports_bytes),
            counts: moka::future::Cache::new(COUNTS),
            served: served(store.srid(), &territory.served_crs()),
            communes: moka::future::Cache::new(2),
            digests: catalogue
                .layers()
                .iter()
                .map(|layer| digest(layer))
                .collect(),
            heavy: Arc::new(Semaphore::new(limits.heavy_requests)),
            freshness: Arc::default(),
            keyring: Arc::new(Keyring::new(territory.clone())),
            config,
            territory,
            catalogue,
            store,
            metrics,
        }
    }

    /// A place among the heavy requests, held until it is dropped.
    ///
    /// # Errors
    /// 503 when all places are taken.
    pub fn heavy(&self) -> Result<OwnedSemaphorePermit, Problem> {
        self.heavy.clone().try_acquire_owned().map_err(|_| {
            Problem::busy(
                "too many large requests at once; ask for smaller pages, or later",
                5,
            )
        })
    }

    /// The communes that are published, read once a publication.
    ///
    /// # Errors
    /// 503 when the database does not answer.
    pub async fn communes(&self) -> Result<Arc<Communes>, Problem> {
        let state = self.freshness.now().get(COMMUNES).cloned();
        let version = state.map_or((0, 0), |state| (state.born, state.version));
        if let Some(known) = self.communes.get(&version).await {
            return Ok(known);
        }
        let read = Arc::new(self.store.communes(&self.catalogue).await?);
        self.communes.insert(version, read.clone()).await;
        Ok(read)
    }

    /// What tags of answers carry beside a version: the layer's catalogue entry, with which what
    /// is served changes as with the data, and the database that counts the versions.
    pub fn digest(&self, layer: &Layer) -> u64 {
        let entry = self.digests.get(self.place(layer)).copied().unwrap_or(0);
        let snapshot = self.freshness.now();
        let born = snapshot
            .get(layer.id.as_str())
            .map_or(0, |state| state.born);
        entry ^ (born as u64).rotate_left(20)
    }

    /// The layer's place in the catalogue, which the cache uses as its name.
    pub fn place(&self, layer: &Layer) -> usize {
        self.catalogue
            .layers()
            .iter()
            .position(|other| other.id == layer.id)
            .unwrap_or(usize::MAX)
    }
}

fn digest(layer: &Layer) -> u64 {
    use sha2::Digest as _;
    let bytes = sha2::Sha256::digest(format!("{layer:?}"));
    bytes[..8]
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn served(stored: Srid, others: &[Srid]) -> Vec<Crs> {
    let mut list = vec![
        Crs::Crs84,
        Crs::Wgs84,
        Crs::Projected(MERCATOR),
        Crs::Projected(stored),
    ];
    for srid in others.iter().map(|srid| Crs::Projected(*srid)) {
        if !list.contains(&srid) {
            list.push(srid);
        }
    }
    list
}
