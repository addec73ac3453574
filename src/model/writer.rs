//! Who writes: what a delivery needs to know of a credential, also after the request is over.

use serde::{Deserialize, Serialize};

use super::{Credential, Reach, Role, Roles};

/// Who delivers. Kept beside a delivery, which may be published later and by another instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Text", into = "Text")]
pub struct Writer {
    /// The key's label, the person's name or the system user.
    pub label: String,
    /// Number of the key; none for an account, nor for the command line.
    pub key: Option<i32>,
    /// What it allows.
    pub roles: Roles,
    /// Where.
    pub reach: Reach,
}

impl Writer {
    /// Whoever runs commands beside the database: the territory itself.
    pub fn territory(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            key: None,
            roles: Role::ALL.into_iter().collect(),
            reach: Reach::Territory,
        }
    }
}

impl From<&Credential> for Writer {
    fn from(held: &Credential) -> Self {
        Self {
            label: held.label.clone(),
            key: held.key,
            roles: held.roles,
            reach: held.reach.clone(),
        }
    }
}

/// As the database keeps it.
#[derive(Serialize, Deserialize)]
struct Text {
    label: String,
    key: Option<i32>,
    roles: Vec<Role>,
    reach: String,
}

impl From<Writer> for Text {
    fn from(writer: Writer) -> Self {
        Self {
            label: writer.label,
            key: writer.key,
            roles: writer.roles.iter().collect(),
            reach: writer.reach.to_string(),
        }
    }
}

impl TryFrom<Text> for Writer {
    type Error = String;

    fn try_from(text: Text) -> Result<Self, String> {
        Ok(Self {
            label: text.label,
            key: text.key,
            roles: text.roles.into_iter().collect(),
            reach: text.reach.parse()?,
        })
    }
}
