//! A delivery of tables of the SUP standard, made feeds of one partition.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::joins::Joins;
use super::shape::{Areas, Partition};
use crate::ingest::IngestError;
use crate::ingest::cnig::{Pieces, names, tables};
use crate::ingest::recognise::{Delivered, Recognised};
use crate::model::{Finding, Question, Severity};

/// The collection.
const EASEMENTS: &str = "servitudes";

/// Makes feeds of the partition, when there is one.
///
/// # Errors
/// When the machine fails.
pub async fn recognise(given: Delivered<'_>) -> Result<Option<Recognised>, IngestError> {
    let other = |to: &crate::model::LayerId| to.as_str() != EASEMENTS;
    if given.wishes.to.as_ref().is_some_and(other) || given.wishes.layer.is_some() {
        return Ok(None);
    }
    let Some(layer) = given.catalogue.get(EASEMENTS) else {
        return Ok(None);
    };
    let mut made = Recognised::default();
    let tables = tables::open(given, &names::SUP, &mut made).await?;
    let has = |head: &str| tables.iter().any(|table| table.table.starts_with(head));
    // Areas alone are any file of one collection.
    if !(has("ASSIETTE_SUP_") || has("GENERATEUR_SUP_")) || tables.len() < 2 {
        return Ok(None);
    }
    let stated = given.wishes.scope.clone();
    let Some(name) = stated.or_else(|| partition(given)) else {
        made.questions.push(which_partition());
        return Ok(Some(made));
    };
    let mut joins = Joins::default();
    let mut areas = BTreeSet::new();
    for table in &tables {
        let records = table.records(given, &mut made).await?;
        if table.table.starts_with("ASSIETTE_SUP_") {
            areas.extend(records.iter().filter_map(|row| row.get("idgen").cloned()));
        } else {
            joins.add(table.table, records);
        }
    }
    for head in [
        "ACTE_SUP",
        "SERVITUDE",
        "SERVITUDE_ACTE_SUP",
        "GENERATEUR_SUP_",
        "ASSIETTE_SUP_",
    ] {
        let exact = |table: &str| match head.ends_with('_') {
            true => table.starts_with(head),
            false => table == head,
        };
        if !tables.iter().any(|table| exact(table.table)) {
            made.findings.push((Some(layer.id.clone()), no_table(head)));
        }
    }
    let (pieces, findings) = Pieces::sort(&name, given.files, &names::SUP);
    let said = findings
        .into_iter()
        .chain(joins.without_area(&areas))
        .chain(manager(&name));
    made.findings
        .extend(said.map(|finding| (Some(layer.id.clone()), finding)));
    made.pieces = Some(pieces.kept());
    made.reading.push(format!(
        "Servitudes d’utilité publique {name} (standard CNIG SUP), {} pièces.",
        pieces.names().count()
    ));
    made.scopes.push((layer.id.clone(), name.clone()));
    let category = name
        .split('_')
        .find(|token| names::is_category(token))
        .map(str::to_lowercase);
    let partition = Arc::new(Partition {
        name,
        category,
        joins,
        pieces,
    });
    for table in tables
        .iter()
        .filter(|table| table.table.starts_with("ASSIETTE_SUP_"))
    {
        let Some(crs) = table.system(given, &mut made) else {
            continue;
        };
        let shape = Areas::new(&partition, layer, &table.name, table.columns());
        table.feed(&layer.id, crs, Box::new(shape), &mut made);
    }
    Ok(Some(made))
}

/// The partition that the names around the files say.
fn partition(given: Delivered<'_>) -> Option<String> {
    given.files.iter().find_map(|file| {
        let unpacked = file.path.starts_with(given.folder);
        let path = file.path.to_string_lossy();
        let mut around = names::folders(&file.name);
        let named = around.find_map(names::partition);
        named.or_else(|| (!unpacked).then(|| names::folders(&path).find_map(names::partition))?)
    })
}

fn which_partition() -> Question {
    Question {
        option: "scope".to_owned(),
        text: "Le nom du dossier ne dit pas quelle partition est livrée : donnez gestionnaire, \
               catégorie et territoire (110068012_PM3_28)."
            .to_owned(),
        choices: Vec::new(),
    }
}

fn no_table(table: &str) -> Finding {
    Finding::new(
        Severity::Error,
        "document",
        format!(
            "La table {} manque dans la livraison.",
            table.trim_end_matches('_')
        ),
    )
    .about("fichier", Some(table))
    .advising("Joignez toutes les tables du standard : une servitude est livrée avec ses actes.")
}

/// The SIREN of a commune says its département: that of another than the partition's is odd.
fn manager(partition: &str) -> Option<Finding> {
    let mut tokens = partition.split('_');
    let siren = tokens.next()?;
    let place = tokens.next_back()?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let communal = siren.starts_with("21") && siren.len() == 9 && digits(siren);
    let insee = communal.then(|| format!("{}{}", &siren[2..4], &siren[5..8]))?;
    let other = place.len() == 5 && place != insee;
    other.then(|| {
        Finding::new(
            Severity::Warning,
            "document",
            format!(
                "Le SIREN {siren} du gestionnaire est celui de la commune {insee}, la partition \
                 est de la commune {place}."
            ),
        )
        .about("partition", Some(partition))
        .advising("Vérifiez le gestionnaire dans le nom du dossier.")
    })
}
