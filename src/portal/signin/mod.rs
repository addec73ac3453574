//! Signing in and out: `/connexion`, `/deconnexion`. Pages that work without script.

pub mod account;
mod visit;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use chrono::Utc;

use self::visit::{Visit, notice, parameter};
use crate::access::limits::Payer;
use crate::app::App;
use crate::encode::html;
use crate::members::Refusal;
use crate::members::cookies::same_origin;
use crate::members::session::{Session, Who};
use crate::model::{Caller, Problem, Through};

/// `GET /connexion`: the page.
///
/// # Errors
/// 500 when it could not be written.
pub async fn page(
    State(app): State<Arc<App>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = uri.query().unwrap_or("");
    let visit = Visit::new(&app, &headers, parameter(query.as_bytes(), "vers"));
    visit.page(StatusCode::OK, None).await
}

/// `POST /connexion`: signs in with a key.
///
/// # Errors
/// 500 when the page that says what is wrong could not be written.
pub async fn sign_in(
    State(app): State<Arc<App>>,
    Extension(payer): Extension<Payer>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let visit = Visit::new(&app, &headers, parameter(&body, "vers"));
    if !same_origin(&headers, &visit.base) {
        return visit.foreign().await;
    }
    if let Err(problem) = app.limits.attempt(payer) {
        return visit.too_many(problem).await;
    }
    let key = parameter(&body, "cle").unwrap_or_default();
    let (id, caller) = match held(&app, key.trim()).await {
        Ok(found) => found,
        Err(refusal) => return visit.page(status(refusal), Some(words(refusal))).await,
    };
    if let Some(held) = caller.credential() {
        tracing::info!(key = held.key, "signed in with a key");
    }
    visit.enter(Session::begin(Who::Key(id), Utc::now())).await
}

/// `GET /deconnexion`: nothing is ended by following a link.
///
/// # Errors
/// None.
pub async fn no_sign_out(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Visit::new(&app, &headers, Some("/connexion".to_owned())).leave_for_path()
}

/// `POST /deconnexion`: ends the session.
///
/// # Errors
/// 500 when the page could not be written.
pub async fn sign_out(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visit = Visit::new(&app, &headers, None);
    if !same_origin(&headers, &visit.base) {
        return visit.foreign().await;
    }
    visit.farewell().await
}

async fn held(app: &App, key: &str) -> Result<(uuid::Uuid, Caller), Refusal> {
    let id = app.keyring.find(&app.store, key).await?;
    Ok((id, app.keyring.by_id(id, Through::Session)?))
}

fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::Away => StatusCode::SERVICE_UNAVAILABLE,
        // Not 401: with it goes a challenge, and browsers would open a window of their own.
        _ => StatusCode::FORBIDDEN,
    }
}

fn words(refusal: Refusal) -> html::Notice {
    notice(match refusal {
        Refusal::Malformed => {
            "Ce n’est pas une clé du portail\u{a0}: une clé commence par gn_ et compte 50 \
             caractères. Vérifiez qu’elle a été recopiée en entier."
        }
        Refusal::Unknown => {
            "Cette clé n’est pas connue. Vérifiez-la, ou demandez-en une autre à l’administrateur \
             du portail."
        }
        Refusal::Expired => {
            "Cette clé a expiré. Demandez-en une autre à l’administrateur du portail."
        }
        Refusal::Revoked => {
            "Cette clé a été révoquée. Demandez-en une autre à l’administrateur du portail."
        }
        Refusal::NoAdhesion => {
            "La clé est bonne, mais aucune de ses communes n’adhère au portail aujourd’hui."
        }
        Refusal::Away => {
            "La clé ne peut pas être vérifiée pour le moment. Réessayez dans quelques instants."
        }
    })
}
