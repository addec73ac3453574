//! From an exercise to sheets.

use serde_json::Value;

use super::form::{Column, Form, Kind, Owner, Role, Shape, Target};
use super::forms::FORMS;
use super::{Cell, Look, Sheet};
use crate::exercise::Exercise;
use crate::finding::Finding;
use crate::number::Exact;

/// The sheets of an exercise, those without a row too: they show where to write.
///
/// # Errors
/// When the exercise has no written form, which none that was read is without.
pub fn to_sheets(exercise: &Exercise) -> Result<Vec<Sheet>, Finding> {
    let exercise = serde_json::to_value(exercise)
        .map_err(|error| Finding::file(format!("the exercise cannot be written: {error}")))?;
    Ok(FORMS.iter().map(|form| sheet(form, &exercise)).collect())
}

fn sheet(form: &Form, exercise: &Value) -> Sheet {
    let text = |text: &str| Cell::Text(text.to_owned());
    let headings = form.columns.iter().map(|column| text(column.heading));
    let fields = form.columns.iter().map(|column| text(column.field));
    let mut rows = Vec::new();
    for target in form.targets {
        for owned in owners(exercise, target.owner) {
            rows.extend(
                rows_of(form, target, &owned)
                    .into_iter()
                    .map(|row| (owned.top, row)),
            );
        }
    }
    // All that one service spends stands together, whatever the order of the targets.
    rows.sort_by_key(|(top, _)| *top);
    Sheet {
        name: form.sheet.to_owned(),
        looks: form.columns.iter().map(look).collect(),
        headings: 2,
        rows: [headings.collect(), fields.collect()]
            .into_iter()
            .chain(rows.into_iter().map(|(_, row)| row))
            .collect(),
    }
}

fn look(column: &Column) -> Look {
    match column.kind {
        Kind::Amount => Look::Euros,
        Kind::Text => Look::Wide,
        _ => Look::Plain,
    }
}

/// A table that rows belong to.
struct Owned<'a> {
    /// Which service or contract it is or belongs to.
    top: usize,
    /// What rows name it by.
    names: Vec<String>,
    object: &'a Value,
}

/// The tables of a kind, in the order of the exercise.
fn owners(exercise: &Value, owner: Owner) -> Vec<Owned<'_>> {
    let within = |owner, at| {
        let mut found = Vec::new();
        for service in owners(exercise, owner) {
            for (number, object) in list(get(service.object, at)).iter().enumerate() {
                let mut names = service.names.clone();
                names.push((number + 1).to_string());
                found.push(Owned {
                    top: if owner == Owner::Exercise {
                        number
                    } else {
                        service.top
                    },
                    names,
                    object,
                });
            }
        }
        found
    };
    match owner {
        Owner::Exercise => vec![Owned {
            top: 0,
            names: Vec::new(),
            object: exercise,
        }],
        Owner::Service => list(get(exercise, "services"))
            .iter()
            .enumerate()
            .map(|(top, object)| Owned {
                top,
                names: vec![object["id"].as_str().unwrap_or_default().to_owned()],
                object,
            })
            .collect(),
        Owner::Agent => within(Owner::Service, "agents"),
        Owner::Project => within(Owner::Service, "digital_projects"),
        Owner::Price => within(Owner::Service, "key.lines"),
        Owner::Part => within(Owner::Service, "key.parts"),
        Owner::Contract => within(Owner::Exercise, "contracts"),
    }
}

/// The value at a dotted path; null when there is none.
fn get<'a>(object: &'a Value, path: &str) -> &'a Value {
    path.split('.')
        .filter(|name| !name.is_empty())
        .fold(object, |at, name| &at[name])
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn rows_of(form: &Form, target: &Target, owned: &Owned<'_>) -> Vec<Vec<Cell>> {
    let at = get(owned.object, target.at);
    match target.shape {
        Shape::Itself | Shape::One if at.is_null() => Vec::new(),
        Shape::Itself | Shape::One => vec![row(form, target, owned, 1, at)],
        Shape::List => list(at)
            .iter()
            .enumerate()
            .map(|(number, object)| row(form, target, owned, number + 1, object))
            .collect(),
        Shape::Map(name, value) => at
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, figure)| {
                let object =
                    Value::from_iter([(name, Value::from(key.as_str())), (value, figure.clone())]);
                row(form, target, owned, 1, &object)
            })
            .collect(),
    }
}

fn row(
    form: &Form,
    target: &Target,
    owned: &Owned<'_>,
    number: usize,
    object: &Value,
) -> Vec<Cell> {
    let mut owners = owned.names.iter();
    let cell = |column: &Column| match column.role {
        Role::Belongs => owners
            .next()
            .map_or(Cell::Empty, |name| Cell::Text(name.clone())),
        Role::Names => Cell::Text(number.to_string()),
        Role::Chooses => Cell::Text(target.chosen.unwrap_or_default().to_owned()),
        Role::Field => cell(column.kind, get(object, column.field)),
    };
    form.columns.iter().map(cell).collect()
}

fn cell(kind: Kind, value: &Value) -> Cell {
    let text = match value {
        Value::Bool(truth) => return Cell::Truth(*truth),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return Cell::Empty,
    };
    match kind {
        Kind::Amount | Kind::Number => match text.parse::<Exact>() {
            Ok(number) if number.fits_spreadsheets() => Cell::Number(number),
            _ => Cell::Text(text),
        },
        Kind::Date => text.parse().map_or(Cell::Text(text), Cell::Date),
        Kind::Text | Kind::Code | Kind::Name | Kind::Truth => Cell::Text(text),
    }
}
