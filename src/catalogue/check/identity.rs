//! What names a layer: its id, its texts, its contact and service.

use super::findings::Findings;
use crate::catalogue::Layer;

/// Suffixes of the tables that stand beside a layer's own: a layer bearing one would collide.
const TABLE_SUFFIXES: [&str; 2] = ["-history", "-personal"];

pub(super) fn check(layer: &Layer, findings: &mut Findings) {
    check_id(layer, findings);
    let texts = [
        ("title", &layer.title),
        ("description", &layer.description),
        ("theme", &layer.theme),
        ("licence", &layer.licence),
        ("attribution", &layer.attribution),
        ("source", &layer.source),
        ("vintage", &layer.vintage),
    ];
    for (key, text) in texts {
        if text.trim().is_empty() {
            findings.top(
                key,
                format!("`{key}` is empty"),
                "readers of the portal see this text",
            );
        }
    }
    if !is_email(&layer.contact) {
        findings.top(
            "contact",
            format!("`{}` is not an e-mail address", layer.contact),
            "give the address of the service in charge of the layer",
        );
    }
    if layer.service.parse::<crate::model::LayerId>().is_err() {
        findings.top(
            "service",
            format!("`{}` cannot name a service commun", layer.service),
            "use its id: lower-case letters, digits and single hyphens, such as `sig` or `ads`",
        );
    }
}

fn check_id(layer: &Layer, findings: &mut Findings) {
    let id = layer.id.as_str();
    if findings.file_stem() != id {
        let message = format!("the id `{id}` is not the name of the file");
        let help = format!("name the file `{id}.toml`, or change the id");
        findings.top("id", message, &help);
    }
    for suffix in TABLE_SUFFIXES {
        if id.ends_with(suffix) {
            let message = format!("an id may not end with `{suffix}`");
            findings.top(
                "id",
                message,
                "the table of that name belongs to another layer",
            );
        }
    }
}

/// Whether a text looks like an e-mail address: `someone@host.domain`, without spaces.
fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else {
        return false;
    };
    let dotted = host.split('.').count() >= 2 && host.split('.').all(|part| !part.is_empty());
    let plain = !text
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || "<>,;".contains(c));
    !local.is_empty() && dotted && plain && !host.contains('@')
}
