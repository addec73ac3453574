//! What one caller may ask for: how often, how much at once.

use ipnet::IpNet;
use serde::Deserialize;

/// Limits of callers: `[callers]` of the configuration file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Callers {
    /// Each address without a credential; of IPv6 each /64.
    pub address: Allowance,
    /// Each key, and each person of single sign-on.
    pub credential: Allowance,
    /// Addresses and networks of the proxies in front, whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Proxy>,
}

/// What one caller may ask for. Tiles that are in memory weigh nothing here: serving one costs
/// less than counting much about it.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Allowance {
    /// Requests a second in the long run.
    pub per_second: u32,
    /// Requests that may come at once after a rest.
    pub burst: u32,
    /// Requests under way at once.
    pub at_once: u32,
    /// Heavy requests (exports, pages of over 1,000 features) under way at once.
    pub heavy: u32,
}

impl Default for Allowance {
    /// A quarter of what the program takes on, so that one caller never has all of it: an office
    /// of a hundred people behind one address panning maps stays far below.
    fn default() -> Self {
        Self {
            per_second: 1_000,
            burst: 10_000,
            at_once: 256,
            heavy: 4,
        }
    }
}

/// A proxy, or a network of proxies: `10.0.0.7`, `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Proxy(IpNet);

impl Proxy {
    /// Whether the address is one of it.
    pub fn has(&self, address: std::net::IpAddr) -> bool {
        self.0.contains(&address)
    }
}

impl TryFrom<String> for Proxy {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let net = text
            .parse()
            .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from));
        net.map(Self)
            .map_err(|_| format!("« {text} » is no address (10.0.0.7) nor network (10.0.0.0/8)"))
    }
}
