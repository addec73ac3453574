//! `geonantes ingest` killed at random moments of a publication: the layer is wholly the old version
//! or wholly the new one, and the next run works.
//!
//! `./dev faults` delivers 100,000 parcels, `./dev test` some thousands.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
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

/// Parcels of 5 m, 6 m apart, 100 a row, in sheets of ten rows inside the commune 44109.
fn parcels(count: usize, contenance: i64) -> String {
    let mut text = collection();
    for n in 0..count {
        let (sheet, within) = (n / SHEET, n % SHEET);
        let (west, south) = origin(sheet);
        let (x, y) = (
            west + (within % 100 * 6) as f64,
            south + (within / 100 * 6) as f64,
        );
        let (section, feuille) = names(sheet);
        let numero = format!("{:04}", within + 1);
        let properties = format!(
            "\"idu\":\"44109000{section}{numero}\",\"commune\":\"44109\",\"prefixe\":\"000\",\
             \"section\":\"{section}\",\"numero\":\"{numero}\",\"contenance\":{contenance},\
             \"feuille\":\"{feuille}\""
        );
        feature(&mut text, &properties, [x, y, x + 5.0, y + 5.0]);
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
            [west, south, west + 600.0, south + 60.0],
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

/// South-west corner of a sheet, in Lambert-93 metres: three columns of 33 rows in 2 km.
fn origin(sheet: usize) -> (f64, f64) {
    (
        354_050.0 + (sheet / 32 * 620) as f64,
        6_688_010.0 + (sheet % 32 * 61) as f64,
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
fn ingest(home: &Home, file: &Path, to: &str) -> Command {
    let mut command = command(home);
    command
        .args(["ingest", "--json", "--yes", "--accept", "--to", to])
        .arg(file);
    command
}

/// Delivers a file to its end and returns the outcome.
fn delivered(home: &Home, file: &Path, to: &str) -> Value {
    let output = ingest(home, file, to).output().expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stdout)
    );
    serde_json::from_slice(&output.stdout).expect("one document")
}

/// The one value of all parcels of the delivered sheets; panics when there are two, when some are
/// missing, or when the record says something else than the rows.
async fn whole(store: &Store, count: usize) -> i64 {
    let pool = store.write_pool();
    let (rows, least, most): (i64, i64, i64) = sqlx::query_as(
        "SELECT count(*), min(contenance), max(contenance) FROM layer.parcelles WHERE section >= 'BA'",
    )
    .fetch_one(pool)
    .await
    .expect("an answer");
    assert_eq!(rows, count as i64, "rows");
    assert_eq!(least, most, "half of one version, half of the other");
    let wrong: Vec<String> = sqlx::query_scalar(
        "SELECT p.scope FROM publication p LEFT JOIN (SELECT _scope, count(*) n, \
           encode(sha256(convert_to(string_agg(_hash::text, chr(10) ORDER BY _hash), \
             'UTF8')), 'hex') h FROM layer.parcelles GROUP BY 1) r ON r._scope = p.scope \
         WHERE layer = 'parcelles' AND superseded_by IS NULL \
           AND (n IS DISTINCT FROM count OR h IS DISTINCT FROM hash)",
    )
    .fetch_all(pool)
    .await
    .expect("an answer");
    assert!(wrong.is_empty(), "the record disagrees: {wrong:?}");
    least
}

struct Files {
    old: PathBuf,
    new: PathBuf,
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
    assert_eq!(delivered(home, &sheets, "sections")["state"], "published");
    Files {
        old: file("old.geojson", parcels(count, 1)),
        new: file("new.geojson", parcels(count, 2)),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_delivery_leaves_the_old_version_or_the_new_one() {
    let (rounds, campaign) = (rounds(), std::env::var_os("GEONANTES_FAULTS").is_some());
    let count = if campaign { 100_000 } else { 3_000 };
    let home = Home::new();
    let mut program = Program::start(&home);
    program.ready(&home).await;
    let files = prepare(&home, count).await;
    let began = Instant::now();
    assert_eq!(
        delivered(&home, &files.old, "parcelles")["state"],
        "published"
    );
    let takes = began.elapsed();
    let (mut old, mut new, mut kept) = (&files.old, &files.new, 0);
    for round in 1..=rounds {
        let mut child = ingest(&home, new, "parcelles")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let moment = chance(takes.as_millis() as u64 * 11 / 10);
        tokio::time::sleep(Duration::from_millis(moment)).await;
        if round % 4 == 0 {
            let postmaster = home.postmaster();
            let _ = kill(Pid::from_raw(postmaster), Signal::SIGKILL);
            wait_gone(postmaster);
        }
        child.kill().expect("kill");
        child.wait().expect("its end");
        program.ready(&home).await;
        let store = store(&home);
        let value = whole(&store, count).await;
        store.close().await;
        let expected = |file: &PathBuf| if *file == files.old { 1 } else { 2 };
        assert!([expected(old), expected(new)].contains(&value));
        if value == expected(old) {
            kept += 1;
        }
        // The next run works, and what is published already is left alone.
        let outcome = delivered(&home, new, "parcelles");
        let wanted = if value == expected(new) {
            "unchanged"
        } else {
            "published"
        };
        assert_eq!(
            outcome["state"], wanted,
            "round {round}, killed after {moment} ms: {outcome}"
        );
        std::mem::swap(&mut old, &mut new);
    }
    println!(
        "{rounds} deliveries of {count} parcels killed within {takes:?}: the old version stood {kept} times"
    );
    kill(Pid::from_raw(program.child.id() as i32), Signal::SIGTERM).expect("SIGTERM");
    assert!(program.child.wait().expect("its end").success());
}
