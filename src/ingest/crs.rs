//! Reference systems of coordinates: what the file states or the contributor says, judged by where
//! it puts the data; a question otherwise, never a guess.

mod spread;

use exchange::SourceLayer;

use crate::catalogue::Territory;
use crate::model::{Bbox, Choice, Finding, Question, Severity, Srid};

pub use spread::Spread;

/// WGS 84 in longitudes and latitudes.
pub const WGS84: Srid = Srid(4326);

/// Where a reference system is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The contributor says so.
    Wanted,
    /// The file states it.
    Stated,
    /// The definition in the file is that of the code.
    Matched,
    /// The names of the columns say so.
    Columns,
    /// The format has one alone.
    Nature,
}

impl How {
    /// As the report says it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Wanted => "indiqué par --crs",
            Self::Stated => "écrit dans le fichier",
            Self::Matched => "reconnu d’après la définition du fichier",
            Self::Columns => "d’après le nom des colonnes",
            Self::Nature => "celui du format",
        }
    }
}

/// The system of a source layer, when the contributor or the file tells.
pub fn known(driver: &str, layer: &SourceLayer, wanted: Option<Srid>) -> Option<(Srid, How)> {
    if let Some(srid) = wanted {
        return Some((today(srid), How::Wanted));
    }
    // RFC 7946 and OGC KML know one system.
    let natural = ["GeoJSON", "GeoJSONSeq", "KML", "LIBKML"].contains(&driver);
    let stated = layer.reference.as_ref();
    if let Some((code, matched)) = stated.and_then(|it| it.epsg.map(|code| (code, it.matched))) {
        // The driver says so of every file that says nothing, with heights or without.
        if natural && matches!(code, 4326 | 4979) {
            return Some((WGS84, How::Nature));
        }
        let how = if matched { How::Matched } else { How::Stated };
        return Some((today(Srid(code)), how));
    }
    (stated.is_none() && natural).then_some((WGS84, How::Nature))
}

/// The later realisations of RGF93 differ from the first by millimetres, and PostGIS does not know
/// them yet: EPSG 9793 and 9794 (Lambert-93), 9822 to 9830 and 9842 to 9850 (CC42 to CC50).
fn today(Srid(code): Srid) -> Srid {
    Srid(match code {
        9793 | 9794 => 2154,
        9822..=9830 => code - 9822 + 3942,
        9842..=9850 => code - 9842 + 3942,
        9776..=9777 | 9781..=9782 => 4171,
        _ => code,
    })
}

/// Systems that French deliveries come in, the territory's own first.
pub fn usual(territory: &Territory) -> Vec<Srid> {
    let mut list = vec![territory.srid()];
    list.extend(territory.served_crs());
    list.extend([2154, 4326].map(Srid));
    list.extend((3942..=3950).map(Srid));
    list.extend([27572, 3857, 32630, 32631, 2975, 2970, 2972, 5490].map(Srid));
    let mut seen = Vec::new();
    list.retain(|srid| {
        let new = !seen.contains(srid);
        seen.push(*srid);
        new
    });
    list
}

/// What people call a system.
pub fn title(Srid(code): Srid) -> String {
    match code {
        2154 => "Lambert-93".to_owned(),
        3942..=3950 => format!("Lambert conique conforme, zone CC{}", code - 3900),
        4326 => "WGS 84, longitude et latitude".to_owned(),
        4171 => "RGF93, longitude et latitude".to_owned(),
        3857 => "Mercator des cartes du web".to_owned(),
        27572 => "Lambert II étendu (ancien)".to_owned(),
        32630 | 32631 => format!("WGS 84, UTM zone {} nord", code - 32600),
        2975 => "RGR92, UTM zone 40 sud (La Réunion)".to_owned(),
        2970 | 5490 => "UTM zone 20 nord (Antilles)".to_owned(),
        2972 => "RGFG95, UTM zone 22 nord (Guyane)".to_owned(),
        _ => "système de référence".to_owned(),
    }
}

/// The territory's box in several systems; empty as long as its communes are not published.
#[derive(Debug, Clone, Default)]
pub struct Frames(pub Vec<(Srid, Bbox)>);

/// Where a system puts the data.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// In the territory, or near it.
    Near,
    /// In it, were longitudes and latitudes the other way round.
    Swapped,
    /// Far from it; systems that would put the data there.
    Far(Vec<Srid>),
}

impl Frames {
    /// Where the system puts data that lie there; near when the territory is not known.
    pub fn place(&self, spread: Spread, srid: Srid) -> Place {
        let extent = spread.whole;
        let Some((_, frame)) = self.0.iter().find(|(known, _)| *known == srid) else {
            return Place::Near;
        };
        let frame = widened(*frame);
        // What a file says of its extent may be wrong: where its geometries begin is not.
        if [extent, spread.most]
            .iter()
            .any(|it| frame.intersection(*it).is_some())
        {
            return Place::Near;
        }
        let turned = Bbox {
            min_x: extent.min_y,
            min_y: extent.min_x,
            max_x: extent.max_y,
            max_y: extent.max_x,
        };
        if frame.intersection(turned).is_some() {
            return Place::Swapped;
        }
        Place::Far(self.fitting(spread.most))
    }

    /// Systems that put the extent in the territory, those that put all of it there first.
    pub fn fitting(&self, extent: Bbox) -> Vec<Srid> {
        let meets = |frame: &Bbox| widened(*frame).intersection(extent);
        let inside = |frame: &Bbox| meets(frame) == Some(extent);
        let pick = |whole: bool| {
            self.0
                .iter()
                .filter(move |(_, frame)| meets(frame).is_some() && inside(frame) == whole)
                .map(|(srid, _)| *srid)
        };
        pick(true).chain(pick(false)).collect()
    }

    /// Asks which system the coordinates are in. `stated` is the name of one that nobody knows, and
    /// where it is from.
    pub fn question(
        &self,
        usual: &[Srid],
        spread: Option<Spread>,
        stated: Option<(&str, How)>,
    ) -> Question {
        let fitting = spread
            .map(|spread| self.fitting(spread.most))
            .unwrap_or_default();
        let extent = spread.map(|spread| spread.whole);
        let others = usual.iter().filter(|srid| !fitting.contains(srid));
        let choice = |(srid, fits): (Srid, bool)| Choice {
            value: format!("EPSG:{}", srid.0),
            label: if fits {
                format!("{} : les données tombent dans le territoire", title(srid))
            } else {
                title(srid)
            },
        };
        let choices = fitting
            .iter()
            .map(|srid| (*srid, true))
            .chain(others.map(|srid| (*srid, false)))
            .map(choice)
            .take(12)
            .collect();
        let named = stated.map_or_else(
            || {
                "Le fichier ne dit pas dans quel système de référence sont ses coordonnées"
                    .to_owned()
            },
            |(name, how)| match how {
                How::Wanted => format!("« {name} », indiqué par --crs, n’est pas un système connu"),
                _ => format!("Le fichier nomme un système de référence inconnu, « {name} »"),
            },
        );
        let seen = extent.map_or_else(String::new, |extent| {
            format!(
                " (x de {} à {}, y de {} à {})",
                seen(extent.min_x),
                seen(extent.max_x),
                seen(extent.min_y),
                seen(extent.max_y)
            )
        });
        Question {
            option: "crs".to_owned(),
            text: format!("{named}{seen} : lequel est-ce ?"),
            choices,
        }
    }
}

/// A coordinate as people read it: metres whole, degrees to some metres.
fn seen(coordinate: f64) -> String {
    let text = if coordinate.abs() > 1_000.0 {
        format!("{coordinate:.0}")
    } else {
        format!("{coordinate:.4}")
    };
    text.replace('.', ",")
}

/// The frame with a tenth of its sides around it: deliveries reach over the border.
fn widened(frame: Bbox) -> Bbox {
    let (x, y) = (
        (frame.max_x - frame.min_x) * 0.1,
        (frame.max_y - frame.min_y) * 0.1,
    );
    Bbox {
        min_x: frame.min_x - x,
        min_y: frame.min_y - y,
        max_x: frame.max_x + x,
        max_y: frame.max_y + y,
    }
}

/// What is said of data that their system puts elsewhere; nothing when they are near.
pub fn finding(place: &Place, srid: Srid) -> Option<Finding> {
    let name = format!("EPSG:{} ({})", srid.0, title(srid));
    let (message, advice) = match place {
        Place::Near => return None,
        Place::Swapped => (
            format!(
                "En {name}, les données sont hors du territoire : longitudes et latitudes semblent interverties."
            ),
            "Exportez de nouveau la donnée avec la longitude (x) avant la latitude (y).".to_owned(),
        ),
        Place::Far(fitting) => (
            format!("En {name}, les données sont loin du territoire."),
            match fitting.first() {
                None => {
                    "Vérifiez le système de référence et le territoire de la livraison.".to_owned()
                }
                Some(first) => format!(
                    "Elles tombent dans le territoire en EPSG:{} ({}) : indiquez --crs EPSG:{}.",
                    first.0,
                    title(*first),
                    first.0
                ),
            },
        ),
    };
    Some(Finding::new(Severity::Error, "outside", message).advising(advice))
}

/// A code as people write it: `EPSG:3947`, `epsg 3947`, `3947`.
///
/// # Errors
/// What to write.
pub fn parse(text: &str) -> Result<Srid, String> {
    let bare = text.trim().to_lowercase();
    let bare = bare.rsplit([':', '/', ' ']).next().unwrap_or_default();
    let code = bare.strip_prefix("epsg").unwrap_or(bare);
    match code {
        "crs84" => return Ok(WGS84),
        "l93" | "lambert93" | "lambert-93" => return Ok(Srid(2154)),
        _ => {}
    }
    if let Some(zone) = code
        .strip_prefix("cc")
        .and_then(|zone| zone.parse::<i32>().ok())
        && (42..=50).contains(&zone)
    {
        return Ok(Srid(3900 + zone));
    }
    match code.parse() {
        Ok(code @ 1_000..=999_999) => Ok(Srid(code)),
        _ => Err(format!(
            "« {text} » is no reference system: write EPSG:2154, EPSG:3947, EPSG:4326…"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bbox([min_x, min_y, max_x, max_y]: [f64; 4]) -> Bbox {
        Bbox {
            min_x,
            min_y,
            max_x,
            max_y,
        }
    }

    /// Nantes Métropole, roughly.
    fn frames() -> Frames {
        Frames(vec![
            (
                Srid(2154),
                bbox([333_000.0, 6_674_000.0, 372_000.0, 6_704_000.0]),
            ),
            (
                Srid(3947),
                bbox([1_332_000.0, 6_208_000.0, 1_371_000.0, 6_238_000.0]),
            ),
            (Srid(4326), bbox([-1.84, 47.06, -1.34, 47.34])),
        ])
    }

    #[test]
    fn a_system_is_judged_by_where_it_puts_the_data() {
        let lambert = bbox([355_000.0, 6_689_000.0, 355_500.0, 6_689_500.0]);
        let degrees = bbox([-1.55, 47.2, -1.5, 47.25]);
        let turned = bbox([47.2, -1.55, 47.25, -1.5]);
        let place = |extent, code| frames().place(Spread::of(extent, &[]), Srid(code));
        assert_eq!(place(lambert, 2154), Place::Near);
        assert_eq!(place(lambert, 3947), Place::Far(vec![Srid(2154)]));
        assert_eq!(place(lambert, 4326), Place::Far(vec![Srid(2154)]));
        assert_eq!(place(turned, 4326), Place::Swapped);
        assert_eq!(place(degrees, 2154), Place::Far(vec![Srid(4326)]));
        // What a head says of the extent is less than where the features begin.
        let starts = [(355_100.0, 6_689_100.0), (355_200.0, 6_689_200.0)];
        let elsewhere = bbox([900_000.0, 6_200_000.0, 900_001.0, 6_200_001.0]);
        assert_eq!(
            frames().place(Spread::of(elsewhere, &starts), Srid(2154)),
            Place::Near
        );
        // A system or a territory that nothing is known of is not judged.
        assert_eq!(place(degrees, 2975), Place::Near);
        let unknown = Frames::default().place(Spread::of(degrees, &[]), Srid(2154));
        assert_eq!(unknown, Place::Near);
        let finding = finding(&place(lambert, 4326), WGS84).expect("a finding");
        assert!(finding.advice.contains("--crs EPSG:2154"), "{finding:?}");
    }

    #[test]
    fn the_question_offers_what_fits_first() {
        let cc47 = bbox([1_355_000.0, 6_220_000.0, 1_356_000.0, 6_221_000.0]);
        let usual = [2154, 3947, 4326].map(Srid);
        let asked = frames().question(&usual, Some(Spread::of(cc47, &[])), None);
        let values: Vec<&str> = asked
            .choices
            .iter()
            .map(|choice| &choice.value[..])
            .collect();
        assert_eq!(values, ["EPSG:3947", "EPSG:2154", "EPSG:4326"]);
        assert!(asked.choices[0].label.contains("CC47"));
    }

    #[test]
    fn a_text_at_the_origin_is_not_where_the_drawing_is() {
        let whole = bbox([0.0, 0.0, 1_356_000.0, 6_690_000.0]);
        let mut starts: Vec<_> = (0..19)
            .map(|n| (1_355_000.0 + f64::from(n), 6_220_000.0 + f64::from(n)))
            .collect();
        starts.push((0.0, 0.0));
        let fitting = |spread: Spread| frames().fitting(spread.most);
        assert_eq!(fitting(Spread::of(whole, &starts)), [Srid(3947)]);
        assert!(fitting(Spread::of(whole, &[])).len() > 1);
    }

    #[test]
    fn codes_are_read_as_people_write_them() {
        for (text, code) in [
            ("EPSG:3947", 3947),
            ("epsg:2154", 2154),
            ("4326", 4326),
            ("urn:ogc:def:crs:EPSG::2154", 2154),
            ("CC47", 3947),
            ("Lambert-93", 2154),
            ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326),
        ] {
            assert_eq!(parse(text), Ok(Srid(code)), "{text}");
        }
        for wrong in ["", "EPSG:", "EPSG:12", "CC51", "lambert"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(today(Srid(9794)), Srid(2154));
        assert_eq!(today(Srid(9827)), Srid(3947));
        assert_eq!(today(Srid(9847)), Srid(3947));
    }
}
