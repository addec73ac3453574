//! Positions of findings, for maps.

use super::super::{Store, StoreError};

impl Store {
    /// Positions in metres of the territory's projection as longitude and latitude, in the same
    /// order; none for what no map can show.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn degrees(
        &self,
        metres: &[(f64, f64)],
    ) -> Result<Vec<Option<(f64, f64)>>, StoreError> {
        if metres.is_empty() {
            return Ok(Vec::new());
        }
        // A value that was read wrong may lie where the projection has no inverse.
        let mut shown = vec![None; metres.len()];
        let near: Vec<(usize, (f64, f64))> = metres
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, (x, y))| x.abs() < FAR && y.abs() < FAR)
            .collect();
        let xs: Vec<f64> = near.iter().map(|(_, (x, _))| *x).collect();
        let ys: Vec<f64> = near.iter().map(|(_, (_, y))| *y).collect();
        let found: Vec<(f64, f64)> = sqlx::query_as(
            "SELECT ST_X(p), ST_Y(p) FROM unnest($1::float8[], $2::float8[]) WITH ORDINALITY \
               AS given(x, y, place), \
             LATERAL (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(x, y), $3), 4326) AS p) AS done \
             ORDER BY place",
        )
        .bind(xs)
        .bind(ys)
        .bind(self.srid().0)
        .fetch_all(&self.read)
        .await?;
        for ((place, _), degrees) in near.into_iter().zip(found) {
            let (lon, lat) = degrees;
            shown[place] = (lon.is_finite() && lat.is_finite()).then_some(degrees);
        }
        Ok(shown)
    }
}

/// Metres from the origin beyond which no position of a legal projection lies.
const FAR: f64 = 2e7;
