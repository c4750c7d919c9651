//! Goal: what the file says is what is made, or is said not to be. Method: on a workload for
//! each pattern, every fact is given values, and what becomes of the blueprint is held as a
//! golden table: it is another, a difference is named, it is refused, or nothing changes.
//! A fact that always stands in blueprints changes one; a fact that stands there unless
//! something is said has that said somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use landfall_blueprint::{
    Format, Honoured, Language, Library, Wanted, build, folder, honoured, plan,
};
use landfall_catalog::Catalog;
use landfall_decide::{Inputs, decide};
use landfall_framework::{Pack, embedded_pack};
use landfall_source::{Source, Span};
use landfall_units::Dimension;
use landfall_workload::{FactId, Kind, Origin, Scope, System, Value, json_schema};

use crate::common::wanted;

/// A workload for each pattern, and the platform that it is built on.
const BASES: [(&str, &str); 7] = [
    ("http", "lambda"),
    ("http", "fargate"),
    ("http", "eks-ec2"),
    ("queue", "ecs-ec2"),
    ("schedule", "lambda"),
    ("schedule", "eks-fargate"),
    ("batch", "batch-fargate"),
];

fn base(trigger: &str) -> System {
    let text = format!(
        "schema = 1\nname = \"Base\"\n[[workload]]\nid = \"base\"\ntrigger = \"{trigger}\"\n\
         traffic = {{ volume = \"300k/month\" }}\n\
         work = {{ duration = {{ p50 = \"1s\", p99 = \"3s\" }}, memory = \"400MB\" }}\n"
    );
    System::parse(&Source::new("base.toml", &text)).unwrap()
}

/// Values that ask for something.
fn values(fact: FactId) -> Vec<Value> {
    let texts = |all: &[&str]| all.iter().map(|text| Value::Text((*text).into())).collect();
    match (fact, fact.kind()) {
        (FactId::Runtime, _) => {
            texts(&["java21", "nodejs22.x", "python3.9", "python3.99", "ruby3.4"])
        }
        (FactId::Schedule, _) => texts(&["rate(7 minutes)", "cron(0 6 L * ? *)", "rate(1 hour)"]),
        (FactId::TimeZone, _) => texts(&["Europe/Berlin"]),
        (_, Kind::Text) => texts(&["a.csv"]),
        (_, Kind::Flag) => vec![Value::Flag(true)],
        (_, Kind::Choice(words)) => words.iter().copied().map(Value::Choice).collect(),
        (_, Kind::Choices(words)) => words
            .iter()
            .map(|word| Value::Choices(vec![word]))
            .collect(),
        (_, Kind::Quantity(dimension)) => vec![Value::exact(match dimension {
            Dimension::Bytes => 70e9,
            Dimension::Duration => 400.0,
            Dimension::Share => 0.5,
            _ => 3.0,
        })],
    }
}

struct Place {
    catalog: Catalog,
    pack: Pack,
    library: Library,
}

impl Place {
    fn new() -> Self {
        let catalog = Catalog::embedded().unwrap();
        Self {
            pack: embedded_pack("current", &catalog).unwrap(),
            library: Library::new().unwrap_or_else(|fault| panic!("{fault}")),
            catalog,
        }
    }
}

/// What is made of a system: everything but what only tells of the decision.
fn made(system: &System, wanted: &Wanted, place: &Place) -> Result<(String, Vec<String>), String> {
    let book = Catalog::prices(system.region()).unwrap();
    let decision = decide(
        system,
        &Inputs::by_formulas(&place.pack, &place.catalog, &book),
    );
    let planned = plan(&decision, wanted, &place.catalog, &place.library);
    let planned = planned.map_err(|problem| problem.to_string())?;
    let graph = build(&decision, &planned, &place.library).unwrap();
    let mut text = String::new();
    for one in &graph.resources {
        let _ = writeln!(text, "{} {} {:?}", one.id, one.kind, one.properties.value);
    }
    for item in &graph.parameters {
        let _ = writeln!(text, "{} {:?}", item.id, item.node.value);
    }
    let format = Format::CloudFormation;
    let files = folder(&decision, &planned, format, "", &place.library);
    for file in files.unwrap() {
        if !matches!(
            file.path.as_str(),
            "README.md" | "template.yaml" | "diagram.svg"
        ) {
            let _ = writeln!(text, "{}\n{}", file.path, file.text);
        }
    }
    let differences = planned.iter().flat_map(|one| &one.differences);
    let said = differences.map(|one| format!("{}: {}", one.fact.name(), one.does));
    Ok((text, said.collect()))
}

fn on(platform: &str) -> Wanted {
    wanted("base", Some(platform))
}

/// What becomes of a fact, in a line.
fn outcome(fact: FactId, made: Result<(String, Vec<String>), String>, before: &str) -> String {
    let name = format!("{}: ", fact.name());
    match made {
        Err(problem) => {
            let problem = problem.split(" (hint").next().unwrap_or_default();
            let because = problem.split_once(": ").map_or(problem, |(_, why)| why);
            format!("refused: {because}")
        }
        Ok((after, said)) => match said.iter().find_map(|one| one.strip_prefix(&name)) {
            Some(said) => format!("said: {said}"),
            None if after == before => "nothing changes".to_owned(),
            None => "written".to_owned(),
        },
    }
}

/// What must be known besides for a fact to ask for something.
fn beside(fact: FactId) -> Vec<(FactId, Value)> {
    match fact {
        FactId::Redesign => vec![(FactId::DurationMax, Value::exact(2000.0))],
        FactId::TimeZone => vec![(FactId::Schedule, Value::Text("rate(1 hour)".into()))],
        _ => Vec::new(),
    }
}

#[test]
#[ignore = "takes a minute"]
fn what_the_file_says_is_made_or_said_not_to_be() {
    let place = Place::new();
    let mut table = String::new();
    let given = FactId::ALL
        .iter()
        .filter(|fact| fact.scope() != Scope::Derived);
    let before: Vec<String> = BASES
        .iter()
        .map(|(trigger, platform)| made(&base(trigger), &on(platform), &place).unwrap().0)
        .collect();
    // What only decides can have nothing said of it, and a region is written by name.
    let given =
        given.filter(|fact| **fact != FactId::Region && honoured(**fact) != Honoured::ByDecision);
    let mut silent = Vec::new();
    for fact in given {
        let mut became = BTreeSet::new();
        for value in values(*fact) {
            let _ = writeln!(table, "{} = {}", fact.name(), value.show(*fact));
            let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for ((trigger, platform), before) in BASES.iter().zip(&before) {
                let mut system = base(trigger);
                for (fact, value) in beside(*fact).into_iter().chain([(*fact, value.clone())]) {
                    let origin = Origin::Given(Span::default());
                    system.workloads[0].facts.set(fact, value, origin);
                }
                let outcome = outcome(*fact, made(&system, &on(platform), &place), before);
                let word = outcome.split(':').next().unwrap_or_default();
                became.insert(word.to_owned());
                let base = format!("{trigger} on {platform}");
                rows.entry(outcome).or_default().push(base);
            }
            for (outcome, bases) in rows {
                let is_all = bases.len() == BASES.len();
                let bases = if is_all {
                    "everywhere".to_owned()
                } else {
                    bases.join(", ")
                };
                let _ = writeln!(table, "    {outcome} ({bases})");
            }
        }
        let needed: &[&str] = match honoured(*fact) {
            Honoured::Always => &["written", "refused"],
            _ => &["said"],
        };
        if needed.iter().all(|word| !became.contains(*word)) {
            silent.push(format!("{}: {became:?}", fact.name()));
        }
    }
    insta::assert_snapshot!(table);
    assert!(silent.is_empty(), "{silent:#?}");
}

/// The dotted names of all keys below a table of the schema.
fn keys(table: &serde_json::Value, prefix: &str, found: &mut BTreeSet<String>) {
    for (name, inner) in table["properties"].as_object().into_iter().flatten() {
        let name = format!("{prefix}{name}");
        // One number may stand for a table of several.
        let forms = inner["anyOf"].as_array().into_iter().flatten();
        let mut tables = std::iter::once(inner).chain(forms);
        let table = tables.find(|form| form["properties"].is_object());
        match table {
            Some(table) => keys(table, &format!("{name}."), found),
            None => {
                found.insert(name);
            }
        }
    }
}

#[test]
fn every_key_of_the_schema_is_a_fact_or_a_name() {
    let schema = json_schema();
    let mut found = BTreeSet::new();
    keys(&schema, "", &mut found);
    keys(&schema["properties"]["workload"]["items"], "", &mut found);
    assert!(found.len() > 50, "{found:?}");
    let names = ["schema", "name", "workload", "id"];
    let lost: Vec<&String> = found
        .iter()
        .filter(|key| FactId::named(key).is_none() && !names.contains(&key.as_str()))
        .collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn the_language_asked_for_is_said_where_the_file_names_another() {
    let place = Place::new();
    let mut system = base("queue");
    let origin = Origin::Given(Span::default());
    let java = Value::Text("java21".into());
    system.workloads[0].facts.set(FactId::Runtime, java, origin);
    let in_java = wanted("base", Some("lambda"));
    let refused = made(&system, &in_java, &place).unwrap_err();
    assert!(
        refused.contains("no code to start with in java"),
        "{refused}"
    );
    let in_python = Wanted {
        language: Some(Language::Python),
        ..in_java
    };
    let (text, said) = made(&system, &in_python, &place).unwrap();
    assert!(
        text.contains("python3.14") && !text.contains("java21"),
        "{text}"
    );
    assert!(
        said.iter()
            .any(|one| one.contains("--language python was asked for")),
        "{said:?}"
    );
}
