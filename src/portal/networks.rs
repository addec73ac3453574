//! The directory of the animation networks: `/reseaux`, as a page, as CSV and as JSON.
//!
//! For members alone. Contact details never stay in a cache, the browser's included: whoever comes
//! after at the same desk does not find them with the back button.

use axum::response::Response;

use super::{attached, unkept};
use crate::access;
use crate::encode::directory::{self, Dialect};
use crate::encode::html::{self, Chosen};
use crate::members::networks;
use crate::model::{Commune, Directory, Network, Problem, Referent, shown};
use crate::ogc::ask::{Ask, Format, media};

/// What the query says of the directory, names resolved.
struct Question {
    directory: Directory,
    network: Option<Network>,
    commune: Option<Commune>,
    by_commune: bool,
}

impl Question {
    /// The directory, and what is asked of it.
    async fn new(ask: &mut Ask) -> Result<Self, Problem> {
        access::member(&ask.caller)?;
        // A form sends the inputs left empty too.
        let mut take = |name: &str| ask.params.take(name).filter(|value| !value.is_empty());
        let (network, commune, by) = (take("reseau"), take("commune"), take("par"));
        let by_commune = match by.as_deref() {
            None | Some("reseau") => false,
            Some("commune") => true,
            Some(other) => {
                return Err(Problem::bad(format!(
                    "par={} is not reseau or commune",
                    shown(other)
                )));
            }
        };
        let app = &ask.app;
        let communes = app.communes().await?;
        let list = &app.territory.networks;
        let directory = ask
            .tally
            .timed(networks::directory(&app.store, list, communes))
            .await?;
        let network = network
            .map(|id| {
                let found = directory.networks.iter().find(|known| known.id == id);
                found.cloned().ok_or_else(|| {
                    Problem::bad(format!(
                        "reseau={} is no network of this portal",
                        shown(&id)
                    ))
                })
            })
            .transpose()?;
        let commune = commune
            .map(|insee| {
                let found = directory.communes.get(&insee).cloned();
                found.ok_or_else(|| {
                    Problem::bad(format!("commune={} is no commune of it", shown(&insee)))
                })
            })
            .transpose()?;
        Ok(Self {
            directory,
            network,
            commune,
            by_commune,
        })
    }

    fn chosen(&self) -> Chosen<'_> {
        Chosen {
            network: self.network.as_ref(),
            commune: self.commune.as_ref(),
            by_commune: self.by_commune,
        }
    }

    fn referents(&self) -> impl Iterator<Item = &Referent> {
        self.directory.referents.iter().filter(|held| {
            self.network
                .as_ref()
                .is_none_or(|one| one.id == held.network)
                && self
                    .commune
                    .as_ref()
                    .is_none_or(|one| one.insee == held.commune)
        })
    }
}

/// `GET /reseaux`.
///
/// # Errors
/// 401 and 403 as access says; 400 for an unknown network or commune.
pub async fn page(mut ask: Ask) -> Result<Response, Problem> {
    let question = Question::new(&mut ask).await?;
    ask.no_more_params()?;
    let response = match ask.format()? {
        Format::Json => as_json(&ask, &question),
        Format::Html => ask.page(html::networks(
            ask.site(),
            &ask.app.territory.services,
            &question.directory,
            question.chosen(),
        ))?,
    };
    Ok(unkept(response))
}

/// `GET /reseaux.json`.
///
/// # Errors
/// As [`page`].
pub async fn json(mut ask: Ask) -> Result<Response, Problem> {
    let question = Question::new(&mut ask).await?;
    ask.no_more_params()?;
    Ok(unkept(as_json(&ask, &question)))
}

fn as_json(ask: &Ask, question: &Question) -> Response {
    let document = directory::json(&question.directory, question.referents());
    ask.json(media::JSON, &document)
}

/// `GET /reseaux.csv`: RFC 4180, or with `pour=excel` what French Excel opens as it is.
///
/// # Errors
/// As [`page`].
pub async fn csv(mut ask: Ask) -> Result<Response, Problem> {
    let question = Question::new(&mut ask).await?;
    let dialect = match ask.params.take("pour").as_deref() {
        None => Dialect::Standard,
        Some("excel") => Dialect::Excel,
        Some(other) => {
            return Err(Problem::bad(format!("pour={} is not excel", shown(other))));
        }
    };
    ask.no_more_params()?;
    let written = directory::csv(&question.directory, question.referents(), dialect)
        .map_err(std::io::Error::other)
        .and_then(|bytes| String::from_utf8(bytes).map_err(std::io::Error::other));
    let text = written.map_err(|error| {
        tracing::error!(%error, "the directory could not be written as CSV");
        Problem::Internal
    })?;
    let document = ask.document(media::CSV, text);
    Ok(attached(document, media::CSV, "reseaux.csv"))
}
