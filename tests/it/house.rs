//! The plan of the house: no room uses one that the table of `docs/architecture.md` does not
//! give it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// Rooms that every room may use.
const SHARED: [&str; 2] = ["model", "config"];

type Plan = BTreeMap<String, BTreeSet<String>>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The table: rooms, and what each may use.
fn plan(text: &str) -> Plan {
    let name = Regex::new("`([a-z_]+)`").expect("a pattern");
    let names = |cell: &str| -> BTreeSet<String> {
        name.captures_iter(cell)
            .map(|found| found[1].to_owned())
            .collect()
    };
    let rows: Vec<(String, String)> = text
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.strip_prefix("| `")?.split('|').collect();
            let [room, _, uses, _] = cells[..] else {
                return None;
            };
            Some((
                room.trim().trim_end_matches('`').to_owned(),
                uses.to_owned(),
            ))
        })
        .collect();
    let all: BTreeSet<String> = rows.iter().map(|(room, _)| room.clone()).collect();
    rows.into_iter()
        .map(|(room, uses)| {
            let uses = if uses.trim() == "every room" {
                all.clone()
            } else {
                names(&uses)
            };
            assert!(
                uses.is_subset(&all),
                "{room}: the table has no room of some name in {uses:?}"
            );
            (room, uses)
        })
        .collect()
}

/// The sources under a folder, and the room of each.
fn sources(folder: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(place) = folders.pop() {
        for entry in fs::read_dir(&place).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(folder).expect("inside");
                let first = inside.iter().next().expect("a name").to_string_lossy();
                found.push((first.trim_end_matches(".rs").to_owned(), path));
            }
        }
    }
    found
}

/// The rooms that a source names: `crate::room::…`, `geonantes::room::…`, also in braces, and
/// `super::…` up to the root.
fn named(source: &str, rooms: &BTreeSet<String>, own: &str) -> BTreeSet<String> {
    let comment = Regex::new(r"(?m)//.*$").expect("a pattern");
    let source = comment.replace_all(source, "");
    let path = Regex::new(r"\b(?:crate|geonantes)::([a-z_]+)").expect("a pattern");
    let group = Regex::new(r"(?s)\b(?:crate|geonantes)::\{(.*?)\};").expect("a pattern");
    let climb = Regex::new(r"\b(?:super::){2,}([a-z_]+)").expect("a pattern");
    let nested = Regex::new(r"\{[^{}]*\}").expect("a pattern");
    let word = Regex::new(r"(?:^|,)\s*([a-z_]+)").expect("a pattern");
    let mut found: BTreeSet<String> = path
        .captures_iter(&source)
        .map(|found| found[1].to_owned())
        .collect();
    for braces in group.captures_iter(&source) {
        let inner = nested.replace_all(&braces[1], "");
        found.extend(word.captures_iter(&inner).map(|found| found[1].to_owned()));
    }
    let inside = root().join("src").join(own);
    let climbed = climb
        .captures_iter(&source)
        .map(|found| found[1].to_owned());
    found.extend(
        climbed.filter(|name| {
            !inside.join(name).exists() && !inside.join(format!("{name}.rs")).exists()
        }),
    );
    found.retain(|name| rooms.contains(name) && name != own);
    found
}

#[test]
fn no_room_uses_another_that_the_plan_does_not_give_it() {
    let text = fs::read_to_string(root().join("docs/architecture.md")).expect("the plan");
    let plan = plan(&text);
    let rooms: BTreeSet<String> = plan.keys().cloned().collect();
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for (room, path) in sources(&root().join("src")) {
        if matches!(room.as_str(), "lib" | "main") {
            continue;
        }
        let Some(allowed) = plan.get(&room) else {
            wrong.push(format!(
                "{}: the room {room} is not in the table",
                path.display()
            ));
            continue;
        };
        let source = fs::read_to_string(&path).expect("a source");
        for name in named(&source, &rooms, &room) {
            if !SHARED.contains(&name.as_str()) && !allowed.contains(&name) {
                wrong.push(format!("{}: {room} may not use {name}", path.display()));
            }
        }
        seen.insert(room);
    }
    assert!(
        wrong.is_empty(),
        "against docs/architecture.md:\n{}",
        wrong.join("\n")
    );
    assert_eq!(seen, rooms, "the table has rooms that the house has not");
}

/// The reader itself sees every way to name a room.
#[test]
fn every_way_to_name_a_room_is_seen() {
    let rooms = BTreeSet::from(["store", "http", "ogc", "model"].map(str::to_owned));
    let seen = |source: &str| {
        named(source, &rooms, "ogc")
            .into_iter()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(seen("use crate::store::Store;"), "store");
    assert_eq!(seen("fn f(s: &geonantes::http::X) {}"), "http");
    assert_eq!(
        seen("use crate::{\n    model::{Crs, http},\n    store,\n};"),
        "model store"
    );
    assert_eq!(seen("use super::super::store::Row;"), "store");
    assert_eq!(seen("// crate::store is below\nuse crate::ogc::ask;"), "");
}
