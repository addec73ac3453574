//! What instances share about browser sessions: sealing secrets, and sessions that were ended.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Store, StoreError};

/// Length of a sealing secret, in bytes.
pub const SECRET_BYTES: usize = 64;

/// What instances share about browser sessions.
#[derive(Debug, Default)]
pub struct SharedSessions {
    /// Secrets; the first one seals.
    pub secrets: Vec<Vec<u8>>,
    /// Whether the newest one is old enough to be followed by another.
    pub due: bool,
    /// Sessions that were ended before their time.
    pub ended: HashSet<Uuid>,
}

impl Store {
    /// The secrets and the sessions that were ended; `rotation` is the age at which a secret is
    /// due to be followed by another.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sessions(&self, rotation: Duration) -> Result<SharedSessions, StoreError> {
        // A new secret seals once every instance has had the time to read it.
        let rows: Vec<(Vec<u8>, DateTime<Utc>)> = sqlx::query_as(
            "SELECT secret, made FROM session_secret \
             ORDER BY made > now() - interval '5 seconds', id DESC",
        )
        .fetch_all(&self.write)
        .await?;
        let ended: Vec<Uuid> =
            sqlx::query_scalar("SELECT id FROM session_ended WHERE until > now()")
                .fetch_all(&self.write)
                .await?;
        let newest = rows.iter().map(|(_, made)| *made).max();
        let due = newest.is_none_or(|made| {
            let age = Utc::now().signed_duration_since(made);
            age.to_std().is_ok_and(|age| age > rotation)
        });
        Ok(SharedSessions {
            secrets: rows.into_iter().map(|(secret, _)| secret).collect(),
            due,
            ended: ended.into_iter().collect(),
        })
    }

    /// Adds a secret unless another instance did a moment ago, and drops those that have sealed
    /// nothing for longer than a session lasts.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn rotate_session_secret(
        &self,
        secret: &[u8; SECRET_BYTES],
        rotation: Duration,
        life: Duration,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write.begin().await?;
        sqlx::query("LOCK TABLE session_secret IN SHARE ROW EXCLUSIVE MODE")
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO session_secret (secret) SELECT $1 WHERE NOT EXISTS \
             (SELECT FROM session_secret WHERE made > now() - make_interval(secs => $2))",
        )
        .bind(&secret[..])
        .bind(rotation.as_secs_f64())
        .execute(&mut *transaction)
        .await?;
        // A secret seals until the next one is made.
        sqlx::query(
            "DELETE FROM session_secret old WHERE EXISTS (SELECT FROM session_secret new \
             WHERE new.id > old.id AND new.made < now() - make_interval(secs => $1))",
        )
        .bind(life.as_secs_f64())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Replaces every secret: whatever they sealed opens no more.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn replace_session_secrets(
        &self,
        secret: &[u8; SECRET_BYTES],
    ) -> Result<(), StoreError> {
        let mut transaction = self.write.begin().await?;
        sqlx::query("DELETE FROM session_secret")
            .execute(&mut *transaction)
            .await?;
        sqlx::query("INSERT INTO session_secret (secret) VALUES ($1)")
            .bind(&secret[..])
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Ends a session before its time, and forgets those whose time is over.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_session(&self, id: Uuid, until: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM session_ended WHERE until < now()")
            .execute(&self.write)
            .await?;
        sqlx::query("INSERT INTO session_ended VALUES ($1, $2) ON CONFLICT (id) DO NOTHING")
            .bind(id)
            .bind(until)
            .execute(&self.write)
            .await?;
        Ok(())
    }
}
