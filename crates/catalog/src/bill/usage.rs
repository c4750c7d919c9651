//! What was used.
//!
//! One file, because it is one enumeration: every kind of usage, each a type of a few fields.

use landfall_units::{Bytes, Decimal};

/// Lambda on demand, one function's month.
#[derive(Debug, Clone, PartialEq)]
pub struct LambdaUsage {
    /// Invocations.
    pub requests: Decimal,
    /// Billed duration of each, in seconds; rounded up to the meter's step.
    pub duration_s: Decimal,
    /// Billed start-up over all requests, in seconds.
    pub init_s: Decimal,
    /// Memory.
    pub memory: Bytes,
    /// Architecture: `x86_64` or `arm64`.
    pub architecture: &'static str,
    /// `/tmp`.
    pub ephemeral: Bytes,
    /// Payload of an asynchronous event; counts further requests when large.
    pub async_payload: Bytes,
    /// Provisioned concurrency.
    pub provisioned: Option<ProvisionedUsage>,
    /// Snapshots: hours cached, and how often restored.
    pub snapstart: Option<(Decimal, Decimal)>,
    /// Bytes streamed beyond the first part of each answer.
    pub streamed: Bytes,
    /// Whether the free allowances apply.
    pub free_tier: bool,
}

/// Provisioned concurrency.
#[derive(Debug, Clone, PartialEq)]
pub struct ProvisionedUsage {
    /// Environments kept warm.
    pub environments: Decimal,
    /// For how many hours.
    pub hours: Decimal,
    /// Requests that they served.
    pub requests: Decimal,
    /// Duration of each, in seconds.
    pub duration_s: Decimal,
}

/// Lambda Managed Instances.
#[derive(Debug, Clone, PartialEq)]
pub struct ManagedInstancesUsage {
    /// Invocations.
    pub requests: Decimal,
    /// Instance type.
    pub instance: String,
    /// How many.
    pub instances: Decimal,
    /// For how many hours each.
    pub hours: Decimal,
    /// What an instance costs an hour, if not the list price; the fee stays on the list price.
    pub price_per_hour: Option<Decimal>,
}

/// Fargate tasks of one size.
#[derive(Debug, Clone, PartialEq)]
pub struct FargateUsage {
    /// How many tasks.
    pub tasks: Decimal,
    /// vCPUs of each.
    pub vcpus: Decimal,
    /// Memory of each.
    pub memory: Bytes,
    /// How long each runs, in seconds.
    pub seconds: Decimal,
    /// Disk of each.
    pub ephemeral: Bytes,
    /// Architecture: `x86_64` or `arm64`.
    pub architecture: &'static str,
    /// Windows instead of Linux.
    pub windows: bool,
    /// Spot instead of on demand.
    pub spot: bool,
}

/// How an instance is bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ec2Purchase {
    /// By the second, no commitment.
    OnDemand,
    /// Spare capacity, may be taken back.
    Spot,
    /// Standard reserved for a year, nothing upfront.
    Reserved1y,
    /// Standard reserved for three years, nothing upfront.
    Reserved3y,
}

impl Ec2Purchase {
    /// The words of usage files and outputs.
    pub const WORDS: &'static [&'static str] = &["on-demand", "spot", "reserved-1y", "reserved-3y"];

    /// The word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::OnDemand => "on-demand",
            Self::Spot => "spot",
            Self::Reserved1y => "reserved-1y",
            Self::Reserved3y => "reserved-3y",
        }
    }
}

/// EC2 instances of one type.
#[derive(Debug, Clone, PartialEq)]
pub struct Ec2Usage {
    /// Instance type.
    pub instance: String,
    /// How many.
    pub count: Decimal,
    /// How long each runs, in seconds.
    pub seconds: Decimal,
    /// How they are bought.
    pub purchase: Ec2Purchase,
    /// CPU credits beyond those earned, in vCPU-hours.
    pub surplus_credits: Decimal,
    /// A fee on the on-demand price, by its price row: ECS Managed Instances.
    pub fee: Option<(&'static str, &'static str)>,
}

/// A quantity as a meter counts it: what a bill of AWS holds.
#[derive(Debug, Clone, PartialEq)]
pub struct MeteredUsage {
    /// Service of the meter: `lambda`.
    pub(super) service: &'static str,
    /// The meter: `duration-arm64`; of instances with how they are bought: `m7g.large:spot`.
    pub(super) meter: String,
    /// What one unit is.
    pub(super) unit: String,
    /// How much was used, in units.
    pub(super) quantity: Decimal,
    /// How much of that is free, in units.
    pub(super) free: Decimal,
}

/// What stands before a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FrontDoorKind {
    /// API Gateway, HTTP API.
    HttpApi,
    /// API Gateway, REST API.
    RestApi,
}

/// Who writes logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogsFrom {
    /// Functions of Lambda, whose logs have a price of their own.
    Lambda,
    /// A service on behalf of the account: flow logs, access logs.
    Vended,
    /// The same, of the interfaces of a load balancer that several workloads can share.
    Balancer,
    /// The same, of the interfaces of NAT gateways.
    Nat,
    /// Anything else.
    Others,
}

impl LogsFrom {
    /// Items of a bill for what is taken in and for what is kept.
    pub const fn items(self) -> (&'static str, &'static str) {
        match self {
            Self::Lambda => ("ingested-lambda", "stored"),
            Self::Vended => ("ingested-vended", "stored"),
            Self::Balancer => ("ingested-alb", "stored-alb"),
            Self::Nat => ("ingested-nat", "stored-nat"),
            Self::Others => ("ingested", "stored"),
        }
    }
}

/// Who has a public address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressOf {
    /// Nobody says.
    Anything,
    /// Tasks, or the hosts that they run on.
    Tasks,
    /// A load balancer that several workloads can share.
    Balancer,
    /// A load balancer of the workload's own.
    OwnBalancer,
    /// A NAT gateway.
    Nat,
}

impl AddressOf {
    /// The item of a bill.
    pub const fn item(self) -> &'static str {
        match self {
            Self::Anything => "public-ipv4",
            Self::Tasks => "public-ipv4-tasks",
            Self::Balancer => "public-ipv4-alb",
            Self::OwnBalancer => "public-ipv4-nlb",
            Self::Nat => "public-ipv4-nat",
        }
    }
}

/// Anything that costs money.
#[derive(Debug, Clone, PartialEq)]
pub enum Usage {
    /// Lambda on demand.
    Lambda(LambdaUsage),
    /// Lambda Managed Instances.
    ManagedInstances(ManagedInstancesUsage),
    /// Fargate tasks.
    Fargate(FargateUsage),
    /// EC2 instances.
    Ec2(Ec2Usage),
    /// A quantity as a meter counts it.
    Metered(MeteredUsage),
    /// EBS volumes: kind and GB-months.
    Ebs {
        /// What kind.
        kind: &'static str,
        /// GB-months kept.
        gb_months: Decimal,
    },
    /// EKS control planes: how many, hours each, extended support.
    Eks {
        /// How many.
        clusters: Decimal,
        /// Hours, over all of them.
        hours: Decimal,
        /// In extended support: a surcharge on the hour.
        extended: bool,
    },
    /// An Application Load Balancer.
    Alb {
        /// Hours it exists.
        hours: Decimal,
        /// Bytes processed in all.
        processed: Bytes,
        /// New connections a second.
        new_connections_s: Decimal,
        /// Active connections, sampled by the minute.
        active_connections: Decimal,
        /// Rule evaluations a second, beyond the free ones.
        rule_evaluations_s: Decimal,
        /// Whether functions stand behind it.
        to_functions: bool,
    },
    /// A Network Load Balancer: hours, and bytes processed.
    Nlb {
        /// Hours, over all of them.
        hours: Decimal,
        /// Bytes processed in all.
        processed: Bytes,
    },
    /// NAT gateways: hours in all, and bytes processed.
    Nat {
        /// Hours, over all of them.
        hours: Decimal,
        /// Bytes processed in all.
        processed: Bytes,
    },
    /// Public IPv4 addresses, in address-hours.
    PublicIpv4 {
        /// Whose they are.
        of: AddressOf,
        /// Hours, over all of them.
        hours: Decimal,
    },
    /// Keys of KMS: kept for a month each, and requests to them.
    Kms {
        /// Keys.
        keys: Decimal,
        /// Requests.
        requests: Decimal,
    },
    /// Alarms on one metric each, kept for a month.
    Alarms {
        /// Of workloads.
        count: Decimal,
        /// Of the stack, which workloads share.
        shared: Decimal,
    },
    /// Metrics that a service is asked to publish more often, each for a month.
    Metrics {
        /// How many.
        count: Decimal,
    },
    /// Container Insights of a cluster for a month.
    Insights {
        /// With metrics of tasks and containers, too.
        enhanced: bool,
        /// Clusters.
        clusters: Decimal,
        /// Services, each with its task definition.
        services: Decimal,
        /// Tasks on average, each of one container.
        tasks: Decimal,
    },
    /// Traces recorded by X-Ray.
    Traces {
        /// How many.
        count: Decimal,
    },
    /// Bytes between availability zones; each counts where it leaves and where it arrives.
    CrossZone {
        /// Bytes in all.
        size: Bytes,
    },
    /// API Gateway: requests, and bytes in each.
    ApiGateway {
        /// What kind.
        kind: FrontDoorKind,
        /// Requests.
        requests: Decimal,
        /// Bytes in each.
        request_size: Bytes,
    },
    /// API Gateway WebSocket: messages, bytes in each, minutes of connection.
    WebSocket {
        /// Messages.
        messages: Decimal,
        /// Bytes in each, or in all for egress.
        size: Bytes,
        /// Minutes of connection.
        minutes: Decimal,
    },
    /// SQS: API requests, bytes in each.
    Sqs {
        /// Requests.
        requests: Decimal,
        /// Bytes in each, or in all for egress.
        size: Bytes,
        /// FIFO instead of standard.
        fifo: bool,
        /// Whether the free allowance applies.
        free_tier: bool,
    },
    /// EventBridge: custom events, scheduled invocations.
    EventBridge {
        /// Custom events.
        events: Decimal,
        /// Scheduled invocations.
        schedules: Decimal,
        /// Whether the free allowance applies.
        free_tier: bool,
    },
    /// CloudWatch Logs: bytes taken in, and GB-months kept.
    Logs {
        /// Who writes them.
        from: LogsFrom,
        /// Bytes taken in.
        ingested: Bytes,
        /// GB-months kept.
        stored_gb_months: Decimal,
        /// Bytes that queries read.
        scanned: Bytes,
    },
    /// S3: requests that write, requests that read, and what is kept.
    S3 {
        /// PUT, COPY, POST and LIST requests.
        puts: Decimal,
        /// GET requests.
        gets: Decimal,
        /// GB-months kept.
        stored_gb_months: Decimal,
    },
    /// DynamoDB on demand.
    DynamoDb {
        /// Write request units.
        write_units: Decimal,
        /// Read request units.
        read_units: Decimal,
        /// Reads of a table's stream, but those of Lambda.
        stream_reads: Decimal,
        /// Whether the free allowance applies.
        free_tier: bool,
    },
    /// An interface endpoint.
    VpcEndpoint {
        /// Hours, over all zones.
        hours: Decimal,
        /// Bytes processed in all.
        processed: Bytes,
    },
    /// Bytes out to the internet.
    Egress {
        /// Bytes in each, or in all for egress.
        size: Bytes,
        /// Whether the free allowance applies.
        free_tier: bool,
    },
    /// Container images kept, in GB-months.
    Ecr {
        /// GB-months kept.
        gb_months: Decimal,
    },
    /// Shared files kept, in GB-months, and bytes read and written with elastic throughput.
    Efs {
        /// GB-months kept.
        gb_months: Decimal,
        /// Bytes read.
        read: Bytes,
        /// Bytes written.
        written: Bytes,
    },
    /// Kinesis data streams.
    Kinesis {
        /// Shards; of streams on demand, the streams.
        count: Decimal,
        /// How long each is there, in hours.
        hours: Decimal,
        /// Streams that scale by themselves.
        on_demand: bool,
        /// How long records are kept, in hours.
        kept_hours: Decimal,
        /// Records written; on demand, each is read once.
        records: Decimal,
        /// Bytes of each.
        size: Bytes,
    },
    /// EventBridge pipes.
    Pipes {
        /// Batches handed on.
        batches: Decimal,
        /// Bytes of each.
        size: Bytes,
    },
    /// State transitions of standard workflows.
    StepFunctions {
        /// Transitions.
        transitions: Decimal,
    },
}

impl Usage {
    /// The same for so many alike; what stands once for all of them (a load
    /// balancer, a NAT gateway, a control plane) takes their traffic, not their number.
    #[must_use]
    pub fn for_copies(mut self, copies: Decimal) -> Self {
        for quantity in self.quantities() {
            // More than a number holds is more than is billed: `check` refuses it.
            *quantity = quantity.checked_mul(copies).unwrap_or(Decimal::MAX);
        }
        for bytes in self.sizes() {
            let all = u64::try_from(copies)
                .ok()
                .and_then(|copies| bytes.get().checked_mul(copies));
            *bytes = Bytes::new(all.unwrap_or(u64::MAX));
        }
        self
    }

    /// The numbers that grow with the number of copies.
    fn quantities(&mut self) -> Vec<&mut Decimal> {
        match self {
            Self::Lambda(usage) => vec![&mut usage.requests, &mut usage.init_s],
            Self::ManagedInstances(usage) => vec![&mut usage.requests, &mut usage.instances],
            Self::Fargate(usage) => vec![&mut usage.tasks],
            Self::Ec2(usage) => vec![&mut usage.count],
            Self::Metered(usage) => vec![&mut usage.quantity, &mut usage.free],
            Self::Ebs { gb_months, .. } | Self::Ecr { gb_months } | Self::Efs { gb_months, .. } => {
                vec![gb_months]
            }
            Self::Alb {
                new_connections_s,
                active_connections,
                ..
            } => {
                vec![new_connections_s, active_connections]
            }
            Self::PublicIpv4 { hours, .. } => vec![hours],
            Self::Alarms { count, .. } | Self::Metrics { count } | Self::Traces { count } => {
                vec![count]
            }
            Self::Insights {
                services, tasks, ..
            } => vec![services, tasks],
            Self::ApiGateway { requests, .. }
            | Self::Kms { requests, .. }
            | Self::Sqs { requests, .. } => vec![requests],
            Self::WebSocket {
                messages, minutes, ..
            } => vec![messages, minutes],
            Self::EventBridge {
                events, schedules, ..
            } => vec![events, schedules],
            Self::Logs {
                stored_gb_months, ..
            } => vec![stored_gb_months],
            Self::S3 {
                puts,
                gets,
                stored_gb_months,
            } => vec![puts, gets, stored_gb_months],
            Self::DynamoDb {
                write_units,
                read_units,
                stream_reads,
                ..
            } => {
                vec![write_units, read_units, stream_reads]
            }
            Self::StepFunctions { transitions } => vec![transitions],
            Self::Kinesis { count, records, .. } => vec![count, records],
            Self::Pipes { batches, .. } => vec![batches],
            Self::Nlb { .. }
            | Self::Nat { .. }
            | Self::VpcEndpoint { .. }
            | Self::Egress { .. }
            | Self::CrossZone { .. }
            | Self::Eks { .. } => Vec::new(),
        }
    }

    /// The bytes that grow with the number of copies.
    fn sizes(&mut self) -> Vec<&mut Bytes> {
        match self {
            Self::Lambda(usage) => vec![&mut usage.streamed],
            Self::Alb { processed, .. }
            | Self::Nlb { processed, .. }
            | Self::Nat { processed, .. }
            | Self::VpcEndpoint { processed, .. } => vec![processed],
            Self::Egress { size, .. } | Self::CrossZone { size } => vec![size],
            Self::Efs { read, written, .. } => vec![read, written],
            Self::Logs {
                ingested, scanned, ..
            } => vec![ingested, scanned],
            _ => Vec::new(),
        }
    }
}
