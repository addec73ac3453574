//! The chain in French, for the people who pay.

use std::fmt;

use super::line::french;
use super::{Explanation, Membership, Origin, Portion};
use crate::exercise::KeyKind;
use crate::lines::{LineKind, Nature};
use crate::number::Cents;

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
        writeln!(
            f,
            "  dont fonctionnement {}, investissement {}",
            self.by_nature.fonctionnement, self.by_nature.investissement
        )?;
        self.cost_lines(f)?;
        self.metropolitan_lines(f)?;
        self.key_lines(f)?;
        for portion in &self.portions {
            portion_lines(f, portion)?;
        }
        Ok(())
    }
}

impl Explanation {
    fn cost_lines(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nCoût du service (règles 1 à 5)")?;
        for line in &self.lines {
            let label = line.line.label.as_deref().unwrap_or_default();
            let kind = kind_name(line.line.kind);
            let named = if label.is_empty() {
                kind.to_owned()
            } else {
                format!("{kind}, {label}")
            };
            let (cents, rule) = (line.line.cents, line.rule);
            let exact = match line.exact.contains('/') {
                true => format!(" = {}\u{a0}€ exactement", line.exact),
                false => String::new(),
            };
            writeln!(
                f,
                "  règle {rule}  {named} : {}{exact} → {cents}",
                line.formula
            )?;
        }
        writeln!(
            f,
            "  règle 5  coût : fonctionnement {}, investissement {}",
            self.cost.fonctionnement, self.cost.investissement
        )
    }

    fn metropolitan_lines(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own = &self.metropolitan;
        writeln!(f, "\nPart de la métropole (règle 6)")?;
        if !own.applies {
            return writeln!(f, "  sans objet : la clé ne répartit pas un reste");
        }
        let both = |of: fn(&crate::compute::MetropolisPart) -> Cents| {
            let (operating, investing) = (
                of(&own.by_nature.fonctionnement),
                of(&own.by_nature.investissement),
            );
            format!("fonctionnement {operating}, investissement {investing}")
        };
        let rate = french(own.own_use_rate);
        writeln!(
            f,
            "  usage propre, taux {rate} : {}",
            both(|part| part.own_use)
        )?;
        let solidarity = both(|part| part.solidarity);
        match (own.threshold, own.solidarity_rate) {
            (Some(threshold), Some(rate)) if own.members >= threshold => writeln!(
                f,
                "  solidarité, taux {} dès {threshold} communes ({} membres) : {solidarity}",
                french(rate),
                own.members
            )?,
            (Some(threshold), _) => writeln!(
                f,
                "  solidarité : seuil de {threshold} communes non atteint ({} membres)",
                own.members
            )?,
            _ => writeln!(f, "  solidarité : le service n’en prévoit pas")?,
        }
        writeln!(
            f,
            "  reste à répartir : fonctionnement {}, investissement {}",
            own.rest.fonctionnement, own.rest.investissement
        )
    }

    fn key_lines(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\nRépartition (règles 7 et 8), clé : {}",
            key_name(self.key)
        )?;
        for Membership {
            from,
            until,
            days,
            level,
            coefficient,
        } in &self.membership
        {
            let level = level.map_or_else(String::new, |level| format!(", niveau {level}"));
            writeln!(
                f,
                "  membre du {} au {} : {days} j{level}, coefficient {}",
                from.format("%d/%m/%Y"),
                until.format("%d/%m/%Y"),
                french(*coefficient)
            )?;
        }
        Ok(())
    }
}

fn portion_lines(f: &mut fmt::Formatter<'_>, portion: &Portion) -> fmt::Result {
    match portion {
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
            writeln!(f, "  {}{of}", nature_name(*nature))?;
            for origin in origin.iter().filter(|_| *line == "share") {
                origin_line(f, origin)?;
            }
            writeln!(
                f,
                "    poids {weight} sur {total} (réduits par leur diviseur commun)"
            )?;
            writeln!(
                f,
                "    {rest} × {weight} ÷ {total} = {floor} et {remainder}/{total} de centime"
            )?;
            match rank {
                0 => writeln!(f, "    rien à arrondir → {cents}"),
                _ => writeln!(
                    f,
                    "    centimes restants pour les plus forts restes : {left} ; le sien est au rang \
                     {rank} → {cents}"
                ),
            }
        }
        Portion::Owed {
            nature,
            terms,
            cents,
        } => {
            writeln!(f, "  {}", nature_name(*nature))?;
            for (text, cents) in terms {
                writeln!(f, "    {text} → {cents}")?;
            }
            writeln!(f, "    dû : {cents}")
        }
        Portion::Left {
            nature,
            rest,
            owed,
            cents,
        } => writeln!(
            f,
            "  {} : {rest} moins {owed} dus par les communes → {cents}",
            nature_name(*nature)
        ),
    }
}

fn origin_line(f: &mut fmt::Formatter<'_>, origin: &Origin) -> fmt::Result {
    let part = french(origin.part);
    match origin.kind {
        KeyKind::Population => writeln!(
            f,
            "    part {part} à la population : {} habitants × Σ (jours × coefficient)",
            origin.population.unwrap_or_default()
        ),
        KeyKind::Usage => writeln!(
            f,
            "    part {part} à l’usage : {} unités mesurées",
            origin.units.map(french).unwrap_or_default()
        ),
        _ => writeln!(f, "    part {part} à égalité : Σ (jours × coefficient)"),
    }
}

pub(crate) fn kind_name(kind: LineKind) -> &'static str {
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

pub(crate) fn key_name(kind: KeyKind) -> &'static str {
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
