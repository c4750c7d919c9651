//! What a workload runs as, for the blocks of each family: functions, tasks, jobs, pods.

use landfall_decide::{HOURS, ReadyHours};
use serde::Serialize;

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
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Alias {
    pub(crate) why: &'static str,
    /// Whether it comes back from a snapshot instead of starting.
    pub(crate) is_restored: bool,
    #[serde(rename = "ProvisionedConcurrentExecutions")]
    pub(crate) provisioned: Option<u32>,
    /// How many are kept ready by the hour of the day, where that is not always as many.
    pub(crate) hours: Option<Hours>,
}

/// Environments kept ready by the hour of the day.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Hours {
    /// The zone that the hours are of.
    pub(crate) zone: String,
    pub(crate) least: u32,
    pub(crate) most: u32,
    /// The hours from which their number is another.
    pub(crate) changes: Vec<Change>,
}

/// From an hour on so many are kept ready.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Change {
    pub(crate) hour: usize,
    pub(crate) ready: u32,
}

impl Hours {
    pub(crate) fn new(hours: &ReadyHours, zone: &str) -> Self {
        let yesterday = hours.ready.iter().copied().cycle().skip(HOURS - 1);
        let each = hours.ready.iter().copied().enumerate().zip(yesterday);
        let changes = each
            .filter(|((_, ready), before)| ready != before)
            .map(|((hour, ready), _)| Change { hour, ready });
        Self {
            zone: zone.to_owned(),
            least: hours.least(),
            most: hours.most(),
            changes: changes.collect(),
        }
    }
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
    /// What names of a group's resources begin with, or the name of the provider of managed
    /// instances.
    pub(crate) group: String,
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
