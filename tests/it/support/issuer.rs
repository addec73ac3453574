//! An issuer of accounts in this process: discovery, keys, authorisation and tokens, with real
//! keys. Whoever comes to its door is signed in at once, as the claims say.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::pkcs8::EncodePrivateKey as _;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rsa::rand_core::OsRng;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;

/// The client's name and secret, with characters that have to be encoded.
pub const CLIENT: &str = "geonantes";
pub const SECRET: &str = "s:cret+ é";

/// Made once: the search for primes is long.
static RSA: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let key = rsa::RsaPrivateKey::new(&mut OsRng, 2048).expect("a key");
    key.to_pkcs1_der().expect("DER").as_bytes().to_vec()
});

/// A key of an issuer.
#[derive(Clone)]
pub struct Key {
    /// Its name.
    pub id: String,
    /// The algorithm that it signs with.
    pub algorithm: Algorithm,
    private: EncodingKey,
}

impl Key {
    /// A key for RS256 (the same at each call), ES256 or EdDSA (another one at each).
    pub fn new(id: &str, algorithm: Algorithm) -> Self {
        let private = match algorithm {
            Algorithm::RS256 => EncodingKey::from_rsa_der(&RSA),
            Algorithm::ES256 => {
                let key = p256::SecretKey::random(&mut OsRng);
                EncodingKey::from_ec_der(key.to_pkcs8_der().expect("DER").as_bytes())
            }
            Algorithm::EdDSA => {
                let drawn = ed25519_dalek::SigningKey::generate(&mut OsRng);
                // Without the public half, which jsonwebtoken does not expect to find.
                let key = ed25519_dalek::pkcs8::KeypairBytes {
                    secret_key: drawn.to_bytes(),
                    public_key: None,
                };
                EncodingKey::from_ed_der(key.to_pkcs8_der().expect("DER").as_bytes())
            }
            other => panic!("no key for {other:?}"),
        };
        Self {
            id: id.to_owned(),
            algorithm,
            private,
        }
    }

    /// What the issuer publishes of it.
    pub fn public(&self) -> Json {
        let jwk = Jwk::from_encoding_key(&self.private, self.algorithm).expect("a public key");
        let mut jwk = serde_json::to_value(jwk).expect("JSON");
        jwk["kid"] = json!(self.id);
        jwk["use"] = json!("sig");
        jwk
    }

    /// A token with these claims.
    pub fn sign(&self, claims: &Json) -> String {
        self.sign_as(&self.id, claims)
    }

    /// A token that names another key than the one that signed it.
    pub fn sign_as(&self, id: &str, claims: &Json) -> String {
        let mut header = Header::new(self.algorithm);
        header.kid = Some(id.to_owned());
        jsonwebtoken::encode(&header, claims, &self.private).expect("a token")
    }
}

/// What a code is good for, once.
struct Grant {
    challenge: String,
    nonce: String,
    back: String,
}

/// What the issuer does, as the tests say.
pub struct Inside {
    base: String,
    /// Keys published; the last one signs.
    pub keys: Mutex<Vec<Key>>,
    /// Claims of whoever signs in, beside the usual ones.
    pub account: Mutex<Json>,
    /// What replaces the nonce.
    pub nonce: Mutex<Option<String>>,
    /// Whether it answers at all.
    pub is_up: AtomicBool,
    /// How often its keys were asked for.
    pub asked: AtomicUsize,
    grants: Mutex<HashMap<String, Grant>>,
}

/// The issuer.
pub struct Issuer {
    /// Its address, which is its name.
    pub base: String,
    /// What it does.
    pub inside: Arc<Inside>,
}

impl Issuer {
    /// One that signs with such a key, and whose accounts are an instructor's of Nantes.
    pub async fn start(algorithm: Algorithm) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let base = format!("http://{address}/realms/metropole");
        let inside = Arc::new(Inside {
            base: base.clone(),
            keys: Mutex::new(vec![Key::new("first", algorithm)]),
            account: Mutex::new(json!({
                "sub": "u-1", "name": "Anne Le Goff", "communes": ["44109"], "groups": ["/ads"],
            })),
            nonce: Mutex::default(),
            is_up: AtomicBool::new(true),
            asked: AtomicUsize::new(0),
            grants: Mutex::default(),
        });
        let realm = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .layer(from_fn_with_state(inside.clone(), if_up))
            .with_state(inside.clone());
        let router = Router::new().nest("/realms/metropole", realm);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, inside }
    }

    /// The configuration's section that trusts it.
    pub fn section(&self) -> geonantes::config::Sso {
        let text = format!(
            r#"
            issuer = "{}"
            client_id = "{CLIENT}"
            audience = ["{CLIENT}"]
            claims.roles = "groups"
            [communes]
            "214400186" = "44018"
            "/metropole" = "territoire"
            [roles]
            "/agents" = ["member"]
            "/ads" = ["member", "instructor"]
            "#,
            self.base
        );
        let mut sso: geonantes::config::Sso = toml::from_str(&text).expect("a section");
        sso.client_secret = Some(SECRET.to_owned().into());
        sso
    }

    /// Claims of an account's token, in force now.
    pub fn claims(&self) -> Json {
        self.inside.claims()
    }

    /// A token with these claims, signed by the key that signs.
    pub fn sign(&self, claims: &Json) -> String {
        self.inside.key().sign(claims)
    }
}

impl Inside {
    fn key(&self) -> Key {
        self.keys.lock().expect("keys").last().expect("one").clone()
    }

    fn claims(&self) -> Json {
        let now = chrono::Utc::now().timestamp();
        let mut claims =
            json!({"iss": self.base, "aud": [CLIENT, "account"], "iat": now, "exp": now + 300});
        let account = self.account.lock().expect("the account").clone();
        for (name, value) in account.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        claims
    }
}

type Here = State<Arc<Inside>>;

async fn if_up(State(inside): Here, request: Request, next: Next) -> Response {
    if inside.is_up.load(Ordering::Relaxed) {
        next.run(request).await
    } else {
        StatusCode::BAD_GATEWAY.into_response()
    }
}

async fn discovery(State(inside): Here) -> String {
    let base = &inside.base;
    json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "jwks_uri": format!("{base}/keys"),
        "end_session_endpoint": format!("{base}/logout"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
    })
    .to_string()
}

async fn keys(State(inside): Here) -> String {
    inside.asked.fetch_add(1, Ordering::Relaxed);
    let mut list: Vec<Json> = Vec::new();
    // What every issuer publishes beside: a key that is no signature's.
    list.push(json!({"kty": "RSA", "use": "enc", "alg": "RSA-OAEP", "kid": "enc", "n": "AQ", "e": "AQAB"}));
    list.extend(inside.keys.lock().expect("keys").iter().map(Key::public));
    json!({"keys": list}).to_string()
}

fn fields(text: &[u8]) -> HashMap<String, String> {
    url::form_urlencoded::parse(text).into_owned().collect()
}

async fn authorize(State(inside): Here, uri: Uri) -> Response {
    let asked = fields(uri.query().unwrap_or("").as_bytes());
    let is = |name: &str, value: &str| asked.get(name).is_some_and(|it| it == value);
    assert!(
        is("response_type", "code") && is("client_id", CLIENT),
        "{asked:?}"
    );
    assert!(
        is("code_challenge_method", "S256") && asked["scope"].contains("openid"),
        "{asked:?}"
    );
    let code = uuid::Uuid::new_v4().to_string();
    let grant = Grant {
        challenge: asked["code_challenge"].clone(),
        nonce: asked["nonce"].clone(),
        back: asked["redirect_uri"].clone(),
    };
    let location = format!("{}?code={code}&state={}", grant.back, asked["state"]);
    inside.grants.lock().expect("grants").insert(code, grant);
    (StatusCode::FOUND, [("location", location)]).into_response()
}

async fn token(State(inside): Here, headers: HeaderMap, body: Bytes) -> Response {
    let asked = fields(&body);
    // RFC 6749 2.3.1: both parts are form-encoded before they are joined.
    let pair = format!("{CLIENT}:s%3Acret%2B%20%C3%A9");
    let basic = format!("Basic {}", STANDARD.encode(pair));
    let known = headers.get("authorization").is_some_and(|it| *it == *basic);
    let grant = inside.grants.lock().expect("grants").remove(&asked["code"]);
    let Some(grant) = grant.filter(|_| known) else {
        return refusal();
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&asked["code_verifier"]));
    if challenge != grant.challenge || asked["redirect_uri"] != grant.back {
        return refusal();
    }
    let mut claims = inside.claims();
    let nonce = inside.nonce.lock().expect("the nonce").clone();
    claims["nonce"] = json!(nonce.unwrap_or(grant.nonce));
    claims["azp"] = json!(CLIENT);
    let id_token = inside.key().sign(&claims);
    json!({"access_token": "opaque", "token_type": "Bearer", "id_token": id_token})
        .to_string()
        .into_response()
}

fn refusal() -> Response {
    let body = json!({"error": "invalid_grant"}).to_string();
    (StatusCode::BAD_REQUEST, body).into_response()
}
