use std::collections::BTreeSet;

use super::{SHIPPED, named};

#[test]
fn shipped_mappings_fill_fields_of_the_catalogue() {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/mappings")).expect("files");
    let mut files: BTreeSet<String> = files
        .map(|file| {
            file.expect("a file")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    // Not of a collection: populations of an exercise.
    files.remove("fiche-dgf.toml");
    let names = SHIPPED.iter().map(|one| format!("{}.toml", one.name));
    assert_eq!(names.collect::<BTreeSet<_>>(), files);
    let text = include_str!("../../../layers/dossiers-ads.toml");
    for one in SHIPPED {
        let mapping = named(one.name).expect(one.name);
        assert_eq!(mapping.to.as_str(), "dossiers-ads");
        for (field, rule) in &mapping.fields {
            assert!(text.contains(&format!("name = \"{field}\"")), "{field}");
            for value in rule.values.values().filter(|value| !value.is_empty()) {
                let known = text.contains(&format!("code = \"{value}\""));
                assert!(known || field == "nature_travaux", "{}: {value}", one.name);
            }
        }
    }
}

#[test]
fn what_is_wrong_with_a_mapping_is_told_with_its_line() {
    let wrong = "title = \"A\"\nto = \"dossiers-ads\"\n[field.numero]\ncolums = [\"N\"]\n";
    let why = named(wrong).expect_err("a slip");
    assert!(why.contains("line 4") && why.contains("columns"), "{why}");
    assert!(
        named("cart@ds")
            .expect_err("no such name")
            .contains("openads")
    );
}
