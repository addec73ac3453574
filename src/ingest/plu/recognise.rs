//! A delivery of tables of the PLU standard, made feeds of one document.

use std::sync::Arc;

use super::document::Document;
use super::shape::{Kind, Objects};
use crate::ingest::IngestError;
use crate::ingest::cnig::{Pieces, names, pieces, tables};
use crate::ingest::recognise::{Delivered, Found, Recognised};
use crate::model::{Finding, Insee, LayerId, Question, Severity};

use tables::Table;

/// Collections that a document feeds.
const FED: [&str; 3] = ["plum-zonage", "plum-prescriptions", "plum-informations"];

/// Makes feeds of the document, when there is one.
///
/// # Errors
/// When the machine fails.
pub async fn recognise(given: Delivered<'_>) -> Result<Option<Recognised>, IngestError> {
    let wanted = given.wishes.to.as_ref();
    if wanted.is_some_and(|to| !FED.contains(&to.as_str())) || given.wishes.layer.is_some() {
        return Ok(None);
    }
    let folders = folders(given);
    let mut made = Recognised::default();
    let tables = tables::open(given, &names::PLU, &mut made).await?;
    let named = folders
        .iter()
        .any(|name| names::DocumentName::read(name).is_some());
    let has = |table: &str| tables.iter().any(|one| one.table == table);
    let objects = tables
        .iter()
        .filter(|table| Kind::of(table.table).is_some())
        .count();
    // One table alone is any file of one collection.
    if !(named || has("DOC_URBA") || objects > 1) || tables.is_empty() {
        return Ok(None);
    }
    let mut documents = Vec::new();
    let mut communes = Vec::new();
    for table in &tables {
        match table.table {
            "DOC_URBA" => documents.extend(table.records(given, &mut made).await?),
            "DOC_URBA_COM" => communes.extend(table.records(given, &mut made).await?),
            _ => {}
        }
    }
    let stated = given.wishes.scope.as_deref();
    let (document, findings) = Document::find(&documents, &communes, &folders, stated);
    made.findings
        .extend(findings.into_iter().map(|finding| (None, finding)));
    let Some(document) = document else {
        made.questions.push(which_document());
        return Ok(Some(made));
    };
    elsewhere(given, &document, &communes, &mut made).await?;
    // One that is there and cannot be opened was told.
    let sent = |table: &str| given.files.iter().any(|file| named_as(file, table));
    let told = sent("ZONE_URBA")
        && made
            .findings
            .iter()
            .any(|(_, it)| it.severity == Severity::Error);
    if !has("ZONE_URBA") && !told {
        let communal_map = document.name.kind == "CC" || sent("SECTEUR_CC");
        made.findings
            .push((None, no_zones(&document, communal_map)));
    }
    let (pieces, findings) = Pieces::sort(&document.idurba, given.files, &names::PLU);
    made.findings
        .extend(findings.into_iter().map(|finding| (None, finding)));
    let tabled = tables.iter().map(|table| table.name.as_str());
    let dated = document.other_dates(pieces.names().chain(tabled));
    made.findings
        .extend(dated.into_iter().map(|finding| (None, finding)));
    made.pieces = Some(pieces.kept());
    made.reading.push(head(&document, &pieces));
    feeds(
        given,
        &tables,
        Arc::new(document),
        Arc::new(pieces),
        &mut made,
    )
    .await?;
    Ok(Some(made))
}

/// The names around the files, archives and folders, each once.
fn folders(given: Delivered<'_>) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for file in given.files {
        // What was unpacked lies in a folder whose name means nothing.
        let unpacked = file.path.starts_with(given.folder);
        let path = file.path.to_string_lossy();
        let around = names::folders(&file.name).chain(names::folders(&path).filter(|_| !unpacked));
        for name in around {
            if !list.iter().any(|known| known == name) {
                list.push(name.to_owned());
            }
        }
    }
    list
}

fn which_document() -> Question {
    Question {
        option: "scope".to_owned(),
        text: "Ni DOC_URBA ni le nom du dossier ne disent quel document d’urbanisme est livré : \
               donnez son identifiant (244400404_PLUI_20190405)."
            .to_owned(),
        choices: Vec::new(),
    }
}

/// Whether a file is one of a table, by its name.
fn named_as(file: &Found, table: &str) -> bool {
    names::table(pieces::parts(&file.name).0, &names::PLU) == Some(table)
}

fn no_zones(document: &Document, communal_map: bool) -> Finding {
    let (message, advice) = match communal_map {
        true => (
            "est une carte communale : ses secteurs (SECTEUR_CC) n’ont pas de collection ici.",
            "Le PLU ou le PLUi qui la remplace se livre entier ; d’ici là, demandez à la métropole où \
             la déposer.",
        ),
        false => (
            "n’a pas de table ZONE_URBA.",
            "Joignez les zones : un document est livré entier.",
        ),
    };
    let message = format!("Le document {} {message}", document.idurba);
    Finding::new(Severity::Error, "document", message)
        .about("fichier", Some("ZONE_URBA"))
        .advising(advice)
}

fn head(document: &Document, pieces: &Pieces) -> String {
    let where_ = match &document.commune {
        Some(commune) => format!("commune {commune}"),
        None => format!("partition {}", document.name.partition()),
    };
    format!(
        "Document d’urbanisme {} (standard CNIG PLU), {where_}, {} pièces écrites.",
        document.idurba,
        pieces.names().count()
    )
}

/// Communes of the document that are not of the territory, as far as it is published.
async fn elsewhere(
    given: Delivered<'_>,
    document: &Document,
    communes: &[crate::ingest::cnig::Record],
    made: &mut Recognised,
) -> Result<(), IngestError> {
    let own = given.store.commune_names(given.catalogue).await?;
    if own.is_empty() {
        return Ok(());
    }
    let mut codes: Vec<&String> = communes.iter().filter_map(|row| row.get("insee")).collect();
    codes.extend(document.commune.iter());
    codes.sort();
    codes.dedup();
    let known = |code: &str| {
        let code: Option<Insee> = code.parse().ok();
        own.iter()
            .any(|commune| Some(&commune.insee) == code.as_ref())
    };
    let strange: Vec<&str> = codes
        .iter()
        .map(|code| code.as_str())
        .filter(|code| !known(code))
        .collect();
    if strange.is_empty() {
        return Ok(());
    }
    let severity = match strange.len() == codes.len() {
        true => Severity::Error,
        false => Severity::Warning,
    };
    let finding = Finding::new(
        severity,
        "document",
        format!(
            "Le territoire n’a pas les communes du document : {}.",
            strange.join(", ")
        ),
    )
    .about("insee", Some(&strange.join(", ")))
    .advising("Vérifiez DOC_URBA_COM, et que le document est bien celui du territoire.");
    made.findings.push((None, finding));
    Ok(())
}

async fn feeds(
    given: Delivered<'_>,
    tables: &[Table],
    document: Arc<Document>,
    pieces: Arc<Pieces>,
    made: &mut Recognised,
) -> Result<(), IngestError> {
    let wanted = given.wishes.to.as_ref();
    for id in FED {
        let Some(layer) = given.catalogue.get(id) else {
            continue;
        };
        if wanted.is_some_and(|to| *to != layer.id) {
            continue;
        }
        made.scopes
            .push((layer.id.clone(), document.idurba.clone()));
        for table in tables {
            let Some(kind) = Kind::of(table.table).filter(|kind| kind.collection() == id) else {
                continue;
            };
            let Some(crs) = table.system(given, made) else {
                continue;
            };
            let columns = table.columns();
            let map = &given.wishes.map;
            let shape = Objects::new(kind, &document, &pieces, layer, &columns, map);
            table.feed(&layer.id, crs, Box::new(shape), made);
        }
        former(given, &document, &layer.id, made).await?;
    }
    Ok(())
}

/// A new version of a document takes the place of the former one: its rows go.
async fn former(
    given: Delivered<'_>,
    document: &Document,
    layer: &LayerId,
    made: &mut Recognised,
) -> Result<(), IngestError> {
    let head = format!("{}_", document.name.code);
    for scope in given.store.scopes_beginning(layer, &head).await? {
        let other = names::DocumentName::read(&scope);
        let same = |name: &names::DocumentName| {
            name.partition() == document.name.partition() && name.part == document.name.part
        };
        if scope == document.idurba || !other.as_ref().is_some_and(same) {
            continue;
        }
        let newer = other.is_some_and(|name| name.date > document.name.date);
        let (severity, message) = match newer {
            true => (
                Severity::Error,
                format!("Un document plus récent, {scope}, est publié."),
            ),
            false => (
                Severity::Warning,
                format!("Le document {scope}, publié jusqu’ici, sera remplacé."),
            ),
        };
        let finding = Finding::new(severity, "document", message)
            .about("idurba", Some(&scope))
            .advising("Vérifiez que le document livré est celui qui est en vigueur.");
        made.findings.push((Some(layer.clone()), finding));
        made.scopes.push((layer.clone(), scope));
    }
    Ok(())
}
