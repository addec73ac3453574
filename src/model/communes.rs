//! The communes of the territory, as pages list and draw them.

use super::Insee;

/// Longest side of [`Communes`]' drawing, in its units.
pub const DRAWING: f64 = 1000.0;

/// A commune as it is published.
#[derive(Debug, Clone, PartialEq)]
pub struct Commune {
    /// Its INSEE code.
    pub insee: Insee,
    /// Its whole name, with its article.
    pub name: String,
    /// Municipal population, when it is known.
    pub population: Option<i64>,
    /// The outline, as the `d` of an SVG path.
    pub outline: String,
    /// The middle of its largest inscribed circle, and the radius.
    pub middle: (f64, f64),
    /// See `middle`.
    pub radius: f64,
}

/// A commune's inhabitants.
#[derive(Debug, Clone)]
pub struct CommunePopulation {
    /// Its code.
    pub insee: Insee,
    /// Its whole name.
    pub name: String,
    /// The *population municipale*.
    pub population: u64,
    /// Which census, as the source says it.
    pub vintage: Option<String>,
    /// Who published it.
    pub source: Option<String>,
}

/// What a commune is called.
#[derive(Debug, Clone)]
pub struct CommuneNames {
    /// Its code.
    pub insee: Insee,
    /// Its whole name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Its postcodes.
    pub postcodes: Vec<String>,
}

/// The communes of the territory in the order of their names, and the frame of their drawing:
/// north up, [`DRAWING`] units on its longest side.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Communes {
    /// Width of the drawing.
    pub width: f64,
    /// Height of the drawing.
    pub height: f64,
    /// What lies at its upper left corner, in metres of the territory's projection.
    pub corner: (f64, f64),
    /// Units of the drawing in a metre.
    pub scale: f64,
    /// The communes.
    pub list: Vec<Commune>,
}

impl Communes {
    /// The commune of that code.
    pub fn get(&self, insee: &str) -> Option<&Commune> {
        self.list
            .iter()
            .find(|commune| commune.insee.as_str() == insee)
    }

    /// The name of the commune of that code, or the code.
    pub fn name<'a>(&'a self, insee: &'a str) -> &'a str {
        self.get(insee).map_or(insee, |commune| &commune.name)
    }

    /// Where a position in metres of the territory's projection lies on the drawing.
    pub fn drawn(&self, x: f64, y: f64) -> (f64, f64) {
        let (west, north) = self.corner;
        ((x - west) * self.scale, (north - y) * self.scale)
    }
}
