//! A parcel's sheet in words: one wording, which the page and the paper both lay out.

mod changes;
mod lines;
mod notes;
mod words;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value as Json;

use super::html::french;
pub use words::{became, listed, reference};

/// A sheet in words.
#[derive(Debug, Serialize)]
pub struct Told {
    /// `Parcelle AB 123`.
    pub title: String,
    /// `Nantes (44109)`.
    pub place: String,
    /// The identifiers with commas between them, as in the sheet's address.
    pub key: String,
    /// What the sheet was asked with beside: `date=2025-06-30`, or nothing.
    pub asked: String,
    /// Of which day the rules are, when not of today.
    pub frozen: Option<String>,
    /// What is said at the top.
    pub facts: Vec<Fact>,
    /// What each layer says.
    pub parts: Vec<Part>,
    /// Where it comes from.
    pub sources: Vec<Source>,
    /// What the sheet is worth.
    pub notice: String,
    /// When it was made.
    pub made: String,
    /// That day, for machines: year, month, day.
    pub day: [i32; 3],
    /// Whether demonstration data are among what it says.
    pub demonstration: bool,
}

/// A figure or a name.
#[derive(Debug, Serialize)]
pub struct Fact {
    /// What it is.
    pub name: &'static str,
    /// What it says.
    pub text: String,
}

/// What one layer says.
#[derive(Debug, Serialize)]
pub struct Part {
    /// Its name in the page's addresses.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What comes before the lines, or why there are none.
    pub lead: Option<String>,
    /// Whether the layer could not be read.
    pub silent: bool,
    /// What it says.
    pub lines: Vec<Line>,
    /// What is too thin to be more than an error of drawing.
    pub thin: Vec<Line>,
}

/// One thing that bears on the parcel.
#[derive(Debug, Default, Serialize)]
pub struct Line {
    /// Its name.
    pub head: String,
    /// What else is known of it.
    pub notes: Vec<String>,
    /// Documents, each with its name; without an address where it is only named.
    pub links: Vec<(String, Option<String>)>,
    /// Square metres, metres or presence.
    pub measure: Option<String>,
    /// Its share of the parcel's area.
    pub share: Option<String>,
    /// The parcel that it is, to be linked to.
    pub parcel: Option<String>,
    /// What only readers with a role see, and no paper bears.
    #[serde(skip)]
    pub personal: Option<String>,
}

/// A layer and its state.
#[derive(Debug, Serialize)]
pub struct Source {
    /// The layer.
    pub title: String,
    /// Who makes it.
    pub origin: String,
    /// Its vintage.
    pub vintage: String,
    /// `version 12 du 30/06/2025`, or why nothing was read.
    pub state: String,
    /// Whether something was read.
    pub read: bool,
    /// Whether it is demonstration data.
    pub demonstration: bool,
}

/// A sheet, from its document. `base` is what the service's own addresses begin with: its path on
/// a page, its whole address on paper; `zone` is that of the territory's clocks.
pub fn tell(sheet: &Json, base: &str, zone: Tz) -> Told {
    let keys: Vec<&str> = list(&sheet["idu"])
        .iter()
        .filter_map(Json::as_str)
        .collect();
    let commune = &sheet["commune"];
    let code = keys.first().and_then(|key| key.get(..5)).unwrap_or("");
    let name = text(commune, "nom").or_else(|| text(&sheet["parcelles"][0], "nom_com"));
    let made: DateTime<Utc> = text(sheet, "etablie_le")
        .and_then(|at| at.parse().ok())
        .unwrap_or_default();
    let sources = list(&sheet["sources"]);
    let mut parts: Vec<Part> = changes::part(sheet).into_iter().collect();
    parts.extend(lines::parts(sheet, &keys));
    for line in parts
        .iter_mut()
        .flat_map(|part| part.lines.iter_mut().chain(&mut part.thin))
    {
        for (_, address) in &mut line.links {
            if let Some(address) = address.as_mut().filter(|address| address.starts_with('/')) {
                address.insert_str(0, base);
            }
        }
    }
    Told {
        title: words::title(&keys, sheet["contigues"] == true),
        place: match name {
            Some(name) => format!("{name} ({code})"),
            None => code.to_owned(),
        },
        key: keys.join(","),
        asked: String::new(),
        frozen: changes::frozen(&sheet["regles"], &sheet["changements"]),
        facts: words::facts(sheet, &keys),
        parts,
        sources: sources.iter().map(words::source).collect(),
        notice: text(sheet, "avertissement").unwrap_or("").to_owned(),
        made: french::instant(made, zone),
        day: {
            use chrono::Datelike as _;
            let made = made.with_timezone(&zone);
            [made.year(), made.month() as i32, made.day() as i32]
        },
        demonstration: sources.iter().any(|source| source["demonstration"] == true),
    }
}

impl Told {
    /// What the sheet was asked with, after `?` or `&`; nothing where it was with nothing.
    pub fn query(&self, mark: &str) -> String {
        match self.asked.as_str() {
            "" => String::new(),
            asked => format!("{mark}{asked}"),
        }
    }
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(object: &'a Json, name: &str) -> Option<&'a str> {
    object[name].as_str().filter(|text| !text.trim().is_empty())
}
