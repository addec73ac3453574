//! Inhabitants of an exercise: the published communes', those of a fiche DGF, those written by hand.

use std::fs;

use costs::sheets::{Cell, Sheet};
use geonantes::encode::sheets::Format;
use serde_json::{Value, json};

use crate::costs::{costs, document};
use crate::sheets::Folder;
use crate::support::Database;

/// Nantes written by hand with a source of its own, Rezé without a figure, Saint-Herblain a member only.
const EXERCISE: &str = r#"
year = 2026
communes = [
    { insee = "44109", population = 330000, source = "Recensement complémentaire" },
    { insee = "44143" },
]
[[services]]
id = "sig"
operating = [100]
members = [{ insee = "44109" }, { insee = "44143" }, { insee = "44162" }]
"#;

fn exercise(file: &str) -> Value {
    let text = fs::read_to_string(file).expect("an exercise");
    serde_json::to_value(::costs::from_toml(&text).expect("an exercise")).expect("JSON")
}

/// Codes and inhabitants.
fn figures(exercise: &Value) -> Vec<(String, Value)> {
    let rows = exercise["communes"].as_array().expect("communes").iter();
    rows.map(|row| {
        let insee = row["insee"].as_str().expect("a code");
        (insee.to_owned(), row["population"].clone())
    })
    .collect()
}

fn expected(nantes: u64, reze: u64, herblain: Option<u64>) -> Vec<(String, Value)> {
    let row = |insee: &str, population: Value| (insee.to_owned(), population);
    vec![
        row("44109", nantes.into()),
        row("44143", reze.into()),
        row("44162", herblain.map_or(Value::Null, Value::from)),
    ]
}

#[tokio::test]
async fn the_published_communes_give_their_inhabitants_and_a_source_of_ones_own_prevails() {
    let database = Database::clone_template().await;
    let folder = Folder::new("populations");
    let file = folder.path("2026.toml");
    fs::write(&file, EXERCISE).expect("written");
    let to = folder.path("published.toml");
    let run = async |arguments: &[&str]| {
        let start = ["costs", "population", &file, &to, "--json", "--force"];
        database.run(&[&start, arguments].concat()).await
    };
    // The template's layer says neither: nothing is made up.
    let refused = run(&[]).await;
    assert_eq!(refused.status.code(), Some(1));
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(why.contains("--vintage"), "{why}");
    let said = ["--vintage", "2023", "--source", "INSEE"];
    let told = document(&run(&said).await);
    let how = |at: usize| told["communes"][at]["how"].clone();
    assert_eq!([how(0), how(1), how(2)], ["kept", "taken", "taken"]);
    let made = exercise(&to);
    assert_eq!(figures(&made), expected(330_000, 42_919, Some(50_561)));
    let base = json!({ "base": "municipale", "vintage": 2023, "source": "INSEE" });
    assert_eq!(made["population"], base);
    assert_eq!(made["communes"][1]["name"], "Rezé");
    let replaced = run(&[&said[..], &["--replace"]].concat()).await;
    assert!(replaced.status.success(), "{replaced:?}");
    assert_eq!(
        figures(&exercise(&to)),
        expected(325_070, 42_919, Some(50_561))
    );
}

#[test]
fn a_fiche_dgf_is_read_by_its_columns() {
    let folder = Folder::new("fiche");
    let file = folder.path("2026.toml");
    fs::write(&file, EXERCISE).expect("written");
    // Windows-1252, words above the columns, spaces among the digits, a line of totals below.
    let text = "Fiche DGF 2026 (fictive);;;\r\nCode INSEE;Commune;Population INSEE;Population DGF 2026\r\n\
                44143;Rez\u{e9};43 556;44 102\r\n44109;Nantes;327 734;335 890\r\n;Total;371 290;379 992\r\n";
    let bytes = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let fiche = folder.path("fiche.csv");
    fs::write(&fiche, bytes).expect("written");
    let words = |text: &str| Cell::Text(text.to_owned());
    let number = |text: &str| Cell::Number(text.parse().expect("a number"));
    let sheet = Sheet {
        name: "Communes".to_owned(),
        rows: vec![
            vec![
                words("Nom de la commune"),
                words("Code INSEE de la commune"),
                words("Population DGF de l'année N'"),
            ],
            vec![words("Nantes"), number("44109"), number("335890")],
            vec![words("Rezé"), words("44143"), number("44102")],
        ],
        ..Sheet::default()
    };
    let book = folder.path("fiche.xlsx");
    fs::write(&book, Format::Xlsx.write(&[sheet]).expect("a workbook")).expect("written");
    let to = folder.path("dgf.toml");
    for fiche in [&fiche, &book] {
        let output = costs(&[
            "population",
            &file,
            &to,
            "--fiche",
            fiche,
            "--vintage",
            "2023",
            "--replace",
            "--force",
        ]);
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{output:?}");
        assert!(told.contains("NOT in the source"), "{told}");
        let made = exercise(&to);
        assert_eq!(figures(&made), expected(335_890, 44_102, None), "{fiche}");
        assert_eq!(made["population"]["base"], "dgf");
        assert_eq!(made["population"]["source"], "DGCL, fiche DGF");
    }
    // Columns of any other name, by a mapping of one's own.
    let mapping = folder.path("mapping.toml");
    let rules = "title = \"A\"\nto = \"communes\"\n[field.insee]\ncolumns = [\"Code INSEE\"]\n\
                 [field.population]\ncolumns = [\"Population INSEE\"]\n[field.base]\nvalue = \"municipale\"\n";
    fs::write(&mapping, rules).expect("written");
    let own = |mapping: &str| {
        costs(&[
            "population",
            &file,
            &to,
            "--fiche",
            &fiche,
            "--mapping",
            mapping,
            "--vintage",
            "2023",
            "--source",
            "INSEE",
            "--force",
        ])
    };
    assert!(own(&mapping).status.success());
    assert_eq!(figures(&exercise(&to)), expected(330_000, 43_556, None));
    assert_eq!(exercise(&to)["population"]["base"], "municipale");
    fs::write(&mapping, rules.replace("Population INSEE", "Habitants")).expect("written");
    let refused = own(&mapping);
    assert_eq!(refused.status.code(), Some(1));
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        why.contains("Habitants") && why.contains("--mapping"),
        "{why}"
    );
}
