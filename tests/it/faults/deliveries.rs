//! `geonantes ingest` killed at random moments of a publication: the layer is wholly the old version
//! or wholly the new one, and the next run works.
//!
//! What is killed is the program, the backend of PostgreSQL that serves it, or all of PostgreSQL; half
//! of the time at any moment of the run, half of the time while it publishes. `./dev faults N`
//! delivers 100,000 parcels and kills program and backend N times each, `./dev test` some thousands
//! and each once.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use geonantes::store::Store;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use super::program::{Program, command, store};
use super::{chance, rounds};
use crate::cluster::{Home, wait_gone};
use crate::support::FIXTURE;

/// Parcels of a sheet.
const SHEET: usize = 1_000;

/// Parcels of 4 m by 5, 5 and 6 m apart, 100 a row, in sheets of ten rows inside the commune 44109.
fn parcels(count: usize, contenance: i64) -> String {
    let mut text = collection();
    for n in 0..count {
        let (sheet, within) = (n / SHEET, n % SHEET);
        let (west, south) = origin(sheet);
        let (x, y) = (
            west + (within % 100 * 5) as f64,
            south + (within / 100 * 6) as f64,
        );
        let (section, feuille) = names(sheet);
        let numero = format!("{:04}", within + 1);
        let properties = format!(
            "\"idu\":\"44109000{section}{numero}\",\"commune\":\"44109\",\"prefixe\":\"000\",\
             \"section\":\"{section}\",\"numero\":\"{numero}\",\"contenance\":{contenance},\
             \"feuille\":\"{feuille}\""
        );
        feature(&mut text, &properties, [x, y, x + 4.0, y + 5.0]);
    }
    text.truncate(text.len() - 1);
    text + "]}"
}

/// The sheets of those parcels.
fn sections(count: usize) -> String {
    let mut text = collection();
    for sheet in 0..count.div_ceil(SHEET) {
        let (west, south) = origin(sheet);
        let (section, feuille) = names(sheet);
        let properties = format!(
            "\"feuille\":\"{feuille}\",\"commune\":\"44109\",\"prefixe\":\"000\",\
             \"section\":\"{section}\",\"numero\":\"01\""
        );
        feature(
            &mut text,
            &properties,
            [west, south, west + 500.0, south + 60.0],
        );
    }
    text.truncate(text.len() - 1);
    text + "]}"
}

fn collection() -> String {
    "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":\
     {\"name\":\"urn:ogc:def:crs:EPSG::2154\"}},\"features\":["
        .to_owned()
}

fn feature(text: &mut String, properties: &str, [x0, y0, x1, y1]: [f64; 4]) {
    let _ = write!(
        text,
        "{{\"type\":\"Feature\",\"properties\":{{{properties}}},\"geometry\":{{\"type\":\"Polygon\",\
         \"coordinates\":[[[{x0},{y0}],[{x1},{y0}],[{x1},{y1}],[{x0},{y1}],[{x0},{y0}]]]}}}},"
    );
}

/// South-west corner of a sheet, in Lambert-93 metres: four columns of 25 rows in 2 km.
fn origin(sheet: usize) -> (f64, f64) {
    (
        354_000.0 + (sheet / 25 * 500) as f64,
        6_688_010.0 + (sheet % 25 * 61) as f64,
    )
}

/// Section and sheet: BA, BB…
fn names(sheet: usize) -> (String, String) {
    let letter = |n: usize| char::from(b'A' + n as u8);
    let section = format!("{}{}", letter(1 + sheet / 26), letter(sheet % 26));
    let feuille = format!("44109000{section}01");
    (section, feuille)
}

/// `geonantes ingest` of a file, joining the cluster of a home.
fn ingest(home: &Home, file: &Path) -> Command {
    let mut command = command(home);
    command
        .args(["ingest", "--yes", "--accept", "--to"])
        .arg(file.file_stem().expect("a name"))
        .arg(file);
    command
}

/// Delivers a file to its end and returns the outcome.
fn delivered(home: &Home, file: &Path) -> Value {
    let output = ingest(home, file)
        .arg("--json")
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stdout)
    );
    serde_json::from_slice(&output.stdout).expect("one document")
}

/// A delivery under way.
struct Delivery {
    child: Child,
    began: Instant,
    /// Told once when it begins to publish.
    publishes: Receiver<()>,
    /// All that it said, once it has ended.
    said: Receiver<String>,
}

impl Delivery {
    fn begin(home: &Home, file: &Path) -> Self {
        let mut child = ingest(home, file)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let errors = BufReader::new(child.stderr.take().expect("piped"));
        let ((begin, publishes), (end, said)) = (channel(), channel());
        std::thread::spawn(move || {
            let mut all = String::new();
            for line in errors.lines().map_while(Result::ok) {
                if line.starts_with("Publication") {
                    let _ = begin.send(());
                }
                all.push_str(&line);
                all.push('\n');
            }
            let _ = end.send(all);
        });
        Self {
            child,
            began: Instant::now(),
            publishes,
            said,
        }
    }

    /// Waits until it publishes, or has ended.
    fn publishing(&self) {
        let _ = self.publishes.recv_timeout(PATIENCE);
    }

    /// Waits for its end, and what it said.
    fn ended(&mut self) -> (ExitStatus, String) {
        let patience = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("its state") {
                return (status, self.said.recv().unwrap_or_default());
            }
            assert!(Instant::now() < patience, "it neither goes on nor ends");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// How long a delivery may take, on a machine that does other things.
const PATIENCE: Duration = Duration::from_secs(600);

/// The one value of all parcels of the delivered sheets; panics when there are two, when some are
/// missing, or when the record says something else than the rows.
async fn whole(store: &Store, count: usize) -> i64 {
    // PostgreSQL may be about to end its connections, for the backend that was killed.
    let patience = Instant::now() + Duration::from_secs(60);
    let (rows, least, most, wrong) = loop {
        match held(store).await {
            Ok(held) => break held,
            Err(error) => assert!(Instant::now() < patience, "no answer: {error}"),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert_eq!(rows, count as i64, "rows");
    assert_eq!(least, most, "half of one version, half of the other");
    assert!(wrong.is_empty(), "the record disagrees: {wrong:?}");
    least
}

/// How many parcels there are, the least and the greatest of their values, and the scopes of which
/// the record says something else than the rows.
async fn held(store: &Store) -> Result<(i64, i64, i64, Vec<String>), sqlx::Error> {
    let pool = store.write_pool();
    let (rows, least, most) = sqlx::query_as(
        "SELECT count(*), min(contenance), max(contenance) FROM layer.parcelles WHERE section >= 'BA'",
    )
    .fetch_one(pool)
    .await?;
    let wrong = sqlx::query_scalar(
        "SELECT p.scope FROM publication p LEFT JOIN (SELECT _scope, count(*) n, \
           encode(sha256(convert_to(string_agg(_hash::text, chr(10) ORDER BY _hash), \
             'UTF8')), 'hex') h FROM layer.parcelles GROUP BY 1) r ON r._scope = p.scope \
         WHERE layer = 'parcelles' AND superseded_by IS NULL \
           AND (n IS DISTINCT FROM count OR h IS DISTINCT FROM hash)",
    )
    .fetch_all(pool)
    .await?;
    Ok((rows, least, most, wrong))
}

struct Files {
    old: PathBuf,
    new: PathBuf,
}

/// What is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Victim {
    /// The program that delivers.
    Program,
    /// The backend of PostgreSQL that serves it; PostgreSQL then ends all others and recovers.
    Backend,
    /// PostgreSQL, then the program.
    Postmaster,
}

/// Ends the backend that serves what began `since`, the one at work where there are several.
async fn kill_backend(home: &Home, since: Duration) {
    let store = store(home);
    let pid: Option<i32> = sqlx::query_scalar(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'geonantes-write' \
           AND pid <> pg_backend_pid() AND backend_start > clock_timestamp() - make_interval(secs => $1) \
         ORDER BY xact_start NULLS LAST LIMIT 1",
    )
    .bind(since.as_secs_f64())
    .fetch_optional(store.write_pool())
    .await
    .expect("an answer");
    if let Some(pid) = pid {
        let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
    }
    store.close().await;
}

/// A home with the fixture's communes and the sheets, and two deliveries that differ in every row.
async fn prepare(home: &Home, count: usize) -> Files {
    let first = store(home);
    sqlx::raw_sql(FIXTURE)
        .execute(first.write_pool())
        .await
        .expect("the fixture");
    let layers = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers");
    let catalogue = geonantes::catalogue::Catalogue::read(&layers)
        .unwrap_or_else(|error| panic!("{}", error.render()));
    let deposit = geonantes::store::Deposit {
        author: "faults".into(),
        comment: String::new(),
        demonstration: false,
    };
    first
        .publish_relation(
            catalogue.get("communes").expect("communes"),
            "fixture",
            "communes",
            &deposit,
        )
        .await
        .expect("the communes");
    first.close().await;
    let file = |name: &str, text: String| {
        let path = home.top.join(name);
        fs::write(&path, text).expect("a file");
        path
    };
    let sheets = file("sections.geojson", sections(count));
    assert_eq!(delivered(home, &sheets)["state"], "published");
    for folder in ["old", "new"] {
        fs::create_dir(home.top.join(folder)).expect("a folder");
    }
    Files {
        old: file("old/parcelles.geojson", parcels(count, 1)),
        new: file("new/parcelles.geojson", parcels(count, 2)),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_delivery_leaves_the_old_version_or_the_new_one() {
    let campaign = std::env::var_os("GEONANTES_FAULTS").is_some();
    let (count, rounds) = if campaign {
        (100_000, rounds())
    } else {
        (3_000, 1)
    };
    let home = Home::new();
    let mut program = Program::start(&home);
    program.ready(&home).await;
    let files = prepare(&home, count).await;
    let mut first = Delivery::begin(&home, &files.old);
    first.publishing();
    let until = first.began.elapsed();
    let (status, said) = first.ended();
    assert!(status.success(), "{said}");
    let takes = first.began.elapsed();
    println!(
        "{count} parcels delivered in {takes:?}, of which {:?} publish",
        takes - until
    );
    let (mut old, mut new) = (&files.old, &files.new);
    let mut stood = 0;
    let mut kills = 0;
    for round in 1..=rounds {
        for victim in [Victim::Program, Victim::Backend, Victim::Postmaster] {
            if victim == Victim::Postmaster && campaign && round % 4 != 0 {
                continue;
            }
            let mut delivery = Delivery::begin(&home, new);
            let mut left = takes;
            if round % 2 == 1 {
                delivery.publishing();
                left -= until;
            }
            tokio::time::sleep(Duration::from_millis(chance(left.as_millis() as u64))).await;
            let since = delivery.began.elapsed();
            match victim {
                Victim::Program => delivery.child.kill().expect("kill"),
                Victim::Backend => kill_backend(&home, since).await,
                Victim::Postmaster => {
                    let postmaster = home.postmaster();
                    let _ = kill(Pid::from_raw(postmaster), Signal::SIGKILL);
                    wait_gone(postmaster);
                    delivery.child.kill().expect("kill");
                }
            }
            let (status, said) = delivery.ended();
            if victim == Victim::Backend {
                // It ends by itself, in words.
                assert!(matches!(status.code(), Some(0 | 1)), "{status}: {said}");
                assert!(!said.contains("panicked"), "{said}");
            }
            program.ready(&home).await;
            let store = store(&home);
            let value = whole(&store, count).await;
            store.close().await;
            let expected = |file: &PathBuf| if *file == files.old { 1 } else { 2 };
            assert!([expected(old), expected(new)].contains(&value));
            let old_stands = value == expected(old);
            let version = if old_stands { "old" } else { "new" };
            println!(
                "{victim:?} {round}/{rounds}, after {since:?}: {status}, the {version} version"
            );
            assert!(
                !(old_stands && status.success()),
                "it said otherwise: {said}"
            );
            kills += 1;
            stood += u32::from(old_stands);
            // The next run works, and what is published already is left alone.
            let outcome = delivered(&home, new);
            let wanted = if old_stands { "published" } else { "unchanged" };
            assert_eq!(
                outcome["state"], wanted,
                "{victim:?} after {since:?}: {outcome}"
            );
            std::mem::swap(&mut old, &mut new);
        }
    }
    println!("{kills} deliveries of {count} parcels ended: the old version stood {stood} times");
    kill(Pid::from_raw(program.child.id() as i32), Signal::SIGTERM).expect("SIGTERM");
    assert!(program.child.wait().expect("its end").success());
}
