//! Lists of ADS files as tables: spreadsheets and CSV.

pub use costs::sheets::Sheet;

use chrono::NaiveDate;
use costs::sheets::{Cell, Look};

use crate::catalogue::Layer;
use crate::model::{Communes, Dossier, Standing};

/// What codes of a list are called.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// The layer of the files.
    pub layer: &'a Layer,
    /// The communes.
    pub communes: &'a Communes,
}

impl<'a> Names<'a> {
    /// What a code of a field means, or the code.
    pub fn label(self, field: &str, code: &'a str) -> &'a str {
        let field = self.layer.field(field);
        let known = field.and_then(|field| field.domain.iter().find(|it| it.code == code));
        known.map_or(code, |it| it.label.as_str())
    }
}

const HEADINGS: [(&str, Look); 20] = [
    ("Numéro", Look::Plain),
    ("Type", Look::Wide),
    ("Commune", Look::Plain),
    ("Parcelles", Look::Plain),
    ("Adresse du terrain", Look::Wide),
    ("Nature des travaux", Look::Wide),
    ("Demandeur", Look::Plain),
    ("État", Look::Plain),
    ("Décision", Look::Plain),
    ("Service instructeur", Look::Wide),
    ("Dépôt", Look::Plain),
    ("Date limite (indicative)", Look::Plain),
    ("Jours restants", Look::Plain),
    ("Situation", Look::Plain),
    ("Silence", Look::Plain),
    ("Articles", Look::Wide),
    ("Date de décision", Look::Plain),
    ("Ouverture du chantier", Look::Plain),
    ("Achèvement", Look::Plain),
    ("Validité jusqu’au", Look::Plain),
];

/// What a standing is called.
pub fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Echu => "échu",
        Standing::SousSeptJours => "sous 7 jours",
        Standing::SousQuinzeJours => "sous 15 jours",
        Standing::PlusTard => "plus tard",
        Standing::AttentePieces => "attend des pièces",
        Standing::SansDate => "sans date connue",
    }
}

/// The files as a table.
pub fn sheet(files: &[Dossier], names: Names<'_>) -> Sheet {
    let heads = HEADINGS.map(|(head, _)| Cell::Text(head.to_owned()));
    let mut rows = vec![heads.to_vec()];
    rows.extend(files.iter().map(|file| line(file, names)));
    Sheet {
        name: "Dossiers".to_owned(),
        looks: HEADINGS.map(|(_, look)| look).to_vec(),
        headings: 1,
        rows,
    }
}

fn line(file: &Dossier, names: Names<'_>) -> Vec<Cell> {
    let fields = &file.fields;
    let clock = file.delai.as_ref();
    let decision = fields.decision.as_deref();
    let left = clock.and_then(|clock| clock.jours);
    vec![
        words(&fields.numero),
        words(names.label("type", &fields.kind)),
        words(names.communes.name(&fields.commune)),
        words(&fields.parcels().join(", ")),
        text(fields.adresse_terrain.as_deref()),
        text(fields.nature_travaux.as_deref()),
        text(fields.demandeur.as_deref()),
        words(names.label("etat", &fields.etat)),
        text(decision.map(|code| names.label("decision", code))),
        text(fields.service_instructeur.as_deref()),
        day(fields.date_depot),
        day(clock.and_then(|clock| clock.limite)),
        left.and_then(|days| days.to_string().parse().ok())
            .map_or(Cell::Empty, Cell::Number),
        text(clock.map(|clock| standing(clock.situation))),
        text(clock.map(|clock| clock.silence.as_str())),
        words(&clock.map_or_else(String::new, |clock| clock.articles.join(", "))),
        day(fields.date_decision),
        day(fields.date_doc),
        day(fields.date_daact),
        day(file.caducite.as_ref().map(|lapse| lapse.jusqu_au)),
    ]
}

fn words(text: &str) -> Cell {
    if text.is_empty() {
        Cell::Empty
    } else {
        Cell::Text(text.to_owned())
    }
}

fn text(text: Option<&str>) -> Cell {
    words(text.unwrap_or(""))
}

fn day(day: Option<NaiveDate>) -> Cell {
    day.map_or(Cell::Empty, Cell::Date)
}

/// A table as CSV: RFC 4180, or what French Excel opens as it is.
///
/// # Errors
/// None that memory can cause; those of the writer.
pub fn csv(sheet: &Sheet, excel: bool) -> Result<Vec<u8>, csv::Error> {
    let mut out = Vec::new();
    let mut builder = csv::WriterBuilder::new();
    builder.terminator(csv::Terminator::CRLF);
    if excel {
        out.extend_from_slice("\u{feff}".as_bytes());
        builder.delimiter(b';');
    }
    let mut writer = builder.from_writer(out);
    for row in &sheet.rows {
        writer.write_record(row.iter().map(shown))?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        // A spreadsheet shall not take a stranger's text for a formula.
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@']) => format!("'{text}"),
        Cell::Text(text) | Cell::Error(text) | Cell::Heading(text) => text.clone(),
        Cell::Number(number) | Cell::Formula(_, number) => number.to_string(),
        Cell::Date(day) => day.to_string(),
        Cell::Truth(truth) => truth.to_string(),
    }
}
