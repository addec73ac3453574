//! Random exercises: small numbers, so that remainders tie often.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use costs::Exact;
use costs::exercise::{
    Agent, Commune, Entry, Exercise, Insee, Investment, Key, KeyKind, Member, Metropolitan, Mode,
    Part, Period, PriceLine, Project, Service, Staff,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

/// Communes that an exercise may have: those that it has are the first ones.
const COMMUNES: usize = 8;

/// A number of a text.
pub fn exact(text: &str) -> Exact {
    text.parse().expect("a number")
}

fn code(at: usize) -> String {
    format!("4400{at}")
}

fn insee(at: usize) -> Insee {
    code(at).parse().expect("a code")
}

/// Euros of up to three decimals.
fn amount(most: i64) -> impl Strategy<Value = Exact> {
    prop_oneof![
        (0..=most * 1000).prop_map(|thousandths| exact(&format!("{thousandths}e-3"))),
        (0..=12_i64).prop_map(|cents| exact(&format!("{cents}e-2"))),
    ]
}

fn rate() -> impl Strategy<Value = Exact> {
    prop_oneof![Just(0), Just(5000), Just(10_000), 0..=10_000]
        .prop_map(|n| exact(&format!("{n}e-4")))
}

/// Two dates about 2026, each absent at times.
fn dates() -> impl Strategy<Value = (Option<NaiveDate>, Option<NaiveDate>)> {
    let day = |n: u64| {
        let first = NaiveDate::from_ymd_opt(2025, 9, 1).expect("a date");
        first + Days::new(n)
    };
    let span = (0..400_u64, 0..500_u64).prop_map(move |(from, length)| {
        // Not wholly outside the year: an absent end would then come before the other.
        (day(from), day((from + length).max(122)))
    });
    (span, any::<bool>(), any::<bool>())
        .prop_map(|((from, until), has, has_too)| (has.then_some(from), has_too.then_some(until)))
}

fn entry() -> impl Strategy<Value = Entry> {
    amount(2000).prop_map(Entry::from)
}

fn investment() -> impl Strategy<Value = Investment> {
    (entry(), 0..3_u8, 1..6_u32, 2021..2028_i32).prop_map(|(entry, mode, years, since)| {
        let annuity = mode == 2;
        Investment {
            entry,
            mode: [Mode::Full, Mode::NetFctva, Mode::Annuity][usize::from(mode)],
            years: annuity.then_some(years),
            since: annuity.then_some(since),
        }
    })
}

fn agent() -> impl Strategy<Value = Agent> {
    let period = (rate(), dates()).prop_map(|(share, (from, until))| Period { share, from, until });
    (amount(60_000), any::<bool>(), vec(period, 1..4)).prop_map(|(cost, paid, mut periods)| {
        periods.truncate(if paid { 1 } else { 3 });
        Agent {
            id: None,
            label: None,
            status: None,
            posts: None,
            annual_cost: (!paid).then_some(cost),
            paid: paid.then_some(cost),
            periods,
        }
    })
}

fn project() -> impl Strategy<Value = Project> {
    let person = (amount(60_000), any::<bool>(), rate(), dates());
    let staff = person.prop_map(|(cost, paid, share, (from, until))| Staff {
        id: None,
        label: None,
        annual_cost: (!paid).then_some(cost),
        paid: paid.then_some(cost),
        share,
        from,
        until,
    });
    (dates(), vec(staff, 0..3)).prop_map(|((setup_from, setup_until), staff)| Project {
        label: None,
        setup_from,
        setup_until,
        staff,
    })
}

/// Figures by commune, strangers among them at times.
fn figures() -> impl Strategy<Value = BTreeMap<String, Exact>> {
    let name = prop_oneof![
        4 => (0..COMMUNES).prop_map(code),
        1 => Just("public".to_owned()),
    ];
    btree_map(name, amount(50), 0..COMMUNES)
}

fn part(kinds: usize) -> impl Strategy<Value = Part> {
    let kinds = [KeyKind::Population, KeyKind::Equal, KeyKind::Usage][..kinds].to_vec();
    (proptest::sample::select(kinds), figures()).prop_map(|(kind, units)| Part {
        kind,
        part: Exact::ONE,
        units: (kind == KeyKind::Usage).then_some(units),
    })
}

fn key() -> impl Strategy<Value = Key> {
    let plain = |kind| Key {
        kind,
        ..Key::default()
    };
    let line = (amount(20), figures()).prop_map(|(price, quantities)| PriceLine {
        price,
        quantities,
        label: None,
    });
    prop_oneof![
        3 => Just(plain(KeyKind::Population)),
        1 => Just(plain(KeyKind::Equal)),
        1 => Just(plain(KeyKind::Free)),
        2 => figures().prop_map(move |units| Key { units: Some(units), ..plain(KeyKind::Usage) }),
        1 => figures().prop_map(move |amounts| {
            Key { amounts: Some(amounts), ..plain(KeyKind::Fixed) }
        }),
        1 => vec(line, 0..3).prop_map(move |lines| {
            Key { lines: Some(lines), ..plain(KeyKind::Tariff) }
        }),
        3 => (vec(part(3), 2), 0..=10_i64).prop_map(move |(mut parts, tenths)| {
            parts[0].part = exact(&format!("{tenths}e-1"));
            parts[1].part = exact(&format!("{}e-1", 10 - tenths));
            Key { parts: Some(parts), ..plain(KeyKind::Mixed) }
        }),
    ]
}

fn members() -> impl Strategy<Value = Vec<Member>> {
    let member = (dates(), option::of(1..3_u8));
    proptest::collection::btree_map(0..COMMUNES, member, 0..=COMMUNES).prop_map(|members| {
        members
            .into_iter()
            .map(|(at, ((from, until), level))| Member {
                insee: insee(at),
                from,
                until,
                level,
                note: None,
            })
            .collect()
    })
}

fn service() -> impl Strategy<Value = Service> {
    let people = (vec(agent(), 0..3), vec(project(), 0..2), any::<bool>());
    let spending = (
        vec(entry(), 0..3),
        vec(investment(), 0..3),
        vec(entry(), 0..2),
        option::of(entry()),
    );
    let sharing = (key(), members(), option::of((rate(), rate())));
    let metropolis = (
        option::of(rate()),
        option::of((0..9_u64, rate())),
        option::of(rate()),
    );
    (people, spending, sharing, metropolis).prop_map(|(people, spending, sharing, metropolis)| {
        Service {
            id: String::new(),
            title: None,
            note: None,
            source: None,
            study: None,
            key: sharing.0,
            members: sharing.1,
            level_weights: sharing
                .2
                .map(|(first, second)| [("1", first), ("2", second)])
                .map(|levels| {
                    levels
                        .map(|(name, weight)| (name.to_owned(), weight))
                        .into()
                }),
            agents: people.0,
            operating: spending.0,
            investment: spending.1,
            receipts: spending.2,
            maintenance: spending.3,
            hosting: None,
            digital_projects: people.1,
            overhead_rate: metropolis.2,
            overhead_on_digital_staff: people.2,
            own_use_rate: metropolis.0,
            metropolitan: metropolis
                .1
                .map(|(threshold, rate)| Metropolitan { threshold, rate }),
            recovery: None,
        }
    })
}

/// An exercise of 2026 with one to three services.
pub fn exercise() -> impl Strategy<Value = Exercise> {
    let populations = vec(prop_oneof![0..4_u64, 0..400_000_u64], COMMUNES);
    (populations, vec(service(), 1..4)).prop_map(|(populations, mut services)| {
        for (at, service) in services.iter_mut().enumerate() {
            service.id = format!("s{at}");
        }
        let communes = populations.into_iter().enumerate();
        Exercise {
            year: 2026,
            title: None,
            note: None,
            state: None,
            population: None,
            fctva_rate: Some(exact("0.16404")),
            recovery: None,
            instalments: None,
            communes: communes
                .map(|(at, population)| Commune {
                    insee: insee(at),
                    population: Some(population),
                    name: None,
                    source: None,
                })
                .collect(),
            services,
            contracts: Vec::new(),
        }
    })
}
