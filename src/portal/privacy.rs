//! `/confidentialite`.

use axum::response::Response;

use crate::encode::html::{self, Privacy};
use crate::members::session;
use crate::model::Problem;
use crate::ogc::ask::Ask;

/// `GET /confidentialite`: what is recorded, for how long, who sees it and how it is erased.
///
/// # Errors
/// 400 for an unknown parameter.
pub async fn page(ask: Ask) -> Result<Response, Problem> {
    ask.no_more_params()?;
    let file = &ask.app.config.file;
    // Who answers for the layers answers for their use, unless the administrator names another.
    let layers = ask.app.catalogue.layers();
    let of_layers = layers.first().map_or("", |layer| &layer.contact);
    ask.page(html::privacy(
        ask.site(),
        Privacy {
            detail_months: file.usage.detail_months,
            hourly_months: file.usage.hourly_months.max(file.usage.detail_months),
            session_hours: session::LIFE.as_secs() / 3600,
            contact: file.service.contact.as_deref().unwrap_or(of_layers),
        },
    ))
}
