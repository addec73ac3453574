//! The results' workbook: LibreOffice computes its formulas and finds the same cents.

use std::path::Path;
use std::process::Command;

use costs::sheets::{Cell, Sheet};
use geonantes::encode::sheets::Format;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::costs::costs;
use crate::sheets::{Folder, each, exercises};

/// Random exercises that LibreOffice is asked to compute.
const EXERCISES: usize = 40;

/// A workbook without the results that were written beside its formulas.
fn bare(bytes: &[u8]) -> Vec<u8> {
    let result = regex::Regex::new("</f><v>[^<]*</v>").expect("a pattern");
    each(bytes, |name, text| {
        if !name.starts_with("xl/worksheets/") {
            return text;
        }
        let text = String::from_utf8(text).expect("UTF-8");
        result.replace_all(&text, "</f>").into_owned().into_bytes()
    })
}

/// Opens workbooks with LibreOffice, which computes them, and saves them in another folder.
fn recomputed(folder: &Folder, names: &[String]) {
    let profile = format!("-env:UserInstallation=file://{}", folder.path("profile"));
    let output = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "xlsx", "--outdir"])
        .arg(folder.path("out"))
        .args(names.iter().map(|name| folder.path(name)))
        .output()
        .expect("soffice, of the Debian package libreoffice-calc");
    assert!(output.status.success(), "{output:?}");
}

/// What differs between two workbooks, cell by cell.
fn differences(expected: &[Sheet], got: &[Sheet]) -> Vec<String> {
    let mut told = Vec::new();
    assert_eq!(expected.len(), got.len());
    for (expected, got) in expected.iter().zip(got) {
        assert_eq!(expected.name, got.name);
        // Where a quotient is estimated in doubles, what leads from there to the shares may differ.
        let heads = expected.rows.get(13).map_or(&[][..], Vec::as_slice);
        let says = |cell: Option<&Cell>, words: &str| matches!(cell, Some(Cell::Text(text)) if text.starts_with(words));
        let estimated = heads.iter().any(|head| says(Some(head), "Estimation"));
        for (row, cells) in expected.rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let found = got.rows.get(row).and_then(|cells| cells.get(column));
                let found = found.unwrap_or(&Cell::Empty);
                let on_the_way = estimated && row > 13 && !says(heads.get(column), "Part");
                if cell != found && !on_the_way && *cell != Cell::Text(String::new()) {
                    let (sheet, letters) = (&expected.name, ::costs::sheets::letters(column));
                    told.push(format!(
                        "{sheet} {letters}{}: {cell:?}, got {found:?}",
                        row + 1
                    ));
                }
            }
        }
    }
    told
}

fn workbook(exercise: ::costs::exercise::Exercise) -> Vec<u8> {
    let (checked, _) = ::costs::check(exercise).expect("a good exercise");
    let sheets = ::costs::workbook(&checked).expect("a workbook");
    Format::Xlsx.write(&sheets).expect("a file")
}

/// The number of formulas of a workbook.
fn formulas(bytes: &[u8]) -> usize {
    let mut count = 0;
    each(bytes, |_, text| {
        count += text.windows(3).filter(|bytes| bytes == b"<f>").count();
        text
    });
    count
}

/// Exercises whose amounts and weights take each way of dividing, ties among them.
fn divided() -> Vec<::costs::exercise::Exercise> {
    let of = |communes: &[(u32, u64)], services: &str| {
        let communes = communes.iter().map(|(code, population)| {
            format!(r#"{{"insee": "{code}", "population": {population}}}"#)
        });
        let communes: Vec<String> = communes.collect();
        let text = format!(
            r#"{{"year": 2026, "communes": [{}], "services": [{services}]}}"#,
            communes.join(",")
        );
        ::costs::from_json(&text).expect("an exercise")
    };
    let members = r#""members": [{"insee": "44001"}, {"insee": "44002"}, {"insee": "44003", "from": "2026-03-01"}]"#;
    let service = |id: &str, key: &str, amount: &str| {
        format!(
            r#"{{"id": "{id}", "key": {key}, {members}, "operating": ["{amount}"], "own_use_rate": "1/3",
                "metropolitan": {{"threshold": 3, "rate": "0.125"}}}}"#
        )
    };
    let all: Vec<String> = ["0.05", "-0.05", "1000000.01", "123456789.99", "-98765432101.23"]
        .iter()
        .enumerate()
        .flat_map(|(nth, amount)| {
            [
                (format!("pop-{nth}"), r#"{"kind": "population"}"#),
                (format!("égal-{nth}"), r#"{"kind": "equal"}"#),
                (
                    format!("usage-{nth}"),
                    r#"{"kind": "usage", "units": {"44001": 500000.25, "44002": "500000.25", "public": 1000000.5}}"#,
                ),
                (
                    format!("mixte-{nth}"),
                    r#"{"kind": "mixed", "parts": [{"kind": "population", "part": "0.7"},
                        {"kind": "usage", "part": "0.3", "units": {"44001": 7654321, "métropole": 999983}}]}"#,
                ),
            ]
            .map(|(id, key)| service(&id, key, amount))
        })
        .collect();
    vec![
        of(&[(44001, 3), (44002, 3), (44003, 5)], &all.join(",")),
        of(
            &[(44001, 327_734), (44002, 327_734), (44003, 20_531)],
            &all.join(","),
        ),
        of(&[], ""),
    ]
}

/// Headings that only one way of dividing puts, and the words that stand where none does.
fn every_way_is_taken(exercises: &[::costs::exercise::Exercise]) {
    let words = |exercise: &::costs::exercise::Exercise| -> Vec<String> {
        let (checked, _) = ::costs::check(exercise.clone()).expect("a good exercise");
        let sheets = ::costs::workbook(&checked).expect("a workbook");
        let cells = sheets.into_iter().flat_map(|sheet| sheet.rows).flatten();
        let words = cells.filter_map(|cell| match cell {
            Cell::Heading(words) | Cell::Text(words) => Some(words),
            _ => None,
        });
        words.collect()
    };
    let words: Vec<String> = exercises.iter().flat_map(words).collect();
    let has = |start: &str| words.iter().any(|words| words.starts_with(start));
    assert!(has("Reste de la division") && has("Reste jusqu’ici") && has("Estimation"));
    assert!(!has("Parts calculées par le programme"));
}

#[test]
fn libreoffice_finds_the_same_cents() {
    let folder = Folder::new("workbook");
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        TestRng::from_seed(RngAlgorithm::ChaCha, &[26; 32]),
    );
    let mut all = divided();
    let drawn = exercises::exercise();
    all.extend((0..EXERCISES).map(|_| drawn.new_tree(&mut runner).expect("one").current()));
    every_way_is_taken(&divided());
    let written: Vec<Vec<u8>> = all.into_iter().map(workbook).collect();
    let names: Vec<String> = (0..written.len()).map(|n| format!("{n}.xlsx")).collect();
    for (name, bytes) in names.iter().zip(&written) {
        std::fs::write(folder.path(name), bare(bytes)).expect("written");
    }
    recomputed(&folder, &names);
    let mut formulae = 0;
    for (name, bytes) in names.iter().zip(&written) {
        let got = std::fs::read(folder.path(&format!("out/{name}"))).expect("LibreOffice's");
        let (expected, got) = (Format::Xlsx.read(bytes), Format::Xlsx.read(&got));
        let told = differences(&expected.expect("sheets"), &got.expect("sheets"));
        assert!(told.is_empty(), "{name}:\n{}", told.join("\n"));
        formulae += formulas(bytes);
    }
    assert!(formulae > 10_000, "{formulae} formulas");
}

#[test]
fn the_workbook_is_written_by_its_command() {
    let folder = Folder::new("workbook-command");
    let file = folder.path("2026.xlsx");
    let output = costs(&["workbook", "exercices/2026.toml", &file]);
    assert!(output.status.success(), "{output:?}");
    let sheets = Format::Xlsx
        .read(&std::fs::read(&file).expect("a file"))
        .expect("sheets");
    let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(
        names[..4],
        ["Matrice", "Fonctionnement", "Investissement", "1. sig"]
    );
    assert_eq!(names.last(), Some(&"Lignes"));
    let output = costs(&["workbook", "exercices/2026.toml", &folder.path("2026.ods")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!Path::new(&folder.path("2026.ods")).exists());
}
