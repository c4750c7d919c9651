//! Blocks: pieces of infrastructure as data, put together into a graph.
//!
//! A block is a YAML file with placeholders. It may `Use` other blocks, bring
//! `Parameters`, `Resources` and `Outputs`, and `Extend` what is there already: a
//! permission added to a role, a skip with its reason added to a resource. A pattern is
//! a block like any other, used once for a workload. A block used twice with the same
//! result is there once, so workloads share a key, a network or a cluster by asking
//! for it.

use include_dir::{Dir, DirEntry, include_dir};
use landfall_source::Source;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};

use crate::deploying::Deploying;
use crate::graph::{Fault, Graph, Item};
use crate::settings::Settings;
use crate::value::{Node, Value};
use crate::write::cdk::Words;
use crate::yaml;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/data");

/// Uses of blocks in one blueprint, beyond which a block must be using itself.
const MOST_USES: usize = 20_000;

/// The files of a folder of the blueprint's data, as paths under it and texts, in
/// order of path.
pub(crate) fn files(folder: &str) -> Vec<(String, &'static str)> {
    fn collect(dir: &'static Dir<'static>, from: usize, found: &mut Vec<(String, &'static str)>) {
        for entry in dir.entries() {
            match entry {
                DirEntry::Dir(inner) => collect(inner, from, found),
                DirEntry::File(file) => {
                    let path = file.path().to_string_lossy();
                    let path = path.get(from..).unwrap_or_default();
                    found.push((path.to_owned(), file.contents_utf8().unwrap_or_default()));
                }
            }
        }
    }
    let mut found = Vec::new();
    if let Some(dir) = FILES.get_dir(folder) {
        collect(dir, folder.len() + 1, &mut found);
    }
    found.sort();
    found
}

/// One file of the blueprint's data.
pub(crate) fn file(path: &str) -> Option<&'static str> {
    FILES.get_file(path)?.contents_utf8()
}

/// Every block and every starter file, ready to be filled in.
#[derive(Debug)]
pub struct Library {
    environment: Environment<'static>,
    settings: Settings,
    words: Words,
    deploying: Deploying,
}

impl Library {
    /// Reads the library.
    ///
    /// # Errors
    /// A block that is no template; a test rules it out.
    pub fn new() -> Result<Self, Fault> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let syntax = SyntaxConfig::builder()
            .keep_trailing_newline(true)
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build();
        environment.set_syntax(syntax.map_err(|error| Fault(error.to_string()))?);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment.add_filter("pascal", |text: String| pascal(&text));
        environment.add_filter("yaml", |value: minijinja::Value| quoted(&value));
        for folder in ["blocks", "files", "kubernetes"] {
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
            deploying: Deploying::read()?,
        })
    }

    pub(crate) const fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) const fn words(&self) -> &Words {
        &self.words
    }

    pub(crate) const fn deploying(&self) -> &Deploying {
        &self.deploying
    }

    /// Fills in one file.
    ///
    /// # Errors
    /// A placeholder that nothing is known for.
    pub fn fill(&self, name: &str, context: &serde_json::Value) -> Result<String, Fault> {
        let filled = self.environment.get_template(name);
        let filled =
            filled.and_then(|template| template.render(minijinja::Value::from(Serde(context))));
        filled.map_err(|error| Fault(format!("{name}: {error:#}")))
    }

    /// Puts a block, and those it uses, into a graph.
    ///
    /// # Errors
    /// A fault in a block.
    pub fn put(
        &self,
        graph: &mut Graph,
        block: &str,
        context: &serde_json::Value,
    ) -> Result<(), Fault> {
        let mut uses = 0;
        self.put_within(graph, block, &Node::map([]), context, &mut uses)
    }

    /// A block sees what is known of the workload and the arguments it is used with,
    /// not those of the block that uses it.
    fn put_within(
        &self,
        graph: &mut Graph,
        block: &str,
        arguments: &Node,
        base: &serde_json::Value,
        uses: &mut usize,
    ) -> Result<(), Fault> {
        *uses += 1;
        if *uses > MOST_USES {
            return Err(Fault(format!("block `{block}` uses itself")));
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
        for used in document.get("Use").map_or(&[][..], Node::items) {
            let inner = used.get("block").and_then(Node::text);
            let inner = inner.ok_or_else(|| Fault(format!("{name}: a use without a block")))?;
            self.put_within(graph, inner, used, base, uses)?;
        }
        add(graph, &document, &name)
    }
}

/// Adds what a block brings.
fn add(graph: &mut Graph, document: &Node, name: &str) -> Result<(), Fault> {
    let brought = Graph::of(&Node::map([
        ("Resources", part(document, "Resources")),
        ("Parameters", part(document, "Parameters")),
        ("Outputs", part(document, "Outputs")),
    ]));
    let brought = brought.unwrap_or_default();
    let clash = |id: &str| Fault(format!("{name}: {id} is there already, and is another"));
    for one in brought.resources {
        match graph.get(&one.id) {
            None => graph.resources.push(one),
            Some(there) if there.kind == one.kind => {}
            Some(_) => return Err(clash(&one.id)),
        }
    }
    let put = |items: &mut Vec<Item>, new: Vec<Item>| {
        for item in new {
            if items.iter().all(|there| there.id != item.id) {
                items.push(item);
            }
        }
    };
    put(&mut graph.parameters, brought.parameters);
    put(&mut graph.outputs, brought.outputs);
    for change in document.get("Extend").map_or(&[][..], Node::items) {
        let text = |key: &str| change.get(key).and_then(Node::text);
        let (Some(id), Some(with)) = (text("of"), change.get("with")) else {
            return Err(Fault(format!(
                "{name}: an extension says what `of` and `with`"
            )));
        };
        let one = graph.resources.iter_mut().find(|one| one.id == id);
        let one = one.ok_or_else(|| Fault(format!("{name}: there is no {id} to extend")))?;
        let at = text("at").unwrap_or("Properties");
        if at == "DependsOn" {
            for needed in with.one_or_more().into_iter().filter_map(Node::text) {
                if one.depends_on.iter().all(|there| there != needed) {
                    one.depends_on.push(needed.to_owned());
                }
            }
            continue;
        }
        let (root, path) = at.split_once('/').unwrap_or((at, ""));
        let root = match root {
            "Metadata" => &mut one.metadata,
            _ => &mut one.properties,
        };
        let place = if path.is_empty() {
            Some(root)
        } else {
            root.at_mut(path)
        };
        let place = place.ok_or_else(|| Fault(format!("{name}: {id} has no {at}")))?;
        place.merge(with.clone());
    }
    Ok(())
}

fn part(document: &Node, key: &str) -> Node {
    let empty = || Value::Map(Vec::new()).into();
    document.get(key).cloned().unwrap_or_else(empty)
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

/// `photo-thumbnails` as `PhotoThumbnails`.
pub(crate) fn pascal(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let mut out = String::new();
    for word in words {
        let mut letters = word.chars();
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}

/// A value as YAML takes it wherever it stands: JSON is YAML.
fn quoted(value: &minijinja::Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
