//! The picture of a simulation: who gains and loses, and by how much.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use super::{Simulated, Simulation};
use crate::exercise::Insee;
use crate::number::Cents;

/// Colours that people who see few colours tell apart (Okabe and Ito), from the first variant on.
const COLOURS: [&str; 6] = [
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00",
];

/// Sizes, in the picture's units: the names' width, the bars' on either side of zero, a bar's height,
/// the space between communes, and what stands above.
const NAMES: i128 = 210;
const HALF: i128 = 260;
const VALUES: i128 = 110;
const BAR: i128 = 14;
const GAP: i128 = 10;
const LINE: i128 = 20;

/// The change of each commune under each variant as bars around zero, in SVG 1.1: to the left who
/// pays less, to the right who pays more.
pub fn plot(simulation: &Simulation) -> String {
    let mut svg = String::new();
    let drawn = draw(&mut svg, simulation);
    debug_assert!(drawn.is_ok(), "text never fails to be written");
    svg
}

fn draw(svg: &mut String, simulation: &Simulation) -> fmt::Result {
    let variants = &simulation.variants;
    let communes = names(simulation);
    let count = i128::try_from(variants.len()).unwrap_or(0);
    let each = count * BAR + GAP;
    let top = LINE * (count + 2);
    let rows = i128::try_from(communes.len()).unwrap_or(0);
    let (width, height) = (NAMES + 2 * (HALF + VALUES), top + rows * each + LINE);
    let zero = NAMES + VALUES + HALF;
    writeln!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" font-family="sans-serif" font-size="12" fill="#1d2b36">"##
    )?;
    let title = "Ce que chaque commune paie de moins (à gauche) ou de plus (à droite)";
    writeln!(svg, "<title>{title}</title>")?;
    writeln!(
        svg,
        r##"<rect width="{width}" height="{height}" fill="#ffffff"/>"##
    )?;
    writeln!(
        svg,
        r#"<text x="10" y="18" font-size="14" font-weight="bold">{title}</text>"#
    )?;
    for (nth, variant) in (1..).zip(variants) {
        legend(svg, LINE * nth, variant, colour(nth - 1))?;
    }
    let largest = variants
        .iter()
        .flat_map(|variant| variant.changes.communes.values())
        .map(|change| i128::from(change.change.0).abs())
        .max()
        .unwrap_or(0)
        .max(1);
    let bottom = top + rows * each;
    writeln!(
        svg,
        r##"<line x1="{zero}" y1="{top}" x2="{zero}" y2="{bottom}" stroke="#8595a1"/>"##
    )?;
    for (row, (insee, name)) in (0..).zip(&communes) {
        let y = top + row * each + GAP / 2;
        let middle = y + (count * BAR) / 2 + 4;
        writeln!(svg, r#"<text x="10" y="{middle}">{}</text>"#, Escaped(name))?;
        for (nth, variant) in (0..).zip(variants) {
            let change = variant.changes.communes.get(insee);
            let cents = change.map_or(Cents::ZERO, |change| change.change);
            let length = i128::from(cents.0).abs() * HALF / largest;
            bar(svg, (zero, y + nth * BAR), (cents, length), colour(nth))?;
        }
    }
    writeln!(svg, "</svg>")
}

fn colour(nth: i128) -> &'static str {
    let nth = usize::try_from(nth).unwrap_or(0);
    COLOURS[nth % COLOURS.len()]
}

fn legend(svg: &mut String, y: i128, variant: &Simulated, colour: &str) -> fmt::Result {
    let top = y + 9;
    writeln!(
        svg,
        r#"<rect x="10" y="{top}" width="12" height="12" fill="{colour}"/>"#
    )?;
    let metropolis = variant.changes.metropolis.change;
    writeln!(
        svg,
        r#"<text x="28" y="{}">{} : {} communes paient moins, {} paient plus, la métropole {}</text>"#,
        y + 19,
        Escaped(&variant.name),
        variant.gain,
        variant.lose,
        signed(metropolis)
    )
}

fn bar(
    svg: &mut String,
    (zero, y): (i128, i128),
    (cents, length): (Cents, i128),
    colour: &str,
) -> fmt::Result {
    let less = cents < Cents::ZERO;
    let x = if less { zero - length } else { zero };
    let height = BAR - 2;
    writeln!(
        svg,
        r#"<rect x="{x}" y="{y}" width="{length}" height="{height}" fill="{colour}"/>"#
    )?;
    if cents == Cents::ZERO {
        return Ok(());
    }
    let (x, anchor) = if less {
        (x - 4, "end")
    } else {
        (zero + length + 4, "start")
    };
    writeln!(
        svg,
        r#"<text x="{x}" y="{}" font-size="10" text-anchor="{anchor}">{}</text>"#,
        y + 10,
        signed(cents)
    )
}

/// An amount with its sign.
fn signed(cents: Cents) -> String {
    let plus = if cents > Cents::ZERO { "+" } else { "" };
    format!("{plus}{cents}")
}

/// The communes of all variants and of the exercise, and what they are called.
fn names(simulation: &Simulation) -> BTreeMap<Insee, String> {
    let variants = simulation.variants.iter().map(|variant| &variant.summary);
    let rows = std::iter::once(&simulation.base)
        .chain(variants)
        .flat_map(|it| &it.communes);
    let mut names = BTreeMap::new();
    for commune in rows {
        let name = commune
            .name
            .clone()
            .unwrap_or_else(|| commune.insee.to_string());
        names.entry(commune.insee).or_insert(name);
    }
    names
}

/// Text with XML's signs escaped, and without control characters.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|sign| match sign {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            sign if sign.is_control() => Ok(()),
            sign => f.write_char(sign),
        })
    }
}
