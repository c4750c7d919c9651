//! Lambda: memory, architecture, environments kept ready.

use landfall_catalog::bill::{LambdaUsage, ProvisionedUsage, Usage};
use landfall_simulate::{Forecast, PerRequestPlacement, Placement};
use landfall_units::{Bytes, Decimal, HOURS_PER_MONTH, SECONDS_PER_MONTH};

use super::{Ask, Candidate, Choice, Looked, ReadinessKind, Search, Sized, choose, look_at};
use crate::companions::{decimal, exact};
use crate::decision::Configuration;
use crate::numbers::Restore;

/// Steps of memory that are tried, in MB.
const STEP_MB: f64 = 64.0;
const MB: f64 = Bytes::from_mb(1).get() as f64;
const GB: f64 = Bytes::from_mb(1_024).get() as f64;
/// Share of cold starts that nobody keeps environments ready for.
const NEGLIGIBLE: f64 = 1e-4;

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

impl Readiness {
    const fn kind(self) -> ReadinessKind {
        match self {
            Self::None => ReadinessKind::None,
            Self::Kept(_) => ReadinessKind::Kept,
            Self::Restored(_) => ReadinessKind::Restored,
        }
    }
}

struct Function {
    memory_bytes: f64,
    vcpus: f64,
    architecture: &'static str,
    readiness: Readiness,
    rated: Rated,
    placement: Placement,
}

impl Candidate for Function {
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

    fn choice(&self) -> Choice {
        Choice::Function {
            memory_bytes: self.memory_bytes,
            architecture: self.architecture,
            readiness: self.readiness.kind(),
        }
    }

    fn placement(&self) -> &Placement {
        &self.placement
    }

    fn least_cost(&self, search: &Search<'_>) -> f64 {
        let load = &search.numbers.load;
        let run_s = load.duration.mean_s() * load.stretch(self.vcpus);
        self.running(load.rate_per_s * SECONDS_PER_MONTH * run_s)
    }

    fn cost(&self, search: &Search<'_>, forecast: &Forecast) -> f64 {
        let load = &search.numbers.load;
        let runs = load.rate_per_s * SECONDS_PER_MONTH * forecast.steps;
        let cold = runs * forecast.cold_start_share;
        let started = match self.readiness {
            Readiness::None => cold * load.init_s * self.rated.on_demand,
            Readiness::Restored(restore) if restore.is_billed => cold * self.rated.restore,
            Readiness::Kept(_) | Readiness::Restored(_) => 0.0,
        };
        self.running(runs * forecast.run_s) + started * self.memory_bytes / GB
    }

    fn sized(&self, search: &Search<'_>, forecast: &Forecast) -> Sized {
        let numbers = search.numbers;
        let runs = numbers.load.rate_per_s * SECONDS_PER_MONTH * forecast.steps;
        let mut usage = vec![Usage::Lambda(self.usage(search, forecast, runs))];
        if forecast.steps > 1.0 {
            usage.push(Usage::StepFunctions {
                transitions: decimal(runs),
            });
        }
        let kept = match self.readiness {
            Readiness::Kept(number) => Some(f64::from(number)),
            Readiness::None | Readiness::Restored(_) => None,
        };
        Sized {
            choice: self.choice(),
            configuration: Configuration {
                memory_mb: Some(self.memory_bytes / MB),
                vcpus: Some(self.vcpus),
                architecture: Some(self.architecture),
                max_count: Some(forecast.units_peak.ceil()),
                mean_count: Some(forecast.units_mean),
                provisioned: kept,
                snapstart: self.readiness.kind() == ReadinessKind::Restored,
                steps: Some(forecast.steps).filter(|steps| *steps > 1.0),
                ..Configuration::default()
            },
            placement: self.placement.clone(),
            forecast: *forecast,
            covers_copies: false,
            left_over: None,
            usage,
        }
    }
}

impl Function {
    /// Dollars a month of so many seconds of work, and of what is kept for it.
    fn running(&self, work_s: f64) -> f64 {
        let gb = self.memory_bytes / GB;
        let (rate, held) = match self.readiness {
            Readiness::None => (self.rated.on_demand, 0.0),
            Readiness::Kept(number) => {
                let held = f64::from(number) * SECONDS_PER_MONTH * self.rated.held;
                (self.rated.ran, held)
            }
            Readiness::Restored(restore) => {
                let held = if restore.is_billed {
                    SECONDS_PER_MONTH * self.rated.snapshot
                } else {
                    0.0
                };
                (self.rated.on_demand, held)
            }
        };
        work_s.mul_add(rate, held) * gb
    }

    fn usage(&self, search: &Search<'_>, forecast: &Forecast, runs: f64) -> LambdaUsage {
        let numbers = search.numbers;
        // What environments kept ready do not serve is cold: they are enough for the peak.
        let cold = runs * forecast.cold_start_share;
        let (kept, spilt, init_s, snapstart) = match self.readiness {
            Readiness::None => (0, runs, cold * numbers.load.init_s, None),
            Readiness::Kept(number) => (number, cold, cold * numbers.load.init_s, None),
            Readiness::Restored(restore) => {
                let billed = (exact(HOURS_PER_MONTH), exact(cold));
                (0, runs, 0.0, restore.is_billed.then_some(billed))
            }
        };
        let free = search.platform.likely("ephemeral_free");
        LambdaUsage {
            requests: exact(spilt),
            duration_s: exact(forecast.run_s),
            init_s: exact(init_s),
            memory: Bytes::from_f64(self.memory_bytes),
            architecture: self.architecture,
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
        }
    }
}

/// What every candidate is held against.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    least_bytes: f64,
    most_bytes: f64,
    timeout_s: f64,
    per_vcpu_bytes: f64,
    idle_limit_s: f64,
    overhead_s: f64,
}

impl Bounds {
    fn new(search: &Search<'_>) -> Result<Self, String> {
        let numbers = search.numbers;
        if numbers.gpu {
            return Err("it has no GPU".to_owned());
        }
        let needed = numbers.memory_bytes / search.tuning.memory_target;
        let step = STEP_MB * MB;
        let bounds = Self {
            least_bytes: ((needed / step).ceil() * step).max(search.platform.likely("memory_min")),
            most_bytes: search.limit("memory", "its largest memory")?,
            timeout_s: search.limit("timeout", "its longest run")?,
            per_vcpu_bytes: search.platform.likely("memory_per_vcpu").max(1.0),
            idle_limit_s: search.platform.likely("idle_limit"),
            overhead_s: search.platform.likely("front_door_overhead"),
        };
        if bounds.least_bytes > bounds.most_bytes {
            let most = Bytes::from_f64(bounds.most_bytes);
            return Err(format!(
                "the work fills more than its largest memory, {most}"
            ));
        }
        Ok(bounds)
    }

    fn placement(&self, memory_bytes: f64, readiness: Readiness) -> Placement {
        let (provisioned, restored_s) = match readiness {
            Readiness::None => (0, None),
            Readiness::Kept(number) => (number, None),
            Readiness::Restored(restore) => (0, Some(restore.takes_s)),
        };
        Placement::PerRequest(PerRequestPlacement {
            vcpus: memory_bytes / self.per_vcpu_bytes,
            idle_limit_s: self.idle_limit_s,
            timeout_s: self.timeout_s,
            overhead_s: self.overhead_s,
            provisioned,
            restored_s,
        })
    }

    /// Whether the work is done within the longest run at a memory, in steps if need be.
    fn is_long_enough(&self, search: &Search<'_>, memory_bytes: f64) -> bool {
        let load = &search.numbers.load;
        let law = load.stretch(memory_bytes / self.per_vcpu_bytes);
        load.duration.stretched(law).max_s <= self.timeout_s || search.numbers.redesign
    }
}

pub(super) fn size(search: &Search<'_>, ask: Ask<'_>) -> Result<Sized, String> {
    let bounds = Bounds::new(search)?;
    let plain = Plain::new(search, &bounds);
    let kept = match ask {
        Ask::Kept(choice) | Ask::Only(choice) => kept(search, &bounds, &plain, choice),
        Ask::Cheapest => None,
    };
    let found = choose(search, ask, kept, || candidates(search, &bounds, &plain));
    found.ok_or_else(|| {
        if search.architectures().is_empty() {
            return "it has none of the package's architectures".to_owned();
        }
        let limit = landfall_units::Duration::from_secs_f64(bounds.timeout_s);
        format!("at every memory the work can take longer than {limit}")
    })
}

pub(super) fn all(search: &Search<'_>) -> Vec<Looked> {
    let Ok(bounds) = Bounds::new(search) else {
        return Vec::new();
    };
    let plain = Plain::new(search, &bounds);
    look_at(search, &candidates(search, &bounds, &plain))
}

/// What start-ups do where nothing is done against them, at the smallest memory.
struct Plain {
    units_peak: f64,
    stretch: f64,
    /// Whether somebody notices them.
    are_felt: bool,
}

impl Plain {
    fn new(search: &Search<'_>, bounds: &Bounds) -> Self {
        let load = &search.numbers.load;
        let placement = bounds.placement(bounds.least_bytes, Readiness::None);
        let forecast = search.simulator.forecast(load, &placement);
        let is_tight = search.numbers.guard_s(search.tuning).is_some();
        Self {
            units_peak: forecast.units_peak,
            stretch: load.stretch(bounds.least_bytes / bounds.per_vcpu_bytes),
            are_felt: load.synchronous && is_tight && forecast.cold_start_share > NEGLIGIBLE,
        }
    }

    /// Environments kept ready for the peak at a memory.
    fn kept_at(&self, search: &Search<'_>, vcpus: f64) -> u32 {
        let stretch = search.numbers.load.stretch(vcpus);
        let peak = (self.units_peak * stretch / self.stretch).ceil();
        peak.clamp(1.0, 1e6) as u32
    }
}

fn function(
    search: &Search<'_>,
    bounds: &Bounds,
    memory_bytes: f64,
    architecture: &'static str,
    rated: Rated,
    readiness: Readiness,
) -> Option<Function> {
    bounds
        .is_long_enough(search, memory_bytes)
        .then(|| Function {
            memory_bytes,
            vcpus: memory_bytes / bounds.per_vcpu_bytes,
            architecture,
            readiness,
            rated,
            placement: bounds.placement(memory_bytes, readiness),
        })
}

/// The same configuration again, where it is still one.
fn kept(search: &Search<'_>, bounds: &Bounds, plain: &Plain, choice: &Choice) -> Option<Function> {
    let Choice::Function {
        memory_bytes,
        architecture,
        readiness,
    } = choice
    else {
        return None;
    };
    if *memory_bytes < bounds.least_bytes || *memory_bytes > bounds.most_bytes {
        return None;
    }
    let readiness = match readiness {
        ReadinessKind::None => Readiness::None,
        ReadinessKind::Kept => {
            Readiness::Kept(plain.kept_at(search, memory_bytes / bounds.per_vcpu_bytes))
        }
        ReadinessKind::Restored => Readiness::Restored(search.numbers.restore?),
    };
    let rated = Rated::new(search, architecture);
    function(
        search,
        bounds,
        *memory_bytes,
        architecture,
        rated,
        readiness,
    )
}

/// Every useful memory on both architectures, with and without what helps against cold
/// starts.
fn candidates(search: &Search<'_>, bounds: &Bounds, plain: &Plain) -> Vec<Function> {
    let load = &search.numbers.load;
    let is_quicker = |one: &Restore| one.takes_s.0 < load.init_s;
    let restore = search.numbers.restore.filter(is_quicker);
    let mut candidates = Vec::new();
    for architecture in search.architectures() {
        let rated = Rated::new(search, architecture);
        let mut memory_bytes = bounds.least_bytes;
        while memory_bytes <= bounds.most_bytes {
            let vcpus = memory_bytes / bounds.per_vcpu_bytes;
            let mut ways = vec![Readiness::None];
            if plain.are_felt {
                ways.extend(restore.map(Readiness::Restored));
                ways.push(Readiness::Kept(plain.kept_at(search, vcpus)));
            }
            candidates.extend(ways.into_iter().filter_map(|readiness| {
                function(search, bounds, memory_bytes, architecture, rated, readiness)
            }));
            memory_bytes += STEP_MB * MB;
        }
    }
    candidates
}

/// Dollars for a GB-second of one architecture.
#[derive(Debug, Clone, Copy)]
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
