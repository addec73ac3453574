//! Features of a collection, page by page, streamed in batches.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::response::Response;
use serde_json::{Value as Json, json};

use super::ask::{Ask, for_whom, media, tagged};
use super::export::{Kind, export};
use super::links::link;
use super::page::published;
use super::{query, transfer};
use crate::app::Heavy;
use crate::catalogue::{FieldType, View};
use crate::encode::geojson::GeoJson;
use crate::encode::html::{self, Listing};
use crate::model::{Crs, ItemsQuery, Operation, Problem, shown};
use crate::store::{Page, Row};

/// Features read at once: what a slow reader makes us hold.
pub(super) const BATCH: u32 = 1000;

/// Representations of `items`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Representation {
    Json,
    Html,
    File(Kind),
}

/// `GET /collections/{c}/items`.
///
/// # Errors
/// 400 for a parameter that cannot be understood, 404, 401, 403, 503.
pub async fn items(
    ask: Ask,
    Path(id): Path<String>,
    method: Method,
    uri: Uri,
) -> Result<Response, Problem> {
    ask.tally.is(Operation::Items);
    let layer = ask.layer(&id)?;
    let representation = representation(&ask)?;
    if let Representation::File(kind) = representation {
        return export(ask, layer, &method, kind).await;
    }
    if representation == Representation::Html
        && let Some(answer) = super::page::without_empty(&uri)
    {
        return Ok(answer);
    }
    let mut query = ask.items_query(&layer)?;
    ask.bound(&layer, &mut query).await?;
    let version = ask
        .app
        .freshness
        .now()
        .get(layer.id.as_str())
        .map_or(0, |s| s.version);
    if query.version.is_none() && ask.holds(&etag(&ask, &layer, version)) {
        let mut held = tagged(&etag(&ask, &layer, version), media::GEOJSON, None);
        for_whom(&mut held, &layer);
        return Ok(held);
    }
    let permit = if query.limit > BATCH {
        Some(ask.app.heavy_of(ask.payer)?)
    } else {
        None
    };
    let first = ItemsQuery {
        limit: query.limit.min(BATCH),
        ..query.clone()
    };
    let reading = async {
        tokio::join!(
            ask.app.store.items(&layer, &first),
            super::matched::count(&ask.app, &layer, &query, version)
        )
    };
    let (page, matched) = ask.tally.timed(reading).await;
    let (page, matched) = (page?, matched?);
    // A publication that is not known here yet: the count would be that of the version before.
    let matched = matched.filter(|_| page.version == version);
    let answer = Answer::new(&ask, &layer, &query, uri, page.version, matched, permit);
    if representation == Representation::Html {
        let body = answer.whole(page).await?;
        let page = serde_json::from_slice(&body).map_err(|_| Problem::Internal)?;
        let listing = Listing {
            params: ask.params.rest(),
            served: &ask.app.served,
        };
        let seen = ask.app.seen(&layer).await?;
        let published = published(&layer, &seen);
        return ask.page(html::items(ask.site(), published, listing, &page));
    }
    let etag = etag(&ask, &layer, page.version);
    let crs = query.crs;
    let body = if query.limit <= BATCH {
        Body::from(answer.whole(page).await?)
    } else {
        answer.stream(page)
    };
    let mut response = respond(&etag, crs, body);
    for_whom(&mut response, &layer);
    Ok(response)
}

fn representation(ask: &Ask) -> Result<Representation, Problem> {
    match ask.f.as_deref() {
        Some("json" | "geojson") => Ok(Representation::Json),
        Some("html") => Ok(Representation::Html),
        Some("fgb" | "flatgeobuf") => Ok(Representation::File(Kind::FlatGeobuf)),
        Some("csv") => Ok(Representation::File(Kind::Csv)),
        Some(other) => Err(Problem::bad(format!(
            "f={} is not offered here; json, html, fgb and csv are",
            shown(other)
        ))),
        None => Ok(accepted(&ask.headers)),
    }
}

/// The representation that `Accept` names first; JSON when it names none.
fn accepted(headers: &HeaderMap) -> Representation {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    [
        ("json", Representation::Json),
        ("text/html", Representation::Html),
        (media::FLATGEOBUF, Representation::File(Kind::FlatGeobuf)),
        ("text/csv", Representation::File(Kind::Csv)),
    ]
    .into_iter()
    .filter_map(|(name, representation)| Some((accept.find(name)?, representation)))
    .min_by_key(|(place, _)| *place)
    .map_or(Representation::Json, |(_, representation)| representation)
}

/// Items carry the layer's version, what the catalogue says of it, and who reads.
fn etag(ask: &Ask, view: &View, version: i64) -> String {
    let html = if ask.prefers_html() { "h" } else { "j" };
    format!("W/\"{version}.{:x}.{html}\"", ask.app.digest(view))
}

fn respond(etag: &str, crs: Crs, body: Body) -> Response {
    let mut response = tagged(etag, media::GEOJSON, Some(Body::empty()));
    *response.body_mut() = body;
    response.headers_mut().remove(header::CONTENT_LENGTH);
    set_content_crs(&mut response, crs);
    response
}

/// `Content-Crs` (Part 2, clause 6.4).
pub(super) fn set_content_crs(response: &mut Response, crs: Crs) {
    if let Ok(value) = HeaderValue::from_str(&format!("<{}>", crs.uri())) {
        response.headers_mut().insert("content-crs", value);
    }
}

/// A collection of features being written.
struct Answer {
    ask: Ask,
    layer: View,
    /// The query of the next batch; `limit` is what is left of the page.
    query: ItemsQuery,
    uri: Uri,
    version: i64,
    matched: Option<i64>,
    writer: GeoJson,
    kinds: Vec<FieldType>,
    returned: u64,
    _permit: Option<Heavy>,
}

impl Answer {
    fn new(
        ask: &Ask,
        layer: &View,
        query: &ItemsQuery,
        uri: Uri,
        version: i64,
        matched: Option<i64>,
        permit: Option<Heavy>,
    ) -> Self {
        Self {
            ask: ask.clone(),
            layer: layer.clone(),
            query: ItemsQuery {
                version: Some(version),
                ..query.clone()
            },
            uri,
            version,
            matched,
            writer: GeoJson::new(layer.visible(), query.crs),
            kinds: layer.kinds(),
            returned: 0,
            _permit: permit,
        }
    }

    /// The page in one piece.
    async fn whole(mut self, page: Page) -> Result<Vec<u8>, Problem> {
        let mut out = Vec::with_capacity(page.rows.len() * 512 + 1024);
        out.extend_from_slice(PREFIX);
        let more = self.batch(&mut out, &page.rows)?;
        self.finish(&mut out, more);
        Ok(out)
    }

    /// The page in batches, each read when the reader has taken the one before: a slow reader
    /// holds no connection, one that leaves costs a batch at most.
    fn stream(self, page: Page) -> Body {
        let stall = Duration::from_secs(self.ask.app.config.file.limits.stall_s);
        transfer::body(stall, move |outlet| self.send(page, outlet))
    }

    async fn send(
        mut self,
        mut page: Page,
        outlet: transfer::Outlet,
    ) -> Result<transfer::Outlet, transfer::Cut> {
        let mut out = PREFIX.to_vec();
        loop {
            let more = self.batch(&mut out, &page.rows)?;
            let last = !more || self.query.limit == 0;
            if last {
                self.finish(&mut out, more);
            }
            outlet.send(std::mem::take(&mut out)).await?;
            if last {
                return Ok(outlet);
            }
            let next = ItemsQuery {
                limit: self.query.limit.min(BATCH),
                ..self.query.clone()
            };
            let reading = self.ask.app.store.items(&self.layer, &next);
            page = self.ask.tally.timed(reading).await?;
        }
    }

    /// Writes a batch's rows; whether others follow it.
    fn batch(&mut self, out: &mut Vec<u8>, rows: &[Row]) -> Result<bool, Problem> {
        let wanted = self.query.limit.min(BATCH) as usize;
        for row in rows.iter().take(wanted) {
            if self.returned > 0 {
                out.push(b',');
            }
            let feature = row.feature(&self.kinds)?;
            self.writer.feature(out, &feature);
            self.query.after = feature.fid;
            self.returned += 1;
        }
        let written = rows.len().min(wanted) as u32;
        self.ask.tally.features(written);
        self.query.limit -= written;
        Ok(rows.len() > wanted)
    }

    fn finish(&self, out: &mut Vec<u8>, more: bool) {
        let mut links = vec![
            self.link("self", "json", None),
            self.link("alternate", "html", None),
            link(
                format!("{}/collections/{}?f=json", self.ask.base, self.layer.id),
                "collection",
                media::JSON,
                &self.layer.title,
            ),
        ];
        if more {
            let token = query::next_token(self.version, self.query.after);
            links.push(self.link("next", "json", Some(&token)));
        }
        let mut tail = json!({
            "numberReturned": self.returned,
            "timeStamp": chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            "links": links,
        });
        if let Some(matched) = self.matched {
            tail["numberMatched"] = json!(matched);
        }
        let tail = tail.to_string();
        out.extend_from_slice(b"],");
        out.extend_from_slice(&tail.as_bytes()[1..]);
    }

    /// This page's address with another format or token; a key that was presented is left out.
    fn link(&self, rel: &str, f: &str, next: Option<&str>) -> Json {
        let kept = self.uri.query().unwrap_or("").split('&').filter(|pair| {
            let name = pair.split('=').next().unwrap_or("");
            !pair.is_empty() && !matches!(name, "f" | "key") && (next.is_none() || name != "next")
        });
        let mut query: Vec<String> = kept.map(str::to_owned).collect();
        query.push(format!("f={f}"));
        if let Some(token) = next {
            query.push(format!("next={token}"));
        }
        let href = format!(
            "{}/collections/{}/items?{}",
            self.ask.base,
            self.layer.id,
            query.join("&")
        );
        let (kind, title) = match (rel, f) {
            ("next", _) => (media::GEOJSON, "Page suivante"),
            (_, "html") => ("text/html", "Cette page (HTML)"),
            _ => (media::GEOJSON, "Cette page (GeoJSON)"),
        };
        link(href, rel, kind, title)
    }
}

const PREFIX: &[u8] = b"{\"type\":\"FeatureCollection\",\"features\":[";
