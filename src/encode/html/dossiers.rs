//! The instructor's first page.

use askama::Template as _;
use chrono::NaiveDate;

use super::contributions::dots::{self, Dot};
use super::{Html, Page, Section, Site, french};
use crate::catalogue::{Field, View};
use crate::encode::dossiers::{self as words, Names};
use crate::model::{Anomaly, Communes, Docket, Dossier, Standing, YearFigures};

/// What is asked of the files, and what there is to choose from.
#[derive(Debug, Clone, Copy)]
pub struct FileChoice<'a> {
    /// The layer, as the reader sees it.
    pub view: &'a View,
    /// The communes of the territory.
    pub communes: &'a Communes,
    /// Those in which the reader instructs.
    pub mine: &'a [String],
    /// One of them alone.
    pub commune: Option<&'a str>,
    /// A type.
    pub kind: Option<&'a str>,
    /// A state.
    pub state: Option<&'a str>,
    /// A decision.
    pub decision: Option<&'a str>,
    /// By when: `retard`, `7`, `15`, `pieces`.
    pub due: Option<&'a str>,
    /// The year of the deposit.
    pub year: Option<i32>,
    /// The choice as a query, without the page.
    pub query: &'a str,
    /// The page of the list, counted from 0.
    pub page: i64,
    /// Whether demonstration data are among the files.
    pub demonstration: bool,
}

impl<'a> FileChoice<'a> {
    fn names(&self) -> Names<'a> {
        Names {
            layer: self.view.layer(),
            communes: self.communes,
        }
    }
}

#[derive(askama::Template)]
#[template(path = "dossiers.html")]
struct Desk<'a> {
    page: Page<'a>,
    docket: &'a Docket,
    choice: FileChoice<'a>,
    day: String,
    tiles: Vec<(&'static str, usize, Option<&'static str>)>,
    selects: Vec<Select<'a>>,
    map: String,
    by_commune: Vec<ByCommune<'a>>,
    due: Vec<Row<'a>>,
    pieces: Vec<Row<'a>>,
    lapses: Vec<Row<'a>>,
    list: Vec<Row<'a>>,
    figures: Vec<Group<'a>>,
    anomalies: Vec<Odd<'a>>,
}

impl Desk<'_> {
    /// What is chosen, after a sign; nothing without any.
    fn after(&self, sign: &str) -> String {
        after(sign, self.choice.query)
    }

    /// The address of another page of the list.
    fn turned(&self, by: i64) -> String {
        let number = self.choice.page + 1 + by;
        format!("?page={number}{}#liste", self.after("&"))
    }
}

/// A query after a sign; nothing without any.
fn after(sign: &str, query: &str) -> String {
    match query {
        "" => String::new(),
        query => format!("{sign}{query}"),
    }
}

/// An input of the choice.
struct Select<'a> {
    name: &'static str,
    title: &'static str,
    all: &'static str,
    options: Vec<(&'a str, &'a str, bool)>,
}

/// Files of a commune by where they stand.
struct ByCommune<'a> {
    insee: &'a str,
    name: &'a str,
    counts: [usize; 4],
}

struct Row<'a> {
    /// Its number in the page, which the map leads to.
    number: usize,
    file: &'a Dossier,
    kind: &'a str,
    commune: &'a str,
    state: &'a str,
    decision: Option<&'a str>,
    /// Path of the parcels' sheet.
    sheet: Option<String>,
    badge: (&'static str, &'static str),
}

impl Row<'_> {
    fn depot(&self) -> String {
        shown(self.file.fields.date_depot)
    }

    fn limit(&self) -> String {
        shown(self.file.delai.as_ref().and_then(|clock| clock.limite))
    }

    fn left(&self) -> String {
        let days = self.file.delai.as_ref().and_then(|clock| clock.jours);
        days.map_or_else(String::new, left)
    }
}

fn shown(day: Option<NaiveDate>) -> String {
    day.map_or_else(|| "–".to_owned(), french::day)
}

/// `dans 3 jours`, `depuis 2 jours`.
fn left(days: i64) -> String {
    match days {
        0 => "aujourd’hui".to_owned(),
        1 => "demain".to_owned(),
        -1 => "depuis hier".to_owned(),
        2.. => format!("dans {}", french::counted(days, "jour", "jours")),
        _ => format!("depuis {}", french::counted(-days, "jour", "jours")),
    }
}

/// Figures under a heading.
struct Group<'a> {
    title: &'static str,
    rows: Vec<Line<'a>>,
}

struct Line<'a> {
    name: &'a str,
    it: &'a YearFigures,
}

impl Line<'_> {
    fn median(&self) -> String {
        let days = self.it.delai_median;
        days.map_or_else(
            || "–".to_owned(),
            |days| format!("{} j", french::rounded(days, 0)),
        )
    }
}

struct Odd<'a> {
    it: &'a Anomaly,
    commune: &'a str,
    says: &'static str,
}

/// The page: what is due, what awaits pieces, what lapses, the list, the year, what is odd.
pub fn dossiers<'d>(site: Site<'d>, docket: &'d Docket, choice: FileChoice<'d>) -> Html {
    let names = choice.names();
    let mut before = 0;
    let mut made = |files: &'d [Dossier]| {
        let rows = table(files, before + 1, names);
        before += rows.len();
        rows
    };
    let (due, pieces) = (made(&docket.echeances), made(&docket.pieces));
    let (lapses, list) = (made(&docket.caducites), made(&docket.dossiers));
    let standing = |wanted: Standing| {
        let due = docket.echeances.iter();
        due.filter(move |file| at(file) == wanted)
    };
    let is = |wanted| standing(wanted).count();
    let tacit = standing(Standing::SousSeptJours)
        .filter(|file| file.delai.as_ref().is_some_and(|clock| clock.favorable));
    let fortnight = is(Standing::SousSeptJours) + is(Standing::SousQuinzeJours);
    Desk {
        tiles: vec![
            ("limite passée", is(Standing::Echu), Some("retard")),
            (
                "à décider sous 7 jours",
                is(Standing::SousSeptJours),
                Some("7"),
            ),
            ("dont silence favorable", tacit.count(), None),
            ("à décider sous 15 jours", fortnight, Some("15")),
            ("attendent des pièces", pieces.len(), Some("pieces")),
            ("caducités proches", docket.caducites.len(), None),
        ],
        day: french::day(docket.jour),
        selects: selects(choice),
        map: drawn(choice.communes, due.iter().chain(&pieces))?,
        by_commune: by_commune(docket, choice),
        figures: figures(docket, names),
        anomalies: docket.anomalies.iter().map(|it| odd(it, names)).collect(),
        page: Page::new(site, "Dossiers d’urbanisme", Section::Files).json(
            format!("/dossiers?f=json{}", after("&", choice.query)),
            "application/json",
        ),
        due,
        pieces,
        lapses,
        list,
        docket,
        choice,
    }
    .render()
}

fn at(file: &Dossier) -> Standing {
    let clock = file.delai.as_ref();
    clock.map_or(Standing::SansDate, |clock| clock.situation)
}

/// Rows numbered from `first` on.
fn table<'a>(files: &'a [Dossier], first: usize, names: Names<'a>) -> Vec<Row<'a>> {
    let one = |(number, file): (usize, &'a Dossier)| {
        let parcels = file.fields.parcels();
        let decision = file.fields.decision.as_deref();
        let class = match (at(file), &file.delai) {
            (_, None) => "good",
            (Standing::Echu, _) => "bad",
            (Standing::SousSeptJours | Standing::SousQuinzeJours, Some(clock))
                if clock.favorable =>
            {
                "bad"
            }
            (Standing::SousSeptJours | Standing::SousQuinzeJours, _) => "warn",
            (Standing::AttentePieces, _) => "busy",
            _ => "",
        };
        Row {
            number,
            kind: names.label("type", &file.fields.kind),
            commune: names.communes.name(&file.fields.commune),
            state: names.label("etat", &file.fields.etat),
            decision: decision.map(|code| names.label("decision", code)),
            sheet: (!parcels.is_empty()).then(|| format!("/parcelles/{}", parcels.join(","))),
            badge: (words::standing(at(file)), class),
            file,
        }
    };
    (first..).zip(files).map(one).collect()
}

fn drawn<'a>(communes: &Communes, rows: impl Iterator<Item = &'a Row<'a>>) -> Html {
    let told: Vec<(&Row<'_>, (f64, f64), String)> = rows
        .filter_map(|row| {
            let says = format!(
                "{}, {}\u{a0}: {} {}",
                row.file.fields.numero,
                row.commune,
                row.badge.0,
                row.left()
            );
            Some((row, row.file.place?, says))
        })
        .collect();
    let dots: Vec<Dot<'_>> = told
        .iter()
        .map(|(row, place, says)| Dot {
            number: row.number,
            at: *place,
            class: match row.badge.1 {
                "bad" => "error",
                "warn" => "warning",
                _ => "changed",
            },
            says,
        })
        .collect();
    dots::drawing(communes, &dots, "Carte des dossiers à suivre")
}

fn selects<'a>(choice: FileChoice<'a>) -> Vec<Select<'a>> {
    let of = |name: &'static str, title, all, chosen: Option<&str>| {
        let field: Option<&Field> = choice.view.layer().field(name);
        let options = field.iter().flat_map(|field| &field.domain).map(|value| {
            let is = chosen == Some(value.code.as_str());
            (value.code.as_str(), value.label.as_str(), is)
        });
        Select {
            name,
            title,
            all,
            options: options.collect(),
        }
    };
    let mine = choice.mine.iter().map(|insee| {
        let is = choice.commune == Some(insee.as_str());
        (insee.as_str(), choice.communes.name(insee), is)
    });
    let due = [
        ("retard", "limite passée"),
        ("7", "sous 7 jours"),
        ("15", "sous 15 jours"),
        ("pieces", "attend des pièces"),
    ];
    let due = due.map(|(word, says)| (word, says, choice.due == Some(word)));
    vec![
        Select {
            name: "commune",
            title: "Commune",
            all: "Toutes mes communes",
            options: mine.collect(),
        },
        of("type", "Type", "Tous", choice.kind),
        of("etat", "État", "Tous", choice.state),
        of("decision", "Décision", "Toutes", choice.decision),
        Select {
            name: "echeance",
            title: "Échéance",
            all: "Toutes",
            options: due.to_vec(),
        },
    ]
}

fn by_commune<'a>(docket: &'a Docket, choice: FileChoice<'a>) -> Vec<ByCommune<'a>> {
    let one = |insee: &'a String| {
        let of = docket.echeances.iter().chain(&docket.pieces);
        let mut counts = [0; 4];
        for file in of.filter(|file| file.fields.commune == *insee) {
            let place = match at(file) {
                Standing::Echu => 0,
                Standing::SousSeptJours => 1,
                Standing::SousQuinzeJours => 2,
                Standing::AttentePieces => 3,
                Standing::PlusTard | Standing::SansDate => continue,
            };
            counts[place] += 1;
        }
        ByCommune {
            insee,
            name: choice.communes.name(insee),
            counts,
        }
    };
    let mut all: Vec<ByCommune<'_>> = choice.mine.iter().map(one).collect();
    all.retain(|it| it.counts.iter().sum::<usize>() > 0);
    all
}

fn figures<'a>(docket: &'a Docket, names: Names<'a>) -> Vec<Group<'a>> {
    let groups = [
        ("total", "Ensemble"),
        ("type", "Par type"),
        ("decision", "Par décision"),
        ("commune", "Par commune"),
    ];
    let group = |(by, title): (&'static str, &'static str)| {
        let of = docket.statistiques.iter().filter(|it| it.par == by);
        let rows = of.map(|it| {
            let name = match by {
                "total" => "Tous les dossiers",
                "commune" => names.communes.name(&it.cle),
                field => names.label(field, &it.cle),
            };
            Line { name, it }
        });
        Group {
            title,
            rows: rows.collect(),
        }
    };
    let mut made: Vec<Group<'_>> = groups.map(group).into_iter().collect();
    made.retain(|group| !group.rows.is_empty());
    made
}

fn odd<'a>(it: &'a Anomaly, names: Names<'a>) -> Odd<'a> {
    Odd {
        commune: names.communes.name(&it.commune),
        says: match it.nature.as_str() {
            "inconnue" => "inconnue au cadastre publié",
            "renumerotee" => "renumérotée depuis",
            "deux_communes" => "d’une autre commune que le dossier",
            _ => "aucune parcelle dans le dossier",
        },
        it,
    }
}
