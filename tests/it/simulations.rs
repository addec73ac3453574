//! Exercises beside others: last year's, the forecast, variants.

use serde_json::Value;

use crate::costs::{costs, document};
use crate::sheets::Folder;

const EXAMPLE: &str = "exercices/2026.toml";
const VARIANTS: &str = "exercices/2026-variantes.toml";

fn refused(arguments: &[&str]) -> String {
    let output = costs(arguments);
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).expect("UTF-8")
}

#[test]
fn results_tell_each_communes_figures() {
    let told = document(&costs(&["compute", EXAMPLE, "--json"]));
    let services = told["services"].as_object().expect("services");
    let bouaye = &told["summary"]["communes"]["44018"];
    let paid: i64 = services
        .values()
        .filter_map(|service| service["shares"]["44018"].as_i64())
        .sum();
    assert_eq!(bouaye["total"], paid);
    assert_eq!(
        (&bouaye["population"], &bouaye["name"]),
        (&8343.into(), &"Bouaye".into())
    );
    assert_eq!(bouaye["per_inhabitant"], (paid * 2 + 8343) / (2 * 8343));
    let alone = bouaye["population_alone"].as_i64().expect("cents");
    assert_eq!(bouaye["against_population"], paid - alone);
    let output = costs(&["compute", EXAMPLE]);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        text.contains("44018 Bouaye") && text.contains("% of the cost"),
        "{text}"
    );
}

#[test]
fn results_are_compared_with_the_previous_year_and_the_forecast() {
    let folder = Folder::new("compared");
    let text = std::fs::read_to_string(EXAMPLE).expect("the example");
    // A year before, the 12 600.00 of training had been 11 600.00.
    let before = text
        .replacen("12600.00", "11600.00", 1)
        .replacen("year = 2026", "year = 2025", 1);
    assert_ne!(before, text);
    let file = folder.path("2025.toml");
    std::fs::write(&file, before).expect("written");
    let compute = [
        "compute",
        EXAMPLE,
        "--previous",
        &file,
        "--forecast",
        EXAMPLE,
    ];
    let told = document(&costs(&[&compute[..], &["--json"]].concat()));
    let cost = |role: &str| told[role]["changes"]["services"]["sig"]["cost"]["change"].clone();
    assert_eq!(
        (cost("forecast"), told["forecast"]["year"].clone()),
        (0.into(), 2026.into())
    );
    assert_eq!(told["previous"]["year"], 2025);
    // Nobody is billed more than what it costs more, structural charges not included.
    let changes = &told["previous"]["changes"];
    let communes = changes["communes"].as_object().expect("communes");
    let communes: i64 = communes
        .values()
        .filter_map(|it| it["change"].as_i64())
        .sum();
    let metropolis = changes["metropolis"]["change"].as_i64().expect("cents");
    assert_eq!(changes["cost"]["change"], communes + metropolis);
    let output = costs(&compute);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.contains("since the previous (2025):"), "{text}");
}

#[test]
fn variants_are_computed_and_drawn() {
    let folder = Folder::new("simulated");
    let picture = folder.path("variantes.svg");
    let simulate = ["simulate", EXAMPLE, VARIANTS, "--plot", &picture];
    let told = document(&costs(&[&simulate[..], &["--json"]].concat()));
    let base = document(&costs(&["compute", EXAMPLE, "--json"]));
    assert_eq!(told["base"], base["summary"]);
    let variants = told["variants"].as_array().expect("variants");
    assert_eq!(variants.len(), 3);
    // Without its solidarity the metropolis carries less, and every member more.
    let change = |variant: &Value, of: &str| variant["changes"][of]["change"].as_i64();
    assert!(change(&variants[0], "metropolis") < Some(0));
    assert_eq!(
        (&variants[0]["gain"], &variants[0]["lose"]),
        (&0.into(), &24.into())
    );
    let joined = &variants[2]["changes"]["communes"]["44047"]["change"];
    assert!(joined.as_i64() > Some(0));
    let svg = std::fs::read_to_string(&picture).expect("a picture");
    assert!(svg.starts_with("<svg") && svg.contains("CSU au poids de la population"));
    let text = String::from_utf8(costs(&simulate[..3]).stdout).expect("UTF-8");
    assert!(text.contains("« CSU au poids de la population »"), "{text}");
    // A picture that is there is kept.
    assert!(refused(&simulate).contains("--force"));
    let wrong = folder.path("wrong.toml");
    std::fs::write(
        &wrong,
        "[[variants]]\nname = \"x\"\nservices.csu.own_use_rate = 3",
    )
    .expect("written");
    let told = refused(&["simulate", EXAMPLE, &wrong]);
    assert!(
        told.contains("variant « x » › services « csu », cell `own_use_rate`"),
        "{told}"
    );
}
