//! Words that stand for codes, and words for what is wrong.

use super::*;

#[test]
fn words_of_national_files_stand_for_codes_and_are_told() {
    let layer = layer("ecoles");
    let mut rules = Rules::new(&layer, &[], chrono_tz::Europe::Paris, false);
    let place = layer.fields.iter().position(|field| field.name == "nature");
    let mut notes = Notes::default();
    let word = "ECOLE DE NIVEAU ELEMENTAIRE";
    let value = rules.one(
        place.expect("a field"),
        text(word),
        &|| "7".into(),
        &mut notes,
    );
    assert_eq!(value, Typed::Text("elementaire".to_owned()));
    assert!(notes.is_empty());
    let told = ["nature", word, "elementaire"].map(str::to_owned);
    assert_eq!(rules.words.get(&told.into()), Some(&1));
}

#[test]
fn what_a_text_should_be_like_is_shown_by_an_example() {
    let (_, said) = checked("parcelles", "idu", text("44009ZA0056"), false);
    // Without its prefix it is no identifier that lost its zeros.
    assert_eq!(said, ["Error pattern"]);
    let layer = layer("parcelles");
    let mut rules = Rules::new(&layer, &[], chrono_tz::Europe::Paris, false);
    let mut notes = Notes::default();
    rules.one(0, text("44009ZA0056"), &|| "7".into(), &mut notes);
    let (findings, _) = notes.finish();
    assert!(
        findings[0]
            .advice
            .ends_with("par exemple « 44109000AB0123 »."),
        "{}",
        findings[0].advice
    );
}
