//! Fargate: the size of a task, its architecture, Spot; as a service or as jobs.

use landfall_catalog::bill::{FargateUsage, Usage};
use landfall_simulate::{Forecast, JobPlacement, Placement, ServicePlacement};
use landfall_units::{Bytes, HOURS_PER_MONTH, SECONDS_PER_MONTH};

use super::{
    Ask, Candidate, Choice, Following, Looked, Search, Sized, bounded, choose, look_at, metrics,
};
use crate::companions::decimal;
use crate::decision::Configuration;
use crate::unfit::Unfit;

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

/// Every size that the platform sells on the day and the work fits.
fn shapes(search: &Search<'_>) -> Result<Vec<Shape>, Unfit> {
    let numbers = search.numbers;
    if numbers.gpu {
        return Err(Unfit::NoGpu);
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
        return Err(Unfit::NoTask);
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

/// A size as it would run the work: as a service or as jobs.
struct Task {
    shape: Shape,
    placement: Placement,
}

impl Candidate for Task {
    fn label(&self) -> (String, f64) {
        let shape = &self.shape;
        let spot = if shape.spot { " spot" } else { "" };
        let (vcpus, memory) = (shape.vcpus, shape.memory);
        let what = format!("{vcpus} vCPU {memory} {}{spot}", shape.architecture);
        (what, memory.as_gb().mul_add(1e-3, vcpus))
    }

    fn choice(&self) -> Choice {
        Choice::Task {
            vcpus: self.shape.vcpus,
            memory_bytes: self.shape.memory.get(),
            architecture: self.shape.architecture,
            spot: self.shape.spot,
            following: Following::of(&self.placement),
        }
    }

    fn placement(&self) -> &Placement {
        &self.placement
    }

    fn least_cost(&self, search: &Search<'_>) -> f64 {
        match &self.placement {
            Placement::Service(place) => {
                search.least_copies(place) * self.shape.rate * HOURS_PER_MONTH
            }
            _ => 0.0,
        }
    }

    fn cost(&self, search: &Search<'_>, forecast: &Forecast) -> f64 {
        let (tasks, seconds) = self.used(search, forecast);
        let metrics = search.metrics_cost(Following::of(&self.placement));
        tasks * seconds / 3_600.0 * self.shape.rate + metrics.unwrap_or(f64::INFINITY)
    }

    fn sized(&self, search: &Search<'_>, forecast: &Forecast) -> Sized {
        let (numbers, shape) = (search.numbers, &self.shape);
        let (tasks, seconds) = self.used(search, forecast);
        let free = search.platform.likely("ephemeral_free");
        let usage = FargateUsage {
            tasks: decimal(tasks),
            vcpus: decimal(shape.vcpus),
            memory: shape.memory,
            seconds: decimal(seconds),
            ephemeral: Bytes::from_f64(numbers.disk_bytes.max(free)),
            architecture: shape.architecture,
            windows: numbers.windows,
            spot: shape.spot,
        };
        let place = match &self.placement {
            Placement::Service(place) => Some(place),
            _ => None,
        };
        let concurrency = place.map(|place| place.concurrency);
        let tasks = std::iter::once(Usage::Fargate(usage));
        Sized {
            choice: self.choice(),
            configuration: Configuration {
                memory_mb: Some(shape.memory.as_mb()),
                vcpus: Some(shape.vcpus),
                architecture: Some(shape.architecture),
                purchase: Some(if shape.spot { "spot" } else { "on-demand" }),
                min_count: concurrency.map(|_| forecast.units_least),
                mean_count: Some(forecast.units_mean),
                max_count: Some(forecast.units_peak.ceil()),
                concurrency,
                high_resolution: place.is_some_and(|place| place.high_resolution),
                ..Configuration::default()
            },
            placement: self.placement.clone(),
            forecast: *forecast,
            covers_copies: false,
            left_over: None,
            usage: tasks.chain(place.and_then(metrics)).collect(),
        }
    }
}

impl Task {
    /// Tasks a month, and seconds of each: those that stand all month, or a job each.
    fn used(&self, search: &Search<'_>, forecast: &Forecast) -> (f64, f64) {
        if matches!(&self.placement, Placement::Service(_)) {
            return (forecast.units_mean, SECONDS_PER_MONTH);
        }
        let jobs = search.numbers.load.rate_per_s * SECONDS_PER_MONTH;
        (jobs, forecast.billed_s)
    }
}

pub(super) fn size_service(search: &Search<'_>, ask: Ask<'_>) -> Result<Sized, Unfit> {
    size(search, ask, service)
}

pub(super) fn size_jobs(search: &Search<'_>, ask: Ask<'_>) -> Result<Sized, Unfit> {
    size(search, ask, job)
}

pub(super) fn all_services(search: &Search<'_>) -> Vec<Looked> {
    look_at(search, &tasks(search, service).unwrap_or_default())
}

pub(super) fn all_jobs(search: &Search<'_>) -> Vec<Looked> {
    look_at(search, &tasks(search, job).unwrap_or_default())
}

/// How a shape runs the work; none where it does not.
type Way = fn(&Search<'_>, &Shape, Following) -> Option<Placement>;

fn size(search: &Search<'_>, ask: Ask<'_>, way: Way) -> Result<Sized, Unfit> {
    let kept = ask.first().and_then(|choice| kept(search, choice, way));
    let mut problem = None;
    let all = || {
        let tasks = tasks(search, way).unwrap_or_else(|why| {
            problem = Some(why);
            Vec::new()
        });
        bounded(search, tasks)
    };
    let found = choose(search, ask, kept, all, std::iter::once);
    found.ok_or_else(|| problem.unwrap_or(Unfit::NoTask))
}

fn tasks(search: &Search<'_>, way: Way) -> Result<Vec<Task>, Unfit> {
    let shapes = shapes(search)?;
    let tasks = search.followings().flat_map(|following| {
        shapes.iter().filter_map(move |shape| {
            let placement = way(search, shape, following)?;
            let shape = *shape;
            Some(Task { shape, placement })
        })
    });
    Ok(tasks.collect())
}

/// The same size again, where it still fits.
fn kept(search: &Search<'_>, choice: &Choice, way: Way) -> Option<Task> {
    let Choice::Task {
        vcpus,
        memory_bytes,
        architecture,
        spot,
        following,
    } = choice
    else {
        return None;
    };
    let memory = Bytes::new(*memory_bytes);
    let needed = search.numbers.memory_bytes / search.tuning.memory_target;
    let (vcpu_hour, gb_hour) = rates(search, architecture, *spot)?;
    if (memory.get() as f64) < needed {
        return None;
    }
    let shape = Shape {
        vcpus: *vcpus,
        memory,
        architecture,
        spot: *spot,
        rate: memory.as_gb().mul_add(gb_hour, vcpus * vcpu_hour),
    };
    let placement = way(search, &shape, *following)?;
    Some(Task { shape, placement })
}

fn service(search: &Search<'_>, shape: &Shape, following: Following) -> Option<Placement> {
    search.metrics_cost(following)?;
    let concurrency = search.concurrency(shape.memory.get() as f64, shape.vcpus);
    (concurrency >= 1.0).then(|| {
        Placement::Service(ServicePlacement {
            vcpus: shape.vcpus,
            concurrency,
            slot_target: 1.0,
            connections: search.tuning.connections_per_vcpu * shape.vcpus,
            cpu_target: search.tuning.cpu_target,
            min_copies: search.numbers.min_tasks,
            standing_share: following.standing_share,
            high_resolution: following.high_resolution,
            overhead_s: search.platform.likely("front_door_overhead"),
        })
    })
}

/// Nothing of a job stands.
fn job(search: &Search<'_>, shape: &Shape, following: Following) -> Option<Placement> {
    (following == Following::default()).then(|| {
        Placement::Job(JobPlacement {
            vcpus: shape.vcpus,
            start_s: search.platform.likely("start_time"),
            minimum_s: search.platform.likely("minimum_billed"),
            jobs_per_host: 1.0,
        })
    })
}
