//! What a cell says, for a column.

use serde_json::Value;

use super::Cell;
use super::form::Kind;

/// The value of a cell; nothing when it is empty.
///
/// # Errors
/// What the column wants instead.
pub(super) fn value(kind: Kind, cell: &Cell) -> Result<Option<Value>, String> {
    let text = |text: &str| Ok((!text.is_empty()).then(|| Value::from(text)));
    match (kind, cell) {
        (_, Cell::Empty) => Ok(None),
        (_, Cell::Error(why)) => Err(why.clone()),
        (kind, Cell::Heading(words)) => value(kind, &Cell::Text(words.clone())),
        (kind, Cell::Formula(_, result)) => value(kind, &Cell::Number(*result)),
        (Kind::Text, Cell::Text(words)) => text(words),
        (Kind::Truth, Cell::Truth(truth)) => Ok(Some(Value::from(*truth))),
        (Kind::Truth, Cell::Text(words)) => truth(words.trim()).map(|truth| truth.map(Value::from)),
        (Kind::Truth, Cell::Number(number)) => {
            truth(&number.to_string()).map(|truth| truth.map(Value::from))
        }
        (_, Cell::Text(words)) => text(words.trim()),
        (Kind::Date, Cell::Date(day)) => text(&day.to_string()),
        (Kind::Date, Cell::Number(number)) => Err(format!(
            "« {number} » is a number: give the cell a date's format, or write 2026-03-01"
        )),
        (Kind::Code, Cell::Number(number)) => code(&number.to_string()).map(|it| Some(it.into())),
        (Kind::Text | Kind::Name | Kind::Amount | Kind::Number, Cell::Number(number)) => {
            text(&number.to_string())
        }
        (Kind::Text, Cell::Date(day)) => text(&day.to_string()),
        (Kind::Amount | Kind::Number, Cell::Date(day)) => Err(format!(
            "a number is wanted, and this is the day {day}: give the cell a number's format"
        )),
        (_, Cell::Date(day)) => Err(format!("« {day} » is a day, which does not stand here")),
        (_, Cell::Truth(_)) => Err("yes or no does not stand here".to_owned()),
    }
}

fn truth(words: &str) -> Result<Option<bool>, String> {
    match words.to_lowercase().as_str() {
        "" => Ok(None),
        "oui" | "vrai" | "true" | "1" => Ok(Some(true)),
        "non" | "faux" | "false" | "0" => Ok(Some(false)),
        _ => Err(format!("« {words} » is neither oui nor non")),
    }
}

/// A code that is a number for the spreadsheet, which drops the zeros before it.
fn code(number: &str) -> Result<String, String> {
    if number.len() == 5 && number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(number.to_owned());
    }
    Err(format!(
        "« {number} » is a number, and a commune's code has five characters: give the column the \
         text format and write it again, with its zeros"
    ))
}
