//! Lambda: memory, architecture, environments kept ready.

use landfall_catalog::bill::{LambdaUsage, ProvisionedUsage, Usage};
use landfall_simulate::{PerRequestPlacement, Placement};
use landfall_units::{Bytes, Decimal, HOURS_PER_MONTH, SECONDS_PER_MONTH};

use super::{Best, Labelled, Search, Sized};
use crate::companions::{decimal, exact};
use crate::decision::Configuration;
use crate::numbers::Restore;

/// Steps of memory that are tried, in MB.
const STEP_MB: f64 = 64.0;
const MB: f64 = Bytes::from_mb(1).get() as f64;
const GB: f64 = Bytes::from_mb(1_024).get() as f64;

/// What is done against cold starts.
#[derive(Debug, Clone, Copy)]
enum Readiness {
    /// Nothing.
    None,
    /// So many environments are kept ready.
    Kept(u32),
    /// Environments come back from a snapshot.
    Restored(Restore),
}

struct Candidate {
    memory_bytes: f64,
    architecture: &'static str,
    readiness: Readiness,
    /// Dollars a month.
    cost: f64,
    /// The slowest 1 in 100 if all are warm, in seconds.
    warm_s: f64,
}

impl Labelled for Candidate {
    fn label(&self) -> (String, f64) {
        let memory = self.memory_bytes / MB;
        let ready = match self.readiness {
            Readiness::None => String::new(),
            Readiness::Kept(number) => format!(", {number} ready"),
            Readiness::Restored(_) => ", SnapStart".to_owned(),
        };
        (
            format!("{memory:.0}MB {}{ready}", self.architecture),
            memory,
        )
    }
}

/// What every candidate is held against.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    least_bytes: f64,
    most_bytes: f64,
    timeout_s: f64,
    idle_limit_s: f64,
    overhead_s: f64,
    /// Whether environments may be kept ready: not for work split into steps.
    may_keep_ready: bool,
}

impl Bounds {
    fn placement(&self, vcpus: f64, readiness: Readiness) -> Placement {
        let (provisioned, restored_s) = match readiness {
            Readiness::None => (0, None),
            Readiness::Kept(number) => (number, None),
            Readiness::Restored(restore) => (0, Some(restore.takes_s)),
        };
        Placement::PerRequest(PerRequestPlacement {
            vcpus,
            idle_limit_s: self.idle_limit_s,
            timeout_s: self.timeout_s,
            overhead_s: self.overhead_s,
            provisioned,
            restored_s,
        })
    }
}

pub(super) fn size(search: &Search<'_>) -> Result<Sized, String> {
    let numbers = search.numbers;
    if numbers.gpu {
        return Err("it has no GPU".to_owned());
    }
    let needed = numbers.memory_bytes / search.tuning.memory_target;
    let step = STEP_MB * MB;
    let bounds = Bounds {
        least_bytes: ((needed / step).ceil() * step).max(search.platform.likely("memory_min")),
        most_bytes: search.limit("memory").unwrap_or(f64::MAX),
        timeout_s: search.limit("timeout").unwrap_or(f64::MAX),
        idle_limit_s: search.platform.likely("idle_limit"),
        overhead_s: search.platform.likely("front_door_overhead"),
        may_keep_ready: numbers.load.synchronous,
    };
    if bounds.least_bytes > bounds.most_bytes {
        let most = Bytes::from_f64(bounds.most_bytes);
        return Err(format!(
            "the work fills more than its largest memory, {most}"
        ));
    }
    match cheapest(search, &bounds) {
        Some(found) => Ok(finish(search, &found, &bounds)),
        None if search.architectures().is_empty() => {
            Err("it has none of the package's architectures".to_owned())
        }
        None => {
            let limit = landfall_units::Duration::from_secs_f64(bounds.timeout_s);
            Err(format!(
                "at every memory the work can take longer than {limit}"
            ))
        }
    }
}

/// Share of cold starts that nobody keeps environments ready for.
const NEGLIGIBLE: f64 = 1e-4;

/// The cheapest that is in time: candidates in order of cost, those that formulas already
/// show to be late left out, until a forecast confirms one.
fn cheapest(search: &Search<'_>, bounds: &Bounds) -> Option<Candidate> {
    // What is barred takes longer than this.
    const EVER_S: f64 = 1e11;
    let guard_s = search.numbers.guard_s(search.tuning).unwrap_or(EVER_S);
    let per_vcpu = search.platform.likely("memory_per_vcpu").max(1.0);
    let mut candidates = candidates(search, bounds);
    candidates.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    let forecast_s = |candidate: &Candidate| {
        let place = bounds.placement(candidate.memory_bytes / per_vcpu, candidate.readiness);
        search.forecast(&place).latency.p99_s
    };
    let mut best = Best::new(search);
    let mut late = Vec::new();
    for candidate in candidates {
        let is_open = best.is_empty() || search.trace.is_some();
        if !is_open {
            break;
        }
        if candidate.warm_s > guard_s && search.trace.is_none() {
            late.push(candidate);
            continue;
        }
        let p99_s = forecast_s(&candidate);
        if p99_s <= guard_s || search.trace.is_some() {
            best.offer(p99_s <= guard_s, candidate.cost, p99_s, candidate);
        } else {
            late.push(candidate);
        }
    }
    if best.is_empty() {
        // None is in time: of the quickest by formulas, the quickest by forecast.
        late.sort_by(|a, b| a.warm_s.total_cmp(&b.warm_s));
        for candidate in late {
            let p99_s = forecast_s(&candidate);
            best.offer(false, candidate.cost, p99_s, candidate);
            if p99_s < EVER_S {
                break;
            }
        }
    }
    best.take()
}

/// Every useful memory on both architectures, with and without environments kept ready.
fn candidates(search: &Search<'_>, bounds: &Bounds) -> Vec<Candidate> {
    let load = &search.numbers.load;
    let per_vcpu = search.platform.likely("memory_per_vcpu").max(1.0);
    // What start-ups do where none is kept ready, as simulated as far as it was.
    let plain = search.forecast(&bounds.placement(bounds.least_bytes / per_vcpu, Readiness::None));
    let plain_stretch = load.stretch(bounds.least_bytes / per_vcpu);
    let cold = plain.cold_start_share;
    let is_tight = search.numbers.guard_s(search.tuning).is_some();
    let runs = load.rate_per_s * SECONDS_PER_MONTH;
    let mut candidates = Vec::new();
    for architecture in search.architectures() {
        let rates = Rated::new(search, architecture);
        let mut memory_bytes = bounds.least_bytes;
        while memory_bytes <= bounds.most_bytes {
            let stretch = load.stretch(memory_bytes / per_vcpu);
            let law = load.duration.stretched(stretch);
            if law.max_s <= bounds.timeout_s || search.numbers.redesign {
                let gb = memory_bytes / GB;
                let mean_s = law.mean_s();
                let mut add = |readiness: Readiness, gb_cost: f64| {
                    candidates.push(Candidate {
                        memory_bytes,
                        architecture,
                        readiness,
                        cost: gb_cost * gb,
                        warm_s: law.p99_s + bounds.overhead_s,
                    });
                };
                let warm = runs * mean_s * rates.on_demand;
                let started = runs * cold * load.init_s * rates.on_demand;
                add(Readiness::None, warm + started);
                let is_felt = bounds.may_keep_ready && is_tight && cold > NEGLIGIBLE;
                let restore = search.numbers.restore;
                let is_quicker = |one: &Restore| one.takes_s.0 < load.init_s;
                if let (true, Some(restore)) = (is_felt, restore.filter(is_quicker)) {
                    let held = if restore.is_billed {
                        SECONDS_PER_MONTH.mul_add(rates.snapshot, runs * cold * rates.restore)
                    } else {
                        0.0
                    };
                    add(Readiness::Restored(restore), warm + held);
                }
                if is_felt {
                    let peak = (plain.units_peak * stretch / plain_stretch).ceil();
                    let peak = peak.clamp(1.0, 1e6);
                    let held = peak * SECONDS_PER_MONTH * rates.held;
                    add(
                        Readiness::Kept(peak as u32),
                        held + runs * mean_s * rates.ran,
                    );
                }
            }
            memory_bytes += STEP_MB * MB;
        }
    }
    candidates
}

/// Dollars for a GB-second of one architecture.
struct Rated {
    on_demand: f64,
    /// Of an environment kept ready, whether it works or not.
    held: f64,
    /// Of work on one.
    ran: f64,
    /// Of a snapshot that is kept.
    snapshot: f64,
    /// Dollars for a GB that is restored.
    restore: f64,
}

impl Rated {
    fn new(search: &Search<'_>, architecture: &str) -> Self {
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

fn finish(search: &Search<'_>, found: &Candidate, bounds: &Bounds) -> Sized {
    let numbers = search.numbers;
    let vcpus = found.memory_bytes / search.platform.likely("memory_per_vcpu").max(1.0);
    let forecast = search.forecast(&bounds.placement(vcpus, found.readiness));
    let runs = numbers.load.rate_per_s * SECONDS_PER_MONTH * forecast.steps;
    // What environments kept ready do not serve is cold: they are enough for the peak.
    let cold = runs * forecast.cold_start_share;
    let (kept, spilt, init_s, snapstart) = match found.readiness {
        Readiness::None => (0, runs, cold * numbers.load.init_s, None),
        Readiness::Kept(number) => (number, cold, cold * numbers.load.init_s, None),
        Readiness::Restored(restore) => {
            let billed = (exact(HOURS_PER_MONTH), exact(cold));
            (0, runs, 0.0, restore.is_billed.then_some(billed))
        }
    };
    let free = search.platform.likely("ephemeral_free");
    let usage = LambdaUsage {
        requests: exact(spilt),
        duration_s: exact(forecast.run_s),
        init_s: exact(init_s),
        memory: Bytes::from_f64(found.memory_bytes),
        architecture: found.architecture,
        ephemeral: Bytes::from_f64(numbers.disk_bytes.max(free)),
        async_payload: if numbers.load.synchronous {
            Bytes::default()
        } else {
            numbers.request
        },
        provisioned: (kept > 0).then(|| ProvisionedUsage {
            environments: Decimal::from(kept),
            hours: exact(HOURS_PER_MONTH),
            requests: exact(runs - spilt),
            duration_s: exact(forecast.run_s),
        }),
        snapstart,
        streamed: Bytes::default(),
        free_tier: false,
    };
    let mut all = vec![Usage::Lambda(usage)];
    if forecast.steps > 1.0 {
        all.push(Usage::StepFunctions {
            transitions: decimal(runs),
        });
    }
    Sized {
        configuration: Configuration {
            memory_mb: Some(found.memory_bytes / MB),
            vcpus: Some(vcpus),
            architecture: Some(found.architecture),
            max_count: Some(forecast.units_peak.ceil()),
            mean_count: Some(forecast.units_mean),
            provisioned: Some(f64::from(kept)).filter(|ready| *ready > 0.0),
            snapstart: matches!(found.readiness, Readiness::Restored(_)),
            steps: Some(forecast.steps).filter(|steps| *steps > 1.0),
            ..Configuration::default()
        },
        forecast,
        covers_copies: false,
        left_over: None,
        usage: all,
    }
}
