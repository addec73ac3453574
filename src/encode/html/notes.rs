//! The notes that instructors share on zones.

use askama::Template as _;

use super::{Html, Page, Section, Site, french};
use crate::model::Note;

#[derive(askama::Template)]
#[template(path = "notes.html")]
struct Notes<'a> {
    page: Page<'a>,
    /// Zones, each with its notes and whether the reader may correct them.
    groups: Vec<(&'a str, Vec<(&'a Note, bool)>)>,
    /// The zone that is asked for.
    chosen: Option<&'a str>,
    /// Zones and types of zones to choose from.
    zones: &'a [String],
}

#[derive(askama::Template)]
#[template(path = "note.html")]
struct One<'a> {
    page: Page<'a>,
    revisions: &'a [Note],
}

/// The notes as they stand, with forms to write and to correct.
pub fn notes(
    site: Site<'_>,
    notes: &[Note],
    chosen: Option<&str>,
    zones: &[String],
    own: &dyn Fn(&Note) -> bool,
) -> Html {
    let mut groups: Vec<(&str, Vec<(&Note, bool)>)> = Vec::new();
    for note in notes {
        let it = (note, own(note));
        match groups.last_mut().filter(|(zone, _)| *zone == note.zone) {
            Some((_, list)) => list.push(it),
            None => groups.push((&note.zone, vec![it])),
        }
    }
    Notes {
        page: Page::new(site, "Notes sur les zones", Section::Files)
            .under("Dossiers", "/dossiers")
            .json("/notes?f=json", "application/json"),
        groups,
        chosen,
        zones,
    }
    .render()
}

/// The revisions of a note.
pub fn note(site: Site<'_>, revisions: &[Note]) -> Html {
    let number = revisions.first().map_or(0, |note| note.numero);
    One {
        page: Page::new(site, format!("Note {number}"), Section::Files)
            .under("Dossiers", "/dossiers")
            .under("Notes sur les zones", "/notes")
            .json(format!("/notes/{number}?f=json"), "application/json"),
        revisions,
    }
    .render()
}

impl Notes<'_> {
    fn day(&self, note: &Note) -> String {
        french::day(note.le.with_timezone(&self.page.site.zone).date_naive())
    }
}

impl One<'_> {
    fn instant(&self, note: &Note) -> String {
        french::instant(note.le, self.page.site.zone)
    }
}
