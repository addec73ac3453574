//! Exercises sealed in files: what they were, and that they still are.

use crate::costs::{costs, document};
use crate::sheets::Folder;

const EXAMPLE: &str = "exercices/2026.toml";

#[test]
fn a_sealed_exercise_is_recomputed_and_a_change_is_found() {
    let folder = Folder::new("sealed");
    let sealed = folder.path("2026.json");
    let freeze = ["freeze", EXAMPLE, &sealed, "--author", "Finances"];
    let output = costs(&freeze);
    assert!(output.status.success(), "{output:?}");
    let verdict = document(&costs(&["verify", &sealed, "--json"]));
    assert_eq!(verdict["intact"], true);
    assert_eq!(verdict["differences"], serde_json::json!([]));
    assert_eq!(verdict["sealed"]["by"], "Finances");
    // Its results are those of compute.
    let text = std::fs::read_to_string(&sealed).expect("a file");
    let whole: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let computed = document(&costs(&["compute", EXAMPLE, "--json"]));
    assert_eq!(whole["results"], computed);
    // What is sealed is never written over.
    assert_eq!(costs(&freeze).status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(&sealed).expect("a file"), text);
    // The order of members and the white space are not part of it.
    let compact = folder.path("compact.json");
    std::fs::write(&compact, whole.to_string()).expect("written");
    assert!(costs(&["verify", &compact]).status.success());
    // An amount, a result, or who sealed: each is found.
    for (from, to, told) in [
        ("\"12600\"", "\"12601\"", "/services/sig/"),
        ("\"by\": \"Finances\"", "\"by\": \"Personne\"", "CHANGED"),
        ("\"cost\": ", "\"cost\": 1", "was sealed"),
    ] {
        let changed = folder.path("changed.json");
        assert!(text.contains(from), "{from}");
        std::fs::write(&changed, text.replacen(from, to, 1)).expect("written");
        let output = costs(&["verify", &changed]);
        assert_eq!(output.status.code(), Some(1), "{from}");
        let said = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(said.contains("CHANGED") && said.contains(told), "{said}");
    }
}

#[test]
fn measured_units_are_sealed_with_the_exercise() {
    let folder = Folder::new("measured");
    let exercise = folder.path("usage.toml");
    let text = r#"
year = 2026
[[services]]
id = "sig"
operating = [100]
key = { kind = "usage", units = {} }
members = [{ insee = "44018" }, { insee = "44020" }]
"#;
    std::fs::write(&exercise, text).expect("written");
    // As `usage freeze --json` prints a year.
    let ledger = folder.path("ledger.json");
    let units = r#"{"year": 2026, "provisional": false, "at": "2027-01-05T08:00:00Z",
        "author": "x", "sha256": "ab", "state": "frozen",
        "services": {"sig": {"44018": "3.5", "44020": "0.5", "public": "1"}}}"#;
    std::fs::write(&ledger, units).expect("written");
    let sealed = folder.path("sealed.json");
    let output = costs(&["freeze", &exercise, &sealed, "--ledger", &ledger]);
    assert!(output.status.success(), "{output:?}");
    let whole = std::fs::read_to_string(&sealed).expect("a file");
    let whole: serde_json::Value = serde_json::from_str(&whole).expect("JSON");
    let sig = &whole["results"]["services"]["sig"];
    assert_eq!(
        sig["shares"],
        serde_json::json!({"44018": 7000, "44020": 1000})
    );
    assert_eq!(sig["public_use"], 2000);
    assert_eq!(whole["ledger"]["sha256"], "ab");
    assert!(costs(&["verify", &sealed]).status.success());
    std::fs::write(&ledger, units.replace("2026", "2025")).expect("written");
    let output = costs(&[
        "freeze",
        &exercise,
        &folder.path("no.json"),
        "--ledger",
        &ledger,
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the ledger is of 2025"));
}

#[test]
fn a_sealed_exercise_is_archived_with_a_manifest_of_seda() {
    let folder = Folder::new("archived");
    let exercise = folder.path("small.toml");
    let text = "year = 2026\ntitle = \"Essai & <fin>\"\n[[communes]]\ninsee = \"44018\"\npopulation = 8343\n\
        [[services]]\nid = \"sig\"\noperating = [100]\nmembers = [{ insee = \"44018\" }]\n";
    std::fs::write(&exercise, text).expect("written");
    let (sealed, package) = (folder.path("sealed.json"), folder.path("package.zip"));
    assert!(costs(&["freeze", &exercise, &sealed]).status.success());
    let ask = [
        "archive",
        &sealed,
        &package,
        "--from",
        "NM",
        "--archives",
        "AD44",
    ];
    let output = costs(&ask);
    assert!(output.status.success(), "{output:?}");
    let bytes = std::fs::read(&package).expect("a package");
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a ZIP");
    let mut read = |name: &str| {
        let mut held = zip.by_name(name).expect("a file");
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut held, &mut bytes).expect("read");
        bytes
    };
    let manifest = String::from_utf8(read("manifest.xml")).expect("UTF-8");
    assert!(manifest.contains("xmlns=\"fr:gouv:culture:archivesdefrance:seda:v2.2\""));
    assert!(!manifest.contains("<fin>"), "{manifest}");
    for name in [
        "exercice-2026.json",
        "matrice-2026.csv",
        "etat-2026-44018.pdf",
    ] {
        let sum = geonantes::exercise::sha256(&read(&format!("content/{name}")));
        assert!(manifest.contains(&sum), "{name} is not in\n{manifest}");
    }
}
