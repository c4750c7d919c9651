//! What a topology is made from.

use landfall_catalog::{Execution, Platform, Surroundings};
use landfall_workload::{FactId, Facts};

use crate::door::FrontDoor;
use crate::profile::Profile;

/// Where the user wants containers to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stance {
    /// In public subnets, where the platform allows it.
    Public,
    /// In private subnets.
    Private,
    /// Where it costs least.
    Cheapest,
}

/// What a workload asks of its surroundings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// What starts it.
    pub trigger: Option<&'static str>,
    /// The front door that the file names.
    pub front_door: Option<&'static str>,
    /// It reaches a database or the like in a network.
    pub private: bool,
    /// It calls services outside AWS.
    pub outbound: bool,
    /// It mounts a shared file system.
    pub files: bool,
    /// Where the file says that containers stand.
    pub stance: Option<Stance>,
    /// The account has a network already.
    pub existing: bool,
    /// Workloads alike.
    pub copies: u32,
    /// Starts a second, on average.
    pub rate_per_s: f64,
}

impl Asked {
    /// From facts in which everything needed is filled in.
    pub fn of(facts: &Facts) -> Self {
        let flag = |fact| facts.flag(fact) == Some(true);
        Self {
            trigger: facts.choice(FactId::Trigger),
            front_door: facts.choice(FactId::FrontDoor),
            private: flag(FactId::PrivateResources),
            outbound: flag(FactId::OutboundInternet),
            files: flag(FactId::SharedFiles),
            stance: facts.choice(FactId::Placement).map(|word| match word {
                "public" => Stance::Public,
                "private" => Stance::Private,
                _ => Stance::Cheapest,
            }),
            existing: flag(FactId::ExistingNetwork),
            copies: facts.likely(FactId::Copies).unwrap_or(1.0).max(1.0) as u32,
            rate_per_s: facts.likely(FactId::Volume).unwrap_or(0.0),
        }
    }

    /// Whether what the workload reaches or mounts stands in a network.
    pub const fn is_bound(&self) -> bool {
        self.private || self.files
    }
}

/// One workload on one platform, as far as its surroundings ask.
#[derive(Debug, Clone, Copy)]
pub struct Needs<'a> {
    /// The rows.
    pub rows: &'a Surroundings,
    /// The platform.
    pub platform: &'a Platform,
    /// What the workload asks.
    pub asked: &'a Asked,
    /// How much is built.
    pub profile: Profile,
    /// Availability zones.
    pub zones: u32,
}

impl Needs<'_> {
    pub(crate) fn trigger(&self) -> Option<&'static str> {
        self.asked.trigger
    }

    /// Whether it runs as functions.
    pub(crate) fn is_function(&self) -> bool {
        self.platform.family == "lambda"
    }

    /// Whether functions run on capacity of Lambda's own, outside the account's network.
    pub(crate) fn is_outside(&self) -> bool {
        self.is_function() && self.platform.execution == Execution::PerRequest
    }

    pub(crate) fn front_door(&self) -> Option<FrontDoor> {
        let door = FrontDoor::of(self.trigger(), self.is_function(), self.asked.front_door);
        // Jobs are submitted; what submits them is not made.
        door.filter(|_| self.platform.orchestrator != "batch")
    }

    /// Whether work waits in a queue of the workload's own before it is taken.
    pub(crate) fn has_queue(&self) -> bool {
        match self.trigger() {
            Some("queue" | "mobile-event" | "batch") if self.is_function() => true,
            Some(
                "queue" | "mobile-event" | "object-created" | "event-bus" | "table-stream"
                | "data-stream" | "batch",
            ) => self.platform.execution == Execution::Service && !self.is_function(),
            _ => false,
        }
    }

    /// Where the file says that containers stand. Unless it says, everything that reaches
    /// private resources stands in private subnets, so that options are compared on the
    /// same posture, and so does everything where the profile asks for it.
    pub(crate) fn stance(&self) -> Stance {
        self.asked.stance.unwrap_or_else(|| {
            let profile = self.rows.profile(self.profile.word());
            if self.asked.is_bound() || profile.is_some_and(|row| row.private) {
                Stance::Private
            } else {
                Stance::Cheapest
            }
        })
    }

    /// Words that rows of alarms ask of.
    pub(crate) fn tags(&self, door: Option<FrontDoor>) -> Vec<&'static str> {
        let trigger = self.trigger();
        let orchestrator = self.platform.orchestrator.as_str();
        let is_schedule = trigger == Some("schedule");
        let is_worker = self.has_queue() && !self.is_function();
        let is_stream = matches!(trigger, Some("data-stream" | "table-stream"));
        let is_api = matches!(door, Some(FrontDoor::HttpApi | FrontDoor::RestApi));
        let words = [
            ("function", self.is_function()),
            ("eks", orchestrator == "eks"),
            ("batch", orchestrator == "batch"),
            ("service", orchestrator == "ecs" && !is_schedule),
            ("schedule", is_schedule),
            ("scheduler", is_schedule && orchestrator != "eks"),
            // Twice the usual time between runs is within what an alarm can look back.
            (
                "daily",
                self.asked.rate_per_s * self.rows.alarm_look_back_s >= 2.0,
            ),
            (
                "asynchronous",
                matches!(trigger, Some("schedule" | "object-created" | "event-bus")),
            ),
            ("stream", is_stream),
            ("data-stream", trigger == Some("data-stream")),
            ("event-bus", trigger == Some("event-bus")),
            ("queue", self.has_queue()),
            ("pipe", is_worker && is_stream),
            ("api", is_api),
            ("alb", door == Some(FrontDoor::Alb)),
            ("auto-scaling-group", self.platform.id == "ecs-ec2"),
            (
                "task-events",
                orchestrator == "batch" || (orchestrator == "ecs" && is_schedule),
            ),
        ];
        let held = words.into_iter().filter(|(_, holds)| *holds);
        held.map(|(word, _)| word).collect()
    }
}
