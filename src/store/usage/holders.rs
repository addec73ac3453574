//! Who uses: keys with what they used this month, and which communes belong.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use crate::model::{Booked, Insee, KeyUse, Period, Units};
use crate::store::{Store, StoreError};

const KEYS: &str = "\
SELECT k.prefix, k.label, k.quota, k.used, \
  CASE WHEN k.revoked <= $2 THEN k.revoked WHEN k.expires <= $2 THEN k.expires END AS ended, \
  (SELECT coalesce(sum(units), 0)::bigint FROM usage.daily d \
   WHERE d.key = k.number AND d.day BETWEEN $3 AND $4) AS month \
FROM key k WHERE $1::text[] IS NULL OR k.communes <@ $1 \
  OR ('metropolis' = ANY($1) AND (k.communes IS NULL OR cardinality(k.communes) > 1)) \
ORDER BY ended NULLS FIRST, month DESC, k.label";

impl Store {
    /// The keys whose use is booked to accounts, or all; those in force first, those that use most
    /// before the others. `month` holds the days of this month so far.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn key_use(
        &self,
        accounts: Option<&[Booked]>,
        month: Period,
        now: DateTime<Utc>,
    ) -> Result<Vec<KeyUse>, StoreError> {
        let names = |list: &[Booked]| -> Vec<String> {
            list.iter().map(|it| it.as_str().to_owned()).collect()
        };
        let rows = sqlx::query(KEYS)
            .bind(accounts.map(names))
            .bind(now)
            .bind(month.from)
            .bind(month.to)
            .fetch_all(&self.write)
            .await?;
        let key = |row: &PgRow| {
            Ok(KeyUse {
                prefix: row.try_get(0)?,
                label: row.try_get(1)?,
                quota: row.try_get(2)?,
                used: row.try_get(3)?,
                ended: row.try_get(4)?,
                month: Units(row.try_get(5)?),
            })
        };
        Ok(rows.iter().map(key).collect::<Result<_, sqlx::Error>>()?)
    }

    /// The communes that belonged to a service commun on some day of the period.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn belonging(
        &self,
        service: &str,
        period: Period,
    ) -> Result<BTreeSet<Insee>, StoreError> {
        let codes: Vec<String> = sqlx::query_scalar(
            "SELECT DISTINCT commune FROM adhesion WHERE service = $1 AND since <= $3 \
             AND (until IS NULL OR until >= $2)",
        )
        .bind(service)
        .bind(period.from)
        .bind(period.to)
        .fetch_all(&self.write)
        .await?;
        Ok(codes.into_iter().filter_map(|it| it.parse().ok()).collect())
    }
}
