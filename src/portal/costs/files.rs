//! The matrix and the statements as files for programs, spreadsheets and paper.

use axum::response::Response;
use serde_json::json;

use super::{Shelf, aside, attached, computed, failed, maybe, unkept};
use crate::encode::sheets::Format as Sheets;
use crate::exercise::{self, Statement};
use crate::model::{KeptExercise, Problem, shown};
use crate::ogc::ask::{Ask, media};

/// Media types of the files.
const PDF: &str = "application/pdf";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// `GET /couts/schema.json`: the JSON Schema of `/couts/{exercise}.json`.
///
/// # Errors
/// 400 for a parameter.
pub async fn schema(ask: Ask) -> Result<Response, Problem> {
    ask.no_more_params()?;
    let text = include_str!("../../../docs/schemas/couts.json");
    Ok(ask.document(media::SCHEMA, text.to_owned()))
}

/// An exercise as a file: JSON and CSV of the matrix for all who see it; the workbook and the report to
/// the council, where agents' costs can be read, for the metropolis's finance officers.
pub(super) async fn exercise(
    ask: &Ask,
    shelf: &Shelf,
    (name, kept): (&str, &KeptExercise),
    ending: &str,
) -> Result<Response, Problem> {
    let own = computed(&ask.app, kept).await?;
    let file = format!("couts-{name}.{ending}");
    match ending {
        "json" => {
            let document = exercise::matrix_json(&own, kept).map_err(|error| failed(&error))?;
            Ok(unkept(ask.json(media::JSON, &document)))
        }
        "csv" => {
            let text = exercise::matrix_csv(&own).map_err(|error| failed(&error))?;
            Ok(attached(text, media::CSV, &file))
        }
        "xlsx" | "pdf" if !shelf.ledgers.all() => {
            ask.caller.credential().ok_or(Problem::Unauthorized)?;
            Err(Problem::Forbidden(
                "this file is read with the role « finance » of the territory; .csv and .json are \
                 open"
                    .to_owned(),
            ))
        }
        "xlsx" => {
            let place = ask.app.heavy_of(ask.payer)?;
            let bytes = aside(move || {
                let book = costs::workbook(&own.checked).map_err(|error| failed(&error))?;
                Sheets::Xlsx.write(&book).map_err(|error| failed(&error))
            });
            let bytes = bytes.await?;
            drop(place);
            Ok(attached(bytes, XLSX, &file))
        }
        "pdf" => {
            let place = ask.app.heavy_of(ask.payer)?;
            let before = maybe(&ask.app, shelf.of_year(kept.year - 1)).await?;
            let bytes = aside(move || {
                let yearly = exercise::yearly(&own, before.as_ref());
                let yearly = yearly.map_err(|error| failed(&error))?;
                exercise::yearly_pdf(&yearly).map_err(|error| failed(&error))
            });
            let bytes = bytes.await?;
            drop(place);
            Ok(attached(bytes, PDF, &file))
        }
        other => Err(unknown(other, "json, csv, xlsx and pdf")),
    }
}

/// A commune's statement as a file.
pub(super) async fn statement(
    ask: &Ask,
    made: Statement,
    ending: &str,
) -> Result<Response, Problem> {
    let file = format!("etat-{}-{}.{ending}", made.year, made.insee);
    match ending {
        "json" => Ok(unkept(ask.json(media::JSON, &json!(made)))),
        "csv" => {
            let text = exercise::titles_csv(&made.titles).map_err(|error| failed(&error))?;
            Ok(attached(text, media::CSV, &file))
        }
        "pdf" => {
            let place = ask.app.heavy_of(ask.payer)?;
            let work = move || exercise::statement_pdf(&made).map_err(|error| failed(&error));
            let bytes = aside(work).await?;
            drop(place);
            Ok(attached(bytes, PDF, &file))
        }
        "xlsx" => {
            let place = ask.app.heavy_of(ask.payer)?;
            let bytes = aside(move || {
                let sheets = exercise::statement_sheets(&made).map_err(|error| failed(&error))?;
                Sheets::Xlsx.write(&sheets).map_err(|error| failed(&error))
            });
            let bytes = bytes.await?;
            drop(place);
            Ok(attached(bytes, XLSX, &file))
        }
        other => Err(unknown(other, "json, csv, xlsx and pdf")),
    }
}

fn unknown(ending: &str, offered: &str) -> Problem {
    Problem::NotFound(format!(
        "there is no file .{} here; {offered} are offered",
        shown(ending)
    ))
}
