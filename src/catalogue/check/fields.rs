//! The fields: names that columns, properties and query parameters can bear, and domains.

use std::collections::{HashMap, HashSet};

use super::findings::{Findings, Step};
use crate::catalogue::{DomainValue, Field, FieldType, Layer, Pattern};

/// Longest field name, in bytes: PostgreSQL cuts at 63, and index names add a table's.
const NAME_MAX: usize = 40;

/// Names with a meaning of their own, as columns of every table or as query parameters (a field
/// is a query parameter too: OGC API Features, `/rec/core/fc-filters`).
const RESERVED: [&str; 22] = [
    "fid",
    "geom",
    "geom_3857",
    "bbox",
    "bbox_crs",
    "crs",
    "limit",
    "offset",
    "next",
    "datetime",
    "f",
    "key",
    "filter",
    "filter_lang",
    "filter_crs",
    "sortby",
    "properties",
    "token",
    "skipgeometry",
    "geometry",
    "wkt",
    "collections",
];

pub(super) fn check(layer: &Layer, findings: &mut Findings) {
    if layer.fields.is_empty() {
        let message = "the layer has no field".to_owned();
        findings.top(
            "field",
            message,
            "describe each attribute in a table `[[field]]`",
        );
    }
    check_spellings(layer, findings);
    for (rank, field) in layer.fields.iter().enumerate() {
        check_name(rank, field, findings);
        check_pattern(rank, field, findings);
        check_domain(rank, field, findings);
        if field.title.trim().is_empty() {
            findings.field(
                rank,
                "title",
                "the title is empty".into(),
                "write it in French",
            );
        }
        let numeric = matches!(field.kind, FieldType::Integer | FieldType::Real);
        for (key, what, set) in [
            ("unit", "unit", field.unit.is_some()),
            ("min", "bound", field.min.is_some()),
            ("max", "bound", field.max.is_some()),
        ] {
            if set && !numeric {
                let message = format!("a field of type `{}` has no {what}", field.kind.as_str());
                let help = "only `integer` and `real` fields have one";
                findings.field(rank, key, message, help);
            }
        }
        check_bounds(rank, field, findings);
        if field.personal {
            check_personal(rank, field, findings);
        }
    }
}

fn check_name(rank: usize, field: &Field, findings: &mut Findings) {
    let name = field.name.as_str();
    let letters = name
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let starts = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    if RESERVED.contains(&name) || name.starts_with('_') {
        let message = format!("`{name}` is a name that the program keeps for itself");
        findings.field(
            rank,
            "name",
            message,
            "choose another, and give this one as an alias",
        );
    } else if !letters || !starts || name.len() > NAME_MAX {
        let message = format!("`{name}` cannot name a field");
        let help = "use lower-case letters, digits and underscores, a letter first, 40 at most";
        findings.field(rank, "name", message, help);
    }
}

/// No two fields may answer to one spelling, in any case: a delivery's column must find one.
fn check_spellings(layer: &Layer, findings: &mut Findings) {
    let mut owners: HashMap<String, usize> = HashMap::new();
    for (rank, field) in layer.fields.iter().enumerate() {
        if let Some(other) = owners.insert(field.name.to_lowercase(), rank) {
            let message = format!("there are two fields `{}`", layer.fields[other].name);
            findings.field(rank, "name", message, "each field has a name of its own");
        }
    }
    for (rank, field) in layer.fields.iter().enumerate() {
        for (place, alias) in field.aliases.iter().enumerate() {
            if let Some(other) = owners.insert(alias.to_lowercase(), rank) {
                let owner = &layer.fields[other].name;
                let path = [
                    Step::Key("field"),
                    Step::Rank(rank),
                    Step::Key("aliases"),
                    Step::Rank(place),
                ];
                let message = format!("`{alias}` already names the field `{owner}`");
                findings.report(&path, message, "an alias belongs to one field");
            }
        }
    }
}

fn check_pattern(rank: usize, field: &Field, findings: &mut Findings) {
    let Some(pattern) = field.pattern.as_deref() else {
        return;
    };
    if field.kind != FieldType::Text {
        let message = format!("a field of type `{}` has no pattern", field.kind.as_str());
        findings.field(rank, "pattern", message, "only `text` fields have one");
    }
    match Pattern::compile(pattern) {
        Ok(pattern) => {
            if let Some(example) = field.example.as_deref().filter(|it| !pattern.matches(it)) {
                let message = format!("the example `{example}` does not match the pattern");
                findings.field(
                    rank,
                    "example",
                    message,
                    "give a value that the field takes",
                );
            }
        }
        Err(error) => {
            let message = format!("the pattern is not a regular expression: {error}");
            let help = "it must match a value whole; \
                        in TOML, write it between single quotes so that `\\` stays itself";
            findings.field(rank, "pattern", message, help);
        }
    }
}

fn check_bounds(rank: usize, field: &Field, findings: &mut Findings) {
    if let (Some(min), Some(max)) = (field.min, field.max)
        && min > max
    {
        let message = format!("the greatest number, {max}, is below the least, {min}");
        findings.field(rank, "max", message, "");
    }
    let within = Field {
        besides: Vec::new(),
        ..field.clone()
    };
    if let Some(number) = (field.besides.iter()).find(|number| within.bounds_allow(**number)) {
        let message = format!("{number} is within the bounds already");
        let help = "`besides` has numbers beyond `min` and `max` that the field takes too";
        findings.field(rank, "besides", message, help);
    }
}

fn check_domain(rank: usize, field: &Field, findings: &mut Findings) {
    let has_domain = matches!(field.kind, FieldType::Text | FieldType::Integer);
    if !field.domain.is_empty() && !has_domain {
        let message = format!("a field of type `{}` has no domain", field.kind.as_str());
        findings.field(
            rank,
            "domain",
            message,
            "only `text` and `integer` fields have one",
        );
        return;
    }
    let matcher = field.matcher();
    let mut codes = HashSet::new();
    for (place, DomainValue { code, label, .. }) in field.domain.iter().enumerate() {
        let fits = field.kind == FieldType::Text || code.parse::<i64>().is_ok();
        let wrong = if !codes.insert(code) {
            Some(("code", format!("the code `{code}` is there twice")))
        } else if code.is_empty() {
            Some(("code", "the code is empty".to_owned()))
        } else if !fits {
            Some(("code", format!("`{code}` is not an integer")))
        } else if matcher
            .as_ref()
            .is_some_and(|pattern| !pattern.matches(code))
        {
            Some((
                "code",
                format!("`{code}` does not match the field's pattern"),
            ))
        } else if label.trim().is_empty() {
            Some(("label", format!("the code `{code}` has no label")))
        } else {
            None
        };
        if let Some((key, message)) = wrong {
            let path = [
                Step::Key("field"),
                Step::Rank(rank),
                Step::Key("domain"),
                Step::Rank(place),
                Step::Key(key),
            ];
            findings.report(&path, message, "");
        }
    }
}

/// Personal fields live in a table of their own, without index or constraint, so that no filter,
/// sort or error betrays them (DESIGN, decision 1).
fn check_personal(rank: usize, field: &Field, findings: &mut Findings) {
    for (key, set) in [("index", field.index), ("unique", field.unique)] {
        if set {
            let message = format!("a personal field is never `{key}`");
            findings.field(rank, key, message, "readers cannot filter by personal data");
        }
    }
}
