//! To which communes sheets belong: names of files and the contributor say the département.

use std::collections::BTreeMap;

use super::exchange::Exchange;
use super::recognise::{Leaf, refuse};
use super::sheet::{self, Sheet};
use crate::ingest::IngestError;
use crate::ingest::recognise::{Delivered, Recognised};
use crate::model::{Choice, Finding, Question, Severity};

/// The sheets, as the names and the contributor say; nothing when the département must be asked.
pub(super) async fn placed(
    given: Delivered<'_>,
    leaves: &[Leaf],
    made: &mut Recognised,
) -> Result<Option<Vec<Sheet>>, IngestError> {
    let mut sheets = Vec::new();
    let mut unknown = BTreeMap::new();
    for leaf in leaves {
        let stated = given.wishes.scope.as_deref();
        let departement = stated
            .and_then(stated_departement)
            .or(leaf.departement.as_deref());
        match departement {
            None => {
                let sheet = &leaf.local;
                unknown
                    .entry(sheet.commune.clone())
                    .or_insert_with(|| leaf.exchange.name.clone());
            }
            Some(code) => {
                let sheet = leaf.local.of(code);
                if let Some(stated) = stated.filter(|stated| !is_of(&sheet, stated)) {
                    refuse(made, other(&leaf.exchange, &sheet, stated));
                }
                sheets.push(sheet);
            }
        }
    }
    if unknown.is_empty() {
        return Ok(Some(sheets));
    }
    let names = given.store.commune_names(given.catalogue).await?;
    let ends = |code: &str| unknown.keys().any(|number| code.ends_with(number.as_str()));
    let choices = names
        .into_iter()
        .filter(|commune| ends(commune.insee.as_str()));
    let choices = choices.map(|commune| Choice {
        value: commune.insee.to_string(),
        label: commune.name,
    });
    let files: Vec<&str> = unknown.values().map(String::as_str).collect();
    made.questions.push(Question {
        option: "scope".to_owned(),
        text: format!(
            "Les feuilles EDIGEO ne disent pas leur département, et le nom de {} non plus : de \
             quelle commune sont-elles (code INSEE, ou deux caractères du département) ?",
            files.join(", ")
        ),
        choices: choices.collect(),
    });
    Ok(None)
}

/// The first two characters of INSEE codes that a scope says: `54`, `54084`, `54084000AB01`.
fn stated_departement(scope: &str) -> Option<&str> {
    let code = scope.get(..2)?;
    let shaped = matches!(scope.len(), 2 | 3 | 5 | 12);
    (shaped && sheet::is_departement(code)).then_some(code)
}

/// Whether the sheet is of that scope: a département, a commune or the sheet itself.
fn is_of(sheet: &Sheet, scope: &str) -> bool {
    sheet.to_string().starts_with(scope)
}

fn other(exchange: &Exchange, sheet: &Sheet, stated: &str) -> Finding {
    Finding::new(
        Severity::Error,
        "scope",
        format!("La feuille {sheet} n’est pas de « {stated} », pour qui est la livraison."),
    )
    .of(exchange.name.clone())
    .advising("Retirez la feuille de la livraison, ou corrigez --scope.")
}

/// Sheets that come twice.
pub(super) fn twice(leaves: &[Leaf], sheets: &[Sheet], made: &mut Recognised) {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    for (leaf, sheet) in leaves.iter().zip(sheets) {
        let name = leaf.exchange.name.as_str();
        if let Some(first) = known.insert(sheet.to_string(), name) {
            refuse(
                made,
                Finding::new(
                    Severity::Error,
                    "exchange",
                    format!("La feuille {sheet} est livrée deux fois : {first} et {name}."),
                )
                .of(name)
                .advising("Gardez la plus récente."),
            );
        }
    }
}
