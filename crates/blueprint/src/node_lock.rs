//! The lock file of npm for some packages, out of one that has them all.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::data::file;
use crate::graph::Fault;

/// The lock file of everything that starters are built and run with.
const ALL: &str = "node/package-lock.json";

/// Packages with their versions.
type Versions = BTreeMap<String, String>;

/// The `package-lock.json` of a package that depends on these: every package that they
/// stand on, with its version and the hash of its contents.
///
/// # Errors
/// A package that the whole lock file has not, or has in another version.
pub(crate) fn lock(
    name: &str,
    dependencies: &Versions,
    development: &Versions,
) -> Result<String, Fault> {
    let text = file(ALL).unwrap_or_default();
    let fault = |what: String| Fault(format!("{ALL}: {what}"));
    let whole: Value = serde_json::from_str(text).map_err(|error| fault(error.to_string()))?;
    let empty = Map::new();
    let known = whole.get("packages").and_then(Value::as_object);
    let known = known.unwrap_or(&empty);
    for (wanted, version) in dependencies.iter().chain(development) {
        let found = known.get(&format!("node_modules/{wanted}"));
        let found = found.and_then(|one| one.get("version")?.as_str());
        if found != Some(version) {
            return Err(fault(format!("{wanted} {version} is not there")));
        }
    }
    let running = reached(known, dependencies);
    let building = reached(known, development);
    let mut packages = Map::new();
    let mut own = json!({"name": name});
    for (key, versions) in [
        ("dependencies", dependencies),
        ("devDependencies", development),
    ] {
        if let (Value::Object(own), false) = (&mut own, versions.is_empty()) {
            own.insert(key.to_owned(), json!(versions));
        }
    }
    packages.insert(String::new(), own);
    for place in running.union(&building) {
        let Some(Value::Object(one)) = known.get(*place) else {
            continue;
        };
        let mut one = one.clone();
        one.remove("dev");
        if !running.contains(place) {
            one.insert("dev".to_owned(), json!(true));
        }
        packages.insert((*place).to_owned(), Value::Object(one));
    }
    let lock = json!({
        "name": name,
        "lockfileVersion": whole.get("lockfileVersion"),
        "requires": true,
        "packages": packages,
    });
    let text = serde_json::to_string_pretty(&lock).map_err(|error| fault(error.to_string()))?;
    Ok(text + "\n")
}

/// The places of the packages that these stand on, at any remove.
fn reached<'k>(known: &'k Map<String, Value>, roots: &Versions) -> BTreeSet<&'k str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<(&str, &str)> = roots.keys().map(|name| ("", name.as_str())).collect();
    while let Some((from, name)) = open.pop() {
        let Some(place) = resolved(known, from, name) else {
            continue;
        };
        if !found.insert(place) {
            continue;
        }
        for key in ["dependencies", "optionalDependencies"] {
            let needs = known.get(place).and_then(|one| one.get(key)?.as_object());
            let needs = needs.into_iter().flat_map(Map::keys);
            open.extend(needs.map(|need| (place, need.as_str())));
        }
    }
    found
}

/// Where a package finds another: below itself, or below one of those it stands in.
fn resolved<'k>(known: &'k Map<String, Value>, from: &str, name: &str) -> Option<&'k str> {
    let mut within = from;
    loop {
        let place = match within {
            "" => format!("node_modules/{name}"),
            _ => format!("{within}/node_modules/{name}"),
        };
        if let Some((place, _)) = known.get_key_value(&place) {
            return Some(place);
        }
        if within.is_empty() {
            return None;
        }
        within = within
            .rsplit_once("/node_modules/")
            .map_or("", |(above, _)| above);
    }
}
