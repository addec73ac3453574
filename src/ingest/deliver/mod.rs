//! From files to what is published: unpack → recognise → read → check → compare → decide → publish.
//!
//! The command line and HTTP come through this one door. Everything happens in one transaction of
//! one connection: a delivery that is dropped, whenever that is, leaves the database as it was.

mod changes;
mod check;
mod digest;
mod faulty;
mod feature;
mod judge;
mod outcome;
mod pieces;
mod read;
#[cfg(test)]
mod tests;
mod words;

use std::path::PathBuf;
use std::sync::Arc;

use futures::future::BoxFuture;

use super::recognise::{self, Delivered, Looked, Recognised};
use super::unpack::unpack_apart;
use super::{IngestError, checks};
use crate::catalogue::{Catalogue, Scope, Territory};
use crate::config;
use crate::model::{
    Finding, LayerId, OutcomeReport, Progress, Question, Reach, Severity, State, TERRITORY, Wishes,
    Writer,
};
use crate::ogr::Ogr;
use crate::store::{Delivery, Deposit, Expected, Published, Recorded, Store, StoreError};

use digest::Digest;
use outcome::Part;

/// What deliveries stand on.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// Their limits.
    pub limits: &'a config::Ingest,
    /// The layers.
    pub catalogue: &'a Catalogue,
    /// The territory.
    pub territory: &'a Territory,
    /// The database.
    pub store: &'a Store,
    /// Opens strangers' files.
    pub ogr: &'a Ogr,
}

/// One delivery.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// Files, archives or folders.
    pub files: &'a [PathBuf],
    /// What the contributor says beside them.
    pub wishes: &'a Wishes,
    /// Who delivers, and what it may write.
    pub writer: &'a Writer,
    /// Versions that a comparison was shown with; another one asks to compare again.
    pub expected: &'a [Expected],
    /// The contribution that it is, where it is one already; one is recorded with the publication
    /// otherwise.
    pub contribution: Option<i64>,
    /// Whether nothing is published whatever comes out.
    pub dry_run: bool,
}

/// Hears how far the delivery is.
pub type Listener<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// Decides on what was compared: whether it is published.
pub type Decide<'a> = Box<dyn FnOnce(Vec<OutcomeReport>) -> BoxFuture<'a, bool> + Send + 'a>;

/// Publishes whatever is sound.
pub fn always<'a>() -> Decide<'a> {
    Box::new(|_| Box::pin(std::future::ready(true)))
}

/// The phase that begins once the rows are checked.
pub const COMPARING: &str = "Comparaison avec ce qui est publié";

/// Features below which a change of most of a scope is no surprise.
const FEW: i64 = 20;

/// Brings a delivery to its outcome, one report a collection.
///
/// # Errors
/// When the machine fails; what is wrong with the files are findings of the reports.
pub async fn deliver(
    ground: Ground<'_>,
    order: Order<'_>,
    listener: Listener<'_>,
    decide: Decide<'_>,
) -> Result<Vec<OutcomeReport>, IngestError> {
    let folder = tempfile::tempdir().map_err(|cause| IngestError::Io {
        what: "a folder to unpack in".to_owned(),
        cause,
    })?;
    let folder = Arc::new(folder);
    listener(phase("Ouverture des fichiers"));
    let unpacked = unpack_apart(order.files, &folder, ground.limits).await?;
    let given = Delivered {
        files: &unpacked.files,
        wishes: order.wishes,
        catalogue: ground.catalogue,
        territory: ground.territory,
        store: ground.store,
        ogr: ground.ogr,
        looked: &Looked::default(),
        folder: folder.path(),
    };
    let mut recognised = match unpacked.findings.iter().any(refuses) {
        true => Recognised::default(),
        false => recognise::recognise(given).await?,
    };
    let of_all = unpacked.findings.into_iter().map(|finding| (None, finding));
    recognised.findings.splice(0..0, of_all);
    recognised.reading.splice(0..0, unpacked.reading);
    if recognised.is_readable() && recognised.feeds.is_empty() {
        let finding = words::feeds_nothing(&given, order.writer);
        recognised.findings.push((None, finding));
    }
    if !recognised.is_readable() {
        return Ok(outcome::unread(order.wishes, recognised));
    }
    let digest = digest::begin(order.files);
    let mut course = Course {
        ground,
        digest: Some(digest),
        order,
        listener,
        parts: Vec::new(),
    };
    course.run(recognised, decide).await
}

fn refuses(finding: &Finding) -> bool {
    finding.severity == Severity::Error
}

/// A phase whose length is not known.
fn phase(name: &str) -> Progress {
    Progress {
        phase: name.to_owned(),
        done: 0,
        total: None,
    }
}

/// A delivery under way.
struct Course<'a> {
    ground: Ground<'a>,
    order: Order<'a>,
    listener: Listener<'a>,
    parts: Vec<Part>,
    digest: Option<digest::Underway>,
}

impl Course<'_> {
    async fn run(
        &mut self,
        mut recognised: Recognised,
        decide: Decide<'_>,
    ) -> Result<Vec<OutcomeReport>, IngestError> {
        let mut delivery = self.ground.store.begin_delivery().await?;
        if self.order.wishes.repair {
            delivery.mend();
        }
        self.parts = outcome::parts(self.ground.catalogue, self.order.wishes, &mut recognised)?;
        let titles: Vec<String> = recognised
            .feeds
            .iter()
            .map(|feed| feed.title.clone())
            .collect();
        for (number, feed) in std::mem::take(&mut recognised.feeds)
            .into_iter()
            .enumerate()
        {
            self.read(&mut delivery, number as i32, feed).await?;
        }
        let how = checks::How {
            titles: &titles,
            repair: self.order.wishes.repair,
        };
        self.check(&mut delivery, how).await?;
        if self.refuses() {
            return Ok(self.reports(State::Rejected));
        }
        (self.listener)(phase(COMPARING));
        self.compare(&mut delivery, &titles).await?;
        if !self.refuses() {
            self.places(&mut delivery, how).await?;
        }
        if self.refuses() {
            self.forget_comparison();
            return Ok(self.reports(State::Rejected));
        }
        let pieces = recognised.pieces.as_ref();
        let others = pieces::bring(&mut delivery, pieces).await?;
        if !others && self.parts.iter().all(Part::is_unchanged) {
            return Ok(self.reports(State::Unchanged));
        }
        if let Some(question) = self.suspicion() {
            return Ok(self.asked(question));
        }
        let compared = self.reports(State::Checked);
        if self.order.dry_run || !decide(compared.clone()).await {
            return Ok(compared);
        }
        pieces::keep(&mut delivery, pieces).await?;
        self.publish(delivery).await
    }

    async fn compare(
        &mut self,
        delivery: &mut Delivery,
        titles: &[String],
    ) -> Result<(), IngestError> {
        let writer = self.order.writer;
        let looked_at = self.order.dry_run || self.order.contribution.is_some();
        for part in &mut self.parts {
            match delivery.compare(&part.layer, &part.named).await {
                Ok(scopes) => {
                    let strangers = judge::strangers(delivery, &part.layer, writer).await?;
                    if !strangers.is_empty() {
                        words::strangers(&strangers, titles, &mut part.notes);
                        faulty::find(delivery, part).await?;
                    }
                    part.scopes = scopes.into_iter().map(outcome::compared).collect();
                    if looked_at {
                        part.changes = changes::first(delivery, &part.layer).await?;
                    }
                }
                Err(error) => part.notes.push(words::incomparable(error)?),
            }
            if part.notes.refuse() {
                // The transaction may be of no more use.
                break;
            }
        }
        Ok(())
    }

    /// Asks when a comparison looks like a mistake: most of what was there gone, or changed.
    fn suspicion(&self) -> Option<Question> {
        if self.order.wishes.accept {
            return None;
        }
        let odd = self
            .parts
            .iter()
            .filter(|part| part.layer.scope != Scope::Fusion)
            .flat_map(|part| {
                let layer = &part.layer;
                part.scopes
                    .iter()
                    .filter_map(move |scope| words::suspicious(layer, scope, FEW))
            });
        let odd: Vec<String> = odd.collect();
        (!odd.is_empty()).then(|| words::accept(&odd))
    }

    async fn publish(&mut self, mut delivery: Delivery) -> Result<Vec<OutcomeReport>, IngestError> {
        (self.listener)(phase("Publication"));
        let deposit = Deposit {
            author: self.order.writer.label.clone(),
            comment: self.order.wishes.comment.clone(),
            demonstration: false,
        };
        let published = match delivery.publish(&deposit, self.order.expected).await {
            Ok(published) => published,
            Err(StoreError::Moved { layer, scope, .. }) => {
                return Ok(self.asked(words::again(&layer, &scope)));
            }
            Err(error) => return Err(error.into()),
        };
        for one in &published {
            let part = self
                .parts
                .iter_mut()
                .find(|part| part.layer.id == one.layer);
            let scopes = part
                .map(|part| part.scopes.iter_mut())
                .into_iter()
                .flatten();
            for scope in scopes.filter(|scope| scope.scope == one.scope) {
                scope.version = Some(one.version);
            }
        }
        let reports = self.reports(State::Published);
        match self.order.contribution {
            Some(id) => delivery.link(id, &published).await?,
            None => self.record(&mut delivery, &published, &reports).await?,
        }
        delivery.commit().await?;
        Ok(reports)
    }

    /// Records the contribution that the publication is, in its transaction.
    async fn record(
        &mut self,
        delivery: &mut Delivery,
        published: &[Published],
        reports: &[OutcomeReport],
    ) -> Result<(), IngestError> {
        let digest = match self.digest.take() {
            Some(underway) => underway.finish().await?,
            None => Digest::default(),
        };
        let writer = self.order.writer;
        let recorded = Recorded {
            author: &writer.label,
            communes: &reach(&writer.reach),
            title: &digest.title,
            wishes: self.order.wishes,
            sha256: &digest.sha256,
            bytes: digest.bytes,
            outcomes: reports,
        };
        delivery.record(&recorded, published).await?;
        Ok(())
    }

    fn reports(&self, state: State) -> Vec<OutcomeReport> {
        self.parts.iter().map(|part| part.report(state)).collect()
    }

    fn asked(&self, question: Question) -> Vec<OutcomeReport> {
        let mut reports = self.reports(State::Asked);
        if let Some(first) = reports.first_mut() {
            first.questions.push(question);
        }
        reports
    }

    /// The collection's part.
    fn part(&mut self, id: &LayerId) -> Result<&mut Part, IngestError> {
        self.parts
            .iter_mut()
            .find(|part| part.layer.id == *id)
            .ok_or_else(|| {
                IngestError::Usage(format!("a feed is for {id}, which is no collection"))
            })
    }
}

/// A reach as contributions keep it.
fn reach(reach: &Reach) -> Vec<String> {
    match reach {
        Reach::Territory => vec![TERRITORY.to_owned()],
        Reach::Communes(codes) => codes.iter().map(ToString::to_string).collect(),
    }
}
