//! The crate against an independent program: `tests/oracle/`, in Python, written from the rules.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use serde_json::value::RawValue;

/// Random exercises of an ordinary run; `COSTS_ORACLE` asks for another number.
const EXERCISES: usize = 1000;

/// One exercise, and what the oracle makes of it.
#[derive(serde::Deserialize)]
struct Case<'a> {
    #[serde(borrow)]
    exercise: &'a RawValue,
    expected: Value,
}

/// The system's Python, which `./dev` needs anyway.
fn python() -> &'static str {
    if Path::new("/usr/bin/python3").exists() {
        "/usr/bin/python3"
    } else {
        "python3"
    }
}

/// The outcome of an exercise in the contract's form.
fn computed(exercise: &str) -> Result<Value, String> {
    let read = costs::from_json(exercise).map_err(|finding| finding.to_string())?;
    let (checked, _) = costs::check(read).map_err(|findings| format!("{findings:?}"))?;
    let (outcome, _) = costs::compute(&checked).map_err(|finding| finding.to_string())?;
    serde_json::to_value(outcome).map_err(|error| error.to_string())
}

/// What differs, by service and field: everything that the oracle tells is compared.
fn differences(expected: &Value, computed: &Value) -> Vec<String> {
    let services = expected["services"].as_object().expect("services");
    let fields = services.iter().flat_map(|(id, service)| {
        let fields = service.as_object().expect("a service");
        fields.iter().map(move |(field, value)| (id, field, value))
    });
    fields
        .filter(|(id, field, value)| computed["services"][id][field] != **value)
        .map(|(id, field, value)| {
            let got = &computed["services"][id][field];
            format!("{id}.{field}: the oracle says {value}, the crate {got}")
        })
        .collect()
}

#[test]
fn random_exercises_are_the_oracles_to_the_cent() {
    let wanted = std::env::var("COSTS_ORACLE").map_or(EXERCISES, |n| n.parse().expect("a number"));
    let seed = std::env::var("COSTS_ORACLE_SEED").unwrap_or_else(|_| "2026".to_owned());
    let mut oracle = Command::new(python())
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle"))
        .args([seed, wanted.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 runs the oracle");
    let mut compared = 0;
    let answers = BufReader::new(oracle.stdout.take().expect("its answers"));
    for line in answers.lines() {
        let line = line.expect("an answer");
        let case: Case<'_> = serde_json::from_str(&line).expect("a case");
        let text = case.exercise.get();
        let got = computed(text).unwrap_or_else(|why| panic!("case {compared}: {why}\n{text}"));
        let differences = differences(&case.expected, &got);
        assert!(
            differences.is_empty(),
            "case {compared}:\n{}\n{text}",
            differences.join("\n")
        );
        compared += 1;
    }
    assert!(oracle.wait().expect("the oracle ends").success());
    assert_eq!(compared, wanted, "every exercise was compared");
}
