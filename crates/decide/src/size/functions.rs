//! Lambda on demand: memory and architecture.

use landfall_catalog::bill::{LambdaUsage, Usage};
use landfall_simulate::{PerRequestPlacement, Placement, cold_start_share};
use landfall_units::{Bytes, SECONDS_PER_MONTH};

use super::{Best, Labelled, Search, Sized};
use crate::companions::{decimal, exact};
use crate::decision::Configuration;

/// Steps of memory that are tried, in MB.
const STEP_MB: f64 = 64.0;
const MB: f64 = Bytes::from_mb(1).get() as f64;
const GB: f64 = Bytes::from_mb(1_024).get() as f64;

struct Candidate {
    memory_bytes: f64,
    architecture: &'static str,
}

impl Labelled for Candidate {
    fn label(&self) -> (String, f64) {
        let memory = self.memory_bytes / MB;
        (format!("{memory:.0}MB {}", self.architecture), memory)
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

fn cheapest(search: &Search<'_>, bounds: &Bounds) -> Option<Candidate> {
    let load = &search.numbers.load;
    let per_vcpu = search.platform.likely("memory_per_vcpu").max(1.0);
    let cold = cold_start_share(load.rate_per_s, load.duration.mean_s(), bounds.idle_limit_s);
    let start_s = if cold >= 0.01 { load.init_s } else { 0.0 };
    let guard_s = search.numbers.guard_s(search.tuning.max_slowdown);
    let mut best = Best::new(search);
    for architecture in search.architectures() {
        let meter = if architecture == "arm64" {
            "duration-arm64"
        } else {
            "duration-x86_64"
        };
        let gb_second = search.rates.or_dear("lambda", meter);
        let mut memory_bytes = bounds.least_bytes;
        while memory_bytes <= bounds.most_bytes {
            let law = load
                .duration
                .stretched(load.stretch(memory_bytes / per_vcpu));
            if law.max_s <= bounds.timeout_s || search.numbers.redesign {
                let billed_s = law.mean_s() + cold * load.init_s;
                let gb_seconds = load.rate_per_s * SECONDS_PER_MONTH * billed_s * memory_bytes / GB;
                let p99_s = law.p99_s + bounds.overhead_s + start_s;
                let in_time = guard_s.is_none_or(|guard| p99_s <= guard);
                let candidate = Candidate {
                    memory_bytes,
                    architecture,
                };
                best.offer(in_time, gb_seconds * gb_second, p99_s, candidate);
            }
            memory_bytes += STEP_MB * MB;
        }
    }
    best.take()
}

fn finish(search: &Search<'_>, found: &Candidate, bounds: &Bounds) -> Sized {
    let numbers = search.numbers;
    let vcpus = found.memory_bytes / search.platform.likely("memory_per_vcpu").max(1.0);
    let placement = PerRequestPlacement {
        vcpus,
        idle_limit_s: bounds.idle_limit_s,
        timeout_s: bounds.timeout_s,
        overhead_s: bounds.overhead_s,
    };
    let forecast = search.forecast(&Placement::PerRequest(placement));
    let runs = numbers.load.rate_per_s * SECONDS_PER_MONTH * forecast.steps;
    let free = search.platform.likely("ephemeral_free");
    let usage = LambdaUsage {
        requests: exact(runs),
        duration_s: exact(forecast.run_s),
        init_s: exact(runs * forecast.cold_start_share * numbers.load.init_s),
        memory: Bytes::from_f64(found.memory_bytes),
        architecture: found.architecture,
        ephemeral: Bytes::from_f64(numbers.disk_bytes.max(free)),
        async_payload: if numbers.load.synchronous {
            Bytes::default()
        } else {
            numbers.request
        },
        provisioned: None,
        snapstart: None,
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
            steps: Some(forecast.steps).filter(|steps| *steps > 1.0),
            ..Configuration::default()
        },
        forecast,
        covers_copies: false,
        usage: all,
    }
}
