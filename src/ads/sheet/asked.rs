//! Of which day the rules are asked: `date=`, two dates, or the day that a file's law freezes.

use std::collections::HashMap;

use chrono::{Days, NaiveDate, Utc};
use serde_json::{Value as Json, json};

use super::{FILES, RULES};
use crate::ads::deadline::rules_day;
use crate::ads::reference::{self, Context, Outcome, Places};
use crate::model::{Params, Problem, shown};
use crate::ogc::ask::Ask;
use crate::store::ads::State;

/// What the parameters ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// The day whose rules the sheet tells; today's when absent.
    pub day: Option<NaiveDate>,
    /// An earlier day, to tell what changed since.
    pub since: Option<NaiveDate>,
    /// The number of the file whose day it is, and the article that says so.
    pub file: Option<(String, String)>,
}

/// Rules as they were published on a day.
#[derive(Debug, Clone)]
pub(super) struct Past {
    /// The layers that were published at the day's end.
    pub states: HashMap<String, State>,
}

impl Asked {
    /// Takes `date` and `dossier` from the parameters.
    ///
    /// # Errors
    /// 400 for what is no day, or a day to come; 404 for a file that there is not.
    pub async fn read(ask: &Ask, params: &mut Params) -> Result<Self, Problem> {
        let (date, file) = (params.take("date"), params.take("dossier"));
        match (date, file) {
            (None, None) => Ok(Self::default()),
            (Some(_), Some(_)) => Err(Problem::bad(
                "date et dossier s’excluent : un dossier dit le jour dont les règles s’appliquent",
            )),
            (Some(date), None) => Self::dated(&date, ask.app.territory.day(Utc::now())),
            (None, Some(number)) => of_file(ask, &number).await,
        }
    }

    fn dated(text: &str, today: NaiveDate) -> Result<Self, Problem> {
        let day = |text: &str| {
            let day: NaiveDate = text.parse().map_err(|_| {
                Problem::bad(format!(
                    "date={} n’est pas un jour (AAAA-MM-JJ), ni deux (AAAA-MM-JJ/AAAA-MM-JJ)",
                    shown(text)
                ))
            })?;
            if day > today {
                return Err(Problem::bad(format!("date={day} : ce jour est à venir")));
            }
            Ok(day)
        };
        match text.split_once('/') {
            None => Ok(Self {
                day: Some(day(text)?),
                ..Self::default()
            }),
            Some((from, to)) => {
                let (from, to) = (day(from)?, day(to)?);
                if from > to {
                    return Err(Problem::bad(format!(
                        "date={from}/{to} : le premier jour suit le second"
                    )));
                }
                Ok(Self {
                    day: Some(to),
                    since: Some(from),
                    file: None,
                })
            }
        }
    }

    /// The parameters as an address has them, after `?`; empty for the rules of today.
    pub fn query(&self) -> String {
        match (&self.file, self.since, self.day) {
            (Some((number, _)), ..) => {
                let number = percent_encoding::utf8_percent_encode(
                    number,
                    percent_encoding::NON_ALPHANUMERIC,
                );
                format!("dossier={number}")
            }
            (None, Some(since), Some(day)) => format!("date={since}/{day}"),
            (None, None, Some(day)) => format!("date={day}"),
            _ => String::new(),
        }
    }

    /// What the sheet says of it; null for the rules of today, asked for as such.
    pub(super) fn told(&self) -> Json {
        match &self.file {
            Some((number, article)) => {
                json!({"date": self.day, "dossier": number, "article": article})
            }
            None if self.day.is_some() => json!({"date": self.day}),
            None => Json::Null,
        }
    }
}

/// The rules of a day, as published at its end.
///
/// # Errors
/// 503 when the database does not answer.
pub(super) async fn past(ask: &Ask, day: NaiveDate) -> Result<Past, Problem> {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    let before = ask.app.territory.begins(next);
    let states = ask.app.store.published(&RULES, Some(before)).await?;
    Ok(Past { states })
}

/// The day of a file: that of its certificate, of its decision, or today.
async fn of_file(ask: &Ask, number: &str) -> Result<Asked, Problem> {
    let context = Context {
        commune: None,
        places: &Places::default(),
    };
    let Outcome::File(number) = reference::parse(number, &context) else {
        return Err(Problem::bad(format!(
            "dossier={} n’est pas un numéro de dossier, par exemple PC 044 109 26 A0001",
            shown(number)
        )));
    };
    let view = ask.app.view(FILES, &ask.caller)?;
    let row = async |number: String| -> Result<Option<Json>, Problem> {
        let found = ask.app.store.rows_with(&view, "numero", &[number]).await?;
        let Some(row) = found.rows.first() else {
            return Ok(None);
        };
        let feature = row.feature(&view.kinds())?;
        Ok(Some(Json::Object(crate::ads::lookup::object(
            &view,
            &feature.values,
        ))))
    };
    let number = number.to_string();
    let file = row(number.clone())
        .await?
        .ok_or_else(|| Problem::NotFound(format!("aucun dossier {number} n’est publié")))?;
    let day = |file: &Json, field: &str| -> Option<NaiveDate> {
        file[field].as_str().and_then(|text| text.parse().ok())
    };
    let certificate = match file["certificat"].as_str() {
        Some(certificate) => row(certificate.to_owned()).await?,
        None => None,
    };
    let issued = certificate.and_then(|found| day(&found, "date_decision"));
    let rules = match day(&file, "date_depot") {
        Some(deposit) => rules_day(
            deposit,
            day(&file, "date_decision"),
            issued.map(|issued| (issued, 0)),
        ),
        None => rules_day(NaiveDate::MIN, day(&file, "date_decision"), None),
    };
    Ok(Asked {
        day: rules.day,
        since: None,
        file: Some((number, rules.article)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_day_or_two_in_their_order() {
        let today = day("2026-11-30");
        let one = Asked::dated("2025-06-30", today).expect("a day");
        assert_eq!((one.day, one.since), (Some(day("2025-06-30")), None));
        assert_eq!(one.query(), "date=2025-06-30");
        let two = Asked::dated("2025-01-01/2025-06-30", today).expect("two days");
        assert_eq!(
            (two.since, two.day),
            (Some(day("2025-01-01")), Some(day("2025-06-30")))
        );
        assert_eq!(two.query(), "date=2025-01-01/2025-06-30");
        for wrong in [
            "2025-02-30",
            "30/06/2025",
            "2026-12-01",
            "2025-06-30/2025-01-01",
            "",
        ] {
            assert!(Asked::dated(wrong, today).is_err(), "{wrong}");
        }
    }
}
