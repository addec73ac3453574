//! The program and its PostgreSQL killed at random moments, while publications run: nothing that
//! was acknowledged is lost, nothing is half done, and the next start serves.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use geonantes::catalogue::Catalogue;
use geonantes::store::{Deposit, Store};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::{AssertSqlSafe, Row as _};

use super::program::{Program, store};
use super::{chance, rounds};
use crate::cluster::{Home, lives, wait_gone};
use crate::support::{FIXTURE, get};

/// What differs between the record and the rows: nothing may.
const DISAGREEMENTS: &str = "SELECT p.scope || ' ' || p.version FROM publication p LEFT JOIN ( \
      SELECT _scope, count(*) n, ST_Extent(geom) e, count(DISTINCT contenance) kinds, \
        encode(sha256(convert_to(string_agg(_hash::text, chr(10) ORDER BY _hash), 'UTF8')), 'hex') \
          h FROM layer.parcelles GROUP BY 1) r ON r._scope = p.scope \
    WHERE layer = 'parcelles' AND superseded_by IS NULL AND (n IS DISTINCT FROM p.count \
      OR h IS DISTINCT FROM p.hash OR kinds <> 1 OR ST_XMax(e) <> extent[3] OR n <> 100) \
    UNION ALL SELECT 'history of ' || h.fid FROM layer.parcelles_history h \
      JOIN layer.parcelles c USING (fid) WHERE h._until > c._since \
    UNION ALL SELECT 'twice ' || _key FROM layer.parcelles GROUP BY _key HAVING count(*) > 1";

/// Publishes the four sheets, each with one value in all its rows, until the database is gone.
///
/// Or until told to stop: a pool finds a server that was started again by itself.
async fn publish(
    store: Store,
    acknowledged: Arc<Mutex<Vec<i64>>>,
    round: u32,
    over: Arc<AtomicBool>,
) {
    let layers = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers");
    let catalogue = Catalogue::read(&layers).unwrap_or_else(|error| panic!("{}", error.render()));
    let layer = catalogue.get("parcelles").expect("parcels");
    let deposit = Deposit {
        author: "faults".into(),
        comment: String::new(),
        demonstration: false,
    };
    for turn in 0u32.. {
        if over.load(Ordering::Relaxed) {
            return;
        }
        let name = format!("delivery_{round}_{turn}");
        let section = ["AB", "AC", "AK", "AL"][turn as usize % 4];
        let statement = format!(
            "CREATE TABLE fixture.{name} AS SELECT _scope, idu, commune, prefixe, section, numero, \
             feuille, {value}::bigint AS contenance, geom FROM fixture.parcelles \
             WHERE section = '{section}'",
            value = round * 100_000 + turn,
        );
        let made = sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(store.write_pool())
            .await;
        if made.is_err() {
            return;
        }
        match store
            .publish_relation(layer, "fixture", &name, &deposit)
            .await
        {
            Ok(done) => {
                let versions = done.iter().map(|one| one.version);
                acknowledged.lock().expect("not poisoned").extend(versions);
            }
            Err(_) => return,
        }
    }
}

/// Copies the data folder beside the build, for amcheck and the eye.
async fn keep_the_data(pool: &sqlx::PgPool) {
    let folder: String = sqlx::query_scalar("SELECT current_setting('data_directory')")
        .fetch_one(pool)
        .await
        .expect("the data folder");
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults-data");
    let copied = Command::new("cp")
        .arg("-a")
        .args([folder, kept.display().to_string()])
        .status();
    println!("the data are kept in {}: {copied:?}", kept.display());
}

/// Waits until the round has something to lose, however slow the machine is.
async fn first_of_the_round(acknowledged: &Mutex<Vec<i64>>) {
    let count = || acknowledged.lock().expect("not poisoned").len();
    let (before, started) = (count(), std::time::Instant::now());
    while count() == before {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "nothing was published for a minute"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Publications that are not superseded by the next one of their scope.
const CHAINS: &str = "SELECT version FROM (SELECT version, superseded_by, \
     lead(version) OVER (PARTITION BY scope ORDER BY version) AS next \
     FROM publication WHERE layer = 'parcelles') t WHERE superseded_by IS DISTINCT FROM next";

async fn nothing_is_lost(store: &Store, program: &Program, acknowledged: &Mutex<Vec<i64>>) {
    let pool = store.write_pool();
    let wrong = sqlx::query(DISAGREEMENTS)
        .fetch_all(pool)
        .await
        .expect("an answer");
    let wrong: Vec<String> = wrong.iter().map(|row| row.get(0)).collect();
    if !wrong.is_empty() {
        keep_the_data(pool).await;
    }
    assert!(
        wrong.is_empty(),
        "the record and the rows disagree: {wrong:?}"
    );
    let known: Vec<i64> =
        sqlx::query_scalar("SELECT version FROM publication WHERE layer = 'parcelles' ORDER BY 1")
            .fetch_all(pool)
            .await
            .expect("the versions");
    let broken: Vec<i64> = sqlx::query_scalar(CHAINS)
        .fetch_all(pool)
        .await
        .expect("an answer");
    assert!(broken.is_empty(), "superseded by another: {broken:?}");
    let lost: Vec<i64> = {
        let promised = acknowledged.lock().expect("not poisoned");
        promised
            .iter()
            .copied()
            .filter(|version| !known.contains(version))
            .collect()
    };
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let page = get(
        &format!("{}/collections/parcelles/items?limit=1000", program.url),
        &[],
    )
    .await;
    assert_eq!(page.status, 200, "{}", page.text());
    let page = page.json();
    // Absent while the program has not heard of the last publication, never of another version.
    let matched = &page["numberMatched"];
    assert!(
        matched.is_null() || *matched == page["numberReturned"],
        "{matched}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_lose_nothing() {
    let rounds = rounds();
    let home = Home::new();
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    let mut program = Program::start(&home);
    program.ready(&home).await;
    let first = store(&home);
    sqlx::raw_sql(FIXTURE)
        .execute(first.write_pool())
        .await
        .expect("the fixture");
    first.close().await;
    for round in 1..=rounds {
        let over = Arc::new(AtomicBool::new(false));
        let publisher = tokio::spawn(publish(
            store(&home),
            acknowledged.clone(),
            round,
            over.clone(),
        ));
        first_of_the_round(&acknowledged).await;
        tokio::time::sleep(Duration::from_millis(chance(900))).await;
        let postmaster = home.postmaster();
        over.store(true, Ordering::Relaxed);
        let killed = kill_some(&mut program, postmaster, round).await;
        if killed == Killed::Program {
            // Its PostgreSQL lives on, and the publisher with it.
            tokio::time::sleep(Duration::from_millis(chance(300))).await;
            publisher.abort();
        } else {
            wait_gone(postmaster);
        }
        let _ = publisher.await;
        if killed != Killed::Database {
            program = Program::start(&home);
        }
        program.ready(&home).await;
        let store = store(&home);
        nothing_is_lost(&store, &program, &acknowledged).await;
        store.close().await;
    }
    let promised = acknowledged.lock().expect("not poisoned").len();
    assert!(
        promised >= rounds as usize,
        "only {promised} publications in {rounds} rounds"
    );
    println!("{rounds} rounds, {promised} publications acknowledged, none lost");
    let postmaster = home.postmaster();
    kill(Pid::from_raw(program.child.id() as i32), Signal::SIGTERM).expect("SIGTERM");
    let ended = program.child.wait().expect("its end");
    assert!(ended.success(), "it ended with {ended}");
    assert!(
        !lives(postmaster),
        "PostgreSQL outlives the program that was told to stop"
    );
}

#[derive(Debug, PartialEq, Eq)]
enum Killed {
    Program,
    Database,
    Both,
}

/// The program, its database, or both in any order, in turn.
async fn kill_some(program: &mut Program, postmaster: i32, round: u32) -> Killed {
    let database = || {
        let _ = kill(Pid::from_raw(postmaster), Signal::SIGKILL);
    };
    match round % 3 {
        0 => {
            program.slay();
            Killed::Program
        }
        1 => {
            let program_first = chance(2) == 0;
            if program_first {
                program.slay();
            }
            tokio::time::sleep(Duration::from_millis(chance(200))).await;
            database();
            if !program_first {
                program.slay();
            }
            Killed::Both
        }
        _ => {
            database();
            Killed::Database
        }
    }
}
