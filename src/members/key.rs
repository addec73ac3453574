//! What a key looks like: `gn_<prefix>_<secret><checksum>`, shown once and kept as a hash.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const PREFIX: usize = 8;
const SECRET: usize = 32;
const CHECKSUM: usize = 6;

/// A key as its holder presents it. It never shows in a log: `Debug` gives the prefix alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// Draws a new one: 190 random bits of the system's generator in its secret.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn draw() -> Result<Self, getrandom::Error> {
        let body = format!("gn_{}_{}", random(PREFIX)?, random(SECRET)?);
        let checksum = checksum(&body);
        Ok(Self(body + &checksum))
    }

    /// The whole key, for its holder alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What lists and logs show: `gn_` and the first characters.
    pub fn prefix(&self) -> &str {
        &self.0[..3 + PREFIX]
    }

    /// What is stored. A fast hash will do: the secret cannot be guessed.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}…)", self.prefix())
    }
}

impl FromStr for Key {
    type Err = ();

    /// Reads a key; one with a slip of the pen is told from one that was never given out.
    fn from_str(text: &str) -> Result<Self, ()> {
        let bytes = text.as_bytes();
        let drawn = |part: &[u8]| part.iter().all(u8::is_ascii_alphanumeric);
        let shaped = bytes.len() == 3 + PREFIX + 1 + SECRET + CHECKSUM
            && bytes.starts_with(b"gn_")
            && drawn(&bytes[3..3 + PREFIX])
            && bytes[3 + PREFIX] == b'_'
            && drawn(&bytes[3 + PREFIX + 1..]);
        if !shaped {
            return Err(());
        }
        let (body, check) = text.split_at(bytes.len() - CHECKSUM);
        (checksum(body) == check)
            .then(|| Self(text.to_owned()))
            .ok_or(())
    }
}

/// So many characters of the alphabet, each as likely as another.
fn random(length: usize) -> Result<String, getrandom::Error> {
    // The largest multiple of 62 that a byte holds: what lies above would favour some characters.
    const FAIR: u8 = 248;
    let mut text = String::with_capacity(length);
    let mut bytes = [0u8; 64];
    while text.len() < length {
        getrandom::fill(&mut bytes)?;
        let fair = bytes.iter().filter(|byte| **byte < FAIR);
        text.extend(
            fair.take(length - text.len())
                .map(|byte| char::from(ALPHABET[usize::from(byte % 62)])),
        );
    }
    Ok(text)
}

fn checksum(body: &str) -> String {
    let digest = Sha256::digest(body.as_bytes());
    let mut number = digest[..4]
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte));
    let mut text = [b'0'; CHECKSUM];
    for place in text.iter_mut().rev() {
        *place = ALPHABET[(number % 62) as usize];
        number /= 62;
    }
    text.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_drawn_and_a_slip_is_seen() {
        let key = Key::draw().expect("randomness");
        assert_eq!(key.reveal().len(), 50);
        assert_eq!(key.reveal().parse::<Key>(), Ok(key.clone()));
        assert_ne!(key.hash(), Key::draw().expect("randomness").hash());
        for place in 0..50 {
            let mut bytes = key.reveal().as_bytes().to_vec();
            bytes[place] = if bytes[place] == b'7' { b'8' } else { b'7' };
            let wrong = String::from_utf8(bytes).expect("ASCII");
            assert_eq!(wrong.parse::<Key>(), Err(()), "place {place}");
        }
        assert_eq!("".parse::<Key>(), Err(()));
        assert_eq!("gn_é".repeat(10).parse::<Key>(), Err(()));
    }

    #[test]
    fn a_key_does_not_show_itself() {
        let key = Key::draw().expect("randomness");
        assert_eq!(format!("{key:?}"), format!("Key({}…)", key.prefix()));
    }
}
