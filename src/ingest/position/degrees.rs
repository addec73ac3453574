//! Degrees as people write them: `47° 12' 30,5" N`, `1°33'O`, `47.2°`, `1.58 W`.

use crate::ingest::values::number_of;

/// Degrees of a text that marks them, or the hemisphere; none when it does neither.
pub(super) fn of(text: &str) -> Option<f64> {
    let text = text.trim().to_uppercase();
    let (sign, bare) = hemisphere(&text)?;
    // A hemisphere says the sign: another one beside would say it twice.
    let (minus, bare) = match bare.strip_prefix(['-', '\u{2212}']) {
        Some(_) if sign.is_some() => return None,
        Some(rest) => (-1.0, rest),
        None => (1.0, bare),
    };
    if sign.is_none() && !bare.contains(['°', 'º', '˚']) {
        return None;
    }
    let is_mark = |letter: char| "°º˚'’′\"”″".contains(letter) || letter.is_whitespace();
    let parts: Option<Vec<f64>> = bare
        .split(is_mark)
        .filter(|part| !part.is_empty())
        .map(number_of)
        .collect();
    let (whole, rest) = parts.as_deref()?.split_first()?;
    let sixtieths = rest.iter().all(|part| (0.0..60.0).contains(part)) && rest.len() <= 2;
    if !sixtieths || *whole < 0.0 {
        return None;
    }
    let units = [60.0, 3600.0];
    let parts: f64 = rest.iter().zip(units).map(|(part, unit)| part / unit).sum();
    Some(sign.unwrap_or(1.0) * minus * (whole + parts))
}

/// The sign of the hemisphere that stands before or behind, if one does, and what is left.
fn hemisphere(text: &str) -> Option<(Option<f64>, &str)> {
    let sign = |letter: char| match letter {
        'N' | 'E' => Some(1.0),
        'S' | 'O' | 'W' => Some(-1.0),
        _ => None,
    };
    let (first, last) = (text.chars().next()?, text.chars().next_back()?);
    Some(match (sign(first), sign(last)) {
        (None, None) => (None, text),
        (Some(sign), None) => (Some(sign), text[1..].trim()),
        (None, Some(sign)) => (Some(sign), text[..text.len() - 1].trim()),
        (Some(_), Some(_)) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_read_as_people_write_them() {
        let near = |text: &str, degrees: f64| {
            let read = of(text).unwrap_or_else(|| panic!("{text}"));
            assert!((read - degrees).abs() < 1e-9, "{text}: {read}");
        };
        near("47°12'30\"N", 47.208_333_333_333);
        near("47° 12' 30,6\" N", 47.208_5);
        near("1°33′36″O", -1.56);
        near("W 1.58", -1.58);
        near("1,58 W", -1.58);
        near("-1.58°", -1.58);
        near("47.2°", 47.2);
        near("47 12 30 N", 47.208_333_333_333);
    }

    #[test]
    fn what_marks_no_degrees_is_left_to_others() {
        for text in [
            "",
            "47.2",
            "-1.58",
            "N",
            "NC",
            "47°72'",
            "-1.58 W",
            "47°12'30\"4",
            "Nord",
            "47°N1",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
