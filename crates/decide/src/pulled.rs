//! What comes off queues and streams, as the file and the catalog tell it.

use landfall_catalog::{Capacity, Catalog, Execution, Limit, Platform};
use landfall_simulate::{Forecast, Lanes, Pollers, PulledLoad, Pulling, ShardLaw};
use landfall_workload::{FactId, Facts};

use crate::decision::StreamSettings;
use crate::numbers::Numbers;
use crate::tuning::Tuning;

/// How a load comes off a queue or a stream; none where what starts it is neither.
pub(crate) fn pulled(facts: &Facts, tuning: &Tuning, catalog: &Catalog) -> Option<PulledLoad> {
    let lambda = catalog.platform("lambda")?;
    let number = |fact| facts.likely(fact).unwrap_or(0.0);
    let trigger = facts.choice(FactId::Trigger)?;
    let (from, usual) = match trigger {
        "queue" | "mobile-event" => (Pulling::Queue(pollers(lambda)), "queue_batch"),
        "data-stream" => (
            Pulling::Stream(data_stream(facts, tuning, lambda)),
            "stream_batch",
        ),
        "table-stream" => (
            Pulling::Stream(table_stream(facts, tuning, lambda)),
            "stream_batch",
        ),
        _ => return None,
    };
    let batch = facts.likely(FactId::BatchSize);
    let timeout = lambda.limit("timeout").and_then(Limit::largest);
    Some(PulledLoad {
        from,
        batch: batch
            .unwrap_or_else(|| lambda.likely(usual))
            .max(1.0)
            .round(),
        timeout_s: timeout.unwrap_or(f64::INFINITY),
        window_s: number(FactId::BatchWindow),
        per_batch_s: number(FactId::PerBatch),
        burst: number(FactId::Batch).max(1.0),
        received: lambda.likely("queue_batch"),
    })
}

fn pollers(lambda: &Platform) -> Pollers {
    let most = lambda.likely("pollers_most");
    Pollers {
        first: lambda.likely("pollers_first"),
        per_s: lambda.likely("pollers_rate_s"),
        most: most.min(lambda.likely("maximum_concurrency")),
        rest_s: lambda.likely("pollers_rest"),
    }
}

/// Records and bytes a second at the peak.
fn peak(facts: &Facts) -> (f64, f64) {
    let number = |fact| facts.likely(fact).unwrap_or(0.0);
    let per_s = number(FactId::Volume) * number(FactId::PeakToMean).max(1.0);
    (per_s, number(FactId::Request))
}

/// Shards that take in the peak. Where traffic can be foreseen they are bought one by one, as
/// AWS advises; else the stream scales by itself, to some times its peak.
fn data_stream(facts: &Facts, tuning: &Tuning, lambda: &Platform) -> ShardLaw {
    let (per_s, bytes) = peak(facts);
    let by_records = per_s / lambda.likely("shard_records_s");
    let by_bytes = per_s * bytes / lambda.likely("shard_bytes_s");
    let full = by_records.max(by_bytes);
    let is_foreseen = !matches!(facts.choice(FactId::Shape), Some("spiky" | "unpredictable"));
    let shards = if is_foreseen {
        full / tuning.lane_filled
    } else {
        (full * lambda.likely("shards_headroom")).max(lambda.likely("shards_first"))
    };
    ShardLaw {
        shards: shards.ceil().max(1.0),
        most_shards: lambda.likely("shards_most"),
        on_demand: !is_foreseen,
        most_parallel: lambda.likely("parallel_most"),
        poll_s: lambda.likely("stream_poll"),
        filled: tuning.lane_filled,
    }
}

/// A table has a shard for each of its partitions, and no more can be asked for.
fn table_stream(facts: &Facts, tuning: &Tuning, lambda: &Platform) -> ShardLaw {
    let (per_s, bytes) = peak(facts);
    let units = per_s * (bytes / lambda.likely("write_unit")).ceil().max(1.0);
    let shards = (units / lambda.likely("partition_writes_s"))
        .ceil()
        .max(1.0);
    ShardLaw {
        shards,
        most_shards: shards,
        on_demand: false,
        most_parallel: lambda.likely("parallel_most"),
        poll_s: lambda.likely("table_stream_poll"),
        filled: tuning.lane_filled,
    }
}

impl Numbers {
    /// The same where copies that live long share out the work: what a batch takes beside its
    /// units of work is theirs, each its part of a full batch. None where nothing changes.
    pub(crate) fn shared_out(&self, platform: &Platform) -> Option<Self> {
        let pulled = self.load.pulled.as_ref()?;
        let is_service = platform.execution == Execution::Service;
        let received = pulled.batch.min(pulled.received).max(1.0);
        let each_s = pulled.per_batch_s / received;
        if !is_service || each_s <= 0.0 {
            return None;
        }
        let mut numbers = self.clone();
        let law = &mut numbers.load.duration;
        law.p50_s += each_s;
        law.p99_s += each_s;
        law.max_s += each_s;
        numbers.load.pulled = Some(PulledLoad {
            per_batch_s: 0.0,
            ..*pulled
        });
        Some(numbers)
    }

    /// Units of work of a batch, on average: 1 where they do not come in batches. `forecast`
    /// is for all copies together where `covers_copies`.
    pub(crate) fn batch_mean(
        &self,
        platform: &Platform,
        forecast: &Forecast,
        covers_copies: bool,
        tuning: &Tuning,
    ) -> f64 {
        let Some(pulled) = &self.load.pulled else {
            return forecast.batch;
        };
        match (
            platform.execution,
            platform.capacity,
            platform.family.as_str(),
        ) {
            (Execution::PerRequest, _, _) | (_, Capacity::Lambda, _) => forecast.batch,
            (Execution::Job, _, _) => 1.0,
            // An event source mapping, too.
            (_, _, "lambda") => pulled.mean_batch(&self.load, self.load.threads),
            _ => {
                let copies = if covers_copies { self.copies } else { 1.0 };
                let consumers = (forecast.units_mean / copies).max(1.0);
                let rate_per_s = self.load.rate_per_s / consumers;
                pulled.received_mean(rate_per_s, tuning.queue_receive, forecast.run_s)
            }
        }
    }

    /// Why a function cannot keep up with its stream where an environment has so many vCPUs.
    pub(crate) fn falls_behind(&self, vcpus: f64) -> Option<String> {
        let pulled = self.load.pulled.as_ref()?;
        let (needed, most) = pulled.lanes(&self.load, vcpus)?.err()?;
        Some(format!(
            "its stream falls behind: the peak needs {needed:.0} batches at once, and the stream \
             hands over {most:.0} at most"
        ))
    }

    /// The stream as it is set up for a function whose environments have so many vCPUs.
    pub(crate) fn stream_at(&self, vcpus: f64) -> Option<StreamSettings> {
        let lanes = self.lanes(vcpus)?;
        Some(StreamSettings {
            shards: lanes.shards.into(),
            parallel: Some(lanes.parallel.into()),
            on_demand: lanes.on_demand,
        })
    }

    /// The stream where a pipe or no function reads it.
    pub(crate) fn stream(&self) -> Option<StreamSettings> {
        let Pulling::Stream(law) = self.load.pulled.as_ref()?.from else {
            return None;
        };
        Some(StreamSettings {
            shards: law.shards,
            parallel: None,
            on_demand: law.on_demand,
        })
    }

    /// Dollars a month of the shards that a function reads from, where it decides how many.
    pub(crate) fn shards_cost(&self, vcpus: f64, rates: &crate::rates::Rates<'_>) -> f64 {
        let lanes = self.lanes(vcpus).filter(|lanes| !lanes.on_demand);
        let is_bought = self.trigger == Some("data-stream");
        lanes.filter(|_| is_bought).map_or(0.0, |lanes| {
            let hours = f64::from(lanes.shards) * landfall_units::HOURS_PER_MONTH;
            let kept = rates.rate("kinesis", "shard-hour-kept").unwrap_or(0.0);
            hours * (rates.or_dear("kinesis", "shard-hour") + kept)
        })
    }

    /// The shards of the stream and the batches of each at once, where an environment has so
    /// many vCPUs; none where there is no stream, or where it cannot be kept up with.
    pub(crate) fn lanes(&self, vcpus: f64) -> Option<Lanes> {
        let pulled = self.load.pulled.as_ref()?;
        pulled.lanes(&self.load, vcpus)?.ok()
    }
}
