//! One run over the files of a contribution: looked at, or published.

use std::path::PathBuf;
use std::sync::Arc;

use futures::future::BoxFuture;

use crate::app::App;
use crate::ingest::IngestError;
use crate::ingest::deliver::{self, Ground, Order};
use crate::model::{OutcomeReport, Progress, Wishes, Writer};
use crate::ogr::Ogr;
use crate::store::Expected;

/// What a run is told.
pub struct Run {
    /// The files, in a folder of their own.
    pub files: Vec<PathBuf>,
    /// What the contributor says beside them.
    pub wishes: Wishes,
    /// Who writes, as this credential stands now.
    pub writer: Writer,
    /// The contribution's number.
    pub contribution: i64,
    /// The versions that its contributor saw it compared with, for a run that publishes; none for
    /// one that looks.
    pub expected: Option<Vec<Expected>>,
    /// Is told how far the run is.
    pub progress: Arc<dyn Fn(Progress) + Send + Sync>,
}

/// Brings the files of a contribution to an outcome.
pub type Deliver =
    Arc<dyn Fn(Run) -> BoxFuture<'static, Result<Vec<OutcomeReport>, IngestError>> + Send + Sync>;

/// The door through which the command line goes too.
pub fn through_the_door(app: &Arc<App>) -> Deliver {
    let app = app.clone();
    let ogr = Ogr::new(&app.config.file.ingest);
    Arc::new(move |run| {
        let (app, ogr) = (app.clone(), ogr.clone());
        Box::pin(async move {
            let ground = Ground {
                limits: &app.config.file.ingest,
                catalogue: &app.catalogue,
                territory: &app.territory,
                store: &app.store,
                ogr: &ogr,
            };
            let expected = run.expected.as_deref();
            let order = Order {
                files: &run.files,
                wishes: &run.wishes,
                writer: &run.writer,
                expected: expected.unwrap_or(&[]),
                contribution: Some(run.contribution),
                dry_run: expected.is_none(),
            };
            deliver::deliver(ground, order, &*run.progress, deliver::always()).await
        })
    })
}
