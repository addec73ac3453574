//! What is wrong is told by table, row and cell; numbers are read exactly in both languages.

use super::{from_json, from_toml};

const TOML: &str = r#"
year = 2026
fctva_rate = 0.16404
[[communes]]
insee = "44018"
population = 8_343
[[services]]
id = "sig"
maintenance = 0.1
operating = [1200, "0.10", { amount = 10.005, label = "Licences" }]
[[services.members]]
insee = "44018"
from = 2026-03-01
[[services.agents]]
annual_cost = 48000.00
periods = [{ share = 0.3 }]
"#;

const JSON: &str = r#"{"year": 2026, "fctva_rate": 0.16404,
    "communes": [{"insee": "44018", "population": 8343}],
    "services": [{"id": "sig", "maintenance": 1e-1,
        "operating": [1200, 0.10, {"amount": "10.005", "label": "Licences"}],
        "members": [{"insee": "44018", "from": "2026-03-01", "until": null, "level": null}],
        "agents": [{"annual_cost": "48000.00", "periods": [{"share": 0.3, "until": null}]}]}]}"#;

#[test]
fn the_two_languages_say_the_same() {
    let (toml, json) = (from_toml(TOML), from_json(JSON));
    let toml = toml.expect("a good exercise");
    assert_eq!(toml, json.expect("a good exercise"));
    assert_eq!(
        toml.services[0]
            .maintenance
            .as_ref()
            .map(|e| e.amount.to_string()),
        Some("0.1".to_owned())
    );
}

#[test]
fn what_is_wrong_is_told_by_table_row_and_cell() {
    let wrong = |from: &str, to: &str| {
        assert!(JSON.contains(from), "{from} is in the exercise");
        from_json(&JSON.replacen(from, to, 1))
            .map_or_else(|told| told.to_string(), |_| String::new())
    };
    for (from, to, told) in [
        (
            "\"until\": null, \"level\"",
            "\"untill\": null, \"level\"",
            "services, row 1 › members, row 1, cell `untill`: unknown key `untill`, expected one of",
        ),
        (
            "\"2026-03-01\"",
            "\"2026-02-30\"",
            "services, row 1 › members, row 1, cell `from`: « 2026-02-30 » is not a date",
        ),
        (
            "\"share\": 0.3",
            "\"share\": \"0,3\"",
            "services, row 1 › agents, row 1 › periods, row 1, cell `share`: « 0,3 » is not a number",
        ),
        (
            "\"amount\": \"10.005\"",
            "\"amout\": \"10.005\"",
            "services, row 1 › operating, row 3, cell `amout`: unknown key",
        ),
        (
            "\"population\": 8343",
            "\"population\": 8343.5",
            "communes, row 1, cell `population`: « 8343.5 » is not a whole number",
        ),
        (
            "\"id\": \"sig\", ",
            "",
            "services, row 1, cell `id`: missing key `id`",
        ),
        ("\"year\": 2026,", "\"year\": 2026,,", "line 1 is no JSON"),
    ] {
        let message = wrong(from, to);
        assert!(
            message.starts_with(told),
            "{message}\ndoes not start with\n{told}"
        );
    }
    let told = from_toml(&TOML.replacen("share = 0.3", "shares = 0.3", 1)).map(|_| ());
    let told = told.expect_err("an unknown key").to_string();
    assert!(told.starts_with("services, row 1 › agents, row 1 › periods, row 1, cell `shares`"));
    let told = from_toml("year = 2026\nservices = [").map(|_| ());
    assert!(
        told.expect_err("no TOML")
            .to_string()
            .starts_with("line 2 is no TOML")
    );
}
