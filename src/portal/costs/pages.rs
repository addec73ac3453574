//! `/couts`, `/couts/{exercise}`, `/couts/{exercise}/{commune}`: pages, or the same as files by the ending
//! of the address.

use axum::extract::Path;
use axum::response::Response;
use costs::{changes, summary};
use serde_json::{Value as Json, json};

use super::{Shelf, aside, computed, failed, files, maybe, unkept};
use crate::access::costs::Ledgers;
use crate::encode::html::costs::{self as html, Open, Shown};
use crate::exercise::{self, Beside, Computed};
use crate::model::{KeptExercise, Problem};
use crate::ogc::ask::{Ask, Format, media};
use crate::portal::viewer::scripted;

/// `GET /couts`: the exercises that the caller sees, and the last of them whole.
///
/// # Errors
/// 503 when the database does not answer.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    let shelf = Shelf::of(&ask).await?;
    ask.no_more_params()?;
    if ask.format()? == Format::Json {
        let link = |(name, kept): &(String, KeptExercise)| {
            let mut it = json!(kept);
            it["links"] = json!([{ "rel": "item", "type": media::JSON,
                "href": format!("{}/couts/{name}.json", ask.base) }]);
            it
        };
        let exercises: Vec<Json> = shelf.exercises.iter().map(link).collect();
        let document = json!({ "exercises": exercises });
        return Ok(unkept(ask.json(media::JSON, &document)));
    }
    let first = shelf.exercises.first().cloned();
    page(&ask, &shelf, first.as_ref()).await
}

/// `GET /couts/{exercise}`, or with `.json`, `.csv`, `.xlsx`, `.pdf` behind it the same as a file.
///
/// # Errors
/// 404 for an exercise that the caller does not see, 403 for a file that it does not.
pub async fn one(ask: Ask, Path(name): Path<String>) -> Result<Response, Problem> {
    let shelf = Shelf::of(&ask).await?;
    ask.no_more_params()?;
    if let Some((name, ending)) = name.rsplit_once('.') {
        let (name, kept) = shelf.find(name)?;
        return files::exercise(&ask, &shelf, (name, kept), ending).await;
    }
    let found = shelf.find(&name)?;
    if ask.format()? == Format::Json {
        return files::exercise(&ask, &shelf, (&found.0, &found.1), "json").await;
    }
    page(&ask, &shelf, Some(found)).await
}

async fn page(
    ask: &Ask,
    shelf: &Shelf,
    chosen: Option<&(String, KeptExercise)>,
) -> Result<Response, Problem> {
    let Some((name, kept)) = chosen else {
        let open = open(shelf, None, &[]);
        let html = html::costs(ask.site(), &shelf.exercises, None, open);
        return Ok(unkept(ask.page(html)?));
    };
    let own = computed(&ask.app, kept).await?;
    let before = maybe(&ask.app, shelf.of_year(kept.year - 1)).await?;
    let sums = summary(&own.checked, &own.outcome).map_err(|error| failed(&error))?;
    let changed = before.as_ref().map(|before| {
        (
            before.exercise().year,
            changes(&before.outcome, &own.outcome),
        )
    });
    let shown = Shown {
        kept,
        name,
        checked: &own.checked,
        outcome: &own.outcome,
        summary: &sums,
        since: changed.as_ref().map(|(year, changes)| (*year, changes)),
    };
    let communes = sums.communes.iter().map(|row| row.insee.to_string());
    let statements: Vec<String> = communes.filter(|it| shelf.ledgers.holds(it)).collect();
    let html = html::costs(
        ask.site(),
        &shelf.exercises,
        Some(shown),
        open(shelf, Some(kept), &statements),
    );
    Ok(scripted(ask, unkept(ask.page(html)?)))
}

fn open<'a>(shelf: &Shelf, kept: Option<&KeptExercise>, statements: &'a [String]) -> Open<'a> {
    Open {
        statements,
        all: shelf.ledgers.all(),
        simulate: kept.is_some() && shelf.ledgers != Ledgers::Matrix,
    }
}

/// `GET /couts/{exercise}/{commune}`, or with `.pdf`, `.json`, `.csv` behind it the same as a file.
///
/// # Errors
/// 404 for an exercise or a commune that is not there; 401 and 403 for another commune's statement.
pub async fn statement(
    ask: Ask,
    Path((name, commune)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let shelf = Shelf::of(&ask).await?;
    ask.no_more_params()?;
    let (code, ending) = match commune.rsplit_once('.') {
        Some((code, ending)) => (code, Some(ending)),
        None => (commune.as_str(), None),
    };
    if !shelf.ledgers.holds(code) {
        ask.caller.credential().ok_or(Problem::Unauthorized)?;
        return Err(Problem::Forbidden(
            "a commune's statement is read with the role « finance » of that commune or of the \
             territory"
                .to_owned(),
        ));
    }
    let (name, kept) = shelf.find(&name)?;
    let stranger = || Problem::NotFound("the exercise has no such commune".to_owned());
    let insee = code.parse().map_err(|_| stranger())?;
    let own = computed(&ask.app, kept).await?;
    if !own.exercise().communes.iter().any(|it| it.insee == insee) {
        return Err(stranger());
    }
    let previous = maybe(&ask.app, shelf.of_year(kept.year - 1)).await?;
    let forecast = maybe(&ask.app, shelf.forecast_of(kept)).await?;
    let made = aside(move || made(&own, insee, previous.as_ref(), forecast.as_ref())).await?;
    if let Some(ending) = ending {
        return files::statement(&ask, made, ending).await;
    }
    if ask.format()? == Format::Json {
        return files::statement(&ask, made, "json").await;
    }
    let body = exercise::statement_body(&made).map_err(|error| failed(&error))?;
    let paths = (format!("/couts/{name}"), format!("/couts/{name}/{insee}"));
    let html = html::statement(ask.site(), &made.heading(), (&paths.0, &paths.1), &body);
    Ok(unkept(ask.page(html)?))
}

fn made(
    own: &Computed,
    insee: costs::exercise::Insee,
    previous: Option<&Computed>,
    forecast: Option<&Computed>,
) -> Result<exercise::Statement, Problem> {
    let beside = Beside { previous, forecast };
    exercise::statement(own, insee, beside).map_err(|error| failed(&error))
}
