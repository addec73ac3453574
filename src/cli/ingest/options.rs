//! What the contributor says beside the files.

use std::path::PathBuf;

use crate::catalogue::Catalogue;
use crate::ingest::{Encoding, crs};
use crate::model::{Srid, Wishes};

/// Options of a delivery.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// The collection that the files are for; may be left out where they say what they are.
    #[arg(long, value_name = "COLLECTION")]
    pub to: Option<String>,
    /// The layer to read, where the files have several.
    #[arg(long, value_name = "SOURCE_LAYER")]
    pub layer: Option<String>,
    /// The scope delivered: an INSEE code, a sheet, an idurba… Rows of another one are refused.
    #[arg(long, value_name = "KEY")]
    pub scope: Option<String>,
    /// The reference system of the coordinates, over what the files say: EPSG:3947.
    #[arg(long, value_name = "EPSG:n", value_parser = crs::parse)]
    pub crs: Option<Srid>,
    /// The encoding of the texts, over what the files say: utf-8, latin1, cp1252, cp850…
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    pub encoding: Option<String>,
    /// A column and the field that it fills; may be given several times.
    #[arg(long, value_name = "source=field", value_parser = pair)]
    pub map: Vec<(String, String)>,
    /// How another application's list is read: openads, sitadel-pa, sitadel-pd, sitadel-locaux,
    /// sitadel-logements, or a file of TOML.
    #[arg(long, value_name = "NAME|FILE", value_parser = mapping)]
    pub mapping: Option<String>,
    /// Mends what can be mended; each repair is listed.
    #[arg(long)]
    pub repair: bool,
    /// Accepts a comparison that looks like a mistake.
    #[arg(long)]
    pub accept: bool,
    /// Checks and compares; publishes nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Publishes without asking.
    #[arg(long, short)]
    pub yes: bool,
    /// One JSON document on standard output.
    #[arg(long)]
    pub json: bool,
    /// Writes the report too: .html (a page that stands alone), .gpkg (the faults, for QGIS), .json.
    #[arg(long, value_name = "FILE", value_parser = report)]
    pub report: Option<PathBuf>,
    /// No progress.
    #[arg(long, short)]
    pub quiet: bool,
    /// Who publishes; the system's user when left out.
    #[arg(long, value_name = "NAME")]
    pub author: Option<String>,
    /// Why, for the history.
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    pub comment: String,
}

impl Options {
    /// The same, as a delivery takes them.
    ///
    /// # Errors
    /// What names nothing, and what there is.
    pub fn wishes(&self, catalogue: &Catalogue) -> Result<Wishes, String> {
        let to = self.to.as_deref().map(|id| match catalogue.get(id) {
            Some(layer) => Ok(layer.id.clone()),
            None => Err(unknown(catalogue, id)),
        });
        Ok(Wishes {
            to: to.transpose()?,
            layer: self.layer.clone(),
            scope: self.scope.clone(),
            crs: self.crs,
            encoding: self.encoding.clone(),
            map: self.map.clone(),
            mapping: self.mapping.clone(),
            repair: self.repair,
            accept: self.accept,
            comment: self.comment.clone(),
        })
    }

    /// Who publishes.
    pub fn author(&self) -> String {
        self.author.clone().unwrap_or_else(user)
    }
}

/// The system's user, as the author of what the command line publishes.
pub(super) fn user() -> String {
    let own = nix::unistd::User::from_uid(nix::unistd::Uid::current());
    own.ok()
        .flatten()
        .map_or_else(|| "ligne de commande".to_owned(), |user| user.name)
}

fn unknown(catalogue: &Catalogue, id: &str) -> String {
    let mut ids: Vec<&str> = catalogue
        .layers()
        .iter()
        .map(|layer| layer.id.as_str())
        .collect();
    ids.sort_unstable();
    format!(
        "there is no collection « {id} »; there are: {}",
        ids.join(", ")
    )
}

fn report(path: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(path);
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or("");
    match extension.to_lowercase().as_str() {
        "html" | "gpkg" | "json" => Ok(path),
        _ => Err("a report is .html, .gpkg or .json".to_owned()),
    }
}

fn encoding(name: &str) -> Result<String, String> {
    match Encoding::named(name) {
        Some(_) => Ok(name.to_owned()),
        None => {
            Err("write utf-8, latin1, cp1252, iso-8859-15, cp850, macroman, utf-16…".to_owned())
        }
    }
}

/// The name of a shipped mapping, or the text of a file.
fn mapping(name: &str) -> Result<String, String> {
    let path = std::path::Path::new(name);
    let text = match path.is_file() {
        true => std::fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?,
        false if name.ends_with(".toml") => return Err(format!("there is no file {name}")),
        false => name.to_owned(),
    };
    crate::ingest::mapping::named(&text).map(|_| text)
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((source, field)) if !source.trim().is_empty() && !field.trim().is_empty() => {
            Ok((source.trim().to_owned(), field.trim().to_owned()))
        }
        _ => {
            Err("write source=field, a column of the file and a field of the collection".to_owned())
        }
    }
}
