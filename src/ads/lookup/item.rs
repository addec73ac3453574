//! One parcel by its identifier, however it is written.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::criteria::MOST_KEYS;
use super::{PARCELS, answer};
use crate::ads::Desk;
use crate::ads::former::{absent, choices};
use crate::ads::reference::{self, Context, Outcome, Places};
use crate::ads::sheet::{Asked, LAYERS, Sheet, mark};
use crate::catalogue::View;
use crate::encode::html::{self, Choice};
use crate::encode::parcel::Told;
use crate::model::{Idu, Operation, Problem, shown, shown_words};
use crate::ogc::ask::{Ask, for_whom, media, show_as, tagged, tell_apart};

/// What stays as it is in a path.
const KEPT: &AsciiSet = &CONTROLS.add(b' ').add(b'?').add(b'#').add(b'%').add(b'/');

/// How a parcel is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The sheet as a document.
    Json,
    /// The parcel alone, as a look-up gives it.
    Geojson,
    /// The sheet as a page.
    Html,
    /// The sheet for paper.
    Pdf,
}

impl Form {
    /// What `f` says, or else `Accept`.
    fn of(ask: &Ask) -> Result<Self, Problem> {
        let accepts = |kind: &str| {
            let accept = ask.headers.get(header::ACCEPT);
            accept.is_some_and(|accept| accept.as_bytes().starts_with(kind.as_bytes()))
        };
        Ok(match ask.f.as_deref() {
            Some("json") => Self::Json,
            Some("geojson") => Self::Geojson,
            Some("html") => Self::Html,
            Some("pdf") => Self::Pdf,
            None if ask.prefers_html() => Self::Html,
            None if accepts(media::PDF) => Self::Pdf,
            None => Self::Json,
            Some(other) => {
                return Err(Problem::bad(format!(
                    "f={} is not offered here; json, html and pdf (the sheet) and geojson are",
                    shown(other)
                )));
            }
        })
    }

    fn operation(self) -> Operation {
        match self {
            Self::Geojson => Operation::Lookup,
            Self::Json | Self::Html => Operation::Sheet,
            Self::Pdf => Operation::Pdf,
        }
    }
}

/// `GET /ads/parcelles/{idu}`: the sheet of a parcel, or of several with commas between them, as
/// JSON, page or PDF; with `f=geojson` the parcel alone.
///
/// # Errors
/// 404 with what is wrong with the reference, or when there is no such parcel; 410 with what became
/// of one that was renumbered; 401, 403, 503; 429 for more papers at once than the caller may have made.
pub async fn item(
    mut ask: Ask,
    Extension(desk): Extension<Arc<Desk>>,
    Path(written): Path<String>,
) -> Result<Response, Problem> {
    let form = Form::of(&ask)?;
    ask.tally.is(form.operation());
    let view = ask.layer(PARCELS)?;
    let asked = match form {
        Form::Geojson => Asked::default(),
        _ => asked(&mut ask).await?,
    };
    ask.no_more_params()?;
    let keys = keys(&written)?;
    let canonical = keys.join(",");
    if canonical != written {
        return Ok(elsewhere(&ask, "/ads/parcelles", &canonical, &asked));
    }
    if form == Form::Geojson {
        return geojson(&ask, &desk, &view, &keys).await;
    }
    if form == Form::Html {
        let leaf = leaf(&ask, &view, &keys, &asked).await?;
        return ask.page(html::parcel(ask.site(), leaf.shown()));
    }
    let sheet = Sheet {
        ask: &ask,
        view: &view,
        keys: &keys,
        asked: &asked,
    };
    let (etag, private) = sheet_tag(&ask, form, &asked).await?;
    let (body, whole) = if ask.holds(&etag) {
        (None, true)
    } else {
        let _heavy = match form {
            Form::Pdf => Some(ask.app.heavy_of(ask.payer)?),
            _ => None,
        };
        let Some(written) = sheet.write().await? else {
            return Err(absent(&ask, &view, &keys).await);
        };
        ask.tally.features(keys.len() as u32);
        let body = match form {
            Form::Pdf => Body::from(sheet.pdf(&written).await?),
            _ => Body::from(written.document.to_string()),
        };
        (Some(body), written.whole)
    };
    let kind = if form == Form::Pdf {
        media::PDF
    } else {
        media::JSON
    };
    let mut response = tagged(&etag, kind, body);
    if form == Form::Pdf {
        show_as(
            &mut response,
            &format!("fiche-{}.pdf", canonical.replace(',', "-")),
        );
    }
    if !whole {
        // The next reader should not be told that nothing has changed.
        response.headers_mut().remove(header::ETAG);
    }
    tell_apart(&mut response, private);
    Ok(response)
}

/// A sheet for a page.
pub struct Leaf {
    told: Told,
    plan: Option<(String, String)>,
    geometry: String,
}

impl Leaf {
    /// What the page shows.
    pub fn shown(&self) -> html::Shown<'_> {
        html::Shown {
            told: &self.told,
            plan: self
                .plan
                .as_ref()
                .map(|(svg, scale)| (svg.as_str(), scale.as_str())),
            geometry: self.geometry.clone(),
        }
    }
}

/// What a path of the portal leads to.
pub enum Opened {
    /// The sheet.
    Sheet(Box<Leaf>),
    /// The address of the parcels, written another way.
    Elsewhere(Response),
    /// The parcels are of the past: why, and what there is in their place.
    Former(String, Vec<Choice>),
}

/// The sheet of `/parcelles/{idu}`.
///
/// # Errors
/// As [`item`].
pub async fn open(ask: &mut Ask, written: &str) -> Result<Opened, Problem> {
    ask.tally.is(Operation::Sheet);
    let view = ask.layer(PARCELS)?;
    let asked = asked(ask).await?;
    ask.no_more_params()?;
    let keys = keys(written)?;
    let canonical = keys.join(",");
    if canonical != written {
        let elsewhere = elsewhere(ask, "/parcelles", &canonical, &asked);
        return Ok(Opened::Elsewhere(elsewhere));
    }
    match leaf(ask, &view, &keys, &asked).await {
        Ok(leaf) => Ok(Opened::Sheet(Box::new(leaf))),
        Err(Problem::Gone { detail, former }) => Ok(Opened::Former(detail, choices(&former))),
        Err(problem) => Err(problem),
    }
}

/// Takes of which day the rules are asked.
async fn asked(ask: &mut Ask) -> Result<Asked, Problem> {
    let mut params = ask.params.clone();
    let asked = Asked::read(ask, &mut params).await?;
    ask.params = params;
    Ok(asked)
}

async fn leaf(ask: &Ask, view: &View, keys: &[String], asked: &Asked) -> Result<Leaf, Problem> {
    let sheet = Sheet {
        ask,
        view,
        keys,
        asked,
    };
    let Some(written) = sheet.write().await? else {
        return Err(absent(ask, view, keys).await);
    };
    ask.tally.features(keys.len() as u32);
    let plan = sheet.plan(&written).await;
    Ok(Leaf {
        told: sheet.told(&written, ask.site().root()),
        plan: plan.map(|plan| (plan.svg, plan.scale)),
        geometry: written.document["geometry"].to_string(),
    })
}

/// What a sheet is tagged by: the version of each layer and how it is read; and whether anybody
/// would read another one.
async fn sheet_tag(ask: &Ask, form: Form, asked: &Asked) -> Result<(String, bool), Problem> {
    let mut private = false;
    let mut tag = format!("{form:?};{};", asked.query());
    for id in LAYERS {
        let Ok(view) = ask.app.view(id, &ask.caller) else {
            tag.push_str("-;");
            continue;
        };
        private |= !view.is_common();
        let version = ask.app.glimpsed(&view).version;
        tag.push_str(&format!("{version}.{:x};", ask.app.digest(&view)));
    }
    if form == Form::Json
        && let Some(notes) = mark(ask).await?
    {
        private = true;
        tag.push_str(&format!("notes {notes}"));
    }
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(tag.as_bytes());
    let short: String = digest[..12].iter().map(|b| format!("{b:02x}")).collect();
    Ok((format!("W/\"{short}\""), private))
}

/// The parcels alone.
async fn geojson(
    ask: &Ask,
    desk: &Desk,
    view: &View,
    keys: &[String],
) -> Result<Response, Problem> {
    let [_] = keys else {
        return Err(Problem::NotFound(
            "several parcels are looked up by /ads/parcelles?idu=".to_owned(),
        ));
    };
    let found = super::by_key(ask, desk, view, keys).await?;
    let Some(parcel) = found.list.first() else {
        return Err(absent(ask, view, keys).await);
    };
    ask.tally.features(1);
    let names = ask.app.communes().await?;
    let etag = format!("W/\"{}.{:x}\"", found.version, ask.app.digest(view));
    let body = if ask.holds(&etag) {
        None
    } else {
        let mut out = Vec::new();
        answer::feature(&mut out, parcel, &names);
        Some(String::from_utf8(out).map_err(|_| Problem::Internal)?)
    };
    let mut response = tagged(&etag, media::GEOJSON, body.map(Body::from));
    for_whom(&mut response, view);
    Ok(response)
}

/// The identifiers of a path: parcels with commas between them.
pub(in crate::ads) fn keys(written: &str) -> Result<Vec<String>, Problem> {
    let plain: Result<Vec<Idu>, _> = written.split(',').map(str::parse).collect();
    let keys = match plain {
        Ok(keys) => keys,
        Err(_) => read(written)?,
    };
    if keys.len() > MOST_KEYS {
        return Err(Problem::NotFound(format!("plus de {MOST_KEYS} parcelles")));
    }
    Ok(keys.into_iter().map(String::from).collect())
}

/// Whatever is not an identifier in its fourteen characters. An address names its commune by its
/// code: what a name or a credential would complete is for `q`.
fn read(written: &str) -> Result<Vec<Idu>, Problem> {
    let context = Context {
        commune: None,
        places: &Places::default(),
    };
    let reason = match reference::parse(written, &context) {
        Outcome::Parcels(keys) => return Ok(keys),
        Outcome::Wrong(fault) => format!("« {} » : {}", shown_words(&fault.part), fault.message),
        Outcome::File(number) => format!("{number} est le numéro d’un dossier"),
        Outcome::Candidates(_) => "plusieurs lectures sont possibles".to_owned(),
    };
    Err(Problem::NotFound(format!(
        "{reason}. Un identifiant de parcelle a quatorze caractères, par exemple 44109000AB0123 ; \
         /ads/parcelles?q= lit toutes les écritures"
    )))
}

/// Leads to the one address of a parcel. The path is relative to the service's root, which holds
/// under any public address.
fn elsewhere(ask: &Ask, resource: &str, canonical: &str, asked: &Asked) -> Response {
    let path = utf8_percent_encode(canonical, KEPT);
    let mut address = format!("{}{resource}/{path}", ask.base);
    let f = ask
        .f
        .as_ref()
        .map(|f| format!("f={}", utf8_percent_encode(f, KEPT)));
    let dated = Some(asked.query()).filter(|query| !query.is_empty());
    let query: Vec<String> = f.into_iter().chain(dated).collect();
    if !query.is_empty() {
        address.push_str(&format!("?{}", query.join("&")));
    }
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    if let Ok(value) = HeaderValue::from_str(&address) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}
