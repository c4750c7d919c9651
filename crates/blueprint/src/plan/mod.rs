//! From a decision to what the blocks are filled in with.

use landfall_catalog::{Catalog, Runtime};
use landfall_decide::{Configuration, Decision, OptionDecision, Topology, WorkloadDecision};
use landfall_source::{Diagnostic, Result};
use landfall_units::Bytes;
use landfall_workload::FactId;

use crate::data::{files, pascal};
use crate::settings::Settings;

mod choose;
mod container;
pub(crate) mod context;
pub(crate) mod families;
mod function;
mod honoured;
mod language;
mod schedule;
mod shared;
mod wanted;
mod work;

use context::{Listener, Pipe};
use families::{Compute, Functions, Jobs, OfPods};

pub use context::Context;
pub use honoured::{Difference, Honoured, honoured};
pub use language::Language;
pub use wanted::{FedBy, Reads, Wanted, Writes};

/// One workload, ready to be built.
#[derive(Debug)]
pub struct Planned<'d> {
    /// Its name: the workload's id, with a number where there are copies.
    pub id: String,
    /// The workload.
    pub workload: &'d WorkloadDecision,
    /// The option that is built.
    pub option: &'d OptionDecision,
    /// What starts it.
    pub trigger: &'static str,
    /// The language of its code.
    pub language: Language,
    /// The runtime that it runs on, as Lambda names it.
    pub runtime: String,
    /// The version of the runtime, as container images name it.
    pub version: String,
    /// Whether its code is a container image.
    pub is_image: bool,
    /// The blocks that it is made of, in order.
    pub blocks: Vec<&'static str>,
    /// What they are filled in with.
    pub context: Context,
    /// What was asked for besides the decision, by the names of blocks.
    pub(crate) beside: Vec<&'static str>,
    /// What the file says and the blueprint does not do.
    pub differences: Vec<Difference>,
}

impl Planned<'_> {
    /// Whether it runs as a function of Lambda.
    pub fn is_function(&self) -> bool {
        self.option.family == "lambda"
    }

    /// The code that it starts with.
    pub(crate) fn starter(&self) -> &'static str {
        let purpose = self.workload.facts.choice(FactId::Purpose);
        let is_job = self.option.family == "batch" || matches!(self.trigger, "schedule" | "batch");
        match (self.trigger, self.is_function()) {
            ("http", true) if purpose == Some("ml-inference") => "inference",
            ("http", true) => "http",
            ("websocket", true) => "websocket",
            ("object-created", true) => "object",
            ("table-stream" | "data-stream", true) => "stream",
            ("event-bus", true) => "event",
            ("schedule", true) => "schedule",
            (_, true) => "queue",
            ("http" | "websocket" | "tcp" | "udp", false) => "server",
            (_, false) if is_job && !self.blocks.contains(&"container-worker") => "job",
            (_, false) => "worker",
        }
    }

    /// The files that this code has in a language, by their paths; none where there is no such code.
    pub(crate) fn code(&self, language: Language) -> Vec<(String, &'static str)> {
        let of = |kind: &str| files(&format!("starters/{kind}/{}", language.word()));
        let mut found = of(self.starter());
        if self.is_worker() {
            // What stands in its messages depends on who puts them into its queue.
            found.extend(of(match self.trigger {
                "object-created" => "work-object",
                "event-bus" => "work-event",
                "table-stream" | "data-stream" => "work-change",
                _ => "work-message",
            }));
        }
        found
    }

    /// Whether it takes messages from a queue by itself.
    pub(crate) fn is_worker(&self) -> bool {
        self.starter() == "worker"
    }

    /// Whether it runs under Kubernetes.
    pub fn is_kubernetes(&self) -> bool {
        self.option.family == "eks"
    }
}

/// Plans every workload that is asked for.
///
/// # Errors
/// A workload that cannot be built: nothing is recommended, the platform is excluded,
/// what starts it is unknown, its system is not Linux, there is no code to start with.
pub fn plan<'d>(
    decision: &'d Decision,
    wanted: &Wanted,
    catalog: &Catalog,
    settings: &crate::Library,
) -> Result<Vec<Planned<'d>>> {
    let settings = settings.settings();
    let mut planned = Vec::new();
    for workload in &decision.workloads {
        if wanted
            .workload
            .as_ref()
            .is_some_and(|id| *id != workload.id)
        {
            continue;
        }
        let option = choose::option(workload, wanted.platform.as_deref())?;
        let topology = option.topology.as_deref().ok_or_else(|| {
            let what = format!("nothing is known of what stands around `{}`", workload.id);
            Box::new(Diagnostic::new(what).help("decide it first"))
        })?;
        for id in choose::names(&workload.id, topology.copies, wanted.copies) {
            let planning = Planning {
                id,
                decision,
                workload,
                option,
                topology,
                wanted,
                catalog,
                settings,
            };
            planned.push(planning.plan()?);
        }
    }
    if planned.is_empty() {
        let ids: Vec<&str> = decision
            .workloads
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        let problem = Diagnostic::new("there is no such workload");
        return Err(Box::new(
            problem.help(format!("use one of {}", ids.join(", "))),
        ));
    }
    choose::number(&mut planned);
    shared::group_hosts(&mut planned);
    Ok(planned)
}

struct Planning<'a, 'd> {
    id: String,
    decision: &'d Decision,
    workload: &'d WorkloadDecision,
    option: &'d OptionDecision,
    topology: &'d Topology,
    wanted: &'a Wanted,
    catalog: &'a Catalog,
    settings: &'a Settings,
}

/// Bytes in megabytes.
fn mb(bytes: f64) -> f64 {
    Bytes::from_f64(bytes).as_mb()
}

impl<'d> Planning<'_, 'd> {
    fn likely(&self, fact: FactId) -> Option<f64> {
        let known = self.workload.facts.range(fact).map(|range| range.high());
        known.or_else(|| {
            let assumed = self.workload.assumed.iter().find(|one| one.fact == fact)?;
            match &assumed.value {
                landfall_workload::Value::Quantity(range) => Some(range.high()),
                _ => None,
            }
        })
    }

    fn flag(&self, fact: FactId) -> bool {
        self.workload.facts.flag(fact) == Some(true)
    }

    fn trigger(&self) -> Result<&'static str> {
        self.workload.facts.choice(FactId::Trigger).ok_or_else(|| {
            let what = format!("what starts `{}` is not known", self.workload.id);
            Box::new(
                Diagnostic::new(what).help("say so in the file: trigger = \"http\", or another"),
            )
        })
    }

    /// Only Linux is written.
    fn refuse_windows(&self) -> Result<()> {
        match self.workload.facts.choice(FactId::Os) {
            Some("windows") => {
                let what = format!(
                    "`{}` runs on Windows, for which no blueprint is written",
                    self.workload.id
                );
                let help = "write the others alone with --workload ID";
                Err(Box::new(Diagnostic::new(what).help(help)))
            }
            _ => Ok(()),
        }
    }

    fn plan(&self) -> Result<Planned<'d>> {
        self.refuse_windows()?;
        self.refuse_other_zones()?;
        let trigger = self.trigger()?;
        self.refuse_around(trigger)?;
        let empty = Configuration::default();
        let config = self.option.configuration.as_ref().unwrap_or(&empty);
        let is_function = self.option.family == "lambda";
        let is_image =
            !is_function || self.workload.facts.choice(FactId::PackageKind) == Some("image");
        let language = self.language()?;
        let runtime = self.runtime(language)?;
        let context = self.context(trigger, config, is_image, language, runtime)?;
        let mut planned = Planned {
            id: self.id.clone(),
            workload: self.workload,
            option: self.option,
            trigger,
            language,
            runtime: runtime.name.clone(),
            version: runtime.version().to_owned(),
            is_image,
            blocks: blocks(
                &self.option.platform,
                trigger,
                self.flag(FactId::SharedFiles),
                self.wanted.fed_by.is_some(),
            ),
            context,
            beside: self.wanted.beside(),
            differences: Vec::new(),
        };
        self.has_code(&planned)?;
        planned.differences = self.differences(&planned, config);
        Ok(planned)
    }

    /// What the blocks are filled in with.
    fn context(
        &self,
        trigger: &'static str,
        config: &Configuration,
        is_image: bool,
        language: Language,
        runtime: &Runtime,
    ) -> Result<Context> {
        let schedule = self.schedule();
        let compute = match self.option.family.as_str() {
            "lambda" => Compute::Functions(Box::new(Functions {
                function: self.function(trigger, config, is_image, language, runtime)?,
                mapping: self.mapping(config),
            })),
            "eks" => Compute::Pods(Box::new(OfPods {
                pods: self.pods(trigger, config, &schedule.expression)?,
            })),
            "batch" => Compute::Jobs(Box::new(Jobs {
                job: self.job(config),
            })),
            _ => Compute::Tasks(Box::new(self.of_ecs(config, language)?)),
        };
        Ok(Context {
            prefix: pascal(&self.id),
            stack: self.stack(),
            network: self.network(),
            workload: self.workload(trigger, config)?,
            thresholds: self.thresholds(config),
            api: self.api(),
            listener: Listener {
                priority: 1,
                paths: choose::every_path(),
            },
            schedule,
            queue: self.queue(config),
            stream: work::stream(config),
            pipe: Pipe {
                parallel: self.settings.functions.pipe_parallel,
            },
            compute,
        })
    }

    /// Whether there is code to start with.
    fn has_code(&self, planned: &Planned<'_>) -> Result<()> {
        let is_there = |one: &Language| !planned.code(*one).is_empty();
        if is_there(&planned.language) {
            return Ok(());
        }
        let what = format!(
            "`{}`: there is no code to start with in {} for {} work",
            self.workload.id,
            planned.language.word(),
            planned.trigger
        );
        let others: Vec<Language> = Language::ALL.into_iter().filter(is_there).collect();
        Err(Box::new(language::no_code(what, &others)))
    }
}

fn blocks(platform: &str, trigger: &str, files: bool, is_fed: bool) -> Vec<&'static str> {
    let functions = match trigger {
        "http" => "lambda-http",
        "websocket" => "lambda-websocket",
        "object-created" => "lambda-object",
        "table-stream" => "lambda-table",
        "data-stream" => "lambda-stream",
        "event-bus" => "lambda-event",
        "mobile-event" => "lambda-mobile",
        "schedule" => "lambda-schedule",
        _ => "lambda-queue",
    };
    let containers = match trigger {
        "http" | "websocket" if files => "container-http-files",
        "http" | "websocket" => "container-http",
        "tcp" | "udp" => "container-tcp",
        "schedule" => "container-schedule",
        _ => "container-worker",
    };
    let mut blocks = match platform {
        "lambda" => vec![functions],
        "lambda-managed-instances" => vec![functions, "managed-functions"],
        "batch-fargate" | "batch-ec2" if trigger == "schedule" => {
            vec!["batch-scheduled", "batch-writes"]
        }
        "batch-fargate" | "batch-ec2" => vec!["batch", "batch-writes"],
        "eks-fargate" | "eks-ec2" => match containers {
            "container-worker" => vec!["eks-workload", "pods-feeds", "pods-writes"],
            "container-http" | "container-http-files" => {
                vec!["eks-workload", "pods-http", "pods-writes"]
            }
            "container-tcp" => vec!["eks-workload", "pods-tcp", "pods-writes"],
            _ => vec!["eks-workload", "pods-writes"],
        },
        _ => vec![containers],
    };
    // Patterns of ECS mount files themselves; the others by a block of their own.
    if files {
        blocks.extend(match platform {
            "lambda" | "lambda-managed-instances" => Some("function-files"),
            "batch-fargate" | "batch-ec2" => Some("batch-files"),
            "eks-fargate" | "eks-ec2" => Some("pods-files"),
            _ => None,
        });
    }
    if is_fed {
        blocks.push("fed-by");
    }
    blocks
}
