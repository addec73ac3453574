//! The uses of fields outside tiles, and the rules that deliveries are checked against.

use std::collections::HashSet;

use super::findings::{Findings, Step};
use crate::catalogue::diagnostic::SourceFile;
use crate::catalogue::{Field, FieldType, GeometryType, Layer};

pub(super) fn check(layer: &Layer, findings: &mut Findings) {
    check_key(layer, findings);
    if let Some(name) = &layer.label {
        let types = [FieldType::Text, FieldType::Integer];
        public_field(layer, name, &types, &[Step::Key("label")], findings);
    }
    if let Some(name) = &layer.datetime {
        let types = [FieldType::Date, FieldType::Timestamp];
        public_field(layer, name, &types, &[Step::Key("datetime")], findings);
    }
    for (rank, reference) in layer.checks.references.iter().enumerate() {
        let path = at_reference(rank, "field");
        public_field(layer, &reference.field, &[], &path, findings);
    }
    check_tolerances(layer, findings);
    check_join(layer, findings);
}

/// The key's fields: public, of a type with one spelling a value, the first always there.
fn check_key(layer: &Layer, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for (rank, name) in layer.key.iter().enumerate() {
        let path = [Step::Key("key"), Step::Rank(rank)];
        let types = [FieldType::Text, FieldType::Integer, FieldType::Date];
        let field = public_field(layer, name, &types, &path, findings);
        if !seen.insert(name) {
            findings.report(&path, format!("`{name}` is there twice"), "");
        }
        // The others may be empty: a BAL address has no position when its position is unknown.
        if rank == 0 && field.is_some_and(|field| !field.required) {
            let message = format!("the key's first field `{name}` is not required");
            findings.report(&path, message, "add `required = true` to the field");
        }
    }
}

/// The public field of that name when it exists and has one of the types (any, without types).
pub(super) fn public_field<'l>(
    layer: &'l Layer,
    name: &str,
    types: &[FieldType],
    path: &[Step],
    findings: &mut Findings,
) -> Option<&'l Field> {
    let Some(field) = layer.field(name) else {
        let help = format!("the fields are {}", names(layer));
        findings.report(path, format!("there is no field `{name}`"), &help);
        return None;
    };
    if field.personal {
        let message = format!("the field `{name}` is personal");
        findings.report(path, message, "personal data may not show here");
    } else if !types.is_empty() && !types.contains(&field.kind) {
        let kinds: Vec<_> = types.iter().map(|kind| kind.as_str()).collect();
        let message = format!("the field `{name}` is of type `{}`", field.kind.as_str());
        let help = format!("a field of type {} is needed here", kinds.join(" or "));
        findings.report(path, message, &help);
    }
    Some(field)
}

/// The public fields, for a message.
fn names(layer: &Layer) -> String {
    let names: Vec<_> = layer
        .public_fields()
        .map(|field| field.name.as_str())
        .collect();
    names.join(", ")
}

/// Tolerances are positive metres, and those of surfaces stand on layers of surfaces.
fn check_tolerances(layer: &Layer, findings: &mut Findings) {
    let checks = &layer.checks;
    let tolerances = [
        ("no_overlap_m", checks.no_overlap_m, true),
        ("join_m", checks.join_m, true),
        ("no_gap_m", checks.no_gap_m, true),
        ("sliver_m", checks.sliver_m, true),
        ("inside_commune_m", checks.inside_commune_m, false),
        ("same_within_m", checks.same_within_m, false),
    ];
    for (key, value, surfaces) in tolerances {
        let Some(metres) = value else { continue };
        if !metres.is_finite() || metres < 0.0 {
            let message = format!("`{metres}` is not a length");
            findings.inside("checks", key, message, "give metres, 0 or more");
        }
        if surfaces && layer.geometry != GeometryType::MultiPolygon {
            let message = format!("`{key}` is a rule for surfaces");
            let help = format!("the layer's geometries are `{}`", layer.geometry.as_str());
            findings.inside("checks", key, message, &help);
        }
    }
}

/// What is allowed between scopes is more than within one, and says nothing without that.
fn check_join(layer: &Layer, findings: &mut Findings) {
    let Some(between) = layer.checks.join_m else {
        return;
    };
    match layer.checks.no_overlap_m {
        None => {
            let message = "`join_m` says nothing without `no_overlap_m`".to_owned();
            findings.inside("checks", "join_m", message, "give `no_overlap_m` too");
        }
        Some(within) if between < within => {
            let message = format!("`join_m` is less than `no_overlap_m` ({within})");
            let help = "features of two scopes may overlap by more than those of one, never less";
            findings.inside("checks", "join_m", message, help);
        }
        Some(_) => {}
    }
}

/// References to other layers: the layer, its field, and a value that names one feature.
pub(super) fn check_references(
    layer: &Layer,
    read: &[(SourceFile, Layer)],
    findings: &mut Findings,
) {
    for (rank, reference) in layer.checks.references.iter().enumerate() {
        let Some((_, other)) = read.iter().find(|(_, other)| other.id == reference.layer) else {
            let path = at_reference(rank, "layer");
            let message = format!("there is no layer `{}`", reference.layer);
            findings.report(
                &path,
                message,
                "a reference names another file of the folder",
            );
            continue;
        };
        let path = at_reference(rank, "target");
        let Some(target) = public_field(other, &reference.target, &[], &path, findings) else {
            continue;
        };
        if layer
            .field(&reference.field)
            .is_some_and(|field| field.kind != target.kind)
        {
            let message = format!(
                "`{}` has another type than `{}`",
                target.name, reference.field
            );
            findings.report(&path, message, "a reference joins two fields of one type");
        }
        let names_one = target.unique || other.key == [target.name.clone()];
        if !names_one {
            let message = format!("`{}` may not name a feature of `{}`", target.name, other.id);
            findings.report(
                &path,
                message,
                "a target is a `unique` field or the whole key",
            );
        }
    }
}

/// The path of a key of a reference.
fn at_reference(rank: usize, key: &'static str) -> [Step<'static>; 4] {
    [
        Step::Key("checks"),
        Step::Key("references"),
        Step::Rank(rank),
        Step::Key(key),
    ]
}
