//! One row of another application's list, made a row of the collection.

use chrono::NaiveDate;
use exchange::{Cell, Row, SourceLayer};

use super::form::{EventRule, Form, Mapping, Rule};
use crate::ads::deadline::Event;
use crate::ads::reference::{self, Context, FileNumber, Outcome, Places};
use crate::catalogue::{Field, FieldType, Layer};
use crate::ingest::fold::fold;
use crate::ingest::rows::{Columns, Fields, Reader};
use crate::ingest::values::day_of;
use crate::ingest::{Given, Shaped};
use crate::model::{Finding, Idu, Insee, Severity};

/// A mapping, with the places of its columns in a source.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub(super) mapping: Mapping,
    columns: Columns,
    pub(super) fields: Fields,
    /// Fields whose values are days.
    days: Vec<String>,
    /// Fields whose values are whole units, which other applications write with decimals.
    measures: Vec<String>,
    /// Communes of the territory; empty when none is published.
    pub(super) communes: Vec<Insee>,
    /// The row that names the columns, under another line of headings.
    heading: Option<i64>,
}

/// What a row is.
pub(super) enum Told {
    /// Names of columns, not a row.
    Heading,
    /// None of ours: the mapping leaves it out.
    LeftOut,
    /// Of a commune outside the territory.
    Elsewhere,
    /// One that cannot be taken: the findings say why.
    Refused,
    /// A file, and its parcels.
    File(Vec<Given>, Vec<Idu>),
}

impl Reading {
    pub(super) fn new(
        mapping: Mapping,
        layer: &Layer,
        table: &SourceLayer,
        communes: Vec<Insee>,
    ) -> Self {
        let fields = |is: fn(&Field) -> bool| {
            let fields = layer.fields.iter().filter(|field| is(field));
            fields.map(|field| field.name.clone()).collect()
        };
        Self {
            days: fields(|field| field.kind == FieldType::Date),
            measures: fields(|it| it.kind == FieldType::Integer && it.unit.is_some()),
            fields: Fields::of(layer),
            mapping,
            columns: Columns::of(table),
            communes,
            heading: None,
        }
        .under(table)
    }

    /// Lists of some producers have two lines of headings, words above the names of the columns:
    /// the first row that has the names, where the line above has not.
    fn under(self, table: &SourceLayer) -> Self {
        let Some(rule) = self.mapping.fields.get("numero").cloned() else {
            return self;
        };
        if self.has_column(&rule) {
            return self;
        }
        let text = |cell: &Cell| match cell {
            Cell::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            _ => String::new(),
        };
        for row in &table.sample {
            let names: Vec<String> = row.cells.iter().map(text).collect();
            let named = Self {
                columns: Columns::named(names.iter().map(String::as_str)),
                heading: Some(row.fid),
                ..self.clone()
            };
            if named.has_column(&rule) {
                return named;
            }
        }
        self
    }

    /// Names of the columns that the mapping does not read.
    pub(super) fn ignored(&self) -> Vec<&str> {
        let used = self.used();
        let names = self.columns.names().iter().enumerate();
        let left = names.filter(|(place, _)| !used.contains(place));
        left.map(|(_, name)| name.as_str()).collect()
    }

    /// Columns of the source that the mapping reads, by their places.
    fn used(&self) -> Vec<usize> {
        let rules = self.mapping.fields.values().flat_map(|rule| &rule.columns);
        let events = self.mapping.events.iter();
        let events = events.flat_map(|event| event.columns.iter().chain(&event.length_columns));
        let texts = self.mapping.parcels.iter().flat_map(|it| &it.text);
        let named = rules.chain(events).chain(texts);
        let mut used: Vec<usize> = named.filter_map(|name| self.at(name)).collect();
        used.extend(
            self.mapping
                .leave_out
                .keys()
                .filter_map(|name| self.at(name)),
        );
        for numbered in self.numbered() {
            used.extend(numbered.into_iter().flatten());
        }
        used
    }

    /// Fields of the collection that no column and no constant gives.
    pub(super) fn silent(&self, layer: &Layer) -> Vec<String> {
        let given = |name: &str| {
            let rule = self.mapping.fields.get(name);
            let of_rule = rule.is_some_and(|rule| rule.value.is_some() || self.has_column(rule));
            of_rule
                || name == "parcelles" && self.names_parcels()
                || name == "commune" && self.mapping.fields.contains_key("numero")
                || name == "evenements" && self.tells_events()
        };
        let fields = layer.fields.iter().filter(|field| !given(&field.name));
        fields.map(|field| field.name.clone()).collect()
    }

    /// Whether the source has a column of parcels.
    fn names_parcels(&self) -> bool {
        let texts = self.mapping.parcels.iter().flat_map(|it| &it.text);
        let mut texts = texts.filter(|name| self.at(name).is_some());
        texts.next().is_some() || !self.numbered().is_empty()
    }

    /// Whether the source has a column of an event.
    fn tells_events(&self) -> bool {
        let events = self.mapping.events.iter();
        let mut columns = events.flat_map(|event| &event.columns);
        columns.any(|name| self.at(name).is_some())
    }

    /// The first rule of a required field of which the source has no column at all.
    pub(super) fn lacking(&self, layer: &Layer) -> Option<(&str, &Rule)> {
        // The number says the commune.
        let numbered = self.mapping.fields.contains_key("numero");
        let required = layer.fields.iter();
        let required =
            required.filter(|field| field.required && !(numbered && field.name == "commune"));
        let mut rules = required.filter_map(|field| {
            let rule = self.mapping.fields.get_key_value(&field.name)?;
            Some((rule.0.as_str(), rule.1))
        });
        rules.find(|(_, rule)| rule.value.is_none() && !self.has_column(rule))
    }

    fn has_column(&self, rule: &Rule) -> bool {
        rule.columns.iter().any(|name| self.at(name).is_some())
    }

    pub(super) fn at(&self, name: &str) -> Option<usize> {
        let wanted = fold(name);
        let names = self.columns.names();
        let exact = self.columns.at(&[&name.to_lowercase()]);
        exact.or_else(|| names.iter().position(|known| fold(known) == wanted))
    }

    /// Reads a row; what is to be said goes to `into`.
    pub(super) fn read(
        &self,
        row: &Row,
        text: &dyn Fn(&[u8]) -> String,
        into: &mut Shaped,
    ) -> Told {
        if self.heading.is_some_and(|heading| row.fid <= heading) {
            return Told::Heading;
        }
        let cells = Reader::new(row, text);
        let is_left = self.mapping.leave_out.iter().any(|(column, values)| {
            let value = cells.text(self.at(column));
            value.is_some_and(|value| values.iter().any(|left| fold(left) == fold(&value)))
        });
        if is_left {
            return Told::LeftOut;
        }
        let mut values = self.fields.blank();
        let mut sound = true;
        for (field, rule) in &self.mapping.fields {
            match self.value(field, rule, &cells) {
                Ok(value) => self.fields.put(&mut values, field, value),
                Err(finding) => {
                    into.findings.push(*finding);
                    sound = false;
                }
            }
        }
        let commune = self.commune(&mut values);
        if let Some(commune) = &commune
            && !self.communes.is_empty()
            && !self.communes.contains(commune)
        {
            into.findings.clear();
            return Told::Elsewhere;
        }
        if let Some(finding) = self.contradiction(&values) {
            into.findings.push(finding);
            return Told::Refused;
        }
        if !sound {
            return Told::Refused;
        }
        self.word_decision(&mut values);
        let parcels = self.parcels(&cells, commune.as_ref(), into);
        if self.mapping.parcels.is_some() && !parcels.is_empty() {
            let list: Vec<&str> = parcels.iter().map(Idu::as_str).collect();
            let list = Given::Text(list.join("|"));
            self.fields.put(&mut values, "parcelles", list);
        }
        match self.events(&cells) {
            Ok(None) => {}
            Ok(Some(events)) => self
                .fields
                .put(&mut values, "evenements", Given::Text(events)),
            Err(finding) => {
                into.findings.push(*finding);
                return Told::Refused;
            }
        }
        Told::File(values, parcels)
    }

    /// The number that the row bears, taken apart.
    pub(super) fn number(&self, values: &[Given]) -> Option<FileNumber> {
        let Given::Text(written) = self.fields.get(values, "numero")? else {
            return None;
        };
        match reference::parse(written, &context(None, &Places::default())) {
            Outcome::File(number) => Some(number),
            _ => None,
        }
    }

    /// The commune that the row names, or else its number does.
    fn commune(&self, values: &mut [Given]) -> Option<Insee> {
        let told = match self.fields.get(values, "commune") {
            Some(Given::Text(text)) => Some(text.clone()),
            Some(Given::Integer(code)) => Some(code.to_string()),
            _ => None,
        };
        let told = told.map(|told| {
            let padded = told.trim().to_uppercase();
            format!("{padded:0>5}")
        });
        let code = told.and_then(|told| Insee::try_from(told).ok());
        let code = code.or_else(|| Some(self.number(values)?.commune));
        if let Some(code) = &code {
            let given = Given::Text(code.to_string());
            self.fields.put(values, "commune", given);
        }
        code
    }

    fn value(&self, field: &str, rule: &Rule, cells: &Reader<'_>) -> Result<Given, Box<Finding>> {
        let texts = rule
            .columns
            .iter()
            .filter_map(|name| cells.text(self.at(name)));
        let found = match &rule.join {
            Some(between) => {
                let all: Vec<String> = texts.collect();
                let whole = all.join(between);
                let words: Vec<&str> = whole.split_whitespace().collect();
                (!all.is_empty()).then(|| words.join(" "))
            }
            None => texts.into_iter().next(),
        };
        let Some(found) = found else {
            return Ok(rule.value.clone().map_or(Given::Absent, Given::Text));
        };
        let meant = rule.meaning(&found).map_err(|()| {
            let columns = rule.columns.join(", ");
            let finding = Finding::new(
                Severity::Error,
                "mapping",
                format!("La valeur « {found} » ({columns}) n’est pas dans la correspondance."),
            );
            let advice = "Ajoutez-la à la table des valeurs de la correspondance.";
            Box::new(finding.about(field, Some(&found)).advising(advice))
        })?;
        let Some(meant) = meant else {
            return Ok(Given::Absent);
        };
        let whole = format!("{}{meant}", rule.prefix);
        if rule.form == Form::Numero {
            return number(field, &whole);
        }
        if self.measures.iter().any(|measure| measure == field) {
            return Ok(rounded(&whole).map_or(Given::Text(whole), Given::Integer));
        }
        if self.days.iter().any(|day| day == field) {
            let day = rule
                .dates
                .iter()
                .find_map(|form| NaiveDate::parse_from_str(&whole, form).ok());
            return Ok(day.map_or(Given::Text(whole), Given::Date));
        }
        Ok(Given::Text(whole))
    }

    /// The dated events, as the field `evenements` writes them.
    fn events(&self, cells: &Reader<'_>) -> Result<Option<String>, Box<Finding>> {
        let mut events = Vec::new();
        for rule in &self.mapping.events {
            let told = |name: &String| Some((name.clone(), cells.text(self.at(name))?));
            let text = |names: &[String]| names.iter().find_map(told);
            let Some((column, written)) = text(&rule.columns) else {
                continue;
            };
            let refused = |why: String| {
                let why = format!("« {written} », dans la colonne {column} : {why}");
                let finding = Finding::new(Severity::Error, "type", why);
                let advice = "Corrigez la date dans l’export : 31/01/2026 ou 2026-01-31.";
                Box::new(finding.about("evenements", Some(&written)).advising(advice))
            };
            let Some(date) = day(rule, &written).map_err(refused)? else {
                continue;
            };
            let length = text(&rule.length_columns).map(|(_, length)| length);
            let length = length.or_else(|| rule.length.clone());
            let event = Event::new(date, rule.kind, length.as_deref(), rule.article.as_deref());
            events.push(event.map_err(|fault| refused(fault.to_string()))?);
        }
        events.sort_by_key(|event| event.date);
        Ok((!events.is_empty()).then(|| Event::write(&events)))
    }
}

/// A number to the unit; none when the text is no number.
fn rounded(text: &str) -> Option<i64> {
    let plain: String = text.chars().filter(|it| !it.is_whitespace()).collect();
    let number: f64 = plain.replace(',', ".").parse().ok()?;
    (number.abs() < 1e15).then(|| number.round() as i64)
}

fn day(rule: &EventRule, written: &str) -> Result<Option<NaiveDate>, String> {
    let forms = rule.dates.iter();
    let known = forms
        .filter_map(|form| NaiveDate::parse_from_str(written, form).ok())
        .next();
    match known {
        Some(day) => Ok(Some(day)),
        None => day_of(&Given::Text(written.to_owned())),
    }
}

pub(super) fn context<'a>(commune: Option<&'a Insee>, places: &'a Places) -> Context<'a> {
    Context { commune, places }
}

fn number(field: &str, written: &str) -> Result<Given, Box<Finding>> {
    match reference::parse(written, &context(None, &Places::default())) {
        Outcome::File(number) => Ok(Given::Text(number.to_string())),
        Outcome::Wrong(fault) => Err(fault.to_string()),
        _ => Err("c’est une parcelle".to_owned()),
    }
    .map_err(|why| {
        let message = format!("« {written} » n’est pas un numéro de dossier : {why}.");
        let finding = Finding::new(Severity::Error, "pattern", message);
        let advice = "Attendu : PC 044 109 22 A0001, avec ou sans espaces.";
        Box::new(finding.about(field, Some(written)).advising(advice))
    })
}
