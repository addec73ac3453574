//! A folder of layer files read into a catalogue.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use toml::de::DeTable;

use super::check;
use super::diagnostic::{CatalogueError, Problem, SourceFile};
use super::layer::Layer;
use crate::model::LayerId;

/// The file of the same folder that describes the territory, and no layer.
pub const TERRITORY_FILE: &str = "territory.toml";

/// Every layer that the program knows, checked.
#[derive(Debug, Clone)]
pub struct Catalogue {
    layers: Vec<Arc<Layer>>,
    by_id: HashMap<LayerId, usize>,
}

impl Catalogue {
    /// Reads every `*.toml` of a folder but [`TERRITORY_FILE`]; other files are left alone.
    ///
    /// # Errors
    /// Every problem of every file, when a single one has any: a catalogue is read whole or not.
    pub fn read(folder: &Path) -> Result<Self, CatalogueError> {
        let mut problems = Vec::new();
        let mut read = Vec::new();
        for file in sources(folder).map_err(|problem| CatalogueError::new(vec![*problem]))? {
            match file.and_then(|file| layer_of(&file).map(|layer| (file, layer))) {
                Ok(pair) => read.push(pair),
                Err(mut found) => problems.append(&mut found),
            }
        }
        // A file that does not parse would make every reference to it look wrong.
        if problems.is_empty() {
            problems = check::together(&read);
        }
        if !problems.is_empty() {
            return Err(CatalogueError::new(problems));
        }
        Ok(Self::of(read.into_iter().map(|(_, layer)| layer).collect()))
    }

    /// A catalogue of layers already checked, in drawing order.
    fn of(mut layers: Vec<Layer>) -> Self {
        layers.sort_by(|a, b| (a.style.order, &a.id).cmp(&(b.style.order, &b.id)));
        let by_id = layers
            .iter()
            .enumerate()
            .map(|(rank, layer)| (layer.id.clone(), rank))
            .collect();
        let layers = layers.into_iter().map(Arc::new).collect();
        Self { layers, by_id }
    }

    /// The layers in drawing order, the lowest first.
    pub fn layers(&self) -> &[Arc<Layer>] {
        &self.layers
    }

    /// The layer of that id, by its text: none when the text is no id at all.
    pub fn get(&self, id: &str) -> Option<&Arc<Layer>> {
        self.layer(&id.parse().ok()?)
    }

    /// The layer of that id.
    pub fn layer(&self, id: &LayerId) -> Option<&Arc<Layer>> {
        self.by_id.get(id).map(|rank| &self.layers[*rank])
    }
}

/// The layer files of a folder, by name. The inner errors are of single files.
fn sources(folder: &Path) -> Result<Vec<Result<SourceFile, Vec<Problem>>>, Box<Problem>> {
    let unreadable = |error: std::io::Error| {
        Box::new(Problem::whole(
            folder,
            format!("the folder of layers cannot be read: {error}"),
            "give the folder with the setting `layers`; a checkout has it as `layers/`",
        ))
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let is_layer = path
            .extension()
            .is_some_and(|extension| extension == "toml")
            && path.file_name().is_some_and(|name| name != TERRITORY_FILE);
        if is_layer {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(Box::new(Problem::whole(
            folder,
            "the folder has no layer file".to_owned(),
            "a layer is one file, `<id>.toml`: see docs/layers.md",
        )));
    }
    paths.sort();
    Ok(paths.into_iter().map(source).collect())
}

/// The text of one file.
fn source(path: std::path::PathBuf) -> Result<SourceFile, Vec<Problem>> {
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(SourceFile {
            path,
            text: text.into(),
        }),
        Err(error) => Err(vec![Problem::whole(
            &path,
            format!("the file cannot be read: {error}"),
            "a layer file is UTF-8 text that the program's user may read",
        )]),
    }
}

/// The layer that a file describes, checked by itself.
///
/// Errors of syntax come all together, errors of type or of unknown keys one at a time (what
/// follows one is a guess), errors of meaning all together.
pub(super) fn layer_of(file: &SourceFile) -> Result<Layer, Vec<Problem>> {
    let (document, errors) = DeTable::parse_recoverable(&file.text);
    if !errors.is_empty() {
        let mut problems: Vec<_> = errors
            .iter()
            .map(|error| toml_problem(file, error))
            .collect();
        problems.sort_by_key(|problem| (problem.line, problem.column));
        return Err(problems);
    }
    let layer = Layer::deserialize(toml::de::Deserializer::from(document))
        .map_err(|error| vec![toml_problem(file, &error)])?;
    let problems = check::alone(file, &layer);
    if problems.is_empty() {
        Ok(layer)
    } else {
        Err(problems)
    }
}

/// An error of the TOML reader at its place.
fn toml_problem(file: &SourceFile, error: &toml::de::Error) -> Problem {
    let span = error.span().unwrap_or(0..0);
    let message = error.message();
    let key = match message.strip_prefix("missing field `") {
        // What lacks a key is the table that the span covers, and the key has no place yet.
        Some(missing) => {
            let missing = missing.trim_end_matches('`');
            let whole_file = span.start == 0 && !file.text.starts_with('[');
            if whole_file {
                missing.to_owned()
            } else {
                format!("{} › {missing}", check::key_at(file, span.start))
            }
        }
        None => check::key_at(file, span.start),
    };
    Problem::at(file, span, key, message.to_owned(), None)
}
