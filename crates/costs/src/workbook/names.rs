//! Names of sheets.

/// Characters that a sheet's name may have.
const LONGEST: usize = 31;

/// The name of a service's sheet: its place, so that no two are alike, and its id as far as the
/// formats allow.
pub(super) fn sheet_name(nth: usize, id: &str) -> String {
    let plain = |sign: char| match sign {
        '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'' => '-',
        sign if sign.is_control() => '-',
        sign => sign,
    };
    let name = format!("{}. {id}", nth + 1);
    name.chars().map(plain).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::sheet_name;

    #[test]
    fn names_of_sheets_are_the_formats_own() {
        assert_eq!(sheet_name(0, "sig"), "1. sig");
        assert_eq!(sheet_name(1, "a/b: [c]'"), "2. a-b- -c--");
        assert_eq!(sheet_name(2, &"é".repeat(40)).chars().count(), 31);
    }
}
