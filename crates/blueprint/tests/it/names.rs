//! Goal: what blocks read is there, and what is there is read. Method: the names that each
//! template reads are those of the fields that its family of workloads is planned with, as
//! they are serialised; blocks are followed through those that they use, whichever way their
//! conditions go. Every field is read by some block, and every argument by the block that gets
//! it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use landfall_blueprint::{Library, plan, yaml};
use landfall_catalog::Catalog;
use landfall_decide::Profile;
use landfall_source::Source;

use crate::common::{decisions_of, wanted};

/// Blocks that stand in the stack of the code of every family.
const CODE: [&str; 2] = ["code-bucket", "repository"];
/// The block of what is asked for with a blueprint, of every family.
const ASKED: &str = "fed-by";

/// The templates of a folder of the data, by name.
fn texts(folder: &str) -> BTreeMap<String, String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data")
        .join(folder);
    let entries = std::fs::read_dir(here).unwrap();
    let files = entries.map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).unwrap())
    });
    files.collect()
}

/// The text of a template with a word for each of its placeholders.
fn filled(text: &str, word: &str) -> String {
    let mut parts = text.split("{{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        filled.push_str(word);
        filled.push_str(part.split_once("}}").map_or("", |(_, rest)| rest));
    }
    filled
}

/// The blocks that a block may use.
fn used(text: &str, blocks: &BTreeMap<String, String>) -> BTreeSet<String> {
    let filled = filled(text, "*");
    let mut found = BTreeSet::new();
    for part in filled.split("block: ").skip(1) {
        let is_name = |c: char| c.is_ascii_lowercase() || c == '-' || c == '*';
        let name: String = part.chars().take_while(|c| is_name(*c)).collect();
        match name.split_once('*') {
            // The block that gives variables to the code, which is an argument.
            Some(("", _)) => {
                let all = blocks.keys().filter(|block| block.ends_with("env"));
                found.extend(all.cloned());
            }
            Some((start, _)) => {
                let all = blocks.keys().filter(|block| block.starts_with(start));
                found.extend(all.cloned());
            }
            None => {
                found.insert(name);
            }
        }
    }
    found
}

/// The names of all fields, each with those within it.
fn fields(value: &serde_json::Value, within: &str, found: &mut BTreeSet<String>) {
    for (name, inner) in value.as_object().into_iter().flatten() {
        let name = format!("{within}{name}");
        fields(inner, &format!("{name}."), found);
        found.insert(name);
    }
}

#[derive(Default)]
struct Family {
    fields: BTreeSet<String>,
    blocks: BTreeSet<String>,
}

/// What the workloads of each family are planned with, and the blocks that they are of.
fn families(catalog: &Catalog, library: &Library) -> BTreeMap<BTreeSet<String>, Family> {
    let mut found: BTreeMap<BTreeSet<String>, Family> = BTreeMap::new();
    for profile in [Profile::Starter, Profile::Hardened] {
        for (_, decision) in decisions_of(profile, false) {
            for workload in &decision.workloads {
                for platform in &catalog.platforms {
                    let asked = wanted(&workload.id, Some(&platform.id));
                    for one in plan(&decision, &asked, catalog, library).unwrap_or_default() {
                        let values = one.context.values().unwrap();
                        // A family is what has the same fields: those of functions, of tasks.
                        let roots = values.as_object().unwrap().keys().cloned();
                        let family = found.entry(roots.collect()).or_default();
                        fields(&values, "", &mut family.fields);
                        let blocks = one.blocks.iter().chain(&CODE).chain([&ASKED]);
                        family
                            .blocks
                            .extend(blocks.map(|block| (*block).to_owned()));
                    }
                }
            }
        }
    }
    found
}

#[test]
fn blocks_read_what_their_family_has_and_all_of_it() {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    let (blocks, manifests) = (texts("blocks"), texts("kubernetes"));
    let families = families(&catalog, &library);
    let all = families.values().flat_map(|family| &family.fields);
    let all: BTreeSet<&String> = all.collect();
    let mut wrong = BTreeSet::new();
    let mut read = BTreeSet::new();
    assert_eq!(families.len(), 4, "{:?}", families.keys());
    for (roots, family) in &families {
        let mut reached = family.blocks.clone();
        let mut next: Vec<String> = reached.iter().cloned().collect();
        while let Some(block) = next.pop() {
            let new = used(&blocks[&block], &blocks);
            next.extend(
                new.iter()
                    .filter(|block| reached.insert((*block).clone()))
                    .cloned(),
            );
        }
        let paths = reached.iter().map(|block| format!("blocks/{block}.yaml"));
        // What runs a fleet is of no family.
        let manifests = manifests.keys().filter(|one| *one != "fleet");
        let manifests = manifests.filter(|_| roots.contains("pods"));
        let paths = paths.chain(manifests.map(|one| format!("kubernetes/{one}.yaml")));
        for path in paths {
            for one in library.reads(&path).unwrap() {
                // What is no field of any family is an argument.
                let root = one.split('.').next().unwrap_or_default().to_owned();
                if all.contains(&root) && !family.fields.contains(&one) {
                    wrong.insert(format!("{path} reads {one}, which is not in {roots:?}"));
                }
                read.insert(one);
            }
        }
    }
    let is_read = |field: &String| {
        let within = |one: &String| one.starts_with(&format!("{field}."));
        let above = field.match_indices('.').map(|(at, _)| &field[..at]);
        read.contains(field)
            || read.iter().any(within)
            || above.into_iter().any(|one| read.contains(one))
    };
    let unread = all.into_iter().filter(|field| !is_read(field));
    wrong.extend(unread.map(|field| format!("no block reads {field}")));
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(read.len() > 100, "{read:#?}");
}

#[test]
fn blocks_read_every_argument() {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    let roots: BTreeSet<String> = families(&catalog, &library).into_keys().flatten().collect();
    let mut wrong = BTreeSet::new();
    let mut number = 0;
    for (name, text) in texts("blocks") {
        for line in text.lines().filter(|line| line.starts_with("  - {block: ")) {
            let text = filled(line, "x");
            let read = yaml::read(&Source::new(&name, &text)).unwrap();
            let using = &read[0].items()[0];
            let block = using.get("block").unwrap().text().unwrap();
            let Ok(known) = library.reads(&format!("blocks/{block}.yaml")) else {
                // Its name is an argument itself.
                assert!(
                    line.contains("block: {{") || block.ends_with("-x"),
                    "{name}: {line}"
                );
                continue;
            };
            for (argument, _) in using.entries().iter().filter(|(key, _)| key != "block") {
                number += 1;
                if roots.contains(argument) {
                    wrong.insert(format!("{name} gives {argument}, which every block has"));
                }
                if !known.contains(argument) {
                    wrong.insert(format!("{name} gives {argument} to {block}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(number > 200, "{number} arguments");
}
