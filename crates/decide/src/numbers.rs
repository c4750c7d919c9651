//! A workload's facts as the plain numbers that sizing works with.

use landfall_catalog::{Catalog, Date};
use landfall_simulate::{Day, DurationLaw, Forecast, Load, Shape, Traffic, load_duration_curve};
use landfall_topology::Asked;
use landfall_units::{Bytes, SECONDS_PER_MONTH};
use landfall_workload::{FactId, Facts, ahead_of_utc_s, scheduled_times};

use crate::assume::init_law;
use crate::pulled::pulled;
use crate::tuning::Tuning;

/// How a function comes back from a snapshot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Restore {
    /// Half the time within, and all but 1 in 100 times, in seconds.
    pub(crate) takes_s: (f64, f64),
    /// Whether the snapshot and its restores are billed.
    pub(crate) is_billed: bool,
}

/// Plain numbers; likely values of ranges.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Numbers {
    /// What the simulator needs.
    pub(crate) load: Load,
    /// How its traffic goes over time.
    pub(crate) traffic: Traffic,
    /// 99th percentile of start-up over its median, where its runtime was measured.
    pub(crate) init_spread: Option<f64>,
    /// Coming back from a snapshot instead of starting, where that is possible.
    pub(crate) restore: Option<Restore>,
    /// Peak working set of one unit of work.
    pub(crate) memory_bytes: f64,
    /// What each further one in the same process adds.
    pub(crate) memory_added_bytes: f64,
    /// Scratch disk.
    pub(crate) disk_bytes: f64,
    pub(crate) request: Bytes,
    pub(crate) response: Bytes,
    pub(crate) package_gb: f64,
    pub(crate) copies: f64,
    /// Architectures that the package runs on.
    pub(crate) architectures: Vec<&'static str>,
    pub(crate) windows: bool,
    pub(crate) gpu: bool,
    /// Spot may be used: the work may be interrupted, and nobody waits for it.
    pub(crate) spot: bool,
    /// Capacity that always runs is reserved for a year.
    pub(crate) reserves: bool,
    /// The work comes as jobs: schedule, batch.
    pub(crate) periodic: bool,
    pub(crate) trigger: Option<&'static str>,
    /// What the surroundings are made from.
    pub(crate) asked: Asked,
    /// What the shared file system holds.
    pub(crate) files: Bytes,
    pub(crate) redesign: bool,
    /// Copies kept for availability.
    pub(crate) min_tasks: f64,
    /// What the file asks of an option.
    pub(crate) targets: Targets,
}

/// What a file asks of an option's behaviour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Targets {
    /// The slowest 1 in 100 are done within so many seconds.
    pub(crate) time_s: Option<f64>,
    /// A job that is done after so many seconds has failed.
    pub(crate) deadline_s: Option<f64>,
    /// Most that may fail, as a share of all.
    pub(crate) most_failed: Option<f64>,
}

impl Targets {
    pub(crate) fn new(facts: &Facts) -> Self {
        Self {
            time_s: facts.time_target().map(|target| target.seconds),
            deadline_s: facts.likely(FactId::FinishWithin),
            most_failed: facts.likely(FactId::Success).map(|share| 1.0 - share),
        }
    }

    /// Whether a forecast is in time.
    pub(crate) fn are_in_time(&self, forecast: &Forecast) -> bool {
        self.time_s
            .is_none_or(|time_s| forecast.latency.p99_s <= time_s)
    }

    /// Whether few enough fail.
    pub(crate) fn fail_few_enough(&self, forecast: &Forecast) -> bool {
        self.most_failed
            .is_none_or(|most| forecast.failed_share <= most)
    }

    /// Whether a forecast meets them all.
    pub(crate) fn are_met(&self, forecast: &Forecast) -> bool {
        self.are_in_time(forecast) && self.fail_few_enough(forecast)
    }
}

impl Numbers {
    /// From facts in which everything needed is filled in.
    pub(crate) fn new(facts: &Facts, tuning: &Tuning, catalog: &Catalog, day: Date) -> Self {
        let number = |fact| facts.likely(fact).unwrap_or(0.0);
        let flag = |fact| facts.flag(fact) == Some(true);
        let gpu = flag(FactId::Gpu);
        let synchronous = flag(FactId::Synchronous);
        let spiky = matches!(facts.choice(FactId::Shape), Some("spiky" | "unpredictable"));
        let per_vcpu = catalog
            .platform("lambda")
            .map_or(1.0, |lambda| lambda.likely("memory_per_vcpu"));
        let threads = number(FactId::Threads).max(1.0);
        let (p50_s, p99_s, max_s) = (
            number(FactId::DurationP50),
            number(FactId::DurationP99),
            number(FactId::DurationMax),
        );
        let peak_to_mean = number(FactId::PeakToMean).max(1.0);
        let traffic = traffic(facts, peak_to_mean);
        Self {
            load: Load {
                day: Day::of(&traffic),
                rate_per_s: number(FactId::Volume),
                peak_to_mean,
                curve: load_duration_curve(peak_to_mean),
                synchronous,
                held_for_peak: synchronous && spiky,
                duration: DurationLaw::new(p50_s, p99_s.max(p50_s), max_s.max(p99_s)),
                measured_vcpus: number(FactId::MeasuredMemory) / per_vcpu,
                // On a GPU, time is the device's own: more vCPUs do not shorten it.
                cpu_share: if gpu { 0.0 } else { number(FactId::CpuShare) },
                threads,
                init_s: number(FactId::Init),
                concurrent: number(FactId::Concurrent),
                pulled: pulled(facts, tuning, catalog),
            },
            traffic,
            init_spread: init_law(facts, catalog)
                .filter(|law| law.p50_s > 0.0)
                .map(|law| law.p99_s / law.p50_s),
            restore: restore(facts, catalog, day),
            memory_bytes: number(FactId::Memory),
            memory_added_bytes: number(FactId::MemoryAdded),
            disk_bytes: number(FactId::EphemeralDisk),
            request: Bytes::from_f64(number(FactId::Request)),
            response: Bytes::from_f64(number(FactId::Response)),
            package_gb: Bytes::from_f64(number(FactId::PackageSize)).as_gb(),
            copies: number(FactId::Copies).max(1.0),
            architectures: facts
                .choices(FactId::Architectures)
                .map_or_else(|| vec!["x86_64"], <[&str]>::to_vec),
            windows: facts.choice(FactId::Os) == Some("windows"),
            gpu,
            spot: flag(FactId::Interruptible) && !synchronous,
            reserves: flag(FactId::SpotMarket),
            periodic: flag(FactId::Periodic),
            trigger: facts.choice(FactId::Trigger),
            asked: Asked::of(facts),
            files: Bytes::from_f64(number(FactId::SharedFilesSize)),
            redesign: flag(FactId::Redesign),
            min_tasks: facts
                .likely(FactId::MinTasks)
                .unwrap_or(tuning.tasks_for_availability),
            targets: Targets::new(facts),
        }
    }

    /// The same work with the starts and the shape of other work: a configuration's name does not
    /// depend on them.
    pub(crate) fn shaped_as(mut self, other: &Self) -> Self {
        // Every field is named, so that a new one is not forgotten.
        let Load {
            peak_to_mean,
            curve,
            day,
            held_for_peak,
            init_s,
            rate_per_s: _,
            synchronous: _,
            duration: _,
            measured_vcpus: _,
            cpu_share: _,
            threads: _,
            concurrent: _,
            pulled: _,
        } = &other.load;
        self.load = Load {
            peak_to_mean: *peak_to_mean,
            curve: *curve,
            day: day.clone(),
            held_for_peak: *held_for_peak,
            init_s: *init_s,
            ..self.load
        };
        self.init_spread = other.init_spread;
        self.restore = other.restore;
        self.traffic.shape = other.traffic.shape.clone();
        self.traffic.peak_to_mean = other.traffic.peak_to_mean;
        self
    }

    /// The same work where other work stands: in its network, with its files.
    pub(crate) fn placed_as(mut self, other: &Self) -> Self {
        self.asked = other.asked;
        self.files = other.files;
        self
    }

    /// The numbers of all copies together, for capacity that they share.
    pub(crate) fn of_all_copies(&self) -> Self {
        let mut all = self.clone();
        all.load.rate_per_s *= self.copies;
        all.load.concurrent *= self.copies;
        all
    }

    /// True when requests come over a network from outside.
    pub(crate) fn is_served(&self) -> bool {
        matches!(self.trigger, Some("http" | "websocket" | "tcp" | "udp"))
    }

    /// The time within which sizing wants work to be done: a part of the target, or where
    /// none is given some times as measured, if somebody waits.
    pub(crate) fn guard_s(&self, tuning: &Tuning) -> Option<f64> {
        self.targets
            .time_s
            .map(|target| target * tuning.target_filled)
            .or_else(|| {
                self.load
                    .synchronous
                    .then_some(self.load.duration.p99_s().max(0.1) * tuning.max_slowdown)
            })
    }

    /// Whether sizing is content with a forecast.
    pub(crate) fn are_content_with(&self, forecast: &Forecast, tuning: &Tuning) -> bool {
        let guard_s = self.guard_s(tuning);
        guard_s.is_none_or(|guard_s| forecast.latency.p99_s <= guard_s)
            && self.targets.fail_few_enough(forecast)
    }
}

/// Traffic as the facts tell it; what cannot be read was refused with the file.
fn traffic(facts: &Facts, peak_to_mean: f64) -> Traffic {
    let zone = facts.text(FactId::TimeZone).unwrap_or("UTC");
    let schedule = facts
        .text(FactId::Schedule)
        .and_then(|schedule| scheduled_times(schedule, zone, SECONDS_PER_MONTH).ok());
    Traffic {
        rate_per_s: facts.likely(FactId::Volume).unwrap_or(0.0),
        peak_to_mean,
        shape: Shape::named(facts.choice(FactId::Shape).unwrap_or("steady")),
        ahead_s: ahead_of_utc_s(zone).unwrap_or(0.0),
        batch: facts.likely(FactId::Batch).unwrap_or(1.0).max(1.0),
        schedule,
    }
}

/// Snapshots are taken of some runtimes, in zip packages and by now in images, without
/// shared files and with little scratch disk.
fn restore(facts: &Facts, catalog: &Catalog, day: Date) -> Option<Restore> {
    let known = catalog.snapstart(facts.text(FactId::Runtime)?)?;
    let lambda = catalog.platform("lambda")?;
    let number = |name: &str| Some(lambda.parameter_on(name, day)?.likely());
    let disk = facts.likely(FactId::EphemeralDisk).unwrap_or(0.0);
    let is_zip = facts.choice(FactId::PackageKind) == Some("zip");
    let fits = known.since <= day
        && (is_zip || number("snapstart_image")? > 0.0)
        && facts.flag(FactId::SharedFiles) != Some(true)
        && disk <= number("snapstart_disk")?;
    fits.then_some(Restore {
        takes_s: (known.restore_p50_s, known.restore_p99_s),
        is_billed: known.is_billed,
    })
}
