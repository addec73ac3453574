//! Digits before a section: which commune and which prefix they are.

use crate::model::Insee;

use super::Context;

/// One way to read the digits before a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// The commune, when they tell one.
    pub commune: Option<Insee>,
    /// The prefix, when they tell one.
    pub prefix: Option<String>,
    /// Whether the form is one of those that are defined; others are only likely.
    pub sure: bool,
}

/// The forms that groups of digits can have, the likeliest first: identifiers of 14, 15 and 12
/// characters without their section and number, in one group or several, and a prefix alone.
pub(super) fn heads(groups: &[&str], near: Option<&Insee>, context: &Context<'_>) -> Vec<Head> {
    let sizes: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let head = |commune: Option<Insee>, prefix: Option<&str>, sure: bool| {
        commune.map(|commune| Head {
            commune: Some(commune),
            prefix: prefix.map(str::to_owned),
            sure,
        })
    };
    let all: Vec<Option<Head>> = match (&sizes[..], groups) {
        ([5], [code]) => vec![head(insee(code), None, true)],
        ([8], [all]) => vec![head(insee(&all[..5]), Some(&all[5..]), true)],
        ([5, 3], [code, prefix]) => vec![head(insee(code), Some(prefix), true)],
        ([9], [all]) => directed(&all[..6])
            .into_iter()
            .map(|(commune, sure)| head(commune, Some(&all[6..]), sure))
            .collect(),
        ([2, 3], [department, commune]) | ([2, 1, 3], [department, _, commune]) => {
            vec![head(parts(department, commune), None, true)]
        }
        ([2, 3, 3], [department, commune, prefix])
        | ([2, 1, 3, 3], [department, _, commune, prefix]) => {
            vec![head(parts(department, commune), Some(prefix), true)]
        }
        ([3, 3, 3], [department, commune, prefix]) => {
            vec![head(long_parts(department, commune), Some(prefix), true)]
        }
        ([6, 3], [all, prefix]) => directed(all)
            .into_iter()
            .map(|(commune, sure)| head(commune, Some(prefix), sure))
            .collect(),
        ([3, 3], [first, second]) => {
            let mut found = vec![head(long_parts(first, second), None, true)];
            found.extend(edigeo(first, second, near, context));
            found
        }
        ([6], [all]) => {
            let mut found = edigeo(&all[..3], &all[3..], near, context);
            // Département, direction and commune: whoever has no direction writes 0.
            let directed = directed(all).into_iter();
            found.extend(directed.map(|(commune, _)| head(commune, None, false)));
            found
        }
        _ => Vec::new(),
    };
    let all: Vec<Head> = all.into_iter().flatten().collect();
    let known = |head: &Head| {
        head.commune
            .as_ref()
            .is_some_and(|code| is_known(code, context))
    };
    if all.iter().any(known) {
        return all.into_iter().filter(known).collect();
    }
    all
}

/// Département, direction and commune in six characters, as MAJIC has them, and whether the form is
/// sure. The direction is 0 but where taxes have several: `044109` is a département of three.
fn directed(six: &str) -> Vec<(Option<Insee>, bool)> {
    let (department, direction) = (&six[..2], six.as_bytes()[2]);
    if direction == b'0' || matches!(department, "13" | "59" | "75" | "92" | "97") {
        return vec![(parts(department, &six[3..]), true)];
    }
    vec![(long_parts(&six[..3], &six[3..]), false)]
}

/// Whether the commune is one that the reader knows.
pub(super) fn is_known(code: &Insee, context: &Context<'_>) -> bool {
    context.commune == Some(code) || context.places.knows(code.as_str())
}

/// Whether a département is the reader's, or one of the known communes'; nothing known, any is.
pub(super) fn is_near(department: &str, context: &Context<'_>) -> bool {
    let places = context.places.all();
    let mut own = places.iter().chain(context.commune).peekable();
    own.peek().is_none() || own.any(|code| code.as_str().starts_with(department))
}

/// The communes of three digits, in the départements at hand.
pub(super) fn of_three(three: &str, near: Option<&Insee>, context: &Context<'_>) -> Vec<Insee> {
    let mut departments: Vec<String> = near
        .into_iter()
        .chain(context.commune)
        .cloned()
        .chain(context.places.all())
        .map(|code| code.as_str()[..2].to_owned())
        .collect();
    departments.sort();
    departments.dedup();
    departments
        .iter()
        .filter_map(|department| parts(department, three))
        .collect()
}

/// EDIGEO's commune of three digits and its prefix: the département comes from elsewhere.
fn edigeo(
    three: &str,
    prefix: &str,
    near: Option<&Insee>,
    context: &Context<'_>,
) -> Vec<Option<Head>> {
    of_three(three, near, context)
        .into_iter()
        .map(|commune| {
            Some(Head {
                sure: context.places.is_empty() || is_known(&commune, context),
                commune: Some(commune),
                prefix: Some(prefix.to_owned()),
            })
        })
        .collect()
}

/// A code of five characters that a commune can have: none is numbered 000, as postcodes are.
pub(super) fn insee(text: &str) -> Option<Insee> {
    (text.get(2..)? != "000" && is_department(text))
        .then(|| text.parse().ok())
        .flatten()
}

/// Whether a code begins with a département, or with a territory overseas: `96` and `99` are none,
/// nor is Corsica's former `20`.
fn is_department(text: &str) -> bool {
    match text.as_bytes() {
        [b'9', b'7', third, ..] => (b'1'..=b'8').contains(third),
        [b'9', b'8', third, ..] => (b'4'..=b'9').contains(third),
        [b'9', second, ..] => *second <= b'5',
        [first, second, ..] => !matches!([*first, *second], [b'0', b'0'] | [b'2', b'0']),
        _ => false,
    }
}

/// Département of two characters and commune of three; overseas, `97` and `411`.
pub(super) fn parts(department: &str, commune: &str) -> Option<Insee> {
    (commune.len() == 3)
        .then(|| insee(&format!("{department}{commune}")))
        .flatten()
}

/// Département of three characters (`044`, `02A`, `974`, whose last digit is also the commune's
/// first) and commune of three.
pub(super) fn long_parts(department: &str, commune: &str) -> Option<Insee> {
    match department.strip_prefix('0') {
        Some(two) => parts(two, commune),
        None if matches!(department.get(..2), Some("97" | "98")) => (department.get(2..)
            == commune.get(..1))
        .then(|| parts(&department[..2], commune))
        .flatten(),
        None => None,
    }
}
