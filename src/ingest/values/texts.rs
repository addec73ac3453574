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
    plain
        && !untidy(text)
        && !is_scientific(text)
        && !is_formula_error(text)
        && !has_lost_letters(text)
        && is_allowed(rule, text)
}

/// Whether a text is a long number as a spreadsheet shows it, its last digits gone: `2,40844E+08`.
fn is_scientific(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let Some((number, power)) = text.trim().split_once("E+") else {
        return false;
    };
    let (whole, rest) = number.split_once([',', '.']).unwrap_or((number, "0"));
    digits(whole) && digits(rest) && digits(power)
}

/// Whether a text is what a spreadsheet shows of a formula that failed, in French or English.
fn is_formula_error(text: &str) -> bool {
    const ERRORS: [&str; 11] = [
        "#REF!", "#N/A", "#VALEUR!", "#VALUE!", "#NOM?", "#NAME?", "#DIV/0!", "#NUL!", "#NULL!",
        "#NOMBRE!", "#NUM!",
    ];
    text.starts_with('#') && ERRORS.contains(&text.trim())
}

/// Whether a program wrote `?` for letters that its encoding has not: `Biblioth?que`, `l'?tang`.
fn has_lost_letters(text: &str) -> bool {
    if !text.contains('?') || text.contains("://") || text.contains('=') {
        return false;
    }
    let letters: Vec<char> = text.chars().collect();
    letters.windows(3).any(|around| {
        let before = around[0].is_alphabetic() || matches!(around[0], '\'' | '’');
        before && around[1] == '?' && around[2].is_lowercase()
    })
}

/// Whether the spaces around a text are all that keeps a field from taking it.
pub(super) fn is_spoilt(rule: &Rule, text: &str) -> bool {
    !is_allowed(rule, text) && is_allowed(rule, text.trim())
}

/// Whether the domain and the pattern of a field allow a text.
fn is_allowed(rule: &Rule, text: &str) -> bool {
    let domain = &rule.field.domain;
    (domain.is_empty() || domain.iter().any(|value| value.code == text))
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
    if untidy(&now) {
        let outer = now.trim().len() != now.len();
        let to = tidied(&now);
        now.clone_from(&to);
        let what = if outer {
            "Espaces en trop autour du texte"
        } else {
            "Espaces doubles ou insécables dans le texte"
        };
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

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\u{a0}' | '\u{202f}')
}

/// Whether a text has spaces around it, several in a row, one that holds two words together, or
/// letters without width.
fn untidy(text: &str) -> bool {
    if text.trim().len() != text.len() {
        return true;
    }
    if text.is_ascii() {
        let spaces = |two: &[u8]| matches!(two, [b' ' | b'\t', b' ' | b'\t']) || two[1] == b'\t';
        if !text.as_bytes().windows(2).any(spaces) {
            return false;
        }
    }
    tidied(text) != text
}

/// The same text with one plain space where it has several, or one that holds two words together:
/// before `:` and inside `«\u{a0}…\u{a0}»` such a space is as it should be. Lines stay apart.
fn tidied(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut letters = text.trim().chars().peekable();
    while let Some(letter) = letters.next() {
        if matches!(letter, '\u{200b}' | '\u{feff}') {
            continue;
        }
        if !is_space(letter) {
            tidy.push(letter);
            continue;
        }
        let mut run = String::from(letter);
        while let Some(next) = letters.next_if(|next| is_space(*next)) {
            run.push(next);
        }
        let between = tidy.chars().next_back().is_some_and(char::is_alphanumeric)
            && letters.peek().is_some_and(|next| next.is_alphabetic());
        let several = run == "\t" || run.chars().nth(1).is_some();
        // At the head of a line they indent.
        if (several || between) && !tidy.ends_with('\n') {
            tidy.push(' ');
        } else {
            tidy.push_str(&run);
        }
    }
    tidy
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
    let upper = compact.to_uppercase();
    let cases = [
        text.to_uppercase(),
        text.to_lowercase(),
        compact,
        upper.clone(),
        // The cadastre pads sections with a space: `44109000 A0012`.
        text.to_uppercase().replace(' ', "0"),
    ];
    let found = cases.into_iter().find(|case| pattern.matches(case));
    if found.is_some() || !upper.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return found;
    }
    // Once: a pattern that takes any number of digits says nothing of zeros.
    let padded = |zeros: usize| format!("{}{upper}", "0".repeat(zeros));
    // A long identifier loses the zero of a département at most; with more, another part lacks.
    let most = match upper.len() {
        _ if rule.zeroless => 0,
        7.. => 1,
        _ => 9,
    };
    let mut fits = (1..=most).map(padded).filter(|case| pattern.matches(case));
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
    if is_scientific(text) {
        return Some(Fault::error(
            "text",
            "Un tableur a arrondi ce nombre : ses derniers chiffres sont perdus.".to_owned(),
            "Donnez à la colonne le format texte, remettez les valeurs d’origine et exportez de nouveau.",
        ));
    }
    if is_formula_error(text) {
        return Some(Fault::error(
            "text",
            "La valeur est une erreur de formule du tableur.".to_owned(),
            "Corrigez la formule, ou remplacez-la par sa valeur.",
        ));
    }
    let field = &rule.field;
    if field.domain.is_empty() && rule.pattern.is_none() && has_lost_letters(text) {
        return Some(Fault::warning(
            "encoding",
            "Des « ? » semblent tenir lieu de lettres accentuées.".to_owned(),
            "Exportez de nouveau la donnée en UTF-8 : ces lettres sont perdues dans le fichier.",
        ));
    }
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
            match near(rule, text) {
                _ if is_spoilt(rule, text) => "--repair le corrigerait.".to_owned(),
                Some(value) => format!("Vouliez-vous dire {value} ? Valeurs : {}.", codes(field)),
                None => format!("Valeurs : {}.", codes(field)),
            },
        ));
    }
    let pattern = rule.pattern.as_ref()?;
    if pattern.matches(text) || shaped(rule, text.trim()).is_some() {
        return None;
    }
    // Outer spaces are all that is wrong: an error here, where the whole value counts.
    let advice = if is_spoilt(rule, text) {
        "--repair le corrigerait.".to_owned()
    } else {
        let described = field.description.as_deref().unwrap_or(&field.title);
        let described = described.trim_end_matches('.');
        let example = field.example.as_deref();
        match example.filter(|example| !described.contains(example)) {
            Some(example) => format!("Attendu : {described} ; par exemple « {example} »."),
            None => format!("Attendu : {described}."),
        }
    };
    Some(Fault::error(
        "pattern",
        format!("La valeur n’a pas la forme du champ « {} ».", field.title),
        advice,
    ))
}

/// Likeness (Jaro-Winkler) from which a value of the domain is proposed.
const CLOSE: f64 = 0.85;

/// The value of the domain whose code or label is the closest to a text, if one is close.
fn near(rule: &Rule, text: &str) -> Option<String> {
    let folded = fold(text);
    let like = |(name, place): &(String, usize)| (strsim::jaro_winkler(name, &folded), *place);
    let (likeness, place) = (rule.domain.iter().map(like)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    let value = &rule.field.domain[place];
    (likeness >= CLOSE).then(|| format!("« {} » ({})", value.code, value.label))
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
