//! Text → tokens: upper-case ASCII words, runs of digits and marks, each with its place.

use std::ops::Range;

use super::table;
use super::words::announces;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Letters, in upper case, without accents.
    Word,
    /// Digits; in Corsica also `2A004…`.
    Digits,
    /// What separates two things: comma, semicolon, line end, tabulation, slash, `&`, `+`, `|`.
    Break,
    /// A hyphen or a dash, of any length.
    Dash,
    /// `°`, `º`.
    Degree,
    /// An apostrophe.
    Apostrophe,
    /// `?` or `!`: the end of a sentence.
    End,
    /// An opening parenthesis or bracket.
    Open,
    /// `_`.
    Under,
    /// Any other mark; says nothing.
    Mark,
    /// A letter of another alphabet.
    Foreign,
}

/// A token and its place in the text.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub shape: Shape,
    /// Upper case, without accents; of a mark, itself when it is ASCII.
    pub text: String,
    /// Bytes of the text as it was given.
    pub span: Range<usize>,
    /// Nothing, not even a space, stands between it and the token before.
    pub glued: bool,
    /// Its first letter had an accent: `à` is no section.
    pub accent: bool,
    /// Its first letter is in lower case.
    pub lower: bool,
}

impl Token {
    pub fn is(&self, shape: Shape) -> bool {
        self.shape == shape
    }

    /// Whether it is that word.
    pub fn says(&self, word: &str) -> bool {
        self.shape == Shape::Word && self.text == word
    }

    /// Whether it is one of those words.
    pub fn among(&self, words: &[&str]) -> bool {
        self.shape == Shape::Word && words.contains(&self.text.as_str())
    }

    /// A word that can be a section: one or two letters, without an accent.
    pub fn short(&self) -> bool {
        self.shape == Shape::Word && self.text.len() <= 2 && !self.accent
    }
}

/// Tokens of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let mut glued = false;
    for (at, letter) in text.char_indices() {
        let span = at..at + letter.len_utf8();
        let Some((shape, written, accent)) = read(letter) else {
            // Spaces part tokens; what has no width does not.
            glued = glued && !letter.is_whitespace() && !is_space(letter);
            continue;
        };
        let joins = matches!(shape, Shape::Word | Shape::Digits);
        if glued
            && joins
            && let Some(last) = found.last_mut().filter(|last| last.shape == shape)
        {
            last.text.push_str(written.as_str());
            last.span.end = span.end;
            continue;
        }
        found.push(Token {
            shape,
            text: written.as_str().to_owned(),
            span,
            glued: glued && !found.is_empty(),
            accent,
            lower: letter.is_lowercase(),
        });
        glued = true;
    }
    corsica(unglue(unglue(table::rows(label(links(found))))))
}

/// Leaves out addresses of mail, and those of pages up to their parameters.
fn links(tokens: Vec<Token>) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        if token.text == "@" && token.glued {
            while found.pop().is_some_and(|before| before.glued) {}
            while tokens.next_if(|next| next.glued).is_some() {}
            continue;
        }
        let page = token.among(&["HTTP", "HTTPS", "WWW"]);
        let glued = tokens
            .peek()
            .is_some_and(|next| next.glued && !next.is(Shape::Dash));
        if !page || !glued {
            found.push(token);
            continue;
        }
        while tokens
            .next_if(|next| next.glued && !next.is(Shape::End))
            .is_some()
        {}
    }
    found
}

/// One or two characters.
struct Written([u8; 2], usize);

impl Written {
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0[..self.1]).unwrap_or("")
    }
}

fn one(letter: u8) -> Written {
    Written([letter, 0], 1)
}

fn is_space(letter: char) -> bool {
    matches!(letter, '\u{a0}' | '\u{2007}' | '\u{202f}')
}

/// The shape of a character, how it is written and whether it had an accent; none of spaces.
fn read(letter: char) -> Option<(Shape, Written, bool)> {
    let shape = match letter {
        'a'..='z' | 'A'..='Z' => {
            let upper = letter.to_ascii_uppercase();
            return Some((Shape::Word, one(upper as u8), false));
        }
        '0'..='9' => return Some((Shape::Digits, one(letter as u8), false)),
        // Full-width letters.
        '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
            let letter = u8::try_from((u32::from(letter) - 0xff21) % 32).unwrap_or(0);
            return Some((Shape::Word, one(b'A' + letter), false));
        }
        // Full-width digits, and those of « m² ».
        '\u{ff10}'..='\u{ff19}' => {
            let digit = u8::try_from(u32::from(letter) - 0xff10).unwrap_or(0);
            return Some((Shape::Digits, one(b'0' + digit), false));
        }
        '²' => return Some((Shape::Digits, one(b'2'), true)),
        '№' => return Some((Shape::Word, Written(*b"NO", 2), true)),
        'œ' | 'Œ' => return Some((Shape::Word, Written(*b"OE", 2), true)),
        'æ' | 'Æ' => return Some((Shape::Word, Written(*b"AE", 2), true)),
        '\n' | '\r' | '\t' | ',' | ';' | '/' | '\\' | '&' | '+' | '|' | '•' | '·' | '*' | '¦' => {
            Shape::Break
        }
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ad}' => Shape::Dash,
        '°' | 'º' | '˚' => Shape::Degree,
        '\'' | '’' | '‘' | '`' | '´' | 'ʼ' => Shape::Apostrophe,
        '?' | '!' => Shape::End,
        '(' | '[' | '{' => Shape::Open,
        '_' => Shape::Under,
        _ if letter.is_whitespace() || is_space(letter) => return None,
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => return None,
        // Combining accents: the letter is read without.
        '\u{300}'..='\u{36f}' => return None,
        _ => match base(letter) {
            Some(base) => return Some((Shape::Word, one(base), true)),
            None if letter.is_alphanumeric() => Shape::Foreign,
            None => Shape::Mark,
        },
    };
    let written = u8::try_from(u32::from(letter)).unwrap_or(b'-');
    let written = if written.is_ascii_graphic() || matches!(letter, '\n' | '\r' | '\t') {
        written
    } else {
        b'-'
    };
    Some((shape, one(written), false))
}

/// The letter without its accent, in upper case.
fn base(letter: char) -> Option<u8> {
    Some(match letter {
        'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' | 'À' | 'Â' | 'Ä' | 'Á' | 'Ã' | 'Å' => b'A',
        'ç' | 'Ç' => b'C',
        'è' | 'é' | 'ê' | 'ë' | 'È' | 'É' | 'Ê' | 'Ë' => b'E',
        'ì' | 'í' | 'î' | 'ï' | 'Ì' | 'Í' | 'Î' | 'Ï' => b'I',
        'ñ' | 'Ñ' => b'N',
        'ò' | 'ó' | 'ô' | 'ö' | 'õ' | 'Ò' | 'Ó' | 'Ô' | 'Ö' | 'Õ' => b'O',
        'ù' | 'ú' | 'û' | 'ü' | 'Ù' | 'Ú' | 'Û' | 'Ü' => b'U',
        'ý' | 'ÿ' | 'Ý' | 'Ÿ' => b'Y',
        _ => return None,
    })
}

/// Names of fields written with underscores (`code_insee`, `SEC_CADASTRE1`) become one word.
fn label(tokens: Vec<Token>) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let mut token = tokens[at].clone();
        let mut end = at + 1;
        let part =
            |end: usize, shape: Shape| tokens.get(end).filter(|next| next.glued && next.is(shape));
        while token.is(Shape::Word)
            && part(end, Shape::Under).is_some()
            && let Some(next) = part(end + 1, Shape::Word)
        {
            token.text.push('_');
            token.text.push_str(&next.text);
            token.span.end = next.span.end;
            end += 2;
        }
        let known = end > at + 1 && announces(&token).is_some();
        if !known {
            found.push(tokens[at].clone());
            at += 1;
            continue;
        }
        at = end + usize::from(part(end, Shape::Digits).is_some());
        found.push(token);
    }
    found
}

/// Words typed without a space before the section, and « n° » after it: `sectionAB`, `ABn°`.
fn unglue(tokens: Vec<Token>) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        let size = token.text.len();
        let degree = tokens
            .get(at + 1)
            .is_some_and(|next| next.glued && next.is(Shape::Degree));
        let word = ["SECTION", "PARCELLE", "PARCELLES", "NUMERO"]
            .iter()
            .find_map(|word| token.text.strip_prefix(word))
            .map_or(0, str::len);
        let plural = ["SECTIONS", "PARCELLES", "NUMEROS"].contains(&token.text.as_str());
        let tail = match word {
            _ if degree && token.text.ends_with('N') && (matches!(size, 2 | 3) || word == 3) => 1,
            1 | 2 if !plural => word,
            _ => 0,
        };
        if !token.is(Shape::Word) || tail == 0 {
            found.push(token.clone());
            continue;
        }
        // What is split off is ASCII: as many bytes as letters.
        let middle = token.span.end - tail;
        found.push(Token {
            text: token.text[..size - tail].to_owned(),
            span: token.span.start..middle,
            ..token.clone()
        });
        found.push(Token {
            text: token.text[size - tail..].to_owned(),
            span: middle..token.span.end,
            glued: true,
            accent: false,
            ..token.clone()
        });
    }
    found
}

/// `2A` and `2B` before three digits or more are digits of a code: `2A004000AB0012`.
fn corsica(tokens: Vec<Token>) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let three = tokens.get(at..at + 3);
        let code = three.is_some_and(|three| {
            let joined =
                |token: &Token| token.glued && token.is(Shape::Word) || token.is(Shape::Digits);
            !(three[0].glued && at > 0 && joined(&tokens[at - 1]))
                && three[0].is(Shape::Digits)
                && three[0].text == "2"
                && three[1].glued
                && (three[1].says("A") || three[1].says("B"))
                && three[2].is(Shape::Digits)
                && three[2].text.len() >= 3
        });
        if !code {
            found.push(tokens[at].clone());
            at += 1;
            continue;
        }
        let mut token = tokens[at].clone();
        token.text.push_str(&tokens[at + 1].text);
        token.span.end = tokens[at + 1].span.end;
        at += 2;
        if tokens[at].glued {
            token.text.push_str(&tokens[at].text);
            token.span.end = tokens[at].span.end;
            at += 1;
        }
        found.push(token);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> String {
        tokens(text)
            .iter()
            .map(|token| match token.shape {
                Shape::Word | Shape::Digits => token.text.clone(),
                shape => format!("{shape:?}"),
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn letters_lose_case_and_accents_and_digits_part_from_them() {
        assert_eq!(read_all("Rezé, ab123"), "REZE Break AB 123");
        assert_eq!(read_all("N\u{a0}° 12 – 15"), "N Degree 12 Dash 15");
        assert_eq!(
            read_all("code_insee=44109&SEC_CADASTRE1"),
            "CODE_INSEE Mark 44109 Break SEC_CADASTRE"
        );
        assert_eq!(
            read_all("44109_000_AB_0123"),
            "44109 Under 000 Under AB Under 0123"
        );
        assert_eq!(
            read_all("2a004000ab12 2B 033 AB 2"),
            "2A004000 AB 12 2B 033 AB 2"
        );
        assert_eq!(read_all("sectionABn°12"), "SECTION AB N Degree 12");
        assert_eq!(read_all("м 12"), "Foreign 12");
        assert_eq!(read_all("ＡＢ１２３ ｚ"), "AB 123 Z");
        assert_eq!(read_all("Préfixe Section Numéro 000 AB 1"), "000 AB 1");
        assert_eq!(
            read_all("Préfixe : 000 Section : AB"),
            "PREFIXE Mark 000 SECTION Mark AB"
        );
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "à Rezé AB12";
        let found = tokens(text);
        assert_eq!(&text[found[1].span.clone()], "Rezé");
        assert!(found[0].accent && found[3].glued && !found[2].glued);
    }
}
