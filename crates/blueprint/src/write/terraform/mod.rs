//! A graph as resources of Terraform's provider of AWS.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

mod expression;
mod names;
mod policy;
mod resource;
mod words;

use expression::{Scene, Speech};
use names::Names;
pub(crate) use words::Words;

use super::hcl::{self, Block};
use super::terraform_stack::{KEPT, built, kind, says, snake, variable};
use crate::graph::{Fault, Graph, Item};
use crate::plan::Planned;

/// Variables that every folder has.
const OWN: [&str; 3] = ["app", "images", "region"];
/// Most characters of the app's name, where the name that is given is not longer.
pub(crate) const MOST_APP: usize = 24;
/// The files that resources stand in, and what is said above each.
const FILES: [(&str, &str); 6] = [
    ("code", "Where the code goes."),
    ("network", "The network, and what stands at its door."),
    ("access", "Who may do what, and the key."),
    ("data", "What is kept: objects, messages, records, files."),
    ("service", "What runs, and what calls it."),
    ("alarms", "Logs, alarms, and where they go."),
];

/// Paths with their texts.
pub(crate) type Texts = Vec<(String, String)>;

/// The files of resources, and what the other files of `data/terraform` say.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) files: Texts,
    /// What the other files are filled with.
    pub(crate) context: Json,
}

/// The graph of the infrastructure and that of where its code goes, as one configuration.
///
/// # Errors
/// A type, a property or a function that the table has no row for; two variables of one name.
pub(crate) fn written(
    [graph, code]: [&Graph; 2],
    planned: &[Planned<'_>],
    (app, region): (&str, &str),
    words: &Words,
    code_of: &dyn Fn(&Planned<'_>) -> String,
) -> Result<Written, Fault> {
    let longest = app.len().max(MOST_APP);
    let mut variables = Variables::new(app, region);
    let main_names = Names::of(graph, &BTreeSet::new());
    let taken: BTreeSet<String> = main_names.labels();
    let mut of_code = Speech {
        graph: code,
        words,
        names: Names::of(code, &taken),
        given: BTreeMap::new(),
        app: longest,
    };
    of_code.given.insert("App".to_owned(), "var.app".to_owned());
    settled(&mut of_code)?;
    let bucket = of_code.reference("CodeBucket", Scene::default())?;
    let mut given = BTreeMap::new();
    for item in &graph.parameters {
        let value = match built(item, planned, code_of, &bucket) {
            Some(value) => value,
            None => variables.add(item)?,
        };
        given.insert(item.id.clone(), value);
    }
    let mut speech = Speech {
        graph,
        words,
        names: main_names,
        given,
        app: longest,
    };
    settled(&mut speech)?;

    let (files, targets, kept) = files(&of_code, &speech, planned)?;
    let outputs: Vec<Json> = outputs(&of_code)?
        .into_iter()
        .chain(outputs(&speech)?)
        .collect();
    let mut context = variables.context();
    if let Json::Object(known) = &mut context {
        known.insert("uses".to_owned(), used(&files, &outputs));
        known.insert("outputs".to_owned(), json!(outputs));
        known.insert("targets".to_owned(), json!(targets));
        known.insert("kept".to_owned(), json!(kept));
        known.insert("longest".to_owned(), json!(longest));
        let zones = speech.names.stems();
        known.insert("zones".to_owned(), json!(!zones.is_empty()));
    }
    Ok(Written { files, context })
}

/// The files of resources, the addresses of those that the code goes to, and of those that are kept
/// when the rest is destroyed.
fn files(
    of_code: &Speech<'_>,
    speech: &Speech<'_>,
    planned: &[Planned<'_>],
) -> Result<(Texts, Vec<String>, Vec<String>), Fault> {
    let mut by_file: BTreeMap<String, Vec<Block>> = BTreeMap::new();
    let (mut targets, mut kept) = (Vec::new(), Vec::new());
    for (speech, is_code) in [(of_code, true), (speech, false)] {
        for (file, mut blocks) in all(speech)? {
            let file = if is_code { "code".to_owned() } else { file };
            if is_code {
                let made = blocks.iter().filter(|block| block.kind == "resource");
                targets.extend(made.map(|block| block.labels.join(".")));
            }
            let stays = blocks.iter().filter(|block| resource::is_kept(block));
            kept.extend(stays.map(|block| block.labels.join(".")));
            if !blocks.is_empty() {
                by_file.entry(file).or_default().append(&mut blocks);
            }
        }
    }
    let packages: Vec<&str> = planned
        .iter()
        .filter(|one| !one.is_image)
        .map(|one| one.id.as_str())
        .collect();
    if !packages.is_empty() {
        let bucket = of_code.reference("CodeBucket", Scene::default())?;
        by_file
            .entry("code".to_owned())
            .or_default()
            .push(objects(&packages, &bucket));
    }
    let mut files = Vec::new();
    for (name, says) in FILES {
        if let Some(blocks) = by_file.remove(name) {
            files.push((
                format!("{name}.tf"),
                hcl::file(&[says.to_owned()], &blocks)?,
            ));
        }
    }
    if let Some(lost) = by_file.keys().next() {
        return Err(Fault(format!(
            "terraform.toml names a file {lost}.tf that is none"
        )));
    }
    kept.sort();
    Ok((files, targets, kept))
}

/// Which of the data that is looked up is read anywhere.
fn used(files: &[(String, String)], outputs: &[Json]) -> Json {
    let uses = |what: &str| {
        let values = outputs.iter().filter_map(|one| one.get("value")?.as_str());
        values
            .chain(files.iter().map(|(_, text)| text.as_str()))
            .any(|text| text.contains(what))
    };
    json!({
        "account": uses("local.account_id"),
        "partition": uses("local.partition"),
        "suffix": uses("local.dns_suffix"),
        "zones": uses("data.aws_availability_zones."),
    })
}

/// The resources of a graph, each with its file; what stands once for each zone is written once.
fn all(speech: &Speech<'_>) -> Result<Vec<(String, Vec<Block>)>, Fault> {
    let mut made = Vec::new();
    for one in &speech.graph.resources {
        let is_again = speech
            .names
            .zone(&one.id)
            .is_some_and(|(_, place)| place > 0);
        if !is_again {
            made.push(resource::written(speech, one)?);
        }
    }
    Ok(made)
}

/// Writes out what cannot be written once for every zone: where a zone has more than its place in
/// the list to itself.
fn settled(speech: &mut Speech<'_>) -> Result<(), Fault> {
    loop {
        let mut apart = Vec::new();
        for stem in speech.names.stems() {
            let mut texts = BTreeSet::new();
            for (letter, _) in names::ZONES {
                let one = speech.resource(&format!("{stem}{letter}"))?;
                let (_, mut blocks) = resource::written(speech, one)?;
                for block in &mut blocks {
                    block.above.clear();
                }
                texts.insert(hcl::file(&[], &blocks)?);
            }
            if texts.len() > 1 {
                apart.push(stem);
            }
        }
        if apart.is_empty() {
            return Ok(());
        }
        for stem in apart {
            speech.names.write_out(&stem);
        }
    }
}

/// What build.sh has left in out/, each package under the sum of its bytes.
fn objects(packages: &[&str], bucket: &str) -> Block {
    let mut block = Block::of("resource");
    block.labels = vec!["aws_s3_object".to_owned(), "code".to_owned()];
    block.above = vec![
        "What build.sh has left in out/, under the sum of its bytes. The former package is deleted"
            .to_owned(),
        "when the function has taken the new one, not before.".to_owned(),
    ];
    let file = "${path.module}/../out/${each.key}.zip";
    let all = hcl::Hcl::List(packages.iter().map(|id| hcl::Hcl::text(id)).collect());
    block.put("for_each", hcl::Hcl::Call("toset", vec![all]));
    block.put("bucket", hcl::Hcl::plain(bucket));
    block.put(
        "key",
        hcl::Hcl::Plain(format!(
            "\"${{each.key}}/${{substr(filesha256(\"{file}\"), 0, 16)}}.zip\""
        )),
    );
    block.put("source", hcl::Hcl::Plain(format!("\"{file}\"")));
    block.put("lifecycle.create_before_destroy", hcl::Hcl::plain("true"));
    block
}

/// The outputs of a graph.
fn outputs(speech: &Speech<'_>) -> Result<Vec<Json>, Fault> {
    let outputs = speech.graph.outputs.iter().map(|item| {
        let node = item.node.get("Value");
        let node = node.ok_or_else(|| Fault(format!("the output {} has no value", item.id)))?;
        let hcl::Hcl::Plain(value) = speech.say(node, Scene::default())? else {
            return Err(Fault(format!("the output {} is no plain value", item.id)));
        };
        Ok(json!({"name": snake(&item.id), "says": says(item), "value": value}))
    });
    outputs.collect()
}

/// The variables of a configuration.
struct Variables {
    taken: BTreeSet<String>,
    all: Vec<Json>,
    given: Vec<(String, Json)>,
    asked: Vec<String>,
    /// Variables that name a public parameter, whose value is taken.
    looked_up: Vec<String>,
}

impl Variables {
    fn new(app: &str, region: &str) -> Self {
        Self {
            taken: OWN.into_iter().chain(KEPT).map(str::to_owned).collect(),
            all: Vec::new(),
            given: vec![
                ("app".to_owned(), json!(app)),
                ("region".to_owned(), json!(region)),
            ],
            asked: Vec::new(),
            looked_up: Vec::new(),
        }
    }

    /// Adds a parameter; gives how it is read.
    fn add(&mut self, item: &Item) -> Result<String, Fault> {
        let name = snake(&item.id);
        if !self.taken.insert(name.clone()) {
            return Err(Fault(format!("two variables of Terraform named {name}")));
        }
        let made = variable(item, &name);
        match made.get("default") {
            Some(value) => self.given.push((name.clone(), value.clone())),
            None => self.asked.push(name.clone()),
        }
        self.all.push(made);
        let type_of = item
            .node
            .get("Type")
            .and_then(crate::value::Node::text)
            .unwrap_or_default();
        if type_of.starts_with("AWS::SSM::Parameter::Value<") {
            if kind(&item.node) != "string" {
                return Err(Fault(format!("Terraform has no word for {type_of}")));
            }
            self.looked_up.push(name.clone());
            return Ok(format!("data.aws_ssm_parameter.{name}.insecure_value"));
        }
        Ok(format!("var.{name}"))
    }

    fn context(self) -> Json {
        let width = self
            .given
            .iter()
            .map(|(name, _)| name.len())
            .max()
            .unwrap_or(0);
        let given = self.given.iter();
        let given =
            given.map(|(name, value)| json!({"name": format!("{name:width$}"), "value": value}));
        json!({
            "variables": self.all,
            "asked": self.asked,
            "given": given.collect::<Vec<_>>(),
            "looked_up": self.looked_up,
        })
    }
}
