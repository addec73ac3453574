//! Files that do not read: what is said, and how it is drawn.

use std::path::Path;

use miette::GraphicalTheme;

use super::{GOOD, drawn, folder, problems, refused, spoiled};
use crate::catalogue::{Catalogue, CatalogueError, Problem, TERRITORY_FILE};

#[test]
fn the_good_layer_has_no_problem() {
    assert_eq!(problems(GOOD).len(), 0);
}

#[test]
fn errors_of_syntax_are_drawn_with_line_and_caret() {
    let expected = r#"  x string values must be quoted, expected literal string
   ,-[layers/arbres.toml:2:9]
 1 | id = "arbres"
 2 | title = Arbres
   :         ^^^^^^
   :            `-- title
 3 | description = "Les arbres."
   `----

"#;
    assert_eq!(drawn("\"Arbres\"", "Arbres"), expected);
}

#[test]
fn errors_of_meaning_are_drawn_with_line_and_caret() {
    let expected = r##"  x there is no field `number`
    ,-[layers/arbres.toml:15:8]
 14 | geometry = "Point"
 15 | key = ["number"]
    :        ^^^^^^^^
    :            `-- key[0]
 16 | scope = "commune"
    `----
  help: the fields are numero, essence, hauteur

"##;
    assert_eq!(drawn("[\"numero\"]", "[\"number\"]"), expected);
    let expected = r##"  x `vert` is not a colour
    ,-[layers/arbres.toml:53:9]
 52 | order = 1
 53 | color = "vert"
    :         ^^^^^^
    :            `-- style › color
    `----
  help: write it `#rrggbb`, in hexadecimal, such as `#56aa02`

"##;
    assert_eq!(drawn("#38a800", "vert"), expected);
}

#[test]
fn errors_of_type_and_unknown_keys_name_their_key() {
    refused!(
        "\"Arbres\"",
        "3",
        "2:9: title: invalid type: integer `3`, expected a string"
    );
    refused!(
        "title = \"Arbres\"\n",
        "",
        "1:1: title: missing field `title`"
    );
    refused!(
        "title = \"Numéro\"\n",
        "",
        "19:1: field \"numero\" › title: missing field `title`"
    );
    refused!(
        "\"Point\"",
        "\"Polygon\"",
        "14:12: geometry: unknown variant `Polygon`, expected one of `Point`, `MultiPoint`, \
         `MultiLineString`, `MultiPolygon`, `Geometry`"
    );
    refused!(
        "unit = \"m\"",
        "units = \"m\"",
        "37:1: field \"hauteur\" › units: unknown field `units`, expected one of `name`, `title`, \
         `description`, `type`, `unit`, `min`, `max`, `besides`, \
         `domain`, `required`, `unique`, `pattern`, `example`, `personal`, \
         `index`, `file_name`, `aliases`"
    );
}

#[test]
fn several_problems_come_together_in_file_order() {
    let text = GOOD
        .replace("#38a800", "vert")
        .replace("\"sig@ville.example\"", "\"le service\"")
        .replace("[\"numero\"]\nscope", "[\"hauteur\"]\nscope");
    let found: Vec<_> = problems(&text).iter().map(Problem::to_string).collect();
    assert_eq!(
        found,
        [
            "layers/arbres.toml:9:11: contact: `le service` is not an e-mail address",
            "layers/arbres.toml:15:8: key[0]: the field `hauteur` is of type `real`",
            "layers/arbres.toml:15:8: key[0]: the key's first field `hauteur` is not required",
            "layers/arbres.toml:53:9: style › color: `vert` is not a colour",
        ]
    );
}

#[test]
fn a_folder_is_read_whole_or_not() {
    let territory = "epci = \"244400404\"";
    let catalogue = folder(&[
        ("arbres.toml", GOOD),
        (TERRITORY_FILE, territory),
        ("LISEZMOI.md", ""),
    ]);
    assert_eq!(catalogue.expect("one good layer").layers().len(), 1);

    let error = folder(&[
        ("arbres.toml", GOOD),
        ("b.toml", "id ="),
        ("c.toml", "id ="),
    ])
    .expect_err("two files are wrong");
    let files: Vec<_> = error
        .problems()
        .iter()
        .filter_map(|p| p.file.file_name())
        .collect();
    assert_eq!(files, ["b.toml", "c.toml"]);
    assert!(
        error
            .to_string()
            .ends_with("(and 1 more: `geonantes layers check` shows them all)")
    );

    let error = folder(&[]).expect_err("an empty folder");
    assert!(
        error.to_string().ends_with("the folder has no layer file"),
        "{error}"
    );
    let error = Catalogue::read(Path::new("/nowhere/layers")).expect_err("no folder");
    assert!(
        error.to_string().starts_with("/nowhere/layers: the folder"),
        "{error}"
    );
}

/// Whatever the place at which an editor or a disk cut the file: a message, never a panic.
#[test]
fn a_file_cut_anywhere_is_refused_with_a_message() {
    // The last table is whole before the file's last three bytes: from there on nothing lacks.
    for (cut, _) in GOOD
        .char_indices()
        .take_while(|(cut, _)| cut + 3 < GOOD.len())
    {
        let found = problems(&GOOD[..cut]);
        assert!(!found.is_empty(), "cut at byte {cut}");
        let drawing = CatalogueError::new(found).draw(GraphicalTheme::none());
        assert!(drawing.contains("layers/arbres.toml:"), "cut at byte {cut}");
    }
}
