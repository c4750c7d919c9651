//! EC2 instances: type and purchase; as a service or as jobs.

use landfall_catalog::bill::{Ec2Purchase, Ec2Usage, ManagedInstancesUsage, Usage};
use landfall_simulate::{Forecast, JobPlacement, Placement, ServicePlacement};
use landfall_units::{Bytes, HOURS_PER_MONTH, SECONDS_PER_MONTH};

use super::{
    Ask, Candidate, Choice, Following, LeftOver, Looked, Search, Sized, bounded, choose, look_at,
    metrics,
};
use crate::companions::decimal;
use crate::decision::Configuration;
use crate::rates::InstanceRate;
use crate::unfit::Unfit;

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

/// What a host must have, and what comes on top of its price.
struct Rules {
    needed_bytes: f64,
    architectures: Vec<&'static str>,
    /// Part of the memory that is left for the work.
    left: f64,
    /// Part of the price on demand.
    fee: f64,
}

impl Rules {
    fn new(search: &Search<'_>) -> Result<Self, Unfit> {
        let numbers = search.numbers;
        if numbers.windows {
            return Err(Unfit::WindowsUnpriced);
        }
        if numbers.gpu && !search.platform.gpus {
            return Err(Unfit::NoGpu);
        }
        let fee = search.platform.fee.as_ref();
        Ok(Self {
            needed_bytes: numbers.memory_bytes / search.tuning.memory_target,
            architectures: search.architectures(),
            left: 1.0 - search.platform.likely("reserved_memory_share"),
            fee: fee.map_or(0.0, |key| search.rates.or_dear(&key.service, &key.meter)),
        })
    }

    /// The ways in which a type can be bought, where it fits.
    fn bought<'a>(
        &self,
        search: &Search<'_>,
        rate: InstanceRate<'a>,
    ) -> impl Iterator<Item = Host<'a>> + use<'a> {
        let numbers = search.numbers;
        let memory_bytes = rate.instance.memory.get() as f64 * self.left;
        let fits = memory_bytes >= self.needed_bytes
            && self.architectures.contains(&rate.instance.architecture)
            && numbers.gpu == (rate.instance.gpus > 0.0);
        let fee = rate.on_demand * self.fee;
        let host = move |purchase, dollars: f64| Host {
            rate,
            purchase,
            dollars: dollars + fee,
            memory_bytes,
        };
        let on_demand = fits.then(|| host(Ec2Purchase::OnDemand, rate.on_demand));
        let spot = rate.spot.filter(|_| fits && numbers.spot);
        let spot = spot.map(|dollars| host(Ec2Purchase::Spot, dollars));
        on_demand.into_iter().chain(spot)
    }
}

/// Every type that the platform may use and the work fits.
fn hosts<'a>(search: &Search<'a>) -> Result<Vec<Host<'a>>, Unfit> {
    let rules = Rules::new(search)?;
    let rates = search.rates.instances_of(search.platform);
    let hosts: Vec<Host<'a>> = rates.flat_map(|rate| rules.bought(search, rate)).collect();
    if hosts.is_empty() {
        return Err(search.rates.no_instance(search.numbers.gpu));
    }
    Ok(hosts)
}

/// Of hosts that run the work alike, since they are as large, the cheapest.
fn cheapest(mut hosts: Vec<Host<'_>>) -> Vec<Host<'_>> {
    let sizes = hosts.iter().map(|host| host.rate.size + 1).max();
    let mut least = vec![f64::INFINITY; sizes.unwrap_or(0)];
    for host in &hosts {
        if let Some(least) = least.get_mut(host.rate.size) {
            *least = least.min(host.dollars);
        }
    }
    // Of those that cost the same, the first.
    hosts.retain(|host| {
        let least = least.get_mut(host.rate.size);
        least.is_some_and(|least| {
            let is_least = host.dollars <= *least;
            if is_least {
                *least = f64::NEG_INFINITY;
            }
            is_least
        })
    });
    hosts
}

/// A host as it would run the work: as a service or as jobs.
struct Hosted<'c> {
    host: Host<'c>,
    placement: Placement,
}

impl Candidate for Hosted<'_> {
    fn label(&self) -> (String, f64) {
        let instance = self.host.rate.instance;
        let what = format!("{} {}", instance.name, self.host.purchase.word());
        (what, instance.memory.as_gb().mul_add(1e-3, instance.vcpus))
    }

    fn choice(&self) -> Choice {
        Choice::Host {
            instance: self.host.rate.instance.name.clone(),
            purchase: self.host.purchase,
            following: Following::of(&self.placement),
        }
    }

    fn placement(&self) -> &Placement {
        &self.placement
    }

    fn least_cost(&self, search: &Search<'_>) -> f64 {
        match &self.placement {
            Placement::Service(place) => {
                search.least_copies(place) * self.host.dollars * HOURS_PER_MONTH
            }
            _ => 0.0,
        }
    }

    fn cost(&self, search: &Search<'_>, forecast: &Forecast) -> f64 {
        if matches!(&self.placement, Placement::Service(_)) {
            let metrics = search.metrics_cost(Following::of(&self.placement));
            let hosts = forecast.units_mean * self.host.dollars * HOURS_PER_MONTH;
            return hosts + metrics.unwrap_or(f64::INFINITY);
        }
        let jobs = search.numbers.load.rate_per_s * SECONDS_PER_MONTH;
        jobs * forecast.billed_s / 3_600.0 * self.host.dollars
    }

    fn sized(&self, search: &Search<'_>, forecast: &Forecast) -> Sized {
        match &self.placement {
            Placement::Service(place) => self.sized_service(search, place, forecast),
            _ => self.sized_jobs(search, forecast),
        }
    }
}

impl Hosted<'_> {
    fn sized_service(
        &self,
        search: &Search<'_>,
        place: &ServicePlacement,
        forecast: &Forecast,
    ) -> Sized {
        let host = &self.host;
        let batch = search
            .numbers
            .batch_mean(search.platform, forecast, true, search.tuning);
        let runs = search.numbers.load.rate_per_s * SECONDS_PER_MONTH / batch;
        let (least, mean) = (forecast.units_least, forecast.units_mean);
        let mut configuration = Configuration {
            min_count: Some(least),
            concurrency: Some(place.concurrency),
            high_resolution: place.high_resolution,
            ..settings(host, forecast)
        };
        // What always runs is reserved, where the file says that capacity is bought so.
        let held = reserved(search, host).map_or(0.0, |_| least.min(mean));
        let mut usage = Vec::new();
        if held > 0.0 {
            configuration.purchase = Some("reserved-1y, on-demand beyond");
            let host = Host {
                purchase: Ec2Purchase::Reserved1y,
                ..*host
            };
            usage = instances(search, &host, held, SECONDS_PER_MONTH, 0.0);
        }
        if mean > held {
            let beyond = mean - held;
            usage.extend(instances(search, host, beyond, SECONDS_PER_MONTH, runs));
        }
        usage.extend(metrics(place));
        Sized {
            choice: self.choice(),
            configuration,
            placement: self.placement.clone(),
            forecast: *forecast,
            covers_copies: true,
            left_over: left_over(search, host, place, forecast),
            usage,
        }
    }

    fn sized_jobs(&self, search: &Search<'_>, forecast: &Forecast) -> Sized {
        let jobs = search.numbers.load.rate_per_s * SECONDS_PER_MONTH;
        let vcpus = match &self.placement {
            Placement::Job(place) => Some(place.vcpus),
            _ => None,
        };
        Sized {
            choice: self.choice(),
            configuration: Configuration {
                vcpus,
                ..settings(&self.host, forecast)
            },
            placement: self.placement.clone(),
            forecast: *forecast,
            covers_copies: false,
            left_over: None,
            usage: instances(search, &self.host, jobs, forecast.billed_s, jobs),
        }
    }
}

/// Copies of a workload share the instances: sized for all of them together.
pub(super) fn size_service(search: &Search<'_>, ask: Ask<'_>) -> Result<Sized, Unfit> {
    let all = search.numbers.of_all_copies();
    let search = &Search {
        numbers: &all,
        ..*search
    };
    size(search, ask, service)
}

pub(super) fn size_jobs(search: &Search<'_>, ask: Ask<'_>) -> Result<Sized, Unfit> {
    size(search, ask, job)
}

pub(super) fn all_services(search: &Search<'_>) -> Vec<Looked> {
    let all = search.numbers.of_all_copies();
    let search = &Search {
        numbers: &all,
        ..*search
    };
    look_at_every(search, service)
}

pub(super) fn all_jobs(search: &Search<'_>) -> Vec<Looked> {
    look_at_every(search, job)
}

fn look_at_every(search: &Search<'_>, way: Way) -> Vec<Looked> {
    let hosts = hosts(search).unwrap_or_default();
    look_at(search, &candidates(search, &hosts, way))
}

/// How a host runs the work; none where it does not.
type Way = fn(&Search<'_>, &Host<'_>, Following) -> Option<Placement>;

fn size(search: &Search<'_>, ask: Ask<'_>, way: Way) -> Result<Sized, Unfit> {
    let kept = ask.first().and_then(|choice| kept(search, choice, way));
    let mut problem = None;
    let all = || {
        let hosts = hosts(search).unwrap_or_else(|why| {
            problem = Some(why);
            Vec::new()
        });
        bounded(search, candidates(search, &cheapest(hosts), way))
    };
    let found = choose(search, ask, kept, all, std::iter::once);
    let none = || search.rates.no_instance(search.numbers.gpu);
    found.ok_or_else(|| problem.unwrap_or_else(none))
}

fn candidates<'a>(search: &Search<'a>, hosts: &[Host<'a>], way: Way) -> Vec<Hosted<'a>> {
    let hosted = search.followings().flat_map(|following| {
        hosts.iter().filter_map(move |host| {
            let placement = way(search, host, following)?;
            let host = *host;
            Some(Hosted { host, placement })
        })
    });
    hosted.collect()
}

/// The same type, bought the same way, where it still fits.
fn kept<'a>(search: &Search<'a>, choice: &Choice, way: Way) -> Option<Hosted<'a>> {
    let Choice::Host {
        instance,
        purchase,
        following,
    } = choice
    else {
        return None;
    };
    let rules = Rules::new(search).ok()?;
    let mut rates = search.rates.instances_of(search.platform);
    let rate = rates.find(|rate| rate.instance.name == *instance)?;
    let mut ways = rules.bought(search, rate);
    let host = ways.find(|host| host.purchase == *purchase)?;
    let placement = way(search, &host, *following)?;
    Some(Hosted { host, placement })
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
    let standing = if load.held_for_peak {
        1.0
    } else {
        place.standing_share
    };
    let rate = load.rate_per_s * (standing * load.peak_to_mean).max(1.0);
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
fn service(search: &Search<'_>, host: &Host<'_>, following: Following) -> Option<Placement> {
    search.metrics_cost(following)?;
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
    (concurrency >= 1.0).then(|| {
        Placement::Service(ServicePlacement {
            vcpus: instance.vcpus,
            concurrency,
            slot_target: if numbers.gpu { cpu_target } else { 1.0 },
            connections: search.tuning.connections_per_vcpu * instance.vcpus,
            cpu_target,
            min_copies: zones
                .max(by_memory)
                .max(search.platform.likely("min_instances")),
            standing_share: following.standing_share,
            high_resolution: following.high_resolution,
            overhead_s: search.platform.likely("front_door_overhead"),
        })
    })
}

/// Nothing of a job stands.
fn job(search: &Search<'_>, host: &Host<'_>, following: Following) -> Option<Placement> {
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
    (following == Following::default()).then(|| {
        Placement::Job(JobPlacement {
            vcpus,
            start_s: search.platform.likely("start_time"),
            minimum_s: search.platform.likely("minimum_billed"),
            jobs_per_host: by_memory.min(by_device).max(1.0),
        })
    })
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
            requests: decimal(runs),
            instance,
            instances: decimal(count),
            hours: decimal(hours),
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
            count: decimal(count),
            seconds: decimal(seconds),
            purchase: host.purchase,
            surplus_credits: decimal(0.0),
            fee,
        }),
        Usage::Ebs {
            kind: "gp3",
            gb_months: decimal(volume_gb * count * hours / HOURS_PER_MONTH),
        },
    ]
}
