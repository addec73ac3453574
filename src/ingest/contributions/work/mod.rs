//! The work on contributions: each instance takes one at a time, reads it, and publishes it when
//! its contributor says so. What an instance that dies was at is taken over by another.

mod folder;
mod run;
mod stand;

pub(super) use self::folder::Folder;
pub use self::run::{Deliver, Run, through_the_door};

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::app::App;
use crate::ingest::{IngestError, deliver};
use crate::model::{Contribution, OutcomeReport, Progress, Stage, State};
use crate::store::{Expected, StoreError};

/// How often a contribution is tried: one that brings instances down is not tried for ever.
const TRIES: i32 = 3;

/// How often what is out of date is cleared away.
const TIDYING: Duration = Duration::from_secs(3_600);

/// What is said of a contribution that was compared with something else than what is published.
pub const AGAIN: &str = "Une autre livraison a été publiée entre-temps : la comparaison a été \
     refaite, vérifiez-la avant de publier.";

/// Works on contributions until it is told to stop.
pub struct Worker {
    app: Arc<App>,
    deliver: Deliver,
    id: Uuid,
    stop: CancellationToken,
}

/// What is to be noted of a contribution when the work on it ends.
struct Settled {
    stage: Stage,
    outcomes: Option<Vec<OutcomeReport>>,
    /// What is to be said; what was said before stays when absent.
    message: Option<String>,
}

/// Why the work ends without anything to be noted.
enum Undone {
    /// It was taken away, or another instance took over.
    Lost,
    /// This instance stops.
    Stopping,
    /// For the moment: it is tried again.
    Later(String),
}

impl Worker {
    /// One that is not at work yet.
    pub fn new(app: Arc<App>, deliver: Deliver, stop: CancellationToken) -> Self {
        Self {
            app,
            deliver,
            id: Uuid::now_v7(),
            stop,
        }
    }

    /// Works until told to stop. A contribution that is under way then goes back to wait.
    pub async fn work(self) {
        folder::sweep(&self.app.config.home);
        let tidying = async {
            loop {
                self.tidy().await;
                tokio::time::sleep(TIDYING).await;
            }
        };
        let watching = self.app.store.watch_contributions(|| self.round());
        tokio::select! {
            () = watching => {}
            () = tidying => {}
            // A round under way sees it too, and gives its contribution back first.
            () = async { self.stop.cancelled().await; self.last_round().await } => {}
        }
    }

    /// Gives a round under way the time to give back what it holds.
    async fn last_round(&self) {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }

    async fn tidy(&self) {
        let limits = &self.app.config.file.ingest;
        let tidied = self
            .app
            .store
            .tidy_contributions(limits.kept_days, limits.upload())
            .await;
        if let Err(error) = tidied {
            tracing::debug!(%error, "old contributions cannot be cleared away");
        }
    }

    /// Works on what waits, one contribution after the other.
    async fn round(&self) {
        let lease = self.app.config.file.ingest.lease();
        while !self.stop.is_cancelled() {
            match self.app.store.claim_contribution(self.id, lease).await {
                Ok(Some((contribution, attempts))) => self.take(contribution, attempts).await,
                Ok(None) => return,
                Err(error) => {
                    tracing::debug!(%error, "contributions cannot be read");
                    return;
                }
            }
        }
    }

    /// Works on one contribution, and notes what became of it.
    async fn take(&self, contribution: Contribution, attempts: i32) {
        let id = contribution.id;
        let store = &self.app.store;
        let settled = if attempts > TRIES {
            Ok(tried_enough())
        } else {
            self.attend(&contribution).await
        };
        let noted = match settled {
            Ok(settled) => {
                tracing::info!(contribution = id, state = %settled.stage, "contribution");
                let (outcomes, message) = (settled.outcomes.as_deref(), settled.message.as_deref());
                if let Some(outcomes) = outcomes
                    && let Err(error) = store.keep_shapes(id, self.id, outcomes).await
                {
                    // The report is whole without them.
                    tracing::warn!(contribution = id, %error, "faulty features are not kept");
                }
                store
                    .settle_contribution(id, self.id, settled.stage, outcomes, message)
                    .await
                    .map(|_| ())
            }
            Err(Undone::Lost) => Ok(()),
            Err(Undone::Stopping) => store.release_contribution(id, self.id).await,
            Err(Undone::Later(why)) => {
                // Its lease runs out by itself: that is the time before the next try.
                tracing::warn!(contribution = id, why, "a contribution is tried again");
                Ok(())
            }
        };
        if let Err(error) = noted {
            tracing::warn!(contribution = id, %error, "what became of a contribution is not noted");
        }
    }

    /// Reads or publishes a contribution while its lease is renewed.
    async fn attend(&self, contribution: &Contribution) -> Result<Settled, Undone> {
        let progress: Shared = Arc::default();
        tokio::select! {
            settled = self.bring(contribution, progress.clone()) => settled,
            () = self.renew(contribution.id, progress) => Err(Undone::Lost),
            () = self.stop.cancelled() => Err(Undone::Stopping),
        }
    }

    /// Renews the lease, and tells how far the work is, until the work is no longer this one's.
    async fn renew(&self, id: i64, progress: Shared) {
        let lease = self.app.config.file.ingest.lease();
        let every = (lease / 3).min(Duration::from_secs(1));
        loop {
            tokio::time::sleep(every).await;
            let now = progress
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            if now
                .as_ref()
                .is_some_and(|now| now.phase == deliver::COMPARING)
            {
                let checked = self.app.store.contribution_is_checked(id, self.id).await;
                if let Err(error) = checked {
                    tracing::debug!(%error, "a state could not be noted");
                }
            }
            let renewing = self
                .app
                .store
                .renew_contribution(id, self.id, lease, now.as_ref());
            match renewing.await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::debug!(%error, "a lease could not be renewed"),
            }
        }
    }

    async fn bring(
        &self,
        contribution: &Contribution,
        progress: Shared,
    ) -> Result<Settled, Undone> {
        let publishes = contribution.publisher.is_some();
        if publishes && let Some(settled) = self.published_already(contribution).await? {
            return Ok(settled);
        }
        let who = contribution
            .publisher
            .as_ref()
            .unwrap_or(&contribution.author);
        let writer = match stand::writer(&self.app, who) {
            Ok(writer) => writer,
            Err(stand::Fallen::Unknown) => {
                return Err(Undone::Later(
                    "credentials cannot be judged for now".to_owned(),
                ));
            }
            Err(stand::Fallen::Refused(why)) => return Ok(refused(why)),
        };
        let folder = Folder::new(&self.app.config.home).map_err(|cause| later(&cause))?;
        let files = folder
            .fill(&self.app.store, contribution)
            .await
            .map_err(|error| Undone::Later(error.to_string()))?;
        let run = Run {
            files,
            wishes: contribution.wishes.clone(),
            writer,
            contribution: contribution.id,
            expected: publishes.then(|| compared_with(&contribution.outcomes)),
            progress: told(progress),
        };
        // In a task of its own, so that its panic is not this one's; aborted with this future.
        let mut running = tokio::task::JoinSet::new();
        running.spawn((self.deliver)(run));
        let done = match running.join_next().await {
            Some(Ok(done)) => done,
            Some(Err(error)) if error.is_panic() => {
                tracing::error!(contribution = contribution.id, "a delivery panicked");
                return Ok(broken());
            }
            _ => return Err(Undone::Stopping),
        };
        drop(folder);
        match done {
            Ok(outcomes) => Ok(settled(outcomes, publishes)),
            Err(IngestError::Usage(why)) => Ok(refused(why)),
            Err(error) => Err(Undone::Later(error.to_string())),
        }
    }

    /// An instance that died after it had published, and before it noted so, has published.
    async fn published_already(
        &self,
        contribution: &Contribution,
    ) -> Result<Option<Settled>, Undone> {
        let versions = self
            .app
            .store
            .contributed_versions(contribution.id)
            .await
            .map_err(|error| later(&error))?;
        if versions.is_empty() {
            return Ok(None);
        }
        let mut outcomes = contribution.outcomes.clone();
        for outcome in &mut outcomes {
            outcome.state = State::Unchanged;
            let of = outcome.collection.as_ref().map(|id| id.as_str());
            for version in versions
                .iter()
                .filter(|it| Some(it.collection.as_str()) == of)
            {
                outcome.state = State::Published;
                outcome.version = outcome.version.max(Some(version.version));
                for scope in &mut outcome.scopes {
                    if scope.scope == version.scope {
                        scope.version = Some(version.version);
                    }
                }
            }
        }
        Ok(Some(Settled {
            stage: Stage::Published,
            outcomes: Some(outcomes),
            message: None,
        }))
    }
}

/// How far the work is, on its way to the database.
type Shared = Arc<Mutex<Option<Progress>>>;

fn told(shared: Shared) -> Arc<dyn Fn(Progress) + Send + Sync> {
    Arc::new(move |progress| {
        *shared.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
    })
}

fn later(cause: &dyn std::error::Error) -> Undone {
    Undone::Later(cause.to_string())
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        later(&error)
    }
}

fn refused(why: String) -> Settled {
    Settled {
        stage: Stage::Rejected,
        outcomes: None,
        message: Some(why),
    }
}

fn tried_enough() -> Settled {
    refused(format!(
        "La lecture de ces fichiers a échoué {TRIES} fois, sans qu’un défaut précis ait été \
         trouvé. Le service géomatique en est averti ; vérifiez que les fichiers s’ouvrent dans \
         QGIS, puis déposez-les à nouveau."
    ))
}

fn broken() -> Settled {
    refused(
        "Ces fichiers ont mis le programme en défaut. Le service géomatique en est averti ; \
         enregistrez-les dans un autre format (GeoPackage), puis déposez-les à nouveau."
            .to_owned(),
    )
}

/// What the outcomes of a run make of a contribution.
fn settled(outcomes: Vec<OutcomeReport>, publishes: bool) -> Settled {
    let any = |state: State| outcomes.iter().any(|outcome| outcome.state == state);
    let all = |state: State| outcomes.iter().all(|outcome| outcome.state == state);
    let asks_again = outcomes
        .iter()
        .flat_map(|outcome| &outcome.questions)
        .any(|question| question.option == "again");
    let stage = if any(State::Rejected) || outcomes.is_empty() {
        Stage::Rejected
    } else if publishes && asks_again {
        // It is read and compared again at once.
        return Settled {
            stage: Stage::Received,
            outcomes: None,
            message: Some(AGAIN.to_owned()),
        };
    } else if any(State::Asked) {
        Stage::Asked
    } else if all(State::Unchanged) {
        Stage::Unchanged
    } else if any(State::Published) {
        Stage::Published
    } else {
        Stage::Compared
    };
    Settled {
        stage,
        outcomes: Some(outcomes),
        message: None,
    }
}

/// Layers, scopes and the versions that their contributor saw them compared with.
fn compared_with(outcomes: &[OutcomeReport]) -> Vec<Expected> {
    let mut seen = Vec::new();
    for outcome in outcomes {
        let Some(collection) = &outcome.collection else {
            continue;
        };
        seen.extend(outcome.scopes.iter().map(|scope| Expected {
            layer: collection.clone(),
            scope: scope.scope.clone(),
            version: scope.compared_with,
        }));
    }
    seen
}
