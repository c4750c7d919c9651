//! Functions of Lambda, as `CloudFormation` and SAM describe them.

use landfall_source::yaml::Node;
use landfall_workload::FactId;

use super::template::{Resource, Template};
use super::triggers;
use crate::finding::{Found, Part};
use crate::names::readable;
use crate::settings::{self, MB, Set};

/// Whether a type of resource is a function.
pub(super) fn is_function(kind: &str) -> bool {
    matches!(kind, "AWS::Lambda::Function" | "AWS::Serverless::Function")
}

/// What is set for a function: its own property, or that of `Globals`.
fn property<'t>(template: &Template<'t>, one: Resource<'t>, path: &str) -> Option<&'t Node> {
    one.at(path).or_else(|| {
        let is_sam = one.kind == "AWS::Serverless::Function";
        let globals = template.node.get("Globals")?.get("Function")?;
        globals.at(path).filter(|_| is_sam)
    })
}

/// What a template says of one function.
pub(super) fn read(template: &Template<'_>, one: Resource<'_>, part: &mut Part) -> Found {
    let get = |path: &str| property(template, one, path);
    let number = |path: &str| get(path).and_then(|node| template.number_of(node));
    let text = |path: &str| get(path).and_then(|node| template.text_of(node));
    let name = text("FunctionName").filter(|name| name.guess.is_none());
    let mut found = Found::new(
        name.as_ref()
            .map_or(&readable(one.id, one.node), |set| set.value.as_str()),
    );
    found
        .also
        .extend([one.id.to_owned(), readable(one.id, one.node)]);
    let place = template.place(one.node);
    let mut today = vec!["AWS Lambda".to_owned()];
    if let Some(memory) = number("MemorySize") {
        today.push(format!("{}MB", memory.value));
        memory.bounds(&mut found, FactId::Memory, MB);
    }
    if let Some(seconds) = number("Timeout") {
        today.push(format!("timeout {}s", seconds.value));
        seconds.bounds(&mut found, FactId::DurationMax, 1.0);
    }
    if let Some(list) = get("Architectures") {
        let known: Option<Vec<_>> = list.items().iter().map(|n| template.known(n)).collect();
        if let Some(known) = known {
            today.extend(known.iter().map(|one| one.text.clone()));
            let guess = known.iter().find_map(|one| one.guess.clone());
            let value = known.into_iter().map(|one| one.text).collect();
            let place = template.place(list);
            settings::architectures(
                &mut found,
                Set {
                    value,
                    place,
                    guess,
                },
            );
        }
    }
    packaged(template, one, &mut found, &mut today);
    if let Some(disk) = number("EphemeralStorage/Size") {
        disk.bounds(&mut found, FactId::EphemeralDisk, MB);
    }
    if let Some(files) = get("FileSystemConfigs").filter(|node| !node.items().is_empty()) {
        found.holds(FactId::SharedFiles, template.place(files));
    }
    if let Some(network) = get("VpcConfig").filter(|node| has_subnets(node)) {
        settings::attached(&mut found, template.place(network));
    }
    if let Some(managed) = get("CapacityProviderConfig") {
        let name = "on instances that Lambda manages";
        today.push(name.to_owned());
        part.unused(format!("{}: {name}", found.name), template.place(managed));
    }
    settings::measured_architecture(&mut found);
    settings::runs_on_lambda(&mut found, &place);
    found.runs(today.join(", "), place);
    notes(&get, template, &found.name, part);
    triggers::of_sam(template, one, &mut found);
    found
}

/// How the code is packaged, and its runtime.
fn packaged(
    template: &Template<'_>,
    one: Resource<'_>,
    found: &mut Found,
    today: &mut Vec<String>,
) {
    let get = |path: &str| property(template, one, path);
    let text = |path: &str| get(path).and_then(|node| template.text_of(node));
    // An image has no runtime, whatever `Globals` sets for the others.
    let is_image = text("PackageType").is_some_and(|kind| kind.value == "Image")
        || one
            .at("ImageUri")
            .or_else(|| one.at("Code/ImageUri"))
            .is_some();
    if let Some(runtime) = text("Runtime").filter(|_| !is_image) {
        today.push(runtime.value.clone());
        settings::package(found, "zip", runtime.place.clone());
        runtime.text(found, FactId::Runtime);
    } else if is_image {
        let node = get("PackageType")
            .or_else(|| get("ImageUri"))
            .unwrap_or(one.node);
        settings::package(found, "image", template.place(node));
    }
}

/// A function is in a VPC where it has subnets; an empty setting detaches it.
fn has_subnets(network: &Node) -> bool {
    let subnets = network.get("SubnetIds");
    subnets.is_some_and(|subnets| subnets.call().is_some() || !subnets.items().is_empty())
}

/// What is read of a function and is no fact of its work.
fn notes<'t>(
    get: &impl Fn(&str) -> Option<&'t Node>,
    template: &Template<'_>,
    name: &str,
    part: &mut Part,
) {
    for (path, what) in [
        ("ReservedConcurrentExecutions", "reserved concurrency"),
        ("ProvisionedConcurrencyConfig", "provisioned concurrency"),
        ("SnapStart", "SnapStart"),
        ("Layers", "layers"),
        ("DurableConfig", "durable execution"),
    ] {
        if let Some(node) = get(path) {
            let value = template.known(node).map(|known| format!(" {}", known.text));
            let what = format!("{name}: {what}{}", value.unwrap_or_default());
            part.unused(what, template.place(node));
        }
    }
}
