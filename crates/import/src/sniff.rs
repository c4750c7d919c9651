//! What a document is, by its content.

use landfall_source::yaml::Node;

use crate::Format;
use crate::formats::{
    cloudformation, compose, ecs, kubernetes, lambda_log, metrics, serverless, terraform,
};

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
