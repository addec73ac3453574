//! How reports name a feature.

/// The number of a feature in its source, with the feed's title before it where there are several.
pub(super) fn name(title: &str, fid: i64) -> String {
    if title.is_empty() {
        fid.to_string()
    } else {
        format!("{title} {fid}")
    }
}
