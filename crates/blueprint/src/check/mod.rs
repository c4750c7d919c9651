//! The mistakes that deploying reveals and linters miss, found on the graph of any
//! template.
//!
//! A rule speaks only where the template itself shows the mistake: what hangs on a
//! parameter without a default, on a condition or on another stack is left alone.

mod alone;
mod bounds;
mod circles;
mod containers;
mod deployments;
mod events;
mod functions;
mod given;
mod ignored;
mod integrations;
mod jobs;
mod known;
mod mappings;
mod network;
mod order;
mod parameters;
mod policies;
mod reach;
mod roles;
mod secrecy;
mod services;
mod tables;
mod tasks;
mod twice;
mod unread;
mod view;
mod zones;

use std::collections::{BTreeMap, BTreeSet};

use landfall_catalog::Catalog;
use landfall_source::{Result, Source};

use crate::graph::{Fault, Graph, Resource};
use crate::loops;
use crate::sam::{self, Sam};
use crate::settings::Settings;
use crate::value::Node;
use crate::yaml;

pub use given::{Given, Nested};
pub use known::{Bound, Known, Level, Managed, Names, Pair, Port, Rule, Single, Zones};
pub use order::{Hidden, hidden};
pub use unread::Unread;

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
    /// The logical ID of the resource, where it is of one.
    pub resource: String,
    /// Why it is ignored, where the template says that it is.
    pub ignored: Option<String>,
}

/// The rules and what they need to know of AWS.
#[derive(Debug)]
pub struct Checker<'c> {
    catalog: &'c Catalog,
    known: Known,
    sam: Sam,
    most_resources: usize,
}

/// What a template holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Looked {
    /// Its mistakes.
    pub findings: Vec<Finding>,
    /// What of it has not been looked at, and how often it occurs.
    pub unread: BTreeMap<Unread, usize>,
    /// Its parameters.
    pub parameters: BTreeSet<String>,
    /// Templates that it deploys from files.
    pub nested: Vec<Nested>,
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
    /// The resource, where it is of one, and others that it is of.
    resources: Vec<String>,
}

impl Found<'_> {
    /// What AWS takes where a template says nothing, and the like; a test rules out that
    /// there is none of this name.
    pub(crate) fn value(&self, id: &str) -> f64 {
        self.known.value(id)
    }

    /// Whether a name is of a list of AWS's; a test rules out that there is no such list.
    fn is_listed(&self, id: &str, name: &str) -> bool {
        self.known.list(id).iter().any(|one| one == name)
    }

    /// Notes a mistake at a property of a resource, or at the resource.
    pub(crate) fn at(&mut self, rule: &'static str, one: &Resource, path: &str, message: String) {
        self.at_line(rule, one, one.line_of(path), message);
    }

    /// Notes a mistake at a line of a resource; at the resource where the line is not known.
    fn at_line(&mut self, rule: &'static str, one: &Resource, line: usize, message: String) {
        self.noted.push(Noted {
            line: if line == 0 { one.line } else { line },
            rule,
            message,
            resources: vec![one.id.clone()],
        });
    }

    /// Notes a mistake at a line of a resource that is another's as well, which may ignore it.
    fn of_both(
        &mut self,
        rule: &'static str,
        one: &Resource,
        other: &Resource,
        line: usize,
        message: String,
    ) {
        self.noted.push(Noted {
            line,
            rule,
            message,
            resources: vec![one.id.clone(), other.id.clone()],
        });
    }

    /// Notes a mistake at a line, of no resource.
    fn note(&mut self, line: usize, rule: &'static str, message: String) {
        self.noted.push(Noted {
            line,
            rule,
            message,
            resources: Vec::new(),
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
            sam: Sam::read()?,
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

    /// Everything that is known of SAM.
    pub fn sam(&self) -> &Sam {
        &self.sam
    }

    /// The mistakes in a file; none where it is no `CloudFormation` template.
    ///
    /// # Errors
    /// What cannot be read at all.
    pub fn check(&self, source: &Source) -> Result<Option<Vec<Finding>>> {
        Ok(self.look(source)?.map(|looked| looked.findings))
    }

    /// The mistakes in a file, and what of it is not looked at; none where it is no
    /// `CloudFormation` template.
    ///
    /// # Errors
    /// What cannot be read at all.
    pub fn look(&self, source: &Source) -> Result<Option<Looked>> {
        self.look_with(source, &Given::new())
    }

    /// The same where parameters have these values.
    ///
    /// # Errors
    /// What cannot be read at all.
    pub fn look_with(&self, source: &Source, given: &Given) -> Result<Option<Looked>> {
        let read = yaml::read_documents(source)?;
        let mut looked = Looked::default();
        // A file may hold several templates, as it may hold several documents.
        let mut templates = 0;
        for mut document in read.documents {
            given::put(&mut document, given);
            let document = loops::written_out(&document).unwrap_or(document);
            if let Some(graph) = Graph::of(&document) {
                templates += 1;
                looked
                    .parameters
                    .extend(given::names(&document).map(str::to_owned));
                looked.nested.extend(given::nested(&graph));
                self.look_at(&document, graph, source.name(), &mut looked);
            }
        }
        if templates == 0 {
            return Ok(None);
        }
        let twice = read.repeated.into_iter().map(|twice| {
            let noted = Noted {
                line: twice.line,
                rule: "key-twice",
                message: format!("`{}` stands twice in one map", twice.key),
                resources: Vec::new(),
            };
            self.finding(source.name(), noted, None)
        });
        looked.findings.extend(twice);
        looked.findings.sort();
        Ok(Some(looked))
    }

    /// The graphs of resources of the templates in a file, as rules see them: after the
    /// transform of SAM.
    ///
    /// # Errors
    /// What cannot be read at all.
    pub fn graphs(&self, source: &Source) -> Result<Vec<Graph>> {
        let read = yaml::read_documents(source)?;
        let graphs = read.documents.into_iter().filter_map(|document| {
            let document = loops::written_out(&document).unwrap_or(document);
            let graph = Graph::of(&document)?;
            let expanded = sam::expand(&document, graph, &self.sam, self.most_resources);
            Some(expanded.graph)
        });
        Ok(graphs.collect())
    }

    /// Looks at one template.
    fn look_at(&self, document: &Node, mut graph: Graph, name: &str, looked: &mut Looked) {
        let others = unread::in_resources(document);
        graph.has_more = !others.is_empty();
        for what in unread::nested(&graph) {
            *looked.unread.entry(what).or_default() += 1;
        }
        let expanded = sam::expand(document, graph, &self.sam, self.most_resources);
        let mut found = self.found(&expanded.graph);
        for one in expanded.refused {
            found.noted.push(Noted {
                line: one.line,
                rule: "sam-refused",
                message: one.message,
                resources: vec![one.resource],
            });
        }
        let of_sam = expanded.unread.into_iter().map(|one| {
            let what = Unread::new(one.what, one.of);
            (what, one.line, vec![one.resource])
        });
        let others = others
            .into_iter()
            .map(|(what, line)| (what, line, Vec::new()));
        for (what, line, resources) in of_sam.chain(others) {
            let of = resources
                .first()
                .map_or(String::new(), |id| format!(" ({id})"));
            found.noted.push(Noted {
                line,
                rule: "transform-not-checked",
                message: format!("1 {} is not looked at{of}", what.named(1)),
                resources,
            });
            *looked.unread.entry(what).or_default() += 1;
        }
        self.rules_on(&mut found);
        looked.findings.extend(self.findings(found, name));
    }

    /// Checks a graph in which nothing is left for a transform.
    pub fn check_graph(&self, graph: &Graph, name: &str) -> Vec<Finding> {
        let mut found = self.found(graph);
        self.rules_on(&mut found);
        self.findings(found, name)
    }

    fn found<'g>(&'g self, graph: &'g Graph) -> Found<'g> {
        Found {
            graph,
            known: &self.known,
            noted: Vec::new(),
        }
    }

    /// Notes what all rules find.
    fn rules_on(&self, found: &mut Found<'_>) {
        let (graph, most) = (found.graph, self.most_resources);
        if let Some(one) = graph.resources.get(most) {
            let count = graph.resources.len();
            let what = format!("{count} resources, and a stack takes {most}");
            return found.at("too-many-resources", one, "", what);
        }
        circles::check(found);
        order::check(found);
        containers::check(found, self.catalog);
        functions::check(found, self.catalog);
        integrations::check(found);
        mappings::check(found);
        events::check(found);
        bounds::check(found);
        deployments::check(found);
        roles::check(found);
        network::check(found);
        zones::check(found);
        secrecy::check(found);
        alone::check(found);
        twice::check(found);
        tables::check(found);
        parameters::check(found);
    }

    fn findings(&self, mut found: Found<'_>, name: &str) -> Vec<Finding> {
        let ignored = ignored::read(&mut found);
        let made_of = &found.graph.made_of;
        let mut findings: Vec<Finding> = found
            .noted
            .into_iter()
            .map(|noted| {
                let why = ignored.iter().find(|one| one.is_of(&noted, made_of));
                let why = why.map(|one| one.why().to_owned());
                self.finding(name, noted, why)
            })
            .collect();
        findings.sort();
        findings.dedup();
        findings
    }

    fn finding(&self, name: &str, noted: Noted, ignored: Option<String>) -> Finding {
        let mut rules = self.known.rules.iter();
        let known = rules.find(|one| one.id == noted.rule);
        Finding {
            file: name.to_owned(),
            line: noted.line,
            rule: noted.rule.to_owned(),
            level: known.map_or(Level::Error, |known| known.level),
            message: noted.message,
            remedy: known.map_or_else(String::new, |known| known.remedy.clone()),
            resource: noted.resources.into_iter().next().unwrap_or_default(),
            ignored,
        }
    }
}
