//! Values as given, made what the catalogue's fields want, or refused with the reason.

mod agreement;
mod dates;
mod numbers;
mod place;
#[cfg(test)]
mod tests;
mod texts;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::fold::fold;
use super::notes::Notes;
use super::{Given, encoding};
use crate::catalogue::{Field, FieldType, Layer, Pattern};
use crate::model::{CommuneNames, Finding, Severity, Value, Which};

pub use dates::day_of;
pub use numbers::number_of;
pub use place::scope_field;

/// A value that a field takes.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Typed {
    /// Absent.
    #[default]
    Null,
    /// Text.
    Text(String),
    /// Integer.
    Integer(i64),
    /// Double.
    Real(f64),
    /// Truth value.
    Boolean(bool),
    /// Calendar day.
    Date(NaiveDate),
    /// Instant.
    Timestamp(DateTime<Utc>),
}

impl Typed {
    /// The same, borrowed.
    pub fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Text(text) => Value::Text(text),
            Self::Integer(number) => Value::Integer(*number),
            Self::Real(number) => Value::Real(*number),
            Self::Boolean(truth) => Value::Boolean(*truth),
            Self::Date(day) => Value::Date(*day),
            Self::Timestamp(instant) => Value::Timestamp(*instant),
        }
    }

    /// The text, when it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// What the fields of one collection ask of their values.
pub struct Rules {
    fields: Vec<Rule>,
    /// Identifiers that are made of other fields.
    made: Vec<agreement::Made>,
    /// Places of the key's fields, or else of the label.
    key: Vec<usize>,
    communes: Vec<(String, String)>,
    timezone: chrono_tz::Tz,
    repair: bool,
    /// Names of communes that were replaced by their codes.
    pub named: u64,
    /// Words of national files that stood for codes: by field, word and code, how often.
    pub words: BTreeMap<(String, String, String), u64>,
}

struct Rule {
    field: Field,
    pattern: Option<Pattern>,
    /// Codes and labels of the domain, folded, and the place of their value.
    domain: Vec<(String, usize)>,
    /// Whether it bears INSEE codes, for which names of communes may stand.
    commune: bool,
    /// Whether its codes are like those of communes, none of which begins with a zero.
    zeroless: bool,
}

/// Why a value is not what the field wants, or what is to be said of it.
struct Fault {
    severity: Severity,
    rule: &'static str,
    message: String,
    advice: String,
}

impl Fault {
    fn error(rule: &'static str, message: String, advice: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            rule,
            message,
            advice: advice.into(),
        }
    }

    fn warning(rule: &'static str, message: String, advice: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(rule, message, advice)
        }
    }
}

/// What `--repair` would do to a value, or did.
struct Repair {
    rule: &'static str,
    to: String,
    what: &'static str,
}

impl Rules {
    /// The rules of a layer. `communes` are those whose names may stand for their codes; `repair`
    /// says whether what can be mended is.
    pub fn new(
        layer: &Layer,
        communes: &[CommuneNames],
        timezone: chrono_tz::Tz,
        repair: bool,
    ) -> Self {
        let bears = layer.commune_field().map(|field| field.name.clone());
        let codes: Vec<&str> = communes.iter().map(|it| it.insee.as_str()).collect();
        let zeroless = |pattern: &Pattern| {
            let sound = |code: &&str| !code.starts_with('0') && pattern.matches(code);
            !codes.is_empty() && codes.iter().all(sound)
        };
        let rule = |field: &Field| {
            let pattern = field.matcher();
            let values = field.domain.iter().enumerate();
            let domain = values.flat_map(|(place, value)| {
                [(fold(&value.code), place), (fold(&value.label), place)]
            });
            Rule {
                zeroless: pattern.as_ref().is_some_and(zeroless),
                pattern,
                domain: domain.collect(),
                commune: bears.as_ref() == Some(&field.name) && layer.id.as_str() != "communes",
                field: field.clone(),
            }
        };
        let names = |commune: &CommuneNames| {
            let code = commune.insee.to_string();
            let all = std::iter::once(&commune.name).chain(&commune.aliases);
            all.map(|name| (fold(name), code.clone()))
                .collect::<Vec<_>>()
        };
        Self {
            made: agreement::of(layer),
            key: (0..layer.fields.len())
                .filter(|place| names_it(layer, &layer.fields[*place]))
                .collect(),
            fields: layer.fields.iter().map(rule).collect(),
            communes: communes.iter().flat_map(names).collect(),
            timezone,
            repair,
            named: 0,
            words: BTreeMap::new(),
        }
    }

    /// What people call a row: the values of its key, as given.
    pub fn name(&self, given: &[Given]) -> Option<String> {
        let texts: Vec<String> = (self.key.iter())
            .filter_map(|place| given.get(*place).map(shown))
            .filter(|text| !text.trim().is_empty())
            .collect();
        (!texts.is_empty()).then(|| texts.join(" "))
    }

    /// The values of one row, one a field; what cannot be taken is absent and noted. `feature`
    /// names the row.
    pub fn check(
        &mut self,
        given: Vec<Given>,
        feature: &dyn Fn() -> Which,
        notes: &mut Notes,
    ) -> Vec<Typed> {
        let mut given = given.into_iter();
        let mut values = Vec::with_capacity(self.fields.len());
        for place in 0..self.fields.len() {
            let one = given.next().unwrap_or_default();
            values.push(self.one(place, one, feature, notes));
        }
        self.agree(&values, feature, notes);
        values
    }

    fn one(
        &mut self,
        place: usize,
        given: Given,
        feature: &dyn Fn() -> Which,
        notes: &mut Notes,
    ) -> Typed {
        let rule = &self.fields[place];
        let shown = |given: &Given| shown(given);
        let mut say = |fault: Fault, value: Option<&str>| {
            let cause = (fault.rule, rule.field.name.as_str());
            notes.note_field(fault.severity, cause, || {
                Finding::new(fault.severity, fault.rule, fault.message)
                    .of(feature())
                    .about(&rule.field.name, value)
                    .advising(fault.advice)
            });
        };
        let given = match given {
            Given::Text(text) if text.trim().is_empty() => Given::Absent,
            given => given,
        };
        if given == Given::Absent {
            if rule.field.required {
                say(required(&rule.field), None);
            }
            return Typed::Null;
        }
        let typed = match rule.field.kind {
            FieldType::Text => {
                let text = texts::text_of(given);
                if let Some(code) = rule.field.code_of(text.trim()) {
                    let (field, code) = (rule.field.name.clone(), code.to_owned());
                    let word = (field, text.trim().to_owned(), code.clone());
                    *self.words.entry(word).or_default() += 1;
                    return Typed::Text(code);
                }
                let (text, named) = self.text(place, text, &mut say);
                self.named += u64::from(named);
                return text;
            }
            FieldType::Integer => numbers::integer(&given, &rule.field).map(Typed::Integer),
            FieldType::Real => numbers::real(&given, &rule.field).map(Typed::Real),
            FieldType::Boolean => numbers::truth(&given).map(Typed::Boolean),
            FieldType::Date => match dates::day(&given) {
                Ok(None) => Ok(Typed::Null),
                Ok(Some((day, serial))) => {
                    if serial {
                        say(dates::was_serial(day), Some(&shown(&given)));
                    }
                    Ok(Typed::Date(day))
                }
                Err(reason) => Err(reason),
            },
            FieldType::Timestamp => dates::instant(&given, self.timezone).map(Typed::Timestamp),
        };
        match typed {
            Ok(Typed::Null) if rule.field.required => {
                say(required(&rule.field), Some(&shown(&given)));
                Typed::Null
            }
            Ok(value) => match numbers::beyond(&value, &rule.field) {
                Some(fault) => {
                    say(fault, Some(&shown(&given)));
                    Typed::Null
                }
                None => value,
            },
            Err(reason) => {
                let fault = Fault::error("type", reason, advice(rule.field.kind));
                say(fault, Some(&shown(&given)));
                Typed::Null
            }
        }
    }

    /// A text checked against the field's domain and pattern; whether it was the name of a commune
    /// and is its code.
    fn text(
        &self,
        place: usize,
        mut text: String,
        say: &mut impl FnMut(Fault, Option<&str>),
    ) -> (Typed, bool) {
        let rule = &self.fields[place];
        if texts::is_sound(rule, &text) {
            return (Typed::Text(text), false);
        }
        if text.contains('\0') {
            let advice = "Exportez de nouveau la donnée depuis le logiciel d’origine.";
            let message = "Le texte contient un caractère nul.".to_owned();
            say(Fault::error("encoding", message, advice), None);
            text = text.replace('\0', "");
        }
        let mut named = false;
        let spoilt = !self.repair && texts::is_spoilt(rule, &text);
        for repair in texts::repairs(rule, &text) {
            if spoilt && repair.rule == "spaces" {
                // Said below, as what refuses the value.
                continue;
            }
            let fault = self.proposed(&repair, &text);
            say(fault, Some(&text));
            if self.repair {
                text = repair.to;
            }
        }
        if let Some(code) = self.code_of(rule, &text) {
            text = code;
            named = true;
        }
        if let Some(fault) = texts::fault(rule, &text) {
            // What a repair would mend was said already.
            say(fault, Some(&text));
        }
        (Typed::Text(text), named)
    }

    fn proposed(&self, repair: &Repair, from: &str) -> Fault {
        let Repair { rule, to, what } = repair;
        if self.repair {
            return Fault {
                severity: Severity::Repair,
                rule,
                message: format!("{what} : « {from} » devient « {to} »."),
                advice: String::new(),
            };
        }
        let message = format!("{what} : « {from} » pour « {to} ».");
        let advice = "--repair le corrigerait.";
        // Outer spaces do not endanger anything; a text in another encoding does.
        match *rule {
            "spaces" => Fault::warning(rule, message, advice),
            _ => Fault::error(rule, message, advice),
        }
    }

    /// The code of the commune that a text names, where a code is wanted and it is none.
    fn code_of(&self, rule: &Rule, text: &str) -> Option<String> {
        if !rule.commune
            || rule
                .pattern
                .as_ref()
                .is_none_or(|pattern| pattern.matches(text))
        {
            return None;
        }
        let folded = fold(text);
        let mut codes = self.communes.iter().filter(|(name, _)| *name == folded);
        codes.next().map(|(_, code)| code.clone())
    }
}

/// Whether a field tells people which feature it is.
fn names_it(layer: &Layer, field: &Field) -> bool {
    if layer.key.is_empty() {
        layer
            .label_field()
            .is_some_and(|label| label.name == field.name)
    } else {
        layer.key.contains(&field.name)
    }
}

fn required(field: &Field) -> Fault {
    Fault::error(
        "required",
        format!(
            "Le champ « {} » est obligatoire et n’a pas de valeur.",
            field.title
        ),
        "Complétez la valeur.",
    )
}

fn advice(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text => "",
        FieldType::Integer => "Attendu : un nombre entier.",
        FieldType::Real => "Attendu : un nombre.",
        FieldType::Boolean => "Attendu : oui ou non (ou 1, 0).",
        FieldType::Date => "Attendu : une date comme 2026-03-31 ou 31/03/2026.",
        FieldType::Timestamp => "Attendu : une date et une heure comme 2026-03-31T14:30:00.",
    }
}

/// A value as the report repeats it.
fn shown(given: &Given) -> String {
    match given {
        Given::Absent => String::new(),
        Given::Text(text) => text.clone(),
        Given::Integer(number) => number.to_string(),
        Given::Real(number) => number.to_string(),
        Given::Boolean(truth) => if *truth { "oui" } else { "non" }.to_owned(),
        Given::Date(day) => day.to_string(),
    }
}
