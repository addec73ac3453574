//! A whole layer as one indexed FlatGeobuf file, made once a version and served by ranges.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use sha2::Digest as _;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio::sync::mpsc;
use tokio_util::io::ReaderStream;

use super::ask::{Ask, for_whom, media, name_file, tagged};
use super::collections::title;
use super::items::{BATCH, set_content_crs};
use super::range;
use crate::app::App;
use crate::cache::disk;
use crate::catalogue::View;
use crate::encode::flatgeobuf::{self, Whole};
use crate::model::{Crs, ItemsFilter, ItemsQuery, Problem, Srid};
use crate::store::{LayerState, Page};

/// Bytes read from the file at once for each client.
const PIECE: usize = 64 << 10;

/// The file, or the part of it that is asked for; `None` when it takes longer to make than this
/// request may wait, and a stream would do as well.
///
/// # Errors
/// 416 for a range behind the end; 503 when too many files are being made, or this one for too
/// long.
pub(super) async fn answer(
    ask: &Ask,
    layer: &View,
    crs: Crs,
    method: &Method,
) -> Result<Option<Response>, Problem> {
    let state = ask.app.freshness.now().layer(layer.id.as_str());
    let name = name(ask, layer, crs, &state);
    let features = state.count as f64;
    let etag = format!("\"{name}\"");
    if ask.holds(&etag) {
        let mut held = tagged(&etag, media::FLATGEOBUF, None);
        for_whom(&mut held, layer);
        return Ok(Some(held));
    }
    let (mut file, length) = match ask.app.files.open(&name).await {
        Some(found) => found,
        None => {
            if !make(ask, layer, crs, state, &name).await? {
                let streams = method == Method::GET && !ask.headers.contains_key(header::RANGE);
                return if streams {
                    Ok(None)
                } else {
                    let detail = "the file is being prepared; ask again in a moment";
                    Err(Problem::busy(detail, 10))
                };
            }
            let made = ask.app.files.open(&name).await;
            made.ok_or_else(|| Problem::busy("the file went as it came; ask again", 1))?
        }
    };
    // A range is a matter of GET alone (RFC 9110, section 14.2).
    let part = if method == Method::GET {
        range::asked(&ask.headers, &etag, length)?
    } else {
        None
    };
    let sent = part.clone().unwrap_or(0..length);
    if method == Method::GET {
        // A part of the file is that part of its features.
        let share = (sent.end - sent.start) as f64 / length.max(1) as f64;
        ask.tally.features((share * features).round() as u32);
    }
    let mut response = tagged(&etag, media::FLATGEOBUF, Some(Body::empty()));
    let headers = response.headers_mut();
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_LENGTH, (sent.end - sent.start).into());
    if part.is_some() {
        let place = format!("bytes {}-{}/{length}", sent.start, sent.end - 1);
        if let Ok(value) = HeaderValue::from_str(&place) {
            headers.insert(header::CONTENT_RANGE, value);
        }
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    if method == Method::GET {
        disk(file.seek(io::SeekFrom::Start(sent.start)).await)?;
        let bytes = file.take(sent.end - sent.start);
        *response.body_mut() = Body::from_stream(ReaderStream::with_capacity(bytes, PIECE));
    }
    name_file(&mut response, &format!("{}.fgb", layer.id));
    set_content_crs(&mut response, crs);
    for_whom(&mut response, layer);
    Ok(Some(response))
}

/// The file's name says all that its bytes depend on.
fn name(ask: &Ask, layer: &View, crs: Crs, state: &LayerState) -> String {
    let system = match crs {
        Crs::Crs84 | Crs::Wgs84 => "crs84".to_owned(),
        Crs::Projected(Srid(code)) => code.to_string(),
    };
    // A database made anew counts its versions from one again: what is known of the data beside
    // the number keeps its files apart from those of the one before.
    let known = format!(
        "{} {:x} {} {:?} {}",
        flatgeobuf::REVISION,
        ask.app.digest(layer),
        state.count,
        state.extent,
        state.demonstration
    );
    let digest = sha2::Sha256::digest(known);
    let digest: String = digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{}.{}.{digest}.{system}.fgb", layer.id, state.version)
}

/// Whether the file is there, after half of the time that an answer may take to begin.
async fn make(
    ask: &Ask,
    layer: &View,
    crs: Crs,
    state: LayerState,
    name: &str,
) -> Result<bool, Problem> {
    let patience = Duration::from_secs(ask.app.config.file.limits.request_s) / 2;
    let (app, layer) = (ask.app.clone(), layer.clone());
    let making = ask
        .app
        .files
        .make(name, move |path| build(app, layer, crs, state, path));
    match tokio::time::timeout(patience, making).await {
        Ok(made) => made.map(|()| true),
        Err(_) => Ok(false),
    }
}

/// Reads the layer at one version, batch after batch, while a thread writes the batch before.
async fn build(
    app: Arc<App>,
    layer: View,
    crs: Crs,
    state: LayerState,
    path: PathBuf,
) -> Result<(), Problem> {
    let _permit = app.heavy()?;
    let started = std::time::Instant::now();
    let (sender, receiver) = mpsc::channel(1);
    let (version, count) = (state.version, state.count);
    let writing = {
        let layer = layer.clone();
        tokio::task::spawn_blocking(move || write(&layer, crs, &state, receiver, &path))
    };
    let read = read(&app, &layer, crs, version, sender).await;
    let written = writing.await.unwrap_or(Err(Problem::Internal));
    read.and(written)?;
    let seconds = started.elapsed().as_secs_f64();
    tracing::info!(layer = %layer.id, version, count, seconds, "a whole layer was prepared");
    Ok(())
}

/// Hands over the layer's pages, then `None`. Ends early, without an error of its own, when the
/// writer does.
async fn read(
    app: &App,
    layer: &View,
    crs: Crs,
    version: i64,
    sender: mpsc::Sender<Option<Page>>,
) -> Result<(), Problem> {
    let mut query = ItemsQuery {
        crs,
        filter: ItemsFilter::default(),
        after: 0,
        limit: BATCH,
        version: Some(version),
        bound: None,
    };
    loop {
        let mut page = app.store.items(layer, &query).await?;
        let more = page.rows.len() > BATCH as usize;
        page.rows.truncate(BATCH as usize);
        if let Some(last) = page.rows.last() {
            query.after = last.fid()?;
        }
        if sender.send(Some(page)).await.is_err() {
            return Ok(());
        }
        if !more {
            let _ = sender.send(None).await;
            return Ok(());
        }
    }
}

/// Writes the features of the pages as they come.
fn write(
    layer: &View,
    crs: Crs,
    state: &LayerState,
    mut pages: mpsc::Receiver<Option<Page>>,
    path: &Path,
) -> Result<(), Problem> {
    let about = usize::try_from(state.count).unwrap_or(0);
    let mut file = disk(Whole::create(path, layer, crs, about))?;
    let kinds = layer.kinds();
    loop {
        // Without the last word the reading failed, and says why.
        let message = pages.blocking_recv().ok_or(Problem::Internal)?;
        let Some(page) = message else { break };
        for row in &page.rows {
            disk(file.feature(&row.feature(&kinds)?))?;
        }
    }
    let title = title(layer, state.demonstration);
    disk(file.finish(layer, &title, crs))
}
