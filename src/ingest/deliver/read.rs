//! Rows on their way from the file into the delivery: the child reads, a task of ours makes values of its
//! rows, another packs them, the connection takes them; the four work at once.

use tokio::sync::mpsc;

use super::judge::Judge;
use super::{Course, feature};
use crate::encode::html::french::counted;
use crate::ingest::notes::Notes;
use crate::ingest::recognise::words;
use crate::ingest::values::{Rules, Typed};
use crate::ingest::{Encoding, Feed, IngestError, Shape, Shaped};
use crate::model::{Finding, Progress, Value, Which};
use crate::ogr::{OgrError, Rows};
use crate::store::{Delivery, Packer, StoreError};

/// Batches between one of them and the next.
const WAITING: usize = 4;

/// A row that the connection takes.
struct Ready {
    fid: i64,
    scope: String,
    values: Vec<Typed>,
    geometry: Option<Vec<u8>>,
}

/// Makes values of rows.
struct Worker {
    rows: Rows,
    shape: Box<dyn Shape>,
    encoding: Encoding,
    title: String,
    feed: i32,
    rules: Rules,
    judge: Judge,
    notes: Notes,
    /// Rows whose place was told to be unreadable.
    unplaced: Vec<i64>,
}

impl Course<'_> {
    /// Reads one feed into the delivery.
    pub(super) async fn read(
        &mut self,
        delivery: &mut Delivery,
        number: i32,
        feed: Feed,
    ) -> Result<(), IngestError> {
        let ground = self.ground;
        let part = self.part(&feed.layer)?;
        part.hear(&feed.shape.silent());
        let layer = part.layer.clone();
        let rows = match ground.ogr.read(&feed.path, &feed.source).await {
            Ok(rows) => rows,
            Err(error) => {
                let finding = words::of_file(error, &named(&feed))?;
                self.part(&layer.id)?.notes.push(finding);
                return Ok(());
            }
        };
        let communes = ground.store.commune_names(ground.catalogue).await?;
        let wishes = self.order.wishes;
        let worker = Worker {
            rows,
            encoding: feed.encoding,
            title: feed.title.clone(),
            feed: number,
            rules: Rules::new(&layer, &communes, ground.territory.timezone, wishes.repair),
            judge: Judge::new(&layer, self.order.writer, wishes.scope.as_deref()),
            notes: Notes::default(),
            unplaced: Vec::new(),
            shape: feed.shape,
        };
        let (sender, batches) = mpsc::channel(WAITING);
        let task = tokio::spawn(worker.run(sender));
        let (packer, mut receiver) = delivery.receive(&layer, number, feed.crs).await?;
        let (sender, mut packed) = mpsc::channel(WAITING);
        let packing = tokio::spawn(pack(packer, batches, sender));
        let mut progress = Progress {
            phase: match feed.title.as_str() {
                "" => "Lecture".to_owned(),
                title => format!("Lecture de {title}"),
            },
            done: 0,
            total: feed.count,
        };
        while let Some((rows, count)) = packed.recv().await {
            receiver.send(rows).await?;
            progress.done += count as i64;
            (self.listener)(progress.clone());
        }
        let packer = packing
            .await
            .map_err(|error| IngestError::Reader(error.to_string()))??;
        receiver.finish(packer).await?;
        let (worker, outcome) = task
            .await
            .map_err(|error| IngestError::Reader(error.to_string()))?;
        let part = self.part(&layer.id)?;
        part.notes.append(worker.notes);
        part.unplaced
            .extend(worker.unplaced.iter().map(|fid| (number, *fid)));
        if worker.rules.named > 0 {
            let count = worker.rules.named;
            part.reading.push(format!(
                "Communes nommées au lieu d’être codées : {}.",
                counted(count as i64, "code retrouvé", "codes retrouvés")
            ));
        }
        let words = worker.rules.words.iter();
        let words: Vec<String> = words
            .map(|((field, word, code), count)| format!("{field} « {word} » → {code} ({count})"))
            .collect();
        if !words.is_empty() {
            part.reading
                .push(format!("Valeurs reconnues : {}.", words.join(", ")));
        }
        if let Err(error) = outcome {
            let name = if feed.title.is_empty() {
                feed.source
            } else {
                feed.title
            };
            part.notes.push(words::of_file(error, &name)?);
        }
        Ok(())
    }
}

/// Packs batches of rows until the last one, or until nobody takes them any more; each with the number of
/// its rows.
async fn pack(
    mut packer: Packer,
    mut batches: mpsc::Receiver<Vec<Ready>>,
    packed: mpsc::Sender<(Vec<u8>, usize)>,
) -> Result<Packer, StoreError> {
    while let Some(batch) = batches.recv().await {
        for row in &batch {
            let values: Vec<Value<'_>> = row.values.iter().map(Typed::value).collect();
            packer.row(row.fid, &row.scope, &values, row.geometry.as_deref())?;
        }
        if packed.send((packer.take(), batch.len())).await.is_err() {
            break;
        }
    }
    Ok(packer)
}

fn named(feed: &Feed) -> String {
    if feed.title.is_empty() {
        feed.source.clone()
    } else {
        feed.title.clone()
    }
}

impl Worker {
    /// Works until the last row, an error, or until nobody listens any more.
    async fn run(mut self, sender: mpsc::Sender<Vec<Ready>>) -> (Self, Result<(), OgrError>) {
        loop {
            let batch = match self.rows.next().await {
                Ok(Some(batch)) => batch,
                Ok(None) => return (self, Ok(())),
                Err(error) => return (self, Err(error)),
            };
            let ready = self.prepare(batch);
            if sender.send(ready).await.is_err() {
                return (self, Ok(()));
            }
        }
    }

    fn prepare(&mut self, batch: Vec<exchange::Row>) -> Vec<Ready> {
        let encoding = self.encoding;
        let text = move |bytes: &[u8]| encoding.decode(bytes).into_owned();
        let mut ready = Vec::with_capacity(batch.len());
        let mut shaped = Shaped::default();
        for row in batch {
            let fid = row.fid;
            self.shape.shape(row, &text, &mut shaped);
            let called = (shaped.rows.first()).and_then(|row| self.rules.name(&row.values));
            let (title, feed) = (&self.title, self.feed);
            let name = || Which {
                number: feature::name(title, fid),
                name: called.clone(),
                row: Some((feed, fid)),
            };
            let placeless = |finding: &Finding| matches!(&*finding.rule, "position" | "address");
            if shaped.findings.iter().any(placeless) {
                self.unplaced.push(fid);
            }
            for finding in shaped.findings.drain(..) {
                let finding = of_row(finding, &name);
                self.notes.push(finding);
            }
            for made in shaped.rows.drain(..) {
                let values = self.rules.check(made.values, &name, &mut self.notes);
                let scope = self
                    .judge
                    .scope(made.scope, &values, &name, &mut self.notes);
                ready.push(Ready {
                    fid,
                    scope,
                    values,
                    geometry: made.geometry,
                });
            }
        }
        ready
    }
}

fn of_row(finding: Finding, name: &dyn Fn() -> Which) -> Finding {
    match finding.feature {
        Some(_) => finding,
        None => finding.of(name()),
    }
}
