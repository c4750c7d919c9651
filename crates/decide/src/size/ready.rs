//! How many environments of a function are kept ready: what pays, hour by hour of the day, and
//! what lies between that and enough against start-ups that are felt.

use std::cell::RefCell;
use std::collections::BTreeMap;

use landfall_simulate::{BusyHours, HOURS, ReadyHours};

use super::Search;

/// Most environments kept ready that are looked at.
const MOST_READY: f64 = 1e6;

/// Environments kept ready in each hour of the day, for each that is at work on average over
/// the month: so a choice is the same at another volume.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Kept {
    of_busy: [f64; HOURS],
}

impl Kept {
    /// Of a schedule, where so many are at work on average.
    pub(super) fn of(hours: &ReadyHours, busy: f64) -> Self {
        let of_busy = hours
            .ready
            .map(|number| f64::from(number) / busy.max(f64::MIN_POSITIVE));
        Self { of_busy }
    }

    /// The schedule where so many are at work on average; at least one in the busiest hour.
    pub(super) fn hours(&self, busy: f64, begins_s: f64) -> ReadyHours {
        let number = |share: &f64| (share * busy).round().min(MOST_READY) as u32;
        let mut ready = self.of_busy.each_ref().map(number);
        if ready.iter().all(|number| *number == 0) {
            let most = self.of_busy.iter().copied().fold(0.0, f64::max);
            for (number, share) in ready.iter_mut().zip(self.of_busy) {
                *number = u32::from(share >= most);
            }
        }
        ReadyHours { ready, begins_s }
    }
}

/// Most environments that may be kept ready: as many as may run at once.
pub(super) fn most_ready(search: &Search<'_>) -> f64 {
    let quota = search.limit("concurrency", "").unwrap_or(MOST_READY);
    quota.clamp(1.0, MOST_READY)
}

/// Seconds after midnight at which the simulated clock begins.
pub(super) const fn begins_s(search: &Search<'_>) -> f64 {
    search.numbers.load.day.begins_s()
}

/// Environments at work on average, at a memory.
pub(super) fn busy_at(search: &Search<'_>, vcpus: f64) -> f64 {
    let load = &search.numbers.load;
    load.rate_per_s * load.duration.mean_s() * load.stretch(vcpus)
}

/// How many environments pay for being kept ready: each works so much of the time that the
/// lower rate of its work is worth more than what holding it costs. None where all of them
/// together save too little to be looked after, and the same at every hour where a schedule
/// saves too little more. Memories that have as many at work are counted once.
pub(super) struct Paying {
    rated: Rated,
    /// The least share of the time.
    share: f64,
    most: u32,
    /// What was found, by the bits of the number at work.
    found: RefCell<BTreeMap<u64, ReadyHours>>,
}

impl Paying {
    pub(super) fn new(search: &Search<'_>, rated: &Rated) -> Self {
        let saved = rated.on_demand - rated.ran;
        Self {
            rated: *rated,
            share: if saved > 0.0 {
                rated.held / saved
            } else {
                f64::INFINITY
            },
            most: most_ready(search) as u32,
            found: RefCell::default(),
        }
    }

    pub(super) const fn rated(&self) -> &Rated {
        &self.rated
    }

    pub(super) fn at(&self, search: &Search<'_>, vcpus: f64) -> ReadyHours {
        let busy = busy_at(search, vcpus);
        let mut found = self.found.borrow_mut();
        let entry = found.entry(busy.to_bits());
        *entry.or_insert_with(|| self.hours(search, busy))
    }

    fn hours(&self, search: &Search<'_>, busy: f64) -> ReadyHours {
        let day = BusyHours::of(&search.numbers.load, busy);
        let rated = &self.rated;
        let saved = |hours: &ReadyHours| {
            day.kept_busy_mean(hours) * (rated.on_demand - rated.ran) - hours.mean() * rated.held
        };
        let noticed = search.tuning.ready_saving * busy * rated.on_demand;
        let mut best = (ReadyHours::NONE, 0.0);
        let always = day.always(self.share, self.most);
        let scheduled = day.are_known().then(|| day.schedule(self.share, self.most));
        for hours in std::iter::once(always).chain(scheduled) {
            let saves = saved(&hours);
            if saves >= best.1 + noticed {
                best = (hours, saves);
            }
        }
        best.0
    }
}

/// Schedules from what pays to what is enough at every hour, in so many steps: as many standard
/// deviations above the load of each hour, where that is known.
pub(super) struct Between {
    few: ReadyHours,
    many: [f64; HOURS],
    most: u32,
    pub(super) steps: u32,
    beyond: f64,
}

impl Between {
    /// Fewest steps: where few are kept ready, hours differ in whether one is.
    const FEWEST: u32 = 16;
    /// Hours with little to do are kept ready with up to so many times what is enough at the
    /// peak.
    const BEYOND: u32 = 4;

    pub(super) fn new(few: ReadyHours, enough: ReadyHours, day: &BusyHours) -> Self {
        let many = if day.are_known() {
            day.peaks(f64::from(enough.most()))
        } else {
            enough.ready.map(f64::from)
        };
        let begins_s = enough.begins_s;
        Self {
            few: ReadyHours { begins_s, ..few },
            many,
            most: enough.most(),
            steps: if day.are_known() {
                Self::BEYOND * enough.most().max(Self::FEWEST)
            } else {
                enough.most()
            },
            beyond: f64::from(if day.are_known() { Self::BEYOND } else { 1 }),
        }
    }

    /// So many steps from the few.
    pub(super) fn at(&self, step: u32) -> ReadyHours {
        let share = self.beyond * f64::from(step) / f64::from(self.steps);
        let mut hours = self.few;
        for (ready, many) in hours.ready.iter_mut().zip(self.many) {
            let few = f64::from(*ready);
            let number = (many - few).max(0.0).mul_add(share, few).round();
            *ready = (number as u32).clamp(*ready, self.most.max(*ready));
        }
        hours
    }
}

/// Dollars for a GB-second of one architecture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rated {
    pub(super) on_demand: f64,
    /// Of an environment kept ready, whether it works or not.
    pub(super) held: f64,
    /// Of work on one.
    pub(super) ran: f64,
    /// Of a snapshot that is kept.
    pub(super) snapshot: f64,
    /// Dollars for a GB that is restored.
    pub(super) restore: f64,
}

impl Rated {
    pub(super) fn new(search: &Search<'_>, architecture: &str) -> Self {
        let plain = |meter: &str| search.rates.or_dear("lambda", meter);
        let rate = |meter: &str| plain(&format!("{meter}-{architecture}"));
        Self {
            on_demand: rate("duration"),
            held: rate("provisioned"),
            ran: rate("provisioned-duration"),
            snapshot: plain("snapstart-cache"),
            restore: plain("snapstart-restore"),
        }
    }
}
