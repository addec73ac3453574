//! A browser at the door: where it wants to go, and what it is answered.

use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use chrono::Utc;

use super::super::unkept;
use crate::app::App;
use crate::encode::html::{self, Html, Notice, SignIn};
use crate::members::cookies::{self, Cookies};
use crate::members::session::{self, Session, Who};
use crate::model::{Caller, Problem};
use crate::ogc::ask::{self, media};
use crate::ogc::page::site;
use crate::ogc::visitor::Visitor;

/// Longest path to go to after signing in, in bytes.
const LONGEST_PATH: usize = 1024;

/// A browser at the door.
pub struct Visit<'a> {
    pub app: &'a App,
    /// Address of the service, without a trailing slash.
    pub base: String,
    pub cookies: Cookies,
    /// The session that it is in.
    pub session: Option<Session>,
    /// Where it wants to go: a path of this service.
    pub to: String,
}

/// What there is to say of a try.
pub fn notice(text: &str) -> Notice {
    Notice {
        text: text.to_owned(),
        detail: None,
    }
}

/// A field of a form or a query.
pub fn parameter(form: &[u8], name: &str) -> Option<String> {
    url::form_urlencoded::parse(form)
        .find(|(field, _)| field == name)
        .map(|(_, value)| value.into_owned())
}

impl<'a> Visit<'a> {
    /// A request's; `to` counts when it is a path of this service.
    pub fn new(app: &'a App, headers: &HeaderMap, to: Option<String>) -> Self {
        let base = ask::base(app, headers);
        let cookies = Cookies::at(&base);
        let values = cookies::values(headers, cookies.session());
        Self {
            session: app.sessions.open(cookies.session(), &values, Utc::now()),
            to: to.filter(|to| is_own(to)).unwrap_or_else(|| "/".to_owned()),
            app,
            base,
            cookies,
        }
    }

    /// The sign-in page.
    ///
    /// # Errors
    /// 500 when it could not be written.
    pub async fn page(
        &self,
        status: StatusCode,
        notice: Option<Notice>,
    ) -> Result<Response, Problem> {
        let session = self.session.as_ref();
        let caller = session
            .and_then(|session| session.caller(&self.app.keyring).ok())
            .unwrap_or_default();
        let issuer = self.app.issuer.as_ref();
        let visitor = self.visitor(&caller).await;
        let offer = SignIn {
            to: &self.to,
            account: issuer.map(|issuer| issuer.account()),
            notice: notice.as_ref(),
        };
        let page = html::sign_in(site(self.app, &self.base, visitor.reader()), offer);
        answer(status, page)
    }

    /// The refusal of what another site's page sends.
    ///
    /// # Errors
    /// 500 when it could not be written.
    pub async fn foreign(&self) -> Result<Response, Problem> {
        let notice = notice(
            "Cette demande ne vient pas d’une page du portail\u{a0}; rien n’a été fait. Connectez-vous \
             ou déconnectez-vous depuis cette page.",
        );
        self.page(StatusCode::FORBIDDEN, Some(notice)).await
    }

    /// The refusal of one try too many.
    ///
    /// # Errors
    /// 500 when it could not be written.
    pub async fn too_many(&self, problem: Problem) -> Result<Response, Problem> {
        let wait = match problem {
            Problem::TooMany { retry_after, .. } => retry_after,
            other => return Err(other),
        };
        let notice = notice("Trop d’essais à la suite. Patientez un instant, puis réessayez.");
        let page = self.page(StatusCode::TOO_MANY_REQUESTS, Some(notice));
        let mut response = page.await?;
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(wait));
        Ok(response)
    }

    /// Begins a session, and leads to where the browser wants to go.
    ///
    /// # Errors
    /// 503 when the secrets that seal sessions cannot be read, 500 when a page cannot be written.
    pub async fn enter(&self, session: Session) -> Result<Response, Problem> {
        let name = self.cookies.session();
        let sessions = &self.app.sessions;
        if !sessions.is_ready() {
            sessions.refresh(&self.app.store).await?;
        }
        let sealed = sessions.seal_session(name, session);
        let cookie = sealed.and_then(|sealed| self.cookies.keep(name, sealed, session::LIFE));
        let mut response = self.leave_for_path()?;
        let headers = response.headers_mut();
        headers.append(header::SET_COOKIE, cookie.ok_or(Problem::Internal)?);
        Ok(response)
    }

    /// Leads to where the browser wants to go.
    ///
    /// # Errors
    /// 500 when the path cannot be written in a header.
    pub fn leave_for_path(&self) -> Result<Response, Problem> {
        let rest = self.base.split_once("://").map_or("", |(_, rest)| rest);
        let root = rest.find('/').map_or("", |slash| &rest[slash..]);
        leave_for(&format!("{root}{}", self.to))
    }

    /// Ends the session, and says so.
    ///
    /// # Errors
    /// 500 when the page could not be written.
    pub async fn farewell(&self) -> Result<Response, Problem> {
        let mut elsewhere = None;
        if let Some(session) = &self.session {
            let ended = self.app.sessions.end(&self.app.store, session).await;
            if let Err(error) = ended {
                tracing::warn!(%error, "the end of a session could not be told to other instances");
            }
            if let (Who::Account(account), Some(issuer)) = (&session.who, &self.app.issuer) {
                let back = format!("{}/connexion", self.base);
                elsewhere = issuer.goodbye(account.id_token.as_deref(), &back).await;
            }
        }
        let account = self.app.issuer.as_ref();
        let account = account.map_or("", |issuer| issuer.account());
        let visitor = self.visitor(&Caller::anonymous()).await;
        let site = site(self.app, &self.base, visitor.reader());
        let page = html::farewell(site, account, elsewhere.as_deref());
        let mut response = answer(StatusCode::OK, page)?;
        if let Some(cookie) = self.cookies.forget(self.cookies.session()) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }

    async fn visitor(&self, caller: &Caller) -> Visitor {
        Visitor::new(self.app, caller, &Uri::from_static("/connexion")).await
    }
}

/// Leads a browser to an address.
///
/// # Errors
/// 500 when it cannot be written in a header.
pub fn leave_for(address: &str) -> Result<Response, Problem> {
    let location = HeaderValue::from_str(address).map_err(|_| Problem::Internal)?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, location);
    Ok(unkept(response))
}

fn answer(status: StatusCode, page: Html) -> Result<Response, Problem> {
    let page = page.map_err(|error| {
        tracing::error!(%error, "a page could not be written");
        Problem::Internal
    })?;
    let mut response = (status, page).into_response();
    let kind = HeaderValue::from_static(media::HTML);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(unkept(response))
}

/// Whether a text is a path of this service, as a browser understands it: nothing that leads to
/// another host, whatever it is called.
fn is_own(text: &str) -> bool {
    let mut bytes = text.bytes();
    // «//host» and «/\\host» name a host.
    let first = bytes.next() == Some(b'/') && !matches!(bytes.next(), Some(b'/' | b'\\'));
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#');
    first && plain && text.len() <= LONGEST_PATH
}

#[cfg(test)]
mod tests {
    use super::is_own;

    #[test]
    fn only_paths_of_our_own_are_followed() {
        for good in [
            "/",
            "/carte",
            "/collections/parcelles/items?f=html&nom=Rez%C3%A9",
            "/a//b",
        ] {
            assert!(is_own(good), "{good}");
        }
        let long = "/".to_owned() + &"a".repeat(2000);
        for bad in [
            "",
            "carte",
            "//mal.example",
            "/\\mal.example",
            "\\\\mal.example",
            "https://mal.example",
            "/%0d\r\nSet-Cookie: a",
            "/\t/mal.example",
            "javascript:alert(1)",
            "/ a",
            "/é",
            "/a\\b",
            &long,
        ] {
            assert!(!is_own(bad), "{bad}");
        }
    }
}
