//! The mistakes that deploying reveals and linters miss, found on the graph of any
//! template.
//!
//! A rule speaks only where the template itself shows the mistake: what hangs on a
//! parameter without a default, on a condition or on another stack is left alone.

mod containers;
mod events;
mod functions;
mod order;
mod secrecy;
mod view;

use landfall_catalog::Catalog;
use landfall_source::{Result, Source};
use serde::Deserialize;

use crate::blocks::file;
use crate::graph::{Fault, Graph, Resource};
use crate::yaml;

pub use order::{Hidden, hidden};

/// What a rule is, as `data/rules.toml` says.
#[derive(Debug, Clone, Deserialize)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// The mistake, in a few words.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
    /// Where AWS documents it.
    pub documentation: String,
}

/// One mistake found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The id of the rule.
    pub rule: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

/// The rules and what they need to know of AWS.
#[derive(Debug)]
pub struct Checker<'c> {
    catalog: &'c Catalog,
    rules: Vec<Rule>,
}

/// What rules write to.
pub(crate) struct Found<'g> {
    graph: &'g Graph,
    found: Vec<(usize, &'static str, String)>,
}

impl Found<'_> {
    /// Notes a mistake at a property of a resource, or at the resource.
    pub(crate) fn at(&mut self, rule: &'static str, one: &Resource, path: &str, message: String) {
        self.found.push((one.line_of(path), rule, message));
    }
}

impl<'c> Checker<'c> {
    /// Reads the rules.
    ///
    /// # Errors
    /// A fault in the file, which a test rules out.
    pub fn new(catalog: &'c Catalog) -> std::result::Result<Self, Fault> {
        #[derive(Deserialize)]
        struct File {
            rule: Vec<Rule>,
        }
        let text = file("rules.toml").unwrap_or_default();
        let read: std::result::Result<File, _> = toml::from_str(text);
        let read = read.map_err(|error| Fault(format!("rules.toml: {error}")))?;
        Ok(Self {
            catalog,
            rules: read.rule,
        })
    }

    /// Every rule.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Checks a file; none where it is no CloudFormation template.
    ///
    /// # Errors
    /// What cannot be read at all.
    pub fn check(&self, source: &Source) -> Result<Option<Vec<Finding>>> {
        let documents = yaml::read(source)?;
        let Some(graph) = documents.first().and_then(Graph::of) else {
            return Ok(None);
        };
        Ok(Some(self.check_graph(&graph, source.name())))
    }

    /// Checks a graph.
    pub fn check_graph(&self, graph: &Graph, name: &str) -> Vec<Finding> {
        let mut found = Found {
            graph,
            found: Vec::new(),
        };
        order::check(&mut found);
        containers::check(&mut found, self.catalog);
        functions::check(&mut found, self.catalog);
        events::check(&mut found);
        secrecy::check(&mut found);
        let mut findings: Vec<Finding> = found
            .found
            .into_iter()
            .map(|(line, rule, message)| {
                let known = self.rules.iter().find(|one| one.id == rule);
                Finding {
                    file: name.to_owned(),
                    line,
                    rule: rule.to_owned(),
                    message,
                    remedy: known.map_or_else(String::new, |known| known.remedy.clone()),
                }
            })
            .collect();
        findings.sort();
        findings.dedup();
        findings
    }
}
