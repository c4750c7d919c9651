//! What a document is, by its content.

use landfall_source::yaml::Node;

use crate::Format;
use crate::formats::{
    cloudformation, compose, ecs, kubernetes, lambda_log, metrics, serverless, terraform,
};

/// Keys by which a format is told, as they stand at the beginning of a line, quoted or not.
const KEYS: [&str; 20] = [
    "AWSTemplateFormatVersion",
    "MetricDataResults",
    "Datapoints",
    "Resources",
    "Transform",
    "apiVersion",
    "configuration",
    "containerDefinitions",
    "events",
    "format_version",
    "functions",
    "kind",
    "planned_values",
    "provider",
    "record",
    "resource_changes",
    "results",
    "services",
    "taskDefinition",
    "terraform_version",
];

/// Whether a text that is no YAML was meant as a document of some format: it begins as JSON, or
/// a line of it begins with a key of one. Prose and code are of no format.
pub(crate) fn resembles_document(text: &str) -> bool {
    let is_key = |line: &str| {
        let line = line.trim_start().trim_start_matches(['"', '\'', '{', ' ']);
        KEYS.iter().any(|key| {
            let rest = line.strip_prefix(key);
            let rest = rest.map(|rest| rest.trim_start_matches(['"', '\'', ' ']));
            rest.is_some_and(|rest| rest.starts_with(':'))
        })
    };
    text.trim_start().starts_with('{') || text.lines().any(is_key)
}

/// How a document is told.
type IsFormat = fn(&Node) -> bool;

/// The formats that documents may be; several, where it is ambiguous.
pub(crate) fn of_documents(documents: &[Node]) -> Vec<Format> {
    let tests: [(Format, IsFormat); 8] = [
        (Format::CloudFormation, cloudformation::is_template),
        (Format::LambdaLog, lambda_log::is_document),
        (Format::Compose, compose::is_compose),
        (Format::Kubernetes, kubernetes::is_manifest),
        (Format::TerraformPlan, terraform::is_plan),
        (Format::Ecs, ecs::is_description),
        (Format::Serverless, serverless::is_service),
        (Format::Metrics, metrics::is_answer),
    ];
    let found = tests.into_iter().filter(|(_, is)| documents.iter().any(is));
    found.map(|(format, _)| format).collect()
}
