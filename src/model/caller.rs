//! Who asks.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Insee;

/// What a credential allows beside reading what is open (DESIGN, «Who sees what»).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// An agent of an adhering commune.
    Member,
    /// Instructs land-use permits: sees the applicants of ADS files inside its scope.
    Instructor,
    /// Contributes data inside its scope.
    Contributor,
    /// Follows use and costs.
    Finance,
    /// Runs the service: every commune's use, keys, adhesions.
    Administrator,
    /// Works at the urban supervision centre (CSU).
    Csu,
    /// Works at the reception of institutional calls (CRAIOL).
    Craiol,
    /// A program, such as the mobile application.
    Application,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 8] = [
        Self::Member,
        Self::Instructor,
        Self::Contributor,
        Self::Finance,
        Self::Administrator,
        Self::Csu,
        Self::Craiol,
        Self::Application,
    ];

    /// The role as commands, the catalogue and the database write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Instructor => "instructor",
            Self::Contributor => "contributor",
            Self::Finance => "finance",
            Self::Administrator => "administrator",
            Self::Csu => "csu",
            Self::Craiol => "craiol",
            Self::Application => "application",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| {
                let known: Vec<&str> = Self::ALL.map(Self::as_str).to_vec();
                format!("« {text} » is no role; the roles are {}", known.join(", "))
            })
    }
}

/// A set of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Roles(u8);

impl Roles {
    /// Whether the role is among them.
    pub fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    /// The roles, in the order of [`Role::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |set, role| set | 1 << role as u8))
    }
}

/// The communes for which a credential stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reach {
    /// The metropolis: every commune of the territory.
    Territory,
    /// One commune or a named set, in ascending order, never empty.
    Communes(Arc<[Insee]>),
}

/// The word for the whole territory, in commands and in the database.
pub const TERRITORY: &str = "territoire";

impl Reach {
    /// Whether the commune lies inside.
    pub fn holds(&self, insee: &str) -> bool {
        match self {
            Self::Territory => true,
            Self::Communes(codes) => codes.iter().any(|code| code.as_str() == insee),
        }
    }

    /// The one commune, when it is one.
    pub fn single(&self) -> Option<&Insee> {
        match self {
            Self::Communes(codes) => match &codes[..] {
                [one] => Some(one),
                _ => None,
            },
            Self::Territory => None,
        }
    }
}

impl FromStr for Reach {
    type Err = String;

    /// `44018`, `44018,44020` or `territoire`.
    fn from_str(text: &str) -> Result<Self, String> {
        if text == TERRITORY {
            return Ok(Self::Territory);
        }
        let mut codes: Vec<Insee> = text
            .split(',')
            .map(|code| code.trim().parse())
            .collect::<Result<_, _>>()?;
        codes.sort();
        codes.dedup();
        Ok(Self::Communes(codes.into()))
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Territory => f.write_str(TERRITORY),
            Self::Communes(codes) => {
                let codes: Vec<&str> = codes.iter().map(Insee::as_str).collect();
                f.write_str(&codes.join(","))
            }
        }
    }
}

/// The two levels of support of the service commun (scheme, 2.2: «2 niveaux d'appui»).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// 1: access to the portal, in a browser.
    Portail,
    /// 2: the metropolis's GIS tools as well: keys outside the portal, contribution.
    Outils,
}

impl Level {
    /// The level as commands, the territory and the database write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Portail => "portail",
            Self::Outils => "outils",
        }
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Portail, Self::Outils]
            .into_iter()
            .find(|level| level.as_str() == text)
            .ok_or_else(|| format!("« {text} » is no level; the levels are portail, outils"))
    }
}

/// How a credential was presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Through {
    /// A key: header, Bearer, Basic or query parameter.
    Key,
    /// The cookie of a browser session.
    Session,
    /// A token of the metropolis's single sign-on.
    Token,
}

/// A credential that was recognised, as it stands at this instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Number of the key, by which its use is booked; none for single sign-on.
    pub key: Option<i32>,
    /// Who holds it, for pages and logs: the key's label or the person's name.
    pub label: String,
    /// What it allows.
    pub roles: Roles,
    /// Where: what was granted, less the communes that do not adhere today.
    pub reach: Reach,
    /// The highest level of its communes' adhesions in force; the territory's own is `Outils`.
    pub level: Level,
    /// How it came.
    pub through: Through,
    /// Units that it may use in a month; none without a quota.
    pub quota: Option<i64>,
    /// Whether it could not be checked against the database for some seconds: it may have been
    /// revoked since. Open and member layers are read on, restricted ones answer 503.
    pub stale: bool,
}

/// The person or program behind a request, as far as its credential tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller(Option<Arc<Credential>>);

impl Caller {
    /// Somebody without a credential.
    pub fn anonymous() -> Self {
        Self(None)
    }

    /// Whoever holds the credential.
    pub fn with(credential: Credential) -> Self {
        Self(Some(Arc::new(credential)))
    }

    /// The credential, if there is one.
    pub fn credential(&self) -> Option<&Credential> {
        self.0.as_deref()
    }

    /// Whether the caller has the role, whatever its reach.
    pub fn has(&self, role: Role) -> bool {
        self.credential().is_some_and(|held| held.roles.has(role))
    }

    /// To whom the caller's use is booked.
    pub fn booked(&self) -> Booked {
        match self.credential() {
            None => Booked::Public,
            // A shared team and the territory's services are the metropolis's.
            Some(held) => match held.reach.single() {
                Some(insee) => Booked::Commune(insee.clone()),
                None => Booked::Metropolis,
            },
        }
    }
}

/// To whom a use is booked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Booked {
    /// A commune.
    Commune(Insee),
    /// The metropolis: its own services and the teams that several communes share.
    Metropolis,
    /// Nobody who said so.
    Public,
}

impl Booked {
    /// As reports and the ledger write it: an INSEE code, `metropolis` or `public`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Commune(insee) => insee.as_str(),
            Self::Metropolis => "metropolis",
            Self::Public => "public",
        }
    }
}

impl FromStr for Booked {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "metropolis" => Ok(Self::Metropolis),
            "public" => Ok(Self::Public),
            insee => insee.parse().map(Self::Commune),
        }
    }
}
