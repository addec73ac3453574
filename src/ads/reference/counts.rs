//! What is counted or paid, and hours: `3 lots`, `15 %`, `250 000 €`, `10h30`.

use super::areas;
use super::lex::Shape;
use super::scan::Scan;

/// What a project has several of.
const COUNTED: [&str; 16] = [
    "LOT",
    "LOTS",
    "LOGEMENT",
    "LOGEMENTS",
    "LGTS",
    "MAISON",
    "MAISONS",
    "ETAGES",
    "NIVEAUX",
    "PLACES",
    "HABITATIONS",
    "VILLAS",
    "GARAGES",
    "BOXES",
    "EUROS",
    "EUR",
];

impl Scan<'_> {
    /// The token after a count, a price or an hour.
    pub fn count(&self, at: usize) -> Option<usize> {
        let end = areas::quantity(self.tokens, at)?.end;
        let unit = self.token(end)?;
        if matches!(self.mark(unit), "%" | "€") {
            return Some(end + 1);
        }
        // « 1er étage », « 2ème étage ».
        let rank = unit.glued && unit.among(&["ER", "E", "EME", "IEME"]);
        if rank {
            let storey = self.token(end + 1)?.among(&["ETAGE", "NIVEAU"]);
            return storey.then_some(end + 2);
        }
        if unit.says("H") && unit.lower && unit.glued && self.mixed {
            let minutes = self
                .token(end + 1)
                .is_some_and(|next| next.glued && next.is(Shape::Digits) && next.text.len() == 2);
            return Some(end + 1 + usize::from(minutes));
        }
        // « AB 13 lots 3 et 4 » names a parcel and its lots.
        (unit.among(&COUNTED) && self.values(end).is_none()).then_some(end + 1)
    }
}
