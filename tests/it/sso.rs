//! Single sign-on: tokens of an issuer, believed for what they are, and sign-in in a browser.

use std::sync::atomic::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value as Json, json};

use crate::support::issuer::{Issuer, Key};
use crate::support::{Answer, Database, Server, get, post};

const PAGE: &str = "/conformance?f=html";

/// A member layer.
const MEMBERS: &str = "/collections/sites-archives/items?limit=1";

async fn server(issuer: &Issuer) -> Server {
    let database = Database::clone_template().await;
    database.adhere(&["44109"], "outils").await;
    database.adhere(&["44018"], "portail").await;
    let section = issuer.section();
    Server::configured(database, |file| file.sso = Some(section)).await
}

async fn with(server: &Server, path: &str, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    server.get_with(path, &[("authorization", &bearer)]).await
}

fn changed(claims: &Json, name: &str, value: Json) -> Json {
    let mut claims = claims.clone();
    claims[name] = value;
    claims
}

#[tokio::test]
async fn a_token_is_a_credential_whatever_key_signed_it() {
    for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA] {
        let issuer = Issuer::start(algorithm).await;
        let server = server(&issuer).await;
        assert_eq!(server.get(MEMBERS).await.status, 401);
        let token = issuer.sign(&issuer.claims());
        let answer = with(&server, MEMBERS, &token).await;
        assert_eq!(answer.status, 200, "{algorithm:?}: {}", answer.text());
        assert!(answer.header("cache-control").starts_with("private"));
        let page = with(&server, PAGE, &token).await.text();
        assert!(
            page.contains("Anne Le Goff") && !page.contains("Se déconnecter"),
            "{page}"
        );
        assert_eq!(issuer.inside.asked.load(Ordering::Relaxed), 1);
    }
}

#[tokio::test]
async fn a_token_that_is_not_ours_is_refused() {
    let issuer = Issuer::start(Algorithm::RS256).await;
    let server = server(&issuer).await;
    let good = issuer.claims();
    let now = chrono::Utc::now().timestamp();
    let mut endless = good.clone();
    endless.as_object_mut().expect("an object").remove("exp");
    let mut aimless = good.clone();
    aimless.as_object_mut().expect("an object").remove("aud");
    let signed = [
        (
            changed(&good, "iss", json!("https://mal.example")),
            "issuer",
        ),
        (
            changed(&good, "iss", json!([good["iss"], "https://mal.example"])),
            "issuer",
        ),
        (changed(&good, "aud", json!("another")), "another service"),
        (changed(&good, "exp", json!(now - 61)), "expired"),
        (changed(&good, "nbf", json!(now + 65)), "not valid yet"),
        (changed(&good, "exp", json!("tomorrow")), "lacks"),
        (changed(&good, "events", json!({})), "type"),
        (endless, "lacks"),
        (aimless, "lacks"),
    ];
    for (claims, words) in signed {
        let answer = with(
            &server,
            PAGE.trim_end_matches("?f=html"),
            &issuer.sign(&claims),
        )
        .await;
        let detail = answer.problem(401);
        assert!(detail.contains(words), "{claims}: {detail}");
        assert!(answer.header("www-authenticate").starts_with("Basic"));
    }
    let leeway = changed(
        &changed(&good, "exp", json!(now - 40)),
        "nbf",
        json!(now + 40),
    );
    assert_eq!(
        with(&server, MEMBERS, &issuer.sign(&leeway)).await.status,
        200
    );
    for (token, words) in forged(&issuer, &good) {
        let detail = with(&server, "/collections", &token).await.problem(401);
        assert!(detail.contains(words), "{token}: {detail}");
    }
}

/// Tokens with good claims and no good signature.
fn forged(issuer: &Issuer, claims: &Json) -> Vec<(String, &'static str)> {
    let part = |value: &Json| URL_SAFE_NO_PAD.encode(value.to_string());
    let good = issuer.sign(claims);
    let parts: Vec<&str> = good.split('.').collect();
    let public = issuer.inside.keys.lock().expect("keys")[0].public();
    let modulus = public["n"].as_str().expect("a modulus");
    let secrets = [
        modulus.as_bytes().to_vec(),
        URL_SAFE_NO_PAD.decode(modulus).expect("base64"),
        public.to_string().into_bytes(),
        Vec::new(),
    ];
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("first".to_owned());
    let mut forged: Vec<(String, &str)> = secrets
        .iter()
        .map(|secret| {
            let key = EncodingKey::from_secret(secret);
            let token = jsonwebtoken::encode(&header, claims, &key).expect("a token");
            (token, "algorithm")
        })
        .collect();
    for none in ["none", "None", "NONE"] {
        let head = part(&json!({"alg": none, "kid": "first"}));
        forged.push((format!("{head}.{}.", parts[1]), "algorithm"));
        forged.push((format!("{head}.{}.{}", parts[1], parts[2]), "algorithm"));
    }
    // Somebody else's key under the name of the issuer's, or of the same algorithm.
    let other = Key::new("other", Algorithm::ES256);
    forged.push((other.sign_as("first", claims), "algorithm"));
    // The issuer's signature under other claims.
    let raised = changed(claims, "groups", json!(["/metropole"]));
    forged.push((
        format!("{}.{}.{}", parts[0], part(&raised), parts[2]),
        "signature",
    ));
    forged.push((format!("{}.{}.", parts[0], parts[1]), "signature"));
    let kind = part(&json!({"alg": "RS256", "kid": "first", "typ": "logout+jwt"}));
    forged.push((format!("{kind}.{}.{}", parts[1], parts[2]), "type"));
    forged.push(("a.b.c".to_owned(), "no signed token"));
    forged.push(("..".to_owned(), "no signed token"));
    forged
}

#[tokio::test]
async fn claims_that_say_nothing_known_are_named() {
    let issuer = Issuer::start(Algorithm::ES256).await;
    let server = server(&issuer).await;
    let good = issuer.claims();
    let cases = [
        (changed(&good, "communes", json!([])), "« communes »"),
        (changed(&good, "communes", json!("Nantes")), "« communes »"),
        (changed(&good, "groups", json!(["member"])), "« groups »"),
        (changed(&good, "communes", json!("44190")), "adheres"),
        (changed(&good, "communes", json!("214400186")), "/connexion"),
    ];
    for (claims, words) in cases {
        let detail = with(&server, MEMBERS, &issuer.sign(&claims))
            .await
            .problem(403);
        assert!(detail.contains(words), "{claims}: {detail}");
    }
    let metropolis = changed(&good, "communes", json!(["/metropole"]));
    assert_eq!(
        with(&server, MEMBERS, &issuer.sign(&metropolis))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn keys_are_followed_and_invented_ones_cost_the_issuer_nothing() {
    let issuer = Issuer::start(Algorithm::ES256).await;
    let server = server(&issuer).await;
    let asked = || issuer.inside.asked.load(Ordering::Relaxed);
    let first = issuer.sign(&issuer.claims());
    assert_eq!(with(&server, MEMBERS, &first).await.status, 200);
    let second = Key::new("second", Algorithm::EdDSA);
    *issuer.inside.keys.lock().expect("keys") = vec![second.clone()];
    let token = second.sign(&issuer.claims());
    assert_eq!(with(&server, MEMBERS, &token).await.status, 200);
    assert_eq!(asked(), 2);
    // The key that was withdrawn vouches for nobody, not even for a token seen before.
    let detail = with(&server, MEMBERS, &first).await.problem(401);
    assert!(detail.contains("key"), "{detail}");
    for number in 0..20 {
        let token = second.sign_as(&format!("invented-{number}"), &issuer.claims());
        assert_eq!(with(&server, MEMBERS, &token).await.status, 401);
    }
    assert_eq!(asked(), 2, "at most once a minute");
}

#[tokio::test]
async fn an_issuer_that_is_away_is_done_without() {
    let issuer = Issuer::start(Algorithm::ES256).await;
    let server = server(&issuer).await;
    let up = |up| issuer.inside.is_up.store(up, Ordering::Relaxed);
    up(false);
    let token = issuer.sign(&issuer.claims());
    let answer = with(&server, MEMBERS, &token).await;
    answer.problem(503);
    assert_eq!(answer.header("retry-after"), "5");
    assert_eq!(server.get("/collections").await.status, 200);
    let page = server.get("/connexion/compte").await;
    assert_eq!(page.status, 503);
    assert!(page.text().contains("avec une clé"), "{}", page.text());
    // It is left alone for five seconds.
    up(true);
    let begun = std::time::Instant::now();
    while with(&server, MEMBERS, &token).await.status != 200 {
        assert!(begun.elapsed().as_secs() < 10, "not asked again");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    up(false);
    let another = issuer.sign(&changed(&issuer.claims(), "sub", json!("u-2")));
    assert_eq!(with(&server, MEMBERS, &another).await.status, 200);
}

/// A browser's cookies, as far as they matter here.
#[derive(Default)]
struct Browser(Vec<(String, String)>);

impl Browser {
    fn keep(&mut self, answer: &Answer) {
        for header in answer.headers.get_all("set-cookie") {
            let text = header.to_str().expect("ASCII");
            let pair = text.split(';').next().expect("a pair");
            let (name, value) = pair.split_once('=').expect("a value");
            self.0.retain(|(known, _)| known != name);
            if !text.contains("Max-Age=0") {
                self.0.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    fn cookies(&self) -> String {
        let pairs: Vec<String> = self
            .0
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    async fn get(&mut self, url: &str) -> Answer {
        let answer = get(url, &[("cookie", &self.cookies())]).await;
        self.keep(&answer);
        answer
    }

    /// Goes to the issuer, and gives the address that it leads back to.
    async fn go(&mut self, server: &Server, path: &str) -> String {
        let going = self.get(&server.url(path)).await;
        assert_eq!(going.status, 303, "{}", going.text());
        let there = get(going.header("location"), &[]).await;
        assert_eq!(there.status, 302);
        there.header("location").to_owned()
    }
}

#[tokio::test]
async fn a_browser_signs_in_through_the_issuer_and_out() {
    let issuer = Issuer::start(Algorithm::RS256).await;
    let server = server(&issuer).await;
    let mut browser = Browser::default();
    let page = browser
        .get(&server.url("/connexion?vers=/collections"))
        .await
        .text();
    assert!(
        page.contains("/connexion/compte?vers=%2Fcollections"),
        "{page}"
    );
    let back = browser
        .go(&server, "/connexion/compte?vers=%2Fcollections")
        .await;
    assert!(
        back.starts_with(&server.url("/connexion/retour?code=")),
        "{back}"
    );
    let arrived = browser.get(&back).await;
    assert_eq!(
        (arrived.status, arrived.header("location")),
        (303, "/collections"),
        "{}",
        arrived.text()
    );
    assert_eq!(
        browser.0.len(),
        1,
        "the way's own cookie is forgotten: {:?}",
        browser.0
    );
    let page = browser.get(&server.url(PAGE)).await.text();
    assert!(
        page.contains("Anne Le Goff") && page.contains("Se déconnecter"),
        "{page}"
    );
    assert_eq!(browser.get(&server.url(MEMBERS)).await.status, 200);
    let out = post(
        &server.url("/deconnexion"),
        &[("origin", &server.url("")), ("cookie", &browser.cookies())],
        &[],
    )
    .await;
    let text = out.text();
    assert!(
        text.contains(&format!("{}/logout?client_id=geonantes", issuer.base)),
        "{text}"
    );
    assert!(text.contains("id_token_hint=ey"), "{text}");
    assert_eq!(
        browser.get(&server.url(MEMBERS)).await.status,
        401,
        "a copy of the cookie"
    );
}

/// Level `portail` has no token, and a session.
#[tokio::test]
async fn the_first_level_signs_in_through_the_issuer() {
    let issuer = Issuer::start(Algorithm::EdDSA).await;
    let server = server(&issuer).await;
    issuer.inside.account.lock().expect("the account")["communes"] = json!("214400186");
    let mut browser = Browser::default();
    let back = browser.go(&server, "/connexion/compte").await;
    assert_eq!(browser.get(&back).await.status, 303);
    assert_eq!(browser.get(&server.url(MEMBERS)).await.status, 200);
}

#[tokio::test]
async fn what_was_not_begun_here_is_not_finished() {
    let issuer = Issuer::start(Algorithm::EdDSA).await;
    let server = server(&issuer).await;
    let refused = async |browser: &mut Browser, back: &str, status: u16| {
        let answer = browser.get(back).await;
        assert_eq!(answer.status, status, "{back}: {}", answer.text());
        assert!(answer.text().contains("role=\"alert\""));
        let page = browser.get(&server.url(PAGE)).await.text();
        assert!(page.contains("Se connecter"), "{back}");
    };
    // Somebody sends a victim the end of a sign-in of their own.
    let mut attacker = Browser::default();
    let theirs = attacker.go(&server, "/connexion/compte").await;
    refused(&mut Browser::default(), &theirs, 400).await;
    let mut victim = Browser::default();
    victim.go(&server, "/connexion/compte").await;
    refused(&mut victim, &theirs, 400).await;
    // A code is good once, with a copy of the cookie too.
    let mut browser = Browser::default();
    let back = browser.go(&server, "/connexion/compte").await;
    let mut copy = Browser(browser.0.clone());
    assert_eq!(browser.get(&back).await.status, 303);
    refused(&mut copy, &back, 403).await;
    // An ID token that answers another sign-in.
    *issuer.inside.nonce.lock().expect("the nonce") = Some("another".to_owned());
    let mut browser = Browser::default();
    let back = browser.go(&server, "/connexion/compte").await;
    refused(&mut browser, &back, 403).await;
    *issuer.inside.nonce.lock().expect("the nonce") = None;
    // Another issuer's answer, and one that says no.
    let mut browser = Browser::default();
    let back = browser.go(&server, "/connexion/compte").await;
    refused(
        &mut Browser(browser.0.clone()),
        &format!("{back}&iss=https://mal.example"),
        400,
    )
    .await;
    let no = back.replace("code=", "error=access_denied&was=");
    refused(&mut browser, &no, 403).await;
    // An account that opens nothing here.
    issuer.inside.account.lock().expect("the account")["groups"] = json!(["/others"]);
    let mut browser = Browser::default();
    let back = browser.go(&server, "/connexion/compte").await;
    refused(&mut browser, &back, 403).await;
}
