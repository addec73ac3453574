//! Rule 9: the titles to issue and when, and what the final exercise puts right.

use chrono::{Days, NaiveDate};
use costs::exercise::{Insee, Recovery, Service};
use costs::{ByNature, Cents, Issued, instalments};
use serde::Serialize;

use super::{Computed, Fault};

/// An amount to call in: a title of receipt, or one taken off the *attribution de compensation*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Title {
    /// The commune.
    pub insee: Insee,
    /// Its name, where the exercise gives it.
    pub name: Option<String>,
    /// The service's id.
    pub service: String,
    /// The service's name in documents.
    pub title: Option<String>,
    /// Which instalment, from 1.
    pub instalment: u32,
    /// Of how many.
    pub of: u32,
    /// The day on which it is due.
    pub due: NaiveDate,
    /// How it is called in.
    pub recovery: Recovery,
    /// The amount.
    pub cents: Cents,
    /// The same in each column of the accounts.
    pub by_nature: ByNature<Cents>,
}

/// What a final exercise leaves to call in or to give back, for a commune and a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settlement {
    /// The commune.
    pub insee: Insee,
    /// Its name, where the exercise gives it.
    pub name: Option<String>,
    /// The service's id.
    pub service: String,
    /// The service's name in documents.
    pub title: Option<String>,
    /// How it is called in, as the final exercise says.
    pub recovery: Recovery,
    /// The final share.
    pub share: Cents,
    /// The titles issued.
    pub issued: Cents,
    /// What is left: `share` − `issued`; given back when negative.
    pub cents: Cents,
}

/// The titles of an exercise: by commune, then service in the order of the exercise, then day.
///
/// Instalments are equal parts rounded down, the last takes the remainder, of the share and of its
/// operating part alike; its investment is the rest of each. The nth is due on the last day of the
/// month in which the nth of the year's equal parts ends. Shares of zero make no title.
pub fn titles(computed: &Computed) -> Vec<Title> {
    let exercise = computed.exercise();
    let of = exercise.instalments.unwrap_or(1).max(1);
    let mut titles = Vec::new();
    for (service, outcome) in exercise.services.iter().zip(&computed.outcome.services) {
        for share in &outcome.shares {
            let whole = instalments(share.by_nature.total(), of);
            let operating = instalments(share.by_nature.fonctionnement, of);
            for (nth, (cents, fonctionnement)) in (1..).zip(whole.into_iter().zip(operating)) {
                let by_nature = ByNature {
                    fonctionnement,
                    investissement: cents - fonctionnement,
                };
                if by_nature == ByNature::default() {
                    continue;
                }
                titles.push(Title {
                    insee: share.insee,
                    name: name(computed, share.insee),
                    service: service.id.clone(),
                    title: service.title.clone(),
                    instalment: nth,
                    of,
                    due: due(exercise.year, nth, of),
                    recovery: recovery(computed, Some(service)),
                    cents,
                    by_nature,
                });
            }
        }
    }
    titles.sort_by_key(|title| title.insee);
    titles
}

/// What a final exercise leaves, commune by commune, once `issued` has been called in.
pub fn settlements(closed: &Computed, issued: &[Issued]) -> Vec<Settlement> {
    let mut rows: Vec<Settlement> = costs::regularisation(&closed.outcome, issued)
        .into_iter()
        .map(|row| {
            let service = closed.checked.service(&row.service);
            Settlement {
                insee: row.insee,
                name: name(closed, row.insee),
                recovery: recovery(closed, service),
                title: service.and_then(|service| service.title.clone()),
                service: row.service,
                share: row.due,
                issued: row.issued,
                cents: row.cents,
            }
        })
        .collect();
    rows.sort_by_key(|row| row.insee);
    rows
}

/// The titles of a forecast as issued.
pub fn issued(forecast: &Computed) -> Vec<Issued> {
    titles(forecast)
        .into_iter()
        .map(|title| Issued {
            service: title.service,
            insee: title.insee,
            cents: title.cents,
        })
        .collect()
}

/// How a service's amounts are called in: as it says, else as the exercise does, else by title.
pub fn recovery(computed: &Computed, service: Option<&Service>) -> Recovery {
    let own = service.and_then(|service| service.recovery);
    own.or(computed.exercise().recovery)
        .unwrap_or(Recovery::Titre)
}

/// The commune's name in the exercise.
pub(super) fn name(computed: &Computed, insee: Insee) -> Option<String> {
    let mut communes = computed.exercise().communes.iter();
    let known = communes.find(|commune| commune.insee == insee)?;
    known.name.as_deref().map(str::to_owned)
}

/// The last day of the month in which the nth of `of` equal parts of the year ends.
fn due(year: i32, nth: u32, of: u32) -> NaiveDate {
    let month = (12 * nth).div_ceil(of).clamp(1, 12);
    let next = match month {
        12 => NaiveDate::from_ymd_opt(year + 1, 1, 1),
        _ => NaiveDate::from_ymd_opt(year, month + 1, 1),
    };
    next.and_then(|first| first.checked_sub_days(Days::new(1)))
        .unwrap_or(NaiveDate::MAX)
}

/// Rows as CSV (RFC 4180): a header, amounts in euros with a decimal point.
///
/// # Errors
/// None that memory would give.
pub fn titles_csv(titles: &[Title]) -> Result<String, Fault> {
    let head = [
        "insee",
        "commune",
        "service",
        "title",
        "instalment",
        "of",
        "due",
        "recovery",
        "amount",
        "fonctionnement",
        "investissement",
    ];
    let rows = titles.iter().map(|title| {
        vec![
            title.insee.to_string(),
            title.name.clone().unwrap_or_default(),
            title.service.clone(),
            title.title.clone().unwrap_or_default(),
            title.instalment.to_string(),
            title.of.to_string(),
            title.due.to_string(),
            recovery_code(title.recovery).to_owned(),
            euros(title.cents),
            euros(title.by_nature.fonctionnement),
            euros(title.by_nature.investissement),
        ]
    });
    super::csv(&head, rows)
}

/// Settlements as CSV, as [`titles_csv`] writes titles.
///
/// # Errors
/// None that memory would give.
pub fn settlements_csv(rows: &[Settlement]) -> Result<String, Fault> {
    let head = [
        "insee", "commune", "service", "title", "recovery", "share", "issued", "amount",
    ];
    let rows = rows.iter().map(|row| {
        vec![
            row.insee.to_string(),
            row.name.clone().unwrap_or_default(),
            row.service.clone(),
            row.title.clone().unwrap_or_default(),
            recovery_code(row.recovery).to_owned(),
            euros(row.share),
            euros(row.issued),
            euros(row.cents),
        ]
    });
    super::csv(&head, rows)
}

/// Its name in files.
pub fn recovery_code(recovery: Recovery) -> &'static str {
    match recovery {
        Recovery::Titre => "titre",
        Recovery::AttributionDeCompensation => "attribution-de-compensation",
    }
}

/// Euros with a decimal point and two digits, for programs.
pub(super) fn euros(cents: Cents) -> String {
    let sign = if cents.0 < 0 { "-" } else { "" };
    let all = cents.0.unsigned_abs();
    format!("{sign}{}.{:02}", all / 100, all % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_the_year_end_with_a_month() {
        let days = |of| -> Vec<String> {
            (1..=of)
                .map(|nth| due(2028, nth, of).format("%m-%d").to_string())
                .collect()
        };
        assert_eq!(days(1), ["12-31"]);
        assert_eq!(days(2), ["06-30", "12-31"]);
        assert_eq!(days(5), ["03-31", "05-31", "08-31", "10-31", "12-31"]);
        assert_eq!(days(12)[1], "02-29");
        assert_eq!(days(13)[12], "12-31");
    }

    #[test]
    fn amounts_for_programs_have_a_point() {
        assert_eq!(euros(Cents(-5)), "-0.05");
        assert_eq!(euros(Cents(123_456)), "1234.56");
    }
}
