//! Where the findings of reports and the features that change lie, in the degrees of maps.

use crate::encode::html::contributions::Places;
use crate::model::OutcomeReport;
use crate::store::{Store, StoreError};

/// Longitude and latitude of each finding and each change of each outcome; none for one without
/// a place.
///
/// # Errors
/// When the database does not answer.
pub async fn places(store: &Store, outcomes: &[OutcomeReport]) -> Result<Places, StoreError> {
    let place = |x: Option<f64>, y: Option<f64>| x.zip(y);
    let findings = outcomes.iter().map(|outcome| {
        let list = outcome.findings.iter();
        list.map(|it| place(it.x, it.y)).collect()
    });
    let changes = outcomes.iter().map(|outcome| {
        let list = outcome.changes.iter();
        list.map(|it| place(it.x, it.y)).collect()
    });
    let mut findings = degrees(store, findings.chain(changes).collect()).await?;
    let changes = findings.split_off(outcomes.len());
    Ok(Places { findings, changes })
}

type Lists = Vec<Vec<Option<(f64, f64)>>>;

async fn degrees(store: &Store, metres: Lists) -> Result<Lists, StoreError> {
    let all: Vec<(f64, f64)> = metres.iter().flatten().copied().flatten().collect();
    let mut found = store.degrees(&all).await?.into_iter();
    let mut one = |place: Option<(f64, f64)>| place.and_then(|_| found.next().flatten());
    let mut list = |places: Vec<Option<(f64, f64)>>| places.into_iter().map(&mut one).collect();
    Ok(metres.into_iter().map(&mut list).collect())
}
