//! Geometries of delivered rows that something is said of.

use sqlx::AssertSqlSafe;

use super::{Delivery, Temporary};
use crate::catalogue::Layer;
use crate::store::StoreError;

/// Bytes of the geometries that are read together; those beyond stay without.
const MOST_BYTES: i64 = 16 << 20;

/// A delivered row that has a geometry.
#[derive(Debug, Clone, PartialEq)]
pub struct RowShape {
    /// Its feed.
    pub feed: i32,
    /// Its number in the source.
    pub fid: i64,
    /// A position on it, in the storage system.
    pub place: (f64, f64),
    /// Its geometry as WKB in that system, as far as there is room.
    pub wkb: Option<Vec<u8>>,
}

impl Delivery {
    /// Where rows of a staged layer lie, and their geometries; rows are named by their feed and
    /// their number in the source, and left out without a geometry.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn shapes(
        &mut self,
        layer: &Layer,
        rows: &[(i32, i64)],
    ) -> Result<Vec<RowShape>, StoreError> {
        let Temporary { staging, .. } = Temporary::of(layer);
        // A position on what is invalid cannot be computed: the middle of its box does.
        let statement = format!(
            "SELECT feed, fid, ST_X(p), ST_Y(p), CASE WHEN so_far <= $3 THEN ST_AsBinary(geom, 'NDR') END \
         FROM (SELECT w.feed, w.fid, s.geom, \
             CASE WHEN ST_Dimension(s.geom) = 0 OR ST_IsValid(s.geom) THEN ST_PointOnSurface(s.geom) \
               ELSE ST_Centroid(ST_Envelope(s.geom)) END AS p, \
             sum(ST_MemSize(s.geom)) OVER (ORDER BY w.place ROWS UNBOUNDED PRECEDING) AS so_far \
           FROM unnest($1::int[], $2::bigint[]) WITH ORDINALITY AS w(feed, fid, place) \
           JOIN {staging} s ON s._feed = w.feed AND s._fid = w.fid \
           WHERE s.geom IS NOT NULL AND NOT ST_IsEmpty(s.geom)) found"
        );
        let (feeds, fids): (Vec<i32>, Vec<i64>) = rows.iter().copied().unzip();
        type Row = (i32, i64, f64, f64, Option<Vec<u8>>);
        let found: Vec<Row> = sqlx::query_as(AssertSqlSafe(statement))
            .bind(feeds)
            .bind(fids)
            .bind(MOST_BYTES)
            .fetch_all(&mut *self.transaction)
            .await?;
        let shape = |(feed, fid, x, y, wkb)| RowShape {
            feed,
            fid,
            place: (x, y),
            wkb,
        };
        Ok(found.into_iter().map(shape).collect())
    }
}
