//! What the issuer's claims mean here: who the person is, for which communes, in which roles.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::config::Sso;
use crate::members::{Keyring, Refusal};
use crate::model::{Caller, Credential, Insee, Problem, Reach, Role, Roles, Through, shown};

/// A person or program that the issuer vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its name for pages and logs.
    pub label: String,
    /// What it does.
    pub roles: Roles,
    /// For which communes, before adhesions are looked at.
    pub reach: Reach,
    /// End of what vouches for it, in seconds of Unix time.
    pub until: i64,
}

impl Identity {
    /// What it is worth today: its communes' adhesions decide, as they do for keys.
    ///
    /// # Errors
    /// When none of its communes adheres, or adhesions have not been read for too long.
    pub fn caller(&self, keyring: &Keyring, through: Through) -> Result<Caller, Refusal> {
        let (standing, stale) = keyring.standing(&self.reach)?;
        Ok(Caller::with(Credential {
            key: None,
            label: self.label.clone(),
            roles: self.roles,
            reach: standing.reach,
            level: standing.level,
            through,
            quota: None,
            stale,
        }))
    }
}

/// Longest name kept, in characters: it is in a cookie and in the head of every page.
const LONGEST_NAME: usize = 80;

/// The identity that verified claims describe.
///
/// # Errors
/// 403 with the name of the claim that is missing, or that says nothing known here.
pub fn identity(sso: &Sso, claims: &Json) -> Result<Identity, Problem> {
    let until = claims.get("exp").and_then(seconds).unwrap_or(0);
    Ok(Identity {
        label: label(sso, claims),
        roles: roles(sso, claims)?,
        reach: reach(sso, claims)?,
        until,
    })
}

/// Unix time, which some issuers write with a fraction.
fn seconds(value: &Json) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_f64().map(|seconds| seconds as i64))
}

fn label(sso: &Sso, claims: &Json) -> String {
    let names = [&*sso.claims.name, "preferred_username", "email", "sub"];
    let found = names
        .into_iter()
        .filter_map(|name| find(claims, name)?.as_str())
        .map(str::trim)
        .find(|text| !text.is_empty());
    let plain = found.unwrap_or("?").chars().filter(|c| !c.is_control());
    plain.take(LONGEST_NAME).collect()
}

fn roles(sso: &Sso, claims: &Json) -> Result<Roles, Problem> {
    let name = &sso.claims.roles;
    let values = values(claims, name)?;
    let known: BTreeSet<Role> = values
        .iter()
        .filter_map(|value| sso.roles.get(*value))
        .flatten()
        .copied()
        .collect();
    if known.is_empty() {
        return Err(unknown(name, &values, "role", "[sso.roles]"));
    }
    Ok(known.into_iter().collect())
}

fn reach(sso: &Sso, claims: &Json) -> Result<Reach, Problem> {
    let name = &sso.claims.communes;
    let values = values(claims, name)?;
    let mut communes: BTreeSet<Insee> = BTreeSet::new();
    for value in &values {
        match sso.communes.get(*value).map(|scope| &scope.0) {
            Some(Reach::Territory) => return Ok(Reach::Territory),
            Some(Reach::Communes(codes)) => communes.extend(codes.iter().cloned()),
            None => communes.extend(value.parse::<Insee>().ok()),
        }
    }
    if communes.is_empty() {
        return Err(unknown(name, &values, "commune", "[sso.communes]"));
    }
    Ok(Reach::Communes(Arc::from_iter(communes)))
}

fn unknown(claim: &str, values: &[&str], what: &str, section: &str) -> Problem {
    let held: Vec<String> = values.iter().take(5).map(|value| shown(value)).collect();
    let held = held.join(", ");
    Problem::Forbidden(format!(
        "the claim « {claim} » of this account names no {what} known here (it holds: {held}); the \
         administrator writes what its values mean in {section}"
    ))
}

/// The texts of a claim: one text or a list of them.
fn values<'a>(claims: &'a Json, name: &str) -> Result<Vec<&'a str>, Problem> {
    let texts: Vec<&str> = match find(claims, name) {
        Some(Json::String(text)) => vec![text],
        Some(Json::Array(list)) => list.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    };
    if texts.is_empty() {
        return Err(Problem::Forbidden(format!(
            "this account has no claim « {name} », or an empty one: the issuer has to be told to \
             write it into tokens for this service"
        )));
    }
    Ok(texts)
}

/// The claim of that name, else the one that its dots lead to: some issuers write addresses as
/// names (`https://example.fr/roles`), others nest (`realm_access.roles`).
fn find<'a>(claims: &'a Json, name: &str) -> Option<&'a Json> {
    claims.get(name).or_else(|| {
        name.split('.')
            .try_fold(claims, |inside, step| inside.get(step))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::identity;
    use crate::config::Sso;
    use crate::model::{Problem, Reach, Role};

    fn sso() -> Sso {
        toml::from_str(
            r#"
            issuer = "https://a.fr"
            client_id = "geonantes"
            claims.roles = "realm_access.roles"
            [communes]
            "214400186" = "44018"
            "/sud-ouest" = "44020,44024"
            "/metropole" = "territoire"
            [roles]
            agents = ["member"]
            ads = ["instructor"]
            "#,
        )
        .expect("a section")
    }

    fn forbidden(claims: serde_json::Value) -> String {
        match identity(&sso(), &claims) {
            Err(Problem::Forbidden(detail)) => detail,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn codes_sirens_and_groups_add_up() {
        let claims = json!({
            "exp": 100, "name": "  Anne Le Goff\n", "communes": ["44109", "214400186", "/sud-ouest", "x"],
            "realm_access": {"roles": ["ads", "agents", "offline_access"]},
        });
        let who = identity(&sso(), &claims).expect("an identity");
        assert_eq!(who.label, "Anne Le Goff");
        assert_eq!(who.reach.to_string(), "44018,44020,44024,44109");
        assert!(who.roles.has(Role::Instructor) && who.roles.has(Role::Member));
        assert_eq!(who.roles.iter().count(), 2);
        assert_eq!(who.until, 100);
    }

    #[test]
    fn the_territory_holds_everything_else() {
        let claims = json!({"sub": "u1", "communes": ["44018", "/metropole"], "realm_access": {"roles": "agents"}});
        let who = identity(&sso(), &claims).expect("an identity");
        assert_eq!((who.label.as_str(), who.reach), ("u1", Reach::Territory));
    }

    #[test]
    fn what_is_missing_is_named() {
        let roles = json!({"roles": ["agents"]});
        let detail = forbidden(json!({"realm_access": roles}));
        assert!(
            detail.contains("« communes »") && detail.contains("no claim"),
            "{detail}"
        );
        let detail = forbidden(json!({"communes": "Nantes", "realm_access": roles}));
        assert!(
            detail.contains("« communes »") && detail.contains("Nantes"),
            "{detail}"
        );
        let detail = forbidden(json!({"communes": "44109"}));
        assert!(detail.contains("« realm_access.roles »"), "{detail}");
        // A role's own name opens nothing: only what the administrator wrote does.
        let detail =
            forbidden(json!({"communes": "44109", "realm_access": {"roles": ["administrator"]}}));
        assert!(
            detail.contains("administrator") && detail.contains("[sso.roles]"),
            "{detail}"
        );
    }
}
