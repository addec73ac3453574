//! How far a delivery is: a bar on a terminal, plain lines otherwise.

use std::io::IsTerminal as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::model::Progress;

/// Time between two plain lines of a phase.
const EVERY: Duration = Duration::from_secs(5);

const COUNTED: &str = "{msg} {wide_bar} {human_pos}/{human_len} ({per_sec}, encore {eta})";
const OPEN: &str = "{spinner} {msg} {human_pos} ({per_sec}) {elapsed}";
const BARE: &str = "{spinner} {msg} {elapsed}";

/// Shows progress on standard error.
pub struct Meter {
    bar: Option<ProgressBar>,
    plain: Option<Mutex<Plain>>,
    phase: Mutex<String>,
}

struct Plain {
    begun: Instant,
    last: Instant,
}

impl Meter {
    /// A bar on a terminal, plain lines elsewhere; nothing when it is to be quiet.
    pub fn new(quiet: bool, json: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let silent = quiet || json;
        let bar = (terminal && !silent).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        let now = Instant::now();
        let plain = Plain {
            begun: now,
            last: now,
        };
        Self {
            bar,
            plain: (!terminal && !silent).then_some(Mutex::new(plain)),
            phase: Mutex::default(),
        }
    }

    /// Shows a step.
    pub fn show(&self, step: Progress) {
        let new = {
            let mut phase = self
                .phase
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner());
            let new = *phase != step.phase;
            phase.clone_from(&step.phase);
            new
        };
        if let Some(bar) = &self.bar {
            draw(bar, &step, new);
        }
        if let Some(plain) = &self.plain {
            let mut plain = plain
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner());
            if new {
                plain.begun = Instant::now();
            }
            if new || plain.last.elapsed() >= EVERY {
                plain.last = Instant::now();
                eprintln!("{}", line(&step, plain.begun.elapsed()));
            }
        }
    }

    /// Takes the bar away.
    pub fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn draw(bar: &ProgressBar, step: &Progress, new: bool) {
    if new {
        bar.reset();
        let template = match (step.total, step.done) {
            (Some(_), _) => COUNTED,
            (None, 0) => BARE,
            (None, _) => OPEN,
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(step.phase.clone());
    }
    match step.total {
        Some(total) => bar.set_length(total.unsigned_abs().max(step.done.unsigned_abs())),
        None => bar.unset_length(),
    }
    bar.set_position(step.done.unsigned_abs());
}

fn line(step: &Progress, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    if step.done == 0 || seconds < 0.5 {
        return format!("{}…", step.phase);
    }
    let rate = step.done as f64 / seconds;
    match step.total.filter(|total| *total > step.done) {
        None => format!("{} : {} ({rate:.0}/s)", step.phase, step.done),
        Some(total) => {
            let left = (total - step.done) as f64 / rate;
            format!(
                "{} : {}/{total} ({rate:.0}/s, encore {left:.0} s)",
                step.phase, step.done
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_lines_tell_rate_and_time_left() {
        let step = |done, total| Progress {
            phase: "Lecture".to_owned(),
            done,
            total,
        };
        let after = Duration::from_secs(2);
        assert_eq!(line(&step(0, None), after), "Lecture…");
        assert_eq!(line(&step(2000, None), after), "Lecture : 2000 (1000/s)");
        let counted = line(&step(2000, Some(5000)), after);
        assert_eq!(counted, "Lecture : 2000/5000 (1000/s, encore 3 s)");
    }
}
