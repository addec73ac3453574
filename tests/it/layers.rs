//! `geonantes layers`: tables follow the catalogue and never lose data; mistakes are shown where
//! they are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::Database;

/// A copy of the shipped catalogue, to be changed.
struct Catalogue(PathBuf);

impl Catalogue {
    fn copy() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "layers-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).expect("a folder");
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers");
        for entry in fs::read_dir(shipped).expect("the catalogue") {
            let path = entry.expect("an entry").path();
            fs::copy(&path, folder.join(path.file_name().expect("a name"))).expect("a copy");
        }
        Self(folder)
    }

    /// Replaces a text of one layer's file by another.
    fn change(&self, layer: &str, from: &str, to: &str) {
        let path = self.0.join(format!("{layer}.toml"));
        let text = fs::read_to_string(&path).expect("a layer");
        assert!(text.contains(from), "{layer} has no {from:?}");
        fs::write(&path, text.replacen(from, to, 1)).expect("a layer");
    }

    /// Runs the program with this catalogue.
    async fn run(&self, database: Option<&Database>, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_geonantes"));
        command
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("NO_COLOR", "1")
            .env("GEONANTES_LAYERS", &self.0)
            .env("GEONANTES_HOME", self.0.join("home"));
        if let Some(database) = database {
            command.env("GEONANTES_DATABASE_URL", database.url());
        }
        let run = move || command.output().expect("the program runs");
        tokio::task::spawn_blocking(run).await.expect("a run")
    }
}

impl Drop for Catalogue {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn words(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

const NEW_FIELD: &str =
    "[[field]]\nname = \"nuance\"\ntitle = \"Nuance\"\ntype = \"text\"\n\n[tiles]";

#[tokio::test]
async fn a_new_field_is_a_new_column_and_the_rows_stay() {
    let database = Database::clone_template().await;
    let catalogue = Catalogue::copy();
    let output = catalogue.run(Some(&database), &["layers", "apply"]).await;
    assert!(output.status.success(), "{}", words(&output));
    catalogue.change("communes", "[tiles]", NEW_FIELD);
    let output = catalogue.run(Some(&database), &["layers", "apply"]).await;
    assert!(output.status.success(), "{}", words(&output));
    assert!(
        words(&output).contains("communes: added nuance"),
        "{}",
        words(&output)
    );
    let rows = "SELECT count(*) FROM layer.communes WHERE nuance IS NULL AND geom IS NOT NULL";
    assert_eq!(database.one::<i64>(rows).await, 4);
    let past = "SELECT count(nuance) FROM layer.communes_history";
    assert_eq!(database.one::<i64>(past).await, 0);
    let again = catalogue.run(Some(&database), &["layers", "apply"]).await;
    assert!(
        words(&again).contains("communes: as it should be"),
        "{}",
        words(&again)
    );
}

#[tokio::test]
async fn fields_by_which_nobody_filters_any_more_lose_their_index() {
    let database = Database::clone_template().await;
    let catalogue = Catalogue::copy();
    let indexes = "SELECT count(*) FROM pg_indexes WHERE indexname = 'parcelles_by_commune'";
    let others = "SELECT count(*) FROM pg_indexes WHERE tablename = 'parcelles' \
                  AND indexname <> 'parcelles_by_commune'";
    let before: i64 = database.one(others).await;
    let (with, without) = (
        "index = true\naliases = [\"code_insee\"",
        "aliases = [\"code_insee\"",
    );
    for (from, to, expected) in [(with, without, 0), (without, with, 1)] {
        catalogue.change("parcelles", from, to);
        let output = catalogue.run(Some(&database), &["layers", "apply"]).await;
        assert!(output.status.success(), "{}", words(&output));
        assert_eq!(database.one::<i64>(indexes).await, expected);
        assert_eq!(database.one::<i64>(others).await, before);
    }
}

#[tokio::test]
async fn a_change_of_what_nobody_filters_by_stays_on_its_page() {
    let database = Database::clone_template().await;
    // As a table of before.
    database
        .execute("ALTER TABLE layer.parcelles RESET (fillfactor)")
        .await;
    let output = database.run(&["layers", "apply"]).await;
    assert!(output.status.success(), "{}", words(&output));
    let kept = "SELECT reloptions @> ARRAY['fillfactor=85'] FROM pg_class \
                WHERE oid = 'layer.parcelles'::regclass";
    assert!(database.one::<bool>(kept).await);
}

#[tokio::test]
async fn a_new_layer_is_a_new_file_and_no_code() {
    let database = Database::clone_template().await;
    let catalogue = Catalogue::copy();
    let guide = include_str!("../../docs/layers.md");
    let example = guide
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    fs::write(
        catalogue.0.join("composteurs.toml"),
        example.expect("the guide's example"),
    )
    .expect("a layer");
    let output = catalogue.run(Some(&database), &["layers", "check"]).await;
    assert!(output.status.success(), "{}", words(&output));
    let output = catalogue.run(Some(&database), &["layers", "apply"]).await;
    assert!(
        words(&output).contains("composteurs: tables made"),
        "{}",
        words(&output)
    );
    assert_eq!(
        database
            .one::<i64>("SELECT count(*) FROM layer.composteurs")
            .await,
        0
    );
}

#[tokio::test]
async fn what_would_lose_data_is_refused_with_its_reason_and_the_rest_goes_on() {
    let database = Database::clone_template().await;
    let catalogue = Catalogue::copy();
    catalogue.change("communes", "[tiles]", NEW_FIELD);
    catalogue.change("parcelles", "name = \"arpente\"", "name = \"arpentee\"");
    catalogue.change(
        "adresses",
        "geometry = \"Point\"",
        "geometry = \"MultiPoint\"",
    );
    catalogue.change("sections", "type = \"integer\"", "type = \"real\"");
    catalogue.change(
        "dossiers-ads",
        "title = \"Demandeur\"\ntype = \"text\"\npersonal = true",
        "title = \"Demandeur\"\ntype = \"text\"",
    );
    let output = catalogue.run(Some(&database), &["layers", "apply"]).await;
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    let text = words(&output);
    for reason in [
        "layer parcelles: field arpente is stored but no longer in the catalogue",
        "layer adresses: its geometry is stored as geometry(Point,2154)",
        "layer sections: field echelle is stored as bigint",
        "layer dossiers-ads: field demandeur cannot become public",
        "communes: added nuance",
    ] {
        assert!(text.contains(reason), "{reason:?} is not in:\n{text}");
    }
    assert_eq!(
        database
            .one::<i64>("SELECT count(arpente) FROM layer.parcelles")
            .await,
        400
    );
    let kept = "SELECT count(demandeur) FROM layer.dossiers_ads_personal";
    assert_eq!(database.one::<i64>(kept).await, 40);
}

#[tokio::test]
async fn a_mistake_is_shown_with_its_file_line_and_caret() {
    let catalogue = Catalogue::copy();
    catalogue.change("communes", "type = \"text\"", "type = \"texte\"");
    catalogue.change("piscines", "title = ", "titel = ");
    let output = catalogue.run(None, &["layers", "check"]).await;
    assert_eq!(output.status.code(), Some(1));
    let text = words(&output);
    let communes = fs::read_to_string(catalogue.0.join("communes.toml")).expect("a layer");
    let line = 1 + communes
        .lines()
        .position(|line| line.contains("texte"))
        .expect("the line");
    assert!(text.contains(&format!("communes.toml:{line}:")), "{text}");
    assert!(text.contains("piscines.toml:"), "{text}");
    assert!(
        text.contains("type = \"texte\""),
        "the line itself is not shown:\n{text}"
    );
    let caret = |line: &str| line.contains('^') || line.contains('─') || line.contains('┬');
    assert!(text.lines().any(caret), "no caret:\n{text}");
    let output = catalogue.run(None, &["layers", "check", "--json"]).await;
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        document["problems"].as_array().map(Vec::len),
        Some(2),
        "{document}"
    );
}

#[tokio::test]
async fn a_database_of_somebody_else_is_migrated_only_when_told() {
    let database = Database::empty().await;
    let catalogue = Catalogue::copy();
    let refused = catalogue
        .run(Some(&database), &["serve", "--listen", "127.0.0.1:0"])
        .await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        words(&refused).contains("geonantes db migrate"),
        "{}",
        words(&refused)
    );
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'layer')";
    assert_eq!(
        database.one::<i64>(tables).await,
        0,
        "it touched the database"
    );
    let told = catalogue.run(Some(&database), &["db", "migrate"]).await;
    assert!(
        words(&told).contains("migrations: current"),
        "{}",
        words(&told)
    );
}
