//! What is typed as an address: number, suffix, street, commune, in any order that people use.

use super::streets::{Match, Streets, What, Within};
use super::words::{Word, words};
use crate::ads::Desk;
use crate::catalogue::View;
use crate::model::Problem;
use crate::ogc::ask::Ask;
use crate::store::ads::{AddressRow, Place};

/// Streets in which a number is looked for.
const NUMBERED: usize = 30;

/// Addresses of one number in all of them, at most.
const MOST_ADDRESSES: usize = 500;

/// What a street loses where the number that was typed is not in it.
const WITHOUT: f32 = 0.25;

/// Below this nothing resembles what was typed.
const LEAST: f32 = 0.4;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Query {
    /// What was typed.
    pub text: String,
    /// Results, at most.
    pub limit: usize,
    /// Whether the last word may be cut short.
    pub begun: bool,
    /// The kind of results: all when none.
    pub kind: Option<String>,
    /// Where.
    pub within: Within,
}

/// A result.
#[derive(Debug)]
pub struct Found {
    /// The street or the commune.
    pub what: What,
    /// The address, when it is one.
    pub address: Option<AddressRow>,
    /// From 0 to 1.
    pub score: f32,
}

impl Found {
    /// Where it is.
    pub fn place(&self, streets: &Streets) -> Place {
        match (&self.address, self.what) {
            (Some(row), _) => row.place,
            (None, What::Street(place)) => streets.streets[place].row.place,
            (None, What::Town(place)) => streets.towns[place].row.place,
        }
    }

    /// Its kind, as the national base names it.
    pub fn kind(&self, streets: &Streets) -> &'static str {
        match (self.what, &self.address) {
            (_, Some(_)) => "housenumber",
            (What::Street(place), None) if streets.streets[place].row.locality => "locality",
            (What::Street(_), None) => "street",
            (What::Town(_), None) => "municipality",
        }
    }
}

/// One way to read what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reading {
    number: Option<i64>,
    suffix: Option<String>,
    words: Vec<Word>,
}

/// Finds what was typed.
///
/// # Errors
/// 503 when the database does not answer.
pub async fn search(
    ask: &Ask,
    desk: &Desk,
    view: &View,
    query: &Query,
) -> Result<Vec<Found>, Problem> {
    let streets = desk.streets(&ask.app, view).await?;
    let mut within = query.within.clone();
    let mut typed = words(&query.text);
    leave_out_units(&mut typed);
    take_postcode(&mut typed, &streets, &mut within);
    let mut best: Vec<(Reading, Vec<Match>)> = readings(&typed)
        .into_iter()
        .map(|reading| {
            let matches = streets.find(&reading.words, query.begun, &within);
            (reading, matches)
        })
        .collect();
    let top = |matches: &[Match]| matches.first().map_or(0.0, |best| best.score);
    best.sort_by(|(_, a), (_, b)| top(b).total_cmp(&top(a)));
    let Some(highest) = best.first().map(|(_, matches)| top(matches)) else {
        return Ok(Vec::new());
    };
    // Readings that are nearly as good are followed as well: a number may be a name's.
    best.retain(|(_, matches)| top(matches) >= LEAST && top(matches) > highest - 0.12);
    let mut found: Vec<Found> = Vec::new();
    for (reading, matches) in best {
        follow(ask, view, &streets, query, (reading, matches), &mut found).await?;
    }
    found.retain(|one| {
        let wanted = query.kind.as_deref();
        one.score >= LEAST && wanted.is_none_or(|kind| kind == one.kind(&streets))
    });
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut seen: Vec<(What, Option<String>)> = Vec::new();
    found.retain(|one| {
        let key = (one.what, one.address.as_ref().map(|row| row.key.clone()));
        let new = !seen.contains(&key);
        if new {
            seen.push(key);
        }
        new
    });
    found.truncate(query.limit);
    Ok(found)
}

/// « appartement 3, 4 chemin… »: the number of a flat or of a building is none of the street's.
fn leave_out_units(typed: &mut Vec<Word>) {
    const UNITS: [&str; 9] = [
        "APPARTEMENT",
        "APPT",
        "APT",
        "BAT",
        "BATIMENT",
        "ETAGE",
        "LGT",
        "LOGEMENT",
        "STUDIO",
    ];
    let mut at = 0;
    while at < typed.len() {
        let unit = UNITS.contains(&typed[at].text.as_str());
        let valued = typed
            .get(at + 1)
            .is_some_and(|value| number(value).is_some() || value.text.len() == 1);
        if unit && valued && typed.len() > 2 {
            typed.drain(at..at + 2);
        } else {
            at += 1;
        }
    }
}

/// Five digits that are a postcode or a code of a commune say where.
fn take_postcode(typed: &mut Vec<Word>, streets: &Streets, within: &mut Within) {
    let Some(place) = typed
        .iter()
        .position(|word| word.text.len() == 5 && word.text.bytes().all(|b| b.is_ascii_digit()))
    else {
        return;
    };
    let code = typed[place].text.clone();
    let towns = || streets.towns.iter().map(|town| &town.row);
    if within.postcode.is_none() && towns().any(|town| town.postcodes.contains(&code)) {
        within.postcode = Some(code);
    } else if within.citycode.is_none() && towns().any(|town| town.insee == code) {
        within.citycode = Some(code);
    } else {
        return;
    }
    if typed.len() > 1 {
        typed.remove(place);
    }
}

/// The number first, last, or none: names hold numbers too.
fn readings(typed: &[Word]) -> Vec<Reading> {
    let mut readings = vec![Reading {
        number: None,
        suffix: None,
        words: typed.to_vec(),
    }];
    let mut numbered = |at: usize| {
        let Some(number) = number(&typed[at]) else {
            return;
        };
        let rest = |from: usize| -> Vec<Word> {
            typed[..at].iter().chain(&typed[from..]).cloned().collect()
        };
        if let Some(suffix) = typed.get(at + 1).and_then(suffix) {
            readings.push(Reading {
                number: Some(number),
                suffix: Some(suffix),
                words: rest(at + 2),
            });
        }
        readings.push(Reading {
            number: Some(number),
            suffix: None,
            words: rest(at + 1),
        });
    };
    if !typed.is_empty() {
        numbered(0);
    }
    // « rue de la Fosse 12 », « rue de la Fosse 12 Nantes ».
    if let Some(later) = (1..typed.len()).find(|at| number(&typed[*at]).is_some()) {
        numbered(later);
    }
    readings.retain(|reading| !reading.words.is_empty());
    readings
}

fn number(word: &Word) -> Option<i64> {
    let digits = word.text.len() <= 4 && word.text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| word.text.parse().ok()).flatten()
}

/// What may follow a number: `bis`, `ter`, `quater`, a letter.
fn suffix(word: &Word) -> Option<String> {
    let text = word.text.as_str();
    let known = matches!(text, "BIS" | "TER" | "QUATER" | "QUINQUIES");
    let letter = text.len() == 1 && text.bytes().all(|b| b.is_ascii_alphabetic());
    // The article of « 12 l’Église » is none.
    let letter = letter && !matches!(text, "L" | "D" | "R");
    (known || letter).then(|| text.to_ascii_lowercase())
}

async fn follow(
    ask: &Ask,
    view: &View,
    streets: &Streets,
    query: &Query,
    (reading, matches): (Reading, Vec<Match>),
    found: &mut Vec<Found>,
) -> Result<(), Problem> {
    let Some(number) = reading.number else {
        found.extend(
            matches
                .iter()
                .take(query.limit.max(NUMBERED))
                .map(|one| Found {
                    what: one.what,
                    address: None,
                    score: one.score,
                }),
        );
        return Ok(());
    };
    let numbered: Vec<(usize, f32)> = matches
        .iter()
        .filter_map(|one| match one.what {
            What::Street(place) => Some((place, one.score)),
            What::Town(_) => None,
        })
        .take(NUMBERED)
        .collect();
    let fids: Vec<i64> = numbered
        .iter()
        .flat_map(|(place, _)| &streets.streets[*place].row.numbers)
        .filter(|(own, _)| *own == number)
        .map(|(_, fid)| *fid)
        .take(MOST_ADDRESSES)
        .collect();
    let rows = match fids[..] {
        [] => Vec::new(),
        _ => {
            let reading = ask.app.store.addresses(view, &fids);
            ask.tally.timed(reading).await?
        }
    };
    for (place, score) in numbered {
        let street = &streets.streets[place].row;
        let own = rows
            .iter()
            .filter(|row| row.commune == street.commune && row.street == street.name);
        let mut any = false;
        for row in own {
            if let Some(loss) = suffix_loss(reading.suffix.as_deref(), row.suffix.as_deref()) {
                any = true;
                found.push(Found {
                    what: What::Street(place),
                    address: Some(row.clone()),
                    score: score - loss,
                });
            }
        }
        if !any {
            found.push(Found {
                what: What::Street(place),
                address: None,
                score: score - WITHOUT,
            });
        }
    }
    Ok(())
}

/// What a suffix other than the one typed costs; none when it is another address.
fn suffix_loss(typed: Option<&str>, own: Option<&str>) -> Option<f32> {
    let own = own.map(str::to_lowercase);
    match (typed, own.as_deref()) {
        (None, None) => Some(0.0),
        (None, Some(_)) => Some(0.05),
        (Some(typed), Some(own)) => {
            let same = typed == own
                || own
                    .strip_prefix(typed)
                    .is_some_and(|rest| matches!(rest, "is" | "er"));
            same.then_some(0.0)
        }
        (Some(_), None) => Some(0.1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_is_none_of_the_street() {
        for (text, left) in [
            ("appartement 3, 4 chemin du Port", "4 CHEMIN DU PORT"),
            ("4 chemin du Port, bât. B, appt 12", "4 CHEMIN DU PORT"),
            ("rue du Bâtiment", "RUE DU BATIMENT"),
            ("appartement 3", "APPARTEMENT 3"),
        ] {
            let mut typed = words(text);
            leave_out_units(&mut typed);
            let texts: Vec<&str> = typed.iter().map(|word| word.text.as_str()).collect();
            assert_eq!(texts.join(" "), left);
        }
        let mut typed = words("appartement 3, 4 chemin du Port");
        leave_out_units(&mut typed);
        assert!(
            readings(&typed)
                .iter()
                .any(|reading| reading.number == Some(4))
        );
    }
}
