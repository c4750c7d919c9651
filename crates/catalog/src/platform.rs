//! Places to run: their limits, sizes and behaviour.

use jiff::civil::Date;
use landfall_units::{Bytes, Dimension, Range};

use crate::parameter::Parameter;

/// How units of work meet capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Execution {
    /// One unit of work per environment, started on demand.
    PerRequest,
    /// Long-lived copies that share out the work.
    Service,
    /// Each unit of work is a job of its own in a queue.
    Job,
}

/// What the work runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capacity {
    /// Lambda's own environments.
    Lambda,
    /// Fargate tasks.
    Fargate,
    /// EC2 instances.
    Instances,
}

/// What exceeding a limit means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LimitKind {
    /// It cannot be done there.
    Hard,
    /// AWS raises it on request.
    Quota,
    /// The work can be changed to fit.
    Design,
}

impl LimitKind {
    /// The words of data files and outputs.
    pub const WORDS: &'static [&'static str] = &["hard", "quota", "design"];

    /// The word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Quota => "quota",
            Self::Design => "design",
        }
    }

    /// The kind of that word.
    pub fn named(word: &str) -> Option<Self> {
        [Self::Hard, Self::Quota, Self::Design]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// A value from a day on.
#[derive(Debug, Clone, PartialEq)]
pub struct Dated {
    /// The value, in the base unit of its dimension.
    pub value: f64,
    /// The first day on which it held.
    pub since: Date,
    /// The id of its source.
    pub source: String,
}

/// A limit of a platform, with its history.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// Its name.
    pub name: String,
    /// What exceeding it means.
    pub kind: LimitKind,
    /// What it limits.
    pub dimension: Dimension,
    /// What it is, in a few words.
    pub meaning: String,
    /// For quotas and design limits: what to do about it.
    pub way_out: Option<String>,
    /// The first day of what it limits, where that came after the platform: container
    /// images, a kind of front door. Before it there is nothing to limit.
    pub not_before: Option<Date>,
    /// Its values, in no order.
    pub values: Vec<Dated>,
}

impl Limit {
    /// The entry in force on a day.
    pub fn on(&self, day: Date) -> Option<&Dated> {
        self.values
            .iter()
            .filter(|dated| dated.since <= day)
            .max_by_key(|dated| dated.since)
    }

    /// The largest value that it has ever had.
    pub fn largest(&self) -> Option<f64> {
        let values = self.values.iter().map(|dated| dated.value);
        values.max_by(f64::total_cmp)
    }

    /// The value in force on a day; none before the platform, or what is limited, was
    /// there. From then on every day has one: the reader refuses a history with a gap, so
    /// that nobody takes an unknown limit for none.
    pub fn value_on(&self, day: Date) -> Option<f64> {
        self.on(day).map(|dated| dated.value)
    }
}

/// One size of a task: vCPUs with one of several memories.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskSize {
    /// vCPUs.
    pub vcpus: f64,
    /// The memories that go with them, rising.
    pub memory: Vec<Bytes>,
    /// Whether Windows runs on it.
    pub windows: bool,
    /// The first day on which it could be had.
    pub since: Date,
}

/// The name of a price: service and meter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PriceKey {
    /// Service.
    pub service: String,
    /// Meter.
    pub meter: String,
}

/// The place of a platform in the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlatformId(pub u8);

/// A set of platforms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PlatformSet(u32);

impl PlatformSet {
    /// True when the platform is among them.
    pub const fn contains(self, id: PlatformId) -> bool {
        self.0 & (1 << id.0) != 0
    }

    /// The set with one more.
    #[must_use]
    pub const fn with(self, id: PlatformId) -> Self {
        Self(self.0 | (1 << id.0))
    }

    /// True when both have a platform in common.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// True when all of the other's are here too.
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The platforms.
    pub fn iter(self) -> impl Iterator<Item = PlatformId> {
        (0..32).map(PlatformId).filter(move |id| self.contains(*id))
    }

    /// How many.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// True when there are none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<PlatformId> for PlatformSet {
    fn from_iter<I: IntoIterator<Item = PlatformId>>(ids: I) -> Self {
        ids.into_iter().fold(Self::default(), Self::with)
    }
}

/// A place to run.
#[derive(Debug, Clone, PartialEq)]
pub struct Platform {
    /// Its id: `lambda`, `fargate`, `eks-ec2`.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// The family it is counted with.
    pub family: String,
    /// How units of work meet capacity.
    pub execution: Execution,
    /// What the work runs on.
    pub capacity: Capacity,
    /// Who places the work: `none`, `ecs`, `eks`, `batch`.
    pub orchestrator: String,
    /// The first day on which it could be had.
    pub since: Date,
    /// The last day on which newcomers could begin with it.
    pub until: Option<Date>,
    /// The id of the source of these days.
    pub source: String,
    /// What it is, in a few words.
    pub what: String,
    /// Architectures it offers.
    pub architectures: Vec<String>,
    /// Whether it has GPUs.
    pub gpus: bool,
    /// A fee on the on-demand price of its instances.
    pub fee: Option<PriceKey>,
    /// A fee for each request.
    pub request_fee: Option<PriceKey>,
    /// A control plane billed by the hour.
    pub control_plane: Option<PriceKey>,
    /// Families of instances it may use; all when empty.
    pub instance_families: Vec<String>,
    /// Sizes of its tasks, when they come in sizes.
    pub sizes: Vec<TaskSize>,
    /// Its limits.
    pub limits: Vec<Limit>,
    /// How it behaves.
    pub parameters: Vec<Parameter>,
}

impl Platform {
    /// A limit by name.
    pub fn limit(&self, name: &str) -> Option<&Limit> {
        self.limits.iter().find(|limit| limit.name == name)
    }

    /// A behaviour by name, in base units.
    pub fn parameter(&self, name: &str) -> Option<Range<f64>> {
        self.parameters
            .iter()
            .find(|entry| entry.name == name)
            .map(|entry| entry.value)
    }

    /// A behaviour by name as it was on a day, in base units.
    pub fn parameter_on(&self, name: &str, day: Date) -> Option<Range<f64>> {
        let entry = self.parameters.iter().find(|entry| entry.name == name);
        entry.map(|entry| entry.on(day))
    }

    /// The likely value of a behaviour, in base units; zero when it has none. The reader
    /// refuses a platform without what sizing and simulating ask of its kind, so that zero
    /// says that the platform has no such thing, never that nobody knows.
    pub fn likely(&self, name: &str) -> f64 {
        self.parameter(name).map_or(0.0, |range| range.likely())
    }

    /// Whether one could begin with it on a day.
    pub fn is_open_on(&self, day: Date) -> bool {
        self.since <= day && self.until.is_none_or(|until| day <= until)
    }
}
