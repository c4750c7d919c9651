//! The number of copies over a month, minute by minute, at the mean load.

use super::ServiceSetup;
use super::scaling::{Alarms, Launches};
use crate::run::Run;
use crate::tally::{Counts, Point, Series};
use crate::traffic::{Curve, MINUTE_S, Traffic};

/// A minute of the path.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct There {
    /// Copies that serve.
    pub(crate) copies: u32,
    /// Work that came in over what they can do.
    pub(crate) utilisation: f64,
    /// Requests that are still to be done from before.
    pub(crate) backlog: f64,
}

/// The path of the number of copies.
#[derive(Debug)]
pub(crate) struct Path {
    pub(crate) minutes: Vec<There>,
    pub(crate) copies_mean: f64,
    pub(crate) copies_peak: f64,
    pub(crate) series: Series,
}

/// Walks through the minutes with the alarms and launches of the engine, and a fluid
/// instead of requests: what comes in beyond capacity stays as a backlog. None where there
/// are more launches than the run's budget allows.
pub(crate) fn walk(
    setup: &ServiceSetup,
    traffic: &Traffic,
    curve: &Curve,
    mean_s: f64,
    run: &Run,
) -> Option<Path> {
    let mut budget = run.budget;
    let mut random = run.streams.stream("capacity");
    let mut launches = Launches::new(&setup.launch, setup.at_start);
    let mut alarms = Alarms::new();
    let (cpu_s, wait_s) = (mean_s * setup.cpu_per_s, mean_s * setup.wait_per_s);
    let alone_s = cpu_s / setup.vcpus.min(setup.threads) + wait_s;
    // Requests a second that a copy can do, by its vCPUs and by its slots.
    let by_cpu = setup.vcpus / cpu_s.max(f64::MIN_POSITIVE);
    let by_slots = f64::from(setup.slots) / alone_s.max(f64::MIN_POSITIVE);
    let most_per_s = by_cpu.min(by_slots);
    let minutes = (run.for_s.unwrap_or(0.0) / MINUTE_S) as usize;
    let mut copies = setup.at_start;
    let mut backlog = 0.0;
    let mut path = Path {
        minutes: Vec::with_capacity(minutes),
        copies_mean: 0.0,
        copies_peak: 0.0,
        series: Series::new(run.detail),
    };
    for minute in 0..minutes {
        let now_s = minute as f64 * MINUTE_S;
        while launches.next_s() <= now_s {
            launches.take();
            copies += 1;
        }
        let came = traffic.rate_per_s * curve.at(minute) * MINUTE_S;
        let capacity = most_per_s * f64::from(copies) * MINUTE_S;
        let done = (backlog + came).min(capacity);
        let there = There {
            copies,
            utilisation: (backlog + came) / capacity.max(f64::MIN_POSITIVE),
            backlog,
        };
        path.minutes.push(there);
        backlog = backlog + came - done;
        if let Some(patience_s) = setup.patience_s {
            backlog = backlog.min(came / MINUTE_S * patience_s);
        }
        let cpu = done * cpu_s / (setup.vcpus * f64::from(copies.max(1)) * MINUTE_S);
        let slots = done * alone_s / (f64::from(setup.slots * copies.max(1)) * MINUTE_S);
        path.copies_mean += f64::from(copies);
        path.copies_peak = path.copies_peak.max(f64::from(copies));
        path.series.step(Point {
            counts: minute_counts(copies, came, done * alone_s),
            alive: f64::from(copies),
            wanted: f64::from(copies + launches.pending()),
        });
        let Some(scaling) = &setup.scaling else {
            continue;
        };
        let points = (MINUTE_S / scaling.period_s).round().max(1.0) as u32;
        for point in 1..=points {
            let at_s = f64::from(point).mul_add(scaling.period_s, now_s);
            let Some(mut wish) = alarms.point(scaling, at_s, copies, cpu, slots) else {
                continue;
            };
            wish.copies = wish.copies.clamp(setup.least, setup.most);
            budget.spend(u64::from(wish.copies.abs_diff(copies + launches.pending())));
            if budget.is_spent() {
                return None;
            }
            copies = launches.resize(copies, wish, &mut random);
        }
    }
    path.copies_mean /= minutes.max(1) as f64;
    Some(path)
}

/// The counts of a minute in which so many copies served, so much came, and units of work
/// were under way for so long.
fn minute_counts(copies: u32, came: f64, busy_s: f64) -> Counts {
    Counts {
        seconds: MINUTE_S,
        arrived: came as u64,
        busy_s,
        alive_s: f64::from(copies) * MINUTE_S,
        most_alive: copies,
        ..Counts::default()
    }
}
