//! One response, as the ledger keeps it.

use super::{Booked, ClientFamily, Operation};

/// Beginnings of the names that scripts give themselves, in lower case.
const SCRIPTS: [&str; 21] = [
    "curl",
    "wget",
    "python",
    "aiohttp",
    "httpx",
    "go-http-client",
    "java",
    "okhttp",
    "apache-httpclient",
    "node",
    "undici",
    "axios",
    "libwww-perl",
    "lwp",
    "ruby",
    "php",
    "guzzlehttp",
    "r (",
    "libcurl",
    "postmanruntime",
    "reqwest",
];

impl ClientFamily {
    /// The family of a `User-Agent`, which itself is never kept.
    pub fn of(agent: &[u8]) -> Self {
        // QGIS calls itself «Mozilla/5.0 QGIS/32209/…», so it is looked for first.
        if holds(agent, b"QGIS") {
            Self::Qgis
        } else if holds(agent, b"GDAL") {
            Self::Gdal
        } else if agent.starts_with(b"Mozilla/") || agent.starts_with(b"Opera/") {
            Self::Browser
        } else if SCRIPTS.iter().any(|name| begins(agent, name)) {
            Self::Script
        } else {
            Self::Other
        }
    }
}

/// Whether the name stands anywhere in it. Its first letter is looked for first: browsers send a
/// hundred bytes with each tile.
fn holds(agent: &[u8], name: &[u8]) -> bool {
    let mut rest = agent;
    while let Some(at) = rest.iter().position(|byte| *byte == name[0]) {
        rest = &rest[at..];
        if rest.starts_with(name) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

fn begins(agent: &[u8], name: &str) -> bool {
    agent
        .get(..name.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
}

/// How a response ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Outcome {
    /// All of it went out.
    Whole = 0,
    /// It was cut before its end.
    Aborted = 1,
    /// The instance ended while it went out: whether the reader has it all is not known.
    InDoubt = 2,
}

/// Whom an event is booked to, without an allocation: an INSEE code, `metropolis` or `public`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Account([u8; 5]);

/// What stands in the place of a code; no INSEE code begins with these letters.
const METROPOLIS: [u8; 5] = *b"M    ";
const PUBLIC: [u8; 5] = *b"P    ";

impl Account {
    /// The account as five bytes.
    pub fn to_bytes(self) -> [u8; 5] {
        self.0
    }

    /// What [`Account::to_bytes`] gave; none for bytes that it never gives.
    pub fn from_bytes(bytes: [u8; 5]) -> Option<Self> {
        let code = bytes.iter().all(u8::is_ascii_alphanumeric);
        (code || bytes == METROPOLIS || bytes == PUBLIC).then_some(Self(bytes))
    }

    /// As reports and the ledger write it.
    pub fn as_str(&self) -> &str {
        match self.0 {
            METROPOLIS => "metropolis",
            PUBLIC => "public",
            // Made of ASCII alone, by both ways to make one.
            _ => std::str::from_utf8(&self.0).unwrap_or("public"),
        }
    }
}

impl From<&Booked> for Account {
    fn from(booked: &Booked) -> Self {
        match booked {
            Booked::Metropolis => Self(METROPOLIS),
            Booked::Public => Self(PUBLIC),
            Booked::Commune(insee) => insee
                .as_str()
                .as_bytes()
                .try_into()
                .map_or(Self(PUBLIC), Self),
        }
    }
}

/// One response. Names are borrowed from where they are kept (the catalogue, a journal's head).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event<'a> {
    /// When its end was handed out, in microseconds since 1970.
    pub at_us: i64,
    /// Whom it is booked to.
    pub account: Account,
    /// The key's number.
    pub key: Option<i32>,
    /// The service commun.
    pub service: &'a str,
    /// The layer, empty where none was asked of.
    pub layer: &'a str,
    /// What was asked for.
    pub operation: Operation,
    /// With what.
    pub client: ClientFamily,
    /// HTTP status.
    pub status: u16,
    /// How it ended.
    pub outcome: Outcome,
    /// Bytes of the body handed to HTTP.
    pub bytes: u64,
    /// Features written.
    pub features: u32,
    /// Microseconds spent waiting for the database.
    pub database_us: u32,
    /// Thousandths of a unit.
    pub units: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Insee;

    #[test]
    fn clients_are_told_by_what_they_call_themselves() {
        let families = [
            ("Mozilla/5.0 QGIS/32209/Debian GNU/Linux 12", "qgis"),
            ("GDAL/3.6.2", "gdal"),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
                "browser",
            ),
            ("curl/7.88.1", "script"),
            ("python-requests/2.31", "script"),
            ("Python-urllib/3.11", "script"),
            ("R (4.3.1 x86_64)", "script"),
            ("", "other"),
            ("ArcGIS Pro 3.1", "other"),
        ];
        for (agent, family) in families {
            assert_eq!(
                ClientFamily::of(agent.as_bytes()).as_str(),
                family,
                "{agent}"
            );
        }
    }

    #[test]
    fn an_account_is_five_bytes_and_back() {
        let commune = |code: &str| Booked::Commune(code.parse::<Insee>().expect("a code"));
        for booked in [
            Booked::Metropolis,
            Booked::Public,
            commune("44109"),
            commune("2A004"),
        ] {
            let account = Account::from(&booked);
            assert_eq!(account.as_str(), booked.as_str());
            assert_eq!(Account::from_bytes(account.to_bytes()), Some(account));
        }
        assert_eq!(Account::from_bytes([0; 5]), None);
    }
}
