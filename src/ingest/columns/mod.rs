//! Columns of a source matched to the fields of a collection: by name, alias, title, and the ten
//! characters that DBF leaves of a name. What is merely close is proposed, never taken.

mod shapefile;
#[cfg(test)]
mod tests;
mod wanted;

use exchange::{Column, SourceLayer};

use super::Given;
use super::fold::fold;
use crate::catalogue::{Field, Layer};
use crate::model::{Choice, Question};

pub use wanted::{Unknown, reference, resolve};

/// Likeness (Jaro-Winkler) from which a column is proposed for a field.
const CLOSE: f64 = 0.86;

/// How a column was found to be a field, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// The contributor says so.
    Wanted,
    /// Its name.
    Name,
    /// A name that the catalogue knows besides.
    Alias,
    /// One of these, case and accents aside.
    Folded,
    /// Its title.
    Title,
    /// What DBF leaves of its name.
    Truncated,
}

/// Columns and fields, matched.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matching {
    /// For each field of the catalogue, in order, the column that fills it.
    pub fields: Vec<Option<usize>>,
    /// How each was found, in the same order.
    pub how: Vec<Option<How>>,
    /// What must be answered: two columns as likely for one field.
    pub questions: Vec<Question>,
}

impl Matching {
    /// Columns that fill a field.
    pub fn count(&self) -> usize {
        self.fields.iter().flatten().count()
    }

    /// Columns that fill no field and that nothing else uses.
    pub fn left<'a>(&self, columns: &'a [Column], used: &[usize]) -> Vec<&'a str> {
        let takes = |index: &usize| self.fields.contains(&Some(*index)) || used.contains(index);
        (0..columns.len())
            .filter(|index| !takes(index))
            .map(|index| columns[index].name.as_str())
            .collect()
    }

    /// What the report says of columns that have another name than their field.
    pub fn renamed(&self, layer: &Layer, columns: &[Column]) -> Vec<String> {
        let pairs = layer.fields.iter().zip(&self.fields);
        pairs
            .filter_map(|(field, column)| column.map(|index| (field, &columns[index].name)))
            .filter(|(field, name)| name.to_lowercase() != field.name)
            .map(|(field, name)| format!("{name} → {}", field.name))
            .collect()
    }
}

/// Matches the columns of a source with the fields of a collection; `wanted` are pairs of a column
/// and a field, both resolved.
pub fn matching(layer: &Layer, source: &SourceLayer, wanted: &[(usize, usize)]) -> Matching {
    let columns = &source.columns;
    let cut = shapefile::names(layer);
    let mut best: Vec<Vec<(How, usize)>> = vec![Vec::new(); layer.fields.len()];
    for (index, column) in columns.iter().enumerate() {
        if let Some((_, field)) = wanted.iter().find(|(column, _)| *column == index) {
            best[*field].push((How::Wanted, index));
            continue;
        }
        let likely = layer
            .fields
            .iter()
            .enumerate()
            .filter_map(|(place, field)| how(field, &column.name).map(|how| (how, place)))
            .min();
        if let Some((how, field)) = likely {
            best[field].push((how, index));
        } else if let Some(field) = shapefile::field_of(layer, &cut, &column.name) {
            best[field].push((How::Truncated, index));
        } else if let Some(label) = labelled(layer, &column.name) {
            best[label].push((How::Title, index));
        }
    }
    let mut made = Matching::default();
    for (place, mut found) in best.into_iter().enumerate() {
        found.sort_unstable();
        let chosen = found.first().copied();
        let rivals: Vec<usize> = found
            .iter()
            .filter(|(how, _)| chosen.is_some_and(|(best, _)| best == *how))
            .map(|(_, index)| *index)
            .collect();
        if rivals.len() > 1 && !agree(source, &rivals) {
            made.questions
                .push(which(&layer.fields[place], source, &rivals));
        }
        made.fields.push(chosen.map(|(_, index)| index));
        made.how.push(chosen.map(|(how, _)| how));
    }
    made
}

/// The field by which people call the features, for a column that says nothing but that it names them:
/// `Name`, as every placemark of a KML has.
fn labelled(layer: &Layer, name: &str) -> Option<usize> {
    let label = layer.label_field().filter(|_| fold(name) == "name")?;
    layer
        .fields
        .iter()
        .position(|field| field.name == label.name)
}

fn how(field: &Field, name: &str) -> Option<How> {
    let lower = name.trim().to_lowercase();
    if lower == field.name {
        return Some(How::Name);
    }
    if field.answers_to(&lower) {
        return Some(How::Alias);
    }
    let spellings = [fold(name), fold(without_unit(name, field))];
    let is = |known: &str| {
        let known = fold(known);
        !known.is_empty() && spellings.contains(&known)
    };
    let mut names = std::iter::once(&field.name).chain(&field.aliases);
    if names.any(|known| is(known)) {
        return Some(How::Folded);
    }
    is(&field.title).then_some(How::Title)
}

/// A name without the field's unit behind it: `Surface (m²)`, `Longueur (m)`.
fn without_unit<'a>(name: &'a str, field: &Field) -> &'a str {
    let (Some(unit), Some((bare, rest))) = (&field.unit, name.split_once('(')) else {
        return name;
    };
    let said = rest.trim_end().trim_end_matches(')').trim();
    let is = said == unit || said == unit.replace('²', "2").replace('³', "3");
    if is { bare } else { name }
}

/// Whether the first rows say the same in all these columns.
fn agree(source: &SourceLayer, columns: &[usize]) -> bool {
    let same = |row: &exchange::Row| {
        columns
            .windows(2)
            .all(|pair| row.cells.get(pair[0]) == row.cells.get(pair[1]))
    };
    !source.sample.is_empty() && source.sample.iter().all(same)
}

fn which(field: &Field, source: &SourceLayer, rivals: &[usize]) -> Question {
    let choices = rivals.iter().map(|place| {
        let columns = &source.columns;
        let name = reference(columns, *place);
        let mut choice = choice(&name, field);
        if name != columns[*place].name {
            // Of columns that share a name, people know one by its place and by what it holds.
            choice.label = format!(
                "la colonne n° {} du fichier, « {} »{}, donne « {} »",
                place + 1,
                columns[*place].name,
                example(source, *place),
                field.title
            );
        }
        choice
    });
    Question {
        option: "map".to_owned(),
        text: format!(
            "Plusieurs colonnes peuvent donner le champ « {} » ({}) : laquelle ?",
            field.name, field.title
        ),
        choices: choices.collect(),
    }
}

/// The first value of a column, as an example.
fn example(source: &SourceLayer, place: usize) -> String {
    /// Characters of it that are shown.
    const SHOWN: usize = 40;
    let cells = source.sample.iter().filter_map(|row| row.cells.get(place));
    let mut texts = cells.filter_map(|cell| match Given::of(Some(cell), &texts_of) {
        Given::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    });
    texts.next().map_or_else(String::new, |text| {
        let short: String = text.chars().take(SHOWN).collect();
        format!(" (par exemple « {short} »)")
    })
}

fn texts_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

fn choice(column: &str, field: &Field) -> Choice {
    Choice {
        value: format!("{column}={}", field.name),
        label: format!("la colonne « {column} » donne « {} »", field.title),
    }
}

/// Asks which column gives a field, when some are close to it by their names.
pub fn proposal(field: &Field, left: &[&str]) -> Option<Question> {
    let mut close: Vec<(f64, &str)> = left
        .iter()
        .map(|column| (likeness(field, column), *column))
        .filter(|(likeness, _)| *likeness >= CLOSE)
        .collect();
    close.sort_by(|a, b| b.0.total_cmp(&a.0));
    let choices: Vec<Choice> = close
        .iter()
        .take(5)
        .map(|(_, column)| choice(column, field))
        .collect();
    (!choices.is_empty()).then(|| Question {
        option: "map".to_owned(),
        text: format!(
            "Aucune colonne ne porte le nom du champ obligatoire « {} » ({}). Est-ce l’une de \
             celles-ci ?",
            field.name, field.title
        ),
        choices,
    })
}

/// How much a column's name is like a field's: 0 to 1.
fn likeness(field: &Field, column: &str) -> f64 {
    let column = fold(column);
    std::iter::once(&field.name)
        .chain(&field.aliases)
        .chain(std::iter::once(&field.title))
        .map(|known| fold(known))
        .map(|known| {
            // A name inside another is as close as a misspelling.
            let inside = known.len() >= 3 && column.len() >= 3;
            if inside && (known.contains(&column) || column.contains(&known)) {
                return 0.9;
            }
            strsim::jaro_winkler(&known, &column)
        })
        .fold(0.0, f64::max)
}
