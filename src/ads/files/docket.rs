//! What instructors of some communes have before them on a day.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::ask::{Asked, Due};
use super::clock::{self, CERTIFIED, GRANTED, OPEN};
use crate::catalogue::View;
use crate::model::{Docket, Dossier, DossierFields, Problem, Standing};
use crate::ogc::ask::Ask;
use crate::store::ads::{FileFilter, FileRow};

/// Files of a page.
pub const PAGE: i64 = 100;

/// Files that are instructed at a time, in all of a metropolis.
const MOST_OPEN: i64 = 20_000;

/// Months after which a permit may lapse: the law's three years, and those that decrees add.
const LAPSE_MONTHS: [u32; 3] = [36, 48, 60];

/// Months after which a certificate lapses.
const CERTIFICATE_MONTHS: u32 = 18;

/// Days around them within which decisions are looked at.
const AROUND: u64 = 150;

/// Days for which parcels of files are checked.
const CHECKED_YEARS: u32 = 3;

/// The parcels' layer.
const PARCELS: &str = "parcelles";

/// Reads it.
///
/// # Errors
/// 503 when the database does not answer.
pub async fn docket(ask: &Ask, view: &View, asked: &Asked) -> Result<Docket, Problem> {
    let store = &ask.app.store;
    let communes = asked.chosen();
    let open = FileFilter {
        communes: communes.clone(),
        kind: asked.kind.clone(),
        states: OPEN.map(str::to_owned).to_vec(),
        ..FileFilter::default()
    };
    let year = asked.year.unwrap_or_else(|| asked.today.year());
    let whole = |year| {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(asked.today);
        (
            first,
            NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(first),
        )
    };
    let since = asked.today - Months::new(12 * CHECKED_YEARS);
    let parcels = ask.app.view(PARCELS, &ask.caller)?;
    let (files, lapses, figures, anomalies, listed) = tokio::join!(
        store.files(view, &open, (0, MOST_OPEN)),
        lapsing(ask, view, asked),
        store.file_figures(view, &communes, whole(year)),
        store.file_anomalies(view, &parcels, &communes, since),
        listed(ask, view, asked),
    );
    let (version, rows) = files?;
    let open = followed(view, rows, asked.today)?;
    let (pieces, mut due): (Vec<Dossier>, Vec<Dossier>) = open
        .into_iter()
        .partition(|file| standing(file) == Standing::AttentePieces);
    due.retain(|file| standing(file) != Standing::PlusTard);
    sort(&mut due);
    let (dossiers, suite) = listed?;
    let mut docket = Docket {
        jour: asked.today,
        version,
        echeances: due,
        pieces,
        caducites: lapses?,
        annee: year,
        statistiques: figures?,
        anomalies: anomalies?,
        dossiers,
        suite,
    };
    docket.pieces.sort_by_key(limit);
    Ok(docket)
}

/// The page of files that was asked for, and whether others follow.
///
/// # Errors
/// 503 when the database does not answer.
pub async fn listed(
    ask: &Ask,
    view: &View,
    asked: &Asked,
) -> Result<(Vec<Dossier>, bool), Problem> {
    list(ask, view, asked, (asked.page, PAGE)).await
}

/// Files as asked for, from a page of so many on.
///
/// # Errors
/// 503 when the database does not answer.
pub async fn list(
    ask: &Ask,
    view: &View,
    asked: &Asked,
    (page, size): (i64, i64),
) -> Result<(Vec<Dossier>, bool), Problem> {
    let mut filter = FileFilter {
        communes: asked.chosen(),
        kind: asked.kind.clone(),
        states: asked.state.iter().cloned().collect(),
        decisions: asked.decision.iter().cloned().collect(),
        ..FileFilter::default()
    };
    if let Some(year) = asked.year {
        let first = NaiveDate::from_ymd_opt(year, 1, 1);
        filter.deposited = first.zip(NaiveDate::from_ymd_opt(year, 12, 31));
    }
    let start = page * size;
    let Some(due) = asked.due else {
        let (_, rows) = ask
            .app
            .store
            .files(view, &filter, (start, size + 1))
            .await?;
        let mut files = followed(view, rows, asked.today)?;
        let more = files.len() as i64 > size;
        files.truncate(size as usize);
        return Ok((files, more));
    };
    // What a day makes of a file is told by the law, not by the database.
    if filter.states.is_empty() {
        filter.states = OPEN.map(str::to_owned).to_vec();
    }
    let (_, rows) = ask.app.store.files(view, &filter, (0, MOST_OPEN)).await?;
    let mut files = followed(view, rows, asked.today)?;
    files.retain(|file| due.holds(standing(file)));
    sort(&mut files);
    let more = files.len() as i64 > start + size;
    let page = files.into_iter().skip(start as usize).take(size as usize);
    Ok((page.collect(), more))
}

/// Permits without works, and certificates, whose validity ends about this day, the first to lapse first.
async fn lapsing(ask: &Ask, view: &View, asked: &Asked) -> Result<Vec<Dossier>, Problem> {
    let read = async |months: u32, decisions: &[&str]| {
        let day = asked.today - Months::new(months);
        let filter = FileFilter {
            communes: asked.chosen(),
            kind: asked.kind.clone(),
            decisions: decisions.iter().map(|&it| it.to_owned()).collect(),
            unbuilt: Some((day - Days::new(AROUND), day + Days::new(AROUND))),
            ..FileFilter::default()
        };
        ask.app.store.files(view, &filter, (0, MOST_OPEN)).await
    };
    let [three, four, five] = LAPSE_MONTHS;
    let read = tokio::join!(
        read(three, &GRANTED),
        read(four, &GRANTED),
        read(five, &GRANTED),
        read(CERTIFICATE_MONTHS, &CERTIFIED),
    );
    let mut found = Vec::new();
    for rows in [read.0, read.1, read.2, read.3] {
        found.extend(followed(view, rows?.1, asked.today)?);
    }
    found.retain(|file| file.caducite.is_some());
    found.sort_by_key(|file| file.caducite.as_ref().map(|lapse| lapse.jusqu_au));
    found.dedup_by(|a, b| a.fields.numero == b.fields.numero);
    Ok(found)
}

/// Rows with their clocks.
fn followed(view: &View, rows: Vec<FileRow>, today: NaiveDate) -> Result<Vec<Dossier>, Problem> {
    let kinds = view.kinds();
    let one = |found: FileRow| {
        let feature = found.row.feature(&kinds)?;
        let object = crate::ads::lookup::object(view, &feature.values);
        let fields: DossierFields = serde_json::from_value(object.into()).map_err(|error| {
            tracing::error!(%error, "a file is not what the catalogue says");
            Problem::Internal
        })?;
        Ok(Dossier {
            delai: clock::clock(&fields, today),
            caducite: clock::lapse(&fields, today),
            place: found.place,
            fields,
        })
    };
    rows.into_iter().map(one).collect()
}

fn standing(file: &Dossier) -> Standing {
    let clock = file.delai.as_ref();
    clock.map_or(Standing::SansDate, |clock| clock.situation)
}

fn limit(file: &Dossier) -> NaiveDate {
    let limit = file.delai.as_ref().and_then(|clock| clock.limite);
    limit.unwrap_or(NaiveDate::MAX)
}

/// The tacit risk first: a date that is missed there grants what was asked for.
fn sort(files: &mut [Dossier]) {
    files.sort_by_key(|file| {
        let clock = file.delai.as_ref();
        let grants = clock.is_some_and(|clock| clock.favorable);
        (
            standing(file),
            !grants,
            limit(file),
            file.fields.numero.clone(),
        )
    });
}

impl Due {
    fn holds(self, standing: Standing) -> bool {
        match self {
            Self::Overdue => standing == Standing::Echu,
            Self::Week => standing == Standing::SousSeptJours,
            Self::Fortnight => {
                matches!(
                    standing,
                    Standing::SousSeptJours | Standing::SousQuinzeJours
                )
            }
            Self::Pieces => standing == Standing::AttentePieces,
        }
    }
}
