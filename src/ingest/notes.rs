//! Findings of a delivery, as they are gathered: the first of each rule are kept whole, the others
//! counted.

use std::collections::{BTreeMap, HashSet};

use crate::encode::html::french::count;
use crate::model::{Finding, Severity};

/// Findings of one rule that are kept whole, for one collection.
pub const LISTED: usize = 200;

/// Rows of which each keeps its findings, whatever they have in common.
pub(super) const FEW: i64 = 20;

/// What the checks say of one collection.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    listed: Vec<Finding>,
    /// By rule and severity: how many.
    totals: BTreeMap<(String, Severity), i64>,
    /// By rule: how many are kept.
    kept: BTreeMap<String, usize>,
    /// By rule and field: how many.
    fields: BTreeMap<(String, String), i64>,
}

impl Notes {
    /// Notes a finding; it is only made when it is kept.
    pub fn note(&mut self, severity: Severity, rule: &str, make: impl FnOnce() -> Finding) {
        self.beyond(severity, rule, 1);
        let kept = match self.kept.get_mut(rule) {
            Some(known) => known,
            None => self.kept.entry(rule.to_owned()).or_default(),
        };
        if *kept < LISTED {
            *kept += 1;
            self.listed.push(make());
        }
    }

    /// Notes a finding about a field.
    pub fn note_field(
        &mut self,
        severity: Severity,
        (rule, field): (&str, &str),
        make: impl FnOnce() -> Finding,
    ) {
        let cause = (rule.to_owned(), field.to_owned());
        *self.fields.entry(cause).or_default() += 1;
        self.note(severity, rule, make);
    }

    /// Makes one finding of those that every row has: one cause, a column, is behind them. Below
    /// a few rows each is kept.
    pub fn gather(&mut self, rows: i64) {
        let whole = |count: &i64| rows > FEW && *count == rows;
        let causes: Vec<_> = self
            .fields
            .iter()
            .filter(|(_, count)| whole(count))
            .collect();
        for ((rule, field), _) in causes {
            let of =
                |finding: &Finding| finding.rule == *rule && finding.field.as_ref() == Some(field);
            let Some(first) = self.listed.iter().position(of) else {
                continue;
            };
            let mut place = 0;
            self.listed.retain(|finding| {
                place += 1;
                place - 1 <= first || !of(finding)
            });
            let message = self.listed[first].message.trim_end_matches(['.', ' ']);
            self.listed[first].message =
                format!("{message} ; il en va de même des {} objets.", count(rows));
            let kept = self
                .listed
                .iter()
                .filter(|finding| finding.rule == *rule)
                .count();
            self.kept.insert(rule.clone(), kept);
        }
    }

    /// Notes a finding that is made already.
    pub fn push(&mut self, finding: Finding) {
        let (severity, rule) = (finding.severity, finding.rule.clone());
        self.note(severity, &rule, || finding);
    }

    /// Notes findings of a rule beyond those that were pushed.
    pub fn beyond(&mut self, severity: Severity, rule: &str, count: i64) {
        if count > 0 {
            *self.totals.entry((rule.to_owned(), severity)).or_default() += count;
        }
    }

    /// Adds another's.
    pub fn append(&mut self, other: Self) {
        for ((rule, severity), total) in &other.totals {
            let own = |one: &&Finding| one.rule == *rule && one.severity == *severity;
            let listed = other.listed.iter().filter(own).count();
            self.beyond(*severity, rule, total - listed as i64);
        }
        for (cause, count) in other.fields {
            *self.fields.entry(cause).or_default() += count;
        }
        for finding in other.listed {
            self.push(finding);
        }
    }

    /// The findings kept.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.listed.iter()
    }

    /// The findings kept, to be completed.
    pub fn findings_mut(&mut self) -> impl Iterator<Item = &mut Finding> {
        self.listed.iter_mut()
    }

    /// The fields of which a value was refused.
    pub fn refused_fields(&self) -> HashSet<String> {
        let errors = self.listed.iter();
        let errors = errors.filter(|finding| finding.severity == Severity::Error);
        errors.filter_map(|finding| finding.field.clone()).collect()
    }

    /// Whether something refuses the delivery.
    pub fn refuse(&self) -> bool {
        (self.totals.keys()).any(|(_, severity)| *severity == Severity::Error)
    }

    /// Whether nothing was noted.
    pub fn is_empty(&self) -> bool {
        self.totals.is_empty()
    }

    /// How many findings of each severity and rule there are.
    pub fn severities(&self) -> Vec<(Severity, String, i64)> {
        let each = self.totals.iter();
        each.map(|((rule, severity), total)| (*severity, rule.clone(), *total))
            .collect()
    }

    /// The findings kept, those that refuse the delivery first, and the totals by rule.
    pub fn finish(mut self) -> (Vec<Finding>, Vec<(String, i64)>) {
        self.listed.sort_by_key(|finding| finding.severity);
        let mut totals: BTreeMap<String, i64> = BTreeMap::new();
        for ((rule, _), total) in self.totals {
            *totals.entry(rule).or_default() += total;
        }
        (self.listed, totals.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_row_has_is_told_once_and_counted() {
        let mut notes = Notes::default();
        for number in 0..300 {
            let about = |field| {
                Finding::new(Severity::Error, "pattern", "Sans forme.")
                    .of(number.to_string())
                    .about(field, Some("x"))
            };
            notes.note_field(Severity::Error, ("pattern", "idu"), || about("idu"));
            if number % 100 == 0 {
                notes.note_field(Severity::Error, ("pattern", "feuille"), || about("feuille"));
            }
        }
        notes.gather(300);
        let (listed, totals) = notes.finish();
        assert_eq!(totals, [("pattern".to_owned(), 303)]);
        let told: Vec<&str> = listed.iter().map(|one| one.message.as_str()).collect();
        assert_eq!(told[0], "Sans forme ; il en va de même des 300 objets.");
        assert_eq!(told[1..], ["Sans forme.", "Sans forme."]);
    }

    #[test]
    fn the_first_findings_of_each_rule_are_kept_and_all_are_counted() {
        let mut notes = Notes::default();
        for severity in [Severity::Warning, Severity::Error] {
            for number in 0..150 {
                let finding = Finding::new(severity, "type", format!("{number}"));
                notes.note(severity, "type", || finding);
            }
        }
        let mut other = Notes::default();
        other.push(Finding::new(Severity::Warning, "spaces", "x"));
        other.beyond(Severity::Warning, "spaces", 4);
        assert!(!other.refuse());
        other.append(notes);
        assert!(other.refuse());
        let severities = other.severities();
        let (listed, totals) = other.finish();
        let of_type = |severity| (severity, "type".to_owned(), 150);
        assert_eq!(
            severities[1..],
            [of_type(Severity::Error), of_type(Severity::Warning)]
        );
        assert_eq!(totals, [("spaces".to_owned(), 5), ("type".to_owned(), 300)]);
        assert_eq!(listed.len(), 201);
        assert_eq!(listed[0].severity, Severity::Error);
        assert_eq!(listed[200].severity, Severity::Warning);
    }
}
