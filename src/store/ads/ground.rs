//! What bears on a piece of ground: the rows of a layer that cross it or lie near, with how much.

use std::time::Duration;

use sqlx::postgres::PgRow;
use sqlx::{Postgres, QueryBuilder, Row as _};

use super::parcels::key_column;
use super::past;
use crate::catalogue::View;
use crate::model::MERCATOR;
use crate::store::items::{push_head, visible_columns};
use crate::store::names::{keys_named, quote, table};
use crate::store::row::Row;
use crate::store::seal::{At, push_after_seal, push_personal, push_reach};
use crate::store::{Store, StoreError};

type Sql = QueryBuilder<Postgres>;

/// How long one layer may keep a sheet waiting.
const PATIENCE: Duration = Duration::from_secs(3);

/// One parcel, or several as one.
#[derive(Debug, Clone)]
pub struct Ground {
    /// The parcels' identifiers, in their order.
    pub parcels: Vec<String>,
    /// The drawn area of each, in m².
    pub areas: Vec<f64>,
    /// The drawn area of the whole, in m².
    pub area: f64,
    /// Pieces that do not touch each other, within the tolerance.
    pub pieces: i32,
    /// The whole, in the stored system, as WKB.
    pub wkb: Vec<u8>,
    /// The whole in Mercator metres, as WKB.
    pub mercator: Vec<u8>,
}

/// How near, and how thin.
#[derive(Debug, Clone, Copy)]
pub struct Tolerance {
    /// What is thinner than so many metres is an error of drawing.
    pub thin_m: f64,
    /// Rows this near count as well; 0 for those that cross alone.
    pub within_m: f64,
}

/// Which rows, and how.
#[derive(Debug, Clone, Copy, Default)]
pub struct Read {
    /// Those of this version; today's when absent.
    pub version: Option<i64>,
    /// Whether geometries that overlay cannot work with are mended first, which costs as much
    /// again.
    pub mended: bool,
}

/// How much of a row lies on a ground.
#[derive(Debug)]
pub struct Crossing {
    /// The row, without geometry.
    pub row: Row,
    /// Dimension of the row's geometry: 0 a place, 1 a line, 2 a surface.
    pub dimension: i32,
    /// What is in common: m² of a surface, metres of a line, 0 of a place.
    pub common: f64,
    /// m² or metres of the whole row.
    pub whole: f64,
    /// Whether what is in common is thinner than the tolerance; of a line, whether it stays that
    /// near to the ground's edge.
    pub thin: bool,
    /// Metres between the two.
    pub distance: f64,
}

/// Rows that bear on a ground, at a version.
#[derive(Debug)]
pub struct Crossings {
    /// The layer's version.
    pub version: i64,
    /// The rows, what has most in common first.
    pub list: Vec<Crossing>,
}

/// A parcel beside a ground.
#[derive(Debug, Clone)]
pub struct Neighbour {
    /// Its identifier.
    pub idu: String,
    /// The area that the cadastre states, in m².
    pub contenance: Option<i64>,
    /// Metres of its boundary along the ground.
    pub contact: f64,
    /// Metres between the two: 0 where they touch.
    pub distance: f64,
}

impl Store {
    /// The ground of these parcels; none when the layer has not all of them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ground(
        &self,
        view: &View,
        keys: &[String],
        join_m: f64,
    ) -> Result<Option<Ground>, StoreError> {
        let mut sql = Sql::new("SELECT r.* FROM (SELECT ");
        push_head(&mut sql, view);
        sql.push(
            ") h, LATERAL (SELECT array_agg(t.idu ORDER BY t.idu) AS parcels, \
             array_agg(ST_Area(t.geom) ORDER BY t.idu) AS areas, \
             CASE WHEN count(*) = 1 THEN (array_agg(t.geom))[1] ELSE ST_Union(t.geom) END AS geom, \
             CASE WHEN count(*) = 1 THEN (array_agg(t.geom_3857))[1] END AS mercator, \
             CASE WHEN count(*) = 1 THEN 1 ELSE ST_NumGeometries(ST_Union(ST_Buffer(t.geom, ",
        );
        sql.push_bind(join_m / 2.0);
        sql.push(format!("))) END AS pieces FROM {} t WHERE ", table(view)));
        push_after_seal(&mut sql, view);
        sql.push(format!(" AND t.{} = ANY(", key_column(view, "idu")));
        sql.push_bind(keys.to_vec());
        sql.push(")");
        push_reach(&mut sql, view);
        sql.push(format!(
            ") g, LATERAL (SELECT g.parcels, g.areas, ST_Area(g.geom) AS area, g.pieces, \
             ST_AsBinary(g.geom) AS wkb, \
             ST_AsBinary(coalesce(g.mercator, ST_Transform(g.geom, {}))) AS mercator \
             WHERE cardinality(g.parcels) = ",
            MERCATOR.0
        ));
        sql.push_bind(keys.len() as i32);
        sql.push(") r");
        let row = sql.build().fetch_optional(self.finder(view)).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Ground {
            parcels: row.try_get("parcels")?,
            areas: row.try_get("areas")?,
            area: row.try_get("area")?,
            pieces: row.try_get("pieces")?,
            wkb: row.try_get("wkb")?,
            mercator: row.try_get("mercator")?,
        }))
    }

    /// The rows of a layer that bear on a ground.
    ///
    /// # Errors
    /// When the database does not answer in time.
    pub async fn crossings(
        &self,
        view: &View,
        ground: &Ground,
        tolerance: Tolerance,
        read: Read,
    ) -> Result<Crossings, StoreError> {
        let mut sql = Sql::new("SELECT h.version, r.* FROM (SELECT ");
        push_head(&mut sql, view);
        sql.push(") h LEFT JOIN LATERAL (WITH ");
        self.push_ground(&mut sql, ground);
        // OFFSET 0 keeps the planner from computing the overlay again wherever it is named.
        let shape = if read.mended {
            "ST_MakeValid(t.geom)"
        } else {
            "t.geom"
        };
        sql.push(" SELECT t.fid, NULL::bytea AS nothing");
        sql.push(visible_columns(view));
        sql.push(
            ", d.dimension, m.common, m.whole, m.thin, ST_Distance(t.geom, g.geom) AS distance \
             FROM g, ",
        );
        sql.push(format!("{} t", past::rows(view, read.version)));
        push_personal(&mut sql, view, read.version.map_or(At::Now, At::Version));
        sql.push(format!(
            ", LATERAL (SELECT ST_Dimension(t.geom) AS dimension, \
               ST_Intersection({shape}, g.geom) AS common OFFSET 0) d, \
             LATERAL (SELECT CASE d.dimension WHEN 2 THEN ST_Area(ST_CollectionExtract(d.common, 3)) \
                 WHEN 1 THEN ST_Length(ST_CollectionExtract(d.common, 2)) ELSE 0 END AS common, \
               CASE d.dimension WHEN 2 THEN ST_Area(t.geom) WHEN 1 THEN ST_Length(t.geom) \
                 ELSE 0 END AS whole, "
        ));
        push_thin(&mut sql, tolerance.thin_m);
        sql.push(" AS thin) m WHERE ");
        push_after_seal(&mut sql, view);
        push_reach(&mut sql, view);
        if tolerance.within_m > 0.0 {
            sql.push(" AND ST_DWithin(t.geom, g.geom, ");
            sql.push_bind(tolerance.within_m);
            sql.push(")");
        } else {
            sql.push(" AND ST_Intersects(t.geom, g.geom)");
        }
        sql.push(" ORDER BY m.common DESC, t.fid) r ON true");
        let rows = patiently(sql.build().fetch_all(self.finder(view))).await?;
        let mut found = Crossings {
            version: match read.version {
                Some(version) => version,
                None => version(&rows)?,
            },
            list: Vec::with_capacity(rows.len()),
        };
        for row in rows {
            if row.try_get::<Option<i64>, _>(1)?.is_none() {
                continue;
            }
            found.list.push(Crossing {
                dimension: row.try_get("dimension")?,
                common: row.try_get("common")?,
                whole: row.try_get("whole")?,
                thin: row.try_get("thin")?,
                distance: row.try_get("distance")?,
                row: Row::new(row, 1),
            });
        }
        Ok(found)
    }

    /// The parcels beside a ground: within `join_m` of it, or within `sheets_m` when they are of
    /// other sheets, which disagree at their joins.
    ///
    /// # Errors
    /// When the database does not answer in time.
    pub async fn neighbours(
        &self,
        view: &View,
        ground: &Ground,
        sheets: &[String],
        (join_m, sheets_m): (f64, f64),
    ) -> Result<Vec<Neighbour>, StoreError> {
        let mut sql = Sql::new("SELECT r.* FROM (SELECT ");
        push_head(&mut sql, view);
        sql.push(") h, LATERAL (WITH ");
        self.push_ground(&mut sql, ground);
        // Along what is widened by as much as the two may be apart.
        sql.push(", wide AS MATERIALIZED (SELECT ST_Buffer(geom, ");
        sql.push_bind(join_m);
        sql.push(") AS near, ST_Buffer(geom, ");
        sql.push_bind(join_m.max(sheets_m));
        sql.push(") AS far FROM g) SELECT t.idu, ");
        sql.push(match view.field("contenance") {
            Some(field) if !field.personal => "t.contenance",
            _ => "NULL::bigint",
        });
        sql.push(
            " AS contenance, ST_Length(ST_Intersection(ST_Boundary(t.geom), \
             CASE WHEN d.distance <= ",
        );
        sql.push_bind(join_m);
        sql.push(format!(
            " THEN wide.near ELSE wide.far END)) AS contact, d.distance FROM g, wide, {} t, \
             LATERAL (SELECT ST_Distance(t.geom, g.geom) AS distance OFFSET 0) d WHERE ",
            table(view)
        ));
        push_after_seal(&mut sql, view);
        push_reach(&mut sql, view);
        sql.push(" AND ST_DWithin(t.geom, g.geom, ");
        sql.push_bind(join_m.max(sheets_m));
        sql.push(") AND (d.distance <= ");
        sql.push_bind(join_m);
        if view.field("feuille").is_some() {
            sql.push(" OR t.feuille <> ALL(");
            sql.push_bind(sheets.to_vec());
            sql.push(")");
        }
        sql.push(") AND t.idu <> ALL(");
        sql.push_bind(ground.parcels.clone());
        sql.push(") ORDER BY t.idu) r");
        let rows = patiently(sql.build().fetch_all(self.finder(view))).await?;
        let read = |row: &PgRow| {
            Ok(Neighbour {
                idu: row.try_get("idu")?,
                contenance: row.try_get("contenance")?,
                contact: row.try_get("contact")?,
                distance: row.try_get("distance")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// The rows in whose `list` field one of the parcels stands, wherever they lie, and those
    /// without any parcel that lie on the ground; whether each is of the first kind.
    ///
    /// # Errors
    /// When the database does not answer in time.
    pub async fn addressed(
        &self,
        view: &View,
        ground: &Ground,
        list: &str,
    ) -> Result<(i64, Vec<(bool, Row)>), StoreError> {
        let named = keys_named("t.", list);
        let mut sql = Sql::new("SELECT h.version, r.* FROM (SELECT ");
        push_head(&mut sql, view);
        sql.push(") h LEFT JOIN LATERAL (WITH ");
        self.push_ground(&mut sql, ground);
        // Two walks of two indexes; as one condition they would be none.
        for is_named in [true, false] {
            sql.push(if is_named { " (" } else { ") UNION ALL (" });
            sql.push("SELECT t.fid, NULL::bytea AS nothing");
            sql.push(visible_columns(view));
            sql.push(format!(", {is_named} AS named FROM g, {} t", table(view)));
            push_personal(&mut sql, view, At::Now);
            sql.push(" WHERE ");
            push_after_seal(&mut sql, view);
            push_reach(&mut sql, view);
            if is_named {
                sql.push(format!(" AND {named} && "));
                sql.push_bind(ground.parcels.clone());
            } else {
                sql.push(format!(
                    " AND coalesce(t.{}, '') = '' AND ST_Intersects(t.geom, g.geom)",
                    quote(list)
                ));
            }
        }
        sql.push(") ORDER BY named DESC, fid) r ON true");
        let rows = patiently(sql.build().fetch_all(self.finder(view))).await?;
        let version = version(&rows)?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            if let Some(named) = row.try_get::<Option<bool>, _>("named")? {
                found.push((named, Row::new(row, 1)));
            }
        }
        Ok((version, found))
    }

    fn push_ground(&self, sql: &mut Sql, ground: &Ground) {
        sql.push("g AS MATERIALIZED (SELECT ST_GeomFromWKB(");
        sql.push_bind(ground.wkb.clone());
        sql.push(format!(", {}) AS geom)", self.srid.0));
    }
}

/// Whether what is in common is thinner than so much: a circle of that diameter does not fit in.
/// Area over perimeter is at most the radius of one that does, which spares most of the work.
fn push_thin(sql: &mut Sql, thin_m: f64) {
    sql.push(
        "CASE d.dimension WHEN 2 THEN CASE WHEN ST_Area(d.common) >= ST_Perimeter(d.common) * ",
    );
    sql.push_bind(thin_m / 2.0);
    sql.push(" THEN false ELSE ST_IsEmpty(ST_Buffer(ST_CollectionExtract(d.common, 3), ");
    sql.push_bind(-thin_m / 2.0);
    sql.push(
        ")) END WHEN 1 THEN ST_IsEmpty(d.common) OR NOT ST_Intersects(d.common, ST_Buffer(g.geom, ",
    );
    sql.push_bind(-thin_m);
    sql.push(")) ELSE false END");
}

fn version(rows: &[PgRow]) -> Result<i64, StoreError> {
    Ok(match rows.first() {
        Some(row) => row.try_get(0)?,
        None => 0,
    })
}

/// An answer that takes too long is none: the other layers do not wait for it.
pub(super) async fn patiently<T>(
    reading: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, StoreError> {
    match tokio::time::timeout(PATIENCE, reading).await {
        Ok(read) => Ok(read?),
        Err(_) => Err(StoreError::Timeout),
    }
}
