//! A hostile deposit from its file to its report, on the command line.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::script;
use crate::ingest::files::Files;
use crate::support::{Database, Home, program};

/// Delivers a file; what was said of it. Nothing may be left in the folder for temporary files.
fn deliver(home: &Home, database: &Database, file: &Path) -> (i32, Value) {
    let room = home.0.join("tmp");
    fs::create_dir_all(&room).expect("room");
    let file = file.to_str().expect("ours");
    let arguments = ["ingest", file, "--to", "mairies", "--json"];
    let output = program(&home.0, &database.url(), &arguments)
        .env("TMPDIR", &room)
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("panicked"), "{said}");
    assert_eq!(fs::read_dir(&room).expect("room").count(), 0, "{file}");
    let outcome = serde_json::from_slice(&output.stdout);
    let outcome = outcome.unwrap_or_else(|error| panic!("{error}: {said}"));
    (output.status.code().expect("it ended by itself"), outcome)
}

#[tokio::test]
async fn a_deposit_is_refused_and_the_next_one_works() {
    let database = Database::clone_template().await;
    let (home, files) = (Home::new(), Files::new());
    let name = home.0.join("config.toml");
    let child = |program: &Path| {
        let text = format!(
            "[ingest]\nchild = \"{}\"\nmemory = 268435456\n",
            program.display()
        );
        fs::write(&name, text).expect("a file");
    };
    let ours = Path::new(env!("CARGO_BIN_EXE_geonantes-ogr"));
    let sound = files.write(
        "mairies.csv",
        "identifiant;nom;type;commune;x_l93;y_l93\nM1;Mairie;mairie;44143;354500;6686500\n",
    );
    let bomb = files.write("bomb.tar.gz", bomb());
    let wide = files.write(
        "large.csv",
        (0..100_000).map(|n| format!("c{n};")).collect::<String>() + "\n1;2\n",
    );
    for (program, file, rule, words) in [
        (ours, &bomb, "archive", "n’a pas de fin"),
        (ours, &wide, "limit", "trop de colonnes"),
        (
            &script(&files, "dies", "kill -SEGV $$"),
            &sound,
            "damaged",
            "SIGSEGV",
        ),
    ] {
        child(program);
        let (code, outcome) = deliver(&home, &database, file);
        assert_eq!(
            (code, &outcome["state"]),
            (1, &"rejected".into()),
            "{outcome:#}"
        );
        let finding = &outcome["findings"][0];
        assert_eq!(finding["rule"], rule, "{outcome:#}");
        let message = finding["message"].as_str().expect("words");
        assert!(message.contains(words), "{message}");
        let left: i64 = database.one("SELECT count(*) FROM contribution").await;
        assert_eq!(left, 0, "{rule}");
    }
    child(ours);
    let (code, outcome) = deliver(&home, &database, &sound);
    assert_eq!(
        (code, &outcome["state"]),
        (0, &"published".into()),
        "{outcome:#}"
    );
}

/// A tar whose first entry has a name of 64 MB, in a few kilobytes.
fn bomb() -> Vec<u8> {
    use std::io::Write as _;
    const LONG: u64 = 64 << 20;
    let mut header = tar::Header::new_gnu();
    header.set_path("././@LongLink").expect("short");
    header.set_entry_type(tar::EntryType::GNULongName);
    header.set_size(LONG);
    header.set_cksum();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(header.as_bytes()).expect("memory");
    std::io::copy(
        &mut std::io::Read::take(std::io::repeat(b'a'), LONG),
        &mut packed,
    )
    .expect("memory");
    packed.finish().expect("memory")
}
