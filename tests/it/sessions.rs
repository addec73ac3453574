//! Browser sessions: a sealed cookie that a key opens, and that ends with it.

use std::time::{Duration, Instant};

use geonantes::members::session::Sessions;

use crate::support::{Answer, Database, Server, post};

/// What a browser says of a form on a page of ours.
const OWN: (&str, &str) = ("sec-fetch-site", "same-origin");

/// A page that says who reads it.
const PAGE: &str = "/conformance?f=html";

async fn server() -> Server {
    let server = Server::start().await;
    server.database.adhere(&["44109"], "outils").await;
    server.database.adhere(&["44018"], "portail").await;
    server.refresh().await;
    server
}

async fn sign_in(server: &Server, key: &str, to: &str) -> Answer {
    let fields = [("cle", key), ("vers", to)];
    post(&server.url("/connexion"), &[OWN], &fields).await
}

/// The cookie that an answer has the browser keep: `name=value`.
fn cookie(answer: &Answer) -> String {
    let kept = answer.header("set-cookie");
    kept.split(';').next().unwrap_or("").to_owned()
}

async fn is_known(server: &Server, cookie: &str) -> bool {
    let answer = server.get_with(PAGE, &[("cookie", cookie)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text().contains("Se déconnecter")
}

#[tokio::test]
async fn a_key_opens_a_session_and_pages_say_who_reads() {
    let server = server().await;
    let key = server.key("member", "44109").await;
    let page = server.get_with("/connexion?vers=/carte", &[]).await;
    assert_eq!(page.status, 200);
    let text = page.text();
    assert!(
        text.contains("type=\"password\"") && text.contains("value=\"/carte\""),
        "{text}"
    );
    assert!(!text.contains("Avec votre compte"), "no issuer is set up");

    let answer = sign_in(&server, &format!(" {key}\n"), "/carte").await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, "/carte"),
        "{}",
        answer.text()
    );
    let kept = answer.header("set-cookie").to_owned();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=28800"] {
        assert!(kept.contains(attribute), "{kept}");
    }
    assert!(!kept.contains("Secure"), "plain http: {kept}");
    assert!(!kept.contains(&key[12..]) && answer.body.is_empty());

    let cookie = cookie(&answer);
    let page = server.get_with(PAGE, &[("cookie", &cookie)]).await;
    let text = page.text();
    assert!(
        text.contains("<strong>tests</strong>") && text.contains("Se déconnecter"),
        "{text}"
    );
    let anonymous = server.get(PAGE).await;
    assert!(anonymous.text().contains("Se connecter"));
    assert_ne!(page.header("etag"), anonymous.header("etag"));
    // A cookie never makes an answer readable to another site.
    assert_eq!(page.header("access-control-allow-credentials"), "");
    assert_eq!(page.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn over_https_the_cookie_is_secure_and_of_this_host_alone() {
    let database = Database::clone_template().await;
    database.adhere(&["44109"], "outils").await;
    let server = Server::configured(database, |file| {
        file.public_url = Some("https://geo.example.fr/portail/".to_owned());
    })
    .await;
    let key = server.key("member", "44109").await;
    let answer = sign_in(&server, &key, "/collections").await;
    assert_eq!(answer.header("location"), "/portail/collections");
    let kept = answer.header("set-cookie");
    assert!(
        kept.starts_with("__Host-geonantes=") && kept.contains("; Secure"),
        "{kept}"
    );
}

/// Level `portail` signs in to the portal, and its key opens nothing else.
#[tokio::test]
async fn the_first_level_signs_in() {
    let server = server().await;
    let key = server.key("member", "44018").await;
    let direct = server.get_with(PAGE, &[("x-api-key", &key)]).await;
    assert_eq!(direct.status, 403);
    let answer = sign_in(&server, &key, "/").await;
    assert_eq!(answer.status, 303);
    assert!(is_known(&server, &cookie(&answer)).await);
}

#[tokio::test]
async fn a_key_that_is_not_accepted_is_told_so_on_the_page() {
    let server = server().await;
    let elsewhere = server.key("member", "44190").await;
    let unknown = server.key("member", "44109").await;
    server
        .database
        .execute("DELETE FROM key WHERE communes = '{44109}'")
        .await;
    server.refresh().await;
    for (key, words) in [
        ("", "n’est pas une clé"),
        ("gn_abc", "n’est pas une clé"),
        (&*unknown, "n’est pas connue"),
        (&*elsewhere, "adhère"),
    ] {
        let answer = sign_in(&server, key, "/carte").await;
        assert_eq!(answer.status, 403, "{key}");
        assert_eq!(answer.header("set-cookie"), "");
        // A browser would open a window of its own.
        assert_eq!(answer.header("www-authenticate"), "");
        let text = answer.text();
        assert!(text.contains(words), "{key}: {text}");
        assert!(text.contains("value=\"/carte\""), "the way is kept");
        assert!(
            key.is_empty() || !text.contains(key),
            "the key is not repeated"
        );
    }
}

#[tokio::test]
async fn a_cookie_that_is_not_ours_is_as_good_as_none() {
    let server = server().await;
    let key = server.key("member", "44109").await;
    let cookie = cookie(&sign_in(&server, &key, "/").await);
    assert!(is_known(&server, &cookie).await);
    let middle = cookie.len() / 2;
    let changed = if &cookie[middle..=middle] == "A" {
        "B"
    } else {
        "A"
    };
    let tampered = format!("{}{changed}{}", &cookie[..middle], &cookie[middle + 1..]);
    let (_, value) = cookie.split_once('=').expect("a value");
    let others = [
        tampered,
        format!("geonantes-connexion={value}"),
        "geonantes=".to_owned(),
        "geonantes=x; geonantes".to_owned(),
    ];
    for other in others {
        assert!(!is_known(&server, &other).await, "{other}");
    }
    // One that somebody planted before ours does not hide it.
    assert!(is_known(&server, &format!("geonantes=planted; {cookie}")).await);
    end_all(&server).await;
    assert!(
        !is_known(&server, &cookie).await,
        "the secrets were replaced"
    );
}

async fn end_all(server: &Server) {
    let ended = server.database.run(&["sessions", "end"]).await;
    assert!(ended.status.success(), "{ended:?}");
    server.refresh().await;
}

/// A copy of the cookie is worth nothing either, here and on another instance.
#[tokio::test]
async fn signing_out_ends_the_session_everywhere() {
    let server = server().await;
    let key = server.key("member", "44109").await;
    let cookie = cookie(&sign_in(&server, &key, "/").await);
    let elsewhere = Sessions::default();
    let store = &server.database.store;
    let opens = async || {
        elsewhere.refresh(store).await.expect("the secrets");
        let (name, value) = cookie.split_once('=').expect("a value");
        let values = [value.to_owned()];
        elsewhere.open(name, &values, chrono::Utc::now()).is_some()
    };
    assert!(opens().await);
    let link = server
        .get_with("/deconnexion", &[("cookie", &cookie)])
        .await;
    assert_eq!((link.status, link.header("location")), (303, "/connexion"));
    assert!(is_known(&server, &cookie).await, "a link ends nothing");
    let out = post(
        &server.url("/deconnexion"),
        &[OWN, ("cookie", &cookie)],
        &[],
    )
    .await;
    assert_eq!(out.status, 200);
    let kept = out.header("set-cookie");
    assert!(
        kept.starts_with("geonantes=;") && kept.contains("Max-Age=0"),
        "{kept}"
    );
    assert!(!is_known(&server, &cookie).await);
    assert!(!opens().await, "another instance still opens it");
}

#[tokio::test]
async fn a_key_that_is_revoked_ends_its_sessions_within_a_second() {
    let server = server().await;
    server.keep_keys();
    let key = server.key("member", "44109").await;
    let cookie = cookie(&sign_in(&server, &key, "/").await);
    assert!(is_known(&server, &cookie).await);
    let revoked = Instant::now();
    server
        .database
        .execute("UPDATE key SET revoked = now()")
        .await;
    while is_known(&server, &cookie).await {
        assert!(
            revoked.elapsed() < Duration::from_secs(2),
            "still signed in"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_another_site_sends_is_refused() {
    let server = server().await;
    let key = server.key("member", "44109").await;
    let host = server.address.to_string();
    let foreign: [&[(&str, &str)]; 5] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[
            ("sec-fetch-site", "same-site"),
            ("origin", "http://a.example"),
        ],
        &[("origin", "https://mal.example")],
        &[("origin", "null")],
    ];
    let own = format!("http://{host}");
    let plain = post(
        &server.url("/connexion"),
        &[("origin", &own)],
        &[("cle", &key)],
    )
    .await;
    assert_eq!(plain.status, 303, "a browser without Sec-Fetch-Site");
    let cookie = cookie(&plain);
    for headers in foreign {
        let entering = post(&server.url("/connexion"), headers, &[("cle", &key)]).await;
        assert_eq!(entering.status, 403, "{headers:?}");
        assert_eq!(entering.header("set-cookie"), "");
        let mut with = headers.to_vec();
        with.push(("cookie", &cookie));
        let leaving = post(&server.url("/deconnexion"), &with, &[]).await;
        assert_eq!(leaving.status, 403, "{headers:?}");
        assert!(is_known(&server, &cookie).await);
        // Whatever the path, and before anything is done.
        for method in ["POST", "PUT", "DELETE"] {
            let answer = server
                .send(method, "/collections/communes/items", &with)
                .await;
            assert_eq!(answer.status, 403, "{method} {headers:?}");
            with.push(("x-api-key", &key));
            let answer = server
                .send(method, "/collections/communes/items", &with)
                .await;
            assert_eq!(
                answer.status, 405,
                "a key in a header is no browser's doing"
            );
            with.pop();
        }
    }
}

#[tokio::test]
async fn nobody_is_led_to_another_host() {
    let server = server().await;
    let key = server.key("member", "44109").await;
    for to in [
        "https://mal.example/",
        "//mal.example",
        "/\\mal.example",
        "javascript:alert(1)",
        "/a\r\nx: y",
    ] {
        let answer = sign_in(&server, &key, to).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, "/"),
            "{to}"
        );
    }
}

/// The closed page of a browser leads to the door and back again.
#[tokio::test]
async fn a_closed_page_leads_to_the_door_and_back() {
    let server = server().await;
    let closed = "/collections/sites-archives?f=html";
    let answer = server.get(closed).await;
    assert!(answer.header("www-authenticate").starts_with("Basic"));
    // In a browser that would open a window over the page.
    for browsing in [("sec-fetch-mode", "navigate"), OWN] {
        let answer = server.get_with(closed, &[browsing]).await;
        assert_eq!(answer.status, 401);
        assert_eq!(
            answer.header("www-authenticate"),
            "Bearer realm=\"Geonantes\""
        );
    }
    let way = "/connexion?vers=%2Fcollections%2Fsites%2Darchives%3Ff%3Dhtml";
    assert!(answer.text().contains(way), "{}", answer.text());
    let key = server.key("member", "44109").await;
    let entered = sign_in(&server, &key, closed).await;
    assert_eq!(entered.header("location"), closed);
    let page = server
        .get_with(closed, &[("cookie", &cookie(&entered))])
        .await;
    assert_eq!(page.status, 200);
    assert!(page.header("cache-control").starts_with("private"));
    let text = page.text();
    assert!(
        text.contains("<strong>tests</strong> <span>Nantes</span>"),
        "{text}"
    );
}

#[tokio::test]
async fn tries_to_sign_in_are_limited() {
    let server = server().await;
    let mut last = None;
    for _ in 0..25 {
        last = Some(sign_in(&server, "gn_guess", "/").await);
    }
    let last = last.expect("a try");
    assert_eq!(last.status, 429);
    assert!(last.text().contains("Patientez"), "{}", last.text());
    assert_eq!(last.header("retry-after"), "1");
}
