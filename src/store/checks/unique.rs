//! Two features with one identity, and the same feature twice.

use sqlx::postgres::PgArguments;

use super::fault::{NOTHING, key_of, place};
use super::{Faults, Inspection, remaining};
use crate::catalogue::{Field, Scope};
use crate::store::StoreError;
use crate::store::names::quote;

impl Inspection<'_> {
    /// Features whose key an earlier one of the delivery bears (`other`); `what` is the key.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keys_twice(&mut self) -> Result<Faults, StoreError> {
        if self.layer.key.is_empty() {
            return Ok(Faults::default());
        }
        self.twice(&key_of(self.layer, "s")).await
    }

    /// Features whose value of a field an earlier one of the delivery bears (`other`); `what` is
    /// the value.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn values_twice(&mut self, field: &Field) -> Result<Faults, StoreError> {
        self.twice(&format!("s.{}", quote(&field.name))).await
    }

    /// `value` is an expression of `s`.
    async fn twice(&mut self, value: &str) -> Result<Faults, StoreError> {
        let staged = self.staging();
        let rule = format!(
            "SELECT s._row AS \"row\", f.first AS other, f.value::text AS what, {place} AS place, \
               {NOTHING} FROM (SELECT {value} AS value, min(_row) AS first FROM {staged} s \
                   WHERE {value} IS NOT NULL GROUP BY 1 HAVING count(*) > 1) f \
             JOIN {staged} s ON {value} = f.value AND s._row > f.first",
            place = place("s.geom"),
        );
        self.faults(&rule, PgArguments::default()).await
    }

    /// Features whose key another scope has published, which this delivery does not replace;
    /// `what` is that scope.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keys_elsewhere(&mut self) -> Result<Faults, StoreError> {
        if self.layer.key.is_empty() || self.layer.scope == Scope::Fusion {
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

    /// Features like an earlier one (`other`) in every attribute and in geometry.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn same_twice(&mut self) -> Result<Faults, StoreError> {
        // With a key, the same feature twice is a key twice.
        if !self.layer.key.is_empty() {
            return Ok(Faults::default());
        }
        self.alike("=").await
    }

    /// Features with the geometry of an earlier one (`other`), and other attributes.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn shapes_twice(&mut self) -> Result<Faults, StoreError> {
        self.alike("<>").await
    }

    /// `how` compares the attributes of the two.
    async fn alike(&mut self, how: &str) -> Result<Faults, StoreError> {
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
                   FROM {staged} WHERE NOT ST_IsEmpty(geom) \
                   WINDOW alike AS (PARTITION BY md5(ST_AsBinary(geom)))) f \
             JOIN {staged} s USING (_row) JOIN {staged} o ON o._row = f.first \
             WHERE f.many > 1 AND s._row <> f.first AND {given} {how} {first}",
            place = place("s.geom"),
            given = attributes("s"),
            first = attributes("o"),
        );
        self.faults(&rule, PgArguments::default()).await
    }
}
