//! What stands around a workload, as rows: where platforms stand, what profiles bring, and
//! which alarms are set.

use landfall_source::{Result, Source, Table, document};
use landfall_units::Dimension;

use crate::read::read_quantity;

/// How platforms stand in a network.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkRow {
    /// The ids of the platforms.
    pub platforms: Vec<String>,
    /// Whether tasks or their hosts can have a public address there; else the way to the
    /// internet is a NAT gateway.
    pub is_public: bool,
    /// APIs of AWS that are called through the network, by the name of their endpoint.
    pub calls: Vec<String>,
    /// The id of its source.
    pub source: String,
}

/// How closely containers are watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Insights {
    /// By the metrics that cost nothing.
    None,
    /// Container Insights with enhanced observability, down to tasks and containers.
    Enhanced,
}

/// What a profile asks of the account.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileRow {
    /// Its id: `starter`.
    pub id: String,
    /// A NAT gateway in each zone; else one for all.
    pub nat_in_each_zone: bool,
    /// Whether everything stands in private subnets.
    pub private: bool,
    /// Whether functions without private resources stand in the network, too.
    pub functions_in_network: bool,
    /// How closely containers are watched.
    pub insights: Insights,
    /// Whether functions are traced.
    pub tracing: bool,
    /// Days for which logs are kept.
    pub log_days: u32,
    /// Days for which access logs in a bucket are kept.
    pub bucket_days: u32,
    /// The id of its source.
    pub source: String,
}

/// An alarm, and when it is set.
#[derive(Debug, Clone, PartialEq)]
pub struct AlarmRow {
    /// Its id: `function-errors`.
    pub id: String,
    /// Whether there is one for the whole stack; else one for each workload.
    pub is_of_stack: bool,
    /// What must hold.
    pub all: Vec<String>,
    /// What must not.
    pub none: Vec<String>,
}

/// What a quota counts, at the peak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Requests a second to a front door.
    Requests,
    /// Targets of a load balancer.
    Targets,
    /// Tasks of a service.
    Tasks,
    /// Instances of a cluster.
    Instances,
    /// Addresses of a private subnet, of which there is one in each zone.
    Addresses,
    /// Services behind one front door.
    Services,
    /// Readers of a shard of a table's stream.
    Readers,
}

impl Counted {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Requests, "requests"),
        (Self::Targets, "targets"),
        (Self::Tasks, "tasks"),
        (Self::Instances, "instances"),
        (Self::Addresses, "addresses"),
        (Self::Services, "services"),
        (Self::Readers, "readers"),
    ];

    /// The word of data.
    pub fn word(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|(one, _)| *one == self)
            .map_or("", |(_, word)| word)
    }
}

/// What is taken at most around a workload.
#[derive(Debug, Clone, PartialEq)]
pub struct QuotaRow {
    /// What is counted.
    pub of: Counted,
    /// The front doors, or the platforms, that it counts for, by their ids.
    pub at: Vec<String>,
    /// The most.
    pub most: u64,
    /// The regions with this value; empty for all others.
    pub regions: Vec<String>,
    /// What it is the most of.
    pub what: String,
    /// What to do where more is needed.
    pub remedy: String,
    /// The id of its source.
    pub source: String,
}

/// Every row.
#[derive(Debug, Clone, PartialEq)]
pub struct Surroundings {
    /// Where platforms stand.
    pub networks: Vec<NetworkRow>,
    /// What profiles bring.
    pub profiles: Vec<ProfileRow>,
    /// Quotas.
    pub quotas: Vec<QuotaRow>,
    /// Alarms.
    pub alarms: Vec<AlarmRow>,
    /// The longest time over which an alarm looks back, in seconds.
    pub alarm_look_back_s: f64,
}

impl Surroundings {
    /// Reads `surroundings.toml`.
    pub(crate) fn parse(source: &Source) -> Result<Self> {
        document(source, |top| {
            Ok(Self {
                networks: rows(top, "network", network)?,
                profiles: rows(top, "profile", profile)?,
                quotas: rows(top, "quota", quota)?,
                alarms: rows(top, "alarm", alarm)?,
                alarm_look_back_s: read_quantity(
                    &top.require("alarm_look_back")?,
                    Dimension::Duration,
                )?,
            })
        })
    }

    /// How a platform stands in a network.
    pub fn network(&self, platform: &str) -> Option<&NetworkRow> {
        let stands = |row: &&NetworkRow| row.platforms.iter().any(|id| id == platform);
        self.networks.iter().find(stands)
    }

    /// Quotas in a region that count for one of these front doors or platforms; where a row is of
    /// some regions, it stands for the one of all others there.
    pub fn quotas<'q>(
        &'q self,
        region: &'q str,
        at: &'q [&'q str],
    ) -> impl Iterator<Item = &'q QuotaRow> {
        let counts = move |row: &&QuotaRow| row.at.iter().any(|id| at.contains(&id.as_str()));
        let is_here = move |row: &QuotaRow| row.regions.iter().any(|one| one == region);
        self.quotas.iter().filter(counts).filter(move |row| {
            let own = |other: &QuotaRow| other.of == row.of && other.at == row.at && is_here(other);
            is_here(row) || (row.regions.is_empty() && !self.quotas.iter().any(own))
        })
    }

    /// A profile by its id.
    pub fn profile(&self, id: &str) -> Option<&ProfileRow> {
        self.profiles.iter().find(|row| row.id == id)
    }
}

fn rows<T>(top: &Table<'_>, name: &str, read: impl Fn(&Table<'_>) -> Result<T>) -> Result<Vec<T>> {
    let tables = top.tables(name)?;
    let read = |table: &Table<'_>| {
        let row = read(table)?;
        table.finish()?;
        Ok(row)
    };
    tables.iter().map(read).collect()
}

fn owned(texts: Vec<&str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

fn network(table: &Table<'_>) -> Result<NetworkRow> {
    Ok(NetworkRow {
        platforms: owned(table.texts("platforms")?),
        is_public: table.require("public")?.flag()?,
        calls: owned(table.texts("calls")?),
        source: table.require_text("source")?.to_owned(),
    })
}

fn profile(table: &Table<'_>) -> Result<ProfileRow> {
    let days = |key: &str| -> Result<u32> {
        let node = table.require(key)?;
        let days = u32::try_from(node.integer()?);
        days.map_err(|_| {
            Box::new(
                node.problem("these are no days")
                    .help("write a whole number"),
            )
        })
    };
    let insights = table.require("insights")?;
    Ok(ProfileRow {
        id: table.require_text("id")?.to_owned(),
        nat_in_each_zone: table.require("nat")?.one_of(&["one", "each-zone"])? == "each-zone",
        private: table.require("private")?.flag()?,
        functions_in_network: table.require("functions_in_network")?.flag()?,
        insights: match insights.one_of(&["none", "enhanced"])? {
            "enhanced" => Insights::Enhanced,
            _ => Insights::None,
        },
        tracing: table.require("tracing")?.flag()?,
        log_days: days("log_days")?,
        bucket_days: days("bucket_days")?,
        source: table.require_text("source")?.to_owned(),
    })
}

fn quota(table: &Table<'_>) -> Result<QuotaRow> {
    let words = Counted::ALL.map(|(_, word)| word);
    let of = table.require("of")?.one_of(&words)?;
    let most = table.require("most")?;
    Ok(QuotaRow {
        of: Counted::ALL
            .iter()
            .find(|(_, word)| *word == of)
            .map_or(Counted::Requests, |(one, _)| *one),
        at: owned(table.texts("at")?),
        most: u64::try_from(most.integer()?)
            .map_err(|_| Box::new(most.problem("a quota is not below zero")))?,
        regions: owned(table.texts("regions")?),
        what: table.require_text("what")?.to_owned(),
        remedy: table.require_text("remedy")?.to_owned(),
        source: table.require_text("source")?.to_owned(),
    })
}

fn alarm(table: &Table<'_>) -> Result<AlarmRow> {
    Ok(AlarmRow {
        id: table.require_text("id")?.to_owned(),
        is_of_stack: table.require("of")?.one_of(&["workload", "stack"])? == "stack",
        all: owned(table.texts("all")?),
        none: owned(table.texts("none")?),
    })
}

impl Insights {
    /// The word of ECS for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "disabled",
            Self::Enhanced => "enhanced",
        }
    }
}
