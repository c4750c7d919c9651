//! What comes off queues and streams, as the file and the catalog tell it.

use landfall_catalog::{Catalog, Limit, Platform};
use landfall_simulate::{Pollers, PulledLoad, Pulling, ShardLaw};
use landfall_workload::{FactId, Facts};

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
        received: lambda.likely("receive_most"),
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
