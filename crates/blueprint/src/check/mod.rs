//! The mistakes that deploying reveals and linters miss, found on the graph of any
//! template.
//!
//! A rule speaks only where the template itself shows the mistake: what hangs on a
//! parameter without a default, on a condition or on another stack is left alone.

mod circles;
mod containers;
mod events;
mod functions;
mod order;
mod secrecy;
mod view;

use std::collections::BTreeMap;

use landfall_catalog::Catalog;
use landfall_source::{Result, Source};
use serde::Deserialize;

use crate::blocks::file;
use crate::graph::{Fault, Graph, Resource};
use crate::settings::Settings;
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
    values: BTreeMap<String, f64>,
    most_resources: usize,
}

/// What rules write to.
pub(crate) struct Found<'g> {
    graph: &'g Graph,
    values: &'g BTreeMap<String, f64>,
    noted: Vec<(usize, &'static str, String)>,
}

impl Found<'_> {
    /// What AWS takes where a template says nothing, and the like; a test rules out that
    /// there is none of this name.
    pub(crate) fn value(&self, id: &str) -> f64 {
        self.values.get(id).copied().unwrap_or(f64::NAN)
    }

    /// Notes a mistake at a property of a resource, or at the resource.
    pub(crate) fn at(&mut self, rule: &'static str, one: &Resource, path: &str, message: String) {
        self.noted.push((one.line_of(path), rule, message));
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
            value: Vec<Usual>,
        }
        #[derive(Deserialize)]
        struct Usual {
            id: String,
            value: f64,
        }
        let text = file("rules.toml").unwrap_or_default();
        let read: std::result::Result<File, _> = toml::from_str(text);
        let read = read.map_err(|error| Fault(format!("rules.toml: {error}")))?;
        Ok(Self {
            catalog,
            rules: read.rule,
            most_resources: Settings::read()?.stack.most_resources,
            values: read
                .value
                .into_iter()
                .map(|one| (one.id, one.value))
                .collect(),
        })
    }

    /// Every rule.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Checks a file; none where it is no `CloudFormation` template.
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
            values: &self.values,
            noted: Vec::new(),
        };
        let (count, most) = (graph.resources.len(), self.most_resources);
        if let Some(one) = graph.resources.get(most) {
            let what = format!("{count} resources, and a stack takes {most}");
            found.at("too-many-resources", one, "", what);
            return self.findings(found, name);
        }
        circles::check(&mut found);
        order::check(&mut found);
        containers::check(&mut found, self.catalog);
        functions::check(&mut found, self.catalog);
        events::check(&mut found);
        secrecy::check(&mut found);
        self.findings(found, name)
    }

    fn findings(&self, found: Found<'_>, name: &str) -> Vec<Finding> {
        let mut findings: Vec<Finding> = found
            .noted
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
