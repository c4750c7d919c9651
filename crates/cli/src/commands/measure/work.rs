//! From samples to the figures of a unit of work, and to its curve.

use std::time::Duration;

use landfall_catalog::Platform;
use landfall_harness::SizeFound;
use landfall_measure::{Best, Parts, Point, Rates, Sample, Speed, Spread};
use landfall_source::Diagnostic;
use landfall_units::Bytes;
use landfall_workload::{DEFAULT_REGION, FactId, Value};

use super::super::memory;
use crate::exit::Problem;
use crate::measure_arguments::Running;
use crate::session::Session;
use crate::{files, prices};

/// Fewer samples than this have their longest as p99.
pub(super) const FOR_P99: usize = 100;

/// The largest log that is read for the speed.
const LARGEST_LOG: u64 = 64 << 20;

/// What stands around a measurement: prices, sizes, this machine.
pub(super) struct Around {
    pub(super) session: Session,
    pub(super) region: String,
    pub(super) rates: Rates,
    pub(super) sizes: Vec<Bytes>,
    /// Cores of this machine that we may use.
    pub(super) cores: usize,
    pub(super) architecture: &'static str,
}

impl Around {
    pub(super) fn open(running: &Running) -> Result<Self, Problem> {
        let session = Session::open(&running.framework)?;
        let region = running.region.as_deref().unwrap_or(DEFAULT_REGION);
        let book = prices::book(region)?;
        let architecture = if cfg!(target_arch = "aarch64") {
            "arm64"
        } else {
            "x86_64"
        };
        let rates = memory::rates(&session, &book, architecture)?;
        Ok(Self {
            sizes: memory::sizes(&running.memory, &rates)?,
            region: book.region().to_owned(),
            rates,
            session,
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            architecture,
        })
    }

    pub(super) fn lambda(&self) -> Result<&Platform, Problem> {
        let lambda = self.session.catalog.platform("lambda");
        lambda.ok_or_else(|| Problem::Fault("the catalog has no Lambda".to_owned()))
    }

    /// How the time of a size with so many vCPUs is known that was not measured.
    fn unmeasured(&self, vcpus: f64) -> Known {
        if vcpus > self.cores as f64 {
            Known::Extrapolated
        } else {
            Known::Computed
        }
    }

    /// The period in which Lambda gives CPU time.
    pub(super) fn cpu_period(&self) -> Result<Duration, Problem> {
        let period = self
            .lambda()?
            .parameter_on("cpu_period", self.session.as_of);
        let seconds = period.map(|range| range.likely());
        seconds.map(Duration::from_secs_f64).ok_or_else(|| {
            Problem::Fault("the catalog does not say when Lambda gives CPU time".to_owned())
        })
    }

    /// A limit of Lambda on the session's day, in base units.
    pub(super) fn limit(&self, name: &str) -> Result<f64, Problem> {
        let limit = self.lambda()?.limit(name);
        let value = limit.and_then(|limit| limit.value_on(self.session.as_of));
        value.ok_or_else(|| {
            let what = format!(
                "the limit `{name}` of Lambda is not known on {}",
                self.session.as_of
            );
            Problem::from(Box::new(
                Diagnostic::new(what).help("choose a later --as-of"),
            ))
        })
    }
}

/// How the time of a size is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// It was run with what the size has.
    Measured,
    /// From what was counted.
    Computed,
    /// The same, for more vCPUs than this machine has cores.
    Extrapolated,
}

impl Known {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Computed => "computed",
            Self::Extrapolated => "extrapolated",
        }
    }
}

/// What a unit of work takes.
pub(super) struct Work {
    /// How long it takes where it has all vCPUs that it can use, in seconds.
    pub(super) times_s: Vec<f64>,
    pub(super) cpu_share: f64,
    pub(super) threads: f64,
    /// The most memory that was in use.
    pub(super) memory: Bytes,
    pub(super) speed: Option<Speed>,
    /// The memory that has the vCPUs that it can use.
    pub(super) measured_on: Bytes,
    pub(super) points: Vec<Point>,
    /// How each of them is known.
    pub(super) known: Vec<Known>,
    pub(super) best: Option<Best>,
}

impl Work {
    /// Of samples and the most memory, in bytes.
    pub(super) fn of(
        samples: &[Sample],
        peak_bytes: u64,
        around: &Around,
        running: &Running,
    ) -> Result<Self, Problem> {
        let threads = landfall_measure::threads(samples);
        let here = landfall_measure::parts(samples, threads, 1.0);
        let speed = match &running.calibrate {
            Some(path) => Some(speed(path, &here, &around.rates)?),
            None => None,
        };
        let factor = speed.map_or(1.0, |speed| speed.factor);
        let parts = landfall_measure::parts(samples, threads, factor);
        let rates = &around.rates;
        // Whole megabytes, as a size of memory is written.
        let memory = Bytes::from_mb(peak_bytes.div_ceil(Bytes::from_mb(1).get()));
        let points =
            landfall_measure::counted_curve(&parts, rates, &around.sizes, memory, running.seed);
        Ok(Self {
            times_s: parts.iter().map(|one| one.time_s(threads)).collect(),
            cpu_share: landfall_measure::cpu_share(&parts),
            threads,
            memory,
            speed,
            measured_on: (rates.per_vcpu * threads).min(rates.most),
            best: landfall_measure::best(&points, running.balanced_weight),
            known: points
                .iter()
                .map(|point| around.unmeasured(point.vcpus))
                .collect(),
            points,
        })
    }

    /// Takes what was measured at sizes in place of what was computed; the largest difference
    /// of a computed time, as a share of the measured. None where nothing was measured.
    pub(super) fn take(
        &mut self,
        sizes: &[SizeFound],
        around: &Around,
        running: &Running,
    ) -> Option<f64> {
        let mut most_off: Option<f64> = None;
        for (point, known) in self.points.iter_mut().zip(&mut self.known) {
            let is_it = |one: &&SizeFound| one.limits.memory_bytes == point.memory.get();
            let Some(size) = sizes.iter().find(is_it) else {
                continue;
            };
            if size.throttling.memory_kills > 0 {
                point.fits = false;
                *known = Known::Measured;
                continue;
            }
            let factor = self.speed.map_or(1.0, |speed| speed.factor);
            let times =
                landfall_measure::throttled_s(&size.found.warm, point.vcpus, self.threads, factor);
            if times.is_empty() {
                continue;
            }
            let Spread { likely, .. } = point.time_s;
            // What has run there fits there.
            let needs = Bytes::new(0);
            *point = landfall_measure::measured_point(
                point.memory,
                &times,
                &around.rates,
                needs,
                running.seed,
            );
            *known = Known::Measured;
            let off = (likely / point.time_s.likely - 1.0).abs();
            most_off = Some(most_off.unwrap_or(0.0).max(off));
        }
        self.best = landfall_measure::best(&self.points, running.balanced_weight);
        most_off
    }

    /// How the time of a size is known.
    pub(super) fn known_of(&self, memory: Bytes) -> Option<Known> {
        let at = self.points.iter().position(|one| one.memory == memory)?;
        self.known.get(at).copied()
    }

    /// The time that a share of the units of work take at most, in seconds.
    pub(super) fn quantile(&self, share: f64) -> f64 {
        landfall_measure::quantile(&self.times_s, share).unwrap_or(0.0)
    }

    /// Its facts for a workload file.
    pub(super) fn facts(&self, architecture: &'static str) -> Vec<(FactId, Value)> {
        // Digits beyond a hundredth of a millisecond say nothing.
        let seconds = |value: f64| Value::exact(((value * 1e5).round() / 1e5).max(1e-5));
        let mut facts = vec![(FactId::DurationP50, seconds(self.quantile(0.5)))];
        if self.shows_the_slowest() {
            facts.push((FactId::DurationP99, seconds(self.quantile(0.99))));
            facts.push((FactId::DurationMax, seconds(self.quantile(1.0))));
        }
        facts.extend([
            (
                FactId::MeasuredMemory,
                Value::exact(self.measured_on.get() as f64),
            ),
            (FactId::MeasuredArchitecture, Value::Choice(architecture)),
            (
                FactId::CpuShare,
                Value::exact(memory::percent(self.cpu_share).get()),
            ),
            (FactId::Threads, Value::exact(self.threads)),
            (FactId::Memory, Value::exact(self.memory.get() as f64)),
        ]);
        facts
    }

    /// Whether there are so many times that p99 is more than the longest of them.
    pub(super) const fn shows_the_slowest(&self) -> bool {
        self.times_s.len() >= FOR_P99
    }
}

/// The speed of this machine, from a log of Lambda.
fn speed(path: &std::path::Path, parts: &[Parts], rates: &Rates) -> Result<Speed, Problem> {
    let log = files::read_within(path, LARGEST_LOG)?;
    let reports = landfall_measure::read_reports(log.text());
    landfall_measure::calibrate(parts, &reports, rates).ok_or_else(|| {
        let what = format!(
            "{}: no warm invocation in it says how fast Lambda computes",
            log.name()
        );
        let help =
            "give a log of the same function and events, with REPORT lines of warm invocations";
        Problem::from(Box::new(Diagnostic::new(what).help(help)))
    })
}
