//! A month of a function with more requests than are simulated one by one: windows of
//! minutes from the quietest to the busiest, each standing for its like.

use landfall_source::Result;

use crate::arrivals::Arrivals;
use crate::busy::most_within;
use crate::functions::run_functions;
use crate::month::{
    FEWEST_WINDOWS, LONGEST_S, Month, MonthOutcome, SHORTEST_S, SHORTEST_WORKS, Shifted, Windows,
    finished,
};
use crate::run::{Outcome, Run};
use crate::setup::FunctionSetup;
use crate::traffic::{Curve, MINUTE_S};

/// Windows of a month that has many more requests than are simulated, and most where it does
/// not.
const WINDOWS: usize = 24;
const MOST_WINDOWS: usize = 96;

/// Long windows that are spread over a month, and the part of each that does not count.
const SPREAD: u32 = 8;
const WARMING: f64 = 0.2;

/// A part of a month that is simulated, in seconds.
#[derive(Debug, Clone, Copy)]
struct Window {
    /// Before anything counts.
    warm_up_s: f64,
    /// What counts, after that.
    counted_s: f64,
}

/// Minutes of a month that are alike, and the one of them that is simulated.
#[derive(Debug, Clone, Copy)]
struct Alike {
    minutes: usize,
    minute: usize,
}

impl Month<'_> {
    /// Windows of minutes with as many requests in each kind of them. A window begins with
    /// the environments that the time before it leaves, and is warmed up until as much work
    /// is under way as comes to be; none where the budget has not enough for a few.
    pub(crate) fn function_in_windows(
        &self,
        setup: &FunctionSetup,
        curve: &Curve,
        progress: &mut dyn FnMut(f64),
    ) -> Result<Option<MonthOutcome>> {
        let work_s = self.law.mean_s();
        let shortest_s = SHORTEST_S.max(SHORTEST_WORKS * work_s);
        let highest_per_s = self.traffic.rate_per_s * curve.peak();
        let affordable = (self.budget as f64 / (highest_per_s * 2.0 * shortest_s)) as usize;
        if affordable < FEWEST_WINDOWS {
            return Ok(None);
        }
        let long = (self.budget as f64 / (highest_per_s * 2.0 * LONGEST_S)) as usize;
        let minutes = (self.for_s / MINUTE_S) as usize;
        let all = alike(
            curve,
            minutes,
            affordable.min(long.clamp(WINDOWS, MOST_WINDOWS)),
        );
        let afforded = self.budget as f64 / all.len() as f64;
        let mut whole = Outcome::default();
        let mut seconds = 0.0;
        for (place, one) in all.iter().enumerate() {
            let rate_per_s = (self.traffic.rate_per_s * curve.at(one.minute)).max(1e-9);
            let stands_s = one.minutes as f64 * MINUTE_S;
            let counted_s = (afforded / rate_per_s - shortest_s)
                .clamp(shortest_s, LONGEST_S.max(shortest_s))
                .min(stands_s);
            // What the budget has left lets the window find its own environments.
            let left_s = afforded / rate_per_s - counted_s;
            let most_s = self.most_load_s(afforded);
            let warm_up_s = left_s.min(setup.idle_s.1);
            let least_s = shortest_s.min(counted_s);
            let counted_s = curve.until_s(one.minute, most_s, counted_s).max(least_s);
            let warm_up_s = curve.since_s(one.minute, most_s, warm_up_s).max(shortest_s);
            let window = Window {
                warm_up_s,
                counted_s,
            };
            let outcome = self.one_window(setup, curve, one.minute, window)?;
            let times = (stands_s / counted_s).round().max(1.0);
            whole.join_window(&outcome, times as u64);
            seconds += counted_s;
            progress((place + 1) as f64 / all.len() as f64 * self.for_s);
        }
        let windows = Windows {
            number: all.len() as u32,
            seconds: seconds / all.len().max(1) as f64,
        };
        Ok(finished(whole, Some(windows)))
    }

    /// Windows spread evenly over the month, each as long as the budget allows, after a
    /// warm-up as long as the idle limit: bursts are seldom, and what waits of one is worked
    /// off long after it. None where not even one fits.
    pub(crate) fn bursts_in_windows(
        &self,
        setup: &FunctionSetup,
        curve: &Curve,
        progress: &mut dyn FnMut(f64),
    ) -> Result<Option<MonthOutcome>> {
        let warm_up_s = (setup.idle_s.1 / MINUTE_S).ceil() * MINUTE_S;
        let whole_s = self.afforded(setup) / self.traffic.rate_per_s;
        let afforded_s = whole_s / WINDOWS as f64 - warm_up_s;
        let counted_s = warm_up_s.max(afforded_s);
        let window = Window {
            warm_up_s,
            counted_s,
        };
        let window_s = warm_up_s + counted_s;
        let number = ((whole_s / window_s) as u32).min(WINDOWS as u32);
        if number == 0 {
            return Ok(None);
        }
        let mut whole = Outcome::default();
        for place in 0..number {
            let share = (f64::from(place) + 0.5) / f64::from(number);
            let from_s = share * (self.for_s - window_s) + warm_up_s;
            let minute = (from_s / MINUTE_S).floor() as usize;
            let outcome = self.one_window(setup, curve, minute, window)?;
            whole.join_window(&outcome, 1);
            progress(share * self.for_s);
        }
        let windows = Windows {
            number,
            seconds: counted_s,
        };
        Ok(finished(whole, Some(windows)))
    }

    /// A few long windows spread evenly over the month, with a warm-up before each: for what
    /// comes in bursts to copies that follow the load, and for jobs. `run_one` runs one.
    pub(crate) fn long_windows(
        &self,
        curve: &Curve,
        progress: &mut dyn FnMut(f64),
        run_one: impl Fn(&mut dyn Arrivals, &Run) -> Result<Outcome>,
    ) -> Result<Option<(Outcome, Windows)>> {
        let whole_s = self.budget as f64 / self.traffic.rate_per_s;
        let window_s = (whole_s / f64::from(SPREAD) / MINUTE_S).floor() * MINUTE_S;
        let warm_up_s = (window_s * WARMING / MINUTE_S).floor() * MINUTE_S;
        let counted_s = window_s - warm_up_s;
        if counted_s <= 0.0 {
            return Ok(None);
        }
        let mut whole = Outcome::default();
        for place in 0..SPREAD {
            let share = (f64::from(place) + 0.5) / f64::from(SPREAD);
            let from_s = (share * (self.for_s - window_s) / MINUTE_S).floor() * MINUTE_S;
            let streams = self.streams.index((from_s / MINUTE_S) as u64);
            let to_s = from_s + window_s;
            let mut arrivals = Shifted {
                inner: self.traffic.arrivals(curve, from_s, to_s, streams),
                by_s: from_s,
            };
            let run = Run {
                streams,
                for_s: Some(window_s),
                warm_up_s,
                budget: self.events(),
                detail: self.detail,
            };
            whole.join_window(&run_one(&mut arrivals, &run)?, 1);
            progress(share * self.for_s);
        }
        let windows = Windows {
            number: SPREAD,
            seconds: counted_s,
        };
        Ok(Some((whole, windows)))
    }

    /// The window whose counted part begins with a minute.
    fn one_window(
        &self,
        setup: &FunctionSetup,
        curve: &Curve,
        minute: usize,
        window: Window,
    ) -> Result<Outcome> {
        let window_s = window.warm_up_s + window.counted_s;
        let from_s = (minute as f64 * MINUTE_S - window.warm_up_s)
            .min(self.for_s - window_s)
            .max(0.0);
        let streams = self.streams.index(minute as u64);
        let mut arrivals = Shifted {
            inner: self
                .traffic
                .arrivals(curve, from_s, from_s + window_s, streams),
            by_s: from_s,
        };
        let begun = FunctionSetup {
            at_start: self.left_before(setup, curve, (from_s / MINUTE_S) as usize),
            provisioned: setup.provisioned.later(from_s),
            ..setup.clone()
        };
        let run = Run {
            streams,
            for_s: Some(window_s),
            warm_up_s: window.warm_up_s,
            budget: self.events(),
            detail: self.detail,
        };
        let setups = std::slice::from_ref(&begun);
        let mut all = run_functions(&mut arrivals, self.law, setups, &run, &mut |_| ())?;
        Ok(all.pop().unwrap_or_default())
    }

    /// The environments that the time before a minute leaves: as many as were at work at
    /// once within the idle limit, by the law of the number at work.
    fn left_before(&self, setup: &FunctionSetup, curve: &Curve, minute: usize) -> u32 {
        let kept = (setup.idle_s.1 / MINUTE_S).ceil() as usize;
        let mean_s = self.law.mean_s();
        let first = minute.saturating_sub(kept);
        let levels: Vec<f64> = (first..=minute)
            .map(|minute| self.traffic.rate_per_s * curve.at(minute) * mean_s)
            .collect();
        let most = most_within(&levels, mean_s).min(f64::from(setup.most_at_once));
        (most as u32).saturating_sub(setup.provisioned.at(minute as f64 * MINUTE_S))
    }
}

/// The minutes of a month in order of their load, cut into kinds with as many requests in
/// each; of each the minute in its middle.
fn alike(curve: &Curve, minutes: usize, number: usize) -> Vec<Alike> {
    let mut order: Vec<usize> = (0..minutes).collect();
    order.sort_by(|a, b| curve.at(*a).total_cmp(&curve.at(*b)));
    let total: f64 = order.iter().map(|minute| curve.at(*minute)).sum();
    let mut all = Vec::with_capacity(number);
    let (mut begun, mut before) = (0, 0.0);
    for (place, minute) in order.iter().enumerate() {
        before += curve.at(*minute);
        let share = before / total.max(f64::MIN_POSITIVE);
        let is_last = place + 1 == order.len();
        if share >= (all.len() + 1) as f64 / number as f64 || is_last {
            let minutes = place + 1 - begun;
            if let Some(minute) = order.get(begun + minutes / 2) {
                all.push(Alike {
                    minutes,
                    minute: *minute,
                });
            }
            begun = place + 1;
        }
    }
    all
}
