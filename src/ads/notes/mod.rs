//! Notes that instructors share on zones and articles of the plan: `/notes`.
//!
//! For who instructs; members read them on a parcel's sheet, and nobody else is told anything. Of
//! a note its author alone, or an administrator, writes the next revision; earlier ones stay.

mod sent;

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::Utc;
use serde_json::{Value as Json, json};

use crate::access;
use crate::encode::html;
use crate::model::{Credential, Note, Problem, Role, shown};
use crate::ogc::ask::{Ask, Format, media, unkept};
use sent::Sent;

/// The layer whose zones notes are on.
const ZONES: &str = "plum-zonage";

/// `GET /notes`: the notes as they stand, of `zone` or of all.
///
/// # Errors
/// 401, 403 for who does not instruct; 400, 503.
pub async fn list(mut ask: Ask) -> Result<Response, Problem> {
    let held = instructor(&ask)?.clone();
    let zone = ask.params.take("zone").filter(|zone| !zone.is_empty());
    ask.no_more_params()?;
    let notes = ask
        .tally
        .timed(ask.app.store.notes(zone.as_deref()))
        .await?;
    let response = match ask.format()? {
        Format::Json => ask.json(media::JSON, &json!({"notes": notes})),
        Format::Html => {
            let zones = zones(&ask).await?;
            let own = |note: &Note| writes(&held, note);
            let page = html::notes(ask.site(), &notes, zone.as_deref(), &zones, &own);
            ask.page(page)?
        }
    };
    Ok(unkept(response))
}

/// `GET /notes/{number}`: every revision of a note, the last first.
///
/// # Errors
/// As [`list`]; 404.
pub async fn one(ask: Ask, Path(number): Path<String>) -> Result<Response, Problem> {
    instructor(&ask)?;
    ask.no_more_params()?;
    let revisions = revisions(&ask, &number).await?;
    let response = match ask.format()? {
        Format::Json => ask.json(media::JSON, &told(&revisions)),
        Format::Html => ask.page(html::note(ask.site(), &revisions))?,
    };
    Ok(unkept(response))
}

/// `POST /notes`: `zone`, `article` and `texte` as a form or as JSON make a note.
///
/// # Errors
/// 400 for a zone that the plan has not, or no text; 401, 403, 503.
pub async fn add(ask: Ask, body: String) -> Result<Response, Problem> {
    let held = instructor(&ask)?;
    ask.no_more_params()?;
    let sent = Sent::read(&ask.headers, &body)?;
    if sent.revision.is_some() {
        return Err(Problem::bad(
            "revision est d’une note qui existe : POST /notes/{numero}",
        ));
    }
    let note = written(&ask, held, sent, None).await?;
    keep(&ask, held, note).await
}

/// `POST /notes/{number}`: the next revision, on the one that its author saw (`revision`).
///
/// # Errors
/// As [`add`]; 404; 403 for who is neither its author nor an administrator; 409 when it changed
/// meanwhile.
pub async fn correct(
    ask: Ask,
    Path(number): Path<String>,
    body: String,
) -> Result<Response, Problem> {
    let (held, sent, last) = revised(&ask, &number, &body).await?;
    let note = written(&ask, held, sent, Some(&last)).await?;
    keep(&ask, held, note).await
}

/// `POST /notes/{number}/retrait`: withdraws a note; its revisions stay to be read by its number.
///
/// # Errors
/// As [`correct`].
pub async fn withdraw(
    ask: Ask,
    Path(number): Path<String>,
    body: String,
) -> Result<Response, Problem> {
    let (held, sent, last) = revised(&ask, &number, &body).await?;
    if sent.zone.is_some() || sent.article.is_some() || sent.texte.is_some() {
        return Err(Problem::bad("un retrait n’a que revision"));
    }
    let note = Note {
        revision: last.revision + 1,
        auteur: held.label.clone(),
        key: held.key,
        texte: None,
        ..last
    };
    keep(&ask, held, note).await
}

/// Who instructs.
fn instructor(ask: &Ask) -> Result<&Credential, Problem> {
    access::instructor(&ask.caller)?;
    ask.caller.credential().ok_or(Problem::Unauthorized)
}

/// Whether somebody may write the next revision of a note.
fn writes(held: &Credential, note: &Note) -> bool {
    let own = (&held.label, held.key) == (&note.owner.0, note.owner.1);
    own || held.roles.has(Role::Administrator)
}

async fn revisions(ask: &Ask, number: &str) -> Result<Vec<Note>, Problem> {
    let unknown = || Problem::NotFound(format!("il n’y a pas de note « {} »", shown(number)));
    let wanted = number.parse().map_err(|_| unknown())?;
    let found = ask.tally.timed(ask.app.store.note(wanted)).await?;
    if found.is_empty() {
        return Err(unknown());
    }
    Ok(found)
}

/// What is sent of a note that stands: who sends it, and the revision that it is made on.
async fn revised<'a>(
    ask: &'a Ask,
    number: &str,
    body: &str,
) -> Result<(&'a Credential, Sent, Note), Problem> {
    let held = instructor(ask)?;
    ask.no_more_params()?;
    let revisions = revisions(ask, number).await?;
    let last = revisions.into_iter().next().ok_or(Problem::Internal)?;
    if !writes(held, &last) {
        return Err(Problem::Forbidden(
            "cette note est d’un autre auteur : lui seul ou un administrateur la corrige ou la \
             retire ; écrivez-en une autre"
                .to_owned(),
        ));
    }
    let sent = Sent::read(&ask.headers, body)?;
    if last.texte.is_none() || sent.revision.is_some_and(|seen| seen != last.revision) {
        return Err(moved(last.numero));
    }
    Ok((held, sent, last))
}

fn moved(number: i64) -> Problem {
    Problem::Conflict(format!(
        "la note {number} a été corrigée ou retirée entre-temps : relisez-la"
    ))
}

/// What is sent, as the revision after one, or as the first of a new note; its zone is one of the plan's.
async fn written(
    ask: &Ask,
    held: &Credential,
    sent: Sent,
    before: Option<&Note>,
) -> Result<Note, Problem> {
    let zone = sent.zone.ok_or_else(|| Problem::bad("zone manque"))?;
    let texte = sent.texte.ok_or_else(|| Problem::bad("texte manque"))?;
    let zones = zones(ask).await?;
    let named = zones.iter().find(|known| known.eq_ignore_ascii_case(&zone));
    let zone = named.cloned().ok_or_else(|| {
        Problem::bad(format!(
            "« {} » n’est ni une zone ni un type de zone du plan publié",
            shown(&zone)
        ))
    })?;
    Ok(Note {
        numero: before.map_or(0, |note| note.numero),
        revision: before.map_or(1, |note| note.revision + 1),
        le: Utc::now(),
        auteur: held.label.clone(),
        key: held.key,
        owner: before.map_or_else(|| (held.label.clone(), held.key), |note| note.owner.clone()),
        zone,
        article: sent.article,
        texte: Some(texte),
    })
}

async fn zones(ask: &Ask) -> Result<Vec<String>, Problem> {
    let view = ask.app.view(ZONES, &ask.caller)?;
    Ok(ask.tally.timed(ask.app.store.zone_names(&view)).await?)
}

/// Keeps a revision, and leads a form's sender to the page, a program to the note.
async fn keep(ask: &Ask, held: &Credential, note: Note) -> Result<Response, Problem> {
    let store = &ask.app.store;
    let number = store.write_note(&note, Utc::now()).await?;
    let number = number.ok_or_else(|| moved(note.numero))?;
    let (revision, withdrawn) = (note.revision, note.texte.is_none());
    tracing::info!(
        note = number,
        revision,
        withdrawn,
        key = held.key,
        "a note on a zone"
    );
    if ask.f.is_none() && ask.prefers_html() {
        let path = format!("{}/notes#note-{number}", ask.site().root());
        return Ok(unkept(Redirect::to(&path).into_response()));
    }
    let status = if note.revision == 1 {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let document = told(&store.note(number).await?);
    let mut response = (status, document.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media::JSON));
    if let Ok(value) = HeaderValue::from_str(&format!("{}/notes/{number}", ask.base)) {
        headers.insert(header::LOCATION, value);
    }
    Ok(unkept(response))
}

/// A note as it stands, and how it came to be so.
fn told(revisions: &[Note]) -> Json {
    json!({"note": revisions.first(), "retiree": revisions.first().map(|note| note.texte.is_none()),
           "revisions": revisions})
}
