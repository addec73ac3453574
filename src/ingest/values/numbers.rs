//! Numbers and truth values, as people and programs write them.

use super::{Fault, Given, Typed};
use crate::catalogue::Field;
use crate::encode::html::french;

/// Integers up to which a double is exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// An integer: `12`, `12.0`, `1 234`, `450 m²` where the field's unit is m².
pub(super) fn integer(given: &Given, field: &Field) -> Result<i64, String> {
    if let Given::Integer(number) = given {
        return Ok(*number);
    }
    if let Given::Text(text) = given
        && let Ok(number) = text.trim().parse()
    {
        return Ok(number);
    }
    let number = real(given, field)?;
    if number.fract() != 0.0 {
        return Err("Ce n’est pas un nombre entier.".to_owned());
    }
    if number.abs() >= EXACT {
        return Err("Le nombre est trop grand.".to_owned());
    }
    Ok(number as i64)
}

/// A number: `12,5`, `1 234.5`, `1.234,5`, `12,5 m` where the field's unit is m.
pub(super) fn real(given: &Given, field: &Field) -> Result<f64, String> {
    let number = match given {
        Given::Integer(number) => *number as f64,
        Given::Real(number) => *number,
        Given::Text(text) => {
            let bare = without_unit(text.trim(), field.unit.as_deref());
            number_of(bare).ok_or("Ce n’est pas un nombre.")?
        }
        Given::Boolean(_) | Given::Date(_) | Given::Absent => {
            return Err("Ce n’est pas un nombre.".to_owned());
        }
    };
    if number.is_finite() {
        Ok(number)
    } else {
        Err("Le nombre n’est pas fini.".to_owned())
    }
}

/// What is said of a number beyond the bounds of its field.
pub(super) fn beyond(value: &Typed, field: &Field) -> Option<Fault> {
    let number = match value {
        Typed::Integer(number) => *number as f64,
        Typed::Real(number) => *number,
        _ => return None,
    };
    if field.bounds_allow(number) {
        return None;
    }
    let unit = field.unit.as_deref();
    let written = |number: f64| french::real(number, unit);
    let mut taken = match (field.min, field.max) {
        (Some(min), Some(max)) => format!("de {} à {}", french::real(min, None), written(max)),
        (Some(min), None) => format!("{} ou plus", written(min)),
        (None, max) => format!("{} au plus", written(max.unwrap_or_default())),
    };
    for number in &field.besides {
        taken.push_str(&format!(", ou {number}"));
    }
    let message = match field.min {
        Some(0.0) if number < 0.0 => {
            format!("« {} » ne peut pas être un nombre négatif.", field.title)
        }
        Some(min) if number < min => {
            format!("Le nombre est trop petit pour « {} ».", field.title)
        }
        _ => format!("Le nombre est trop grand pour « {} ».", field.title),
    };
    Some(Fault::error(
        "domain",
        message,
        format!("Attendu : {taken}."),
    ))
}

fn without_unit<'a>(text: &'a str, unit: Option<&str>) -> &'a str {
    let Some(unit) = unit else { return text };
    let plain = unit.replace('²', "2").replace('³', "3");
    [unit, plain.as_str()]
        .iter()
        .find_map(|unit| text.strip_suffix(unit))
        .map_or(text, str::trim_end)
}

/// The number that a text writes, with a point or a comma for its decimals and spaces between its
/// thousands.
pub fn number_of(text: &str) -> Option<f64> {
    let is_space = |letter: char| letter.is_whitespace() || letter == '\u{202f}';
    let bare: String = text.chars().filter(|letter| !is_space(*letter)).collect();
    let written = |letter: char| letter.is_ascii_digit() || "+-.,eE".contains(letter);
    if bare.is_empty() || !bare.chars().all(written) {
        return None;
    }
    let (commas, points) = (bare.matches(',').count(), bare.matches('.').count());
    let plain = match (commas, points) {
        (0, 0 | 1) => bare,
        (1, 0) => bare.replace(',', "."),
        // Of both, the last one stands before the decimals.
        (_, 1) if bare.rfind('.') > bare.rfind(',') => bare.replace(',', ""),
        (1, _) if bare.rfind(',') > bare.rfind('.') => bare.replace('.', "").replace(',', "."),
        _ => return None,
    };
    plain.parse().ok()
}

/// A truth value: oui, non, vrai, faux, 1, 0 and their like.
pub(super) fn truth(given: &Given) -> Result<bool, String> {
    let wrong = || "Ce n’est ni oui ni non.".to_owned();
    match given {
        Given::Boolean(truth) => Ok(*truth),
        Given::Integer(1) => Ok(true),
        Given::Integer(0) => Ok(false),
        Given::Real(number) if *number == 1.0 => Ok(true),
        Given::Real(number) if *number == 0.0 => Ok(false),
        Given::Text(text) => match text.trim().to_lowercase().as_str() {
            "oui" | "o" | "vrai" | "v" | "true" | "t" | "yes" | "y" | "1" | "x" => Ok(true),
            "non" | "n" | "faux" | "f" | "false" | "no" | "0" => Ok(false),
            _ => Err(wrong()),
        },
        _ => Err(wrong()),
    }
}
