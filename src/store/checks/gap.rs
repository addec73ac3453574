//! What a tiling leaves uncovered.

use sqlx::Arguments as _;
use sqlx::postgres::PgArguments;

use super::overlap::{Depth, deep, finest, valid};
use super::{Faults, Inspection, encode_failure};
use crate::store::StoreError;

/// Outlines of communes and limits of documents are drawn from different sources: under this width
/// in metres they may disagree.
const OUTLINE_M: f64 = 50.0;

/// A document is over the communes that it covers by this part at least.
const COVERED: f64 = 0.5;

impl Inspection<'_> {
    /// Finds the gaps in what each scope covers, for [`Self::gaps`] and [`Self::fill_gaps`]: holes,
    /// and cracks open to the outside that are not wider than the tolerance. Narrower than a tenth
    /// of the tolerance, or a centimetre, they are mere rounding.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn find_gaps(&mut self, tolerance_m: f64) -> Result<(), StoreError> {
        self.index_geometry().await?;
        let finest = finest(tolerance_m);
        let half = tolerance_m / 2.0;
        // A crack is what a growth by half of the tolerance covers and a shrinkage does not give
        // back; the notches of an outline, which lie between one feature and none, are no cracks.
        let statement = format!(
            "DROP TABLE IF EXISTS pg_temp.check_cover, pg_temp.check_gap; \
             CREATE TEMP TABLE check_cover ON COMMIT DROP AS \
             SELECT _scope, ST_CollectionExtract(ST_Union({geom}), 3) AS cover FROM {staged} \
             WHERE NOT ST_IsEmpty(geom) GROUP BY 1; \
             CREATE TEMP TABLE check_gap ON COMMIT DROP AS \
             WITH gap AS ( \
               SELECT v._scope, ST_MakePolygon(ST_ExteriorRing(r.geom)) AS gap, true AS hole \
               FROM pg_temp.check_cover v, ST_Dump(v.cover) d, ST_DumpRings(d.geom) r \
               WHERE r.path[1] > 0 \
               UNION ALL \
               SELECT _scope, (ST_Dump(ST_CollectionExtract(ST_Difference(ST_Buffer(ST_Buffer( \
                 outline, {half}, 'join=mitre'), -{half}, 'join=mitre'), outline), 3))).geom, false \
               FROM (SELECT _scope, ST_Collect(ST_MakePolygon(ST_ExteriorRing(d.geom))) AS outline \
                     FROM pg_temp.check_cover v, ST_Dump(v.cover) d GROUP BY 1) o \
             ), judged AS ( \
               SELECT *, NOT ST_IsEmpty(ST_Buffer(gap, -{half})) AS beyond FROM gap \
               WHERE 2 * ST_Area(gap) > {finest} * ST_Perimeter(gap)) \
             SELECT row_number() OVER () AS n, _scope, gap, beyond, beside[1] AS _row, beside[2] AS other \
             FROM judged g CROSS JOIN LATERAL ( \
               SELECT array_agg(_row ORDER BY shared DESC, _row) AS beside FROM ( \
                 SELECT s._row, ST_Area(ST_Intersection({beside}, ST_Buffer(gap, 0.1, 1))) AS shared \
                 FROM {staged} s WHERE s._scope = g._scope AND s.geom && ST_Expand(gap, 0.01) \
                   AND ST_DWithin(s.geom, gap, 0.01)) b) n \
             WHERE hole OR (NOT beyond AND beside[2] IS NOT NULL)",
            geom = valid("geom"),
            beside = valid("s.geom"),
            staged = self.staging(),
        );
        self.run(statement).await
    }

    /// The gaps that were found, wider than the tolerance or not: `row` is the feature that has the
    /// longest limit with it, `other` the next one, `place` the middle of the widest part,
    /// `measure` the area in m², `extent` the width in metres.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn gaps(&mut self, depth: Depth) -> Result<Faults, StoreError> {
        let mut arguments = PgArguments::default();
        arguments
            .add(depth == Depth::Beyond)
            .map_err(encode_failure)?;
        let rule = format!(
            "SELECT _row AS \"row\", other, NULL AS what, c.center AS place, \
               ST_Area(gap) AS measure, {width} AS extent \
             FROM pg_temp.check_gap CROSS JOIN LATERAL ST_MaximumInscribedCircle(gap) c \
             WHERE beyond = $1 AND _row IS NOT NULL",
            width = deep("gap", "c.radius"),
        );
        self.faults(&rule, arguments).await
    }

    /// Gives each gap that is not wider than the tolerance to the feature that has the longest
    /// limit with it, where that stays valid; what is told is as in [`Self::gaps`], and which gaps
    /// are left must be found again.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn fill_gaps(&mut self) -> Result<Faults, StoreError> {
        let staged = self.staging();
        let rule = format!(
            "UPDATE {staged} s SET geom = {mended} \
             FROM (SELECT s._row, min(g.other) AS other, sum(ST_Area(gap)) AS area, \
                     (array_agg(gap ORDER BY g.n))[1] AS first, \
                     ST_CollectionExtract(ST_Union(s.geom, \
                       ST_Union(ST_Snap(gap, s.geom, 0.001))), 3) AS new \
                   FROM pg_temp.check_gap g JOIN {staged} s USING (_row) \
                   WHERE NOT g.beyond AND ST_IsValid(s.geom) GROUP BY s._row, s.geom) m \
             WHERE s._row = m._row AND ST_IsValid(m.new) \
               AND ST_Area(m.new) - ST_Area(s.geom) BETWEEN 0 AND 1.01 * m.area \
             RETURNING s._row AS \"row\", m.other, NULL AS what, ST_PointOnSurface(m.first) AS place, \
               m.area AS measure, NULL::float8 AS extent",
            mended = self.stored("m.new"),
        );
        self.faults(&rule, PgArguments::default()).await
    }

    /// Places of the communes that a scope covers, but for these places, wider than what outlines
    /// may disagree by; `what` is the commune, the rest is as in [`Self::gaps`]; gaps
    /// were found before.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn bare(&mut self) -> Result<Faults, StoreError> {
        let Some((communes, code)) = self.communes() else {
            return Ok(Faults::default());
        };
        let rule = format!(
            "SELECT beside._row AS \"row\", NULL::bigint AS other, commune AS what, c.center AS place, \
               ST_Area(gap.geom) AS measure, 2 * c.radius AS extent \
             FROM (SELECT v._scope, c.{code}::text AS commune, c.geom, \
                     ST_Difference(c.geom, v.cover) AS rest \
                   FROM pg_temp.check_cover v JOIN {communes} c ON c.geom && v.cover OFFSET 0) t \
             CROSS JOIN LATERAL ST_Dump(rest) gap \
             CROSS JOIN LATERAL ST_MaximumInscribedCircle(gap.geom) c \
             CROSS JOIN LATERAL (SELECT s._row FROM {staged} s WHERE s._scope = t._scope \
               ORDER BY s.geom <-> gap.geom, s._row LIMIT 1) beside \
             WHERE ST_Area(rest) < {limit} * ST_Area(t.geom) AND ST_Area(gap.geom) > 1 \
               AND NOT ST_IsEmpty(ST_Buffer(gap.geom, {OUTLINE_M} / -2))",
            staged = self.staging(),
            limit = 1.0 - COVERED,
        );
        self.faults(&rule, PgArguments::default()).await
    }
}
