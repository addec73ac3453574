//! Features in the formats of files: everything that matches, of any size, in batches.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, header};
use axum::response::Response;

use super::ask::{Ask, for_whom, media, name_file, tagged};
use super::collections::title;
use super::items::{BATCH, set_content_crs};
use super::query::EVERYTHING;
use super::{matched, published_file, transfer};
use crate::app::App;
use crate::catalogue::{FieldType, View};
use crate::encode::csv::Csv;
use crate::encode::flatgeobuf::{self, Contents, FlatGeobuf};
use crate::model::{Crs, ItemsQuery, Operation, Problem, Tally};
use crate::store::{Page, Row};

/// A format of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    FlatGeobuf,
    Csv,
}

impl Kind {
    fn media(self) -> &'static str {
        match self {
            Self::FlatGeobuf => media::FLATGEOBUF,
            Self::Csv => media::CSV,
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::FlatGeobuf => "fgb",
            Self::Csv => "csv",
        }
    }
}

/// `GET /collections/{c}/items` in a format of files. A whole layer as FlatGeobuf, as anybody reads
/// it, is an indexed file, made once a version; everything else is a stream (what is not open never
/// lies on the disk), and so is that layer for who comes while its file takes long to make.
///
/// # Errors
/// 400 for a parameter that cannot be understood, 416, 403, 503.
pub(super) async fn export(
    ask: Ask,
    layer: View,
    method: &Method,
    kind: Kind,
) -> Result<Response, Problem> {
    ask.tally.is(Operation::Export);
    let mut query = ask.export_query(&layer)?;
    ask.bound(&layer, &mut query).await?;
    if kind == Kind::FlatGeobuf && query.crs == Crs::Wgs84 {
        // The format knows degrees longitude first alone.
        query.crs = Crs::Crs84;
    }
    let whole = query.filter.is_empty() && query.limit == EVERYTHING && query.version.is_none();
    if kind == Kind::FlatGeobuf && whole && layer.is_common() {
        let answer = published_file::answer(&ask, &layer, query.crs, method).await?;
        if let Some(response) = answer {
            return Ok(response);
        }
    }
    stream(&ask, layer, query, kind).await
}

async fn stream(
    ask: &Ask,
    layer: View,
    query: ItemsQuery,
    kind: Kind,
) -> Result<Response, Problem> {
    let state = ask.app.freshness.now().layer(layer.id.as_str());
    let etag = |version: i64| {
        let digest = ask.app.digest(&layer);
        format!("W/\"{version}.{digest:x}.{}\"", kind.ending())
    };
    if query.version.is_none() && ask.holds(&etag(state.version)) {
        let mut held = tagged(&etag(state.version), kind.media(), None);
        for_whom(&mut held, &layer);
        return Ok(held);
    }
    let permit = ask.app.heavy_of(ask.payer)?;
    let first = ItemsQuery {
        limit: query.limit.min(BATCH),
        ..query.clone()
    };
    let count = async {
        match kind {
            // Only a header says how many follow.
            Kind::FlatGeobuf if query.after == 0 => {
                matched::count(&ask.app, &layer, &query, state.version).await
            }
            _ => Ok(None),
        }
    };
    let reading = async { tokio::join!(ask.app.store.items(&layer, &first), count) };
    let (page, count) = ask.tally.timed(reading).await;
    let (page, count) = (page?, count?);
    let count = count.filter(|_| page.version == state.version).unwrap_or(0);
    let contents = Contents {
        count: (count as u64).min(u64::from(query.limit)),
        ..Contents::default()
    };
    let mut head = Vec::new();
    let encoder = match kind {
        Kind::FlatGeobuf => {
            let title = title(&layer, state.demonstration);
            head = flatgeobuf::header(&layer, &title, query.crs, &contents);
            Encoder::FlatGeobuf(FlatGeobuf::new(&layer, query.crs))
        }
        Kind::Csv => {
            let csv = Csv::new(&layer, query.crs);
            head.extend_from_slice(csv.header());
            Encoder::Csv(csv)
        }
    };
    let (version, crs) = (page.version, query.crs);
    let export = Export {
        app: ask.app.clone(),
        tally: ask.tally.clone(),
        kinds: layer.kinds(),
        query: ItemsQuery {
            version: Some(version),
            ..query
        },
        layer: layer.clone(),
        encoder,
    };
    let stall = Duration::from_secs(ask.app.config.file.limits.stall_s);
    let body = transfer::body(stall, move |outlet| async move {
        let _permit = permit;
        export.send(head, page, outlet).await
    });
    let mut response = tagged(&etag(version), kind.media(), Some(Body::empty()));
    *response.body_mut() = body;
    response.headers_mut().remove(header::CONTENT_LENGTH);
    name_file(&mut response, &format!("{}.{}", layer.id, kind.ending()));
    set_content_crs(&mut response, crs);
    for_whom(&mut response, &layer);
    Ok(response)
}

enum Encoder {
    FlatGeobuf(FlatGeobuf),
    Csv(Csv),
}

/// Features being written.
struct Export {
    app: Arc<App>,
    tally: Arc<Tally>,
    layer: View,
    /// The query of the next batch; `limit` is what is left.
    query: ItemsQuery,
    kinds: Vec<FieldType>,
    encoder: Encoder,
}

impl Export {
    async fn send(
        mut self,
        head: Vec<u8>,
        mut page: Page,
        outlet: transfer::Outlet,
    ) -> Result<transfer::Outlet, transfer::Cut> {
        let mut out = head;
        loop {
            let more = self.batch(&mut out, &page.rows)?;
            outlet.send(std::mem::take(&mut out)).await?;
            if !more || self.query.limit == 0 {
                return Ok(outlet);
            }
            let next = ItemsQuery {
                limit: self.query.limit.min(BATCH),
                ..self.query.clone()
            };
            let reading = self.app.store.items(&self.layer, &next);
            page = self.tally.timed(reading).await?;
        }
    }

    /// Writes a batch's rows; whether others follow it.
    fn batch(&mut self, out: &mut Vec<u8>, rows: &[Row]) -> Result<bool, Problem> {
        let wanted = self.query.limit.min(BATCH) as usize;
        for row in rows.iter().take(wanted) {
            let feature = row.feature(&self.kinds)?;
            match &mut self.encoder {
                Encoder::FlatGeobuf(encoder) => {
                    encoder.feature(out, &feature);
                }
                Encoder::Csv(encoder) => encoder.feature(out, &feature),
            }
            self.query.after = feature.fid;
        }
        let written = rows.len().min(wanted) as u32;
        self.tally.features(written);
        self.query.limit -= written;
        Ok(rows.len() > wanted)
    }
}
