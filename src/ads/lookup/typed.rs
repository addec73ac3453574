//! What a form without script sends: a text, answered by parcels to open or to choose from.

use serde_json::Value as Json;

use super::{PARCELS, Refusal, text};
use crate::ads::Desk;
use crate::ads::former::choices;
use crate::encode::html::Choice;
use crate::encode::parcel::listed;
use crate::model::{Operation, Problem};
use crate::ogc::ask::Ask;

/// Parcels offered to choose from.
const MOST: u32 = 20;

/// What a text means.
pub enum Answered {
    /// These parcels, in the form of a sheet's address.
    One(String),
    /// One of these.
    Several(Vec<Choice>),
    /// Nothing, and why.
    Nothing(String),
}

/// Reads a text as `/ads/parcelles?q=` does.
///
/// # Errors
/// 401, 403, 503.
pub async fn typed(ask: &Ask, desk: &Desk, typed: &str) -> Result<Answered, Problem> {
    ask.tally.is(Operation::Lookup);
    let view = ask.layer(PARCELS)?;
    let (found, read) = match text::find(ask, desk, &view, typed, (0, MOST)).await {
        Ok(answer) => answer,
        Err(Refusal::Problem(problem)) => return Err(problem),
        Err(Refusal::Faults(faults)) => return Ok(Answered::Nothing(faults.detail())),
    };
    let keys: Vec<&str> = found
        .list
        .iter()
        .map(|parcel| parcel.idu.as_str())
        .collect();
    let candidates = read["candidates"].as_array().map_or(&[][..], Vec::as_slice);
    let former = choices(&read["former"]);
    Ok(if !candidates.is_empty() {
        Answered::Several(candidates.iter().map(choice).collect())
    } else if !former.is_empty() {
        Answered::Several(former)
    } else if keys.is_empty() {
        Answered::Nothing(format!(
            "Aucune parcelle de cette référence au cadastre publié\u{a0}: «\u{a0}{}\u{a0}».",
            crate::model::shown_words(typed)
        ))
    } else {
        Answered::One(keys.join(","))
    })
}

fn choice(candidate: &Json) -> Choice {
    let parcels = candidate["parcels"].as_array();
    let keys: Vec<&str> = parcels
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    let known = candidate["found"].as_u64() != Some(0);
    Choice {
        name: candidate["label"].as_str().unwrap_or_default().to_owned(),
        detail: match &keys[..] {
            [] => "sans parcelle connue".to_owned(),
            _ if !known => "absente du cadastre publié".to_owned(),
            keys => listed(keys),
        },
        key: if known { keys.join(",") } else { String::new() },
    }
}
