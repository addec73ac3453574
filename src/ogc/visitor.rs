//! Who reads a page, for its head.

use axum::http::{HeaderMap, Uri};

use super::page::wants_page;
use crate::access::{self, writing};
use crate::app::App;
use crate::encode::html::{Known, Reader};
use crate::model::{Caller, Reach, Through};

/// Who reads a page, and which.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    caller: Caller,
    place: String,
    here: String,
}

impl Visitor {
    /// Of a request, should its answer be a page.
    pub async fn of(app: &App, caller: &Caller, uri: &Uri, headers: &HeaderMap) -> Self {
        if wants_page(uri, headers) {
            Self::new(app, caller, uri).await
        } else {
            Self::default()
        }
    }

    /// Of a page at that address.
    pub async fn new(app: &App, caller: &Caller, uri: &Uri) -> Self {
        let held = caller.credential();
        Self {
            place: match held {
                Some(held) => place(app, &held.reach).await,
                None => String::new(),
            },
            here: here(uri),
            caller: caller.clone(),
        }
    }

    /// As the head of a page says it.
    pub fn reader(&self) -> Reader<'_> {
        match self.caller.credential() {
            Some(held) => Reader::Known(Known {
                name: &held.label,
                place: &self.place,
                session: held.through == Through::Session,
                contributes: writing::contributor(&self.caller).is_ok(),
                instructs: access::instructor(&self.caller).is_ok(),
            }),
            None => Reader::Unknown(&self.here),
        }
    }
}

/// For which communes, in a word: the name of one, which is its code while the database is away.
async fn place(app: &App, reach: &Reach) -> String {
    let codes = match reach {
        Reach::Territory => return app.territory.title.clone(),
        Reach::Communes(codes) => codes,
    };
    let [code] = &codes[..] else {
        return format!("{} communes", codes.len());
    };
    let communes = app.communes().await.unwrap_or_default();
    let found = communes.get(code.as_str());
    found.map_or_else(|| code.to_string(), |commune| commune.name.clone())
}

/// The address to come back to; a key that stands in it goes no further.
fn here(uri: &Uri) -> String {
    let query = uri.query().unwrap_or("");
    let mut names = url::form_urlencoded::parse(query.as_bytes());
    if query.is_empty() || names.any(|(name, _)| name == "key") {
        uri.path().to_owned()
    } else {
        format!("{}?{query}", uri.path())
    }
}

#[cfg(test)]
mod tests {
    use super::here;

    #[test]
    fn a_key_goes_no_further() {
        let at = |text: &str| here(&text.parse().expect("an address"));
        assert_eq!(at("/a?f=html&nom=x"), "/a?f=html&nom=x");
        assert_eq!(at("/a?f=html&key=gn_x"), "/a");
        assert_eq!(at("/a?k%65y=gn_x"), "/a");
    }
}
