//! The territory: which communes, how they are called and grouped, in which projection; and the
//! services communs that they share (`layers/territory.toml`).

use std::path::Path;

use chrono::{DateTime, NaiveDate, TimeZone as _, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use super::read::TERRITORY_FILE;
use crate::model::{Insee, Level, Network, Srid};

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
    served_crs: Vec<i32>,
    /// IANA name of the time zone of days, months and exercises.
    #[serde(default = "paris")]
    pub timezone: Tz,
    /// The services communs of the scheme, in the order of its annex.
    #[serde(default)]
    pub services: Vec<ServiceCommun>,
    /// The animation networks (scheme, 1.3), in the order of pages.
    #[serde(default)]
    pub networks: Vec<Network>,
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

/// A service commun (scheme, 1.2): what communes adhere to, and to which use is booked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceCommun {
    /// Identifier: `sig`, `ads`…
    pub id: String,
    /// French title.
    pub title: String,
    /// Levels of support to choose from; none for a service that has one alone.
    #[serde(default)]
    pub levels: Vec<Level>,
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

fn paris() -> Tz {
    Tz::Europe__Paris
}

impl Default for Territory {
    /// No commune, in Lambert-93.
    fn default() -> Self {
        Self {
            title: "Territoire".to_owned(),
            epci: None,
            communes: Vec::new(),
            departement: None,
            srid: lambert_93(),
            served_crs: Vec::new(),
            timezone: paris(),
            services: Vec::new(),
            networks: Vec::new(),
            names: Vec::new(),
            poles: Vec::new(),
            bassins: Vec::new(),
            rivers: Vec::new(),
        }
    }
}

impl Territory {
    /// Reads the territory of a catalogue's folder; the default when the folder has none.
    ///
    /// # Errors
    /// A message with the file, line and reason.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let path = folder.join(TERRITORY_FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text)
                .map_err(|error| format!("{} is not valid:\n{error}", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(format!("{} cannot be read: {error}", path.display())),
        }
    }

    /// The service commun whose adhesions open the portal: the first one that has levels.
    pub fn portal_service(&self) -> Option<&ServiceCommun> {
        self.services
            .iter()
            .find(|service| !service.levels.is_empty())
    }

    /// The day that it is here at an instant.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.timezone).date_naive()
    }

    /// The instant at which a day begins here.
    pub fn begins(&self, day: NaiveDate) -> DateTime<Utc> {
        // Where a change of clocks skips midnight, the day begins at the first hour that exists.
        (0..24)
            .filter_map(|hour| day.and_hms_opt(hour, 0, 0))
            .find_map(|time| self.timezone.from_local_datetime(&time).earliest())
            .map_or_else(DateTime::default, |time| time.with_timezone(&Utc))
    }

    /// The service commun of that identifier.
    pub fn service(&self, id: &str) -> Option<&ServiceCommun> {
        self.services.iter().find(|service| service.id == id)
    }

    /// The storage system.
    pub fn srid(&self) -> Srid {
        Srid(self.srid)
    }

    /// Other systems in which features are served.
    pub fn served_crs(&self) -> Vec<Srid> {
        self.served_crs.iter().copied().map(Srid).collect()
    }

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
        territory.check_networks()?;
        Ok(territory)
    }

    /// Networks have an identifier each, and are animated by services that there are.
    fn check_networks(&self) -> Result<(), String> {
        for (place, network) in self.networks.iter().enumerate() {
            let id = &network.id;
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            if id.is_empty() || !id.bytes().all(plain) {
                return Err(format!(
                    "the network « {id} »: an id is made of lower-case letters, digits and hyphens"
                ));
            }
            if self.networks[..place].iter().any(|other| other.id == *id) {
                return Err(format!("the network « {id} » is there twice"));
            }
            if let Some(service) = &network.service
                && self.service(service).is_none()
            {
                return Err(format!(
                    "the network « {id} » is animated by « {service} », which is none of the \
                     [[services]]"
                ));
            }
        }
        Ok(())
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
    fn days_are_those_of_the_territory() {
        let territory = Territory::default();
        let at: DateTime<Utc> = "2026-06-30T22:30:00Z".parse().expect("an instant");
        let day = territory.day(at);
        assert_eq!(day.to_string(), "2026-07-01");
        assert_eq!(
            territory.begins(day).to_rfc3339(),
            "2026-06-30T22:00:00+00:00"
        );
    }

    #[test]
    fn networks_are_told_apart_and_animated_by_known_services() {
        let parse = |networks: &str| {
            Territory::parse(&format!(
                "title = \"x\"\nepci = \"244400404\"\n[[services]]\nid = \"ads\"\ntitle = \"ADS\"\n\
                 {networks}"
            ))
        };
        let one = "[[networks]]\nid = \"energie\"\ntitle = \"Énergie\"\n";
        assert!(parse(one).is_ok());
        assert!(parse(&format!("{one}{one}")).is_err_and(|m| m.contains("twice")));
        let unknown = format!("{one}service = \"rien\"\n");
        assert!(parse(&unknown).is_err_and(|m| m.contains("none of the [[services]]")));
        assert!(parse(&one.replace("energie", "Énergie")).is_err_and(|m| m.contains("lower-case")));
    }

    #[test]
    fn two_ways_to_say_the_territory_are_refused() {
        let text = "title = \"x\"\nepci = \"244400404\"\ndepartement = \"62\"";
        assert!(Territory::parse(text).is_err_and(|m| m.contains("exactly one")));
    }
}
