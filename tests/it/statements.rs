//! What communes and the council are handed: statements, titles, the year.

use std::fs;

use serde_json::Value;

use crate::costs::{costs, document};
use crate::sheets::Folder;

const EXAMPLE: &str = "exercices/2026.toml";

fn read(file: &str) -> Value {
    let text = fs::read_to_string(file).expect("a file");
    serde_json::from_str(&text).expect("JSON")
}

fn sum(rows: &Value, of: &str) -> i64 {
    let rows = rows.as_array().expect("rows");
    rows.iter()
        .map(|row| row[of].as_i64().expect("cents"))
        .sum()
}

#[test]
fn a_statement_is_the_communes_shares_and_how_they_came() {
    let folder = Folder::new("statement");
    let last = folder.path("last.toml");
    let text = fs::read_to_string("exercices/2026.toml").expect("the example");
    fs::write(&last, text.replace("12600.00", "11600.00")).expect("written");
    let written = |to: &str| {
        let to = folder.path(to);
        let ask = [
            "statement",
            EXAMPLE,
            &to,
            "--commune",
            "44018",
            "--previous",
            &last,
        ];
        let output = costs(&ask);
        assert!(output.status.success(), "{output:?}");
        to
    };
    let told = read(&written("44018.json"));
    let computed = document(&costs(&["compute", EXAMPLE, "--json"]));
    assert_eq!(
        told["total"],
        computed["summary"]["communes"]["44018"]["total"]
    );
    assert_eq!(
        sum(&told["services"], "total"),
        told["total"].as_i64().expect("cents")
    );
    assert_eq!(
        sum(&told["titles"], "cents"),
        told["total"].as_i64().expect("cents")
    );
    for service in told["services"].as_array().expect("services") {
        let carried = service["carried"].as_object().expect("amounts");
        let parts = carried.iter().filter(|(name, _)| *name != "cost");
        let parts: i64 = parts.map(|(_, cents)| cents.as_i64().expect("cents")).sum();
        assert_eq!(carried["cost"], parts, "{}", service["id"]);
        let id = service["id"].as_str().expect("an id");
        assert_eq!(
            service["total"],
            computed["services"][id]["shares"]["44018"]
        );
    }
    assert!(told["previous"]["change"].as_i64().expect("cents") > 0);
    let page = fs::read_to_string(written("44018.html")).expect("a page");
    for said in [
        "État de refacturation 2026, Bouaye",
        "fictifs",
        "règles 1 à 5",
        "30/06/2026",
    ] {
        assert!(page.contains(said), "« {said} » is not in the page");
    }
    let paper = fs::read(written("44018.pdf")).expect("a document");
    assert!(paper.starts_with(b"%PDF-"));
    let stranger = [
        "statement",
        EXAMPLE,
        &folder.path("x.html"),
        "--commune",
        "75056",
    ];
    assert_eq!(costs(&stranger).status.code(), Some(1));
}

#[test]
fn titles_call_in_every_share_and_the_final_exercise_puts_right_what_is_left() {
    let titles = document(&costs(&["titles", EXAMPLE, "--json"]));
    let computed = document(&costs(&["compute", EXAMPLE, "--json"]));
    assert_eq!(
        sum(&titles, "cents"),
        computed["summary"]["communes_pay"].as_i64().expect("cents")
    );
    let city: Vec<&Value> = titles
        .as_array()
        .expect("titles")
        .iter()
        .filter(|title| title["service"] == "convention-2001")
        .collect();
    assert_eq!(city.len(), 2);
    assert_eq!(city[0]["recovery"], "attribution-de-compensation");
    assert_eq!(city[0]["due"], "2026-06-30");
    // Nothing is left of a final exercise that is as forecast; else the difference is.
    let folder = Folder::new("titles");
    let closed = folder.path("final.toml");
    let text = fs::read_to_string(EXAMPLE).expect("the example");
    fs::write(&closed, text.replace("\"6200.00\"", "\"5100.00\"")).expect("written");
    let left = document(&costs(&["titles", EXAMPLE, "--final", &closed, "--json"]));
    assert_eq!(sum(&left, "cents"), -110_000);
    let csv = costs(&["titles", EXAMPLE, "--csv"]);
    let issued = folder.path("issued.csv");
    fs::write(&issued, &csv.stdout).expect("written");
    let again = [
        "titles", EXAMPLE, "--final", &closed, "--issued", &issued, "--json",
    ];
    assert_eq!(document(&costs(&again)), left);
}

#[test]
fn the_council_is_told_members_staff_costs_and_effects() {
    let folder = Folder::new("yearly");
    let (data, paper) = (folder.path("2026.json"), folder.path("2026.pdf"));
    for to in [&data, &paper] {
        assert!(costs(&["report", EXAMPLE, to]).status.success());
    }
    assert!(fs::read(&paper).expect("a document").starts_with(b"%PDF-"));
    let told = read(&data);
    let whole = &told["whole"];
    let cost = ["fonctionnement", "investissement"].map(|nature| whole["cost"][nature].as_i64());
    let carried = ["communes", "metropolis"].map(|who| whole[who].as_i64());
    let sum = |parts: [Option<i64>; 2]| parts[0].zip(parts[1]).map(|(a, b)| a + b);
    assert_eq!(sum(cost), sum(carried));
    // Twelve operators' posts, one head, a reinforcement.
    let csu = &told["services"][3];
    assert_eq!(
        (&csu["id"], &csu["staff"]["agents"]),
        (&"csu".into(), &1400.into())
    );
    assert_eq!(csu["memberships"], 6);
    let study = &told["studies"][0];
    assert_eq!(study["steps"][0][1], "fait");
    assert_eq!(
        (&study["memberships"], &whole["services"]),
        (&10.into(), &11.into())
    );
}
