//! What may be asked, as JSON. Tools for agents take the same.

use landfall_answers::BUDGET;
use landfall_blueprint::{FedBy, Format, Language, Reads, Writes};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::within::Within;

/// Copies of a workload that a template can have at all.
const MOST_COPIES: u64 = u32::MAX as u64;

/// What a decision depends on besides the workload file; what is left out is as on the
/// command line.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The framework: `current`, or `startup-guide-2021`.
    pub framework: Option<String>,
    /// Decide by the facts of this day, as `2021-09-01`.
    pub as_of: Option<String>,
    /// Price for this region instead of the file's.
    pub region: Option<String>,
    /// How much is set up around an option.
    pub profile: Option<ProfileName>,
    /// Whether operations (hours of people's work) count.
    pub operations: Option<bool>,
    /// The seed of all draws.
    pub seed: Option<u64>,
    /// Scenarios to draw for uncertain inputs; 0: likely values only.
    pub scenarios: Option<Within<0, 10_000>>,
    /// Closed formulas alone, nothing simulated: a first answer.
    pub estimate: bool,
    /// Changes of the file, each `workload.ID.FACT=VALUE` or `team.FACT=VALUE`.
    pub set: Vec<String>,
}

/// How much is set up around an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProfileName {
    /// Deploys in a new account.
    Starter,
    /// Private subnets, a NAT gateway in each zone, longer logs.
    Hardened,
    /// Functions in the network, logs for a year.
    Governed,
}

/// Form of a decision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DecisionForm {
    /// JSON, with every figure.
    #[default]
    Json,
    /// JSON in a few lines.
    Brief,
    /// Text for a terminal.
    Text,
    /// An architecture decision record.
    Markdown,
    /// A page that stands alone.
    Html,
}

/// Decides a workload file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// The text of a workload file, TOML.
    pub workload: String,
    /// What the decision depends on besides.
    #[serde(default)]
    pub settings: Settings,
    /// Form of the answer.
    #[serde(default)]
    pub form: DecisionForm,
    /// Show one platform only.
    #[serde(default)]
    pub platform: Option<String>,
}

/// Form of an explanation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PlainForm {
    /// JSON.
    #[default]
    Json,
    /// Text for a terminal.
    Text,
}

/// Explains one option of each workload: reasons, sizes, every line of its bill.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Explain {
    /// The text of a workload file, TOML.
    pub workload: String,
    /// What the decision depends on besides.
    #[serde(default)]
    pub settings: Settings,
    /// The platform to explain; default: the recommended one.
    #[serde(default)]
    pub why_not: Option<String>,
    /// The id of the workload to explain; default: all.
    #[serde(default)]
    pub id: Option<String>,
    /// Form of the answer.
    #[serde(default)]
    pub form: PlainForm,
}

/// Compares the decisions of two versions of a workload file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compare {
    /// The text of a workload file, TOML.
    pub before: String,
    /// The text of another version of it; the same with the changes of `settings.set` when
    /// left out.
    #[serde(default)]
    pub after: Option<String>,
    /// What the decisions depend on besides; changes are made to the latter.
    #[serde(default)]
    pub settings: Settings,
}

/// What to ask next: the facts whose answers could change the recommendation.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    /// The text of a workload file, TOML.
    pub workload: String,
    /// What the decision depends on besides.
    #[serde(default)]
    pub settings: Settings,
}

/// Simulates a month of a workload on one platform, request by request.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Simulate {
    /// The text of a workload file, TOML.
    pub workload: String,
    /// The platform.
    pub platform: String,
    /// The id of the workload; default: the first.
    #[serde(default)]
    pub id: Option<String>,
    /// Most requests simulated one by one.
    #[serde(default)]
    pub requests: Option<Within<1, BUDGET>>,
    /// Hand out the laws that were applied, with values, sources and grades.
    #[serde(default)]
    pub laws: bool,
    /// What the configuration depends on besides.
    #[serde(default)]
    pub settings: Settings,
}

/// Prices given usage, line by line.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bill {
    /// The text of a usage file, TOML.
    pub usage: String,
    /// Bill in this region instead of the file's.
    #[serde(default)]
    pub region: Option<String>,
    /// Leave lines unrounded.
    #[serde(default)]
    pub exact: bool,
}

/// One file that is sent along.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    /// Its name, for messages and places.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Form of what is imported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ImportForm {
    /// JSON: every fact with its place.
    #[default]
    Json,
    /// A workload file.
    Toml,
}

/// Makes a workload file of templates, manifests and logs.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// The files.
    #[schemars(length(min = 1, max = 100))]
    pub files: Vec<Sent>,
    /// What they are, where their content does not tell.
    #[serde(default)]
    pub format: Option<String>,
    /// What the system is called where no file says it.
    #[serde(default)]
    pub name: Option<String>,
    /// Form of the answer.
    #[serde(default)]
    pub form: ImportForm,
}

/// Form of the infrastructure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StructureForm {
    /// A template of `CloudFormation`.
    #[default]
    Cloudformation,
    /// A template of SAM, of functions alone.
    Sam,
    /// A CDK app in TypeScript.
    Cdk,
    /// Resources of Terraform's provider of AWS.
    Terraform,
    /// The template in a stack that Terraform keeps.
    TerraformStack,
}

impl From<StructureForm> for Format {
    fn from(form: StructureForm) -> Self {
        match form {
            StructureForm::Cloudformation => Self::CloudFormation,
            StructureForm::Sam => Self::Sam,
            StructureForm::Cdk => Self::Cdk,
            StructureForm::Terraform => Self::Terraform,
            StructureForm::TerraformStack => Self::TerraformStack,
        }
    }
}

/// Language of the starter code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LanguageName {
    /// Python.
    Python,
    /// TypeScript.
    Typescript,
    /// Java.
    Java,
}

impl From<LanguageName> for Language {
    fn from(name: LanguageName) -> Self {
        match name {
            LanguageName::Python => Self::Python,
            LanguageName::Typescript => Self::TypeScript,
            LanguageName::Java => Self::Java,
        }
    }
}

/// A place that results go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WritesTo {
    /// Objects in a bucket.
    Objects,
    /// Items in a table.
    Table,
    /// Messages in a queue.
    Queue,
    /// Messages of a topic.
    Topic,
    /// Events of a bus.
    Bus,
    /// Records of a data stream.
    Stream,
    /// Records that Firehose gathers into objects.
    Archive,
    /// Runs of a state machine.
    StateMachine,
}

/// What the code reads besides its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReadsWhat {
    /// A secret.
    Secret,
}

impl From<ReadsWhat> for Reads {
    fn from(what: ReadsWhat) -> Self {
        match what {
            ReadsWhat::Secret => Self::Secret,
        }
    }
}

/// What puts work in front of a workload, without code of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FedByWhat {
    /// An API, in front of a queue, a stream, a table or a bus.
    Api,
    /// A queue, from which a pipe hands messages on into a stream or onto a bus.
    Queue,
    /// A topic to which the queue subscribes.
    Topic,
    /// A state machine, of whose steps one puts work into the queue.
    StateMachine,
}

impl From<FedByWhat> for FedBy {
    fn from(what: FedByWhat) -> Self {
        match what {
            FedByWhat::Api => Self::Api,
            FedByWhat::Queue => Self::Queue,
            FedByWhat::Topic => Self::Topic,
            FedByWhat::StateMachine => Self::StateMachine,
        }
    }
}

impl From<WritesTo> for Writes {
    fn from(to: WritesTo) -> Self {
        match to {
            WritesTo::Objects => Self::Objects,
            WritesTo::Table => Self::Table,
            WritesTo::Queue => Self::Queue,
            WritesTo::Topic => Self::Topic,
            WritesTo::Bus => Self::Bus,
            WritesTo::Stream => Self::Stream,
            WritesTo::Archive => Self::Archive,
            WritesTo::StateMachine => Self::StateMachine,
        }
    }
}

/// Where the network comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkFrom {
    /// The blueprint makes it.
    Made,
    /// Parameters name it.
    Given,
}

/// Writes infrastructure for the decision: template, starter code, deployment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Blueprint {
    /// The text of a workload file, TOML.
    pub workload: String,
    /// What the decision depends on besides.
    #[serde(default)]
    pub settings: Settings,
    /// Build on this platform instead of the recommended ones.
    #[serde(default)]
    pub platform: Option<String>,
    /// The id of the one workload to build; default: all.
    #[serde(default)]
    pub id: Option<String>,
    /// Form of the infrastructure.
    #[serde(default)]
    pub format: StructureForm,
    /// Where the network comes from; default: as in the workload file.
    #[serde(default)]
    pub network: Option<NetworkFrom>,
    /// Write at most so many of the copies of a workload.
    #[serde(default)]
    pub copies: Option<Within<1, MOST_COPIES>>,
    /// Language of the starter code; default: the runtime of the file.
    #[serde(default)]
    pub language: Option<LanguageName>,
    /// Where the code writes, nowhere if empty; default: as its trigger and purpose suggest.
    #[serde(default)]
    pub writes: Option<Vec<WritesTo>>,
    /// What the code reads besides its work.
    #[serde(default)]
    pub reads: Vec<ReadsWhat>,
    /// What puts work in front of the workloads.
    #[serde(default)]
    pub fed_by: Option<FedByWhat>,
    /// The text of an OpenAPI file, of whose operations alone APIs in front of functions let through.
    #[serde(default)]
    pub openapi: Option<String>,
}

/// Checks a stack template for mistakes that appear when it is deployed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckTemplate {
    /// The text of a template of `CloudFormation`, YAML or JSON.
    pub template: String,
    /// Its name, for messages.
    #[serde(default)]
    pub name: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A format that is added does not compile here before it has a name.
    #[test]
    fn every_format_can_be_asked_for() {
        for format in Format::ALL {
            let name = match format {
                Format::CloudFormation => "cloudformation",
                Format::Sam => "sam",
                Format::Cdk => "cdk",
                Format::Terraform => "terraform",
                Format::TerraformStack => "terraform-stack",
            };
            let form: StructureForm = serde_json::from_value(name.into()).unwrap();
            assert_eq!(Format::from(form), format);
        }
    }
}
