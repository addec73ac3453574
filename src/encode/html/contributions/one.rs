//! `/contributions/{id}`: how far a contribution has come, what was found in it, and what its
//! contributor may do.

use askama::Template as _;

use super::super::{Html, Page, Section, Site, french};
use super::report::{Report, Reported};
use super::words::{self, Badge};
use crate::model::{ContributedVersion, Contribution, Question, Severity, Stage};

/// What the page shows of a contribution.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// It.
    pub contribution: &'a Contribution,
    /// The versions that it published.
    pub versions: &'a [ContributedVersion],
    /// Whether what it published is handed over as a file.
    pub packaged: bool,
    /// Whether the reader decides on it.
    pub decides: bool,
    /// Its outcomes.
    pub reported: Reported<'a>,
}

#[derive(askama::Template)]
#[template(path = "contribution.html")]
struct ContributionPage<'a> {
    page: Page<'a>,
    it: &'a Contribution,
    badge: Badge,
    received: String,
    weight: String,
    steps: Vec<Step>,
    questions: Vec<Asked<'a>>,
    versions: Vec<(&'a ContributedVersion, String)>,
    packaged: bool,
    decides: bool,
    figures: String,
    errors: String,
    report: Report<'a>,
}

/// One step on the way.
struct Step {
    word: &'static str,
    /// `done`, `current`, `next`; `bad` for the end of one that is refused.
    class: &'static str,
}

/// A question, and how it is answered.
struct Asked<'a> {
    question: &'a Question,
    /// Buttons to choose from; a list where other questions have the same name, or many answers.
    radio: bool,
    /// Whether an answer of the contributor's own will do.
    free: bool,
}

/// Most answers that are shown as buttons.
const BUTTONS: usize = 12;

/// The page.
///
/// # Errors
/// When the template cannot be filled.
pub fn contribution(site: Site<'_>, shown: Shown<'_>) -> Html {
    let it = shown.contribution;
    let page = Page::new(site, it.title.as_str(), Section::Contributions)
        .under("Déposer des données", "/contributions")
        .json(
            format!("/contributions/{}?f=json", it.id),
            "application/json",
        );
    let report = Report::new(shown.reported, Some(page.root()))?;
    ContributionPage {
        badge: words::stage(it),
        received: french::instant(it.received, site.zone),
        weight: words::bytes(it.bytes),
        steps: steps(it),
        questions: questions(it),
        versions: shown
            .versions
            .iter()
            .map(|version| (version, french::instant(version.at, site.zone)))
            .collect(),
        packaged: shown.packaged,
        decides: shown.decides,
        figures: figures(&report),
        errors: counted(&report, Severity::Error).unwrap_or_default(),
        report,
        page,
        it,
    }
    .render()
}

fn steps(it: &Contribution) -> Vec<Step> {
    let compared = it.outcomes.iter().any(|outcome| !outcome.scopes.is_empty());
    let (reached, end, bad) = match it.stage {
        _ if it.publisher.is_some() => (3, "Publié", false),
        Stage::Received => (0, "Publié", false),
        Stage::Checked => (1, "Publié", false),
        Stage::Compared => (2, "Publié", false),
        Stage::Asked => (1, "Publié", false),
        Stage::Published => (4, "Publié", false),
        Stage::Unchanged => (4, "Déjà publié", false),
        Stage::Rejected => (if compared { 3 } else { 2 }, "Refusé", true),
        Stage::Withdrawn => (if compared { 3 } else { 1 }, "Retiré", true),
    };
    ["Reçu", "Contrôlé", "Comparé", end]
        .into_iter()
        .enumerate()
        .map(|(place, word)| Step {
            word,
            class: match place {
                3 if bad => "bad",
                place if place < reached => "done",
                _ if bad => "skipped",
                place if place == reached => "current",
                _ => "next",
            },
        })
        .collect()
}

fn questions(it: &Contribution) -> Vec<Asked<'_>> {
    let all: Vec<&Question> = it
        .outcomes
        .iter()
        .flat_map(|outcome| &outcome.questions)
        .filter(|question| question.option != "again")
        .collect();
    all.iter()
        .map(|question| {
            let same = all.iter().filter(|other| other.option == question.option);
            let free = matches!(
                question.option.as_str(),
                "crs" | "encoding" | "scope" | "layer"
            );
            Asked {
                radio: same.count() == 1 && question.choices.len() <= BUTTONS,
                free: free || question.choices.is_empty(),
                question,
            }
        })
        .collect()
}

/// How many findings of which weight, in a line.
fn figures(report: &Report<'_>) -> String {
    let all = [Severity::Error, Severity::Repair, Severity::Warning];
    let parts: Vec<String> = all.iter().filter_map(|it| counted(report, *it)).collect();
    parts.join(", ")
}

/// How many findings of that weight; none without any.
fn counted(report: &Report<'_>, severity: Severity) -> Option<String> {
    let total = report.total(severity);
    let (one, many, _) = words::severity(severity);
    (total > 0).then(|| french::counted(total, one, many))
}

impl ContributionPage<'_> {
    fn is_refused(&self) -> bool {
        self.it.stage == Stage::Rejected
    }

    fn is_under_way(&self) -> bool {
        self.it.is_under_way()
    }

    /// What is being done, in a line.
    fn progress(&self) -> String {
        let Some(progress) = &self.it.progress else {
            return if self.it.publisher.is_some() {
                "Publication…".to_owned()
            } else {
                "En attente d’une place…".to_owned()
            };
        };
        match progress.total {
            Some(total) if total > 0 => format!(
                "{}\u{a0}: {} sur {}",
                progress.phase,
                french::count(progress.done),
                french::count(total)
            ),
            _ if progress.done > 0 => {
                format!("{}\u{a0}: {}", progress.phase, french::count(progress.done))
            }
            _ => format!("{}…", progress.phase),
        }
    }

    fn publishes(&self) -> bool {
        self.decides && self.it.stage == Stage::Compared && self.it.publisher.is_none()
    }

    fn answers(&self) -> bool {
        let open = matches!(
            self.it.stage,
            Stage::Compared | Stage::Asked | Stage::Rejected
        );
        self.decides && open && self.it.kept && self.it.publisher.is_none()
    }

    fn withdraws(&self) -> bool {
        self.decides && !self.it.stage.is_over() && self.it.publisher.is_none()
    }

    fn repairs(&self) -> bool {
        self.answers()
            && self.it.stage == Stage::Rejected
            && !self.it.wishes.repair
            && self.it.outcomes.iter().any(|outcome| {
                let mut findings = outcome.findings.iter();
                findings.any(|finding| {
                    finding.severity == Severity::Error && finding.advice.contains("--repair")
                })
            })
    }

    fn takes_back(&self) -> bool {
        self.decides && self.versions.iter().any(|(version, _)| version.current)
    }

    fn wish(&self, value: Option<&str>) -> String {
        value.unwrap_or("").to_owned()
    }

    fn crs(&self) -> String {
        let crs = self.it.wishes.crs;
        crs.map_or_else(String::new, |crs| format!("EPSG:{}", crs.0))
    }

    fn map(&self) -> String {
        let pair = |(column, field): &(String, String)| format!("{column}={field}");
        let lines: Vec<String> = self.it.wishes.map.iter().map(pair).collect();
        lines.join("\n")
    }
}
