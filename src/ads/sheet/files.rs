//! ADS files on a ground and on what is beside it.

use serde_json::{Value as Json, json};

use super::part::{Part, fields};
use super::{FILES, Sheet, rules};
use crate::store::ads::{Ground, Tolerance};

/// A file this near lies on an adjacent parcel.
const BESIDE_M: f64 = 1.0;

/// The files, the newest first. One lies on the ground when it names one of its parcels or, its
/// parcels having been renumbered since, when its place covers some of it.
pub(super) async fn files(sheet: &Sheet<'_>, ground: &Ground) -> Part {
    let read = async {
        let view = sheet.layer(FILES)?;
        let tolerance = Tolerance {
            within_m: BESIDE_M,
            ..sheet.tolerance(&view)
        };
        let found = rules::overlaid(sheet, &view, ground, tolerance, None).await?;
        let (mut on, mut beside) = (Vec::new(), Vec::new());
        let kinds = view.kinds();
        for one in &found.list {
            let feature = one.row.feature(&kinds)?;
            let mut object = fields(&view, &feature.values);
            let parcels: Vec<&str> = object
                .get("parcelles")
                .and_then(Json::as_str)
                .map(|list| list.split('|').map(str::trim).collect())
                .unwrap_or_default();
            let named = parcels
                .iter()
                .any(|key| ground.parcels.iter().any(|own| own == key));
            let covers = one.dimension == 2 && one.common > 0.0 && !one.thin;
            if named || covers {
                let origin = if named { "parcelle" } else { "position" };
                object.insert("origine".to_owned(), json!(origin));
                on.push(object);
            } else {
                beside.push(object);
            }
        }
        let day = |file: &serde_json::Map<String, Json>| {
            let text = |name: &str| {
                file.get(name)
                    .and_then(Json::as_str)
                    .unwrap_or("")
                    .to_owned()
            };
            std::cmp::Reverse((text("date_depot"), text("numero")))
        };
        on.sort_by_key(day);
        beside.sort_by_key(day);
        let content = json!({"sur": on, "adjacents": beside});
        Ok((view, found.version, content))
    };
    Part::read(sheet, "dossiers", FILES, read.await)
}
