//! Two features with one identity, and the same feature twice.

use sqlx::postgres::PgArguments;

use super::fault::{NOTHING, key_of, place};
use super::geometry::listed;
use super::{Faults, Inspection, remaining};
use crate::catalogue::{Field, Scope};
use crate::store::StoreError;
use crate::store::names::quote;

impl Inspection<'_> {
    /// Features whose key an earlier one of the delivery bears (`other`); `what` is the key. `among`
    /// are all rows (`_row`) that share it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keys_twice(&mut self, among: &[i64]) -> Result<Faults, StoreError> {
        if self.layer.key.is_empty() {
            return Ok(Faults::default());
        }
        self.twice(&key_of(self.layer, "s"), Some(among)).await
    }

    /// Features whose value of a field an earlier one of the delivery bears (`other`); `what` is
    /// the value.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn values_twice(&mut self, field: &Field) -> Result<Faults, StoreError> {
        self.twice(&format!("s.{}", quote(&field.name)), None).await
    }

    /// `value` is an expression of `s`; all rows are looked at when none are named.
    async fn twice(&mut self, value: &str, among: Option<&[i64]>) -> Result<Faults, StoreError> {
        let staged = self.staging();
        let (looked_at, arguments) = match among {
            Some(among) => (self.among(), listed(among)?),
            None => (format!("{staged} s"), PgArguments::default()),
        };
        let rule = format!(
            "SELECT s._row AS \"row\", f.first AS other, f.value::text AS what, {place} AS place, \
               {NOTHING} FROM (SELECT {value} AS value, min(_row) AS first FROM {looked_at} \
                   WHERE {value} IS NOT NULL GROUP BY 1 HAVING count(*) > 1) f \
             JOIN {staged} s ON {value} = f.value AND s._row > f.first",
            place = place("s.geom"),
        );
        self.faults(&rule, arguments).await
    }

    /// Features whose key another scope has published, which this delivery does not replace;
    /// `what` is that scope.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keys_elsewhere(&mut self) -> Result<Faults, StoreError> {
        let apart = self.layer.key.is_empty() || self.layer.scope == Scope::Fusion;
        if apart || !self.leaves_some().await? {
            return Ok(Faults::default());
        }
        let rule = format!(
            "SELECT s._row AS \"row\", NULL::bigint AS other, r._scope AS what, {place} AS place, \
               {NOTHING} FROM {staged} s \
             JOIN (SELECT c._key, c._scope FROM {remaining}) r ON r._key = {key}",
            key = key_of(self.layer, "s"),
            place = place("s.geom"),
            staged = self.staging(),
            remaining = remaining(self.layer, true),
        );
        self.faults(&rule, PgArguments::default()).await
    }

    /// Features like an earlier one (`other`) in every attribute and in geometry. `among` are all
    /// rows (`_row`) that share it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn same_twice(&mut self, among: &[i64]) -> Result<Faults, StoreError> {
        self.alike(among, "=").await
    }

    /// Features with the geometry of an earlier one (`other`), and other attributes; see
    /// [`Self::same_twice`].
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn shapes_twice(&mut self, among: &[i64]) -> Result<Faults, StoreError> {
        self.alike(among, "<>").await
    }

    /// `how` compares the attributes of the two.
    async fn alike(&mut self, among: &[i64], how: &str) -> Result<Faults, StoreError> {
        let staged = self.staging();
        let attributes = |alias: &str| {
            let columns: Vec<String> = (self.layer.fields.iter())
                .map(|field| format!("{alias}.{}::text", quote(&field.name)))
                .collect();
            // Arrays hold nulls to be equal, rows of columns do not.
            format!("ARRAY[{alias}._scope, {}]", columns.join(", "))
        };
        let rule = format!(
            "SELECT s._row AS \"row\", o._row AS other, NULL AS what, {place} AS place, {NOTHING} \
             FROM (SELECT _row, min(_row) OVER alike AS first, count(*) OVER alike AS many \
                   FROM {among} WHERE NOT ST_IsEmpty(geom) \
                   WINDOW alike AS (PARTITION BY md5(ST_AsBinary(geom)))) f \
             JOIN {staged} s USING (_row) JOIN {staged} o ON o._row = f.first \
             WHERE f.many > 1 AND s._row <> f.first AND {given} {how} {first}",
            place = place("s.geom"),
            given = attributes("s"),
            first = attributes("o"),
            among = self.among(),
        );
        self.faults(&rule, listed(among)?).await
    }
}
