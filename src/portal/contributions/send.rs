//! `POST /contributions`: files and what is said beside them, streamed into the database.

use std::time::Duration;

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::{address, is_form, known, locate, show, to_page, unkept};
use crate::access::writing;
use crate::app::App;
use crate::config::Ingest;
use crate::ingest::contributions::{Upload, UploadError, wishes};
use crate::model::{Operation, Problem, Writer};
use crate::ogc::ask::Ask;

/// Most fields of a form that are no files, and bytes of each.
const MOST_FIELDS: usize = 500;
const FIELD: usize = 64 << 10;

/// What a form weighs besides its files, when its length alone is known.
const ENVELOPE: u64 = 1 << 20;

/// How much more is read of what was refused, so that its sender hears why.
const DRAINED: Duration = Duration::from_secs(5);

/// Takes the files of a contribution: 201 with its address, or for a form a page that shows it.
///
/// # Errors
/// 401, 403; 400 for a field that cannot be understood or without a file; 413 when there is too
/// much, 507 when there is no room; 429 and 503 as for what is heavy.
pub async fn send(
    ask: Ask,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    ask.tally.is(Operation::Ingest);
    let held = writing::contributor(&ask.caller)?;
    let writer = Writer::from(held);
    ask.no_more_params()?;
    let mut form = form.map_err(|_| {
        Problem::bad("the files of a contribution are sent as multipart/form-data (curl -F)")
    })?;
    let _heavy = ask.app.heavy_of(ask.payer)?;
    let limits = &ask.app.config.file.ingest;
    let taken = match announced(&ask, limits) {
        Ok(announced) => take(&ask, &writer, announced, &mut form).await,
        Err(problem) => Err(problem),
    };
    let id = match taken {
        Ok(id) => id,
        Err(problem) => {
            let _ = tokio::time::timeout(DRAINED, drain(&mut form)).await;
            return Err(problem);
        }
    };
    tracing::info!(contribution = id, key = held.key, "files received");
    if is_form(&ask) {
        return Ok(to_page(&ask, id));
    }
    let document = show::document(&ask, id).await?;
    let mut response = (StatusCode::CREATED, document.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static(crate::ogc::ask::media::JSON),
    );
    locate(headers, &address(&ask, id));
    Ok(unkept(response))
}

/// Bytes that the head announces: what is too large is refused before it is sent.
fn announced(ask: &Ask, limits: &Ingest) -> Result<Option<u64>, Problem> {
    let length = ask.headers.get(header::CONTENT_LENGTH);
    let length: Option<u64> = length.and_then(|length| length.to_str().ok()?.parse().ok());
    match length {
        Some(length) if length > limits.file_bytes.saturating_add(ENVELOPE) => {
            Err(refused(UploadError::TooLarge(limits.file_bytes)))
        }
        length => Ok(length),
    }
}

async fn take(
    ask: &Ask,
    writer: &Writer,
    announced: Option<u64>,
    form: &mut Multipart,
) -> Result<i64, Problem> {
    let app = &ask.app;
    let limits = &app.config.file.ingest;
    let mut upload = Upload::begin(&app.store, limits, writer, announced)
        .await
        .map_err(refused)?;
    let mut fields: Vec<(String, String)> = Vec::new();
    while let Some(mut field) = patiently(app, form.next_field()).await? {
        match field.file_name().map(str::to_owned) {
            // A browser sends an input left empty as a file without a name.
            Some(name) if name.is_empty() => {}
            Some(name) => {
                upload.file(&name).await.map_err(refused)?;
                while let Some(chunk) = patiently(app, field.chunk()).await? {
                    ask.tally.received(chunk.len() as u64);
                    upload.write(&chunk).await.map_err(refused)?;
                }
            }
            None if fields.len() == MOST_FIELDS => {
                return Err(Problem::bad(format!(
                    "there are more than {MOST_FIELDS} fields"
                )));
            }
            None => fields.push(text(app, &mut field).await?),
        }
    }
    let wishes = wishes(&fields)?;
    known(ask, &wishes)?;
    upload.finish(&wishes).await.map_err(refused)
}

/// A field that is no file.
pub(in crate::portal) async fn text(
    app: &App,
    field: &mut Field<'_>,
) -> Result<(String, String), Problem> {
    let name = field.name().unwrap_or("").to_owned();
    let mut bytes = Vec::new();
    while let Some(chunk) = patiently(app, field.chunk()).await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > FIELD {
            return Err(Problem::TooLarge(format!(
                "the field « {} » is longer than {FIELD} bytes",
                crate::model::shown(&name)
            )));
        }
    }
    let value = String::from_utf8(bytes).map_err(|_| {
        Problem::bad(format!(
            "the field « {} » is not UTF-8",
            crate::model::shown(&name)
        ))
    })?;
    Ok((name, value))
}

/// Waits for more, as long as something comes from time to time.
pub(in crate::portal) async fn patiently<T>(
    app: &App,
    more: impl Future<Output = Result<T, MultipartError>>,
) -> Result<T, Problem> {
    let patience = Duration::from_secs(app.config.file.limits.stall_s);
    match tokio::time::timeout(patience, more).await {
        Ok(Ok(more)) => Ok(more),
        Ok(Err(error)) => Err(Problem::bad(format!(
            "the form breaks off or is not multipart/form-data: {}",
            error.body_text()
        ))),
        Err(_) => Err(Problem::bad(
            "nothing came any more: the upload was given up",
        )),
    }
}

async fn drain(form: &mut Multipart) {
    while let Ok(Some(mut field)) = form.next_field().await {
        while let Ok(Some(_)) = field.chunk().await {}
    }
}

fn refused(error: UploadError) -> Problem {
    match error {
        UploadError::TooLarge(bytes) => Problem::TooLarge(format!(
            "the files of one contribution have at most {bytes} bytes together ([ingest] \
             file_bytes): compress them, or send them in several contributions"
        )),
        UploadError::TooMany(files) => Problem::TooLarge(format!(
            "one contribution has at most {files} files ([ingest] files): put them into an archive"
        )),
        UploadError::Full => Problem::Full(
            "the contributions that wait fill the room kept for them ([ingest] kept_bytes): \
             publish or withdraw some"
                .to_owned(),
        ),
        UploadError::Nothing => {
            Problem::bad("no file was sent, or empty ones: curl -F fichier=@parcelles.zip")
        }
        UploadError::Store(error) => error.into(),
    }
}
