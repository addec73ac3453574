//! What `--map` says, in either direction, and how columns of one name are told apart.

use exchange::Column;

use super::fold;
use crate::catalogue::Layer;

/// A pair of `--map` that names nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// Neither side is a field.
    #[error(
        "--map {column}={field} : ni « {column} » ni « {field} » n’est un champ de la collection. \
         Champs : {known}"
    )]
    Field {
        /// The left side.
        column: String,
        /// The right side.
        field: String,
        /// The fields.
        known: String,
    },
    /// The other side is no column.
    #[error("--map : le fichier n’a pas de colonne « {column} ». Colonnes : {known}")]
    Column {
        /// The side.
        column: String,
        /// The columns.
        known: String,
    },
    /// Columns share the name, and which is meant is not known.
    #[error("--map : plusieurs colonnes s’appellent « {column} ». Dites laquelle : {known}")]
    Shared {
        /// The name.
        column: String,
        /// How each is called.
        known: String,
    },
    /// Two columns for a field, or a column for two fields.
    #[error("--map : « {0} » est donné deux fois")]
    Twice(String),
}

/// The pairs as places of a column and a field. Either side may be the field: `source=champ`
/// prevails where both are.
///
/// # Errors
/// A pair that names no field or no column, or one that contradicts another.
pub fn resolve(
    layer: &Layer,
    columns: &[Column],
    pairs: &[(String, String)],
) -> Result<Vec<(usize, usize)>, Unknown> {
    let mut resolved: Vec<(usize, usize)> = Vec::new();
    for (left, right) in pairs {
        let sides = [(left, right), (right, left)];
        let known = sides
            .iter()
            .filter_map(|(column, field)| field_place(layer, field).map(|place| (column, place)));
        let mut likely = known.clone().peekable();
        if likely.peek().is_none() {
            return Err(Unknown::Field {
                column: left.clone(),
                field: right.clone(),
                known: list(layer.fields.iter().map(|field| field.name.clone())),
            });
        }
        let found = known
            .clone()
            .find_map(|(name, place)| column_place(columns, name).map(|at| (name, at, place)));
        let Some((named, column, field)) = found else {
            return Err(Unknown::Column {
                column: likely.next().map_or(left, |(column, _)| *column).clone(),
                known: list((0..columns.len()).map(|place| reference(columns, place))),
            });
        };
        let name = &columns[column].name;
        if *named == name && reference(columns, column) != *name {
            let twins = (0..columns.len()).filter(|place| columns[*place].name == *name);
            return Err(Unknown::Shared {
                column: name.clone(),
                known: list(twins.map(|place| reference(columns, place))),
            });
        }
        if resolved.contains(&(column, field)) {
            continue;
        }
        if resolved.iter().any(|(_, other)| *other == field) {
            return Err(Unknown::Twice(layer.fields[field].name.clone()));
        }
        if resolved.iter().any(|(other, _)| *other == column) {
            return Err(Unknown::Twice(columns[column].name.clone()));
        }
        resolved.push((column, field));
    }
    Ok(resolved)
}

fn field_place(layer: &Layer, name: &str) -> Option<usize> {
    let exact = |place: &usize| layer.fields[*place].name == name.trim();
    let folded = |place: &usize| {
        let field = &layer.fields[*place];
        fold(&field.name) == fold(name) || field.answers_to(name.trim())
    };
    let places = 0..layer.fields.len();
    places
        .clone()
        .find(exact)
        .or_else(|| places.clone().find(folded))
}

fn column_place(columns: &[Column], name: &str) -> Option<usize> {
    let exact = columns.iter().position(|column| column.name == name);
    exact
        .or_else(|| (0..columns.len()).find(|place| reference(columns, *place) == name))
        .or_else(|| {
            columns
                .iter()
                .position(|column| fold(&column.name) == fold(name))
        })
}

/// How a column is called in `--map`: by its name, and where columns share it, by `name#2`, which
/// is the second of them.
pub fn reference(columns: &[Column], place: usize) -> String {
    let name = &columns[place].name;
    let twin = |column: &&Column| column.name == *name;
    if columns.iter().filter(twin).count() < 2 {
        return name.clone();
    }
    let rank = columns[..=place].iter().filter(twin).count();
    format!("{name}#{rank}")
}

fn list(names: impl Iterator<Item = String>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
