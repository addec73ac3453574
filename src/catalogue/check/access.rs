//! Who sees what: a role where one is needed, and a field that tells the communes of a row.

use super::delivery::public_field;
use super::findings::{Findings, Step};
use crate::catalogue::{FieldType, Layer};

pub(super) fn check(layer: &Layer, findings: &mut Findings) {
    check_role(layer, findings);
    check_personal_role(layer, findings);
    check_communes(layer, findings);
    check_companion(layer, findings);
}

fn check_role(layer: &Layer, findings: &mut Findings) {
    if layer.is_restricted() && layer.role.is_none() {
        let message = "nothing says which role sees the layer".to_owned();
        findings.top(
            "audience",
            message,
            "add `role`, such as `csu` or `craiol`, or choose another audience",
        );
    }
    if !layer.is_restricted() && layer.role.is_some() {
        let message = format!(
            "a layer of audience `{}` asks for no role",
            layer.audience.as_str()
        );
        findings.top(
            "role",
            message,
            "remove it, or write `audience = \"restricted\"`",
        );
    }
}

fn check_personal_role(layer: &Layer, findings: &mut Findings) {
    let first = layer.fields.iter().position(|field| field.personal);
    match (first, layer.personal_role) {
        (Some(rank), None) => {
            let message = "nothing says which role sees personal fields".to_owned();
            let help = "add `personal_role` to the layer, such as `instructor`";
            findings.field(rank, "personal", message, help);
        }
        (None, Some(_)) => {
            let message = "the layer has no personal field".to_owned();
            let help = "remove it, or mark fields with `personal = true`";
            findings.top("personal_role", message, help);
        }
        _ => {}
    }
}

/// A reach is judged by the communes of a row: every row must tell them.
fn check_communes(layer: &Layer, findings: &mut Findings) {
    let judged = layer.is_restricted() || layer.personal_role.is_some();
    let path = [Step::Key("communes")];
    if let Some(name) = &layer.communes {
        if !judged {
            let message = "no row of this layer is judged by its communes".to_owned();
            let help = "only restricted layers and personal fields are: remove it";
            findings.report(&path, message, help);
        }
        public_field(layer, name, &[FieldType::Text], &path, findings);
    }
    if !judged {
        return;
    }
    let key = if layer.is_restricted() {
        "audience"
    } else {
        "personal_role"
    };
    match layer.reach_field() {
        None if layer.communes.is_none() => {
            let message = "no field bears the commune of a row".to_owned();
            let help = "name it with `communes`, or have a reference of `checks` lead to the \
                        layer `communes`";
            findings.top(key, message, help);
        }
        Some(field) if !field.required => {
            let message = format!(
                "`{}` bears the commune of a row and is not required",
                field.name
            );
            let help = "add `required = true` to the field: a row without commune is seen by \
                        nobody but the territory's services";
            findings.top(
                if layer.communes.is_some() {
                    "communes"
                } else {
                    key
                },
                message,
                help,
            );
        }
        _ => {}
    }
}

/// What is merged is seen as a whole: never across communes.
fn check_companion(layer: &Layer, findings: &mut Findings) {
    let (Some(rule), Some(field)) = (&layer.tiles.generalise, layer.reach_field()) else {
        return;
    };
    let merges = !rule.dissolve.is_empty() && !rule.dissolve.contains(&field.name);
    if layer.is_restricted() && merges {
        let path = ["tiles", "generalise", "dissolve"].map(Step::Key);
        let message = "features of several communes would be merged".to_owned();
        let help = format!(
            "dissolve by `{}` too, or leave `dissolve` empty",
            field.name
        );
        findings.report(&path, message, &help);
    }
}
