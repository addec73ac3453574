//! Work on contributions, which instances share: a lease that its holder renews, so that the work
//! of one that died is taken over.

use std::time::Duration;

use sqlx::AssertSqlSafe;
use sqlx::types::Json;
use uuid::Uuid;

use super::super::wake::each_second;
use super::super::{Store, StoreError};
use super::{CHANNEL, COLUMNS, read};
use crate::model::{Contribution, OutcomeReport, Progress, Stage};

/// What waits for an instance.
const WAITS: &str = "(state IN ('received', 'checked') OR publisher IS NOT NULL)";

impl Store {
    /// Runs `round` at once, then each second, sooner when a contribution waits.
    pub async fn watch_contributions<F: Future<Output = ()>>(&self, round: impl FnMut() -> F) {
        each_second(self.keepers.clone(), CHANNEL, round).await;
    }

    /// Takes the contribution that has waited longest, for the time of a lease, with how often
    /// that has been tried; nothing when none waits.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim_contribution(
        &self,
        worker: Uuid,
        lease: Duration,
    ) -> Result<Option<(Contribution, i32)>, StoreError> {
        use sqlx::Row as _;
        let statement = format!(
            "UPDATE contribution SET worker = $1, attempts = attempts + 1, \
               lease = now() + make_interval(secs => $2) \
             WHERE id = (SELECT id FROM contribution \
               WHERE {WAITS} AND (lease IS NULL OR lease < now()) \
               ORDER BY changed, id LIMIT 1 FOR UPDATE SKIP LOCKED) \
             RETURNING attempts, {COLUMNS}"
        );
        let row = sqlx::query(AssertSqlSafe(statement))
            .bind(worker)
            .bind(lease.as_secs_f64())
            .fetch_optional(&self.write)
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((read(&row)?, row.try_get("attempts")?)))
    }

    /// Renews a lease and says how far the work is. Whether it is still this instance's: not when
    /// the contribution was taken away, or another instance took over.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn renew_contribution(
        &self,
        id: i64,
        worker: Uuid,
        lease: Duration,
        progress: Option<&Progress>,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE contribution SET lease = now() + make_interval(secs => $3), \
               progress = coalesce($4, progress) \
             WHERE id = $1 AND worker = $2",
        )
        .bind(id)
        .bind(worker)
        .bind(lease.as_secs_f64())
        .bind(progress.map(Json))
        .execute(&self.write)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Gives work back unfinished, for another instance to take at once: this one stops.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn release_contribution(&self, id: i64, worker: Uuid) -> Result<(), StoreError> {
        let statement = "UPDATE contribution SET worker = NULL, lease = NULL, progress = NULL, \
             attempts = greatest(attempts - 1, 0) WHERE id = $1 AND worker = $2";
        sqlx::query(statement)
            .bind(id)
            .bind(worker)
            .execute(&self.write)
            .await?;
        self.wake_workers().await
    }

    /// Notes what became of a contribution, and that its publication is no longer asked for;
    /// outcomes and message stay what they were where none is given. Whether the work was still this instance's.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle_contribution(
        &self,
        id: i64,
        worker: Uuid,
        stage: Stage,
        outcomes: Option<&[OutcomeReport]>,
        message: Option<&str>,
    ) -> Result<bool, StoreError> {
        self.change(
            sqlx::query(
                "UPDATE contribution SET state = $3, outcomes = coalesce($4, outcomes), \
                   message = coalesce($5, message), publisher = NULL, worker = NULL, lease = NULL, attempts = 0, \
                   progress = NULL, changed = now(), revision = revision + 1 \
                 WHERE id = $1 AND worker = $2",
            )
            .bind(id)
            .bind(worker)
            .bind(stage.as_str())
            .bind(outcomes.map(Json))
            .bind(message),
        )
        .await
    }

    /// Notes that the rows are checked and being compared.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn contribution_is_checked(&self, id: i64, worker: Uuid) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE contribution SET state = 'checked' \
             WHERE id = $1 AND worker = $2 AND state = 'received'",
        )
        .bind(id)
        .bind(worker)
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// Drops the files of contributions that came to their end so many days ago, gives up those
    /// that have waited as long for their contributor, and forgets those that have been arriving
    /// for longer than `upload` may take.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn tidy_contributions(&self, days: u32, upload: Duration) -> Result<(), StoreError> {
        let days = f64::from(days) * 86_400.0;
        let mut transaction = self.write.begin().await?;
        sqlx::query(
            "DELETE FROM contribution WHERE state = 'arriving' \
             AND received < now() - make_interval(secs => $1)",
        )
        .bind(upload.as_secs_f64() + 60.0)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "UPDATE contribution SET state = 'withdrawn', revision = revision + 1 \
             WHERE state IN ('compared', 'asked') AND publisher IS NULL \
               AND changed < now() - make_interval(secs => $1)",
        )
        .bind(days)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "WITH done AS (UPDATE contribution SET kept = false WHERE kept \
               AND state IN ('published', 'unchanged', 'rejected', 'withdrawn') \
               AND changed < now() - make_interval(secs => $1) RETURNING id) \
             DELETE FROM contribution_file USING done WHERE contribution = done.id",
        )
        .bind(days)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "DELETE FROM contribution_shape USING contribution \
             WHERE contribution = contribution.id AND NOT kept",
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }
}
