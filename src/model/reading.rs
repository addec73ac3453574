//! How one caller reads one layer: what access decided, and what the database is told.

use std::sync::Arc;

use super::{Insee, Reach, Role, Roles};

/// Which rows of a layer are seen.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Rows {
    /// All of them.
    #[default]
    All,
    /// Those of these communes, in ascending order.
    Within(Arc<[Insee]>),
}

impl From<&Reach> for Rows {
    fn from(reach: &Reach) -> Self {
        match reach {
            Reach::Territory => Self::All,
            Reach::Communes(codes) => Self::Within(codes.clone()),
        }
    }
}

/// Who the database holds the reader to be. It enforces rows and personal fields by this alone,
/// whatever the statement says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Seal {
    /// Nobody: the login role that has rights on open layers alone.
    #[default]
    Anonymous,
    /// A member.
    Member {
        /// What its credential allows.
        roles: Roles,
        /// The communes in which it allows that.
        reach: Reach,
    },
}

impl Seal {
    /// Where the reader has a role, as the database is told it: INSEE codes after commas, the word
    /// for the territory, or nothing.
    pub fn reach(&self, role: Role) -> String {
        match self {
            Self::Member { roles, reach } if roles.has(role) => reach.to_string(),
            _ => String::new(),
        }
    }
}

/// How a caller reads a layer. The default is how anybody reads an open one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Reading {
    /// Which rows.
    pub rows: Rows,
    /// The rows whose personal fields are seen; none: the fields do not exist.
    pub personal: Option<Rows>,
    /// What the database is told.
    pub seal: Seal,
}
