//! What a name, an e-mail, a telephone and a day look like when people type them.

use chrono::NaiveDate;

/// Longest text of a cell.
const LONGEST: usize = 160;

/// A text without case, accents, apostrophes and hyphens, to compare what people write:
/// `Saint-Aignan de Grand Lieu` and `SAINT AIGNAN DE GRAND-LIEU` are one.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        let plain = match letter {
            'à' | 'â' | 'ä' => "a",
            'é' | 'è' | 'ê' | 'ë' => "e",
            'î' | 'ï' => "i",
            'ô' | 'ö' => "o",
            'ù' | 'û' | 'ü' => "u",
            'ÿ' => "y",
            'ç' => "c",
            'œ' => "oe",
            'æ' => "ae",
            letter if letter.is_alphanumeric() => {
                out.push(letter);
                continue;
            }
            _ if out.ends_with(' ') => continue,
            _ => " ",
        };
        out.push_str(plain);
    }
    out.trim().to_owned()
}

/// A name or a function: one line, without what a spreadsheet would take for a formula.
///
/// # Errors
/// What is wrong with it.
pub fn plain(text: &str) -> Result<String, String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > LONGEST {
        return Err(format!("longer than {LONGEST} characters"));
    }
    if text.chars().any(char::is_control) {
        return Err("holds a control character".to_owned());
    }
    if text.starts_with(['=', '+', '-', '@']) {
        return Err(format!("« {text} » would be a formula in a spreadsheet"));
    }
    Ok(text)
}

/// An e-mail address, as far as its form tells; none when the text is empty.
///
/// # Errors
/// What is wrong with it.
pub fn email(text: &str) -> Result<Option<String>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let inside = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let good = text.split_once('@').is_some_and(|(name, host)| {
        let labels = host.split('.').collect::<Vec<_>>();
        let label = |label: &&str| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        !name.is_empty()
            && name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.chars().all(inside)
            && labels.len() > 1
            && labels.iter().all(label)
    });
    if !good || text.len() > 254 {
        return Err(format!("« {text} » is not an e-mail address"));
    }
    Ok(Some(text.to_owned()))
}

/// A French telephone number as ten digits in pairs, from `0240419000`, `02.40.41.90.00` or
/// `+33 2 40 41 90 00` (and the calling codes overseas); none when the text is empty.
///
/// # Errors
/// What is wrong with it.
pub fn phone(text: &str) -> Result<Option<String>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong =
        || format!("« {text} » is not a French telephone number (ten digits, 02 40 41 90 00)");
    let rest = text.strip_prefix('+');
    let spaced = |c: char| c.is_whitespace() || matches!(c, '.' | '-' | '(' | ')');
    let digits: String = rest
        .unwrap_or(text)
        .chars()
        .filter(|c| !spaced(*c))
        .collect();
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    let national = match rest {
        None => digits,
        // « +33 (0)2 … » is written as well.
        Some(_) => {
            let after = |code: &str| digits.strip_prefix(code).map(|d| d.trim_start_matches('0'));
            match after("33") {
                Some(local) => format!("0{local}"),
                // 0590 and the like: the calling code is the number's beginning too.
                None => ["262", "508", "590", "594", "596", "681", "687", "689"]
                    .into_iter()
                    .find_map(after)
                    .map(|local| format!("0{local}"))
                    .ok_or_else(wrong)?,
            }
        }
    };
    if national.len() != 10 || !national.starts_with('0') || national.starts_with("00") {
        return Err(wrong());
    }
    let pairs: Vec<&str> = (0..5)
        .map(|place| &national[place * 2..place * 2 + 2])
        .collect();
    Ok(Some(pairs.join(" ")))
}

/// A day, as `2026-01-31` or `31/01/2026`; none when the text is empty.
///
/// # Errors
/// What is wrong with it.
pub fn day(text: &str) -> Result<Option<NaiveDate>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    ["%Y-%m-%d", "%d/%m/%Y"]
        .into_iter()
        .find_map(|form| NaiveDate::parse_from_str(text, form).ok())
        .filter(|day| (1900..2200).contains(&chrono::Datelike::year(day)))
        .map(Some)
        .ok_or_else(|| format!("« {text} » is not a day (2026-01-31 or 31/01/2026)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_people_write_them() {
        assert_eq!(
            folded("Saint-Aignan de Grand Lieu"),
            folded("SAINT AIGNAN DE GRAND-LIEU")
        );
        assert_eq!(
            folded("Égalité femmes/hommes"),
            folded("egalite femmes-hommes")
        );
        assert_eq!(folded("Relation à l’usager"), "relation a l usager");
    }

    #[test]
    fn telephones_take_one_form() {
        let national = Ok(Some("02 40 41 90 00".to_owned()));
        for written in [
            "0240419000",
            "02.40.41.90.00",
            "+33 2 40 41 90 00",
            "+33(0)240419000",
        ] {
            assert_eq!(phone(written), national, "{written}");
        }
        assert_eq!(
            phone("+590 690 12 34 56"),
            Ok(Some("06 90 12 34 56".to_owned()))
        );
        assert_eq!(phone(" "), Ok(None));
        for written in [
            "17",
            "+49 30 901820",
            "02 40 41 90",
            "poste 1234",
            "+",
            "0040419000",
        ] {
            assert!(phone(written).is_err(), "{written}");
        }
    }

    #[test]
    fn addresses_and_days_are_read_strictly() {
        assert_eq!(
            email("a.b@mairie.example"),
            Ok(Some("a.b@mairie.example".to_owned()))
        );
        for written in [
            "a@b", "a b@c.fr", "@c.fr", "=a@c.fr", "a@c..fr", "a@b@c.fr", "é@c.fr",
        ] {
            assert!(email(written).is_err(), "{written}");
        }
        assert_eq!(day("31/01/2026"), day("2026-01-31"));
        for written in ["31/02/2026", "01-02-2026", "0026-01-31", "hier"] {
            assert!(day(written).is_err(), "{written}");
        }
        assert!(plain("=SOMME(A1)").is_err());
        assert_eq!(plain("  Anne   Exemple "), Ok("Anne Exemple".to_owned()));
    }
}
