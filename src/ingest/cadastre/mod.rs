//! What the national files of the cadastre leave out or write otherwise.
//!
//! Etalab's GeoJSON drops leading zeros (`section` `A`, `numero` `7`) and does not name sheets; the
//! IGN's Parcellaire Express has the département and the commune in two columns and the number of
//! the sheet alone. All of it follows from the identifier (commune, prefix, section, number) and
//! from the published sheets: nothing is guessed.

mod sheets;
#[cfg(test)]
mod tests;

pub use sheets::Sheets;

use exchange::{Cell, Column};

use crate::catalogue::{Layer, Scope};
use crate::ingest::Given;
use crate::ingest::fold::fold;

/// Characters of commune, prefix and section, at the head of parcels and sheets.
const HEAD: usize = 10;

/// Completes the rows of a collection of the cadastre.
#[derive(Debug, Clone)]
pub struct Cadastre {
    idu: Option<usize>,
    commune: usize,
    prefixe: Option<usize>,
    section: Option<usize>,
    numero: Option<usize>,
    feuille: usize,
    /// Whether the collection is that of the sheets themselves.
    of_sheets: bool,
    /// The columns of the département and of the commune's number in it.
    parts: Option<(usize, usize)>,
    /// Which fields have a column: what such a column leaves out is missing, not for us to fill in.
    has: Vec<bool>,
}

/// No published sheet holds the feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSheet;

impl Cadastre {
    /// For the collections whose scope is the sheet; `fields` are the columns of the catalogue's
    /// fields.
    #[must_use]
    pub fn of(layer: &Layer, columns: &[Column], fields: &[Option<usize>]) -> Option<Self> {
        if layer.scope != Scope::Feuille {
            return None;
        }
        let place = |name: &str| layer.fields.iter().position(|field| field.name == name);
        let column = |name: &str| columns.iter().position(|column| fold(&column.name) == name);
        Some(Self {
            idu: place("idu"),
            commune: place("commune")?,
            prefixe: place("prefixe"),
            section: place("section"),
            numero: place("numero"),
            feuille: place("feuille")?,
            of_sheets: layer.key[..] == ["feuille".to_owned()],
            parts: column("codedep").zip(column("codecom")),
            has: fields.iter().map(Option::is_some).collect(),
        })
    }

    /// The fields without a column that rows get nonetheless.
    #[must_use]
    pub fn filled(&self) -> Vec<usize> {
        let has = |place: usize| self.has[place];
        let given = |place: Option<usize>| place.is_some_and(has);
        let identified = given(self.idu) || has(self.feuille);
        let commune = identified || has(self.commune) || self.parts.is_some();
        let head = commune && given(self.section);
        let mut filled = Vec::new();
        if commune {
            filled.push(self.commune);
        }
        if identified {
            filled.extend([self.prefixe, self.section].into_iter().flatten());
        }
        if given(self.idu) || (self.of_sheets && has(self.feuille)) {
            filled.extend(self.numero);
        }
        if !self.of_sheets || (head && given(self.numero)) {
            filled.push(self.feuille);
        }
        filled.retain(|place| !has(*place));
        filled
    }

    /// Whether the sheet of a row is known by its place alone.
    #[must_use]
    pub fn is_placed(&self) -> bool {
        !self.of_sheets && !self.has[self.feuille]
    }

    /// Completes the values of a row, in the order of the catalogue's fields; `wkb` is where the
    /// feature lies.
    ///
    /// # Errors
    /// When the sheet is known by the place alone, and no published one holds it.
    pub fn complete(
        &self,
        values: &mut [Given],
        cells: &[Cell],
        wkb: Option<&[u8]>,
        text: &dyn Fn(&[u8]) -> String,
        sheets: &Sheets,
    ) -> Result<(), NoSheet> {
        let idu = self.idu.and_then(|place| said(&values[place]));
        let idu = idu.filter(|idu| idu.len() == 14 && idu.is_ascii());
        let sheet = said(&values[self.feuille]);
        let whole = sheet
            .clone()
            .filter(|sheet| sheet.len() == 12 && sheet.is_ascii());
        let known = idu.as_deref().or(whole.as_deref());

        let commune = match known {
            Some(known) => Some(known[..5].to_owned()),
            None => self.of_parts(cells, text),
        };
        self.settle(values, Some(self.commune), commune.as_deref(), 5);
        self.settle(values, self.prefixe, known.map(|known| &known[5..8]), 3);
        self.settle(values, self.section, known.map(|known| &known[8..HEAD]), 2);
        if let Some(idu) = &idu {
            self.settle(values, self.numero, Some(&idu[HEAD..]), 4);
        }
        if whole.is_none() {
            let head = match known {
                Some(known) => Some(known[..HEAD].to_owned()),
                None => self.head(values),
            };
            let number = match (&sheet, self.of_sheets) {
                (Some(_), _) => sheet,
                (None, true) => self.numero.and_then(|place| said(&values[place])),
                (None, false) => None,
            };
            let number = number.filter(|number| number.len() <= 2);
            let found = match (head, number) {
                (Some(head), Some(number)) => Some(format!("{head}{number:0>2}")),
                (head, None) if self.is_placed() => {
                    let within = head.or_else(|| said(&values[self.commune]));
                    let within = within.filter(|within| within.len() >= 5).ok_or(NoSheet)?;
                    let found = sheets.holding(&within, wkb);
                    Some(found.ok_or(NoSheet)?.to_owned())
                }
                _ => None,
            };
            if let Some(found) = found {
                values[self.feuille] = Given::Text(found);
            }
        }
        if self.of_sheets
            && let Some(sheet) = said(&values[self.feuille])
        {
            self.settle(values, self.numero, sheet.get(HEAD..), 2);
        }
        Ok(())
    }

    /// Fills a field that has no column, and gives back the leading zeros that a file has dropped.
    /// What says something else than the identifier stays, for the checks to tell.
    fn settle(
        &self,
        values: &mut [Given],
        place: Option<usize>,
        known: Option<&str>,
        width: usize,
    ) {
        let Some(place) = place else { return };
        let bare = |text: &str| text.trim_start_matches('0').to_owned();
        let settled = match (said(&values[place]), known) {
            (None, Some(known)) if !self.has[place] => Some(known.to_owned()),
            (Some(said), Some(known)) if bare(&said) == bare(known) => Some(known.to_owned()),
            (Some(said), None) if said.len() < width => Some(format!("{said:0>width$}")),
            _ => None,
        };
        if let Some(settled) = settled {
            values[place] = Given::Text(settled);
        }
    }

    /// The commune's code of its département and its number in it.
    fn of_parts(&self, cells: &[Cell], text: &dyn Fn(&[u8]) -> String) -> Option<String> {
        let (department, number) = self.parts?;
        let cell = |column: usize| said(&Given::of(cells.get(column), text));
        let (department, number) = (cell(department)?, cell(number)?);
        let width = 5usize.checked_sub(department.len())?;
        Some(format!("{department:0>2}{number:0>width$}")).filter(|code| code.len() == 5)
    }

    /// Commune, prefix and section, where a row has all three.
    fn head(&self, values: &[Given]) -> Option<String> {
        let of = |place: Option<usize>| place.and_then(|place| said(&values[place]));
        let head = format!(
            "{}{}{}",
            said(&values[self.commune])?,
            of(self.prefixe)?,
            of(self.section)?
        );
        (head.len() == HEAD).then_some(head)
    }
}

/// A value as text.
fn said(given: &Given) -> Option<String> {
    match given {
        Given::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Given::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}
