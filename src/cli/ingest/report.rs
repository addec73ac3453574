//! What became of a delivery, for people and for programs.

use crate::cli::table::aligned;
use crate::model::{Counts, Finding, OutcomeReport, Question, Severity, State};

/// Findings written out of each rule.
const SHOWN: usize = 5;

/// Scopes listed of a collection.
const SCOPES: usize = 12;

/// One JSON document: an object, or a list of them when several collections were fed.
///
/// # Errors
/// Never with what deliveries report.
pub fn json(reports: &[OutcomeReport]) -> serde_json::Result<String> {
    match reports {
        [one] => serde_json::to_string_pretty(one),
        several => serde_json::to_string_pretty(several),
    }
}

/// The reports for a terminal.
pub fn text(reports: &[OutcomeReport], colours: bool) -> String {
    let paint = Paint(colours);
    let each: Vec<String> = reports.iter().map(|report| one(report, &paint)).collect();
    each.join("\n")
}

struct Paint(bool);

impl Paint {
    fn with(&self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

fn one(report: &OutcomeReport, paint: &Paint) -> String {
    let mut text = String::new();
    for line in &report.reading {
        text.push_str(&format!("{line}\n"));
    }
    if !report.findings.is_empty() {
        text.push('\n');
        text.push_str(&findings(report, paint));
    }
    for question in &report.questions {
        text.push('\n');
        text.push_str(&asked(question, paint));
    }
    text.push('\n');
    text.push_str(&conclusion(report, paint));
    text
}

fn findings(report: &OutcomeReport, paint: &Paint) -> String {
    let mut severities: Vec<_> = report.severities.iter().collect();
    severities.sort();
    let rows = severities.into_iter().map(|(severity, rule, total)| {
        [word(*severity).to_owned(), rule.clone(), total.to_string()]
    });
    let mut text = aligned(["gravité", "règle", "nombre"], rows.collect());
    text.push('\n');
    for (rule, total) in &report.totals {
        let of: Vec<&Finding> = report
            .findings
            .iter()
            .filter(|finding| finding.rule == *rule)
            .collect();
        for finding in of.iter().take(SHOWN) {
            text.push_str(&written(finding, paint));
        }
        let more = *total - of.len().min(SHOWN) as i64;
        if more > 0 {
            text.push_str(&format!("  … et {more} de plus pour la règle {rule}\n"));
        }
    }
    text
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "erreur",
        Severity::Warning => "avertissement",
        Severity::Repair => "correction",
    }
}

fn written(finding: &Finding, paint: &Paint) -> String {
    let colour = match finding.severity {
        Severity::Error => "31",
        Severity::Warning => "33",
        Severity::Repair => "32",
    };
    let mut place: Vec<String> = vec![finding.rule.clone()];
    place.extend(finding.feature.iter().map(|feature| match &finding.name {
        Some(name) if !finding.message.contains(name.as_str()) => {
            format!("objet {feature} ({name})")
        }
        _ => format!("objet {feature}"),
    }));
    let field = finding.field.iter().filter(|field| !field.is_empty());
    place.extend(field.map(|field| match &finding.value {
        Some(value) => format!("{field} = « {value} »"),
        None => field.clone(),
    }));
    if let (Some(x), Some(y)) = (finding.x, finding.y) {
        place.push(format!("à {x:.2} {y:.2}"));
    }
    let head = paint.with(colour, word(finding.severity));
    let mut text = format!("{head} [{}] {}\n", place.join(", "), finding.message);
    if !finding.advice.is_empty() {
        text.push_str(&format!("    → {}\n", finding.advice));
    }
    text
}

fn asked(question: &Question, paint: &Paint) -> String {
    let head = paint.with("36", "question");
    let mut text = format!("{head} {}\n", question.text);
    for choice in &question.choices {
        let option = match question.option.as_str() {
            "accept" => "--accept".to_owned(),
            option => format!("--{option} {}", pasted(&choice.value)),
        };
        text.push_str(&format!("    {option}    {}\n", choice.label));
    }
    if question.choices.is_empty() && question.option != "again" {
        text.push_str(&format!("    → répondez par --{}\n", question.option));
    }
    text
}

/// A value as a shell takes it.
fn pasted(value: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "=:._-+/,@%".contains(letter);
    if !value.is_empty() && value.chars().all(plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', "'\\''"))
}

fn conclusion(report: &OutcomeReport, paint: &Paint) -> String {
    let collection = report
        .collection
        .as_ref()
        .map_or("livraison", |id| id.as_str());
    let (colour, state) = match report.state {
        State::Published => ("32", "publié"),
        State::Unchanged => ("32", "inchangé : c’est ce qui est publié déjà"),
        State::Checked => ("32", "contrôlé et comparé, rien n’est publié"),
        State::Rejected => ("31", "refusé, rien n’est publié"),
        State::Asked => ("36", "en attente d’une réponse, rien n’est publié"),
    };
    let version = report
        .version
        .map_or_else(String::new, |version| format!(", version {version}"));
    let state = paint.with(colour, state);
    let mut text = format!("{collection} : {state}{version}\n");
    if report.scopes.len() > 1
        || report
            .scopes
            .first()
            .is_some_and(|scope| !scope.scope.is_empty())
    {
        for scope in report.scopes.iter().take(SCOPES) {
            text.push_str(&format!("  {} : {}\n", scope.scope, counts(scope.counts)));
        }
        if report.scopes.len() > SCOPES {
            text.push_str(&format!(
                "  … et {} de plus\n",
                report.scopes.len() - SCOPES
            ));
        }
    }
    if report.scopes.len() > 1 {
        text.push_str(&format!("  en tout : {}\n", counts(report.counts)));
    }
    text
}

fn counts(counts: Counts) -> String {
    let some = |number: i64, word: &str| {
        let plural = if number.abs() < 2 { "" } else { "s" };
        format!("{number} {word}{plural}")
    };
    [
        some(counts.added, "ajouté"),
        some(counts.removed, "supprimé"),
        some(counts.changed, "changé"),
        some(counts.unchanged, "inchangé"),
    ]
    .join(", ")
}
