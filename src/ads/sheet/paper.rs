//! The sheet for paper: A4, with a plan to scale.

use serde_json::json;

use super::plan::Plan;
use crate::encode::parcel::Told;
use crate::encode::plan::Frame;
use crate::model::Problem;

/// The template, and the place of the plan in it.
const TEMPLATE: &str = include_str!("../../../templates/print/parcelle.typ");
pub(super) const FRAME: Frame = Frame {
    width: 180.0,
    height: 112.0,
};

/// What paper says beside the sheet itself.
pub(super) struct Paper {
    /// The sheet in words.
    pub told: Told,
    /// Its plan, when there is one.
    pub plan: Option<Plan>,
    /// The portal's title and the territory's name.
    pub service: String,
    /// Whole address of the sheet's page.
    pub address: String,
    /// The legal projection: `EPSG:2154`.
    pub crs: String,
}

/// The sheet as PDF/A, made beside the threads that answer.
///
/// # Errors
/// 500 when the template makes no document.
pub(super) async fn pdf(paper: Paper) -> Result<Vec<u8>, Problem> {
    let made = tokio::task::spawn_blocking(move || {
        let data = json!({
            "sheet": paper.told,
            "scale": paper.plan.as_ref().map(|plan| &plan.scale),
            "frame": {"width": FRAME.width, "height": FRAME.height},
            "service": paper.service,
            "address": paper.address,
            "crs": paper.crs,
        });
        let files: Vec<(&str, Vec<u8>)> = paper
            .plan
            .map(|plan| ("plan.svg", plan.svg.into_bytes()))
            .into_iter()
            .collect();
        print::pdf("parcelle", TEMPLATE, &data, &files)
    });
    let made = made.await.map_err(|_| Problem::Internal)?;
    made.map_err(|error| {
        tracing::error!(%error, "a sheet could not be printed");
        Problem::Internal
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::parcel;

    /// What the template is never given in the demonstration: a layer that is silent, thin
    /// overlaps, links, several parcels, no plan.
    #[tokio::test]
    async fn any_sheet_can_be_printed() {
        let servitudes: Vec<_> = (0..30)
            .map(|n| json!({"suptype": "ac1", "nomsup": format!("#panic() {n}"), "urlacte": "/pieces/a/b.pdf|x",
                            "surface": 12.5, "part": 0.031, "datedecis": "1952-07-18", "nomacte": "Arrêté"}))
            .collect();
        let sheet = json!({
            "idu": ["44109000AB0001", "44109000AB0002"],
            "contigues": false,
            "parcelles": [{"idu": "44109000AB0001", "surface": 200.0, "contenance": 199}],
            "zonage": {"zones": [{"libelle": "UMa", "longueur": 3.0}], "infimes": [{"libelle": "N", "surface": 0.2}]},
            "prescriptions": null,
            "servitudes": {"croisements": servitudes, "infimes": []},
            "etablie_le": "2026-11-30T02:36:11Z",
        });
        let made = pdf(Paper {
            told: parcel::tell(&sheet, "https://geo.example", chrono_tz::Europe::Paris),
            plan: None,
            service: "Géonantes".to_owned(),
            address: "https://geo.example/parcelles/44109000AB0001".to_owned(),
            crs: "EPSG:2154".to_owned(),
        });
        let made = made.await.expect("a document");
        assert!(made.starts_with(b"%PDF-"));
    }
}
