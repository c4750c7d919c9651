//! Queues and streams in a decision: what is simulated, billed and written is of one law.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::LazyLock;

use landfall_decide::{
    BUDGET, Decision, Inputs, OptionDecision, OptionMonth, decide, simulate_option,
};
use landfall_source::Source;
use landfall_units::SECONDS_PER_MONTH;
use landfall_workload::System;

use crate::bound::{BOOK, CATALOG, PACK, first};

const QUEUE_BURST: &str = include_str!("../cases/queue-burst.toml");
const STREAM: &str = include_str!("../cases/stream.toml");
const STREAM_SHARDS: &str = include_str!("../cases/stream-shards.toml");

fn parse(text: &str) -> System {
    System::parse(&Source::new("case.toml", text)).unwrap()
}

fn inputs(budget: Option<u64>) -> Inputs<'static> {
    Inputs {
        budget,
        ..Inputs::by_formulas(&PACK, &CATALOG, &BOOK)
    }
}

fn decided(text: &str, budget: Option<u64>) -> Decision {
    decide(&parse(text), &inputs(budget))
}

/// A burst on a queue, decided once for all that is asked of it.
static BURST: LazyLock<Decision> = LazyLock::new(|| decided(QUEUE_BURST, Some(BUDGET)));

fn option<'d>(decision: &'d Decision, id: &str) -> &'d OptionDecision {
    let mut options = decision.workloads.iter().flat_map(|one| &one.options);
    options.find(|option| option.platform == id).unwrap()
}

fn simulated(text: &str, platform: &str, budget: u64) -> OptionMonth {
    let system = parse(text);
    let workload = system.workloads.first().unwrap();
    let inputs = inputs(Some(BUDGET));
    simulate_option(
        workload,
        platform,
        &inputs,
        SECONDS_PER_MONTH,
        budget,
        &mut |_| (),
    )
    .unwrap()
}

/// A quantity of the bill, and what it costs.
fn billed(option: &OptionDecision, service: &str, meter: &str) -> (f64, f64) {
    let lines = option.bill.iter().flat_map(|bill| &bill.lines);
    let lines = lines.filter(|line| line.service == service && line.item() == meter);
    lines.fold((0.0, 0.0), |(quantity, dollars), line| {
        let more: f64 = line.quantity.try_into().unwrap();
        let amount = line.amount.unwrap().as_f64();
        (quantity + more, dollars + amount)
    })
}

/// Bursts of 50,000 messages of 0.6 s on a queue: pollers grow by 300 a minute, so that a
/// burst is worked off in 108 s, half of it in 76 s, at any volume; nothing is refused.
/// Deciding and simulating say the same, whatever part of the month each has looked at.
#[test]
fn a_burst_on_a_queue_is_decided_as_it_is_simulated() {
    for volume in first(1, &["12M/month", "4M/month"]) {
        let text = QUEUE_BURST.replace("12M/month", volume);
        let other = (text != QUEUE_BURST).then(|| decided(&text, Some(BUDGET)));
        let lambda = option(other.as_ref().unwrap_or(&BURST), "lambda");
        let told = lambda.forecast.as_ref().unwrap().latency;
        let month = simulated(&text, "lambda", 20_000_000).month;
        assert!(month.counts.throttled == 0, "{:?}", month.counts);
        let found = month.latency;
        let run_s = lambda.forecast.as_ref().unwrap().run_s / 10.0;
        for (told_s, found_s) in [(told.p50_s, found.p50_s), (told.p99_s, found.p99_s)] {
            assert!(
                (told_s / found_s - 1.0).abs() < 0.1,
                "{volume}: decided {told_s} s, simulated {found_s} s"
            );
        }
        // 5 t + 2.5 t^2 seconds of work are done by t.
        let drained_s = |work_s: f64| ((25.0 + 10.0 * work_s).sqrt() - 5.0) / 5.0;
        let half_s = drained_s(25_000.0 * run_s);
        assert!(
            (found.p50_s / half_s - 1.0).abs() < 0.2,
            "{volume}: {} s, {half_s} s for runs of {run_s} s",
            found.p50_s
        );
    }
}

/// By formulas alone a burst comes out as by simulation.
#[test]
fn formulas_know_a_burst() {
    let by_formulas = decided(QUEUE_BURST, None);
    let by_formulas = option(&by_formulas, "lambda").forecast.unwrap().latency;
    let told = option(&BURST, "lambda").forecast.unwrap().latency;
    assert!(
        (by_formulas.p50_s / told.p50_s - 1.0).abs() < 0.25,
        "{by_formulas:?} {told:?}"
    );
    assert!(
        (by_formulas.p99_s / told.p99_s - 1.0).abs() < 0.25,
        "{by_formulas:?} {told:?}"
    );
}

/// 5,000 records a second of 2 ms: batches are invoked, logged and billed, not records; the
/// stream is a line of the bill wherever the work runs.
#[test]
fn a_stream_is_counted_by_batch() {
    let decision = decided(STREAM, Some(BUDGET));
    let records = 5_000.0 * SECONDS_PER_MONTH;
    let lambda = option(&decision, "lambda");
    let (requests, dollars) = billed(lambda, "lambda", "requests");
    assert!((20.0..101.0).contains(&(records / requests)), "{requests}");
    assert!(dollars < 150.0, "{dollars}");
    let total = |option: &OptionDecision| option.monthly.unwrap().bill.as_f64();
    assert!(total(lambda) < 2_500.0, "{}", total(lambda));
    for id in ["lambda", "fargate"] {
        let one = option(&decision, id);
        let (_, logs) = billed(one, "logs", "ingested");
        let (_, of_lambda) = billed(one, "logs", "ingested-lambda");
        let share = (logs + of_lambda) / total(one);
        assert!(share < 0.25, "{id}: {share}");
        let (hours, dollars) = billed(one, "kinesis", "shard-hour");
        assert!(hours >= 8.0 * 730.0 && dollars >= 87.0, "{id}: {hours}");
        let (units, _) = billed(one, "kinesis", "put-unit");
        assert!((units / records - 1.0).abs() < 1e-6, "{id}: {units}");
    }
    // Tasks take messages off a queue that a pipe fills: ten at once at best, and several at
    // once where each sees a hundred a second.
    let fargate = option(&decision, "fargate");
    let (pipe, _) = billed(fargate, "eventbridge", "pipe-requests");
    assert!((pipe / (records / 10.0) - 1.0).abs() < 0.01, "{pipe}");
    let (queue, _) = billed(fargate, "sqs", "standard");
    assert!((0.3..0.6).contains(&(queue / records)), "{queue}");
}

/// The shards and the batches of each that are decided keep up with the peak: the age of
/// records does not grow.
#[test]
fn a_stream_is_kept_up_with() {
    let decision = decided(STREAM_SHARDS, Some(BUDGET));
    let lambda = option(&decision, "lambda");
    let settings = lambda.configuration.as_ref().unwrap();
    let stream = settings.stream.unwrap();
    let lanes = stream.shards * stream.parallel.unwrap();
    let forecast = lambda.forecast.unwrap();
    let one_s = forecast.run_s / forecast.batch;
    assert!(lanes >= 1_000.0 * one_s, "{lanes} for {one_s} s");
    assert!(forecast.units_peak <= lanes, "{forecast:?}");
    // A record waits for its poll and for its batch.
    assert!(
        (0.4..5.0).contains(&forecast.latency.p50_s),
        "{:?}",
        forecast.latency
    );
    let month = simulated(STREAM_SHARDS, "lambda", 20_000_000).month;
    assert!(month.latency.p99_s < 10.0, "{:?}", month.latency);
    assert!(
        (forecast.latency.p50_s / month.latency.p50_s - 1.0).abs() < 0.1,
        "{:?} {:?}",
        forecast.latency,
        month.latency
    );
}

/// The stream of a table has as many shards as the table has partitions: where ten batches
/// of each are too few, the option says so.
#[test]
fn a_table_stream_that_cannot_be_kept_up_with_is_said() {
    let text = STREAM_SHARDS
        .replace("data-stream", "table-stream")
        .replace("\"40ms\"", "\"1s\"")
        .replace("\"120ms\"", "\"2s\"");
    let decision = decided(&text, None);
    let lambda = option(&decision, "lambda");
    let reasons = format!("{:?}", lambda.reasons);
    assert!(lambda.configuration.is_none(), "{reasons}");
    assert!(reasons.contains("its stream falls behind"), "{reasons}");
}

/// What a batch takes beside its records is shared by them: GB-seconds of work.
#[test]
fn what_is_beside_the_records_is_shared_by_a_batch() {
    let with = |more: &str| {
        let text = STREAM_SHARDS.replace("work.memory", &format!("{more}\nwork.memory"));
        let decision = decided(&text, None);
        billed(option(&decision, "lambda"), "lambda", "duration").0
    };
    let alone = with("");
    let beside = with("work.per_batch = \"100ms\"");
    let one_by_one = with("work.per_batch = \"100ms\"\nwork.batch = 1");
    assert!(alone < beside && beside < 2.0 * alone, "{alone} {beside}");
    assert!(one_by_one > 1.3 * beside, "{beside} {one_by_one}");
}
