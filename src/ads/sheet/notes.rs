//! What the instructors' network notes on the zones of a ground: for members alone.

use serde_json::{Value as Json, json};

use super::Sheet;
use crate::access;
use crate::model::Problem;
use crate::ogc::ask::Ask;

/// Adds `notes` to the sheet of a member; whether they could be read. The sheets of others have no
/// such member.
pub(super) async fn tell(sheet: &Sheet<'_>, document: &mut Json) -> bool {
    if access::member(&sheet.ask.caller).is_err() {
        return true;
    }
    let listed = ["zones", "infimes"].map(|member| document["zonage"][member].as_array());
    let mut names: Vec<String> = listed
        .into_iter()
        .flatten()
        .flatten()
        .flat_map(|zone| [&zone["libelle"], &zone["typezone"]])
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    names.sort();
    names.dedup();
    let reading = sheet.ask.app.store.notes_on(&names);
    match sheet.ask.tally.timed(reading).await {
        Ok(notes) => {
            document["notes"] = json!(notes);
            true
        }
        Err(error) => {
            tracing::warn!(%error, "notes are missing from a sheet");
            document["notes"] = Json::Null;
            false
        }
    }
}

/// What a member's sheet is tagged by beside its layers; nothing for others.
///
/// # Errors
/// 503 when the database does not answer.
pub(in crate::ads) async fn mark(ask: &Ask) -> Result<Option<i64>, Problem> {
    if access::member(&ask.caller).is_err() {
        return Ok(None);
    }
    Ok(Some(ask.app.store.note_revisions().await?))
}
