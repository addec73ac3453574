//! Reports of use: JSON, CSV (RFC 4180), tables for terminals, spreadsheets.

mod sheet;
mod text;
mod words;

pub use sheet::{MEDIA as SHEET_MEDIA, sheet};
pub use text::table;
pub use words::{Names, heading};

use crate::model::{By, Figures, Line, UsageQuery};

/// Names of the sums, as programs read them.
const NAMES: [&str; 5] = ["requests", "units", "bytes", "features", "aborted"];

/// Sums of all lines.
pub fn total(lines: &[Line]) -> Figures {
    let mut total = Figures::default();
    for line in lines {
        total += line.figures;
    }
    total
}

/// One JSON document: the lines, in their order.
pub fn json(lines: &[Line]) -> String {
    // Strings and numbers alone: nothing that could not be written.
    serde_json::to_string_pretty(lines).unwrap_or_default() + "\n"
}

/// CSV: a header, a line each; units with a decimal point. Lines told apart once more have a second
/// column for that, lines by key say which key it is.
///
/// # Errors
/// None that memory would give.
pub fn csv(lines: &[Line], query: &UsageQuery) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let holders = query.by == By::Key;
    let mut head = vec!["key"];
    head.extend(query.split.map(|_| "split"));
    head.extend(NAMES);
    if holders {
        head.extend(["id", "label"]);
    }
    writer.write_record(&head)?;
    for line in lines {
        let mut record = vec![line.key.clone()];
        record.extend(line.split.clone());
        record.extend(cells(&line.figures));
        if holders {
            let holder = line.holder.as_ref();
            record.extend([
                holder.map_or_else(String::new, |holder| holder.id.clone()),
                holder.map_or_else(String::new, |holder| holder.label.clone()),
            ]);
        }
        writer.write_record(&record)?;
    }
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}

fn cells(figures: &Figures) -> [String; 5] {
    [
        figures.requests.to_string(),
        figures.units.to_string(),
        figures.bytes.to_string(),
        figures.features.to_string(),
        figures.aborted.to_string(),
    ]
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::{Holder, Period, Units};

    /// Two lines by key, one of a hostile name.
    pub fn lines() -> Vec<Line> {
        let figures = |units, requests| Figures {
            requests,
            units: Units(units),
            bytes: 1_234_567,
            features: 10,
            aborted: 1,
        };
        vec![
            Line {
                key: "gn_Ab3dEf9h".to_owned(),
                split: None,
                figures: figures(12_345_010, 9_876),
                holder: Some(Holder {
                    id: "0193".to_owned(),
                    label: "=SIG, \"mairie\"".to_owned(),
                }),
            },
            Line {
                key: "none".to_owned(),
                split: None,
                figures: figures(1_000, 1),
                holder: None,
            },
        ]
    }

    /// The year 2026 by something.
    pub fn query(by: By, split: Option<By>) -> UsageQuery {
        UsageQuery {
            period: Period::year(2026).expect("a year"),
            accounts: None,
            by,
            split,
        }
    }

    /// A line told apart once more.
    pub fn apart() -> Vec<Line> {
        let mut line = lines().swap_remove(1);
        line.key = "2026-01".to_owned();
        line.split = Some("communes".to_owned());
        vec![line]
    }

    #[test]
    fn what_is_told_apart_has_two_keys() {
        let query = query(By::Month, Some(By::Layer));
        let text = String::from_utf8(csv(&apart(), &query).expect("written")).expect("UTF-8");
        assert!(text.starts_with("key,split,requests,"), "{text}");
        assert!(text.contains("\r\n2026-01,communes,1,1,"), "{text}");
        let lines: serde_json::Value = serde_json::from_str(&json(&apart())).expect("JSON");
        assert_eq!(lines[0]["split"], "communes");
        let table = table(&apart(), &query);
        assert!(table.starts_with("MONTH    LAYER     REQUESTS"), "{table}");
    }

    #[test]
    fn csv_quotes_what_it_must_and_keeps_units_exact() {
        let text = String::from_utf8(csv(&lines(), &query(By::Key, None)).expect("written"))
            .expect("UTF-8");
        assert_eq!(
            text,
            "key,requests,units,bytes,features,aborted,id,label\r\n\
             gn_Ab3dEf9h,9876,12345.01,1234567,10,1,0193,\"=SIG, \"\"mairie\"\"\"\r\n\
             none,1,1,1234567,10,1,,\r\n"
        );
    }

    #[test]
    fn json_is_a_list_of_flat_lines() {
        let lines: serde_json::Value = serde_json::from_str(&json(&lines())).expect("JSON");
        assert_eq!(lines[0]["key"], "gn_Ab3dEf9h");
        assert_eq!(lines[0]["units"], 12_345.01);
        assert_eq!(lines[0]["label"], "=SIG, \"mairie\"");
        assert_eq!(lines[1]["units"], 1);
        assert!(lines[1].get("label").is_none());
        assert_eq!(total(&super::tests::lines()).units.to_string(), "12346.01");
    }
}
