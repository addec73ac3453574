//! Contributions: what was sent, by whom, and how far it has come. On the owner's pool: readers'
//! roles have no right on any of it.

mod files;
mod places;
mod shapes;
mod work;

pub use files::Arrival;

use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, Row as _};

use super::{Store, StoreError};
use crate::model::{
    ContributedVersion, Contribution, OutcomeReport, Progress, Reach, Role, SentFile, Wishes,
    Writer,
};

/// What notifications of contributions that wait are called.
const CHANNEL: &str = "geonantes_contribution";

const COLUMNS: &str = "id, state, author, key, communes, roles, title, wishes, files, sha256, \
     bytes, kept, received, changed, outcomes, revision, publisher, message, progress";

fn read(row: &PgRow) -> Result<Contribution, sqlx::Error> {
    let unfit = |what: String| sqlx::Error::Decode(what.into());
    let state: String = row.try_get("state")?;
    let communes: Vec<String> = row.try_get("communes")?;
    let roles: Vec<String> = row.try_get("roles")?;
    let key: Option<i64> = row.try_get("key")?;
    let reach: Reach = communes.join(",").parse().map_err(unfit)?;
    Ok(Contribution {
        id: row.try_get("id")?,
        stage: state.parse().map_err(unfit)?,
        author: Writer {
            label: row.try_get("author")?,
            key: key.and_then(|key| i32::try_from(key).ok()),
            roles: roles
                .iter()
                .filter_map(|role| role.parse::<Role>().ok())
                .collect(),
            reach,
        },
        title: row.try_get("title")?,
        wishes: row.try_get::<Json<Wishes>, _>("wishes")?.0,
        files: row.try_get::<Json<Vec<SentFile>>, _>("files")?.0,
        sha256: row.try_get("sha256")?,
        bytes: row.try_get("bytes")?,
        kept: row.try_get("kept")?,
        received: row.try_get("received")?,
        changed: row.try_get("changed")?,
        outcomes: row.try_get::<Json<Vec<OutcomeReport>>, _>("outcomes")?.0,
        revision: row.try_get("revision")?,
        publisher: row
            .try_get::<Option<Json<Writer>>, _>("publisher")?
            .map(|json| json.0),
        message: row.try_get("message")?,
        progress: row
            .try_get::<Option<Json<Progress>>, _>("progress")?
            .map(|json| json.0),
    })
}

/// Communes as an array of the database; none for the territory, which is all of them.
fn communes(reach: &Reach) -> Option<Vec<String>> {
    match reach {
        Reach::Territory => None,
        Reach::Communes(codes) => Some(codes.iter().map(ToString::to_string).collect()),
    }
}

impl Store {
    /// The contribution of that number.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn contribution(&self, id: i64) -> Result<Option<Contribution>, StoreError> {
        let statement =
            format!("SELECT {COLUMNS} FROM contribution WHERE id = $1 AND state <> 'arriving'");
        let row = sqlx::query(AssertSqlSafe(statement))
            .bind(id)
            .fetch_optional(&self.write)
            .await?;
        Ok(row.as_ref().map(read).transpose()?)
    }

    /// Contributions of authors whose communes meet a reach, the last one first, those before
    /// number `before` alone, `limit` at most.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn contributions(
        &self,
        reach: &Reach,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Contribution>, StoreError> {
        let statement = format!(
            "SELECT {COLUMNS} FROM contribution \
             WHERE state <> 'arriving' AND ($1::text[] IS NULL OR communes && $1) \
               AND ($2::bigint IS NULL OR id < $2) \
             ORDER BY id DESC LIMIT $3"
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(communes(reach))
            .bind(before)
            .bind(limit)
            .fetch_all(&self.write)
            .await?;
        Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
    }

    /// Has a contribution read again with other wishes, as somebody who answers for it. Whether
    /// it could be: it is none that is under way, over or without its files, and nobody changed it
    /// since that revision.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn answer_contribution(
        &self,
        id: i64,
        revision: i32,
        wishes: &Wishes,
    ) -> Result<bool, StoreError> {
        self.change(
            sqlx::query(
                "UPDATE contribution SET state = 'received', wishes = $3, comment = $4, \
                   message = '', progress = NULL, attempts = 0, worker = NULL, lease = NULL, \
                   changed = now(), revision = revision + 1 \
                 WHERE id = $1 AND revision = $2 AND kept AND publisher IS NULL \
                   AND state IN ('compared', 'asked', 'rejected')",
            )
            .bind(id)
            .bind(revision)
            .bind(Json(wishes))
            .bind(&wishes.comment),
        )
        .await
    }

    /// Has a contribution that was compared published. Whether it could be, as
    /// [`Store::answer_contribution`].
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn publish_contribution(
        &self,
        id: i64,
        revision: i32,
        publisher: &Writer,
    ) -> Result<bool, StoreError> {
        self.change(
            sqlx::query(
                "UPDATE contribution SET publisher = $3, message = '', progress = NULL, \
                   attempts = 0, worker = NULL, lease = NULL, changed = now(), \
                   revision = revision + 1 \
                 WHERE id = $1 AND revision = $2 AND kept AND publisher IS NULL \
                   AND state = 'compared'",
            )
            .bind(id)
            .bind(revision)
            .bind(Json(publisher)),
        )
        .await
    }

    /// Takes a contribution away. Whether it could be: it is not over, and its publication is not
    /// under way. Its files go at once.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn withdraw_contribution(&self, id: i64) -> Result<bool, StoreError> {
        let mut transaction = self.write.begin().await?;
        let done = sqlx::query(
            "UPDATE contribution SET state = 'withdrawn', kept = false, message = '', \
               progress = NULL, worker = NULL, lease = NULL, changed = now(), \
               revision = revision + 1 \
             WHERE id = $1 AND publisher IS NULL \
               AND state IN ('received', 'checked', 'compared', 'asked', 'rejected')",
        )
        .bind(id)
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query("DELETE FROM contribution_file WHERE contribution = $1")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Has a contribution say something, in French.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn tell_contribution(&self, id: i64, message: &str) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE contribution SET message = $2, changed = now(), revision = revision + 1 \
             WHERE id = $1",
        )
        .bind(id)
        .bind(message)
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// The versions that a contribution published.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn contributed_versions(
        &self,
        id: i64,
    ) -> Result<Vec<ContributedVersion>, StoreError> {
        let rows = sqlx::query(
            "SELECT layer, scope, version, at, superseded_by IS NULL AS current \
             FROM publication WHERE contribution = $1 ORDER BY layer, scope, version",
        )
        .bind(id)
        .fetch_all(&self.write)
        .await?;
        let version = |row: &PgRow| {
            Ok(ContributedVersion {
                collection: row.try_get("layer")?,
                scope: row.try_get("scope")?,
                version: row.try_get("version")?,
                at: row.try_get("at")?,
                current: row.try_get("current")?,
            })
        };
        Ok(rows
            .iter()
            .map(version)
            .collect::<Result<_, sqlx::Error>>()?)
    }

    /// Of scopes that were compared with a version each, those that have another one now; 0 stands
    /// for a scope that was never published.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn moved_scopes(
        &self,
        compared: &[(String, String, i64)],
    ) -> Result<Vec<(String, String)>, StoreError> {
        let layers: Vec<&str> = compared.iter().map(|(layer, ..)| layer.as_str()).collect();
        let scopes: Vec<&str> = compared
            .iter()
            .map(|(_, scope, _)| scope.as_str())
            .collect();
        let versions: Vec<i64> = compared.iter().map(|(.., version)| *version).collect();
        Ok(sqlx::query_as(
            "SELECT seen.layer, seen.scope \
             FROM unnest($1::text[], $2::text[], $3::bigint[]) AS seen(layer, scope, version) \
             LEFT JOIN publication now ON now.layer = seen.layer AND now.scope = seen.scope \
               AND now.superseded_by IS NULL \
             WHERE coalesce(now.version, 0) <> seen.version",
        )
        .bind(layers)
        .bind(scopes)
        .bind(versions)
        .fetch_all(&self.write)
        .await?)
    }

    /// Runs a change of one contribution, and wakes the instances when it happened.
    async fn change(
        &self,
        statement: sqlx::query::Query<'_, sqlx::Postgres, sqlx::postgres::PgArguments>,
    ) -> Result<bool, StoreError> {
        let done = statement.execute(&self.write).await?.rows_affected() > 0;
        if done {
            self.wake_workers().await?;
        }
        Ok(done)
    }

    async fn wake_workers(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT pg_notify($1, '')")
            .bind(CHANNEL)
            .execute(&self.write)
            .await?;
        Ok(())
    }
}
