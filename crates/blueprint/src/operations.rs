//! The operations of an OpenAPI file, of which an API lets through these and no others.

use std::collections::{BTreeMap, BTreeSet};

use landfall_source::{Diagnostic, Result, Source, yaml};
use serde::Serialize;

use crate::data::pascal;
use crate::openapi::{self, ANY, DEFAULT};
use crate::value::Node;

/// What an API lets through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Operations {
    /// In the order of the file.
    all: Vec<Operation>,
    /// The parts of their paths, each after the one that it stands under.
    parts: Vec<Part>,
    /// As routes of an HTTP API: what each is called, and its key.
    routes: Vec<(String, String)>,
    /// Whether everything is let through.
    is_whole: bool,
}

impl Default for Operations {
    /// Everything is let through.
    fn default() -> Self {
        let any = |id: &str, part: Option<&str>| Operation {
            method: "ANY".to_owned(),
            id: id.to_owned(),
            part: part.map(str::to_owned),
        };
        let proxy = Part {
            id: "Proxy".to_owned(),
            under: None,
            text: "{proxy+}".to_owned(),
        };
        Self {
            all: vec![any("Root", None), any("Any", Some("Proxy"))],
            parts: vec![proxy],
            routes: vec![("Route".to_owned(), DEFAULT.to_owned())],
            is_whole: true,
        }
    }
}

/// A method of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Operation {
    /// In capital letters; `ANY` for all.
    method: String,
    /// What resources that are made of it are called.
    id: String,
    /// The part of the path that it is of; none for `/`.
    part: Option<String>,
}

/// A part of a path, between two slashes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Part {
    id: String,
    /// The part that it stands under; none for the first of a path.
    under: Option<String>,
    text: String,
}

/// Methods that API Gateway hands on, as OpenAPI names them.
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", ANY,
];
/// Keys of a path that are no methods.
const OTHERS: [&str; 5] = ["$ref", "summary", "description", "servers", "parameters"];

impl Operations {
    /// Reads an OpenAPI file of version 3, or 2, in YAML or JSON.
    ///
    /// # Errors
    /// It is none; a path or a method that API Gateway does not take; two paths that it cannot tell
    /// apart; no operation, or more than an API may have. With file and line.
    pub fn read(source: &Source, most: usize) -> Result<Self> {
        let documents = yaml::read(source)?;
        let [document] = documents.as_slice() else {
            return Err(fault(source, 1, "this is not one document", OTHER));
        };
        let version = ["openapi", "swagger"].map(|key| document.get(key).and_then(Node::text));
        let is_known = version
            .iter()
            .flatten()
            .any(|version| version.starts_with("3.") || version.starts_with('2'));
        if !is_known {
            return Err(fault(source, 1, "this is no OpenAPI file", OTHER));
        }
        let mut read = Reading {
            source,
            made: Self {
                all: Vec::new(),
                parts: Vec::new(),
                routes: Vec::new(),
                is_whole: false,
            },
            by_path: BTreeMap::new(),
            ids: BTreeSet::new(),
        };
        for (path, node) in document.get("paths").map_or(&[][..], Node::entries) {
            if path.starts_with("x-") {
                continue;
            }
            for (method, operation) in node.entries() {
                if method == "$ref" {
                    let help = "write the operations of the path here";
                    let what = "a path that stands elsewhere";
                    return Err(fault(source, operation.line, what, help));
                }
                if OTHERS.contains(&method.as_str()) || method.starts_with("x-") && method != ANY {
                    continue;
                }
                read.add(method, path, operation.line)?;
            }
        }
        let made = read.made;
        let count = made.all.len();
        if count == 0 {
            return Err(fault(source, 1, "there is no operation", OTHER));
        }
        if count > most {
            let what = format!("{count} operations, and an API has {most} at the most");
            return Err(fault(source, 1, &what, "split the API"));
        }
        Ok(made)
    }
}

/// What to do about a file that is no OpenAPI.
const OTHER: &str = "name a file of OpenAPI 3 with `paths`, in YAML or JSON";

fn fault(source: &Source, line: usize, what: &str, help: &str) -> Box<Diagnostic> {
    let line = line.max(1);
    let what = format!("{}:{line}: {what}", source.name());
    Box::new(Diagnostic::new(what).help(help))
}

/// A file as it is read.
struct Reading<'s> {
    source: &'s Source,
    made: Operations,
    /// IDs of parts, by the part above and the text; a variable is as good as another.
    by_path: BTreeMap<(Option<String>, String), String>,
    /// IDs that are taken.
    ids: BTreeSet<String>,
}

impl Reading<'_> {
    fn add(&mut self, method: &str, path: &str, line: usize) -> Result<()> {
        if !METHODS.contains(&method) {
            let what = format!("`{method}` is no method that API Gateway takes");
            return Err(fault(self.source, line, &what, "take it out of the file"));
        }
        let part = self.part_of(path, line)?;
        let name = openapi::name(method, path);
        let method = name.split(' ').next().unwrap_or_default().to_owned();
        let is_twice = |one: &Operation| one.method == method && one.part == part;
        if self.made.all.iter().any(is_twice) {
            let what = format!("another path is `{name}`, too, but for the name of a variable");
            return Err(fault(self.source, line, &what, "give both one path"));
        }
        let id = self.free(&pascal(&name.to_ascii_lowercase()));
        self.made.routes.push((id.clone(), name));
        self.made.all.push(Operation { method, id, part });
        Ok(())
    }

    /// The part that a path ends in, with all that it stands under.
    fn part_of(&mut self, path: &str, line: usize) -> Result<Option<String>> {
        let Some(rest) = path.strip_prefix('/') else {
            let what = format!("the path `{path}` does not begin with `/`");
            return Err(fault(self.source, line, &what, "begin it with `/`"));
        };
        let mut under = None;
        let mut way = String::new();
        let last = rest.split('/').count() - 1;
        let parts = rest.split('/').filter(|_| !rest.is_empty());
        for (place, text) in parts.enumerate() {
            if !is_part(text) || text.ends_with("+}") && place < last {
                let what = format!("`{text}` is no part of a path that API Gateway takes");
                let help = "use letters, digits and `-._`, or one variable in braces; `{name+}` stands last";
                return Err(fault(self.source, line, &what, help));
            }
            way.push_str(text);
            way.push('/');
            let is_variable = text.starts_with('{');
            let key = if is_variable { "{}" } else { text };
            let key = (under.clone(), key.to_owned());
            let id = match self.by_path.get(&key) {
                Some(id) => id.clone(),
                None => self.new_part(key, text, &way),
            };
            let known = self.made.parts.iter().find(|part| part.id == id);
            if let Some(known) = known.filter(|part| part.text != text) {
                let what = format!(
                    "`{text}` stands where `{}` does, and API Gateway has one variable there",
                    known.text
                );
                let help = "give both paths the same variable";
                return Err(fault(self.source, line, &what, help));
            }
            under = Some(id);
        }
        Ok(under)
    }

    fn new_part(&mut self, key: (Option<String>, String), text: &str, way: &str) -> String {
        let id = self.free(&format!("Path{}", pascal(&way.to_ascii_lowercase())));
        self.made.parts.push(Part {
            id: id.clone(),
            under: key.0.clone(),
            text: text.to_owned(),
        });
        self.by_path.insert(key, id.clone());
        id
    }

    /// A name that no other has.
    fn free(&mut self, wanted: &str) -> String {
        let numbers = (2_u32..).map(|number| format!("{wanted}{number}"));
        let mut names = std::iter::once(wanted.to_owned()).chain(numbers);
        let free = names.find(|name| !self.ids.contains(name));
        let free = free.unwrap_or_else(|| wanted.to_owned());
        self.ids.insert(free.clone());
        free
    }
}

/// Whether API Gateway takes a part of a path: a word, or a variable in braces, which may take all that
/// follows.
fn is_part(text: &str) -> bool {
    let inner = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'));
    let word = inner.map_or(text, |name| name.strip_suffix('+').unwrap_or(name));
    let is_letter = |letter: char| {
        letter.is_ascii_alphanumeric() || letter == '_' || letter == '-' || letter == '.'
    };
    !word.is_empty() && word.chars().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(paths: &str) -> Result<Operations> {
        let text = format!("openapi: 3.1.0\npaths:\n{paths}");
        Operations::read(&Source::new("api.yaml", &text), 300)
    }

    #[test]
    fn paths_share_their_parts() {
        let found = read(
            "  /: {get: {}}\n  /pets: {get: {}, post: {}}\n  /pets/{id}: {parameters: [], get: {}}\n  \
             /pets/{id}/toys/{rest+}: {x-amazon-apigateway-any-method: {}}\n",
        );
        let found = found.unwrap();
        let all: Vec<String> = found
            .all
            .iter()
            .zip(&found.routes)
            .map(|(one, (id, key))| {
                assert_eq!(*id, one.id);
                format!("{id} {} {key} {:?}", one.method, one.part)
            })
            .collect();
        insta::assert_snapshot!(all.join("\n"));
        let parts: Vec<String> = found
            .parts
            .iter()
            .map(|one| format!("{} under {:?}: {}", one.id, one.under, one.text))
            .collect();
        insta::assert_snapshot!(parts.join("\n"));
    }

    #[test]
    fn names_are_one_to_one() {
        let found = read("  /a-b: {get: {}}\n  /a/b: {get: {}}\n  /A/b: {get: {}}\n").unwrap();
        let ids: BTreeSet<&str> = found.all.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids.len(), 3, "{found:?}");
        let parts: BTreeSet<&str> = found.parts.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(parts.len(), 5, "{found:?}");
    }

    #[test]
    fn what_api_gateway_refuses_is_refused_with_its_line() {
        for (paths, says) in [
            ("  pets: {get: {}}\n", "api.yaml:3: the path `pets`"),
            ("  /pets/{id}.json: {get: {}}\n", "api.yaml:3: `{id}.json`"),
            ("  /a//b: {get: {}}\n", "api.yaml:3: `` is no part"),
            (
                "  /{all+}/b: {get: {}}\n",
                "api.yaml:3: `{all+}` is no part",
            ),
            ("  /a: {trace: {}}\n", "api.yaml:3: `trace` is no method"),
            (
                "  /a: {get: {}}\n  /b:\n    $ref: x\n",
                "api.yaml:5: a path that",
            ),
            (
                "  /a/{id}: {get: {}}\n  /a/{name}: {post: {}}\n",
                "api.yaml:4: `{name}` stands where `{id}` does",
            ),
            ("  {}\n", "api.yaml:1: there is no operation"),
        ] {
            let problem = read(paths).unwrap_err();
            assert!(problem.message.starts_with(says), "{}", problem.message);
            assert!(problem.help.is_some());
        }
        let none = Source::new("api.yaml", "Resources: {}\n");
        assert!(Operations::read(&none, 300).is_err());
        let many = Source::new(
            "api.yaml",
            "openapi: 3.0.0\npaths:\n  /a: {get: {}, put: {}}\n",
        );
        assert!(Operations::read(&many, 1).is_err() && Operations::read(&many, 2).is_ok());
    }
}
