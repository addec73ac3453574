//! Parts of a file (RFC 9110, section 14).

use std::ops::Range;

use axum::http::{HeaderMap, header};

use crate::model::Problem;

/// The bytes asked for of a file that has a strong tag; `None` for all of them.
///
/// Several ranges in one request, other units and what cannot be understood count as no range at
/// all, as the standard allows; so does a range of another version of the file (`If-Range`).
///
/// # Errors
/// 416 when the range begins behind the end.
pub(super) fn asked(
    headers: &HeaderMap,
    etag: &str,
    length: u64,
) -> Result<Option<Range<u64>>, Problem> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if headers.contains_key(header::IF_RANGE) && text(header::IF_RANGE) != Some(etag) {
        return Ok(None);
    }
    let range = text(header::RANGE).and_then(|range| range.strip_prefix("bytes="));
    let Some((first, last)) = range.and_then(|range| range.trim().split_once('-')) else {
        return Ok(None);
    };
    let range = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(length),
        (Some(first), None) if last.is_empty() => first..length,
        (None, Some(suffix)) if first.is_empty() => length.saturating_sub(suffix)..length,
        _ => return Ok(None),
    };
    if range.is_empty() {
        return Err(Problem::RangeNotSatisfiable(length));
    }
    Ok(Some(range))
}

fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranged(range: &str, condition: Option<&str>) -> Result<Option<Range<u64>>, Problem> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().expect("a header"));
        if let Some(tag) = condition {
            headers.insert(header::IF_RANGE, tag.parse().expect("a header"));
        }
        asked(&headers, "\"a\"", 100)
    }

    #[test]
    fn one_range_is_understood() {
        assert_eq!(ranged("bytes=0-9", None), Ok(Some(0..10)));
        assert_eq!(ranged("bytes=90-999", None), Ok(Some(90..100)));
        assert_eq!(ranged("bytes=90-", None), Ok(Some(90..100)));
        assert_eq!(ranged("bytes=-5", None), Ok(Some(95..100)));
        assert_eq!(ranged("bytes=-500", None), Ok(Some(0..100)));
    }

    #[test]
    fn what_is_not_one_range_is_none() {
        for range in [
            "bytes=0-1,5-6",
            "lines=0-1",
            "bytes=9-1",
            "bytes=a-b",
            "bytes=-",
            "bytes=+1-2",
        ] {
            assert_eq!(ranged(range, None), Ok(None), "{range}");
        }
    }

    #[test]
    fn a_range_behind_the_end_is_refused() {
        for range in [
            "bytes=100-",
            "bytes=200-300",
            "bytes=-0",
            "bytes=99999999999999999999-",
        ] {
            let refused = Err(Problem::RangeNotSatisfiable(100));
            assert_eq!(ranged(range, None), refused, "{range}");
        }
    }

    #[test]
    fn a_range_of_another_version_is_none() {
        assert_eq!(ranged("bytes=0-9", Some("\"a\"")), Ok(Some(0..10)));
        for tag in ["\"b\"", "W/\"a\"", "Tue, 24 Nov 2026 09:00:00 GMT"] {
            assert_eq!(ranged("bytes=0-9", Some(tag)), Ok(None), "{tag}");
        }
    }
}
