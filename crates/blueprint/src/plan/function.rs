//! What a function is sized to.

use landfall_catalog::Runtime;
use landfall_decide::{Configuration, Placement, Profile, ReadyHours};
use landfall_source::Result;
use landfall_workload::FactId;

use super::families::{Alias, Function, FunctionDisk, Hours};
use super::{Language, Planning, mb};
use crate::data::pascal;
use crate::graph::Fault;

impl Planning<'_, '_> {
    pub(super) fn function(
        &self,
        trigger: &str,
        config: &Configuration,
        is_image: bool,
        language: Language,
        runtime: &Runtime,
    ) -> Result<Function> {
        let functions = &self.settings.functions;
        let limit = self.catalog.platform("lambda").and_then(|lambda| {
            let limit = lambda.limit("timeout")?;
            limit.value_on(self.decision.as_of)
        });
        let waits = matches!(trigger, "http" | "websocket");
        let longest = if waits {
            Some(functions.api_timeout_s)
        } else {
            limit
        };
        let timeout_s = self.longest_s(longest, config);
        let disk_mb = self
            .likely(FactId::EphemeralDisk)
            .map_or(0.0, |bytes| mb(bytes).ceil());
        let is_reserved =
            self.topology.profile != Profile::Starter && self.option.platform == "lambda";
        let alias = self.alias(config, runtime);
        let p = pascal(&self.id);
        let (name, arn, arn_in_text) = if alias.is_some() {
            let live = format!("{p}Live");
            (format!("!Ref {live}"), format!("!Ref {live}"), live)
        } else {
            let arn = format!("{p}Function.Arn");
            (format!("!Ref {p}Function"), format!("!GetAtt {arn}"), arn)
        };
        let language = language.word();
        let handler = self.settings.handlers.get(language);
        let handler =
            handler.ok_or_else(|| Fault(format!("settings.toml has no handler for {language}")))?;
        Ok(Function {
            is_image,
            architecture: config.architecture.unwrap_or("x86_64"),
            runtime: runtime.name.clone(),
            is_newest: runtime.successor.is_none(),
            handler: handler.clone(),
            memory_mb: config.memory_mb.unwrap_or(self.managed_memory_mb()),
            timeout_s,
            api_timeout_ms: timeout_s.min(functions.api_timeout_s) * 1000.0,
            disk: (disk_mb > functions.free_disk_mb).then_some(FunctionDisk { size_mb: disk_mb }),
            reserved: is_reserved.then(|| self.most_at_once()),
            in_network: self.topology.placement != Placement::Outside,
            name,
            arn,
            arn_in_text,
            alias,
        })
    }

    /// The alias of a function that is kept ready or comes back from a snapshot: only versions
    /// are and do.
    fn alias(&self, config: &Configuration, runtime: &Runtime) -> Option<Alias> {
        let can_restore = self.catalog.snapstart(&runtime.name).is_some();
        let is_restored = config.snapstart && can_restore;
        let hours = config.provisioned;
        let why = match hours {
            Some(_) => {
                "What is called, and kept ready: against cold starts, and cheaper where it always works"
            }
            None => "What is called: it comes back from a snapshot instead of starting",
        };
        let zone = self.workload.facts.text(FactId::TimeZone).unwrap_or("UTC");
        let (always, by_hour): (Option<ReadyHours>, _) = match hours {
            Some(hours) if hours.is_always() => (Some(hours), None),
            other => (None, other),
        };
        (is_restored || hours.is_some()).then(|| Alias {
            why,
            is_restored,
            provisioned: always.map(|hours| hours.most()),
            hours: by_hour.map(|hours| Hours::new(&hours, zone)),
        })
    }

    /// Memory of an environment on managed instances: what one needs for the units of
    /// work it takes on, in whole gigabytes.
    fn managed_memory_mb(&self) -> f64 {
        let needed = mb(self.likely(FactId::Memory).unwrap_or(0.0));
        let least_mb = self.settings.functions.least_managed_mb;
        (needed / least_mb).ceil().max(1.0) * least_mb
    }
}
