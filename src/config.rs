//! Typed configuration: defaults, then the file named by `GEONANTES_CONFIG`, then the environment.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

mod callers;
mod ingest;
mod sso;

pub use callers::{Allowance, Callers, Proxy};
pub use ingest::Ingest;
pub use sso::{Claims, Scope, Secret, Sso, trusted};

/// Everything that an administrator may set. Built once, handed down.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address that HTTP listens on (`GEONANTES_LISTEN`).
    pub listen: SocketAddr,
    /// Folder of the program's own state (`GEONANTES_HOME`).
    pub home: PathBuf,
    /// Database to use; the private cluster when absent (`GEONANTES_DATABASE_URL`).
    pub database: Option<DatabaseUrl>,
    /// Database that readers use; the same when absent (`GEONANTES_DATABASE_READ_URL`).
    pub read_database: Option<DatabaseUrl>,
    /// Folder of the catalogue (`GEONANTES_LAYERS`).
    pub layers: PathBuf,
    /// Folder of the pinned source archives of the demonstration (`GEONANTES_SOURCES`).
    pub sources: PathBuf,
    /// What comes from the file alone.
    pub file: FileConfig,
}

/// The configuration file, TOML; every key may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileConfig {
    /// Address that clients see, without a trailing slash; the request's `Host` when absent.
    pub public_url: Option<String>,
    /// Names of the service on its landing page.
    pub service: Service,
    /// Background maps offered by the viewer; none by default.
    pub backgrounds: Vec<Background>,
    /// Bounds that keep one reader from starving the others.
    pub limits: Limits,
    /// What one caller may ask for.
    pub callers: Callers,
    /// Single sign-on; none by default.
    pub sso: Option<Sso>,
    /// How use is recorded.
    pub usage: Usage,
    /// What a delivery may weigh.
    pub ingest: Ingest,
}

/// Names of the service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Service {
    /// French title of the portal.
    pub title: String,
    /// French description of the portal.
    pub description: String,
    /// Whom to write to about what is recorded; who answers for the layers when absent.
    pub contact: Option<String>,
}

impl Default for Service {
    fn default() -> Self {
        Self {
            title: "Géonantes".to_owned(),
            description: "Le portail géographique que la métropole et ses communes partagent : \
                          données ouvertes, cadastre, urbanisme et équipements."
                .to_owned(),
            contact: None,
        }
    }
}

/// A background map of the viewer.
#[derive(Debug, Clone, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Background {
    /// Identifier, kept in links.
    pub id: String,
    /// French title.
    pub title: String,
    /// `xyz` or `wmts`.
    #[serde(rename = "type")]
    pub kind: BackgroundKind,
    /// Template with `{z}`, `{x}`, `{y}` (for WMTS: a KVP or REST address with these markers).
    pub url: String,
    /// Attribution to print.
    pub attribution: String,
    /// Last zoom of the service.
    #[serde(default = "default_background_zoom")]
    pub max_zoom: u8,
    /// Side of a tile in pixels.
    #[serde(default = "default_tile_size")]
    pub tile_size: u16,
}

/// Protocol of a background map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BackgroundKind {
    /// Tiles by `{z}/{x}/{y}`.
    Xyz,
    /// A WMTS in the `PM`/`GoogleMapsCompatible` grid, its address written with the same markers.
    Wmts,
}

fn default_background_zoom() -> u8 {
    19
}

fn default_tile_size() -> u16 {
    256
}

/// Bounds that keep one reader from starving the others.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Bytes of compressed tiles kept in memory (`GEONANTES_TILE_CACHE_BYTES`).
    pub tile_cache_bytes: u64,
    /// Bytes of whole layers kept under `GEONANTES_HOME` for downloads.
    pub exports_bytes: u64,
    /// Connections of the read pool.
    pub read_connections: u32,
    /// Connections of the write pool.
    pub write_connections: u32,
    /// Heavy requests (exports, pages of over 1,000 features) under way at once.
    pub heavy_requests: usize,
    /// Requests under way at once, of any kind.
    pub requests: usize,
    /// Milliseconds that one SQL statement of a reader may take.
    pub statement_ms: u64,
    /// Milliseconds that counting the features of a filter may take before the count is left out.
    pub count_ms: u64,
    /// Seconds to receive a request's head, and to hand out the head of its answer.
    pub request_s: u64,
    /// Seconds without progress after which a reader that takes nothing is let go.
    pub stall_s: u64,
    /// Seconds given to requests in flight when the program stops.
    pub shutdown_s: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tile_cache_bytes: 256 << 20,
            exports_bytes: 2 << 30,
            read_connections: 16,
            write_connections: 4,
            heavy_requests: 8,
            requests: 1024,
            statement_ms: 10_000,
            count_ms: 500,
            request_s: 20,
            stall_s: 30,
            shutdown_s: 15,
        }
    }
}

/// How use is recorded, kept and weighed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Usage {
    /// Whether use is recorded at all; `false` is for measuring what recording costs.
    pub record: bool,
    /// Seconds between two shipments of the journal to the database.
    pub ship_s: u64,
    /// Bytes that the journal may take on disk while the database is away.
    pub journal_bytes: u64,
    /// Months for which single events are kept.
    pub detail_months: u32,
    /// Months for which sums by hour are kept, as long as the events at least; sums by day are
    /// kept for good.
    pub hourly_months: u32,
    /// What each kind of answer weighs.
    pub units: Units,
}

impl Default for Usage {
    fn default() -> Self {
        Self {
            record: true,
            ship_s: 2,
            journal_bytes: 1 << 30,
            detail_months: 13,
            hourly_months: 25,
            units: Units::default(),
        }
    }
}

/// Weights, in thousandths of a unit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Units {
    /// A vector tile.
    pub tile: u32,
    /// One feature.
    pub item: u32,
    /// A look-up.
    pub lookup: u32,
    /// A page of features.
    pub items: u32,
    /// Each feature of a page, besides.
    pub items_feature: u32,
    /// The sheet of a parcel.
    pub sheet: u32,
    /// A document to print.
    pub pdf: u32,
    /// A file of features.
    pub export: u32,
    /// Each feature of a file, besides.
    pub export_feature: u32,
}

impl Default for Units {
    fn default() -> Self {
        Self {
            tile: 1_000,
            item: 1_000,
            lookup: 1_000,
            items: 1_000,
            items_feature: 10,
            sheet: 5_000,
            pdf: 20_000,
            export: 10_000,
            export_feature: 1,
        }
    }
}

/// A database address; its password never shows.
#[derive(Clone)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The address with its password, for the driver alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for DatabaseUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl(…)")
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration {path} cannot be read: {cause}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The file is not what is expected.
    #[error("the configuration {path} is not valid:\n{cause}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// Line, column and reason.
        cause: Box<toml::de::Error>,
    },
    /// A setting of the file has a value that cannot be used.
    #[error("{name} cannot be used: {reason}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// What is wrong, and what to write.
        reason: String,
    },
    /// An environment variable has a value that cannot be used.
    #[error("{name}={value} cannot be used: {reason}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// Its value.
        value: String,
        /// What is wrong, and what to write.
        reason: String,
    },
}

impl Config {
    /// Reads the file and the environment.
    ///
    /// # Errors
    /// When the file or a variable cannot be used; the message says which and why.
    pub fn load() -> Result<Self, ConfigError> {
        let file = match variable("GEONANTES_CONFIG") {
            Some(path) => read_file(Path::new(&path))?,
            None => FileConfig::default(),
        };
        let mut config = Self {
            listen: parse("GEONANTES_LISTEN", "127.0.0.1:8080")?,
            home: variable("GEONANTES_HOME").map_or_else(|| ".geonantes".into(), PathBuf::from),
            database: variable("GEONANTES_DATABASE_URL").map(DatabaseUrl),
            read_database: variable("GEONANTES_DATABASE_READ_URL").map(DatabaseUrl),
            layers: folder("GEONANTES_LAYERS", "layers"),
            sources: folder("GEONANTES_SOURCES", ".tools/data"),
            file,
        };
        let bytes = config.file.limits.tile_cache_bytes.to_string();
        config.file.limits.tile_cache_bytes = parse("GEONANTES_TILE_CACHE_BYTES", &bytes)?;
        if let Some(sso) = &mut config.file.sso {
            sso.complete()?;
        }
        Ok(config)
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A folder of the checkout, found from anywhere: the caller's own when it has one.
fn folder(name: &str, default: &str) -> PathBuf {
    variable(name).map(PathBuf::from).unwrap_or_else(|| {
        let here = PathBuf::from(default);
        if here.is_dir() {
            here
        } else {
            Path::new(env!("CARGO_MANIFEST_DIR")).join(default)
        }
    })
}

fn parse<T: std::str::FromStr>(name: &'static str, default: &str) -> Result<T, ConfigError>
where
    T::Err: fmt::Display,
{
    let value = variable(name).unwrap_or_else(|| default.to_owned());
    value
        .parse()
        .map_err(|error: T::Err| ConfigError::Variable {
            name,
            value,
            reason: error.to_string(),
        })
}

fn read_file(path: &Path) -> Result<FileConfig, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|cause| ConfigError::Read {
        path: path.to_owned(),
        cause,
    })?;
    toml::from_str(&text).map_err(|cause| ConfigError::Parse {
        path: path.to_owned(),
        cause: Box::new(cause),
    })
}

impl Limits {
    /// Time that counting may take.
    pub fn count(&self) -> Duration {
        Duration::from_millis(self.count_ms)
    }
}
