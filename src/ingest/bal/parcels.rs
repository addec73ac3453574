//! The parcels that an address names (`cad_parcelles`), as identifiers of fourteen characters.

use crate::model::Idu;

/// One value of a list, normalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// A parcel.
    Parcel(Idu),
    /// What is no parcel's identifier.
    Unreadable(String),
}

/// The parcels of a list separated by `|` (some write `,` or `;`): identifiers of 14 characters, or
/// those of MAJIC in 15 (a digit of direction after the département); a section of one letter comes
/// after a zero or a space (`220170000 A0880`).
pub fn named(list: &str) -> Vec<Named> {
    let mut found = Vec::new();
    for value in list.split(['|', ',', ';']) {
        let bare = value.trim();
        if bare.is_empty() {
            continue;
        }
        let named = parcel(bare).map_or_else(|| Named::Unreadable(bare.to_owned()), Named::Parcel);
        if !found.contains(&named) {
            found.push(named);
        }
    }
    found
}

fn parcel(value: &str) -> Option<Idu> {
    let whole = value.to_uppercase();
    let whole = match whole.len() {
        14 => whole,
        15 => [whole.get(..2)?, whole.get(3..)?].concat(),
        _ => return None,
    };
    // A space stands for the zero before a section of one letter, and nowhere else.
    let (head, section, number) = (whole.get(..8)?, whole.get(8..10)?, whole.get(10..)?);
    let section = section
        .strip_prefix(' ')
        .map_or_else(|| section.to_owned(), |letter| format!("0{letter}"));
    format!("{head}{section}{number}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(list: &str) -> String {
        let parts = named(list).into_iter().map(|named| match named {
            Named::Parcel(idu) => idu.to_string(),
            Named::Unreadable(text) => format!("?{text}"),
        });
        parts.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_form_gives_fourteen_characters() {
        for (list, expected) in [
            ("", ""),
            ("44109000AB0123", "44109000AB0123"),
            (
                "441090000A0123|44109000AB0124",
                "441090000A0123 44109000AB0124",
            ),
            ("220170000 A0880", "221700000A0880"),
            ("44109000 A0880", "441090000A0880"),
            ("800016000AK0145", "80016000AK0145"),
            ("2A0004000ZE0001", "2A004000ZE0001"),
            ("974411000AX0001", "97411000AX0001"),
            ("44109000ab0123 | 44109000AB0123", "44109000AB0123"),
            (
                "44109000AB0123,44109000AB0124",
                "44109000AB0123 44109000AB0124",
            ),
            ("AB 123", "?AB 123"),
            ("44109000AB012", "?44109000AB012"),
            ("44109é00AB0123", "?44109é00AB0123"),
        ] {
            assert_eq!(told(list), expected, "{list}");
        }
    }
}
