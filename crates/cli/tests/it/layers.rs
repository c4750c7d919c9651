//! Goal: the files of a room form layers, so that each can be read without those above it.
//! Method: the paths that every file names within its crate, by `use` or in place, as the
//! compiler's own grammar reads them; no file reaches itself through others. What
//! a `mod.rs` names of its own folder does not count: it stands above it, as the entry.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use syn::visit::{self, Visit};

use crate::common::root;
use crate::house::{ROOMS, sources};

/// The modules that one file names.
struct Named<'m> {
    /// The file's own module.
    file: String,
    /// The module that is read: the file's own, or one inside it.
    own: Vec<String>,
    modules: &'m BTreeSet<String>,
    found: BTreeSet<String>,
}

impl Named<'_> {
    /// Takes a path that begins with `crate`, `super` or `self`.
    fn take(&mut self, path: &[String]) {
        let first = path.first().map(String::as_str);
        let is_parent = first == Some("super");
        let mut place = match first {
            Some("crate") => Vec::new(),
            Some("super" | "self") => self.own.clone(),
            _ => return,
        };
        for segment in path.iter().skip(usize::from(!is_parent)) {
            if segment == "super" {
                place.pop();
            } else {
                place.push(segment.clone());
            }
        }
        // What is named stands in the longest part that is a file.
        while !place.is_empty() {
            let name = place.join("::");
            if self.modules.contains(&name) {
                // What stands inside a file's own folder is a part of it.
                if name != self.file && !name.starts_with(&format!("{}::", self.file)) {
                    self.found.insert(name);
                }
                return;
            }
            place.pop();
        }
    }

    fn tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &syn::Ident| {
            let mut path = before.to_vec();
            path.push(name.to_string());
            path
        };
        match tree {
            syn::UseTree::Path(inner) => self.tree(&with(&inner.ident), &inner.tree),
            syn::UseTree::Name(one) => self.take(&with(&one.ident)),
            syn::UseTree::Rename(one) => self.take(&with(&one.ident)),
            syn::UseTree::Glob(_) => self.take(before),
            syn::UseTree::Group(group) => {
                for inner in &group.items {
                    self.tree(before, inner);
                }
            }
        }
    }
}

impl<'ast> Visit<'ast> for Named<'_> {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&[], &item.tree);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.own.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.own.pop();
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path
            .segments
            .iter()
            .map(|one| one.ident.to_string())
            .collect();
        self.take(&segments);
        visit::visit_path(self, path);
    }
}

/// Which files of a room name which others.
fn uses(room: &str) -> BTreeMap<String, BTreeSet<String>> {
    let folder = root().join("crates").join(room).join("src");
    let mut files = Vec::new();
    sources(&folder, &mut files);
    let module = |path: &Path| -> Vec<String> {
        let inner = path.strip_prefix(&folder).unwrap().with_extension("");
        let parts = inner.iter().map(|part| part.to_string_lossy().into_owned());
        parts.filter(|part| part != "mod").collect()
    };
    let is_root = |path: &Path| path.ends_with("lib.rs") || path.ends_with("main.rs");
    files.retain(|path| !is_root(path));
    let modules: BTreeSet<String> = files.iter().map(|path| module(path).join("::")).collect();
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let file = syn::parse_file(&text).unwrap();
        let own = module(path);
        let name = own.join("::");
        let mut named = Named {
            file: name.clone(),
            own,
            modules: &modules,
            found: BTreeSet::new(),
        };
        named.visit_file(&file);
        (name, named.found)
    };
    files.iter().map(read).collect()
}

/// Files that reach themselves, a way for each.
fn circles(uses: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut found = Vec::new();
    for start in uses.keys() {
        let mut ways = vec![vec![start]];
        let mut seen = BTreeSet::new();
        while let Some(way) = ways.pop() {
            let Some(next) = way.last().and_then(|last| uses.get(*last)) else {
                continue;
            };
            if next.contains(start) {
                let names: Vec<&str> = way.iter().map(|one| one.as_str()).collect();
                found.push(format!("{} -> {start}", names.join(" -> ")));
                break;
            }
            for one in next {
                if seen.insert(one) {
                    let mut longer = way.clone();
                    longer.push(one);
                    ways.push(longer);
                }
            }
        }
    }
    found
}

#[test]
fn files_form_no_circle() {
    let mut found = Vec::new();
    for room in ROOMS {
        let uses = uses(room);
        assert!(!uses.is_empty(), "{room}");
        let circles = circles(&uses);
        found.extend(circles.iter().map(|circle| format!("{room}: {circle}")));
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_circle_is_found() {
    let one = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    uses.insert("a".to_owned(), one(&["b"]));
    uses.insert("b".to_owned(), one(&["c"]));
    uses.insert("c".to_owned(), one(&[]));
    assert!(circles(&uses).is_empty());
    uses.insert("c".to_owned(), one(&["a"]));
    assert_eq!(circles(&uses).len(), 3);
}

/// The walks through the code name files that are there.
#[test]
fn the_walks_name_files_that_exist() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, walks) = text.split_once("## Two walks through the code").unwrap();
    let (walks, _) = walks.split_once("\n## ").unwrap();
    let named: Vec<&str> = walks
        .split('`')
        .filter(|word| word.starts_with("crates/"))
        .collect();
    assert!(named.len() > 20, "{named:?}");
    let lost: Vec<&&str> = named
        .iter()
        .filter(|name| !root().join(name).exists())
        .collect();
    assert!(lost.is_empty(), "{lost:?}");
}
