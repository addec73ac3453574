//! Extensions, inquiries, prolongations and what turns silence into a refusal.

use super::{check, run};

#[test]
fn extensions() {
    check(&[
        // +1 (R423-24) on each ordinary period.
        (
            "DP",
            "deposit 2026-03-10; extension 2026-03-20 1",
            "2026-03-10 2026-05-10 not_opposed",
        ),
        (
            "PCMI",
            "deposit 2026-03-10; extension 2026-03-20 1",
            "2026-03-10 2026-06-10 granted",
        ),
        (
            "PC",
            "deposit 2026-03-10; extension 2026-03-20 1",
            "2026-03-10 2026-07-10 granted",
        ),
        // +2 (R423-25) on permits.
        (
            "PC",
            "deposit 2026-03-10; extension 2026-03-20 2",
            "2026-03-10 2026-08-10 granted",
        ),
        (
            "PD",
            "deposit 2026-03-10; extension 2026-03-20 2",
            "2026-03-10 2026-07-10 granted",
        ),
        // +2 does not exist for a declaration.
        (
            "DP",
            "deposit 2026-03-10; extension 2026-03-20 2",
            "2026-03-10 2026-04-10 not_opposed",
        ),
        // Not cumulable: the largest, never the sum, in whatever order.
        (
            "PC",
            "deposit 2026-03-10; extension 2026-03-20 1; extension 2026-03-25 2",
            "2026-03-10 2026-08-10 granted",
        ),
        (
            "PC",
            "deposit 2026-03-10; extension 2026-03-20 2; extension 2026-03-25 1",
            "2026-03-10 2026-08-10 granted",
        ),
        (
            "PC",
            "deposit 2026-03-10; extension 2026-03-20 1; extension 2026-03-25 1",
            "2026-03-10 2026-07-10 granted",
        ),
        // Five months in all, in place of the base.
        (
            "PCMI",
            "deposit 2026-03-10; extension 2026-03-20 =5",
            "2026-03-10 2026-08-10 granted",
        ),
        (
            "PC",
            "deposit 2026-09-30; extension 2026-10-20 =5",
            "2026-09-30 2027-02-28 granted",
        ),
        // Against +1 on a house (3 in all), five wins; against +2 on a PC, both are five.
        (
            "PCMI",
            "deposit 2026-03-10; extension 2026-03-20 1; extension 2026-03-20 =5",
            "2026-03-10 2026-08-10 granted",
        ),
        (
            "PC",
            "deposit 2026-03-10; extension 2026-03-20 2; extension 2026-03-20 =5",
            "2026-03-10 2026-08-10 granted",
        ),
        // The last day of the month is in time, the next without effect (R423-43).
        (
            "PC",
            "deposit 2026-03-10; extension 2026-04-10 1",
            "2026-03-10 2026-07-10 granted",
        ),
        (
            "PC",
            "deposit 2026-03-10; extension 2026-04-11 1",
            "2026-03-10 2026-06-10 granted",
        ),
        (
            "DP",
            "deposit 2027-01-31; extension 2027-02-28 1",
            "2027-01-31 2027-03-31 not_opposed",
        ),
        (
            "DP",
            "deposit 2027-01-31; extension 2027-03-01 1",
            "2027-01-31 2027-02-28 not_opposed",
        ),
        // One in time, a larger one late: the first alone.
        (
            "PC",
            "deposit 2026-03-10; extension 2026-03-20 1; extension 2026-05-20 =5",
            "2026-03-10 2026-07-10 granted",
        ),
        // Before the request, after it, and after completeness: only the deposit's month counts.
        (
            "PC",
            "deposit 2026-03-10; request_pieces 2026-04-02; extension 2026-04-08 1; pieces_complete 2026-05-15",
            "2026-05-15 2026-09-15 granted",
        ),
        (
            "DP",
            "deposit 2026-03-10; request_pieces 2026-03-12; pieces_complete 2026-03-18; extension 2026-04-09 1",
            "2026-03-18 2026-05-18 not_opposed",
        ),
        (
            "PC",
            "deposit 2026-03-10; request_pieces 2026-04-02; pieces_complete 2026-05-15; extension 2026-05-20 1",
            "2026-05-15 2026-08-15 granted",
        ),
        // An extension does not lengthen the three months for the pieces.
        (
            "PC",
            "deposit 2026-03-10; extension 2026-03-20 2; request_pieces 2026-04-02",
            "- 2026-07-02 rejected_pieces",
        ),
        // 31/10 + (3 + 1) → 28/02 at once.
        (
            "PC",
            "deposit 2026-10-05; request_pieces 2026-10-20; extension 2026-10-21 1; pieces_complete 2026-10-31",
            "2026-10-31 2027-02-28 granted",
        ),
    ]);
}

#[test]
fn inquiries_prolongations_and_refusals() {
    check(&[
        // R423-20: from the report; two months in all (R423-32) when that was notified.
        (
            "PC",
            "deposit 2026-03-10; extension 2026-04-01 =2; inquiry_report 2026-09-15",
            "2026-09-15 2026-11-15 granted",
        ),
        (
            "PC",
            "deposit 2026-03-10; inquiry_report 2026-09-15",
            "2026-09-15 2026-12-15 granted",
        ),
        // The report does not make up for missing pieces.
        (
            "PC",
            "deposit 2026-03-10; request_pieces 2026-04-01; inquiry_report 2026-06-01",
            "- 2026-07-01 rejected_pieces",
        ),
        // R423-44: notified before the end, on the last day, and too late.
        (
            "PC",
            "deposit 2026-03-10; prolongation 2026-06-10 3",
            "2026-03-10 2026-09-10 granted",
        ),
        (
            "PC",
            "deposit 2026-03-10; prolongation 2026-06-11 3",
            "2026-03-10 2026-06-10 granted",
        ),
        // R424-3: the ABF's unfavourable opinion turns silence into a refusal of a permit only.
        (
            "PC",
            "deposit 2026-03-10; abf_unfavourable 2026-04-20",
            "2026-03-10 2026-06-10 refused",
        ),
        (
            "DP",
            "deposit 2026-03-10; abf_unfavourable 2026-03-20",
            "2026-03-10 2026-04-10 not_opposed",
        ),
        // R424-2-1: for files since 31/12/2025.
        (
            "PA",
            "deposit 2025-12-31; environmental_assessment 2026-01-05",
            "2025-12-31 2026-03-31 refused",
        ),
        (
            "PA",
            "deposit 2025-12-30; environmental_assessment 2026-01-05",
            "2025-12-30 2026-03-30 granted",
        ),
        // A declaration too, of which silence is then an opposition.
        (
            "DP",
            "deposit 2025-12-31; environmental_assessment 2026-01-05",
            "2025-12-31 2026-01-31 opposed",
        ),
        // What the ABF says once the permit is born changes nothing.
        (
            "PCMI",
            "deposit 2026-03-10; abf_unfavourable 2026-05-11",
            "2026-03-10 2026-05-10 granted",
        ),
    ]);
}

#[test]
fn an_extension_is_judged_by_the_article_that_it_names() {
    let limit = |kind: &str, length: &str, article: &str| {
        let events = format!(
            r#"[["2026-03-10", "deposit"], ["2026-03-20", "extension", {length}, "{article}"]]"#
        );
        let found = run(kind, &events).expect("a deadline");
        (found.limit.to_string(), found.warnings.len())
    };
    // Two months more do not exist for a declaration, whoever says so.
    assert_eq!(limit("DP", "2", "R423-25"), ("2026-04-10".to_owned(), 0));
    assert_eq!(limit("PC", "2", "R423-25 a"), ("2026-08-10".to_owned(), 0));
    // What the rules do not describe is taken as it is said.
    assert_eq!(limit("DP", "2", "R423-26"), ("2026-06-10".to_owned(), 0));
    // What an article does not name counts, and is told.
    assert_eq!(limit("CUb", "1", "R423-24"), ("2026-06-10".to_owned(), 1));
    assert_eq!(
        limit("DP", "\"=5\"", "R423-27"),
        ("2026-08-10".to_owned(), 1)
    );
}
