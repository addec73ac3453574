//! The public matrix: what each service costs and who pays how much of it, without the lines that make
//! the cost, among which are agents' wages.

use costs::Cents;
use costs::exercise::Service;
use serde_json::{Value, json};

use super::titles::{euros, name};
use super::{Computed, Fault};
use crate::model::KeptExercise;

/// The matrix as `docs/schemas/couts.json` describes it, amounts in cents.
///
/// # Errors
/// When a sum is larger than accounts hold.
pub fn matrix_json(computed: &Computed, kept: &KeptExercise) -> Result<Value, Fault> {
    let exercise = computed.exercise();
    let sums = costs::summary(&computed.checked, &computed.outcome)?;
    let outcome = serde_json::to_value(&computed.outcome)?;
    let told = |part: &str, services: &[Service]| {
        let mut all = outcome[part].clone();
        for service in services {
            if let Some(told) = all.get_mut(&service.id).and_then(Value::as_object_mut) {
                told.remove("lines");
                told.insert("title".to_owned(), json!(service.title));
                told.insert("key".to_owned(), json!(service.key.kind));
                if let Some(steps) = &service.study {
                    told.insert("steps".to_owned(), json!(steps));
                }
            }
        }
        all
    };
    let mut matrix = json!({
        "year": exercise.year,
        "state": kept.state,
        "title": kept.title,
        "note": exercise.note,
        "demonstration": kept.demonstration,
        "population": exercise.population,
        "sealed": kept.sealed,
        "services": told("services", &exercise.services),
        "summary": sums,
    });
    if !computed.checked.studies().is_empty() {
        matrix["studies"] = told("studies", computed.checked.studies());
    }
    Ok(matrix)
}

/// The matrix as CSV (RFC 4180): a row for each service and payer, amounts in euros.
///
/// # Errors
/// None that memory would give.
pub fn matrix_csv(computed: &Computed) -> Result<String, Fault> {
    let head = [
        "year",
        "service",
        "title",
        "payer",
        "name",
        "fonctionnement",
        "investissement",
        "amount",
    ];
    let exercise = computed.exercise();
    let mut rows = Vec::new();
    for (service, outcome) in exercise.services.iter().zip(&computed.outcome.services) {
        let mut row = |payer: &str, name: String, columns: [Cents; 2]| {
            rows.push(vec![
                exercise.year.to_string(),
                service.id.clone(),
                service.title.clone().unwrap_or_default(),
                payer.to_owned(),
                name,
                euros(columns[0]),
                euros(columns[1]),
                euros(columns[0] + columns[1]),
            ]);
        };
        for share in &outcome.shares {
            let both = share.by_nature;
            let columns = [both.fonctionnement, both.investissement];
            let name = name(computed, share.insee).unwrap_or_default();
            row(share.insee.as_str(), name, columns);
        }
        let carried = outcome.metropolis;
        let (operating, investing) = (carried.fonctionnement, carried.investissement);
        for (payer, columns) in [
            ("metropolis:own_use", [operating.own_use, investing.own_use]),
            (
                "metropolis:solidarity",
                [operating.solidarity, investing.solidarity],
            ),
            (
                "metropolis:public_use",
                [operating.public_use, investing.public_use],
            ),
            ("metropolis:rest", [operating.rest, investing.rest]),
        ] {
            row(payer, "Métropole".to_owned(), columns);
        }
    }
    super::csv(&head, rows.into_iter())
}
