//! The directory of the animation networks as CSV and as JSON.

use serde_json::{Value as Json, json};

use crate::model::{Directory, Referent};

/// Headings of the CSV; `geonantes networks import` reads them back.
const HEADINGS: [&str; 10] = [
    "reseau",
    "reseau_titre",
    "commune",
    "commune_nom",
    "role",
    "nom",
    "fonction",
    "courriel",
    "telephone",
    "depuis",
];

/// For whom a CSV is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// RFC 4180: commas, no byte order mark.
    Standard,
    /// French Excel, which opens a file as it is only with semicolons, and takes UTF-8 for
    /// Windows-1252 without a byte order mark.
    Excel,
}

/// The referents as CSV: one line each, after the headings.
///
/// # Errors
/// None that memory can cause; those of the writer.
pub fn csv<'a>(
    directory: &'a Directory,
    referents: impl Iterator<Item = &'a Referent>,
    dialect: Dialect,
) -> Result<Vec<u8>, csv::Error> {
    let mut out = Vec::new();
    let mut builder = csv::WriterBuilder::new();
    builder.terminator(csv::Terminator::CRLF);
    if dialect == Dialect::Excel {
        out.extend_from_slice("\u{feff}".as_bytes());
        builder.delimiter(b';');
    }
    let mut writer = builder.from_writer(out);
    writer.write_record(HEADINGS)?;
    for held in referents {
        writer.write_record([
            &held.network,
            title(directory, held),
            held.commune.as_str(),
            directory.communes.name(held.commune.as_str()),
            held.post.as_str(),
            &held.name,
            held.function.as_deref().unwrap_or(""),
            held.email.as_deref().unwrap_or(""),
            held.phone.as_deref().unwrap_or(""),
            &held.since.to_string(),
        ])?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

/// The referents and, of each network, the communes in which nobody speaks for it.
pub fn json<'a>(directory: &'a Directory, referents: impl Iterator<Item = &'a Referent>) -> Json {
    let people: Vec<Json> = referents
        .map(|held| {
            json!({
                "network": held.network,
                "commune": held.commune,
                "post": held.post,
                "name": held.name,
                "function": held.function,
                "email": held.email,
                "phone": held.phone,
                "since": held.since,
                "demonstration": held.demonstration,
            })
        })
        .collect();
    let networks: Vec<Json> = directory
        .networks
        .iter()
        .map(|network| {
            let lacking: Vec<&str> = directory
                .lacking(network)
                .map(|commune| commune.insee.as_str())
                .collect();
            json!({
                "id": network.id,
                "title": network.title,
                "service": network.service,
                "communes": directory.concerned(network).count(),
                "lacking": lacking,
            })
        })
        .collect();
    json!({ "networks": networks, "referents": people })
}

fn title<'a>(directory: &'a Directory, held: &Referent) -> &'a str {
    let network = directory
        .networks
        .iter()
        .find(|known| known.id == held.network);
    network.map_or("", |known| &known.title)
}
