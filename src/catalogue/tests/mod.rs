//! The shipped layers pass; faulty files are reported at their line, key and caret.

use miette::GraphicalTheme;

use super::diagnostic::{CatalogueError, SourceFile};
use super::read::layer_of;
use super::{Catalogue, Problem};

mod reading;
mod rules;
mod shipped;

/// A layer in which nothing is wrong, for tests to spoil.
const GOOD: &str = r##"id = "arbres"
title = "Arbres"
description = "Les arbres."
theme = "Environnement"
licence = "etalab-2.0"
attribution = "© Ville"
source = "Ville"
vintage = "2026"
contact = "sig@ville.example"
service = "sig"
audience = "open"
personal_role = "instructor"
communes = "numero"
geometry = "Point"
key = ["numero"]
scope = "commune"
label = "essence"

[[field]]
name = "numero"
title = "Numéro"
type = "text"
required = true
unique = true
pattern = "[0-9]{6}"

[[field]]
name = "essence"
title = "Essence"
type = "text"
domain = [{ code = "chene", label = "Chêne" }, { code = "tilleul", label = "Tilleul" }]

[[field]]
name = "hauteur"
title = "Hauteur"
type = "real"
unit = "m"

[[field]]
name = "releveur"
title = "Releveur"
type = "text"
personal = true

[tiles]
min_zoom = 12
native_zoom = 12
max_zoom = 16
attributes = [{ zoom = 12, fields = ["essence"] }, { zoom = 14, fields = ["numero"] }]

[style]
order = 1
color = "#38a800"
"##;

/// The problems of a text as `layers/arbres.toml`.
fn problems(text: &str) -> Vec<Problem> {
    let file = SourceFile {
        path: "layers/arbres.toml".into(),
        text: text.into(),
    };
    layer_of(&file).err().unwrap_or_default()
}

/// The problems of the good layer with a piece replaced, on one line each.
fn spoiled(piece: &str, by: &str) -> Vec<String> {
    assert!(GOOD.contains(piece), "the good layer has no `{piece}`");
    let found = problems(&GOOD.replacen(piece, by, 1));
    found.iter().map(Problem::to_string).collect()
}

/// The drawing of the good layer with a piece replaced.
fn drawn(piece: &str, by: &str) -> String {
    assert!(GOOD.contains(piece), "the good layer has no `{piece}`");
    let text = GOOD.replacen(piece, by, 1);
    CatalogueError::new(problems(&text)).draw(GraphicalTheme::none())
}

/// Asserts that spoiling the good layer gives these problems and no other.
macro_rules! refused {
    ($piece:expr, $by:expr, $($line:expr),+ $(,)?) => {
        assert_eq!(spoiled($piece, $by), [$(concat!("layers/arbres.toml:", $line)),+]);
    };
}
use refused;

/// Reads a catalogue of files written for the occasion.
fn folder(files: &[(&str, &str)]) -> Result<Catalogue, CatalogueError> {
    let path = std::env::temp_dir().join(format!("geonantes-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir(&path).expect("the temporary folder is writable");
    for (name, text) in files {
        std::fs::write(path.join(name), text).expect("the temporary folder is writable");
    }
    let read = Catalogue::read(&path);
    std::fs::remove_dir_all(&path).expect("the temporary folder is ours");
    read
}
