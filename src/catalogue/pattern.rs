//! The regular expression of a field: it matches a value whole, or not at all.

use regex::Regex;

/// A compiled `pattern` of a field.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// Compiles the `pattern` of a field. The error says, in one line, what is wrong with it.
    pub(super) fn compile(text: &str) -> Result<Self, String> {
        // Alone first: an unbalanced `a)|(b` would become valid inside the group.
        Regex::new(text).map_err(|error| last_line(&error.to_string()))?;
        // The group keeps an alternation (`A|B`) inside the anchors.
        let whole = Regex::new(&format!("^(?:{text})$"));
        whole
            .map(Self)
            .map_err(|error| last_line(&error.to_string()))
    }

    /// Whether the whole value matches.
    pub fn matches(&self, value: &str) -> bool {
        self.0.is_match(value)
    }
}

/// The regex crate draws the expression over several lines; the last one says what is wrong.
fn last_line(message: &str) -> String {
    let line = message.lines().last().unwrap_or(message);
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}
