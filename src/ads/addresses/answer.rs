//! Results as GeocodeJSON.

use std::borrow::Cow;

use serde::Serialize;

use super::search::Found;
use super::streets::{Street, Streets, Town, What};
use crate::model::mercator_to_degrees;
use crate::store::ads::{AddressRow, Place};

/// An answer.
pub(super) struct Answer<'a> {
    pub streets: &'a Streets,
    pub query: Option<&'a str>,
    pub limit: usize,
    pub attribution: &'a str,
    pub licence: &'a str,
}

impl Answer<'_> {
    pub fn write(&self, found: &[Found]) -> String {
        let document = Document {
            kind: "FeatureCollection",
            version: "draft",
            features: found.iter().map(|one| self.feature(one)).collect(),
            attribution: self.attribution,
            licence: self.licence,
            limit: self.limit,
            query: self.query,
        };
        // Nothing in it can fail to be written.
        serde_json::to_string(&document).unwrap_or_default()
    }

    fn feature<'a>(&'a self, found: &'a Found) -> Feature<'a> {
        let (place, whose) = match found.what {
            What::Street(at) => {
                let street = &self.streets.streets[at];
                let address = found.address.as_ref();
                let place = address.map_or(street.row.place, |row| row.place);
                (place, self.of_street(street, address))
            }
            What::Town(at) => {
                let town = &self.streets.towns[at];
                let whose = Whose {
                    town: OfTown::of(town),
                    id: town.row.insee.as_str().into(),
                    name: town.row.name.as_str().into(),
                    importance: 1.0,
                    own: Own::Town {
                        population: town.row.population,
                    },
                };
                (town.row.place, whose)
            }
        };
        let properties = Properties {
            label: label(self.streets, found),
            score: round(f64::from(found.score), 4),
            kind: found.kind(self.streets),
            whose,
            x: round(place.stored.0, 2),
            y: round(place.stored.1, 2),
        };
        let coordinates = degrees(place).into();
        Feature {
            kind: "Feature",
            geometry: Geometry {
                kind: "Point",
                coordinates,
            },
            properties,
        }
    }

    fn of_street<'a>(&'a self, street: &'a Street, address: Option<&'a AddressRow>) -> Whose<'a> {
        let row = &street.row;
        let town = match self.streets.towns.get(street.town) {
            Some(town) => OfTown::of(town),
            None => OfTown::unknown(&row.commune),
        };
        let importance = round(f64::from(street.importance), 5);
        let Some(address) = address else {
            return Whose {
                town,
                id: format!("{}_{}", row.commune, row.code).into(),
                name: row.name.as_str().into(),
                importance,
                own: Own::Street {},
            };
        };
        let number = numbered(address);
        let parcels = address.parcels.as_deref().filter(|list| !list.is_empty());
        Whose {
            town,
            id: address.key.as_str().into(),
            name: format!("{number} {}", row.name).into(),
            importance,
            own: Own::Address {
                ban: address.ban.as_deref(),
                number,
                street: &row.name,
                parcels: parcels.map(|list| list.split('|').map(str::trim).collect()),
                distance: address.distance.map(|metres| round(metres, 0)),
            },
        }
    }
}

/// An answer as it is written.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    version: &'static str,
    features: Vec<Feature<'a>>,
    attribution: &'a str,
    licence: &'a str,
    limit: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<&'a str>,
}

#[derive(Serialize)]
struct Feature<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    geometry: Geometry,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: &'static str,
    coordinates: [f64; 2],
}

#[derive(Serialize)]
struct Properties<'a> {
    label: String,
    score: f64,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    whose: Whose<'a>,
    x: f64,
    y: f64,
}

/// What a result is of.
#[derive(Serialize)]
struct Whose<'a> {
    #[serde(flatten)]
    town: OfTown<'a>,
    id: Cow<'a, str>,
    name: Cow<'a, str>,
    importance: f64,
    #[serde(flatten)]
    own: Own<'a>,
}

/// What one kind of results has beside the others.
#[derive(Serialize)]
#[serde(untagged)]
enum Own<'a> {
    Address {
        #[serde(rename = "banId")]
        ban: Option<&'a str>,
        #[serde(rename = "housenumber")]
        number: String,
        street: &'a str,
        #[serde(rename = "parcelles", skip_serializing_if = "Option::is_none")]
        parcels: Option<Vec<&'a str>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        distance: Option<f64>,
    },
    Street {},
    Town {
        population: Option<i64>,
    },
}

/// The commune that a result lies in.
#[derive(Serialize)]
struct OfTown<'a> {
    citycode: &'a str,
    #[serde(flatten)]
    known: Option<Known<'a>>,
}

#[derive(Serialize)]
struct Known<'a> {
    /// Where several postcodes share a commune, none is known to be the address's.
    postcode: Option<&'a str>,
    city: &'a str,
    context: &'a str,
    depcode: &'a str,
}

impl<'a> OfTown<'a> {
    fn of(town: &'a Town) -> Self {
        let insee = town.row.insee.as_str();
        Self {
            citycode: insee,
            known: Some(Known {
                postcode: town.postcode(),
                city: &town.row.name,
                context: department(insee),
                depcode: department(insee),
            }),
        }
    }

    fn unknown(insee: &'a str) -> Self {
        Self {
            citycode: insee,
            known: None,
        }
    }
}

fn department(insee: &str) -> &str {
    let long = insee.starts_with("97") || insee.starts_with("98");
    insee.get(..if long { 3 } else { 2 }).unwrap_or(insee)
}

/// `12 bis`.
fn numbered(address: &AddressRow) -> String {
    let number = address.number.map_or_else(String::new, |n| n.to_string());
    match &address.suffix {
        Some(suffix) if !suffix.is_empty() => format!("{number} {suffix}"),
        _ => number,
    }
}

/// `12 bis Rue de la Fosse 44000 Nantes`.
pub fn label(streets: &Streets, found: &Found) -> String {
    let town = |town: &Town| match town.postcode() {
        Some(postcode) => format!("{postcode} {}", town.row.name),
        None => town.row.name.clone(),
    };
    match found.what {
        What::Town(place) => streets.towns[place].row.name.clone(),
        What::Street(place) => {
            let street = &streets.streets[place];
            let number = found.address.as_ref().map(numbered);
            let town = streets.towns.get(street.town).map(town);
            [number, Some(street.row.name.clone()), town]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" ")
        }
    }
}

/// Where a result lies, in degrees.
pub fn degrees(place: Place) -> (f64, f64) {
    let (lon, lat) = mercator_to_degrees(place.mercator.0, place.mercator.1);
    (round(lon, 7), round(lat, 7))
}

fn round(value: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    (value * scale).round() / scale
}
