//! A delivery of exchanges, made feeds: one sheet, up to three collections.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ::exchange::Dataset;

use super::exchange::{self, Exchange};
use super::placing::{placed, twice};
use super::reference;
use super::shapes::{Buildings, Outline, Parcels, Place};
use super::sheet::{Local, Sheet};
use crate::catalogue::Layer;
use crate::ingest::recognise::{Delivered, Found, Recognised};
use crate::ingest::{Encoding, Feed, IngestError, Shape, crs};
use crate::model::{Choice, Finding, Question, Severity, Srid};

/// Collections that a sheet feeds, each from a class of objects.
const FED: [(&str, &str); 3] = [
    ("parcelles", "PARCELLE_id"),
    ("sections", "SUBDSECT_id"),
    ("batiments", "BATIMENT_id"),
];

/// A sheet that can be read.
pub(super) struct Leaf {
    /// The exchange.
    pub exchange: Exchange,
    /// What it says of its sheet.
    pub local: Local,
    /// What the names of archives and folders say.
    pub departement: Option<String>,
}

/// Makes feeds of the exchanges, when there are some.
///
/// # Errors
/// When the machine fails.
pub async fn recognise(given: Delivered<'_>) -> Result<Option<Recognised>, IngestError> {
    let ends = |file: &&Found, end: &str| file.name.to_uppercase().ends_with(end);
    let directories: Vec<&Found> = given.files.iter().filter(|f| ends(f, ".THF")).collect();
    let vectors: Vec<&Found> = given.files.iter().filter(|f| ends(f, ".VEC")).collect();
    let schema = given.files.iter().any(|file| ends(&file, ".SCD"));
    if directories.is_empty() && (vectors.is_empty() || !schema) {
        return Ok(None);
    }
    let wanted = given.wishes.to.as_ref();
    if wanted.is_some_and(|to| FED.iter().all(|(id, _)| *id != to.as_str())) {
        return Ok(None);
    }
    let mut made = Recognised::default();
    headless(&directories, &vectors, &mut made);
    let mut leaves = Vec::new();
    for file in directories {
        let (path, name) = (file.path.clone(), file.name.clone());
        let failed = |cause| IngestError::Io {
            what: file.name.clone(),
            cause,
        };
        let opened = tokio::task::spawn_blocking(move || exchange::open(&path, &name)).await;
        let exchange = opened
            .map_err(|error| failed(std::io::Error::other(error)))?
            .map_err(failed)?;
        leaves.extend(leaf(given, file, exchange, &mut made));
    }
    let Some(sheets) = placed(given, &leaves, &mut made).await? else {
        return Ok(Some(made));
    };
    twice(&leaves, &sheets, &mut made);
    feeds(given, leaves, sheets, &mut made).await?;
    Ok(Some(made))
}

/// What refuses the delivery.
pub(super) fn refuse(made: &mut Recognised, finding: Finding) {
    made.findings.push((None, finding));
}

/// Vectors without the `.THF` that says what they are.
fn headless(directories: &[&Found], vectors: &[&Found], made: &mut Recognised) {
    let folder = |file: &Found| file.path.parent().map(std::path::Path::to_owned);
    let known: BTreeSet<_> = directories.iter().map(|file| folder(file)).collect();
    let mut told = BTreeSet::new();
    for file in vectors {
        let here = folder(file);
        if known.contains(&here) || !told.insert(here) {
            continue;
        }
        refuse(
            made,
            Finding::new(
                Severity::Error,
                "exchange",
                format!(
                    "Échange EDIGEO incomplet : {} est là sans son fichier THF.",
                    file.name
                ),
            )
            .about("fichier", Some(&file.name))
            .advising("Livrez l’échange entier, tel que l’archive du cadastre le contient."),
        );
    }
}

/// The sheet of an exchange that is whole.
fn leaf(
    given: Delivered<'_>,
    file: &Found,
    mut exchange: Exchange,
    made: &mut Recognised,
) -> Option<Leaf> {
    let faults = std::mem::take(&mut exchange.findings);
    if !faults.is_empty() {
        made.findings
            .extend(faults.into_iter().map(|finding| (None, finding)));
        return None;
    }
    let Some(local) = identity(&exchange) else {
        let sheets = exchange.identifiers("SUBDSECT_id");
        let message = match sheets.len() {
            0 => {
                "L’échange EDIGEO ne dit pas de quelle feuille il est (aucune SUBDSECT).".to_owned()
            }
            1 => format!("« {} » n’est pas l’identifiant d’une feuille.", sheets[0]),
            several => format!(
                "L’échange EDIGEO porte {several} feuilles ({}) : il en faut un par feuille.",
                sheets.join(", ")
            ),
        };
        refuse(
            made,
            Finding::new(Severity::Error, "exchange", message)
                .of(file.name.clone())
                .about("fichier", Some(&file.name))
                .advising("Demandez la feuille au service du cadastre : son export est fautif."),
        );
        return None;
    };
    // What was unpacked lies in a folder whose name means nothing.
    let unpacked = file.path.starts_with(given.folder);
    let departement = local.departement(&file.name).or_else(|| {
        let path = file.path.to_string_lossy();
        (!unpacked).then(|| local.departement(&path))?
    });
    Some(Leaf {
        exchange,
        local,
        departement,
    })
}

/// The one sheet that an exchange is: its subdivision of section; without any, its section and the
/// name of the exchange (`E0000A01`: prefix, section, sheet).
fn identity(exchange: &Exchange) -> Option<Local> {
    match exchange.identifiers("SUBDSECT_id") {
        [one] => Local::read(one),
        [] => {
            let section = exchange.identifiers("SECTION_id").first()?;
            let stem = exchange.thf.file_stem()?.to_string_lossy().to_uppercase();
            Local::read(&format!("{}{}", section.get(..3)?, stem.strip_prefix('E')?))
        }
        _ => None,
    }
}

async fn feeds(
    given: Delivered<'_>,
    leaves: Vec<Leaf>,
    sheets: Vec<Sheet>,
    made: &mut Recognised,
) -> Result<(), IngestError> {
    let sections = leaves.iter().flat_map(|leaf| {
        let all = ["SECTION_id", "SUBDSECT_id"];
        let all = all
            .into_iter()
            .flat_map(|class| leaf.exchange.identifiers(class));
        let head = |own: &String| own.get(..8).map(|head| head.replace(' ', "0"));
        all.filter_map(head).collect::<Vec<_>>()
    });
    let sections = Arc::new(sections.collect::<BTreeSet<_>>());
    let mut left: BTreeMap<String, u64> = BTreeMap::new();
    for (leaf, sheet) in leaves.into_iter().zip(sheets) {
        for (class, count) in &leaf.exchange.objects {
            let shared = class == "SECTION_id" || class == "COMMUNE_id";
            if !shared && FED.iter().all(|(_, fed)| fed != class) && !class.starts_with("ID_S_") {
                *left.entry(class.clone()).or_default() += count;
            }
        }
        let Some(srid) = system(given, &leaf.exchange, made) else {
            continue;
        };
        let dataset = match given.look(&leaf.exchange.thf, &leaf.exchange.name).await? {
            Ok(dataset) => dataset,
            Err(finding) => {
                refuse(made, finding);
                continue;
            }
        };
        let place = Place {
            departement: sheet.insee[..2].to_owned(),
            sheet,
            sections: sections.clone(),
        };
        sheet_feeds(given, &leaf.exchange, &dataset, &place, srid, made);
    }
    if !left.is_empty() {
        let list: Vec<String> = left
            .iter()
            .map(|(class, n)| format!("{class} {n}"))
            .collect();
        made.reading
            .push(format!("Objets laissés de côté : {}.", list.join(", ")));
    }
    Ok(())
}

/// The reference system of an exchange; asked when it is none that is known.
fn system(given: Delivered<'_>, exchange: &Exchange, made: &mut Recognised) -> Option<Srid> {
    let stated = exchange.relation.as_deref();
    let known = given.wishes.crs.or_else(|| stated.and_then(reference));
    if known.is_none()
        && made
            .questions
            .iter()
            .all(|question| question.option != "crs")
    {
        let choice = |srid: Srid| Choice {
            value: format!("EPSG:{}", srid.0),
            label: crs::title(srid),
        };
        made.questions.push(Question {
            option: "crs".to_owned(),
            text: format!(
                "Le système de référence de {} (« {} ») n’est pas connu : lequel est-ce ?",
                exchange.name,
                stated.unwrap_or("non écrit")
            ),
            choices: crs::usual(given.territory)
                .into_iter()
                .map(choice)
                .collect(),
        });
    }
    known
}

fn sheet_feeds(
    given: Delivered<'_>,
    exchange: &Exchange,
    dataset: &Dataset,
    place: &Place,
    srid: Srid,
    made: &mut Recognised,
) {
    let count = |class: &str| exchange.count(class);
    made.reading.push(format!(
        "Feuille {} ({}, EPSG:{}) : {} parcelles, {} bâtiments.",
        place.sheet,
        exchange.name,
        srid.0,
        count("PARCELLE_id"),
        count("BATIMENT_id")
    ));
    for (id, class) in FED {
        let Some(layer) = given.catalogue.get(id) else {
            continue;
        };
        if given.wishes.to.as_ref().is_some_and(|to| *to != layer.id) {
            continue;
        }
        made.scopes
            .push((layer.id.clone(), place.sheet.to_string()));
        let class = match (class, count(class)) {
            ("SUBDSECT_id", 0) => "SECTION_id",
            _ => class,
        };
        let source = dataset.layers.iter().find(|source| source.name == class);
        let read = source.and_then(|source| source.count).unwrap_or(0);
        if read < count(class) as i64 {
            let finding = lost(exchange, class, read).of(exchange.name.clone());
            made.findings.push((Some(layer.id.clone()), finding));
            continue;
        }
        let Some(source) = source.filter(|source| source.count != Some(0)) else {
            if id == "parcelles" {
                made.findings
                    .push((Some(layer.id.clone()), no_parcel(exchange, place)));
            }
            continue;
        };
        made.feeds.push(Feed {
            layer: layer.id.clone(),
            path: exchange.thf.clone(),
            source: source.name.clone(),
            encoding: Encoding::UTF_8,
            crs: srid,
            title: format!("{} {class}", place.sheet),
            count: source.count,
            shape: shape(id, place, layer, source),
        });
    }
}

fn shape(
    id: &str,
    place: &Place,
    layer: &Layer,
    source: &::exchange::SourceLayer,
) -> Box<dyn Shape> {
    match id {
        "parcelles" => Box::new(Parcels::new(place, layer, source)),
        "sections" => Box::new(Outline::new(place, layer, source)),
        _ => Box::new(Buildings::new(place, layer, source)),
    }
}

/// Objects that the vectors hold and that the reader did not find.
fn lost(exchange: &Exchange, class: &str, read: i64) -> Finding {
    Finding::new(
        Severity::Error,
        "exchange",
        format!(
            "L’échange EDIGEO est endommagé : il décrit {} objets {class}, et {read} seulement se \
             lisent.",
            exchange.count(class)
        ),
    )
    .about("fichier", Some(&exchange.name))
    .advising("Téléchargez ou exportez de nouveau la feuille.")
}

fn no_parcel(exchange: &Exchange, place: &Place) -> Finding {
    Finding::new(
        Severity::Warning,
        "empty",
        format!("La feuille {} n’a aucune parcelle.", place.sheet),
    )
    .of(exchange.name.clone())
    .advising("Vérifiez l’export : une feuille sans parcelle est rare.")
}
