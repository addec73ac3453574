//! Contributions: `/contributions` as pages, and for programs the same paths as JSON.
//!
//! Whoever may contribute sees what concerns its communes; the rest is not there (404). Nothing of
//! it stays in a cache: reports repeat values that are not for everybody.

mod act;
mod send;
mod show;

pub use act::{answer, no_such_method, publish, take_back, withdraw};
pub use send::send;
pub(super) use send::{patiently, text};
pub use show::{list, one, report};

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::{attached, unkept};
use crate::access::writing;
use crate::app::App;
use crate::catalogue::Layer;
use crate::model::{Contribution, Credential, Problem, Wishes};
use crate::ogc::ask::Ask;

/// What is said of a contribution that is not there, or not this caller's.
fn nothing(id: &str) -> Problem {
    Problem::NotFound(format!(
        "there is no contribution « {} »",
        crate::model::shown(id)
    ))
}

/// The contribution of that number, if the caller sees it.
///
/// # Errors
/// 401 and 403 as [`writing::contributor`] says, 404, 503.
async fn seen<'a>(ask: &'a Ask, id: &str) -> Result<(Contribution, &'a Credential), Problem> {
    let held = writing::contributor(&ask.caller)?;
    let number: i64 = id.parse().map_err(|_| nothing(id))?;
    let found = ask.tally.timed(ask.app.store.contribution(number)).await?;
    let contribution = found.ok_or_else(|| nothing(id))?;
    if !sees(&ask.app, held, &contribution) {
        return Err(nothing(id));
    }
    Ok((contribution, held))
}

fn sees(app: &App, held: &Credential, contribution: &Contribution) -> bool {
    writing::sees(held, contribution, &layers(app, contribution))
}

/// The layers that a contribution feeds, as far as they are known.
fn layers<'a>(app: &'a App, contribution: &Contribution) -> Vec<&'a Layer> {
    let found = contribution
        .outcomes
        .iter()
        .filter_map(|it| it.collection.as_ref());
    found
        .chain(&contribution.wishes.to)
        .filter_map(|id| app.catalogue.get(id.as_str()))
        .map(|layer| &**layer)
        .collect()
}

/// The contribution of that number, if the caller may decide on it.
///
/// # Errors
/// As [`seen`]; 403 when it is a neighbour's as well.
async fn decided<'a>(ask: &'a Ask, id: &str) -> Result<(Contribution, &'a Credential), Problem> {
    let (contribution, held) = seen(ask, id).await?;
    if !writing::decides(held, &contribution) {
        return Err(Problem::Forbidden(
            "this contribution concerns other communes too: its author decides on it".to_owned(),
        ));
    }
    Ok((contribution, held))
}

/// Refuses a collection that there is not.
fn known(ask: &Ask, wishes: &Wishes) -> Result<(), Problem> {
    match &wishes.to {
        Some(id) if ask.app.catalogue.get(id.as_str()).is_none() => Err(Problem::bad(format!(
            "to: there is no collection « {id} »; the list is at {}/collections",
            ask.base
        ))),
        _ => Ok(()),
    }
}

/// Whether a form of a page of ours was sent, which is answered with a page.
fn is_form(ask: &Ask) -> bool {
    ask.f.is_none() && ask.prefers_html()
}

/// Leads a form's sender to the page of a contribution.
fn to_page(ask: &Ask, id: i64) -> Response {
    let path = format!("{}/contributions/{id}", ask.site().root());
    unkept(Redirect::to(&path).into_response())
}

fn address(ask: &Ask, id: i64) -> String {
    format!("{}/contributions/{id}", ask.base)
}

fn locate(headers: &mut HeaderMap, address: &str) {
    if let Ok(value) = HeaderValue::from_str(address) {
        headers.insert(header::LOCATION, value);
    }
}
