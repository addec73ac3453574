//! Parcels as API Carto answers them.

use geozero::GeomProcessor;
use serde_json::{Value as Json, json};

use crate::encode::geojson;
use crate::model::{Bbox, Communes, Crs};
use crate::ogc::ask::Ask;
use crate::store::ads::{Parcel, Parcels};

/// Bytes of a parcel in an answer, about.
const USUAL: usize = 900;

/// A reply of `/ads/parcelles`.
pub(super) struct Collection<'a> {
    pub ask: &'a Ask,
    /// Parcels skipped, and most parcels of the reply.
    pub page: (u32, u32),
    pub found: &'a Parcels,
    pub names: &'a Communes,
    /// How a text was read.
    pub query: Option<Json>,
}

impl Collection<'_> {
    /// The document.
    pub fn write(&self) -> Vec<u8> {
        let list = &self.found.list;
        let mut out = Vec::with_capacity(list.len() * USUAL + 1024);
        out.extend_from_slice(b"{\"type\":\"FeatureCollection\",\"features\":[");
        let mut bounds = Bounds::default();
        for (place, parcel) in list.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            feature(&mut out, parcel, self.names);
            bounds.add(&parcel.wkb);
        }
        let now = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        let mut tail = json!({
            "totalFeatures": self.found.total,
            "numberMatched": self.found.total,
            "numberReturned": list.len(),
            "timeStamp": now,
            "crs": {
                "type": "name",
                "properties": {"name": "urn:ogc:def:crs:EPSG::4326"},
            },
        });
        if let Some(bbox) = bounds.0 {
            tail["bbox"] = json!(bbox.to_degrees().to_array());
        }
        if list.iter().any(|parcel| parcel.distance.is_some()) {
            tail["nearest"] = json!(true);
        }
        if let Some(query) = &self.query {
            tail["query"] = query.clone();
        }
        let links = self.links();
        if !links.is_empty() {
            tail["links"] = json!(links);
        }
        out.extend_from_slice(b"],");
        out.extend_from_slice(&tail.to_string().as_bytes()[1..]);
        out
    }

    /// The pages around this one. A request that was posted has no address of its own.
    fn links(&self) -> Vec<Json> {
        let (start, limit) = self.page;
        let next = start.saturating_add(limit);
        let mut links = Vec::new();
        let mut page = |rel: &str, title: &str, start: u32| {
            if self.ask.params.rest().is_empty() {
                return;
            }
            let mut pairs = url::form_urlencoded::Serializer::new(String::new());
            for (name, value) in self.ask.params.rest() {
                if name != "_start" {
                    pairs.append_pair(name, value);
                }
            }
            pairs.append_pair("_start", &start.to_string());
            let href = format!("{}{}?{}", self.ask.base, self.ask.path, pairs.finish());
            links.push(json!({
                "title": title, "type": "application/json", "rel": rel, "href": href,
            }));
        };
        if i64::from(next) < self.found.total {
            page("next", "next page", next);
        }
        if start > 0 {
            page("previous", "previous page", start.saturating_sub(limit));
        }
        links
    }
}

/// One parcel as a feature, with the names of API Carto's properties.
pub(super) fn feature(out: &mut Vec<u8>, parcel: &Parcel, names: &Communes) {
    out.extend_from_slice(b"{\"type\":\"Feature\",\"id\":\"parcelle.");
    out.extend_from_slice(parcel.fid.to_string().as_bytes());
    out.extend_from_slice(b"\",\"geometry\":");
    geojson::geometry(out, &parcel.wkb, Crs::Crs84);
    out.extend_from_slice(b",\"geometry_name\":\"geom\",\"properties\":");
    out.extend_from_slice(properties(parcel, names).to_string().as_bytes());
    out.push(b'}');
}

/// API Carto's properties of a parcel.
pub fn properties(parcel: &Parcel, names: &Communes) -> Json {
    let idu = parcel.idu.as_str();
    let part = |from: usize, to: usize| idu.get(from..to).unwrap_or("");
    let insee = part(0, 5);
    // Overseas the département takes the first digit of what API Carto calls the commune.
    let mut properties = json!({
        "gid": parcel.fid,
        "numero": part(10, 14),
        "feuille": sheet(parcel),
        "section": part(8, 10),
        "code_dep": part(0, 2),
        "nom_com": names.get(insee).map(|commune| &commune.name),
        "code_com": part(2, 5),
        "com_abs": part(5, 8),
        "code_arr": "000",
        "idu": idu,
        "contenance": parcel.contenance,
        "code_insee": insee,
        "echelle": parcel.echelle.map(|scale| scale.to_string()),
    });
    if let Some(distance) = parcel.distance {
        properties["distance"] = json!((distance * 10.0).round() / 10.0);
    }
    properties
}

/// The number of the sheet in its section.
fn sheet(parcel: &Parcel) -> Option<u32> {
    parcel.feuille.as_deref()?.get(10..)?.parse().ok()
}

/// The box around geometries, in Mercator metres.
#[derive(Default)]
struct Bounds(Option<Bbox>);

impl Bounds {
    fn add(&mut self, wkb: &[u8]) {
        let mut reader = wkb;
        // What cannot be read is written as null, and has no place in a box.
        let _ = geozero::wkb::process_wkb_geom(&mut reader, self);
    }
}

impl GeomProcessor for Bounds {
    fn xy(&mut self, x: f64, y: f64, _: usize) -> geozero::error::Result<()> {
        let here = Bbox {
            min_x: x,
            min_y: y,
            max_x: x,
            max_y: y,
        };
        self.0 = Some(self.0.map_or(here, |bounds| bounds.union(here)));
        Ok(())
    }
}
