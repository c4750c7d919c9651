//! A simulation as JSON.

use landfall_simulate::{Errors, Figures, Percentiles};
use schemars::JsonSchema;
use serde::Serialize;

use crate::simulation::{AppliedLaw, Billed, Logged, Run, Simulation};

/// What `simulate` gives. Where several idle limits are compared, `idle_limits` has the
/// figures of each and the top has those of the first.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SimulationJson {
    /// Version of this format.
    pub schema: u32,
    /// The platform's id.
    pub platform: String,
    /// The seed of all draws.
    pub seed: u64,
    /// The day whose behaviour was used.
    pub as_of: String,
    /// The figures.
    #[serde(flatten)]
    pub figures: FiguresJson,
    /// The figures of each idle limit, when several were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub idle_limits: Vec<IdleLimitJson>,
    /// What the replayed log has of the same requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logged: Option<LoggedJson>,
    /// Rows of the trace that were skipped.
    pub skipped_rows: u64,
    /// What was left out or approximated.
    pub notes: Vec<String>,
    /// The laws that it was simulated with, where they are asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub laws: Vec<LawJson>,
}

/// A behaviour of the platform.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LawJson {
    /// Its name in the catalog.
    pub name: String,
    /// What it is.
    pub meaning: String,
    /// Its likely value, as people write it.
    pub value: String,
    /// The lowest that it may be, where it is uncertain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<String>,
    /// The highest that it may be, where it is uncertain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<String>,
    /// Its source.
    pub source: String,
    /// When that was read.
    pub date: String,
    /// How far it can be trusted: A to D.
    pub grade: String,
}

/// One of several idle limits.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct IdleLimitJson {
    /// The limit, in seconds.
    pub idle_limit_s: f64,
    /// The figures.
    #[serde(flatten)]
    pub figures: FiguresJson,
}

/// The figures of a run.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FiguresJson {
    /// Seconds simulated, without the warm-up.
    pub seconds: f64,
    /// Requests that arrived.
    pub requests: u64,
    /// Records of a stream that were handed over: requests are batches of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
    /// Requests served.
    pub served: u64,
    /// Attempts that were refused.
    pub throttled: u64,
    /// Attempts made again.
    pub retried: u64,
    /// Requests dropped: refused and not tried again.
    pub dropped: u64,
    /// Requests given up for their age.
    pub expired: u64,
    /// Requests that were still waiting at the end.
    pub waiting: u64,
    /// Requests that met a cold start.
    pub cold_starts: u64,
    /// Their share of the requests served.
    pub cold_start_share: f64,
    /// Share of attempts that were refused.
    pub throttled_share: f64,
    /// Requests served by provisioned environments.
    pub provisioned: u64,
    /// Environments, copies or hosts provisioned, on average.
    pub environments_mean: f64,
    /// The most at once.
    pub environments_max: u32,
    /// Units of work under way, on average.
    pub running_mean: f64,
    /// The most at once.
    pub running_max: u32,
    /// Environments provisioned and idle, on average.
    pub idle_mean: f64,
    /// The part of the capacity that is in use.
    pub utilisation: f64,
    /// Latency of served requests.
    pub latency_ms: PercentilesJson,
    /// Its parts.
    pub latency_parts_ms: PartsJson,
    /// Standard errors of the headline figures; null where the run is too short.
    pub standard_error: ErrorsJson,
    /// What would be billed.
    pub billed: Vec<BilledJson>,
}

/// Percentiles of a time, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct PercentilesJson {
    /// Mean.
    pub mean: f64,
    /// Median.
    pub p50: f64,
    /// 90th.
    pub p90: f64,
    /// 95th.
    pub p95: f64,
    /// 99th.
    pub p99: f64,
    /// 99.9th.
    #[serde(rename = "p99.9")]
    pub p999: f64,
    /// Longest.
    pub max: f64,
}

/// What latency is made of.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct PartsJson {
    /// Before any work began, over all served requests.
    pub queueing: PercentilesJson,
    /// Start-up, of cold requests alone.
    pub cold_start: PercentilesJson,
    /// Mean of the work itself.
    pub service_mean: f64,
}

/// Standard errors.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct ErrorsJson {
    /// Of `cold_start_share`.
    pub cold_start_share: Option<f64>,
    /// Of `throttled_share`.
    pub throttled_share: Option<f64>,
    /// Of `environments_mean`.
    pub environments_mean: Option<f64>,
    /// Of `running_mean`.
    pub running_mean: Option<f64>,
    /// Of the median latency, in milliseconds.
    pub p50_ms: Option<f64>,
    /// Of the 99th percentile of latency, in milliseconds.
    pub p99_ms: Option<f64>,
}

/// A quantity that a meter counts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BilledJson {
    /// The meter.
    pub meter: String,
    /// How much of it.
    pub quantity: f64,
    /// In which unit.
    pub unit: String,
}

/// What a log has of its own requests.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct LoggedJson {
    /// Requests.
    pub requests: u64,
    /// Of these, cold starts.
    pub cold_starts: u64,
    /// Their share.
    pub cold_start_share: f64,
    /// Environments that served them, where the log has them.
    pub environments: Option<u64>,
}

/// A simulation as a document.
pub fn simulation(simulation: &Simulation) -> SimulationJson {
    let several = simulation.runs.len() > 1;
    let first = simulation.runs.first();
    SimulationJson {
        schema: 1,
        platform: simulation.platform.clone(),
        seed: simulation.seed,
        as_of: simulation.as_of.clone(),
        figures: figures(
            &first.map_or_else(Figures::default, |run| run.figures),
            first.map_or(0.0, Run::utilisation),
            first.map_or(&[], |run| &run.billed),
        ),
        idle_limits: simulation
            .runs
            .iter()
            .filter(|_| several)
            .filter_map(idle_limit)
            .collect(),
        logged: simulation.logged.as_ref().map(logged),
        skipped_rows: simulation.skipped_rows,
        notes: simulation.notes.clone(),
        laws: simulation.laws.iter().map(law).collect(),
    }
}

fn law(law: &AppliedLaw) -> LawJson {
    let (low, high) = law.range.clone().unzip();
    LawJson {
        name: law.name.clone(),
        meaning: law.meaning.clone(),
        value: law.value.clone(),
        low,
        high,
        source: law.source.clone(),
        date: law.date.clone(),
        grade: law.grade.to_owned(),
    }
}

/// The JSON Schema of [`SimulationJson`], draft 2020-12.
pub fn simulation_schema() -> serde_json::Value {
    schemars::schema_for!(SimulationJson).to_value()
}

fn idle_limit(run: &Run) -> Option<IdleLimitJson> {
    Some(IdleLimitJson {
        idle_limit_s: run.idle_limit_s?,
        figures: figures(&run.figures, run.utilisation(), &run.billed),
    })
}

fn logged(logged: &Logged) -> LoggedJson {
    LoggedJson {
        requests: logged.requests,
        cold_starts: logged.cold_starts,
        cold_start_share: logged.cold_starts as f64 / logged.requests.max(1) as f64,
        environments: logged.environments,
    }
}

fn figures(run: &Figures, utilisation: f64, billed: &[Billed]) -> FiguresJson {
    let counts = &run.counts;
    let there = counts.alive_mean();
    FiguresJson {
        seconds: counts.seconds,
        requests: counts.arrived,
        records: (counts.records > 0).then_some(counts.records),
        served: counts.served,
        throttled: counts.throttled,
        retried: counts.retried,
        dropped: counts.failed,
        expired: counts.expired,
        waiting: run.waiting,
        cold_starts: counts.cold,
        cold_start_share: counts.cold_share(),
        throttled_share: counts.throttled_share(),
        provisioned: counts.provisioned,
        environments_mean: there,
        environments_max: counts.most_alive,
        running_mean: counts.busy_mean(),
        running_max: counts.most_busy,
        idle_mean: run.idle_mean(),
        utilisation,
        latency_ms: percentiles(&run.latency),
        latency_parts_ms: PartsJson {
            queueing: percentiles(&run.queueing),
            cold_start: percentiles(&run.cold_start),
            service_mean: run.service_mean_s() * 1e3,
        },
        standard_error: errors(&run.errors),
        billed: billed
            .iter()
            .map(|one| BilledJson {
                meter: one.meter.clone(),
                quantity: one.quantity,
                unit: one.unit.clone(),
            })
            .collect(),
    }
}

fn percentiles(times: &Percentiles) -> PercentilesJson {
    // To a thousandth of a millisecond: finer than a bin of the histogram.
    let ms = |seconds: f64| (seconds * 1e6).round() / 1e3;
    PercentilesJson {
        mean: ms(times.mean_s),
        p50: ms(times.p50_s),
        p90: ms(times.p90_s),
        p95: ms(times.p95_s),
        p99: ms(times.p99_s),
        p999: ms(times.p999_s),
        max: ms(times.max_s),
    }
}

fn errors(errors: &Errors) -> ErrorsJson {
    let ms = |seconds: Option<f64>| seconds.map(|seconds| seconds * 1e3);
    ErrorsJson {
        cold_start_share: errors.cold_start_share,
        throttled_share: errors.throttled_share,
        environments_mean: errors.environments_mean,
        running_mean: errors.running_mean,
        p50_ms: ms(errors.p50_s),
        p99_ms: ms(errors.p99_s),
    }
}
