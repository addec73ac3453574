//! The types of file, and what can happen to one.

use serde::{Deserialize, Serialize};

use super::rules::rules;

/// The types of file that the law gives a period to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// Certificat d'urbanisme d'information.
    #[serde(rename = "CUa")]
    CuA,
    /// Certificat d'urbanisme opérationnel.
    #[serde(rename = "CUb")]
    CuB,
    /// Déclaration préalable.
    #[serde(rename = "DP")]
    Dp,
    /// Permis de construire une maison individuelle.
    #[serde(rename = "PCMI")]
    Pcmi,
    /// Permis de démolir.
    #[serde(rename = "PD")]
    Pd,
    /// Permis de construire.
    #[serde(rename = "PC")]
    Pc,
    /// Permis d'aménager.
    #[serde(rename = "PA")]
    Pa,
    /// Autorisation de travaux sur un établissement recevant du public.
    #[serde(rename = "AT")]
    At,
}

impl Kind {
    /// Every type.
    pub const ALL: [Self; 8] = [
        Self::CuA,
        Self::CuB,
        Self::Dp,
        Self::Pcmi,
        Self::Pd,
        Self::Pc,
        Self::Pa,
        Self::At,
    ];

    /// The code of the layer `dossiers-ads`: `CUa`, `PCMI`…
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CuA => "CUa",
            Self::CuB => "CUb",
            Self::Dp => "DP",
            Self::Pcmi => "PCMI",
            Self::Pd => "PD",
            Self::Pc => "PC",
            Self::Pa => "PA",
            Self::At => "AT",
        }
    }

    /// French name.
    pub fn title(self) -> &'static str {
        &rules().of(self).title
    }

    /// Letters that a file's number begins with: `PC` for a PCMI.
    pub fn prefix(self) -> &'static str {
        &rules().of(self).prefix
    }

    /// The type of the earliest limit among those whose numbers begin with `prefix`, and whether
    /// there are others: a number says PC for a house and for everything else.
    pub fn from_prefix(prefix: &str) -> Option<(Self, bool)> {
        let mut fitting: Vec<_> = rules()
            .types
            .iter()
            .filter(|rule| rule.prefix.eq_ignore_ascii_case(prefix))
            .collect();
        fitting.sort_by_key(|rule| rule.months);
        fitting.first().map(|rule| (rule.id, fitting.len() > 1))
    }
}

/// What can happen to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Received at the town hall.
    Deposit,
    /// The list of missing pieces is notified.
    RequestPieces,
    /// All missing pieces are in.
    PiecesComplete,
    /// Pieces came in; all of them, unless `pieces_complete` says when they were.
    PiecesReceived,
    /// An extension is notified.
    Extension,
    /// An exceptional prolongation is notified.
    Prolongation,
    /// The report of the public inquiry is received.
    InquiryReport,
    /// The architect of the Bâtiments de France refused, or agreed on conditions.
    AbfUnfavourable,
    /// The project undergoes an environmental assessment.
    EnvironmentalAssessment,
    /// The project stands on the list of those for which silence refuses.
    SilenceRefusal,
    /// The decision is signed.
    Decision,
    /// The decision is notified.
    Notification,
    /// The permit is posted on the ground.
    Posting,
    /// Works begin.
    WorksStart,
    /// Works are done.
    WorksEnd,
    /// The applicant gives up.
    Withdrawn,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 16] = [
        Self::Deposit,
        Self::RequestPieces,
        Self::PiecesComplete,
        Self::PiecesReceived,
        Self::Extension,
        Self::Prolongation,
        Self::InquiryReport,
        Self::AbfUnfavourable,
        Self::EnvironmentalAssessment,
        Self::SilenceRefusal,
        Self::Decision,
        Self::Notification,
        Self::Posting,
        Self::WorksStart,
        Self::WorksEnd,
        Self::Withdrawn,
    ];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::RequestPieces => "request_pieces",
            Self::PiecesComplete => "pieces_complete",
            Self::PiecesReceived => "pieces_received",
            Self::Extension => "extension",
            Self::Prolongation => "prolongation",
            Self::InquiryReport => "inquiry_report",
            Self::AbfUnfavourable => "abf_unfavourable",
            Self::EnvironmentalAssessment => "environmental_assessment",
            Self::SilenceRefusal => "silence_refusal",
            Self::Decision => "decision",
            Self::Notification => "notification",
            Self::Posting => "posting",
            Self::WorksStart => "works_start",
            Self::WorksEnd => "works_end",
            Self::Withdrawn => "withdrawn",
        }
    }
}
