//! What is counted or paid, and hours: `3 lots`, `15 %`, `250 000 €`, `10h30`.

use super::areas;
use super::lex::Shape;
use super::scan::Scan;
use super::words::{Announces, announces};

/// What a project has several of.
const COUNTED: [&str; 48] = [
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
    "BATIMENT",
    "BATIMENTS",
    "IMMEUBLE",
    "IMMEUBLES",
    "APPARTEMENT",
    "APPARTEMENTS",
    "PIECES",
    "CHAMBRES",
    "ABRI",
    "ABRIS",
    "PISCINE",
    "PISCINES",
    "ARBRE",
    "ARBRES",
    "FENETRE",
    "FENETRES",
    "GARAGE",
    "PARCELLES",
    "TERRAINS",
    "PERSONNES",
    "ANS",
    "MOIS",
    "JOURS",
    "SEMAINES",
    "HEURES",
    "EXEMPLAIRES",
    "COPIES",
    "KM",
    "ML",
    "MQ",
    "CM",
    "KWC",
];
/// Words in the plural's form that count nothing.
const NO_PLURAL: [&str; 14] = [
    "DANS",
    "SOUS",
    "VERS",
    "PUIS",
    "SANS",
    "PLUS",
    "SIS",
    "DEUX",
    "ISSUS",
    "SITUES",
    "CADASTRES",
    "COMPRIS",
    "INCLUS",
    "TOUS",
];

impl Scan<'_> {
    /// The token after a count, a price or an hour.
    pub fn count(&self, at: usize) -> Option<usize> {
        let end = areas::quantity(self.tokens, at)?.end;
        let unit = self.token(end)?;
        // « 8 x 4 m ».
        let by = unit.says("X") && unit.lower && self.mixed;
        if let Some(side) = areas::quantity(self.tokens, end + 1).filter(|_| by) {
            let metre = self.token(side.end).is_some_and(|unit| unit.says("M"));
            return Some(side.end + usize::from(metre));
        }
        if let Some(after) = self.metres(end) {
            return Some(after);
        }
        if matches!(self.mark(unit), "%" | "€") {
            return Some(end + 1);
        }
        // « 250 k€ ».
        let thousands = self
            .token(end + 1)
            .is_some_and(|mark| self.mark(mark) == "€");
        if unit.among(&["K", "M"]) && thousands {
            return Some(end + 2);
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
        // « AB 12, 13 parcelles »: a count, or the number of one, for whoever asks for both.
        let listed =
            at > 0 && (self.tokens[at - 1].is(Shape::Break) || self.tokens[at - 1].says("ET"));
        let number = unit.says("PARCELLES") && listed && self.used;
        (unit.among(&COUNTED) && !number && self.values(end).is_none()).then_some(end + 1)
    }

    /// « 3m50 », « 20 m3 », where a section M could be: metres, or cubic ones.
    fn metres(&self, end: usize) -> Option<usize> {
        let unit = self.token(end).filter(|unit| unit.says("M"))?;
        let more = self
            .token(end + 1)
            .filter(|more| more.glued && more.is(Shape::Digits))?;
        let cubic = more.text == "3";
        let both = unit.glued && more.text.len() == 2;
        (unit.lower && self.mixed && (cubic || both)).then_some(end + 2)
    }

    /// A number before a plural that no list has: counted, likely.
    pub fn plural_count(&self, at: usize) -> Option<usize> {
        let noun = self.token(at + 1).filter(|noun| noun.is(Shape::Word))?;
        let few = self.tokens[at].text.len() <= 2;
        let plural = noun.text.len() > 3
            && noun.text.ends_with(['S', 'X'])
            && !["EES", "IES", "UES", "ISES"]
                .iter()
                .any(|end| noun.text.ends_with(end))
            && noun.lower
            && self.mixed
            && !noun.among(&NO_PLURAL);
        let value = matches!(
            announces(noun),
            Some(Announces::Section | Announces::Number | Announces::Prefix | Announces::Part)
        );
        (few && plural && !value && self.values(at + 1).is_none()).then_some(at + 2)
    }
}
