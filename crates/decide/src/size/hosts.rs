//! EC2 instances: type and purchase; as a service or as jobs.

use landfall_catalog::bill::{Ec2Purchase, Ec2Usage, ManagedInstancesUsage, Usage};
use landfall_simulate::{Forecast, JobPlacement, Placement, ServicePlacement};
use landfall_units::{Bytes, HOURS_PER_MONTH, SECONDS_PER_MONTH};

use super::{Best, Labelled, LeftOver, Search, Sized};
use crate::companions::{decimal, exact};
use crate::decision::Configuration;
use crate::rates::InstanceRate;

/// An instance type as it would be bought.
#[derive(Debug, Clone, Copy)]
struct Host<'c> {
    rate: InstanceRate<'c>,
    purchase: Ec2Purchase,
    /// Dollars an hour, fees included.
    dollars: f64,
    /// Memory left for the work.
    memory_bytes: f64,
}

impl Labelled for Host<'_> {
    fn label(&self) -> (String, f64) {
        let instance = self.rate.instance;
        let what = format!("{} {}", instance.name, self.purchase.word());
        (what, instance.memory.as_gb().mul_add(1e-3, instance.vcpus))
    }
}

/// Every type that the platform may use and the work fits.
fn hosts<'a>(search: &Search<'a>) -> Result<Vec<Host<'a>>, String> {
    let numbers = search.numbers;
    if numbers.windows {
        return Err("the price of Windows instances is not in the catalog".to_owned());
    }
    if numbers.gpu && !search.platform.gpus {
        return Err("it has no GPU".to_owned());
    }
    let architectures = search.architectures();
    let needed = numbers.memory_bytes / search.tuning.memory_target;
    let fee = search.platform.fee.as_ref();
    let fee = fee.map_or(0.0, |key| search.rates.or_dear(&key.service, &key.meter));
    let left = 1.0 - search.platform.likely("reserved_memory_share");
    let mut hosts = Vec::new();
    for rate in search.rates.instances_of(search.platform) {
        let memory_bytes = rate.instance.memory.get() as f64 * left;
        let fits = memory_bytes >= needed
            && architectures.contains(&rate.instance.architecture)
            && numbers.gpu == (rate.instance.gpus > 0.0);
        if !fits {
            continue;
        }
        let fee = rate.on_demand * fee;
        hosts.push(Host {
            rate,
            purchase: Ec2Purchase::OnDemand,
            dollars: rate.on_demand + fee,
            memory_bytes,
        });
        if let Some(spot) = rate.spot.filter(|_| numbers.spot) {
            let (purchase, dollars) = (Ec2Purchase::Spot, spot + fee);
            hosts.push(Host {
                rate,
                purchase,
                dollars,
                memory_bytes,
            });
        }
    }
    if hosts.is_empty() {
        return Err("no instance type that is priced here fits the work".to_owned());
    }
    Ok(hosts)
}

/// Copies of a workload share the instances: sized for all of them together.
pub(super) fn size_service(search: &Search<'_>) -> Result<Sized, String> {
    let all = search.numbers.of_all_copies();
    let search = &Search {
        numbers: &all,
        ..*search
    };
    let guard_s = search.numbers.guard_s(search.tuning);
    let mut best = Best::new(search);
    for host in hosts(search)? {
        let placement = service(search, &host);
        if placement.concurrency < 1.0 {
            continue;
        }
        if best.settles(search.least_copies(&placement) * host.dollars * HOURS_PER_MONTH) {
            continue;
        }
        let forecast = search.forecast(&Placement::Service(placement));
        let late_s = forecast.latency.p99_s;
        let in_time = guard_s.is_none_or(|guard| late_s <= guard);
        best.offer(
            in_time,
            forecast.units_mean * host.dollars * HOURS_PER_MONTH,
            late_s,
            host,
        );
    }
    let host = best
        .take()
        .ok_or("no instance type that is priced here fits the work")?;
    let placement = service(search, &host);
    let (least, concurrency) = (placement.min_copies, placement.concurrency);
    let forecast = search.forecast(&Placement::Service(placement.clone()));
    let left_over = left_over(search, &host, &placement, &forecast);
    let runs = search.numbers.load.rate_per_s * SECONDS_PER_MONTH;
    let mean = forecast.units_mean;
    let mut settings = Configuration {
        min_count: Some(least),
        concurrency: Some(concurrency),
        ..settings(&host, &forecast)
    };
    // What always runs is reserved, where the file says that capacity is bought so.
    let held = reserved(search, &host).map_or(0.0, |_| least.min(mean));
    let mut usage = Vec::new();
    if held > 0.0 {
        settings.purchase = Some("reserved-1y, on-demand beyond");
        let host = Host {
            purchase: Ec2Purchase::Reserved1y,
            ..host
        };
        usage = instances(search, &host, held, SECONDS_PER_MONTH, 0.0);
    }
    if mean > held {
        usage.extend(instances(
            search,
            &host,
            mean - held,
            SECONDS_PER_MONTH,
            runs,
        ));
    }
    Ok(Sized {
        configuration: settings,
        forecast,
        covers_copies: true,
        left_over,
        usage,
    })
}

/// What is left of the hosts of a cluster: they are kept for availability, and come in
/// whole numbers. Needed is what the load fills on average, or at its peak where capacity
/// is held for it, and what the memory of the tasks takes that are kept.
fn left_over(
    search: &Search<'_>,
    host: &Host<'_>,
    place: &ServicePlacement,
    forecast: &Forecast,
) -> Option<LeftOver> {
    let (numbers, load) = (search.numbers, &search.numbers.load);
    // Functions' instances are their own, and a GPU is not shared.
    if search.platform.request_fee.is_some() || numbers.gpu {
        return None;
    }
    let held = if load.held_for_peak {
        load.peak_to_mean
    } else {
        1.0
    };
    let rate = load.rate_per_s * held;
    let by_cpu = rate * load.cpu_s() / (place.vcpus * place.cpu_target);
    let by_slots = rate * forecast.run_s / (place.concurrency.max(1.0) * place.slot_target);
    let by_connections = load.concurrent / place.connections.max(1.0);
    let tasks = numbers.copies * numbers.min_tasks;
    let by_memory = tasks * numbers.memory_bytes / host.memory_bytes;
    let needed = by_cpu.max(by_slots).max(by_connections).max(by_memory);
    let share = 1.0 - (needed / forecast.units_mean).min(1.0);
    (share > 0.0).then(|| LeftOver {
        what: format!("{}-hosts", search.platform.id),
        share,
    })
}

/// The price of a year's reservation of a host, where one is wanted and known.
fn reserved(search: &Search<'_>, host: &Host<'_>) -> Option<f64> {
    let plain = search.platform.fee.is_none() && search.platform.request_fee.is_none();
    let wanted = plain && search.numbers.reserves && host.purchase == Ec2Purchase::OnDemand;
    let meter = format!(
        "{}:{}",
        host.rate.instance.name,
        Ec2Purchase::Reserved1y.word()
    );
    let rate = wanted.then(|| search.rates.rate("ec2", &meter))??;
    (rate < host.rate.on_demand).then_some(rate)
}

/// A whole instance as one copy: what runs on it shares it out.
fn service(search: &Search<'_>, host: &Host<'_>) -> ServicePlacement {
    let numbers = search.numbers;
    let instance = host.rate.instance;
    let headroom = search
        .platform
        .parameter("headroom")
        .map(|share| 1.0 - share.likely());
    let cpu_target = headroom.unwrap_or(search.tuning.cpu_target);
    let concurrency = if numbers.gpu {
        instance.gpus
    } else {
        search.concurrency(host.memory_bytes, instance.vcpus)
    };
    let zones = if numbers.min_tasks > 1.0 {
        search.tuning.zones
    } else {
        numbers.min_tasks
    };
    // Every copy's tasks must find room, busy or not.
    let tasks = numbers.copies * numbers.min_tasks;
    let by_memory = (tasks * numbers.memory_bytes / host.memory_bytes).ceil();
    ServicePlacement {
        vcpus: instance.vcpus,
        concurrency,
        slot_target: if numbers.gpu { cpu_target } else { 1.0 },
        connections: search.tuning.connections_per_vcpu * instance.vcpus,
        cpu_target,
        min_copies: zones
            .max(by_memory)
            .max(search.platform.likely("min_instances")),
        overhead_s: search.platform.likely("front_door_overhead"),
    }
}

pub(super) fn size_jobs(search: &Search<'_>) -> Result<Sized, String> {
    let numbers = search.numbers;
    let guard_s = numbers.guard_s(search.tuning);
    let jobs = numbers.load.rate_per_s * SECONDS_PER_MONTH;
    let mut best = Best::new(search);
    for host in hosts(search)? {
        let forecast = search.forecast(&Placement::Job(job(search, &host)));
        let late_s = forecast.latency.p99_s;
        let in_time = guard_s.is_none_or(|guard| late_s <= guard);
        best.offer(
            in_time,
            jobs * forecast.billed_s / 3_600.0 * host.dollars,
            late_s,
            host,
        );
    }
    let host = best
        .take()
        .ok_or("no instance type that is priced here fits the work")?;
    let forecast = search.forecast(&Placement::Job(job(search, &host)));
    let usage = instances(search, &host, jobs, forecast.billed_s, jobs);
    let settings = Configuration {
        vcpus: Some(job(search, &host).vcpus),
        ..settings(&host, &forecast)
    };
    Ok(Sized {
        configuration: settings,
        forecast,
        covers_copies: false,
        left_over: None,
        usage,
    })
}

fn job(search: &Search<'_>, host: &Host<'_>) -> JobPlacement {
    let numbers = search.numbers;
    let instance = host.rate.instance;
    let vcpus = numbers.load.threads.min(instance.vcpus);
    let needed = (numbers.memory_bytes / search.tuning.memory_target).max(1.0);
    let by_memory = (host.memory_bytes / needed).floor();
    let by_device = if numbers.gpu {
        instance.gpus
    } else {
        (instance.vcpus / vcpus).floor()
    };
    JobPlacement {
        vcpus,
        start_s: search.platform.likely("start_time"),
        minimum_s: search.platform.likely("minimum_billed"),
        jobs_per_host: by_memory.min(by_device).max(1.0),
    }
}

fn settings(host: &Host<'_>, forecast: &Forecast) -> Configuration {
    Configuration {
        instance: Some(host.rate.instance.name.clone()),
        architecture: Some(host.rate.instance.architecture),
        purchase: Some(host.purchase.word()),
        mean_count: Some(forecast.units_mean),
        max_count: Some(forecast.units_peak.ceil()),
        ..Configuration::default()
    }
}

/// Instances for so many seconds each, with their volumes and fees.
fn instances(
    search: &Search<'_>,
    host: &Host<'_>,
    count: f64,
    seconds: f64,
    runs: f64,
) -> Vec<Usage> {
    let instance = host.rate.instance.name.clone();
    let hours = seconds / 3_600.0;
    if search.platform.request_fee.is_some() {
        return vec![Usage::ManagedInstances(ManagedInstancesUsage {
            requests: exact(runs),
            instance,
            instances: exact(count),
            hours: exact(hours),
            price_per_hour: None,
        })];
    }
    let fee = search
        .platform
        .fee
        .as_ref()
        .map(|_| ("ecs", "managed-instances-fee"));
    let volume_gb = Bytes::from_f64(search.platform.likely("root_volume")).as_gb();
    vec![
        Usage::Ec2(Ec2Usage {
            instance,
            count: exact(count),
            seconds: exact(seconds),
            purchase: host.purchase,
            surplus_credits: decimal(0.0),
            fee,
        }),
        Usage::Ebs {
            kind: "gp3",
            gb_months: exact(volume_gb * count * hours / HOURS_PER_MONTH),
        },
    ]
}
