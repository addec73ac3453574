//! What is said and asked of the columns of a source and the fields that they fill.

use exchange::{Heading, SourceLayer};

use super::sources::Opened;
use super::target::Fit;
use crate::catalogue::Scope;
use crate::ingest::recognise::{Delivered, Recognised};
use crate::ingest::values::scope_field;
use crate::ingest::{IngestError, columns};
use crate::model::{Choice, Finding, Question, Severity};

/// The field that takes the name of the file, where no column gives it, and that name.
pub(super) fn by_file_name(opened: &Opened, fit: &Fit) -> Option<(usize, String)> {
    let fields = fit.layer.fields.iter().zip(&fit.matching.fields);
    let place = fields
        .clone()
        .position(|(field, column)| field.file_name && column.is_none())?;
    let name = opened.name.rsplit('/').next().unwrap_or(&opened.name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    Some((place, stem.to_owned()))
}

/// What is said of a table whose columns have no names.
fn heading(source: &SourceLayer) -> Option<Finding> {
    (source.heading == Some(Heading::Missing) && !source.columns.is_empty()).then(|| {
        Finding::new(
            Severity::Warning,
            "heading",
            format!(
                "La première ligne de « {} » contient des valeurs : aucune ligne ne nomme les \
                 colonnes, qui sont numérotées (colonne_1, colonne_2…).",
                source.name
            ),
        )
        .advising("Ajoutez une ligne d’en-têtes au-dessus des valeurs, ou indiquez --map colonne_1=champ.")
    })
}

/// What is to be said and asked of columns and fields; `placed_by_sheets` where the published
/// sheets say of which one a row is.
pub(super) async fn fields(
    given: Delivered<'_>,
    opened: &Opened,
    source: &SourceLayer,
    fit: &Fit,
    placed_by_sheets: bool,
    made: &mut Recognised,
) -> Result<(), IngestError> {
    let layer = &fit.layer;
    made.findings
        .extend(heading(source).map(|finding| (Some(layer.id.clone()), finding)));
    if let Some(Heading::Line(line @ 2..)) = source.heading {
        made.reading
            .push(format!("Noms des colonnes : à la ligne {line}."));
    }
    if let Some((place, name)) = by_file_name(opened, fit) {
        made.reading.push(format!(
            "Champ {} : « {name} », d’après le nom du fichier.",
            layer.fields[place].name
        ));
    }
    let used = fit
        .placed
        .map(|placed| placed.position.columns())
        .unwrap_or_default();
    if let Some(placed) = fit.placed {
        made.reading.push(format!(
            "Lieux : {}.",
            placed.position.words(&source.columns)
        ));
    }
    let renamed = fit.matching.renamed(layer, &source.columns);
    if !renamed.is_empty() {
        made.reading
            .push(format!("Colonnes reconnues : {}.", renamed.join(", ")));
    }
    let left = fit.matching.left(&source.columns, &used);
    if !left.is_empty() {
        made.reading
            .push(format!("Colonnes ignorées : {}.", left.join(", ")));
    }
    made.questions
        .extend(fit.matching.questions.iter().cloned());
    let scope = scope_field(layer);
    for field in fit.missing.iter().map(|place| &layer.fields[*place]) {
        if scope.is_some_and(|scope| scope.name == field.name) {
            // Asked below, with what would answer it.
            continue;
        }
        match columns::proposal(field, &left) {
            Some(question) => made.questions.push(question),
            None => made
                .findings
                .push((Some(layer.id.clone()), no_column(field, opened, source))),
        }
    }
    let unscoped = scope.is_some_and(|scope| {
        let place = layer
            .fields
            .iter()
            .position(|field| field.name == scope.name);
        place.is_none_or(|place| !fit.tells(place, placed_by_sheets))
    });
    if placed_by_sheets {
        made.reading
            .push("Feuilles : d’après la place parmi les feuilles publiées.".to_owned());
    }
    if unscoped && given.wishes.scope.is_none() {
        let question = which_scope(given, fit, source, &left).await?;
        made.questions.push(question);
    }
    Ok(())
}

/// Columns that a finding lists: enough to recognise one's file by.
const LISTED: usize = 12;

fn no_column(field: &crate::catalogue::Field, opened: &Opened, source: &SourceLayer) -> Finding {
    let some: Vec<&str> = source
        .columns
        .iter()
        .take(LISTED)
        .map(|column| column.name.as_str())
        .collect();
    let more = match source.columns.len() - some.len() {
        0 => String::new(),
        more => format!(" et {more} autres"),
    };
    Finding::new(
        Severity::Error,
        "required",
        format!(
            "Aucune colonne de {} ne donne le champ obligatoire « {} » ({}).",
            opened.name, field.name, field.title
        ),
    )
    .about(&field.name, None)
    .advising(format!(
        "Ajoutez la colonne, ou indiquez --map colonne={}. Colonnes du fichier : {}{more}.",
        field.name,
        some.join(", ")
    ))
}

/// Asks which scope is delivered, where no column says it.
async fn which_scope(
    given: Delivered<'_>,
    fit: &Fit,
    source: &SourceLayer,
    left: &[&str],
) -> Result<Question, IngestError> {
    let field = scope_field(&fit.layer);
    if let Some(question) = field.and_then(|field| columns::proposal(field, left)) {
        return Ok(question);
    }
    let what = match fit.layer.scope {
        Scope::Feuille => "quelle feuille cadastrale (par exemple 44109000AB01)",
        Scope::Commune => "quelle commune (code INSEE)",
        Scope::Document => "quel document d’urbanisme (idurba)",
        Scope::Partition => "quelle partition",
        Scope::Territoire | Scope::Fusion => "quel périmètre",
    };
    let mut choices = Vec::new();
    if fit.layer.scope == Scope::Commune {
        let names = given.store.commune_names(given.catalogue).await?;
        choices.extend(names.into_iter().map(|commune| Choice {
            value: commune.insee.to_string(),
            label: commune.name,
        }));
    }
    // The file's own name may say it: such an answer comes first, and is still the contributor's.
    choices.sort_by_key(|choice: &Choice| !source.name.contains(&choice.value));
    Ok(Question {
        option: "scope".to_owned(),
        text: format!("Aucune colonne ne dit {what} est livrée : laquelle est-ce ?"),
        choices,
    })
}
