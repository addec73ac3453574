//! Single sign-on: the issuer of the metropolis's accounts, and what its claims mean here.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::ConfigError;
use crate::model::{Reach, Role};

/// Environment variable that holds the client's secret.
const SECRET: &str = "GEONANTES_SSO_CLIENT_SECRET";

/// An OpenID Connect issuer, and what its claims mean here.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sso {
    /// Address of the issuer, as its tokens write it.
    pub issuer: String,
    /// Name of this service at the issuer.
    pub client_id: String,
    /// File that holds the client's secret; `GEONANTES_SSO_CLIENT_SECRET` comes before it.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
    /// The secret that was found; none for a public client, which PKCE alone protects.
    #[serde(skip)]
    pub client_secret: Option<Secret>,
    /// Audiences accepted in bearer tokens; the client's own name when empty.
    #[serde(default)]
    pub audience: Vec<String>,
    /// Scopes asked for in a browser; `openid` is always among them.
    #[serde(default = "scopes")]
    pub scopes: Vec<String>,
    /// What the button says after «Se connecter avec».
    #[serde(default = "account")]
    pub account: String,
    /// Where the issuer writes what is needed.
    #[serde(default)]
    pub claims: Claims,
    /// What a value of the communes' claim means, beside the INSEE codes, which stand for
    /// themselves: a commune, several, or the territory.
    #[serde(default)]
    pub communes: BTreeMap<String, Scope>,
    /// What a value of the roles' claim allows.
    #[serde(default)]
    pub roles: BTreeMap<String, Vec<Role>>,
}

/// Names of claims; dots lead into objects (`realm_access.roles`).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Claims {
    /// Who the person is, for pages.
    pub name: String,
    /// For which communes the person stands: a text or a list of texts.
    pub communes: String,
    /// What the person does: a text or a list of texts.
    pub roles: String,
}

impl Default for Claims {
    fn default() -> Self {
        Self {
            name: "name".to_owned(),
            communes: "communes".to_owned(),
            roles: "roles".to_owned(),
        }
    }
}

fn scopes() -> Vec<String> {
    vec!["openid".to_owned(), "profile".to_owned()]
}

fn account() -> String {
    "le compte de la collectivité".to_owned()
}

/// Communes, as keys write them: `44018`, `44018,44020` or `territoire`.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Scope(pub Reach);

impl TryFrom<String> for Scope {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

/// A secret, which never shows.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The secret itself, for whom it authenticates us to.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Sso {
    /// Checks what was written, and fetches the secret.
    ///
    /// # Errors
    /// When the issuer's address cannot be trusted, or the secret's file cannot be read.
    pub(super) fn complete(&mut self) -> Result<(), ConfigError> {
        trusted(&self.issuer).map_err(|reason| ConfigError::Setting {
            name: "sso.issuer",
            reason,
        })?;
        if self.roles.is_empty() {
            return Err(ConfigError::Setting {
                name: "sso.roles",
                reason: "without a role nobody could sign in; write what the values of the roles' \
                         claim allow, for instance \"agents\" = [\"member\"]"
                    .to_owned(),
            });
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            self.scopes.insert(0, "openid".to_owned());
        }
        if self.audience.is_empty() {
            self.audience.push(self.client_id.clone());
        }
        self.client_secret = match (super::variable(SECRET), &self.client_secret_file) {
            (Some(secret), _) => Some(Secret(secret)),
            (None, Some(path)) => Some(Secret(read(path)?)),
            (None, None) => None,
        };
        Ok(())
    }
}

/// Whether what an address answers can be believed: `https`, or this very machine.
///
/// # Errors
/// What is wrong with it, and what to write.
pub fn trusted(address: &str) -> Result<(), String> {
    let url = url::Url::parse(address).map_err(|error| {
        format!("« {address} » is no address ({error}); write https://host/path")
    })?;
    let local = match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    if url.scheme() == "https" || (url.scheme() == "http" && local) {
        Ok(())
    } else {
        Err(format!(
            "« {address} » is not https: anybody on the way could answer in its place"
        ))
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|cause| ConfigError::Read {
        path: path.to_owned(),
        cause,
    })?;
    Ok(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Sso, trusted};
    use crate::model::{Reach, Role};

    #[test]
    fn a_whole_section_is_read() {
        let sso: Sso = toml::from_str(
            r#"
            issuer = "https://comptes.example.fr/realms/metropole"
            client_id = "geonantes"
            [claims]
            roles = "realm_access.roles"
            [communes]
            "214400186" = "44018"
            "/pole-sud-ouest" = "44018,44020"
            "/metropole" = "territoire"
            [roles]
            "/instructeurs" = ["member", "instructor"]
            "#,
        )
        .expect("a section");
        assert_eq!(sso.communes["/metropole"].0, Reach::Territory);
        assert_eq!(sso.communes["/pole-sud-ouest"].0.to_string(), "44018,44020");
        assert_eq!(sso.roles["/instructeurs"], [Role::Member, Role::Instructor]);
        assert_eq!(sso.claims.communes, "communes");
    }

    /// What administrators copy from the guide is understood.
    #[test]
    fn the_guide_is_right() {
        let guide = include_str!("../../docs/operations.md");
        let example = guide
            .split("```")
            .filter_map(|block| block.strip_prefix("toml\n"))
            .find(|block| block.starts_with("[sso]"))
            .expect("an example");
        let file: crate::config::FileConfig = toml::from_str(example).expect("it is valid");
        let sso = file.sso.expect("the section");
        assert_eq!(sso.communes["214400186"].0.to_string(), "44018");
        assert_eq!(sso.roles.len(), 3);
    }

    #[test]
    fn mistakes_are_named() {
        let wrong = |more: &str| {
            let text = format!("issuer = \"https://a.fr\"\nclient_id = \"g\"\n{more}");
            toml::from_str::<Sso>(&text)
                .expect_err("refused")
                .to_string()
        };
        assert!(wrong("[roles]\nx = [\"king\"]").contains("king"));
        assert!(wrong("[communes]\nx = \"nowhere\"").contains("nowhere"));
        assert!(wrong("isuer = \"\"").contains("isuer"));
    }

    #[test]
    fn only_an_address_that_cannot_be_impersonated_is_trusted() {
        for good in [
            "https://a.fr/x",
            "http://127.0.0.1:8081",
            "http://[::1]/",
            "http://localhost:1",
        ] {
            assert_eq!(trusted(good), Ok(()), "{good}");
        }
        for bad in [
            "http://a.fr",
            "ftp://127.0.0.1",
            "a.fr",
            "",
            "http://127.0.0.1.a.fr/",
        ] {
            assert!(trusted(bad).is_err(), "{bad}");
        }
    }
}
