//! How one caller reads one layer: what access decided, and what the database is told.

use std::sync::Arc;

use super::{Insee, Reach, Roles};

/// Which rows of a layer are seen.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Rows {
    /// All of them.
    #[default]
    All,
    /// Those of these communes, in ascending order.
    Within(Arc<[Insee]>),
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

/// How a caller reads a layer. The default is how anybody reads an open one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Reading {
    /// Which rows.
    pub rows: Rows,
    /// Whether personal fields are among the columns (in the reader's communes alone).
    pub personal: bool,
    /// What the database is told.
    pub seal: Seal,
}
