//! A line's arithmetic, as French documents write it.

use num_bigint::BigInt;
use num_rational::BigRational;

use crate::lines::{Line, LineKind, Working};
use crate::number::{Cents, Exact};

/// A number with the decimal comma.
pub(super) fn french(number: Exact) -> String {
    number.to_string().replace('.', ",").replace('-', "−")
}

/// An amount in euros: as accounts write it when it has whole cents.
pub(super) fn euros(amount: Exact) -> String {
    let cents = amount.big() * BigInt::from(100);
    match (cents.is_integer(), Cents::of_euros(&amount.big())) {
        (true, Ok(cents)) => cents.to_string(),
        _ => format!("{}\u{a0}€", french(amount)),
    }
}

/// How a line was computed, without its result.
pub fn formula(line: &Line) -> String {
    let own = working(&line.working);
    match &line.contract {
        None => own,
        Some(part) => {
            let services: Vec<String> = part
                .split
                .iter()
                .map(|(id, weight)| format!("{id} {}", french(*weight)))
                .collect();
            format!(
                "{own}, part d’un contrat de {} réparti par plus fort reste ({})",
                euros(part.amount),
                services.join(", ")
            )
        }
    }
}

fn working(working: &Working) -> String {
    match working {
        Working::Time {
            cost,
            paid,
            terms,
            of_days,
        } => {
            let term = |share: Exact, days: u32| match of_days {
                0 => french(share),
                _ => format!("{} × {days} j", french(share)),
            };
            let sum: Vec<String> = terms.iter().map(|t| term(t.share, t.days)).collect();
            let sum = match sum.len() {
                0 => "0".to_owned(),
                1 => sum[0].clone(),
                _ => format!("({})", sum.join(" + ")),
            };
            let amount = euros(*cost);
            match (of_days, paid) {
                (0, _) => format!("{amount} payés × {sum}"),
                (days, true) => format!("{amount} payés × {sum} ÷ {days} j de présence"),
                (days, false) => format!("{amount} par an × {sum} ÷ {days} j"),
            }
        }
        Working::Rate { base, rate } => format!("{base} de masse salariale × {}", french(*rate)),
        Working::Amount { amount } => euros(*amount),
        Working::NetFctva { amount, rate } => {
            format!("{} × (1 − {} de FCTVA)", euros(*amount), french(*rate))
        }
        Working::Annuity { amount, years, nth } => match nth {
            Some(nth) => format!("{}, annuité {nth} sur {years}", euros(*amount)),
            None => format!(
                "{}, aucune de ses {years} annuités dans l’année",
                euros(*amount)
            ),
        },
    }
}

/// The exact amount in euros before it was rounded: a decimal where there is one, else a quotient.
pub fn exact_euros(line: &Line) -> String {
    let exact = match &line.working {
        Working::Time {
            cost,
            terms,
            of_days,
            ..
        } => {
            let sum: BigRational = terms
                .iter()
                .map(|term| {
                    let days = if *of_days == 0 { 1 } else { term.days };
                    term.share.big() * BigInt::from(days)
                })
                .sum();
            cost.big() * sum / BigInt::from((*of_days).max(1))
        }
        Working::Rate { base, rate } => Exact::new(base.0.into(), 100).big() * rate.big(),
        Working::Amount { amount } => amount.big(),
        Working::NetFctva { amount, rate } => amount.big() * (Exact::ONE.big() - rate.big()),
        Working::Annuity { .. } => Exact::new(line.cents.0.into(), 100).big(),
    };
    let exact = match line.kind {
        LineKind::Receipts => -exact,
        _ => exact,
    };
    match (i128::try_from(exact.numer()), i128::try_from(exact.denom())) {
        (Ok(numerator), Ok(denominator)) => Exact::new(numerator, denominator).to_string(),
        _ => exact.to_string(),
    }
}
