//! Lambda on demand: memory and architecture.

use landfall_catalog::bill::{LambdaUsage, Usage};
use landfall_simulate::{PerRequestPlacement, Placement, cold_start_share};
use landfall_units::{Bytes, SECONDS_PER_MONTH};

use super::{Best, Search, Sized};
use crate::companions::{decimal, exact};
use crate::decision::Configuration;

/// Steps of memory that are tried, in MB.
const STEP_MB: f64 = 64.0;
const MB: f64 = 1_048_576.0;
const GB: f64 = 1_073_741_824.0;

struct Candidate {
    memory_bytes: f64,
    architecture: &'static str,
}

pub(super) fn size(search: &Search<'_>) -> Result<Sized, String> {
    let numbers = search.numbers;
    let per_vcpu = search.platform.likely("memory_per_vcpu").max(1.0);
    let most = search.limit("memory").unwrap_or(f64::MAX);
    let timeout_s = search.limit("timeout").unwrap_or(f64::MAX);
    let needed = numbers.memory_bytes / search.tuning.memory_target;
    let least = (needed / MB / STEP_MB).ceil() * STEP_MB * MB;
    let least = least.max(search.platform.likely("memory_min"));
    if numbers.gpu {
        return Err("it has no GPU".to_owned());
    }
    if least > most {
        return Err(format!(
            "the work fills more than its largest memory, {}",
            Bytes::from_f64(most)
        ));
    }
    let idle_s = search.platform.likely("idle_limit");
    let cold = cold_start_share(
        numbers.load.rate_per_s,
        numbers.load.duration.mean_s(),
        idle_s,
    );
    let overhead_s = search.platform.likely("front_door_overhead");
    let guard_s = numbers.guard_s(search.tuning.max_slowdown);
    let mut best = Best::new();
    for architecture in search.architectures() {
        let meter = if architecture == "arm64" {
            "duration-arm64"
        } else {
            "duration-x86_64"
        };
        let gb_second = search.rates.or_dear("lambda", meter);
        let mut memory_bytes = least;
        while memory_bytes <= most {
            let stretch = numbers.load.stretch(memory_bytes / per_vcpu);
            let law = numbers.load.duration.stretched(stretch);
            if law.max_s <= timeout_s || numbers.redesign {
                let billed_s = law.mean_s() + cold * numbers.load.init_s;
                let cost = numbers.load.rate_per_s
                    * SECONDS_PER_MONTH
                    * billed_s
                    * (memory_bytes / GB)
                    * gb_second;
                let start_s = if cold >= 0.01 {
                    numbers.load.init_s
                } else {
                    0.0
                };
                let p99_s = law.p99_s + overhead_s + start_s;
                let in_time = guard_s.is_none_or(|guard| p99_s <= guard + start_s);
                best.offer(
                    in_time,
                    cost,
                    p99_s,
                    Candidate {
                        memory_bytes,
                        architecture,
                    },
                );
            }
            memory_bytes += STEP_MB * MB;
        }
    }
    let Some(found) = best.take() else {
        return Err(if search.architectures().is_empty() {
            "it has none of the package's architectures".to_owned()
        } else {
            let limit = landfall_units::Duration::from_secs_f64(timeout_s);
            format!("at every memory the work can take longer than {limit}")
        });
    };
    Ok(finish(search, &found, timeout_s, idle_s, overhead_s))
}

fn finish(
    search: &Search<'_>,
    found: &Candidate,
    timeout_s: f64,
    idle_limit_s: f64,
    overhead_s: f64,
) -> Sized {
    let numbers = search.numbers;
    let vcpus = found.memory_bytes / search.platform.likely("memory_per_vcpu").max(1.0);
    let placement = PerRequestPlacement {
        vcpus,
        idle_limit_s,
        timeout_s,
        overhead_s,
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
        usage: all,
    }
}
