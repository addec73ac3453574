//! `/parcelles`: an instructor finds a parcel, and reads its sheet.

use std::sync::Arc;

use axum::Extension;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::viewer::scripted;
use crate::ads::Desk;
use crate::ads::lookup::{Answered, Opened, open, typed};
use crate::encode::html::{self, Typed};
use crate::model::Problem;
use crate::ogc::ask::Ask;

/// `GET /parcelles`: the search; with `q`, as the form sends it where there is no script, what the
/// text leads to.
///
/// # Errors
/// 400 for an unknown parameter, 401, 403, 503.
pub async fn find(
    mut ask: Ask,
    Extension(desk): Extension<Arc<Desk>>,
) -> Result<Response, Problem> {
    let text = ask.params.take("q").unwrap_or_default();
    ask.no_more_params()?;
    let text = text.trim();
    let answered = match text {
        "" => Answered::Several(Vec::new()),
        text => typed(&ask, &desk, text).await?,
    };
    let (found, refusal) = match answered {
        Answered::One(key) => {
            let path = format!("{}/parcelles/{key}", ask.site().root());
            return Ok(Redirect::to(&path).into_response());
        }
        Answered::Several(found) => (found, None),
        Answered::Nothing(refusal) => (Vec::new(), Some(refusal)),
    };
    let typed = Typed {
        text,
        found: &found,
        refusal: refusal.as_deref(),
    };
    let page = ask.page(html::parcels(ask.site(), None, typed))?;
    Ok(scripted(&ask, page))
}

/// `GET /parcelles/{idu}`: the sheet, below the search.
///
/// # Errors
/// 404 with what is wrong with the reference, or when there is no such parcel; 401, 403, 503. A
/// parcel of the past is answered 410, with what there is in its place.
pub async fn one(mut ask: Ask, Path(written): Path<String>) -> Result<Response, Problem> {
    match open(&mut ask, &written).await? {
        Opened::Elsewhere(response) => Ok(response),
        Opened::Sheet(leaf) => {
            let page = html::parcels(ask.site(), Some(leaf.shown()), Typed::default());
            let page = ask.page(page)?;
            Ok(scripted(&ask, page))
        }
        Opened::Former(detail, found) => {
            let typed = Typed {
                text: &written,
                found: &found,
                refusal: Some(&detail),
            };
            let page = ask.page(html::parcels(ask.site(), None, typed))?;
            Ok((StatusCode::GONE, scripted(&ask, page)).into_response())
        }
    }
}
