//! Findings of a delivery, as they are gathered: the first of each rule are kept whole, the others
//! counted.

use std::collections::BTreeMap;

use crate::model::{Finding, Severity};

/// Findings of one rule that are kept whole, for one collection.
pub const LISTED: usize = 200;

/// What the checks say of one collection.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    listed: Vec<Finding>,
    /// By rule: how many, how many of them kept.
    rules: BTreeMap<String, (i64, usize)>,
    errors: i64,
}

impl Notes {
    /// Notes a finding; it is only made when it is kept.
    pub fn note(&mut self, severity: Severity, rule: &str, make: impl FnOnce() -> Finding) {
        let (total, kept) = match self.rules.get_mut(rule) {
            Some(known) => known,
            None => self.rules.entry(rule.to_owned()).or_default(),
        };
        *total += 1;
        self.errors += i64::from(severity == Severity::Error);
        if *kept < LISTED {
            *kept += 1;
            self.listed.push(make());
        }
    }

    /// Notes a finding that is made already.
    pub fn push(&mut self, finding: Finding) {
        let (severity, rule) = (finding.severity, finding.rule.clone());
        self.note(severity, &rule, || finding);
    }

    /// Notes findings of a rule beyond those that were pushed.
    pub fn beyond(&mut self, severity: Severity, rule: &str, count: i64) {
        if count <= 0 {
            return;
        }
        self.rules.entry(rule.to_owned()).or_default().0 += count;
        if severity == Severity::Error {
            self.errors += count;
        }
    }

    /// Adds another's.
    pub fn append(&mut self, other: Self) {
        let listed: i64 = other
            .listed
            .iter()
            .map(|f| i64::from(f.severity == Severity::Error))
            .sum();
        for (rule, (total, kept)) in &other.rules {
            self.beyond(Severity::Warning, rule, total - *kept as i64);
        }
        self.errors += other.errors - listed;
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

    /// Whether something refuses the delivery.
    pub fn refuse(&self) -> bool {
        self.errors > 0
    }

    /// Whether nothing was noted.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The findings kept, those that refuse the delivery first, and the totals by rule.
    pub fn finish(mut self) -> (Vec<Finding>, Vec<(String, i64)>) {
        self.listed.sort_by_key(|finding| finding.severity);
        let totals = self
            .rules
            .into_iter()
            .map(|(rule, (total, _))| (rule, total));
        (self.listed, totals.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let (listed, totals) = other.finish();
        assert_eq!(totals, [("spaces".to_owned(), 5), ("type".to_owned(), 300)]);
        assert_eq!(listed.len(), 201);
        assert_eq!(listed[0].severity, Severity::Error);
        assert_eq!(listed[200].severity, Severity::Warning);
    }
}
