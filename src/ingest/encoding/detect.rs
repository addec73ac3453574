//! Which encoding texts are in: what the file states when its bytes bear it out, or else what the
//! bytes show.

use super::Encoding;

/// Where an encoding is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The contributor says so.
    Wanted,
    /// The file states it, and its texts do not deny it.
    Stated,
    /// The file states nothing: its texts show it.
    Shown,
    /// The file states another one, in which its texts make no sense.
    Denied,
}

/// The encoding of a file's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detected {
    /// The encoding.
    pub encoding: Encoding,
    /// Where it is known from.
    pub how: How,
}

/// How much better another encoding must read before the stated one is denied, in points an
/// accented letter.
const MARGIN: f64 = 4.0;

/// Encodings of one byte that French files come in.
const CANDIDATES: [Encoding; 5] = [
    Encoding::WINDOWS_1252,
    Encoding::ISO_8859_15,
    Encoding::Cp850,
    Encoding::Web(encoding_rs::MACINTOSH),
    Encoding::Cp437,
];

/// The encoding of these bytes, texts of one file one after the other. `stated` is what the file
/// says of itself.
pub fn detect(bytes: &[u8], stated: Option<Encoding>) -> Detected {
    let found = |encoding, how| Detected { encoding, how };
    let kept = |encoding| match stated {
        Some(said) if said == encoding => found(encoding, How::Stated),
        Some(_) => found(encoding, How::Denied),
        None => found(encoding, How::Shown),
    };
    if bytes.is_ascii() {
        return match stated {
            Some(said) => found(said, How::Stated),
            None => found(Encoding::UTF_8, How::Shown),
        };
    }
    if is_utf8(bytes) {
        return kept(Encoding::UTF_8);
    }
    let scores = CANDIDATES.map(|candidate| (score(candidate, bytes), candidate));
    // The first of equals: Windows-1252 and ISO-8859-15 write French letters alike.
    let (best, encoding) = scores
        .into_iter()
        .reduce(|best, other| if other.0 > best.0 { other } else { best })
        .unwrap_or((0.0, Encoding::WINDOWS_1252));
    match stated.filter(|said| *said != Encoding::UTF_8) {
        Some(said) if score(said, bytes) + MARGIN > best => found(said, How::Stated),
        _ => kept(encoding),
    }
}

/// Whether the bytes are UTF-8, but for texts that were cut in the middle of a letter or pasted from
/// elsewhere.
fn is_utf8(mut bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    let several = |text: &[u8]| text.iter().filter(|byte| **byte >= 0xC0).count();
    loop {
        match std::str::from_utf8(bytes) {
            Ok(_) => break,
            Err(error) => {
                let (before, after) = bytes.split_at(error.valid_up_to());
                good += several(before);
                bad += 1;
                bytes = &after[error.error_len().unwrap_or(after.len()).min(after.len())..];
            }
        }
    }
    good += several(bytes);
    // Hardly a text of another encoding has one by chance: the rest is a line from elsewhere, which is
    // told.
    good >= bad
}

/// How well the bytes read in an encoding, in points a byte above ASCII.
fn score(encoding: Encoding, bytes: &[u8]) -> f64 {
    let mut points = 0_i64;
    let mut before = ' ';
    // Letters of what comes after judge too, so the whole is decoded, up to a bound.
    let head = &bytes[..bytes.len().min(ENOUGH)];
    let text = encoding.decode(head);
    let mut letters = 0_i64;
    for letter in text.chars() {
        if !letter.is_ascii() {
            letters += 1;
            points += worth(letter, before);
        }
        before = letter;
    }
    points as f64 / letters.max(1) as f64
}

/// Bytes that suffice to tell.
const ENOUGH: usize = 4 << 20;

fn worth(letter: char, before: char) -> i64 {
    let begins = !before.is_alphabetic();
    match letter {
        // Words begin with É, and hardly with these: « êpinay » is « Épinay » of another encoding.
        'ê' | 'ë' | 'è' | 'ï' | 'ù' | 'û' | 'ç' | 'œ' | 'ü' | 'ô' | 'â' if begins => 4,
        'é' | 'è' | 'ê' | 'ë' | 'à' | 'â' | 'î' | 'ï' | 'ô' | 'ù' | 'û' | 'ç' | 'œ' | 'ü' => {
            10
        }
        // A capital inside a word is another encoding's small letter.
        'É' | 'È' | 'Ê' | 'À' | 'Â' | 'Î' | 'Ô' | 'Ç' | 'Œ' | 'Ë' | 'Ï' | 'Û' | 'Ù' => {
            if before.is_lowercase() {
                -10
            } else {
                8
            }
        }
        '’' | '«' | '»' | '°' | '–' | '—' | '…' | '€' | '²' | '³' | '\u{a0}' | '“' | '”' | '·'
        | '½' | 'º' | '•' => 4,
        'ä' | 'ö' | 'á' | 'í' | 'ó' | 'ú' | 'ñ' | 'ÿ' | 'æ' | 'ã' | 'Ö' | 'Ä' | 'Ü' | 'ß' => {
            0
        }
        letter if letter.is_control() || letter == '\u{fffd}' => -20,
        letter if letter.is_alphabetic() => -5,
        _ => -10,
    }
}

/// What a text was before it was read in the wrong encoding: UTF-8 taken for Windows-1252
/// (`Ã©` for `é`), once or twice. Nothing when the text is as it should be.
pub fn mended(text: &str) -> Option<String> {
    let once = mend_once(text)?;
    Some(mend_once(&once).unwrap_or(once))
}

fn mend_once(text: &str) -> Option<String> {
    if !text.contains(['Ã', 'Â', 'â', 'Å']) {
        return None;
    }
    let windows = taken_for(text, encoding_rs::WINDOWS_1252);
    // `Ãš` is Ú read as Windows-1252, è as Latin-9: no word has a capital behind a small letter.
    match windows.as_deref().is_some_and(has_capital_inside) {
        true => taken_for(text, encoding_rs::ISO_8859_15).or(windows),
        false => windows,
    }
}

/// A text of UTF-8 that was taken for one of that encoding.
fn taken_for(text: &str, encoding: &'static encoding_rs::Encoding) -> Option<String> {
    let bytes: Option<Vec<u8>> = text
        .chars()
        .map(|letter| byte_of(letter, encoding))
        .collect();
    let mended = String::from_utf8(bytes?).ok()?;
    // Every letter beyond ASCII was two or three: a sound text does not read so by chance.
    (mended.chars().count() < text.chars().count()).then_some(mended)
}

fn has_capital_inside(text: &str) -> bool {
    let letters = text.chars().zip(text.chars().skip(1));
    letters
        .into_iter()
        .any(|(one, two)| one.is_lowercase() && two.is_uppercase() && !two.is_ascii())
}

/// The byte that Latin-1 or the encoding reads as that letter.
fn byte_of(letter: char, encoding: &'static encoding_rs::Encoding) -> Option<u8> {
    if letter <= '\u{ff}' {
        return u8::try_from(u32::from(letter)).ok();
    }
    let mut buffer = [0; 4];
    let (bytes, _, lost) = encoding.encode(letter.encode_utf8(&mut buffer));
    match (&bytes[..], lost) {
        ([byte], false) => Some(*byte),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Médiathèque Île de Nantes, 3 bis rue de l’Hôtel-Dieu, Rezé, École élémentaire, \
                        près de l'église, à côté du gymnase, CHÂTEAU DES DUCS, FORÊT";

    /// The text in an encoding, its typographic apostrophe left out where there is none.
    fn written(encoding: Encoding) -> Vec<u8> {
        let plain = |letter: char| if letter == '’' { '\'' } else { letter };
        match encoding {
            Encoding::Web(web) => web.encode(TEXT).0.into_owned(),
            dos => TEXT
                .chars()
                .map(plain)
                .map(|letter| {
                    (0..=255)
                        .find(|byte| dos.decode(&[*byte]).starts_with(letter))
                        .unwrap_or_else(|| panic!("{letter} in {}", dos.name()))
                })
                .collect(),
        }
    }

    #[test]
    fn an_encoding_that_is_not_stated_is_seen_from_the_texts() {
        let utf8 = Encoding::UTF_8;
        for encoding in [
            utf8,
            Encoding::WINDOWS_1252,
            Encoding::Cp850,
            Encoding::Web(encoding_rs::MACINTOSH),
        ] {
            let found = detect(&written(encoding), None);
            let expected = Detected {
                encoding,
                how: How::Shown,
            };
            assert_eq!(found, expected, "{}", encoding.name());
        }
        assert_eq!(detect(b"plain", None).encoding, utf8);
        let euro = encoding_rs::ISO_8859_15.encode("œuvre, nœud, 12 €").0;
        let one = [&b"\xBDuvre, n\xBDud, 12 \xA4"[..], &euro].concat();
        assert!(
            detect(&one, None)
                .encoding
                .decode(&one)
                .starts_with("œuvre")
        );
    }

    #[test]
    fn a_statement_is_believed_unless_the_texts_deny_it() {
        let (utf8, latin) = (written(Encoding::UTF_8), written(Encoding::WINDOWS_1252));
        let said = |bytes: &[u8], encoding| detect(bytes, Some(encoding));
        let kept = |encoding| Detected {
            encoding,
            how: How::Stated,
        };
        let denied = |encoding| Detected {
            encoding,
            how: How::Denied,
        };
        assert_eq!(
            said(&latin, Encoding::WINDOWS_1252),
            kept(Encoding::WINDOWS_1252)
        );
        assert_eq!(said(&utf8, Encoding::UTF_8), kept(Encoding::UTF_8));
        assert_eq!(said(&utf8, Encoding::WINDOWS_1252), denied(Encoding::UTF_8));
        assert_eq!(
            said(&latin, Encoding::UTF_8),
            denied(Encoding::WINDOWS_1252)
        );
        let dos = written(Encoding::Cp850);
        assert_eq!(said(&dos, Encoding::WINDOWS_1252), denied(Encoding::Cp850));
        assert_eq!(said(b"ascii", Encoding::Cp850), kept(Encoding::Cp850));
        assert_eq!(said(&latin, Encoding::ISO_8859_15).how, How::Stated);
    }

    #[test]
    fn a_text_cut_inside_a_letter_does_not_deny_utf8() {
        let mut cut = TEXT.as_bytes().to_vec();
        cut.extend_from_slice(b" Caf\xC3");
        cut.extend_from_slice(TEXT.as_bytes());
        assert_eq!(detect(&cut, None).encoding, Encoding::UTF_8);
    }

    #[test]
    fn one_letter_tells_an_encoding_and_a_line_from_elsewhere_denies_none() {
        let capital = "Mairie de l'Épinay";
        let mac = encoding_rs::MACINTOSH.encode(capital).0;
        assert_eq!(detect(&mac, None).encoding.decode(&mac), capital);
        let dos = b"Mairie de l'\x90pinay";
        assert_eq!(detect(dos, None).encoding.decode(dos), capital);
        let mixed = ["l’Épinay;".as_bytes(), b"Rez\xE9;"].concat();
        assert_eq!(detect(&mixed, None).encoding, Encoding::UTF_8);
    }

    #[test]
    fn texts_read_in_the_wrong_encoding_are_recognised() {
        let wrong = |text: &str| {
            encoding_rs::WINDOWS_1252
                .decode(text.as_bytes())
                .0
                .into_owned()
        };
        for text in ["Rezé", "École", "L’Hôtel", "À côté", "Œuvre"] {
            assert_eq!(mended(&wrong(text)).as_deref(), Some(text));
            assert_eq!(mended(&wrong(&wrong(text))).as_deref(), Some(text), "twice");
            let latin: String = text.bytes().map(char::from).collect();
            assert_eq!(mended(&latin).as_deref(), Some(text), "Latin-1");
        }
        let (latin9, _, _) = encoding_rs::ISO_8859_15.decode("Médiathèque".as_bytes());
        assert_eq!(mended(&latin9).as_deref(), Some("Médiathèque"));
        for sound in ["Rezé", "Ã", "Âge", "Pâté", "São Paulo", "Château"] {
            assert_eq!(mended(sound), None, "{sound}");
        }
    }
}
