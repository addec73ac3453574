//! The directory of the animation networks, and the map of the communes that it is drawn on.

mod http;

use geonantes::model::DRAWING;

use crate::support::Database;

#[tokio::test]
async fn the_published_communes_are_drawn_north_up() {
    let database = Database::clone_template().await;
    let communes = database
        .store
        .communes(&database.catalogue)
        .await
        .expect("the communes");
    let names: Vec<&str> = communes.list.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["Bouguenais", "Nantes", "Rezé", "Saint-Herblain"]);
    assert_eq!((communes.width, communes.height), (DRAWING, DRAWING));
    let nantes = communes.get("44109").expect("Nantes");
    assert_eq!(nantes.population, Some(325_070));
    let near = |(x, y): (f64, f64), wanted: (f64, f64)| {
        (x - wanted.0).abs() < 5.0 && (y - wanted.1).abs() < 5.0
    };
    // North-east: the top right quarter.
    assert!(near(nantes.middle, (750.0, 250.0)), "{nantes:?}");
    assert!((nantes.radius - 250.0).abs() < 5.0);
    assert!(nantes.outline.starts_with("M "), "{nantes:?}");
    assert_eq!(communes.name("99999"), "99999");
}

/// Runs `geonantes networks …` on the database: its exit code, standard output and error.
async fn networks(database: &Database, arguments: &[&str]) -> (i32, String, String) {
    let arguments: Vec<&str> = ["networks"].iter().chain(arguments).copied().collect();
    let output = database.run(&arguments).await;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code().unwrap_or(-1),
        text(&output.stdout),
        text(&output.stderr),
    )
}

fn file(name: &str, bytes: &[u8]) -> String {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(format!("{}-{name}", std::process::id()));
    std::fs::write(&path, bytes).expect("a file");
    path.display().to_string()
}

/// As French Excel writes it: semicolons, a byte order mark, days of its own.
const LIST: &str = "\u{feff}Réseau;Commune;Rôle;Nom;Fonction;Courriel;Téléphone;Depuis;Jusqu’au\r\n\
    energie;44109;référente;Anne Exemple;Chargée de mission;anne.exemple@nantes.example;02.40.00.00.01;01/02/2024;\r\n\
    Énergie;Rezé;;Basile Exemple;\"Service « Bâtiments »; énergie\";;;;\r\n\
    finances;saint herblain;suppléant;Chloé Exemple;;;;;\r\n\
    finances;44020;;Denis Exemple;;denis@bouguenais.example;0240000002;2020-01-01;2025-12-31\r\n";

#[tokio::test]
async fn a_list_from_a_spreadsheet_is_entered_whole_and_once() {
    let database = Database::clone_template().await;
    let path = file("list.csv", LIST.as_bytes());
    let (code, out, err) = networks(&database, &["import", &path, "--dry-run"]).await;
    assert_eq!(
        (code, out.as_str()),
        (0, "would be added 4, changed 0, unchanged 0, left 0\n"),
        "{err}"
    );
    assert_eq!(
        database.one::<i64>("SELECT count(*) FROM referent").await,
        0
    );
    let (code, out, err) = networks(&database, &["import", &path]).await;
    assert_eq!(
        (code, out.as_str()),
        (0, "added 4, changed 0, unchanged 0, left 0\n"),
        "{err}"
    );
    assert!(
        !err.contains("Exemple") && !err.contains('@'),
        "no log holds a person: {err}"
    );
    let (_, out, _) = networks(&database, &["import", &path]).await;
    assert_eq!(out, "added 0, changed 0, unchanged 4, left 0\n");

    let (_, out, _) = networks(&database, &["list"]).await;
    assert!(
        out.contains("02 40 00 00 01") && out.contains("Basile Exemple"),
        "{out}"
    );
    assert!(!out.contains("Denis"), "who left is history: {out}");
    let (_, out, _) = networks(&database, &["list", "--history", "--commune", "44020"]).await;
    assert!(
        out.contains("Denis Exemple") && out.contains("2025-12-31"),
        "{out}"
    );
    assert!(
        !out.contains('@'),
        "who left is kept without contact details: {out}"
    );
    let (_, out, _) = networks(&database, &["list", "--lacking", "--network", "Énergie"]).await;
    let lines: Vec<&str> = out.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "energie  44020    Bouguenais",
            "energie  44162    Saint-Herblain"
        ],
        "{out}"
    );
}

#[tokio::test]
async fn every_mistake_of_a_list_is_said_with_its_line_and_column_and_nothing_is_entered() {
    let database = Database::clone_template().await;
    let list = "reseau,commune,role,nom,courriel,telephone,depuis,jusqu_au\n\
        energie,44109,,Anne Exemple,,,,\n\
        energy,44999,chef,,anne@nantes,12,demain,\n\
        finances,Nantes,,Bob Exemple,,,2099-01-01,\n\
        finances,Nantes,elu,=1+1,,,2024-02-01,2024-01-01\n\
        energie,Nantes,,Zoé Exemple,,,,\n\
        energie,44143\n";
    let path = file("wrong.csv", list.as_bytes());
    let (code, _, err) = networks(&database, &["import", &path]).await;
    assert_eq!(code, 1);
    for wanted in [
        "line 3, column reseau: « energy » is no network; they are energie, ",
        "line 3, column commune: « 44999 » is no commune",
        "line 3, column role: « chef » is not referent, suppleant or elu",
        "line 3, column nom: a name is needed",
        "line 3, column courriel: « anne@nantes » is not an e-mail address",
        "line 3, column telephone: « 12 » is not a French telephone number",
        "line 3, column depuis: « demain » is not a day",
        "line 4, column depuis: « 2099-01-01 » is to come",
        "line 5, column nom: « =1+1 » would be a formula",
        "line 5, column jusqu_au: ends before it begins",
        "line 6, column nom: line 2 names somebody for the same network, commune and role",
        "line 7: 2 cells under 8 headings",
    ] {
        assert!(err.contains(wanted), "no « {wanted} » in: {err}");
    }
    assert_eq!(
        database.one::<i64>("SELECT count(*) FROM referent").await,
        0
    );
    for (name, bytes, wanted) in [
        (
            "latin1.csv",
            &b"reseau,commune,nom\nenergie,44109,Zo\xe9\n"[..],
            "line 2: the text is not UTF-8",
        ),
        (
            "heading.csv",
            b"reseau,commune,nom,age\n",
            "« age » is no heading",
        ),
        (
            "missing.csv",
            b"reseau,nom\n",
            "the column « commune » is missing",
        ),
        (
            "twice.csv",
            b"reseau,commune,insee,nom\n",
            "two columns are « commune »",
        ),
    ] {
        let (code, _, err) = networks(&database, &["import", &file(name, bytes)]).await;
        assert!(code == 1 && err.contains(wanted), "{name}: {err}");
    }
}

#[tokio::test]
async fn who_leaves_is_kept_without_contact_details_until_erased() {
    let database = Database::clone_template().await;
    let set = |name: &'static str, more: &'static [&'static str]| {
        let mut arguments = vec![
            "set",
            "--network",
            "energie",
            "--commune",
            "44109",
            "--name",
            name,
        ];
        arguments.extend(more);
        arguments
    };
    let (code, out, err) = networks(
        &database,
        &set(
            "Anne Exemple",
            &[
                "--email",
                "anne@nantes.example",
                "--phone",
                "0240000001",
                "--since",
                "2024-01-01",
            ],
        ),
    )
    .await;
    assert_eq!((code, out.as_str()), (0, "entered\n"), "{err}");
    let (_, out, _) = networks(
        &database,
        &set("Anne Exemple", &["--function", "Ingénieure"]),
    )
    .await;
    assert_eq!(out, "changed\n");
    let kept: String = database
        .one("SELECT concat_ws(' | ', function, email, phone, since) FROM referent")
        .await;
    assert_eq!(
        kept,
        "Ingénieure | anne@nantes.example | 02 40 00 00 01 | 2024-01-01"
    );
    let (_, out, _) = networks(
        &database,
        &set("Basile Exemple", &["--since", "2026-03-01"]),
    )
    .await;
    assert_eq!(out, "entered; whoever held the place has left it\n");
    let left: String = database.one("SELECT concat_ws(' | ', name, email, phone, until) FROM referent WHERE until IS NOT NULL").await;
    assert_eq!(left, "Anne Exemple | 2026-02-28");
    let (_, out, _) = networks(&database, &["remove", "2"]).await;
    assert_eq!(out, "left; contact details erased\n");
    let (code, _, err) = networks(&database, &["remove", "2"]).await;
    assert!(
        code == 1 && err.contains("no referent 2 is in place"),
        "{err}"
    );
    let (_, out, _) = networks(&database, &["remove", "1", "--erase"]).await;
    assert_eq!(out, "erased\n");
    assert_eq!(
        database
            .one::<String>("SELECT string_agg(name, ',') FROM referent")
            .await,
        "Basile Exemple"
    );
}

#[tokio::test]
async fn a_complete_list_ends_those_whom_it_leaves_out() {
    let database = Database::clone_template().await;
    let list = |lines: &str| {
        file(
            "complete.csv",
            format!("reseau,commune,nom\n{lines}").as_bytes(),
        )
    };
    let all = list("energie,Nantes,A\nenergie,Rezé,B\nfinances,Nantes,C\n");
    networks(&database, &["import", &all]).await;
    let (_, out, _) = networks(
        &database,
        &[
            "import",
            &list("energie,Nantes,A\n"),
            "--complete",
            "--json",
        ],
    )
    .await;
    let done: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(
        done,
        serde_json::json!({"state": "entered", "added": 0, "changed": 0, "unchanged": 1, "ended": 1})
    );
    assert_eq!(
        database
            .one::<String>(
                "SELECT string_agg(name, ',' ORDER BY name) FROM referent WHERE until IS NULL"
            )
            .await,
        "A,C"
    );
}
