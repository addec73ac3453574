//! `numberMatched`: exact, or absent.

use std::sync::Arc;

use crate::app::App;
use crate::catalogue::Layer;
use crate::model::{ItemsQuery, Problem};

/// How many features the query's filter finds at the current version; `None` when it would take
/// too long, or when the page is of another version.
///
/// Without a filter it is the sum of the publications; with one it is counted once for each
/// version and filter.
pub(super) async fn count(
    app: &Arc<App>,
    layer: &Layer,
    query: &ItemsQuery,
    version: i64,
) -> Result<Option<i64>, Problem> {
    if query.version.is_some_and(|wanted| wanted != version) {
        return Ok(None);
    }
    if query.filter.is_empty() {
        return Ok(Some(app.freshness.now().layer(layer.id.as_str()).count));
    }
    let key = format!("{} {version} {:?}", layer.id, query.filter);
    if let Some(known) = app.counts.get(&key).await {
        return Ok(known);
    }
    let counted = app.store.count(layer, &query.filter, version).await?;
    app.counts.insert(key, counted).await;
    Ok(counted)
}
