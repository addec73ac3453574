//! Browser sessions: a sealed cookie says who signed in, and the keyring says what that is worth
//! at each request.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use cookie::Key as Sealer;
use cookie::{Cookie, CookieJar};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::oidc::Identity;
use super::{Keyring, Refusal};
use crate::model::{Caller, Reach, Role, Through};
use crate::store::{SECRET_BYTES, Store, StoreError};

/// How long a session lasts: a working day.
pub const LIFE: Duration = Duration::from_secs(8 * 3600);

/// Age at which another secret follows.
const ROTATION: Duration = Duration::from_secs(30 * 24 * 3600);

/// Longest sealed value: browsers keep 4096 bytes a cookie, its name and attributes included.
const LONGEST: usize = 3800;

/// A session, as its cookie holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Names it among those that were ended.
    pub id: Uuid,
    /// Its end, in seconds of Unix time.
    pub until: i64,
    /// Who signed in.
    pub who: Who,
}

/// Who signed in. The key itself is in no cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Who {
    /// The holder of that key.
    Key(Uuid),
    /// Somebody whom the issuer vouched for.
    Account(Box<Account>),
}

/// Somebody whom the issuer vouched for, as the issuer said at sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Name for pages.
    pub label: String,
    /// What it does.
    pub roles: Vec<Role>,
    /// For which communes.
    pub reach: String,
    /// By which the issuer knows its own session, when it fits into a cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
}

impl Session {
    /// One that begins now.
    pub fn begin(who: Who, now: DateTime<Utc>) -> Self {
        Self {
            id: Uuid::new_v4(),
            until: now.timestamp() + LIFE.as_secs() as i64,
            who,
        }
    }

    /// What the session is worth now: a key that was revoked ends it, adhesions and a key's roles
    /// are those of today.
    ///
    /// # Errors
    /// Why it is worth nothing.
    pub fn caller(&self, keyring: &Keyring) -> Result<Caller, Refusal> {
        match &self.who {
            Who::Key(id) => keyring.by_id(*id, Through::Session),
            Who::Account(account) => account
                .identity(self.until)
                .ok_or(Refusal::Malformed)?
                .caller(keyring, Through::Session),
        }
    }
}

impl Account {
    /// What a cookie holds of an identity.
    pub fn new(identity: Identity, id_token: Option<String>) -> Self {
        Self {
            label: identity.label,
            roles: identity.roles.iter().collect(),
            reach: identity.reach.to_string(),
            id_token,
        }
    }

    /// The identity again.
    pub fn identity(&self, until: i64) -> Option<Identity> {
        Some(Identity {
            label: self.label.clone(),
            roles: self.roles.iter().copied().collect(),
            reach: self.reach.parse::<Reach>().ok()?,
            until,
        })
    }
}

/// What instances share, as this one read it last.
#[derive(Default)]
struct Shared {
    /// The first one seals.
    sealers: Vec<Sealer>,
    ended: HashSet<Uuid>,
}

/// Seals and opens cookies.
#[derive(Default)]
pub struct Sessions {
    shared: ArcSwap<Shared>,
}

impl Sessions {
    /// Reads what instances share; makes the first secret, and the next one when it is due.
    ///
    /// # Errors
    /// When the database does not answer; what was known stays.
    pub async fn refresh(&self, store: &Store) -> Result<(), StoreError> {
        let mut read = store.sessions(ROTATION).await?;
        if read.due {
            store.rotate_session_secret(&draw(), ROTATION, LIFE).await?;
            read = store.sessions(ROTATION).await?;
        }
        let secrets = read.secrets.iter();
        self.shared.store(Arc::new(Shared {
            sealers: secrets
                .filter_map(|secret| Sealer::try_from(&secret[..]).ok())
                .collect(),
            ended: read.ended,
        }));
        Ok(())
    }

    /// Whether cookies can be sealed.
    pub fn is_ready(&self) -> bool {
        !self.shared.load().sealers.is_empty()
    }

    /// Keeps that up to date.
    pub async fn keep(self: Arc<Self>, store: Store) {
        loop {
            if let Err(error) = self.refresh(&store).await {
                tracing::debug!(%error, "sessions cannot be read");
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// The session that a cookie holds, when it is whole, in force and not ended. What is not is
    /// as good as none.
    pub fn open(&self, name: &str, values: &[String], now: DateTime<Utc>) -> Option<Session> {
        let session: Session = self.unseal(name, values)?;
        let ended = self.shared.load().ended.contains(&session.id);
        (session.until > now.timestamp() && !ended).then_some(session)
    }

    /// What was sealed under that cookie name. Somebody may have planted another cookie of the
    /// same name: each value is tried.
    pub fn unseal<T: DeserializeOwned>(&self, name: &str, values: &[String]) -> Option<T> {
        let shared = self.shared.load();
        let jar = CookieJar::new();
        let tries = values
            .iter()
            .flat_map(|value| shared.sealers.iter().map(move |sealer| (value, sealer)));
        let mut open = tries.filter_map(|(value, sealer)| {
            let cookie = Cookie::new(name.to_owned(), value.clone());
            jar.private(sealer).decrypt(cookie)
        });
        serde_json::from_str(open.next()?.value()).ok()
    }

    /// A value sealed for a cookie of that name; none before the first reading of the secrets, or
    /// when it would be too long for a browser.
    pub fn seal(&self, name: &str, value: &impl Serialize) -> Option<String> {
        let shared = self.shared.load();
        let text = serde_json::to_string(value).ok()?;
        let mut jar = CookieJar::new();
        jar.private_mut(shared.sealers.first()?)
            .add(Cookie::new(name.to_owned(), text));
        let sealed = jar.get(name)?.value().to_owned();
        (sealed.len() <= LONGEST).then_some(sealed)
    }

    /// A session sealed; an ID token that does not fit is left out.
    pub fn seal_session(&self, name: &str, mut session: Session) -> Option<String> {
        if let Some(sealed) = self.seal(name, &session) {
            return Some(sealed);
        }
        match &mut session.who {
            Who::Account(account) => account.id_token = None,
            Who::Key(_) => return None,
        }
        self.seal(name, &session)
    }

    /// Ends a session: a copy of its cookie opens nothing any more, here at once and on the other
    /// instances within a second.
    ///
    /// # Errors
    /// When the database does not answer; the session is ended here all the same.
    pub async fn end(&self, store: &Store, session: &Session) -> Result<(), StoreError> {
        self.shared.rcu(|shared| {
            let mut ended = shared.ended.clone();
            ended.insert(session.id);
            Shared {
                sealers: shared.sealers.clone(),
                ended,
            }
        });
        let until = DateTime::from_timestamp(session.until, 0).unwrap_or_else(Utc::now);
        store.end_session(session.id, until).await
    }
}

/// Ends every session, on every instance within a second, by replacing the secrets.
///
/// # Errors
/// When the database refuses.
pub async fn end_all(store: &Store) -> Result<(), StoreError> {
    store.replace_session_secrets(&draw()).await
}

/// A new secret.
fn draw() -> [u8; SECRET_BYTES] {
    let mut secret = [0; SECRET_BYTES];
    secret.copy_from_slice(Sealer::generate().master());
    secret
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions(sealers: &[&Sealer]) -> Sessions {
        let sealers = sealers.iter().map(|sealer| (*sealer).clone()).collect();
        let shared = Shared {
            sealers,
            ended: HashSet::new(),
        };
        Sessions {
            shared: ArcSwap::from_pointee(shared),
        }
    }

    #[test]
    fn a_session_is_opened_by_any_secret_and_in_its_own_cookie_alone() {
        let (old, new) = (Sealer::generate(), Sealer::generate());
        let now = Utc::now();
        let session = Session::begin(Who::Key(Uuid::new_v4()), now);
        let sealed = sessions(&[&old]).seal("a", &session).expect("sealed");
        assert!(!sealed.contains(&session.id.to_string()));
        let rotated = sessions(&[&new, &old]);
        let values = ["planted".to_owned(), sealed.clone()];
        assert_eq!(rotated.open("a", &values, now), Some(session.clone()));
        assert_eq!(rotated.open("b", &values, now), None, "another name");
        assert_eq!(sessions(&[&new]).open("a", &values, now), None);
        assert_eq!(sessions(&[]).open("a", &values, now), None);
        let late = now + LIFE;
        assert_eq!(rotated.open("a", &values, late), None, "its time is over");
        for place in [0, sealed.len() / 2, sealed.len() - 2] {
            let mut bytes = sealed.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let tampered = [String::from_utf8(bytes).expect("ASCII")];
            assert_eq!(rotated.open("a", &tampered, now), None, "place {place}");
        }
    }

    #[test]
    fn an_id_token_that_is_too_long_is_left_out() {
        let sealer = Sealer::generate();
        let sessions = sessions(&[&sealer]);
        let account = |length: usize| {
            Who::Account(Box::new(Account {
                label: "Anne".to_owned(),
                roles: vec![Role::Member],
                reach: "44018".to_owned(),
                id_token: Some("t".repeat(length)),
            }))
        };
        for (length, kept) in [(1500, true), (4000, false)] {
            let session = Session::begin(account(length), Utc::now());
            let sealed = sessions.seal_session("a", session).expect("sealed");
            assert!(sealed.len() <= LONGEST);
            let open = sessions.open("a", &[sealed], Utc::now()).expect("open");
            let Who::Account(account) = open.who else {
                panic!("{open:?}");
            };
            assert_eq!(account.id_token.is_some(), kept);
            assert_eq!(account.identity(0).expect("one").reach.to_string(), "44018");
        }
    }
}
