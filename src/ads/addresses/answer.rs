//! Results as GeocodeJSON.

use serde_json::{Value as Json, json};

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
        let features: Vec<Json> = found.iter().map(|one| self.feature(one)).collect();
        let mut document = json!({
            "type": "FeatureCollection",
            "version": "draft",
            "features": features,
            "attribution": self.attribution,
            "licence": self.licence,
            "limit": self.limit,
        });
        if let Some(query) = self.query {
            document["query"] = json!(query);
        }
        document.to_string()
    }

    fn feature(&self, found: &Found) -> Json {
        let mut properties = json!({
            "label": label(self.streets, found),
            "score": round(f64::from(found.score), 4),
            "type": found.kind(self.streets),
        });
        let place = match found.what {
            What::Street(place) => {
                let street = &self.streets.streets[place];
                let town = self.streets.towns.get(street.town);
                self.of_street(&mut properties, street, town, found.address.as_ref());
                found
                    .address
                    .as_ref()
                    .map_or(street.row.place, |row| row.place)
            }
            What::Town(place) => {
                let town = &self.streets.towns[place];
                of_town(&mut properties, town);
                properties["id"] = json!(town.row.insee);
                properties["name"] = json!(town.row.name);
                properties["population"] = json!(town.row.population);
                properties["importance"] = json!(1.0);
                town.row.place
            }
        };
        properties["x"] = json!(round(place.stored.0, 2));
        properties["y"] = json!(round(place.stored.1, 2));
        let (lon, lat) = mercator_to_degrees(place.mercator.0, place.mercator.1);
        json!({
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(lon, 7), round(lat, 7)]},
            "properties": properties,
        })
    }

    fn of_street(
        &self,
        properties: &mut Json,
        street: &Street,
        town: Option<&Town>,
        address: Option<&AddressRow>,
    ) {
        let row = &street.row;
        properties["citycode"] = json!(row.commune);
        if let Some(town) = town {
            of_town(properties, town);
        }
        properties["importance"] = json!(round(f64::from(self.streets.importance(street)), 5));
        let Some(address) = address else {
            properties["id"] = json!(format!("{}_{}", row.commune, row.code));
            properties["name"] = json!(row.name);
            return;
        };
        let number = numbered(address);
        properties["id"] = json!(address.key);
        properties["banId"] = json!(address.ban);
        properties["housenumber"] = json!(number);
        properties["street"] = json!(row.name);
        properties["name"] = json!(format!("{number} {}", row.name));
        if let Some(parcels) = address.parcels.as_deref().filter(|list| !list.is_empty()) {
            let list: Vec<&str> = parcels.split('|').map(str::trim).collect();
            properties["parcelles"] = json!(list);
        }
        if let Some(metres) = address.distance {
            properties["distance"] = json!(round(metres, 0));
        }
    }
}

fn of_town(properties: &mut Json, town: &Town) {
    let insee = &town.row.insee;
    // Where several postcodes share a commune, none is known to be the address's.
    properties["postcode"] = json!(town.postcode());
    properties["citycode"] = json!(insee);
    properties["city"] = json!(town.row.name);
    properties["context"] = json!(department(insee));
    properties["depcode"] = json!(department(insee));
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
