//! Words of streets and of what is typed, made comparable: without accents, case or signs, usual
//! abbreviations written out.

/// Abbreviations of kinds of streets, titles and saints.
const SHORT: [(&str, &str); 44] = [
    ("ALL", "ALLEE"),
    ("AV", "AVENUE"),
    ("AVE", "AVENUE"),
    ("BD", "BOULEVARD"),
    ("BLD", "BOULEVARD"),
    ("BLVD", "BOULEVARD"),
    ("BVD", "BOULEVARD"),
    ("CAR", "CARREFOUR"),
    ("CDT", "COMMANDANT"),
    ("CH", "CHEMIN"),
    ("CHE", "CHEMIN"),
    ("CHEM", "CHEMIN"),
    ("CHS", "CHAUSSEE"),
    ("CNE", "CAPITAINE"),
    ("COL", "COLONEL"),
    ("CRS", "COURS"),
    ("DR", "DOCTEUR"),
    ("ESP", "ESPLANADE"),
    ("FBG", "FAUBOURG"),
    ("FG", "FAUBOURG"),
    ("GAL", "GENERAL"),
    ("GEN", "GENERAL"),
    ("HAM", "HAMEAU"),
    ("IMP", "IMPASSE"),
    ("LOT", "LOTISSEMENT"),
    ("LT", "LIEUTENANT"),
    ("MAL", "MARECHAL"),
    ("MGR", "MONSEIGNEUR"),
    ("PAS", "PASSAGE"),
    ("PASS", "PASSAGE"),
    ("PDT", "PRESIDENT"),
    ("PL", "PLACE"),
    ("PROF", "PROFESSEUR"),
    ("PROM", "PROMENADE"),
    ("PT", "PONT"),
    ("QU", "QUAI"),
    ("R", "RUE"),
    ("RES", "RESIDENCE"),
    ("RLE", "RUELLE"),
    ("RPT", "ROND"),
    ("RTE", "ROUTE"),
    ("SQ", "SQUARE"),
    ("ST", "SAINT"),
    ("STE", "SAINTE"),
];

/// A word and what it may stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Capitals and digits.
    pub text: String,
    /// What it abbreviates.
    pub long: Option<&'static str>,
}

/// The words of a text. Digits and letters part: `12bis` is two words.
pub fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<String> = Vec::new();
    let mut last = Kind::Other;
    for letter in text.chars() {
        for plain in folded(letter).chars() {
            let kind = Kind::of(plain);
            if kind == Kind::Other {
                last = kind;
                continue;
            }
            match words.last_mut() {
                Some(word) if kind == last => word.push(plain),
                _ => words.push(plain.to_string()),
            }
            last = kind;
        }
    }
    words
        .into_iter()
        .map(|text| Word {
            long: SHORT
                .binary_search_by_key(&text.as_str(), |(short, _)| short)
                .ok()
                .map(|place| SHORT[place].1),
            text,
        })
        .collect()
}

/// The words of a name, abbreviations written out.
pub fn spelt(name: &str) -> Vec<String> {
    let long = |word: Word| word.long.map_or(word.text, str::to_owned);
    words(name).into_iter().map(long).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Digit,
    Other,
}

impl Kind {
    fn of(letter: char) -> Self {
        match letter {
            '0'..='9' => Self::Digit,
            'A'..='Z' => Self::Letter,
            _ => Self::Other,
        }
    }
}

/// A letter without its accent, in capitals; a space for signs.
fn folded(letter: char) -> &'static str {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let upper = letter.to_ascii_uppercase();
    if let Some(place) = LETTERS.find(upper) {
        return &LETTERS[place..=place];
    }
    match letter {
        'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' | 'À' | 'Â' | 'Ä' | 'Á' | 'Ã' | 'Å' => "A",
        'ç' | 'Ç' => "C",
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => "E",
        'î' | 'ï' | 'í' | 'ì' | 'Î' | 'Ï' | 'Í' | 'Ì' => "I",
        'ñ' | 'Ñ' => "N",
        'ô' | 'ö' | 'ó' | 'ò' | 'õ' | 'Ô' | 'Ö' | 'Ó' | 'Ò' | 'Õ' => "O",
        'ù' | 'û' | 'ü' | 'ú' | 'Ù' | 'Û' | 'Ü' | 'Ú' => "U",
        'ÿ' | 'ý' | 'Ÿ' | 'Ý' => "Y",
        'œ' | 'Œ' => "OE",
        'æ' | 'Æ' => "AE",
        // Accents that follow their letter.
        '\u{300}'..='\u{36f}' => "",
        _ => " ",
    }
}

/// Which letters and digits a word has.
#[derive(Debug, Clone, Copy)]
pub struct Letters(u64);

impl Letters {
    /// Of a word in capitals.
    pub fn of(word: &str) -> Self {
        Self(word.bytes().fold(0, |all, letter| all | 1 << (letter & 63)))
    }

    /// How many of these another word has not: each takes a slip to make.
    pub fn missing_in(self, other: Self) -> usize {
        (self.0 & !other.0).count_ones() as usize
    }
}

/// Slips of the fingers that a word of that length is forgiven.
pub fn forgiven(length: usize) -> usize {
    match length {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// Slips between two words, letters added, lost, changed or swapped, when they are at most `most`.
pub fn slips(a: &str, b: &str, most: usize) -> Option<usize> {
    const LONGEST: usize = 32;
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > most || a.len() > LONGEST || b.len() > LONGEST {
        return None;
    }
    let mut rows = [[0usize; LONGEST + 1]; 3];
    for (place, cell) in rows[0].iter_mut().enumerate() {
        *cell = place;
    }
    for i in 1..=a.len() {
        let (now, one, two) = (i % 3, (i + 2) % 3, (i + 1) % 3);
        rows[now][0] = i;
        let mut least = i;
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut cost = (rows[one][j - 1] + same)
                .min(rows[one][j] + 1)
                .min(rows[now][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cost = cost.min(rows[two][j - 2] + 1);
            }
            rows[now][j] = cost;
            least = least.min(cost);
        }
        if least > most {
            return None;
        }
    }
    Some(rows[a.len() % 3][b.len()]).filter(|slips| *slips <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_are_sorted_to_be_found() {
        assert!(SHORT.is_sorted_by_key(|(short, _)| *short));
    }

    #[test]
    fn names_are_compared_without_their_dress() {
        assert_eq!(spelt("Av. de l’Église"), ["AVENUE", "DE", "L", "EGLISE"]);
        assert_eq!(
            spelt("12bis, r. St-Clair"),
            ["12", "BIS", "RUE", "SAINT", "CLAIR"]
        );
        assert_eq!(spelt("Cœur d'Ælis"), ["COEUR", "D", "AELIS"]);
        assert_eq!(spelt("e\u{301}cole"), ["ECOLE"]);
    }

    #[test]
    fn slips_are_counted() {
        for (a, b, expected) in [
            ("FOSSE", "FOSSE", Some(0)),
            ("FOSE", "FOSSE", Some(1)),
            ("FOSES", "FOSSE", Some(1)),
            ("FOSSS", "FOSSE", Some(1)),
            ("FXXXE", "FOSSE", None),
            ("", "FOSSE", None),
        ] {
            assert_eq!(slips(a, b, 2), expected, "{a} {b}");
        }
        assert_eq!(slips("ABCD", "DCBA", 2), None);
    }
}
