//! What was measured, into a workload file, with its comments kept.

use std::path::Path;

use landfall_source::{Diagnostic, Source, Span};
use landfall_workload::{FactId, Facts, Origin, System, Value, literal, write_file};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value as Toml};

use crate::exit::Problem;
use crate::session::no_such;
use crate::writing;

/// The largest workload file.
const LARGEST_BYTES: u64 = 1 << 20;
/// How our comment begins.
const OURS: &str = "# counted on ";

/// Writes facts of the work into a file, or makes one; `machine` is a comment beside them.
pub(super) fn write(
    path: &Path,
    id: Option<&str>,
    name: &str,
    facts: &[(FactId, Value)],
    machine: &str,
) -> Result<(), Problem> {
    writing::update(path, LARGEST_BYTES, |old| {
        let text = match old {
            Some(source) => edited(source, id, facts, machine)?,
            None => made(id, name, facts, machine),
        };
        // What it comes to is a workload file that everything else reads.
        System::parse(&Source::new(&path.display().to_string(), &text))?;
        Ok(text)
    })
}

/// A new file.
fn made(id: Option<&str>, name: &str, facts: &[(FactId, Value)], machine: &str) -> String {
    let mut all = Facts::default();
    for (fact, value) in facts {
        all.set(*fact, value.clone(), Origin::Given(Span::default()));
    }
    let letters = name.chars().map(|letter| match letter {
        'a'..='z' | '0'..='9' => letter,
        'A'..='Z' => letter.to_ascii_lowercase(),
        _ => '-',
    });
    let plain: String = letters.collect();
    let plain = plain.trim_matches('-');
    let plain = if plain.is_empty() { "workload" } else { plain };
    let text = write_file(name, id.unwrap_or(plain), &all);
    format!("# {machine}\n{text}")
}

/// A file with the facts of one workload set.
fn edited(
    source: &Source,
    id: Option<&str>,
    facts: &[(FactId, Value)],
    machine: &str,
) -> Result<String, Problem> {
    // Its mistakes are named with their places.
    let system = System::parse(source)?;
    let ids: Vec<&str> = system.workloads.iter().map(|one| one.id.as_str()).collect();
    let wanted = id.or_else(|| ids.first().copied()).unwrap_or_default();
    let place = ids.iter().position(|one| *one == wanted);
    let place = place.ok_or_else(|| no_such("workload", wanted, &ids))?;
    let unreadable = |what: &str| {
        let problem = Diagnostic::new(format!("{}: {what}", source.name()));
        Problem::from(Box::new(problem.help("write workloads as [[workload]]")))
    };
    let mut document: DocumentMut = source
        .text()
        .parse()
        .map_err(|_| unreadable("this is not TOML"))?;
    let workload = document
        .get_mut("workload")
        .and_then(Item::as_array_of_tables_mut)
        .and_then(|all| all.get_mut(place))
        .ok_or_else(|| unreadable("the workloads are not tables of their own"))?;
    let work = workload
        .entry("work")
        .or_insert_with(|| Item::Table(Table::new()));
    let work = work
        .as_table_like_mut()
        .ok_or_else(|| unreadable("`work` is not a table"))?;
    for (fact, value) in facts {
        let path: Vec<&str> = fact.name().split('.').skip(1).collect();
        set(work, &path, toml(*fact, value));
    }
    if let Some(workload) = system.workloads.get(place) {
        forget_quicker(work, &workload.facts, facts);
    }
    sign(work, machine);
    Ok(document.to_string())
}

/// A value as it stands in a file.
fn toml(fact: FactId, value: &Value) -> Toml {
    let written = literal(fact, value);
    written.parse().unwrap_or_else(|_| Toml::from(Array::new()))
}

/// Sets a key, with what stood around its old value.
fn set(table: &mut dyn TableLike, path: &[&str], mut value: Toml) {
    match path {
        [] => {}
        [key] => match table.get_mut(key) {
            Some(Item::Value(old)) => {
                *value.decor_mut() = old.decor().clone();
                *old = value;
            }
            Some(other) => *other = Item::Value(value),
            None => {
                table.insert(key, Item::Value(value));
            }
        },
        [key, rest @ ..] => {
            let is_ours = |table: &dyn TableLike| {
                let known = ["p50", "p99", "max", "memory", "architecture"];
                table.iter().all(|(key, _)| known.contains(&key))
            };
            let inner = table
                .get_mut(key)
                .and_then(Item::as_table_like_mut)
                .is_some_and(|inner| is_ours(inner));
            if !inner {
                set(table, &[key], Toml::from(InlineTable::new()));
            }
            let inner = table.get_mut(key).and_then(Item::as_table_like_mut);
            if let Some(inner) = inner {
                set(inner, rest, value);
            }
        }
    }
}

/// Takes out what an earlier measurement said of the slowest, where half of the units of work take
/// longer now and this one says nothing of it.
fn forget_quicker(work: &mut dyn TableLike, before: &Facts, facts: &[(FactId, Value)]) {
    let now = |wanted: FactId| facts.iter().find(|(fact, _)| *fact == wanted);
    let Some((_, Value::Quantity(p50_s))) = now(FactId::DurationP50) else {
        return;
    };
    for (fact, key) in [(FactId::DurationP99, "p99"), (FactId::DurationMax, "max")] {
        let is_quicker = before.likely(fact).is_some_and(|s| s < p50_s.likely());
        let duration = work.get_mut("duration");
        let duration = duration.and_then(Item::as_table_like_mut);
        if let Some(duration) = duration.filter(|_| is_quicker && now(fact).is_none()) {
            duration.remove(key);
        }
    }
}

/// Says where it was measured, above the line that says on what.
fn sign(work: &mut dyn TableLike, machine: &str) {
    let Some(mut key) = work.key_mut("measured_on") else {
        return;
    };
    let decor = key.leaf_decor_mut();
    let before = decor.prefix().and_then(|prefix| prefix.as_str());
    let kept: Vec<&str> = before
        .unwrap_or_default()
        .lines()
        .filter(|line| !line.starts_with(OURS))
        .collect();
    let mut prefix = kept.join("\n");
    if !prefix.is_empty() || !kept.is_empty() {
        prefix.push('\n');
    }
    decor.set_prefix(format!("{prefix}# {machine}\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: fn() -> Vec<(FactId, Value)> = || {
        vec![
            (FactId::DurationP50, Value::exact(0.02)),
            (FactId::DurationP99, Value::exact(0.03)),
            (FactId::DurationMax, Value::exact(0.05)),
            (FactId::MeasuredMemory, Value::exact(f64::from(1 << 30))),
            (FactId::MeasuredArchitecture, Value::Choice("arm64")),
            (FactId::Memory, Value::exact(f64::from(40 << 20))),
            (FactId::Threads, Value::exact(1.0)),
        ]
    };
    const MACHINE: &str = "counted on Linux, 2 cores";

    fn of(work: &str) -> String {
        let text = format!(
            "schema = 1\nname = \"x\"\n\n[[workload]]\nid = \"a\"\n\n[[workload]]\nid = \"b\"\n{work}"
        );
        edited(&Source::new("w.toml", &text), Some("b"), &FACTS(), MACHINE).unwrap()
    }

    #[test]
    fn comments_and_order_are_kept() {
        let text = of("\n# what it does\n[workload.work]\n\
             duration = { p50 = \"1s\", p99 = \"2s\", max = \"3s\" }   # last week\n\
             measured_on = { memory = \"512MB\", architecture = \"x86_64\" }\n\
             memory = \"600MB\"   # the largest\nresponse = \"1KB\"\n\n[workload.needs]\ngpu = false # no\n");
        let wanted = "# what it does\n[workload.work]\n\
             duration = { p50 = \"20ms\", p99 = \"30ms\", max = \"50ms\" }   # last week\n\
             # counted on Linux, 2 cores\n\
             measured_on = { memory = \"1GB\", architecture = \"arm64\" }\n\
             memory = \"40MB\"   # the largest\nresponse = \"1KB\"\n";
        assert!(text.contains(wanted), "{text}");
        assert!(
            text.ends_with("[workload.needs]\ngpu = false # no\n"),
            "{text}"
        );
        // A second time nothing changes.
        let again = edited(&Source::new("w.toml", &text), Some("b"), &FACTS(), MACHINE);
        assert_eq!(again.unwrap(), text);
    }

    #[test]
    fn every_way_to_write_it_is_edited() {
        for work in [
            "",
            "[workload.work]\n",
            "work.duration = \"1s\"\n",
            "work.duration.p50 = \"1s\"   # about\nwork.measured_on = \"512MB\"\n",
            "work = { duration = \"1s\", memory = { at_most = \"1GB\" } }\n",
            "[workload.work]\nduration = { max = { at_most = \"30s\" } }\n",
            "[workload.work]\nmemory = { low = \"1MB\", likely = \"2MB\", high = \"3MB\" }\n",
            "[workload.work.duration]\np50 = \"1s\"\n[workload.work.measured_on]\nmemory = \"1GB\"\n",
        ] {
            let text = of(work);
            let system = System::parse(&Source::new("w.toml", &text)).unwrap();
            let facts = &system.workloads[1].facts;
            for (fact, value) in FACTS() {
                let found = facts.range(fact).map(|range| range.likely());
                if let Value::Quantity(range) = value {
                    assert_eq!(found, Some(range.likely()), "{}: {text}", fact.name());
                }
            }
        }
    }

    #[test]
    fn a_slowest_that_is_quicker_than_half_of_it_now_goes() {
        let text = "schema = 1\nname = \"x\"\n[[workload]]\nid = \"a\"\n[workload.work]\n\
             duration = { p50 = \"1ms\", p99 = \"2ms\", max = \"3s\" }\n";
        let facts = [(FactId::DurationP50, Value::exact(0.02))];
        let text = edited(&Source::new("w.toml", text), None, &facts, MACHINE).unwrap();
        assert!(text.contains("{ p50 = \"20ms\", max = \"3s\" }"), "{text}");
        let system = System::parse(&Source::new("w.toml", &text)).unwrap();
        assert_eq!(system.workloads[0].facts.likely(FactId::DurationP99), None);
    }

    #[test]
    fn a_new_file_is_read_by_everything_else() {
        let text = made(None, "App.handler", &FACTS(), MACHINE);
        let system = System::parse(&Source::new("w.toml", &text)).unwrap();
        assert_eq!(system.workloads[0].id, "app-handler");
        assert!(text.starts_with("# counted on Linux"));
    }
}
