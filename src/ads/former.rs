//! References that the cadastre has no more: which parcels cover their ground today.

use serde_json::{Value as Json, json};

use super::sheet::{share, tenths};
use crate::catalogue::View;
use crate::encode::html::Choice;
use crate::encode::parcel::{became, listed};
use crate::model::{FormerParcel, Problem};
use crate::ogc::ask::Ask;

/// Those of these parcels that were renumbered, or have left the cadastre.
///
/// # Errors
/// 503 when the database does not answer.
pub(super) async fn former(
    ask: &Ask,
    view: &View,
    keys: &[String],
) -> Result<Vec<FormerParcel>, Problem> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let reading = ask.app.store.former_parcels(view, keys);
    Ok(ask.tally.timed(reading).await?)
}

/// Why a sheet of these parcels cannot be: they are parcels of the past, or none at all.
pub(super) async fn absent(ask: &Ask, view: &View, keys: &[String]) -> Problem {
    match former(ask, view, keys).await {
        Ok(former) if former.is_empty() => missing(keys),
        Ok(former) => Problem::Gone {
            detail: former.iter().map(became).collect::<Vec<_>>().join(" "),
            former: told(&former),
        },
        Err(problem) => problem,
    }
}

fn missing(keys: &[String]) -> Problem {
    Problem::NotFound(format!(
        "aucune parcelle {} au cadastre publié : elle a pu être renumérotée avant la première \
         publication, ou le numéro est faux",
        keys.join(", ")
    ))
}

/// What programs are told of them.
pub(super) fn told(former: &[FormerParcel]) -> Json {
    let one = |one: &FormerParcel| {
        let parcels = one.parcels.iter().map(|piece| {
            json!({
                "idu": piece.idu,
                "area": tenths(piece.area),
                "share": share(piece.area, one.area),
            })
        });
        json!({
            "idu": one.idu,
            "until": one.until.map(|at| at.date_naive()),
            "area": tenths(one.area),
            "parcels": parcels.collect::<Vec<_>>(),
            "label": became(one),
        })
    };
    former.iter().map(one).collect()
}

/// What there is to choose from in their place: of several parcels the whole, then each.
pub(super) fn choices(told: &Json) -> Vec<Choice> {
    let mut choices = Vec::new();
    for one in told.as_array().into_iter().flatten() {
        let text = |member: &Json| member.as_str().unwrap_or_default().to_owned();
        let (old, detail) = (text(&one["idu"]), text(&one["label"]));
        let pieces = one["parcels"].as_array().into_iter().flatten();
        let keys: Vec<&str> = pieces.filter_map(|piece| piece["idu"].as_str()).collect();
        if keys.len() != 1 {
            let own = [old.as_str()];
            choices.push(Choice {
                name: listed(if keys.is_empty() { &own } else { &keys }),
                detail: detail.clone(),
                key: keys.join(","),
            });
        }
        for key in &keys {
            choices.push(Choice {
                name: listed(&[key]),
                detail: match keys[..] {
                    [_] => detail.clone(),
                    _ => format!("sur le terrain de l’ancienne parcelle {}", listed(&[&old])),
                },
                key: (*key).to_owned(),
            });
        }
    }
    choices
}
