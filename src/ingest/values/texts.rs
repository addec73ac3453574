//! Texts against the domains and patterns of fields, and what would mend them.

use super::{Fault, Given, Repair, Rule, encoding, fold};

/// The text of a value given as anything.
pub(super) fn text_of(given: Given) -> String {
    match given {
        Given::Text(text) => text,
        // 12.0 is how spreadsheets keep the number 12.
        Given::Real(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            format!("{number:.0}")
        }
        other => super::shown(&other),
    }
}

/// Whether nothing is to be said of a text; most are, and the others take their time.
pub(super) fn is_sound(rule: &Rule, text: &str) -> bool {
    let odd = |letter: char| matches!(letter, 'Ã' | 'Â' | 'â' | 'Å' | '\0' | '\u{fffd}');
    let plain = if text.is_ascii() {
        !text.as_bytes().contains(&0)
    } else {
        !text.contains(odd)
    };
    let domain = &rule.field.domain;
    plain
        && text.trim().len() == text.len()
        && (domain.is_empty() || domain.iter().any(|value| value.code == text))
        && rule
            .pattern
            .as_ref()
            .is_none_or(|pattern| pattern.matches(text))
}

/// What would mend a text, one thing after the other, each on the text that the one before made.
pub(super) fn repairs(rule: &Rule, text: &str) -> Vec<Repair> {
    let mut list = Vec::new();
    let mut now = text.to_owned();
    if let Some(to) = encoding::detect::mended(&now) {
        now.clone_from(&to);
        let what = "Texte UTF-8 lu dans un autre encodage";
        list.push(Repair {
            rule: "encoding",
            to,
            what,
        });
    }
    let trimmed = now.trim();
    if trimmed.len() != now.len() {
        let to = trimmed.to_owned();
        now.clone_from(&to);
        let what = "Espaces en trop autour du texte";
        list.push(Repair {
            rule: "spaces",
            to,
            what,
        });
    }
    if let Some(to) = code_of(rule, &now) {
        let what = "Libellé ou autre graphie au lieu du code";
        list.push(Repair {
            rule: "domain",
            to,
            what,
        });
    } else if let Some(to) = shaped(rule, &now) {
        let what = "Autre écriture que celle attendue";
        list.push(Repair {
            rule: "pattern",
            to,
            what,
        });
    }
    list
}

/// The code of the domain that a text means by its label or in another case.
fn code_of(rule: &Rule, text: &str) -> Option<String> {
    let domain = &rule.field.domain;
    if domain.is_empty() || domain.iter().any(|value| value.code == text) {
        return None;
    }
    let folded = fold(text);
    let bare = |code: &str| code.trim_start_matches('0').to_owned();
    let numeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mut places: Vec<usize> = rule
        .domain
        .iter()
        .filter(|(name, _)| {
            *name == folded || (numeric(name) && numeric(&folded) && bare(name) == bare(&folded))
        })
        .map(|(_, place)| *place)
        .collect();
    places.sort_unstable();
    places.dedup();
    match places[..] {
        [place] => Some(domain[place].code.clone()),
        _ => None,
    }
}

/// Digits that a spreadsheet cut of their leading zeros, capitals written small: the text that the
/// pattern matches.
fn shaped(rule: &Rule, text: &str) -> Option<String> {
    let pattern = rule.pattern.as_ref()?;
    if pattern.matches(text) || text.len() > 40 {
        return None;
    }
    let compact: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    let cases = [text.to_uppercase(), text.to_lowercase(), compact];
    let found = cases.into_iter().find(|case| pattern.matches(case));
    if found.is_some() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return found;
    }
    // Once: a pattern that takes any number of digits says nothing of zeros.
    let padded = |zeros: usize| format!("{}{text}", "0".repeat(zeros));
    let mut fits = (1..=9).map(padded).filter(|case| pattern.matches(case));
    match (fits.next(), fits.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

/// What is wrong with a text, but for what a repair would mend.
pub(super) fn fault(rule: &Rule, text: &str) -> Option<Fault> {
    if text.contains('\u{fffd}') {
        return Some(Fault::error(
            "encoding",
            "Des octets du texte ne se lisent pas dans l’encodage du fichier.".to_owned(),
            "Indiquez l’encodage avec --encoding, ou exportez de nouveau la donnée.",
        ));
    }
    let field = &rule.field;
    if !field.domain.is_empty() {
        let known = field.domain.iter().any(|value| value.code == text);
        // Said with its repair already.
        if known || code_of(rule, text.trim()).is_some() {
            return None;
        }
        return Some(Fault::error(
            "domain",
            format!(
                "La valeur n’est pas de celles du champ « {} ».",
                field.title
            ),
            format!("Valeurs : {}.", codes(field)),
        ));
    }
    let pattern = rule.pattern.as_ref()?;
    if pattern.matches(text) || shaped(rule, text.trim()).is_some() {
        return None;
    }
    let trimmed = text.trim();
    // Outer spaces are all that is wrong: an error here, where the whole value counts.
    let advice = if trimmed.len() != text.len() && pattern.matches(trimmed) {
        "--repair le corrigerait.".to_owned()
    } else {
        let described = field.description.as_deref().unwrap_or(&field.title);
        format!(
            "Attendu : {} (forme {}).",
            described.trim_end_matches('.'),
            field.pattern.as_deref().unwrap_or_default()
        )
    };
    Some(Fault::error(
        "pattern",
        format!("La valeur n’a pas la forme du champ « {} ».", field.title),
        advice,
    ))
}

fn codes(field: &crate::catalogue::Field) -> String {
    let all: Vec<String> = field
        .domain
        .iter()
        .take(12)
        .map(|value| format!("{} ({})", value.code, value.label))
        .collect();
    let more = if field.domain.len() > all.len() {
        "…"
    } else {
        ""
    };
    format!("{}{more}", all.join(", "))
}
