//! Parcels as API Carto answers them.

use geozero::GeomProcessor;
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::encode::geojson;
use crate::model::{Bbox, Communes, Crs};
use crate::ogc::ask::Ask;
use crate::store::ads::{Parcel, Parcels};

/// Bytes of a parcel in an answer, about.
const USUAL: usize = 900;

/// What stands behind the features.
#[derive(Serialize)]
struct Tail<'a> {
    #[serde(rename = "totalFeatures")]
    total: i64,
    #[serde(rename = "numberMatched")]
    matched: i64,
    #[serde(rename = "numberReturned")]
    returned: usize,
    #[serde(rename = "timeStamp")]
    at: String,
    crs: Crs84,
    #[serde(skip_serializing_if = "Option::is_none")]
    bbox: Option<[f64; 4]>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    nearest: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<&'a Json>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Json>,
}

#[derive(Serialize)]
struct Crs84 {
    #[serde(rename = "type")]
    kind: &'static str,
    properties: Named,
}

#[derive(Serialize)]
struct Named {
    name: &'static str,
}

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
        let tail = Tail {
            total: self.found.total,
            matched: self.found.total,
            returned: list.len(),
            at: chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            crs: Crs84 {
                kind: "name",
                properties: Named {
                    name: "urn:ogc:def:crs:EPSG::4326",
                },
            },
            bbox: bounds.0.map(|bbox| bbox.to_degrees().to_array()),
            nearest: list.iter().any(|parcel| parcel.distance.is_some()),
            query: self.query.as_ref(),
            links: self.links(),
        };
        out.extend_from_slice(b"],");
        // The rest of one object: its first brace is left out.
        let rest = out.len();
        let _ = serde_json::to_writer(&mut out, &tail);
        out.remove(rest);
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
    // Nothing in it can fail to be written to memory.
    let _ = serde_json::to_writer(&mut *out, &properties(parcel, names));
    out.push(b'}');
}

/// API Carto's properties of a parcel.
#[derive(Serialize)]
pub struct Properties<'a> {
    gid: i64,
    numero: &'a str,
    feuille: Option<u32>,
    section: &'a str,
    code_dep: &'a str,
    nom_com: Option<&'a str>,
    code_com: &'a str,
    com_abs: &'a str,
    code_arr: &'static str,
    idu: &'a str,
    contenance: Option<i64>,
    code_insee: &'a str,
    echelle: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    distance: Option<f64>,
}

/// What API Carto tells of a parcel.
pub fn properties<'a>(parcel: &'a Parcel, names: &'a Communes) -> Properties<'a> {
    let idu = parcel.idu.as_str();
    let part = |from: usize, to: usize| idu.get(from..to).unwrap_or("");
    let insee = part(0, 5);
    // Overseas the département takes the first digit of what API Carto calls the commune.
    Properties {
        gid: parcel.fid,
        numero: part(10, 14),
        feuille: sheet(parcel),
        section: part(8, 10),
        code_dep: part(0, 2),
        nom_com: names.get(insee).map(|commune| commune.name.as_str()),
        code_com: part(2, 5),
        com_abs: part(5, 8),
        code_arr: "000",
        idu,
        contenance: parcel.contenance,
        code_insee: insee,
        echelle: parcel.echelle.map(|scale| scale.to_string()),
        distance: parcel.distance.map(|metres| (metres * 10.0).round() / 10.0),
    }
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
