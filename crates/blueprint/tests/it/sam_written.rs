//! Goal: a template of SAM that is written is the blueprint, shorter. Method: every example and
//! pattern on each platform that is a function, in each profile, is written as a template of SAM
//! and one of `CloudFormation`; what our own expansion makes of the first costs the same by being
//! there, lets every role do the same, imports to the same facts, and has the same findings, also
//! where both are given the same mistakes. What is no function is refused. A check of the
//! developers' compares the templates with AWS's own translator.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use landfall_blueprint::check::Checker;
use landfall_blueprint::{File, Format, Graph, Library, Planned, Wanted, folder, plan};
use landfall_catalog::Catalog;
use landfall_decide::{Decision, Profile};
use landfall_import::Import;
use landfall_source::Source;

use crate::common::{decisions, decisions_of, two_functions, wanted};
use crate::standing::of_graph;

/// One workload, or system, in both formats.
struct Both {
    name: String,
    sam: String,
    plain: String,
    planned: usize,
}

fn text(files: &[File], path: &str) -> String {
    let found = files.iter().find(|file| file.path == path).unwrap();
    found.text.clone()
}

/// All that SAM describes.
static BOTH: LazyLock<Vec<Both>> = LazyLock::new(both);

fn both() -> Vec<Both> {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap();
    let mut all = Vec::new();
    let mut refused = 0;
    let mut add = |name: String, decision: &Decision, planned: &[Planned<'_>]| {
        let write = |format| folder(decision, planned, format, "", &library);
        match write(Format::Sam) {
            Ok(files) => all.push(Both {
                name,
                sam: text(&files, "template.yaml"),
                plain: text(&write(Format::CloudFormation).unwrap(), "template.yaml"),
                planned: planned.len(),
            }),
            Err(problem) => {
                let says = "SAM takes no VpcConfig beside CapacityProviderConfig";
                assert!(problem.message.ends_with(says), "{}", problem.message);
                refused += 1;
            }
        }
    };
    for profile in Profile::ALL {
        for (name, decision) in decisions_of(profile, false) {
            for workload in &decision.workloads {
                for platform in ["lambda", "lambda-managed-instances"] {
                    let asked = wanted(&workload.id, Some(platform));
                    if let Ok(planned) = plan(&decision, &asked, &catalog, &library) {
                        let name = format!("{name} {} {platform} {profile:?}", workload.id);
                        add(name, &decision, &planned);
                    }
                }
            }
        }
    }
    let decision = two_functions();
    let asked = Wanted {
        platform: Some("lambda".to_owned()),
        ..Wanted::default()
    };
    let planned = plan(&decision, &asked, &catalog, &library).unwrap();
    add("two functions".to_owned(), &decision, &planned);
    assert!(refused > 20, "{refused}");
    assert!(all.len() > 40, "{}", all.len());
    all
}

fn graph(checker: &Checker<'_>, text: &str) -> Graph {
    let read = checker.graphs(&Source::new("template.yaml", text));
    read.unwrap().remove(0)
}

/// Rules that find something, with how often.
fn found(checker: &Checker<'_>, text: &str) -> BTreeMap<String, usize> {
    let looked = checker.look(&Source::new("template.yaml", text));
    let looked = looked.unwrap().unwrap();
    let mut rules = BTreeMap::new();
    for one in looked.findings {
        *rules.entry(one.rule).or_default() += 1;
    }
    assert!(looked.unread.is_empty(), "{text}");
    rules
}

#[test]
fn it_costs_and_allows_the_same() {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let mut shorter = 0;
    for one in &*BOTH {
        let (made, wanted) = (graph(&checker, &one.sam), graph(&checker, &one.plain));
        assert_eq!(of_graph(&made), of_graph(&wanted), "{}", one.name);
        let roles = |graph: &Graph| {
            let all = graph.of_kind("AWS::IAM::Role");
            let all = all.map(|role| (role.id.clone(), role.properties.clone()));
            let mut all: Vec<_> = all.collect();
            all.sort_by(|one, other| one.0.cmp(&other.0));
            all
        };
        assert_eq!(roles(&made), roles(&wanted), "{}", one.name);
        made.closed()
            .unwrap_or_else(|fault| panic!("{}: {fault}", one.name));
        let lines = |text: &str| text.lines().count();
        assert!(lines(&one.sam) < lines(&one.plain) + 12, "{}", one.name);
        shorter += usize::from(lines(&one.sam) < lines(&one.plain));
    }
    assert!(shorter > 40, "{shorter}");
}

/// Mistakes that both templates can be given: a text of the template, what stands there then, and
/// the rule that finds it.
const MISTAKES: [(&str, &str, &str); 3] = [
    (
        "      VisibilityTimeout: ",
        "1 #",
        "visibility-below-timeout",
    ),
    ("      MemorySize: ", "200000 #", "function-memory"),
    ("      Runtime: ", "python3.7 #", "runtime-deprecated"),
];

#[test]
fn it_has_the_same_findings() {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let mut seen = BTreeSet::new();
    for one in &*BOTH {
        let none = found(&checker, &one.plain);
        assert_eq!(found(&checker, &one.sam), none, "{}", one.name);
        // A property of all functions stands where theirs would not.
        if one.planned > 1 {
            continue;
        }
        for (before, after, rule) in MISTAKES {
            let spoilt = |text: &str| text.replace(before, &format!("{before}{after}"));
            let wanted = found(&checker, &spoilt(&one.plain));
            assert_eq!(
                found(&checker, &spoilt(&one.sam)),
                wanted,
                "{} {before}",
                one.name
            );
            seen.extend(wanted.contains_key(rule).then_some(rule));
        }
    }
    assert_eq!(seen, MISTAKES.map(|(_, _, rule)| rule).into());
}

#[test]
fn it_is_imported_as_the_same_facts() {
    let facts = |text: &str| {
        let mut import = Import::new();
        import.read("template.yaml", None, text.as_bytes()).unwrap();
        let workloads = import.finish("x").workloads;
        let of = |one: &landfall_import::Workload| {
            let findings = one.findings.iter();
            let mut said: Vec<String> = findings
                .map(|finding| format!("{} {:?}", finding.fact.name(), finding.said))
                .collect();
            said.sort();
            said.dedup();
            said
        };
        workloads.iter().map(of).collect::<Vec<_>>()
    };
    for one in &*BOTH {
        let (made, wanted) = (facts(&one.sam), facts(&one.plain));
        assert!(!wanted.is_empty(), "{}", one.name);
        assert_eq!(made, wanted, "{}", one.name);
    }
}

#[test]
fn what_functions_have_in_common_stands_once() {
    let one = BOTH.iter().find(|one| one.planned > 1).unwrap();
    let (before, after) = one.sam.split_once("\nGlobals:\n").unwrap();
    assert!(before.contains("Transform: AWS::Serverless-2016-10-31"));
    let (globals, resources) = after.split_once("\nResources:\n").unwrap();
    for shared in [
        "Runtime: nodejs24.x",
        "Architectures:",
        "KmsKeyArn: !GetAtt Key.Arn",
    ] {
        assert!(globals.contains(shared), "{shared}\n{globals}");
        assert!(!resources.contains(&format!("      {shared}")), "{shared}");
    }
    // The event of one function is not called as the queue of the other is.
    assert!(
        resources.contains("        Queue2:\n          Type: SQS\n"),
        "{resources}"
    );
}

#[test]
fn what_is_no_function_is_refused() {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap();
    let mut count = 0;
    for (name, decision) in decisions() {
        for platform in &catalog.platforms {
            let asked = Wanted {
                platform: Some(platform.id.clone()),
                ..Wanted::default()
            };
            let Ok(planned) = plan(&decision, &asked, &catalog, &library) else {
                continue;
            };
            let written = folder(&decision, &planned, Format::Sam, "", &library);
            if planned.iter().all(Planned::is_function) {
                continue;
            }
            let problem = written.unwrap_err();
            // What no format writes is refused for that.
            if folder(&decision, &planned, Format::CloudFormation, "", &library).is_err() {
                continue;
            }
            let says = format!(
                "runs on {}, and SAM describes functions alone",
                platform.name
            );
            assert!(
                problem.message.contains(&says),
                "{name}: {}",
                problem.message
            );
            let help = problem.help.as_deref().unwrap();
            assert!(
                help.contains("--format cloudformation, cdk and terraform"),
                "{help}"
            );
            count += 1;
        }
    }
    assert!(count > 50, "{count}");
}

/// SAM has another name for the ARN of the instances that a function runs on.
#[test]
fn instances_are_read_as_the_function_has_them() {
    let text = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Work:
    Type: AWS::Serverless::Function
    Properties:
      CapacityProviderConfig: {Arn: !GetAtt Hosts.Arn, PerExecutionEnvironmentMaxConcurrency: 8}
";
    let catalog = Catalog::embedded().unwrap();
    let graph = graph(&Checker::new(&catalog).unwrap(), text);
    let config = graph
        .get("Work")
        .unwrap()
        .property("CapacityProviderConfig/LambdaManagedInstancesCapacityProviderConfig");
    let keys: Vec<&str> = config
        .unwrap()
        .entries()
        .iter()
        .map(|(key, _)| key.as_str())
        .collect();
    assert_eq!(
        keys,
        [
            "CapacityProviderArn",
            "PerExecutionEnvironmentMaxConcurrency"
        ]
    );
}
