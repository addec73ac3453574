//! What must hold of any exercise.

mod exercises;

use chrono::{Days, NaiveDate};
use costs::exercise::{Exercise, KeyKind};
use costs::{Cents, Checked, Line, Outcome, Payer, Portion, ServiceOutcome, Share, Working};
use proptest::prelude::*;

use exercises::{exact, exercise};

fn checked(exercise: Exercise) -> Checked {
    let good = costs::check(exercise);
    good.unwrap_or_else(|found| panic!("not a good exercise: {found:?}"))
        .0
}

fn outcome(exercise: Exercise) -> Outcome {
    costs::compute(&checked(exercise))
        .expect("amounts that accounts hold")
        .0
}

fn paid(service: &ServiceOutcome, insee: &str) -> Cents {
    let mut shares = service.shares.iter();
    let share = shares.find(|share| share.insee.as_str() == insee);
    share.map_or(Cents::ZERO, |share| share.by_nature.total())
}

/// Results without the order of lines, which follows the input's.
fn unordered(mut outcome: Outcome) -> Outcome {
    outcome.services.sort_by(|a, b| a.id.cmp(&b.id));
    for service in &mut outcome.services {
        service
            .lines
            .sort_by_key(|line| (line.kind, line.cents, format!("{line:?}")));
    }
    outcome
}

/// Every row of every list in the opposite order.
fn reversed(mut exercise: Exercise) -> Exercise {
    exercise.communes.reverse();
    exercise.services.reverse();
    for service in &mut exercise.services {
        service.members.reverse();
        service.agents.reverse();
        service.operating.reverse();
        service.investment.reverse();
        service.receipts.reverse();
        service.digital_projects.reverse();
        service
            .key
            .lines
            .iter_mut()
            .for_each(|lines| lines.reverse());
        service
            .key
            .parts
            .iter_mut()
            .for_each(|parts| parts.reverse());
    }
    exercise
}

/// Every amount twice as large.
fn doubled(mut exercise: Exercise) -> Exercise {
    let twice = |amount: &mut costs::Exact| {
        let thousandths = amount.big() * num_bigint::BigInt::from(2000);
        *amount = exact(&format!("{}e-3", thousandths.to_integer()));
    };
    for service in &mut exercise.services {
        for agent in &mut service.agents {
            agent
                .annual_cost
                .iter_mut()
                .chain(&mut agent.paid)
                .for_each(twice);
        }
        for person in service
            .digital_projects
            .iter_mut()
            .flat_map(|p| &mut p.staff)
        {
            person
                .annual_cost
                .iter_mut()
                .chain(&mut person.paid)
                .for_each(twice);
        }
        let entries = service.operating.iter_mut().chain(&mut service.receipts);
        let entries = entries.chain(&mut service.maintenance);
        entries.for_each(|entry| twice(&mut entry.amount));
        service
            .investment
            .iter_mut()
            .for_each(|line| twice(&mut line.entry.amount));
    }
    exercise
}

/// Every membership that can be cut, cut in two that touch.
fn cut(mut exercise: Exercise) -> Exercise {
    let middle = NaiveDate::from_ymd_opt(2026, 5, 17).expect("a date");
    for service in &mut exercise.services {
        let halves = service.members.iter_mut().filter_map(|member| {
            let begins = member.from.is_none_or(|from| from < middle);
            let ends = member.until.is_none_or(|until| until >= middle);
            (begins && ends).then(|| {
                let mut second = member.clone();
                second.from = Some(middle);
                member.until = Some(middle - Days::new(1));
                second
            })
        });
        let halves: Vec<_> = halves.collect();
        service.members.extend(halves);
    }
    exercise
}

/// Of any two members the one with more inhabitants pays no less.
fn larger_pay_no_less(exercise: &Exercise, service: &ServiceOutcome) -> bool {
    let population = |share: &Share| {
        let mut communes = exercise.communes.iter();
        communes
            .find(|commune| commune.insee == share.insee)
            .and_then(|c| c.population)
    };
    let mut shares = service.shares.clone();
    shares.sort_by_key(population);
    shares.windows(2).all(|pair| {
        population(&pair[0]) == population(&pair[1])
            || pair[0].by_nature.total() <= pair[1].by_nature.total()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn shares_and_the_metropolis_make_the_cost(exercise in exercise()) {
        for service in outcome(exercise).services {
            let line = |line: &Line| line.cents;
            let lines = Cents::total(service.lines.iter().map(line)).expect("a sum");
            prop_assert_eq!(lines, service.cost.total());
            let column = |of: fn(&Share) -> Cents| Cents::total(service.shares.iter().map(of));
            let operating = column(|share| share.by_nature.fonctionnement).expect("a sum");
            let investing = column(|share| share.by_nature.investissement).expect("a sum");
            let metropolis = service.metropolis;
            prop_assert_eq!(operating + metropolis.fonctionnement.total(), service.cost.fonctionnement);
            prop_assert_eq!(investing + metropolis.investissement.total(), service.cost.investissement);
        }
    }

    #[test]
    fn nobody_pays_for_a_service_it_has_not_joined(exercise in exercise()) {
        let outcome = outcome(exercise.clone());
        for (service, result) in exercise.services.iter().zip(&outcome.services) {
            for share in &result.shares {
                let year = outcome.year;
                let joined = service.members.iter().any(|member| {
                    member.insee == share.insee && year.days_between(member.from, member.until) > 0
                });
                prop_assert!(joined || share.by_nature.total() == Cents::ZERO);
            }
        }
    }

    #[test]
    fn a_free_service_costs_its_members_nothing(mut exercise in exercise()) {
        for service in &mut exercise.services {
            service.key = costs::exercise::Key { kind: KeyKind::Free, ..Default::default() };
        }
        for service in outcome(exercise).services {
            prop_assert!(service.shares.iter().all(|share| share.by_nature.total() == Cents::ZERO));
            prop_assert_eq!(service.metropolis_total(|part| part.rest), service.cost.total());
        }
    }

    #[test]
    fn more_weight_never_pays_less(mut exercise in exercise(), more in 1..100_000_u64) {
        for service in &mut exercise.services {
            service.key = costs::exercise::Key::default();
            service.receipts.clear();
        }
        let before = outcome(exercise.clone());
        let first = exercise.communes[0].insee;
        exercise.communes[0].population = exercise.communes[0].population.map(|n| n + more);
        let after = outcome(exercise.clone());
        for (before, after) in before.services.iter().zip(&after.services) {
            prop_assert!(paid(before, first.as_str()) <= paid(after, first.as_str()));
        }
        // And of two members of the same time and level, the larger pays no less.
        for service in &mut exercise.services {
            for member in &mut service.members {
                (member.from, member.until, member.level) = (None, None, None);
            }
        }
        for service in outcome(exercise.clone()).services {
            prop_assert!(larger_pay_no_less(&exercise, &service));
        }
    }

    #[test]
    fn the_order_of_the_input_never_matters(exercise in exercise()) {
        let there = unordered(outcome(exercise.clone()));
        prop_assert_eq!(there, unordered(outcome(reversed(exercise))));
    }

    #[test]
    fn doubling_every_amount_doubles_the_cost_within_a_cent_a_line(exercise in exercise()) {
        let (once, twice) = (outcome(exercise.clone()), outcome(doubled(exercise)));
        for (once, twice) in once.services.iter().zip(&twice.services) {
            let lines = i64::try_from(once.lines.len()).expect("a count");
            for (once, twice) in once.lines.iter().zip(&twice.lines) {
                let off = (twice.cents.0 - 2 * once.cents.0).abs();
                let within = match once.working {
                    // Their base is a sum of lines, each off by a cent.
                    Working::Rate { .. } => lines,
                    // The last one takes what rounding down left in each of the others.
                    Working::Annuity { years, .. } => i64::from(years) + 1,
                    _ => 1,
                };
                prop_assert!(off <= within, "{off} cents");
            }
        }
    }

    #[test]
    fn days_of_membership_sum(exercise in exercise()) {
        let (whole, parts) = (outcome(exercise.clone()), outcome(cut(exercise)));
        prop_assert_eq!(whole, parts);
    }

    #[test]
    fn both_languages_hold_any_exercise(exercise in exercise()) {
        let toml = toml::to_string(&exercise).expect("TOML");
        prop_assert_eq!(&costs::from_toml(&toml).expect("the exercise"), &exercise);
        let json = serde_json::to_string(&exercise).expect("JSON");
        prop_assert_eq!(&costs::from_json(&json).expect("the exercise"), &exercise);
    }

    #[test]
    fn every_explanation_comes_to_the_amount(exercise in exercise()) {
        let checked = checked(exercise);
        for service in &costs::compute(&checked).expect("an outcome").0.services {
            let communes = service.shares.iter().map(|share| Payer::Commune(share.insee));
            for payer in communes.chain([Payer::Metropolis]) {
                let told = costs::explain(&checked, &service.id, payer).expect("amounts");
                let told = told.expect("a payer of the service");
                let portions = told.portions.iter().map(|portion| match portion {
                    Portion::Weight { cents, .. }
                    | Portion::Owed { cents, .. }
                    | Portion::Left { cents, .. } => *cents,
                });
                let mut sum = Cents::total(portions).expect("a sum");
                let expected = match payer {
                    Payer::Commune(insee) => paid(service, insee.as_str()),
                    Payer::Metropolis => {
                        sum += service.metropolis_total(|part| part.own_use + part.solidarity);
                        service.metropolis_total(|part| part.total())
                    }
                };
                prop_assert_eq!((sum, told.amount), (expected, expected));
            }
        }
    }
}
