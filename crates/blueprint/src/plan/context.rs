//! What the blocks of one workload are filled in with: a struct for each family of blocks.
//!
//! Where a value is a property of a resource, blocks read it by the name that AWS (or
//! Kubernetes) gives to that property, and the field says its unit. What is no property is
//! read by the name of the field. A family that a workload is not of is not there, so that a
//! block cannot read it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::graph::Fault;

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
    pub(crate) writes: Results,
}

/// Where results go.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Results {
    pub(crate) objects: bool,
    pub(crate) table: bool,
    pub(crate) queue: bool,
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
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Api {
    /// Who may call: `jwt` (a user pool) or `iam`.
    pub(crate) authorise: &'static str,
    #[serde(rename = "ThrottlingRateLimit")]
    pub(crate) rate_per_s: f64,
    #[serde(rename = "ThrottlingBurstLimit")]
    pub(crate) burst: f64,
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

/// What the workload runs as.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(crate) enum Compute {
    /// Functions of Lambda.
    Functions(Box<Functions>),
    /// Tasks of ECS.
    Tasks(Box<Tasks>),
    /// Jobs of Batch.
    Jobs(Box<Jobs>),
    /// Pods of Kubernetes.
    Pods(Box<OfPods>),
}

/// Functions of Lambda, and what hands them batches.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Functions {
    pub(crate) function: Function,
    pub(crate) mapping: Mapping,
}

/// Tasks of ECS, the service that keeps them, and where they run.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Tasks {
    pub(crate) task: Task,
    pub(crate) service: Service,
    pub(crate) capacity: Capacity,
}

/// Jobs of Batch.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Jobs {
    pub(crate) job: Job,
}

/// Pods of Kubernetes.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct OfPods {
    pub(crate) pods: Pods,
}

/// A function of Lambda.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Function {
    /// Whether its code is a container image.
    pub(crate) is_image: bool,
    pub(crate) architecture: &'static str,
    #[serde(rename = "Runtime")]
    pub(crate) runtime: String,
    /// Whether no runtime of the language is newer.
    pub(crate) is_newest: bool,
    #[serde(rename = "Handler")]
    pub(crate) handler: String,
    #[serde(rename = "MemorySize")]
    pub(crate) memory_mb: f64,
    #[serde(rename = "Timeout")]
    pub(crate) timeout_s: f64,
    /// Of the API in front of it: as long as the function may take.
    #[serde(rename = "TimeoutInMillis")]
    pub(crate) api_timeout_ms: f64,
    #[serde(rename = "EphemeralStorage")]
    pub(crate) disk: Option<FunctionDisk>,
    #[serde(rename = "ReservedConcurrentExecutions")]
    pub(crate) reserved: Option<f64>,
    /// Whether it stands in a network of the account.
    pub(crate) in_network: bool,
    /// What is called, as an expression for a permission: the function or its alias.
    #[serde(rename = "FunctionName")]
    pub(crate) name: String,
    /// What is called, as an expression for its ARN.
    pub(crate) arn: String,
    /// The same within `Fn::Sub`.
    pub(crate) arn_in_text: String,
    pub(crate) alias: Option<Alias>,
}

/// Scratch disk of a function, beyond what each has.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct FunctionDisk {
    #[serde(rename = "Size")]
    pub(crate) size_mb: f64,
}

/// The alias by which a function is called that is kept ready or restored from a snapshot.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Alias {
    pub(crate) why: &'static str,
    /// Whether it comes back from a snapshot instead of starting.
    pub(crate) is_restored: bool,
    #[serde(rename = "ProvisionedConcurrentExecutions")]
    pub(crate) provisioned: Option<f64>,
}

/// An event source mapping.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Mapping {
    #[serde(rename = "BatchSize")]
    pub(crate) batch_size: f64,
    #[serde(rename = "MaximumBatchingWindowInSeconds")]
    pub(crate) window_s: Option<f64>,
    #[serde(rename = "MaximumConcurrency")]
    pub(crate) most_at_once: f64,
    #[serde(rename = "ParallelizationFactor")]
    pub(crate) parallel: Option<f64>,
}

/// A task of ECS.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Task {
    #[serde(rename = "RequiresCompatibilities")]
    pub(crate) compatibility: &'static str,
    #[serde(rename = "Cpu")]
    pub(crate) cpu_units: f64,
    #[serde(rename = "Memory")]
    pub(crate) memory_mb: f64,
    #[serde(rename = "CpuArchitecture")]
    pub(crate) architecture: &'static str,
    #[serde(rename = "EphemeralStorage")]
    pub(crate) disk: Option<TaskDisk>,
    /// How the container asks itself whether it is well.
    #[serde(rename = "Command")]
    pub(crate) health_check: Vec<String>,
    #[serde(rename = "StartPeriod")]
    pub(crate) start_period_s: f64,
}

/// Scratch disk of a task or a job, beyond what each has.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct TaskDisk {
    #[serde(rename = "SizeInGiB")]
    pub(crate) size_gib: f64,
}

/// A service of ECS, and how it scales.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Service {
    #[serde(rename = "MinCapacity")]
    pub(crate) least: f64,
    #[serde(rename = "MaxCapacity")]
    pub(crate) most: f64,
    /// Why it has as many tasks.
    pub(crate) count_why: String,
    #[serde(rename = "HealthCheckGracePeriodSeconds")]
    pub(crate) grace_s: f64,
    /// Of metrics, where they are more frequent than usual.
    #[serde(rename = "ResolutionSeconds")]
    pub(crate) resolution_s: Option<f64>,
    /// Targets that it is scaled to: the use of CPU, requests a minute of each task, messages
    /// that wait for each task.
    pub(crate) cpu_target_percent: f64,
    pub(crate) requests_target: f64,
    pub(crate) backlog_target: f64,
}

/// Where tasks of ECS run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CapacityKind {
    /// Without hosts of the account.
    Fargate,
    /// ECS Managed Instances.
    Managed,
    /// An Auto Scaling group of the team's own.
    Group,
}

/// The hosts of tasks.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Capacity {
    pub(crate) kind: CapacityKind,
    pub(crate) is_spot: bool,
    pub(crate) has_gpu: bool,
    /// Why there are as many and as large.
    pub(crate) why: String,
    /// What names of a group's resources begin with.
    pub(crate) group: &'static str,
    /// The name of the provider of managed instances.
    pub(crate) provider: String,
    #[serde(rename = "MaxSize")]
    pub(crate) most: f64,
    /// The parameter under which AWS publishes the machine image.
    pub(crate) image_parameter: String,
    /// Types that a group may take.
    pub(crate) instances: Vec<String>,
    #[serde(rename = "VolumeSize")]
    pub(crate) disk_gb: u32,
    #[serde(rename = "VCpuCount")]
    pub(crate) vcpus: VcpuRange,
    #[serde(rename = "MemoryMiB")]
    pub(crate) memory: MemoryFloor,
}

/// vCPUs of a host.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VcpuRange {
    pub(crate) min: f64,
    pub(crate) max: f64,
}

/// Memory of a host, at least, in megabytes.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MemoryFloor {
    pub(crate) min: f64,
}

/// A job of Batch, and where it runs.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Job {
    pub(crate) is_fargate: bool,
    pub(crate) is_spot: bool,
    pub(crate) has_gpu: bool,
    /// Why the environment is as large.
    pub(crate) why: String,
    #[serde(rename = "MaxvCpus")]
    pub(crate) most_vcpus: f64,
    #[serde(rename = "InstanceTypes")]
    pub(crate) instances: Vec<String>,
    #[serde(rename = "VolumeSize")]
    pub(crate) disk_gb: u32,
    #[serde(rename = "AttemptDurationSeconds")]
    pub(crate) timeout_s: f64,
    #[serde(rename = "VCPU")]
    pub(crate) vcpus: f64,
    #[serde(rename = "MEMORY")]
    pub(crate) memory_mb: f64,
    #[serde(rename = "CpuArchitecture")]
    pub(crate) architecture: &'static str,
    #[serde(rename = "EphemeralStorage")]
    pub(crate) disk: Option<TaskDisk>,
}

/// Pods of Kubernetes, and their cluster.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Pods {
    pub(crate) is_fargate: bool,
    pub(crate) is_spot: bool,
    pub(crate) has_gpu: bool,
    /// Why the cluster is as large.
    pub(crate) why: String,
    #[serde(rename = "Version")]
    pub(crate) version: String,
    /// Policies of AWS for the control plane and for nodes.
    pub(crate) cluster_policies: Vec<String>,
    pub(crate) node_policies: Vec<String>,
    /// The architecture as container images name it.
    #[serde(rename = "CpuArchitecture")]
    pub(crate) architecture: &'static str,
    /// Memory that each is sized to.
    #[serde(skip)]
    pub(crate) memory_mb: f64,
    /// Requests and limits, in the units of Kubernetes.
    pub(crate) cpu: String,
    pub(crate) memory: String,
    pub(crate) replicas: f64,
    #[serde(rename = "maxReplicas")]
    pub(crate) most_replicas: f64,
    #[serde(rename = "averageUtilization")]
    pub(crate) cpu_target_percent: f64,
    #[serde(rename = "periodSeconds")]
    pub(crate) probe_period_s: f64,
    #[serde(rename = "failureThreshold")]
    pub(crate) start_probes: f64,
    #[serde(rename = "activeDeadlineSeconds")]
    pub(crate) timeout_s: f64,
    /// When a job of a schedule starts, in the five fields of cron.
    #[serde(rename = "schedule")]
    pub(crate) cron: String,
    /// The kind of controller that keeps them.
    pub(crate) controller: Controller,
    /// Whether they listen to a port, and in what protocol.
    pub(crate) listens: bool,
    pub(crate) is_http: bool,
    pub(crate) protocol: &'static str,
}

/// What keeps pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Controller {
    /// A deployment: as many as are wanted, for ever.
    Deployment,
    /// A job that is submitted.
    Job,
    /// A job that a schedule starts.
    CronJob,
}

impl Controller {
    /// The name of its manifest.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Deployment => "deployment",
            Self::Job => "job",
            Self::CronJob => "cronjob",
        }
    }
}
