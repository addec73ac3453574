//! The communes of the territory as a map: outlines, one class each, that say something of them.
//!
//! A drawing without script for the pages that compare communes. Colours come from the style
//! sheet by class; each commune's words are its title, and the page says the same in a table or a
//! list, since a drawing alone tells nothing to who does not see it.

use askama::Template as _;

use super::Html;
use crate::model::{Commune, Communes};

/// What is drawn of one commune.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Painted {
    /// Class of the style sheet: `level-0` (least) to `level-5` (most), `none` without a figure,
    /// `good`, `lacking`. A commune that lacks something is hatched too: colour alone says nothing
    /// to one reader in twelve.
    pub class: &'static str,
    /// What to say of it, after its name: `412 unités`.
    pub says: String,
    /// Where it leads, a path that the page's root stands before.
    pub href: Option<String>,
}

#[derive(askama::Template)]
#[template(path = "commune_map.html")]
struct CommuneMap<'a> {
    /// Prefix of the identifiers inside, unique in the page.
    id: &'a str,
    title: &'a str,
    width: f64,
    height: f64,
    shapes: Vec<Shape<'a>>,
}

impl CommuneMap<'_> {
    /// Whether something leads somewhere: what is inside an image is hidden from who cannot see it.
    fn leads(&self) -> bool {
        self.shapes.iter().any(|shape| shape.painted.href.is_some())
    }
}

struct Shape<'a> {
    commune: &'a Commune,
    painted: Painted,
    label: Option<Label>,
}

/// A name that fits inside its commune: lines with their heights.
#[derive(Debug, PartialEq)]
struct Label {
    x: f64,
    lines: Vec<(f64, String)>,
}

/// Size of the names, in units of the drawing, and the usual width of a letter at that size.
const SIZE: f64 = 21.0;
const LETTER: f64 = 10.5;

/// The map as an SVG element to put into a page, unescaped; empty without communes.
///
/// `title` says what it shows; `id` must be unique in the page.
///
/// # Errors
/// When the template cannot be filled.
pub fn commune_map(
    communes: &Communes,
    id: &str,
    title: &str,
    paint: impl Fn(&Commune) -> Painted,
) -> Html {
    if communes.list.is_empty() {
        return Ok(String::new());
    }
    let shapes = communes.list.iter().map(|commune| Shape {
        commune,
        painted: paint(commune),
        label: label(commune),
    });
    CommuneMap {
        id,
        title,
        width: communes.width,
        height: communes.height,
        shapes: shapes.collect(),
    }
    .render()
}

/// The commune's name on one line or two, when that fits into its inscribed circle.
fn label(commune: &Commune) -> Option<Label> {
    let (x, y) = commune.middle;
    // A little over the circle is still inside most communes.
    let room = |lines: usize| {
        let half = SIZE * lines as f64 / 2.0;
        let left = (commune.radius * 1.2).powi(2) - half.powi(2);
        2.0 * left.max(0.0).sqrt()
    };
    let lines = (1..=3)
        .map(|count| split(&commune.name, count))
        .find(|lines| {
            let longest = lines.iter().map(|line| line.chars().count()).max();
            longest.unwrap_or(0) as f64 * LETTER <= room(lines.len())
        })?;
    let first = y - SIZE * (lines.len() as f64 - 1.0) / 2.0 + SIZE * 0.35;
    let lines = lines
        .into_iter()
        .enumerate()
        .map(|(place, line)| (rounded(first + place as f64 * SIZE), line))
        .collect();
    Some(Label {
        x: rounded(x),
        lines,
    })
}

fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// A name in so many lines at most, of like lengths, broken after hyphens and at spaces.
fn split(name: &str, lines: usize) -> Vec<String> {
    let mut words: Vec<String> = name
        .split_inclusive(['-', ' '])
        .map(str::to_owned)
        .collect();
    while words.len() > lines {
        // The two neighbours that make the shortest line together are joined.
        let Some((at, _)) = words
            .windows(2)
            .enumerate()
            .min_by_key(|(_, pair)| pair[0].chars().count() + pair[1].chars().count())
        else {
            break;
        };
        let next = words.remove(at + 1);
        words[at].push_str(&next);
    }
    words.iter().map(|line| line.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commune(name: &str, radius: f64) -> Commune {
        Commune {
            insee: "44018".parse().expect("a code"),
            name: name.to_owned(),
            population: Some(8000),
            outline: "M 0 0 l 10 0 0 10 z".to_owned(),
            middle: (100.0, 50.0),
            radius,
        }
    }

    fn lines(name: &str, radius: f64) -> Vec<String> {
        let label = label(&commune(name, radius));
        label.map_or_else(Vec::new, |label| {
            label.lines.into_iter().map(|(_, line)| line).collect()
        })
    }

    #[test]
    fn names_are_broken_until_they_fit_or_left_out() {
        assert_eq!(lines("Rezé", 30.0), ["Rezé"]);
        assert_eq!(lines("Saint-Herblain", 40.0), ["Saint-", "Herblain"]);
        assert_eq!(
            lines("La Chapelle-sur-Erdre", 60.0),
            ["La Chapelle-", "sur-Erdre"]
        );
        assert!(lines("Indre", 12.0).is_empty());
    }

    #[test]
    fn the_drawing_escapes_what_it_is_told_and_leads_where_it_is_told() {
        let communes = Communes {
            width: 1000.0,
            height: 800.0,
            list: vec![commune("<b>", 40.0)],
            ..Communes::default()
        };
        let svg = commune_map(&communes, "carte", "Usage", |_| Painted {
            class: "lacking",
            says: "aucun <référent>".to_owned(),
            href: Some("/reseaux?commune=44018&reseau=a".to_owned()),
        })
        .expect("a drawing");
        assert!(svg.contains("viewBox=\"0 0 1000 800\""), "{svg}");
        assert!(!svg.contains("<b>") && !svg.contains("<référent>"), "{svg}");
        assert!(svg.contains("reseau=a"), "{svg}");
        assert!(!svg.contains("style="), "the pages' policy forbids it");
        let none = commune_map(&Communes::default(), "c", "t", |_| Painted {
            class: "none",
            says: String::new(),
            href: None,
        });
        assert_eq!(none.expect("nothing"), "");
    }
}
