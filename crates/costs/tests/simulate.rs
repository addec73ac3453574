//! What an exercise comes to, commune by commune, and what changes with a variant of it.

#[path = "properties/exercises.rs"]
mod exercises;

use costs::simulate::{Variants, plot, simulate, variants_from_json, variants_from_toml};
use costs::{Cents, Checked, changes, check, compute, summary};
use proptest::prelude::*;

/// 900.00 € of operating and 100.00 € of investment among 600, 300 and 100 inhabitants, the last
/// commune for the second half of the year only; the metropolis carries a tenth.
const EXERCISE: &str = r#"
year = 2026
communes = [
    { insee = "44001", population = 600, name = "Grand" },
    { insee = "44002", population = 300 },
    { insee = "44003", population = 100 },
]
[[services]]
id = "sig"
own_use_rate = "0.1"
operating = [900]
investment = [100]
members = [{ insee = "44001" }, { insee = "44002" }, { insee = "44003", from = 2026-07-02 }]
[[services]]
id = "ads"
key = { kind = "free" }
operating = [10]
members = [{ insee = "44003" }]
"#;

fn checked(text: &str) -> Checked {
    check(costs::from_toml(text).expect("an exercise"))
        .expect("a good one")
        .0
}

#[test]
fn an_exercise_is_summed_up_by_commune() {
    let checked = checked(EXERCISE);
    let (outcome, _) = compute(&checked).expect("an outcome");
    let summary = summary(&checked, &outcome).expect("sums");
    // 810.00 by 600 × 365, 300 × 365, 100 × 183 days: 219000, 109500, 18300 of 346800.
    let told: Vec<_> = summary
        .communes
        .iter()
        .map(|row| (row.total.0, row.per_inhabitant, row.population_alone.0))
        .collect();
    let columns: Vec<_> = summary.communes.iter().map(|row| row.by_nature).collect();
    assert_eq!(
        columns.iter().map(|row| row.fonctionnement.0).sum::<i64>(),
        81_000
    );
    assert_eq!(
        columns.iter().map(|row| row.investissement.0).sum::<i64>(),
        9_000
    );
    // 1000.00 by 600 : 300 : 100, and the 10.00 of ADS to its only member.
    assert_eq!(
        told.iter().map(|row| row.2).collect::<Vec<_>>(),
        [60_000, 30_000, 11_000]
    );
    let per_inhabitant = (told[0].0 + 300) / 600;
    assert_eq!(told[0].1, Some(Cents(per_inhabitant)));
    assert_eq!(summary.metropolis.total, Cents(10_000 + 1_000));
    // 110.00 of 1010.00: 10.89 %.
    assert_eq!(summary.metropolis.basis_points, Some(1_089));
    assert_eq!(summary.communes_pay.0 + summary.metropolis.total.0, 101_000);
    assert_eq!(summary.communes[0].against_population.0, told[0].0 - 60_000);
    assert_eq!(summary.communes[0].name.as_deref(), Some("Grand"));
}

const VARIANTS: &str = r#"
[[variants]]
name = "À égalité, sans usage propre"
[variants.services.sig]
key = { kind = "equal" }
own_use_rate = 0
leave = [{ insee = "44003" }]

[[variants]]
name = "Une commune de plus"
populations = { 44004 = 1000, 44001 = 700 }
[variants.services.sig]
join = [{ insee = "44004" }]
leave = [{ insee = "44002", from = 2026-07-01 }]
"#;

fn variants() -> Variants {
    variants_from_toml(VARIANTS).expect("variants")
}

#[test]
fn a_variant_says_who_gains_and_who_loses() {
    let checked = checked(EXERCISE);
    let told = simulate(&checked, &variants()).expect("a simulation");
    let [equal, joined] = &told.variants[..] else {
        panic!("two variants");
    };
    // Half each of 1000.00.
    let after: Vec<_> = equal
        .changes
        .communes
        .values()
        .map(|it| it.after.0)
        .collect();
    assert_eq!(after, [50_000, 50_000, 0]);
    assert_eq!((equal.gain, equal.lose), (2, 1));
    assert_eq!(equal.changes.metropolis.change, Cents(-10_000));
    assert_eq!(equal.changes.cost.change, Cents::ZERO);
    let newcomer = &joined.changes.communes[&"44004".parse().expect("a code")];
    assert_eq!(newcomer.before, Cents::ZERO);
    assert!(newcomer.after > Cents(30_000), "{newcomer:?}");
    assert_eq!((joined.gain, joined.lose), (3, 1));
    // The picture holds each commune and each variant, and is the same each time.
    let svg = plot(&told);
    for words in ["Grand", "44004", "Une commune de plus", "+", "</svg>"] {
        assert!(svg.contains(words), "{words} is in {svg}");
    }
    assert_eq!(svg, plot(&told));
}

#[test]
fn a_variant_that_is_wrong_is_told_by_its_name() {
    let checked = checked(EXERCISE);
    let told = |text: &str| {
        let variants = variants_from_toml(text).expect("variants");
        let findings = simulate(&checked, &variants).expect_err("wrong");
        findings[0].to_string()
    };
    let start = "[[variants]]\nname = \"x\"\n";
    assert!(
        told(&format!("{start}services.csu.own_use_rate = 0"))
            .starts_with("variant « x » › services, cell `csu`: no service of the exercise")
    );
    assert!(
        told(&format!(
            "{start}services.sig.leave = [{{ insee = \"44009\" }}]"
        ))
        .starts_with("variant « x » › services « sig » › leave, cell `44009`: is no member")
    );
    assert!(
        told(&format!("{start}services.sig.own_use_rate = 2"))
            .starts_with("variant « x » › services « sig », cell `own_use_rate`: a rate between 0")
    );
    assert!(
        told(&format!(
            "{start}services.sig.join = [{{ insee = \"44001\" }}]"
        ))
        .contains("44001 is a member twice")
    );
    assert!(told(&format!("{start}populations = {{ 44001 = 1.5 }}")).contains("a whole number"));
    let unknown = variants_from_json(r#"{"variants": [{"name": "x", "keys": {}}]}"#);
    let unknown = unknown.expect_err("an unknown key").to_string();
    assert!(
        unknown.starts_with("variants, row 1, cell `keys`: unknown key"),
        "{unknown}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn sums_are_those_of_the_outcome(exercise in exercises::exercise()) {
        let (checked, _) = check(exercise).expect("a good exercise");
        let (outcome, _) = compute(&checked).expect("an outcome");
        let summary = summary(&checked, &outcome).expect("sums");
        prop_assert_eq!(summary.communes_pay + summary.metropolis.total, summary.cost.total());
        let shares = outcome.services.iter().flat_map(|service| &service.shares);
        let paid = Cents::total(shares.map(|share| share.by_nature.total())).expect("a sum");
        prop_assert_eq!(summary.communes_pay, paid);
        // By inhabitants alone, the communes pay the whole of every service that has any.
        let alone = Cents::total(summary.communes.iter().map(|row| row.population_alone));
        let against = Cents::total(summary.communes.iter().map(|row| row.against_population));
        prop_assert_eq!(paid - alone.expect("a sum"), against.expect("a sum"));
    }

    #[test]
    fn what_changes_adds_up(before in exercises::exercise(), after in exercises::exercise()) {
        let outcome = |exercise| compute(&check(exercise).expect("good").0).expect("an outcome").0;
        let (before, after) = (outcome(before), outcome(after));
        let there = changes(&before, &after);
        let communes = Cents::total(there.communes.values().map(|it| it.change)).expect("a sum");
        prop_assert_eq!(communes + there.metropolis.change, there.cost.change);
        // And back again is the opposite.
        let back = changes(&after, &before);
        for (insee, change) in &there.communes {
            prop_assert_eq!(change.change, -back.communes[insee].change);
        }
        let same = changes(&after, &after);
        prop_assert!(same.communes.values().all(|it| it.change == Cents::ZERO));
    }

    #[test]
    fn a_variant_that_changes_nothing_changes_nothing(exercise in exercises::exercise()) {
        let (checked, _) = check(exercise).expect("a good exercise");
        let none = variants_from_json(r#"{"variants": [{"name": "comme il est"}]}"#);
        let told = simulate(&checked, &none.expect("a variant")).expect("a simulation");
        prop_assert_eq!(&told.variants[0].summary, &told.base);
        prop_assert_eq!((told.variants[0].gain, told.variants[0].lose), (0, 0));
    }
}

/// A domain that is studied: 300.00 € among two candidates, a third of it the metropolis's.
const STUDY: &str = r#"
[[services]]
id = "ingenierie"
study = [{ step = "etat-des-lieux", state = "done", on = 2026-03-31 }, { step = "perimetre" }]
metropolitan = { threshold = 2, rate = "1/3" }
operating = [300]
members = [{ insee = "44001" }, { insee = "44002" }]
"#;

#[test]
fn a_study_is_simulated_and_part_of_no_sum() {
    let without = checked(EXERCISE);
    let with = checked(&format!("{EXERCISE}{STUDY}"));
    let [before, after] = [&without, &with].map(|it| compute(it).expect("an outcome").0);
    assert_eq!(after.services, before.services);
    let sums = |checked, outcome| summary(checked, outcome).expect("sums");
    assert_eq!(sums(&with, &after), sums(&without, &before));
    // 200.00 by 600 : 300.
    let [study] = &after.studies[..] else {
        panic!("one study");
    };
    let shares = study.shares.iter().map(|share| share.by_nature.total().0);
    assert_eq!(shares.collect::<Vec<_>>(), [13_333, 6_667]);
    let told = serde_json::to_value(&after).expect("JSON");
    assert_eq!(told["studies"]["ingenierie"]["cost"], 30_000);
    assert!(told["services"].get("ingenierie").is_none());
    let payer = costs::Payer::Commune("44002".parse().expect("a code"));
    let chain = costs::explain(&with, "ingenierie", payer).expect("a chain");
    let chain = chain.expect("a candidate").to_string();
    assert!(chain.contains("rien n’est facturé"), "{chain}");
    // A variant that names it creates it; every other leaves it out.
    let named = "[[variants]]\nname = \"x\"\n[variants.services.ingenierie]\njoin = [{ insee = \"44003\" }]\n";
    let variants = variants_from_toml(&format!("{named}[[variants]]\nname = \"y\"\n"));
    let told = simulate(&with, &variants.expect("variants")).expect("a simulation");
    let cost = |at: usize| told.variants[at].changes.cost.change;
    assert_eq!([cost(0), cost(1)], [Cents(30_000), Cents::ZERO]);
    assert_eq!((told.variants[0].gain, told.variants[0].lose), (0, 3));
}
