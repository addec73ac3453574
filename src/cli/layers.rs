//! `geonantes layers list|check|apply`: the catalogue, what is wrong with it, its tables.

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::session::{Session, Use};
use super::table::{aligned, say};
use crate::catalogue::{Catalogue, CatalogueError, Layer};
use crate::config::Config;
use crate::store::Change;

/// What to do with the catalogue.
#[derive(Debug, Clone, Copy, clap::Subcommand)]
pub enum Command {
    /// Lists the layers.
    List {
        /// One JSON document instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Checks every file, and shows each problem at its place.
    Check {
        /// One JSON document instead of drawings.
        #[arg(long)]
        json: bool,
    },
    /// Makes or extends the tables; refuses what would lose data.
    Apply,
}

/// Runs the command.
///
/// # Errors
/// When the configuration or the database cannot be used.
pub async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let folder = || Config::load().map(|config| config.layers);
    Ok(match command {
        Command::List { json } => list(&folder()?, json),
        Command::Check { json } => check(&folder()?, json),
        Command::Apply => {
            let session = Session::open_as_is(Use::Join).await?;
            let done = apply(&session).await;
            session.close().await?;
            done?
        }
    })
}

/// Makes or extends the tables of every layer; those refused do not keep back the others.
async fn apply(session: &Session) -> anyhow::Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for layer in session.catalogue.layers() {
        match session.store.apply(layer).await {
            Ok(Change::Created) => say(&format!("{}: tables made\n", layer.id)),
            Ok(Change::Extended(fields)) => {
                say(&format!("{}: added {}\n", layer.id, fields.join(", ")));
            }
            Ok(Change::Unchanged) => say(&format!("{}: as it should be\n", layer.id)),
            Err(error) => {
                eprintln!("{error}");
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

/// Prints the layers of a folder, as a table or as one JSON document.
///
/// Exit code 1, with every problem on standard error, when the folder is not a valid catalogue.
fn list(folder: &Path, json: bool) -> ExitCode {
    match Catalogue::read(folder) {
        Ok(catalogue) if json => say(&format!("{:#}\n", as_json(&catalogue))),
        Ok(catalogue) => say(&as_table(&catalogue)),
        Err(error) => {
            eprint!("{}", error.render());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Checks the layers of a folder and prints every problem: drawn on standard error, or as one
/// JSON document on standard output. Exit code 1 when there is any.
fn check(folder: &Path, json: bool) -> ExitCode {
    let read = Catalogue::read(folder);
    let problems = read
        .as_ref()
        .err()
        .map_or(&[][..], CatalogueError::problems);
    if json {
        say(&format!("{:#}\n", json!({ "problems": problems })));
    }
    match &read {
        Ok(catalogue) => {
            eprintln!("{} layers, no problem", catalogue.layers().len());
            ExitCode::SUCCESS
        }
        Err(error) => {
            if !json {
                eprint!("{}", error.render());
            }
            eprintln!("{} in {}", counted(problems.len()), folder.display());
            ExitCode::FAILURE
        }
    }
}

fn counted(problems: usize) -> String {
    match problems {
        1 => "1 problem".to_owned(),
        many => format!("{many} problems"),
    }
}

/// Columns of the table of layers.
const HEADINGS: [&str; 6] = ["ID", "TITLE", "THEME", "GEOMETRY", "AUDIENCE", "FIELDS"];

/// The layers by theme, then by id, under aligned headings.
fn as_table(catalogue: &Catalogue) -> String {
    let mut layers: Vec<&Layer> = catalogue.layers().iter().map(AsRef::as_ref).collect();
    layers.sort_by_key(|layer| (&layer.theme, &layer.id));
    aligned(HEADINGS, layers.into_iter().map(row).collect())
}

fn row(layer: &Layer) -> [String; 6] {
    [
        layer.id.to_string(),
        layer.title.clone(),
        layer.theme.clone(),
        layer.geometry.as_str().to_owned(),
        layer.audience.as_str().to_owned(),
        layer.fields.len().to_string(),
    ]
}

/// The layers in drawing order.
fn as_json(catalogue: &Catalogue) -> Value {
    let layers = catalogue.layers().iter().map(|layer| {
        let fields = layer.fields.iter().map(|field| {
            json!({
                "name": field.name,
                "title": field.title,
                "type": field.kind,
                "required": field.required,
                "personal": field.personal,
            })
        });
        json!({
            "id": layer.id,
            "title": layer.title,
            "theme": layer.theme,
            "geometry": layer.geometry,
            "audience": layer.audience,
            "service": layer.service,
            "scope": layer.scope,
            "key": layer.key,
            "fields": fields.collect::<Vec<_>>(),
        })
    });
    json!({ "layers": layers.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Catalogue {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers");
        Catalogue::read(&folder).expect("shipped layers are valid")
    }

    #[test]
    fn the_table_has_a_line_for_each_layer_in_aligned_columns() {
        let table = as_table(&shipped());
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines.len(), 23);
        assert!(lines[0].starts_with("ID "), "{}", lines[0]);
        let theme = |line: &str, word: &str| line.find(word).map(|at| line[..at].chars().count());
        let line = lines
            .iter()
            .find(|line| line.starts_with("parcelles "))
            .expect("parcelles");
        assert_eq!(theme(line, "Cadastre  "), theme(lines[0], "THEME"));
        assert!(line.ends_with(" 10"), "{line}");
    }

    #[test]
    fn the_json_tells_personal_fields_apart() {
        let listed = as_json(&shipped());
        let layers = listed["layers"].as_array().expect("an array");
        let files = layers
            .iter()
            .find(|layer| layer["id"] == "dossiers-ads")
            .expect("ADS files");
        assert_eq!(files["scope"], "fusion");
        let fields = files["fields"].as_array().expect("an array");
        let personal = fields.iter().filter(|field| field["personal"] == true);
        assert_eq!(personal.count(), 5);
    }
}
