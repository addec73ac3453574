//! A period's use told apart: what weighs most by itself, what is left together.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::chart::Series;
use crate::model::{Figures, Period};

/// How many parts have a colour of their own.
const MOST: usize = 6;

/// One part.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What it is called.
    pub name: String,
    /// Its colour in the chart, a class of the style sheet.
    pub class: String,
    /// Its sums.
    pub figures: Figures,
}

/// The parts, the heaviest first, and the same day by day.
#[derive(Debug, Default)]
pub struct Split {
    /// All parts.
    pub parts: Vec<Part>,
    /// The first ones, and the others as one.
    pub series: Vec<Series>,
}

/// What one part used.
#[derive(Debug, Clone)]
pub struct Track {
    /// What it is called.
    pub name: String,
    /// Sums.
    pub figures: Figures,
    /// Units day by day.
    pub days: Vec<f64>,
}

impl Split {
    /// Gathers sums by day and part, as the store gives them.
    pub fn new(
        period: Period,
        sums: &[(String, String, Figures)],
        name: impl Fn(&str) -> String,
    ) -> Self {
        let length = usize::try_from(period.days()).unwrap_or(0);
        let mut tracks: BTreeMap<&str, Track> = BTreeMap::new();
        for (day, part, figures) in sums {
            let track = tracks.entry(part).or_insert_with(|| Track {
                name: name(part),
                figures: Figures::default(),
                days: vec![0.0; length],
            });
            track.figures += *figures;
            let day = day.parse::<NaiveDate>().ok();
            let place = day.and_then(|day| usize::try_from((day - period.from).num_days()).ok());
            if let Some(cell) = place.and_then(|place| track.days.get_mut(place)) {
                *cell += figures.units.approx();
            }
        }
        Self::of(tracks.into_values().collect())
    }

    /// Puts the heaviest first, and draws the lightest as one.
    pub fn of(mut tracks: Vec<Track>) -> Self {
        tracks.sort_by_key(|it| std::cmp::Reverse((it.figures.units, it.figures.requests)));
        // One part more than has a colour is as well told as « others ».
        let own = if tracks.len() <= MOST { MOST } else { MOST - 1 };
        let mut split = Self::default();
        let mut rest: Option<Series> = None;
        for (place, track) in tracks.into_iter().enumerate() {
            let class = if place < own {
                format!("s{place}")
            } else {
                "rest".to_owned()
            };
            if place < own {
                split.series.push(Series {
                    name: track.name.clone(),
                    class: class.clone(),
                    values: track.days,
                });
            } else {
                let all = rest.get_or_insert_with(|| Series {
                    name: "Autres".to_owned(),
                    class: class.clone(),
                    values: vec![0.0; track.days.len()],
                });
                for (sum, value) in all.values.iter_mut().zip(&track.days) {
                    *sum += value;
                }
            }
            split.parts.push(Part {
                name: track.name,
                class,
                figures: track.figures,
            });
        }
        split.series.extend(rest);
        split
    }

    /// Sums of all parts.
    pub fn total(&self) -> Figures {
        let mut total = Figures::default();
        for part in &self.parts {
            total += part.figures;
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Units;

    #[test]
    fn the_lightest_parts_share_a_colour_and_nothing_is_lost() {
        let from = NaiveDate::from_ymd_opt(2026, 11, 1).expect("a day");
        let period = Period::new(from, from.succ_opt().expect("a day")).expect("a period");
        let sums: Vec<_> = (0..8)
            .map(|part| {
                let figures = Figures {
                    requests: 1,
                    units: Units(1000 * (8 - part)),
                    ..Figures::default()
                };
                ("2026-11-02".to_owned(), format!("couche-{part}"), figures)
            })
            .collect();
        let split = Split::new(period, &sums, str::to_uppercase);
        assert_eq!(split.parts.len(), 8);
        assert_eq!(split.parts[0].name, "COUCHE-0");
        assert_eq!(
            (split.parts[4].class.as_str(), split.parts[5].class.as_str()),
            ("s4", "rest")
        );
        assert_eq!(split.series.len(), 6);
        assert_eq!(split.series[5].values, [0.0, 6.0]);
        let drawn: f64 = split.series.iter().flat_map(|one| &one.values).sum();
        assert_eq!(drawn, split.total().units.approx());
    }
}
