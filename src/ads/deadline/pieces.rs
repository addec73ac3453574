//! When a file is complete: pieces asked for, and pieces that came.

use chrono::NaiveDate;

use super::calendar::add_months;
use super::clock::{Clock, french};
use super::events::Event;
use super::kinds::EventKind;
use super::rules::rules;

/// Where the pieces stand.
pub(super) enum Pieces {
    /// Complete, or deemed so, that day.
    Complete(NaiveDate),
    /// Not all in by that day, after which the file is rejected.
    Missing(NaiveDate),
}

impl Clock<'_> {
    /// When the file is complete. Of several requests within the month the last counts: it takes
    /// the place of the others.
    pub(super) fn pieces(&mut self) -> Pieces {
        let law = &rules().pieces;
        let until = add_months(self.deposit, law.request_months);
        let (timely, late): (Vec<&Event>, Vec<&Event>) = self
            .of(EventKind::RequestPieces)
            .partition(|event| event.date <= until);
        self.unasked(timely.is_empty() && late.is_empty());
        for event in late {
            self.step(
                &law.late_article,
                format!(
                    "la demande de pièces du {} vient après le mois du dépôt (fini le {}) : elle ne \
                     change rien",
                    french(event.date),
                    french(until)
                ),
            );
        }
        let Some(request) = timely.last() else {
            self.step(
                &law.deemed_complete_article,
                format!(
                    "sans demande de pièces notifiée jusqu’au {}, le dossier est réputé complet \
                     depuis son dépôt",
                    french(until)
                ),
            );
            return Pieces::Complete(self.deposit);
        };
        self.step(
            &law.request_article,
            format!(
                "les pièces manquantes ont été demandées le {}, dans le mois du dépôt",
                french(request.date)
            ),
        );
        if timely.len() > 1 {
            self.step(
                &law.second_request_article,
                "de plusieurs demandes faites dans le mois, la dernière remplace les autres"
                    .to_owned(),
            );
        }
        let limit = add_months(request.date, law.answer_months);
        let answer = self.answer(request.date);
        let (text, pieces) = match answer {
            Some(day) if day <= limit => (
                format!(
                    "toutes les pièces sont arrivées le {}, avant la fin des trois mois",
                    french(day)
                ),
                Pieces::Complete(day),
            ),
            Some(day) => (
                format!(
                    "les pièces sont arrivées le {}, après la fin des trois mois ({})",
                    french(day),
                    french(limit)
                ),
                Pieces::Missing(limit),
            ),
            None => (
                format!(
                    "toutes les pièces doivent être arrivées le {} au plus tard",
                    french(limit)
                ),
                Pieces::Missing(limit),
            ),
        };
        self.step(&law.answer_article, text);
        pieces
    }

    /// Says that pieces came which no request is known to have asked for: without one within the
    /// month the file is deemed complete since its deposit.
    fn unasked(&mut self, no_request: bool) {
        let came = self
            .of(EventKind::PiecesComplete)
            .chain(self.of(EventKind::PiecesReceived))
            .map(|event| event.date)
            .max();
        if let Some(day) = came.filter(|day| no_request && *day > self.deposit) {
            self.warnings.push(format!(
                "la demande de pièces n’est pas datée : le délai court du dépôt, et non du dossier \
                 complété le {} ; si elle a été notifiée dans le mois, ajoutez « request_pieces »",
                french(day)
            ));
        }
    }

    /// The day on which all pieces asked for on `request` were in.
    fn answer(&mut self, request: NaiveDate) -> Option<NaiveDate> {
        let after = |event: &&Event| event.date >= request;
        if let Some(event) = self.of(EventKind::PiecesComplete).find(after) {
            return Some(event.date);
        }
        let received: Vec<_> = self.of(EventKind::PiecesReceived).filter(after).collect();
        if received.len() > 1 {
            self.warnings.push(
                "des pièces sont arrivées en plusieurs fois : la première est comptée ; \
                 « pieces_complete » dit quand elles étaient toutes là"
                    .to_owned(),
            );
        }
        received.first().map(|event| event.date)
    }
}
