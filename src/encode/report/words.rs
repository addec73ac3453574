//! French names of what lines of a report stand for.

use crate::catalogue::{Catalogue, Territory};
use crate::model::{By, Communes, NONE};

/// What names are taken from.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// Layers.
    pub catalogue: &'a Catalogue,
    /// Services communs.
    pub territory: &'a Territory,
    /// Communes.
    pub communes: &'a Communes,
}

impl Names<'_> {
    /// The name of a line's key, or the key itself.
    pub fn of(self, key: &str, by: By) -> String {
        let known = match by {
            By::Layer if key == NONE => Some("Hors couches (pages, styles…)"),
            By::Layer => self.catalogue.get(key).map(|layer| layer.title.as_str()),
            By::Service => self.territory.service(key).map(|it| it.title.as_str()),
            By::Operation => Some(operation(key)),
            By::Client => Some(client(key)),
            By::Key if key == NONE => Some("Sans clé"),
            By::Commune => match key {
                "metropolis" => Some("Métropole"),
                "public" => Some("Public"),
                insee => Some(self.communes.name(insee)),
            },
            By::Day | By::Month | By::Key => None,
        };
        known.unwrap_or(key).to_owned()
    }
}

fn operation(word: &str) -> &str {
    match word {
        "page" => "Pages et documents",
        "tile" => "Tuiles",
        "items" => "Pages d’objets",
        "item" => "Objets",
        "lookup" => "Recherches",
        "export" => "Exports",
        "ingest" => "Dépôts",
        "edit" => "Modifications",
        "sheet" => "Fiches de parcelle",
        "pdf" => "Documents à imprimer",
        "probe" => "Sondes",
        other => other,
    }
}

fn client(word: &str) -> &str {
    match word {
        "qgis" => "QGIS",
        "gdal" => "GDAL",
        "browser" => "Navigateur",
        "script" => "Programmes",
        "other" => "Autres logiciels",
        other => other,
    }
}

/// The French head of the column of keys.
pub fn heading(by: By) -> &'static str {
    match by {
        By::Layer => "Couche",
        By::Day => "Jour",
        By::Month => "Mois",
        By::Operation => "Type de demande",
        By::Client => "Logiciel",
        By::Key => "Clé",
        By::Service => "Service commun",
        By::Commune => "Commune",
    }
}
