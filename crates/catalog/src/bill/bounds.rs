//! How much is billed at most.
//!
//! A bill is a sum of products of what is given here, prices of at most
//! [`MOST_PRICE`](crate::prices::MOST_PRICE) and the units of meters. With these bounds
//! no product of quantities reaches the largest exact decimal (7.9e28): the largest is
//! that of provisioned environments, 1e13 of them x 3.6e9 s x 1.05e6 GB = 3.8e28 GB-s.
//! What sums and prices add to that is computed by checked operations. A property test
//! bills usage at the bounds.

use arrayvec::ArrayVec;
use landfall_units::{Bytes, Decimal};
use thiserror::Error;

use super::usage::{
    Ec2Usage, FargateUsage, LambdaUsage, ManagedInstancesUsage, ProvisionedUsage, Usage,
};

/// Most of anything that is counted: ten trillion.
pub(super) const MOST_COUNT: Decimal = Decimal::from_parts(1_316_134_912, 2_328, 0, false, 0);
/// Most of anything that is added up over many: hours of all addresses, minutes of all
/// connections.
const MOST_IN_ALL: Decimal = Decimal::from_parts(1_661_992_960, 1_808_227_885, 5, false, 0);
/// The longest time of one thing, in hours: a million, a good century.
pub(super) const MOST_HOURS: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);
/// The same, in seconds.
const MOST_SECONDS: Decimal = Decimal::from_parts(3_600_000_000, 0, 0, false, 0);
/// The longest run of one unit of work, in seconds: a year.
pub(super) const LONGEST_RUN_S: Decimal = Decimal::from_parts(31_622_400, 0, 0, false, 0);
/// Most vCPUs of one task.
const MOST_VCPUS: Decimal = Decimal::from_parts(10_000, 0, 0, false, 0);
/// The largest size of one thing: a memory, a disk, a message.
const LARGEST_OF_ONE: Bytes = Bytes::new(1 << 50);
/// The largest size of all together: an exabyte.
pub(super) const LARGEST_IN_ALL: Bytes = Bytes::new(1 << 60);

/// Usage, or what it costs, is beyond what is billed exactly.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what} of {service} is beyond what can be billed: at most {most}")]
pub struct TooMuch {
    /// Which number.
    pub what: String,
    /// Of which service.
    pub service: String,
    /// What it may be at most.
    pub most: String,
}

/// One number of a usage, by what it counts.
enum Amount {
    Count(Decimal),
    InAll(Decimal),
    Hours(Decimal),
    Seconds(Decimal),
    RunSeconds(Decimal),
    Vcpus(Decimal),
    One(Bytes),
    All(Bytes),
}

/// The numbers of one usage, and what each is.
type Amounts = ArrayVec<(&'static str, Amount), MOST_AMOUNTS>;
/// Most numbers that one usage has.
const MOST_AMOUNTS: usize = 16;

fn some<const N: usize>(amounts: [(&'static str, Amount); N]) -> Amounts {
    amounts.into_iter().collect()
}

impl Amount {
    /// The bound, when it is passed.
    fn passed(&self) -> Option<String> {
        let (value, most) = match self {
            Self::Count(value) => (value, MOST_COUNT),
            Self::InAll(value) => (value, MOST_IN_ALL),
            Self::Hours(value) => (value, MOST_HOURS),
            Self::Seconds(value) => (value, MOST_SECONDS),
            Self::RunSeconds(value) => (value, LONGEST_RUN_S),
            Self::Vcpus(value) => (value, MOST_VCPUS),
            Self::One(size) => return above(*size, LARGEST_OF_ONE),
            Self::All(size) => return above(*size, LARGEST_IN_ALL),
        };
        let is_within = (Decimal::ZERO..=most).contains(value);
        (!is_within).then(|| most.normalize().to_string())
    }
}

fn above(size: Bytes, most: Bytes) -> Option<String> {
    (size > most).then(|| most.to_string())
}

impl Usage {
    /// Checks that every number is within what is billed exactly.
    ///
    /// # Errors
    /// The first number that is not.
    pub fn check(&self) -> Result<(), TooMuch> {
        let (service, amounts) = self.amounts();
        for (what, amount) in amounts {
            if let Some(most) = amount.passed() {
                return Err(TooMuch {
                    what: what.to_owned(),
                    service: service.to_owned(),
                    most,
                });
            }
        }
        Ok(())
    }

    /// Every number of the usage. Fields are taken apart without a rest, so that a new
    /// one cannot be forgotten.
    fn amounts(&self) -> (&'static str, Amounts) {
        match self {
            Self::Lambda(usage) => ("Lambda", of_lambda(usage)),
            Self::ManagedInstances(usage) => ("Lambda Managed Instances", of_managed(usage)),
            Self::Fargate(usage) => ("Fargate", of_fargate(usage)),
            Self::Ec2(usage) => ("EC2", of_ec2(usage)),
            Self::Metered(usage) => (
                usage.service,
                some([
                    ("the quantity", Amount::InAll(usage.quantity)),
                    ("what is free", Amount::InAll(usage.free)),
                ]),
            ),
            Self::ApiGateway { .. }
            | Self::WebSocket { .. }
            | Self::Sqs { .. }
            | Self::EventBridge { .. }
            | Self::Pipes { .. }
            | Self::StepFunctions { .. } => self.of_calls(),
            Self::DynamoDb { .. } | Self::S3 { .. } | Self::Kinesis { .. } => self.of_stores(),
            _ => self.of_devices(),
        }
    }

    fn of_calls(&self) -> (&'static str, Amounts) {
        use Amount::{Count, InAll, One};
        match *self {
            Self::ApiGateway {
                kind: _,
                requests,
                request_size,
            } => (
                "API Gateway",
                some([
                    ("the number of requests", Count(requests)),
                    ("the size of a request", One(request_size)),
                ]),
            ),
            Self::WebSocket {
                messages,
                size,
                minutes,
            } => (
                "API Gateway",
                some([
                    ("the number of messages", Count(messages)),
                    ("the size of a message", One(size)),
                    ("the sum of connection minutes", InAll(minutes)),
                ]),
            ),
            Self::Sqs {
                requests,
                size,
                fifo: _,
                free_tier: _,
            } => (
                "SQS",
                some([
                    ("the number of requests", Count(requests)),
                    ("the size of a message", One(size)),
                ]),
            ),
            Self::EventBridge {
                events,
                schedules,
                free_tier: _,
            } => (
                "EventBridge",
                some([
                    ("the number of events", Count(events)),
                    ("the number of scheduled invocations", Count(schedules)),
                ]),
            ),
            Self::Pipes { batches, size } => (
                "EventBridge",
                some([
                    ("the number of batches", Count(batches)),
                    ("the size of a batch", One(size)),
                ]),
            ),
            Self::StepFunctions { transitions } => (
                "Step Functions",
                some([("the number of transitions", Count(transitions))]),
            ),
            _ => ("", Amounts::new()),
        }
    }

    fn of_stores(&self) -> (&'static str, Amounts) {
        use Amount::{Count, Hours, One};
        match *self {
            Self::Kinesis {
                count,
                hours,
                on_demand: _,
                kept_hours,
                records,
                size,
            } => (
                "Kinesis",
                some([
                    ("the number of shards", Count(count)),
                    ("the time", Hours(hours)),
                    ("the time for which records are kept", Hours(kept_hours)),
                    ("the number of records", Count(records)),
                    ("the size of a record", One(size)),
                ]),
            ),
            Self::DynamoDb {
                write_units,
                read_units,
                stream_reads,
                free_tier: _,
            } => (
                "DynamoDB",
                some([
                    ("the number of write units", Count(write_units)),
                    ("the number of read units", Count(read_units)),
                    ("the number of stream reads", Count(stream_reads)),
                ]),
            ),
            Self::S3 {
                puts,
                gets,
                stored_gb_months,
            } => (
                "S3",
                some([
                    ("the number of writing requests", Count(puts)),
                    ("the number of reading requests", Count(gets)),
                    ("what is stored", Count(stored_gb_months)),
                ]),
            ),
            _ => ("", Amounts::new()),
        }
    }

    fn of_devices(&self) -> (&'static str, Amounts) {
        use Amount::{All, Count, Hours, InAll};
        let device = |hours, processed| {
            some([
                ("the time", InAll(hours)),
                ("what is processed", All(processed)),
            ])
        };
        match *self {
            Self::Alb {
                hours,
                processed,
                new_connections_s,
                active_connections,
                rule_evaluations_s,
                to_functions: _,
            } => (
                "a load balancer",
                some([
                    ("the time", Hours(hours)),
                    ("what is processed", All(processed)),
                    ("the number of new connections", Count(new_connections_s)),
                    (
                        "the number of active connections",
                        Count(active_connections),
                    ),
                    ("the number of rule evaluations", Count(rule_evaluations_s)),
                ]),
            ),
            Self::Nlb { hours, processed } => ("a load balancer", device(hours, processed)),
            Self::Nat { hours, processed } => ("a NAT gateway", device(hours, processed)),
            Self::VpcEndpoint { hours, processed } => ("an endpoint", device(hours, processed)),
            Self::PublicIpv4 { of: _, hours } => {
                ("public addresses", some([("the time", InAll(hours))]))
            }
            Self::Egress { size, free_tier: _ } => ("egress", some([("the size", All(size))])),
            Self::CrossZone { size } => ("traffic between zones", some([("the size", All(size))])),
            _ => self.of_kept(),
        }
    }

    /// What is kept, watched or written.
    fn of_kept(&self) -> (&'static str, Amounts) {
        use Amount::{All, Count, Hours};
        match *self {
            Self::Kms { keys, requests } => (
                "KMS",
                some([
                    ("the number of keys", Count(keys)),
                    ("the number of requests", Count(requests)),
                ]),
            ),
            Self::Traces { count } => ("X-Ray", some([("the number of traces", Count(count))])),
            Self::Alarms { count, shared } => (
                "alarms",
                some([count, shared].map(|one| ("their number", Count(one)))),
            ),
            Self::Metrics { count } => ("metrics", some([("their number", Count(count))])),
            Self::Insights {
                enhanced: _,
                clusters,
                services,
                tasks,
            } => (
                "Container Insights",
                some([
                    ("the number of clusters", Count(clusters)),
                    ("the number of services", Count(services)),
                    ("the number of tasks", Count(tasks)),
                ]),
            ),
            Self::Logs {
                from: _,
                ingested,
                stored_gb_months,
                scanned,
            } => (
                "logs",
                some([
                    ("what is taken in", All(ingested)),
                    ("what is stored", Count(stored_gb_months)),
                    ("what is scanned", All(scanned)),
                ]),
            ),
            Self::Eks {
                clusters,
                hours,
                extended: _,
            } => (
                "EKS",
                some([
                    ("the number of clusters", Count(clusters)),
                    ("the time", Hours(hours)),
                ]),
            ),
            Self::Ebs { kind: _, gb_months } => ("EBS", some([("the size", Count(gb_months))])),
            Self::Ecr { gb_months } => ("ECR", some([("what is stored", Count(gb_months))])),
            Self::Efs {
                gb_months,
                read,
                written,
            } => (
                "EFS",
                some([
                    ("what is stored", Count(gb_months)),
                    ("what is read", All(read)),
                    ("what is written", All(written)),
                ]),
            ),
            _ => ("", Amounts::new()),
        }
    }
}

fn of_lambda(usage: &LambdaUsage) -> Amounts {
    let LambdaUsage {
        requests,
        duration_s,
        init_s,
        memory,
        architecture: _,
        ephemeral,
        async_payload,
        provisioned,
        snapstart,
        streamed,
        free_tier: _,
    } = usage;
    let mut all = some([
        ("the number of requests", Amount::Count(*requests)),
        ("the duration", Amount::RunSeconds(*duration_s)),
        ("the sum of start-up", Amount::InAll(*init_s)),
        ("the memory", Amount::One(*memory)),
        ("the ephemeral storage", Amount::One(*ephemeral)),
        ("the payload", Amount::One(*async_payload)),
        ("what is streamed", Amount::All(*streamed)),
    ]);
    if let Some(ProvisionedUsage {
        environments,
        hours,
        requests,
        duration_s,
    }) = provisioned
    {
        all.extend([
            (
                "the number of provisioned environments",
                Amount::Count(*environments),
            ),
            (
                "the time of provisioned environments",
                Amount::Hours(*hours),
            ),
            (
                "the number of provisioned requests",
                Amount::Count(*requests),
            ),
            (
                "the duration of provisioned requests",
                Amount::RunSeconds(*duration_s),
            ),
        ]);
    }
    if let Some((cached_hours, restores)) = snapstart {
        all.extend([
            (
                "the time that snapshots are kept",
                Amount::Hours(*cached_hours),
            ),
            ("the number of restores", Amount::Count(*restores)),
        ]);
    }
    all
}

fn of_managed(usage: &ManagedInstancesUsage) -> Amounts {
    let ManagedInstancesUsage {
        requests,
        instance: _,
        instances,
        hours,
        price_per_hour: _,
    } = usage;
    some([
        ("the number of requests", Amount::Count(*requests)),
        ("the number of instances", Amount::Count(*instances)),
        ("the time", Amount::Hours(*hours)),
    ])
}

fn of_fargate(usage: &FargateUsage) -> Amounts {
    let FargateUsage {
        tasks,
        vcpus,
        memory,
        seconds,
        ephemeral,
        architecture: _,
        windows: _,
        spot: _,
    } = usage;
    some([
        ("the number of tasks", Amount::Count(*tasks)),
        ("the number of vCPUs", Amount::Vcpus(*vcpus)),
        ("the memory", Amount::One(*memory)),
        ("the time", Amount::Seconds(*seconds)),
        ("the ephemeral storage", Amount::One(*ephemeral)),
    ])
}

fn of_ec2(usage: &Ec2Usage) -> Amounts {
    let Ec2Usage {
        instance: _,
        count,
        seconds,
        purchase: _,
        surplus_credits,
        fee: _,
    } = usage;
    some([
        ("the number of instances", Amount::Count(*count)),
        ("the time", Amount::Seconds(*seconds)),
        (
            "the sum of surplus credits",
            Amount::InAll(*surplus_credits),
        ),
    ])
}
