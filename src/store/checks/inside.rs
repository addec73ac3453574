//! Features where they belong: inside the outline of their commune, or of the territory.

use sqlx::postgres::PgArguments;
use sqlx::{Arguments as _, Row as _};

use super::overlap::valid;
use super::{Faults, Inspection, encode_failure, staging};
use crate::store::names::{quote, table};
use crate::store::{COMMUNES, StoreError};

/// An outline that rows are checked against.
#[derive(Debug, Clone)]
pub struct Outline {
    /// The commune's INSEE code; empty for the territory's outline.
    pub commune: String,
    /// The outline, ISO WKB in the storage system.
    pub wkb: Vec<u8>,
}

impl Inspection<'_> {
    /// The table of the communes and the column of their code: those that the same delivery brings,
    /// or else the published ones.
    pub(super) fn communes(&self) -> Option<(String, String)> {
        let communes = self.catalogue.get(COMMUNES)?;
        let code = quote(&communes.key_fields().next()?.name);
        let rows = if self.delivered.contains(&communes.id) {
            staging(communes)
        } else {
            table(communes)
        };
        Some((rows, code))
    }

    /// The outlines of the layer's check: those of the published communes, or the territory's one
    /// for a layer whose rows name no commune. None when no commune is published.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn outlines(&mut self, tolerance_m: f64) -> Result<Vec<Outline>, StoreError> {
        let Some((communes, code)) = self.communes() else {
            return Ok(Vec::new());
        };
        let (code, group) = if self.layer.commune_field().is_some() {
            (format!("{code}::text"), "GROUP BY 1")
        } else {
            ("''".to_owned(), "HAVING count(*) > 0")
        };
        let statement = format!(
            "DROP TABLE IF EXISTS pg_temp.check_outline; \
             CREATE TEMP TABLE check_outline ON COMMIT DROP AS \
             SELECT commune, outline, ST_Buffer(outline, {tolerance_m}, 16) AS grown FROM ( \
               SELECT {code} AS commune, ST_Union(geom) AS outline FROM {communes} \
               WHERE NOT ST_IsEmpty(geom) {group}) o; \
             ANALYZE check_outline",
        );
        self.run(statement).await?;
        let rows = sqlx::query("SELECT commune, ST_AsBinary(outline) FROM pg_temp.check_outline")
            .fetch_all(&mut *self.connection)
            .await?;
        let outline = |row: &sqlx::postgres::PgRow| {
            Ok(Outline {
                commune: row.try_get(0)?,
                wkb: row.try_get(1)?,
            })
        };
        rows.iter().map(outline).collect()
    }

    /// Features that leave their outline (see [`Self::outlines`], called before) by more than the
    /// tolerance: `place` is the vertex that is the farthest outside, `measure` its distance in
    /// metres, `what` the commune. `among` are the rows (`_row`) that may.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn outside(&mut self, tolerance_m: f64, among: &[i64]) -> Result<Faults, StoreError> {
        let mut arguments = PgArguments::default();
        arguments.add(tolerance_m).map_err(encode_failure)?;
        arguments.add(among).map_err(encode_failure)?;
        let commune = match self.layer.commune_field() {
            Some(field) => format!("s.{}::text", quote(&field.name)),
            None => "''".to_owned(),
        };
        // Whether an outline covers many features in turn is asked of it in its prepared form: the
        // few that it does not cover are cut.
        let rule = format!(
            "SELECT s._row AS \"row\", NULL::bigint AS other, s.commune AS what, far.geom AS place, \
               far.distance AS measure, NULL::float8 AS extent \
             FROM (SELECT s._row, c.*, s.given FROM ( \
                 SELECT _row, {commune} AS commune, {valid} AS given \
                 FROM unnest($2::bigint[]) among (_row) JOIN {staged} s USING (_row) \
                 ORDER BY 2, 1) s \
               JOIN pg_temp.check_outline c USING (commune) \
               WHERE NOT ST_Covers(c.grown, s.given) OFFSET 0) s \
             CROSS JOIN LATERAL ( \
               SELECT p.geom, ST_Distance(p.geom, s.outline) AS distance \
               FROM ST_DumpPoints(ST_Difference(s.given, s.grown)) p \
               ORDER BY distance DESC LIMIT 1) far \
             WHERE far.distance > $1",
            valid = valid("s.geom"),
            staged = self.staging(),
        );
        self.faults(&rule, arguments).await
    }
}
