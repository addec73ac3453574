//! Look-ups by identifier that come at one time, asked of the database in one statement.
//!
//! A statement by key costs its reader and the server ten times what one more key in it does. While
//! one is under way others wait, and go together in the next: a look-up that comes alone is asked at
//! once, and under load the statements grow instead of queueing.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use tokio::sync::oneshot;

use super::kept::Kept;
use super::{PARCELS, SHEETS};
use crate::ads::desk::version;
use crate::app::App;
use crate::model::{Caller, Problem};
use crate::store::ads::{Finder, Parcel, Parcels};

/// Identifiers of one statement, at most.
const MOST: usize = 100;

/// How long a statement may keep those that wait behind it.
const PATIENCE: Duration = Duration::from_secs(5);

type Answer = Result<Arc<Parcels>, Problem>;
type Waiting = HashMap<String, Vec<oneshot::Sender<Answer>>>;

/// Where look-ups meet. It serves what anybody may see, and keeps it until another version of the
/// parcels or of their sheets is published.
#[derive(Debug, Default)]
pub struct Gather {
    queue: Mutex<Queue>,
    kept: Kept,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: Waiting,
    /// Whether a task is asking.
    busy: bool,
}

impl Gather {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The parcel of an identifier, as anybody sees it.
    ///
    /// # Errors
    /// 503 when the database does not answer.
    pub async fn find(self: &Arc<Self>, app: &Arc<App>, key: &str) -> Answer {
        let of = (version(app, PARCELS), version(app, SHEETS));
        if let Some(kept) = self.kept.get(of, key) {
            return Ok(kept);
        }
        let found = self.fetch(app, key).await?;
        // A replica may be behind what is known here.
        if found.version == of.0.1 {
            self.kept.insert(of, key, found.clone());
        }
        Ok(found)
    }

    async fn fetch(self: &Arc<Self>, app: &Arc<App>, key: &str) -> Answer {
        let (sender, answer) = oneshot::channel();
        let first = {
            let mut queue = self.queue();
            queue
                .waiting
                .entry(key.to_owned())
                .or_default()
                .push(sender);
            !std::mem::replace(&mut queue.busy, true)
        };
        if first {
            // A task of its own: whoever waits may leave.
            tokio::spawn(self.clone().ask(app.clone()));
        }
        answer.await.unwrap_or(Err(Problem::Internal))
    }

    /// Asks until nobody waits.
    async fn ask(self: Arc<Self>, app: Arc<App>) {
        let mut finder = None;
        while let Some(batch) = self.next() {
            let keys: Vec<String> = batch.keys().cloned().collect();
            // Should it ever panic, those that come later are still answered.
            let reading = AssertUnwindSafe(read(&app, keys, finder.take())).catch_unwind();
            let answer = match tokio::time::timeout(PATIENCE, reading).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(_)) => Err(Problem::Internal),
                Err(_) => Err(Problem::Timeout),
            };
            let mut answer = answer.map(|(all, connection)| {
                finder = Some(connection);
                all
            });
            for (key, senders) in batch {
                let found = answer.as_mut().map(|all| Arc::new(take(all, &key)));
                let found = found.map_err(|problem| problem.clone());
                for sender in senders {
                    // Who left needs no answer.
                    let _ = sender.send(found.clone());
                }
            }
        }
    }

    /// Those that wait, as many as one statement takes.
    fn next(&self) -> Option<Waiting> {
        let mut queue = self.queue();
        if queue.waiting.len() <= MOST {
            let all = std::mem::take(&mut queue.waiting);
            queue.busy = !all.is_empty();
            return Some(all).filter(|all| !all.is_empty());
        }
        let keys: Vec<String> = queue.waiting.keys().take(MOST).cloned().collect();
        let some = keys
            .into_iter()
            .filter_map(|key| queue.waiting.remove_entry(&key));
        Some(some.collect())
    }
}

/// The parcels, and the connection for those that come next.
async fn read(
    app: &App,
    keys: Vec<String>,
    finder: Option<Finder>,
) -> Result<(Parcels, Finder), Problem> {
    let anybody = Caller::anonymous();
    let view = app.view(PARCELS, &anybody)?;
    let sheets = app.view(SHEETS, &anybody).ok();
    let mut finder = match finder {
        Some(finder) => finder,
        None => app.store.keep_finding(&view).await?,
    };
    let found = finder.parcels(&view, sheets.as_ref(), keys).await?;
    Ok((found, finder))
}

/// Takes what is of one identifier out of an answer.
fn take(all: &mut Parcels, key: &str) -> Parcels {
    let of_key = |parcel: &mut Parcel| parcel.idu == key;
    let list: Vec<Parcel> = all.list.extract_if(.., of_key).collect();
    Parcels {
        version: all.version,
        total: list.len() as i64,
        list,
    }
}
