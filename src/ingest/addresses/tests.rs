use exchange::{Cell, Column, ColumnKind};

use super::columns::parse;
use super::*;
use crate::model::{CommuneNames, Insee};

#[test]
fn streets_are_one_whatever_their_writing() {
    let one = key("Boulevard du Général de Gaulle");
    for written in [
        "BD DU GAL DE GAULLE",
        "boulevard général de gaulle",
        "Bld. du Général-de-Gaulle",
    ] {
        assert_eq!(key(written), one, "{written}");
    }
    assert_eq!(key("Place St-Pierre"), key("pl saint pierre"));
    assert_eq!(key("Rue de l’Hôtel-Dieu"), key("R HOTEL DIEU"));
    assert_ne!(key("Rue de Paris"), key("Avenue de Paris"));
    assert_eq!(key("La Haie"), key("la haie"));
}

#[test]
fn an_address_in_one_text_is_taken_apart() {
    let parts = |text: &str| {
        let address = parse(text);
        (
            address.number,
            address.suffix,
            address.street,
            address.commune,
        )
    };
    let of = |number, suffix: &str, street: &str, commune: &str| {
        (
            number,
            suffix.to_owned(),
            street.to_owned(),
            commune.to_owned(),
        )
    };
    assert_eq!(
        parts("12 rue de la Fosse"),
        of(Some(12), "", "rue de la Fosse", "")
    );
    assert_eq!(
        parts("3 bis, rue de la Paix, 44000 Nantes"),
        of(Some(3), "bis", "rue de la Paix", "Nantes")
    );
    assert_eq!(parts("7B avenue Foch"), of(Some(7), "B", "avenue Foch", ""));
    assert_eq!(
        parts("Place du Bouffay"),
        of(None, "", "Place du Bouffay", "")
    );
    assert_eq!(
        parts("1 A RUE X 44400 REZE"),
        of(Some(1), "A", "RUE X", "REZE")
    );
}

#[test]
fn columns_of_addresses_are_found_and_read() {
    let columns: Vec<Column> = ["Nom", "N°", "Adresse", "Code postal", "Ville"]
        .map(|name| Column {
            name: name.to_owned(),
            kind: ColumnKind::Text,
            width: 0,
        })
        .to_vec();
    let found = AddressColumns::find(&columns).expect("an address");
    assert_eq!(found.names(&columns), "Adresse, Ville, Code postal");
    let communes = [CommuneNames {
        insee: Insee::try_from("44143".to_owned()).expect("a code"),
        name: "Rezé".to_owned(),
        aliases: Vec::new(),
        postcodes: vec!["44400".to_owned()],
    }];
    let row = |cells: [&str; 5]| {
        let cells = cells.map(|cell| Cell::Text(cell.as_bytes().to_vec()));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        found.read(&cells, &text, &communes, None)
    };
    let expected = Address {
        commune: "44143".to_owned(),
        number: Some(12),
        suffix: String::new(),
        street: "rue X".to_owned(),
    };
    assert_eq!(row(["a", "", "12 rue X", "", "REZE"]), expected);
    assert_eq!(row(["a", "", "12 rue X", "44400", ""]), expected);
    assert_eq!(row(["a", "", "12 rue X, 44400 Rezé", "", ""]), expected);
    assert_eq!(row(["a", "", "12 rue X", "75001", "Paris"]).commune, "");
    assert_eq!(AddressColumns::find(&columns[..2]), None);
}

#[test]
fn a_number_that_is_not_there_is_told_with_its_neighbours() {
    let at = |number, suffix: &str, position: &str, x| Door {
        commune: "44143".to_owned(),
        street: "Rue X".to_owned(),
        number,
        suffix: suffix.to_owned(),
        position: position.to_owned(),
        x,
        y: 0.0,
    };
    let doors = [
        at(10, "", "segment", 1.0),
        at(10, "", "entrée", 2.0),
        at(12, "bis", "entrée", 3.0),
    ];
    let find = |number, suffix: &str| {
        let address = Address {
            number: Some(number),
            suffix: suffix.to_owned(),
            ..Address::default()
        };
        door(&address, "Rue X", &doors)
    };
    assert_eq!(find(10, ""), Ok((2.0, 0.0)));
    assert_eq!(find(12, "BIS"), Ok((3.0, 0.0)));
    let said = find(12, "").expect_err("no such number");
    assert!(said.contains("12bis, 10"), "{said}");
}
