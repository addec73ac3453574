//! Query parameters, read strictly: each once, in UTF-8, and every one known.

use super::Problem;

/// Most bytes of a query, and most parameters in it.
const MOST_BYTES: usize = 8 * 1024;
const MOST_PARAMETERS: usize = 64;

/// The parameters of one request. Each is taken out once; what is left over is unknown.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Parses a raw query.
    ///
    /// # Errors
    /// 400 when it is too long, not UTF-8, holds a control character or a parameter twice.
    pub fn parse(query: Option<&str>) -> Result<Self, Problem> {
        let query = query.unwrap_or("");
        if query.len() > MOST_BYTES {
            return Err(Problem::bad(format!(
                "the query is longer than {MOST_BYTES} bytes"
            )));
        }
        Self::parse_body(query)
    }

    /// Parses a form that was posted, of any length: its bytes are bounded where it is received.
    ///
    /// # Errors
    /// 400 when it is not UTF-8, holds a control character or a parameter twice.
    pub fn parse_body(form: &str) -> Result<Self, Problem> {
        let pairs = form.split('&').filter(|pair| !pair.is_empty());
        let decoded: Result<Vec<_>, Problem> = pairs
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                Ok((decode(name)?, decode(value)?))
            })
            .collect();
        Self::of(decoded?)
    }

    /// Parameters that came otherwise.
    ///
    /// # Errors
    /// 400 when one stands twice, or when there are too many.
    pub fn of(pairs: Vec<(String, String)>) -> Result<Self, Problem> {
        if pairs.len() > MOST_PARAMETERS {
            return Err(Problem::bad(format!(
                "more than {MOST_PARAMETERS} parameters"
            )));
        }
        for (place, (name, _)) in pairs.iter().enumerate() {
            if pairs[..place].iter().any(|(other, _)| other == name) {
                return Err(Problem::bad(format!(
                    "parameter « {} » stands twice",
                    shown(name)
                )));
            }
        }
        Ok(Self(pairs))
    }

    /// Takes a parameter out; an empty value counts as given.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let place = self.0.iter().position(|(other, _)| other == name)?;
        Some(self.0.remove(place).1)
    }

    /// What has not been taken.
    pub fn rest(&self) -> &[(String, String)] {
        &self.0
    }

    /// Refuses what has not been taken.
    ///
    /// # Errors
    /// 400 with the first unknown parameter's name.
    pub fn finish(self, known: &str) -> Result<(), Problem> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(Problem::bad(format!(
                "parameter « {} » is not known here; {known}",
                shown(name)
            ))),
        }
    }
}

fn decode(text: &str) -> Result<String, Problem> {
    let spaced = text.replace('+', " ");
    let decoded = percent_encoding::percent_decode_str(&spaced)
        .decode_utf8()
        .map_err(|_| Problem::bad("the query is not UTF-8"))?;
    if decoded.chars().any(char::is_control) {
        return Err(Problem::bad("the query holds a control character"));
    }
    Ok(decoded.into_owned())
}

/// User's text, to repeat to them: plain words and numbers alone, so that an answer never carries
/// somebody's markup, statement or path.
pub fn shown(text: &str) -> String {
    shown_if(text, is_plain)
}

/// As [`shown`], with the spaces between words: what people typed in a box, and look for.
pub fn shown_words(text: &str) -> String {
    shown_if(text, |c| c == ' ' || is_plain(c))
}

fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | ',' | ':' | '_' | '-' | '+')
}

fn shown_if(text: &str, is_shown: impl Fn(char) -> bool) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST && text.chars().all(is_shown) {
        text.to_owned()
    } else {
        "…".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_each_parameter_once() {
        let mut params = Params::parse(Some("bbox=1%2C2&f=json&nom=Rez%C3%A9+sud")).expect("valid");
        assert_eq!(params.take("nom").as_deref(), Some("Rezé sud"));
        assert_eq!(params.take("bbox").as_deref(), Some("1,2"));
        assert_eq!(params.take("bbox"), None);
        assert!(params.finish("").is_err());
    }

    #[test]
    fn refuses_doubles_control_characters_and_broken_utf8() {
        for query in ["a=1&a=2", "a=%00", "a=%ff", "a=%0d%0a"] {
            assert!(Params::parse(Some(query)).is_err(), "{query}");
        }
    }
}
