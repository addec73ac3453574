//! Rules that lie on a ground: zones, prescriptions, informations, servitudes.

use serde_json::{Map, Value as Json, json};

use super::asked::Past;
use super::part::{Part, Silence, fields};
use super::{Sheet, ZONES, share, tenths};
use crate::catalogue::View;
use crate::store::StoreError;
use crate::store::ads::{Crossing, Crossings, Ground, Read, Tolerance};

/// The zones of the plan, with their share of the ground.
pub(super) async fn zones(sheet: &Sheet<'_>, ground: &Ground, past: Option<&Past>) -> Part {
    let read = async {
        let (view, found) = read(sheet, ground, ZONES, past).await?;
        let covered: f64 = found
            .list
            .iter()
            .filter(|one| !one.thin)
            .map(|one| one.common)
            .sum();
        let (zones, thin) = told(&view, ground, &found)?;
        let content = json!({
            "zones": zones,
            "infimes": thin,
            "hors_zone": tenths((ground.area - covered).max(0.0)),
        });
        Ok((view, found.version, content))
    };
    Part::read(sheet, "zonage", ZONES, read.await)
}

/// What a layer of rules says of the ground.
pub(super) async fn crossings(
    sheet: &Sheet<'_>,
    ground: &Ground,
    id: &str,
    name: &'static str,
    past: Option<&Past>,
) -> Part {
    let read = async {
        let (view, found) = read(sheet, ground, id, past).await?;
        let (crossing, thin) = told(&view, ground, &found)?;
        let content = json!({"croisements": crossing, "infimes": thin});
        Ok((view, found.version, content))
    };
    Part::read(sheet, name, id, read.await)
}

async fn read(
    sheet: &Sheet<'_>,
    ground: &Ground,
    id: &str,
    past: Option<&Past>,
) -> Result<(View, Crossings), Silence> {
    let view = sheet.layer(id)?;
    let version = match past {
        Some(past) => Some(past.states.get(id).ok_or(Silence::Unpublished)?.version),
        None => None,
    };
    let tolerance = sheet.tolerance(&view);
    let found = overlaid(sheet, &view, ground, tolerance, version).await?;
    Ok((view, found))
}

/// The rows that cross, geometries mended when the overlay cannot work with them as they are.
pub(super) async fn overlaid(
    sheet: &Sheet<'_>,
    view: &View,
    ground: &Ground,
    tolerance: Tolerance,
    version: Option<i64>,
) -> Result<Crossings, StoreError> {
    let store = &sheet.ask.app.store;
    let plain = Read {
        version,
        mended: false,
    };
    match store.crossings(view, ground, tolerance, plain).await {
        Err(StoreError::Failed(_)) => {
            let mended = Read {
                version,
                mended: true,
            };
            store.crossings(view, ground, tolerance, mended).await
        }
        other => other,
    }
}

/// What crosses, and apart what is too thin to be more than an error of drawing. What touches the
/// edge alone is neither.
pub(super) fn told(
    view: &View,
    ground: &Ground,
    found: &Crossings,
) -> Result<(Vec<Json>, Vec<Json>), StoreError> {
    let (mut crossing, mut thin) = (Vec::new(), Vec::new());
    let kinds = view.kinds();
    for one in &found.list {
        if one.dimension > 0 && one.common <= 0.0 {
            continue;
        }
        let feature = one.row.feature(&kinds)?;
        let mut object = fields(view, &feature.values);
        object.insert("fid".to_owned(), json!(feature.fid));
        measure(&mut object, one, ground);
        complete(&mut object);
        // A line along the edge has its length there, and is no error of drawing.
        if one.dimension == 2 && one.thin {
            thin.push(Json::Object(object));
        } else {
            crossing.push(Json::Object(object));
        }
    }
    Ok((crossing, thin))
}

fn measure(object: &mut Map<String, Json>, one: &Crossing, ground: &Ground) {
    match one.dimension {
        2 => {
            object.insert("surface".to_owned(), json!(tenths(one.common)));
            object.insert("part".to_owned(), json!(share(one.common, ground.area)));
        }
        1 => {
            object.insert("longueur".to_owned(), json!(tenths(one.common)));
            if one.thin {
                object.insert("en_limite".to_owned(), json!(true));
            }
        }
        _ => {
            object.insert("present".to_owned(), json!(true));
        }
    }
}

/// Names that the urbanism portal's interface has for what the standard names otherwise.
fn complete(object: &mut Map<String, Json>) {
    if let Some(form) = object.get("formdomi").cloned() {
        object.insert("destdomi".to_owned(), form);
    }
    // 244400404_PLUI_20190405: the day on which the document was approved.
    let approved = object
        .get("idurba")
        .and_then(Json::as_str)
        .and_then(|id| id.split('_').nth(2))
        .filter(|day| day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()))
        .map(|day| json!(day));
    if let Some(approved) = approved {
        object.insert("datappro".to_owned(), approved);
    }
}
