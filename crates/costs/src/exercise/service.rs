//! A service: who belongs to it, who works for it, what it spends.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Entry, Insee, Investment, Key, Recovery, Step, value};
use crate::number::Exact;

/// A *service commun*, or another cooperation that is paid for in the same way.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Its name in results: `sig`.
    pub id: String,
    /// Its name in documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What readers must know, such as an assumption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The convention or decision that it follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The steps of its study, while it is not created: its members are then candidates, and what it
    /// would cost is simulated, never billed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub study: Option<Vec<Step>>,
    /// How its cost is shared; by population when absent.
    #[serde(default)]
    pub key: Key,
    /// Who belongs to it, and when.
    #[serde(default)]
    pub members: Vec<Member>,
    /// Coefficient of each level of membership; 1 when absent.
    #[serde(
        default,
        deserialize_with = "value::optional_table",
        skip_serializing_if = "Option::is_none"
    )]
    pub level_weights: Option<BTreeMap<String, Exact>>,
    /// Who works for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<Agent>,
    /// Direct operating expenses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operating: Vec<Entry>,
    /// Direct investment expenses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub investment: Vec<Investment>,
    /// Receipts from third parties; a commune's participation is a share, never a receipt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub receipts: Vec<Entry>,
    /// Yearly maintenance of its software.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintenance: Option<Entry>,
    /// Yearly hosting of its software.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosting: Option<Entry>,
    /// Digital projects, whose staff count while they are set up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub digital_projects: Vec<Project>,
    /// Rate of structural charges on payroll; 0.095 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overhead_rate: Option<Exact>,
    /// Whether structural charges apply to the digital department's staff too.
    #[serde(default)]
    pub overhead_on_digital_staff: bool,
    /// The metropolis's own use of the service, a rate of its cost; 0 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_use_rate: Option<Exact>,
    /// What the metropolis takes upon itself once enough communes have joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metropolitan: Option<Metropolitan>,
    /// How its amounts are called in; as the exercise says when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<Recovery>,
}

impl Service {
    /// The rate of structural charges: «l'application d'un pourcentage de 9,5 % sur le montant de
    /// la masse salariale (convention VDN/NM)», unless the data say otherwise.
    pub fn overhead_rate(&self) -> Exact {
        self.overhead_rate.unwrap_or(Exact::new(95, 1000))
    }

    /// The coefficient of a level of membership, the first when a member names none; 1 where the
    /// service gives none.
    pub fn coefficient(&self, level: Option<u8>) -> Exact {
        let level = level.unwrap_or(1);
        let mut weights = self.level_weights.iter().flatten();
        weights
            .find(|(name, _)| name.parse() == Ok(level))
            .map_or(Exact::ONE, |(_, weight)| *weight)
    }
}

/// A commune's membership in a service, for a time and at a level.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The commune.
    pub insee: Insee,
    /// First day; the year's when absent.
    #[serde(
        default,
        deserialize_with = "value::date",
        skip_serializing_if = "Option::is_none"
    )]
    pub from: Option<NaiveDate>,
    /// Last day, included; the year's when absent.
    #[serde(
        default,
        deserialize_with = "value::date",
        skip_serializing_if = "Option::is_none"
    )]
    pub until: Option<NaiveDate>,
    /// Level of membership; the first when absent.
    #[serde(
        default,
        deserialize_with = "value::optional_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub level: Option<u8>,
    /// The decision, or what readers must know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Box<str>>,
}

/// An agent of the service, permanent or temporary: «une refacturation au coût réel des agents
/// (permanents et temporaires) au prorata des temps agents consacrés à la mission».
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// The same agent in several services has the same id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// `permanent` or `temporary`, as the accounts say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Posts that the row stands for, in reports of staff; 1 when absent. The cost is all of theirs.
    #[serde(
        default,
        deserialize_with = "value::optional_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub posts: Option<u32>,
    /// Cost of a whole year, prorated by the days present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annual_cost: Option<Exact>,
    /// What was really paid in the year, not prorated again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Exact>,
    /// Shares of working time on the mission, and when.
    pub periods: Vec<Period>,
}

/// How an agent is employed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// On a permanent post.
    Permanent,
    /// For a time.
    Temporary,
}

/// A share of working time, for a time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// Part of the working time: 0.5.
    pub share: Exact,
    /// First day; the year's when absent.
    #[serde(
        default,
        deserialize_with = "value::date",
        skip_serializing_if = "Option::is_none"
    )]
    pub from: Option<NaiveDate>,
    /// Last day, included; the year's when absent.
    #[serde(
        default,
        deserialize_with = "value::date",
        skip_serializing_if = "Option::is_none"
    )]
    pub until: Option<NaiveDate>,
}

/// A digital project: «la refacturation des charges de personnel DRN liées aux projets numériques
/// pendant la période de mise en place».
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// First day of the set-up period; the year's when absent.
    #[serde(
        default,
        deserialize_with = "value::date",
        skip_serializing_if = "Option::is_none"
    )]
    pub setup_from: Option<NaiveDate>,
    /// Last day of the set-up period, included; the year's when absent.
    #[serde(
        default,
        deserialize_with = "value::date",
        skip_serializing_if = "Option::is_none"
    )]
    pub setup_until: Option<NaiveDate>,
    /// Staff of the *Département des ressources numériques*.
    #[serde(default)]
    pub staff: Vec<Staff>,
}

/// Somebody of the digital department on a project.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    /// The same agent in several services has the same id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Cost of a whole year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annual_cost: Option<Exact>,
    /// What was really paid in the year, for the days present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Exact>,
    /// Part of the working time on the project.
    pub share: Exact,
    /// First day present; the year's when absent.
    #[serde(
        default,
        deserialize_with = "value::date",
        skip_serializing_if = "Option::is_none"
    )]
    pub from: Option<NaiveDate>,
    /// Last day present, included; the year's when absent.
    #[serde(
        default,
        deserialize_with = "value::date",
        skip_serializing_if = "Option::is_none"
    )]
    pub until: Option<NaiveDate>,
}

/// «Nantes Métropole prend en charge une partie des coûts dès lors qu'un nombre significatif de
/// communes s'engagent dans le service commun.»
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Metropolitan {
    /// How many members make it.
    #[serde(deserialize_with = "value::whole")]
    pub threshold: u64,
    /// The rate of what remains after the metropolis's own use.
    pub rate: Exact,
}
