//! What the file says and the template does not do: one list, for every fact.

use landfall_decide::{Configuration, FrontDoor, Network};
use landfall_workload::{FactId, Origin};

use super::families::{CapacityKind, Compute};
use super::{Planned, Planning, schedule};

/// Something that the file says and the blueprint does not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The fact.
    pub fact: FactId,
    /// Its value, as the file has it.
    pub says: String,
    /// What the blueprint does instead, or what is left to do.
    pub does: String,
}

/// What becomes of a fact in a blueprint, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Honoured {
    /// It decides where and in what size the work runs, and the blueprint is of that.
    ByDecision,
    /// It stands in the blueprint.
    Always,
    /// There are cases in which the blueprint does something else, and says so.
    UnlessSaid,
}

/// What becomes of a fact in blueprints.
pub const fn honoured(fact: FactId) -> Honoured {
    match honour(fact) {
        Honour::Decides => Honoured::ByDecision,
        Honour::Written => Honoured::Always,
        Honour::Unless(_) => Honoured::UnlessSaid,
    }
}

/// What becomes of a fact in a blueprint.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Honour {
    /// It decides where and in what size the work runs, and the blueprint is of that.
    Decides,
    /// It stands in the blueprint.
    Written,
    /// It stands there, or is decided by, unless this says what is done instead.
    Unless(fn(&Case<'_, '_, '_>) -> Option<String>),
}

/// One workload, of which is asked whether a fact is honoured.
pub(crate) struct Case<'a, 'p, 'd> {
    planning: &'a Planning<'p, 'd>,
    planned: &'a Planned<'d>,
    config: &'a Configuration,
}

/// What becomes of each fact.
#[expect(clippy::too_many_lines, reason = "a row for each fact")]
pub(crate) const fn honour(fact: FactId) -> Honour {
    use FactId as F;
    use Honour::{Decides, Unless, Written};
    match fact {
        // Another system or interface than the platform's is refused.
        F::Region
        | F::ExistingNetwork
        | F::Copies
        | F::Purpose
        | F::Architectures
        | F::Gpu
        | F::LatencyP99
        | F::Os
        | F::KubernetesApi => Written,
        // What the team is, what the work is like, and how much of it there is.
        F::Engineers
        | F::Kubernetes
        | F::HourlyCost
        | F::PortabilityWorth
        | F::Commitment
        | F::Upfront
        | F::Volume
        | F::Shape
        | F::PeakToMean
        | F::Concurrent
        | F::Batch
        | F::PerBatch
        | F::Trace
        | F::DurationP50
        | F::DurationP99
        | F::MeasuredMemory
        | F::MeasuredArchitecture
        | F::TodayPlatform
        | F::TodayMemory
        | F::TodayVcpus
        | F::TodayTasks
        | F::TodayArchitecture
        | F::CpuShare
        | F::Threads
        | F::Memory
        | F::MemoryAdded
        | F::Request
        | F::Response
        | F::SharedFilesSize
        | F::PackageSize
        | F::SpotMarket
        | F::Interruptible
        // Computed from other facts; never in a file.
        | F::Synchronous
        | F::Periodic
        | F::RatePeak
        | F::DurationMean
        | F::BusyMean
        | F::BusyPeak
        | F::DutyCycle
        | F::MonthlyGbSeconds => Decides,
        F::MonthlyBudget => Unless(|_| said("no alarm tells when the bill is higher")),
        F::Placement => Unless(|case| {
            let topology = case.planning.topology;
            let asked = case.planning.workload.facts.choice(FactId::Placement)?;
            let is_other = asked != "cheapest" && asked != topology.placement.word();
            is_other.then(|| format!("it stands in {}", topology.words()))
        }),
        F::Redesign => Unless(steps),
        F::FrontDoor => Unless(door),
        F::Trigger => Unless(trigger),
        F::Schedule => Unless(times),
        F::TimeZone => Unless(|case| {
            let is_read = case.planned.trigger == "schedule" || !case.is_given(F::Schedule);
            (!is_read).then(|| "nothing is started by a schedule".to_owned())
        }),
        F::DurationMax => Unless(longest),
        F::BatchSize => Unless(batch),
        F::BatchWindow => Unless(window),
        F::Init => Unless(start),
        F::PackageKind => Unless(package),
        F::Runtime => Unless(runtime),
        F::Sidecar => Unless(|_| said("one container is written; add the helper beside it")),
        F::Daemon => Unless(|_| said("no agent is put on the hosts")),
        F::Privileged => {
            Unless(|_| said("containers have no privileges and drop every capability"))
        }
        F::KernelTuning => Unless(|_| said("no kernel settings are written")),
        F::CustomHost => Unless(|case| match case.capacity() {
            Some(CapacityKind::Group) => said("the hosts run the machine image of the parameter; put your own there"),
            _ => said("AWS runs the hosts; nothing of yours is put on them"),
        }),
        F::PersistentConnections => Unless(|case| {
            let is_behind = case.has("container-http") || case.has("container-http-files");
            is_behind
                .then(|| "the load balancer ends connections that are silent for long; send something in between".to_owned())
        }),
        F::LocalState => {
            Unless(|_| said("what one copy keeps is lost with it, and no other copy sees it"))
        }
        F::NonHttpListener => Unless(|case| {
            let is_written = matches!(case.planned.trigger, "tcp" | "udp");
            (!is_written).then(|| {
                format!(
                    "no listener is written for a trigger of {}",
                    case.planned.trigger
                )
            })
        }),
        F::SharedFiles => Unless(files),
        F::EphemeralDisk => Unless(disk),
        F::OnPremises => Unless(|_| said("only what runs on AWS is written")),
        F::PrivateResources => Unless(|case| {
            (!case.planned.is_kubernetes()).then(|| {
                "the security group lets HTTPS out alone: add the port of what is reached"
                    .to_owned()
            })
        }),
        F::OutboundInternet => Unless(internet),
        F::Success => Unless(|_| said("alarms ring at a number of errors, not at this share")),
        F::MinTasks => Unless(kept),
        F::FinishWithin => Unless(|_| said("no alarm tells when a job takes longer")),
    }
}

impl Planning<'_, '_> {
    /// What the file says of this workload and the blueprint does not do.
    pub(super) fn differences(
        &self,
        planned: &Planned<'_>,
        config: &Configuration,
    ) -> Vec<Difference> {
        let case = Case {
            planning: self,
            planned,
            config,
        };
        let facts = FactId::ALL.iter().copied();
        let found = facts
            .filter(|fact| case.is_given(*fact))
            .filter_map(|fact| {
                let Honour::Unless(instead) = honour(fact) else {
                    return None;
                };
                Some(Difference {
                    fact,
                    says: self.workload.facts.show(fact)?,
                    does: instead(&case)?,
                })
            });
        found.collect()
    }
}

impl Case<'_, '_, '_> {
    /// Whether the file says it; a flag that is false asks for nothing.
    fn is_given(&self, fact: FactId) -> bool {
        let facts = &self.planning.workload.facts;
        let entry = facts.entry(fact);
        let is_given = entry.is_some_and(|entry| matches!(entry.origin, Origin::Given(_)));
        is_given && facts.flag(fact) != Some(false)
    }

    fn has(&self, block: &str) -> bool {
        self.planned.blocks.contains(&block)
    }

    const fn compute(&self) -> &Compute {
        &self.planned.context.compute
    }

    /// Where tasks of ECS run.
    fn capacity(&self) -> Option<CapacityKind> {
        match self.compute() {
            Compute::Tasks(one) => Some(one.capacity.kind),
            _ => None,
        }
    }

    /// The disk of hosts, where it runs on hosts of the account that the template describes.
    fn hosts_disk_gb(&self) -> Option<f64> {
        let (is_fargate, disk_gb) = match self.compute() {
            Compute::Tasks(one) => (
                one.capacity.kind == CapacityKind::Fargate,
                one.capacity.disk_gb,
            ),
            Compute::Jobs(one) => (one.job.is_fargate, one.job.disk_gb),
            Compute::Functions(_) | Compute::Pods(_) => return None,
        };
        (!is_fargate).then_some(f64::from(disk_gb))
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "one kind of answer for every fact"
)]
fn said(what: &str) -> Option<String> {
    Some(what.to_owned())
}

fn steps(case: &Case<'_, '_, '_>) -> Option<String> {
    let steps = case.config.steps.filter(|steps| *steps > 1.0)?;
    Some(format!(
        "the code to start with does a unit of work in one step, not in {steps:.0}; split it"
    ))
}

fn door(case: &Case<'_, '_, '_>) -> Option<String> {
    let asked = case.planning.workload.facts.choice(FactId::FrontDoor)?;
    let Some(made) = case.planning.topology.front_door else {
        return said("nothing stands before it");
    };
    if made == FrontDoor::Alb && case.planned.is_function() {
        return said("the load balancer lets every caller through: the code must know them itself");
    }
    (asked != made.word()).then(|| format!("{} is written", named(made)))
}

/// A front door with its article.
const fn named(door: FrontDoor) -> &'static str {
    match door {
        FrontDoor::FunctionUrl => "the function's own address",
        FrontDoor::HttpApi => "an HTTP API",
        FrontDoor::RestApi => "a REST API",
        FrontDoor::WebSocketApi => "a WebSocket API",
        FrontDoor::Alb => "a load balancer",
        FrontDoor::Nlb => "a network load balancer",
    }
}

fn trigger(case: &Case<'_, '_, '_>) -> Option<String> {
    let planned = case.planned;
    let is_batch = case.has("batch");
    match planned.trigger {
        "object-created" if case.planning.option.platform == "eks-fargate" => {
            said("the pods take work from a queue, and have no role to read and write objects")
        }
        "websocket" if !planned.is_function() => {
            said("the code to start with answers HTTP requests and opens no WebSocket")
        }
        "tcp" => said("the code to start with speaks HTTP over TCP"),
        "udp" => said("the code to start with listens to TCP, not to datagrams"),
        "batch" | "schedule" => None,
        _ if is_batch => {
            said("jobs start when they are submitted; what submits them is not written")
        }
        _ => None,
    }
}

fn times(case: &Case<'_, '_, '_>) -> Option<String> {
    if case.planned.trigger != "schedule" {
        return said("nothing is started by a schedule");
    }
    if !case.planned.is_kubernetes() {
        return None;
    }
    let asked = case.planned.context.schedule.expression.as_str();
    let (cron, is_same) = schedule::cron(asked);
    let instead = if asked.starts_with("rate(") {
        format!("Kubernetes has no such rate: it starts at `{cron}`")
    } else {
        "Kubernetes has no such schedule: change it in cronjob.yaml".to_owned()
    };
    (!is_same).then_some(instead)
}

fn longest(case: &Case<'_, '_, '_>) -> Option<String> {
    let longest_s = case.planning.likely(FactId::DurationMax)?;
    let Compute::Functions(one) = case.compute() else {
        return None;
    };
    let timeout_s = one.function.timeout_s;
    (timeout_s < longest_s).then(|| format!("a run is ended after {timeout_s:.0}s"))
}

/// Whether an event source mapping hands over batches.
fn is_mapped(case: &Case<'_, '_, '_>) -> bool {
    let triggers = ["queue", "mobile-event", "data-stream", "table-stream"];
    case.planned.is_function() && triggers.contains(&case.planned.trigger)
}

fn batch(case: &Case<'_, '_, '_>) -> Option<String> {
    let made = match case.compute() {
        Compute::Functions(one) if is_mapped(case) => one.mapping.batch_size,
        _ => return said("tasks receive as many messages at once as their code asks for"),
    };
    let asked = case.planning.likely(FactId::BatchSize)?;
    (made < asked).then(|| {
        format!("a batch has {made:.0} at most: more can take longer than a function may run")
    })
}

fn window(case: &Case<'_, '_, '_>) -> Option<String> {
    (!is_mapped(case)).then(|| "tasks wait for messages as their code asks for".to_owned())
}

fn start(case: &Case<'_, '_, '_>) -> Option<String> {
    let start_s = case.planning.likely(FactId::Init)?;
    let most_s = case.planning.settings.containers.most_start_period_s;
    let checked = ["container-http", "container-http-files", "container-tcp"];
    let is_checked = checked.iter().any(|block| case.has(block));
    (is_checked && start_s > most_s).then(|| {
        format!("a container's own check of its health is waited for {most_s:.0}s at most")
    })
}

fn package(case: &Case<'_, '_, '_>) -> Option<String> {
    let kind = case.planning.workload.facts.choice(FactId::PackageKind)?;
    (kind == "zip" && case.planned.is_image).then(|| "a container image is built".to_owned())
}

fn runtime(case: &Case<'_, '_, '_>) -> Option<String> {
    let named = case.planning.named_runtime()?;
    let used = &case.planned.runtime;
    let language = case.planned.language;
    // A family without a version is whatever is newest of it.
    if named == used || named == language.family() {
        return None;
    }
    let row = case.planning.catalog.runtime(named);
    let why = match row {
        Some(row) if row.language != language.family() => {
            format!("--language {} was asked for", language.word())
        }
        Some(row) => row.deprecated.map_or_else(
            || "another is newer".to_owned(),
            |day| format!("Lambda has deprecated `{named}` since {day}"),
        ),
        None if !named.starts_with(language.family()) => {
            format!("--language {} was asked for", language.word())
        }
        None => format!("Lambda is not known to have `{named}`"),
    };
    Some(format!("{used} runs it: {why}"))
}

fn files(case: &Case<'_, '_, '_>) -> Option<String> {
    let is_kubernetes = case.planned.is_kubernetes();
    is_kubernetes.then(|| {
        "the file system is made; pods mount it once the EFS driver and a volume are there"
            .to_owned()
    })
}

fn disk(case: &Case<'_, '_, '_>) -> Option<String> {
    let planned = case.planned;
    if planned.is_kubernetes() {
        return said("pods ask for no scratch disk of their own");
    }
    let asked_gb = case.planning.likely(FactId::EphemeralDisk)? / 1e9;
    let disk_gb = case.hosts_disk_gb()?;
    (asked_gb > disk_gb).then(|| format!("hosts have a disk of {disk_gb:.0} GB"))
}

fn internet(case: &Case<'_, '_, '_>) -> Option<String> {
    let planned = case.planned;
    if matches!(case.compute(), Compute::Functions(one) if !one.function.in_network) {
        return None;
    }
    let is_made = case.planning.topology.network == Network::Made;
    match (is_made, planned.is_kubernetes()) {
        (true, true) => return None,
        (false, true) => return said("the network that is given must have a way out"),
        (true, false) => return said("the security group lets HTTPS out alone"),
        (false, false) => {}
    }
    said(
        "the security group lets HTTPS out alone, and the network that is given must have a way out",
    )
}

fn kept(case: &Case<'_, '_, '_>) -> Option<String> {
    let asked = case.planning.likely(FactId::MinTasks)?;
    let is_service = ["container-", "eks-workload"].iter().any(|start| {
        case.planned
            .blocks
            .iter()
            .any(|block| block.starts_with(start))
    });
    if !is_service || matches!(case.planned.trigger, "schedule" | "batch") {
        return said("nothing is kept running");
    }
    let least = match case.compute() {
        Compute::Tasks(one) => one.service.least,
        Compute::Pods(one) => one.pods.replicas,
        Compute::Functions(_) | Compute::Jobs(_) => 0.0,
    };
    (least < asked).then(|| format!("{least:.0} are kept running at the least"))
}
