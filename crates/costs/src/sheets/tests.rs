//! What is wrong in sheets is told by sheet, row and cell.

use crate::finding::Finding;
use crate::sheets::{Cell, Read, Sheet, folded, from_sheets, letters, to_sheets};

const EXERCISE: &str = r#"
year = 2026
[population]
base = "dgf"
vintage = 2024
source = "Fiche DGF"
[[communes]]
insee = "44018"
population = 8343
[[services]]
id = "sig"
key = { kind = "mixed", parts = [{ kind = "population", part = "1/2" }, { kind = "usage", part = 0.5, units = { 44018 = 3, public = 1 } }] }
metropolitan = { threshold = 3, rate = 0.3 }
level_weights = { 1 = 0.8, 2 = 1 }
members = [{ insee = "44018", from = 2026-03-01, level = 2 }]
operating = [1200, { amount = "10.005", label = "Licences" }]
hosting = 3
agents = [{ annual_cost = 48000, periods = [{ share = 0.5, until = 2026-06-30 }, { share = 1, from = 2026-07-01 }] }]
[[contracts]]
amount = 100
split = { sig = 1 }
"#;

fn sheets() -> Vec<Sheet> {
    let exercise = crate::from_toml(EXERCISE).expect("an exercise");
    to_sheets(&exercise).expect("sheets")
}

fn sheet<'a>(sheets: &'a mut [Sheet], name: &str) -> &'a mut Sheet {
    let found = sheets.iter_mut().find(|sheet| sheet.name == name);
    found.expect("the sheet")
}

fn told(sheets: &[Sheet]) -> Vec<String> {
    let findings = match from_sheets(sheets) {
        Err(findings) => findings,
        Ok(Read { exercise, places }) => {
            let found = crate::check(exercise).map_or_else(|errors| errors, |good| good.1);
            found.into_iter().map(|it| places.locate(it)).collect()
        }
    };
    findings.iter().map(Finding::to_string).collect()
}

fn text(words: &str) -> Cell {
    Cell::Text(words.to_owned())
}

#[test]
fn what_is_wrong_is_told_by_sheet_row_and_cell() {
    for (name, row, column, cell, words) in [
        (
            "membres",
            3,
            2,
            text("3 mars"),
            "sheet « membres », row 3, cell `C3`: « 3 mars » is not a date",
        ),
        (
            "membres",
            3,
            0,
            text("sigg"),
            "sheet « membres », row 3, cell `A3`: no service is called « sigg »",
        ),
        (
            "membres",
            3,
            1,
            Cell::Number("1018".parse().expect("a number")),
            "sheet « membres », row 3, cell `B3`: « 1018 » is a number, and a commune's code",
        ),
        (
            "membres",
            3,
            4,
            text("7"),
            "sheet « membres », row 3, cell `E3`: level 7 has no coefficient",
        ),
        (
            "périodes",
            4,
            1,
            text("2"),
            "sheet « périodes », row 4, cell `B4`: no agent is called « 2 »",
        ),
        (
            "périodes",
            4,
            2,
            text("-1"),
            "sheet « périodes », row 4, cell `C4`: a share of time is not negative",
        ),
        (
            "périodes",
            4,
            2,
            Cell::Empty,
            "sheet « périodes », row 4, cell `C4`: missing key `share`",
        ),
        (
            "périodes",
            4,
            2,
            Cell::Error("#REF!".to_owned()),
            "sheet « périodes », row 4, cell `C4`: #REF!",
        ),
        (
            "dépenses",
            4,
            3,
            text("10,5"),
            "sheet « dépenses », row 4, cell `D4`: « 10,5 » is not a number such as 1234.56: the decimal sign is a point",
        ),
        (
            "dépenses",
            5,
            1,
            text("loyer"),
            "sheet « dépenses », row 5, cell `B5`: « loyer » is none of operating, investment",
        ),
        (
            "dépenses",
            5,
            6,
            text("2024"),
            "sheet « dépenses », row 5, cell `G5`: unknown key `since`",
        ),
        (
            "exercice",
            3,
            7,
            text("2019"),
            "sheet « exercice », row 3, cell `H3`: figures of 2019 are more than 3 years old",
        ),
        (
            "exercice",
            3,
            0,
            text("MMXXVI"),
            "sheet « exercice », row 3, cell `A3`: « MMXXVI » is not a number",
        ),
        (
            "services",
            3,
            5,
            text("30"),
            "sheet « services », row 3, cell `F3`: a rate between 0 and 1",
        ),
        (
            "unités",
            3,
            3,
            text("-3"),
            "sheet « unités », row 3, cell `D3`: a quantity is not negative",
        ),
        (
            "parts de clés",
            4,
            3,
            text("0.6"),
            "sheet « services », row 3: the parts do not add up to 1",
        ),
        (
            "répartition des contrats",
            3,
            1,
            text("ads"),
            "sheet « répartition des contrats », row 3, cell `C3`: no service has this id",
        ),
        (
            "membres",
            1,
            1,
            text("Commune"),
            "sheet « membres », row 1, cell `B1`: « Commune » is no column",
        ),
    ] {
        let mut sheets = sheets();
        assert_eq!(told(&sheets), [""; 0]);
        sheet(&mut sheets, name).rows[row - 1][column] = cell;
        let told = told(&sheets);
        assert!(
            told.iter().any(|it| it.starts_with(words)),
            "{told:?}\n{words}"
        );
    }
}

#[test]
fn sheets_are_read_by_either_name_and_whatever_is_wrong_is_told() {
    let exercise = crate::from_toml(EXERCISE).expect("an exercise");
    let mut sheets = sheets();
    for sheet in &mut sheets {
        // A title above, the names in TOML alone, the columns the other way round.
        sheet.rows[0] = vec![text("Exercice de la métropole")];
        for row in &mut sheet.rows[1..] {
            row.reverse();
        }
    }
    sheet(&mut sheets, "membres").name = "MEMBERS".to_owned();
    sheet(&mut sheets, "périodes").name = "Periodes ".to_owned();
    sheets.reverse();
    sheets.push(Sheet {
        name: "_calculs".to_owned(),
        ..sheets[0].clone()
    });
    assert_eq!(
        from_sheets(&sheets).expect("an exercise").exercise,
        exercise
    );
    sheet(&mut sheets, "agents").name = "personnel".to_owned();
    sheet(&mut sheets, "recettes").rows.truncate(1);
    let told = told(&sheets);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told.iter()
            .any(|it| it.contains("« personnel » is no table of an exercise"))
    );
    assert!(
        told.iter()
            .any(|it| it.contains("« recettes » has no row of headings"))
    );
}

#[test]
fn columns_are_lettered_as_in_spreadsheets() {
    let told: Vec<String> = [0, 25, 26, 51, 52, 701, 702].map(letters).into();
    assert_eq!(told, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    assert_eq!(folded(" Nombre d’Annuités "), "nombre d'annuites");
}
