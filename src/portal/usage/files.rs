//! `/usage.json`, `/usage.csv`, `/usage.xlsx`.

use axum::response::Response;
use chrono::Utc;

use super::ask::FileAsk;
use super::{attached, unkept};
use crate::access;
use crate::encode::report::{self, Names, SHEET_MEDIA};
use crate::model::{Booked, By, Line, Problem, UsageQuery};
use crate::ogc::ask::{Ask, media};
use crate::usage::Sight;

/// `GET /usage.json`: a list of lines, as `geonantes usage report --json` prints it.
///
/// # Errors
/// 400, 401, 403 as [`Sight`] says.
pub async fn json(ask: Ask) -> Result<Response, Problem> {
    let (_, lines) = read(&ask).await?;
    Ok(unkept(ask.document(media::JSON, report::json(&lines))))
}

/// `GET /usage.csv`: RFC 4180.
///
/// # Errors
/// As [`json`].
pub async fn csv(ask: Ask) -> Result<Response, Problem> {
    let (query, lines) = read(&ask).await?;
    let text = report::csv(&lines, &query).map_err(|error| failed(&error))?;
    Ok(attached(text, media::CSV, &name(&query, "csv")))
}

/// `GET /usage.xlsx`: a spreadsheet, in French.
///
/// # Errors
/// As [`json`].
pub async fn xlsx(ask: Ask) -> Result<Response, Problem> {
    let (query, lines) = read(&ask).await?;
    let communes = ask.app.communes().await?;
    let names = Names {
        catalogue: &ask.app.catalogue,
        territory: &ask.app.territory,
        communes: &communes,
    };
    let title = match query.accounts.as_deref() {
        Some([one]) => format!("Usage – {}", names.of(one.as_str(), By::Commune)),
        _ => format!("Usage – {}", ask.app.territory.title),
    };
    let book = report::sheet(&lines, &query, &title, names).map_err(|error| failed(&error))?;
    Ok(attached(book, SHEET_MEDIA, &name(&query, "xlsx")))
}

async fn read(ask: &Ask) -> Result<(UsageQuery, Vec<Line>), Problem> {
    access::member(&ask.caller)?;
    let sight = Sight::of(&ask.caller)?;
    let today = ask.app.territory.day(Utc::now());
    let asked = FileAsk::read(ask.params.clone(), today)?;
    let query = UsageQuery {
        period: asked.period,
        accounts: sight.narrowed(asked.account)?,
        by: asked.by,
        split: asked.split,
    };
    let query = query.checked().map_err(Problem::BadRequest)?;
    let lines = ask.tally.timed(ask.app.store.usage(&query)).await?;
    Ok((query, lines))
}

fn failed(error: &dyn std::error::Error) -> Problem {
    tracing::error!(%error, "a report could not be written");
    Problem::Internal
}

/// `usage-44143-2026-11-01-2026-11-30-layer.csv`.
fn name(query: &UsageQuery, extension: &str) -> String {
    let whose = match query.accounts.as_deref() {
        Some([one]) => format!("{}-", Booked::as_str(one)),
        _ => String::new(),
    };
    let (from, to, by) = (query.period.from, query.period.to, query.by.as_str());
    format!("usage-{whose}{from}-{to}-{by}.{extension}")
}
