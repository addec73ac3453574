//! ADS files as instructors follow them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What is published of a file, as its reader sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DossierFields {
    /// `PC 044 109 22 A0001`.
    pub numero: String,
    /// `CUa`, `DP`, `PCMI`…
    #[serde(rename = "type")]
    pub kind: String,
    /// INSEE code.
    pub commune: String,
    /// Identifiers of parcels, `|` between them.
    pub parcelles: Option<String>,
    /// Where, in words.
    pub adresse_terrain: Option<String>,
    /// What is to be done.
    pub nature_travaux: Option<String>,
    /// `depose`, `en_instruction`, `decide`…
    pub etat: String,
    /// `accord`, `refus`…
    pub decision: Option<String>,
    /// Who instructs.
    pub service_instructeur: Option<String>,
    /// Received at the town hall.
    pub date_depot: Option<NaiveDate>,
    /// Complete since.
    pub date_complet: Option<NaiveDate>,
    /// The limit that the instructing application gave.
    pub date_limite: Option<NaiveDate>,
    /// Decided.
    pub date_decision: Option<NaiveDate>,
    /// Posted.
    pub date_affichage: Option<NaiveDate>,
    /// Works begun.
    pub date_doc: Option<NaiveDate>,
    /// Works done.
    pub date_daact: Option<NaiveDate>,
    /// Dated events, inside the reader's reach.
    pub evenements: Option<String>,
    /// The applicant, inside the reader's reach.
    pub demandeur: Option<String>,
}

impl DossierFields {
    /// The parcels that the file names.
    pub fn parcels(&self) -> Vec<&str> {
        let list = self.parcelles.as_deref().unwrap_or("");
        let each = list.split('|').map(str::trim);
        each.filter(|key| !key.is_empty()).collect()
    }
}

/// A file with its clock on a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dossier {
    /// What is published.
    #[serde(flatten)]
    pub fields: DossierFields,
    /// Its middle, in metres of the territory's projection.
    #[serde(skip)]
    pub place: Option<(f64, f64)>,
    /// Its clock, while it is instructed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delai: Option<Clock>,
    /// When what was granted lapses, where that is near.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caducite: Option<Lapse>,
}

/// How long a file may still take, *indicatif*.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Clock {
    /// Where it stands.
    pub situation: Standing,
    /// The last day; none when nothing tells it.
    pub limite: Option<NaiveDate>,
    /// Days left until the end of the limit's day; negative once it has passed.
    pub jours: Option<i64>,
    /// Whether the limit is the instructing application's.
    pub importee: bool,
    /// Whether silence gives a favourable decision.
    pub favorable: bool,
    /// What silence means, in French; empty when nothing tells it.
    pub silence: String,
    /// The articles that made it.
    pub articles: Vec<String>,
    /// Why, step by step.
    pub raisonnement: Vec<String>,
    /// What the reader must look at.
    pub avertissements: Vec<String>,
    /// Always true: the computation informs, it does not decide.
    pub indicatif: bool,
}

/// Where a file that is instructed stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The limit has passed: silence has decided.
    Echu,
    /// Due within 7 days.
    SousSeptJours,
    /// Due within 15 days.
    SousQuinzeJours,
    /// Due later.
    PlusTard,
    /// Pieces are missing.
    AttentePieces,
    /// Nothing tells the limit.
    SansDate,
}

/// When a permit without works, or a certificate, lapses.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lapse {
    /// The last day of its validity.
    pub jusqu_au: NaiveDate,
    /// Days left; negative once it has passed.
    pub jours: i64,
    /// The last day to ask for a year more; none when none is left.
    pub proroger_avant: Option<NaiveDate>,
    /// The articles that made it.
    pub articles: Vec<String>,
}

/// How many files of a year, of a type, a commune, a decision, or of all.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct YearFigures {
    /// `total`, `type`, `commune` or `decision`.
    pub par: String,
    /// The type, the commune, the decision; empty for all.
    pub cle: String,
    /// Deposited in the year.
    pub deposes: i64,
    /// Decided in the year.
    pub decides: i64,
    /// Of those, in favour of the applicant.
    pub favorables: i64,
    /// Of those, by silence.
    pub tacites: i64,
    /// Days from the deposit to the decision that half of them took at most.
    pub delai_median: Option<f64>,
}

/// What is odd about the parcels of a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Anomaly {
    /// The file.
    pub numero: String,
    /// Its commune.
    pub commune: String,
    /// `inconnue`, `renumerotee`, `deux_communes` or `sans_parcelle`.
    pub nature: String,
    /// The parcel; empty where there is none.
    pub parcelle: String,
    /// Today's parcels where a renumbered one was.
    pub devenue: Vec<String>,
}

/// Files that instructors of some communes follow, on a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Docket {
    /// The day.
    pub jour: NaiveDate,
    /// The layer's version.
    pub version: i64,
    /// Files to decide, the tacit risk first.
    pub echeances: Vec<Dossier>,
    /// Files that await pieces.
    pub pieces: Vec<Dossier>,
    /// What lapses soon, or has just lapsed.
    pub caducites: Vec<Dossier>,
    /// The year of the figures.
    pub annee: i32,
    /// The figures of that year.
    pub statistiques: Vec<YearFigures>,
    /// What is odd about parcels.
    pub anomalies: Vec<Anomaly>,
    /// A page of all files that were asked for.
    pub dossiers: Vec<Dossier>,
    /// Whether others follow.
    pub suite: bool,
}
