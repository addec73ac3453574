//! What follows a decision: how long it holds, until when it can be attacked or withdrawn, and
//! which day's rules a file is looked at with.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::calendar::{add_months, next_working_day};
use super::rules::rules;

/// How long a permit or a non-opposition holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Validity {
    /// The last day on which works may begin.
    pub until: NaiveDate,
    /// The last day to ask for a year more; none when none is left.
    pub ask_before: Option<NaiveDate>,
    /// The articles that made it.
    pub articles: Vec<String>,
}

/// Validity of a permit decided on `decided` (its own day, or the tacit one), which runs from
/// `effective` (the notification, or the tacit day), after `extensions` of a year.
///
/// Litigation suspends it (R424-19), which is not computed here.
pub fn validity(decided: NaiveDate, effective: NaiveDate, extensions: u8) -> Validity {
    let law = &rules().validity;
    let granted = i32::from(extensions).min(law.extensions);
    let mut months = law.months + granted * law.extension_months;
    let mut left = law.extensions - granted;
    let mut articles = vec![law.article.clone()];
    if granted > 0 {
        articles.push(law.extension_article.clone());
    }
    let measure = law.measures.iter().find(|measure| {
        (measure.decided_from..=measure.decided_until).contains(&decided)
            && add_months(effective, months) >= measure.valid_on
    });
    if let Some(measure) = measure {
        months = measure.months.unwrap_or(months) + measure.add_months.unwrap_or(0);
        left = measure.extensions.unwrap_or(left);
        articles.push(measure.article.clone());
    }
    let until = add_months(effective, months);
    if left > 0 {
        articles.push(law.ask_article.clone());
    }
    Validity {
        until,
        ask_before: (left > 0).then(|| add_months(until, -law.ask_before_months)),
        articles,
    }
}

/// The day after which a permit has lapsed because works, begun in time, stopped on `stopped`:
/// a year of interruption, counted from the end of the validity at the earliest (R424-17).
pub fn lapse(validity_until: NaiveDate, stopped: NaiveDate) -> NaiveDate {
    add_months(
        stopped.max(validity_until),
        rules().validity.interruption_months,
    )
}

/// How long a certificat d'urbanisme holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CuValidity {
    /// The last day.
    pub until: NaiveDate,
    /// The last day to ask for a year more.
    pub ask_before: NaiveDate,
    /// The articles that made it.
    pub articles: Vec<String>,
}

/// Validity of a certificate issued or tacitly born on `issued`, after `extensions` of a year.
pub fn certificate(issued: NaiveDate, extensions: u8) -> CuValidity {
    let law = &rules().certificate;
    let until = add_months(
        issued,
        law.months + i32::from(extensions) * law.extension_months,
    );
    let mut articles = vec![law.article.clone()];
    if extensions > 0 {
        articles.push(law.extension_article.clone());
    }
    CuValidity {
        until,
        ask_before: add_months(until, -law.ask_before_months),
        articles,
    }
}

/// The day on which silence extends a certificate, when that was asked on `asked`.
pub fn certificate_extended(asked: NaiveDate) -> Term {
    let law = &rules().certificate;
    Term {
        until: add_months(asked, law.silence_months),
        article: law.silence_article.clone(),
    }
}

/// The day whose rules a file is looked at with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RulesDay {
    /// That day; today's rules when absent.
    pub day: Option<NaiveDate>,
    /// Why.
    pub article: String,
}

/// The rules of a file deposited on `deposit` and decided on `decided`: those of its
/// certificate's day when one (`issued`, with its extensions) still held at the deposit, else of
/// the decision's day, else today's.
pub fn rules_day(
    deposit: NaiveDate,
    decided: Option<NaiveDate>,
    certificate_of: Option<(NaiveDate, u8)>,
) -> RulesDay {
    let law = &rules().certificate;
    let frozen = certificate_of.filter(|(issued, extensions)| {
        *issued <= deposit && deposit <= certificate(*issued, *extensions).until
    });
    match frozen {
        Some((issued, _)) => RulesDay {
            day: Some(issued),
            article: law.article.clone(),
        },
        None => RulesDay {
            day: decided,
            article: "L421-6".to_owned(),
        },
    }
}

/// Until when the rules of a subdivision's day still apply to permits inside it: five years from
/// the non-opposition to its declaration or, of a permit, from its completion. While a permitted
/// one is not completed (`from` absent), they apply without end.
pub fn subdivision_freeze(from: Option<NaiveDate>) -> Option<Term> {
    let law = &rules().subdivision;
    from.map(|day| Term {
        until: add_months(day, law.months),
        article: law.article.clone(),
    })
}

/// The end of a time to act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Term {
    /// The last day.
    pub until: NaiveDate,
    /// Its article.
    pub article: String,
}

/// The last day for third parties to attack what is posted without a break since `posted`: two
/// whole months (*francs*), neither the first day nor the last counted, then a working day.
pub fn recourse(posted: NaiveDate) -> Term {
    let law = &rules().recourse;
    Term {
        until: next_working_day(add_months(day_after(posted, 1), law.months)),
        article: law.article.clone(),
    }
}

/// The last day to attack what was never posted, from the completion of works.
pub fn recourse_unposted(completed: NaiveDate) -> Term {
    let law = &rules().recourse;
    Term {
        until: next_working_day(add_months(completed, law.unposted_months)),
        article: law.unposted_article.clone(),
    }
}

/// The last day to notify a recourse filed on `filed` to the author and the holder: fifteen
/// clear days.
pub fn recourse_notice(filed: NaiveDate) -> Term {
    let law = &rules().recourse;
    Term {
        until: next_working_day(day_after(filed, law.notice_days + 1)),
        article: law.notice_article.clone(),
    }
}

/// The last day to ask the author of a decision of `decided`, posted on `posted`, to take it back
/// (*recours gracieux*), and whether asking extends the time for the court: not since 2025.
pub fn gracious(decided: NaiveDate, posted: NaiveDate) -> (Term, bool) {
    let law = &rules().recourse;
    if decided < law.gracious_since {
        return (recourse(posted), true);
    }
    let term = Term {
        until: next_working_day(add_months(day_after(posted, 1), law.gracious_months)),
        article: law.gracious_article.clone(),
    };
    (term, false)
}

/// The last day on which the withdrawal of an unlawful permit can be notified.
pub fn withdrawal(decided: NaiveDate) -> Term {
    let law = &rules().withdrawal;
    Term {
        until: add_months(decided, law.months),
        article: law.article.clone(),
    }
}

fn day_after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    /// Decided, effective, extensions granted → until, last day to ask.
    #[test]
    fn a_permit_holds_three_years_and_what_the_decree_adds() {
        let cases = [
            // After the decree's window: three years, two extensions possible.
            (
                "2024-06-01",
                "2024-06-05",
                0,
                "2027-06-05",
                Some("2027-04-05"),
            ),
            (
                "2024-06-01",
                "2024-06-05",
                1,
                "2028-06-05",
                Some("2028-04-05"),
            ),
            ("2024-06-01", "2024-06-05", 2, "2029-06-05", None),
            // No third extension.
            ("2024-06-01", "2024-06-05", 3, "2029-06-05", None),
            // The window's two ends: five years, no extension.
            ("2022-05-28", "2022-06-02", 0, "2027-06-02", None),
            ("2024-05-28", "2024-05-28", 0, "2029-05-28", None),
            (
                "2024-05-29",
                "2024-05-29",
                0,
                "2027-05-29",
                Some("2027-03-29"),
            ),
            // Before it: a year more, when still valid on 27/05/2025…
            (
                "2022-05-27",
                "2022-05-27",
                0,
                "2026-05-27",
                Some("2026-03-27"),
            ),
            (
                "2021-06-10",
                "2021-06-10",
                1,
                "2026-06-10",
                Some("2026-04-10"),
            ),
            // … which this one was not: it ended on 10/06/2024.
            (
                "2021-06-10",
                "2021-06-10",
                0,
                "2024-06-10",
                Some("2024-04-10"),
            ),
            ("2020-12-31", "2020-12-31", 2, "2025-12-31", None),
            // A leap day.
            ("2024-02-29", "2024-02-29", 0, "2029-02-28", None),
        ];
        for (decided, effective, extensions, until, ask) in cases {
            let found = validity(day(decided), day(effective), extensions);
            assert_eq!(found.until, day(until), "{decided} {extensions}");
            assert_eq!(found.ask_before, ask.map(day), "{decided} {extensions}");
        }
    }

    #[test]
    fn works_may_stop_a_year_once_the_validity_has_ended() {
        assert_eq!(
            lapse(day("2027-06-05"), day("2026-01-10")),
            day("2028-06-05")
        );
        assert_eq!(
            lapse(day("2027-06-05"), day("2027-09-10")),
            day("2028-09-10")
        );
    }

    #[test]
    fn a_certificate_holds_eighteen_months_and_years_added_once() {
        let found = certificate(day("2026-08-31"), 0);
        assert_eq!(found.until, day("2028-02-29"));
        assert_eq!(found.ask_before, day("2027-12-29"));
        // 18 + 12 months from the start, not from 29/02/2028.
        assert_eq!(certificate(day("2026-08-31"), 1).until, day("2029-02-28"));
        assert_eq!(certificate(day("2026-01-15"), 2).until, day("2029-07-15"));
        assert_eq!(
            certificate_extended(day("2027-12-29")).until,
            day("2028-02-29")
        );
    }

    #[test]
    fn the_rules_are_those_of_the_certificate_then_of_the_decision() {
        let cu = Some((day("2025-01-31"), 0));
        // 31/01/2025 + 18 months is 31/07/2026.
        assert_eq!(
            rules_day(day("2026-07-31"), None, cu).day,
            Some(day("2025-01-31"))
        );
        assert_eq!(rules_day(day("2026-08-01"), None, cu).day, None);
        assert_eq!(
            rules_day(day("2026-08-01"), None, Some((day("2025-01-31"), 1))).day,
            Some(day("2025-01-31"))
        );
        let decided = Some(day("2026-11-02"));
        assert_eq!(rules_day(day("2026-08-01"), decided, cu).day, decided);
        assert_eq!(
            rules_day(day("2026-07-01"), decided, cu).day,
            Some(day("2025-01-31"))
        );
        // A certificate issued after the deposit freezes nothing for it.
        assert_eq!(rules_day(day("2025-01-30"), decided, cu).day, decided);
        let term = subdivision_freeze(Some(day("2024-02-29")));
        assert_eq!(term.map(|term| term.until), Some(day("2029-02-28")));
        assert_eq!(subdivision_freeze(None), None);
    }

    #[test]
    fn recourse_counts_whole_months_and_ends_on_a_working_day() {
        for (posted, until) in [
            // The example of the law's commentators: 01/07 → 02/09, a Wednesday in 2026.
            ("2026-07-01", "2026-09-02"),
            // 02/05 + 2 months → 03/07, a Friday.
            ("2026-05-02", "2026-07-03"),
            // 13/06 → 14/08/2026, a Friday; 14/06 → 15/08, a holiday and a Saturday → Monday.
            ("2026-06-13", "2026-08-14"),
            ("2026-06-14", "2026-08-17"),
            // 30/12 → 31/12 + 2 months → 28/02/2027, a Sunday → Monday.
            ("2026-12-30", "2027-03-01"),
            // 12/05 → 13/07; the eve: 13/05 → 14/07, a holiday → 15/07.
            ("2026-05-12", "2026-07-13"),
            ("2026-05-13", "2026-07-15"),
        ] {
            assert_eq!(recourse(day(posted)).until, day(until), "{posted}");
        }
        // 15/10/2026 + 6 months → 15/04/2027, a Thursday.
        assert_eq!(
            recourse_unposted(day("2026-10-15")).until,
            day("2027-04-15")
        );
        // 01/09 + 16 days → 17/09/2026, a Thursday.
        assert_eq!(recourse_notice(day("2026-09-01")).until, day("2026-09-17"));
        // 10/09 + 16 → Saturday 26/09 → Monday 28/09.
        assert_eq!(recourse_notice(day("2026-09-10")).until, day("2026-09-28"));
        assert_eq!(withdrawal(day("2026-11-30")).until, day("2027-02-28"));
    }

    /// Decided the day before the law: two months, and the court's time is extended.
    #[test]
    fn asking_the_author_no_longer_extends_the_time_for_the_court() {
        let (term, extends) = gracious(day("2025-11-27"), day("2025-12-01"));
        assert_eq!((term.until, extends), (day("2026-02-02"), true));
        let (term, extends) = gracious(day("2025-11-28"), day("2025-12-01"));
        assert_eq!((term.until, extends), (day("2026-01-02"), false));
    }
}
