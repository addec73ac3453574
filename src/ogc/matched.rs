//! `numberMatched`: exact, or absent.

use std::sync::Arc;

use crate::app::App;
use crate::catalogue::View;
use crate::model::{ItemsQuery, Problem};

/// How many features the query's filter finds for this reader at the current version; `None` when it would take
/// too long, or when the page is of another version.
///
/// Without a filter it is the sum of the publications, or what the reader sees of a layer that is
/// not open; with one it is counted once for each version, reading and filter.
pub(super) async fn count(
    app: &Arc<App>,
    view: &View,
    query: &ItemsQuery,
    version: i64,
) -> Result<Option<i64>, Problem> {
    if query.version.is_some_and(|wanted| wanted != version) {
        return Ok(None);
    }
    if query.filter.is_empty() {
        let seen = app.seen(view).await?;
        return Ok(seen.count.filter(|_| seen.version == version));
    }
    let key = format!(
        "{} {version} {:x} {:?}",
        view.id,
        view.digest(),
        query.filter
    );
    if let Some(known) = app.counts.get(&key).await {
        return Ok(known);
    }
    let counted = app.store.count(view, &query.filter, version).await?;
    app.counts.insert(key, counted).await;
    Ok(counted)
}
