//! The mistakes that deploying reveals and linters miss, found on the graph of any
//! template.
//!
//! A rule speaks only where the template itself shows the mistake: what hangs on a
//! parameter without a default, on a condition or on another stack is left alone.

mod bounds;
mod circles;
mod containers;
mod deployments;
mod events;
mod functions;
mod ignored;
mod jobs;
mod known;
mod mappings;
mod network;
mod order;
mod policies;
mod reach;
mod roles;
mod secrecy;
mod services;
mod tasks;
mod view;
mod zones;

use landfall_catalog::Catalog;
use landfall_source::{Result, Source};

use crate::graph::{Fault, Graph, Resource};
use crate::settings::Settings;
use crate::yaml;

pub use known::{Bound, Known, Level, Managed, Pair, Port, Rule, Zones};
pub use order::{Hidden, hidden};

/// One mistake found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The id of the rule.
    pub rule: String,
    /// How much hangs on it.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
    /// Why it is ignored, where the template says that it is.
    pub ignored: Option<String>,
}

/// The rules and what they need to know of AWS.
#[derive(Debug)]
pub struct Checker<'c> {
    catalog: &'c Catalog,
    known: Known,
    most_resources: usize,
}

/// What rules write to.
pub(crate) struct Found<'g> {
    graph: &'g Graph,
    known: &'g Known,
    noted: Vec<Noted>,
}

/// A mistake that a rule has found.
struct Noted {
    line: usize,
    rule: &'static str,
    message: String,
    /// The resource, where it is of one.
    resource: String,
}

impl Found<'_> {
    /// What AWS takes where a template says nothing, and the like; a test rules out that
    /// there is none of this name.
    pub(crate) fn value(&self, id: &str) -> f64 {
        self.known.value(id)
    }

    /// Notes a mistake at a property of a resource, or at the resource.
    pub(crate) fn at(&mut self, rule: &'static str, one: &Resource, path: &str, message: String) {
        self.at_line(rule, one, one.line_of(path), message);
    }

    /// Notes a mistake at a line of a resource.
    fn at_line(&mut self, rule: &'static str, one: &Resource, line: usize, message: String) {
        self.noted.push(Noted {
            line,
            rule,
            message,
            resource: one.id.clone(),
        });
    }

    /// Notes a mistake at a line, of no resource.
    fn note(&mut self, line: usize, rule: &'static str, message: String) {
        self.noted.push(Noted {
            line,
            rule,
            message,
            resource: String::new(),
        });
    }
}

impl<'c> Checker<'c> {
    /// Reads the rules.
    ///
    /// # Errors
    /// A fault in the file, which a test rules out.
    pub fn new(catalog: &'c Catalog) -> std::result::Result<Self, Fault> {
        Ok(Self {
            catalog,
            known: Known::read()?,
            most_resources: Settings::read()?.stack.most_resources,
        })
    }

    /// Every rule.
    pub fn rules(&self) -> &[Rule] {
        &self.known.rules
    }

    /// Everything that the rules know of AWS.
    pub fn known(&self) -> &Known {
        &self.known
    }

    /// Checks a file; none where it is no `CloudFormation` template.
    ///
    /// # Errors
    /// What cannot be read at all.
    pub fn check(&self, source: &Source) -> Result<Option<Vec<Finding>>> {
        let read = yaml::read_documents(source)?;
        // A file may hold several templates, as it may hold several documents.
        let graphs: Vec<Graph> = read.documents.iter().filter_map(Graph::of).collect();
        if graphs.is_empty() {
            return Ok(None);
        }
        let mut findings: Vec<Finding> = graphs
            .iter()
            .flat_map(|graph| self.check_graph(graph, source.name()))
            .collect();
        findings.extend(read.repeated.into_iter().map(|twice| {
            let message = format!("`{}` stands twice in one map", twice.key);
            self.finding(source.name(), twice.line, "key-twice", message, None)
        }));
        findings.sort();
        Ok(Some(findings))
    }

    /// Checks a graph.
    pub fn check_graph(&self, graph: &Graph, name: &str) -> Vec<Finding> {
        let mut found = Found {
            graph,
            known: &self.known,
            noted: Vec::new(),
        };
        let (count, most) = (graph.resources.len(), self.most_resources);
        if let Some(one) = graph.resources.get(most) {
            let what = format!("{count} resources, and a stack takes {most}");
            found.at("too-many-resources", one, "", what);
            return self.findings(found, name);
        }
        unexpanded(&mut found);
        circles::check(&mut found);
        order::check(&mut found);
        containers::check(&mut found, self.catalog);
        functions::check(&mut found, self.catalog);
        mappings::check(&mut found);
        events::check(&mut found);
        bounds::check(&mut found);
        deployments::check(&mut found);
        roles::check(&mut found);
        network::check(&mut found);
        zones::check(&mut found);
        secrecy::check(&mut found);
        self.findings(found, name)
    }

    fn findings(&self, mut found: Found<'_>, name: &str) -> Vec<Finding> {
        let ignored = ignored::read(&mut found);
        let mut findings: Vec<Finding> = found
            .noted
            .into_iter()
            .map(|noted| {
                let why = ignored
                    .iter()
                    .find(|one| one.is_of(noted.rule, &noted.resource));
                let why = why.map(|one| one.why().to_owned());
                self.finding(name, noted.line, noted.rule, noted.message, why)
            })
            .collect();
        findings.sort();
        findings.dedup();
        findings
    }

    fn finding(
        &self,
        name: &str,
        line: usize,
        rule: &str,
        message: String,
        ignored: Option<String>,
    ) -> Finding {
        let known = self.known.rules.iter().find(|one| one.id == rule);
        Finding {
            file: name.to_owned(),
            line,
            rule: rule.to_owned(),
            level: known.map_or(Level::Error, |known| known.level),
            message,
            remedy: known.map_or_else(String::new, |known| known.remedy.clone()),
            ignored,
        }
    }
}

/// Types of resources that a transform makes others of.
const TRANSFORMED: &str = "AWS::Serverless::";

/// What a transform makes of a template is not seen: that is said once.
fn unexpanded(found: &mut Found<'_>) {
    let graph = found.graph;
    let all = graph.resources.iter();
    let of_transform: Vec<&Resource> = all
        .filter(|one| one.kind.starts_with(TRANSFORMED))
        .collect();
    if let Some(first) = of_transform.first() {
        let many = match of_transform.len() {
            1 => "1 resource is".to_owned(),
            many => format!("{many} resources are"),
        };
        let what = format!("{many} expanded when the template is deployed, and not checked");
        found.at("transform-not-checked", first, "", what);
    }
}
