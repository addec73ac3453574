//! What is refused and what is told to be odd, each at its table, row and cell.

use serde_json::{Value, json};

/// A good exercise with something in every table, and nothing odd.
fn good() -> Value {
    json!({
        "year": 2026,
        "fctva_rate": "0.16404",
        "population": {"base": "municipale", "vintage": 2023, "source": "INSEE"},
        "communes": [{"insee": "44018", "population": 8343}, {"insee": "44109", "population": 327_734}],
        "services": [{
            "id": "sig",
            "members": [{"insee": "44018", "level": 1}, {"insee": "44109", "level": 2}],
            "level_weights": {"1": "0.8", "2": "1"},
            "agents": [{"id": "a", "annual_cost": "48000", "periods":
                [{"share": "0.5", "until": "2026-06-30"}, {"share": "0.9", "from": "2026-07-01"}]}],
            "operating": ["1200"],
            "investment": [{"amount": "900", "mode": "net_fctva"}],
            "digital_projects": [{"setup_from": "2026-03-01", "setup_until": "2026-06-30", "staff":
                [{"id": "a", "annual_cost": "60000", "share": "0.5"}]}],
            "metropolitan": {"threshold": 12, "rate": "0.30"},
        }],
        "contracts": [{"amount": "100", "split": {"sig": 1}}],
    })
}

/// The exercise with a value put at a place, `null` taking it away.
fn with(place: &str, value: Value) -> Value {
    let mut exercise = good();
    let (parent, name) = place.rsplit_once('/').expect("a place");
    let parent = exercise.pointer_mut(parent).expect("a place that there is");
    match parent {
        Value::Array(rows) => rows.push(value),
        Value::Object(cells) if value.is_null() => {
            cells.remove(name);
        }
        other => other[name] = value,
    }
    exercise
}

/// Errors, or else the warnings, as people read them.
fn told(exercise: &Value) -> (bool, Vec<String>) {
    let read = costs::from_json(&exercise.to_string()).expect("the form is good");
    let texts = |findings: Vec<costs::Finding>| findings.iter().map(ToString::to_string).collect();
    match costs::check(read) {
        Err(errors) => (false, texts(errors)),
        Ok((checked, mut warnings)) => {
            warnings.extend(costs::compute(&checked).expect("an outcome").1);
            (true, texts(warnings))
        }
    }
}

fn see(good: bool, cases: Vec<(&str, Value, &str)>) {
    for (place, value, expected) in cases {
        let said = told(&with(place, value));
        assert_eq!(said, (good, vec![expected.to_owned()]), "{place}");
    }
}

#[test]
fn a_good_exercise_is_told_nothing() {
    assert_eq!(told(&good()), (true, Vec::new()));
}

#[test]
fn what_is_wrong_is_refused() {
    const S: &str = "services « sig »";
    let again = json!({"insee": "44018", "from": "2026-03-01", "until": "2026-04-01", "level": 2});
    see(
        false,
        vec![
            (
                "/year",
                json!(3026),
                "exercise, cell `year`: a year between 1900 and 2999",
            ),
            (
                "/fctva_rate",
                json!("1.2"),
                "exercise, cell `fctva_rate`: a rate between 0 and 1, such as 0.30 for 30 %",
            ),
            (
                "/fctva_rate",
                json!(null),
                &format!(
                    "{S} › investment, row 1, cell `mode`: `net_fctva` needs the exercise's `fctva_rate`"
                ),
            ),
            (
                "/communes/-",
                json!({"insee": "44018"}),
                "communes, row 3, cell `insee`: 44018 comes twice",
            ),
            (
                "/services/-",
                json!({"id": "sig", "key": {"kind": "free"}}),
                "services, row 2, cell `id`: « sig »: each service has an id of its own",
            ),
            (
                "/services/-",
                json!({"id": "x", "study": []}),
                "services « x », cell `study`: a study has a step at least; a service that is created \
                 has no `study`",
            ),
            (
                "/services/0/study",
                json!([{"step": "forme"}]),
                "contracts, row 1 › split, cell `sig`: a study pays nothing of a contract",
            ),
            (
                "/services/-",
                json!({"id": "x", "study": [{"step": "forme"}, {"step": "forme"}]}),
                "services « x » › study, row 2, cell `step`: « forme » comes twice",
            ),
            (
                "/contracts/0/split",
                json!({"sgi": 1}),
                "contracts, row 1 › split, cell `sgi`: no service has this id",
            ),
            (
                "/contracts/0/split",
                json!({"sig": 0}),
                "contracts, row 1, cell `split`: no service takes a part",
            ),
            (
                "/contracts/0/mode",
                json!("full"),
                "contracts, row 1, cell `mode`: for investment only",
            ),
            (
                "/services/0/own_use_rate",
                json!("-0.1"),
                &format!("{S}, cell `own_use_rate`: a rate between 0 and 1, such as 0.30 for 30 %"),
            ),
            (
                "/services/0/members/-",
                again,
                &format!(
                    "{S} › members, row 3, cell `from`: 44018 is a member twice from 2026-03-01 on: its \
                 period of row 1 has not ended"
                ),
            ),
            (
                "/services/0/members/0/level",
                json!(3),
                &format!(
                    "{S} › members, row 1, cell `level`: level 3 has no coefficient in `level_weights`"
                ),
            ),
            (
                "/services/0/agents/0/paid",
                json!("1"),
                &format!(
                    "{S} › agents, row 1, cell `paid`: either `annual_cost` or `paid`, not both"
                ),
            ),
            (
                "/services/0/agents/0/annual_cost",
                json!(null),
                &format!(
                    "{S} › agents, row 1, cell `annual_cost`: either `annual_cost` or `paid` is needed"
                ),
            ),
            (
                "/services/0/agents/0/periods/0/share",
                json!("-1"),
                &format!(
                    "{S} › agents, row 1 › periods, row 1, cell `share`: a share of time is not negative"
                ),
            ),
            (
                "/services/0/agents/0/periods/0/from",
                json!("2026-07-01"),
                &format!("{S} › agents, row 1 › periods, row 1, cell `until`: ends before `from`"),
            ),
            (
                "/services/0/investment/0/years",
                json!(5),
                &format!("{S} › investment, row 1, cell `years`: for an annuity only"),
            ),
            (
                "/services/0/key",
                json!({"kind": "usage", "units": {"44018": "-1"}}),
                &format!("{S} › key › units, cell `44018`: a quantity is not negative"),
            ),
            (
                "/services/0/key",
                json!({"kind": "free", "units": {}}),
                &format!("{S} › key, cell `units`: for the key `usage`, not `free`"),
            ),
            (
                "/services/0/key",
                json!({"kind": "mixed", "parts": [{"kind": "equal", "part": "0.9"}]}),
                &format!(
                    "{S} › key, cell `parts`: the parts do not add up to 1 exactly (thirds are \
                 written \"1/3\")"
                ),
            ),
            (
                "/services/0/key",
                json!({"kind": "mixed", "parts": [{"kind": "free", "part": "1"}]}),
                &format!(
                    "{S} › key › parts, row 1, cell `kind`: a mixed key is made of `population`, \
                 `equal` and `usage`"
                ),
            ),
        ],
    );
}

#[test]
fn what_is_odd_is_told() {
    const S: &str = "services « sig »";
    let nobody = json!({"kind": "fixed", "amounts": {"44999": "5"}});
    assert_eq!(
        told(&with("/services/0/key", nobody)),
        (
            true,
            vec![
                format!("{S} › key › amounts, cell `44999`: not a member in the year: not billed"),
                format!(
                    "{S}, cell `members`: no commune pays for this service: the metropolis carries it \
                     whole"
                ),
            ]
        )
    );
    let one = json!([{"amount": "9", "mode": "annuity", "years": 3, "since": 2020}]);
    see(
        true,
        vec![
            (
                "/services/-",
                json!({"id": "x", "study": [{"step": "forme", "state": "done"}, {"step": "perimetre"}]}),
                "services « x » › study, row 1, cell `state`: « forme » is done before « périmètre »",
            ),
            (
                "/population",
                json!(null),
                "exercise, cell `population`: the population base, its \
                vintage and its source are not stated",
            ),
            (
                "/population/vintage",
                json!(2022),
                "population, cell `vintage`: figures of 2022 are \
                more than 3 years old in 2026",
            ),
            (
                "/communes/0/population",
                json!(null),
                &format!(
                    "{S} › members, row 1, cell `insee`: \
                44018 has no population in `communes`: it weighs nothing"
                ),
            ),
            (
                "/services/0/members/0/from",
                json!("2027-01-01"),
                &format!("{S} › members, row 1, cell `from`: begins after 2026: no day counts"),
            ),
            // The agent works 0.5 on the service until the end of June, and as much on the project.
            (
                "/services/0/agents/0/periods/0/share",
                json!("0.51"),
                "agent « a », cell `share`: over \
                all services, the shares of working time add up to more than 100 % on 2026-03-01",
            ),
            (
                "/services/0/digital_projects/0/setup_until",
                json!("2026-07-01"),
                "agent « a », cell \
                `share`: over all services, the shares of working time add up to more than 100 % on \
                2026-07-01",
            ),
            (
                "/services/0/digital_projects/-",
                json!({"setup_from": "2025-01-01", "setup_until":
                "2025-09-30"}),
                &format!(
                    "{S} › digital_projects, row 2, cell `setup_from`: the set-up \
                period lies outside 2026: its staff cost nothing"
                ),
            ),
            (
                "/services/0/investment",
                one,
                &format!(
                    "{S} › investment, row 1, cell `since`: no \
                annuity of it falls in 2026"
                ),
            ),
            (
                "/services/0/overhead_rate",
                json!("9.5"),
                &format!(
                    "{S}, cell `overhead_rate`: \
                structural charges above the payroll itself: 9.5 % is written 0.095"
                ),
            ),
            (
                "/services/0/members",
                json!([]),
                &format!(
                    "{S}, cell `members`: no commune pays for this \
                service: the metropolis carries it whole"
                ),
            ),
        ],
    );
}
