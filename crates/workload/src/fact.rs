//! The table of facts: every name, kind, and meaning there is.

use landfall_units::Dimension;

/// What sort of value a fact has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// True or false.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Some of these words.
    Choices(&'static [&'static str]),
    /// A quantity, or a range of it.
    Quantity(Dimension),
    /// Free text.
    Text,
}

impl Kind {
    /// The kind in a few words, for error messages and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flag => "true or false",
            Self::Choice(_) => "one word",
            Self::Choices(_) => "list of words",
            Self::Quantity(dimension) => dimension.name(),
            Self::Text => "text",
        }
    }
}

/// Where a fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Given under `[team]` or at the top, for all workloads of the file.
    System,
    /// Given in a `[[workload]]`.
    Workload,
    /// Computed from other facts; never written in a file.
    Derived,
}

const PURPOSES: &[&str] = &[
    "file-processing",
    "data-analytics",
    "website",
    "mobile-backend",
    "scheduled-job",
    "batch-processing",
    "ml-inference",
    "microservice",
    "ml-training",
];
const TRIGGERS: &[&str] = &[
    "http",
    "websocket",
    "tcp",
    "udp",
    "object-created",
    "table-stream",
    "data-stream",
    "queue",
    "event-bus",
    "mobile-event",
    "schedule",
    "batch",
];
const SHAPES: &[&str] = &[
    "steady",
    "diurnal",
    "business-hours",
    "spiky",
    "unpredictable",
];
const FRONT_DOORS: &[&str] = &["http-api", "rest-api", "function-url", "alb"];
const ARCHITECTURES: &[&str] = &["x86_64", "arm64"];
const KUBERNETES: &[&str] = &["none", "some", "expert"];

macro_rules! facts {
    ($( $id:ident $name:literal $scope:ident $kind:expr, $meaning:literal; )*) => {
        /// One typed, named thing known of a workload.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FactId {
            $( #[doc = $meaning] $id, )*
        }

        impl FactId {
            /// Every fact, in the order of the workload file.
            pub const ALL: &'static [Self] = &[ $( Self::$id, )* ];

            /// The name, dotted, as in the workload file.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$id => $name, )* }
            }

            /// What sort of value it has.
            pub const fn kind(self) -> Kind {
                match self { $( Self::$id => $kind, )* }
            }

            /// Where it comes from.
            pub const fn scope(self) -> Scope {
                match self { $( Self::$id => Scope::$scope, )* }
            }

            /// What it means, in one line.
            pub const fn meaning(self) -> &'static str {
                match self { $( Self::$id => $meaning, )* }
            }
        }
    };
}

use Dimension::{Bytes, Count, Duration, HourlyCost, Money, Rate, Ratio, Share};
use Kind::{Choice, Choices, Flag, Quantity, Text};

facts! {
    Region "region" System Text, "AWS region";
    Engineers "team.engineers" System Quantity(Count), "engineers on the team";
    Kubernetes "team.kubernetes" System Choice(KUBERNETES), "the team's experience with Kubernetes";
    HourlyCost "team.hourly_cost" System Quantity(HourlyCost), "what an hour of the team's work costs";
    PortabilityWorth "team.portability_worth" System Quantity(Share), "what running elsewhere unchanged is worth, as a share of the total";
    MonthlyBudget "team.monthly_budget" System Quantity(Money), "what AWS may cost a month";
    Commitment "team.commitment" System Choice(&["none", "1y", "3y"]), "for how long Savings Plans are bought for what always runs; default: `none`";
    Upfront "team.upfront" System Choice(&["none", "partial", "all"]), "how much of a Savings Plan is paid on its first day; default: `none`";
    Placement "network.placement" System Choice(&["public", "private", "cheapest"]), "where containers stand in the network; default: private where private resources are reached, else where it costs least";
    ExistingNetwork "network.existing" System Flag, "whether the account has a network already, and pays for its NAT gateways";

    Purpose "purpose" Workload Choice(PURPOSES), "the kind of work";
    Copies "copies" Workload Quantity(Count), "how many services like this one there are";
    Redesign "redesign" Workload Flag, "whether the work may be split or changed to fit a design limit";
    FrontDoor "front_door" Workload Choice(FRONT_DOORS), "what stands before an http or websocket workload";
    Trigger "trigger" Workload Choice(TRIGGERS), "what starts the work";

    Volume "traffic.volume" Workload Quantity(Rate), "how often the work starts, on average";
    Shape "traffic.shape" Workload Choice(SHAPES), "how the traffic goes over time";
    PeakToMean "traffic.peak_to_mean" Workload Quantity(Ratio), "the busiest minutes over the mean";
    Concurrent "traffic.concurrent" Workload Quantity(Count), "connections or sessions held open at once";
    Batch "traffic.batch" Workload Quantity(Count), "how many units of work start at once: an upload of many files, a drained queue";
    Schedule "traffic.schedule" Workload Text, "when the work starts, instead of volume and shape: rate(5 minutes), a cron expression";
    TimeZone "traffic.time_zone" Workload Text, "the zone of business hours, days and schedules, as Europe/Berlin";
    Trace "traffic.trace" Workload Text, "a file of recorded traffic, instead of volume and shape";

    DurationP50 "work.duration.p50" Workload Quantity(Duration), "how long half of the units of work take at most";
    DurationP99 "work.duration.p99" Workload Quantity(Duration), "how long 99 of 100 units of work take at most";
    DurationMax "work.duration.max" Workload Quantity(Duration), "how long the longest unit of work takes";
    BatchSize "work.batch" Workload Quantity(Count), "most messages of a queue or records of a stream that are taken at once; default: 10 and 100";
    BatchWindow "work.batch_window" Workload Quantity(Duration), "how long a batch that is not full waits for more; default: not at all";
    PerBatch "work.per_batch" Workload Quantity(Duration), "what a batch takes beside its messages or records, whose durations are for one each";
    MeasuredMemory "work.measured_on.memory" Workload Quantity(Bytes), "the memory at which the durations were measured";
    MeasuredArchitecture "work.measured_on.architecture" Workload Choice(ARCHITECTURES), "the architecture on which the durations were measured";
    CpuShare "work.cpu_share" Workload Quantity(Share), "the part of the duration that computes; the rest waits";
    Threads "work.threads" Workload Quantity(Count), "how many vCPUs one unit of work can use";
    Memory "work.memory" Workload Quantity(Bytes), "the peak working set of one unit of work";
    MemoryAdded "work.memory_added" Workload Quantity(Bytes), "what each further unit at the same time adds in one process";
    Init "work.init" Workload Quantity(Duration), "start-up before the first unit of work";
    Request "work.request" Workload Quantity(Bytes), "payload in";
    Response "work.response" Workload Quantity(Bytes), "payload out";

    PackageKind "package.kind" Workload Choice(&["zip", "image"]), "how the code is packaged";
    PackageSize "package.size" Workload Quantity(Bytes), "size of the package: unzipped, or of the image";
    Runtime "package.runtime" Workload Text, "language runtime, as Lambda names them";
    Os "package.os" Workload Choice(&["linux", "windows"]), "operating system";
    Architectures "package.architectures" Workload Choices(ARCHITECTURES), "architectures that the package runs on";

    Gpu "needs.gpu" Workload Flag, "a GPU";
    Sidecar "needs.sidecar" Workload Flag, "a helper container beside each copy";
    Daemon "needs.daemon" Workload Flag, "an agent on each host";
    Privileged "needs.privileged" Workload Flag, "privileged mode or host devices";
    KernelTuning "needs.kernel_tuning" Workload Flag, "kernel settings or modules";
    CustomHost "needs.custom_host" Workload Flag, "control over the machine and its operating system";
    PersistentConnections "needs.persistent_connections" Workload Flag, "connections held open for minutes or longer";
    LocalState "needs.local_state" Workload Flag, "state in memory or on disk between units of work";
    NonHttpListener "needs.non_http_listener" Workload Flag, "a listener for something else than HTTP";
    SharedFiles "needs.shared_files" Workload Flag, "a shared file system";
    SharedFilesSize "needs.shared_files_size" Workload Quantity(Bytes), "what the shared file system holds for it";
    EphemeralDisk "needs.ephemeral_disk" Workload Quantity(Bytes), "scratch disk for one unit of work";
    KubernetesApi "needs.kubernetes_api" Workload Flag, "the Kubernetes API, operators or charts";
    OnPremises "needs.on_premises" Workload Flag, "must also run outside AWS";
    SpotMarket "needs.spot_market" Workload Flag, "must be able to buy Spot or Reserved capacity";
    Interruptible "needs.interruptible" Workload Flag, "may be stopped and tried again";
    PrivateResources "needs.private_resources" Workload Flag, "reaches a database or the like in a VPC";
    OutboundInternet "needs.outbound_internet" Workload Flag, "calls services outside AWS";

    LatencyP99 "targets.latency_p99" Workload Quantity(Duration), "99 of 100 answers within this time";
    Success "targets.success" Workload Quantity(Share), "the share that must succeed";
    MinTasks "targets.min_tasks" Workload Quantity(Count), "copies kept running for availability; containers only";
    FinishWithin "targets.finish_within" Workload Quantity(Duration), "how soon a job must be done after its start";

    TodayPlatform "today.platform" Workload Choice(&["lambda", "fargate"]), "where it runs today; it decides nothing, and is billed beside the recommendation";
    TodayMemory "today.memory" Workload Quantity(Bytes), "memory of the function or of a task there";
    TodayVcpus "today.vcpus" Workload Quantity(Ratio), "vCPUs of a task there";
    TodayTasks "today.tasks" Workload Quantity(Count), "tasks that run there all the time";
    TodayArchitecture "today.architecture" Workload Choice(ARCHITECTURES), "architecture there; default: `x86_64`";

    Synchronous "trigger.synchronous" Derived Flag, "somebody waits for the answer: http, websocket, tcp, udp";
    Periodic "trigger.periodic" Derived Flag, "started as a job: schedule, batch";
    RatePeak "traffic.rate.peak" Derived Quantity(Rate), "the mean rate times peak to mean";
    DurationMean "work.duration.mean" Derived Quantity(Duration), "mean of the log-normal law through p50 and p99, at most max";
    BusyMean "traffic.busy.mean" Derived Quantity(Ratio), "units of work under way on average: volume x mean duration";
    BusyPeak "traffic.busy.peak" Derived Quantity(Ratio), "units of work under way at the peak";
    DutyCycle "traffic.duty_cycle" Derived Quantity(Share), "the share of time in which at least one is under way";
    MonthlyGbSeconds "work.monthly_gb_seconds" Derived Quantity(Ratio), "volume a month x mean duration x memory in GB";
}

impl FactId {
    /// The fact of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fact| fact.name() == name)
    }

    /// The place in [`FactId::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// A set of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct FactSet(u128);

impl FactSet {
    /// No facts.
    pub const EMPTY: Self = Self(0);

    /// The set of one fact.
    pub const fn of(fact: FactId) -> Self {
        Self(1 << fact.index())
    }

    /// All of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True when the fact is among them.
    pub const fn contains(self, fact: FactId) -> bool {
        self.0 & (1 << fact.index()) != 0
    }

    /// True when there are none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The facts, in the order of [`FactId::ALL`].
    pub fn iter(self) -> impl Iterator<Item = FactId> {
        FactId::ALL
            .iter()
            .copied()
            .filter(move |fact| self.contains(*fact))
    }
}

impl FromIterator<FactId> for FactSet {
    fn from_iter<I: IntoIterator<Item = FactId>>(facts: I) -> Self {
        facts
            .into_iter()
            .fold(Self::EMPTY, |set, fact| set.union(Self::of(fact)))
    }
}

/// The table fits the bits of a [`FactSet`].
const _: () = assert!(FactId::ALL.len() <= 128, "a FactSet has 128 bits");
