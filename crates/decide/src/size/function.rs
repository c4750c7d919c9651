//! One function of a memory, an architecture, and a way against cold starts.

use landfall_catalog::bill::{LambdaUsage, ProvisionedUsage, Usage};
use landfall_simulate::{Forecast, PerRequestPlacement, Placement, ReadyHours};
use landfall_units::{Bytes, HOURS_PER_MONTH, SECONDS_PER_MONTH};

use super::ready::{Kept, Rated};
use super::{Candidate, Choice, ReadinessKind, Search, Sized};
use crate::companions::decimal;
use crate::decision::Configuration;
use crate::numbers::Restore;
use crate::unfit::Unfit;

/// Steps of memory that are tried, in MB.
pub(super) const STEP_MB: f64 = 64.0;
pub(super) const MB: f64 = Bytes::from_mb(1).get() as f64;
pub(super) const GB: f64 = Bytes::from_mb(1_024).get() as f64;

/// What is done against cold starts.
#[derive(Debug, Clone, Copy)]
pub(super) enum Readiness {
    /// Nothing.
    None,
    /// Environments are kept ready.
    Kept(Kept),
    /// Environments come back from a snapshot.
    Restored(Restore),
}

impl Readiness {
    const fn kind(self) -> ReadinessKind {
        match self {
            Self::None => ReadinessKind::None,
            Self::Kept(kept) => ReadinessKind::Kept(kept),
            Self::Restored(_) => ReadinessKind::Restored,
        }
    }
}

pub(super) struct Function {
    pub(super) memory_bytes: f64,
    pub(super) vcpus: f64,
    pub(super) architecture: &'static str,
    pub(super) readiness: Readiness,
    /// Environments kept ready, hour by hour.
    pub(super) hours: ReadyHours,
    pub(super) rated: Rated,
    pub(super) placement: Placement,
}

impl Candidate for Function {
    fn label(&self) -> (String, f64) {
        let memory = self.memory_bytes / MB;
        let ready = match self.readiness {
            Readiness::None => String::new(),
            Readiness::Kept(_) => format!(", {} ready", self.hours),
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
        let work_s = load.rate_per_s * SECONDS_PER_MONTH * run_s;
        // Environments kept ready can work all the time, and no more.
        let most_s = self.kept() * SECONDS_PER_MONTH;
        self.running(work_s, (most_s / work_s.max(f64::MIN_POSITIVE)).min(1.0))
    }

    fn cost(&self, search: &Search<'_>, forecast: &Forecast) -> f64 {
        let load = &search.numbers.load;
        let runs = load.rate_per_s * SECONDS_PER_MONTH * forecast.steps / forecast.batch;
        let cold = runs * forecast.cold_start_share;
        let started = match self.readiness {
            Readiness::None | Readiness::Kept(_) => cold * load.init_s * self.rated.on_demand,
            Readiness::Restored(restore) if restore.is_billed => cold * self.rated.restore,
            Readiness::Restored(_) => 0.0,
        };
        let running = self.running(runs * forecast.run_s, forecast.ready_share);
        let shards = search.numbers.shards_cost(self.vcpus, search.rates);
        running + started * self.memory_bytes / GB + shards
    }

    fn sized(&self, search: &Search<'_>, forecast: &Forecast) -> Sized {
        let numbers = search.numbers;
        let load = &numbers.load;
        let runs = load.rate_per_s * SECONDS_PER_MONTH * forecast.steps / forecast.batch;
        let mut usage = vec![Usage::Lambda(self.usage(search, forecast, runs))];
        if forecast.steps > 1.0 {
            usage.push(Usage::StepFunctions {
                transitions: decimal(runs),
            });
        }
        Sized {
            choice: self.choice(),
            configuration: Configuration {
                memory_mb: Some(self.memory_bytes / MB),
                vcpus: Some(self.vcpus),
                architecture: Some(self.architecture),
                mean_count: Some(forecast.units_mean),
                p99_count: Some(forecast.units_p99.ceil()),
                max_count: Some(forecast.units_peak.ceil()),
                provisioned: (self.hours.most() > 0).then_some(self.hours),
                snapstart: self.readiness.kind() == ReadinessKind::Restored,
                steps: Some(forecast.steps).filter(|steps| *steps > 1.0),
                batch: load.pulled.map(|pulled| pulled.most(load, self.vcpus)),
                stream: numbers.stream_at(self.vcpus),
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
    /// Environments kept ready, on average.
    fn kept(&self) -> f64 {
        self.hours.mean()
    }

    /// Dollars a month of so many seconds of work, of which a share runs on what is kept
    /// ready, and of what is kept.
    fn running(&self, work_s: f64, ready_share: f64) -> f64 {
        let rated = &self.rated;
        let rate = ready_share.mul_add(rated.ran - rated.on_demand, rated.on_demand);
        let held = match self.readiness {
            Readiness::Kept(_) => self.kept() * SECONDS_PER_MONTH * rated.held,
            Readiness::Restored(restore) if restore.is_billed => SECONDS_PER_MONTH * rated.snapshot,
            Readiness::None | Readiness::Restored(_) => 0.0,
        };
        work_s.mul_add(rate, held) * self.memory_bytes / GB
    }

    fn usage(&self, search: &Search<'_>, forecast: &Forecast, runs: f64) -> LambdaUsage {
        let numbers = search.numbers;
        let cold = runs * forecast.cold_start_share;
        // What environments kept ready do not do runs on demand.
        let ready = runs * forecast.ready_share;
        let (init_s, snapstart) = match self.readiness {
            Readiness::None | Readiness::Kept(_) => (cold * numbers.load.init_s, None),
            Readiness::Restored(restore) => {
                let billed = (decimal(HOURS_PER_MONTH), decimal(cold));
                (0.0, restore.is_billed.then_some(billed))
            }
        };
        let free = search.platform.likely("ephemeral_free");
        LambdaUsage {
            requests: decimal(runs - ready),
            duration_s: decimal(forecast.run_s),
            init_s: decimal(init_s),
            memory: Bytes::from_f64(self.memory_bytes),
            architecture: self.architecture,
            ephemeral: Bytes::from_f64(numbers.disk_bytes.max(free)),
            async_payload: if numbers.load.synchronous || numbers.load.pulled.is_some() {
                Bytes::default()
            } else {
                numbers.request
            },
            provisioned: (self.kept() > 0.0).then(|| ProvisionedUsage {
                environments: decimal(self.kept()),
                hours: decimal(HOURS_PER_MONTH),
                requests: decimal(ready),
                duration_s: decimal(forecast.run_s),
            }),
            snapstart,
            streamed: Bytes::default(),
            free_tier: false,
        }
    }
}

/// What every candidate is held against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) least_bytes: f64,
    pub(super) most_bytes: f64,
    pub(super) timeout_s: f64,
    pub(super) per_vcpu_bytes: f64,
    pub(super) idle_limit_s: f64,
    pub(super) silence_limit_s: f64,
    pub(super) overhead_s: f64,
}

impl Bounds {
    pub(super) fn new(search: &Search<'_>) -> Result<Self, Unfit> {
        let numbers = search.numbers;
        if numbers.gpu {
            return Err(Unfit::NoGpu);
        }
        let needed = numbers.memory_bytes / search.tuning.memory_target;
        let step = STEP_MB * MB;
        let bounds = Self {
            least_bytes: ((needed / step).ceil() * step).max(search.platform.likely("memory_min")),
            most_bytes: search.limit("memory", "its largest memory")?,
            timeout_s: search.limit("timeout", "its longest run")?,
            per_vcpu_bytes: search.platform.likely("memory_per_vcpu").max(1.0),
            idle_limit_s: search.platform.likely("idle_limit"),
            silence_limit_s: search.platform.likely("silence_limit"),
            overhead_s: search.platform.likely("front_door_overhead"),
        };
        if let Some(why) = numbers.falls_behind(bounds.most_bytes / bounds.per_vcpu_bytes) {
            return Err(why);
        }
        if bounds.least_bytes > bounds.most_bytes {
            let most = Bytes::from_f64(bounds.most_bytes);
            return Err(Unfit::TooLarge(most));
        }
        Ok(bounds)
    }

    pub(super) fn placement(
        &self,
        memory_bytes: f64,
        provisioned: ReadyHours,
        restored: Option<Restore>,
    ) -> Placement {
        let restored_s = restored.map(|restore| restore.takes_s);
        Placement::PerRequest(PerRequestPlacement {
            vcpus: memory_bytes / self.per_vcpu_bytes,
            idle_limit_s: self.idle_limit_s,
            silence_limit_s: self.silence_limit_s,
            timeout_s: self.timeout_s,
            overhead_s: self.overhead_s,
            provisioned,
            restored_s,
        })
    }

    /// Whether the work is done within the longest run at a memory, in steps if need be.
    pub(super) fn is_long_enough(&self, search: &Search<'_>, memory_bytes: f64) -> bool {
        let load = &search.numbers.load;
        let law = load.stretch(memory_bytes / self.per_vcpu_bytes);
        let is_in_time = load.duration.stretched(law).max_s() <= self.timeout_s;
        let vcpus = memory_bytes / self.per_vcpu_bytes;
        (is_in_time || search.numbers.redesign) && search.numbers.falls_behind(vcpus).is_none()
    }
}
