//! Extensions of a period, and its exceptional prolongations.

use chrono::NaiveDate;

use super::calendar::add_months;
use super::clock::{Clock, french};
use super::events::{Event, Extension};
use super::kinds::EventKind;
use super::rules::{ExtensionCase, rules};

impl Clock<'_> {
    /// Months of the period with its extensions: the longest of those that count, never their sum.
    pub(super) fn extended(&mut self) -> i32 {
        let law = &rules().extensions;
        let until = add_months(self.deposit, law.within_months);
        let mut longest: Option<(i32, String)> = None;
        let events: Vec<&Event> = self.of(EventKind::Extension).collect();
        for event in events {
            let Some(extension) = event.extension else {
                continue;
            };
            if event.date > until {
                self.step(
                    &law.without_effect_article,
                    format!(
                        "la prolongation notifiée le {} vient après le mois du dépôt (fini le {}) : \
                         elle est sans effet",
                        french(event.date),
                        french(until)
                    ),
                );
                continue;
            }
            let named = event.article.as_deref().map(|article| {
                law.cases.iter().find(|case| {
                    case.article
                        .split(" ou ")
                        .any(|one| article.starts_with(one))
                })
            });
            let by_length = || law.cases.iter().find(|case| case.fits(extension));
            let case = named.unwrap_or_else(by_length);
            let article = event
                .article
                .clone()
                .or_else(|| case.map(|case| case.article.clone()))
                .unwrap_or_else(|| law.other_article.clone());
            let kind = self.file.kind;
            if case.is_some_and(|case| !case.types.is_empty() && !case.types.contains(&kind)) {
                self.step(
                    &article,
                    format!(
                        "la prolongation notifiée le {} n’existe pas pour ce type de dossier : elle \
                         est sans effet",
                        french(event.date)
                    ),
                );
                continue;
            }
            if case.is_some_and(|case| case.doubtful.contains(&kind)) {
                self.warnings.push(format!(
                    "l’article {article} ne vise pas ce type de dossier ({}) : vérifiez la \
                     prolongation du {}",
                    self.rule.title,
                    french(event.date)
                ));
            }
            let months = match extension {
                Extension::Add(months) => self.rule.months + months,
                Extension::Replace(months) => months,
            };
            if longest.as_ref().is_none_or(|(most, _)| months > *most) {
                longest = Some((months, article));
            }
        }
        let Some((months, article)) = longest else {
            return self.rule.months;
        };
        self.step(
            &law.article,
            "une prolongation notifiée dans le mois du dépôt compte ; de plusieurs, la plus longue"
                .to_owned(),
        );
        self.step(&article, format!("le délai est de {months} mois en tout"));
        months
    }

    /// Exceptional prolongations, notified before the end.
    pub(super) fn prolonged(&mut self, start: NaiveDate, months: i32) -> i32 {
        let law = &rules().prolongation;
        let end = add_months(start, months);
        let mut longest = months;
        let events: Vec<&Event> = self.of(EventKind::Prolongation).collect();
        for event in events {
            if event.date > end {
                self.step(
                    &law.notice_article,
                    format!(
                        "la prolongation exceptionnelle notifiée le {} vient après la fin du délai",
                        french(event.date)
                    ),
                );
                continue;
            }
            longest = longest.max(match event.extension {
                Some(Extension::Add(more)) => months + more,
                Some(Extension::Replace(all)) => all,
                None => months,
            });
        }
        if longest > months {
            self.step(
                &law.article,
                format!("prolongation exceptionnelle : {longest} mois en tout"),
            );
        }
        longest
    }
}

impl ExtensionCase {
    fn fits(&self, extension: Extension) -> bool {
        match extension {
            Extension::Add(months) => self.add == Some(months),
            Extension::Replace(months) => self.replace == Some(months),
        }
    }
}
