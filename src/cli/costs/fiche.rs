//! Populations in a file: a *fiche DGF* or another list of communes, read by a mapping of columns.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use costs::exercise::PopulationKind;
use costs::sheets::{Cell, Sheet};

use crate::encode::sheets::Format;
use crate::exercise::Inhabitants;
use crate::ingest::encoding::detect::detect;
use crate::ingest::fold::fold;
use crate::ingest::mapping::{Mapping, Rule};

/// The mapping that is taken when none is named.
const SHIPPED: &str = include_str!("../../../mappings/fiche-dgf.toml");
/// The fields that a mapping of populations may give.
const FIELDS: [&str; 6] = ["insee", "nom", "population", "base", "millesime", "source"];
/// Rows among which the names of columns are looked for: a few lines of headings may stand above.
const HEADINGS: usize = 30;

/// What a file says.
#[derive(Debug)]
pub struct Fiche {
    /// Which population it is.
    pub base: PopulationKind,
    /// The census year, when the file says it.
    pub vintage: Option<i32>,
    /// Who published it, when the mapping says it.
    pub source: Option<String>,
    /// The communes.
    pub rows: BTreeMap<costs::exercise::Insee, Inhabitants>,
}

/// Reads a file for an exercise of a year.
///
/// # Errors
/// When the file or the mapping cannot be read, a column is not there, or a cell is no such value.
pub fn read(file: &Path, mapping: Option<&Path>, year: i32) -> anyhow::Result<Fiche> {
    let text = match mapping {
        Some(path) => std::fs::read_to_string(path)
            .with_context(|| format!("{} cannot be read", path.display()))?,
        None => SHIPPED.to_owned(),
    };
    let mapping = mapped(&text, year)?;
    let bytes =
        std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let sheets = match Format::of(file) {
        Some(format) => format.read(&bytes)?,
        None => vec![separated(&bytes)?],
    };
    let read = sheets.iter().find_map(|sheet| Table::of(sheet, &mapping));
    let table = read.with_context(|| {
        let names = |field: &str| mapping.fields[field].columns.join("», «");
        format!(
            "{}: no sheet has a column of codes («{}») and one of inhabitants («{}»); another \
             mapping is given by --mapping",
            file.display(),
            names("insee"),
            names("population")
        )
    })?;
    table.read().with_context(|| file.display().to_string())
}

/// A mapping of populations, the year put where it asks for it.
fn mapped(text: &str, year: i32) -> anyhow::Result<Mapping> {
    let mut mapping = Mapping::parse(text).map_err(anyhow::Error::msg)?;
    let strange = mapping
        .fields
        .keys()
        .find(|name| !FIELDS.contains(&name.as_str()));
    if let Some(name) = strange {
        bail!(
            "the mapping has a field `{name}`: one of populations gives {}",
            FIELDS.join(", ")
        );
    }
    ensure!(
        mapping.parcels.is_none() && mapping.events.is_empty(),
        "parcels and events are of ADS files, not of populations"
    );
    for field in ["insee", "population"] {
        let given = mapping
            .fields
            .get(field)
            .is_some_and(|it| !it.columns.is_empty());
        ensure!(given, "the mapping gives no columns for `{field}`");
    }
    for rule in mapping.fields.values_mut() {
        for column in &mut rule.columns {
            *column = column.replace("{annee}", &year.to_string());
        }
    }
    Ok(mapping)
}

/// Rows of a CSV in any French encoding and with any usual separator, as a sheet.
fn separated(bytes: &[u8]) -> anyhow::Result<Sheet> {
    let text = detect(bytes, None).encoding.decode(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let separators = [b';', b',', b'\t'];
    let count = |separator: &u8| text.bytes().filter(|byte| byte == separator).count();
    let most = separators.into_iter().max_by_key(count).unwrap_or(b';');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(most)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for row in reader.records() {
        let cells = row?;
        let cells = cells.iter().map(|cell| Cell::Text(cell.to_owned()));
        rows.push(cells.collect());
    }
    Ok(Sheet {
        rows,
        ..Sheet::default()
    })
}

/// A sheet whose columns are known.
struct Table<'a> {
    mapping: &'a Mapping,
    rows: &'a [Vec<Cell>],
    /// The row of the columns' names, counted from 0.
    heading: usize,
    /// Folded names of the columns.
    names: Vec<String>,
}

impl<'a> Table<'a> {
    /// The sheet under the first row that names the columns of codes and of inhabitants.
    fn of(sheet: &'a Sheet, mapping: &'a Mapping) -> Option<Self> {
        let mut rows = sheet.rows.iter().take(HEADINGS).enumerate();
        rows.find_map(|(heading, row)| {
            let names = row.iter().map(|cell| fold(&words(cell))).collect();
            let table = Self {
                mapping,
                rows: &sheet.rows,
                heading,
                names,
            };
            let has = |field: &str| !table.places(&mapping.fields[field]).is_empty();
            (has("insee") && has("population")).then_some(table)
        })
    }

    /// Where the columns of a rule stand, in the rule's order.
    fn places(&self, rule: &Rule) -> Vec<usize> {
        let wanted = rule.columns.iter().map(|name| fold(name));
        wanted
            .filter_map(|name| self.names.iter().position(|known| *known == name))
            .collect()
    }

    fn read(&self) -> anyhow::Result<Fiche> {
        let mut rows = BTreeMap::new();
        let (mut bases, mut vintages, mut sources) = (Vec::new(), Vec::new(), Vec::new());
        for (at, row) in self.rows.iter().enumerate().skip(self.heading + 1) {
            let place = || format!("row {}", at + 1);
            let value = |field: &str| self.value(field, row).with_context(place);
            if self.is_left_out(row) {
                continue;
            }
            // Lines below the list, and those of totals, name no commune.
            let Some(code) = value("insee")? else {
                continue;
            };
            let code = if code.len() == 4 {
                format!("0{code}")
            } else {
                code
            };
            let insee = code
                .parse()
                .map_err(anyhow::Error::msg)
                .with_context(place)?;
            let Some(inhabitants) = value("population")? else {
                continue;
            };
            let found = Inhabitants {
                population: whole(&inhabitants).with_context(place)?,
                name: value("nom")?,
                source: None,
            };
            ensure!(
                rows.insert(insee, found).is_none(),
                "{}: {insee} comes twice",
                place()
            );
            bases.extend(value("base")?);
            vintages.extend(value("millesime")?);
            sources.extend(value("source")?);
        }
        ensure!(!rows.is_empty(), "no commune stands in it");
        Ok(Fiche {
            base: match one("base", &mut bases)?.as_deref() {
                Some("municipale") => PopulationKind::Municipale,
                Some("totale") => PopulationKind::Totale,
                Some("dgf") | None => PopulationKind::Dgf,
                Some(other) => bail!("base « {other} » is not municipale, totale or dgf"),
            },
            vintage: match one("millesime", &mut vintages)? {
                Some(text) => Some(
                    text.parse()
                        .with_context(|| format!("« {text} » is no year"))?,
                ),
                None => None,
            },
            source: one("source", &mut sources)?,
            rows,
        })
    }

    fn is_left_out(&self, row: &[Cell]) -> bool {
        self.mapping.leave_out.iter().any(|(column, values)| {
            let place = self.names.iter().position(|known| *known == fold(column));
            let cell = place
                .and_then(|at| row.get(at))
                .map(words)
                .unwrap_or_default();
            values.iter().any(|left| fold(left) == fold(&cell))
        })
    }

    /// What a row says of a field, by the mapping's rule.
    fn value(&self, field: &str, row: &[Cell]) -> anyhow::Result<Option<String>> {
        let Some(rule) = self.mapping.fields.get(field) else {
            return Ok(None);
        };
        let mut texts = Vec::new();
        for at in self.places(rule) {
            match row.get(at) {
                Some(Cell::Error(why)) => bail!("column `{field}`: {why}"),
                Some(cell) => texts.extend(Some(words(cell)).filter(|text| !text.is_empty())),
                None => {}
            }
        }
        let text = match &rule.join {
            Some(between) if !texts.is_empty() => Some(texts.join(between)),
            _ => texts.into_iter().next(),
        };
        let Some(text) = text.map(|text| format!("{}{text}", rule.prefix)) else {
            return Ok(rule.value.clone());
        };
        let meant = rule.meaning(&text);
        meant.map_err(|()| anyhow::anyhow!("`{field}`: the mapping does not know « {text} »"))
    }
}

/// What a cell says.
fn words(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Heading(text) => text.trim().to_owned(),
        Cell::Number(number) | Cell::Formula(_, number) => number.to_string(),
        Cell::Date(day) => day.to_string(),
        Cell::Truth(truth) => truth.to_string(),
        Cell::Empty | Cell::Error(_) => String::new(),
    }
}

/// Inhabitants, as people write them: `8 343`.
fn whole(text: &str) -> anyhow::Result<u64> {
    let digits: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    digits
        .parse()
        .with_context(|| format!("« {text} » is no number of inhabitants"))
}

/// The value that all rows agree on.
fn one(field: &str, values: &mut Vec<String>) -> anyhow::Result<Option<String>> {
    values.sort_unstable();
    values.dedup();
    ensure!(
        values.len() < 2,
        "`{field}` differs from row to row: {}",
        values.join(", ")
    );
    Ok(values.pop())
}
