//! Surfaces that lie on one another.

use sqlx::postgres::PgArguments;
use sqlx::{Arguments as _, AssertSqlSafe};

use super::fault::name_of;
use super::{Faults, Inspection, LISTED, encode_failure, remaining};
use crate::catalogue::Scope;
use crate::store::StoreError;
use crate::store::names::table;

/// How deep surfaces may lie on one another, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Depths {
    /// Within a scope.
    pub within_m: f64,
    /// Between scopes, whose limits are drawn apart (cadastral sheets at their joins).
    pub between_m: f64,
}

impl Depths {
    /// Under this depth nothing is told: a tenth of the tolerance, and never under a centimetre.
    pub(super) fn finest(self) -> f64 {
        finest(self.within_m)
    }
}

/// What is mere rounding beside a tolerance, in metres.
pub(super) fn finest(tolerance_m: f64) -> f64 {
    (tolerance_m / 10.0).max(0.01)
}

/// Which overlaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Deeper than allowed.
    Beyond,
    /// Not deeper than allowed, and no mere rounding.
    Within,
}

impl Inspection<'_> {
    /// Makes room for overlaps, and forgets those found before.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin_overlaps(&mut self) -> Result<(), StoreError> {
        self.run(
            "DROP TABLE IF EXISTS pg_temp.check_overlap; \
             CREATE TEMP TABLE check_overlap (a bigint, b bigint, apart boolean, beyond boolean, \
               area float8, shared geometry) ON COMMIT DROP"
                .to_owned(),
        )
        .await
    }

    /// Finds the overlaps among pairs of rows (`_row`), keeps them for [`Self::overlaps`], and
    /// gives the pairs that overlap.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn intersect(
        &mut self,
        pairs: &[(i64, i64)],
        depths: Depths,
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        let statement = format!(
            "INSERT INTO pg_temp.check_overlap \
             SELECT a, b, apart, NOT ST_IsEmpty(ST_Buffer(shared, allowed / -2)), ST_Area(shared), \
               shared FROM ( \
               SELECT p.a, p.b, x._scope IS DISTINCT FROM y._scope AS apart, \
                 CASE WHEN x._scope IS DISTINCT FROM y._scope THEN $4 ELSE $3 END AS allowed, \
                 ST_CollectionExtract(ST_Intersection({x}, {y}), 3) AS shared \
               FROM unnest($1::bigint[], $2::bigint[]) p (a, b) JOIN {staged} x ON x._row = p.a \
               JOIN {staged} y ON y._row = p.b OFFSET 0) t \
             WHERE NOT ST_IsEmpty(shared) AND NOT ST_IsEmpty(ST_Buffer(shared, $5 / -2)) \
             RETURNING a, b",
            x = valid("x.geom"),
            y = valid("y.geom"),
            staged = self.staging(),
        );
        let (one, other): (Vec<i64>, Vec<i64>) = pairs.iter().copied().unzip();
        let found = sqlx::query_as(AssertSqlSafe(statement))
            .bind(one)
            .bind(other)
            .bind(depths.within_m)
            .bind(depths.between_m)
            .bind(depths.finest())
            .fetch_all(&mut *self.connection)
            .await?;
        // Uncounted, these few are joined with the whole delivery.
        self.run("ANALYZE pg_temp.check_overlap".to_owned()).await?;
        Ok(found)
    }

    /// The overlaps found by [`Self::intersect`]: `measure` is their area in m², `extent` their
    /// depth in metres, `what` is `apart` between scopes, `place` the middle of the deepest part.
    /// Exact copies are left out: they are told as such.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn overlaps(&mut self, depth: Depth) -> Result<Faults, StoreError> {
        let mut arguments = PgArguments::default();
        arguments
            .add(depth == Depth::Beyond)
            .map_err(encode_failure)?;
        let staged = self.staging();
        let rule = format!(
            "SELECT b AS \"row\", a AS other, CASE WHEN apart THEN 'apart' END AS what, \
               c.center AS place, area AS measure, {deep} AS extent \
             FROM (SELECT o.*, row_number() OVER (ORDER BY b, a) AS rank \
                   FROM pg_temp.check_overlap o JOIN {staged} x ON x._row = a \
                   JOIN {staged} y ON y._row = b \
                   WHERE beyond = $1 AND NOT ST_OrderingEquals(x.geom, y.geom)) o \
             LEFT JOIN LATERAL ST_MaximumInscribedCircle(shared) c ON rank <= {LISTED}",
            deep = deep("shared", "c.radius"),
        );
        self.faults(&rule, arguments).await
    }

    /// Features that lie on a published one of a scope that the delivery does not replace, deeper
    /// than allowed between scopes: `what` names that feature, the rest is as in
    /// [`Self::overlaps`].
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn overlaps_published(&mut self, depths: Depths) -> Result<Faults, StoreError> {
        // A new document does not replace the old one, and lies where it lies.
        if !matches!(self.layer.scope, Scope::Feuille | Scope::Commune) {
            return Ok(Faults::default());
        }
        if !self.leaves_some().await? {
            return Ok(Faults::default());
        }
        let remaining = remaining(self.layer, true);
        let mut arguments = PgArguments::default();
        arguments.add(depths.between_m).map_err(encode_failure)?;
        let rule = format!(
            "SELECT _row AS \"row\", NULL::bigint AS other, name AS what, c.center AS place, \
               ST_Area(shared) AS measure, {deep} AS extent \
             FROM (SELECT s._row, {name} AS name, \
                     ST_CollectionExtract(ST_Intersection({x}, c.geom), 3) AS shared \
                   FROM {staged} s JOIN {now} c ON c.geom && s.geom \
                   WHERE c._scope IN (SELECT DISTINCT c._scope FROM {remaining}) OFFSET 0) t \
             CROSS JOIN LATERAL ST_MaximumInscribedCircle(shared) c \
             WHERE NOT ST_IsEmpty(shared) AND NOT ST_IsEmpty(ST_Buffer(shared, $1 / -2))",
            deep = deep("shared", "c.radius"),
            name = name_of(self.layer, "c"),
            x = valid("s.geom"),
            staged = self.staging(),
            now = table(self.layer),
        );
        self.faults(&rule, arguments).await
    }
}

/// A geometry that set operations take: an invalid one is told by a check of its own.
pub(super) fn valid(geom: &str) -> String {
    format!("CASE WHEN ST_IsValid({geom}) THEN {geom} ELSE ST_MakeValid({geom}) END")
}

/// Depth of a surface: the diameter of the largest circle in it, which is coarse for long threads,
/// or its mean width.
pub(super) fn deep(surface: &str, radius: &str) -> String {
    format!("greatest(2 * {radius}, 2 * ST_Area({surface}) / ST_Perimeter({surface}))")
}
