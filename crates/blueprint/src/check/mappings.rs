//! Mappings from queues and streams to functions.

use super::Found;
use super::functions::arn_service;
use super::policies::allows;
use super::view::{flag, function, number, pieces, role, text};
use crate::graph::{Graph, Resource};
use crate::value::{Node, Value};

pub(super) fn check(found: &mut Found<'_>) {
    let graph = found.graph;
    for one in graph.of_kind("AWS::Lambda::EventSourceMapping") {
        mapping(found, one);
    }
}

/// What a mapping reads from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A queue; whether it is FIFO, where that is known.
    Queue(Option<bool>),
    /// A stream of Kinesis, or a consumer of one.
    Kinesis,
    /// The stream of a table.
    Table,
}

impl Source {
    /// Whether a row of the table of bounds holds for it.
    pub(super) fn is(self, of: &str) -> bool {
        matches!(
            (self, of),
            (Self::Queue(_), "queue")
                | (Self::Queue(Some(true)), "fifo")
                | (Self::Queue(Some(false)), "standard")
                | (Self::Kinesis | Self::Table, "stream")
        )
    }
}

/// What a mapping reads from; none of other sources, and where it cannot be told.
pub(super) fn source_of(graph: &Graph, one: &Resource) -> Option<Source> {
    let arn = one.property("EventSourceArn")?;
    if let Some(named) = graph.named_by(arn) {
        return match named.kind.as_str() {
            "AWS::SQS::Queue" => Some(Source::Queue(flag(graph, named, "FifoQueue"))),
            "AWS::Kinesis::Stream" | "AWS::Kinesis::StreamConsumer" => Some(Source::Kinesis),
            "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" => Some(Source::Table),
            _ => None,
        };
    }
    let written = pieces(graph.plain(arn).unwrap_or(arn));
    match arn_service(&written).as_deref() {
        // The name of a FIFO queue ends in `.fifo`, and no other may; a reference at the
        // end hides it.
        Some("sqs") => Some(Source::Queue(
            (!written.ends_with('}')).then(|| written.rsplit('.').next() == Some("fifo")),
        )),
        Some("kinesis") => Some(Source::Kinesis),
        Some("dynamodb") => Some(Source::Table),
        _ => None,
    }
}

fn mapping(found: &mut Found<'_>, one: &Resource) {
    let graph = found.graph;
    patterns(found, one);
    let Some(source) = source_of(graph, one) else {
        return;
    };
    if let Source::Queue(fifo) = source {
        windows(found, one, fifo);
        of_streams(found, one);
    } else {
        of_queues(found, one);
        starts(found, one, source);
        tumbling(found, one);
    }
    let named = one.property("EventSourceArn");
    let named = named.and_then(|node| graph.named_by(node));
    if let Some(table) = named.filter(|named| named.kind == "AWS::DynamoDB::Table")
        && table.property("StreamSpecification").is_none()
    {
        let what = format!("{} follows {}, which has no stream", one.id, table.id);
        found.at("table-without-stream", one, "EventSourceArn", what);
    }
    let target = one.property("FunctionName");
    let Some(target) = target.and_then(|node| function(graph, node)) else {
        return;
    };
    if matches!(source, Source::Queue(_))
        && let Some(queue) = named
    {
        visibility(found, queue, target);
    }
    if matches!(source, Source::Queue(_)) {
        concurrency(found, one, target);
    }
    if let Some(role) = role(graph, target, "Role") {
        reads(found, one, source, (target, role));
    }
}

/// What belongs to streams, said of a queue.
fn of_streams(found: &mut Found<'_>, one: &Resource) {
    const KEYS: [&str; 8] = [
        "StartingPosition",
        "StartingPositionTimestamp",
        "BisectBatchOnFunctionError",
        "MaximumRecordAgeInSeconds",
        "MaximumRetryAttempts",
        "ParallelizationFactor",
        "TumblingWindowInSeconds",
        "DestinationConfig",
    ];
    for key in KEYS.iter().filter(|key| one.property(key).is_some()) {
        let what = format!(
            "{} reads a queue and says {key}, which belongs to streams",
            one.id
        );
        found.at("mapping-of-another-source", one, key, what);
    }
}

/// What belongs to queues, said of a stream, and what a stream needs.
fn of_queues(found: &mut Found<'_>, one: &Resource) {
    const KEY: &str = "ScalingConfig";
    if one.property(KEY).is_some() {
        let what = format!(
            "{} reads a stream and says {KEY}, which belongs to queues",
            one.id
        );
        found.at("mapping-of-another-source", one, KEY, what);
    }
    if one.property("StartingPosition").is_none() {
        let what = format!("{} reads a stream and does not say where to begin", one.id);
        found.at("stream-without-start", one, "", what);
    }
}

/// What a role must allow for its function to read a source.
fn reads(
    found: &mut Found<'_>,
    one: &Resource,
    source: Source,
    (target, role): (&Resource, &Resource),
) {
    let (graph, id) = (found.graph, &one.id);
    let needed = match source {
        Source::Queue(_) => [
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
        ],
        Source::Kinesis => [
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:DescribeStream",
        ],
        Source::Table => [
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:DescribeStream",
        ],
    };
    let lacking: Vec<&str> = needed
        .into_iter()
        .filter(|action| allows(found, role, action) == Some(false))
        .collect();
    if !lacking.is_empty() {
        let what = format!(
            "{} reads through {id}, and {} does not allow {}",
            target.id,
            role.id,
            lacking.join(", ")
        );
        found.at("role-lacks-action", one, "EventSourceArn", what);
    }
    let letters = one.property("DestinationConfig/OnFailure/Destination");
    let Some(letters) = letters.and_then(|node| graph.named_by(node)) else {
        return;
    };
    let action = match letters.kind.as_str() {
        "AWS::SQS::Queue" => "sqs:SendMessage",
        "AWS::SNS::Topic" => "sns:Publish",
        _ => return,
    };
    if allows(found, role, action) == Some(false) {
        let what = format!(
            "{id} keeps what failed in {}, and {} does not allow {action}",
            letters.id, role.id
        );
        found.at("role-lacks-action", one, "DestinationConfig", what);
    }
}

/// A message that comes back while it is worked on is worked on twice.
fn visibility(found: &mut Found<'_>, queue: &Resource, target: &Resource) {
    const PATH: &str = "VisibilityTimeout";
    let graph = found.graph;
    let times = found.value("visibility-times");
    let hidden = number(graph, queue, PATH, found.value("queue-visibility"));
    let runs = number(graph, target, "Timeout", found.value("function-timeout"));
    let (Some(hidden), Some(runs)) = (hidden, runs) else {
        return;
    };
    if hidden < runs {
        let what = format!(
            "{} hides messages for {hidden} s, less than the {runs} s that {} may take",
            queue.id, target.id
        );
        found.at("visibility-below-timeout", queue, PATH, what);
    } else if hidden < times * runs {
        let what = format!(
            "{} hides messages for {hidden} s, less than {times} times the {runs} s that {} \
             may take",
            queue.id, target.id
        );
        found.at("visibility-too-short", queue, PATH, what);
    }
}

/// More messages than a queue gives at once must be gathered in a window, which FIFO
/// queues do not have.
fn windows(found: &mut Found<'_>, one: &Resource, fifo: Option<bool>) {
    const SIZE: &str = "BatchSize";
    const WINDOW: &str = "MaximumBatchingWindowInSeconds";
    let graph = found.graph;
    let at_once = found.value("queue-batch-at-once");
    let size = number(graph, one, SIZE, at_once);
    let window = number(graph, one, WINDOW, 0.0);
    let (Some(fifo), Some(window)) = (fifo, window) else {
        return;
    };
    if fifo && window > 0.0 {
        let what = format!("{} gathers messages of a FIFO queue for {window} s", one.id);
        found.at("window-on-fifo", one, WINDOW, what);
    }
    if let Some(size) = size.filter(|size| !fifo && *size > at_once && window < 1.0) {
        let what = format!(
            "{} takes {size} messages at once and does not say how long to gather them",
            one.id
        );
        found.at("batch-without-window", one, SIZE, what);
    }
}

/// A mapping that begins at a time must say which, and tables have no such start.
fn starts(found: &mut Found<'_>, one: &Resource, source: Source) {
    const PATH: &str = "StartingPosition";
    if text(found.graph, one, PATH) != Some("AT_TIMESTAMP") {
        return;
    }
    let what = if source == Source::Table {
        format!(
            "{} begins at a time, which streams of tables do not have",
            one.id
        )
    } else if one.property("StartingPositionTimestamp").is_none() {
        format!("{} begins at a time and does not say which", one.id)
    } else {
        return;
    };
    found.at("start-without-time", one, PATH, what);
}

/// A tumbling window keeps one state for a shard, so one batch of it at a time.
fn tumbling(found: &mut Found<'_>, one: &Resource) {
    const FACTOR: &str = "ParallelizationFactor";
    let graph = found.graph;
    let window = number(graph, one, "TumblingWindowInSeconds", 0.0);
    let factor = number(graph, one, FACTOR, 1.0);
    if let (Some(window), Some(factor)) = (window, factor)
        && window > 0.0
        && factor > 1.0
    {
        let what = format!(
            "{} adds up windows of {window} s over {factor} batches of a shard at once",
            one.id
        );
        found.at("window-with-factor", one, FACTOR, what);
    }
}

/// All mappings of a function together may start no more than it reserves.
fn concurrency(found: &mut Found<'_>, one: &Resource, target: &Resource) {
    const PATH: &str = "ScalingConfig/MaximumConcurrency";
    let graph = found.graph;
    let reserved = target.property("ReservedConcurrentExecutions");
    let reserved = reserved.and_then(|node| graph.plain(node)?.number());
    let most = one.property(PATH);
    let most = most.and_then(|node| graph.plain(node)?.number());
    if let (Some(reserved), Some(most)) = (reserved, most)
        && most > reserved
    {
        let what = format!(
            "{} may start {} {most} times at once, which reserves {reserved}",
            one.id, target.id
        );
        found.at("concurrency-above-reserved", one, PATH, what);
    }
}

/// A filter is a text that holds a JSON object.
fn patterns(found: &mut Found<'_>, one: &Resource) {
    let filters = one.property("FilterCriteria/Filters");
    let filters = filters.map_or(&[][..], Node::items);
    for (place, filter) in filters.iter().enumerate() {
        let Some(pattern) = filter.get("Pattern") else {
            continue;
        };
        let is_object = match &pattern.value {
            Value::Text(text) => {
                serde_json::from_str::<serde_json::Value>(text).is_ok_and(|value| value.is_object())
            }
            Value::Call(..) => true,
            _ => false,
        };
        if !is_object {
            let path = format!("FilterCriteria/Filters/{place}/Pattern");
            let what = format!("{} filters by what is no JSON object", one.id);
            found.at("filter-pattern", one, &path, what);
        }
    }
}
