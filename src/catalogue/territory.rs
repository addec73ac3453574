//! The territory: which communes, in which projection.

use std::path::Path;

use serde::Deserialize;

use super::read::TERRITORY_FILE;
use crate::model::Srid;

/// What `layers/territory.toml` says that serving needs; the demonstration reads the rest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Territory {
    /// Name of the territory, in French.
    pub title: String,
    /// EPSG code of the legal projection, in which geometries are stored.
    srid: i32,
    /// EPSG codes of other systems in which features are served.
    served_crs: Vec<i32>,
}

impl Default for Territory {
    fn default() -> Self {
        Self {
            title: "Territoire".to_owned(),
            srid: 2154,
            served_crs: Vec::new(),
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
            Ok(text) => toml::from_str(&text)
                .map_err(|error| format!("{} is not valid:\n{error}", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(format!("{} cannot be read: {error}", path.display())),
        }
    }

    /// The storage system.
    pub fn srid(&self) -> Srid {
        Srid(self.srid)
    }

    /// Other systems in which features are served.
    pub fn served_crs(&self) -> Vec<Srid> {
        self.served_crs.iter().copied().map(Srid).collect()
    }
}
