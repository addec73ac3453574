//! Signing in with an account of the metropolis: the way to its issuer and back.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::Response;
use chrono::Utc;

use super::visit::{Visit, leave_for, notice, parameter};
use crate::app::App;
use crate::encode::html::Notice;
use crate::members::cookies;
use crate::members::oidc::{Issuer, PATIENCE, Pending};
use crate::members::session::{Account, Session, Who};
use crate::model::Problem;

fn issuer(app: &App) -> Result<&Arc<Issuer>, Problem> {
    app.issuer.as_ref().ok_or_else(|| {
        Problem::NotFound("single sign-on is not set up here: sign in with a key".to_owned())
    })
}

/// `GET /connexion/compte`: leads to the issuer.
///
/// # Errors
/// 404 without an issuer, 500 when a page could not be written.
pub async fn go(
    State(app): State<Arc<App>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let issuer = issuer(&app)?;
    let query = uri.query().unwrap_or("");
    let visit = Visit::new(&app, &headers, parameter(query.as_bytes(), "vers"));
    let sessions = &app.sessions;
    if !sessions.is_ready() {
        sessions.refresh(&app.store).await?;
    }
    let (address, pending) = match issuer.begin(&back(&visit), visit.to.clone()).await {
        Ok(begun) => begun,
        Err(problem) => return refused(&visit, problem).await,
    };
    let name = visit.cookies.pending();
    let sealed = sessions.seal(name, &pending);
    let cookie = sealed.and_then(|sealed| visit.cookies.keep(name, sealed, PATIENCE));
    let mut response = leave_for(&address)?;
    let out = response.headers_mut();
    out.append(header::SET_COOKIE, cookie.ok_or(Problem::Internal)?);
    Ok(response)
}

/// `GET /connexion/retour`: back from the issuer.
///
/// # Errors
/// 404 without an issuer, 500 when a page could not be written.
pub async fn back_again(
    State(app): State<Arc<App>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let issuer = issuer(&app)?;
    let visit = Visit::new(&app, &headers, None);
    let kept = visit.cookies;
    let name = kept.pending();
    let pending: Option<Pending> = app.sessions.unseal(name, &cookies::values(&headers, name));
    let query = uri.query().unwrap_or("").as_bytes();
    let answered = arrive(issuer, &visit, pending, query).await;
    let mut response = match answered {
        Ok((to, session)) => Visit { to, ..visit }.enter(session).await,
        Err(Refused(status, notice)) => visit.page(status, Some(notice)).await,
    }?;
    // Good for one answer, whatever it was.
    if let Some(cookie) = kept.forget(name) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// What the page is to say instead of letting in.
struct Refused(StatusCode, Notice);

async fn arrive(
    issuer: &Arc<Issuer>,
    visit: &Visit<'_>,
    pending: Option<Pending>,
    query: &[u8],
) -> Result<(String, Session), Refused> {
    let again = || {
        Refused(
            StatusCode::BAD_REQUEST,
            notice(
                "Cette connexion n’a pas été commencée ici, ou elle a attendu plus de dix minutes. \
                 Recommencez.",
            ),
        )
    };
    let pending = pending.ok_or_else(again)?;
    let state = parameter(query, "state");
    let named = issuer.is_named(parameter(query, "iss").as_deref());
    if !named || !pending.is_answered_by(state.as_deref(), Utc::now()) {
        return Err(again());
    }
    if let Some(error) = parameter(query, "error") {
        let mut notice = notice("Votre collectivité n’a pas confirmé cette connexion.");
        notice.detail = Some(crate::model::shown(&error));
        return Err(Refused(StatusCode::FORBIDDEN, notice));
    }
    let code = parameter(query, "code").ok_or_else(again)?;
    let arrival = issuer
        .finish(&back(visit), &code, &pending)
        .await
        .map_err(words)?;
    let account = Account::new(arrival.identity, Some(arrival.id_token));
    let session = Session::begin(Who::Account(Box::new(account)), Utc::now());
    // Somebody whose communes do not adhere is told so, rather than let in to nothing.
    session
        .caller(&visit.app.keyring)
        .map_err(|refusal| words(refusal.into()))?;
    tracing::info!("signed in with an account");
    Ok((pending.to, session))
}

fn back(visit: &Visit<'_>) -> String {
    format!("{}/connexion/retour", visit.base)
}

async fn refused(visit: &Visit<'_>, problem: Problem) -> Result<Response, Problem> {
    let Refused(status, notice) = words(problem);
    visit.page(status, Some(notice)).await
}

fn words(problem: Problem) -> Refused {
    let (status, text, detail) = match problem {
        Problem::BadCredential(detail) => (
            StatusCode::FORBIDDEN,
            "Votre collectivité n’a pas confirmé cette connexion. Recommencez.",
            Some(detail),
        ),
        Problem::Forbidden(detail) => (
            StatusCode::FORBIDDEN,
            "Votre collectivité vous reconnaît, mais ce compte n’ouvre pas le portail. Adressez-vous \
             à l’administrateur du portail.",
            Some(detail),
        ),
        _ => (
            StatusCode::SERVICE_UNAVAILABLE,
            "La connexion avec le compte de la collectivité n’est pas possible pour le moment. \
             Réessayez dans quelques instants, ou connectez-vous avec une clé.",
            None,
        ),
    };
    let mut notice = notice(text);
    notice.detail = detail;
    Refused(status, notice)
}
