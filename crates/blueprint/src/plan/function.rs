//! What a function is sized to.

use landfall_catalog::Runtime;
use landfall_decide::{Configuration, Placement, Profile};
use landfall_workload::FactId;
use serde_json::{Value, json};

use super::{Language, Planning, mb};
use crate::data::pascal;

impl Planning<'_, '_> {
    pub(super) fn function(
        &self,
        trigger: &str,
        config: &Configuration,
        is_image: bool,
        language: Language,
        runtime: &Runtime,
    ) -> Value {
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
        let disk = self
            .likely(FactId::EphemeralDisk)
            .map_or(0.0, |bytes| mb(bytes).ceil());
        let reserve = self.topology.profile != Profile::Starter;
        let can_restore = self.catalog.snapstart(&runtime.name).is_some();
        let snapstart = config.snapstart && can_restore;
        let ready = config.provisioned;
        let p = pascal(&self.id);
        let has_alias = snapstart || ready.is_some();
        let (named, called, path) = if has_alias {
            (
                format!("!Ref {p}Live"),
                format!("!Ref {p}Live"),
                format!("{p}Live"),
            )
        } else {
            let arn = format!("{p}Function.Arn");
            (format!("!Ref {p}Function"), format!("!GetAtt {arn}"), arn)
        };
        let ready_why = match ready {
            Some(_) => {
                "What is called, and kept ready: against cold starts, and cheaper where it always works"
            }
            None => "What is called: it comes back from a snapshot instead of starting",
        };
        json!({
            "alias": has_alias,
            "named": named,
            "called": called,
            "path": path,
            "ready": ready,
            "ready_why": ready_why,
            "snapstart": snapstart,
            "memory_mb": config.memory_mb.unwrap_or(self.managed_memory_mb()),
            "timeout_s": self.longest_s(longest, config),
            "arch": config.architecture.unwrap_or("x86_64"),
            "image": is_image,
            "language": language.word(),
            "runtime": runtime.name,
            "newest": runtime.successor.is_none(),
            "handler": self.settings.handlers.get(language.word()),
            "ephemeral_mb": if disk > functions.free_disk_mb { json!(disk) } else { Value::Null },
            "reserve": if reserve && self.option.platform == "lambda" { json!(self.most_at_once()) } else { Value::Null },
            "in_vpc": self.topology.placement != Placement::Outside,
        })
    }

    /// Memory of an environment on managed instances: what one needs for the units of
    /// work it takes on, in whole gigabytes.
    pub(super) fn managed_memory_mb(&self) -> f64 {
        let needed = mb(self.likely(FactId::Memory).unwrap_or(0.0));
        let least_mb = self.settings.functions.least_managed_mb;
        (needed / least_mb).ceil().max(1.0) * least_mb
    }
}
