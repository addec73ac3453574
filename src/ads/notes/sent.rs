//! What a form or a program sends of a note.

use axum::http::{HeaderMap, header};
use serde::Deserialize;

use crate::model::{Problem, shown};

/// Characters of a text, and of a zone's or an article's name.
const MOST: usize = 4000;
const MOST_NAME: usize = 60;

/// The fields of a note; those that are empty are absent.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Sent {
    pub revision: Option<i32>,
    pub zone: Option<String>,
    pub article: Option<String>,
    pub texte: Option<String>,
}

impl Sent {
    /// Reads a form, or an object of JSON.
    ///
    /// # Errors
    /// 400 with what is wrong.
    pub fn read(headers: &HeaderMap, body: &str) -> Result<Self, Problem> {
        let kind = headers.get(header::CONTENT_TYPE);
        let is_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
        let mut sent = if is_json {
            serde_json::from_str(body)
                .map_err(|error| Problem::bad(format!("le corps n’est pas une note : {error}")))?
        } else {
            Self::form(body)?
        };
        for (name, value, most) in [
            ("zone", &mut sent.zone, MOST_NAME),
            ("article", &mut sent.article, MOST_NAME),
            ("texte", &mut sent.texte, MOST),
        ] {
            *value = value.take().and_then(|text| clean(&text));
            if value
                .as_ref()
                .is_some_and(|text| text.chars().count() > most)
            {
                return Err(Problem::bad(format!("{name} a plus de {most} caractères")));
            }
        }
        Ok(sent)
    }

    fn form(body: &str) -> Result<Self, Problem> {
        let mut sent = Self::default();
        for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
            let value = value.into_owned();
            match &*name {
                "revision" => {
                    let number = value.parse();
                    sent.revision =
                        Some(number.map_err(|_| Problem::bad("revision est un nombre"))?);
                }
                "zone" => sent.zone = Some(value),
                "article" => sent.article = Some(value),
                "texte" => sent.texte = Some(value),
                other => {
                    return Err(Problem::bad(format!(
                        "« {} » n’est pas d’une note : zone, article, texte, revision",
                        shown(other)
                    )));
                }
            }
        }
        Ok(sent)
    }
}

/// A text without what browsers and copies add: ends of lines of one kind, no control characters.
fn clean(text: &str) -> Option<String> {
    let plain = text.replace("\r\n", "\n");
    let kept: String = plain
        .chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .collect();
    let trimmed = kept.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}
