//! Whether the ledger is whole: aggregates equal the detail, and no segment is outstanding.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::adopt::{Folder, folders};
use super::inspect::inspect;
use crate::store::usage::{Difference, OpenSegment};
use crate::store::{Store, StoreError};

/// How long living instances are waited for, to ship what they had written when we began.
const PATIENCE: Duration = Duration::from_secs(30);
/// An instance that has said nothing for so long is not waited for.
const SILENCE: TimeDelta = TimeDelta::seconds(20);

/// A segment of which the ledger lacks something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outstanding {
    /// The segment.
    pub segment: Uuid,
    /// The run of the program that wrote it.
    pub instance: Uuid,
    /// Records that are known to be written.
    pub written: i64,
    /// Records that the ledger has.
    pub shipped: i64,
    /// When the instance last said anything; none when the ledger has not heard of the segment.
    pub seen: Option<DateTime<Utc>>,
    /// Whether the file is in the journal of this home.
    pub here: bool,
}

/// What was found.
#[derive(Debug, Default, Serialize)]
pub struct Verified {
    /// Hours and days of which the aggregates do not equal the detail.
    pub differences: Vec<Difference>,
    /// Segments of which the ledger lacks something.
    pub outstanding: Vec<Outstanding>,
}

impl Verified {
    /// Whether the ledger is whole.
    pub fn is_whole(&self) -> bool {
        self.differences.is_empty() && self.outstanding.is_empty()
    }
}

/// Compares the aggregates with the detail over the period for which it is kept, and looks for
/// segments that are not shipped: those that the ledger knows of, and those of this home. What
/// living instances had written when this began is waited for.
///
/// # Errors
/// When the database does not answer or the journal cannot be read.
pub async fn verify(store: &Store, home: &Path, timezone: &str) -> anyhow::Result<Verified> {
    Ok(Verified {
        outstanding: outstanding(store, home).await?,
        differences: store.usage_differences(timezone).await?,
    })
}

/// The segments of which the ledger lacks something, as [`verify`] finds them.
///
/// # Errors
/// As [`verify`].
pub async fn outstanding(store: &Store, home: &Path) -> anyhow::Result<Vec<Outstanding>> {
    let mut found = of_ledger(store, living(home)?).await?;
    for lost in left_here(store, home).await? {
        match found.iter_mut().find(|known| known.segment == lost.segment) {
            Some(known) => known.here = true,
            None => found.push(lost),
        }
    }
    Ok(found)
}

/// The runs of the program that live and keep their journal under this home.
fn living(home: &Path) -> anyhow::Result<Vec<Uuid>> {
    let mut found = Vec::new();
    for folder in folders(&home.join("journal"))? {
        let name = folder.file_name().and_then(|name| name.to_str());
        if let Some(instance) = name.and_then(|name| Uuid::try_parse(name).ok())
            && matches!(Folder::take(&folder), Ok(None))
        {
            found.push(instance);
        }
    }
    Ok(found)
}

async fn of_ledger(store: &Store, living: Vec<Uuid>) -> Result<Vec<Outstanding>, StoreError> {
    let (began, mut open) = store.open_segments().await?;
    let late = tokio::time::Instant::now() + PATIENCE;
    // What an instance had written at its first word since we began.
    let mut goals: HashMap<Uuid, i64> = HashMap::new();
    let mut heard = Vec::new();
    loop {
        for segment in &open {
            if segment.seen > began {
                goals.entry(segment.id).or_insert(segment.written);
                heard.push(segment.instance);
            }
        }
        let here = |segment: &OpenSegment| living.contains(&segment.instance);
        let is_behind = |segment: &OpenSegment| match goals.get(&segment.id) {
            Some(goal) => segment.watermark < *goal,
            None => true,
        };
        let behind: Vec<&OpenSegment> = open.iter().filter(|one| is_behind(one)).collect();
        let may_come = |segment: &&OpenSegment| {
            goals.contains_key(&segment.id) || here(segment) || began - segment.seen < SILENCE
        };
        // One of this home that the ledger has not heard of yet has only just started.
        let silent = living.iter().any(|instance| !heard.contains(instance));
        let waits = silent || behind.iter().any(may_come);
        if !waits || tokio::time::Instant::now() > late {
            return Ok(behind
                .into_iter()
                .map(|segment| Outstanding {
                    segment: segment.id,
                    instance: segment.instance,
                    written: segment.written,
                    shipped: segment.watermark,
                    seen: Some(segment.seen),
                    here: here(segment),
                })
                .collect());
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        // Segments made since we began are none of our business.
        let known: Vec<Uuid> = open.iter().map(|segment| segment.id).collect();
        let (_, mut now) = store.open_segments().await?;
        heard.extend(
            now.iter()
                .filter(|one| one.seen > began)
                .map(|one| one.instance),
        );
        now.retain(|segment| known.contains(&segment.id));
        open = now;
    }
}

/// What runs that have ended left under this home, as far as the ledger lacks it.
async fn left_here(store: &Store, home: &Path) -> anyhow::Result<Vec<Outstanding>> {
    let left: Vec<_> = inspect(home)?
        .segments
        .into_iter()
        .filter(|segment| !segment.live && segment.records > 0)
        .collect();
    let ids: Vec<Uuid> = left.iter().map(|segment| segment.segment).collect();
    let known: HashMap<Uuid, (i64, bool)> = store
        .watermarks(&ids)
        .await?
        .into_iter()
        .map(|(id, watermark, done)| (id, (watermark, done)))
        .collect();
    let lacking = left.into_iter().filter_map(|segment| {
        let (shipped, done) = known.get(&segment.segment).copied().unwrap_or((0, false));
        (!done).then_some(Outstanding {
            segment: segment.segment,
            instance: segment.instance,
            written: (segment.records + segment.holes + segment.damaged) as i64,
            shipped,
            seen: None,
            here: true,
        })
    });
    Ok(lacking.collect())
}
