//! The command as people and scripts use it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::files::Files;
use super::ingest;
use crate::support::{Database, Home, program};

const MAIRIE: &str =
    "identifiant;nom;type;commune;x_l93;y_l93\nM1;Mairie;mairie;44143;354500;6686500\n";

#[tokio::test]
async fn the_document_is_the_contracts_and_stands_alone_on_standard_output() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let file = files.write("mairies.csv", MAIRIE);
    let (code, document) = ingest(&database, &file, &["--to", "mairies", "--dry-run"]).await;
    assert_eq!((code, &document["state"]), (0, &"checked".into()));
    assert_eq!(document["version"], serde_json::Value::Null);
    let held: i64 = database.one("SELECT count(*) FROM layer.mairies").await;
    assert_eq!(held, 0, "a dry run publishes nothing");
    let (code, document) = ingest(
        &database,
        &file,
        &[
            "--to",
            "mairies",
            "--author",
            "Camille",
            "--comment",
            "premier envoi",
        ],
    )
    .await;
    assert_eq!(code, 0);
    for key in [
        "state",
        "collection",
        "scope",
        "version",
        "counts",
        "findings",
        "questions",
    ] {
        assert!(!document[key].is_null(), "{key}: {document:#}");
    }
    let counts = serde_json::json!({"added": 1, "removed": 0, "changed": 0, "unchanged": 0});
    assert_eq!(document["counts"], counts);
    let row: String = database
        .one(
            "SELECT p.author || '/' || p.comment || '/' || c.title || '/' || c.state || '/' || length(c.sha256) \
             FROM publication p JOIN contribution c ON c.id = p.contribution WHERE p.layer = 'mairies'",
        )
        .await;
    assert_eq!(row, "Camille/premier envoi/mairies.csv/published/64");
}

#[tokio::test]
async fn people_read_what_was_read_found_and_done() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let file = files.write("mairies.csv", MAIRIE);
    let path = file.to_str().expect("ours");
    let output = database.run(&["ingest", path, "--to", "mairies"]).await;
    let (said, told) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{said}{told}");
    for words in [
        "couche « mairies »",
        "Lambert-93",
        "mairies : publié, version",
        "44143 : 1 ajouté,",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(
        told.contains("Lecture…") && told.contains("Publication…"),
        "{told}"
    );
    let quiet = database
        .run(&["ingest", path, "--to", "mairies", "--quiet"])
        .await;
    assert_eq!(String::from_utf8_lossy(&quiet.stderr), "");
    assert!(String::from_utf8_lossy(&quiet.stdout).contains("mairies : inchangé"));
}

#[tokio::test]
async fn wrong_usage_is_told_with_code_two() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let file = files.write("mairies.csv", MAIRIE);
    let path = file.to_str().expect("ours");
    for (options, words) in [
        (&["--to", "nulle-part"][..], "bibliotheques"),
        (&["--crs", "lambert"], "EPSG:3947"),
        (&["--encoding", "klingon"], "cp850"),
        (&["--map", "nom"], "source=field"),
        (&["--bogus"], "--bogus"),
    ] {
        let output = database.run(&[&["ingest", path], options].concat()).await;
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{options:?}: {told}");
        assert!(told.contains(words), "{options:?}: {told}");
    }
    let absent = database
        .run(&["ingest", "/nulle/part.gpkg", "--to", "mairies"])
        .await;
    assert_eq!(absent.status.code(), Some(1));
}

#[tokio::test]
async fn told_to_stop_at_any_moment_it_leaves_the_database_as_it_was() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let mut text = MAIRIE
        .lines()
        .next()
        .map(|head| format!("{head}\n"))
        .expect("a head");
    for number in 0..30_000 {
        text.push_str(&format!(
            "M{number};Mairie;mairie;44143;{};6686500\n",
            354_100 + number % 1000
        ));
    }
    files.write("mairies.csv", text);
    let file = files.zip("mairies.zip", &["mairies.csv"]);
    let home = Home::new();
    let room = home.0.join("tmp");
    std::fs::create_dir(&room).expect("room");
    for (moment, signal) in [
        ("Ouverture", Signal::SIGINT),
        ("Lecture", Signal::SIGTERM),
        ("Publication", Signal::SIGINT),
    ] {
        let file = file.to_str().expect("ours");
        let arguments = ["ingest", file, "--to", "mairies", "--yes"];
        let mut child = program(&home.0, &database.url(), &arguments)
            .env("TMPDIR", &room)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut told = BufReader::new(child.stderr.take().expect("piped"));
        let mut line = String::new();
        while !line.starts_with(moment) {
            line.clear();
            let read = told.read_line(&mut line).expect("its words");
            assert!(read > 0, "it ended before {moment}");
        }
        kill(Pid::from_raw(child.id() as i32), signal).expect("a signal");
        let start = Instant::now();
        line.clear();
        told.read_to_string(&mut line).expect("its words");
        let status = child.wait().expect("its end");
        assert_eq!(status.code(), Some(1), "{moment}: {line}");
        assert!(line.contains("rien n’a été changé"), "{moment}: {line}");
        assert!(start.elapsed() < Duration::from_secs(20), "it ends at once");
        let held: i64 = database.one("SELECT count(*) FROM layer.mairies").await;
        let recorded: i64 = database.one("SELECT count(*) FROM contribution").await;
        assert_eq!((held, recorded), (0, 0), "{moment}");
        let left = std::fs::read_dir(&room).expect("room").count();
        assert_eq!(left, 0, "files are left after {moment}");
    }
    // Nothing keeps the next run from it.
    let small = files.write("petit.csv", MAIRIE);
    let (code, _) = ingest(&database, &small, &["--to", "mairies"]).await;
    assert_eq!(code, 0);
}

#[tokio::test]
async fn on_a_terminal_it_asks_and_does_as_told() {
    let database = Database::clone_template().await;
    let (home, files) = (Home::new(), Files::new());
    let file = files.write("mairies.csv", MAIRIE);
    for (typed, code, said, held) in [
        ("n\r", 0, "Rien n’est publié.", 0),
        ("\u{3}", 1, "rien n’a été changé", 0),
        ("o\r", 0, "mairies : publié, version", 1),
    ] {
        let path = file.to_str().expect("ours");
        let ours = program(&home.0, &database.url(), &[]);
        let command = format!(
            // A shell that stayed would answer the interruption with a status of its own.
            "exec {} ingest {path} --to mairies",
            ours.get_program().to_string_lossy()
        );
        // A terminal of its own, whose other end is ours.
        let mut terminal = Command::new("script");
        for (name, value) in ours.get_envs() {
            terminal.env(name, value.unwrap_or_default());
        }
        let mut terminal = terminal
            .args(["--quiet", "--return", "--command", &command, "/dev/null"])
            .envs([("NO_COLOR", "1"), ("SHELL", "/bin/sh")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script: the tests need bsdutils");
        let mut shown = terminal.stdout.take().expect("piped");
        let (mut all, mut some) = (Vec::new(), [0; 4096]);
        let question = "Publier ? [o/N]".as_bytes();
        while !all.windows(question.len()).any(|bytes| bytes == question) {
            let read = shown.read(&mut some).expect("its words");
            assert!(read > 0, "{}", String::from_utf8_lossy(&all));
            all.extend_from_slice(&some[..read]);
        }
        let mut keys = terminal.stdin.take().expect("piped");
        keys.write_all(typed.as_bytes()).expect("it listens");
        shown.read_to_end(&mut all).expect("its words");
        let all = String::from_utf8_lossy(&all);
        let status = terminal.wait().expect("its end");
        assert_eq!(status.code(), Some(code), "{typed:?}: {all}");
        assert!(all.contains(said), "{typed:?}: {all}");
        let found: i64 = database.one("SELECT count(*) FROM layer.mairies").await;
        assert_eq!(found, held, "{typed:?}");
    }
}

#[tokio::test]
async fn several_start_at_once() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let file = files.write("mairies.csv", MAIRIE);
    let options = ["--to", "mairies", "--dry-run"];
    let one = || ingest(&database, &file, &options);
    let all: [_; 4] = tokio::join!(one(), one(), one(), one()).into();
    for (code, document) in all {
        assert_eq!(code, 0, "{document:#}");
    }
}
