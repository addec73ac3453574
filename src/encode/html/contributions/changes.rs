//! Features that a delivery changes, one by one, by what happens to them.

use super::super::french;
use super::dots::Dot;
use super::report::{degrees, position};
use crate::model::{ChangeKind, ChangedFeature, OutcomeReport};

/// Features to which the same happens.
pub(super) struct Changed<'a> {
    pub title: &'static str,
    pub class: &'static str,
    /// All of them, those that are not listed included.
    pub total: i64,
    pub rows: Vec<Row<'a>>,
}

/// One feature.
pub(super) struct Row<'a> {
    pub number: usize,
    pub it: &'a ChangedFeature,
    pub place: Option<(f64, f64)>,
}

/// The features of an outcome: changed, then removed, then new ones.
pub(super) fn groups<'a>(
    told: &'a OutcomeReport,
    places: &[Option<(f64, f64)>],
    number: &mut usize,
) -> Vec<Changed<'a>> {
    let counts = &told.counts;
    [
        (
            ChangeKind::Changed,
            "Objets modifiés",
            "changed",
            counts.changed,
        ),
        (
            ChangeKind::Removed,
            "Objets supprimés",
            "removed",
            counts.removed,
        ),
        (ChangeKind::Added, "Objets ajoutés", "added", counts.added),
    ]
    .into_iter()
    .map(|(kind, title, class, total)| {
        let of_kind = told.changes.iter().enumerate();
        let rows = of_kind
            .filter(|(_, change)| change.kind == kind)
            .map(|(place, it)| {
                *number += 1;
                Row {
                    number: *number,
                    it,
                    place: places.get(place).copied().flatten(),
                }
            });
        Changed {
            title,
            class,
            rows: rows.collect(),
            total,
        }
    })
    .filter(|group| !group.rows.is_empty())
    .collect()
}

impl<'a> Changed<'a> {
    pub(super) fn figure(&self) -> String {
        french::count(self.total.max(self.rows.len() as i64))
    }

    /// How many are counted and not listed.
    pub(super) fn beyond(&self) -> Option<String> {
        let more = self.total - self.rows.len() as i64;
        (more > 0).then(|| french::counted(more, "autre objet", "autres objets"))
    }

    pub(super) fn dots(&self) -> impl Iterator<Item = Dot<'a>> + '_ {
        self.rows.iter().filter_map(|row| {
            Some(Dot {
                number: row.number,
                at: (row.it.x?, row.it.y?),
                class: self.class,
                says: &row.it.name,
            })
        })
    }
}

impl Row<'_> {
    pub(super) fn position(&self) -> Option<String> {
        position(self.it.x, self.it.y)
    }

    pub(super) fn degrees(&self) -> Option<(String, String)> {
        degrees(self.place)
    }

    /// How the geometry changes, when it does.
    pub(super) fn shape(&self) -> Option<String> {
        let moved = self.it.moved_m.filter(|moved| *moved >= 0.005);
        match moved {
            _ if !self.it.reshaped => None,
            Some(moved) => Some(format!(
                "géométrie déplacée de {}\u{a0}m au plus",
                french::rounded(moved, 2)
            )),
            None => Some("géométrie modifiée".to_owned()),
        }
    }
}
