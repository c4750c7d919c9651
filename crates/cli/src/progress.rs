//! Progress of what takes longer than a second, for people at a terminal.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar over bytes; hidden in pipes, and until there is something to show.
pub(crate) fn bytes(total: Option<u64>, what: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(4));
    let style = ProgressStyle::with_template("{msg} {bytes} of {total_bytes} {bytes_per_sec}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar
}

/// A bar over things that are done one by one; hidden in pipes.
pub(crate) fn bar(what: &str, total: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(4));
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:40} {pos} of {len}") {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar
}

/// A count of things that are done one by one, of nobody knows how many; hidden in pipes.
pub(crate) fn count(what: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(4));
    if let Ok(style) = ProgressStyle::with_template("{msg} {pos}") {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar
}

/// Does something that gives no word of its progress; a line at the terminal says that it
/// goes on once it has taken longer than a second.
pub(crate) fn while_waiting<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let line = ProgressBar::new_spinner().with_message(format!("{what} ..."));
    line.set_draw_target(ProgressDrawTarget::hidden());
    let (done, is_done) = channel::<()>();
    let result = thread::scope(|scope| {
        let line = line.clone();
        scope.spawn(move || {
            if is_done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                line.set_draw_target(ProgressDrawTarget::stderr());
                line.enable_steady_tick(TICK);
            }
        });
        let result = work();
        drop(done);
        result
    });
    line.finish_and_clear();
    result
}

/// A bar over simulated time; shows itself when the work takes longer than a second.
#[derive(Debug)]
pub(crate) struct Simulated {
    bar: ProgressBar,
    begun: Instant,
}

/// How long work may take without a word.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often a line that only says that work goes on is drawn.
const TICK: Duration = Duration::from_millis(200);

impl Simulated {
    /// Over so many simulated seconds.
    #[expect(
        clippy::disallowed_methods,
        reason = "whether the work takes long enough for a word about it"
    )]
    pub(crate) fn new(total_s: Option<f64>) -> Self {
        let total = total_s.map(|seconds| seconds as u64);
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        let form = match total {
            Some(_) => "simulating {bar:40} {percent}%",
            None => "simulating {pos} s",
        };
        if let Ok(style) = ProgressStyle::with_template(form) {
            bar.set_style(style);
        }
        Self {
            bar,
            begun: Instant::now(),
        }
    }

    /// The simulation has come so far, in seconds.
    pub(crate) fn at(&mut self, seconds: f64) {
        if self.bar.is_hidden() && self.begun.elapsed() > PATIENCE {
            self.bar
                .set_draw_target(ProgressDrawTarget::stderr_with_hz(4));
        }
        self.bar.set_position(seconds as u64);
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
