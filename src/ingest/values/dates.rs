//! Days and instants, as people and programs write them.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Utc};

use super::{Fault, Given};

/// Years that a delivery may speak of: the first cadastre is two hundred years old, plans are made
/// for the next century.
const YEARS: std::ops::RangeInclusive<i32> = 1700..=2200;

/// Serial numbers that a spreadsheet gives to days from 1927 to 2173.
const SERIALS: std::ops::RangeInclusive<i64> = 10_000..=100_000;

/// A day, and whether it was a spreadsheet's serial number; none for `00000000`, which files write
/// for an absent one.
pub(super) fn day(given: &Given) -> Result<Option<(NaiveDate, bool)>, String> {
    let found = match given {
        Given::Date(day) => Ok((*day, false)),
        Given::Text(text) => match written(text.trim())? {
            None => return Ok(None),
            Some(found) => Ok(found),
        },
        Given::Integer(0) => return Ok(None),
        Given::Integer(number) => numbered(*number),
        Given::Real(number) if number.is_finite() && number.abs() < 1e9 => {
            numbered(number.floor() as i64)
        }
        _ => Err("Ce n’est pas une date.".to_owned()),
    };
    let (day, serial) = found?;
    if !YEARS.contains(&day.year()) {
        return Err(format!("L’année {} n’est pas vraisemblable.", day.year()));
    }
    Ok(Some((day, serial)))
}

/// A day, however it is written; none for zeros.
///
/// # Errors
/// In French, when it is none.
pub fn day_of(given: &Given) -> Result<Option<NaiveDate>, String> {
    day(given).map(|found| found.map(|(day, _)| day))
}

/// What is said of a serial number.
pub(super) fn was_serial(day: NaiveDate) -> Fault {
    Fault::warning(
        "type",
        format!(
            "Numéro de jour d’un tableur, lu comme le {}.",
            day.format("%d/%m/%Y")
        ),
        "Donnez à la colonne le format date.",
    )
}

/// A day that a text writes; none for zeros.
fn written(text: &str) -> Result<Option<(NaiveDate, bool)>, String> {
    let wrong = || "Ce n’est pas une date.".to_owned();
    if text.bytes().all(|byte| matches!(byte, b'0' | b'-' | b'/')) {
        return Ok(None);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        if text.len() == 6 {
            return Err("Une date sans jour.".to_owned());
        }
        let number = text.parse().map_err(|_| wrong())?;
        return numbered(number).map(Some);
    }
    // An instant's day stands before its hour.
    let head = text.split(['T', ' ']).next().unwrap_or(text);
    let parts: Vec<&str> = head.split(['-', '/', '.']).collect();
    let [first, month, last] = parts[..] else {
        return Err(wrong());
    };
    let number = |part: &str| part.parse::<u32>().map_err(|_| wrong());
    let (year, day) = match (first.len(), last.len()) {
        (4, 1 | 2) => (first, last),
        (1 | 2, 4) => (last, first),
        (1 | 2, 2) => return Err("L’année est écrite sur deux chiffres.".to_owned()),
        _ => return Err(wrong()),
    };
    let year = year.parse().map_err(|_| wrong())?;
    NaiveDate::from_ymd_opt(year, number(month)?, number(day)?)
        .map(|day| Some((day, false)))
        .ok_or_else(|| "Ce jour n’existe pas.".to_owned())
}

/// A day written as `yyyymmdd`, or the serial number of a spreadsheet.
fn numbered(number: i64) -> Result<(NaiveDate, bool), String> {
    let wrong = || "Ce n’est pas une date.".to_owned();
    if (10_000_000..100_000_000).contains(&number) {
        let (year, rest) = (number / 10_000, number % 10_000);
        let day = NaiveDate::from_ymd_opt(year as i32, (rest / 100) as u32, (rest % 100) as u32);
        return day
            .map(|day| (day, false))
            .ok_or_else(|| "Ce jour n’existe pas.".to_owned());
    }
    if SERIALS.contains(&number) {
        // Spreadsheets hold 1900 for a leap year, so day 1 is counted from the 30th of December.
        return NaiveDate::from_ymd_opt(1899, 12, 30)
            .and_then(|origin| origin.checked_add_days(chrono::Days::new(number as u64)))
            .map(|day| (day, true))
            .ok_or_else(wrong);
    }
    Err(wrong())
}

/// An instant; without a zone it is the territory's time.
pub(super) fn instant(given: &Given, timezone: chrono_tz::Tz) -> Result<DateTime<Utc>, String> {
    let wrong = || "Ce n’est pas un instant.".to_owned();
    let local = |moment: NaiveDateTime| {
        timezone
            .from_local_datetime(&moment)
            .earliest()
            .map(|instant| instant.with_timezone(&Utc))
            .ok_or_else(|| "Cette heure n’existe pas : l’heure d’été commence.".to_owned())
    };
    let Given::Text(text) = given else {
        let (day, _) = day(given)?.ok_or_else(wrong)?;
        return local(day.and_time(NaiveTime::MIN));
    };
    let text = text.trim().replace('/', "-").replacen(' ', "T", 1);
    if let Ok(instant) = DateTime::parse_from_rfc3339(&text) {
        return Ok(instant.with_timezone(&Utc));
    }
    for format in ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%#z"] {
        if let Ok(instant) = DateTime::parse_from_str(&text, format) {
            return Ok(instant.with_timezone(&Utc));
        }
    }
    for format in [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%d-%m-%YT%H:%M:%S",
        "%d-%m-%YT%H:%M",
    ] {
        if let Ok(moment) = NaiveDateTime::parse_from_str(&text, format) {
            return local(moment);
        }
    }
    let (day, _) = day(&Given::Text(text))?.ok_or_else(wrong)?;
    local(day.and_time(NaiveTime::MIN))
}
