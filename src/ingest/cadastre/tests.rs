use exchange::{Cell, Column};

use super::{Cadastre, NoSheet, Sheets};
use crate::catalogue::{Catalogue, Layer};
use crate::ingest::Given;

fn square(west: f64) -> Vec<u8> {
    let mut wkb = vec![1, 3, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0];
    for (x, y) in [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)] {
        wkb.extend_from_slice(&f64::to_le_bytes(west + x));
        wkb.extend_from_slice(&f64::to_le_bytes(y));
    }
    wkb
}

fn sheets(ids: &[(&str, f64)]) -> Sheets {
    Sheets::new(
        ids.iter()
            .map(|(id, west)| ((*id).to_owned(), square(*west))),
    )
}

/// The fields of a collection after completion, as `name=value`.
fn completed(layer: &str, row: &[(&str, &str)], sheets: &Sheets) -> Result<Vec<String>, NoSheet> {
    let catalogue = Catalogue::read(std::path::Path::new("layers")).expect("the catalogue");
    let layer: &Layer = catalogue.get(layer).expect("the layer");
    let columns: Vec<Column> = row
        .iter()
        .map(|(name, _)| Column {
            name: (*name).to_owned(),
            kind: exchange::ColumnKind::Text,
            width: 0,
        })
        .collect();
    let value = |name: &str| row.iter().find(|(column, _)| *column == name);
    let fields = layer
        .fields
        .iter()
        .map(|field| value(&field.name).map(|_| 0));
    let fields: Vec<Option<usize>> = fields.collect();
    let cadastre = Cadastre::of(layer, &columns, &fields).expect("a collection of the cadastre");
    let mut values: Vec<Given> = (layer.fields.iter())
        .map(|field| value(&field.name).map_or(Given::Absent, |(_, it)| Given::Text((*it).into())))
        .collect();
    let cells = row.iter();
    let cells = cells.map(|(_, value)| Cell::Text(value.as_bytes().into()));
    let cells: Vec<Cell> = cells.collect();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    cadastre.complete(&mut values, &cells, Some(&square(10.0)), &text, sheets)?;
    Ok((layer.fields.iter().zip(values))
        .filter_map(|(field, value)| match value {
            Given::Text(value) => Some(format!("{}={value}", field.name)),
            _ => None,
        })
        .collect())
}

#[test]
fn a_parcel_of_etalab_gets_its_zeros_and_its_sheet() {
    let row = [
        ("idu", "441430000A0007"),
        ("commune", "44143"),
        ("prefixe", "000"),
        ("section", "A"),
        ("numero", "7"),
    ];
    let known = sheets(&[
        ("441430000A01", 0.0),
        ("441430000A02", 10.0),
        ("441430000B01", 10.0),
    ]);
    let expected = [
        "idu=441430000A0007",
        "commune=44143",
        "prefixe=000",
        "section=0A",
        "numero=0007",
        "feuille=441430000A02",
    ];
    assert_eq!(
        completed("parcelles", &row, &known),
        Ok(expected.map(str::to_owned).to_vec())
    );
    // One sheet in the section: no need to look where.
    let one = sheets(&[("441430000A01", 0.0)]);
    let made = completed("parcelles", &row, &one).expect("its sheet");
    assert!(made.contains(&"feuille=441430000A01".to_owned()));
    assert_eq!(
        completed("parcelles", &row, &sheets(&[("441430000B01", 0.0)])),
        Err(NoSheet)
    );
}

#[test]
fn what_contradicts_the_identifier_is_left_to_the_checks() {
    let row = [
        ("idu", "441430000A0007"),
        ("section", "AB"),
        ("feuille", "1"),
    ];
    let made = completed("parcelles", &row, &Sheets::default()).expect("its sheet is numbered");
    assert!(made.contains(&"section=AB".to_owned()), "{made:?}");
    assert!(
        made.contains(&"feuille=441430000A01".to_owned()),
        "{made:?}"
    );
}

#[test]
fn a_sheet_of_the_ign_is_made_of_its_parts() {
    let row = [
        ("section", "AB"),
        ("feuille", "1"),
        ("CODE_DEP", "44"),
        ("CODE_COM", "143"),
        ("prefixe", "000"),
    ];
    let expected = [
        "feuille=44143000AB01",
        "commune=44143",
        "prefixe=000",
        "section=AB",
        "numero=01",
    ];
    assert_eq!(
        completed("sections", &row, &Sheets::default()),
        Ok(expected.map(str::to_owned).to_vec())
    );
}

#[test]
fn a_building_takes_the_sheet_around_it_and_no_other() {
    let row = [("commune", "44143")];
    let known = sheets(&[("44143000AB01", 0.0), ("44143000AC01", 10.0)]);
    let made = completed("batiments", &row, &known).expect("its sheet");
    assert!(
        made.contains(&"feuille=44143000AC01".to_owned()),
        "{made:?}"
    );
    let away = sheets(&[("44143000AB01", 0.0), ("44143000AC01", 20.0)]);
    assert_eq!(completed("batiments", &row, &away), Err(NoSheet));
}

#[test]
fn an_empty_cell_stays_missing() {
    let row = [
        ("idu", "441430000A0007"),
        ("section", ""),
        ("feuille", "441430000A01"),
    ];
    let made = completed("parcelles", &row, &Sheets::default()).expect("its sheet is given");
    assert!(made.contains(&"section=".to_owned()), "{made:?}");
}
