//! Geometries that come from outside: GeoJSON in degrees, bounded before PostGIS sees them.

use serde_json::{Value as Json, json};

/// Most positions of a geometry.
const MOST_POSITIONS: usize = 10_000;

/// Most area of the box around a geometry, in square kilometres: a commune passes, a territory
/// does not.
const MOST_KM2: f64 = 400.0;

/// Kilometres of a degree of latitude.
const KM_A_DEGREE: f64 = 111.2;

/// The geometry as GeoJSON again, with nothing in it but its type and coordinates.
///
/// # Errors
/// What is wrong with it, in French.
pub fn read(text: &str) -> Result<String, String> {
    let value: Json = serde_json::from_str(text)
        .map_err(|_| "la géométrie n’est pas du JSON (GeoJSON en EPSG:4326 attendu)".to_owned())?;
    let geometry = match value["type"].as_str() {
        Some("Feature") => &value["geometry"],
        _ => &value,
    };
    let kind = geometry["type"].as_str().unwrap_or("");
    let depth = match kind {
        "Point" => 0,
        "MultiPoint" | "LineString" => 1,
        "MultiLineString" | "Polygon" => 2,
        "MultiPolygon" => 3,
        _ => {
            return Err(
                "la géométrie doit être un Point, une ligne ou un polygone GeoJSON, simple ou \
                 multiple"
                    .to_owned(),
            );
        }
    };
    let mut bounds = Bounds::default();
    bounds.walk(&geometry["coordinates"], depth)?;
    if bounds.count == 0 {
        return Err("la géométrie est vide".to_owned());
    }
    lines(kind, &geometry["coordinates"])?;
    if bounds.km2() > MOST_KM2 {
        return Err(format!(
            "l’emprise dépasse {MOST_KM2} km² : découpez la géométrie, ou prenez la collection \
             /collections/{}/items",
            super::PARCELS
        ));
    }
    Ok(json!({"type": kind, "coordinates": geometry["coordinates"]}).to_string())
}

/// Rings have four positions and end where they begin; lines have two positions.
fn lines(kind: &str, coordinates: &Json) -> Result<(), String> {
    let all = |value: &Json, check: &dyn Fn(&Json) -> Result<(), String>| {
        value.as_array().into_iter().flatten().try_for_each(check)
    };
    let line = |value: &Json| match value.as_array() {
        Some(positions) if positions.len() >= 2 => Ok(()),
        _ => Err("une ligne a au moins deux sommets".to_owned()),
    };
    let ring = |value: &Json| match value.as_array().map(Vec::as_slice) {
        Some([first, .., last]) if first == last => {
            let enough = value.as_array().is_some_and(|all| all.len() >= 4);
            if enough {
                Ok(())
            } else {
                Err("un anneau de polygone a au moins quatre sommets".to_owned())
            }
        }
        _ => Err("un anneau de polygone doit finir à son premier sommet".to_owned()),
    };
    match kind {
        "LineString" => line(coordinates),
        "MultiLineString" => all(coordinates, &line),
        "Polygon" => all(coordinates, &ring),
        "MultiPolygon" => all(coordinates, &|polygon| all(polygon, &ring)),
        _ => Ok(()),
    }
}

/// What positions span.
#[derive(Debug, Default)]
struct Bounds {
    count: usize,
    west: f64,
    east: f64,
    south: f64,
    north: f64,
}

impl Bounds {
    fn walk(&mut self, value: &Json, depth: usize) -> Result<(), String> {
        let Some(list) = value.as_array() else {
            return Err("les coordonnées ne correspondent pas au type de la géométrie".to_owned());
        };
        if depth > 0 {
            return list
                .iter()
                .try_for_each(|inner| self.walk(inner, depth - 1));
        }
        let numbers: Option<Vec<f64>> = list.iter().map(Json::as_f64).collect();
        match numbers.as_deref() {
            Some([lon, lat] | [lon, lat, _])
                if (-180.0..=180.0).contains(lon) && (-90.0..=90.0).contains(lat) =>
            {
                self.add(*lon, *lat)
            }
            _ => Err("chaque position est [longitude, latitude], en degrés".to_owned()),
        }
    }

    fn add(&mut self, lon: f64, lat: f64) -> Result<(), String> {
        if self.count == 0 {
            (self.west, self.east, self.south, self.north) = (lon, lon, lat, lat);
        }
        self.count += 1;
        if self.count > MOST_POSITIONS {
            return Err(format!(
                "la géométrie a plus de {MOST_POSITIONS} sommets : simplifiez-la"
            ));
        }
        self.west = self.west.min(lon);
        self.east = self.east.max(lon);
        self.south = self.south.min(lat);
        self.north = self.north.max(lat);
        Ok(())
    }

    fn km2(&self) -> f64 {
        let middle = f64::midpoint(self.south, self.north).to_radians();
        (self.east - self.west) * (self.north - self.south) * KM_A_DEGREE.powi(2) * middle.cos()
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn what_is_no_geometry_is_refused_with_the_reason() {
        let refused = [
            ("", "JSON"),
            ("null", "Point"),
            (r#"{"type":"Circle","coordinates":[0,0]}"#, "Point"),
            (r#"{"type":"Point","coordinates":[]}"#, "position"),
            (r#"{"type":"Point","coordinates":["a",1]}"#, "position"),
            (r#"{"type":"Point","coordinates":[200,1]}"#, "position"),
            (r#"{"type":"Polygon","coordinates":[]}"#, "vide"),
            (r#"{"type":"Polygon","coordinates":[0,0]}"#, "coordonnées"),
            (
                r#"{"type":"Polygon","coordinates":[[[0,0],[0,0.01],[0.01,0.01]]]}"#,
                "premier",
            ),
            (
                r#"{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,0]]]}"#,
                "quatre",
            ),
            (r#"{"type":"LineString","coordinates":[[0,0]]}"#, "deux"),
            (
                r#"{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[0,0]]]}"#,
                "km²",
            ),
        ];
        for (text, reason) in refused {
            let error = read(text).expect_err(text);
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn a_geometry_comes_back_bare() {
        let text = r#"{"type":"Point","coordinates":[-1.55,47.2],"crs":{"a":1}}"#;
        assert_eq!(
            read(text).as_deref(),
            Ok(r#"{"type":"Point","coordinates":[-1.55,47.2]}"#)
        );
        let feature = format!(r#"{{"type":"Feature","geometry":{text},"properties":{{}}}}"#);
        assert_eq!(read(&feature), read(text));
    }
}
