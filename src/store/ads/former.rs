//! Parcels that the cadastre has no more: what covers their ground today, and which of them
//! today's parcels come from. Their last outline is in the layer's history, so that chains of
//! renumberings are followed by the ground alone.

use sqlx::{AssertSqlSafe, Row as _};

use super::Ground;
use super::parcels::key_column;
use crate::catalogue::View;
use crate::model::{FormerParcel, Piece};
use crate::store::names::{history, table};
use crate::store::{Store, StoreError};

/// Sheets that are drawn anew move by so many metres: what two parcels have in common is more than
/// that when a circle of this diameter fits in, or when it is half of one of them.
const REDRAWN_M: f64 = 1.0;

/// Former parcels of one ground that are told.
const MOST: i64 = 200;

impl Store {
    /// Those of these parcels that the layer has no more and had once; the others are left out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn former_parcels(
        &self,
        view: &View,
        keys: &[String],
    ) -> Result<Vec<FormerParcel>, StoreError> {
        let (now, past, key) = (table(view), history(view), key_column(view, "idu"));
        let statement = format!(
            "SELECT f.idu, {at} AS until, ST_Area(f.geom) AS whole, p.idu AS piece, p.area \
             FROM (SELECT k, n FROM unnest($1::text[]) WITH ORDINALITY u (k, n) \
               WHERE NOT EXISTS (SELECT FROM {now} t WHERE t.{key} = k)) w, \
             LATERAL (SELECT h.idu, h.geom, h._until FROM {past} h WHERE h.{key} = w.k \
               ORDER BY h._until DESC LIMIT 1) f \
             LEFT JOIN LATERAL (SELECT c.idu, s.area FROM {now} c, {shared}) p ON true \
             ORDER BY w.n, p.area DESC NULLS LAST, p.idu",
            at = published("f._until"),
            shared = shared("c", "f"),
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(keys)
            .bind(view.id.as_str())
            .fetch_all(self.finder(view));
        let mut found: Vec<FormerParcel> = Vec::new();
        for row in super::ground::patiently(rows).await? {
            let idu: String = row.try_get("idu")?;
            if found.last().is_none_or(|last| last.idu != idu) {
                found.push(FormerParcel {
                    idu,
                    until: row.try_get("until")?,
                    area: row.try_get("whole")?,
                    parcels: Vec::new(),
                });
            }
            let piece: Option<String> = row.try_get("piece")?;
            if let (Some(last), Some(idu)) = (found.last_mut(), piece) {
                let area = row.try_get("area")?;
                last.parcels.push(Piece { idu, area });
            }
        }
        Ok(found)
    }

    /// The former parcels whose ground a ground has some of, the last to go first; of each only
    /// what it has in common with it.
    ///
    /// # Errors
    /// When the database does not answer in time.
    pub async fn former_references(
        &self,
        view: &View,
        ground: &Ground,
    ) -> Result<Vec<FormerParcel>, StoreError> {
        let (now, past, key) = (table(view), history(view), key_column(view, "idu"));
        let statement = format!(
            "WITH g AS MATERIALIZED (SELECT ST_GeomFromWKB($1, {srid}) AS geom) \
             SELECT f.idu, {at} AS until, ST_Area(f.geom) AS whole, s.area \
             FROM g, LATERAL (SELECT h.idu, h.geom, h._until FROM {past} h \
               WHERE ST_Intersects(h.geom, g.geom) \
                 AND NOT EXISTS (SELECT FROM {now} t WHERE t.{key} = h.{key}) \
                 AND NOT EXISTS (SELECT FROM {past} l WHERE l.{key} = h.{key} AND l._until > h._until) \
               OFFSET 0) f, {shared} ORDER BY f._until DESC, f.idu LIMIT {MOST}",
            srid = self.srid.0,
            at = published("f._until"),
            shared = shared("g", "f"),
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(&ground.wkb)
            .bind(view.id.as_str())
            .fetch_all(self.finder(view));
        let rows = super::ground::patiently(rows).await?;
        rows.iter()
            .map(|row| {
                Ok(FormerParcel {
                    idu: row.try_get("idu")?,
                    until: row.try_get("until")?,
                    area: row.try_get("whole")?,
                    parcels: vec![Piece {
                        idu: ground.parcels.join(","),
                        area: row.try_get("area")?,
                    }],
                })
            })
            .collect()
    }
}

/// When a version of the layer `$2` was published.
fn published(version: &str) -> String {
    format!("(SELECT min(at) FROM publication WHERE layer = $2 AND version = {version})")
}

/// The area that the surfaces of two rows have in common as `s.area`, and the condition that they
/// have more than what redrawing makes of the same limit.
pub(super) fn shared(now: &str, past: &str) -> String {
    format!(
        "LATERAL (SELECT ST_CollectionExtract(ST_Intersection({now}.geom, {past}.geom), 3) AS geom \
           OFFSET 0) i, \
         LATERAL (SELECT ST_Area(i.geom) AS area OFFSET 0) s \
         WHERE ST_Intersects({now}.geom, {past}.geom) AND s.area > 0 \
           AND (2 * s.area >= least(ST_Area({now}.geom), ST_Area({past}.geom)) \
             OR NOT ST_IsEmpty(ST_Buffer(i.geom, -{half})))",
        half = REDRAWN_M / 2.0
    )
}
