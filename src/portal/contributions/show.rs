//! What is there: the list, one contribution, its report.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde_json::{Value as Json, json};
use tokio::fs::File;
use tokio_util::io::ReaderStream;

use super::{attached, nothing, seen, sees, unkept};
use crate::access::writing;
use crate::encode::contribution::{self, Offered};
use crate::encode::html::contributions::{self as html, Listing, Places, Reported, Shown};
use crate::ingest::contributions::{delivered, faults, is_handed_over, places};
use crate::model::{Communes, Contribution, Problem, Writer};
use crate::ogc::ask::{Ask, Format, media};
use crate::portal::viewer::scripted;

/// Contributions of a page.
const PAGE: i64 = 50;

/// `GET /contributions`: those that the caller sees, the last one first.
///
/// # Errors
/// 401, 403, 400 for an unknown parameter.
pub async fn list(mut ask: Ask) -> Result<Response, Problem> {
    let held = writing::contributor(&ask.caller)?.clone();
    let before = match ask.params.take("avant") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| {
            Problem::bad("avant= is the number of a contribution; the list goes on below it")
        })?),
    };
    ask.no_more_params()?;
    let reading = ask.app.store.contributions(&held.reach, before, PAGE + 1);
    let mut found = ask.tally.timed(reading).await?;
    let next = (found.len() as i64 > PAGE).then(|| {
        found.truncate(PAGE as usize);
        let last = found.last().map_or(0, |it| it.id);
        format!("avant={last}")
    });
    found.retain(|it| sees(&ask.app, &held, it));
    if ask.format()? == Format::Json {
        let next = next.map(|query| format!("{}/contributions?{query}", ask.base));
        let document = contribution::list(&ask.base, &found, next.as_deref());
        return Ok(unkept(ask.json(media::JSON, &document)));
    }
    let page = html::contributions(
        ask.site(),
        Listing {
            contributions: &found,
            next: next.as_deref(),
            is_first: before.is_none(),
            collections: &collections(&ask, &Writer::from(&held)),
            most_bytes: ask.app.config.file.ingest.file_bytes,
        },
    );
    Ok(scripted(&ask, unkept(ask.page(page)?)))
}

/// `GET /contributions/{id}`.
///
/// # Errors
/// 401, 403, 404.
pub async fn one(ask: Ask, Path(id): Path<String>) -> Result<Response, Problem> {
    ask.no_more_params()?;
    let (found, held) = seen(&ask, &id).await?;
    let decides = writing::decides(held, &found);
    let versions = ask
        .tally
        .timed(ask.app.store.contributed_versions(found.id))
        .await?;
    let packaged = is_handed_over(&ask.app.catalogue, &versions);
    if ask.format()? == Format::Json {
        let offered = Offered { decides, packaged };
        let document = contribution::document(&ask.base, &found, &versions, offered);
        return Ok(unkept(ask.json(media::JSON, &document)));
    }
    let (communes, places) = around(&ask, &found).await?;
    let page = html::contribution(
        ask.site(),
        Shown {
            contribution: &found,
            versions: &versions,
            packaged,
            decides,
            reported: Reported {
                catalogue: &ask.app.catalogue,
                communes: &communes,
                outcomes: &found.outcomes,
                places: &places,
                zone: ask.app.territory.timezone,
            },
        },
    );
    Ok(scripted(&ask, unkept(ask.page(page)?)))
}

/// What is drawn around findings, and where they lie.
async fn around(ask: &Ask, found: &Contribution) -> Result<(Arc<Communes>, Places), Problem> {
    let communes = ask.app.communes().await?;
    let reading = places(&ask.app.store, &found.outcomes);
    let places = ask.tally.timed(reading).await?;
    Ok((communes, places))
}

/// Collections that a writer may feed somewhere, in the order of the catalogue.
fn collections(ask: &Ask, writer: &Writer) -> Vec<(String, String)> {
    let layers = ask.app.catalogue.layers().iter();
    layers
        .filter(|layer| writing::may_feed(writer, layer))
        .map(|layer| (layer.id.to_string(), layer.title.clone()))
        .collect()
}

/// The JSON of a contribution that the caller made or changed.
pub(super) async fn document(ask: &Ask, id: i64) -> Result<Json, Problem> {
    let store = &ask.app.store;
    let found = store
        .contribution(id)
        .await?
        .ok_or_else(|| nothing(&id.to_string()))?;
    let versions = store.contributed_versions(id).await?;
    let offered = Offered {
        decides: true,
        packaged: is_handed_over(&ask.app.catalogue, &versions),
    };
    Ok(contribution::document(
        &ask.base, &found, &versions, offered,
    ))
}

/// `GET /contributions/{id}/rapport.json`, `.html`, `.gpkg`, and `depot.gpkg`: what it published.
///
/// # Errors
/// 401, 403, 404.
pub async fn report(
    ask: Ask,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    ask.no_more_params()?;
    let (found, _) = seen(&ask, &id).await?;
    match file.as_str() {
        "rapport.json" => {
            let document = ask.json(media::JSON, &json!(found.outcomes));
            let name = format!("rapport-{}.json", found.id);
            Ok(attached(document, media::JSON, &name))
        }
        "rapport.gpkg" => {
            let _heavy = ask.app.heavy_of(ask.payer)?;
            let bytes = faults(&ask.app, found.id, &found.outcomes)
                .await
                .map_err(|error| {
                    tracing::error!(%error, "the faults of a contribution could not be written");
                    Problem::Internal
                })?;
            let name = format!("rapport-{}.gpkg", found.id);
            Ok(attached(bytes, media::GEOPACKAGE, &name))
        }
        "depot.gpkg" => package(&ask, &found).await,
        "rapport.html" => {
            let (communes, places) = around(&ask, &found).await?;
            let reported = Reported {
                catalogue: &ask.app.catalogue,
                communes: &communes,
                outcomes: &found.outcomes,
                places: &places,
                zone: ask.app.territory.timezone,
            };
            let page = html::report(reported, &found.title, found.changed);
            let mut response = ask.page(page)?;
            // It carries its own style, and nothing else.
            response.headers_mut().insert(
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'"),
            );
            Ok(unkept(response))
        }
        _ => Err(Problem::NotFound(
            "a contribution has rapport.json, rapport.html, rapport.gpkg, and once published \
             depot.gpkg"
                .to_owned(),
        )),
    }
}

/// What a contribution published, as it was then.
async fn package(ask: &Ask, found: &Contribution) -> Result<Response, Problem> {
    let _heavy = ask.app.heavy_of(ask.payer)?;
    let versions = ask.app.store.contributed_versions(found.id).await?;
    let written = ask.tally.timed(delivered(&ask.app, &versions)).await;
    let file = written.map_err(|error| {
        tracing::error!(%error, "what a contribution published could not be written");
        Problem::Internal
    })?;
    let file = file.ok_or_else(|| {
        Problem::NotFound(format!(
            "contribution {} published nothing that is handed over here: restricted collections \
             and those that merge are read at their own address",
            found.id
        ))
    })?;
    let body = Body::from_stream(ReaderStream::new(File::from_std(file)));
    let name = format!("depot-{}.gpkg", found.id);
    Ok(attached(body, media::GEOPACKAGE, &name))
}
