//! What the blocks of one workload are filled in with: a struct for each family of blocks.
//!
//! Where a value is a property of a resource, blocks read it by the name that AWS (or
//! Kubernetes) gives to that property, and the field says its unit. What is no property is
//! read by the name of the field. A family that a workload is not of is not there, so that a
//! block cannot read it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::families::{Compute, Pods};
use crate::graph::Fault;
use crate::operations::Operations;

/// What the blocks of one workload are filled in with.
#[derive(Debug, Clone, Serialize)]
pub struct Context {
    /// The workload's id as one capitalised word, with which names of its resources begin.
    pub(crate) prefix: String,
    pub(crate) stack: Stack,
    pub(crate) network: Network,
    pub(crate) workload: Workload,
    pub(crate) thresholds: Thresholds,
    pub(crate) api: Api,
    pub(crate) listener: Listener,
    pub(crate) schedule: Schedule,
    pub(crate) queue: Queue,
    pub(crate) stream: Stream,
    pub(crate) pipe: Pipe,
    #[serde(flatten)]
    pub(crate) compute: Compute,
}

impl Context {
    /// Every value by its name, as blocks read it. Numbers without a fraction are whole.
    ///
    /// # Errors
    /// A value that has no form in JSON, which a test rules out.
    pub fn values(&self) -> Result<serde_json::Value, Fault> {
        let values = serde_json::to_value(self);
        let mut values = values.map_err(|error| Fault(error.to_string()))?;
        whole(&mut values);
        Ok(values)
    }

    /// What it runs as under Kubernetes.
    pub(crate) const fn pods(&self) -> Option<&Pods> {
        match &self.compute {
            Compute::Pods(one) => Some(&one.pods),
            _ => None,
        }
    }

    /// Memory of one function, task or pod, in megabytes.
    pub(crate) const fn memory_mb(&self) -> f64 {
        match &self.compute {
            Compute::Functions(one) => one.function.memory_mb,
            Compute::Tasks(one) => one.task.memory_mb,
            Compute::Jobs(one) => one.job.memory_mb,
            Compute::Pods(one) => one.pods.memory_mb,
        }
    }
}

/// Numbers without a fraction are written without one.
pub(crate) fn whole(value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::Number(number) => {
            let real = number
                .as_f64()
                .filter(|real| real.fract().abs() < f64::EPSILON);
            if let Some(real) = real {
                *value = Value::from(real as i64);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(whole),
        Value::Object(entries) => entries.values_mut().for_each(whole),
        _ => {}
    }
}

/// What all workloads of a stack share.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Stack {
    pub(crate) profile: &'static str,
    /// Ids of the alarms that are written, the workload's own and the stack's.
    pub(crate) alarms: Vec<String>,
    pub(crate) tracing: bool,
    #[serde(rename = "containerInsights")]
    pub(crate) insights: &'static str,
    #[serde(rename = "RetentionInDays")]
    pub(crate) log_days: u32,
    /// Of access logs in a bucket.
    #[serde(rename = "ExpirationInDays")]
    pub(crate) bucket_days: u32,
    /// Where failures of a function go, by who keeps them.
    pub(crate) failures: BTreeMap<String, String>,
}

/// The network that the workload stands in. Names of subnets and networks are expressions of
/// a template.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Network {
    /// Whether the stack makes it.
    pub(crate) made: bool,
    #[serde(rename = "CidrBlock")]
    pub(crate) cidr: String,
    /// Zones with a NAT gateway.
    pub(crate) nat_zones: Vec<&'static str>,
    /// Services with an interface endpoint.
    pub(crate) endpoints: Vec<String>,
    #[serde(rename = "VpcId")]
    pub(crate) vpc: &'static str,
    /// Its range of addresses.
    #[serde(rename = "CidrIp")]
    pub(crate) range: &'static str,
    /// Private subnets.
    pub(crate) private: String,
    /// The same, one by one.
    pub(crate) private_each: Vec<String>,
    /// Public subnets.
    pub(crate) public: String,
    /// Whether containers stand in public subnets, with addresses of their own.
    pub(crate) is_public: bool,
    /// Subnets in which containers stand.
    pub(crate) compute: String,
    #[serde(rename = "AssignPublicIp")]
    pub(crate) assign_public_ip: &'static str,
}

/// What is known of the workload, wherever it runs.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Workload {
    pub(crate) id: String,
    pub(crate) trigger: &'static str,
    /// What it does, in a sentence.
    pub(crate) task: String,
    /// Why it has its size.
    pub(crate) size_why: String,
    pub(crate) is_function: bool,
    pub(crate) mounts_files: bool,
    /// What takes the calls.
    pub(crate) front_door: Option<&'static str>,
    /// Where results go, by the names of blocks.
    pub(crate) writes: Vec<&'static str>,
    /// What the code reads besides.
    pub(crate) reads: Vec<&'static str>,
    /// What puts work in front of it.
    pub(crate) fed_by: Option<&'static str>,
}

/// From where alarms ring.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Thresholds {
    pub(crate) errors: f64,
    pub(crate) throttles: f64,
    pub(crate) cpu_percent: f64,
    pub(crate) memory_percent: f64,
    /// Age of the records of a stream that are read.
    pub(crate) record_age_ms: f64,
    /// Latency at p99.
    pub(crate) latency_ms: f64,
    /// Age of the oldest message of a queue.
    pub(crate) message_age_s: f64,
}

/// An API in front of the workload.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Api {
    /// Who may call: `jwt` (a user pool) or `iam`.
    pub(crate) authorise: &'static str,
    #[serde(rename = "ThrottlingRateLimit")]
    pub(crate) rate_per_s: f64,
    #[serde(rename = "ThrottlingBurstLimit")]
    pub(crate) burst: f64,
    /// What it lets through.
    pub(crate) operations: Operations,
}

/// What the shared load balancer hands to the workload.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Listener {
    #[serde(rename = "Priority")]
    pub(crate) priority: u32,
    /// Paths.
    #[serde(rename = "Values")]
    pub(crate) paths: Vec<String>,
}

/// When the work starts, where a schedule starts it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Schedule {
    #[serde(rename = "ScheduleExpression")]
    pub(crate) expression: String,
    #[serde(rename = "ScheduleExpressionTimezone")]
    pub(crate) time_zone: String,
    #[serde(rename = "MaximumWindowInMinutes")]
    pub(crate) window_min: u32,
    /// When the lack of runs is worth an alarm.
    pub(crate) missed: Option<Missed>,
}

/// For how long nothing has run when an alarm rings.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Missed {
    #[serde(rename = "Period")]
    pub(crate) period_s: u32,
    #[serde(rename = "EvaluationPeriods")]
    pub(crate) periods: f64,
}

/// The queue of containers that take work from one.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Queue {
    #[serde(rename = "VisibilityTimeout")]
    pub(crate) visibility_s: f64,
}

/// The data stream that is read.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Stream {
    #[serde(rename = "StreamMode")]
    pub(crate) mode: &'static str,
    /// None where the stream finds its own number.
    #[serde(rename = "ShardCount")]
    pub(crate) shards: Option<f64>,
    /// Why it has its shards.
    pub(crate) why: String,
}

/// The pipe from a stream to the queue of containers.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Pipe {
    #[serde(rename = "ParallelizationFactor")]
    pub(crate) parallel: f64,
}
