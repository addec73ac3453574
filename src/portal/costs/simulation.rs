//! `/couts/{exercise}/simulation`: what other keys, rates and members would come to, computed by the
//! crate that computes exercises and by nothing else. Nothing is kept.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::response::Response;
use costs::exercise::{Key, KeyKind, Service};
use costs::simulate::{Variants, simulate, variants_from_json};
use costs::{Checked, Exact};
use serde_json::{Map, Value as Json, json};

use super::{Shelf, aside, computed, failed, unkept};
use crate::access::costs::Ledgers;
use crate::model::{Problem, shown};
use crate::ogc::ask::{Ask, media};

/// What a mixed key is told to be where nothing was measured.
const NO_UNITS: &str = "Aucun usage mesuré pour ce service dans l’exercice : l’autre part de la clé \
                        mixte est répartie à égalité.";
/// Variants that are computed at once.
const MOST: usize = 20;

/// `GET /couts/{exercise}/simulation`: one variant of one service, as sliders say it: `service`, `cle`,
/// `part`, `usage_propre`, `solidarite`, `structure`, `membres` (codes, commas between).
///
/// # Errors
/// 401 and 403 without finance rights; 400 with what is wrong.
pub async fn get(mut ask: Ask, Path(name): Path<String>) -> Result<Response, Problem> {
    let checked = exercise(&ask, &name).await?;
    let mut take = |name: &str| ask.params.take(name).filter(|value| !value.is_empty());
    let id = take("service").ok_or_else(|| Problem::bad("service= names a service"))?;
    let asked = Slid {
        key: take("cle"),
        part: take("part"),
        own_use: take("usage_propre"),
        solidarity: take("solidarite"),
        overhead: take("structure"),
        members: take("membres"),
    };
    ask.params.clone().finish(
        "a simulation takes service, cle, part, usage_propre, solidarite, structure and membres",
    )?;
    let service = checked.service(&id).or_else(|| checked.study(&id));
    let service = service
        .ok_or_else(|| Problem::bad(format!("the exercise has no service {}", shown(&id))))?;
    let mixed = asked.key.as_deref() == Some("mixed");
    let variant = asked.variant(service)?;
    let mut named = json!({ "name": id, "services": { id.clone(): variant } });
    if mixed && measured(&service.key).is_none() {
        named["note"] = json!(NO_UNITS);
    }
    let document = json!({ "variants": [named] });
    answer(&ask, checked, &document.to_string()).await
}

/// `POST /couts/{exercise}/simulation`: variants in JSON, as `geonantes costs simulate` reads them.
///
/// # Errors
/// As [`get`].
pub async fn post(ask: Ask, Path(name): Path<String>, body: String) -> Result<Response, Problem> {
    let checked = exercise(&ask, &name).await?;
    ask.no_more_params()?;
    answer(&ask, checked, &body).await
}

async fn exercise(ask: &Ask, name: &str) -> Result<Checked, Problem> {
    let shelf = Shelf::of(ask).await?;
    if shelf.ledgers == Ledgers::Matrix {
        ask.caller.credential().ok_or(Problem::Unauthorized)?;
        return Err(Problem::Forbidden(
            "simulations are made with the role « finance »".to_owned(),
        ));
    }
    let (_, kept) = shelf.find(name)?;
    Ok(computed(&ask.app, kept).await?.checked)
}

async fn answer(ask: &Ask, checked: Checked, variants: &str) -> Result<Response, Problem> {
    let variants: Variants =
        variants_from_json(variants).map_err(|finding| Problem::BadRequest(finding.to_string()))?;
    if variants.variants.len() > MOST {
        return Err(Problem::bad(format!("at most {MOST} variants at once")));
    }
    let place = ask.app.heavy_of(ask.payer)?;
    let document = aside(move || {
        let simulation = simulate(&checked, &variants).map_err(|findings| {
            let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
            Problem::BadRequest(lines.join("; "))
        })?;
        serde_json::to_value(&simulation).map_err(|error| failed(&error))
    });
    let document = document.await?;
    drop(place);
    Ok(unkept(ask.json(media::JSON, &document)))
}

/// What sliders say of a service.
struct Slid {
    key: Option<String>,
    part: Option<String>,
    own_use: Option<String>,
    solidarity: Option<String>,
    overhead: Option<String>,
    members: Option<String>,
}

impl Slid {
    /// The same as a variant of the service is written.
    fn variant(self, service: &Service) -> Result<Json, Problem> {
        let mut variant = Map::new();
        if let Some(key) = &self.key {
            let part = self.part.as_deref().unwrap_or("0.5");
            variant.insert("key".to_owned(), key_of(key, part, &service.key)?);
        }
        if let Some(rate) = self.own_use {
            variant.insert("own_use_rate".to_owned(), json!(rate));
        }
        if let Some(rate) = self.overhead {
            variant.insert("overhead_rate".to_owned(), json!(rate));
        }
        if let Some(rate) = self.solidarity {
            // As many members as there are make it: the slider is the rate alone.
            let own = service.metropolitan.as_ref();
            let threshold = own.map_or(1, |metropolitan| metropolitan.threshold);
            let metropolitan = json!({ "threshold": threshold, "rate": rate });
            variant.insert("metropolitan".to_owned(), metropolitan);
        }
        if let Some(codes) = self.members {
            let wanted: Vec<&str> = codes.split(',').map(str::trim).collect();
            let mut held: Vec<&str> = service.members.iter().map(|it| it.insee.as_str()).collect();
            held.dedup();
            let table = |insee: &&str| json!({ "insee": insee });
            let join = wanted.iter().filter(|code| !held.contains(code));
            let join: Vec<Json> = join.map(table).collect();
            let leave = held.iter().filter(|code| !wanted.contains(code));
            let leave: Vec<Json> = leave.map(table).collect();
            variant.insert("join".to_owned(), json!(join));
            variant.insert("leave".to_owned(), json!(leave));
        }
        Ok(Json::Object(variant))
    }
}

/// The units that the exercise has for a service: written down, or the frozen ledger's.
fn measured(key: &Key) -> Option<&BTreeMap<String, Exact>> {
    let parts = key.parts.iter().flatten();
    let by_usage = parts.filter(|part| part.kind == KeyKind::Usage);
    let mut units = by_usage.filter_map(|part| part.units.as_ref());
    let units = units.next().or(key.units.as_ref());
    units.filter(|units| !units.is_empty())
}

/// A key that the sliders name, with the units that the exercise has for the service.
fn key_of(kind: &str, part: &str, own: &Key) -> Result<Json, Problem> {
    let measured = measured(own);
    Ok(match kind {
        "population" | "equal" | "free" => json!({ "kind": kind }),
        "usage" => match measured {
            Some(units) => json!({ "kind": kind, "units": units }),
            None => {
                return Err(Problem::bad(
                    "the exercise has no measured units for this service: cle=usage needs them",
                ));
            }
        },
        "mixed" => {
            let part: Exact = part.parse().map_err(Problem::BadRequest)?;
            let rest = Exact::ONE.big() - part.big();
            let other = match measured {
                Some(units) => json!({ "kind": "usage", "part": rest.to_string(), "units": units }),
                None => json!({ "kind": "equal", "part": rest.to_string() }),
            };
            let first = json!({ "kind": "population", "part": part.to_string() });
            json!({ "kind": kind, "parts": [first, other] })
        }
        other => {
            return Err(Problem::bad(format!(
                "cle={} is not population, equal, usage, mixed or free",
                shown(other)
            )));
        }
    })
}
