//! Which days a page of use shows, as its reader chooses them.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use super::words;
use crate::model::Period;

/// Months and years that are offered.
const MONTHS: u32 = 13;
const YEARS: i32 = 3;

/// What the reader chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The last thirty days, today included.
    Recent,
    /// A month, by its first day.
    Month(NaiveDate),
    /// A year.
    Year(i32),
    /// Days of their own choice.
    Days(Period),
}

impl Choice {
    /// Reads `30j`, `2026-11` or `2026`.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "30j" {
            return Some(Self::Recent);
        }
        match text.split_once('-') {
            Some((year, month)) if year.len() == 4 && month.len() == 2 => {
                NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1).map(Self::Month)
            }
            None if text.len() == 4 => {
                let year = text.parse().ok()?;
                Period::year(year).map(|_| Self::Year(year))
            }
            _ => None,
        }
    }

    /// As addresses write it.
    pub fn query(self) -> String {
        match self {
            Self::Days(Period { from, to }) => format!("from={from}&to={to}"),
            other => format!("periode={}", other.value()),
        }
    }

    fn value(self) -> String {
        match self {
            Self::Recent => "30j".to_owned(),
            Self::Month(first) => first.format("%Y-%m").to_string(),
            Self::Year(year) => year.to_string(),
            Self::Days(_) => String::new(),
        }
    }

    fn title(self) -> String {
        match self {
            Self::Recent => "30 derniers jours".to_owned(),
            Self::Month(first) => words::month(first),
            Self::Year(year) => year.to_string(),
            Self::Days(_) => "Autres dates".to_owned(),
        }
    }

    /// The days, on that day.
    pub fn period(self, today: NaiveDate) -> Period {
        let of = |from: Option<NaiveDate>, to: Option<NaiveDate>| {
            let from = from.unwrap_or(today);
            Period {
                from,
                to: to.unwrap_or(today).max(from),
            }
        };
        match self {
            Self::Recent => of(today.checked_sub_days(Days::new(29)), Some(today)),
            Self::Month(first) => {
                let next = first.checked_add_months(Months::new(1));
                of(Some(first), next.and_then(|next| next.pred_opt()))
            }
            Self::Year(year) => Period::year(year).unwrap_or_else(|| of(None, None)),
            Self::Days(period) => period,
        }
    }
}

/// One line of the list to choose from.
#[derive(Debug)]
pub(super) struct Offered {
    pub value: String,
    pub title: String,
    pub chosen: bool,
}

/// A heading of the list, and its lines.
pub(super) type Group = (&'static str, Vec<Offered>);

/// The list to choose from, and what was chosen.
#[derive(Debug, Clone, Copy)]
pub struct Choices {
    /// What was chosen.
    pub chosen: Choice,
    /// Today, in the territory.
    pub today: NaiveDate,
}

impl Choices {
    /// The days chosen.
    pub fn period(self) -> Period {
        self.chosen.period(self.today)
    }

    pub(super) fn groups(self) -> Vec<Group> {
        let first = self.today.with_day(1).unwrap_or(self.today);
        let months: Vec<Choice> = (0..MONTHS)
            .filter_map(|back| first.checked_sub_months(Months::new(back)))
            .map(Choice::Month)
            .collect();
        let years: Vec<Choice> = (0..YEARS)
            .map(|back| Choice::Year(self.today.year() - back))
            .collect();
        let known = |choice: &Choice| {
            *choice == Choice::Recent || months.contains(choice) || years.contains(choice)
        };
        let other: Vec<Choice> = Some(self.chosen)
            .filter(|it| !known(it))
            .into_iter()
            .collect();
        let offer = |choice: Choice| Offered {
            value: choice.value(),
            title: choice.title(),
            chosen: choice == self.chosen,
        };
        let group = |title, list: Vec<Choice>| (title, list.into_iter().map(offer).collect());
        let mut groups = vec![group("Derniers jours", vec![Choice::Recent])];
        if !other.is_empty() {
            groups.push(group("Période affichée", other));
        }
        groups.push(group("Mois", months));
        groups.push(group("Année", years));
        groups
    }

    /// The days in words: `du 26 octobre au 24 novembre 2026`.
    pub(super) fn says(self) -> String {
        let Period { from, to } = self.period();
        match self.chosen {
            Choice::Month(first) => format!("en {}", words::month(first)),
            Choice::Year(year) => format!("en {year}"),
            _ if from == to => format!("le {}", words::long_day(from)),
            _ => format!("du {} au {}", words::long_day(from), words::long_day(to)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).expect("a day")
    }

    #[test]
    fn a_choice_is_days_and_an_address() {
        let days = |text: &str| {
            let period = Choice::parse(text).expect("a choice").period(today());
            format!("{} {}", period.from, period.to)
        };
        assert_eq!(days("30j"), "2026-10-26 2026-11-24");
        assert_eq!(days("2024-02"), "2024-02-01 2024-02-29");
        assert_eq!(days("2025"), "2025-01-01 2025-12-31");
        for wrong in ["", "31j", "2025-13", "20255", "2025-1", "x", "-001"] {
            assert_eq!(Choice::parse(wrong), None, "{wrong}");
        }
        let month = Choice::parse("2024-02").expect("a month");
        assert_eq!(month.query(), "periode=2024-02");
    }

    #[test]
    fn what_was_chosen_is_among_what_is_offered() {
        for chosen in [
            Choice::Recent,
            Choice::Year(2019),
            Choice::Month(today().with_day(1).expect("a day")),
        ] {
            let choices = Choices {
                chosen,
                today: today(),
            };
            let lines = choices.groups().into_iter().flat_map(|(_, lines)| lines);
            assert_eq!(lines.filter(|line| line.chosen).count(), 1, "{chosen:?}");
        }
        let choices = Choices {
            chosen: Choice::Recent,
            today: today(),
        };
        assert_eq!(choices.says(), "du 26 octobre 2026 au 24 novembre 2026");
    }
}
