//! What no kind of whole delivery claims: one collection's rows, in a layer of a dataset.

mod drawing;
mod feeds;
mod filled;
mod lines;
mod located;
mod shape;
pub(in crate::ingest) mod sources;
mod target;

use std::sync::Arc;

use exchange::SourceLayer;

use super::{Delivered, Recognised, words};
use crate::catalogue::Layer;
use crate::ingest::{IngestError, fold::fold};
use crate::ingest::{columns, mapping};
use crate::model::{Choice, Finding, Question, Severity};

use sources::{Opened, Sources};
use target::Fit;

/// Finds the dataset, its layer and the collection, or asks for what cannot be known.
///
/// # Errors
/// When the machine fails.
pub async fn recognise(given: Delivered<'_>) -> Result<Recognised, IngestError> {
    let mut sources = sources::open(given).await?;
    let mut made = Recognised::default();
    let findings = std::mem::take(&mut sources.findings);
    made.findings
        .extend(findings.into_iter().map(|finding| (None, finding)));
    if sources.opened.is_empty() {
        if made.findings.is_empty() {
            made.findings.push((None, nothing(&sources)));
        }
        return Ok(made);
    }
    if !sources.ignored.is_empty() {
        made.reading.push(format!(
            "Fichiers laissés de côté : {}.",
            sources.ignored.join(", ")
        ));
    }
    // An empty table empties a scope that is named; by itself it says nothing.
    if given.wishes.scope.is_none() && is_empty(&sources.opened) {
        let empty = sources.opened.iter().map(feeds::without_features);
        made.findings.extend(empty.map(|finding| (None, finding)));
        return Ok(made);
    }
    let fits = match choose(given, &sources.opened, &mut made) {
        Some(fits) => fits,
        None => return Ok(made),
    };
    if given.wishes.layer.is_none() {
        let left = unread(&sources.opened, &fits);
        made.reading.extend(left);
    }
    feeds::make(given, &sources.opened, fits, &mut made).await?;
    Ok(made)
}

fn nothing(sources: &Sources) -> Finding {
    let seen = match &sources.ignored[..] {
        [] => "La livraison ne contient aucun fichier de données".to_owned(),
        files => format!(
            "Aucun fichier de la livraison n’est d’un format lu ici : {}",
            files
                .iter()
                .take(10)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ")
        ),
    };
    Finding::new(Severity::Error, "format", format!("{seen}."))
        .advising(words::advice(sources.remedies.iter().copied()))
}

/// What is to be read, for which collection; nothing when it must be asked or is refused.
fn choose(given: Delivered<'_>, opened: &[Opened], made: &mut Recognised) -> Option<Vec<Fit>> {
    let all = layers(opened);
    let mut layers = all.clone();
    if let Some(name) = &given.wishes.layer {
        layers.retain(|(place, _)| names(opened, *place).iter().any(|known| known == name));
        if layers.is_empty() {
            layers = all.clone();
            layers.retain(|(place, _)| {
                names(opened, *place)
                    .iter()
                    .any(|known| fold(known) == fold(name))
            });
        }
        if layers.is_empty() {
            let listed = all
                .iter()
                .map(|(place, layer)| listed(opened, *place, layer))
                .collect();
            made.questions.push(target::which_layer(listed, Some(name)));
            return None;
        }
    }
    match &given.wishes.to {
        Some(id) => match given.catalogue.layer(id) {
            Some(layer) => for_collection(given, opened, &layers, layer, made),
            None => {
                let fits = every(given, &layers);
                made.reading.extend(described(opened, &layers));
                made.questions
                    .push(target::which_collection(fits, Some(id.as_str())));
                None
            }
        },
        None => {
            let called = |fit: &Fit| names(opened, (fit.dataset, fit.place));
            if let Some(collections) = several(given, &layers, called) {
                let mut all = Vec::new();
                for (layer, layers) in collections {
                    all.extend(for_collection(given, opened, &layers, &layer, made)?);
                }
                return Some(all);
            }
            match target::evident(every(given, &layers), called) {
                Ok(fit) => {
                    let layer = fit.layer.clone();
                    for_collection(given, opened, &layers, &layer, made)
                }
                Err(fits) => {
                    made.reading.extend(described(opened, &layers));
                    made.questions.extend(which_list(given, &layers));
                    made.questions.push(target::which_collection(fits, None));
                    None
                }
            }
        }
    }
}

/// Asks whether a table is the list of a known application, where its columns are those of one.
fn which_list(given: Delivered<'_>, layers: &[Placed<'_>]) -> Option<Question> {
    let tables = layers.iter().filter(|(_, table)| table.geometry.is_none());
    let likely = tables.flat_map(|(_, table)| mapping::likely(given, table));
    let mut choices: Vec<Choice> = Vec::new();
    for shipped in likely {
        if choices.iter().all(|known| known.value != shipped.name) {
            choices.push(Choice {
                value: shipped.name.to_owned(),
                label: shipped.title.to_owned(),
            });
        }
    }
    (!choices.is_empty()).then(|| Question {
        option: "mapping".to_owned(),
        text: "Ce fichier a les colonnes d’une liste d’une autre application : est-ce celle-ci ?"
            .to_owned(),
        choices,
    })
}

/// A source layer, by the places of its dataset and its own.
type Placed<'a> = ((usize, usize), &'a SourceLayer);

/// Tables that QGIS keeps for itself beside the layers.
const OWN: [&str; 2] = ["layer_styles", "qgis_projects"];

/// The collections of a delivery in which each source layer says by itself which one it
/// is for, and not all the same one; each with its layers.
fn several<'a>(
    given: Delivered<'_>,
    layers: &[Placed<'a>],
    called: impl Fn(&Fit) -> Vec<String>,
) -> Option<Vec<(Arc<Layer>, Vec<Placed<'a>>)>> {
    if layers.len() < 2 {
        return None;
    }
    let mut collections: Vec<(Arc<Layer>, Vec<Placed<'a>>)> = Vec::new();
    for one in layers {
        let Ok(fit) = target::evident(every(given, &[*one]), &called) else {
            if OWN.contains(&&*one.1.name) {
                continue;
            }
            return None;
        };
        match collections
            .iter_mut()
            .find(|(layer, _)| layer.id == fit.layer.id)
        {
            Some((_, layers)) => layers.push(*one),
            None => collections.push((fit.layer, vec![*one])),
        }
    }
    (collections.len() > 1).then_some(collections)
}

/// Whether there is not one row in all of them.
fn is_empty(opened: &[Opened]) -> bool {
    let mut layers = opened.iter().flat_map(|source| &source.dataset.layers);
    layers.all(|layer| layer.sample.is_empty())
}

/// The layers that hold something.
fn layers(opened: &[Opened]) -> Vec<Placed<'_>> {
    let mut list = Vec::new();
    for (dataset, source) in opened.iter().enumerate() {
        for (place, layer) in source.dataset.layers.iter().enumerate() {
            if !layer.columns.is_empty() || layer.geometry.is_some() {
                list.push(((dataset, place), layer));
            }
        }
    }
    list
}

/// Names by which people may call a source layer: its own, its file's.
fn names(opened: &[Opened], (dataset, place): (usize, usize)) -> Vec<String> {
    let source = &opened[dataset];
    let file = source.name.rsplit('/').next().unwrap_or(&source.name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut names = vec![source.dataset.layers[place].name.clone()];
    if source.dataset.layers.len() == 1 {
        names.push(stem.to_owned());
        names.push(file.to_owned());
    }
    names
}

fn listed(
    opened: &[Opened],
    (dataset, _): (usize, usize),
    layer: &SourceLayer,
) -> (String, String) {
    let count = match layer.count {
        None => String::new(),
        Some(count @ (0 | 1)) => format!(", {count} objet"),
        Some(count) => format!(", {count} objets"),
    };
    let label = format!(
        "{} : {} colonnes{count} ({})",
        layer.name,
        layer.columns.len(),
        opened[dataset].name
    );
    (layer.name.clone(), label)
}

/// What the layers hold, for who must say what they are.
fn described(opened: &[Opened], layers: &[Placed<'_>]) -> Vec<String> {
    const LAYERS: usize = 20;
    const COLUMNS: usize = 30;
    let mut lines: Vec<String> = Vec::new();
    for (place, layer) in layers.iter().take(LAYERS) {
        let (_, label) = listed(opened, *place, layer);
        let mut names: Vec<&str> = layer.columns.iter().map(|it| it.name.as_str()).collect();
        let more = names.len().saturating_sub(COLUMNS);
        names.truncate(COLUMNS);
        let more = match more {
            0 => String::new(),
            more => format!(" et {more} autres"),
        };
        let places = match &layer.geometry {
            None => "sans géométrie",
            Some(_) => "avec géométries",
        };
        lines.push(match &names[..] {
            [] => format!("Couche {label}, {places}."),
            names => format!(
                "Couche {label}, {places} ; colonnes {}{more}.",
                names.join(", ")
            ),
        });
    }
    if layers.len() > LAYERS {
        lines.push(format!("Et {} autres couches.", layers.len() - LAYERS));
    }
    lines
}

/// Tells the source layers that are not read, as people call them; nothing when there is none.
fn unread(opened: &[Opened], read: &[Fit]) -> Option<String> {
    let is_read = |place| read.iter().any(|fit| (fit.dataset, fit.place) == place);
    let left = layers(opened)
        .into_iter()
        .filter(|(place, _)| !is_read(*place));
    let left = left.map(|((dataset, _), layer)| {
        let source = &opened[dataset];
        match source.dataset.layers.len() {
            1 => source.name.clone(),
            _ => format!("{} ({})", layer.name, source.name),
        }
    });
    let left: Vec<String> = left.collect();
    (!left.is_empty()).then(|| format!("Couches laissées de côté : {}.", left.join(", ")))
}

/// Every source layer seen as every collection.
fn every(given: Delivered<'_>, layers: &[Placed<'_>]) -> Vec<Fit> {
    let each = |place: (usize, usize), source: &SourceLayer| -> Vec<Fit> {
        let fit = |layer: &Arc<Layer>| Fit::new(place, source, layer, given.wishes, &[]);
        given.catalogue.layers().iter().map(fit).collect()
    };
    layers
        .iter()
        .flat_map(|(place, source)| each(*place, source))
        .collect()
}

/// The source layers of one collection.
fn for_collection(
    given: Delivered<'_>,
    opened: &[Opened],
    layers: &[Placed<'_>],
    layer: &Arc<Layer>,
    made: &mut Recognised,
) -> Option<Vec<Fit>> {
    let mut fits = Vec::new();
    let mut unknown = None;
    for (place, source) in layers {
        match columns::resolve(layer, &source.columns, &given.wishes.map) {
            Ok(wanted) => fits.push(Fit::new(*place, source, layer, given.wishes, &wanted)),
            Err(error) => unknown = Some(error),
        }
    }
    if let (true, Some(error)) = (fits.is_empty(), unknown) {
        let finding = Finding::new(Severity::Error, "map", error.to_string())
            .advising("Corrigez --map source=champ.");
        made.findings.push((Some(layer.id.clone()), finding));
        return None;
    }
    let called = |fit: &Fit| names(opened, (fit.dataset, fit.place));
    let folders = |fit: &Fit| opened[fit.dataset].has_folders();
    match target::to_read(fits, called, folders) {
        Ok(fits) => Some(fits),
        Err(fits) => {
            let list = fits
                .iter()
                .map(|fit| {
                    let source = &opened[fit.dataset].dataset.layers[fit.place];
                    listed(opened, (fit.dataset, fit.place), source)
                })
                .collect();
            made.questions.push(target::which_layer(list, None));
            None
        }
    }
}
