//! Values that name a feature of another layer.

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgArguments;

use super::fault::place;
use super::{Faults, Inspection, remaining, staging};
use crate::catalogue::Reference;
use crate::store::StoreError;
use crate::store::names::{quote, table};

/// Features that bear one unknown value, beyond which they are told as one fault.
const TOGETHER: i64 = 20;

/// What became of the check of a reference.
#[derive(Debug, Clone, PartialEq)]
pub enum Referred {
    /// Features whose value names nothing; `what` is that value. Where many have it, the first of
    /// them, and `measure` is how many.
    Checked(Faults),
    /// There is nothing to check against: the other layer has no feature at all.
    Unverified,
}

impl Inspection<'_> {
    /// Values of a field (several with `|` between) that no feature of the other layer bears:
    /// neither one of this delivery, nor a published one that the delivery leaves there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn referred(&mut self, reference: &Reference) -> Result<Referred, StoreError> {
        let Some(other) = self.catalogue.get(reference.layer.as_str()) else {
            return Ok(Referred::Unverified);
        };
        let delivered = self.delivered.contains(&other.id);
        let target = quote(&reference.target);
        let known = format!(
            "SELECT c.{target}::text FROM {}",
            remaining(other, delivered)
        );
        let (anything, known) = if delivered {
            let staged = format!("SELECT {target}::text FROM {}", staging(other));
            ("SELECT true".to_owned(), format!("{known} UNION {staged}"))
        } else {
            (
                format!("SELECT EXISTS (SELECT FROM {})", table(other)),
                known,
            )
        };
        let anything: bool = sqlx::query_scalar(AssertSqlSafe(anything))
            .fetch_one(&mut *self.connection)
            .await?;
        if !anything {
            return Ok(Referred::Unverified);
        }
        let field = quote(&reference.field);
        let staged = self.staging();
        let unknown = format!(
            "SELECT DISTINCT whole, btrim(value) AS value FROM ( \
               SELECT DISTINCT {field}::text AS whole FROM {staged} WHERE {field} IS NOT NULL) d, \
             string_to_table(whole, '|') value \
             WHERE btrim(value) <> '' AND btrim(value) NOT IN ( \
               SELECT k.value FROM ({known}) k (value) WHERE k.value IS NOT NULL)"
        );
        // Mostly there is none, and no need to look for who bears it.
        let any = format!("SELECT EXISTS ({unknown})");
        let any: bool = sqlx::query_scalar(AssertSqlSafe(any))
            .fetch_one(&mut *self.connection)
            .await?;
        if !any {
            return Ok(Referred::Checked(Faults::default()));
        }
        let rule = format!(
            "SELECT \"row\", NULL::bigint AS other, what, place, \
               CASE WHEN many > {TOGETHER} THEN many::float8 END AS measure, \
               NULL::float8 AS extent FROM ( \
             SELECT s._row AS \"row\", u.value AS what, {place} AS place, \
               count(*) OVER (PARTITION BY u.value) AS many, \
               row_number() OVER (PARTITION BY u.value ORDER BY s._row) AS rank \
             FROM ({unknown}) u JOIN {staged} s ON s.{field}::text = u.whole) f \
             WHERE many <= {TOGETHER} OR rank = 1",
            place = place("s.geom"),
        );
        Ok(Referred::Checked(
            self.faults(&rule, PgArguments::default()).await?,
        ))
    }
}
