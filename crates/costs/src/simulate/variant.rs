//! A variant, as people write it.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::check::Checked;
use crate::exercise::{Commune, Exercise, Insee, Key, Member, Metropolitan, Service};
use crate::finding::Finding;
use crate::number::Exact;
use crate::read;

/// Variants of an exercise.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Variants {
    /// Each, in the order in which it is shown.
    pub variants: Vec<Variant>,
}

/// What a variant changes; what it does not name stays.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// What it is called.
    pub name: String,
    /// What readers must know of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Other numbers of inhabitants, by commune; a commune that the exercise lacks is added.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub populations: BTreeMap<Insee, Exact>,
    /// Another rate of the FCTVA.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fctva_rate: Option<Exact>,
    /// What changes in services, by their ids; a study that is named here is created by the variant.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub services: BTreeMap<String, ServiceVariant>,
}

/// What a variant changes in a service.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceVariant {
    /// Another key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    /// Another rate of the metropolis's own use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_use_rate: Option<Exact>,
    /// Another threshold and rate of solidarity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metropolitan: Option<Metropolitan>,
    /// Another rate of structural charges.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overhead_rate: Option<Exact>,
    /// Other coefficients of levels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level_weights: Option<BTreeMap<String, Exact>>,
    /// Communes that join.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub join: Vec<Joining>,
    /// Communes that leave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leave: Vec<Leaving>,
}

/// A commune that joins: as a member is written.
pub type Joining = Member;

/// A commune that leaves.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Leaving {
    /// The commune.
    pub insee: Insee,
    /// The first day on which it is no member; the whole year when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
}

/// Reads variants written in TOML.
///
/// # Errors
/// What is wrong, at its line when the text is no TOML, else at its table, row and cell.
pub fn variants_from_toml(text: &str) -> Result<Variants, Finding> {
    read::toml(text)
}

/// Reads variants written in JSON.
///
/// # Errors
/// What is wrong, at its line when the text is no JSON, else at its table, row and cell.
pub fn variants_from_json(text: &str) -> Result<Variants, Finding> {
    read::json(text)
}

impl Variant {
    /// The exercise as the variant makes it.
    pub(super) fn apply(&self, base: &Checked) -> Result<Exercise, Finding> {
        let mut changed = base.exercise().clone();
        if self.fctva_rate.is_some() {
            changed.fctva_rate = self.fctva_rate;
        }
        for (insee, population) in &self.populations {
            inhabitants(&mut changed, *insee, *population)?;
        }
        for (id, service) in &self.services {
            if let Some(study) = base.study(id) {
                let study = study.clone();
                changed.services.push(Service {
                    study: None,
                    ..study
                });
            }
            let mut services = changed.services.iter_mut();
            let Some(found) = services.find(|service| service.id == *id) else {
                return Err(Finding::cell(
                    "services",
                    id,
                    "no service of the exercise has this id",
                ));
            };
            service.apply(found)?;
        }
        Ok(changed)
    }
}

fn inhabitants(exercise: &mut Exercise, insee: Insee, population: Exact) -> Result<(), Finding> {
    let (whole, below) = population.parts();
    let population = u64::try_from(whole).ok().filter(|_| below == 1);
    if population.is_none() {
        let message = "a population is a whole number of inhabitants";
        return Err(Finding::cell("populations", insee.as_str(), message));
    }
    match exercise
        .communes
        .iter_mut()
        .find(|commune| commune.insee == insee)
    {
        Some(commune) => commune.population = population,
        None => exercise.communes.push(Commune {
            insee,
            population,
            name: None,
            source: None,
        }),
    }
    Ok(())
}

impl ServiceVariant {
    fn apply(&self, service: &mut Service) -> Result<(), Finding> {
        if let Some(key) = &self.key {
            service.key = key.clone();
        }
        if self.own_use_rate.is_some() {
            service.own_use_rate = self.own_use_rate;
        }
        if self.overhead_rate.is_some() {
            service.overhead_rate = self.overhead_rate;
        }
        if self.metropolitan.is_some() {
            service.metropolitan.clone_from(&self.metropolitan);
        }
        if self.level_weights.is_some() {
            service.level_weights.clone_from(&self.level_weights);
        }
        for leaving in &self.leave {
            let before = service.members.len();
            let known = service
                .members
                .iter()
                .any(|member| member.insee == leaving.insee);
            service.members.retain_mut(|member| stays(member, leaving));
            if !known {
                let table = format!("services « {} » › leave", service.id);
                debug_assert_eq!(before, service.members.len());
                return Err(Finding::cell(
                    &table,
                    leaving.insee.as_str(),
                    "is no member: it cannot leave",
                ));
            }
        }
        service.members.extend(self.join.iter().cloned());
        Ok(())
    }
}

/// Whether a period of membership has days before its commune leaves; it ends then.
fn stays(member: &mut Member, leaving: &Leaving) -> bool {
    if member.insee != leaving.insee {
        return true;
    }
    let last = leaving
        .from
        .and_then(|day| day.checked_sub_days(Days::new(1)));
    let Some(last) = last else { return false };
    if member.from.is_some_and(|from| from > last) {
        return false;
    }
    member.until = Some(member.until.map_or(last, |until| until.min(last)));
    true
}
