//! What is done with a workload, wherever it runs.

use landfall_decide::Configuration;
use landfall_source::{Diagnostic, Result};
use landfall_workload::FactId;
use serde_json::{Value, json};

use super::schedule::{expression, missed};
use super::{Planning, Writes};

impl Planning<'_, '_> {
    pub(super) fn work(&self, trigger: &str, config: &Configuration) -> Value {
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
        let longest_s = self.longest_s(None, config);
        let authorise = match purpose {
            Some("website" | "mobile-backend") => "jwt",
            _ => "iam",
        };
        let schedule = facts
            .text(FactId::Schedule)
            .map_or_else(|| self.every(), expression);
        json!({
            "id": self.id,
            "trigger": trigger,
            "does": self.settings.does.get(trigger),
            "size_why": self.size_why(config),
            "authorise": authorise,
            "shared_files": self.flag(FactId::SharedFiles),
            "writes": self.writes(trigger, purpose),
            "batch_size": config.batch.unwrap_or(functions.batch_size),
            "pipe_parallel": functions.pipe_parallel,
            "batch_window_s": self.batch_window_s(config),
            "shards": config.stream.map(|stream| stream.shards),
            "on_demand": config.stream.is_some_and(|stream| stream.on_demand),
            "parallel": config.stream.and_then(|stream| stream.parallel).filter(|parallel| *parallel > 1.0),
            "stream_why": stream_why(config),
            "most_at_once": self.most_at_once().clamp(functions.mapping_least, functions.mapping_most),
            "throttle": throttle,
            "burst": throttle * functions.concurrency_headroom,
            "late_ms": (late_s * 1000.0).ceil(),
            "oldest_s": (late_s * functions.concurrency_headroom).ceil().max(longest_s),
            "visibility_s": longest_s.min(functions.longest_visibility_s),
            "job_timeout_s": longest_s.max(self.settings.containers.least_job_timeout_s),
            "schedule": schedule,
            "time_zone": facts.text(FactId::TimeZone).unwrap_or("UTC"),
            "window_min": functions.window_min,
            "missed": missed(facts.likely(FactId::Volume)),
            "listen": 443,
            "paths": ["/*"],
            "priority": 1,
        })
    }

    /// Whether it runs as tasks of ECS.
    fn is_ecs(&self) -> bool {
        let platform = self.catalog.platform(&self.option.platform);
        platform.is_some_and(|platform| platform.orchestrator == "ecs")
    }

    /// Refuses to say where results go on platforms whose pattern writes none.
    pub(super) fn refuse_writes(&self) -> Result<()> {
        let asked = self
            .wanted
            .writes
            .filter(|writes| *writes != Writes::Nothing);
        if asked.is_none() || self.option.family == "lambda" || self.is_ecs() {
            return Ok(());
        }
        let what = format!(
            "`{}` runs on {}, for which --writes is not written",
            self.id, self.option.name
        );
        let help = "leave --writes out and add what the code writes to, or write the others alone with --workload ID";
        Err(Box::new(Diagnostic::new(what).help(help)))
    }

    /// Where results go: of functions as their trigger and purpose suggest, of containers
    /// that are fed objects into objects, of others nowhere unless it is asked for.
    pub(super) fn writes(&self, trigger: &str, purpose: Option<&str>) -> Value {
        let is_function = self.option.family == "lambda";
        let is_written = is_function || self.is_ecs();
        let usual = match (trigger, purpose) {
            ("object-created", _) if is_written => Writes::Objects,
            (_, Some("scheduled-job")) if is_function => Writes::Objects,
            (_, Some("data-analytics")) if is_function => Writes::ObjectsAndTable,
            _ => Writes::Nothing,
        };
        let writes = self.wanted.writes.unwrap_or(usual);
        json!({
            "objects": matches!(writes, Writes::Objects | Writes::ObjectsAndTable),
            "table": writes == Writes::ObjectsAndTable,
            "queue": writes == Writes::Queue,
        })
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

/// Why a stream has the shards that it has.
fn stream_why(config: &Configuration) -> String {
    let kept = "Ordered by partition key, kept for two days so that a bug can be replayed";
    match config.stream {
        Some(stream) if stream.on_demand => {
            format!("{kept}; it scales by itself, since nobody knows when the peak comes")
        }
        Some(_) => format!("{kept}; as many shards as the peak needs, with some to spare"),
        None => kept.to_owned(),
    }
}
