//! One layer's part of a sheet: what it says, or why it says nothing.

use serde_json::{Map, Value as Json, json};

use super::Sheet;
use crate::catalogue::View;
use crate::model::{Problem, Value};
use crate::store::StoreError;

/// What a layer says.
pub(super) struct Part {
    /// The member of the sheet; none for what is told within another's.
    pub name: Option<&'static str>,
    /// What it says; null when it says nothing.
    pub content: Json,
    /// The layer, its version, source and vintage, or why it is silent.
    pub source: Json,
    /// Whether it should have answered.
    pub failed: bool,
}

impl Part {
    /// What was read of a layer.
    pub fn read(
        sheet: &Sheet<'_>,
        name: &'static str,
        id: &str,
        read: Result<(View, i64, Json), Silence>,
    ) -> Self {
        match read {
            Ok((view, version, content)) => Self {
                name: Some(name),
                content,
                source: source(sheet, &view, Some(version), None),
                failed: false,
            },
            Err(silence) => Self {
                name: Some(name),
                content: Json::Null,
                source: silence.told(sheet, id),
                failed: silence.is_fault(),
            },
        }
    }
}

/// Why a layer says nothing.
#[derive(Debug)]
pub(super) enum Silence {
    /// The catalogue has no such layer, or the caller may not read it.
    Closed(Problem),
    /// It could not be read.
    Failed(StoreError),
    /// Nothing was published of it on the day asked for.
    Unpublished,
}

impl From<Problem> for Silence {
    fn from(problem: Problem) -> Self {
        Self::Closed(problem)
    }
}

impl From<StoreError> for Silence {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl Silence {
    fn is_fault(&self) -> bool {
        match self {
            Self::Closed(problem) => matches!(problem, Problem::Unavailable { .. }),
            Self::Failed(_) => true,
            Self::Unpublished => false,
        }
    }

    fn told(&self, sheet: &Sheet<'_>, id: &str) -> Json {
        let (state, reason) = match self {
            Self::Closed(Problem::NotFound(_)) => ("absente", "hors du catalogue du territoire"),
            Self::Closed(Problem::Unauthorized | Problem::Forbidden(_)) => {
                ("reservee", "demande une habilitation")
            }
            Self::Closed(_) => ("indisponible", "ne répond pas pour le moment"),
            Self::Unpublished => ("non publiee", "non publiée à cette date"),
            Self::Failed(error) => {
                tracing::warn!(%error, layer = id, "a layer is missing from a sheet");
                ("indisponible", "ne répond pas pour le moment")
            }
        };
        match sheet.layer(id) {
            Ok(view) => source(sheet, &view, None, Some((state, reason))),
            Err(_) => json!({"couche": id, "etat": state, "raison": reason}),
        }
    }
}

/// A layer among the sources of a sheet.
pub(super) fn source(
    sheet: &Sheet<'_>,
    view: &View,
    version: Option<i64>,
    silence: Option<(&str, &str)>,
) -> Json {
    let seen = sheet.ask.app.glimpsed(view);
    let mut source = json!({
        "couche": view.id,
        "titre": view.title,
        "version": version,
        "source": view.source,
        "millesime": view.vintage,
        "demonstration": seen.demonstration,
        "etat": match version {
            Some(0) => "non publiee",
            _ => "lue",
        },
    });
    if let Some((state, reason)) = silence {
        source["etat"] = json!(state);
        source["raison"] = json!(reason);
    }
    source
}

/// The fields that the caller sees, by their names, each code with what it means; without those
/// that are empty.
pub(super) fn fields(view: &View, values: &[Value<'_>]) -> Map<String, Json> {
    let mut object = crate::ads::lookup::object(view, values);
    for (field, value) in view.visible().zip(values) {
        if let Value::Text(code) = value
            && let Some(label) = field
                .label_of(code)
                .or_else(|| legend(view, &field.name, code))
        {
            object.insert(format!("{}_libelle", field.name), json!(label));
        }
    }
    object
}

/// What the map's legend says of a code that no domain explains, such as a servitude's category.
fn legend<'a>(view: &'a View, field: &str, code: &str) -> Option<&'a str> {
    let style = &view.style;
    let classes = style
        .classes
        .iter()
        .filter(|_| style.by.as_deref() == Some(field));
    let mut class = classes.filter(|class| class.value == code);
    class.next()?.label.as_deref()
}
