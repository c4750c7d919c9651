//! Blocks: pieces of infrastructure as data, put together into a graph.
//!
//! A block is a YAML file with placeholders. It may `Use` other blocks, bring
//! `Parameters`, `Resources` and `Outputs`, and `Extend` what is there already: a
//! permission added to a role, a skip with its reason added to a resource. A pattern is
//! a block like any other, used once for a workload. A block used twice with the same
//! result is there once, so workloads share a key, a network or a cluster by asking
//! for it.

use std::collections::BTreeSet;

use landfall_source::{Result, Source};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};

use crate::data::{TEMPLATES, files, pascal};
use crate::deploying::Deploying;
use crate::draft::{Draft, Owner};
use crate::fill;
use crate::graph::Fault;
use crate::operations::Operations;
use crate::sam::Sam;
use crate::settings::Settings;
use crate::value::{Node, Value};
use crate::write::cdk::Words;
use crate::write::terraform;
use crate::write::terraform_stack::{hcl, snake};
use crate::yaml;

/// Uses of blocks in one blueprint, beyond which a block must be using itself.
const MOST_USES: usize = 20_000;

/// Every block and every starter file, ready to be filled in.
#[derive(Debug)]
pub struct Library {
    environment: Environment<'static>,
    settings: Settings,
    words: Words,
    terraform: terraform::Words,
    deploying: Deploying,
    sam: Sam,
}

impl Library {
    /// Reads the library.
    ///
    /// # Errors
    /// A block that is no template; a test rules it out.
    pub fn new() -> std::result::Result<Self, Fault> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let syntax = SyntaxConfig::builder()
            .keep_trailing_newline(true)
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build();
        environment.set_syntax(syntax.map_err(|error| Fault(error.to_string()))?);
        fill::languages(&mut environment);
        environment.add_filter("pascal", |text: String| pascal(&text));
        environment.add_filter("snake", |text: String| snake(&text));
        environment.add_filter("hcl", |value: Serde<serde_json::Value>| {
            minijinja::Value::from_safe_string(hcl(&value.0))
        });
        environment.add_filter("mark", |value: minijinja::Value| mark(&value.to_string()));
        for folder in TEMPLATES {
            for (path, text) in files(folder) {
                let name = format!("{folder}/{path}");
                let added = environment.add_template_owned(name, text);
                added.map_err(|error| Fault(format!("{error:#}")))?;
            }
        }
        let settings = Settings::read()?;
        Ok(Self {
            environment,
            settings,
            words: Words::read()?,
            terraform: terraform::Words::read()?,
            deploying: Deploying::read()?,
            sam: Sam::read()?,
        })
    }

    /// Reads the operations of an OpenAPI file.
    ///
    /// # Errors
    /// As [`Operations::read`].
    pub fn operations(&self, source: &Source) -> Result<Operations> {
        Operations::read(source, self.settings.functions.api_operations_most)
    }

    pub(crate) const fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) const fn words(&self) -> &Words {
        &self.words
    }

    pub(crate) const fn terraform(&self) -> &terraform::Words {
        &self.terraform
    }

    pub(crate) const fn deploying(&self) -> &Deploying {
        &self.deploying
    }

    pub(crate) const fn sam(&self) -> &Sam {
        &self.sam
    }

    /// Fills in one file.
    ///
    /// # Errors
    /// A placeholder that nothing is known for.
    pub fn fill(
        &self,
        name: &str,
        context: &serde_json::Value,
    ) -> std::result::Result<String, Fault> {
        let filled = self.environment.get_template(name);
        let filled =
            filled.and_then(|template| template.render(minijinja::Value::from(Serde(context))));
        filled.map_err(|error| Fault(format!("{name}: {error:#}")))
    }

    /// The names that a file reads when it is filled in, each with those within it:
    /// `task.Cpu`.
    ///
    /// # Errors
    /// There is no such file.
    pub fn reads(&self, name: &str) -> std::result::Result<BTreeSet<String>, Fault> {
        let template = self.environment.get_template(name);
        let template = template.map_err(|error| Fault(format!("{error:#}")))?;
        Ok(template.undeclared_variables(true).into_iter().collect())
    }

    /// Puts a block, and those it uses, into a graph.
    ///
    /// # Errors
    /// Something else of the same name; a fault in a block.
    pub fn put(&self, draft: &mut Draft, block: &str, context: &serde_json::Value) -> Result<()> {
        let mut uses = 0;
        self.put_within(draft, block, &Node::map([]), context, &mut uses)
    }

    /// A block sees what is known of the workload and the arguments it is used with,
    /// not those of the block that uses it.
    fn put_within(
        &self,
        draft: &mut Draft,
        block: &str,
        arguments: &Node,
        base: &serde_json::Value,
        uses: &mut usize,
    ) -> Result<()> {
        *uses += 1;
        if *uses > MOST_USES {
            return Err(Fault(format!("block `{block}` uses itself")).into());
        }
        let mut context = base.clone();
        if let serde_json::Value::Object(known) = &mut context {
            for (key, node) in arguments.entries() {
                known.insert(key.clone(), plain(node));
            }
        }
        let name = format!("blocks/{block}.yaml");
        let text = self.fill(&name, &context)?;
        let source = Source::new(&name, &text);
        let read = yaml::read(&source).map_err(|problem| Fault(problem.message))?;
        let Some(document) = read.into_iter().next() else {
            return Ok(());
        };
        let mut sections = document.entries().iter();
        if let Some(key) = sections.find_map(|(_, section)| without_value(section)) {
            let fault = format!("{name}: `{key}` has no value; quote a sentence with a comma");
            return Err(Fault(fault).into());
        }
        for used in document.get("Use").map_or(&[][..], Node::items) {
            let inner = used.get("block").and_then(Node::text);
            let inner = inner.ok_or_else(|| Fault(format!("{name}: a use without a block")))?;
            self.put_within(draft, inner, used, base, uses)?;
        }
        let text = |path: &str| base.pointer(path).and_then(serde_json::Value::as_str);
        let owner = Owner {
            id: text("/workload/id").unwrap_or_default(),
            prefix: text("/prefix").unwrap_or_default(),
        };
        draft.add(&document, &name, owner)
    }
}

/// A key of several words with nothing under it: in a map on one line, a comma in a sentence makes one
/// of its second half.
fn without_value(node: &Node) -> Option<&str> {
    let mut entries = node.entries().iter();
    let within = entries.find_map(|(key, inner)| match inner.value {
        Value::Null => Some(key.as_str()).filter(|key| key.contains(' ')),
        _ => without_value(inner),
    });
    within
        .or_else(|| node.items().iter().find_map(without_value))
        .or_else(|| {
            node.call()
                .and_then(|(_, argument)| without_value(argument))
        })
}

/// A value of a block as one that fills placeholders.
fn plain(node: &Node) -> serde_json::Value {
    use serde_json::Value as Json;
    match &node.value {
        Value::Null | Value::Call(..) => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Number(text) => serde_json::from_str(text).unwrap_or(Json::Null),
        Value::Text(text) => Json::String(text.clone()),
        Value::List(items) => Json::Array(items.iter().map(plain).collect()),
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, node)| (key.clone(), plain(node)));
            Json::Object(entries.collect())
        }
    }
}

/// A few letters and digits that differ where texts do: the FNV-1a hash of a text (Fowler, Noll
/// and Vo, 1991), for names of what must be made anew when it changes.
pub(crate) fn mark(text: &str) -> String {
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    format!("{hash:08x}")
}
