//! Whatever an instructor types: references, a file's number, an address.

use serde_json::{Map, Value as Json, json};

use super::fault::Faults;
use super::{FILES, Refusal, criteria::MOST_KEYS};
use crate::ads::Desk;
use crate::ads::addresses::{ADDRESSES, Query, Within, label, placed, search};
use crate::ads::former::{former, told};
use crate::ads::reference::{self, Candidate, Context, Fault, FaultKind, FileNumber, Outcome};
use crate::catalogue::View;
use crate::model::{Idu, Reach, Value};
use crate::ogc::ask::Ask;
use crate::store::ads::{AddressRow, Parcels, Wanted};

/// Addresses that a text is offered for, and how like it they must be.
const MOST_ADDRESSES: usize = 8;
const LIKELY: f32 = 0.55;

/// Finds the parcels of a text, and tells how it was read. What can be read in several ways has
/// candidates and no parcel: whoever asked chooses.
pub(super) async fn find(
    ask: &Ask,
    desk: &Desk,
    view: &View,
    text: &str,
    page: (u32, u32),
) -> Result<(Parcels, Json), Refusal> {
    let places = desk.places(&ask.app).await?;
    let reach = ask.caller.credential().map(|held| &held.reach);
    let context = Context {
        commune: reach.and_then(Reach::single),
        places: &places,
    };
    match reference::parse(text, &context) {
        Outcome::Parcels(keys) => parcels(ask, view, &keys, page).await,
        Outcome::File(number) => file(ask, view, &number, page).await,
        Outcome::Candidates(list) => candidates(ask, view, list, reach).await,
        Outcome::Wrong(fault) => addresses(ask, desk, view, text, &fault).await,
    }
}

/// Addresses that are like a text which is no reference, each with its parcels.
async fn addresses(
    ask: &Ask,
    desk: &Desk,
    view: &View,
    text: &str,
    fault: &Fault,
) -> Result<(Parcels, Json), Refusal> {
    let Ok(layer) = ask.app.view(ADDRESSES, &ask.caller) else {
        return Err(refused(fault).into());
    };
    let query = Query {
        text: text.to_owned(),
        limit: MOST_ADDRESSES,
        begun: true,
        kind: None,
        within: Within::default(),
    };
    let mut found = search(ask, desk, &layer, &query).await?;
    found.retain(|one| one.score >= LIKELY);
    if found.is_empty() {
        return Err(unmatched(fault).into());
    }
    let streets = desk.streets(&ask.app, &layer).await?;
    let mut candidates = Vec::with_capacity(found.len());
    for one in &found {
        let place = one.place(&streets);
        let (lon, lat) = placed(place);
        let parcels = match &one.address {
            Some(address) => parcels_of(ask, view, address).await?,
            None => Vec::new(),
        };
        candidates.push(json!({
            "kind": "address",
            "label": label(&streets, one),
            "type": one.kind(&streets),
            "score": f64::from((one.score * 1e4).round()) / 1e4,
            "lon": lon,
            "lat": lat,
            "parcels": parcels,
        }));
    }
    let told = json!({"kind": "candidates", "candidates": candidates});
    Ok((nothing(), told))
}

/// The parcels that an address names, or else those under it, or the nearest one.
async fn parcels_of(ask: &Ask, view: &View, address: &AddressRow) -> Result<Vec<String>, Refusal> {
    let named = address.parcels.as_deref().unwrap_or("").split('|');
    let keys: Vec<String> = named
        .filter_map(|key| key.trim().replace(' ', "0").parse::<Idu>().ok())
        .map(String::from)
        .collect();
    if !keys.is_empty() {
        return Ok(keys);
    }
    let (lon, lat) = placed(address.place);
    let found = super::find(ask, view, &Wanted::At(lon, lat), (0, 1)).await?;
    Ok(found.list.into_iter().map(|parcel| parcel.idu).collect())
}

fn refused(fault: &Fault) -> Faults {
    Faults::one("q", &fault.part, fault.message.clone())
}

/// What is said where addresses were looked for and none is like the text.
fn unmatched(fault: &Fault) -> Faults {
    if fault.kind != FaultKind::Address {
        return refused(fault);
    }
    let message = "aucune adresse de la base n’y ressemble : vérifiez le numéro, la voie et la \
                   commune, ou donnez la référence cadastrale";
    Faults::one("q", &fault.part, message)
}

/// The parcels of these identifiers, and which of them the cadastre does not have.
async fn parcels(
    ask: &Ask,
    view: &View,
    keys: &[Idu],
    (start, limit): (u32, u32),
) -> Result<(Parcels, Json), Refusal> {
    if keys.len() > MOST_KEYS {
        let message = format!("plus de {MOST_KEYS} parcelles : donnez-en moins à la fois");
        return Err(Faults::one("q", "", message).into());
    }
    let names: Vec<String> = keys.iter().map(|key| key.as_str().to_owned()).collect();
    let wanted = Wanted::Keys(names.clone());
    let mut found = super::find(ask, view, &wanted, (0, limit)).await?;
    let told = match unfound(ask, view, &names, &found).await? {
        Some(told) => told,
        None => json!({"kind": "parcels", "parcels": names, "missing": []}),
    };
    let list = std::mem::take(&mut found.list).into_iter();
    found.list = list.skip(start as usize).take(limit as usize).collect();
    Ok((found, told))
}

/// Which of these parcels the cadastre does not have, and what became of those that it had once;
/// nothing where it has all of them.
pub(super) async fn unfound(
    ask: &Ask,
    view: &View,
    names: &[String],
    found: &Parcels,
) -> Result<Option<Json>, Refusal> {
    let is_missing = |name: &&String| found.list.iter().all(|parcel| parcel.idu != **name);
    let missing: Vec<String> = names.iter().filter(is_missing).cloned().collect();
    if missing.is_empty() {
        return Ok(None);
    }
    let former = former(ask, view, &missing).await?;
    let mut read = json!({"kind": "parcels", "parcels": names, "missing": missing});
    if !former.is_empty() {
        read["former"] = told(&former);
    }
    Ok(Some(read))
}

/// The parcels of a file, and the file as the caller sees it.
async fn file(
    ask: &Ask,
    view: &View,
    number: &FileNumber,
    page: (u32, u32),
) -> Result<(Parcels, Json), Refusal> {
    let files = ask.app.view(FILES, &ask.caller)?;
    let numbers = [number.to_string()];
    let reading = ask.app.store.rows_with(&files, "numero", &numbers);
    let rows = ask.tally.timed(reading).await?.rows;
    let Some(row) = rows.first() else {
        let told = json!({"kind": "file", "file": number, "found": false});
        return Ok((nothing(), told));
    };
    let feature = row.feature(&files.kinds())?;
    let fields = object(&files, &feature.values);
    let named = fields["parcelles"].as_str().unwrap_or("");
    let keys: Vec<Idu> = named
        .split('|')
        .filter_map(|key| key.trim().parse().ok())
        .take(MOST_KEYS)
        .collect();
    let (found, mut read) = parcels(ask, view, &keys, page).await?;
    for (name, value) in [
        ("kind", json!("file")),
        ("file", json!(number)),
        ("found", json!(true)),
        ("dossier", json!(fields)),
    ] {
        read[name] = value;
    }
    Ok((found, read))
}

/// The fields of a row that the reader sees, by their names; without those that are empty.
pub fn object(view: &View, values: &[Value<'_>]) -> Map<String, Json> {
    let mut object = Map::new();
    for (field, value) in view.visible().zip(values) {
        let told = match value {
            Value::Null => continue,
            Value::Text(text) => json!(text),
            Value::Integer(number) => json!(number),
            Value::Real(number) => json!(number),
            Value::Boolean(truth) => json!(truth),
            Value::Date(day) => json!(day),
            Value::Timestamp(at) => json!(at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
        };
        object.insert(field.name.clone(), told);
    }
    object
}

fn nothing() -> Parcels {
    Parcels {
        version: 0,
        total: 0,
        list: Vec::new(),
    }
}

/// The readings, those whose parcels exist first, then those of the caller's communes.
async fn candidates(
    ask: &Ask,
    view: &View,
    list: Vec<Candidate>,
    reach: Option<&Reach>,
) -> Result<(Parcels, Json), Refusal> {
    let mut keys: Vec<String> = Vec::new();
    for key in list.iter().flat_map(|one| &one.parcels) {
        if keys.len() < MOST_KEYS && !keys.iter().any(|other| other == key.as_str()) {
            keys.push(key.as_str().to_owned());
        }
    }
    let limit = keys.len() as u32;
    let found = super::find(ask, view, &Wanted::Keys(keys), (0, limit)).await?;
    let exists = |key: &Idu| found.list.iter().any(|parcel| parcel.idu == key.as_str());
    let mut ranked: Vec<(bool, bool, Json)> = list
        .into_iter()
        .map(|one| {
            let there = one.parcels.iter().filter(|key| exists(key)).count();
            let own = reach.is_some_and(|reach| {
                let within = |key: &Idu| reach.holds(key.commune());
                *reach != Reach::Territory && one.parcels.iter().all(within)
            });
            let told = json!({
                "kind": "parcels", "label": one.label, "parcels": one.parcels, "found": there,
            });
            (there < one.parcels.len(), !own, told)
        })
        .collect();
    // Stable: the parser's order holds among equals.
    ranked.sort_by_key(|(absent, strange, _)| (*absent, *strange));
    let list: Vec<Json> = ranked.into_iter().map(|(.., told)| told).collect();
    Ok((nothing(), json!({"kind": "candidates", "candidates": list})))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ads::reference::Places;

    #[test]
    fn an_address_that_is_not_found_is_said_to_be_one() {
        let places = Places::default();
        let context = Context {
            commune: None,
            places: &places,
        };
        for (text, said) in [("12 rue de Pornic 44830 Bouaye", true), ("bonjour", false)] {
            let Outcome::Wrong(fault) = reference::parse(text, &context) else {
                panic!("no reference");
            };
            let detail = unmatched(&fault).detail();
            assert_eq!(detail.contains("aucune adresse"), said, "{detail}");
        }
    }
}
