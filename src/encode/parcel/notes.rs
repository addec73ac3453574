//! What members note on the zones of a ground.

use serde_json::Value as Json;

use super::words::day;
use super::{Line, Part, lines, text};

/// The notes of a member's sheet; nothing on the sheets of others.
pub(super) fn part(sheet: &Json) -> Option<Part> {
    let notes = sheet.get("notes")?.as_array();
    Some(lines::part(
        "notes",
        "Notes du réseau des instructeurs",
        notes.map(|all| all.iter().map(note).collect()),
        Vec::new(),
        "Aucune note sur ces zones.",
    ))
}

/// A note on a zone, in its paragraphs.
fn note(note: &Json) -> Line {
    let zone = text(note, "zone").unwrap_or("");
    let head = match text(note, "article") {
        Some(article) => format!("{zone} – {article}"),
        None => zone.to_owned(),
    };
    let said = text(note, "texte").unwrap_or("");
    let mut notes: Vec<String> = said.lines().map(str::to_owned).collect();
    notes.retain(|line| !line.trim().is_empty());
    let date = text(note, "le").and_then(|at| at.get(..10)).map(day);
    let author = text(note, "auteur").unwrap_or("");
    notes.push(format!("{author}, le {}", date.unwrap_or_default()));
    Line {
        head,
        notes,
        ..Line::default()
    }
}
