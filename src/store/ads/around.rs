//! What lies around a ground, to be drawn.

use sqlx::{Postgres, QueryBuilder, Row as _};

use super::past;
use crate::catalogue::View;
use crate::model::Bbox;
use crate::store::items::push_head;
use crate::store::names::quote;
use crate::store::seal::{push_after_seal, push_reach};
use crate::store::{Store, StoreError};

/// Most rows of a layer on one plan.
const MOST: i64 = 4000;

/// A row as far as it lies within a box.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The values of the fields asked for, as text.
    pub texts: Vec<Option<String>>,
    /// Its geometry cut to the box, in the stored system, as WKB.
    pub wkb: Vec<u8>,
    /// A position on it.
    pub at: (f64, f64),
}

impl Store {
    /// The surfaces of a layer within a box of the stored system, with these fields; those that
    /// the layer has not, or that are personal, are absent. Those of a version, or of today.
    ///
    /// # Errors
    /// When the database does not answer in time.
    pub async fn around(
        &self,
        view: &View,
        ground: Bbox,
        fields: &[&str],
        version: Option<i64>,
    ) -> Result<Vec<Drawn>, StoreError> {
        let texts: Vec<String> = fields
            .iter()
            .map(|name| match view.field(name) {
                Some(field) if !field.personal => format!("t.{}::text", quote(name)),
                _ => "NULL::text".to_owned(),
            })
            .collect();
        let mut sql = QueryBuilder::<Postgres>::new("SELECT r.* FROM (SELECT ");
        push_head(&mut sql, view);
        sql.push(
            ") h, LATERAL (SELECT ST_AsBinary(c.geom) AS wkb, ST_X(p.geom) AS x, ST_Y(p.geom) AS y",
        );
        for text in &texts {
            sql.push(format!(", {text}"));
        }
        sql.push(" FROM (SELECT ST_MakeEnvelope(");
        for side in ground.to_array() {
            sql.push_bind(side);
            sql.push(", ");
        }
        sql.push(format!(
            "{}) AS geom OFFSET 0) e, {} t, \
             LATERAL (SELECT ST_CollectionExtract(ST_ClipByBox2D(t.geom, e.geom), 3) AS geom OFFSET 0) c, \
             LATERAL (SELECT ST_PointOnSurface(c.geom) AS geom OFFSET 0) p WHERE ",
            self.srid.0,
            past::rows(view, version)
        ));
        push_after_seal(&mut sql, view);
        push_reach(&mut sql, view);
        sql.push(
            " AND t.geom && e.geom AND ST_Dimension(t.geom) = 2 AND NOT ST_IsEmpty(c.geom) \
             ORDER BY t.fid",
        );
        sql.push(format!(" LIMIT {MOST}) r"));
        let rows = super::ground::patiently(sql.build().fetch_all(self.finder(view))).await?;
        rows.iter()
            .map(|row| {
                let texts = (0..fields.len()).map(|place| row.try_get(3 + place));
                Ok(Drawn {
                    texts: texts.collect::<Result<_, _>>()?,
                    wkb: row.try_get(0)?,
                    at: (row.try_get(1)?, row.try_get(2)?),
                })
            })
            .collect()
    }
}
