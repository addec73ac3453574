//! The standards that the service follows.

use askama::Template as _;

use super::{Html, Page, Section, Site};

#[derive(askama::Template)]
#[template(path = "conformance.html")]
struct Conformance<'a> {
    page: Page<'a>,
    standards: Vec<Standard<'a>>,
}

/// A standard and its classes.
struct Standard<'a> {
    name: String,
    classes: Vec<(&'a str, &'a str)>,
}

/// Conformance classes, by standard.
pub fn conformance(site: Site<'_>, classes: &[&str]) -> Html {
    let mut standards: Vec<Standard<'_>> = Vec::new();
    for class in classes {
        let (name, short) = named(class);
        match standards.iter_mut().find(|standard| standard.name == name) {
            Some(standard) => standard.classes.push((class, short)),
            None => standards.push(Standard {
                name,
                classes: vec![(class, short)],
            }),
        }
    }
    Conformance {
        page: Page::new(site, "Conformité", Section::Api)
            .under("API", "/api")
            .json("/conformance?f=json", "application/json"),
        standards,
    }
    .render()
}

/// `http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core` → « OGC API Features, partie 1
/// (1.0) » and `core`.
fn named(class: &str) -> (String, &str) {
    let parts: Vec<&str> = class.split('/').collect();
    let [.., standard, version, "conf", short] = parts[..] else {
        return (class.to_owned(), class);
    };
    let name = match standard.strip_prefix("ogcapi-") {
        Some(api) => {
            let (topic, part) = api.rsplit_once('-').unwrap_or((api, "1"));
            let mut letters = topic.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            let topic: String = first.into_iter().chain(letters).collect();
            format!("OGC API {topic}, partie\u{a0}{part} (version\u{a0}{version})")
        }
        None => format!("{} (version\u{a0}{version})", standard.to_uppercase()),
    };
    (name, short)
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn classes_are_named_by_their_standard() {
        assert_eq!(
            named("http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs"),
            (
                "OGC API Features, partie\u{a0}2 (version\u{a0}1.0)".to_owned(),
                "crs"
            )
        );
        assert_eq!(
            named("http://www.opengis.net/spec/tms/2.0/conf/tilematrixset").0,
            "TMS (version\u{a0}2.0)"
        );
    }
}
