//! An exercise as large as a country: how long its computation takes, and how much memory.
//!
//! `cargo run --release -p costs --example large [COMMUNES SERVICES]`, 35,000 and 200 by default:
//! every commune a member of every service, a tenth of them for a part of the year; keys by turns
//! population (six of ten), equal, usage, mixed and population with levels. Prints one line of JSON.

use std::collections::BTreeMap;
use std::time::Instant;

use chrono::{Days, NaiveDate};
use costs::exercise::{
    Agent, Commune, Entry, Exercise, Insee, Key, KeyKind, Member, Metropolitan, Part, Period,
    Service,
};
use costs::{Cents, Exact};

/// A generator of numbers that are the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn exact(number: u64) -> Exact {
    number.to_string().parse().expect("a number")
}

fn insee(at: usize) -> Insee {
    format!("{at:05}").parse().expect("a code")
}

fn member(at: usize, numbers: &mut Numbers, levels: bool) -> Member {
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a date");
    let part = numbers.next(10) == 0;
    Member {
        insee: insee(at),
        from: part.then(|| first + Days::new(numbers.next(365))),
        until: None,
        level: levels.then(|| if numbers.next(2) == 0 { 1 } else { 2 }),
        note: None,
    }
}

fn units(communes: usize, numbers: &mut Numbers) -> BTreeMap<String, Exact> {
    let mut units: BTreeMap<String, Exact> = (0..communes)
        .map(|at| (format!("{at:05}"), exact(numbers.next(1_000_000))))
        .collect();
    units.insert("public".to_owned(), exact(500_000));
    units
}

fn key(kind: usize, communes: usize, numbers: &mut Numbers) -> Key {
    let part = |kind, part: &str, units| Part {
        kind,
        part: part.parse().expect("a part"),
        units,
    };
    match kind {
        6 => Key {
            kind: KeyKind::Equal,
            ..Key::default()
        },
        7 => Key {
            kind: KeyKind::Usage,
            units: Some(units(communes, numbers)),
            ..Key::default()
        },
        8 => Key {
            kind: KeyKind::Mixed,
            parts: Some(vec![
                part(KeyKind::Population, "0.7", None),
                part(KeyKind::Usage, "0.3", Some(units(communes, numbers))),
            ]),
            ..Key::default()
        },
        _ => Key::default(),
    }
}

fn service(at: usize, communes: usize, numbers: &mut Numbers) -> Service {
    let period = Period {
        share: Exact::ONE,
        from: None,
        until: None,
    };
    Service {
        id: format!("s{at:03}"),
        key: key(at % 10, communes, numbers),
        members: (0..communes)
            .map(|n| member(n, numbers, at % 10 == 9))
            .collect(),
        level_weights: (at % 10 == 9).then(|| {
            [("1", "0.8"), ("2", "1.25")]
                .map(|(level, weight)| (level.to_owned(), weight.parse().expect("a weight")))
                .into()
        }),
        agents: (0..20)
            .map(|_| Agent {
                id: None,
                label: None,
                status: None,
                posts: None,
                annual_cost: Some(exact(30_000 + numbers.next(40_000))),
                paid: None,
                periods: vec![period.clone()],
            })
            .collect(),
        operating: (0..20)
            .map(|_| Entry::from(exact(numbers.next(90_000))))
            .collect(),
        own_use_rate: Some("0.1".parse().expect("a rate")),
        metropolitan: Some(Metropolitan {
            threshold: 12,
            rate: "0.3".parse().expect("a rate"),
        }),
        ..Service::default()
    }
}

/// Peak of resident memory in bytes, where Linux tells it.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// Milliseconds of processor time so far, where Linux tells it (in hundredths of a second): on a
/// machine that others use, the clock on the wall says little.
fn processor_ms() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    let fields = after_name.split(' ').skip(11).take(2);
    fields
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum::<u64>()
        * 10
}

fn main() {
    let mut sizes = std::env::args()
        .skip(1)
        .map(|n| n.parse().expect("a number"));
    let communes = sizes.next().unwrap_or(35_000);
    let services = sizes.next().unwrap_or(200);
    let mut numbers = Numbers(2026);
    let exercise = Exercise {
        year: 2026,
        communes: (0..communes)
            .map(|at| Commune {
                insee: insee(at),
                population: Some(50 + numbers.next(20_000)),
                name: None,
                source: None,
            })
            .collect(),
        services: (0..services)
            .map(|at| service(at, communes, &mut numbers))
            .collect(),
        ..Exercise::default()
    };
    let held = peak();
    let (begun, worked) = (Instant::now(), processor_ms());
    let (checked, _) = costs::check(exercise).expect("a good exercise");
    let check = (begun.elapsed().as_millis(), processor_ms() - worked);
    let (begun, worked) = (Instant::now(), processor_ms());
    let (outcome, _) = costs::compute(&checked).expect("an outcome");
    let compute = (begun.elapsed().as_millis(), processor_ms() - worked);
    let cost = Cents::total(outcome.services.iter().map(|service| service.cost.total()));
    println!(
        "{{\"communes\": {communes}, \"services\": {services}, \"check_ms\": {}, \
         \"check_processor_ms\": {}, \"compute_ms\": {}, \"compute_processor_ms\": {}, \
         \"exercise_bytes\": {held}, \"peak_bytes\": {}, \"cost_cents\": {}}}",
        check.0,
        check.1,
        compute.0,
        compute.1,
        peak(),
        cost.map_or(0, |cents| cents.0),
    );
}
