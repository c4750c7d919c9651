//! From a decision to what the blocks are filled in with.

use landfall_catalog::Catalog;
use landfall_decide::{Configuration, Decision, OptionDecision, WorkloadDecision};
use landfall_source::{Diagnostic, Result};
use landfall_units::Bytes;
use landfall_workload::FactId;
use serde_json::{Value, json};

use crate::blocks::pascal;
use crate::settings::Settings;

/// How much a blueprint asks of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// Deploys in a fresh account, without paid extras.
    Starter,
    /// Reserved concurrency, a NAT gateway in each zone, longer logs.
    Hardened,
    /// Functions inside the network, private ways to APIs, logs for a year.
    Governed,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 3] = [Self::Starter, Self::Hardened, Self::Governed];

    /// The word of outputs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Starter => "starter",
            Self::Hardened => "hardened",
            Self::Governed => "governed",
        }
    }
}

/// The language of the code to start with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Python.
    Python,
    /// TypeScript.
    TypeScript,
}

impl Language {
    /// The word of outputs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::TypeScript => "typescript",
        }
    }
}

/// Where a function's results go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Writes {
    /// Nowhere that the blueprint knows of.
    Nothing,
    /// Objects in a bucket.
    Objects,
    /// Objects in a bucket and items in a table.
    ObjectsAndTable,
    /// Messages in a queue.
    Queue,
}

/// What is asked for besides the decision.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The profile.
    pub profile: Profile,
    /// Whether a network is made; else it is given by parameters.
    pub network: bool,
    /// A platform for every workload instead of the recommended one.
    pub platform: Option<String>,
    /// One workload alone.
    pub workload: Option<String>,
    /// A language instead of the file's.
    pub language: Option<Language>,
    /// Where functions write, instead of what their trigger suggests.
    pub writes: Option<Writes>,
}

/// One workload, ready to be built.
#[derive(Debug)]
pub struct Planned<'d> {
    /// The workload.
    pub workload: &'d WorkloadDecision,
    /// The option that is built.
    pub option: &'d OptionDecision,
    /// What starts it.
    pub trigger: &'static str,
    /// The language of its code.
    pub language: Language,
    /// Whether its code is a container image.
    pub is_image: bool,
    /// The blocks that it is made of, in order.
    pub blocks: Vec<&'static str>,
    /// What they are filled in with.
    pub context: Value,
}

impl Planned<'_> {
    /// Whether it runs as a function of Lambda.
    pub fn is_function(&self) -> bool {
        self.option.family == "lambda"
    }

    /// The code that it starts with.
    pub(crate) fn starter(&self) -> &'static str {
        let purpose = self.workload.facts.choice(FactId::Purpose);
        let is_job = self.option.family == "batch" || matches!(self.trigger, "schedule" | "batch");
        match (self.trigger, self.is_function()) {
            ("http", true) if purpose == Some("ml-inference") => "inference",
            ("http", true) => "http",
            ("websocket", true) => "websocket",
            ("object-created", true) => "object",
            ("table-stream" | "data-stream", true) => "stream",
            ("event-bus", true) => "event",
            ("schedule", true) => "schedule",
            (_, true) => "queue",
            ("http" | "websocket" | "tcp" | "udp", false) => "server",
            (_, false) if is_job && !self.blocks.contains(&"container-worker") => "job",
            (_, false) => "worker",
        }
    }

    /// Whether it runs under Kubernetes.
    pub fn is_kubernetes(&self) -> bool {
        self.option.family == "eks"
    }
}

/// Plans every workload that is asked for.
///
/// # Errors
/// A workload that cannot be built: nothing is recommended, the platform is excluded,
/// what starts it is unknown.
pub fn plan<'d>(
    decision: &'d Decision,
    wanted: &Wanted,
    catalog: &Catalog,
    settings: &crate::Library,
) -> Result<Vec<Planned<'d>>> {
    let settings = settings.settings();
    let mut planned = Vec::new();
    for workload in &decision.workloads {
        if wanted
            .workload
            .as_ref()
            .is_some_and(|id| *id != workload.id)
        {
            continue;
        }
        let option = option(workload, wanted.platform.as_deref())?;
        planned.push(
            Planning {
                decision,
                workload,
                option,
                wanted,
                catalog,
                settings,
            }
            .plan()?,
        );
    }
    if planned.is_empty() {
        let ids: Vec<&str> = decision
            .workloads
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        let problem = Diagnostic::new("there is no such workload");
        return Err(Box::new(
            problem.help(format!("use one of {}", ids.join(", "))),
        ));
    }
    number(&mut planned);
    Ok(planned)
}

/// Gives every service behind the shared load balancer its paths: all of them to a
/// single one, those under its name to each of several.
fn number(planned: &mut [Planned<'_>]) {
    let behind = |one: &Planned<'_>| {
        one.blocks
            .iter()
            .any(|block| block.starts_with("container-http"))
    };
    let many = planned.iter().filter(|one| behind(one)).count() > 1;
    let places = planned.iter_mut().filter(|one| behind(one)).zip(1..);
    for (one, place) in places {
        let id = &one.workload.id;
        if let Some(Value::Object(w)) = one.context.get_mut("w") {
            let paths = if many {
                json!([format!("/{id}"), format!("/{id}/*")])
            } else {
                json!(["/*"])
            };
            w.insert("paths".to_owned(), paths);
            w.insert("priority".to_owned(), json!(place));
        }
    }
}

fn option<'d>(
    workload: &'d WorkloadDecision,
    platform: Option<&str>,
) -> Result<&'d OptionDecision> {
    let id = &workload.id;
    let Some(platform) = platform else {
        return workload.recommended().ok_or_else(|| {
            let what = format!("nothing is recommended for `{id}`, so there is nothing to build");
            let help = format!("`landfall explain FILE --workload {id}` says what would have to give; or name a platform with --platform");
            Box::new(Diagnostic::new(what).help(help))
        });
    };
    let found = workload.options.iter().find(|one| one.platform == platform);
    let option = found.ok_or_else(|| {
        let ids: Vec<&str> = workload
            .options
            .iter()
            .map(|one| one.platform.as_str())
            .collect();
        let what = format!("there is no platform `{platform}`");
        Box::new(Diagnostic::new(what).help(format!("use one of {}", ids.join(", "))))
    })?;
    if option.configuration.is_none() {
        let because = option
            .reasons
            .first()
            .map_or("", |reason| reason.because.as_str());
        let what = format!("`{id}` cannot run on {platform}: {because}");
        let help =
            format!("`landfall explain FILE --workload {id} --why-not {platform}` says more");
        return Err(Box::new(Diagnostic::new(what).help(help)));
    }
    Ok(option)
}

struct Planning<'a, 'd> {
    decision: &'d Decision,
    workload: &'d WorkloadDecision,
    option: &'d OptionDecision,
    wanted: &'a Wanted,
    catalog: &'a Catalog,
    settings: &'a Settings,
}

/// Bytes in megabytes.
fn mb(bytes: f64) -> f64 {
    Bytes::from_f64(bytes).as_mb()
}

impl<'d> Planning<'_, 'd> {
    fn likely(&self, fact: FactId) -> Option<f64> {
        let known = self.workload.facts.range(fact).map(|range| range.high());
        known.or_else(|| {
            let assumed = self.workload.assumed.iter().find(|one| one.fact == fact)?;
            match &assumed.value {
                landfall_workload::Value::Quantity(range) => Some(range.high()),
                _ => None,
            }
        })
    }

    fn flag(&self, fact: FactId) -> bool {
        self.workload.facts.flag(fact) == Some(true)
    }

    fn trigger(&self) -> Result<&'static str> {
        self.workload.facts.choice(FactId::Trigger).ok_or_else(|| {
            let what = format!("what starts `{}` is not known", self.workload.id);
            Box::new(
                Diagnostic::new(what).help("say so in the file: trigger = \"http\", or another"),
            )
        })
    }

    fn language(&self) -> Language {
        let runtime = self
            .workload
            .facts
            .text(FactId::Runtime)
            .unwrap_or_default();
        self.wanted
            .language
            .unwrap_or(if runtime.starts_with("node") {
                Language::TypeScript
            } else {
                Language::Python
            })
    }

    fn plan(&self) -> Result<Planned<'d>> {
        let trigger = self.trigger()?;
        let empty = Configuration::default();
        let config = self.option.configuration.as_ref().unwrap_or(&empty);
        let is_function = self.option.family == "lambda";
        let is_image =
            !is_function || self.workload.facts.choice(FactId::PackageKind) == Some("image");
        let mut context = self.shared();
        if let Value::Object(known) = &mut context {
            known.insert("p".to_owned(), json!(pascal(&self.workload.id)));
            known.insert("is_function".to_owned(), json!(is_function));
            known.insert("w".to_owned(), self.work(trigger, config));
            known.insert("fn".to_owned(), self.function(trigger, config, is_image));
            known.insert("c".to_owned(), self.container(config));
        }
        whole(&mut context);
        Ok(Planned {
            workload: self.workload,
            option: self.option,
            trigger,
            language: self.language(),
            is_image,
            blocks: blocks(
                &self.option.platform,
                trigger,
                self.flag(FactId::SharedFiles),
            ),
            context,
        })
    }

    /// What all workloads share.
    fn shared(&self) -> Value {
        let (settings, profile) = (self.settings, self.wanted.profile);
        let kept = settings.profiles.get(profile.word());
        let governed = profile == Profile::Governed;
        let made = self.wanted.network;
        let net = if made {
            json!({
                "made": true,
                "cidr": settings.network.cidr,
                "nat": true,
                "endpoints": if governed { settings.network.endpoints.clone() } else { Vec::new() },
                "vpc": "!Ref Vpc",
                "cidr_ref": "!GetAtt Vpc.CidrBlock",
                "https_to": "0.0.0.0/0",
                "private": "[!Ref PrivateSubnetA, !Ref PrivateSubnetB]",
                "private_each": ["!Ref PrivateSubnetA", "!Ref PrivateSubnetB"],
                "public": "[!Ref PublicSubnetA, !Ref PublicSubnetB]",
            })
        } else {
            json!({
                "made": false,
                "endpoints": [],
                "vpc": "!Ref VpcId",
                "cidr_ref": "!Ref VpcCidr",
                "https_to": "0.0.0.0/0",
                "private": "!Ref PrivateSubnetIds",
                "private_each": ["!Select [0, !Ref PrivateSubnetIds]", "!Select [1, !Ref PrivateSubnetIds]"],
                "public": "!Ref PublicSubnetIds",
            })
        };
        json!({
            "profile": profile.word(),
            "sys": {"name": self.decision.name, "region": self.decision.region},
            "net": net,
            "alarms": settings.alarms,
            "logs": {
                "days": kept.map_or(0, |kept| kept.log_days),
                "bucket_days": kept.map_or(0, |kept| kept.bucket_days),
            },
            "set": {
                "failures": settings.failures,
                "kubernetes": settings.kubernetes.version,
                "cluster_policies": settings.cluster_policies,
                "node_policies": settings.node_policies,
                "api_timeout_ms": settings.functions.api_timeout_s * 1000.0,
            },
        })
    }

    /// The longest that one unit of work may take, in whole seconds.
    fn longest_s(&self, longest: Option<f64>) -> f64 {
        let known = self
            .likely(FactId::DurationMax)
            .or_else(|| self.likely(FactId::DurationP99));
        let functions = &self.settings.functions;
        let wanted = (known.unwrap_or(0.0) * functions.timeout_headroom).ceil();
        let wanted = wanted.max(functions.least_timeout_s);
        longest.map_or(wanted, |longest| wanted.min(longest))
    }

    fn most_at_once(&self) -> f64 {
        let functions = &self.settings.functions;
        let peak = self
            .option
            .forecast
            .as_ref()
            .map_or(0.0, |forecast| forecast.units_peak);
        (peak * functions.concurrency_headroom)
            .ceil()
            .max(functions.least_concurrency)
    }

    fn work(&self, trigger: &str, config: &Configuration) -> Value {
        let (facts, functions) = (&self.workload.facts, &self.settings.functions);
        let purpose = facts.choice(FactId::Purpose);
        let peak_per_s = self.likely(FactId::RatePeak).unwrap_or(1.0);
        let throttle = (peak_per_s * functions.concurrency_headroom)
            .ceil()
            .max(functions.least_concurrency);
        let late = facts.likely(FactId::LatencyP99);
        let simulated = self
            .option
            .forecast
            .as_ref()
            .map(|forecast| forecast.latency.p99_s * functions.timeout_headroom);
        let late_s = late.or(simulated).unwrap_or(functions.least_timeout_s);
        let longest_s = self.longest_s(None);
        let authorise = match (config.front_door, purpose) {
            (Some("function-url"), _) => "url",
            (_, Some("website" | "mobile-backend")) => "jwt",
            _ => "iam",
        };
        let schedule = facts
            .text(FactId::Schedule)
            .map_or_else(|| self.every(), schedule_expression);
        json!({
            "id": self.workload.id,
            "trigger": trigger,
            "does": self.settings.does.get(trigger),
            "size_why": self.size_why(config),
            "authorise": authorise,
            "shared_files": self.flag(FactId::SharedFiles),
            "writes": self.writes(trigger, purpose),
            "batch_size": functions.batch_size,
            "most_at_once": self.most_at_once().clamp(functions.mapping_least, functions.mapping_most),
            "throttle": throttle,
            "burst": throttle * functions.concurrency_headroom,
            "late_ms": (late_s * 1000.0).ceil(),
            "oldest_s": (late_s * functions.concurrency_headroom).ceil().max(longest_s),
            "visibility_s": longest_s.min(functions.longest_visibility_s),
            "job_timeout_s": longest_s.max(60.0),
            "schedule": schedule,
            "time_zone": facts.text(FactId::TimeZone).unwrap_or("UTC"),
            "window_min": functions.window_min,
            "missed": missed(facts.likely(FactId::Volume)),
            "listen": 443,
            "paths": ["/*"],
            "priority": 1,
        })
    }

    /// A schedule as often as the traffic says, where no schedule is given.
    fn every(&self) -> String {
        let rate = self
            .workload
            .facts
            .likely(FactId::Volume)
            .filter(|rate| *rate > 0.0);
        let minutes = rate.map_or(24.0 * 60.0, |rate| (1.0 / rate / 60.0).round().max(1.0));
        let (count, unit) = [(1440.0, "day"), (60.0, "hour"), (1.0, "minute")]
            .into_iter()
            .find(|(size, _)| minutes >= *size)
            .map_or((1.0, "day"), |(size, unit)| {
                ((minutes / size).round(), unit)
            });
        let plural = if count > 1.0 { "s" } else { "" };
        format!("rate({count} {unit}{plural})")
    }

    fn writes(&self, trigger: &str, purpose: Option<&str>) -> Value {
        let usual = match (trigger, purpose) {
            ("object-created", _) | (_, Some("scheduled-job")) => Writes::Objects,
            (_, Some("data-analytics")) => Writes::ObjectsAndTable,
            _ => Writes::Nothing,
        };
        let writes = self.wanted.writes.unwrap_or(usual);
        json!({
            "objects": matches!(writes, Writes::Objects | Writes::ObjectsAndTable),
            "table": writes == Writes::ObjectsAndTable,
            "queue": writes == Writes::Queue,
        })
    }

    fn size_why(&self, config: &Configuration) -> String {
        let size = match (&config.instance, config.memory_mb) {
            (Some(instance), _) => instance.clone(),
            (None, Some(memory)) => format!("{memory} MB"),
            (None, None) => "this size".to_owned(),
        };
        let how = match &self.option.forecast {
            Some(forecast) => forecast.method.word(),
            None => "estimate",
        };
        let looked = match self.option.tried.len() {
            0 | 1 => String::new(),
            count => format!(" of {count} looked at"),
        };
        format!("{size}: the cheapest{looked} that meets the targets ({how})")
    }

    fn function(&self, trigger: &str, config: &Configuration, is_image: bool) -> Value {
        let functions = &self.settings.functions;
        let limit = self.catalog.platform("lambda").and_then(|lambda| {
            let limit = lambda.limit("timeout")?;
            limit.value_on(self.decision.as_of)
        });
        let waits = matches!(trigger, "http" | "websocket");
        let longest = if waits {
            Some(functions.api_timeout_s)
        } else {
            limit
        };
        let language = self.language().word();
        let disk = self
            .likely(FactId::EphemeralDisk)
            .map_or(0.0, |bytes| mb(bytes).ceil());
        let reserve = self.wanted.profile != Profile::Starter;
        let runtime = self.settings.runtimes.get(language);
        let can_restore = runtime.is_some_and(|runtime| self.catalog.snapstart(runtime).is_some());
        let snapstart = config.snapstart && can_restore && !is_image;
        let ready = config.provisioned;
        let p = pascal(&self.workload.id);
        let has_alias = snapstart || ready.is_some();
        let (named, called, path) = if has_alias {
            (
                format!("!Ref {p}Live"),
                format!("!Ref {p}Live"),
                format!("{p}Live"),
            )
        } else {
            let arn = format!("{p}Function.Arn");
            (format!("!Ref {p}Function"), format!("!GetAtt {arn}"), arn)
        };
        let ready_why = match ready {
            Some(_) => "What is called, and kept ready: cold starts would miss the target",
            None => "What is called: it comes back from a snapshot instead of starting",
        };
        json!({
            "alias": has_alias,
            "named": named,
            "called": called,
            "path": path,
            "ready": ready,
            "ready_why": ready_why,
            "snapstart": snapstart,
            "memory_mb": config.memory_mb.unwrap_or(self.managed_memory_mb()),
            "timeout_s": self.longest_s(longest),
            "arch": config.architecture.unwrap_or("x86_64"),
            "image": is_image,
            "language": language,
            "runtime": runtime,
            "handler": self.settings.handlers.get(language),
            "ephemeral_mb": if disk > functions.free_disk_mb { json!(disk) } else { Value::Null },
            "reserve": if reserve && self.option.platform == "lambda" { json!(self.most_at_once()) } else { Value::Null },
            "in_vpc": self.wanted.profile == Profile::Governed
                || self.flag(FactId::PrivateResources)
                || self.flag(FactId::SharedFiles),
        })
    }

    /// Memory of an environment on managed instances: what one needs for the units of
    /// work it takes on, in whole gigabytes.
    fn managed_memory_mb(&self) -> f64 {
        let needed = mb(self.likely(FactId::Memory).unwrap_or(0.0));
        let least_mb = self.settings.functions.least_managed_mb;
        (needed / least_mb).ceil().max(1.0) * least_mb
    }

    /// The share of a host's memory that tasks may have, in megabytes, and its vCPUs.
    fn host(&self, instance: Option<&landfall_catalog::Instance>) -> (f64, f64) {
        let platform = self.catalog.platform(&self.option.platform);
        let reserved = platform.map_or(0.0, |one| one.likely("reserved_memory_share"));
        instance.map_or((0.0, 1.0), |instance| {
            let kept_mb = instance.memory.as_mb() * (1.0 - reserved);
            (kept_mb.floor(), instance.vcpus)
        })
    }

    fn container(&self, config: &Configuration) -> Value {
        let (set, platform) = (&self.settings.containers, self.option.platform.as_str());
        let instance = config.instance.as_ref();
        let instance = instance.and_then(|name| self.catalog.instance(name));
        let (host_mb, host_vcpus) = self.host(instance);
        let memory_mb = config.memory_mb.unwrap_or_else(|| {
            let needed_mb = mb(self.likely(FactId::Memory).unwrap_or(0.0)).ceil();
            if config.concurrency.is_none() && needed_mb > 0.0 {
                needed_mb.min(host_mb)
            } else {
                host_mb
            }
        });
        let vcpus = config.vcpus.unwrap_or(host_vcpus);
        let gpu = self.flag(FactId::Gpu);
        let arch = config.architecture.unwrap_or("x86_64");
        let (capacity, compatibility) = match platform {
            "fargate" | "eks-fargate" | "batch-fargate" => ("fargate", "FARGATE"),
            "ecs-managed-instances" => ("managed", "MANAGED_INSTANCES"),
            "ecs-ec2" => ("asg", "EC2"),
            _ => ("ec2", "EC2"),
        };
        let pool = match (gpu, arch) {
            (true, _) => "GpuHosts",
            (_, "arm64") => "ArmHosts",
            _ => "X86Hosts",
        };
        let most = config.max_count.unwrap_or(1.0).ceil().max(1.0);
        let least = config.min_count.unwrap_or(0.0).min(most);
        let disk = self.likely(FactId::EphemeralDisk).unwrap_or(0.0);
        let disk_gb = Bytes::from_f64(disk).as_gb().ceil();
        let extra_disk = capacity == "fargate" && disk_gb >= set.free_disk_gb;
        let concurrency = config.concurrency.unwrap_or(1.0).max(1.0);
        let peak_per_s = self.likely(FactId::RatePeak).unwrap_or(1.0);
        json!({
            "capacity": capacity,
            "compatibility": compatibility,
            "cpu": (vcpus * set.cpu_units).round(),
            "vcpus": vcpus,
            "memory_mb": memory_mb,
            "arch": if arch == "arm64" { "ARM64" } else { "X86_64" },
            "gpu": gpu,
            "spot": config.purchase == Some("spot"),
            "min": least,
            "max": most,
            "cpu_target": set.cpu_target,
            "requests_target": (peak_per_s * 60.0 / most).ceil().max(1.0),
            "backlog": (concurrency * 2.0).ceil(),
            "count_why": format!("{least} to {most} tasks, as simulated"),
            "ephemeral_gb": extra_disk.then_some(disk_gb),
            "disk_gb": if gpu { set.gpu_disk_gb } else { set.host_disk_gb },
            "pool": pool,
            "pool_most": most,
            "pool_why": self.size_why(config),
            "image_parameter": self.settings.images.get(if gpu { "gpu" } else { arch }),
            "instances": self.alike(instance),
            "vcpus_least": host_vcpus,
            "vcpus_most": host_vcpus * 4.0,
            "vcpus_limit": (vcpus * most).ceil().max(set.least_jobs_vcpus),
            "host_memory_least": host_mb,
            "health_check": self.settings.health_checks.get(self.language().word()),
        })
    }

    /// The chosen instance and others of its size, which a group may take as well.
    fn alike(&self, chosen: Option<&landfall_catalog::Instance>) -> Vec<String> {
        let Some(chosen) = chosen else {
            return Vec::new();
        };
        let mut names = vec![chosen.name.clone()];
        let same = |other: &&landfall_catalog::Instance| {
            other.name != chosen.name
                && other.architecture == chosen.architecture
                && other.vcpus.total_cmp(&chosen.vcpus).is_eq()
                && other.memory == chosen.memory
                && other.gpus.total_cmp(&chosen.gpus).is_eq()
                && other.gpu == chosen.gpu
                && !other.is_burstable()
                && !other.is_metal()
        };
        let others = self.catalog.instances.iter().filter(same).take(2);
        names.extend(others.map(|other| other.name.clone()));
        names
    }
}

/// Numbers without a fraction are written without one.
fn whole(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let real = number
                .as_f64()
                .filter(|real| real.fract().abs() < f64::EPSILON);
            if let Some(real) = real {
                *value = json!(real as i64);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(whole),
        Value::Object(entries) => entries.values_mut().for_each(whole),
        _ => {}
    }
}

/// When the lack of runs is worth an alarm: twice the usual time between them, where
/// that is within what an alarm can look back.
fn missed(per_s: Option<f64>) -> Value {
    let hours = per_s
        .filter(|rate| *rate > 0.0)
        .map(|rate| (2.0 / rate / 3600.0).ceil());
    match hours {
        Some(hours) if hours <= 24.0 => json!({"period_s": 3600, "periods": hours.max(1.0)}),
        _ => Value::Null,
    }
}

/// A schedule of the file in the words of EventBridge: five-field expressions of cron
/// get their sixth.
fn schedule_expression(text: &str) -> String {
    if text.starts_with("rate(") || text.starts_with("at(") {
        return text.to_owned();
    }
    let inner = text
        .strip_prefix("cron(")
        .and_then(|rest| rest.strip_suffix(')'));
    let fields: Vec<&str> = inner.unwrap_or(text).split_whitespace().collect();
    match fields.as_slice() {
        [minute, hour, day, month, weekday] => {
            // One of day and weekday must be a question mark, and weekdays count from 1.
            let (day, weekday) = match (*day, *weekday) {
                (day, "*" | "?") => (day.to_owned(), "?".to_owned()),
                (_, weekday) => ("?".to_owned(), weekday.chars().map(next_weekday).collect()),
            };
            format!("cron({minute} {hour} {day} {month} {weekday} *)")
        }
        _ => format!("cron({})", fields.join(" ")),
    }
}

/// Weekdays of cron count from 0 for Sunday, those of EventBridge from 1.
fn next_weekday(day: char) -> char {
    match day.to_digit(10) {
        Some(digit) => char::from_digit(digit % 7 + 1, 10).unwrap_or(day),
        None => day,
    }
}

fn blocks(platform: &str, trigger: &str, files: bool) -> Vec<&'static str> {
    let functions = match trigger {
        "http" => "lambda-http",
        "websocket" => "lambda-websocket",
        "object-created" => "lambda-object",
        "table-stream" => "lambda-table",
        "data-stream" => "lambda-stream",
        "event-bus" => "lambda-event",
        "mobile-event" => "lambda-mobile",
        "schedule" => "lambda-schedule",
        _ => "lambda-queue",
    };
    let containers = match trigger {
        "http" | "websocket" if files => "container-http-files",
        "http" | "websocket" => "container-http",
        "tcp" | "udp" => "container-tcp",
        "schedule" => "container-schedule",
        _ => "container-worker",
    };
    match platform {
        "lambda" => vec![functions],
        "lambda-managed-instances" => vec![functions, "managed-functions"],
        "batch-fargate" | "batch-ec2" if trigger == "schedule" => vec!["batch-scheduled"],
        "batch-fargate" | "batch-ec2" => vec!["batch"],
        "eks-fargate" | "eks-ec2" => vec!["eks-workload"],
        _ => vec![containers],
    }
}
