//! The issuer as this service knows it: its description and keys, kept and refreshed.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use serde::Deserialize;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::claims::{self, Identity};
use super::fetch::{Fetch, FetchError};
use super::keys::{Keys, LEEWAY_S, Unsigned};
use crate::config::Sso;
use crate::model::Problem;

/// Age at which the issuer is asked again, while what is known goes on being used.
const STALE: Duration = Duration::from_secs(600);

/// A key that is not known has the issuer asked at most this often: anybody can invent key names.
const UNKNOWN_KEYS: Duration = Duration::from_secs(60);

/// Pause after the issuer did not answer.
const RETRY: Duration = Duration::from_secs(5);

/// Tokens whose signature need not be computed again.
const REMEMBERED: u64 = 10_000;

/// What the issuer says of itself (OpenID Connect Discovery 1.0, RFC 8414).
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Description {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    #[serde(default)]
    pub end_session_endpoint: Option<String>,
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Vec<String>,
}

/// What was learnt last.
pub(super) struct Known {
    pub description: Description,
    keys: Keys,
    at: Instant,
}

/// When the issuer was asked.
#[derive(Default)]
struct Attempts {
    failed: Option<Instant>,
    for_unknown_key: Option<Instant>,
}

/// The issuer of the metropolis's accounts.
pub struct Issuer {
    pub(super) sso: Sso,
    pub(super) fetch: Fetch,
    known: ArcSwapOption<Known>,
    /// Held while the issuer is asked, so that it is asked once however many wait.
    attempts: Mutex<Attempts>,
    /// Identities by the hash of the token, verified.
    remembered: moka::future::Cache<[u8; 32], Arc<Identity>>,
}

impl Issuer {
    /// An issuer that is asked at its first use.
    pub fn new(sso: Sso) -> Arc<Self> {
        Arc::new(Self {
            sso,
            fetch: Fetch::new(),
            known: ArcSwapOption::empty(),
            attempts: Mutex::default(),
            remembered: moka::future::Cache::builder()
                .max_capacity(REMEMBERED)
                .time_to_live(STALE)
                .build(),
        })
    }

    /// Learns what there is to know ahead of need; the log has what is wrong.
    pub async fn look(self: &Arc<Self>) {
        let _ = self.known().await;
    }

    /// What the button says after «Se connecter avec».
    pub fn account(&self) -> &str {
        &self.sso.account
    }

    /// The identity behind a bearer token.
    ///
    /// # Errors
    /// 401 when the token is not believed, 403 when its claims say nothing known here, 503 while
    /// the issuer has never answered.
    pub async fn bearer(self: &Arc<Self>, token: &str) -> Result<Arc<Identity>, Problem> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        if let Some(identity) = self.remembered.get(&hash).await
            && identity.until + LEEWAY_S as i64 >= chrono::Utc::now().timestamp()
        {
            return Ok(identity);
        }
        let claims = self.verify(token, &self.sso.audience).await?;
        let identity = Arc::new(claims::identity(&self.sso, &claims)?);
        self.remembered.insert(hash, identity.clone()).await;
        Ok(identity)
    }

    /// The claims of a token, verified.
    ///
    /// # Errors
    /// As [`Self::bearer`], without the 403.
    pub(super) async fn verify(
        self: &Arc<Self>,
        token: &str,
        audience: &[String],
    ) -> Result<Json, Problem> {
        let known = self.known().await?;
        let verified = match known.keys.verify(token, &self.sso.issuer, audience) {
            Err(Unsigned::UnknownKey) => {
                let newer = self.after_unknown_key(&known).await;
                newer.keys.verify(token, &self.sso.issuer, audience)
            }
            other => other,
        };
        verified.map_err(|reason| {
            let reason = match reason {
                Unsigned::Wrong(reason) => reason,
                Unsigned::UnknownKey => "its key is not among the issuer's",
            };
            Problem::BadCredential(format!("the token is not accepted: {reason}"))
        })
    }

    /// What is known of the issuer, learnt now if need be.
    ///
    /// # Errors
    /// 503 while it has never answered.
    pub(super) async fn known(self: &Arc<Self>) -> Result<Arc<Known>, Problem> {
        if let Some(known) = self.known.load_full() {
            if known.at.elapsed() > STALE {
                self.refresh_behind();
            }
            return Ok(known);
        }
        let mut attempts = self.attempts.lock().await;
        if let Some(known) = self.known.load_full() {
            return Ok(known);
        }
        self.learn(&mut attempts).await.ok_or_else(|| {
            Problem::busy(
                "the issuer of the accounts does not answer for the moment; a key still does",
                RETRY.as_secs() as u32,
            )
        })
    }

    /// Asks again in the background, unless somebody does already.
    fn refresh_behind(self: &Arc<Self>) {
        let this = self.clone();
        tokio::spawn(async move {
            let Ok(mut attempts) = this.attempts.try_lock() else {
                return;
            };
            let stale = |known: Arc<Known>| known.at.elapsed() > STALE;
            if this.known.load_full().is_none_or(stale) {
                this.learn(&mut attempts).await;
            }
        });
    }

    /// What is known once the issuer was asked about a key that is not, if it may be asked.
    async fn after_unknown_key(&self, seen: &Arc<Known>) -> Arc<Known> {
        let mut attempts = self.attempts.lock().await;
        let current = self.known.load_full().unwrap_or_else(|| seen.clone());
        let recent = attempts
            .for_unknown_key
            .is_some_and(|at| at.elapsed() < UNKNOWN_KEYS);
        if recent || !Arc::ptr_eq(&current, seen) {
            return current;
        }
        attempts.for_unknown_key = Some(Instant::now());
        self.learn(&mut attempts).await.unwrap_or(current)
    }

    /// Asks the issuer; `None` when it does not answer, or did not a moment ago.
    async fn learn(&self, attempts: &mut Attempts) -> Option<Arc<Known>> {
        if attempts.failed.is_some_and(|at| at.elapsed() < RETRY) {
            return None;
        }
        match self.ask().await {
            Ok(known) => {
                tracing::info!(
                    issuer = self.sso.issuer,
                    keys = known.keys.count(),
                    "single sign-on"
                );
                attempts.failed = None;
                let known = Arc::new(known);
                self.known.store(Some(known.clone()));
                // A key that was withdrawn no longer vouches for anybody.
                self.remembered.invalidate_all();
                Some(known)
            }
            Err(error) => {
                tracing::warn!(%error, "the issuer of single sign-on gives nothing that can be used");
                attempts.failed = Some(Instant::now());
                None
            }
        }
    }

    async fn ask(&self) -> Result<Known, FetchError> {
        let base = self.sso.issuer.trim_end_matches('/');
        let address = format!("{base}/.well-known/openid-configuration");
        let description: Description = self.fetch.document(&address).await?;
        if description.issuer != self.sso.issuer {
            return Err(FetchError::Unexpected {
                address,
                reason: format!(
                    "it calls itself « {} »; write that in sso.issuer if it is right",
                    description.issuer
                ),
            });
        }
        let keys = Keys::read(&self.fetch.document::<Json>(&description.jwks_uri).await?);
        if keys.count() == 0 {
            return Err(FetchError::Unexpected {
                address: description.jwks_uri,
                reason: "no key for RS256, ES256 or EdDSA".to_owned(),
            });
        }
        Ok(Known {
            description,
            keys,
            at: Instant::now(),
        })
    }
}
