//! Each geometry by itself: there, of the layer's kind, valid, not a thread.

use sqlx::Arguments as _;
use sqlx::postgres::PgArguments;

use super::fault::{NOTHING, place};
use super::{Faults, Inspection, encode_failure};
use crate::catalogue::GeometryType;
use crate::store::StoreError;

/// Area and length under which a surface or a line is nothing, in square metres and metres: a
/// tenth of a square millimetre is what coordinates in doubles leave of a flat polygon.
const NOTHING_LEFT: f64 = 1e-7;

impl Inspection<'_> {
    /// Features without geometry, or with an empty one (`what` is null), and those whose surface
    /// or length is nothing (`what` is `Polygon` or `LineString`). `among` are the rows (`_row`) that
    /// may, here and below; `but` are those whose geometry staging has left out, and told.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn empties(&mut self, among: &[i64], but: &[i64]) -> Result<Faults, StoreError> {
        let mut arguments = listed(among)?;
        arguments.add(but).map_err(encode_failure)?;
        // The areas of a contour that crosses itself may cancel out: its hull tells.
        let rule = format!(
            "SELECT _row AS \"row\", NULL::bigint AS other, \
               CASE WHEN NOT ST_IsEmpty(geom) THEN CASE ST_Dimension(geom) WHEN 2 THEN 'Polygon' WHEN 1 THEN 'LineString' END END AS what, \
               ST_GeometryN(ST_Points(geom), 1) AS place, {NOTHING} FROM {staged} \
             WHERE ((geom IS NULL OR ST_IsEmpty(geom)) AND _row <> ALL ($2)) \
               OR (ST_Dimension(geom) = 2 AND ST_Area(geom) <= {NOTHING_LEFT} \
                   AND ST_Area(ST_ConvexHull(geom)) <= {NOTHING_LEFT}) \
               OR (ST_Dimension(geom) = 1 AND ST_Length(geom) <= {NOTHING_LEFT})",
            staged = self.among(),
        );
        self.faults(&rule, arguments).await
    }

    /// Features of another kind than the layer's; `what` is theirs, as PostGIS names it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn other_kinds(&mut self, among: &[i64]) -> Result<Faults, StoreError> {
        let kinds = match self.layer.geometry {
            GeometryType::Geometry => return Ok(Faults::default()),
            GeometryType::Point => "'POINT'",
            GeometryType::MultiPoint => "'POINT', 'MULTIPOINT'",
            GeometryType::MultiLineString => "'LINESTRING', 'MULTILINESTRING'",
            GeometryType::MultiPolygon => "'POLYGON', 'MULTIPOLYGON'",
        };
        let rule = format!(
            "SELECT _row AS \"row\", NULL::bigint AS other, GeometryType(geom) AS what, \
               {place} AS place, {NOTHING} FROM {staged} \
             WHERE NOT ST_IsEmpty(geom) AND GeometryType(geom) NOT IN ({kinds})",
            place = place("geom"),
            staged = self.among(),
        );
        self.faults(&rule, listed(among)?).await
    }

    /// Invalid geometries; `what` is the reason, as GEOS gives it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn invalid(&mut self, among: &[i64]) -> Result<Faults, StoreError> {
        let rule = format!(
            "SELECT _row AS \"row\", NULL::bigint AS other, reason(d) AS what, location(d) AS place, \
               {NOTHING} FROM {staged}, LATERAL (SELECT ST_IsValidDetail(geom) AS d) detail \
             WHERE NOT ST_IsValid(geom)",
            staged = self.among(),
        );
        self.faults(&rule, listed(among)?).await
    }

    /// Spikes (the row, x and y, length and width in metres of each), as they were seen: `measure`
    /// is the length, `extent` the width.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn spikes(
        &mut self,
        seen: impl IntoIterator<Item = (i64, [f64; 4])>,
    ) -> Result<Faults, StoreError> {
        let (rows, numbers): (Vec<i64>, Vec<[f64; 4]>) = seen.into_iter().unzip();
        let mut arguments = PgArguments::default();
        arguments.add(rows).map_err(encode_failure)?;
        for place in 0..4 {
            let column: Vec<f64> = numbers.iter().map(|four| four[place]).collect();
            arguments.add(column).map_err(encode_failure)?;
        }
        let rule = "SELECT _row AS \"row\", NULL::bigint AS other, NULL AS what, \
               ST_MakePoint(x, y) AS place, length AS measure, width AS extent \
             FROM unnest($1::bigint[], $2::float8[], $3::float8[], $4::float8[], $5::float8[]) \
               k (_row, x, y, length, width)";
        self.faults(rule, arguments).await
    }

    /// Surfaces, or parts of them, thinner than this width in metres (twice the area over the
    /// perimeter); `what` is the part's number where there are several, `measure` the area in m²,
    /// `extent` the width in metres.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn slivers(&mut self, among: &[i64], width_m: f64) -> Result<Faults, StoreError> {
        let mut arguments = listed(among)?;
        arguments.add(width_m).map_err(encode_failure)?;
        let rule = format!(
            "SELECT _row AS \"row\", NULL::bigint AS other, \
               CASE WHEN ST_NumGeometries(s.geom) > 1 THEN p.path[1]::text END AS what, \
               {place} AS place, ST_Area(p.geom) AS measure, \
               2 * ST_Area(p.geom) / ST_Perimeter(p.geom) AS extent \
             FROM {staged}, ST_Dump(s.geom) p \
             WHERE ST_Area(p.geom) > {NOTHING_LEFT} \
               AND 2 * ST_Area(p.geom) < $2 * ST_Perimeter(p.geom)",
            place = place("p.geom"),
            staged = self.among(),
        );
        self.faults(&rule, arguments).await
    }
}

/// The rows that a rule looks at, as its first argument.
pub(super) fn listed(among: &[i64]) -> Result<PgArguments, StoreError> {
    let mut arguments = PgArguments::default();
    arguments.add(among).map_err(encode_failure)?;
    Ok(arguments)
}
