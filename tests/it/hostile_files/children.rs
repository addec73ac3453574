//! Children that are silent, lie, talk without end or die: a file may have made one anything.

use std::path::Path;
use std::time::{Duration, Instant};

use exchange::{Bound, Column, ColumnKind, Dataset, SourceLayer, Tag, frame_head};
use geonantes::config::Ingest;
use geonantes::ogr::{Ogr, OgrError};

use super::{limits, read, script};
use crate::ingest::files::Files;

fn frame(tag: Tag, body: &[u8]) -> Vec<u8> {
    let mut frame = frame_head(tag, body).expect("short enough").to_vec();
    frame.extend_from_slice(body);
    frame
}

fn dataset(columns: usize) -> Vec<u8> {
    let column = |number| Column {
        name: format!("c{number}"),
        kind: ColumnKind::Text,
        width: 0,
    };
    let layer = SourceLayer {
        name: "a".to_owned(),
        columns: (0..columns).map(column).collect(),
        ..SourceLayer::default()
    };
    let dataset = Dataset {
        driver: "CSV".to_owned(),
        layers: vec![layer],
    };
    frame(Tag::Dataset, &serde_json::to_vec(&dataset).expect("JSON"))
}

/// What is made of a file by a child that does as the script says; a second is all it has.
async fn with(files: &Files, text: &str) -> OgrError {
    let ogr = Ogr::new(&Ingest {
        child: Some(script(files, "child", text)),
        seconds: 1,
        ..limits()
    });
    let began = Instant::now();
    let error = read(&ogr, Path::new("/dev/null"), "").await;
    assert!(began.elapsed() < Duration::from_secs(10), "{text}");
    error.expect_err(text)
}

#[tokio::test]
async fn a_child_is_not_believed() {
    let files = Files::new();
    let end = |rows: u64| frame(Tag::End, &rows.to_le_bytes());
    let said = |name: &str, frames: &[Vec<u8>]| {
        let path = files.write(name, frames.concat());
        format!("exec /bin/cat {}", path.display())
    };
    for (what, text) in [
        ("an unknown tag", "printf 'X\\0\\0\\0\\0'".to_owned()),
        (
            "a frame of 4 GB",
            "printf 'D\\377\\377\\377\\377'".to_owned(),
        ),
        ("no JSON", said("json", &[frame(Tag::Dataset, b"[")])),
        ("no fault", said("fault", &[frame(Tag::Fault, b"{}")])),
        (
            "rows before the dataset",
            said("early", &[frame(Tag::Rows, &[0; 4])]),
        ),
        (
            "no end",
            said("none", &[dataset(1), frame(Tag::Rows, &[0; 4])]),
        ),
        // The same answer to both questions: the second wants rows.
        ("a dataset twice", said("twice", &[dataset(1), end(0)])),
    ] {
        let error = with(&files, &text).await;
        assert!(
            matches!(error, OgrError::Unsound { .. }),
            "{what}: {error:?}"
        );
        assert!(error.blames_the_file(), "{what}");
    }
    let wide = with(&files, &said("wide", &[dataset(3_000), end(0)])).await;
    assert!(
        matches!(
            wide,
            OgrError::Beyond {
                bound: Bound::Columns,
                ..
            }
        ),
        "{wide:?}"
    );
}

#[tokio::test]
async fn rows_are_counted_and_come_to_an_end() {
    let files = Files::new();
    let end = |rows: u64| frame(Tag::End, &rows.to_le_bytes());
    for (name, answer) in [
        ("less", end(7)),
        ("nothing", frame(Tag::Rows, &[0; 4])),
        ("garbage", frame(Tag::Rows, &[0xff; 64])),
    ] {
        let answer = files.write(name, answer);
        // Without end, as far as it goes.
        let text = format!("while /bin/cat {}; do :; done", answer.display());
        let ogr = Ogr::new(&Ingest {
            child: Some(script(&files, "child", &text)),
            ..limits()
        });
        let mut rows = ogr
            .read(Path::new("/dev/null"), "a")
            .await
            .expect("it starts");
        let error = rows.next().await.expect_err(name);
        assert!(
            matches!(error, OgrError::Unsound { .. }),
            "{name}: {error:?}"
        );
        assert!(rows.next().await.is_ok_and(|rows| rows.is_none()), "{name}");
    }
}

#[tokio::test]
async fn a_child_that_dies_or_is_silent_ends_one_reading() {
    let files = Files::new();
    let silent = with(&files, "exec /bin/sleep 60").await;
    assert!(
        matches!(
            silent,
            OgrError::Beyond {
                bound: Bound::Time,
                ..
            }
        ),
        "{silent:?}"
    );
    let died = with(&files, "kill -SEGV $$").await;
    assert!(
        matches!(&died, OgrError::Died { how } if how == "SIGSEGV"),
        "{died:?}"
    );
    let cut = with(&files, "printf 'D\\144\\0\\0\\0{'").await;
    assert!(matches!(cut, OgrError::Died { .. }), "{cut:?}");
    // What it says beside is read, and forgotten.
    let words = "/bin/dd if=/dev/zero bs=1M count=64 >&2 2>/dev/null; kill -ABRT $$";
    let loud = with(&files, words).await;
    assert!(matches!(loud, OgrError::Died { .. }), "{loud:?}");
    let full = with(
        &files,
        "echo memory allocation of 9 bytes failed >&2; kill -ABRT $$",
    )
    .await;
    assert!(
        matches!(
            full,
            OgrError::Beyond {
                bound: Bound::Memory,
                ..
            }
        ),
        "{full:?}"
    );
}
