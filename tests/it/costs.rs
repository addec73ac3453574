//! `geonantes costs`: the contract's form, the messages, the example that is shipped.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn costs(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_geonantes"))
        .arg("costs")
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("the program runs")
}

/// A file of a test's own, gone with it.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, text: &str) -> Self {
        let name = format!("geonantes-costs-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).expect("a file");
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("a path in UTF-8")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

pub fn document(output: &Output) -> Value {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    serde_json::from_slice(&output.stdout).expect("one JSON document")
}

/// The contract's exercise, two communes being members.
const CONTRACT: &str = r#"{"year": 2026, "fctva_rate": "0.16404",
 "communes": [{"insee": "44018", "population": 8343}, {"insee": "44109", "population": 327734}],
 "services": [{
   "id": "sig", "key": {"kind": "population"},
   "members": [{"insee": "44018", "from": "2026-01-01", "until": null, "level": 1}, {"insee": "44109"}],
   "level_weights": {"1": "1", "2": "1"},
   "agents": [{"annual_cost": "48000.00", "periods": [{"share": "0.5", "from": null, "until": null}]},
              {"paid": "31000.00", "periods": [{"share": "0.4"}]}],
   "operating": ["1200.00"],
   "investment": [{"amount": "300.00", "mode": "full"}, {"amount": "900.00", "mode": "net_fctva"},
                  {"amount": "5000.00", "mode": "annuity", "years": 5, "since": 2024}],
   "receipts": ["0.00"], "maintenance": "0", "hosting": "0",
   "digital_projects": [{"setup_from": "2026-03-01", "setup_until": "2026-09-30",
                         "staff": [{"annual_cost": "60000", "share": "0.2", "from": null, "until": null}]}],
   "overhead_rate": "0.095", "overhead_on_digital_staff": false,
   "own_use_rate": "0", "metropolitan": {"threshold": 12, "rate": "0.30"}}]}"#;

#[test]
fn the_contracts_exercise_is_computed_in_the_contracts_form() {
    let file = Scratch::new("contract.json", CONTRACT);
    let output = costs(&["compute", file.path(), "--json"]);
    let mut outcome = document(&output)["services"]["sig"].clone();
    outcome
        .as_object_mut()
        .expect("a service")
        .remove("metropolis_by_nature");
    assert_eq!(
        outcome,
        json!({
            "lines": [["payroll", 2_400_000], ["payroll", 1_240_000], ["digital_staff", 703_562],
                ["overhead", 345_800], ["operating", 120_000], ["investment", 30_000],
                ["investment", 75_236], ["investment", 100_000], ["maintenance", 0], ["hosting", 0],
                ["receipts", 0]],
            "cost": 5_014_598,
            "by_nature": {"fonctionnement": 4_809_362, "investissement": 205_236},
            "own_use": 0, "solidarity": 0, "public_use": 0, "rest_to_metropolis": 0,
            "shares": {"44018": 124_486, "44109": 4_890_112},
            "shares_by_nature": {
                "fonctionnement": {"44018": 119_391, "44109": 4_689_971},
                "investissement": {"44018": 5_095, "44109": 200_141}},
        })
    );
    let warned = String::from_utf8_lossy(&output.stderr);
    assert!(
        warned.contains("warning: exercise, cell `population`"),
        "{warned}"
    );
}

#[test]
fn an_amount_is_explained_in_text_and_json() {
    let file = Scratch::new("explained.json", CONTRACT);
    let ask = [
        "explain",
        file.path(),
        "--commune",
        "44018",
        "--service",
        "sig",
    ];
    let output = costs(&ask);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for said in [
        "44018, sig, exercice 2026 : 1\u{202f}244,86\u{a0}€",
        "60\u{202f}000,00\u{a0}€ par an × 0,2 × 214 j ÷ 365 j = 513600/73\u{a0}€ exactement",
        "seuil de 12 communes non atteint (2 membres)",
        "membre du 01/01/2026 au 31/12/2026 : 365 j, niveau 1, coefficient 1",
        "poids 8343 sur 336077",
    ] {
        assert!(text.contains(said), "« {said} » is not in\n{text}");
    }
    let chain = document(&costs(&[&ask[..], &["--json"]].concat()));
    assert_eq!(chain["amount"], 124_486);
    assert_eq!(chain["lines"][2]["exact"], "513600/73");
    assert_eq!(chain["portions"][0]["weight"], "8343");
    assert_eq!(chain["portions"][0]["rank"], 1);
    let stranger = [
        "explain",
        file.path(),
        "--commune",
        "44020",
        "--service",
        "sig",
    ];
    assert_eq!(costs(&stranger).status.code(), Some(1));
}

#[test]
fn what_is_wrong_is_told_and_refused() {
    let wrong = CONTRACT.replace(
        "\"key\": {\"kind\": \"population\"}",
        "\"key\": {\"kind\": \"usage\"}",
    );
    let wrong = wrong.replace("\"years\": 5", "\"years\": 0");
    let file = Scratch::new("wrong.json", &wrong);
    let output = costs(&["compute", file.path(), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let told = String::from_utf8_lossy(&output.stderr);
    for said in [
        "services « sig » › investment, row 3, cell `years`: an annuity is over 1 year or more",
        "services « sig » › key, cell `units`: the key `usage` needs `units`",
    ] {
        assert!(told.contains(said), "« {said} » is not in\n{told}");
    }
    assert_eq!(
        costs(&["compute", "no-such-file.toml"]).status.code(),
        Some(1)
    );
    assert_eq!(costs(&["compute"]).status.code(), Some(2));
}

#[test]
fn the_shipped_exercise_is_complete_and_without_warnings() {
    let output = costs(&["compute", "exercices/2026.toml", "--json"]);
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let outcome = document(&output);
    let services = outcome["services"].as_object().expect("services");
    let territory =
        std::fs::read_to_string(root().join("layers/territory.toml")).expect("the territory");
    let territory: toml::Table = territory.parse().expect("TOML");
    for service in territory["services"].as_array().expect("services") {
        let id = service["id"].as_str().expect("an id");
        assert!(services.contains_key(id), "{id} is a service commun");
    }
    for id in ["droits-de-cites", "convention-2001"] {
        assert!(services.contains_key(id), "{id} is paid for too");
    }
    // Studies are simulated, and called in nowhere.
    let studies = outcome["studies"].as_object().expect("studies");
    let names: Vec<&String> = studies.keys().collect();
    assert_eq!(names, ["ingenierie", "financements", "habitat-indigne"]);
    assert_eq!(studies["ingenierie"]["cost"], 9_742_125);
    let titles = costs(&["titles", "exercices/2026.toml", "--csv"]).stdout;
    let titles = String::from_utf8(titles).expect("CSV");
    assert!(titles.contains("csu") && !names.iter().any(|id| titles.contains(*id)));
    let paid =
        |service: &str, commune: &str| outcome["services"][service]["shares"][commune].clone();
    assert_eq!(
        paid("ads-sud-ouest", "44018"),
        0,
        "the shared team is free of charge"
    );
    assert_eq!(
        outcome["services"]["sig"]["shares"]
            .as_object()
            .map(serde_json::Map::len),
        Some(24)
    );
}
