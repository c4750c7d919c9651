//! What a platform file must say: the limits and behaviours that sizing and simulating
//! ask of a platform of its kind, on every day on which it is there. A number that is
//! missing would be taken for zero or for no limit at all.

use landfall_source::{Result, Table};

use crate::platform::{Capacity, Execution, Platform};

/// Behaviours of what starts on demand.
const PER_REQUEST: &[&str] = &[
    "memory_per_vcpu",
    "memory_min",
    "silence_limit",
    "silence_sweep",
    "idle_limit",
    "environment_life",
    "launch_burst",
    "launch_rate_s",
    "retry_first",
    "retry_longest",
    "retry_spread",
    "retry_age",
    "visibility_timeout",
    "visibility_times",
    "receives_most",
    "retention",
    "pollers_first",
    "pollers_rate_s",
    "pollers_most",
    "pollers_rest",
    "maximum_concurrency",
    "queue_batch",
    "receive_most",
    "stream_batch",
    "stream_poll",
    "table_stream_poll",
    "batch_most",
    "parallel_most",
    "shard_records_s",
    "shard_bytes_s",
    "shards_most",
    "shards_first",
    "shards_headroom",
    "partition_writes_s",
    "write_unit",
    "requests_per_environment_s",
    "ephemeral_free",
    "snapstart_disk",
    "snapstart_image",
    "front_door_overhead",
];
/// Behaviours of tasks on Fargate.
const FARGATE: &[&str] = &["minimum_billed", "ephemeral_free"];
/// Behaviours of hosts in the account.
const HOSTS: &[&str] = &["min_instances", "reserved_memory_share"];
/// Behaviours of hosts that are bought by the second; those of Lambda are its own.
const OWN_HOSTS: &[&str] = &["minimum_billed", "root_volume"];
/// Behaviours of copies that live long.
const COPIES: &[&str] = &[
    "start_time",
    "launch_burst",
    "launch_rate_s",
    "metric_period",
    "metric_delay",
    "scale_in_share",
    "scale_out_points",
    "scale_in_points",
    "cooldown",
    "front_door_overhead",
];
/// Limits of what starts on demand.
const PER_REQUEST_LIMITS: &[&str] = &["memory", "timeout", "concurrency", "vcpus"];
/// Limits of tasks on Fargate.
const FARGATE_LIMITS: &[&str] = &["memory", "vcpus", "ephemeral_disk"];

/// Refuses a platform that lacks what is asked of its kind, or a limit that has no value
/// on the first day on which it could be asked.
pub(crate) fn check(platform: &Platform, top: &Table<'_>) -> Result<()> {
    for name in parameters(platform).into_iter().flatten() {
        if platform.parameter(name).is_none() {
            let problem = top.problem(format!("`{}` has no parameter `{name}`", platform.id));
            let help = "sizing and simulating ask for it; add it with its source";
            return Err(Box::new(problem.help(help)));
        }
    }
    for name in limits(platform) {
        if platform.limit(name).is_none() {
            let problem = top.problem(format!("`{}` has no limit `{name}`", platform.id));
            let help = "sizing and simulating ask for it; add it with its source";
            return Err(Box::new(problem.help(help)));
        }
    }
    for limit in &platform.limits {
        let first = limit
            .not_before
            .map_or(platform.since, |day| day.max(platform.since));
        if limit.on(first).is_none() {
            let problem = top.problem(format!(
                "the limit `{}` of `{}` has no value on {first}",
                limit.name, platform.id
            ));
            let help = "add what it was from that day on, or `not_before`: the day from which \
                        there was something to limit";
            return Err(Box::new(problem.help(help)));
        }
    }
    Ok(())
}

fn parameters(platform: &Platform) -> Vec<&'static [&'static str]> {
    match (
        platform.execution,
        platform.capacity,
        platform.family.as_str(),
    ) {
        (Execution::PerRequest, _, _) => vec![PER_REQUEST],
        (_, Capacity::Fargate, _) => vec![COPIES, FARGATE],
        (_, _, "lambda") => vec![COPIES, HOSTS],
        _ => vec![COPIES, HOSTS, OWN_HOSTS],
    }
}

fn limits(platform: &Platform) -> &'static [&'static str] {
    match (platform.execution, platform.capacity) {
        (Execution::PerRequest, _) => PER_REQUEST_LIMITS,
        (_, Capacity::Fargate) => FARGATE_LIMITS,
        _ => &[],
    }
}
