//! Which communes the demonstration draws, how they are called and grouped
//! (`layers/territory.toml`).

use serde::Deserialize;

use crate::model::Insee;

/// A metropolis, a département or any list of communes. Nothing else in the program knows a
/// commune by name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Territory {
    /// Name shown in titles, in French.
    pub title: String,
    /// SIREN of the EPCI whose members are the territory.
    pub epci: Option<String>,
    /// INSEE codes of the territory's communes.
    #[serde(default)]
    pub communes: Vec<Insee>,
    /// Code of the département whose communes are the territory (`62`, `2A`, `974`).
    pub departement: Option<String>,
    /// EPSG code of the legal projection, in which everything is stored and measured.
    #[serde(default = "lambert_93")]
    pub srid: i32,
    /// EPSG codes in which items are served besides CRS84, 4326 and 3857.
    #[serde(default)]
    pub served_crs: Vec<i32>,
    /// Names that prevail over those of the sources, whose spelling becomes an alias.
    #[serde(default)]
    pub names: Vec<CommuneName>,
    /// Pôles de proximité; communes in none are grouped around the largest ones.
    #[serde(default)]
    pub poles: Vec<Group>,
    /// Bassins de vie; communes in none are grouped around the largest ones.
    #[serde(default)]
    pub bassins: Vec<Group>,
    /// Rivers that the demonstration's cadastre leaves out, with their flood zones.
    #[serde(default)]
    pub rivers: Vec<River>,
}

/// How a commune is called here.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommuneName {
    /// The commune.
    pub insee: Insee,
    /// The name to show, with its article.
    pub name: String,
}

/// Communes that work together.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Stable code, lower-case letters and hyphens.
    pub code: String,
    /// French name.
    pub name: String,
    /// Whether the composition is the authority's own; others are titled as demonstration.
    #[serde(default)]
    pub official: bool,
    /// The members.
    pub communes: Vec<Insee>,
}

/// A river, roughly: enough to keep parcels out of the water.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct River {
    /// French name.
    pub name: String,
    /// Width of the water, in metres.
    pub width_m: f64,
    /// Middle of the water, longitude and latitude (WGS 84).
    pub line: Vec<[f64; 2]>,
}

fn lambert_93() -> i32 {
    2154
}

impl Territory {
    /// Reads the text of a `territory.toml`.
    ///
    /// # Errors
    /// The message names line and key, or says which of `epci`, `communes` and `departement`
    /// to give.
    pub fn parse(text: &str) -> Result<Self, String> {
        let territory: Self = toml::from_str(text).map_err(|e| e.to_string())?;
        let ways = usize::from(territory.epci.is_some())
            + usize::from(!territory.communes.is_empty())
            + usize::from(territory.departement.is_some());
        if ways != 1 {
            return Err(
                "the territory is one of `epci`, `communes` and `departement`: give exactly one"
                    .to_owned(),
            );
        }
        Ok(territory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corsican_codes_are_codes() {
        let territory = Territory::parse("title = \"Ajaccio\"\ncommunes = [\"2A004\", \"2A006\"]");
        assert_eq!(territory.map(|t| (t.communes.len(), t.srid)), Ok((2, 2154)));
    }

    #[test]
    fn two_ways_to_say_the_territory_are_refused() {
        let text = "title = \"x\"\nepci = \"244400404\"\ndepartement = \"62\"";
        assert!(Territory::parse(text).is_err_and(|m| m.contains("exactly one")));
    }
}
