//! What the address of a page or of a file of use says, read strictly.

use chrono::NaiveDate;

use crate::encode::html::usage::{Choice, Sort};
use crate::model::{Booked, By, Params, Period, Problem, shown};

/// Longest periods: a page draws each day, a file has a line for each at most.
const PAGE_DAYS: i64 = 400;
const FILE_DAYS: i64 = 3_700;

/// What a page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PageAsk {
    pub choice: Choice,
    pub account: Option<Booked>,
    pub sort: Sort,
    pub by_client: bool,
}

/// What a file is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileAsk {
    pub period: Period,
    pub account: Option<Booked>,
    pub by: By,
    pub split: Option<By>,
}

impl PageAsk {
    pub fn read(mut params: Params) -> Result<Self, Problem> {
        let account = account(&mut params)?;
        let choice = match (
            filled(&mut params, "periode"),
            days(&mut params, PAGE_DAYS)?,
        ) {
            (Some(_), Some(_)) => {
                return Err(Problem::bad("give periode, or from and to, not both"));
            }
            (None, None) => Choice::Recent,
            (None, Some(period)) => Choice::Days(period),
            (Some(text), None) => Choice::parse(&text).ok_or_else(|| {
                Problem::bad(format!(
                    "periode={} is not 30j, a month (2026-11) or a year (2026)",
                    shown(&text)
                ))
            })?,
        };
        let sort = match filled(&mut params, "tri") {
            None => Sort::default(),
            Some(text) => Sort::parse(&text).ok_or_else(|| {
                Problem::bad(format!(
                    "tri={} is no column: commune, unites, habitant, demandes, octets or \
                     interrompues, with - before it for the largest first",
                    shown(&text)
                ))
            })?,
        };
        let by_client = match filled(&mut params, "selon").as_deref() {
            None | Some("couche") => false,
            Some("logiciel") => true,
            Some(other) => {
                return Err(Problem::bad(format!(
                    "selon={} is not couche or logiciel",
                    shown(other)
                )));
            }
        };
        params.finish("a page of use takes periode, from and to, commune, tri and selon")?;
        Ok(Self {
            choice,
            account,
            sort,
            by_client,
        })
    }
}

impl FileAsk {
    /// Without days, the last thirty before `today`, included.
    pub fn read(mut params: Params, today: NaiveDate) -> Result<Self, Problem> {
        let account = account(&mut params)?;
        let period = days(&mut params, FILE_DAYS)?;
        let mut by = |name: &str| {
            let text = filled(&mut params, name);
            let by = text.map(|text| text.parse().map_err(Problem::BadRequest));
            by.transpose()
        };
        let (by, split) = (by("by")?.unwrap_or(By::Day), by("split")?);
        params.finish("a file of use takes from, to, commune, by and split")?;
        Ok(Self {
            period: period.unwrap_or_else(|| Choice::Recent.period(today)),
            account,
            by,
            split,
        })
    }
}

/// A form sends the inputs left empty too.
fn filled(params: &mut Params, name: &str) -> Option<String> {
    params.take(name).filter(|value| !value.is_empty())
}

fn account(params: &mut Params) -> Result<Option<Booked>, Problem> {
    let Some(text) = filled(params, "commune") else {
        return Ok(None);
    };
    let account = text.parse().map_err(|_| {
        Problem::bad(format!(
            "commune={} is no INSEE code, metropolis or public",
            shown(&text)
        ))
    })?;
    Ok(Some(account))
}

fn days(params: &mut Params, most: i64) -> Result<Option<Period>, Problem> {
    let mut day = |name: &str| {
        filled(params, name)
            .map(|text| {
                text.parse::<NaiveDate>().map_err(|_| {
                    Problem::bad(format!("{name}={} is no day (YYYY-MM-DD)", shown(&text)))
                })
            })
            .transpose()
    };
    let period = match (day("from")?, day("to")?) {
        (None, None) => return Ok(None),
        (Some(from), Some(to)) => Period::new(from, to).map_err(Problem::BadRequest)?,
        _ => return Err(Problem::bad("from and to go together")),
    };
    if period.days() > most {
        return Err(Problem::bad(format!(
            "the period has {} days; at most {most} are told at once",
            period.days()
        )));
    }
    Ok(Some(period))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str) -> Result<PageAsk, Problem> {
        PageAsk::read(Params::parse(Some(query)).expect("a query"))
    }

    #[test]
    fn addresses_are_read_strictly() {
        let asked =
            page("periode=2026-11&commune=44143&tri=-octets&selon=logiciel").expect("valid");
        assert_eq!(asked.account.as_ref().map(Booked::as_str), Some("44143"));
        assert!(asked.by_client && asked.sort.down);
        // What a form sends of inputs left empty.
        assert_eq!(
            page("periode=&from=&to=&commune=").expect("valid").choice,
            Choice::Recent
        );
        for wrong in [
            "periode=hier",
            "periode=2026&from=2026-01-01&to=2026-01-02",
            "from=2026-01-01",
            "from=2026-01-02&to=2026-01-01",
            "from=2020-01-01&to=2026-01-01",
            "from=hier&to=2026-01-01",
            "commune=nantes",
            "tri=prix",
            "selon=jour",
            "page=2",
        ] {
            assert!(
                matches!(page(wrong), Err(Problem::BadRequest(_))),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_file_without_days_tells_the_last_thirty() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).expect("a day");
        let read = |query: &str| FileAsk::read(Params::parse(Some(query)).expect("a query"), today);
        let asked = read("").expect("valid");
        assert_eq!((asked.period.days(), asked.by), (30, By::Day));
        assert!(read("by=couche").is_err() && read("periode=2026").is_err());
    }
}
