//! Studies: each step once, in its order.

use super::Report;
use crate::exercise::{Step, StepState};

/// Checks the steps of a study.
pub(super) fn check(report: &mut Report, table: &str, steps: &[Step]) {
    if steps.is_empty() {
        let message = "a study has a step at least; a service that is created has no `study`";
        report.error(table, None, "study", message);
    }
    let table = format!("{table} › study");
    for (row, step) in steps.iter().enumerate() {
        let earlier = steps.iter().take(row);
        if earlier.clone().any(|other| other.step == step.step) {
            let message = format!("« {} » comes twice", step.step.label());
            report.error(&table, Some(row), "step", &message);
        }
        let waits = |other: &&Step| other.step < step.step && other.state != StepState::Done;
        let waiting = steps.iter().find(waits);
        if let Some(other) = waiting.filter(|_| step.state == StepState::Done) {
            let message = format!(
                "« {} » is done before « {} »",
                step.step.label(),
                other.step.label()
            );
            report.warn(&table, Some(row), "state", &message);
        }
    }
}
