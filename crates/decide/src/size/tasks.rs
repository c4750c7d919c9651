//! Fargate: the size of a task, its architecture, Spot; as a service or as jobs.

use landfall_catalog::bill::{FargateUsage, Usage};
use landfall_simulate::{Forecast, JobPlacement, Placement, ServicePlacement};
use landfall_units::{Bytes, HOURS_PER_MONTH, SECONDS_PER_MONTH};

use super::{Best, Labelled, Search, Sized};
use crate::companions::{decimal, exact};
use crate::decision::Configuration;

/// A size that a task may have.
#[derive(Debug, Clone, Copy)]
struct Shape {
    vcpus: f64,
    memory: Bytes,
    architecture: &'static str,
    spot: bool,
    /// Dollars an hour.
    rate: f64,
}

impl Labelled for Shape {
    fn label(&self) -> (String, f64) {
        let spot = if self.spot { " spot" } else { "" };
        let what = format!(
            "{} vCPU {} {}{spot}",
            self.vcpus, self.memory, self.architecture
        );
        (what, self.memory.as_gb().mul_add(1e-3, self.vcpus))
    }
}

/// Every size that the platform sells on the day and the work fits.
fn shapes(search: &Search<'_>) -> Result<Vec<Shape>, String> {
    let numbers = search.numbers;
    if numbers.gpu {
        return Err("it has no GPU".to_owned());
    }
    let needed = numbers.memory_bytes / search.tuning.memory_target;
    let mut shapes = Vec::new();
    for architecture in search.architectures() {
        for spot in [false, true] {
            let Some((vcpu_hour, gb_hour)) = rates(search, architecture, spot) else {
                continue;
            };
            for size in &search.platform.sizes {
                if size.since > search.day || (numbers.windows && !size.windows) {
                    continue;
                }
                for memory in size
                    .memory
                    .iter()
                    .filter(|memory| memory.get() as f64 >= needed)
                {
                    let rate = memory.as_gb().mul_add(gb_hour, size.vcpus * vcpu_hour);
                    let (vcpus, memory) = (size.vcpus, *memory);
                    shapes.push(Shape {
                        vcpus,
                        memory,
                        architecture,
                        spot,
                        rate,
                    });
                }
            }
        }
    }
    if shapes.is_empty() {
        return Err("no size of a task fits the work".to_owned());
    }
    Ok(shapes)
}

/// Dollars for a vCPU-hour and a GB-hour; none where that is not sold.
fn rates(search: &Search<'_>, architecture: &str, spot: bool) -> Option<(f64, f64)> {
    let numbers = search.numbers;
    let rates = search.rates;
    if numbers.windows {
        if spot || architecture != "x86_64" {
            return None;
        }
        let licence = rates.or_dear("fargate", "licence-windows");
        let vcpu = rates.or_dear("fargate", "vcpu-windows") + licence;
        return Some((vcpu, rates.or_dear("fargate", "memory-windows")));
    }
    if spot {
        // Spot is a choice only for work that may be interrupted, on ECS and Batch.
        let meter = format!("spot-vcpu-{architecture}");
        let sold = search.platform.orchestrator != "eks" && rates.has("fargate", &meter);
        if !numbers.spot || !sold {
            return None;
        }
        let memory = format!("spot-memory-{architecture}");
        return Some((
            rates.or_dear("fargate", &meter),
            rates.or_dear("fargate", &memory),
        ));
    }
    let (vcpu, memory) = (
        format!("vcpu-{architecture}"),
        format!("memory-{architecture}"),
    );
    Some((
        rates.or_dear("fargate", &vcpu),
        rates.or_dear("fargate", &memory),
    ))
}

pub(super) fn size_service(search: &Search<'_>) -> Result<Sized, String> {
    let guard_s = search.numbers.guard_s(search.tuning);
    let mut best = Best::new(search);
    for shape in shapes(search)? {
        let placement = service(search, &shape);
        if placement.concurrency < 1.0 {
            continue;
        }
        if best.settles(search.least_copies(&placement) * shape.rate * HOURS_PER_MONTH) {
            continue;
        }
        let quick = quick_service(search, &placement);
        let in_time = guard_s.is_none_or(|guard| quick.1 <= guard);
        best.offer(
            in_time,
            quick.0 * shape.rate * HOURS_PER_MONTH,
            quick.1,
            shape,
        );
    }
    let shape = best.take().ok_or("no size of a task fits the work")?;
    let placement = service(search, &shape);
    let concurrency = placement.concurrency;
    let forecast = search.forecast(&Placement::Service(placement));
    let seconds = SECONDS_PER_MONTH;
    Ok(finish(
        search,
        &shape,
        &forecast,
        forecast.units_mean,
        seconds,
        Some(concurrency),
    ))
}

/// Copies on average, and the 99th percentile in seconds.
fn quick_service(search: &Search<'_>, placement: &ServicePlacement) -> (f64, f64) {
    let forecast = search.forecast(&Placement::Service(placement.clone()));
    (forecast.units_mean, forecast.latency.p99_s)
}

fn service(search: &Search<'_>, shape: &Shape) -> ServicePlacement {
    ServicePlacement {
        vcpus: shape.vcpus,
        concurrency: search.concurrency(shape.memory.get() as f64, shape.vcpus),
        slot_target: 1.0,
        connections: search.tuning.connections_per_vcpu * shape.vcpus,
        cpu_target: search.tuning.cpu_target,
        min_copies: search.numbers.min_tasks,
        overhead_s: search.platform.likely("front_door_overhead"),
    }
}

pub(super) fn size_jobs(search: &Search<'_>) -> Result<Sized, String> {
    let numbers = search.numbers;
    let guard_s = numbers.guard_s(search.tuning);
    let place = |shape: &Shape| {
        Placement::Job(JobPlacement {
            vcpus: shape.vcpus,
            start_s: search.platform.likely("start_time"),
            minimum_s: search.platform.likely("minimum_billed"),
            jobs_per_host: 1.0,
        })
    };
    let jobs = numbers.load.rate_per_s * SECONDS_PER_MONTH;
    let mut best = Best::new(search);
    for shape in shapes(search)? {
        let forecast = search.forecast(&place(&shape));
        let late_s = forecast.latency.p99_s;
        let in_time = guard_s.is_none_or(|guard| late_s <= guard);
        best.offer(
            in_time,
            jobs * forecast.billed_s / 3_600.0 * shape.rate,
            late_s,
            shape,
        );
    }
    let shape = best.take().ok_or("no size of a task fits the work")?;
    let forecast = search.forecast(&place(&shape));
    Ok(finish(
        search,
        &shape,
        &forecast,
        jobs,
        forecast.billed_s,
        None,
    ))
}

fn finish(
    search: &Search<'_>,
    shape: &Shape,
    forecast: &Forecast,
    tasks: f64,
    seconds: f64,
    concurrency: Option<f64>,
) -> Sized {
    let numbers = search.numbers;
    let free = search.platform.likely("ephemeral_free");
    let usage = FargateUsage {
        tasks: exact(tasks),
        vcpus: decimal(shape.vcpus),
        memory: shape.memory,
        seconds: exact(seconds),
        ephemeral: Bytes::from_f64(numbers.disk_bytes.max(free)),
        architecture: shape.architecture,
        windows: numbers.windows,
        spot: shape.spot,
    };
    Sized {
        configuration: Configuration {
            memory_mb: Some(shape.memory.as_mb()),
            vcpus: Some(shape.vcpus),
            architecture: Some(shape.architecture),
            purchase: Some(if shape.spot { "spot" } else { "on-demand" }),
            min_count: concurrency.map(|_| numbers.min_tasks),
            mean_count: Some(forecast.units_mean),
            max_count: Some(forecast.units_peak.ceil()),
            concurrency,
            ..Configuration::default()
        },
        forecast: *forecast,
        covers_copies: false,
        left_over: None,
        usage: vec![Usage::Fargate(usage)],
    }
}
