//! The document that a delivery is: DOC_URBA says which, DOC_URBA_COM over which communes, the
//! folder's name otherwise.

use crate::ingest::cnig::Record;
use crate::ingest::cnig::names::DocumentName;
use crate::ingest::cnig::pieces::parts;
use crate::model::{Finding, Severity};

/// A planning document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its parts.
    pub name: DocumentName,
    /// Its identifier, which its rows bear.
    pub idurba: String,
    /// The commune, of a document of one commune.
    pub commune: Option<String>,
    /// Day of approval that DOC_URBA gives, `YYYYMMDD`.
    pub approved: Option<String>,
}

impl Document {
    /// The document of those tables; `folders` are the names around the files. None when nothing
    /// says which it is: that must be asked.
    pub fn find(
        documents: &[Record],
        communes: &[Record],
        folders: &[String],
        stated: Option<&str>,
    ) -> (Option<Self>, Vec<Finding>) {
        let mut findings = Vec::new();
        let folder = folders.iter().find_map(|name| DocumentName::read(name));
        let rows = documents.iter().filter_map(|row| row.get("idurba"));
        let mut idurbas: Vec<&String> = rows.collect();
        idurbas.sort();
        idurbas.dedup();
        if documents.is_empty() {
            findings.push(absent("DOC_URBA"));
        }
        if idurbas.len() > 1 {
            findings.push(several(&idurbas));
        }
        let said = idurbas.first().copied();
        let name = said
            .and_then(|idurba| DocumentName::read(idurba))
            .or_else(|| stated.and_then(DocumentName::read))
            .or_else(|| folder.clone());
        let Some(name) = name else {
            return (None, findings);
        };
        let document = Self {
            idurba: name.idurba(),
            commune: commune(&name, communes, &mut findings),
            approved: documents
                .iter()
                .find_map(|row| row.get("datappro").cloned()),
            name,
        };
        findings.extend(document.disagreements(folder.as_ref(), said, stated));
        (Some(document), findings)
    }

    /// Where the folder, DOC_URBA and the contributor do not say the same.
    fn disagreements(
        &self,
        folder: Option<&DocumentName>,
        said: Option<&String>,
        stated: Option<&str>,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        let idurba = &self.idurba;
        if let Some(folder) = folder.filter(|folder| folder.idurba() != *idurba) {
            let message = format!(
                "Le dossier se nomme {}, mais DOC_URBA décrit le document {idurba}.",
                folder.idurba()
            );
            findings.push(said_otherwise(Severity::Warning, message, &folder.idurba()));
        }
        if let Some(said) = said.filter(|said| DocumentName::read(said).is_none()) {
            let message = format!(
                "L’identifiant « {said} » de DOC_URBA n’a pas la forme du standard \
                 (code, type, date) : {idurba} est retenu."
            );
            findings.push(said_otherwise(Severity::Warning, message, said));
        }
        if let Some(stated) = stated.filter(|stated| !stated.eq_ignore_ascii_case(idurba)) {
            let message = format!("La livraison est le document {idurba}, non {stated}.");
            findings.push(said_otherwise(Severity::Error, message, stated));
        }
        if let Some(day) = self
            .approved
            .as_deref()
            .filter(|day| *day != self.name.date)
        {
            let message = format!(
                "DATAPPRO ({day}) n’est pas la date d’approbation de l’identifiant {idurba}."
            );
            findings.push(said_otherwise(Severity::Warning, message, day));
        }
        findings
    }

    /// Whether a row's identifier is the document's: in any case, or as the standard of 2013 wrote
    /// it (code and date, `_` between or not).
    pub fn is_own(&self, idurba: &str) -> bool {
        let (code, date) = (&self.name.code, &self.name.date);
        let former = [format!("{code}{date}"), format!("{code}_{date}")];
        idurba.eq_ignore_ascii_case(&self.idurba)
            || former
                .iter()
                .any(|known| idurba.eq_ignore_ascii_case(known))
    }

    /// Pieces and tables whose names bear another date than the document's.
    pub fn other_dates<'a>(&self, pieces: impl Iterator<Item = &'a str>) -> Vec<Finding> {
        let date = &self.name.date;
        let other = |name: &str| {
            let (stem, _) = parts(name);
            let named = stem
                .rsplit('_')
                .find(|token| token.len() == 8 && token.bytes().all(|b| b.is_ascii_digit()))?;
            (named != date).then(|| named.to_owned())
        };
        pieces
            .filter_map(|name| {
                let day = other(name)?;
                let finding = Finding::new(
                    Severity::Warning,
                    "piece",
                    format!("« {name} » est daté du {day}, le document du {date}."),
                );
                Some(finding.about("fichier", Some(name)).advising(
                    "Vérifiez que ce fichier est celui du document approuvé, et renommez-le.",
                ))
            })
            .collect()
    }
}

/// The commune of a communal document; of another one, DOC_URBA_COM must name several.
fn commune(
    name: &DocumentName,
    communes: &[Record],
    findings: &mut Vec<Finding>,
) -> Option<String> {
    let mut codes: Vec<&String> = communes.iter().filter_map(|row| row.get("insee")).collect();
    codes.sort();
    codes.dedup();
    if communes.is_empty() {
        findings.push(absent("DOC_URBA_COM"));
    }
    match (name.is_communal(), codes.as_slice()) {
        (true, []) => Some(name.code.clone()),
        (true, [one]) => {
            if **one != name.code {
                let message = format!(
                    "DOC_URBA_COM dit la commune {one}, l’identifiant du document {}.",
                    name.code
                );
                findings.push(said_otherwise(Severity::Warning, message, one));
            }
            Some((*one).clone())
        }
        (false, [one]) => {
            let message = format!(
                "DOC_URBA_COM ne nomme que la commune {one} pour un document intercommunal."
            );
            findings.push(
                said_otherwise(Severity::Warning, message, one)
                    .advising("Ajoutez à DOC_URBA_COM une ligne par commune couverte."),
            );
            None
        }
        _ => None,
    }
}

fn said_otherwise(severity: Severity, message: String, value: &str) -> Finding {
    Finding::new(severity, "document", message)
        .about("idurba", Some(value))
        .advising("Mettez d’accord le nom du dossier, DOC_URBA et les tables.")
}

fn absent(table: &str) -> Finding {
    Finding::new(
        Severity::Warning,
        "document",
        format!("La table {table}, que le standard demande, manque dans la livraison."),
    )
    .about("fichier", Some(table))
    .advising("Joignez-la à l’archive : elle dit quel est le document, et où il s’applique.")
}

fn several(idurbas: &[&String]) -> Finding {
    let list: Vec<_> = idurbas.iter().map(|idurba| idurba.as_str()).collect();
    Finding::new(
        Severity::Error,
        "document",
        format!("DOC_URBA décrit plusieurs documents : {}.", list.join(", ")),
    )
    .about("idurba", Some(&list.join(", ")))
    .advising("Livrez un document à la fois.")
}
