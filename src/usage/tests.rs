//! The journal on a disk: torn tails, holes, quotas, folds, several runs under one home.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::fold::Fold;
use super::inspect::inspect;
use super::journal::{Full, Journal, now_us};
use super::record::{BYTES, NO_LAYER, Names, Record, State};
use super::segment::{Reading, Segment};
use super::stored::{Health, Stored};
use crate::model::{Account, Booked, ClientFamily, Operation, Outcome};

/// A folder that goes with the value.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("gn-journal-{}", Uuid::new_v4()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn record(units: u32) -> Record {
    Record {
        at_us: now_us(),
        account: Account::from(&Booked::Public),
        key: None,
        service: 0,
        layer: NO_LAYER,
        operation: Operation::Tile,
        client: ClientFamily::Script,
        status: 200,
        bytes: 10,
        features: 0,
        database_us: 3,
        units,
    }
}

fn names() -> Names {
    Names {
        services: vec!["sig".into()],
        layers: vec!["parcelles".into()],
    }
}

/// The smallest segment, with so many records settled as whole.
fn segment(folder: &Folder, records: u32) -> Arc<Segment> {
    let made = Segment::create(&folder.0, Uuid::new_v4(), 0, Arc::new(names()), now_us());
    let segment = Arc::new(made.expect("a segment"));
    for units in 0..records {
        let place = segment.append(&record(units)).expect("room");
        place.settle(State::Whole);
    }
    segment
}

/// Overwrites a record in the file, as a cut of the power may leave it.
fn tear(segment: &Segment, index: u64, from: u64) {
    let file = OpenOptions::new().write(true).open(&segment.path);
    let first = segment.bytes - 64 * BYTES as u64;
    file.expect("the file")
        .write_all_at(&[0xa5; 8], first + index * BYTES as u64 + from)
        .expect("written");
}

fn units(segment: &Segment, reading: Reading) -> Vec<u32> {
    let ready = segment.ready(0, usize::MAX, reading, now_us(), Duration::from_secs(60));
    ready.events.iter().map(|event| event.units).collect()
}

#[test]
fn a_torn_tail_is_found_and_repaired() {
    let folder = Folder::new();
    let written = segment(&folder, 5);
    tear(&written, 4, 24);
    let opened = Segment::open(&written.path).expect("it opens");
    assert_eq!((opened.len(), opened.torn()), (4, 1));
    assert_eq!(opened.repair().expect("repaired"), 1);
    let again = Segment::open(&written.path).expect("it opens");
    assert_eq!((again.len(), again.torn()), (4, 0));
    assert_eq!(units(&again, Reading::Ended), [0, 1, 2, 3]);
}

#[test]
fn what_was_damaged_in_the_middle_is_left_out_and_told() {
    let folder = Folder::new();
    let written = segment(&folder, 5);
    tear(&written, 2, 8);
    let opened = Segment::open(&written.path).expect("it opens");
    assert_eq!(opened.len(), 5);
    let ready = opened.ready(0, 100, Reading::Ended, now_us(), Duration::ZERO);
    assert_eq!((ready.events.len(), ready.upto, ready.damaged), (4, 5, 1));
    // A copy may have been made while the record was written: it ends there.
    assert_eq!(units(&opened, Reading::Copy), [0, 1]);
}

#[test]
fn a_head_that_was_changed_is_refused() {
    let folder = Folder::new();
    let written = segment(&folder, 1);
    let file = OpenOptions::new().write(true).open(&written.path);
    file.expect("the file")
        .write_all_at(b"x", 20)
        .expect("written");
    let error = Segment::open(&written.path).expect_err("refused");
    assert!(error.to_string().contains("checksum"), "{error}");
}

#[test]
fn what_is_not_settled_is_waited_for_while_its_run_lives() {
    let folder = Folder::new();
    let written = segment(&folder, 2);
    let open = written.append(&record(2)).expect("room");
    written
        .append(&record(3))
        .expect("room")
        .settle(State::Aborted);
    assert_eq!(units(&written, Reading::Live), [0, 1]);
    assert_eq!(units(&written, Reading::Ended), [0, 1, 2, 3]);
    let late = written.ready(
        2,
        9,
        Reading::Live,
        now_us() + 61_000_000,
        Duration::from_secs(60),
    );
    let outcomes: Vec<Outcome> = late.events.iter().map(|event| event.outcome).collect();
    assert_eq!(outcomes, [Outcome::InDoubt, Outcome::Aborted]);
    open.settle(State::Whole);
    assert_eq!(units(&written, Reading::Live), [0, 1, 2, 3]);
    // What a run that was killed leaves is read from the file.
    let opened = Segment::open(&written.path).expect("it opens");
    assert_eq!(units(&opened, Reading::Ended), [0, 1, 2, 3]);
}

#[test]
fn a_sealed_segment_takes_nothing_more() {
    let folder = Folder::new();
    let written = segment(&folder, 3);
    written.seal();
    assert!(written.append(&record(9)).is_none() && written.is_full());
    assert_eq!(written.len(), 3);
}

#[test]
fn a_fold_has_the_sums_of_its_segment_and_takes_its_place() {
    let folder = Folder::new();
    let written = segment(&folder, 4);
    let waiting = written.append(&record(4)).expect("room");
    assert!(
        Fold::of(&written, now_us()).expect("read").is_none(),
        "one is not settled"
    );
    waiting.settle(State::Aborted);
    let fold = Fold::of(&written, now_us())
        .expect("folded")
        .expect("folded");
    assert!(!written.path.exists() && fold.path.exists());
    let totals = fold.totals();
    let sum = |of: fn(&crate::store::usage::Sums) -> i64| totals.values().map(of).sum::<i64>();
    assert_eq!((fold.records, sum(|sums| sums.requests)), (5, 5));
    assert_eq!((sum(|sums| sums.units), sum(|sums| sums.aborted)), (10, 1));
    assert_eq!(Fold::open(&fold.path).expect("it opens").totals(), totals);
}

#[test]
fn beyond_its_quota_detail_is_folded_and_then_nothing_is_taken() {
    let home = Folder::new();
    let quota = 16 * 8192;
    let journal = Journal::open(&home.0, names(), quota).expect("a journal");
    let mut taken: u32 = 0;
    // 64 records a segment. Half of the quota is detail still.
    while taken < 8 * 64 {
        journal
            .record(&record(1))
            .expect("room")
            .settle(State::Whole);
        taken += 1;
    }
    journal.tidy();
    assert_eq!(journal.health(), Health::Good);
    for _ in 0..40 * 64 {
        journal
            .record(&record(1))
            .expect("room")
            .settle(State::Whole);
        taken += 1;
        if taken.is_multiple_of(64) {
            journal.tidy();
        }
    }
    assert_eq!(journal.health(), Health::Folding);
    assert!(journal.used() <= quota);
    assert_eq!(
        journal.unshipped(),
        u64::from(taken),
        "nothing is lost by folding"
    );
    let folded = journal
        .waiting()
        .iter()
        .any(|w| matches!(w.stored, Stored::Fold(_)));
    assert!(folded);
    // What may have reached the ledger in part is not folded: then the journal is full.
    loop {
        for waiting in journal.waiting() {
            if let Stored::Segment(segment) = waiting.stored {
                segment.attempt();
            }
        }
        match journal.record(&record(1)) {
            Ok(place) => place.settle(State::Whole),
            Err(Full) => break,
        }
        journal.tidy();
        taken += 1;
        assert!(taken < 100_000, "it never fills");
    }
    journal.tidy();
    assert!(journal.is_full() && journal.health() == Health::Full);
    assert_eq!(journal.unshipped(), u64::from(taken));
    // Room again once something was shipped.
    let active = journal.waiting().pop().expect("the one written to");
    for waiting in journal.waiting() {
        if waiting.stored.id() != active.stored.id() {
            journal.forget(&waiting);
        }
    }
    journal.tidy();
    assert!(!journal.is_full());
    assert!(journal.record(&record(1)).is_ok());
}

#[test]
fn runs_under_one_home_keep_apart_and_inherit() {
    let home = Folder::new();
    let quota = 1 << 20;
    let first = Journal::open(&home.0, names(), quota).expect("a journal");
    first.record(&record(1)).expect("room").settle(State::Whole);
    let second = Journal::open(&home.0, names(), quota).expect("a journal");
    assert_eq!(second.unshipped(), 0, "the first lives");
    let living: Vec<bool> = inspect(&home.0)
        .expect("read")
        .segments
        .iter()
        .map(|segment| segment.live)
        .collect();
    assert_eq!(living, [true, true]);
    drop(first);
    second.adopt();
    assert_eq!(second.unshipped(), 1);
    second.adopt();
    assert_eq!(second.unshipped(), 1, "adopted once");
    for waiting in second.waiting() {
        if !second.is_own(&waiting.folder) {
            second.forget(&waiting);
        }
    }
    let left = std::fs::read_dir(home.0.join("journal"))
        .expect("listed")
        .count();
    assert_eq!(left, 1, "an emptied folder goes");
}

#[test]
fn many_threads_lose_nothing() {
    let home = Folder::new();
    let journal = Journal::open(&home.0, names(), 4 << 20).expect("a journal");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5_000 {
                    let place = journal.record(&record(1)).expect("room");
                    place.settle(State::Whole);
                }
            });
        }
    });
    let mut found = 0;
    for waiting in journal.waiting() {
        if let Stored::Segment(segment) = waiting.stored {
            found += units(&segment, Reading::Live).len();
        }
    }
    assert_eq!(found, 20_000);
}
