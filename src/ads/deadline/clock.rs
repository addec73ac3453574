//! From events to the limit, to what silence means then, and to why.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::calendar::add_months;
use super::events::{Event, Fault, File};
use super::kinds::EventKind;
use super::pieces::Pieces;
use super::rules::{TypeRule, rules};

/// What the silence of the authority means when the limit has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    /// A tacit permit.
    Granted,
    /// A tacit non-opposition.
    NotOpposed,
    /// A tacit certificate: the rules are frozen, no project is certified.
    TacitCu,
    /// The request is tacitly rejected: pieces did not come.
    RejectedPieces,
    /// The declaration is tacitly opposed: pieces did not come.
    OpposedPieces,
    /// The permit is tacitly refused (R424-2 and after).
    Refused,
    /// The declaration is tacitly opposed (R424-2-1).
    Opposed,
}

impl Silence {
    /// In French, for a sentence.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Granted => "permis tacite",
            Self::NotOpposed => "non-opposition tacite",
            Self::TacitCu => "certificat tacite",
            Self::RejectedPieces => "rejet tacite, faute des pièces",
            Self::OpposedPieces => "opposition tacite, faute des pièces",
            Self::Refused => "refus tacite",
            Self::Opposed => "opposition tacite",
        }
    }
}

/// One step of the reasoning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its article.
    pub article: String,
    /// What follows from it, in French.
    pub text: String,
}

/// The clock of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// The day from which the period runs; none while pieces are missing.
    pub start: Option<NaiveDate>,
    /// The last day: the tacit decision is born at its end and bears its date.
    pub limit: NaiveDate,
    /// What silence means then.
    pub silence: Silence,
    /// The articles that made it, in the order of the reasoning.
    pub articles: Vec<String>,
    /// Always true: the computation informs, it does not decide.
    pub indicative: bool,
    /// Months of the whole period; none while pieces are missing.
    pub months: Option<i32>,
    /// The limit of the rules, when the one that was imported prevails over it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub computed_limit: Option<NaiveDate>,
    /// Why, step by step.
    pub reasoning: Vec<Step>,
    /// What the reader must look at, in French.
    pub warnings: Vec<String>,
}

/// Computes the clock of a file.
///
/// # Errors
/// When there is not exactly one deposit, or an event precedes it.
pub fn compute(file: &File) -> Result<Deadline, Fault> {
    let mut clock = Clock::new(file)?;
    let pieces = clock.pieces();
    let mut deadline = match pieces {
        Pieces::Missing(limit) => clock.incomplete(limit),
        Pieces::Complete(day) => clock.running(day),
    };
    clock.decided(&deadline);
    deadline.reasoning = clock.steps;
    for step in &deadline.reasoning {
        if !deadline.articles.contains(&step.article) {
            deadline.articles.push(step.article.clone());
        }
    }
    if let Some(imported) = file.imported_limit
        && imported != deadline.limit
    {
        clock.warnings.push(format!(
            "la date limite importée ({}) prévaut sur celle qui est calculée ({})",
            french(imported),
            french(deadline.limit)
        ));
        deadline.computed_limit = Some(deadline.limit);
        deadline.limit = imported;
    }
    deadline.warnings = clock.warnings;
    Ok(deadline)
}

/// The reasoning as it goes.
pub(super) struct Clock<'a> {
    pub(super) file: &'a File,
    pub(super) rule: &'static TypeRule,
    events: Vec<&'a Event>,
    pub(super) deposit: NaiveDate,
    steps: Vec<Step>,
    pub(super) warnings: Vec<String>,
}

impl<'a> Clock<'a> {
    /// Puts events in the order of their dates; those of one day keep theirs.
    fn new(file: &'a File) -> Result<Self, Fault> {
        let mut events: Vec<&Event> = file.events.iter().collect();
        events.sort_by_key(|event| event.date);
        let mut deposits = events
            .iter()
            .filter(|event| event.kind == EventKind::Deposit);
        let fault = |part: &str, message: &str| Fault {
            part: part.to_owned(),
            message: message.to_owned(),
        };
        let Some(deposit) = deposits.next().map(|event| event.date) else {
            return Err(fault(
                "events",
                "l’événement « deposit » manque : le délai court du dépôt",
            ));
        };
        if let Some(second) = deposits.next() {
            return Err(fault(
                &second.date.to_string(),
                "un dossier n’a qu’un dépôt ; des pièces reçues sont « pieces_received » ou \
                 « pieces_complete »",
            ));
        }
        if let Some(early) = events.iter().find(|event| event.date < deposit) {
            return Err(Fault {
                part: format!("{} {}", early.date, early.kind.as_str()),
                message: format!("cet événement précède le dépôt du {}", french(deposit)),
            });
        }
        let mut clock = Self {
            file,
            rule: rules().of(file.kind),
            events,
            deposit,
            steps: Vec::new(),
            warnings: Vec::new(),
        };
        if file.nature_unknown {
            clock.warnings.push(format!(
                "la nature du dossier n’est pas connue : le délai le plus court est retenu ({})",
                clock.rule.title
            ));
        }
        Ok(clock)
    }

    /// Adds a step to the reasoning.
    pub(super) fn step(&mut self, article: &str, text: String) {
        self.steps.push(Step {
            article: article.to_owned(),
            text,
        });
    }

    /// The events of a kind, by date.
    pub(super) fn of(&self, kind: EventKind) -> impl Iterator<Item = &'a Event> + use<'a, '_> {
        self.events
            .iter()
            .copied()
            .filter(move |event| event.kind == kind)
    }

    fn incomplete(&mut self, limit: NaiveDate) -> Deadline {
        let silence = self.rule.pieces;
        if silence == Silence::RejectedPieces && self.rule.silence == Silence::TacitCu {
            self.warnings.push(
                "le code ne dit pas ce que devient un certificat dont les pièces n’arrivent pas"
                    .to_owned(),
            );
        }
        self.deadline(None, limit, silence, None)
    }

    /// The period of a complete file.
    fn running(&mut self, complete: NaiveDate) -> Deadline {
        let law = &rules().start;
        let report = self
            .of(EventKind::InquiryReport)
            .last()
            .map(|event| event.date);
        let start = match report {
            Some(report) if report > complete => {
                self.step(
                    &law.inquiry_article,
                    format!("après l’enquête publique, le délai court de la réception du rapport, le {}", french(report)),
                );
                self.warnings.push(format!(
                    "après une enquête publique, {} peut fixer une autre durée : vérifiez-la, et \
                     importez la date limite",
                    law.inquiry_period_article
                ));
                report
            }
            _ => {
                self.step(
                    &law.complete_article,
                    format!(
                        "le délai court de la réception d’un dossier complet, le {}",
                        french(complete)
                    ),
                );
                complete
            }
        };
        self.step(
            &self.rule.article,
            format!("{} : {} mois", self.rule.title, self.rule.months),
        );
        let months = self.extended();
        let months = self.prolonged(start, months);
        let limit = add_months(start, months);
        let silence = self.silence(limit);
        self.deadline(Some(start), limit, silence, Some(months))
    }

    /// What silence means for a complete file, at that limit or the imported one.
    fn silence(&mut self, limit: NaiveDate) -> Silence {
        let limit = self.file.imported_limit.unwrap_or(limit);
        let refusal = rules().refusals.iter().find(|refusal| {
            refusal.types.contains(&self.file.kind)
                && refusal.since.is_none_or(|since| self.deposit >= since)
                && self
                    .of(refusal.event)
                    .any(|event| !refusal.in_time || event.date <= limit)
        });
        if let Some(refusal) = refusal {
            let (silence, word) = match self.rule.silence {
                Silence::NotOpposed => (Silence::Opposed, "opposition"),
                _ => (Silence::Refused, "refus"),
            };
            self.step(
                &refusal.article,
                format!("le silence vaut ici {word}, par exception"),
            );
            return silence;
        }
        let meaning = match self.rule.silence {
            Silence::TacitCu => {
                "le silence vaut certificat tacite : il fige les règles, sans rien dire du projet"
            }
            Silence::NotOpposed => "le silence vaut non-opposition",
            _ => "le silence vaut accord",
        };
        self.step(&self.rule.silence_article, meaning.to_owned());
        self.rule.silence
    }

    /// Says when a decision came too late, or when the file is closed otherwise.
    fn decided(&mut self, deadline: &Deadline) {
        let withdrawn = self.of(EventKind::Withdrawn).next().map(|event| event.date);
        if let Some(day) = withdrawn {
            self.warnings
                .push(format!("le demandeur s’est désisté le {}", french(day)));
        }
        let notified = self.of(EventKind::Notification).next();
        let Some(event) = notified.or_else(|| self.of(EventKind::Decision).next()) else {
            return;
        };
        if event.kind == EventKind::Decision {
            self.warnings.push(
                "la date de la décision est prise pour celle de sa notification, qui seule compte"
                    .to_owned(),
            );
        }
        let limit = self.file.imported_limit.unwrap_or(deadline.limit);
        if event.date > limit {
            self.warnings.push(format!(
                "la décision du {} vient après la décision tacite née le {}",
                french(event.date),
                french(limit)
            ));
        }
    }

    fn deadline(
        &self,
        start: Option<NaiveDate>,
        limit: NaiveDate,
        silence: Silence,
        months: Option<i32>,
    ) -> Deadline {
        Deadline {
            start,
            limit,
            silence,
            articles: Vec::new(),
            indicative: true,
            months,
            computed_limit: None,
            reasoning: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

/// `31/01/2027`.
pub(super) fn french(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}
