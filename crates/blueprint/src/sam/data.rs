//! What is known of SAM: `data/sam.toml` and `data/sam-policies.toml`.

use serde::Deserialize;

use crate::data::file;
use crate::graph::Fault;

/// All of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sam {
    /// What `Globals` may say.
    pub globals: Globals,
    /// Events of functions and state machines.
    pub event: Vec<Event>,
    /// Policy templates.
    #[serde(skip)]
    pub policy: Vec<Template>,
    /// Managed policies that a function's role gets.
    pub role: Vec<Managed>,
    /// What failed calls are sent to, and what it takes.
    pub destination: Vec<Destination>,
}

/// What `Globals` may say.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Globals {
    /// Properties of all functions.
    pub function: Vec<String>,
    /// Where AWS documents it.
    pub documentation: String,
    /// When that was read.
    pub date: toml::value::Datetime,
}

/// A type of event.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Its `Type`.
    pub kind: String,
    /// What it becomes.
    pub makes: Makes,
    /// The properties without which SAM refuses it.
    #[serde(default)]
    pub requires: Vec<String>,
    /// The property that names the source.
    #[serde(default)]
    pub source: String,
    /// The type of the source, by which a template that is written finds the event.
    pub of: Option<String>,
    /// The managed policy that the role gets.
    pub managed: Option<String>,
    /// Actions that the role gets besides.
    #[serde(default)]
    pub allows: Vec<String>,
    /// What more it gets.
    #[serde(default)]
    pub besides: Vec<Besides>,
    /// The service that calls the function.
    #[serde(default)]
    pub principal: String,
    /// Whether a state machine may have it.
    #[serde(default)]
    pub of_machines: bool,
    /// Where AWS documents it.
    pub documentation: String,
    /// When that was read.
    pub date: toml::value::Datetime,
}

/// Actions that a role gets where an event has a property.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Besides {
    /// The property.
    pub with: String,
    /// What it allows.
    pub actions: Vec<String>,
}

/// What an event becomes, beside the permission for who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Makes {
    /// An event source mapping.
    Mapping,
    /// A notification of a bucket.
    Notification,
    /// A subscription of a topic.
    Subscription,
    /// A method of a REST API.
    Method,
    /// A route of an HTTP API.
    Route,
    /// A rule of `EventBridge`.
    Rule,
    /// A schedule of `EventBridge` Scheduler.
    Schedule,
    /// A rule of AWS `IoT`.
    TopicRule,
    /// A trigger of a user pool.
    Trigger,
    /// A subscription filter of a log group.
    LogFilter,
    /// A permission alone.
    Permission,
}

/// A policy template: a policy that is filled in with parameters.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Its name.
    pub name: String,
    /// Its parameters.
    #[serde(default)]
    pub takes: Vec<String>,
    /// Its statements.
    pub statements: Vec<Statement>,
    /// Where AWS documents it.
    pub documentation: String,
    /// When that was read.
    pub date: toml::value::Datetime,
}

/// A statement of a policy template.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// What it allows.
    pub actions: Vec<String>,
    /// On what; `${Name}` is a parameter. None where it is on everything.
    #[serde(default)]
    pub on: Vec<String>,
}

/// When a function's role gets a managed policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// The function is not durable.
    Usual,
    /// It has a `DurableConfig`.
    Durable,
    /// It runs in a network.
    Network,
    /// It is traced.
    Traced,
}

/// A managed policy that a role gets.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Managed {
    /// When.
    pub when: When,
    /// Its name.
    pub name: String,
    /// Where AWS documents it.
    pub documentation: String,
    /// When that was read.
    pub date: toml::value::Datetime,
}

/// A type of destination, of dead letters or of results.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// Its `Type`.
    pub kind: String,
    /// What the role must do with it.
    pub actions: Vec<String>,
    /// The type of resource that SAM makes where no destination is named.
    pub makes: Option<String>,
    /// What the ID of that ends in.
    #[serde(default)]
    pub suffix: String,
    /// Where AWS documents it.
    pub documentation: String,
    /// When that was read.
    pub date: toml::value::Datetime,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Policies {
    policy: Vec<Template>,
}

fn read<T: serde::de::DeserializeOwned>(name: &str) -> Result<T, Fault> {
    let text = file(name).unwrap_or_default();
    toml::from_str(text).map_err(|error| Fault(format!("{name}: {error}")))
}

impl Sam {
    /// Reads the files.
    ///
    /// # Errors
    /// A fault in one of them, which a test rules out.
    pub(crate) fn read() -> Result<Self, Fault> {
        let mut known: Self = read("sam.toml")?;
        let policies: Policies = read("sam-policies.toml")?;
        known.policy = policies.policy;
        Ok(known)
    }

    /// A type of event.
    pub(super) fn event(&self, kind: &str) -> Option<&Event> {
        self.event.iter().find(|one| one.kind == kind)
    }

    /// The type of event by which a function reads from a type of resource.
    pub(crate) fn event_of(&self, kind: &str) -> Option<&Event> {
        self.event
            .iter()
            .find(|one| one.of.as_deref() == Some(kind))
    }

    /// The type of destination that a type of resource is.
    pub(crate) fn destination_of(&self, kind: &str) -> Option<&Destination> {
        let mut all = self.destination.iter();
        all.find(|one| one.makes.as_deref() == Some(kind))
    }

    /// A policy template.
    pub(super) fn policy(&self, name: &str) -> Option<&Template> {
        self.policy.iter().find(|one| one.name == name)
    }

    /// A type of destination.
    pub(super) fn destination(&self, kind: &str) -> Option<&Destination> {
        self.destination.iter().find(|one| one.kind == kind)
    }

    /// The name of a managed policy that a role gets.
    pub(super) fn managed(&self, when: When) -> &str {
        let found = self.role.iter().find(|one| one.when == when);
        found.map_or("", |one| &one.name)
    }
}
