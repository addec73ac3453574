//! Files that read but break a rule.

use super::{GOOD, folder, problems, refused, spoiled};
use crate::catalogue::CatalogueError;

#[test]
fn names_that_sql_or_urls_cannot_bear_are_refused() {
    refused!(
        "id = \"arbres\"",
        "id = \"plantes\"",
        "1:6: id: the id `plantes` is not the name of the file"
    );
    refused!(
        "name = \"essence\"",
        "name = \"limit\"",
        "17:9: label: there is no field `essence`",
        "28:8: field \"limit\" › name: `limit` is a name that the program keeps for itself",
        "49:38: tiles › attributes[0] › fields[0]: there is no field `essence`",
    );
    for name in [
        "_scope",
        "fid",
        "geom_3857",
        "bbox",
        "properties",
        "f",
        "skipgeometry",
    ] {
        let found = spoiled("name = \"hauteur\"", &format!("name = \"{name}\""));
        assert!(
            found[0].ends_with("the program keeps for itself"),
            "{found:?}"
        );
    }
    for name in ["Hauteur", "2d", "é", "a-b", "", "a b\\\"; drop table x"] {
        let found = spoiled("name = \"hauteur\"", &format!("name = \"{name}\""));
        assert!(found[0].ends_with("cannot name a field"), "{found:?}");
    }
    refused!(
        "name = \"hauteur\"",
        "name = \"essence\"",
        "34:8: field \"essence\" › name: there are two fields `essence`"
    );
    refused!(
        "unit = \"m\"",
        "aliases = [\"h\", \"ESSENCE\"]",
        "37:17: field \"hauteur\" › aliases[1]: `ESSENCE` already names the field `essence`"
    );
    let history = GOOD.replace("id = \"arbres\"", "id = \"arbres-history\"");
    let found: Vec<_> = problems(&history)
        .iter()
        .map(|p| p.message.clone())
        .collect();
    assert!(
        found.contains(&"an id may not end with `-history`".to_owned()),
        "{found:?}"
    );
}

#[test]
fn personal_data_may_not_show() {
    let refusal = "the field `releveur` is personal";
    for (piece, by) in [
        ("label = \"essence\"", "label = \"releveur\""),
        ("key = [\"numero\"]", "key = [\"numero\", \"releveur\"]"),
        (
            "fields = [\"numero\"]",
            "fields = [\"numero\", \"releveur\"]",
        ),
        ("order = 1", "order = 1\nby = \"releveur\"\nclasses = []"),
    ] {
        let found = spoiled(piece, by);
        assert!(
            found.iter().any(|line| line.ends_with(refusal)),
            "{by}: {found:?}"
        );
    }
    refused!(
        "personal = true",
        "personal = true\nindex = true",
        "44:9: field \"releveur\" › index: a personal field is never `index`"
    );
}

#[test]
fn who_sees_what_is_said_and_can_be_judged() {
    refused!(
        "audience = \"open\"",
        "audience = \"restricted\"",
        "11:12: audience: nothing says which role sees the layer"
    );
    refused!(
        "audience = \"open\"",
        "audience = \"member\"\nrole = \"csu\"",
        "12:8: role: a layer of audience `member` asks for no role"
    );
    let unknown = spoiled(
        "audience = \"open\"",
        "audience = \"open\"\nrole = \"maire\"",
    );
    assert!(
        unknown[0].contains("unknown variant `maire`"),
        "{unknown:?}"
    );
    refused!(
        "personal_role = \"instructor\"\n",
        "",
        "12:12: communes: no row of this layer is judged by its communes",
        "42:12: field \"releveur\" › personal: nothing says which role sees personal fields",
    );
    refused!(
        "personal = true",
        "personal = false",
        "12:17: personal_role: the layer has no personal field"
    );
    refused!(
        "communes = \"numero\"\n",
        "",
        "12:17: personal_role: no field bears the commune of a row"
    );
    refused!(
        "communes = \"numero\"",
        "communes = \"essence\"",
        "13:12: communes: `essence` bears the commune of a row and is not required"
    );
    refused!(
        "communes = \"numero\"",
        "communes = \"releveur\"",
        "13:12: communes: the field `releveur` is personal",
        "13:12: communes: `releveur` bears the commune of a row and is not required",
    );
    let merging = GOOD
        .replace(
            "audience = \"open\"",
            "audience = \"restricted\"\nrole = \"csu\"",
        )
        .replace("\"Point\"", "\"MultiPolygon\"")
        .replace("native_zoom = 12", "native_zoom = 14")
        .replace(
            "[style]",
            "[tiles.generalise]\ndissolve = [\"essence\"]\n\n[style]",
        );
    let found: Vec<_> = problems(&merging)
        .iter()
        .map(|p| p.message.clone())
        .collect();
    assert_eq!(found, ["features of several communes would be merged"]);
}

#[test]
fn patterns_and_domains_are_coherent() {
    refused!(
        "[0-9]{6}",
        "[0-9{6}",
        "25:11: field \"numero\" › pattern: the pattern is not a regular expression: \
         unclosed character class"
    );
    assert_eq!(
        spoiled("[0-9]{6}", "a)|(b").len(),
        1,
        "unbalanced alone, balanced in a group"
    );
    refused!(
        "type = \"text\"\ndomain",
        "type = \"integer\"\ndomain",
        "31:20: field \"essence\" › domain[0] › code: `chene` is not an integer",
        "31:57: field \"essence\" › domain[1] › code: `tilleul` is not an integer",
    );
    refused!(
        "type = \"text\"\ndomain",
        "type = \"text\"\npattern = \"ch.*\"\ndomain",
        "32:57: field \"essence\" › domain[1] › code: `tilleul` does not match the field's pattern"
    );
    refused!(
        "code = \"tilleul\"",
        "code = \"chene\"",
        "31:57: field \"essence\" › domain[1] › code: the code `chene` is there twice"
    );
    refused!(
        "type = \"text\"\npersonal",
        "type = \"text\"\nunit = \"m\"\npersonal",
        "43:8: field \"releveur\" › unit: a field of type `text` has no unit"
    );
    refused!(
        "type = \"text\"\npersonal",
        "type = \"text\"\nmin = 0\npersonal",
        "43:7: field \"releveur\" › min: a field of type `text` has no bound"
    );
    refused!(
        "unit = \"m\"",
        "min = 3\nmax = 2.5",
        "38:7: field \"hauteur\" › max: the greatest number, 2.5, is below the least, 3"
    );
    refused!(
        "unit = \"m\"",
        "min = 0\nbesides = [-1, 5]",
        "38:11: field \"hauteur\" › besides: 5 is within the bounds already"
    );
}

#[test]
fn zooms_and_companions_are_coherent() {
    refused!(
        "max_zoom = 16",
        "max_zoom = 30",
        "48:12: tiles › max_zoom: zoom 30 is beyond 22"
    );
    refused!(
        "native_zoom = 12",
        "native_zoom = 13",
        "47:15: tiles › native_zoom: nothing says how zooms below 13 are made"
    );
    refused!(
        "zoom = 14",
        "zoom = 18",
        "49:61: tiles › attributes[1] › zoom: there are no tiles at zoom 18"
    );
    refused!(
        "zoom = 14",
        "zoom = 12",
        "49:61: tiles › attributes[1] › zoom: zoom 12 does not follow the step above"
    );
    refused!(
        "[\"numero\"] }",
        "[\"essence\"] }",
        "49:75: tiles › attributes[1] › fields[0]: `essence` is there already from an earlier zoom"
    );
    let companion = GOOD
        .replace("\"Point\"", "\"MultiPolygon\"")
        .replace("native_zoom = 12", "native_zoom = 15")
        .replace(
            "[style]",
            "[tiles.generalise]\ndissolve = [\"essence\"]\n\n[style]",
        );
    let found: Vec<_> = problems(&companion)
        .iter()
        .map(|p| p.message.clone())
        .collect();
    assert_eq!(found, ["`numero` is lost where features are merged"]);
}

#[test]
fn styles_use_what_tiles_carry() {
    refused!(
        "order = 1",
        "order = 1\nby = \"hauteur\"\nclasses = [{ value = \"1\", color = \"#000000\" }]",
        "53:6: style › by: the field `hauteur` is of type `real`",
        "53:6: style › by: tiles do not carry `hauteur` at their first zoom",
        "54:22: style › classes[0] › value: the class `1` has no label",
    );
    refused!(
        "order = 1",
        "order = 1\nby = \"essence\"\nclasses = [{ value = \"if\", color = \"#000000\" }]",
        "54:22: style › classes[0] › value: `if` is not in the domain of `essence`"
    );
    refused!(
        "order = 1",
        "order = 1\nlabel_zoom = 11",
        "53:14: style › label_zoom: tiles do not carry `essence` at zoom 11"
    );
    refused!(
        "order = 1",
        "order = 1\nopacity = 40.0",
        "53:11: style › opacity: an opacity goes from 0 to 1"
    );
}

#[test]
fn references_name_a_feature_of_another_layer() {
    let read = |reference: &str| {
        let text = GOOD.replace(
            "[style]",
            &format!("[checks]\nreferences = [{reference}]\n[style]"),
        );
        folder(&[
            ("arbres.toml", &text),
            ("bancs.toml", &GOOD.replace("\"arbres\"", "\"bancs\"")),
        ])
    };
    let messages = |reference: &str| -> Vec<String> {
        let error = read(reference).err();
        let problems = error.iter().flat_map(CatalogueError::problems);
        problems.map(|problem| problem.message.clone()).collect()
    };
    let good = r#"{ field = "numero", layer = "bancs", target = "numero" }"#;
    assert_eq!(messages(good), [""; 0]);
    assert_eq!(
        messages(&good.replace("bancs", "rues")),
        ["there is no layer `rues`"]
    );
    let other = good.replace("target = \"numero\"", "target = \"essence\"");
    assert_eq!(
        messages(&other),
        ["`essence` may not name a feature of `bancs`"]
    );
    let unknown = good.replace("target = \"numero\"", "target = \"code\"");
    assert_eq!(messages(&unknown), ["there is no field `code`"]);
}
