//! Numbers, and the bounds of their fields.

use super::*;

#[test]
fn numbers_are_read_as_people_and_programs_write_them() {
    for (given, number) in [
        (text("450"), 450),
        (text("1 234"), 1234),
        (text("1\u{202f}234"), 1234),
        (text("12,0"), 12),
        (text("450 m²"), 450),
        (text("450m2"), 450),
        (Given::Real(12.0), 12),
        (Given::Integer(7), 7),
    ] {
        let found = checked("parcelles", "contenance", given.clone(), false);
        assert_eq!(found, (Typed::Integer(number), Vec::new()), "{given:?}");
    }
    for (given, number) in [
        (text("12,5"), 12.5),
        (text("1.234,5"), 1234.5),
        (text("1,234.5"), 1234.5),
        (text("+3.25"), 3.25),
        (Given::Integer(3), 3.0),
    ] {
        let found = checked("sites-archives", "capacite", given.clone(), false);
        assert_eq!(found, (Typed::Real(number), Vec::new()), "{given:?}");
    }
    for wrong in [
        text("douze"),
        text("12.5"),
        text("1e400"),
        Given::Real(f64::NAN),
        text("1.2.3"),
    ] {
        let found = checked("parcelles", "contenance", wrong.clone(), false);
        assert_eq!(
            found,
            (Typed::Null, vec!["Error type".to_owned()]),
            "{wrong:?}"
        );
    }
}

#[test]
fn numbers_that_a_spreadsheet_rounded_and_its_errors_are_refused() {
    for (value, said) in [
        ("2,40844E+08", &["Error text"][..]),
        ("1E+14", &["Error text"]),
        ("02 40 84 43 00", &[]),
        ("#REF!", &["Error text"]),
        ("E+", &[]),
    ] {
        let found = checked("mairies", "telephone", text(value), false).1;
        assert_eq!(found, said, "{value}");
    }
}

#[test]
fn numbers_stay_within_the_bounds_of_their_field() {
    for (layer, field, number, taken) in [
        ("parcelles", "contenance", "-450 m²", false),
        ("parcelles", "contenance", "0", true),
        ("adresses", "numero", "-3", false),
        ("adresses", "numero", "9999", true),
        ("adresses", "numero", "10000", false),
        ("adresses", "numero", "99999", true),
        ("sites-archives", "capacite", "-0,5", false),
        ("leves-topographiques", "altitude", "-0,5", true),
    ] {
        let (_, said) = checked(layer, field, text(number), true);
        let refused: &[&str] = if taken { &[] } else { &["Error domain"] };
        assert_eq!(said, refused, "{field} {number}");
    }
}
