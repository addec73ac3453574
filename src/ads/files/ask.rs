//! What is asked of the files, and by whom.

use chrono::{NaiveDate, Utc};

use crate::access;
use crate::catalogue::{Field, View};
use crate::model::{Communes, Problem, Reach, shown};
use crate::ogc::ask::Ask;

/// Pages that a list may have.
const MOST_PAGES: i64 = 1_000;

/// By when a file is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Its limit has passed.
    Overdue,
    /// Within 7 days.
    Week,
    /// Within 15 days.
    Fortnight,
    /// It awaits pieces.
    Pieces,
}

impl Due {
    /// Every one, with its word in addresses.
    pub const ALL: [(&'static str, Self); 4] = [
        ("retard", Self::Overdue),
        ("7", Self::Week),
        ("15", Self::Fortnight),
        ("pieces", Self::Pieces),
    ];
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The day that it is in the territory.
    pub today: NaiveDate,
    /// Communes in which the caller instructs.
    pub communes: Vec<String>,
    /// One of them alone.
    pub commune: Option<String>,
    /// A type.
    pub kind: Option<String>,
    /// A state.
    pub state: Option<String>,
    /// A decision.
    pub decision: Option<String>,
    /// By when.
    pub due: Option<Due>,
    /// The year of the deposit, and of the figures.
    pub year: Option<i32>,
    /// The page, counted from 0.
    pub page: i64,
}

impl Asked {
    /// Reads the parameters of an instructor's request.
    ///
    /// # Errors
    /// 401 without a credential, 403 for who does not instruct, 400 for what is not understood.
    pub fn read(ask: &mut Ask, view: &View, all: &Communes) -> Result<Self, Problem> {
        let reach = access::instructor(&ask.caller)?;
        let communes: Vec<String> = match reach {
            Reach::Territory => all.list.iter().map(|one| one.insee.to_string()).collect(),
            Reach::Communes(codes) => codes.iter().map(ToString::to_string).collect(),
        };
        // A form sends the inputs left empty too.
        let mut take = |name: &str| ask.params.take(name).filter(|value| !value.is_empty());
        let commune = take("commune");
        if let Some(code) = commune.as_ref().filter(|code| !communes.contains(code)) {
            return Err(Problem::bad(format!(
                "commune={} is none of those that you instruct",
                shown(code)
            )));
        }
        let due = take("echeance");
        let due = due.map(|word| {
            let known = Due::ALL.into_iter().find(|(name, _)| *name == word);
            known.map(|(_, due)| due).ok_or_else(|| {
                Problem::bad(format!(
                    "echeance={} is none of retard, 7, 15, pieces",
                    shown(&word)
                ))
            })
        });
        let year = take("annee").map(|text| {
            let year = text
                .parse()
                .ok()
                .filter(|year| (1950..=2199).contains(year));
            year.ok_or_else(|| Problem::bad(format!("annee={} is no year", shown(&text))))
        });
        let page = take("page").map(|text| {
            let page = text
                .parse()
                .ok()
                .filter(|page| (1..=MOST_PAGES).contains(page));
            page.ok_or_else(|| Problem::bad(format!("page={} is no page", shown(&text))))
        });
        Ok(Self {
            today: ask.app.territory.day(Utc::now()),
            kind: coded(view.field("type"), take("type"))?,
            state: coded(view.field("etat"), take("etat"))?,
            decision: coded(view.field("decision"), take("decision"))?,
            communes,
            commune,
            due: due.transpose()?,
            year: year.transpose()?,
            page: page.transpose()?.unwrap_or(1) - 1,
        })
    }

    /// The commune that is chosen, or all.
    pub fn chosen(&self) -> Vec<String> {
        match &self.commune {
            Some(one) => vec![one.clone()],
            None => self.communes.clone(),
        }
    }

    /// By when, as addresses say it.
    pub fn due_word(&self) -> Option<&'static str> {
        let mut all = Due::ALL.into_iter();
        all.find(|(_, known)| Some(*known) == self.due)
            .map(|(word, _)| word)
    }

    /// The parameters that keep what is chosen.
    pub fn query(&self) -> String {
        let pairs = [
            ("commune", self.commune.clone()),
            ("type", self.kind.clone()),
            ("etat", self.state.clone()),
            ("decision", self.decision.clone()),
            ("echeance", self.due_word().map(str::to_owned)),
            ("annee", self.year.map(|year| year.to_string())),
        ];
        let told: Vec<String> = pairs
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", value?)))
            .collect();
        told.join("&")
    }
}

/// A code of the field's domain.
fn coded(field: Option<&Field>, value: Option<String>) -> Result<Option<String>, Problem> {
    let Some(value) = value else {
        return Ok(None);
    };
    let known = field.is_some_and(|field| field.domain.iter().any(|it| it.code == value));
    if known {
        return Ok(Some(value));
    }
    let name = field.map_or("", |field| field.name.as_str());
    let codes: Vec<&str> = field
        .iter()
        .flat_map(|field| &field.domain)
        .map(|it| it.code.as_str())
        .collect();
    Err(Problem::bad(format!(
        "{name}={} is none of {}",
        shown(&value),
        codes.join(", ")
    )))
}
