//! The issuer's public keys, and the signatures that they make good.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde_json::Value as Json;

/// Seconds by which clocks may disagree.
pub const LEEWAY_S: u64 = 60;

/// A public key and the one algorithm that it is used with: the token's header never chooses, so
/// that neither `none` nor an HMAC keyed with public bytes can pass.
struct PublicKey {
    id: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

/// The keys that the issuer signs with.
pub struct Keys(Vec<PublicKey>);

/// Why a token is not believed.
#[derive(Debug, PartialEq, Eq)]
pub enum Unsigned {
    /// No key of that name: the issuer may have a new one.
    UnknownKey,
    /// What is wrong with it, for who sent it.
    Wrong(&'static str),
}

impl Keys {
    /// The keys of a JWK set (RFC 7517) that make signatures which are accepted here: RS256,
    /// ES256 and EdDSA. The others are left aside, whatever they are.
    pub fn read(set: &Json) -> Self {
        let keys = set["keys"].as_array().map_or(&[][..], Vec::as_slice);
        let usable = |key: &Json| public(serde_json::from_value(key.clone()).ok()?);
        Self(keys.iter().filter_map(usable).collect())
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The claims of a token that one of the keys signed, for one of the audiences, in force now.
    ///
    /// # Errors
    /// When no key has the token's `kid`, or the token is not one of ours.
    pub fn verify(&self, token: &str, issuer: &str, audience: &[String]) -> Result<Json, Unsigned> {
        let header = jsonwebtoken::decode_header(token)
            .map_err(|_| Unsigned::Wrong("it is no signed token, or its algorithm is refused"))?;
        if !is_for_reading(&header) {
            return Err(Unsigned::Wrong(
                "its type is not that of an access or ID token",
            ));
        }
        let fitting: Vec<&PublicKey> = self
            .0
            .iter()
            .filter(|key| header.kid.is_none() || key.id == header.kid)
            .collect();
        if fitting.is_empty() {
            return Err(Unsigned::UnknownKey);
        }
        let mut reason = Unsigned::Wrong("its algorithm is not that of the issuer's key");
        for key in fitting
            .into_iter()
            .filter(|key| key.algorithm == header.alg)
        {
            let validation = validation(key.algorithm, issuer, audience);
            match jsonwebtoken::decode::<Json>(token, &key.key, &validation) {
                Ok(token) => return believable(token.claims, issuer),
                Err(error) => reason = Unsigned::Wrong(why(error.kind())),
            }
        }
        Err(reason)
    }
}

fn public(jwk: Jwk) -> Option<PublicKey> {
    let (algorithm, named) = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
        }
        _ => return None,
    };
    let common = &jwk.common;
    let signs = common
        .public_key_use
        .as_ref()
        .is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
    let agrees = common.key_algorithm.is_none_or(|name| name == named);
    (signs && agrees).then_some(())?;
    Some(PublicKey {
        id: common.key_id.clone(),
        algorithm,
        key: DecodingKey::from_jwk(&jwk).ok()?,
    })
}

/// Access tokens (RFC 9068) and ID tokens; not what the issuer signs for other purposes, such as
/// the notices that a session has ended.
fn is_for_reading(header: &Header) -> bool {
    header.typ.as_deref().is_none_or(|kind| {
        let kind = kind.to_ascii_lowercase();
        matches!(kind.as_str(), "jwt" | "at+jwt" | "application/at+jwt")
    })
}

fn validation(algorithm: Algorithm, issuer: &str, audience: &[String]) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation.set_issuer(&[issuer]);
    validation.set_audience(audience);
    validation.validate_nbf = true;
    validation.leeway = LEEWAY_S;
    validation
}

/// What the library lets pass and a token of ours never has: several issuers in one, a date that
/// is no number, the events of a logout notice.
fn believable(claims: Json, issuer: &str) -> Result<Json, Unsigned> {
    if claims["iss"] != issuer {
        return Err(Unsigned::Wrong("it is another issuer's"));
    }
    if claims.get("events").is_some() {
        return Err(Unsigned::Wrong(
            "its type is not that of an access or ID token",
        ));
    }
    Ok(claims)
}

fn why(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::ExpiredSignature => "it has expired: ask the issuer for another",
        ErrorKind::ImmatureSignature => "it is not valid yet: is a clock wrong?",
        ErrorKind::InvalidIssuer => "it is another issuer's",
        ErrorKind::InvalidAudience => {
            "it is for another service: the issuer has to name this one in « aud »"
        }
        ErrorKind::MissingRequiredClaim(_) | ErrorKind::InvalidClaimFormat(_) => {
            "it lacks « exp », « iss » or « aud »"
        }
        _ => "its signature is not the issuer's",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Keys;

    #[test]
    fn keys_that_do_not_sign_for_us_are_left_aside() {
        let n = "sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri23bOdgWp4Dy1WlUzewbgBHod5pcM9H95GQRV3JDXboIRROSBigeC5yjU1hGzHHyXss8UDprecbAYxknTcQkhslANGRUZmdTOQ5qTRsLAt6BTYuyvVRdhS8exSZEy_c4gs_7svlJJQ4H9_NxsiIoLwAEk7-Q3UXERGYw_75IDrGA84-lA_-Ct4eTlXHBIY2EaV7t7LjJaynVJCpkv4LKjTTAumiGUIuQhrNhZLuF_RJLqHpM2kgWFLU7-VTdL1VbC2tejvcI2BlMkEpk1BzBZI0KQB0GaDWFLN-aEAw3vRw";
        let rsa = |more: serde_json::Value| {
            let mut key = json!({"kty": "RSA", "n": n, "e": "AQAB"});
            for (name, value) in more.as_object().expect("an object") {
                key[name] = value.clone();
            }
            key
        };
        let count = |keys: serde_json::Value| Keys::read(&json!({"keys": keys})).count();
        assert_eq!(
            count(json!([rsa(
                json!({"kid": "a", "use": "sig", "alg": "RS256"})
            )])),
            1
        );
        assert_eq!(count(json!([rsa(json!({}))])), 1);
        for more in [
            json!({"use": "enc"}),
            json!({"alg": "RSA-OAEP"}),
            json!({"alg": "PS256"}),
            json!({"alg": "X9"}),
        ] {
            assert_eq!(count(json!([rsa(more.clone())])), 0, "{more}");
        }
        let others = json!([
            {"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"},
            {"kty": "EC", "crv": "P-521", "x": "AA", "y": "AA"},
            {"kty": "new"}, 3, null,
        ]);
        assert_eq!(count(others), 0);
        assert_eq!(Keys::read(&json!({"error": "no"})).count(), 0);
    }
}
