//! How reports name a feature.

use crate::model::Which;

/// The number of a feature in its source, with the feed's title before it where there are several.
pub(super) fn name(title: &str, fid: i64) -> String {
    if title.is_empty() {
        fid.to_string()
    } else {
        format!("{title} {fid}")
    }
}

/// A row of a feed, as findings are about it.
pub(super) fn row(title: &str, feed: i32, fid: i64) -> Which {
    Which {
        number: name(title, fid),
        name: None,
        row: Some((feed, fid)),
    }
}
