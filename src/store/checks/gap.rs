//! What a tiling leaves uncovered.

use sqlx::Arguments as _;
use sqlx::postgres::PgArguments;

use super::overlap::valid;
use super::{Faults, Inspection, encode_failure};
use crate::store::StoreError;

/// Outlines of communes and limits of documents are drawn from different sources: under this width
/// in metres they may disagree.
const OUTLINE_M: f64 = 50.0;

/// A document is over the communes that it covers by this part at least.
const COVERED: f64 = 0.5;

impl Inspection<'_> {
    /// Gaps inside what each scope covers, wider than the tolerance: `row` is a feature beside,
    /// `place` the middle of the widest part, `measure` the area in m², `extent` the width in
    /// metres.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn gaps(&mut self, tolerance_m: f64) -> Result<Faults, StoreError> {
        let statement = format!(
            "DROP TABLE IF EXISTS pg_temp.check_cover; \
             CREATE TEMP TABLE check_cover ON COMMIT DROP AS \
             SELECT _scope, ST_CollectionExtract(ST_Union({geom}), 3) AS cover FROM {staged} \
             WHERE NOT ST_IsEmpty(geom) GROUP BY 1",
            geom = valid("geom"),
            staged = self.staging(),
        );
        self.run(statement).await?;
        let mut arguments = PgArguments::default();
        arguments.add(tolerance_m).map_err(encode_failure)?;
        let rule = format!(
            "SELECT beside._row AS \"row\", NULL::bigint AS other, NULL AS what, c.center AS place, \
               ST_Area(gap) AS measure, \
               greatest(2 * c.radius, 2 * ST_Area(gap) / ST_Perimeter(gap)) AS extent \
             FROM (SELECT v._scope, ST_MakePolygon(ST_ExteriorRing(r.geom)) AS gap \
                   FROM pg_temp.check_cover v, ST_Dump(v.cover) d, ST_DumpRings(d.geom) r \
                   WHERE r.path[1] > 0) g \
             CROSS JOIN LATERAL ST_MaximumInscribedCircle(gap) c \
             CROSS JOIN LATERAL (SELECT s._row FROM {staged} s \
               WHERE s._scope = g._scope AND s.geom && ST_Expand(gap, 0.01) \
               ORDER BY ST_Distance(s.geom, gap), s._row LIMIT 1) beside \
             WHERE NOT ST_IsEmpty(ST_Buffer(gap, $1 / -2))",
            staged = self.staging(),
        );
        self.faults(&rule, arguments).await
    }

    /// Places of the communes that a scope covers, but for these places, wider than what outlines
    /// may disagree by; `what` is the commune, the rest is as in [`Self::gaps`], called before.
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
