//! What was read, found and compared, a section a collection.

use askama::Template as _;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::super::{Html, french};
use super::changes::{self, Changed};
use super::dots::{Dot, drawing};
use super::words::{self, Badge};
use crate::catalogue::Catalogue;
use crate::model::{Communes, Finding, OutcomeReport, ScopeOutcome, Severity, State};

/// Where each finding and each change of each outcome lies, in degrees (longitude, latitude).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Places {
    /// Of findings.
    pub findings: Vec<Vec<Option<(f64, f64)>>>,
    /// Of features that change.
    pub changes: Vec<Vec<Option<(f64, f64)>>>,
}

/// What a report is made from.
#[derive(Clone, Copy)]
pub struct Reported<'a> {
    /// The layers, for their titles.
    pub catalogue: &'a Catalogue,
    /// The communes, for the drawing; may be empty.
    pub communes: &'a Communes,
    /// The outcomes.
    pub outcomes: &'a [OutcomeReport],
    /// Where their findings lie; may be empty.
    pub places: &'a Places,
    /// The zone of its reader's clocks.
    pub zone: Tz,
}

/// A report, ready for a template.
pub(super) struct Report<'a> {
    pub outcomes: Vec<Outcome<'a>>,
    /// The drawing of the findings that have a place; empty when none has.
    pub drawing: String,
    /// Path of the service before links to the map; none in a file that stands alone.
    pub root: Option<&'a str>,
    communes: &'a Communes,
}

/// One collection.
pub(super) struct Outcome<'a> {
    pub title: String,
    /// The collection's id, for the map.
    pub collection: &'a str,
    pub badge: Badge,
    pub told: &'a OutcomeReport,
    pub groups: Vec<Group<'a>>,
    pub changes: Vec<Changed<'a>>,
}

/// Findings of one rule.
pub(super) struct Group<'a> {
    pub title: &'a str,
    pub severity: &'static str,
    pub class: &'static str,
    pub total: i64,
    /// What to do, where all of the findings say the same.
    pub advice: Option<&'a str>,
    pub rows: Vec<Row<'a>>,
}

/// One finding.
pub(super) struct Row<'a> {
    pub number: usize,
    pub finding: &'a Finding,
    pub place: Option<(f64, f64)>,
}

impl<'a> Report<'a> {
    pub(super) fn new(from: Reported<'a>, root: Option<&'a str>) -> askama::Result<Self> {
        let mut number = 0;
        let mut outcomes = Vec::with_capacity(from.outcomes.len());
        for (place, told) in from.outcomes.iter().enumerate() {
            let of = |list: &'a [Vec<Option<(f64, f64)>>]| {
                list.get(place).map_or(&[][..], Vec::as_slice)
            };
            let places = [of(&from.places.findings), of(&from.places.changes)];
            outcomes.push(outcome(from.catalogue, told, places, &mut number));
        }
        let findings = outcomes.iter().flat_map(|outcome| &outcome.groups);
        let mut dots: Vec<Dot<'_>> = findings
            .flat_map(|group| group.rows.iter().filter_map(|row| dot(group, row)))
            .collect();
        let changed = outcomes.iter().flat_map(|outcome| &outcome.changes);
        dots.extend(changed.flat_map(changes::Changed::dots));
        Ok(Self {
            drawing: drawing(from.communes, &dots, "Carte des constats")?,
            outcomes,
            root,
            communes: from.communes,
        })
    }

    /// Whether nothing is to be said.
    pub(super) fn is_clean(&self) -> bool {
        self.outcomes
            .iter()
            .all(|outcome| outcome.groups.is_empty())
    }

    /// How many findings of that weight there are, those that are not listed included.
    pub(super) fn total(&self, severity: Severity) -> i64 {
        let groups = self.outcomes.iter().flat_map(|outcome| &outcome.groups);
        groups
            .filter(|group| group.rows[0].finding.severity == severity)
            .map(|group| group.total)
            .sum()
    }

    /// Whether a question stands before anything could be found.
    pub(super) fn is_silent(&self) -> bool {
        self.is_clean() && self.outcomes.iter().all(|it| it.told.state == State::Asked)
    }

    /// The commune that a scope is.
    pub(super) fn commune(&self, scope: &str) -> Option<&str> {
        let mut list = self.communes.list.iter();
        let found = list.find(|commune| commune.insee.as_str() == scope)?;
        Some(&found.name)
    }

    /// Whether features that change are told one by one.
    pub(super) fn has_changes(&self) -> bool {
        self.outcomes
            .iter()
            .any(|outcome| !outcome.changes.is_empty())
    }

    /// Where the viewer shows a place; a file that stands alone leads nowhere.
    pub(super) fn viewer(
        &self,
        place: Option<(f64, f64)>,
        outcome: &Outcome<'_>,
    ) -> Option<String> {
        let (root, (lon, lat)) = (self.root?, place?);
        let layer = outcome.collection;
        Some(format!(
            "{root}/carte#map=19/{lat:.6}/{lon:.6}&couches={layer},communes"
        ))
    }

    /// The outcome's heading is worth saying where there are several.
    pub(super) fn is_several(&self) -> bool {
        self.outcomes.len() > 1
    }
}

fn dot<'a>(group: &Group<'a>, row: &Row<'a>) -> Option<Dot<'a>> {
    Some(Dot {
        number: row.number,
        at: (row.finding.x?, row.finding.y?),
        class: group.class,
        says: &row.finding.message,
    })
}

fn outcome<'a>(
    catalogue: &'a Catalogue,
    told: &'a OutcomeReport,
    [places, moves]: [&[Option<(f64, f64)>]; 2],
    number: &mut usize,
) -> Outcome<'a> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for (place, finding) in told.findings.iter().enumerate() {
        *number += 1;
        let row = Row {
            number: *number,
            finding,
            place: places.get(place).copied().flatten(),
        };
        let (_, _, class) = words::severity(finding.severity);
        let known = groups
            .iter_mut()
            .find(|group| group.rows[0].finding.rule == finding.rule && group.class == class);
        match known {
            Some(group) => group.rows.push(row),
            None => groups.push(Group {
                title: words::rule(&finding.rule),
                severity: "",
                class,
                total: 0,
                advice: None,
                rows: vec![row],
            }),
        }
    }
    count(told, &mut groups);
    groups.sort_by_key(|group| weight(group.rows[0].finding.severity));
    let layer = told
        .collection
        .as_ref()
        .and_then(|id| catalogue.get(id.as_str()));
    Outcome {
        title: match (layer, &told.collection) {
            (Some(layer), _) => layer.title.clone(),
            (None, Some(id)) => id.to_string(),
            (None, None) => "Collection à préciser".to_owned(),
        },
        collection: told.collection.as_ref().map_or("", |id| id.as_str()),
        badge: words::state(told.state),
        told,
        groups,
        changes: changes::groups(told, moves, number),
    }
}

/// Counts what is not listed too; reports of before severities were counted know what they list.
fn count(told: &OutcomeReport, groups: &mut [Group<'_>]) {
    for group in groups {
        let of = group.rows[0].finding;
        let counted = told.severities.iter();
        let total = counted
            .filter(|(severity, rule, _)| (*severity, rule) == (of.severity, &of.rule))
            .map(|(_, _, total)| *total)
            .sum::<i64>();
        group.total = total.max(group.rows.len() as i64);
        let (one, many, _) = words::severity(group.rows[0].finding.severity);
        group.severity = if group.total > 1 { many } else { one };
        let advice = group.rows[0].finding.advice.as_str();
        let shared = group.rows.len() > 1
            && !advice.is_empty()
            && group.rows.iter().all(|row| row.finding.advice == advice);
        group.advice = shared.then_some(advice);
    }
}

fn weight(severity: Severity) -> u8 {
    match severity {
        Severity::Error => 0,
        Severity::Repair => 1,
        Severity::Warning => 2,
    }
}

impl Outcome<'_> {
    pub(super) fn compares(&self) -> bool {
        !self.told.scopes.is_empty()
    }

    pub(super) fn figures(&self) -> [(&'static str, &'static str, String); 4] {
        let counts = &self.told.counts;
        [
            ("added", "ajoutés", counts.added),
            ("changed", "modifiés", counts.changed),
            ("removed", "supprimés", counts.removed),
            ("unchanged", "inchangés", counts.unchanged),
        ]
        .map(|(class, word, count)| {
            // A colour draws the eye to what changes.
            let class = if count == 0 { "unchanged" } else { class };
            (class, word, french::count(count))
        })
    }

    pub(super) fn cells(&self, scope: &ScopeOutcome) -> [String; 4] {
        let counts = &scope.counts;
        [
            counts.added,
            counts.changed,
            counts.removed,
            counts.unchanged,
        ]
        .map(french::count)
    }
}

impl Group<'_> {
    pub(super) fn figure(&self) -> String {
        french::count(self.total)
    }

    /// How many are counted and not listed.
    pub(super) fn beyond(&self) -> Option<String> {
        let more = self.total - self.rows.len() as i64;
        (more > 0).then(|| {
            french::counted(
                more,
                "autre cas n’est pas détaillé",
                "autres cas ne sont pas détaillés",
            )
        })
    }

    pub(super) fn has_fields(&self) -> bool {
        self.rows
            .iter()
            .any(|row| row.finding.field.is_some() || row.finding.value.is_some())
    }

    pub(super) fn has_places(&self) -> bool {
        self.rows.iter().any(|row| row.finding.x.is_some())
    }
}

impl Row<'_> {
    /// Where, in metres of the territory's projection.
    pub(super) fn position(&self) -> Option<String> {
        position(self.finding.x, self.finding.y)
    }

    pub(super) fn degrees(&self) -> Option<(String, String)> {
        degrees(self.place)
    }
}

/// A position as people read it.
pub(super) fn position(x: Option<f64>, y: Option<f64>) -> Option<String> {
    Some(format!(
        "{}\u{a0};\u{a0}{}",
        french::count(x?.round() as i64),
        french::count(y?.round() as i64)
    ))
}

/// A place as the map's script reads it.
pub(super) fn degrees(place: Option<(f64, f64)>) -> Option<(String, String)> {
    let (lon, lat) = place?;
    Some((format!("{lon:.7}"), format!("{lat:.7}")))
}

#[derive(askama::Template)]
#[template(path = "report_alone.html")]
struct Alone<'a> {
    title: &'a str,
    at: String,
    style: &'static str,
    report: Report<'a>,
}

/// The report as a file that needs no other: `title` says of what, `at` when it was made.
///
/// # Errors
/// When the template cannot be filled.
pub fn report(from: Reported<'_>, title: &str, at: DateTime<Utc>) -> Html {
    Alone {
        title,
        at: french::instant(at, from.zone),
        style: super::super::STYLE,
        report: Report::new(from, None)?,
    }
    .render()
}
