//! Exercises as spreadsheets: XLSX and ODS say what TOML says.

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Output;

use costs::sheets::{Cell, Sheet, from_sheets, to_sheets};
use geonantes::encode::sheets::Format;
use proptest::prelude::*;
use serde_json::Value;

use crate::costs::{costs, document};

#[path = "../../crates/costs/tests/properties/exercises.rs"]
pub mod exercises;

const EXAMPLE: &str = "exercices/2026.toml";

/// A folder of a test's own.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let name = format!("geonantes-sheets-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    pub fn path(&self, name: &str) -> String {
        let path = self.0.join(name);
        path.to_str().expect("a path in UTF-8").to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn good(output: &Output) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
}

fn computed(file: &str) -> Value {
    document(&costs(&["compute", file, "--json"]))
}

#[test]
fn a_spreadsheet_computes_as_the_toml_that_it_was_made_of() {
    let folder = Folder::new("round");
    let expected = computed(EXAMPLE);
    for name in ["2026.xlsx", "2026.ods"] {
        let sheet = folder.path(name);
        good(&costs(&["convert", EXAMPLE, &sheet]));
        assert_eq!(computed(&sheet), expected, "{name}");
        // And back: the same exercise.
        let toml = folder.path(&format!("{name}.toml"));
        good(&costs(&["convert", &sheet, &toml]));
        let read = |path: &str| {
            let text = std::fs::read_to_string(path).expect("a file");
            ::costs::from_toml(&text).expect("an exercise")
        };
        assert_eq!(read(&toml), read(EXAMPLE), "{name}");
    }
    // What is there is not written over unasked.
    let sheet = folder.path("2026.xlsx");
    let output = costs(&["convert", EXAMPLE, &sheet]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--force"));
    good(&costs(&["convert", EXAMPLE, &sheet, "--force"]));
}

fn example() -> Vec<Sheet> {
    let text = std::fs::read_to_string(EXAMPLE).expect("the example");
    to_sheets(&::costs::from_toml(&text).expect("an exercise")).expect("sheets")
}

#[test]
fn what_is_wrong_is_told_by_sheet_row_and_cell() {
    let folder = Folder::new("wrong");
    let mut sheets = example();
    let agents = sheets.iter_mut().find(|sheet| sheet.name == "agents");
    // The cost of the tenth agent.
    agents.expect("agents").rows[11][5] = Cell::Text("51 600,00".to_owned());
    for (name, format) in [("wrong.xlsx", Format::Xlsx), ("wrong.ods", Format::Ods)] {
        let path = folder.path(name);
        std::fs::write(&path, format.write(&sheets).expect("a file")).expect("written");
        let output = costs(&["compute", &path]);
        assert_eq!(output.status.code(), Some(1));
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let place = "sheet « agents », row 12, cell `F12`: « 51 600,00 » is not a number";
        assert!(told.contains(place), "{told}");
        let output = costs(&["compute", "exercices/2026.toml.xlsx"]);
        assert_eq!(output.status.code(), Some(1));
    }
    let path = folder.path("text.xlsx");
    std::fs::write(&path, "no spreadsheet").expect("written");
    let output = costs(&["compute", &path]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no XLSX file that can be read"));
}

/// A package with each of its files changed.
pub fn each(bytes: &[u8], mut change: impl FnMut(&str, Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let mut package = zip::ZipArchive::new(Cursor::new(bytes)).expect("a package");
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..package.len() {
        let mut entry = package.by_index(at).expect("an entry");
        let name = entry.name().expect("a name").into_owned();
        let mut text = Vec::new();
        entry.read_to_end(&mut text).expect("its bytes");
        let text = change(&name, text);
        let options = zip::write::SimpleFileOptions::default();
        out.start_file(name, options).expect("an entry");
        out.write_all(&text).expect("its bytes");
    }
    out.finish().expect("a package").into_inner()
}

/// A package with the text of one of its files changed.
fn changed(bytes: &[u8], file: &str, from: &str, to: &str) -> Vec<u8> {
    each(bytes, |name, text| {
        if name != file {
            return text;
        }
        let whole = String::from_utf8(text).expect("UTF-8");
        assert!(whole.contains(from), "{from} is in {whole}");
        whole.replacen(from, to, 1).into_bytes()
    })
}

/// The only receipt of the first service, as it is read.
fn amount(sheets: &[Sheet]) -> &Cell {
    &sheets
        .iter()
        .find(|sheet| sheet.name == "recettes")
        .expect("receipts")
        .rows[2][2]
}

#[test]
fn numbers_are_what_people_see() {
    let xlsx = Format::Xlsx.write(&example()).expect("a file");
    let ods = Format::Ods.write(&example()).expect("a file");
    let number = |text: &str| Cell::Number(text.parse().expect("a number"));
    // Excel writes what it computed and shows as 0.3 so, and what was typed as 4500.28 so.
    for (stored, seen) in [
        ("0.30000000000000004", "0.3"),
        ("4500.2799999999997", "4500.28"),
        ("4.5E3", "4500"),
        ("-1.5E-2", "-0.015"),
        ("123456789012345", "123456789012345"),
    ] {
        let sheets = Format::Xlsx.read(&changed(
            &xlsx,
            "xl/worksheets/sheet10.xml",
            "<v>4500</v>",
            &format!("<v>{stored}</v>"),
        ));
        assert_eq!(amount(&sheets.expect("sheets")), &number(seen));
        let sheets = Format::Ods.read(&changed(
            &ods,
            "content.xml",
            r#"office:value="4500""#,
            &format!(r#"office:value="{stored}""#),
        ));
        assert_eq!(amount(&sheets.expect("sheets")), &number(seen));
    }
    // A formula whose result nobody has computed is no empty cell.
    let sheets = Format::Xlsx.read(&changed(
        &xlsx,
        "xl/worksheets/sheet10.xml",
        "<v>4500</v>",
        "<f>4000+500</f>",
    ));
    let told = from_sheets(&sheets.expect("sheets")).expect_err("no result");
    let told = told[0].to_string();
    assert!(
        told.starts_with("sheet « recettes », row 3, cell `C3`: a formula without its result"),
        "{told}"
    );
}

#[test]
fn words_and_days_survive() {
    let mut sheets = example();
    let exercise = &mut sheets[0].rows[2];
    let words = "  « Été » : 1 < 2 & \"3\"\n\tdeux  espaces ";
    exercise[1] = Cell::Text(words.to_owned());
    exercise[9] = Cell::Date("1899-12-31".parse().expect("a day"));
    for format in [Format::Xlsx, Format::Ods] {
        let read = format
            .read(&format.write(&sheets).expect("a file"))
            .expect("sheets");
        let title = from_sheets(&read).expect("an exercise").exercise;
        assert_eq!(title.title.as_deref(), Some(words), "{format:?}");
        assert_eq!(title.note.as_deref(), Some("1899-12-31"), "{format:?}");
    }
    assert_eq!(Format::of(Path::new("a.XLSX")), Some(Format::Xlsx));
    assert_eq!(Format::of(Path::new("a.csv")), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn spreadsheets_hold_any_exercise(exercise in exercises::exercise()) {
        let sheets = to_sheets(&exercise).expect("sheets");
        for format in [Format::Xlsx, Format::Ods] {
            let bytes = format.write(&sheets).expect("a file");
            let read = from_sheets(&format.read(&bytes).expect("sheets")).expect("an exercise");
            prop_assert_eq!(&read.exercise, &exercise, "{:?}", format);
        }
    }
}
