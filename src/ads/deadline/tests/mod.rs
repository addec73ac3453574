//! Files worked by hand: type, events, then start, limit and silence, each with its reasoning.

mod extensions;
mod pieces;

use serde_json::{Value, json};

use super::{Deadline, Fault, File, compute};

fn run(kind: &str, events: &str) -> Result<Deadline, Fault> {
    let events: Value = serde_json::from_str(events).expect("a list");
    File::from_json(&json!({ "type": kind, "events": events })).and_then(|file| compute(&file))
}

/// `deposit 2026-03-10; extension 2026-04-01 =5` → the JSON of the command.
fn events(text: &str) -> String {
    let list: Vec<Value> = text
        .split(';')
        .map(|event| {
            let words: Vec<&str> = event.split_whitespace().collect();
            match words[..] {
                [name, date] => json!([date, name]),
                [name, date, length] => match length.parse::<i32>() {
                    Ok(months) => json!([date, name, months]),
                    Err(_) => json!([date, name, length]),
                },
                _ => panic!("{event}"),
            }
        })
        .collect();
    Value::Array(list).to_string()
}

/// `start limit silence`, `-` for no start.
type Case = (&'static str, &'static str, &'static str);

fn check(cases: &[Case]) {
    for (kind, happened, expected) in cases {
        let found = run(kind, &events(happened)).expect(happened);
        let start = found.start.map_or("-".to_owned(), |day| day.to_string());
        let silence = serde_json::to_value(found.silence).expect("a name");
        assert_eq!(
            format!(
                "{start} {} {}",
                found.limit,
                silence.as_str().expect("text")
            ),
            *expected,
            "{kind}: {happened}"
        );
    }
}

#[test]
fn the_ordinary_period_of_each_type() {
    check(&[
        // R410-9: one month; silence makes a tacit certificate.
        (
            "CUa",
            "deposit 2026-03-10",
            "2026-03-10 2026-04-10 tacit_cu",
        ),
        // R410-10: two months.
        (
            "CUb",
            "deposit 2026-03-10",
            "2026-03-10 2026-05-10 tacit_cu",
        ),
        // CE 17/09/2010: filed 21/01, opposition possible until 21/02.
        (
            "DP",
            "deposit 2026-01-21",
            "2026-01-21 2026-02-21 not_opposed",
        ),
        // CAA Nantes 05/04/2013: filed 21/07, two months, tacit on 21/09.
        (
            "PCMI",
            "deposit 2026-07-21",
            "2026-07-21 2026-09-21 granted",
        ),
        ("PD", "deposit 2026-03-10", "2026-03-10 2026-05-10 granted"),
        ("PC", "deposit 2026-03-10", "2026-03-10 2026-06-10 granted"),
        ("PA", "deposit 2026-03-10", "2026-03-10 2026-06-10 granted"),
        ("AT", "deposit 2026-03-10", "2026-03-10 2026-07-10 granted"),
        // The nature is not known: PC is counted as the house (2 months), CU as the CUa.
        ("PC?", "deposit 2026-03-10", "2026-03-10 2026-05-10 granted"),
        ("CU", "deposit 2026-03-10", "2026-03-10 2026-04-10 tacit_cu"),
        // Case does not matter.
        (
            "pcmi",
            "deposit 2026-03-10",
            "2026-03-10 2026-05-10 granted",
        ),
    ]);
}

#[test]
fn ends_of_months_and_years() {
    check(&[
        // February lacks a 31st.
        (
            "DP",
            "deposit 2027-01-31",
            "2027-01-31 2027-02-28 not_opposed",
        ),
        (
            "DP",
            "deposit 2028-01-31",
            "2028-01-31 2028-02-29 not_opposed",
        ),
        (
            "DP",
            "deposit 2027-01-29",
            "2027-01-29 2027-02-28 not_opposed",
        ),
        // Two months at once: 31/03, never 28/02 then 28/03.
        (
            "PCMI",
            "deposit 2027-01-31",
            "2027-01-31 2027-03-31 granted",
        ),
        (
            "PCMI",
            "deposit 2026-12-31",
            "2026-12-31 2027-02-28 granted",
        ),
        ("PC", "deposit 2026-11-30", "2026-11-30 2027-02-28 granted"),
        ("PC", "deposit 2026-08-31", "2026-08-31 2026-11-30 granted"),
        // A leap day: the 29th of the next month.
        (
            "DP",
            "deposit 2028-02-29",
            "2028-02-29 2028-03-29 not_opposed",
        ),
        ("AT", "deposit 2027-10-31", "2027-10-31 2028-02-29 granted"),
        // From the last of February, the 28th and no longer the last.
        (
            "DP",
            "deposit 2027-02-28",
            "2027-02-28 2027-03-28 not_opposed",
        ),
        (
            "DP",
            "deposit 2026-12-15",
            "2026-12-15 2027-01-15 not_opposed",
        ),
        // Base and extension are added once: 31/12 + (1 + 1) → 28/02.
        (
            "DP",
            "deposit 2026-12-31; extension 2027-01-15 1",
            "2026-12-31 2027-02-28 not_opposed",
        ),
        // 30/11 + (2 + 1) → 28/02, not 30/01 then 28/02.
        (
            "PCMI",
            "deposit 2026-11-30; extension 2026-12-15 1",
            "2026-11-30 2027-02-28 granted",
        ),
        // 14/07 and Sundays do not move the limit.
        (
            "DP",
            "deposit 2026-06-14",
            "2026-06-14 2026-07-14 not_opposed",
        ),
    ]);
}

#[test]
fn order_and_what_comes_after_do_not_matter() {
    check(&[
        // Events in any order.
        (
            "PCMI",
            "pieces_complete 2026-05-15; request_pieces 2026-04-02; deposit 2026-03-10; extension 2026-04-01 1",
            "2026-05-15 2026-08-15 granted",
        ),
        // Decided before the limit, and after it: the clock is the same.
        (
            "PC",
            "deposit 2026-03-10; decision 2026-05-02; notification 2026-05-05; posting 2026-05-10; works_start 2026-06-01; works_end 2027-06-01",
            "2026-03-10 2026-06-10 granted",
        ),
        (
            "PC",
            "deposit 2026-03-10; notification 2026-06-11",
            "2026-03-10 2026-06-10 granted",
        ),
        (
            "PC",
            "deposit 2026-03-10; withdrawn 2026-04-01",
            "2026-03-10 2026-06-10 granted",
        ),
    ]);
    let late = run("PC", &events("deposit 2026-03-10; notification 2026-06-11")).expect("a limit");
    assert!(
        late.warnings[0].contains("décision tacite née le 10/06/2026"),
        "{:?}",
        late.warnings
    );
    let in_time =
        run("PC", &events("deposit 2026-03-10; notification 2026-06-10")).expect("a limit");
    assert!(in_time.warnings.is_empty());
}

#[test]
fn the_articles_follow_the_reasoning() {
    let found = run(
        "PC",
        &events("deposit 2026-03-10; request_pieces 2026-04-02; extension 2026-04-08 2; pieces_complete 2026-05-15"),
    )
    .expect("a limit");
    let articles = [
        "R423-38",
        "R423-39",
        "R423-19",
        "R423-23 c",
        "R423-42",
        "R423-25",
        "L424-2",
    ];
    assert_eq!(found.articles, articles);
    assert_eq!(found.months, Some(5));
    let named = run(
        "DP",
        r#"[["2026-03-10","deposit"],["2026-03-20","extension",1,"R423-24 b"]]"#,
    )
    .expect("a limit");
    assert!(named.articles.contains(&"R423-24 b".to_owned()));
}

#[test]
fn an_imported_limit_prevails() {
    let file = json!({"type": "DP", "events": [["2026-03-10", "deposit"]],
                      "date_limite_instruction": "2026-05-10"});
    let found = File::from_json(&file)
        .and_then(|file| compute(&file))
        .expect("a limit");
    assert_eq!(found.limit.to_string(), "2026-05-10");
    assert_eq!(
        found.computed_limit.map(|day| day.to_string()).as_deref(),
        Some("2026-04-10")
    );
}

#[test]
fn what_is_wrong_is_named() {
    for (kind, list, part) in [
        ("PX", "[]", "PX"),
        ("CUc", "[]", "CUc"),
        ("DP", "[]", "events"),
        ("DP", r#"[["2026-02-30","deposit"]]"#, "2026-02-30"),
        ("DP", r#"[["10/03/2026","deposit"]]"#, "10/03/2026"),
        (
            "DP",
            r#"[["2026-03-10","deposit"],["2026-03-11","lunch"]]"#,
            "lunch",
        ),
        (
            "DP",
            r#"[["2026-03-10","deposit"],["2026-03-11","deposit"]]"#,
            "2026-03-11",
        ),
        (
            "DP",
            r#"[["2026-03-10","deposit"],["2026-03-09","extension",1]]"#,
            "2026-03-09 extension",
        ),
        (
            "DP",
            r#"[["2026-03-10","deposit"],["2026-03-11","extension","five"]]"#,
            "five",
        ),
        (
            "DP",
            r#"[["2026-03-10","deposit"],["2026-03-11","extension",0]]"#,
            "0",
        ),
        (
            "DP",
            r#"[["2026-03-10","deposit"],["2026-03-11","extension",1.5]]"#,
            "1.5",
        ),
        (
            "DP",
            r#"[["2026-03-10","deposit"],["2026-03-11","extension"]]"#,
            r#"["2026-03-11","extension"]"#,
        ),
        ("DP", r#"[["0026-03-10","deposit"]]"#, "0026-03-10"),
        ("DP", r#"["deposit"]"#, "deposit"),
    ] {
        let fault = run(kind, list).expect_err(list);
        assert_eq!(fault.part, part, "{list}");
        assert!(!fault.message.is_empty());
    }
}
