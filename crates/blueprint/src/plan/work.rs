//! What is done with a workload, wherever it runs.

use landfall_decide::{Configuration, FrontDoor, Placement};
use landfall_source::{Diagnostic, Result};
use landfall_workload::FactId;

use super::context::{Api, Queue, Schedule, Stream, Thresholds, Workload};
use super::families::Mapping;
use super::schedule::{expression, missed};
use super::{FedBy, Planning, Writes};
use crate::graph::Fault;

impl Planning<'_, '_> {
    /// What is known of the workload, wherever it runs.
    pub(super) fn workload(
        &self,
        trigger: &'static str,
        config: &Configuration,
    ) -> Result<Workload> {
        let task = self.settings.does.get(trigger).ok_or_else(|| {
            Fault(format!(
                "settings.toml does not say what `{trigger}` work does"
            ))
        })?;
        Ok(Workload {
            id: self.id.clone(),
            trigger,
            task: task.clone(),
            size_why: self.size_why(config),
            is_function: self.option.family == "lambda",
            mounts_files: self.flag(FactId::SharedFiles),
            front_door: self.topology.front_door.map(FrontDoor::word),
            writes: self.writes(trigger).iter().map(|one| one.word()).collect(),
            reads: self.wanted.reads.iter().map(|one| one.word()).collect(),
            fed_by: self.wanted.fed_by.map(FedBy::word),
        })
    }

    /// From where alarms ring: late is what the file says, else what was simulated with some
    /// room.
    pub(super) fn thresholds(&self, config: &Configuration) -> Thresholds {
        let (alarms, functions) = (&self.settings.alarms, &self.settings.functions);
        let late_s = self.workload.facts.likely(FactId::LatencyP99);
        let simulated = self.option.forecast.as_ref();
        let simulated_s =
            simulated.map(|forecast| forecast.latency.p99_s * functions.timeout_headroom);
        let late_s = late_s.or(simulated_s).unwrap_or(functions.least_timeout_s);
        let old_s = (late_s * functions.concurrency_headroom).ceil();
        Thresholds {
            errors: alarms.errors,
            throttles: alarms.throttles,
            cpu_percent: alarms.cpu_percent,
            memory_percent: alarms.memory_percent,
            record_age_ms: alarms.record_age_ms,
            latency_ms: (late_s * 1000.0).ceil(),
            message_age_s: old_s.max(self.longest_s(None, config)),
        }
    }

    /// Who may call an API, and how often: users of websites and apps have tokens.
    pub(super) fn api(&self) -> Api {
        let functions = &self.settings.functions;
        let peak_per_s = self.likely(FactId::RatePeak).unwrap_or(1.0);
        let rate_per_s = (peak_per_s * functions.concurrency_headroom)
            .ceil()
            .max(functions.least_concurrency);
        let authorise = match self.workload.facts.choice(FactId::Purpose) {
            Some("website" | "mobile-backend") => "jwt",
            _ => "iam",
        };
        Api {
            authorise,
            rate_per_s,
            burst: rate_per_s * functions.concurrency_headroom,
            operations: self.wanted.operations.clone().unwrap_or_default(),
        }
    }

    /// When the work starts, where a schedule starts it.
    pub(super) fn schedule(&self) -> Schedule {
        let facts = &self.workload.facts;
        Schedule {
            expression: facts
                .text(FactId::Schedule)
                .map_or_else(|| self.every(), expression),
            time_zone: facts.text(FactId::TimeZone).unwrap_or("UTC").to_owned(),
            window_min: self.settings.functions.window_min,
            missed: missed(facts.likely(FactId::Volume)),
        }
    }

    /// How long a message is hidden while a container works on it.
    pub(super) fn queue(&self, config: &Configuration) -> Queue {
        let longest_s = self.settings.functions.longest_visibility_s;
        Queue {
            visibility_s: self.longest_s(None, config).min(longest_s),
        }
    }

    /// What an event source mapping hands to a function at once.
    pub(super) fn mapping(&self, config: &Configuration) -> Mapping {
        let functions = &self.settings.functions;
        let parallel = config.stream.and_then(|stream| stream.parallel);
        Mapping {
            batch_size: config.batch.unwrap_or(functions.batch_size),
            window_s: self.batch_window_s(config),
            most_at_once: self
                .most_at_once()
                .clamp(functions.mapping_least, functions.mapping_most),
            parallel: parallel.filter(|parallel| *parallel > 1.0),
        }
    }

    /// How long one attempt of a job may take.
    pub(super) fn job_timeout_s(&self, config: &Configuration) -> f64 {
        let least_s = self.settings.containers.least_job_timeout_s;
        self.longest_s(None, config).max(least_s)
    }

    /// Whether nothing leads to a service from where it stands.
    fn is_cut_off(&self, service: &str) -> bool {
        let topology = self.topology;
        topology.placement == Placement::Private
            && !topology.goes_through_nat()
            && topology.endpoints.iter().all(|one| one != service)
    }

    /// Refuses to say what stands around the work where its pattern has no place for it, or where
    /// nothing leads there.
    pub(super) fn refuse_around(&self, trigger: &str) -> Result<()> {
        if let Some(fed_by) = self.wanted.fed_by
            && !fed_by.triggers().contains(&trigger)
        {
            let word = fed_by.word();
            let what = format!(
                "`{}` is started by {trigger}, and --fed-by {word} does not put work there",
                self.id
            );
            let triggers = fed_by.triggers().join(", ");
            let help = format!(
                "--fed-by {word} takes workloads with trigger {triggers}; write the others alone with --workload ID"
            );
            return Err(Box::new(Diagnostic::new(what).help(help)));
        }
        let front_door = self.topology.front_door;
        let has_api = matches!(front_door, Some(FrontDoor::HttpApi | FrontDoor::RestApi));
        if self.wanted.operations.is_some() && !(has_api && self.option.family == "lambda") {
            let what = format!("`{}` has no API in front of a function", self.id);
            let help =
                "leave --openapi out, or write the workloads with an API alone with --workload ID";
            return Err(Box::new(Diagnostic::new(what).help(help)));
        }
        let written = self.wanted.writes.iter().flatten().map(|one| one.word());
        let asked: Vec<&str> = written
            .chain(self.wanted.reads.iter().map(|one| one.word()))
            .collect();
        for word in &asked {
            let beside = self.settings.beside.get(*word);
            let service = beside.and_then(|one| one.service.as_deref());
            if service.is_some_and(|service| self.is_cut_off(service)) {
                let what = format!(
                    "`{}` stands in {}, from where no {word} is reached",
                    self.id,
                    self.topology.words()
                );
                let help = "say needs.outbound_internet = true in the file, so that there is a way out, or write elsewhere";
                return Err(Box::new(Diagnostic::new(what).help(help)));
            }
        }
        if asked.is_empty() || self.is_written() {
            return Ok(());
        }
        let what = format!(
            "`{}` runs on {}, where pods have no role to write and read with",
            self.id, self.option.name
        );
        let help =
            "leave --writes and --reads out, or write the other workloads alone with --workload ID";
        Err(Box::new(Diagnostic::new(what).help(help)))
    }

    /// Whether its pattern can say where results go: pods on Fargate have no role of their own.
    fn is_written(&self) -> bool {
        self.option.platform != "eks-fargate"
    }

    /// Where results go: of functions as their trigger and purpose suggest, of containers
    /// that are fed objects into objects, of others nowhere unless it is asked for.
    fn writes(&self, trigger: &str) -> Vec<Writes> {
        if let Some(asked) = &self.wanted.writes {
            return asked.clone();
        }
        let purpose = self.workload.facts.choice(FactId::Purpose);
        let is_function = self.option.family == "lambda";
        match (trigger, purpose) {
            ("object-created", _) if self.is_written() => vec![Writes::Objects],
            (_, Some("scheduled-job")) if is_function => vec![Writes::Objects],
            (_, Some("data-analytics")) if is_function => vec![Writes::Objects, Writes::Table],
            _ => Vec::new(),
        }
    }

    pub(super) fn size_why(&self, config: &Configuration) -> String {
        let size = match (&config.instance, config.memory_mb) {
            (Some(instance), _) => instance.clone(),
            (None, Some(memory)) => format!("{memory} MB"),
            (None, None) => "this size".to_owned(),
        };
        let how = match &self.option.forecast {
            Some(forecast) => forecast.method.word(),
            None => "estimate",
        };
        let among = match self.option.tried.len() {
            0 | 1 => String::new(),
            count => format!(" of {count} looked at"),
        };
        let has_targets = [FactId::LatencyP99, FactId::FinishWithin, FactId::Success]
            .iter()
            .any(|fact| !self.workload.facts.is_unknown(*fact));
        match (self.option.meets_targets, has_targets) {
            (Some(true), true) => {
                format!("{size}: the cheapest{among} that meets the targets ({how})")
            }
            (Some(true), false) => {
                format!("{size}: the cheapest{among}; there is no target ({how})")
            }
            (Some(false), _) => {
                format!("{size}: what was chosen{among}, though it misses a target ({how})")
            }
            (None, _) => format!("{size}: what was chosen{among}; targets were not looked at"),
        }
    }

    /// How long a batch that is not full waits for more, in whole seconds; none where it does
    /// not. More messages than a request for them gives need a wait.
    fn batch_window_s(&self, config: &Configuration) -> Option<f64> {
        let asked_s = self.likely(FactId::BatchWindow).map_or(0.0, f64::ceil);
        let is_large = config.stream.is_none()
            && config
                .batch
                .is_some_and(|batch| batch > self.settings.functions.batch_size);
        let least_s = if is_large { 1.0 } else { 0.0 };
        Some(asked_s.max(least_s)).filter(|seconds| *seconds > 0.0)
    }

    /// The longest that one unit of work may take, or a batch of them, in whole seconds. What
    /// is said to take at most so long may take so long.
    pub(super) fn longest_s(&self, longest: Option<f64>, config: &Configuration) -> f64 {
        let known = self
            .likely(FactId::DurationMax)
            .or_else(|| self.likely(FactId::DurationP99));
        let functions = &self.settings.functions;
        let batch = config.batch.unwrap_or(1.0);
        let beside_s = self.likely(FactId::PerBatch).unwrap_or(0.0);
        let known_s = known.unwrap_or(0.0).mul_add(batch, beside_s);
        let wanted = self
            .workload
            .facts
            .at_most(FactId::DurationMax)
            .map_or_else(|| (known_s * functions.timeout_headroom).ceil(), f64::ceil);
        let wanted = wanted.max(functions.least_timeout_s);
        longest.map_or(wanted, |longest| wanted.min(longest))
    }

    pub(super) fn most_at_once(&self) -> f64 {
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

    /// A schedule as often as the traffic says, where no schedule is given.
    pub(super) fn every(&self) -> String {
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
}

/// The stream that is read, and why it has the shards that it has.
pub(super) fn stream(config: &Configuration) -> Stream {
    let kept = "Ordered by partition key, kept for two days so that a bug can be replayed";
    let (shards, why) = match config.stream {
        Some(stream) if stream.on_demand => (
            None,
            format!("{kept}; it scales by itself, since nobody knows when the peak comes"),
        ),
        Some(stream) => (
            Some(stream.shards).filter(|shards| *shards > 0.0),
            format!("{kept}; as many shards as the peak needs, with some to spare"),
        ),
        None => (None, kept.to_owned()),
    };
    let mode = if shards.is_some() {
        "PROVISIONED"
    } else {
        "ON_DEMAND"
    };
    Stream { mode, shards, why }
}
