//! The sign-in page, and the one that says goodbye.

use askama::Template as _;

use super::{Html, Page, Section, Site};

/// What the sign-in page has to say of the last try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What happened and what to do, in French.
    pub text: String,
    /// The detail that programs get, in English.
    pub detail: Option<String>,
}

/// What the sign-in page offers.
#[derive(Debug, Clone, Copy)]
pub struct SignIn<'a> {
    /// Where to go then: a path of this service with its query.
    pub to: &'a str,
    /// What the other account is called, when there is an issuer.
    pub account: Option<&'a str>,
    /// What to say first.
    pub notice: Option<&'a Notice>,
}

#[derive(askama::Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    page: Page<'a>,
    to: &'a str,
    account: Option<Account<'a>>,
    notice: Option<&'a Notice>,
}

struct Account<'a> {
    name: &'a str,
    path: String,
}

/// Sign in with a key, or through the issuer of the accounts.
pub fn sign_in(site: Site<'_>, offer: SignIn<'_>) -> Html {
    let page = Page::new(site, "Connexion", Section::SignIn);
    let account = offer.account.map(|name| Account {
        name,
        path: page
            .sign_in(offer.to)
            .replacen("/connexion", "/connexion/compte", 1),
    });
    SignInPage {
        to: offer.to,
        account,
        notice: offer.notice,
        page,
    }
    .render()
}

#[derive(askama::Template)]
#[template(path = "farewell.html")]
struct Farewell<'a> {
    page: Page<'a>,
    issuer: Option<&'a str>,
    account: &'a str,
}

/// The session is over; where the issuer's own ends, when there is one.
pub fn farewell(site: Site<'_>, account: &str, issuer: Option<&str>) -> Html {
    Farewell {
        page: Page::new(site, "Déconnexion", Section::SignIn),
        issuer,
        account,
    }
    .render()
}
