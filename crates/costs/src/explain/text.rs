//! The chain in French, for the people who pay: chapters of steps, which documents set as tables and
//! terminals as lines.

use std::fmt;

use serde::Serialize;

use super::line::french;
use super::{ExplainedLine, Explanation, Membership, Origin, Portion};
use crate::compute::{ByNature, MetropolisPart};
use crate::exercise::KeyKind;
use crate::lines::{LineKind, Nature};
use crate::number::Cents;

/// A part of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chapter {
    /// What it is about.
    pub title: String,
    /// Its steps, in order.
    pub steps: Vec<Step>,
}

/// One step of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The number of its rule.
    pub rule: u8,
    /// What it is.
    pub label: String,
    /// The arithmetic or the reason, in words; empty where the label says all.
    pub working: String,
    /// What it comes to; none of a step on the way.
    pub amount: Option<Cents>,
}

impl Step {
    fn new(rule: u8, label: impl Into<String>, working: impl Into<String>) -> Self {
        Self {
            rule,
            label: label.into(),
            working: working.into(),
            amount: None,
        }
    }

    fn comes_to(self, cents: Cents) -> Self {
        Self {
            amount: Some(cents),
            ..self
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let payer = match (&self.name, self.payer.as_str()) {
            (Some(name), insee) => format!("{name} ({insee})"),
            (None, "metropolis") => "La métropole".to_owned(),
            (None, insee) => insee.to_owned(),
        };
        let title = self.title.as_ref().unwrap_or(&self.service);
        writeln!(
            f,
            "{payer}, {title}, exercice {} : {}",
            self.year, self.amount
        )?;
        writeln!(f, "  dont {}", columns(&self.by_nature))?;
        if self.study {
            writeln!(f, "  service à l’étude : simulé, rien n’est facturé")?;
        }
        for chapter in self.chapters() {
            writeln!(f, "\n{}", chapter.title)?;
            for step in chapter.steps {
                write!(f, "  règle {}  {}", step.rule, step.label)?;
                if !step.working.is_empty() {
                    write!(f, " : {}", step.working)?;
                }
                match step.amount {
                    Some(cents) => writeln!(f, " → {cents}")?,
                    None => writeln!(f)?,
                }
            }
        }
        Ok(())
    }
}

impl Explanation {
    /// The chain in French: the cost, the metropolis's part, the key, then each part of the amount.
    pub fn chapters(&self) -> Vec<Chapter> {
        let mut chapters = vec![
            self.cost_chapter(),
            self.metropolitan_chapter(),
            self.key_chapter(),
        ];
        chapters.extend(self.portions.iter().map(portion_chapter));
        chapters
    }

    fn cost_chapter(&self) -> Chapter {
        let mut steps: Vec<Step> = self.lines.iter().map(line_step).collect();
        let cost = Step::new(5, "coût du service", columns(&self.cost));
        steps.push(cost.comes_to(self.cost.total()));
        Chapter {
            title: "Coût du service (règles 1 à 5)".to_owned(),
            steps,
        }
    }

    fn metropolitan_chapter(&self) -> Chapter {
        let own = &self.metropolitan;
        let both = |of: fn(&MetropolisPart) -> Cents| ByNature {
            fonctionnement: of(&own.by_nature.fonctionnement),
            investissement: of(&own.by_nature.investissement),
        };
        let mut steps = Vec::new();
        if own.applies {
            let own_use = both(|part| part.own_use);
            let words = format!("taux {}, {}", french(own.own_use_rate), columns(&own_use));
            steps.push(Step::new(6, "usage propre", words).comes_to(own_use.total()));
            let solidarity = both(|part| part.solidarity);
            let words = match (own.threshold, own.solidarity_rate) {
                (Some(threshold), Some(rate)) if own.members >= threshold => format!(
                    "taux {} dès {threshold} communes ({} membres), {}",
                    french(rate),
                    own.members,
                    columns(&solidarity)
                ),
                (Some(threshold), _) => format!(
                    "seuil de {threshold} communes non atteint ({} membres)",
                    own.members
                ),
                _ => "le service n’en prévoit pas".to_owned(),
            };
            steps.push(Step::new(6, "solidarité", words).comes_to(solidarity.total()));
            let rest = Step::new(6, "reste à répartir", columns(&own.rest));
            steps.push(rest.comes_to(own.rest.total()));
        } else {
            let words = "la clé ne répartit pas un reste";
            steps.push(Step::new(6, "sans objet", words));
        }
        Chapter {
            title: "Part de la métropole (règle 6)".to_owned(),
            steps,
        }
    }

    fn key_chapter(&self) -> Chapter {
        Chapter {
            title: format!("Clé de répartition (règle 7) : {}", key_name(self.key)),
            steps: self.membership.iter().map(membership_step).collect(),
        }
    }
}

/// Both columns of the accounts.
fn columns(both: &ByNature<Cents>) -> String {
    format!(
        "fonctionnement {}, investissement {}",
        both.fonctionnement, both.investissement
    )
}

fn line_step(line: &ExplainedLine) -> Step {
    let kind = kind_name(line.line.kind);
    let label = match line.line.label.as_deref().unwrap_or_default() {
        "" => kind.to_owned(),
        label => format!("{kind}, {label}"),
    };
    let exact = match line.exact.contains('/') {
        true => format!(" = {}\u{a0}€ exactement", line.exact),
        false => String::new(),
    };
    let working = format!("{}{exact}", line.formula);
    Step::new(line.rule, label, working).comes_to(line.line.cents)
}

fn membership_step(period: &Membership) -> Step {
    let label = format!(
        "membre du {} au {}",
        period.from.format("%d/%m/%Y"),
        period.until.format("%d/%m/%Y")
    );
    let level = period
        .level
        .map_or_else(String::new, |level| format!(", niveau {level}"));
    let (days, coefficient) = (period.days, french(period.coefficient));
    let words = format!("{days} j{level}, coefficient {coefficient}");
    Step::new(7, label, words)
}

fn portion_chapter(portion: &Portion) -> Chapter {
    let (nature, of, steps) = match portion {
        Portion::Weight {
            nature,
            line,
            rest,
            weight,
            total,
            floor,
            remainder,
            left,
            rank,
            cents,
            origin,
        } => {
            let of = match *line {
                "public_use" => ", usage public",
                "rest" => ", parts où personne ne pèse",
                _ => "",
            };
            let own = origin.iter().filter(|_| *line == "share");
            let mut steps: Vec<Step> = own.map(origin_step).collect();
            steps.push(Step::new(
                7,
                format!("poids {weight} sur {total}"),
                "réduits par leur diviseur commun",
            ));
            let quotient =
                format!("{rest} × {weight} ÷ {total} = {floor} et {remainder}/{total} de centime");
            steps.push(Step::new(8, "division", quotient));
            let rounding = match rank {
                0 => "rien à arrondir".to_owned(),
                _ => format!(
                    "centimes restants pour les plus forts restes : {left} ; le sien est au rang {rank}"
                ),
            };
            steps.push(Step::new(8, "arrondi", rounding).comes_to(*cents));
            (nature, of, steps)
        }
        Portion::Owed {
            nature,
            terms,
            cents,
        } => {
            let terms = terms.iter();
            let mut steps: Vec<Step> = terms
                .map(|(text, cents)| Step::new(7, text, "").comes_to(*cents))
                .collect();
            steps.push(Step::new(7, "dû", "").comes_to(*cents));
            (nature, "", steps)
        }
        Portion::Left {
            nature,
            rest,
            owed,
            cents,
        } => {
            let words = format!("{rest} moins {owed} dus par les communes");
            let step = Step::new(7, "reste à la métropole", words);
            (nature, "", vec![step.comes_to(*cents)])
        }
    };
    Chapter {
        title: format!("Part {}{of} (règles 7 et 8)", of_nature(*nature)),
        steps,
    }
}

fn of_nature(nature: Nature) -> &'static str {
    match nature {
        Nature::Fonctionnement => "de fonctionnement",
        Nature::Investissement => "d’investissement",
    }
}

fn origin_step(origin: &Origin) -> Step {
    let part = french(origin.part);
    let (label, words) = match origin.kind {
        KeyKind::Population => (
            format!("part {part} à la population"),
            format!(
                "{} habitants × Σ (jours × coefficient)",
                origin.population.unwrap_or_default()
            ),
        ),
        KeyKind::Usage => (
            format!("part {part} à l’usage"),
            format!(
                "{} unités mesurées",
                origin.units.map(french).unwrap_or_default()
            ),
        ),
        _ => (
            format!("part {part} à égalité"),
            "Σ (jours × coefficient)".to_owned(),
        ),
    };
    Step::new(7, label, words)
}

/// What documents call a kind of line.
pub fn kind_name(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Payroll => "masse salariale",
        LineKind::DigitalStaff => "personnel DRN",
        LineKind::Overhead => "charges de structure",
        LineKind::Operating => "dépense directe de fonctionnement",
        LineKind::Investment => "dépense directe d’investissement",
        LineKind::Maintenance => "maintenance",
        LineKind::Hosting => "hébergement",
        LineKind::Receipts => "recette de tiers",
    }
}

pub(crate) fn nature_name(nature: Nature) -> &'static str {
    match nature {
        Nature::Fonctionnement => "fonctionnement",
        Nature::Investissement => "investissement",
    }
}

/// What documents call a key.
pub fn key_name(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Population => "poids de la population",
        KeyKind::Equal => "à égalité",
        KeyKind::Free => "gratuité",
        KeyKind::Usage => "usage mesuré",
        KeyKind::Fixed => "montants arrêtés",
        KeyKind::Tariff => "tarif",
        KeyKind::Mixed => "clé mixte",
    }
}
