//! Meters of what stands around compute.

use landfall_units::{Bytes, Decimal};

use super::compute::gb;
use super::tally::{Rate, Tally};
use super::usage::{FrontDoorKind, LogsFrom, Usage};
use crate::meters::MeterRules;

/// How many units a body of some size counts as; at least one.
fn units(size: Bytes, unit: Decimal) -> Decimal {
    (Decimal::from(size.get()) / unit).ceil().max(Decimal::ONE)
}

pub(super) fn count(tally: &mut Tally, usage: &Usage, rules: &MeterRules) {
    match usage {
        Usage::Ebs { .. }
        | Usage::Eks { .. }
        | Usage::Logs { .. }
        | Usage::S3 { .. }
        | Usage::DynamoDb { .. }
        | Usage::Ecr { .. }
        | Usage::Efs { .. } => kept(tally, usage, rules),
        Usage::Kms { .. }
        | Usage::Alarms { .. }
        | Usage::Metrics { .. }
        | Usage::Traces { .. }
        | Usage::Insights { .. } => {
            watch(tally, usage, rules);
        }
        Usage::Alb { .. } => alb(tally, usage, rules),
        Usage::VpcEndpoint { .. }
        | Usage::Nlb { .. }
        | Usage::Nat { .. }
        | Usage::PublicIpv4 { .. }
        | Usage::CrossZone { .. }
        | Usage::Egress { .. } => {
            network(tally, usage, rules);
        }
        Usage::ApiGateway { .. }
        | Usage::WebSocket { .. }
        | Usage::Sqs { .. }
        | Usage::EventBridge { .. }
        | Usage::StepFunctions { .. }
        | Usage::Pipes { .. } => calls(tally, usage, rules),
        Usage::Kinesis { .. } => kinesis(tally, usage, rules),
        Usage::Lambda(_)
        | Usage::ManagedInstances(_)
        | Usage::Fargate(_)
        | Usage::Ec2(_)
        | Usage::Metered(_) => {}
    }
}

/// What is kept: disks, logs, objects, tables, images, files, clusters.
fn kept(tally: &mut Tally, usage: &Usage, rules: &MeterRules) {
    match usage {
        Usage::Ebs { kind, gb_months } => tally.add("ebs", *kind, "GB-month", *gb_months),
        Usage::Eks {
            clusters,
            hours,
            extended,
        } => {
            let hours = clusters * hours;
            tally.add("eks", "cluster-standard", "cluster-h", hours);
            // AWS bills extended support as a surcharge, a row of its own.
            if *extended {
                tally.add("eks", "cluster-extended", "cluster-h", hours);
            }
        }
        Usage::Logs {
            from,
            ingested,
            stored_gb_months,
            scanned,
        } => {
            ingest(tally, *from, gb(*ingested));
            let (_, stored) = from.items();
            let rate = match stored {
                "stored" => Rate::Own,
                _ => Rate::PartOf("stored"),
            };
            tally.add_rated("logs", stored.into(), rate, "GB-month", *stored_gb_months);
            tally.add("logs", "scanned", "GB", gb(*scanned));
        }
        Usage::S3 {
            puts,
            gets,
            stored_gb_months,
        } => {
            tally.add("s3", "put", "request", *puts);
            tally.add("s3", "get", "request", *gets);
            tally.add("s3", "storage", "GB-month", *stored_gb_months);
        }
        Usage::DynamoDb {
            write_units,
            read_units,
            stream_reads,
            free_tier,
        } => {
            tally.add("dynamodb", "write", "WRU", *write_units);
            tally.add("dynamodb", "read", "RRU", *read_units);
            let free = if *free_tier {
                rules.dynamodb_free_stream_reads
            } else {
                Decimal::ZERO
            };
            tally.add_free("dynamodb", "stream-reads", "request", *stream_reads, free);
        }
        Usage::Ecr { gb_months } => tally.add("ecr", "stored", "GB-month", *gb_months),
        Usage::Efs {
            gb_months,
            read,
            written,
        } => {
            tally.add("efs", "stored", "GB-month", *gb_months);
            tally.add("efs", "elastic-read", "GB", gb(*read));
            tally.add("efs", "elastic-write", "GB", gb(*written));
        }
        _ => {}
    }
}

/// Logs taken in: those of functions and of services on the account's behalf have tiers of
/// their own, which they share.
fn ingest(tally: &mut Tally, from: LogsFrom, size_gb: Decimal) {
    let (item, _) = from.items();
    if from == LogsFrom::Others {
        return tally.add("logs", item, "GB", size_gb);
    }
    let rate = Rate::RowOr {
        row: "ingested-lambda",
        other: "ingested",
    };
    tally.add_rated("logs", item.into(), rate, "GB", size_gb);
}

/// What is billed by the hour of a device and by the byte.
fn network(tally: &mut Tally, usage: &Usage, rules: &MeterRules) {
    match usage {
        Usage::Nlb { hours, processed } => {
            tally.add("nlb", "hour", "h", hours.ceil());
            tally.add("nlb", "nlcu", "NLCU-h", gb(*processed));
        }
        Usage::Nat { hours, processed } => {
            tally.add("nat", "hour", "h", hours.ceil());
            tally.add("nat", "data", "GB", gb(*processed));
        }
        Usage::VpcEndpoint { hours, processed } => {
            tally.add("vpc", "endpoint-hour", "h", hours.ceil());
            tally.add("vpc", "endpoint-data", "GB", gb(*processed));
        }
        Usage::PublicIpv4 { of, hours } => {
            let rate = Rate::PartOf("public-ipv4");
            tally.add_rated("vpc", of.item().into(), rate, "h", *hours);
        }
        Usage::CrossZone { size } => {
            let both_ways = gb(*size) * Decimal::TWO;
            tally.add("data-transfer", "cross-zone", "GB", both_ways);
        }
        Usage::Egress { size, free_tier } => {
            let per_gb = Decimal::from(Bytes::from_mb(1_024).get());
            let free = if *free_tier {
                rules.egress_free / per_gb
            } else {
                Decimal::ZERO
            };
            tally.add_free("data-transfer", "internet-out", "GB", gb(*size), free);
        }
        _ => {}
    }
}

/// Keys, alarms and metrics.
fn watch(tally: &mut Tally, usage: &Usage, rules: &MeterRules) {
    match usage {
        Usage::Kms { keys, requests } => {
            tally.add("kms", "key", "key-month", *keys);
            tally.add("kms", "requests", "request", *requests);
        }
        Usage::Traces { count } => tally.add("xray", "traces", "trace", *count),
        Usage::Alarms { count, shared } => {
            tally.add("cloudwatch", "alarm", "alarm-month", *count);
            let whole = Rate::PartOf("alarm");
            let item = "alarm-stack".into();
            tally.add_rated("cloudwatch", item, whole, "alarm-month", *shared);
        }
        Usage::Metrics { count } => tally.add("cloudwatch", "metric", "metric-month", *count),
        Usage::Insights {
            enhanced,
            clusters,
            services,
            tasks,
        } => {
            let of_services = rules.insights_of_service + rules.insights_of_definition;
            let of_tasks = rules.insights_of_task + rules.insights_of_container;
            let (whole, cluster) = if *enhanced {
                ("enhanced-metric", "enhanced-metric-cluster")
            } else {
                ("metric", "metric-cluster")
            };
            let own = services * of_services
                + if *enhanced {
                    tasks * of_tasks
                } else {
                    Decimal::ZERO
                };
            tally.add("cloudwatch", whole, "metric-month", own);
            let (rate, shared) = (Rate::PartOf(whole), clusters * rules.insights_of_cluster);
            tally.add_rated("cloudwatch", cluster.into(), rate, "metric-month", shared);
        }
        _ => {}
    }
}

/// What is billed by the call.
fn calls(tally: &mut Tally, usage: &Usage, rules: &MeterRules) {
    match usage {
        Usage::ApiGateway {
            kind,
            requests,
            request_size,
        } => match kind {
            FrontDoorKind::HttpApi => {
                let counted = requests * units(*request_size, rules.http_api_unit);
                tally.add("api-gateway", "http", "request", counted);
            }
            FrontDoorKind::RestApi => tally.add("api-gateway", "rest", "request", *requests),
        },
        Usage::WebSocket {
            messages,
            size,
            minutes,
        } => {
            let counted = messages * units(*size, rules.websocket_unit);
            tally.add("api-gateway", "websocket-messages", "message", counted);
            tally.add("api-gateway", "websocket-minutes", "minute", *minutes);
        }
        Usage::Sqs {
            requests,
            size,
            fifo,
            free_tier,
        } => {
            let counted = requests * units(*size, rules.sqs_unit);
            let item = if *fifo { "fifo" } else { "standard" };
            let free = if *free_tier {
                rules.sqs_free_requests
            } else {
                Decimal::ZERO
            };
            tally.add_free("sqs", item, "request", counted, free);
        }
        Usage::EventBridge {
            events,
            schedules,
            free_tier,
        } => {
            tally.add("eventbridge", "events", "event", *events);
            let free = if *free_tier {
                rules.scheduler_free
            } else {
                Decimal::ZERO
            };
            tally.add_free("eventbridge", "schedules", "invocation", *schedules, free);
        }
        Usage::StepFunctions { transitions } => {
            tally.add("step-functions", "transitions", "transition", *transitions);
        }
        Usage::Pipes { batches, size } => {
            let counted = batches * units(*size, rules.pipe_unit);
            tally.add("eventbridge", "pipe-requests", "request", counted);
        }
        _ => {}
    }
}

/// Hours of a month.
fn exact_hours_per_month() -> Decimal {
    Decimal::try_from(landfall_units::HOURS_PER_MONTH).unwrap_or(Decimal::ONE)
}

/// Shards and payload units, or streams on demand and what goes in and out of them.
fn kinesis(tally: &mut Tally, usage: &Usage, rules: &MeterRules) {
    let Usage::Kinesis {
        count,
        hours,
        on_demand,
        kept_hours,
        records,
        size,
    } = usage
    else {
        return;
    };
    let hours = count * hours;
    let hour = Decimal::from(3_600);
    let longer_hours = (kept_hours - rules.kinesis_kept / hour).max(Decimal::ZERO);
    if *on_demand {
        let per_gb = Decimal::from(Bytes::from_mb(1_024).get());
        let counted = records * units(*size, rules.kinesis_step) * rules.kinesis_step / per_gb;
        tally.add("kinesis", "stream-hour", "stream-h", hours);
        tally.add("kinesis", "data-in", "GB", counted);
        tally.add("kinesis", "data-out", "GB", counted);
        let months = longer_hours / exact_hours_per_month();
        tally.add("kinesis", "data-kept", "GB-month", counted * months);
    } else {
        let counted = records * units(*size, rules.kinesis_put_unit);
        tally.add("kinesis", "shard-hour", "shard-h", hours);
        tally.add("kinesis", "put-unit", "unit", counted);
        if longer_hours > Decimal::ZERO {
            tally.add("kinesis", "shard-hour-kept", "shard-h", hours);
        }
    }
}

/// An LCU-hour is counted for whichever of the four dimensions is largest.
fn alb(tally: &mut Tally, usage: &Usage, rules: &MeterRules) {
    let Usage::Alb {
        hours,
        processed,
        new_connections_s,
        active_connections,
        rule_evaluations_s,
        to_functions,
    } = usage
    else {
        return;
    };
    let hours = hours.ceil();
    tally.add("alb", "hour", "h", hours);
    if hours.is_zero() {
        return;
    }
    let bytes_per_hour = Decimal::from(processed.get()) / hours;
    let lcus = [
        new_connections_s / rules.lcu_new_connections_s,
        active_connections / rules.lcu_active_connections,
        bytes_per_hour
            / if *to_functions {
                rules.lcu_processed_by_functions_per_hour
            } else {
                rules.lcu_processed_per_hour
            },
        rule_evaluations_s / rules.lcu_rule_evaluations_s,
    ];
    let most = lcus.into_iter().max().unwrap_or_default();
    tally.add("alb", "lcu", "LCU-h", most * hours);
}
