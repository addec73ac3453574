//! `/usage`: one account's page, or all that the reader sees beside each other.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::response::Response;
use chrono::{DateTime, Datelike as _, Utc};

use super::ask::PageAsk;
use super::{files, unkept};
use crate::access;
use crate::app::App;
use crate::encode::html::Html;
use crate::encode::html::usage::{self as view, Account, Choices, Overview, Row, Split, Track};
use crate::encode::report::Names;
use crate::model::{
    Booked, By, Communes, Figures, Insee, KeyUse, Median, Period, Problem, UsageQuery,
};
use crate::ogc::ask::{Ask, Format};
use crate::usage::Sight;
use crate::usage::compare::{self, Matrix};

/// Colours of the map.
const CLASSES: usize = 5;

/// `GET /usage`; as JSON, what `/usage.json` answers.
///
/// # Errors
/// 400, 401, 403 as [`Sight`] says.
pub async fn page(ask: Ask) -> Result<Response, Problem> {
    access::member(&ask.caller)?;
    let sight = Sight::of(&ask.caller)?;
    if ask.format()? == Format::Json {
        return files::json(ask).await;
    }
    let asked = PageAsk::read(ask.params.clone())?;
    let only = match &sight {
        Sight::Accounts(list) if list.len() == 1 => list.first().cloned(),
        _ => None,
    };
    let among_others = only.is_none();
    let accounts = sight.narrowed(asked.account.clone().or(only))?;
    let scene = Scene::new(&ask, &asked).await?;
    let html = match accounts.as_deref() {
        Some([one]) if asked.account.is_some() || !among_others => {
            account(&ask, &scene, &asked, one, among_others).await?
        }
        _ => overview(&ask, &scene, &asked, accounts.as_deref()).await?,
    };
    Ok(unkept(ask.page(html)?))
}

/// What both pages are made from.
struct Scene {
    now: DateTime<Utc>,
    choices: Choices,
    matrix: Arc<Matrix>,
    communes: Arc<Communes>,
    members: BTreeSet<Insee>,
    median: Option<Median>,
}

impl Scene {
    async fn new(ask: &Ask, asked: &PageAsk) -> Result<Self, Problem> {
        let app = &ask.app;
        let now = Utc::now();
        let choices = Choices {
            chosen: asked.choice,
            today: app.territory.day(now),
        };
        let period = choices.period();
        let read = app.matrices.of(&app.store, period);
        let matrix = ask.tally.timed(read).await?;
        let communes = app.communes().await?;
        let members = match app.territory.portal_service() {
            Some(service) => app.store.belonging(&service.id, period).await?,
            None => BTreeSet::new(),
        };
        Ok(Self {
            median: matrix.median(&members, &communes),
            now,
            choices,
            matrix,
            communes,
            members,
        })
    }

    /// The days of this month so far.
    fn month(&self) -> Period {
        let today = self.choices.today;
        Period {
            from: today.with_day(1).unwrap_or(today),
            to: today,
        }
    }

    fn names<'a>(&'a self, app: &'a App) -> Names<'a> {
        Names {
            catalogue: &app.catalogue,
            territory: &app.territory,
            communes: &self.communes,
        }
    }

    fn row(&self, names: Names<'_>, account: Booked) -> Row {
        let figures = self.matrix.of(&account);
        Row {
            name: names.of(account.as_str(), By::Commune),
            by_inhabitant: compare::by_inhabitant(figures.units.approx(), &account, &self.communes),
            days: self.matrix.days(&account).to_vec(),
            figures,
            account,
        }
    }

    /// The account's units day by day, as a part of a chart.
    fn track(&self, name: String, accounts: &[&Booked]) -> Track {
        let length = usize::try_from(self.choices.period().days()).unwrap_or(0);
        let mut track = Track {
            name,
            figures: Figures::default(),
            days: vec![0.0; length],
        };
        for account in accounts {
            track.figures += self.matrix.of(account);
            for (sum, day) in track.days.iter_mut().zip(self.matrix.days(account)) {
                *sum += *day as f64 / 1000.0;
            }
        }
        track
    }
}

async fn split(
    ask: &Ask,
    scene: &Scene,
    accounts: Option<&[Booked]>,
    by: By,
) -> Result<Split, Problem> {
    let period = scene.choices.period();
    let query = UsageQuery {
        period,
        accounts: accounts.map(<[Booked]>::to_vec),
        by: By::Day,
        split: None,
    };
    let sums = ask
        .tally
        .timed(ask.app.store.usage_apart(&query, by))
        .await?;
    let names = scene.names(&ask.app);
    Ok(Split::new(period, &sums, |key| names.of(key, by)))
}

async fn keys(
    ask: &Ask,
    scene: &Scene,
    accounts: Option<&[Booked]>,
) -> Result<Vec<KeyUse>, Problem> {
    let (month, now) = (scene.month(), scene.now);
    let read = ask.app.store.key_use(accounts, month, now);
    Ok(ask.tally.timed(read).await?)
}

async fn account(
    ask: &Ask,
    scene: &Scene,
    asked: &PageAsk,
    account: &Booked,
    among_others: bool,
) -> Result<Html, Problem> {
    let only = std::slice::from_ref(account);
    let layers = split(ask, scene, Some(only), By::Layer).await?;
    let clients = split(ask, scene, Some(only), By::Client).await?;
    let operations = split(ask, scene, Some(only), By::Operation).await?;
    let keys = keys(ask, scene, Some(only)).await?;
    let name = scene.names(&ask.app).of(account.as_str(), By::Commune);
    let commune = scene.communes.get(account.as_str());
    Ok(view::account(
        ask.site(),
        Account {
            account,
            name: &name,
            choices: scene.choices,
            weights: &ask.app.config.file.usage.units,
            layers: &layers,
            clients: &clients,
            operations: &operations,
            by_client: asked.by_client,
            population: commune.and_then(|commune| commune.population),
            // The metropolis and the public are no communes to be compared.
            median: scene
                .median
                .as_ref()
                .filter(|_| matches!(account, Booked::Commune(_))),
            keys: &keys,
            among_others,
        },
    ))
}

async fn overview(
    ask: &Ask,
    scene: &Scene,
    asked: &PageAsk,
    accounts: Option<&[Booked]>,
) -> Result<Html, Problem> {
    let names = scene.names(&ask.app);
    let communes = match accounts {
        Some(list) => list.to_vec(),
        None => everybody(scene),
    };
    let mut rows: Vec<Row> = communes
        .into_iter()
        .map(|account| scene.row(names, account))
        .collect();
    asked.sort.apply(&mut rows);
    let others = match accounts {
        Some(_) => Vec::new(),
        None => vec![
            scene.row(names, Booked::Metropolis),
            scene.row(names, Booked::Public),
        ],
    };
    let values = rows.iter().filter_map(|row| row.by_inhabitant);
    let classes = compare::classes(values.filter(|value| *value > 0.0).collect(), CLASSES);
    let layers = split(ask, scene, accounts, By::Layer).await?;
    let clients = split(ask, scene, accounts, By::Client).await?;
    let keys = keys(ask, scene, accounts).await?;
    let kinds = kinds(scene, &rows, accounts.is_none());
    let whose = match accounts {
        None => ask.app.territory.title.as_str(),
        Some(_) => "Vos communes",
    };
    Ok(view::overview(
        ask.site(),
        Overview {
            whose,
            choices: scene.choices,
            weights: &ask.app.config.file.usage.units,
            rows: &rows,
            others: &others,
            kinds: &kinds,
            layers: &layers,
            clients: &clients,
            sort: asked.sort,
            communes: &scene.communes,
            classes: &classes,
            median: scene.median.as_ref(),
            keys: &keys,
        },
    ))
}

/// Every commune: those published, those that belong, those that used something.
fn everybody(scene: &Scene) -> Vec<Booked> {
    let mut all: BTreeSet<Insee> = scene.members.clone();
    all.extend(scene.communes.list.iter().map(|it| it.insee.clone()));
    all.extend(scene.matrix.accounts.keys().filter_map(|it| match it {
        Booked::Commune(insee) => Some(insee.clone()),
        _ => None,
    }));
    all.into_iter().map(Booked::Commune).collect()
}

/// What the chart's columns are made of: all communes beside the metropolis and the public, or
/// each of a few communes.
fn kinds(scene: &Scene, rows: &[Row], all: bool) -> Split {
    if !all {
        let tracks = rows
            .iter()
            .map(|row| scene.track(row.name.clone(), &[&row.account]));
        return Split::of(tracks.collect());
    }
    let communes: Vec<&Booked> = rows.iter().map(|row| &row.account).collect();
    Split::of(vec![
        scene.track("Communes".to_owned(), &communes),
        scene.track("Métropole".to_owned(), &[&Booked::Metropolis]),
        scene.track("Public".to_owned(), &[&Booked::Public]),
    ])
}
