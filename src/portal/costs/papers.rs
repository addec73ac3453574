//! What sealed exercises give to read, for the register of documents and its feed: to communes their
//! statements, to everybody the matrix.

use super::{Shelf, computed};
use crate::access::costs::Ledgers;
use crate::encode::html::register::Paper;
use crate::model::Problem;
use crate::ogc::ask::{Ask, media};

/// Sealed exercises that are looked into: three years, forecast and final.
const MOST: usize = 6;

/// The papers that the caller may read, the last exercise first.
///
/// # Errors
/// 503 when the database does not answer.
pub async fn papers(ask: &Ask) -> Result<Vec<Paper>, Problem> {
    let shelf = Shelf::of(ask).await?;
    let mut papers = Vec::new();
    let sealed = shelf.exercises.iter().filter_map(|(name, kept)| {
        let mark = kept.sealed.as_ref()?;
        Some((name, kept, mark))
    });
    for (name, kept, mark) in sealed.take(MOST) {
        let page = format!("/couts/{name}");
        let paper = |title: String, page: String, file: String, media: &'static str| Paper {
            title,
            page,
            file,
            media,
            sealed: mark.at,
            sha256: mark.sha256.clone(),
        };
        let matrix = format!("{} : qui paie quoi", kept.title);
        papers.push(paper(
            matrix,
            page.clone(),
            format!("{page}.csv"),
            media::CSV,
        ));
        if shelf.ledgers == Ledgers::Matrix {
            continue;
        }
        let own = computed(&ask.app, kept).await?;
        for commune in &own.exercise().communes {
            let insee = commune.insee.as_str();
            if !shelf.ledgers.holds(insee) {
                continue;
            }
            let name = commune.name.as_deref().unwrap_or(insee);
            let title = format!("État de refacturation {}, {name}", kept.year);
            let page = format!("{page}/{insee}");
            papers.push(paper(
                title,
                page.clone(),
                format!("{page}.pdf"),
                media::PDF,
            ));
        }
    }
    Ok(papers)
}
