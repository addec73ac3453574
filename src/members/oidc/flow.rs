//! Sign-in in a browser: the authorization code flow with PKCE (OpenID Connect Core 3.1, RFC 7636).

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use url::Url;
use uuid::Uuid;

use super::claims::{self, Identity};
use super::fetch::{ClientAuth, FetchError};
use super::issuer::Issuer;
use crate::model::Problem;

/// What the browser keeps, sealed, between the way to the issuer and the way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Ties the answer to this browser.
    pub state: String,
    /// Ties the ID token to this sign-in.
    pub nonce: String,
    /// Ties the code to this sign-in (PKCE).
    pub verifier: String,
    /// Where to go then: a path of this service.
    pub to: String,
    /// Its end, in seconds of Unix time.
    pub until: i64,
}

/// Time to sign in at the issuer.
pub const PATIENCE: Duration = Duration::from_secs(600);

impl Pending {
    /// Whether this is the answer to it, in time.
    pub fn is_answered_by(&self, state: Option<&str>, now: DateTime<Utc>) -> bool {
        state == Some(&*self.state) && now.timestamp() < self.until
    }
}

/// Somebody who has come back from the issuer.
#[derive(Debug)]
pub struct Arrival {
    /// Who it is.
    pub identity: Identity,
    /// The ID token, by which the issuer knows the session to end.
    pub id_token: String,
}

/// The part of the token endpoint's answer that matters.
#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

/// 43 characters that nobody guesses.
fn draw() -> String {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(Uuid::new_v4().as_bytes());
    bytes[16..].copy_from_slice(Uuid::new_v4().as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Issuer {
    /// The address where a browser signs in, and what it has to bring back. `back` is the whole
    /// address of the callback, `to` the path to go to then.
    ///
    /// # Errors
    /// 503 when the issuer does not answer.
    pub async fn begin(
        self: &Arc<Self>,
        back: &str,
        to: String,
    ) -> Result<(String, Pending), Problem> {
        let known = self.known().await?;
        let pending = Pending {
            state: draw(),
            nonce: draw(),
            verifier: draw(),
            to,
            until: Utc::now().timestamp() + PATIENCE.as_secs() as i64,
        };
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&pending.verifier));
        let mut address = address(&known.description.authorization_endpoint)?;
        address.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.sso.client_id),
            ("redirect_uri", back),
            ("scope", &self.sso.scopes.join(" ")),
            ("state", &pending.state),
            ("nonce", &pending.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        Ok((address.into(), pending))
    }

    /// Whether an answer names this issuer, if it names one (RFC 9207).
    pub fn is_named(&self, iss: Option<&str>) -> bool {
        iss.is_none_or(|iss| iss == self.sso.issuer)
    }

    /// Who has come back with a code.
    ///
    /// # Errors
    /// 401 when the issuer does not honour the code or its token is not believed, 403 when its
    /// claims say nothing known here, 503 when it does not answer.
    pub async fn finish(
        self: &Arc<Self>,
        back: &str,
        code: &str,
        pending: &Pending,
    ) -> Result<Arrival, Problem> {
        let known = self.known().await?;
        let description = &known.description;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", back),
            ("client_id", &self.sso.client_id),
            ("code_verifier", &pending.verifier),
        ];
        // Basic is the standard's default, when the issuer does not say.
        let methods = &description.token_endpoint_auth_methods_supported;
        let posted = !methods.is_empty() && !methods.iter().any(|m| m == "client_secret_basic");
        let auth = if posted {
            ClientAuth::Post
        } else {
            ClientAuth::Basic
        };
        let secret = self.sso.client_secret.as_ref();
        let client = secret.map(|secret| (self.sso.client_id.as_str(), secret.reveal(), auth));
        let tokens: Tokens = self
            .fetch
            .form(&description.token_endpoint, &fields, client)
            .await
            .map_err(refused)?;
        let audience = std::slice::from_ref(&self.sso.client_id);
        let claims = self.verify(&tokens.id_token, audience).await?;
        let bad = |what: &str| Problem::BadCredential(format!("the ID token is refused: {what}"));
        if claims["nonce"] != pending.nonce.as_str() {
            return Err(bad("it answers another sign-in"));
        }
        let party = &claims["azp"];
        if !party.is_null() && *party != self.sso.client_id.as_str() {
            return Err(bad("it was issued to another service"));
        }
        Ok(Arrival {
            identity: claims::identity(&self.sso, &claims)?,
            id_token: tokens.id_token,
        })
    }

    /// The address where the issuer's own session ends, when it offers that (OpenID Connect
    /// RP-Initiated Logout 1.0). `back` is where it leads then.
    pub async fn goodbye(self: &Arc<Self>, id_token: Option<&str>, back: &str) -> Option<String> {
        let known = self.known().await.ok()?;
        let mut address = address(known.description.end_session_endpoint.as_deref()?).ok()?;
        let mut query = address.query_pairs_mut();
        query.append_pair("client_id", &self.sso.client_id);
        query.append_pair("post_logout_redirect_uri", back);
        if let Some(token) = id_token {
            query.append_pair("id_token_hint", token);
        }
        drop(query);
        Some(address.into())
    }
}

/// An address that the issuer gave: a browser is sent there.
fn address(text: &str) -> Result<Url, Problem> {
    let unusable = |reason: String| {
        tracing::warn!(reason, "an address of the issuer cannot be used");
        Problem::busy("the issuer of the accounts is not set up well", 60)
    };
    crate::config::trusted(text).map_err(unusable)?;
    Url::parse(text).map_err(|error| unusable(error.to_string()))
}

fn refused(error: FetchError) -> Problem {
    tracing::warn!(%error, "a sign-in was not completed");
    match error {
        FetchError::Refused { status, .. } if (400..500).contains(&status) => {
            Problem::BadCredential(
                "the issuer of the accounts does not honour this sign-in: begin again".to_owned(),
            )
        }
        _ => Problem::busy(
            "the issuer of the accounts does not answer for the moment",
            5,
        ),
    }
}
