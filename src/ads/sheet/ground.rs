//! Where a ground lies and what stands on it: commune, addresses, buildings, neighbours.

use serde_json::{Map, Value as Json, json};

use super::part::{Part, Silence, fields};
use super::{ADDRESSES, BASINS, BUILDINGS, COMMUNES, JOINS_M, POLES, Sheet};
use super::{drawn, rules, share, tenths};
use crate::ads::lookup::{PARCELS, SHEETS};
use crate::catalogue::View;
use crate::store::ads::{Ground, Parcels};

/// The field of an address that names its parcels.
const NAMED: &str = "cad_parcelles";

/// The row of a layer in which a field has a value, as the caller sees it.
async fn one(
    sheet: &Sheet<'_>,
    id: &str,
    field: &str,
    value: &str,
) -> Result<(Part, Map<String, Json>), Silence> {
    let view = sheet.layer(id)?;
    let values = [value.to_owned()];
    let found = sheet.ask.app.store.rows_with(&view, field, &values).await?;
    let object = match found.rows.first() {
        Some(row) => fields(&view, &row.feature(&view.kinds())?.values),
        None => Map::new(),
    };
    let part = Part {
        name: None,
        content: Json::Null,
        source: super::part::source(sheet, &view, Some(found.version), None),
        failed: false,
    };
    Ok((part, object))
}

/// The commune, its pole and its basin.
pub(super) async fn place(sheet: &Sheet<'_>, parcels: &Parcels) -> Vec<Part> {
    let code = parcels
        .list
        .first()
        .and_then(|parcel| parcel.idu.get(..5))
        .unwrap_or("");
    let (mut part, found) = match one(sheet, COMMUNES, "code_insee", code).await {
        Ok(read) => read,
        Err(silence) => {
            return vec![Part::read(sheet, "commune", COMMUNES, Err(silence))];
        }
    };
    let group = async |id: &str, field: &str| {
        let value = found.get(field).and_then(Json::as_str)?.to_owned();
        Some(match one(sheet, id, "code", &value).await {
            Ok((part, row)) => (part, json!({"code": value, "nom": row.get("nom")})),
            Err(silence) => {
                let mut part = Part::read(sheet, "", id, Err(silence));
                part.name = None;
                (part, json!({"code": value, "nom": null}))
            }
        })
    };
    let (pole, basin) = tokio::join!(group(POLES, "pole"), group(BASINS, "bassin_de_vie"));
    let mut content = json!({
        "code_insee": code, "nom": found.get("nom"), "pole": null, "bassin_de_vie": null,
    });
    let mut parts = Vec::new();
    for (name, read) in [("pole", pole), ("bassin_de_vie", basin)] {
        if let Some((part, told)) = read {
            content[name] = told;
            parts.push(part);
        }
    }
    part.name = Some("commune");
    part.content = content;
    parts.insert(0, part);
    parts
}

/// The addresses that name one of the parcels, or else stand on them.
pub(super) async fn addresses(sheet: &Sheet<'_>, ground: &Ground) -> Part {
    let read = async {
        let view = sheet.layer(ADDRESSES)?;
        let store = &sheet.ask.app.store;
        let (version, rows) = store.addressed(&view, ground, NAMED).await?;
        let kinds = view.kinds();
        let mut list: Vec<Json> = Vec::new();
        for (named, row) in &rows {
            let mut object = fields(&view, &row.feature(&kinds)?.values);
            object.insert("libelle".to_owned(), json!(label(&object)));
            let origin = if *named { "parcelle" } else { "position" };
            object.insert("origine".to_owned(), json!(origin));
            list.push(Json::Object(object));
        }
        Ok((view, version, json!(list)))
    };
    Part::read(sheet, "adresses", ADDRESSES, read.await)
}

/// `12 bis Rue de la Fosse`; 99999 stands for a place without numbers.
fn label(address: &Map<String, Json>) -> String {
    let text = |name: &str| address.get(name).and_then(Json::as_str);
    let number = address
        .get("numero")
        .and_then(Json::as_i64)
        .filter(|number| *number != 99_999)
        .map(|number| number.to_string());
    [number.as_deref(), text("suffixe"), text("voie_nom")]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The buildings, and how much of the ground they cover.
pub(super) async fn buildings(sheet: &Sheet<'_>, ground: &Ground) -> Part {
    let read = async {
        let view = sheet.layer(BUILDINGS)?;
        let tolerance = sheet.tolerance(&view);
        let found = rules::overlaid(sheet, &view, ground, tolerance, None).await?;
        // What is thin is built all the same.
        let built: f64 = found.list.iter().map(|one| one.common).sum();
        let (list, thin) = rules::told(&view, ground, &found)?;
        let content = json!({
            "nombre": list.len(),
            "emprise": tenths(built),
            "part": share(built, ground.area),
            "liste": list,
            "infimes": thin,
        });
        Ok((view, found.version, content))
    };
    Part::read(sheet, "batiments", BUILDINGS, read.await)
}

/// The parcels beside the ground.
pub(super) async fn neighbours(sheet: &Sheet<'_>, parcels: &Parcels, ground: &Ground) -> Part {
    let sheets: Vec<String> = parcels
        .list
        .iter()
        .filter_map(|parcel| parcel.feuille.clone())
        .collect();
    let joins = sheet.layer(SHEETS).map_or(JOINS_M, |view| drawn(&view));
    let tolerance = (drawn(sheet.view), joins);
    let store = &sheet.ask.app.store;
    let read = store.neighbours(sheet.view, ground, &sheets, tolerance);
    let read = read.await.map_err(Silence::from).map(|list| {
        let told = list.iter().map(|one| {
            // Rounded ends of what was widened: a corner has no more than them.
            let apart = one.distance > tolerance.0;
            let corner = one.contact <= 4.0 * if apart { tolerance.1 } else { tolerance.0 };
            json!({
                "idu": one.idu,
                "contenance": one.contenance,
                "limite": if corner { 0.0 } else { tenths(one.contact) },
                "coin": corner,
                "ecart": tenths(one.distance),
            })
        });
        let list: Vec<Json> = told.collect();
        (sheet.view.clone(), parcels.version, json!(list))
    });
    of_parcels(sheet, "voisines", read)
}

/// The parcels of the past whose ground this one has some of: what acts and older files name.
pub(super) async fn former(sheet: &Sheet<'_>, parcels: &Parcels, ground: &Ground) -> Part {
    let store = &sheet.ask.app.store;
    let read = store.former_references(sheet.view, ground).await;
    let read = read.map_err(Silence::from).map(|list| {
        let told = list.iter().map(|one| {
            let common: f64 = one.parcels.iter().map(|piece| piece.area).sum();
            json!({
                "idu": one.idu,
                "jusqu_au": one.until.map(|at| at.date_naive()),
                "surface": tenths(common),
                "part": share(common, ground.area),
            })
        });
        let list: Vec<Json> = told.collect();
        (sheet.view.clone(), parcels.version, json!(list))
    });
    of_parcels(sheet, "anciennes_references", read)
}

/// A part that the parcels' own layer tells, which is among the sources already.
fn of_parcels(
    sheet: &Sheet<'_>,
    name: &'static str,
    read: Result<(View, i64, Json), Silence>,
) -> Part {
    let failed = read.is_err();
    let mut part = Part::read(sheet, name, PARCELS, read);
    if !failed {
        part.source = Json::Null;
    }
    part
}
