//! Licences by their names rather than by their codes.

/// Name and text of a licence; what the catalogue says of it when it is not a known one.
#[derive(Debug)]
pub struct Licence<'a> {
    /// What readers call it.
    pub name: &'a str,
    /// Where its text stands.
    pub text: Option<&'static str>,
}

impl<'a> Licence<'a> {
    /// The licence of that SPDX identifier, or of that name.
    pub fn new(code: &'a str) -> Self {
        let known = |name, text| Self {
            name,
            text: Some(text),
        };
        match code.to_ascii_lowercase().as_str() {
            "etalab-2.0" => known(
                "Licence Ouverte 2.0 (Etalab)",
                "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
            ),
            "odbl-1.0" => known("ODbL 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
            "cc-by-4.0" => known(
                "Creative Commons Attribution 4.0",
                "https://creativecommons.org/licenses/by/4.0/deed.fr",
            ),
            _ => Self {
                name: code,
                text: None,
            },
        }
    }
}
