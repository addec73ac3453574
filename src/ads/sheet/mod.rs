//! The sheet of a parcel, or of several adjacent ones (*unité foncière*): everything that bears on
//! it, each layer read by itself, so that one that is out of order spoils nothing but its part.

mod asked;
mod changes;
pub mod draft;
mod files;
mod ground;
mod notes;
mod paper;
mod part;
mod plan;
mod rules;

use std::collections::HashMap;

use chrono::NaiveDate;
use serde_json::{Value as Json, json};

use crate::catalogue::View;
use crate::encode::parcel::{self, Told};
use crate::model::Problem;
use crate::ogc::ask::Ask;
use crate::store::ads::{Ground, Parcels, State, Tolerance, Wanted};
pub use asked::Asked;
use asked::Past;
pub(super) use notes::mark;
use part::Part;
use plan::Plan;

/// Layers of a sheet beside the parcels themselves.
const COMMUNES: &str = "communes";
const POLES: &str = "poles-de-proximite";
const BASINS: &str = "bassins-de-vie";
const ADDRESSES: &str = "adresses";
const ZONES: &str = "plum-zonage";
const PRESCRIPTIONS: &str = "plum-prescriptions";
const INFORMATIONS: &str = "plum-informations";
const SERVITUDES: &str = "servitudes";
const FILES: &str = "dossiers-ads";
const BUILDINGS: &str = "batiments";

/// Layers whose rules are told as of a day.
const RULES: [&str; 4] = [ZONES, PRESCRIPTIONS, INFORMATIONS, SERVITUDES];

/// Every layer that a sheet reads: its tag is made of their versions.
pub(super) const LAYERS: [&str; 12] = [
    super::lookup::PARCELS,
    super::lookup::SHEETS,
    COMMUNES,
    POLES,
    BASINS,
    ADDRESSES,
    ZONES,
    PRESCRIPTIONS,
    INFORMATIONS,
    SERVITUDES,
    FILES,
    BUILDINGS,
];

/// What is drawn thinner than this is nothing, where the catalogue says nothing of a layer.
const LEAST_M: f64 = 0.05;

/// Sheets of the cadastre disagree by so much at their joins, where the catalogue does not say.
const JOINS_M: f64 = 1.0;

/// What a sheet is made from.
pub(super) struct Sheet<'a> {
    /// The request.
    pub ask: &'a Ask,
    /// The parcels, as the caller reads them.
    pub view: &'a View,
    /// Their identifiers.
    pub keys: &'a [String],
    /// Of which day the rules are asked.
    pub asked: &'a Asked,
}

/// A sheet, and whether all of its layers answered.
pub(super) struct Written {
    /// The document.
    pub document: Json,
    /// Whether nothing is missing for the moment.
    pub whole: bool,
    ground: Ground,
}

impl Sheet<'_> {
    /// Reads every layer at once and writes the sheet; none when a parcel does not exist.
    ///
    /// # Errors
    /// 503 when the parcels themselves cannot be read.
    pub async fn write(&self) -> Result<Option<Written>, Problem> {
        let _turn = self.ask.app.sheet_turn().await;
        let store = &self.ask.app.store;
        let wanted = Wanted::Keys(self.keys.to_vec());
        let page = (0, self.keys.len() as u32);
        let (parcels, ground) = tokio::join!(
            super::lookup::find(self.ask, self.view, &wanted, page),
            store.ground(self.view, self.keys, drawn(self.view)),
        );
        let (parcels, Some(ground)) = (parcels?, ground?) else {
            return Ok(None);
        };
        let (past, since) = (
            self.past(self.asked.day).await?,
            self.past(self.asked.since).await?,
        );
        let earlier = async {
            match &since {
                Some(since) => self.rules(&ground, Some(since)).await,
                None => Vec::new(),
            }
        };
        let (parts, earlier, published) = tokio::join!(
            self.parts(&parcels, &ground, past.as_ref()),
            earlier,
            store.published(&LAYERS, None),
        );
        let mut published = published.unwrap_or_default();
        if let Some(past) = &past {
            published.retain(|id, _| !RULES.contains(&id.as_str()));
            published.extend(past.states.clone());
        }
        let (mut document, whole) = self.document(&parcels, &ground, parts, &published).await?;
        self.tell_changes(&mut document, &earlier);
        let whole = whole && notes::tell(self, &mut document).await;
        Ok(Some(Written {
            document,
            whole,
            ground,
        }))
    }

    /// The plan of a sheet; none where the parcels have no outline.
    pub async fn plan(&self, written: &Written) -> Option<Plan> {
        let neighbours = written.document["voisines"].as_array();
        let neighbours: Vec<&str> = neighbours
            .into_iter()
            .flatten()
            .filter_map(|one| one["idu"].as_str())
            .collect();
        let sources = written.document["sources"].as_array();
        let mut zones = sources
            .into_iter()
            .flatten()
            .filter(|one| one["couche"] == ZONES);
        let zones = zones.next().and_then(|source| source["version"].as_i64());
        let zones = self.asked.day.map(|_| zones.unwrap_or(0));
        plan::draw(self, &written.ground, &neighbours, zones, paper::FRAME).await
    }

    /// A sheet in words; the service's own addresses in it begin with `base`.
    pub fn told(&self, written: &Written, base: &str) -> Told {
        Told {
            asked: self.asked.query(),
            ..parcel::tell(&written.document, base, self.ask.app.territory.timezone)
        }
    }

    /// A sheet as PDF, with its plan.
    ///
    /// # Errors
    /// 500 when it cannot be laid out.
    pub async fn pdf(&self, written: &Written) -> Result<Vec<u8>, Problem> {
        let (ask, service) = (self.ask, &self.ask.app.config.file.service);
        let mut told = self.told(written, &ask.base);
        // Paper travels: what members share among themselves is not on it.
        told.parts.retain(|part| part.id != "notes");
        paper::pdf(paper::Paper {
            address: format!("{}/parcelles/{}{}", ask.base, told.key, told.query("?")),
            told,
            plan: self.plan(written).await,
            service: format!("{} – {}", service.title, ask.app.territory.title),
            crs: format!("EPSG:{}", ask.app.store.srid().0),
        })
        .await
    }

    /// The rules of a day; none for those of today.
    async fn past(&self, day: Option<NaiveDate>) -> Result<Option<Past>, Problem> {
        match day {
            Some(day) => Ok(Some(asked::past(self.ask, day).await?)),
            None => Ok(None),
        }
    }

    /// What changed in the rules since an earlier day, when two are asked for.
    fn tell_changes(&self, document: &mut Json, earlier: &[Part]) {
        let Some(since) = self.asked.since else {
            return;
        };
        let mut told = json!({"de": since, "a": self.asked.day});
        for part in earlier {
            if let Some(name) = part.name {
                told[name] = changes::between(&part.content, &document[name]);
            }
        }
        document["changements"] = told;
    }

    /// Zones, prescriptions, informations and servitudes, of a day or of today.
    async fn rules(&self, ground: &Ground, past: Option<&Past>) -> Vec<Part> {
        let (zones, prescriptions, informations, servitudes) = tokio::join!(
            rules::zones(self, ground, past),
            rules::crossings(self, ground, PRESCRIPTIONS, "prescriptions", past),
            rules::crossings(self, ground, INFORMATIONS, "informations", past),
            rules::crossings(self, ground, SERVITUDES, "servitudes", past),
        );
        vec![zones, prescriptions, informations, servitudes]
    }

    async fn parts(&self, parcels: &Parcels, ground: &Ground, past: Option<&Past>) -> Vec<Part> {
        let reading = async {
            let (places, b, c, d, e, rules, files) = tokio::join!(
                ground::place(self, parcels),
                ground::addresses(self, ground),
                ground::buildings(self, ground),
                ground::neighbours(self, parcels, ground),
                ground::former(self, parcels, ground),
                self.rules(ground, past),
                files::files(self, ground),
            );
            let before = places.into_iter().chain([b, c, d, e]);
            before.chain(rules).chain([files]).collect()
        };
        self.ask.tally.timed(reading).await
    }

    async fn document(
        &self,
        parcels: &Parcels,
        ground: &Ground,
        parts: Vec<Part>,
        published: &HashMap<String, State>,
    ) -> Result<(Json, bool), Problem> {
        let names = self.ask.app.communes().await?;
        let each: Vec<Json> = parcels
            .list
            .iter()
            .map(|parcel| {
                let mut fields = json!(super::lookup::properties(parcel, &names));
                let place = ground.parcels.iter().position(|key| *key == parcel.idu);
                let area = place.and_then(|place| ground.areas.get(place));
                fields["surface"] = json!(area.map(|area| tenths(*area)));
                fields
            })
            .collect();
        let stated: Option<i64> = parcels.list.iter().map(|parcel| parcel.contenance).sum();
        let mut shape = Vec::new();
        crate::encode::geojson::geometry(&mut shape, &ground.mercator, crate::model::Crs::Crs84);
        let geometry: Json = serde_json::from_slice(&shape).unwrap_or(Json::Null);
        let mut document = json!({
            "type": "FicheParcelle",
            "idu": self.keys,
            "parcelles": each,
            "contenance": stated,
            "surface": tenths(ground.area),
            "contigues": ground.pieces == 1,
        });
        let mut sources = vec![part::source(self, self.view, Some(parcels.version), None)];
        let mut whole = true;
        for part in parts {
            whole &= !part.failed;
            if let Some(name) = part.name {
                document[name] = part.content;
            }
            if !part.source.is_null() {
                sources.push(part.source);
            }
        }
        for source in &mut sources {
            let id = source["couche"].as_str().unwrap_or_default();
            if self.asked.day.is_some() && RULES.contains(&id) {
                source["lue_au"] = json!(self.asked.day);
            }
            let state = published.get(source["couche"].as_str().unwrap_or_default());
            if let Some(state) = state.filter(|state| source["version"] == state.version) {
                source["publiee_le"] =
                    json!(state.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
            }
        }
        document["sources"] = json!(sources);
        document["regles"] = self.asked.told();
        document["etablie_le"] =
            json!(chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        document["avertissement"] = json!(
            "Fiche établie d’après les données publiées, à titre indicatif : seuls font foi le plan \
             cadastral, le règlement d’urbanisme et les actes des servitudes."
        );
        document["geometry"] = geometry;
        Ok((document, whole))
    }

    /// The layer of that id, as the caller reads it.
    fn layer(&self, id: &str) -> Result<View, Problem> {
        self.ask.app.view(id, &self.ask.caller)
    }

    /// What two layers hold to be an error of drawing: the larger of what each does.
    fn tolerance(&self, view: &View) -> Tolerance {
        Tolerance {
            thin_m: drawn(view).max(drawn(self.view)),
            within_m: 0.0,
        }
    }
}

/// What a layer's rules hold to be an error of drawing, in metres.
fn drawn(view: &View) -> f64 {
    let checks = &view.checks;
    checks
        .no_overlap_m
        .or(checks.sliver_m)
        .unwrap_or(0.0)
        .max(LEAST_M)
}

/// A measure to the tenth.
pub(super) fn tenths(value: f64) -> f64 {
    // Adding zero makes −0, which sums of nothing are, a plain 0.
    (value * 10.0).round() / 10.0 + 0.0
}

/// A share of the whole, to the hundredth of a percent.
pub(super) fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 {
        (part / whole * 1e4).round() / 1e4 + 0.0
    } else {
        0.0
    }
}
