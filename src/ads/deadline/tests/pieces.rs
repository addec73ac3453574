//! Pieces asked for, in time or not, once or twice, and when they came.

use super::check;

#[test]
fn pieces_asked_for_in_time() {
    check(&[
        // The example of the contract: PCMI, +1 in time, pieces on 15/05: 15/05 + 3.
        (
            "PCMI",
            "deposit 2026-03-10; extension 2026-04-01 1; request_pieces 2026-04-02; pieces_complete 2026-05-15",
            "2026-05-15 2026-08-15 granted",
        ),
        // No piece came: rejection three months after the request.
        (
            "PC",
            "deposit 2026-03-10; request_pieces 2026-04-02",
            "- 2026-07-02 rejected_pieces",
        ),
        (
            "DP",
            "deposit 2026-03-10; request_pieces 2026-04-02",
            "- 2026-07-02 opposed_pieces",
        ),
        // The last day of the month is in time: 31/01 + 1 is 28/02…
        (
            "DP",
            "deposit 2027-01-31; request_pieces 2027-02-28",
            "- 2027-05-28 opposed_pieces",
        ),
        (
            "PC",
            "deposit 2026-03-10; request_pieces 2026-04-10",
            "- 2026-07-10 rejected_pieces",
        ),
        // … the next is late: nothing changes, the file is complete since its deposit.
        (
            "DP",
            "deposit 2027-01-31; request_pieces 2027-03-01",
            "2027-01-31 2027-02-28 not_opposed",
        ),
        (
            "PC",
            "deposit 2026-03-10; request_pieces 2026-04-11",
            "2026-03-10 2026-06-10 granted",
        ),
        // Late, and answered: still nothing.
        (
            "PC",
            "deposit 2026-03-10; request_pieces 2026-04-11; pieces_complete 2026-04-20",
            "2026-03-10 2026-06-10 granted",
        ),
        // On the request's own day, and on the day of the deposit.
        (
            "PC",
            "deposit 2026-03-10; request_pieces 2026-03-10; pieces_complete 2026-03-10",
            "2026-03-10 2026-06-10 granted",
        ),
        // The last day of the three months: complete, the whole period starts.
        (
            "PC",
            "deposit 2026-03-10; request_pieces 2026-04-02; pieces_complete 2026-07-02",
            "2026-07-02 2026-10-02 granted",
        ),
        // A day later: the rejection was born the day before.
        (
            "PC",
            "deposit 2026-03-10; request_pieces 2026-04-02; pieces_complete 2026-07-03",
            "- 2026-07-02 rejected_pieces",
        ),
        (
            "DP",
            "deposit 2026-03-10; request_pieces 2026-04-02; pieces_complete 2026-08-01",
            "- 2026-07-02 opposed_pieces",
        ),
        // Three months from 30/11 end on 28/02.
        (
            "PD",
            "deposit 2026-11-02; request_pieces 2026-11-30; pieces_complete 2027-02-28",
            "2027-02-28 2027-04-28 granted",
        ),
        (
            "PD",
            "deposit 2026-11-02; request_pieces 2026-11-30; pieces_complete 2027-03-01",
            "- 2027-02-28 rejected_pieces",
        ),
        // Across the year's end, from 31/12: one month later 31/01.
        (
            "DP",
            "deposit 2026-12-20; request_pieces 2026-12-28; pieces_complete 2026-12-31",
            "2026-12-31 2027-01-31 not_opposed",
        ),
        // Pieces before any request (the applicant completes unasked): the deposit counts.
        (
            "PC",
            "deposit 2026-03-10; pieces_complete 2026-03-20",
            "2026-03-10 2026-06-10 granted",
        ),
        // They cannot answer a request made after them.
        (
            "PC",
            "deposit 2026-03-10; pieces_complete 2026-03-20; request_pieces 2026-04-02",
            "- 2026-07-02 rejected_pieces",
        ),
        // `pieces_received` says the same as `pieces_complete`…
        (
            "PC",
            "deposit 2026-03-10; request_pieces 2026-04-02; pieces_received 2026-05-15",
            "2026-05-15 2026-08-15 granted",
        ),
        // … but is a part of them when the other is there too.
        (
            "PC",
            "deposit 2026-03-10; request_pieces 2026-04-02; pieces_received 2026-05-15; pieces_complete 2026-06-01",
            "2026-06-01 2026-09-01 granted",
        ),
    ]);
}

#[test]
fn several_requests() {
    check(&[
        // Two within the month: the second replaces the first (R423-40), its three months count.
        (
            "PC",
            "deposit 2026-03-10; request_pieces 2026-03-20; request_pieces 2026-04-08",
            "- 2026-07-08 rejected_pieces",
        ),
        // Pieces between the two answered the first only.
        (
            "PC",
            "deposit 2026-03-10; request_pieces 2026-03-20; pieces_complete 2026-04-01; request_pieces 2026-04-08",
            "- 2026-07-08 rejected_pieces",
        ),
        (
            "PC",
            "deposit 2026-03-10; request_pieces 2026-03-20; request_pieces 2026-04-08; pieces_complete 2026-07-05",
            "2026-07-05 2026-10-05 granted",
        ),
        // The second is late: the three months of the first stay.
        (
            "PC",
            "deposit 2026-03-10; request_pieces 2026-03-20; request_pieces 2026-05-01",
            "- 2026-06-20 rejected_pieces",
        ),
        (
            "DP",
            "deposit 2026-03-10; request_pieces 2026-03-20; request_pieces 2026-05-01; pieces_complete 2026-05-20",
            "2026-05-20 2026-06-20 not_opposed",
        ),
        // Completed, then asked again late: nothing changes.
        (
            "PCMI",
            "deposit 2026-03-10; request_pieces 2026-03-20; pieces_complete 2026-04-20; request_pieces 2026-05-02",
            "2026-04-20 2026-06-20 granted",
        ),
    ]);
}

#[test]
fn pieces_that_no_request_asked_for_are_told() {
    let warned = |events: &str| {
        let found = super::run("PCMI", &super::events(events));
        found.expect("a deadline").warnings
    };
    let unasked = warned("deposit 2026-03-10; pieces_complete 2026-05-15");
    assert!(
        unasked.iter().any(|text| text.contains("request_pieces")),
        "{unasked:?}"
    );
    let asked = "deposit 2026-03-10; request_pieces 2026-04-02; pieces_complete 2026-05-15";
    assert_eq!(warned(asked), Vec::<String>::new());
}
