//! What is built once and handed to every handler.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::access::limits::{Limits, Payer, Place};
use crate::access::{self, Filter};
use crate::cache::{FileCache, TileCache};
use crate::catalogue::{Catalogue, Layer, Territory, View};
use crate::config::Config;
use crate::members::Keyring;
use crate::members::oidc::Issuer;
use crate::members::session::Sessions;
use crate::model::{Bbox, Caller, Communes, Crs, MERCATOR, Problem, Srid};
use crate::store::{COMMUNES, Freshness, Store, Summary};
use crate::usage::{Journal, Matrices, Meter};

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
    /// What one caller may ask for.
    pub limits: Arc<Limits>,
    /// Keys and adhesions.
    pub keyring: Arc<Keyring>,
    /// Browser sessions.
    pub sessions: Arc<Sessions>,
    /// The issuer of accounts, with single sign-on.
    pub issuer: Option<Arc<Issuer>>,
    /// Compressed tiles.
    pub tiles: TileCache,
    /// Whole layers, ready to be downloaded.
    pub files: FileCache,
    /// Counts of filters, by layer, version, reading and filter.
    pub counts: moka::future::Cache<String, Option<i64>>,
    /// Whether the program judges what callers may see: tests alone leave it to the database.
    pub filter: Filter,
    /// The territory served.
    pub territory: Territory,
    /// Reference systems in which features are served.
    pub served: Vec<Crs>,
    /// Renders the metrics.
    pub metrics: PrometheusHandle,
    /// Everybody's use, by period.
    pub matrices: Matrices,
    communes: moka::future::Cache<(i64, i64), Arc<Communes>>,
    /// What readers see of layers that are not the same for all, by layer, version and reading.
    summaries: moka::future::Cache<(usize, i64, u64), Option<Summary>>,
    /// Records every response.
    pub meter: Arc<Meter>,
    digests: Vec<u64>,
    heavy: Arc<Semaphore>,
    /// Sheets of parcels under way.
    sheets: Semaphore,
}

/// A heavy request's place.
#[derive(Debug)]
pub struct Heavy {
    _own: Place,
    _all: OwnedSemaphorePermit,
}

/// A sheet asks a dozen statements side by side: more of them than there are connections for would
/// take connections from one another, and all end late.
fn sheets_at_once(connections: u32) -> usize {
    (connections as usize / 4).max(1)
}

/// Counts kept.
const COUNTS: u64 = 10_000;

/// What one reader is told of a layer as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Seen {
    /// Last publication; 0 before the first.
    pub version: i64,
    /// Features that the reader sees; none when counting them would take too long.
    pub count: Option<i64>,
    /// Their extent in Mercator metres.
    pub extent_3857: Option<Bbox>,
    /// Whether demonstration data are among the layer's.
    pub demonstration: bool,
}

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
        let weights = config.file.usage.units.clone();
        Self {
            meter: Arc::new(Meter::new(&catalogue, &territory, weights, None)),
            tiles: TileCache::new(limits.tile_cache_bytes),
            files: FileCache::new(config.home.join("exports"), limits.exports_bytes),
            counts: moka::future::Cache::new(COUNTS),
            summaries: moka::future::Cache::new(COUNTS),
            filter: Filter::default(),
            served: served(store.srid(), &territory.served_crs()),
            communes: moka::future::Cache::new(2),
            matrices: Matrices::default(),
            digests: catalogue
                .layers()
                .iter()
                .map(|layer| digest(layer))
                .collect(),
            heavy: Arc::new(Semaphore::new(limits.heavy_requests)),
            sheets: Semaphore::new(sheets_at_once(limits.read_connections)),
            freshness: Arc::default(),
            limits: Arc::new(Limits::new(&config.file.callers, &territory)),
            keyring: Arc::new(Keyring::new(territory.clone())),
            sessions: Arc::default(),
            issuer: config.file.sso.clone().map(Issuer::new),
            config,
            territory,
            catalogue,
            store,
            metrics,
        }
    }

    /// The parts, with a journal to which use is recorded.
    #[must_use]
    pub fn recording(mut self, journal: Arc<Journal>) -> Self {
        let weights = self.config.file.usage.units.clone();
        self.meter = Arc::new(Meter::new(
            &self.catalogue,
            &self.territory,
            weights,
            Some(journal),
        ));
        self
    }

    /// A place among the payer's heavy requests and among all of them, held until it is dropped.
    ///
    /// # Errors
    /// 429 when the payer has as many as it may, 503 when all places are taken.
    pub fn heavy_of(&self, payer: Payer) -> Result<Heavy, Problem> {
        Ok(Heavy {
            _own: self.limits.heavy(payer)?,
            _all: self.heavy()?,
        })
    }

    /// A place among all heavy requests, for what is made on nobody's account.
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

    /// Waits for a sheet's turn, in the order of asking.
    pub async fn sheet_turn(&self) -> Option<SemaphorePermit<'_>> {
        // It is never closed.
        self.sheets.acquire().await.ok()
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

    /// The layer of that id, as the caller reads it.
    ///
    /// # Errors
    /// 404, 401, 403; 503 for a restricted layer while the database, which judges too, is away.
    pub fn view(&self, id: &str, caller: &Caller) -> Result<View, Problem> {
        let view = access::layer(&self.catalogue, id, caller, self.filter)?;
        if view.is_restricted() && !self.freshness.now().reachable {
            return Err(access::unsure());
        }
        Ok(view)
    }

    /// The layers that the caller may see, as it reads them, in drawing order.
    pub fn views(&self, caller: &Caller) -> Vec<View> {
        access::layers(&self.catalogue, caller, self.filter).collect()
    }

    /// What the reader is told of the layer as a whole. Of an open one the sums over its
    /// publications, which anybody may know; of another what the database shows this reader,
    /// counted once a version.
    ///
    /// # Errors
    /// 503 when the database does not answer, 403 when it refuses.
    pub async fn seen(&self, view: &View) -> Result<Seen, Problem> {
        let seen = self.glimpsed(view);
        if view.is_open() {
            return Ok(seen);
        }
        let key = (self.place(view), seen.version, view.digest());
        let summary = match self.summaries.get(&key).await {
            Some(known) => known,
            None => {
                let found = self.store.summary(view, seen.version).await?;
                self.summaries.insert(key, found).await;
                found
            }
        };
        Ok(Seen {
            count: summary.map(|summary| summary.count),
            extent_3857: summary.and_then(|summary| summary.extent_3857),
            ..seen
        })
    }

    /// What is known without asking the database: neither count nor extent of what is not open.
    pub fn glimpsed(&self, view: &View) -> Seen {
        let snapshot = self.freshness.now();
        let Some(state) = snapshot.get(view.id.as_str()) else {
            return Seen {
                count: Some(0),
                ..Seen::default()
            };
        };
        Seen {
            version: state.version,
            count: view.is_open().then_some(state.count),
            extent_3857: state.extent_3857.filter(|_| view.is_open()),
            demonstration: state.demonstration,
        }
    }

    /// What tags of answers carry beside a version: the layer's catalogue entry, with which what
    /// is served changes as with the data, the database that counts the versions, and the reading.
    pub fn digest(&self, view: &View) -> u64 {
        let entry = self.digests.get(self.place(view)).copied().unwrap_or(0);
        let snapshot = self.freshness.now();
        let born = snapshot.get(view.id.as_str()).map_or(0, |state| state.born);
        entry ^ (born as u64).rotate_left(20) ^ view.digest()
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
