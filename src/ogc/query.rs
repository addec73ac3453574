//! Parameters of `items`, parsed at the door: past it nothing is the reader's text.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::catalogue::{Field, FieldType, View};
use crate::model::{
    Bbox, BboxFilter, Crs, Interval, ItemsFilter, ItemsQuery, Params, Problem, Scalar, shown,
};

/// Features of a page when the reader does not say.
const DEFAULT_LIMIT: u32 = 10;

/// Most features of a page.
pub const MOST_FEATURES: u32 = 10_000;

/// The limit of an export that has none.
pub const EVERYTHING: u32 = u32::MAX;

/// Takes the parameters of `items` out of the request.
///
/// # Errors
/// 400 with what is wrong and what to write.
pub fn items(params: Params, view: &View, served: &[Crs]) -> Result<ItemsQuery, Problem> {
    read(params, view, served, DEFAULT_LIMIT, MOST_FEATURES)
}

/// Takes the parameters of an export out of the request: those of `items`, without a limit unless
/// the reader sets one.
///
/// # Errors
/// 400 with what is wrong and what to write.
pub fn export(params: Params, view: &View, served: &[Crs]) -> Result<ItemsQuery, Problem> {
    read(params, view, served, EVERYTHING, EVERYTHING)
}

/// `limit` is the one of who does not say, `most` the largest.
fn read(
    mut params: Params,
    view: &View,
    served: &[Crs],
    limit: u32,
    most: u32,
) -> Result<ItemsQuery, Problem> {
    let limit = params
        .take("limit")
        .map_or(Ok(limit), |text| self::limit(&text, most))?;
    let crs = crs(&mut params, "crs", served)?;
    let bbox_crs = self::crs(&mut params, "bbox-crs", served)?;
    let bbox = params
        .take("bbox")
        .map(|text| bbox(&text, bbox_crs))
        .transpose()?;
    let datetime = params
        .take("datetime")
        .map(|text| interval(&text))
        .transpose()?;
    let (version, after) = params
        .take("next")
        .map_or(Ok((None, 0)), |text| token(&text))?;
    let mut equals = Vec::new();
    for (place, field) in view.visible().enumerate() {
        if let Some(text) = params.take(&field.name) {
            equals.push((place, scalar(field, &text)?));
        }
    }
    params.finish(
        "items takes bbox, bbox-crs, crs, datetime, limit, next, f and the collection's queryables",
    )?;
    let filter = ItemsFilter {
        bbox,
        datetime,
        equals,
    };
    Ok(ItemsQuery {
        crs,
        filter,
        after,
        limit,
        version,
        bound: None,
    })
}

/// A larger page than the most is the most: Part 1, `/req/core/fc-limit-response-1`.
fn limit(text: &str, most: u32) -> Result<u32, Problem> {
    let digits = !text.is_empty() && text.len() <= 30 && text.bytes().all(|b| b.is_ascii_digit());
    let value = digits.then(|| text.parse::<u32>().unwrap_or(most));
    match value {
        Some(value) if value > 0 => Ok(value.min(most)),
        _ => Err(Problem::bad(format!(
            "limit={} is not a whole number from 1 to {most}",
            shown(text)
        ))),
    }
}

/// Takes `crs` or `bbox-crs` out (Part 2); CRS84 when absent.
///
/// # Errors
/// 400 when it is not a system that the service serves.
pub fn crs(params: &mut Params, name: &str, served: &[Crs]) -> Result<Crs, Problem> {
    let Some(text) = params.take(name) else {
        return Ok(Crs::Crs84);
    };
    served
        .iter()
        .copied()
        .find(|crs| named(*crs, &text))
        .ok_or_else(|| {
            let known: Vec<String> = served.iter().map(|crs| crs.uri()).collect();
            Problem::bad(format!(
                "{name}={} is not served; these are: {}",
                shown(&text),
                known.join(", ")
            ))
        })
}

/// By its address, or the short forms that people type: `EPSG:2154`, `[EPSG:2154]`, `2154`.
fn named(crs: Crs, text: &str) -> bool {
    let text = text.trim_start_matches('[').trim_end_matches(']');
    let text = text.replacen("https://", "http://", 1);
    let uri = crs.uri();
    if text == uri {
        return true;
    }
    match uri.rsplit('/').next() {
        Some("CRS84") => {
            text.eq_ignore_ascii_case("CRS84") || text.eq_ignore_ascii_case("OGC:CRS84")
        }
        Some(code) => text == code || text.to_ascii_uppercase() == format!("EPSG:{code}"),
        None => false,
    }
}

fn bbox(text: &str, crs: Crs) -> Result<BboxFilter, Problem> {
    let wrong = |why: &str| {
        Problem::bad(format!(
            "bbox={} {why}: write west,south,east,north in the axis order of bbox-crs \
             (with heights: six numbers)",
            shown(text)
        ))
    };
    let numbers: Vec<f64> = text
        .split(',')
        .map(|part| {
            part.trim()
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
        })
        .collect::<Option<_>>()
        .ok_or_else(|| wrong("holds something that is not a number"))?;
    let [a, b, c, d] = match numbers[..] {
        [a, b, c, d] => [a, b, c, d],
        [a, b, _, c, d, _] => [a, b, c, d],
        _ => return Err(wrong("does not have four or six numbers")),
    };
    let bbox = if crs == Crs::Wgs84 {
        Bbox {
            min_x: b,
            min_y: a,
            max_x: d,
            max_y: c,
        }
    } else {
        Bbox {
            min_x: a,
            min_y: b,
            max_x: c,
            max_y: d,
        }
    };
    if bbox.min_y > bbox.max_y {
        return Err(wrong("has its south above its north"));
    }
    if crs.is_geographic() {
        let range = |value: f64, most: f64| (-most..=most).contains(&value);
        if !range(bbox.min_x, 180.0) || !range(bbox.max_x, 180.0) {
            return Err(wrong("has a longitude beyond 180°"));
        }
        if !range(bbox.min_y, 90.0) || !range(bbox.max_y, 90.0) {
            return Err(wrong("has a latitude beyond 90°"));
        }
    } else if bbox.to_array().iter().any(|metres| metres.abs() > 3e7) {
        return Err(wrong("lies further than the Earth is wide"));
    }
    let boxes = match (bbox.min_x <= bbox.max_x, crs.is_geographic()) {
        (true, _) => vec![bbox],
        // Part 1, clause 7.15.3: such a box crosses the antimeridian.
        (false, true) => {
            vec![
                Bbox {
                    max_x: 180.0,
                    ..bbox
                },
                Bbox {
                    min_x: -180.0,
                    ..bbox
                },
            ]
        }
        (false, false) => return Err(wrong("has its west beyond its east")),
    };
    Ok(BboxFilter { crs, boxes })
}

/// An instant or an interval, `..` or nothing where it is open (Part 1, clause 7.15.4).
fn interval(text: &str) -> Result<Interval, Problem> {
    let wrong = || {
        Problem::bad(format!(
            "datetime={} is not a date (2026-01-31), an instant (2026-01-31T12:00:00Z) or an \
             interval of these (2026-01-01/.., ../2026-12-31, 2026-01-01/2026-12-31)",
            shown(text)
        ))
    };
    let bound = |part: &str, end: bool| -> Result<Option<DateTime<Utc>>, Problem> {
        if part.is_empty() || part == ".." {
            return Ok(None);
        }
        instant(part, end).map(Some).ok_or_else(wrong)
    };
    let interval = match text.split_once('/') {
        None => Interval {
            from: Some(instant(text, false).ok_or_else(wrong)?),
            until: Some(instant(text, true).ok_or_else(wrong)?),
        },
        Some((from, until)) => Interval {
            from: bound(from, false)?,
            until: bound(until, true)?,
        },
    };
    match (interval.from, interval.until) {
        (None, None) => Err(wrong()),
        (Some(from), Some(until)) if from > until => Err(wrong()),
        _ => Ok(interval),
    }
}

/// A day stands for its first instant, or its last.
fn instant(text: &str, end: bool) -> Option<DateTime<Utc>> {
    let sane = |instant: DateTime<Utc>| {
        use chrono::Datelike as _;
        (1..=9999).contains(&instant.year()).then_some(instant)
    };
    if let Ok(day) = text.parse::<NaiveDate>() {
        let time = if end {
            NaiveTime::from_hms_opt(23, 59, 59)?
        } else {
            NaiveTime::MIN
        };
        return sane(day.and_time(time).and_utc());
    }
    sane(DateTime::parse_from_rfc3339(text).ok()?.to_utc())
}

fn scalar(field: &Field, text: &str) -> Result<Scalar, Problem> {
    let (value, expected) = match field.kind {
        FieldType::Text => (Some(Scalar::Text(text.to_owned())), "a text"),
        FieldType::Integer => (text.parse().ok().map(Scalar::Integer), "a whole number"),
        FieldType::Real => (
            text.parse()
                .ok()
                .filter(|number: &f64| number.is_finite())
                .map(Scalar::Real),
            "a number",
        ),
        FieldType::Boolean => (text.parse().ok().map(Scalar::Boolean), "true or false"),
        FieldType::Date => (
            instant(text, false).map(|instant| Scalar::Date(instant.date_naive())),
            "a date (2026-01-31)",
        ),
        FieldType::Timestamp => (
            instant(text, false).map(Scalar::Timestamp),
            "an instant (2026-01-31T12:00:00Z)",
        ),
    };
    value.ok_or_else(|| Problem::bad(format!("{}={} is not {expected}", field.name, shown(text))))
}

/// The `next` token: the version being paged through, and the last feature given.
pub fn next_token(version: i64, after: i64) -> String {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&version.to_be_bytes());
    bytes[8..].copy_from_slice(&after.to_be_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn token(text: &str) -> Result<(Option<i64>, i64), Problem> {
    let wrong =
        || Problem::bad("next is not a token of this service: follow the links of the page before");
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
    let numbers: [u8; 16] = bytes.try_into().map_err(|_| wrong())?;
    let number = |range: std::ops::Range<usize>| {
        numbers[range]
            .try_into()
            .map(i64::from_be_bytes)
            .map_err(|_| wrong())
    };
    let (version, after) = (number(0..8)?, number(8..16)?);
    if version < 0 || after < 0 {
        return Err(wrong());
    }
    Ok((Some(version), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_follow_the_axis_order_of_their_system() {
        let degrees = bbox("-1.6,47.1,-1.5,47.2", Crs::Crs84)
            .expect("a box")
            .boxes[0];
        let latitude_first = bbox("47.1,-1.6,47.2,-1.5", Crs::Wgs84)
            .expect("a box")
            .boxes[0];
        assert_eq!(degrees, latitude_first);
        let six = bbox("-1.6,47.1,0,-1.5,47.2,100", Crs::Crs84)
            .expect("a box")
            .boxes[0];
        assert_eq!(degrees, six);
        assert_eq!(
            bbox("170,-20,-170,20", Crs::Crs84)
                .expect("two boxes")
                .boxes
                .len(),
            2
        );
    }

    #[test]
    fn what_is_not_a_box_is_refused() {
        for text in [
            "",
            "1,2,3",
            "1,2,3,4,5",
            "a,b,c,d",
            "nan,0,1,1",
            "0,1,1,0",
            "0,0,181,1",
            "inf,0,1,1",
        ] {
            assert!(bbox(text, Crs::Crs84).is_err(), "{text}");
        }
    }

    #[test]
    fn limits_are_whole_numbers_and_capped() {
        assert_eq!(limit("20000", MOST_FEATURES).ok(), Some(MOST_FEATURES));
        assert_eq!(
            limit("99999999999999999999", MOST_FEATURES).ok(),
            Some(MOST_FEATURES)
        );
        for text in ["0", "-1", "1.5", "", "ten", "+5"] {
            assert!(limit(text, MOST_FEATURES).is_err(), "{text}");
        }
    }

    #[test]
    fn tokens_come_back_and_forged_ones_do_not() {
        assert_eq!(token(&next_token(7, 42)).ok(), Some((Some(7), 42)));
        for text in ["", "AAAA", "%", &next_token(-1, 5), &next_token(1, -5)] {
            assert!(token(text).is_err(), "{text}");
        }
    }

    #[test]
    fn intervals_may_be_open() {
        let open = interval("2026-01-01/..").expect("an interval");
        assert!(open.from.is_some() && open.until.is_none());
        for text in [
            "../..",
            "/",
            "2026-13-01",
            "2026-02-01/2026-01-01",
            "yesterday",
        ] {
            assert!(interval(text).is_err(), "{text}");
        }
    }
}
