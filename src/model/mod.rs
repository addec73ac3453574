//! Types that cross rooms. No I/O; every room may use them.

mod adhesion;
mod caller;
mod communes;
mod contributed;
mod contribution;
mod crs;
mod dossier;
mod event;
mod exercise;
mod finding;
mod former;
mod frozen;
mod ids;
mod idu;
mod network;
mod note;
mod params;
mod problem;
mod query;
mod reading;
mod register;
mod report;
mod usage;
mod value;
mod writer;

pub use adhesion::Adhesion;
pub use caller::{Booked, Caller, Credential, Level, Reach, Role, Roles, TERRITORY, Through};
pub use communes::{Commune, CommuneNames, CommunePopulation, Communes, DRAWING};
pub use contributed::{ContributedVersion, Contribution, Progress, SentFile, Stage};
pub use contribution::{
    ChangeKind, ChangedFeature, Choice, Counts, FaultyFeature, FieldValue, OutcomeReport, Question,
    ScopeOutcome, State, Wishes,
};
pub use crs::{Bbox, Crs, MERCATOR, MERCATOR_HALF, Srid, degrees_to_mercator, mercator_to_degrees};
pub use dossier::{Anomaly, Clock, Docket, Dossier, DossierFields, Lapse, Standing, YearFigures};
pub use event::{Account, Event, Outcome};
pub use exercise::{Act, KeptExercise, NewExercise, SealMark};
pub use finding::{Finding, Severity, Which};
pub use former::{FormerParcel, Piece};
pub use frozen::{Frozen, Measured};
pub use ids::{Insee, LayerId};
pub use idu::Idu;
pub use network::{Directory, Entered, Entry, Network, Post, Referent};
pub use note::Note;
pub use params::{Params, shown, shown_words};
pub use problem::Problem;
pub use query::{BboxFilter, Bound, Interval, ItemsFilter, ItemsQuery, Scalar, TileId};
pub use reading::{Reading, Rows, Seal};
pub use register::{Document, MOST_DOCUMENT, NewDocument, Readers};
pub use report::{By, Figures, Holder, KeyUse, Line, Median, NONE, Period, Units, UsageQuery};
pub use usage::{ClientFamily, Operation, Tally};
pub use value::{Feature, Value};
pub use writer::Writer;
