//! Findings gathered in one file, each at the place of the value that it is about.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::diagnostic::{Problem, SourceFile};

/// A step from the top of a file down to a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'a> {
    /// Into a table, by key.
    Key(&'a str),
    /// Into an array, by rank.
    Rank(usize),
}

/// The findings of one file.
pub(super) struct Findings<'f> {
    file: &'f SourceFile,
    document: Spanned<DeTable<'f>>,
    problems: Vec<(usize, Problem)>,
}

impl<'f> Findings<'f> {
    /// No finding yet. The text is parsed again to know where each value stands.
    pub fn of(file: &'f SourceFile) -> Self {
        let (document, _) = DeTable::parse_recoverable(&file.text);
        Self {
            file,
            document,
            problems: Vec::new(),
        }
    }

    /// The name of the file, without its extension.
    pub fn file_stem(&self) -> std::borrow::Cow<'f, str> {
        self.file
            .path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
    }

    /// A finding at a top-level key.
    pub fn top(&mut self, key: &str, message: String, help: &str) {
        self.report(&[Step::Key(key)], message, help);
    }

    /// A finding at a key of the field of that rank.
    pub fn field(&mut self, rank: usize, key: &str, message: String, help: &str) {
        let path = [Step::Key("field"), Step::Rank(rank), Step::Key(key)];
        self.report(&path, message, help);
    }

    /// A finding at a key of a table of the file, such as `tiles`.
    pub fn inside(&mut self, table: &str, key: &str, message: String, help: &str) {
        self.report(&[Step::Key(table), Step::Key(key)], message, help);
    }

    /// A finding at the value of a path, or at the nearest value above it that the file has.
    pub fn report(&mut self, path: &[Step], message: String, help: &str) {
        let (span, key) = self.locate(path);
        let help = (!help.is_empty()).then(|| help.to_owned());
        let start = span.start;
        let problem = Problem::at(self.file, span, key, message, help);
        self.problems.push((start, problem));
    }

    /// Where a path leads and how to name it to a person.
    fn locate(&self, path: &[Step]) -> (Range<usize>, String) {
        let mut span = 0..0;
        let mut name = String::new();
        let mut value: Option<&Spanned<DeValue>> = None;
        for (depth, step) in path.iter().enumerate() {
            let below = match (step, value) {
                (Step::Key(key), None) if depth == 0 => self.document.get_ref().get(*key),
                (Step::Key(key), Some(above)) => {
                    above.get_ref().as_table().and_then(|table| table.get(*key))
                }
                (Step::Rank(rank), Some(above)) => above
                    .get_ref()
                    .as_array()
                    .and_then(|array| array.get(*rank)),
                _ => None,
            };
            add_step(&mut name, *step, below);
            let Some(found) = below else { break };
            span = found.span();
            value = Some(found);
        }
        (span, name)
    }

    /// The problems, in the order of the file.
    pub fn into_problems(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|(start, _)| *start);
        self.problems
            .into_iter()
            .map(|(_, problem)| problem)
            .collect()
    }
}

/// Adds a step to the name of a path: `field "section" › pattern`, `key[0]`.
fn add_step(name: &mut String, step: Step, value: Option<&Spanned<DeValue>>) {
    match step {
        Step::Key(key) => {
            if !name.is_empty() {
                name.push_str(" › ");
            }
            name.push_str(key);
        }
        Step::Rank(rank) => {
            let named = value
                .and_then(|value| value.get_ref().as_table())
                .and_then(|table| table.get("name"))
                .and_then(|value| value.get_ref().as_str());
            match named {
                Some(field) => name.push_str(&format!(" \"{field}\"")),
                None => name.push_str(&format!("[{rank}]")),
            }
        }
    }
}

/// The name of the deepest value that stands at a byte of a file; empty when none does.
pub(in super::super) fn key_at(file: &SourceFile, byte: usize) -> String {
    let (document, _) = DeTable::parse_recoverable(&file.text);
    let mut name = String::new();
    descend(document.get_ref(), byte, &mut name);
    name
}

/// Walks into the entry of a table that holds a byte, in its key or its value.
fn descend(table: &DeTable, byte: usize, name: &mut String) {
    for (key, value) in table {
        if key.span().contains(&byte) || holds(value, byte) {
            add_step(name, Step::Key(key.get_ref()), Some(value));
            return descend_value(value, byte, name);
        }
    }
}

fn descend_value(value: &Spanned<DeValue>, byte: usize, name: &mut String) {
    if let Some(table) = value.get_ref().as_table() {
        descend(table, byte, name);
    } else if let Some(array) = value.get_ref().as_array() {
        let inside = array.iter().enumerate().find(|(_, item)| holds(item, byte));
        if let Some((rank, item)) = inside {
            add_step(name, Step::Rank(rank), Some(item));
            descend_value(item, byte, name);
        }
    }
}

/// Whether a byte stands in a value or below it: a table's own span is but its header.
fn holds(value: &Spanned<DeValue>, byte: usize) -> bool {
    let below = match value.get_ref() {
        DeValue::Table(table) => table
            .iter()
            .any(|(key, value)| key.span().contains(&byte) || holds(value, byte)),
        DeValue::Array(array) => array.iter().any(|item| holds(item, byte)),
        _ => false,
    };
    below || value.span().contains(&byte)
}
