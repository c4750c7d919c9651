//! What the CDK calls what a template says: data, read once.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::data::file;
use crate::graph::Fault;

/// `data/cdk.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    /// Maps whose keys are somebody's own words.
    open: Vec<String>,
    /// Names of modules that are not the service's, and what the code calls them.
    modules: BTreeMap<String, Module>,
    constructs: BTreeMap<String, Class>,
    #[serde(rename = "words")]
    tables: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Module {
    module: Option<String>,
    called: String,
}

/// A construct of the second level.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Class {
    #[serde(rename = "class")]
    pub(crate) name: String,
    /// What `Ref` gives.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    #[serde(default)]
    pub(crate) attributes: BTreeMap<String, String>,
    /// Whether it takes `removalPolicy`.
    #[serde(default)]
    pub(crate) is_kept: bool,
    /// Objects among its properties that are constructions of their own.
    #[serde(default)]
    pub(crate) made: BTreeMap<String, String>,
    /// Warnings of the construct that do not hold here, each with the reason.
    #[serde(default)]
    pub(crate) acknowledged: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) properties: Vec<Property>,
}

/// How one property is said.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Property {
    /// Its path in the template.
    pub(crate) at: String,
    /// Its path in the CDK; none where `also` says it all.
    pub(crate) to: Option<String>,
    /// How its value is said.
    #[serde(rename = "as", default)]
    pub(crate) form: Form,
    /// The one value for which this holds.
    pub(crate) is: Option<String>,
    /// Properties that go with it, as they stand in code.
    #[serde(default)]
    pub(crate) also: BTreeMap<String, String>,
    /// The construct cannot be made without it.
    #[serde(default)]
    pub(crate) required: bool,
}

/// How a value is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Form {
    /// As it stands, with names of the CDK.
    #[default]
    Plain,
    /// As it stands, with its own names.
    Open,
    /// By the construct that it names.
    Construct,
    /// By a construct made for it, from the one that it names.
    Around(String),
    /// A span of time.
    Seconds,
    /// A span of time.
    Hours,
    /// A size.
    Mebibytes,
    /// An entry of a table of words.
    Word(String),
    /// Names and values as an object.
    Dictionary,
    /// A policy.
    Policy,
    /// Inline policies by name.
    Policies,
    /// Managed policies.
    Managed,
    /// Who may take on a role.
    Trust,
    /// A role that nothing is added to.
    Role,
    /// Code in a bucket.
    Code,
    /// Rules of a bucket's life cycle.
    Lifecycle,
    /// A queue for what failed.
    DeadLetters,
    /// Keys of a table.
    TableKey,
}

impl Words {
    /// Reads them.
    ///
    /// # Errors
    /// A fault in the file, which a test rules out.
    pub(crate) fn read() -> Result<Self, Fault> {
        let text = file("cdk.toml").unwrap_or_default();
        toml::from_str(text).map_err(|error| Fault(format!("cdk.toml: {error}")))
    }

    pub(crate) fn is_open(&self, key: &str) -> bool {
        self.open.iter().any(|one| one == key)
    }

    pub(crate) fn class(&self, kind: &str) -> Option<&Class> {
        self.constructs.get(kind)
    }

    /// The word of a table for a value.
    pub(crate) fn word(&self, table: &str, value: &str) -> Option<&str> {
        Some(self.tables.get(table)?.get(value)?.as_str())
    }

    /// What the code calls the module of a type, and the name of its class there.
    pub(crate) fn named(&self, kind: &str) -> (String, String) {
        let mut parts = kind.split("::").skip(1);
        let service = parts.next().unwrap_or_default();
        let name = parts.next().unwrap_or_default();
        let called = self.modules.get(service).map_or_else(
            || service.to_ascii_lowercase(),
            |module| module.called.clone(),
        );
        (called, name.to_owned())
    }

    /// Imports of the modules that a code uses, in order.
    pub(crate) fn imports(&self, kinds: &[&str], code: &str) -> Vec<(String, String)> {
        let mut found = BTreeMap::new();
        let own = self.modules.keys().map(String::as_str);
        let services = kinds.iter().filter_map(|kind| kind.split("::").nth(1));
        for service in services.chain(own) {
            let lower = service.to_ascii_lowercase();
            let known = self.modules.get(service);
            let called = known.map_or(lower.clone(), |module| module.called.clone());
            let module = known.and_then(|module| module.module.clone());
            if uses(code, &called) {
                found.insert(module.unwrap_or(format!("aws-cdk-lib/aws-{lower}")), called);
            }
        }
        found.into_iter().collect()
    }
}

/// Whether a code uses a module.
fn uses(code: &str, called: &str) -> bool {
    let mark = format!("{called}.");
    code.match_indices(&mark).any(|(at, _)| {
        let before = code.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
    })
}
