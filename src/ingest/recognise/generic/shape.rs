//! Rows of a table made rows of a collection, column by column.

use std::sync::Arc;

use exchange::{Cell, Row};

use super::drawing::Drawing;
use super::lines::Lines;
use super::located::Places;
use crate::ingest::cadastre::{Cadastre, Sheets};
use crate::ingest::position::{Position, point};
use crate::ingest::{Given, Shape, Shaped, ShapedRow};
use crate::model::{Finding, Severity};

/// Widths that people and programs give to columns; another one is the length of the longest text,
/// as GDAL makes them.
const USUAL: [u32; 11] = [50, 60, 64, 80, 100, 128, 150, 200, 250, 254, 255];

/// How the rows of a source layer become those of a collection.
pub(super) struct Columns {
    /// For each field, its name, its column and the column's width.
    pub fields: Vec<(String, Option<(usize, u32)>)>,
    /// What fields hold that have no column.
    pub constants: Vec<(usize, String)>,
    /// What completes the rows of the cadastre.
    pub cadastre: Option<(Cadastre, Arc<Sheets>)>,
    /// Where the features are, when no geometry says it.
    pub position: Option<Position>,
    /// Where they are, when addresses say it.
    pub places: Option<Places>,
    /// What is done with the entities, where it is a drawing.
    pub drawing: Option<Drawing>,
    /// What tells the lines that are no objects, where it is a table.
    pub lines: Option<Lines>,
}

impl Shape for Columns {
    fn silent(&self) -> Vec<String> {
        let lacking = self.fields.iter().filter(|(_, column)| column.is_none());
        lacking.map(|(name, _)| name.clone()).collect()
    }

    fn shape(&mut self, row: Row, text: &dyn Fn(&[u8]) -> String, into: &mut Shaped) {
        if let Some(drawing) = &mut self.drawing
            && drawing.leaves(&row)
        {
            into.findings.extend(drawing.left());
            return;
        }
        if let Some(finding) = self.lines.as_ref().and_then(|it| it.leaves(&row, text)) {
            into.findings.push(finding);
            return;
        }
        let mut made = ShapedRow {
            values: Vec::with_capacity(self.fields.len()),
            ..ShapedRow::default()
        };
        for (name, column) in &self.fields {
            let Some((index, width)) = column else {
                made.values.push(Given::Absent);
                continue;
            };
            let cell = row.cells.get(*index);
            let given = Given::of(cell, text);
            if let (Given::Text(value), Some(Cell::Text(bytes))) = (&given, cell)
                && USUAL.contains(width)
                && bytes.len() == *width as usize
            {
                into.findings.push(cut(name, value, *width));
            }
            made.values.push(given);
        }
        for (field, value) in &self.constants {
            made.values[*field] = Given::Text(value.clone());
        }
        made.geometry = row.geometry;
        if let Some(drawing) = &self.drawing {
            made.geometry = made.geometry.map(|wkb| drawing.shaped(wkb));
        }
        if let Some(position) = self.position {
            match position.geometry(&row.cells) {
                Ok(geometry) => made.geometry = geometry,
                Err(unreadable) => into.findings.push(
                    Finding::new(
                        Severity::Error,
                        "position",
                        format!("La position ne peut pas être lue : « {} ».", unreadable.0),
                    )
                    .advising("Attendu : deux nombres (ou des degrés : 47°12'30\"N), ou une géométrie en WKT ou en GeoJSON."),
                ),
            }
        }
        if let Some(places) = &mut self.places {
            match places.remove(&row.fid) {
                Some(Ok((x, y))) => made.geometry = Some(point(x, y)),
                Some(Err(reason)) => into.findings.push(
                    Finding::new(Severity::Error, "address", reason)
                        .advising("Corrigez l’adresse, ou donnez les coordonnées."),
                ),
                None => {}
            }
        }
        if let Some((cadastre, sheets)) = &self.cadastre {
            // Once it is known where the feature lies.
            let place = made.geometry.as_deref();
            let done = cadastre.complete(&mut made.values, &row.cells, place, text, sheets);
            if done.is_err() {
                into.findings.push(no_sheet());
            }
        }
        into.rows.push(made);
    }
}

fn cut(field: &str, value: &str, width: u32) -> Finding {
    Finding::new(
        Severity::Warning,
        "text",
        format!("Le texte remplit les {width} caractères de sa colonne : il est peut-être coupé."),
    )
    .about(field, Some(value))
    .advising("Vérifiez la fin du texte ; un GeoPackage ne coupe pas les textes.")
}

fn no_sheet() -> Finding {
    Finding::new(
        Severity::Error,
        "scope",
        "Aucune feuille publiée de sa commune ou de sa section ne contient cet objet.",
    )
    .advising("Publiez d’abord les feuilles (collection « sections »), ou ajoutez une colonne « feuille ».")
}
