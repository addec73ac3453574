//! Repairs: what can be mended without anybody's judgement, each told one by one.
//!
//! A mended geometry keeps its kind and its area, to one part in a hundred; what would not is left
//! as it is, and told by the check concerned.

use sqlx::Arguments as _;
use sqlx::postgres::PgArguments;

use super::fault::{NOTHING, place};
use super::overlap::Depths;
use super::{Faults, Inspection, encode_failure};
use crate::catalogue::GeometryType;
use crate::store::StoreError;
use crate::store::names::{oriented, quote};

/// Part of the area by which a repair may change a surface.
const CHANGE: f64 = 0.01;

impl Inspection<'_> {
    /// Makes invalid surfaces valid; `what` is what was wrong, `place` where, `measure` the area
    /// before and `extent` after, in m².
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mend_invalid(&mut self) -> Result<Faults, StoreError> {
        let staged = self.staging();
        let rule = format!(
            "UPDATE {staged} s SET geom = {mended} \
             FROM (SELECT _row, geom AS old, reason(d) AS reason, location(d) AS location, \
                     ST_CollectionExtract( \
                       ST_MakeValid(geom, 'method=structure keepcollapsed=false'), 3) AS new \
                   FROM {staged}, LATERAL (SELECT ST_IsValidDetail(geom) AS d) detail \
                   WHERE ST_Dimension(geom) = 2 AND NOT ST_IsValid(geom)) m \
             WHERE s._row = m._row AND {same} \
             RETURNING s._row AS \"row\", NULL::bigint AS other, m.reason AS what, \
               m.location AS place, ST_Area(m.old) AS measure, ST_Area(m.new) AS extent",
            mended = self.stored("m.new"),
            same = same_area("m.old", "m.new"),
        );
        self.faults(&rule, PgArguments::default()).await
    }

    /// Removes features that are like an earlier one (`other`) in every attribute and in geometry.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove_copies(&mut self) -> Result<Faults, StoreError> {
        let staged = self.staging();
        let columns: String = (self.layer.fields.iter())
            .map(|field| format!(", {}", quote(&field.name)))
            .collect();
        let rule = format!(
            "DELETE FROM {staged} s USING ( \
               SELECT _row, min(_row) OVER (PARTITION BY _scope, md5(ST_AsBinary(geom)){columns}) \
                 AS first FROM {staged} WHERE NOT ST_IsEmpty(geom)) f \
             WHERE s._row = f._row AND f.first < f._row \
             RETURNING s._row AS \"row\", f.first AS other, NULL AS what, {place} AS place, {NOTHING}",
            place = place("s.geom"),
        );
        self.faults(&rule, PgArguments::default()).await
    }

    /// Drops the parts of surfaces that are thinner than this width in metres, where another part
    /// remains; `what` is how many, `measure` their area in m².
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn drop_slivers(&mut self, width_m: f64) -> Result<Faults, StoreError> {
        let staged = self.staging();
        let mut arguments = PgArguments::default();
        arguments.add(width_m).map_err(encode_failure)?;
        let rule = format!(
            "UPDATE {staged} s SET geom = {mended} \
             FROM (SELECT s._row, s.geom AS old, ST_Collect(p.geom) FILTER (WHERE NOT thin) AS new, \
                     count(*) FILTER (WHERE thin) AS dropped, \
                     sum(ST_Area(p.geom)) FILTER (WHERE thin) AS lost, \
                     (array_agg(p.geom) FILTER (WHERE thin))[1] AS first \
                   FROM {staged} s, ST_Dump(s.geom) p, \
                     LATERAL (SELECT 2 * ST_Area(p.geom) < $1 * ST_Perimeter(p.geom) AS thin) t \
                   WHERE ST_NumGeometries(s.geom) > 1 AND ST_Dimension(s.geom) = 2 \
                   GROUP BY 1, 2) m \
             WHERE s._row = m._row AND m.dropped > 0 AND m.new IS NOT NULL AND {same} \
             RETURNING s._row AS \"row\", NULL::bigint AS other, m.dropped::text AS what, \
               {place} AS place, m.lost AS measure, NULL::float8 AS extent",
            mended = self.stored("m.new"),
            same = same_area("m.old", "m.new"),
            place = place("m.first"),
        );
        self.faults(&rule, arguments).await
    }

    /// Brings the vertices of surfaces that lie on others within the tolerance to the limits of
    /// those, where that ends the overlap (see [`Self::intersect`], called before): `other` is the
    /// first of them, `measure` the area of the overlap in m².
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn snap(&mut self, depths: Depths) -> Result<Faults, StoreError> {
        let staged = self.staging();
        let mut arguments = PgArguments::default();
        for metres in [depths.within_m, depths.between_m, depths.finest()] {
            arguments.add(metres).map_err(encode_failure)?;
        }
        let rule = format!(
            "UPDATE {staged} s SET geom = {mended} \
             FROM (SELECT o.b AS _row, y.geom AS old, min(o.a) AS other, sum(o.area) AS area, \
                     ST_Collect(x.geom) AS others, (array_agg(o.shared))[1] AS shared, \
                     ST_Snap(y.geom, ST_Collect(x.geom), \
                       1.5 * CASE WHEN bool_or(o.apart) THEN $2 ELSE $1 END) AS new \
                   FROM pg_temp.check_overlap o JOIN {staged} x ON x._row = o.a \
                   JOIN {staged} y ON y._row = o.b \
                   WHERE NOT o.beyond AND ST_IsValid(x.geom) AND ST_IsValid(y.geom) \
                     AND NOT EXISTS (SELECT FROM pg_temp.check_overlap d \
                                     WHERE d.b = o.b AND d.beyond) \
                   GROUP BY 1, 2) m \
             WHERE s._row = m._row AND ST_IsValid(m.new) AND {same} \
               AND NOT EXISTS (SELECT FROM ST_Dump(m.others) d \
                 WHERE NOT ST_IsEmpty(ST_Buffer(ST_CollectionExtract( \
                   ST_Intersection(m.new, d.geom), 3), $3 / -2))) \
             RETURNING s._row AS \"row\", m.other, NULL AS what, {place} AS place, \
               m.area AS measure, NULL::float8 AS extent",
            mended = self.stored("m.new"),
            same = same_area("m.old", "m.new"),
            place = place("m.shared"),
        );
        self.faults(&rule, arguments).await
    }

    /// Cuts off surfaces what lies on others within the tolerance, where snapping did not do (see
    /// [`Self::intersect`], called before); what is told is as in [`Self::snap`].
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn cut_overlaps(&mut self) -> Result<Faults, StoreError> {
        let staged = self.staging();
        let rule = format!(
            "UPDATE {staged} s SET geom = {mended} \
             FROM (SELECT o.b AS _row, y.geom AS old, min(o.a) AS other, sum(o.area) AS area, \
                     (array_agg(o.shared))[1] AS shared, \
                     ST_CollectionExtract(ST_Difference(y.geom, ST_Union(x.geom)), 3) AS new \
                   FROM pg_temp.check_overlap o JOIN {staged} x ON x._row = o.a \
                   JOIN {staged} y ON y._row = o.b \
                   WHERE NOT o.beyond AND ST_IsValid(x.geom) AND ST_IsValid(y.geom) \
                     AND NOT EXISTS (SELECT FROM pg_temp.check_overlap d \
                                     WHERE d.beyond AND o.b IN (d.a, d.b)) \
                     AND NOT EXISTS (SELECT FROM pg_temp.check_overlap c WHERE c.b = o.a) \
                   GROUP BY 1, 2) m \
             WHERE s._row = m._row AND ST_IsValid(m.new) \
               AND ST_NumGeometries(m.new) = ST_NumGeometries(m.old) \
               AND ST_Area(m.old) - ST_Area(m.new) BETWEEN 0 AND 1.01 * m.area \
             RETURNING s._row AS \"row\", m.other, NULL AS what, {place} AS place, \
               m.area AS measure, NULL::float8 AS extent",
            mended = self.stored("m.new"),
            place = place("m.shared"),
        );
        self.faults(&rule, PgArguments::default()).await
    }

    /// Leaves these vertices (the row, x and y of each) out of their surfaces, where these stay
    /// valid and keep their area; `what` is how many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn trim(&mut self, spikes: &[(i64, f64, f64)]) -> Result<Faults, StoreError> {
        let staged = self.staging();
        let mut arguments = PgArguments::default();
        let rows: Vec<i64> = spikes.iter().map(|spike| spike.0).collect();
        arguments.add(rows).map_err(encode_failure)?;
        let xs: Vec<f64> = spikes.iter().map(|spike| spike.1).collect();
        let ys: Vec<f64> = spikes.iter().map(|spike| spike.2).collect();
        arguments.add(xs).map_err(encode_failure)?;
        arguments.add(ys).map_err(encode_failure)?;
        let rule = format!(
            "WITH spike AS (SELECT * FROM unnest($1::bigint[], $2::float8[], $3::float8[]) k (_row, x, y)), \
             ring AS (SELECT s._row, d.path[1] AS part, r.path[1] AS ring, \
                 ST_MakeLine(ARRAY(SELECT p.geom FROM ST_DumpPoints(ST_ExteriorRing(r.geom)) p \
                   WHERE NOT EXISTS (SELECT FROM spike k WHERE k._row = s._row \
                     AND k.x = ST_X(p.geom) AND k.y = ST_Y(p.geom)) ORDER BY p.path)) AS line \
               FROM {staged} s, ST_Dump(s.geom) d, ST_DumpRings(d.geom) r \
               WHERE s._row = ANY ($1)), \
             closed AS (SELECT _row, part, ring, CASE WHEN ST_IsClosed(line) THEN line \
                 ELSE ST_AddPoint(line, ST_StartPoint(line)) END AS line FROM ring), \
             part AS (SELECT _row, part, ST_MakePolygon((array_agg(line ORDER BY ring))[1], \
                 (array_agg(line ORDER BY ring))[2:]) AS geom FROM closed \
               WHERE ST_NPoints(line) > 3 GROUP BY 1, 2 HAVING min(ring) = 0), \
             m AS (SELECT _row, ST_Collect(geom ORDER BY part) AS new FROM part GROUP BY 1) \
             UPDATE {staged} s SET geom = {mended} FROM m \
             WHERE s._row = m._row AND ST_IsValid(m.new) AND {same} \
             RETURNING s._row AS \"row\", NULL::bigint AS other, \
               (SELECT count(*)::text FROM spike k WHERE k._row = s._row) AS what, \
               (SELECT ST_SetSRID(ST_MakePoint(k.x, k.y), ST_SRID(m.new)) FROM spike k \
                WHERE k._row = s._row LIMIT 1) AS place, {NOTHING}",
            mended = self.stored("m.new"),
            same = same_area("s.geom", "m.new"),
        );
        self.faults(&rule, arguments).await
    }

    /// Leaves out vertices that repeat the one before; `what` is how many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn drop_repeated(&mut self) -> Result<Faults, StoreError> {
        let staged = self.staging();
        let rule = format!(
            "UPDATE {staged} s SET geom = m.new \
             FROM (SELECT _row, geom AS old, ST_RemoveRepeatedPoints(geom) AS new FROM {staged} \
                   WHERE ST_Dimension(geom) > 0) m \
             WHERE s._row = m._row AND ST_NPoints(m.new) < ST_NPoints(m.old) AND NOT ST_IsEmpty(m.new) \
             RETURNING s._row AS \"row\", NULL::bigint AS other, \
               (ST_NPoints(m.old) - ST_NPoints(m.new))::text AS what, {place} AS place, {NOTHING}",
            place = place("m.new"),
        );
        self.faults(&rule, PgArguments::default()).await
    }

    /// A mended surface as the layer stores it.
    pub(super) fn stored(&self, geom: &str) -> String {
        let whole = match self.layer.geometry {
            GeometryType::Geometry => geom.to_owned(),
            _ => format!("ST_Multi({geom})"),
        };
        oriented(self.layer.geometry, &whole)
    }
}

fn same_area(old: &str, new: &str) -> String {
    format!(
        "NOT ST_IsEmpty({new}) \
         AND abs(ST_Area({new}) - ST_Area({old})) <= {CHANGE} * ST_Area({old})"
    )
}
