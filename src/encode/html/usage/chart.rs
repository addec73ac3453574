//! Days as stacked columns, with a line across them: an SVG drawn here, without script.

use askama::Template as _;
use chrono::{Datelike as _, NaiveDate};

use super::super::{Html, french};
use super::words;

/// The drawing, and the frame of its plot, in its own units.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 30.0;

/// Days from which on labels name months, and lines are smoothed over a week.
const MONTHS_FROM: usize = 63;

/// Whether so many days are drawn as months.
pub(super) fn is_long(days: i64) -> bool {
    usize::try_from(days).is_ok_and(|days| days >= MONTHS_FROM)
}

/// One layer of the columns.
#[derive(Debug, Clone)]
pub struct Series {
    /// What it is called.
    pub name: String,
    /// Class of the style sheet that colours it: `s0` to `s5`, `rest`.
    pub class: String,
    /// Units day by day.
    pub values: Vec<f64>,
}

/// What is drawn.
#[derive(Debug)]
pub struct Columns<'a> {
    /// Prefix of the identifiers inside, unique in the page.
    pub id: &'a str,
    /// What it shows, in a few words.
    pub title: &'a str,
    /// The same in a sentence or two, for who does not see it.
    pub description: &'a str,
    /// The first day; the others follow.
    pub from: NaiveDate,
    /// The layers of the columns, from the ground up.
    pub series: &'a [Series],
    /// A line across the columns.
    pub line: Option<&'a [f64]>,
}

#[derive(askama::Template)]
#[template(path = "usage_chart.html")]
struct Chart<'a> {
    columns: &'a Columns<'a>,
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    /// Where the plot ends at the foot.
    foot: f64,
    /// Heights of the grid, and their figures.
    grid: Vec<(f64, String)>,
    /// Places of labels along the foot.
    labels: Vec<(f64, String)>,
    /// A path a series.
    paths: Vec<(&'a str, String)>,
    line: Option<String>,
    /// What each day says when it is pointed at: left edge, width, words.
    days: Vec<(f64, f64, String)>,
}

/// The chart as an SVG element, to put into a page unescaped.
///
/// # Errors
/// When the template cannot be filled.
pub fn chart(columns: &Columns<'_>) -> Html {
    let count = columns
        .series
        .iter()
        .map(|s| s.values.len())
        .max()
        .unwrap_or(0);
    let totals: Vec<f64> = (0..count).map(|day| total(columns.series, day)).collect();
    let line_most = columns
        .line
        .unwrap_or(&[])
        .iter()
        .copied()
        .fold(0.0, f64::max);
    let scale = Scale::new(totals.iter().copied().fold(line_most, f64::max), count);
    Chart {
        columns,
        width: WIDTH,
        height: HEIGHT,
        left: LEFT,
        right: WIDTH - RIGHT,
        foot: HEIGHT - BOTTOM,
        grid: scale.grid(),
        labels: labels(columns.from, count, &scale),
        paths: paths(columns.series, count, &scale),
        line: columns.line.map(|values| match count >= MONTHS_FROM {
            true => curve(&weekly(values), &scale),
            false => line(values, &scale),
        }),
        days: days(columns, &totals, &scale),
    }
    .render()
}

fn total(series: &[Series], day: usize) -> f64 {
    series.iter().filter_map(|one| one.values.get(day)).sum()
}

/// From days and units to the drawing.
struct Scale {
    /// The grid's step, in units.
    step: f64,
    /// The top of the plot, in units.
    most: f64,
    /// Width of a day.
    day: f64,
}

impl Scale {
    /// A grid of at most five steps of 1, 2 or 5 times a power of ten.
    fn new(most: f64, days: usize) -> Self {
        let wanted = (most / 4.0).max(0.25);
        let power = 10f64.powf(wanted.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|factor| factor * power)
            .find(|step| *step >= wanted)
            .unwrap_or(10.0 * power);
        Self {
            step,
            most: (most / step).ceil().max(1.0) * step,
            day: (WIDTH - LEFT - RIGHT) / days.max(1) as f64,
        }
    }

    fn x(&self, day: usize) -> f64 {
        LEFT + self.day * day as f64
    }

    fn y(&self, units: f64) -> f64 {
        HEIGHT - BOTTOM - units / self.most * (HEIGHT - TOP - BOTTOM)
    }

    fn grid(&self) -> Vec<(f64, String)> {
        let steps = (self.most / self.step).round() as usize;
        let decimals = usize::from(self.step < 1.0);
        let mark = |step: usize| {
            let units = self.step * step as f64;
            let figure = if decimals == 0 {
                french::count(units.round() as i64)
            } else {
                french::rounded(units, decimals)
            };
            (tenth(self.y(units)), figure)
        };
        (0..=steps).map(mark).collect()
    }

    /// Left edge and width of a day's column.
    fn column(&self, day: usize) -> (f64, f64) {
        let gap = (self.day * 0.22).min(6.0);
        let gap = if self.day < 3.0 { 0.0 } else { gap };
        (self.x(day) + gap / 2.0, self.day - gap)
    }
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn hundredth(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// A path a series: a rectangle for each day on which it has something.
fn paths<'a>(series: &'a [Series], count: usize, scale: &Scale) -> Vec<(&'a str, String)> {
    let mut ground = vec![0.0; count];
    let mut paths = Vec::with_capacity(series.len());
    for one in series {
        let mut path = String::new();
        for (day, value) in one.values.iter().enumerate() {
            let top = ground[day] + value;
            let (low, high) = (tenth(scale.y(ground[day])), tenth(scale.y(top)));
            ground[day] = top;
            if low > high {
                let (x, width) = scale.column(day);
                let (x, width) = (hundredth(x), hundredth(width));
                path.push_str(&format!("M{x} {low}V{high}h{width}V{low}z"));
            }
        }
        paths.push((one.class.as_str(), path));
    }
    paths
}

/// Steps from day to day: a median has a value a day, not between them.
fn line(values: &[f64], scale: &Scale) -> String {
    let mut path = String::new();
    for (day, value) in values.iter().enumerate() {
        let (x, y) = (hundredth(scale.x(day)), tenth(scale.y(*value)));
        let end = hundredth(scale.x(day + 1));
        path.push_str(&if day == 0 {
            format!("M{x} {y}H{end}")
        } else {
            format!("V{y}H{end}")
        });
    }
    path
}

/// Means over a week, each day in its middle: working days and week-ends would make a saw of it.
fn weekly(values: &[f64]) -> Vec<f64> {
    (0..values.len())
        .map(|day| {
            let week = &values[day.saturating_sub(3)..(day + 4).min(values.len())];
            week.iter().sum::<f64>() / week.len() as f64
        })
        .collect()
}

/// From the middle of a day to that of the next.
fn curve(values: &[f64], scale: &Scale) -> String {
    let point = |(day, value): (usize, &f64)| {
        let (x, y) = (scale.x(day) + scale.day / 2.0, scale.y(*value));
        format!(
            "{}{} {}",
            if day == 0 { 'M' } else { 'L' },
            tenth(x),
            tenth(y)
        )
    };
    values.iter().enumerate().map(point).collect()
}

fn days(columns: &Columns<'_>, totals: &[f64], scale: &Scale) -> Vec<(f64, f64, String)> {
    columns
        .from
        .iter_days()
        .zip(totals)
        .enumerate()
        .map(|(day, (date, total))| {
            let median = columns.line.and_then(|line| line.get(day));
            let median = median.map_or_else(String::new, |units| {
                format!(", médiane {}", words::amount(*units))
            });
            let units = words::amount(*total);
            let says = format!("{}\u{a0}: {units} unités{median}", words::long_day(date));
            (hundredth(scale.x(day)), hundredth(scale.day), says)
        })
        .collect()
}

/// Days or months along the foot, no closer than they can be read.
fn labels(from: NaiveDate, count: usize, scale: &Scale) -> Vec<(f64, String)> {
    let dates = from.iter_days().take(count).enumerate();
    let middle = |day: usize| tenth(scale.x(day) + scale.day / 2.0);
    if count >= MONTHS_FROM {
        let firsts: Vec<_> = dates.filter(|(_, date)| date.day() == 1).collect();
        let every = firsts.len().div_ceil(13).max(1);
        let label =
            |(day, date): (usize, NaiveDate)| (tenth(scale.x(day)), words::short_month(date));
        return firsts.into_iter().step_by(every).map(label).collect();
    }
    let every = count.div_ceil(10).max(1);
    dates
        .step_by(every)
        .map(|(day, date)| (middle(day), words::short_day(date)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(class: &str, values: &[f64]) -> Series {
        Series {
            name: class.to_owned(),
            class: class.to_owned(),
            values: values.to_vec(),
        }
    }

    fn first() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 1).expect("a day")
    }

    #[test]
    fn columns_stack_and_say_their_day() {
        let list = [
            series("s0", &[10.0, 0.0, 5.5]),
            series("s1", &[10.0, 4.0, 0.0]),
        ];
        let svg = chart(&Columns {
            id: "jours",
            title: "Unités par jour",
            description: "Trois jours",
            from: first(),
            series: &list,
            line: Some(&[1.0, 2.0, 3.0]),
        })
        .expect("a chart");
        assert!(
            svg.contains("role=\"img\"") && svg.contains("<desc"),
            "{svg}"
        );
        assert!(
            svg.contains("1 novembre 2026\u{a0}: 20 unités, médiane 1"),
            "{svg}"
        );
        assert!(svg.contains("3 novembre 2026\u{a0}: 5,5 unités"), "{svg}");
        assert!(!svg.contains("style=") && !svg.contains("NaN"), "{svg}");
        // Two rectangles each: days without anything have none.
        assert_eq!(
            svg.matches('z').count() - svg.matches("zone").count(),
            4,
            "{svg}"
        );
    }

    #[test]
    fn the_grid_has_round_steps_and_holds_the_highest_day() {
        for (most, step, top) in [
            (0.0, 0.5, 0.5),
            (7.0, 2.0, 8.0),
            (412.0, 200.0, 600.0),
            (1e6, 5e5, 1e6),
        ] {
            let scale = Scale::new(most, 30);
            assert_eq!((scale.step, scale.most), (step, top), "{most}");
        }
        let year = labels(first(), 365, &Scale::new(1.0, 365));
        assert_eq!(year.len(), 12);
        assert!(labels(first(), 30, &Scale::new(1.0, 30)).len() <= 10);
    }

    #[test]
    fn a_period_without_use_is_still_a_chart() {
        let svg = chart(&Columns {
            id: "j",
            title: "t",
            description: "d",
            from: first(),
            series: &[],
            line: None,
        });
        assert!(svg.is_ok_and(|svg| !svg.contains("NaN") && !svg.contains("inf")));
    }
}
