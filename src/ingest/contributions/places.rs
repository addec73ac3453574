//! Where the findings of reports lie, in the degrees of maps.

use crate::model::OutcomeReport;
use crate::store::{Store, StoreError};

/// Longitude and latitude of each finding of each outcome; none for one without a place.
///
/// # Errors
/// When the database does not answer.
pub async fn places(
    store: &Store,
    outcomes: &[OutcomeReport],
) -> Result<Vec<Vec<Option<(f64, f64)>>>, StoreError> {
    let all = outcomes.iter().flat_map(|outcome| &outcome.findings);
    let metres: Vec<(f64, f64)> = all
        .filter_map(|finding| Some((finding.x?, finding.y?)))
        .collect();
    let mut degrees = store.degrees(&metres).await?.into_iter();
    let of = |outcome: &OutcomeReport| {
        let mut list = Vec::with_capacity(outcome.findings.len());
        for finding in &outcome.findings {
            let has_one = finding.x.is_some() && finding.y.is_some();
            list.push(if has_one {
                degrees.next().flatten()
            } else {
                None
            });
        }
        list
    };
    Ok(outcomes.iter().map(of).collect())
}
