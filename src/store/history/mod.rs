//! The past: what was published, what each version held and what changed between two of them, and
//! the way back.
//!
//! A row is part of every version from its `_since` to before its `_until`. Versions are numbered
//! over all layers, in the order of each layer's commits: a layer or a scope has a state as of any
//! number.

mod changes;
mod rollback;
mod rows;

use chrono::{DateTime, Utc};
use sqlx::{Postgres, QueryBuilder, Row as _};

pub use changes::VersionChanges;
pub use rollback::Rollback;
pub use rows::PastRows;

use super::names::{columns, history, personal, table};
use super::{Store, StoreError};
use crate::catalogue::Layer;
use crate::model::{Counts, LayerId};

/// One publication, as it is recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Publication {
    /// The layer.
    pub layer: LayerId,
    /// Its number, and the layer's version from it on.
    pub version: i64,
    /// The scope replaced.
    pub scope: String,
    /// The publication of the same scope before it.
    pub replaces: Option<i64>,
    /// The one after it; none when it is current.
    pub superseded_by: Option<i64>,
    /// Features in the scope.
    pub count: i64,
    /// What it did to them.
    pub counts: Counts,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub author: String,
    /// Why.
    pub comment: String,
    /// Whether the rows are demonstration data.
    pub demonstration: bool,
    /// The contribution that it comes from.
    pub contribution: Option<i64>,
    /// The name of that contribution's files, and their hash.
    pub title: Option<String>,
    /// See `title`.
    pub sha256: Option<String>,
}

/// Which publications are listed.
#[derive(Debug, Clone, Default)]
pub struct HistoryQuery {
    /// Those of a layer.
    pub layer: Option<LayerId>,
    /// Those of a scope.
    pub scope: Option<String>,
    /// Those of a contribution.
    pub contribution: Option<i64>,
    /// Those before this version, for the next page.
    pub before: Option<i64>,
    /// At most this many.
    pub limit: i64,
}

/// The state of which rows are read.
#[derive(Debug, Clone, Copy)]
pub struct AsOf<'a> {
    /// The version.
    pub version: i64,
    /// The scope; the whole layer when absent.
    pub scope: Option<&'a str>,
}

const RECORD: &str = "SELECT p.layer, p.version, p.scope, \
     (SELECT max(version) FROM publication o WHERE o.layer = p.layer AND o.scope = p.scope \
      AND o.version < p.version), p.superseded_by, p.count, p.added, p.removed, p.changed, \
     p.unchanged, p.at, p.author, p.comment, p.demonstration, p.contribution, c.title, c.sha256 \
     FROM publication p LEFT JOIN contribution c ON c.id = p.contribution WHERE true";

impl Store {
    /// Publications, the latest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn publications(&self, query: &HistoryQuery) -> Result<Vec<Publication>, StoreError> {
        let mut sql: QueryBuilder<Postgres> = QueryBuilder::new(RECORD);
        if let Some(layer) = &query.layer {
            sql.push(" AND p.layer = ").push_bind(layer.as_str());
        }
        if let Some(scope) = &query.scope {
            sql.push(" AND p.scope = ").push_bind(scope);
        }
        if let Some(contribution) = query.contribution {
            sql.push(" AND p.contribution = ").push_bind(contribution);
        }
        if let Some(before) = query.before {
            sql.push(" AND p.version < ").push_bind(before);
        }
        sql.push(" ORDER BY p.version DESC, p.layer LIMIT ")
            .push_bind(query.limit);
        let rows = sql.build().fetch_all(&self.write).await?;
        rows.iter().map(record).collect()
    }

    /// The publication of a version.
    ///
    /// # Errors
    /// [`StoreError::NoVersion`] when there is none.
    pub async fn publication(&self, version: i64) -> Result<Publication, StoreError> {
        let mut sql: QueryBuilder<Postgres> = QueryBuilder::new(RECORD);
        sql.push(" AND p.version = ").push_bind(version);
        // Databases older than the common numbering have versions that several layers share.
        sql.push(" ORDER BY p.layer LIMIT 1");
        let row = sql.build().fetch_optional(&self.write).await?;
        row.as_ref()
            .map_or(Err(StoreError::NoVersion(version)), record)
    }
}

/// The rows of a layer as of a version, those of one scope unless it is null: `fid`, `_scope`,
/// `_since`, `_hash`, all fields, `geom`.
pub(super) fn state(layer: &Layer, version: &str, scope: &str) -> String {
    let public = columns(layer.public_fields(), "t.");
    let hidden = columns(layer.personal_fields(), "p.");
    let (now, past) = (table(layer), history(layer));
    let join = if hidden.is_empty() {
        String::new()
    } else {
        format!(
            " LEFT JOIN {} p ON p.fid = t.fid AND p._since <= {version} \
             AND (p._until IS NULL OR p._until > {version})",
            personal(layer)
        )
    };
    let side = |from: &str, until: &str| {
        format!(
            "SELECT t.fid, t._scope, t._since, t._hash{public}{hidden}, t.geom FROM {from} t{join} \
             WHERE t._since <= {version} AND ({scope}::text IS NULL OR t._scope = {scope}){until}"
        )
    };
    format!(
        "{} UNION ALL {}",
        side(&now, ""),
        side(&past, &format!(" AND t._until > {version}"))
    )
}

fn record(row: &sqlx::postgres::PgRow) -> Result<Publication, StoreError> {
    let layer: String = row.try_get(0)?;
    Ok(Publication {
        layer: layer.parse().map_err(StoreError::Unfit)?,
        version: row.try_get(1)?,
        scope: row.try_get(2)?,
        replaces: row.try_get(3)?,
        superseded_by: row.try_get(4)?,
        count: row.try_get(5)?,
        counts: Counts {
            added: row.try_get(6)?,
            removed: row.try_get(7)?,
            changed: row.try_get(8)?,
            unchanged: row.try_get(9)?,
        },
        at: row.try_get(10)?,
        author: row.try_get(11)?,
        comment: row.try_get(12)?,
        demonstration: row.try_get(13)?,
        contribution: row.try_get(14)?,
        title: row.try_get(15)?,
        sha256: row.try_get(16)?,
    })
}
