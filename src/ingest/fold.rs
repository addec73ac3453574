//! Names compared as people do: case, accents, spaces and punctuation aside.

/// The name without what people spell differently: `Code établissement`, `CODE_ETABLISSEMENT` and
/// `code etablissement` are one.
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            'à' | 'á' | 'â' | 'ä' | 'ã' | 'å' => folded.push('a'),
            'é' | 'è' | 'ê' | 'ë' => folded.push('e'),
            'î' | 'ï' | 'í' | 'ì' => folded.push('i'),
            'ô' | 'ö' | 'ó' | 'ò' | 'õ' => folded.push('o'),
            'ù' | 'û' | 'ü' | 'ú' => folded.push('u'),
            'ç' => folded.push('c'),
            'ñ' => folded.push('n'),
            'ÿ' => folded.push('y'),
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            letter if letter.is_alphanumeric() => folded.push(letter),
            _ => {}
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn spellings_of_one_name_fold_to_one() {
        for name in [
            "Code établissement",
            "CODE_ETABLISSEMENT",
            "code-etablissement",
            "code  Établissement ",
        ] {
            assert_eq!(fold(name), "codeetablissement", "{name}");
        }
        assert_eq!(fold("Œuvre d’art"), "oeuvredart");
        assert_eq!(
            fold("Saint-Aignan Grandlieu"),
            fold("SAINT AIGNAN-GRANDLIEU")
        );
    }
}
