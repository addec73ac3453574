//! What is said of an answer, against the rows that the owner of the tables reads.

use std::collections::BTreeSet;

use geonantes::catalogue::Layer;

use super::callers::Asker;
use super::operations::{Kind, Operation, union, words};
use super::world::{Filled, Truth};
use crate::support::{Answer, decode};

/// One cell of the matrix.
pub struct Question<'a> {
    /// Who asks.
    pub asker: &'a Asker,
    /// Of what.
    pub layer: &'a Layer,
    /// What is there.
    pub filled: &'a Filled,
    /// For what.
    pub operation: &'a Operation,
}

impl Question<'_> {
    /// The words that the answer may hold.
    pub fn allowed(&self) -> BTreeSet<String> {
        let rows = if self.operation.past {
            &self.filled.before
        } else {
            &self.filled.now
        };
        self.asker.words(self.layer, rows)
    }

    /// Nothing too much, nothing too little, and said to be for whom it is.
    pub fn judge(&self, answer: &Answer) {
        let context = self.context(answer);
        assert_eq!(self.leaked(answer), "", "{context}");
        let known = self.asker.knows_persons(self.layer);
        if !known && !matches!(self.operation.kind, Kind::ByPersonal(_)) {
            for field in self.layer.personal_fields() {
                let name = &field.name;
                assert!(!answer.text().contains(name), "{context} tells {name}");
            }
        }
        assert_eq!(answer.status, self.status(answer.status), "{context}");
        if answer.status == 200 {
            self.for_whom(answer);
            self.whole(answer);
            self.numbers(answer);
        }
    }

    /// Nothing too much, whoever let it through; refused for want of a right, or nothing there,
    /// never a fault.
    pub fn refused(&self, answer: &Answer) {
        let context = self.context(answer);
        assert!(answer.status < 500, "{context}: {}", answer.text());
        assert_eq!(self.leaked(answer), "", "{context}");
        if answer.status == 200 {
            self.numbers(answer);
        }
    }

    fn context(&self, answer: &Answer) -> String {
        format!(
            "{} asks {}: {}",
            self.asker.name, self.operation.path, answer.status
        )
    }

    fn visible(&self) -> Vec<&Truth> {
        self.operation.visible(self.asker, self.layer, self.filled)
    }

    /// A word in the answer that the caller may not read; empty when there is none.
    fn leaked(&self, answer: &Answer) -> String {
        let mut text = answer.text();
        if !self.operation.said.is_empty() {
            text = text.replace(&self.operation.said, "");
        }
        for value in answer.headers.values() {
            text.push_str(&String::from_utf8_lossy(value.as_bytes()));
        }
        let allowed = self.allowed();
        // Pages call communes by their names, which anybody may know.
        let name =
            |word: &str| word.starts_with("SEC/communes/") && self.layer.id.as_str() != "communes";
        let mut found = words(&text).into_iter();
        found
            .find(|word| !allowed.contains(word) && !name(word))
            .unwrap_or_default()
    }

    /// The status that the caller should be answered with; `answered` where several will do.
    fn status(&self, answered: u16) -> u16 {
        let open = self.asker.status(self.layer);
        if open != 200 {
            return open;
        }
        match &self.operation.kind {
            Kind::Item(fid) => {
                let mut same = self.filled.now.iter().filter(|row| row.fid == *fid);
                if same.any(|row| self.asker.sees(self.layer, row)) {
                    200
                } else {
                    404
                }
            }
            Kind::ByPersonal(_) if !self.asker.knows_persons(self.layer) => 400,
            Kind::Tile(..) if self.visible().is_empty() => 204,
            // Too small to be drawn there.
            Kind::Tile(_, false) => answered,
            _ => 200,
        }
    }

    fn for_whom(&self, answer: &Answer) {
        let context = self.context(answer);
        let private = answer.header("cache-control").contains("private");
        let common = self.layer.is_open() && !self.asker.knows_persons(self.layer);
        if !common || self.asker.key.is_none() {
            assert_eq!(private, !common, "{context}: {:?}", answer.headers);
        }
        if self.layer.personal_role.is_some() || !self.layer.is_open() {
            let mut varying = answer.headers.get_all("vary").iter();
            let apart = |value: &hyper::header::HeaderValue| {
                String::from_utf8_lossy(value.as_bytes()).contains("Authorization")
            };
            assert!(varying.any(apart), "{context}: {:?}", answer.headers);
        }
    }

    /// Everything that the caller may see is there.
    fn whole(&self, answer: &Answer) {
        let context = self.context(answer);
        match &self.operation.kind {
            Kind::Listing | Kind::ByPersonal(_) | Kind::ByWord(_) | Kind::Item(_) => {
                let table = self.layer.id.table();
                let found = words(&answer.text());
                for row in self.visible() {
                    let (feature, version) = row.word;
                    let word = |kind: &str| format!("{kind}/{table}/{feature}.{version}");
                    assert!(found.contains(&word("SEC")), "{context}: no {feature}");
                    if self.asker.sees_persons(self.layer, row) {
                        assert!(
                            found.contains(&word("PER")),
                            "{context}: nobody in {feature}"
                        );
                    }
                }
            }
            Kind::Tile(_, true) => {
                let drawn = decode(&answer.body).features;
                let seen: Vec<u64> = drawn.iter().filter_map(|mark| mark.id).collect();
                let visible = self.visible();
                let fids: Vec<u64> = visible.iter().map(|row| row.fid as u64).collect();
                let merged = drawn.iter().any(|mark| mark.id.is_none());
                assert!(merged || seen == fids, "{context}: {seen:?} for {fids:?}");
            }
            _ => {}
        }
    }

    /// Counts and extents are those of what the caller sees.
    fn numbers(&self, answer: &Answer) {
        if !answer.header("content-type").contains("json") {
            return;
        }
        let context = self.context(answer);
        let visible = self.visible();
        let document = answer.json();
        for name in ["numberMatched", "geonantes:count"] {
            if let Some(number) = document[name].as_u64() {
                assert_eq!(number, visible.len() as u64, "{context}: {name}");
            }
        }
        let boxes = [
            &document["extent"]["spatial"]["bbox"][0],
            &document["bounds"],
        ];
        for found in boxes.into_iter().filter_map(|found| found.as_array()) {
            let found: Vec<f64> = found.iter().filter_map(|value| value.as_f64()).collect();
            let bounds = union(&visible);
            let near = |(one, other): (&f64, &f64)| (one - other).abs() < 1e-4;
            assert!(
                found.len() == 4 && found.iter().zip(&bounds).all(near),
                "{context}: {found:?} for {bounds:?}"
            );
        }
    }
}
