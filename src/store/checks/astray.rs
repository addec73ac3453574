//! Deliveries that lie elsewhere: a reference system taken for another, axes taken for one another.

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgArguments;

use super::fault::place;
use super::{Faults, Inspection};
use crate::model::Srid;
use crate::store::StoreError;
use crate::store::names::quote;

/// How far from the territory, in metres, features are taken to lie elsewhere: neighbours' plans and
/// servitudes reach out of it, not so far.
const FAR_M: f64 = 50_000.0;

/// Reference systems that deliveries come in, the likeliest first: France's own, the zones of
/// surveyors, the older Lambert, degrees, web maps, UTM, overseas.
const LIKELY: &str = "2154, 3942, 3943, 3944, 3945, 3946, 3947, 3948, 3949, 3950, 27572, 27571, \
     27573, 27574, 27561, 27562, 27563, 27564, 4326, 3857, 32630, 32631, 32632, 2975, 5490, 2972, 4471";

/// Where a delivery lies that lies elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Astray {
    /// Features far from the territory.
    pub far: i64,
    /// All features with a geometry.
    pub all: i64,
    /// How far the first of them is, in metres.
    pub distance_m: f64,
    /// The system in which its coordinates lie in the territory, and whether their axes are the
    /// other way round.
    pub meant: Option<(Srid, bool)>,
}

impl Inspection<'_> {
    /// Where the delivery lies, when most of its features are far from the published communes.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn astray(&mut self) -> Result<Option<Astray>, StoreError> {
        let Some((communes, _)) = self.communes() else {
            return Ok(None);
        };
        let staged = self.staging();
        let near =
            format!("(SELECT ST_Expand(ST_Extent(geom)::geometry, {FAR_M}) FROM {communes})");
        let counted = format!(
            "SELECT count(*) FILTER (WHERE NOT s.geom && near), count(*), \
               min(s._row) FILTER (WHERE NOT s.geom && near) \
             FROM {staged} s, (SELECT {near} AS near) n WHERE NOT ST_IsEmpty(s.geom) AND near IS NOT NULL"
        );
        let (far, all, first): (i64, i64, Option<i64>) = sqlx::query_as(AssertSqlSafe(counted))
            .fetch_one(&mut *self.connection)
            .await?;
        let Some(first) = first.filter(|_| 2 * far > all) else {
            return Ok(None);
        };
        let distance = format!(
            "SELECT ST_Distance(s.geom, (SELECT ST_SetSRID(ST_Extent(geom)::geometry, ST_SRID(s.geom)) \
               FROM {communes})) \
             FROM {staged} s WHERE s._row = $1"
        );
        let distance_m: f64 = sqlx::query_scalar(AssertSqlSafe(distance))
            .bind(first)
            .fetch_one(&mut *self.connection)
            .await?;
        Ok(Some(Astray {
            far,
            all,
            distance_m,
            meant: self.meant(first, &near).await?,
        }))
    }

    /// Features far from the published communes, and in no outline of those that they name (see
    /// [`Self::outlines`], called before): `measure` is how far, in metres.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn strays(&mut self) -> Result<Faults, StoreError> {
        let Some((communes, _)) = self.communes() else {
            return Ok(Faults::default());
        };
        let outlined = self.layer.checks.inside_commune_m.is_some();
        let nowhere = match self.layer.commune_field().filter(|_| outlined) {
            Some(field) => format!(
                "AND NOT EXISTS (SELECT FROM pg_temp.check_outline o WHERE o.commune = s.{}::text)",
                quote(&field.name)
            ),
            None => String::new(),
        };
        let rule = format!(
            "SELECT s._row AS \"row\", NULL::bigint AS other, NULL::text AS what, {place} AS place, \
               ST_Distance(s.geom, home) AS measure, NULL::float8 AS extent \
             FROM {staged} s, (SELECT ST_SetSRID(ST_Extent(geom)::geometry, max(ST_SRID(geom))) AS home \
               FROM {communes}) h \
             WHERE NOT ST_IsEmpty(s.geom) AND home IS NOT NULL \
               AND NOT s.geom && ST_Expand(home, {FAR_M}) {nowhere}",
            place = place("s.geom"),
            staged = self.staging(),
        );
        self.faults(&rule, PgArguments::default()).await
    }

    /// The likeliest system in which the coordinates of a row, as they were given, lie near.
    async fn meant(&mut self, row: i64, near: &str) -> Result<Option<(Srid, bool)>, StoreError> {
        let [given] = self.srids[..] else {
            return Ok(None);
        };
        self.run(
            "CREATE OR REPLACE FUNCTION pg_temp.check_projected(g geometry, code int) \
             RETURNS geometry LANGUAGE plpgsql AS \
             'BEGIN RETURN ST_Transform(g, code); EXCEPTION WHEN OTHERS THEN RETURN NULL; END'"
                .to_owned(),
        )
        .await?;
        let statement = format!(
            "SELECT l.code, turned FROM {staged} s, unnest(ARRAY[{LIKELY}]) WITH ORDINALITY l (code, rank), \
               (VALUES (false), (true)) t (turned), \
               LATERAL (SELECT pg_temp.check_projected( \
                 ST_PointOnSurface(ST_Envelope(s.geom)), $2) AS given) g, \
               LATERAL (SELECT ST_SetSRID(CASE WHEN turned THEN ST_FlipCoordinates(given) ELSE given END, \
                 l.code) AS read) r \
             WHERE s._row = $1 AND (l.code <> $2 OR turned) \
               AND EXISTS (SELECT FROM spatial_ref_sys WHERE srid = l.code) \
               AND pg_temp.check_projected(read, ST_SRID(s.geom)) && {near} \
             ORDER BY turned, rank LIMIT 1",
            staged = self.staging(),
        );
        let meant: Option<(i32, bool)> = sqlx::query_as(AssertSqlSafe(statement))
            .bind(row)
            .bind(given)
            .fetch_optional(&mut *self.connection)
            .await?;
        Ok(meant.map(|(code, turned)| (Srid(code), turned)))
    }
}
