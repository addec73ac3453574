//! From sheets to an exercise.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::form::{Form, Owner, Role, Shape, Target};
use super::heads::{Headed, headed, is_empty};
use super::place::{Places, Spot};
use super::{Cell, Sheet, value};
use crate::exercise::Exercise;
use crate::finding::Finding;

/// An exercise that was read from sheets.
#[derive(Debug)]
pub struct Read {
    /// The exercise.
    pub exercise: Exercise,
    /// Where its tables stand, for findings to name.
    pub places: Places,
}

/// Reads an exercise from sheets, in whatever order they and their columns are.
///
/// # Errors
/// Every sheet, column, reference and cell that is wrong, or else the first that the exercise's form
/// refuses; each at its sheet, row and cell.
pub fn from_sheets(sheets: &[Sheet]) -> Result<Read, Vec<Finding>> {
    let mut reading = Reading::default();
    for headed in headed(sheets)? {
        reading.sheet(&headed);
    }
    if !reading.findings.is_empty() {
        return Err(reading.findings);
    }
    reading.complete();
    let (document, places) = (reading.document, reading.places);
    match crate::read::document(document) {
        Ok(exercise) => Ok(Read { exercise, places }),
        Err(finding) => Err(vec![places.locate(finding)]),
    }
}

/// An exercise in the making.
struct Reading {
    document: Value,
    places: Places,
    /// The paths of tables that rows belong to, by the names that rows give.
    owners: BTreeMap<(Owner, Vec<String>), Vec<String>>,
    findings: Vec<Finding>,
}

impl Default for Reading {
    fn default() -> Self {
        let names = ["services", "communes", "contracts"];
        let document = names.map(|name| (name, Value::Array(Vec::new())));
        Self {
            document: Value::from_iter(document),
            places: Places::default(),
            owners: BTreeMap::new(),
            findings: Vec::new(),
        }
    }
}

/// A row's values: by field, and the names of what it belongs to.
#[derive(Default)]
struct Row {
    object: Map<String, Value>,
    belongs: Vec<String>,
    chosen: Option<String>,
    named: Option<String>,
}

impl Reading {
    fn sheet(&mut self, headed: &Headed<'_>) {
        self.places.heads.push(headed.heads.clone());
        let heads = self.places.heads.len() - 1;
        let rows = headed.sheet.rows.iter().enumerate().skip(headed.below);
        for (at, cells) in rows.filter(|(_, cells)| !cells.iter().all(is_empty)) {
            let spot = Spot {
                heads,
                row: at + 1,
                field: None,
            };
            if let Some(row) = self.cells(headed, &spot, cells) {
                self.row(headed.form, spot, row);
            }
        }
    }

    fn wrong(&mut self, spot: &Spot, field: &str, message: String) {
        self.findings.push(self.places.at(spot, field, message));
    }

    /// A row's cells, when none is wrong.
    fn cells(&mut self, headed: &Headed<'_>, spot: &Spot, cells: &[Cell]) -> Option<Row> {
        let (mut row, before) = (Row::default(), self.findings.len());
        for column in headed.form.columns {
            let at = headed.heads.columns.get(column.field);
            let cell = at.and_then(|at| cells.get(*at)).unwrap_or(&Cell::Empty);
            let value = match value::value(column.kind, cell) {
                Ok(Some(value)) => value,
                Ok(None) => continue,
                Err(message) => {
                    self.wrong(spot, column.field, message);
                    continue;
                }
            };
            let text = value.as_str().map(str::to_owned);
            match column.role {
                Role::Field => put(&mut row.object, column.field, value),
                Role::Belongs => row.belongs.extend(text),
                Role::Chooses => row.chosen = text,
                Role::Names => row.named = text,
            }
        }
        (self.findings.len() == before).then_some(row)
    }

    /// Puts a row where it stands in the exercise.
    fn row(&mut self, form: &'static Form, spot: Spot, row: Row) {
        let Some(target) = self.target(form, &spot, &row) else {
            return;
        };
        let Some(mut path) = self.owner(form, target, &spot, &row) else {
            return;
        };
        let owner = path.clone();
        path.extend(
            target
                .at
                .split('.')
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
        );
        match target.shape {
            Shape::Itself | Shape::One => self.table(&path, spot, row.object),
            Shape::Map(name, value) => self.figure(path, spot, (name, value), row.object),
            Shape::List => {
                let id = row
                    .object
                    .get("id")
                    .and_then(Value::as_str)
                    .map(str::to_owned);
                let list = at(&mut self.document, &path, Value::Array(Vec::new()));
                let Some(Value::Array(rows)) = list else {
                    return;
                };
                let number = rows.len();
                rows.push(Value::Object(row.object));
                path.push(number.to_string());
                self.places.spots.insert(path.clone(), spot.clone());
                if let Some(owns) = target.owns {
                    self.name(owns, &owner, &row.belongs, (row.named, id), path, &spot);
                }
            }
        }
    }

    /// Notes what other rows call a row.
    fn name(
        &mut self,
        owns: Owner,
        owner: &[String],
        belongs: &[String],
        (number, id): (Option<String>, Option<String>),
        path: Vec<String>,
        spot: &Spot,
    ) {
        let place = path.last().cloned().unwrap_or_default();
        if owns == Owner::Service {
            let Some(id) = id else { return };
            let services = &mut self.places.services;
            services
                .entry(id.clone())
                .or_insert(place.parse().unwrap_or(0));
            self.owners.entry((owns, vec![id])).or_insert(path);
            return;
        }
        debug_assert_eq!(owner.is_empty(), belongs.is_empty());
        // Without a number of its own a row goes by its id.
        let Some(name) = number.or(id) else { return };
        let names = [belongs, std::slice::from_ref(&name)].concat();
        if self.owners.insert((owns, names), path).is_some() {
            let message = format!("« {name} » is the number of another row too");
            self.wrong(spot, "number", message);
        }
    }

    fn target(&mut self, form: &'static Form, spot: &Spot, row: &Row) -> Option<&'static Target> {
        let targets = form.targets;
        let (message, field) = match &row.chosen {
            Some(chosen) => {
                let found = targets.iter().find(|t| t.chosen == Some(chosen.as_str()));
                if found.is_some() {
                    return found;
                }
                (format!("« {chosen} » is none of"), "kind")
            }
            // The one that asks for as many names as the row gives.
            None => match targets {
                [only] if only.chosen.is_none() => return Some(only),
                [first, ..] if first.chosen.is_none() => {
                    let found = targets.iter().find(|t| depth(t.owner) == row.belongs.len());
                    return found.or(Some(first));
                }
                _ => ("one is needed of".to_owned(), "kind"),
            },
        };
        let known: Vec<&str> = targets.iter().filter_map(|target| target.chosen).collect();
        self.wrong(spot, field, format!("{message} {}", known.join(", ")));
        None
    }

    /// The path of what a row belongs to.
    fn owner(
        &mut self,
        form: &Form,
        target: &Target,
        spot: &Spot,
        row: &Row,
    ) -> Option<Vec<String>> {
        if target.owner == Owner::Exercise {
            return Some(Vec::new());
        }
        let columns = form
            .columns
            .iter()
            .filter(|column| column.role == Role::Belongs);
        let columns: Vec<&str> = columns.map(|column| column.field).collect();
        if let Some(lacking) = columns.get(row.belongs.len()..depth(target.owner))
            && let Some(field) = lacking.first()
        {
            self.wrong(
                spot,
                field,
                format!("the {field} that this row belongs to is needed"),
            );
            return None;
        }
        let key = (target.owner, row.belongs.clone());
        if let Some(path) = self.owners.get(&key) {
            return Some(path.clone());
        }
        // Of a service that is there, the number is what is wrong.
        let service = (Owner::Service, row.belongs[..1].to_vec());
        let wrong = usize::from(depth(target.owner) > 1 && self.owners.contains_key(&service));
        let (field, name) = (columns.get(wrong)?, row.belongs.get(wrong)?);
        self.wrong(
            spot,
            field,
            format!("no {field} is called « {name} » in its own sheet"),
        );
        None
    }

    /// A table that stands once.
    fn table(&mut self, path: &[String], spot: Spot, object: Map<String, Value>) {
        if let Some(first) = self.places.spots.get(path) {
            let message = format!("row {} says it already: one is meant", first.row);
            let field = if path.is_empty() { "year" } else { "kind" };
            self.wrong(&spot, field, message);
            return;
        }
        let table = at(&mut self.document, path, Value::Object(Map::new()));
        if let Some(Value::Object(table)) = table {
            table.extend(object);
        }
        self.places.spots.insert(path.to_vec(), spot);
    }

    /// A value by name.
    fn figure(
        &mut self,
        path: Vec<String>,
        mut spot: Spot,
        (name, value): (&'static str, &'static str),
        mut object: Map<String, Value>,
    ) {
        let Some(Value::String(key)) = object.remove(name) else {
            return self.wrong(&spot, name, "a name is needed".to_owned());
        };
        let Some(figure) = object.remove(value) else {
            return self.wrong(&spot, value, "a number is needed".to_owned());
        };
        let figures = at(&mut self.document, &path, Value::Object(Map::new()));
        let Some(Value::Object(figures)) = figures else {
            return;
        };
        if figures.insert(key.clone(), figure).is_some() {
            return self.wrong(&spot, name, format!("« {key} » comes twice"));
        }
        spot.field = Some(value);
        self.places.spots.insert([path, vec![key]].concat(), spot);
    }

    /// The tables that a kind of key has even when they are empty, and the lists that rows may leave
    /// out.
    fn complete(&mut self) {
        for service in rows(&mut self.document, "services") {
            for agent in rows(service, "agents") {
                or_insert(agent, "periods", Value::Array(Vec::new()));
            }
            let Some(key) = service.get_mut("key") else {
                continue;
            };
            let (list, map) = (Value::Array(Vec::new()), Value::Object(Map::new()));
            match key.get("kind").and_then(Value::as_str) {
                Some("usage") => or_insert(key, "units", map.clone()),
                Some("fixed") => or_insert(key, "amounts", map.clone()),
                Some("tariff") => or_insert(key, "lines", list),
                Some("mixed") => or_insert(key, "parts", list),
                _ => {}
            }
            for part in rows(key, "parts").filter(|part| part["kind"] == "usage") {
                or_insert(part, "units", map.clone());
            }
            for line in rows(key, "lines") {
                or_insert(line, "quantities", map.clone());
            }
        }
        for contract in rows(&mut self.document, "contracts") {
            or_insert(contract, "split", Value::Object(Map::new()));
        }
    }
}

/// The rows of a list, none when there is no list.
fn rows<'a>(table: &'a mut Value, name: &str) -> impl Iterator<Item = &'a mut Value> {
    let rows = table.get_mut(name).and_then(Value::as_array_mut);
    rows.into_iter().flatten()
}

/// How many names a row gives of what it belongs to.
fn depth(owner: Owner) -> usize {
    match owner {
        Owner::Exercise => 0,
        Owner::Service | Owner::Contract => 1,
        Owner::Agent | Owner::Project | Owner::Price | Owner::Part => 2,
    }
}

fn or_insert(table: &mut Value, name: &str, value: Value) {
    if let Value::Object(table) = table {
        table.entry(name).or_insert(value);
    }
}

/// Puts a value at a dotted path.
fn put(object: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => drop(object.insert(path.to_owned(), value)),
        Some((first, rest)) => {
            let inner = object
                .entry(first)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

/// The value at a path, made when it is not there; the tables on the way too. Rows of lists are there.
fn at<'a>(document: &'a mut Value, path: &[String], made: Value) -> Option<&'a mut Value> {
    let Some((name, rest)) = path.split_first() else {
        return Some(document);
    };
    let next = match document {
        Value::Array(rows) => rows.get_mut(name.parse::<usize>().ok()?)?,
        Value::Object(table) => table.entry(name.as_str()).or_insert_with(|| match rest {
            [] => made.clone(),
            _ => Value::Object(Map::new()),
        }),
        _ => return None,
    };
    at(next, rest, made)
}
