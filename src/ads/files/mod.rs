//! The instructor's first page: what is due, what silence would grant, what awaits pieces, what
//! lapses; the list of files, the figures of a year, what is odd about parcels.
//!
//! For who instructs, inside the communes of the credential: nobody else is told anything here.

mod ask;
mod clock;
mod docket;

use axum::response::Response;

use crate::encode::dossiers::{self as table, Names};
use crate::encode::html;
use crate::encode::report::SHEET_MEDIA;
use crate::model::Problem;
use crate::ogc::ask::{Ask, Format, attached, media, unkept};
use ask::Asked;

/// The layer of the files.
const FILES: &str = "dossiers-ads";

/// Files of a table to download.
const MOST: i64 = 50_000;

/// `GET /dossiers`: the page, or with `f=json` all that it shows.
///
/// # Errors
/// 401, 403 for who does not instruct; 400, 503.
pub async fn page(mut ask: Ask) -> Result<Response, Problem> {
    let communes = ask.app.communes().await?;
    let view = ask.layer(FILES)?;
    let asked = Asked::read(&mut ask, &view, &communes)?;
    ask.no_more_params()?;
    let reading = docket::docket(&ask, &view, &asked);
    let docket = ask.tally.timed(reading).await?;
    let response = match ask.format()? {
        Format::Json => {
            let document = serde_json::to_value(&docket).map_err(|_| Problem::Internal)?;
            ask.json(media::JSON, &document)
        }
        Format::Html => {
            let choice = html::FileChoice {
                view: &view,
                communes: &communes,
                mine: &asked.communes,
                commune: asked.commune.as_deref(),
                kind: asked.kind.as_deref(),
                state: asked.state.as_deref(),
                decision: asked.decision.as_deref(),
                due: asked.due_word(),
                year: asked.year,
                query: &asked.query(),
                page: asked.page,
                demonstration: ask.app.glimpsed(&view).demonstration,
            };
            ask.page(html::dossiers(ask.site(), &docket, choice))?
        }
    };
    // Names of applicants stay in no cache.
    Ok(unkept(response))
}

/// `GET /dossiers.csv`: the list as asked for, RFC 4180, or with `pour=excel` what French Excel
/// opens as it is.
///
/// # Errors
/// As [`page`].
pub async fn csv(mut ask: Ask) -> Result<Response, Problem> {
    let excel = match ask.params.take("pour").as_deref() {
        None => false,
        Some("excel") => true,
        Some(_) => return Err(Problem::bad("pour is excel, or left out")),
    };
    let sheet = sheet(&mut ask).await?;
    let text = table::csv(&sheet, excel).map_err(|error| failed(&error))?;
    Ok(attached(text, media::CSV, "dossiers.csv"))
}

/// `GET /dossiers.xlsx`: the same as a spreadsheet.
///
/// # Errors
/// As [`page`].
pub async fn xlsx(mut ask: Ask) -> Result<Response, Problem> {
    let sheet = sheet(&mut ask).await?;
    let book = crate::encode::sheets::Format::Xlsx.write(&[sheet]);
    let book = book.map_err(|error| failed(&error))?;
    Ok(attached(book, SHEET_MEDIA, "dossiers.xlsx"))
}

async fn sheet(ask: &mut Ask) -> Result<table::Sheet, Problem> {
    let communes = ask.app.communes().await?;
    let view = ask.layer(FILES)?;
    let asked = Asked::read(ask, &view, &communes)?;
    ask.no_more_params()?;
    let reading = docket::list(ask, &view, &asked, (0, MOST));
    let (files, _) = ask.tally.timed(reading).await?;
    let names = Names {
        layer: view.layer(),
        communes: &communes,
    };
    Ok(table::sheet(&files, names))
}

fn failed(error: &dyn std::error::Error) -> Problem {
    tracing::error!(%error, "a list of files could not be written");
    Problem::Internal
}
