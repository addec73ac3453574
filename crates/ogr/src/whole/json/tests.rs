use super::*;

/// What is said of a file: the line and the words, or whether its features are numbered.
fn said(read: fn(&Path) -> Result<bool, Fault>, text: &str) -> String {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("a.geojson");
    std::fs::write(&path, text).expect("a file");
    match read(&path) {
        Ok(numbered) => format!("numbered {numbered}"),
        Err(Fault::Malformed {
            line,
            feature,
            words,
            ..
        }) => {
            format!("{line} {feature:?} {words}")
        }
        Err(other) => format!("{other:?}"),
    }
}

#[test]
fn what_does_not_hold_together_is_placed() {
    let features =
        |inside: &str| format!("{{\"type\":\"FeatureCollection\",\n\"features\":[{inside}]}}");
    let at = |geometry: &str| {
        features(&format!(
            "{{\"type\":\"Feature\",\"properties\":{{}},\n\"geometry\":{geometry}}}"
        ))
    };
    let point = "{\"type\":\"Point\",\"coordinates\":[1,2]}";
    for (text, expected) in [
        (at(point), "numbered true"),
        (at("null"), "numbered true"),
        (
            at("{\"coordinates\":[],\"type\":\"Point\"}"),
            "numbered true",
        ),
        (format!("\u{feff}{}", at(point)), "numbered true"),
        (
            features("{\"type\":\"Feature\",\"id\":7},{\"type\":\"Feature\",\"id\":8}"),
            "numbered true",
        ),
        (
            features("{\"type\":\"Feature\",\"id\":7},{\"type\":\"Feature\",\"id\":7}"),
            "numbered false",
        ),
        (
            features("{\"type\":\"Feature\",\"id\":7},{\"type\":\"Feature\"}"),
            "numbered false",
        ),
        (
            features("{\"type\":\"Feature\"},\n"),
            "3 None trailing comma",
        ),
        (features("{\"a\":1,}"), "2 Some(1) trailing comma"),
        (features("{\"a\":NaN}"), "2 Some(1) expected value"),
        (
            features("{\"type\":\"Feature\"}\n{"),
            "3 None expected `,` or `]`",
        ),
        (
            "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\"}".to_owned(),
            "Incomplete { lack: End }",
        ),
        (at(point) + "\n;", "4 None trailing characters"),
        (
            "{\"type\":\"FeatureCollection\"}".to_owned(),
            "1 None no features",
        ),
        (
            at("{\"type\":\"Point\",\"coordinates\":[[1,2]]}"),
            "3 Some(1) coordinates: depth Point",
        ),
        (
            at("{\"type\":\"Point\",\"coordinates\":[\"1\",2]}"),
            "3 Some(1) coordinates: text 1",
        ),
        (
            at("{\"type\":\"LineString\",\"coordinates\":[[1,2],3]}"),
            "3 Some(1) coordinates: mixed",
        ),
        (
            at("{\"type\":\"Point\",\"coordinates\":[1]}"),
            "3 Some(1) coordinates: one number",
        ),
        (at("{\"type\":\"Pont\"}"), "3 Some(1) type: Pont"),
        (
            at("{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Point\"}]}"),
            "3 Some(1) coordinates: none Point",
        ),
    ] {
        assert_eq!(said(document, &text), expected, "{text}");
    }
}

#[test]
fn each_line_of_a_sequence_is_a_document() {
    let line = "{\"type\":\"Feature\",\"geometry\":null}\n";
    assert_eq!(said(sequence, &line.repeat(2)), "numbered true");
    let broken = format!("{line}\n{{\"a\":1,}}\n");
    assert_eq!(said(sequence, &broken), "3 None trailing comma");
    let marked = "\u{1e}{\n\"type\":\"Feature\"}\n\u{1e}{\"a\":\n1,}\n";
    assert_eq!(said(sequence, marked), "4 None trailing comma");
}
