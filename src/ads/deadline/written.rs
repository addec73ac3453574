//! Events in one text, as the field `evenements` of a file holds them:
//! `2026-03-10 deposit|2026-04-01 extension +1 R423-24|2026-04-02 request_pieces`.

use std::fmt;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::events::{Event, Extension, Fault, read_event};
use super::kinds::EventKind;

impl Event {
    /// An event; `length` are months added, or in all with `=` before them.
    ///
    /// # Errors
    /// With the part that is wrong: an extension without a length, a date out of reach.
    pub fn new(
        date: NaiveDate,
        kind: EventKind,
        length: Option<&str>,
        article: Option<&str>,
    ) -> Result<Self, Fault> {
        read_event(&json!([date.to_string(), kind.as_str(), length, article]))
    }

    /// Events as one text.
    pub fn write(events: &[Self]) -> String {
        let each: Vec<String> = events.iter().map(ToString::to_string).collect();
        each.join("|")
    }

    /// The events of a text.
    ///
    /// # Errors
    /// With the part that is wrong.
    pub fn read(text: &str) -> Result<Vec<Self>, Fault> {
        let each = text.split('|').map(str::trim);
        each.filter(|written| !written.is_empty())
            .map(|written| {
                let parts = written.splitn(4, ' ').map(|part| json!(part));
                read_event(&Value::Array(parts.collect()))
            })
            .collect()
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.date, self.kind.as_str())?;
        match self.extension {
            Some(Extension::Add(months)) => write!(f, " +{months}")?,
            Some(Extension::Replace(months)) => write!(f, " ={months}")?,
            None => {}
        }
        match self.article.as_deref().filter(|_| self.extension.is_some()) {
            Some(article) => write!(f, " {article}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_says_its_events_and_what_is_wrong_with_one() {
        let text = "2026-03-10 deposit|2026-04-01 extension +1 R423-24|2026-04-02 request_pieces\
                    |2026-05-15 pieces_complete|2026-05-16 prolongation =5";
        let events = Event::read(text).expect("events");
        assert_eq!(Event::write(&events), text);
        assert_eq!(Event::read(" 2026-03-10 deposit | ").expect("one").len(), 1);
        for (wrong, part) in [
            ("2026-02-30 deposit", "2026-02-30"),
            ("2026-03-10 dépôt", "dépôt"),
            ("2026-03-10 extension", "extension"),
            ("2026-03-10", "2026-03-10"),
        ] {
            let fault = Event::read(wrong).expect_err(wrong);
            assert!(fault.part.contains(part), "{fault}");
        }
    }
}
