//! Inhabitants put into an exercise: from the published communes, or from a file such as a *fiche DGF*.

use std::collections::BTreeMap;

use costs::exercise::{Commune, Exercise, Insee, PopulationBase};
use serde::Serialize;

/// Figures of one base, vintage and source.
#[derive(Debug, Clone)]
pub struct Populations {
    /// What they are.
    pub base: PopulationBase,
    /// The communes that they are of.
    pub rows: BTreeMap<Insee, Inhabitants>,
}

/// A commune's figure.
#[derive(Debug, Clone)]
pub struct Inhabitants {
    /// How many.
    pub population: u64,
    /// The commune's name, where the source gives it.
    pub name: Option<String>,
    /// What is said of this figure alone.
    pub source: Option<String>,
}

/// What has become of a commune's figure.
#[derive(Debug, Clone, Serialize)]
pub struct Settled {
    /// The commune.
    pub insee: Insee,
    /// Its name.
    pub name: Option<String>,
    /// The figure that the exercise had.
    pub before: Option<u64>,
    /// The figure that it has now.
    pub after: Option<u64>,
    /// How that came.
    pub how: How,
}

/// How a commune comes by its figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// It is the source's.
    Taken,
    /// The exercise names a source of its own for it, which prevails.
    Kept,
    /// The source does not have the commune.
    Missing,
}

/// Puts figures into an exercise: for its communes and those of its members, or for every one of the
/// source when the exercise names none. A figure whose row names a source of its own stays, unless
/// `replace`.
pub fn settle(exercise: &mut Exercise, given: &Populations, replace: bool) -> Vec<Settled> {
    let members = exercise.services.iter().flat_map(|it| &it.members);
    let mut wanted: Vec<Insee> = members.map(|member| member.insee).collect();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() && exercise.communes.is_empty() {
        wanted = given.rows.keys().copied().collect();
    }
    for insee in wanted {
        if !exercise.communes.iter().any(|it| it.insee == insee) {
            exercise.communes.push(Commune {
                insee,
                population: None,
                name: None,
                source: None,
            });
        }
    }
    exercise.population = Some(given.base.clone());
    let settled = exercise.communes.iter_mut();
    settled.map(|row| one(row, given, replace)).collect()
}

fn one(row: &mut Commune, given: &Populations, replace: bool) -> Settled {
    let before = row.population;
    let own = row.source.is_some() && row.population.is_some() && !replace;
    let how = match given.rows.get(&row.insee) {
        _ if own => How::Kept,
        None => How::Missing,
        Some(found) => {
            row.population = Some(found.population);
            row.source = found.source.as_deref().map(Into::into);
            if row.name.is_none() {
                row.name = found.name.as_deref().map(Into::into);
            }
            How::Taken
        }
    };
    Settled {
        insee: row.insee,
        name: row.name.as_deref().map(str::to_owned),
        before,
        after: row.population,
        how,
    }
}
