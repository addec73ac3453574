//! Cases worked by hand, each rule alone and then together; the arithmetic stands beside.
//!
//! The year is 2026 (365 days) unless a case says otherwise. Three communes: 44001 of 100
//! inhabitants, 44002 of 200, 44003 of 300. Amounts of outcomes are cents.

use serde_json::{Value, json};

/// A name, the fields of the service, and the fields of its outcome that the case is about.
type Case = (&'static str, Value, Value);

/// The service's fields over those of an exercise in which all three communes are members.
fn outcome(year: i32, service: &Value) -> Value {
    let mut whole = json!({"id": "s", "members": all()});
    for (field, value) in service.as_object().expect("fields") {
        whole[field] = value.clone();
    }
    let exercise = json!({
        "year": year,
        "fctva_rate": "0.16404",
        "communes": [
            {"insee": "44001", "population": 100},
            {"insee": "44002", "population": 200},
            {"insee": "44003", "population": 300},
        ],
        "services": [whole],
    });
    let read = costs::from_json(&exercise.to_string()).expect("an exercise");
    let (checked, _) = costs::check(read).unwrap_or_else(|found| panic!("{found:?}"));
    let (outcome, _) = costs::compute(&checked).expect("an outcome");
    serde_json::to_value(outcome).expect("JSON")["services"]["s"].clone()
}

fn all() -> Value {
    json!([{"insee": "44001"}, {"insee": "44002"}, {"insee": "44003"}])
}

fn shares(first: i64, second: i64, third: i64) -> Value {
    json!({"44001": first, "44002": second, "44003": third})
}

fn see(year: i32, cases: Vec<Case>) {
    for (name, service, expected) in cases {
        let got = outcome(year, &service);
        for (field, value) in expected.as_object().expect("fields") {
            assert_eq!(&got[field], value, "{name}: {field}");
        }
    }
}

#[test]
fn payroll_and_structural_charges() {
    see(
        2026,
        vec![
            (
                // 48,000 × 0.5 = 24,000.00; 9.5 % = 2,280.00.
                "1. a year's cost by the share of time",
                json!({"agents": [{"annual_cost": "48000", "periods": [{"share": "0.5"}]}]}),
                json!({"lines": [["payroll", 2_400_000], ["overhead", 228_000]], "cost": 2_628_000}),
            ),
            (
                // March to May: 31 + 30 + 31 = 92 days. 36,500 × 92 ÷ 365 = 9,200.00; 9.5 % = 874.00.
                "2. days are inclusive",
                json!({"agents": [{"annual_cost": "36500", "periods":
                    [{"share": 1, "from": "2026-03-01", "until": "2026-05-31"}]}]}),
                json!({"lines": [["payroll", 920_000], ["overhead", 87_400]]}),
            ),
            (
                // 31,000 × 0.4 = 12,400.00, the dates notwithstanding; 9.5 % = 1,178.00.
                "3. what was paid is not prorated again",
                json!({"agents": [{"paid": "31000", "periods":
                    [{"share": "0.4", "from": "2026-07-01", "until": "2026-12-31"}]}]}),
                json!({"lines": [["payroll", 1_240_000], ["overhead", 117_800]]}),
            ),
            (
                // January 31 days at ⅓ and February 28 days at ½: 31/3 + 14 = 73/3 days.
                // 50 × 73/3 ÷ 365 = 50 ÷ 15 = 3.333…; rounded apart they would be 1.42 + 1.92.
                // 9.5 % of 3.33 = 0.31635 → 0.32.
                "4. several periods are summed exactly and rounded once",
                json!({"agents": [{"annual_cost": "50", "periods": [
                    {"share": "1/3", "until": "2026-01-31"},
                    {"share": "0.5", "from": "2026-02-01", "until": "2026-02-28"}]}]}),
                json!({"lines": [["payroll", 333], ["overhead", 32]]}),
            ),
            (
                // Two agents of 0.05 × 0.1 = 0.005 → 0.01 each (half away from zero); 10 % of 0.02 =
                // 0.002 → 0.00.
                "5. each agent's line is rounded, structural charges once on their sum",
                json!({"overhead_rate": "0.1", "agents": [
                    {"annual_cost": "0.05", "periods": [{"share": "0.1"}]},
                    {"annual_cost": "0.05", "periods": [{"share": "0.1"}]}]}),
                json!({"lines": [["payroll", 1], ["payroll", 1], ["overhead", 0]], "cost": 2}),
            ),
            (
                // A period outside the year has no day in it.
                "6. only days of the year count",
                json!({"agents": [{"annual_cost": "36500", "periods": [
                    {"share": 1, "from": "2025-06-01", "until": "2025-12-31"},
                    {"share": 1, "from": "2026-12-22", "until": "2027-03-31"}]}]}),
                // 10 days: 1,000.00.
                json!({"lines": [["payroll", 100_000], ["overhead", 9_500]]}),
            ),
        ],
    );
    see(
        2024,
        vec![(
            // 36,600 × 29 ÷ 366 = 2,900.00; 9.5 % = 275.50.
            "7. a leap year has 366 days",
            json!({"agents": [{"annual_cost": "36600", "periods":
                [{"share": 1, "from": "2024-02-01", "until": "2024-02-29"}]}]}),
            json!({"lines": [["payroll", 290_000], ["overhead", 27_550]]}),
        )],
    );
}

#[test]
fn direct_and_digital_expenses() {
    see(
        2026,
        vec![
            (
                // 900 × (1 − 0.16404) = 752.364 → 752.36. 5,000 over 5 years = 1,000.00.
                // 100 over 3 years since 2024: 33.33, 33.33, 33.34; 2026 is the last.
                "8. investment: in full, net of FCTVA, annuities",
                json!({"investment": ["300.00", {"amount": "900", "mode": "net_fctva"},
                    {"amount": "5000", "mode": "annuity", "years": 5, "since": 2024},
                    {"amount": "100", "mode": "annuity", "years": 3, "since": 2024},
                    {"amount": "100", "mode": "annuity", "years": 3, "since": 2023}]}),
                json!({"lines": [["investment", 30_000], ["investment", 75_236],
                    ["investment", 100_000], ["investment", 3_334], ["investment", 0]],
                    "by_nature": {"fonctionnement": 0, "investissement": 208_570}}),
            ),
            (
                // Set-up from 1 March to 30 September: 214 days. 60,000 × 0.2 × 214 ÷ 365 =
                // 7,035.616… → 7,035.62. No structural charges on it.
                "9. the digital department's staff, while the project is set up",
                json!({"digital_projects": [{"setup_from": "2026-03-01", "setup_until": "2026-09-30",
                    "staff": [{"annual_cost": "60000", "share": "0.2"}]}]}),
                json!({"lines": [["digital_staff", 703_562]], "cost": 703_562}),
            ),
            (
                // Present April to June (91 days), set-up from 1 June: 30 days of 91.
                // 9,100 × 0.5 × 30 ÷ 91 = 1,500.00.
                "10. what was paid to them counts over the days present",
                json!({"digital_projects": [{"setup_from": "2026-06-01", "staff":
                    [{"paid": "9100", "share": "0.5", "from": "2026-04-01", "until": "2026-06-30"}]}]}),
                json!({"lines": [["digital_staff", 150_000]]}),
            ),
            (
                // 1,000.00 of payroll and 500.00 of digital staff: 9.5 % of 1,500 = 142.50.
                "11. structural charges on them when the data say so",
                json!({"overhead_on_digital_staff": true,
                    "agents": [{"annual_cost": "1000", "periods": [{"share": 1}]}],
                    "digital_projects": [{"staff": [{"annual_cost": "500", "share": 1}]}]}),
                json!({"lines": [["payroll", 100_000], ["digital_staff", 50_000],
                    ["overhead", 14_250]]}),
            ),
            (
                // 10.005 → 10.01; 0.004 → 0.00; receipts 2.50 come off: 10.01 + 3 + 4 − 2.50 = 14.51.
                "12. operating, maintenance, hosting less receipts",
                json!({"operating": ["10.005", {"amount": "0.004"}], "maintenance": "3",
                    "hosting": "4", "receipts": ["2.50"]}),
                json!({"lines": [["operating", 1_001], ["operating", 0], ["maintenance", 300],
                    ["hosting", 400], ["receipts", -250]], "cost": 1_451}),
            ),
        ],
    );
}

#[test]
fn the_metropolis_takes_its_part() {
    let metropolitan = json!({"threshold": 3, "rate": "0.30"});
    see(
        2026,
        vec![
            (
                // Own use 20 % of 100.01 = 20.002 → 20.00; left 80.01; 30 % = 24.003 → 24.00; left
                // 56.01 by 1:2:3: 9.335, 18.67, 28.005: 9.33 + 18.67 + 28.00 leave one cent, the
                // remainders are ½, 0, ½: the larger weight, 44003, takes it.
                "13. own use of the cost, then solidarity of the remainder",
                json!({"operating": ["100.01"], "own_use_rate": "0.2", "metropolitan": metropolitan}),
                json!({"own_use": 2_000, "solidarity": 2_400, "shares": shares(933, 1_867, 2_801)}),
            ),
            (
                // Two members of three: no solidarity. 10.00 by 1:2 is 3.33⅓ and 6.66⅔.
                "14. below the threshold there is no solidarity",
                json!({"operating": ["10"], "metropolitan": metropolitan,
                    "members": [{"insee": "44001"}, {"insee": "44002"}]}),
                json!({"solidarity": 0, "shares": {"44001": 333, "44002": 667}}),
            ),
            (
                // The third member belongs on 31 December alone, and makes the threshold.
                // 30 % of 1,100 = 330; 770 by 100×365 : 200×365 : 300×1, that is 365 : 730 : 3 of
                // 1,098: 255.965…, 511.930…, 2.1038…: floors 255.96, 511.93, 2.10 leave a cent;
                // remainders in cents .5391, .0783, .3825: 44001.
                "15. a day of membership counts for the threshold, and weighs a day",
                json!({"operating": ["1100"], "metropolitan": metropolitan, "members":
                    [{"insee": "44001"}, {"insee": "44002"},
                     {"insee": "44003", "from": "2026-12-31"}]}),
                json!({"solidarity": 33_000, "shares": shares(25_597, 51_193, 210)}),
            ),
            (
                // −10.01: own use 50 % = −5.005 → −5.01; left −5.00 by 1:2:3: 83⅓, 166⅔, 250 cents
                // with the sign changed: the cent left goes to the remainder ⅔.
                "16. receipts above costs: the same with the sign changed",
                json!({"receipts": ["10.01"], "own_use_rate": "0.5"}),
                json!({"cost": -1_001, "own_use": -501, "shares": shares(-83, -167, -250)}),
            ),
            (
                // Each column apart: 0.05 of operating, 0.05 of investment by 1:1:1 is 1⅔ cents each;
                // two cents are left, to 44001 and 44002, in both. Together they would be 0.10: 4, 3, 3.
                "17. the two natures are shared apart",
                json!({"operating": ["0.05"], "investment": ["0.05"], "key": {"kind": "equal"}}),
                json!({"shares": shares(4, 4, 2), "shares_by_nature":
                    {"fonctionnement": shares(2, 2, 1), "investissement": shares(2, 2, 1)}}),
            ),
        ],
    );
}

#[test]
fn keys_of_weights() {
    let levels = json!([{"insee": "44001", "level": 1}, {"insee": "44002", "level": 2},
        {"insee": "44003", "until": "2026-03-14", "level": 1},
        {"insee": "44003", "from": "2026-03-15", "level": 2}]);
    see(
        2026,
        vec![
            (
                // 100.00 by 1:2:3: 16.66⅔, 33.33⅓, 50.
                "18. population",
                json!({"operating": ["100"]}),
                json!({"shares": shares(1_667, 3_333, 5_000), "rest_to_metropolis": 0}),
            ),
            (
                // 73 days at 1 and 292 at 2 make 657 of 365; the others 365 and 730.
                // 1,752 in all (÷ 73: 5, 10, 9 of 24): 24.00 by them.
                "19. equal, with levels and two periods",
                json!({"operating": ["24"], "key": {"kind": "equal"}, "members": levels,
                    "level_weights": {"1": "1", "2": "2"}}),
                json!({"shares": shares(500, 1_000, 900)}),
            ),
            (
                // Units 1 : 2.5 : 0 of members, 1.5 of others: 10.00 by 2:5:0:3.
                "20. usage, with what is no member's",
                json!({"operating": ["10"], "key": {"kind": "usage", "units":
                    {"44001": "1", "44002": "2.5", "public": "1", "44999": "0.5"}}}),
                json!({"shares": shares(200, 500, 0), "public_use": 300}),
            ),
            (
                // 0.01 by 1:1: ½ each; the commune comes before the metropolis.
                "21. on equal remainders communes come first",
                json!({"operating": ["0.01"], "key": {"kind": "usage", "units":
                    {"44003": "1", "public": "1"}}}),
                json!({"shares": shares(0, 0, 1), "public_use": 0}),
            ),
            (
                // 70 % by population 1:2:3 and 30 % by units 0:1:1. Weights in 60ths: 7 + 0, 14 + 9,
                // 21 + 9. 100.00: 11.66⅔, 38.33⅓, 50.00.
                "22. mixed",
                json!({"operating": ["100"], "key": {"kind": "mixed", "parts": [
                    {"kind": "population", "part": "0.7"},
                    {"kind": "usage", "part": "0.3", "units": {"44002": 5, "44003": 5}}]}}),
                json!({"shares": shares(1_167, 3_833, 5_000)}),
            ),
            (
                // Nobody has units: that half is the metropolis's. 0.03: 0.015 to it and 0.005 to each
                // commune… in cents 1.5 and ½, ½, ½. Two cents are left: 44001 and 44002.
                "23. a part in which nobody weighs is the metropolis's",
                json!({"operating": ["0.03"], "key": {"kind": "mixed", "parts": [
                    {"kind": "equal", "part": "0.5"}, {"kind": "usage", "part": "0.5", "units": {}}]}}),
                json!({"shares": shares(1, 1, 0), "rest_to_metropolis": 1, "public_use": 0}),
            ),
            (
                // No weight at all: the rest, after own use of 10 %, is the metropolis's.
                "24. when nobody weighs",
                json!({"operating": ["10"], "own_use_rate": "0.1", "key": {"kind": "usage", "units": {}}}),
                json!({"own_use": 100, "rest_to_metropolis": 900, "shares": shares(0, 0, 0)}),
            ),
        ],
    );
}

#[test]
fn keys_of_amounts() {
    let metropolitan = json!({"threshold": 1, "rate": "1"});
    see(
        2026,
        vec![
            (
                // Neither own use nor solidarity: the whole is the rest, in both columns.
                "25. free",
                json!({"operating": ["10"], "investment": ["5"], "key": {"kind": "free"},
                    "own_use_rate": "0.5", "metropolitan": metropolitan}),
                json!({"own_use": 0, "solidarity": 0, "rest_to_metropolis": 1_500,
                    "shares": shares(0, 0, 0)}),
            ),
            (
                // 4 and 7 of a cost of 10 + 5: fonctionnement −1.00, investissement 5.00 to the
                // metropolis. 44999 is no member; 44002 joins in July and owes the whole amount.
                "26. fixed amounts, not prorated, of members only",
                json!({"operating": ["10"], "investment": ["5"], "own_use_rate": "0.5",
                    "key": {"kind": "fixed", "amounts": {"44001": "4", "44002": "7", "44999": "9"}},
                    "members": [{"insee": "44001"}, {"insee": "44002", "from": "2026-07-01"},
                        {"insee": "44003", "until": "2025-12-31", "from": "2025-01-01"}]}),
                json!({"own_use": 0, "rest_to_metropolis": 400, "shares": shares(400, 700, 0),
                    "shares_by_nature": {"fonctionnement": shares(400, 700, 0),
                        "investissement": shares(0, 0, 0)}}),
            ),
            (
                // 44001: 0.333 × 5 = 1.665 → 1.67 and 2 × 1 = 2.00. 44002: 0.333 × 1.5 = 0.4995 → 0.50.
                "27. a tariff, rounded for each commune and price",
                json!({"operating": ["10"], "key": {"kind": "tariff", "lines": [
                    {"price": "0.333", "quantities": {"44001": 5, "44002": "1.5"}},
                    {"price": "2", "quantities": {"44001": 1}}]}}),
                json!({"shares": shares(367, 50, 0), "rest_to_metropolis": 583}),
            ),
        ],
    );
}

#[test]
fn all_together() {
    see(
        2026,
        vec![(
            // Payroll 24,000.00 and 12,400.00; digital staff 7,035.62; structural charges 9.5 % of
            // 36,400 = 3,458.00; operating 1,200.00: fonctionnement 48,093.62.
            // Investment 300.00 + 752.36 + 1,000.00 = 2,052.36.
            // Own use 10 %: 4,809.362 → 4,809.36 and 205.236 → 205.24; left 43,284.26 and 1,847.12.
            // Solidarity 30 %: 12,985.278 → 12,985.28 and 554.136 → 554.14; left 30,298.98, 1,292.98.
            // By 1:2:3: 5,049.83, 10,099.66, 15,149.49; and 215.49⅔, 430.99⅓, 646.49: 215.50.
            "28. the whole chain",
            json!({
                "agents": [{"annual_cost": "48000", "periods": [{"share": "0.5"}]},
                    {"paid": "31000", "periods": [{"share": "0.4"}]}],
                "operating": ["1200"],
                "investment": ["300", {"amount": "900", "mode": "net_fctva"},
                    {"amount": "5000", "mode": "annuity", "years": 5, "since": 2024}],
                "digital_projects": [{"setup_from": "2026-03-01", "setup_until": "2026-09-30",
                    "staff": [{"annual_cost": "60000", "share": "0.2"}]}],
                "own_use_rate": "0.1", "metropolitan": {"threshold": 3, "rate": "0.3"},
            }),
            json!({
                "cost": 5_014_598,
                "by_nature": {"fonctionnement": 4_809_362, "investissement": 205_236},
                "own_use": 501_460, "solidarity": 1_353_942,
                "shares_by_nature": {
                    "fonctionnement": shares(504_983, 1_009_966, 1_514_949),
                    "investissement": shares(21_550, 43_099, 64_649)},
                "shares": shares(526_533, 1_053_065, 1_579_598),
            }),
        )],
    );
}

/// Case 29: 100.00 over services of equal weights is 33.33⅓ each: the first id takes the cent. 10.00 by
/// 2:1 is 6.66⅔ and 3.33⅓; the part of 3.33 over two years is 1.66 then 1.67.
#[test]
fn a_contract_split_between_services() {
    let exercise = json!({
        "year": 2026,
        "services": [{"id": "b"}, {"id": "a"}, {"id": "c"}],
        "contracts": [
            {"amount": "100", "kind": "hosting", "split": {"a": 1, "b": 1, "c": 1}},
            {"amount": "10", "kind": "investment", "mode": "annuity", "years": 2, "since": 2025,
             "split": {"b": 2, "c": 1}},
        ],
    });
    let read = costs::from_json(&exercise.to_string()).expect("an exercise");
    let (checked, _) = costs::check(read).expect("a good one");
    let (outcome, _) = costs::compute(&checked).expect("an outcome");
    let got = serde_json::to_value(outcome).expect("JSON");
    let lines = |id: &str| got["services"][id]["lines"].clone();
    assert_eq!(lines("a"), json!([["hosting", 3_334]]));
    assert_eq!(lines("b"), json!([["investment", 334], ["hosting", 3_333]]));
    assert_eq!(lines("c"), json!([["investment", 167], ["hosting", 3_333]]));
}
