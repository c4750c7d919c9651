//! Holds templates of SAM that are written against what AWS's own translator makes of them.
//!
//! Every example and pattern is written for each platform that is a function, in each profile, in a
//! network that is made and one that is given, as a template of SAM and as one of `CloudFormation`.
//! The resources that the translator makes of the first are those of the second: by type and
//! number, with every property, condition and policy. What differs by the ways in which the two
//! say the same is listed in [`alike`], each with its reason; nothing else may differ.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use landfall_blueprint::value::Value;
use landfall_blueprint::{
    File, Format, Graph, Library, Planned, Resource, Wanted, folder, plan, yaml,
};
use landfall_catalog::Catalog;
use landfall_decide::Decision;
use landfall_source::Source;

use crate::checks::Extent;
use crate::sam_alike::{alike, told};
use crate::tools::{Places, Result, run};
use crate::written::{Around, FUNCTIONS, decided};

/// Compares them; usually those of the first profile in a network that is made.
pub(crate) fn check(places: &Places, extent: Extent) -> Result<String> {
    let out = places.tools.join("sam/written");
    if out.exists() {
        std::fs::remove_dir_all(&out).map_err(|error| error.to_string())?;
    }
    std::fs::create_dir_all(&out).map_err(|error| error.to_string())?;
    let all = pairs(extent)?;
    let mut paths: Vec<PathBuf> = Vec::new();
    for (place, pair) in all.iter().enumerate() {
        let path = out.join(format!("{place}.yaml"));
        std::fs::write(&path, &pair.sam).map_err(|error| error.to_string())?;
        paths.push(path);
    }
    let paths: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let script = places.tools.join("sam.py").display().to_string();
    let folder = out.display().to_string();
    let words = [&[script.as_str(), folder.as_str()], paths.as_slice()].concat();
    run(&places.python.join("python3"), &words, &places.tools)?;
    lint(places, &paths)?;
    let mut problems: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let (mut resources, mut taken) = (0, 0);
    for (place, pair) in all.iter().enumerate() {
        let made = std::fs::read_to_string(out.join(format!("{place}.json")));
        let mut made = graph("made.json", &made.map_err(|error| error.to_string())?)?;
        let mut wanted = graph("template.yaml", &pair.template)?;
        resources += wanted.resources.len();
        let written = graph("template.yaml", &pair.sam)?.resources.len();
        taken += wanted.resources.len().saturating_sub(written);
        alike(&mut made, &mut wanted)?;
        for one in differences(&made, &wanted) {
            problems.entry(one).or_default().push(&pair.name);
        }
    }
    if !problems.is_empty() {
        let said = problems
            .iter()
            .map(|(what, of)| format!("{what}: {} times: {}", of.len(), of.join(", ")));
        return Err(said.collect::<Vec<_>>().join("\n"));
    }
    Ok(format!(
        "{} templates written, {resources} resources compared, of which SAM makes {taken}",
        all.len()
    ))
}

/// What `sam validate --lint` runs: cfn-lint on the template of SAM.
fn lint(places: &Places, paths: &[&str]) -> Result<()> {
    for some in paths.chunks(40) {
        let head = ["-c", "I", "-e", "-f", "parseable", "--"];
        let arguments: Vec<&str> = head.into_iter().chain(some.iter().copied()).collect();
        run(&places.python.join("cfn-lint"), &arguments, &places.tools)?;
    }
    Ok(())
}

/// One workload in both formats.
struct Pair {
    name: String,
    sam: String,
    template: String,
}

/// Every template of SAM that differs from the others.
fn pairs(extent: Extent) -> Result<Vec<Pair>> {
    let words = |problem: Box<landfall_source::Diagnostic>| problem.to_string();
    let catalog = Catalog::embedded().map_err(|error| error.to_string())?;
    let library = Library::new().map_err(|fault| fault.to_string())?;
    let rounds = match extent {
        Extent::Usual => &Around::ALL[..1],
        Extent::Full => &Around::ALL[..],
    };
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for (around, (name, decision)) in decided(rounds, &catalog, &[FUNCTIONS])? {
        for (how, wanted) in wanted(&decision, &catalog) {
            let Ok(planned) = plan(&decision, &wanted, &catalog, &library) else {
                continue;
            };
            if !planned.iter().all(Planned::is_function) {
                continue;
            }
            let write = |format| folder(&decision, &planned, format, "", &library);
            let sam = match write(Format::Sam) {
                Ok(files) => template(&files),
                // SAM refuses it, as the translator says: instances have the network.
                Err(problem) if problem.to_string().contains("VpcConfig beside") => continue,
                Err(problem) => return Err(words(problem)),
            };
            if seen.insert(sam.clone()) {
                all.push(Pair {
                    name: format!("{name} {how} {}", around.word()),
                    template: template(&write(Format::CloudFormation).map_err(words)?),
                    sam,
                });
            }
        }
    }
    Ok(all)
}

fn template(files: &[File]) -> String {
    let found = files.iter().find(|file| file.path == "template.yaml");
    found.map_or_else(String::new, |file| file.text.clone())
}

/// What is asked for: as recommended, and each workload and all of them on each platform.
fn wanted(decision: &Decision, catalog: &Catalog) -> Vec<(String, Wanted)> {
    let mut all = vec![("chosen".to_owned(), Wanted::default())];
    for platform in &catalog.platforms {
        let whole = Wanted {
            platform: Some(platform.id.clone()),
            ..Wanted::default()
        };
        for workload in &decision.workloads {
            let one = Wanted {
                workload: Some(workload.id.clone()),
                ..whole.clone()
            };
            all.push((format!("{} {}", platform.id, workload.id), one));
        }
        all.push((platform.id.clone(), whole));
    }
    all
}

fn graph(name: &str, text: &str) -> Result<Graph> {
    let read = yaml::read(&Source::new(name, text)).map_err(|problem| problem.to_string())?;
    let graph = read.first().and_then(Graph::of);
    graph.ok_or_else(|| format!("{name} is no template"))
}

/// The resources that one side has and the other has not, as texts. A resource that both have by
/// its ID is named so; any other, wherever it is referred to, by its type.
fn differences(made: &Graph, wanted: &Graph) -> Vec<String> {
    let sides = [made, wanted].map(|side| {
        let other = if std::ptr::eq(side, made) {
            wanted
        } else {
            made
        };
        let name = |id: &str| match (side.get(id), other.get(id)) {
            (Some(one), Some(same)) if one.kind == same.kind => id.to_owned(),
            (Some(one), _) => format!("<{}>", one.kind),
            (None, _) => id.to_owned(),
        };
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for one in &side.resources {
            *count.entry(said(one, &name)).or_default() += 1;
        }
        for item in &side.outputs {
            let text = format!("output {} {}", item.id, told(&item.node, &name));
            *count.entry(text).or_default() += 1;
        }
        count
    });
    let [made, wanted] = &sides;
    let only = |some: &BTreeMap<String, usize>, others: &BTreeMap<String, usize>, of: &str| {
        let more = some
            .iter()
            .filter(|(text, count)| others.get(*text) != Some(count));
        more.map(|(text, _)| format!("only of {of}: {text}"))
            .collect::<Vec<_>>()
    };
    let mut all = only(made, wanted, "the translator");
    all.extend(only(wanted, made, "the template"));
    all
}

/// All that is said of a resource, but why it is there.
fn said(one: &Resource, name: &dyn Fn(&str) -> String) -> String {
    let waits: BTreeSet<String> = one.depends_on.iter().map(|id| name(id)).collect();
    let mut policies = one.policies.clone();
    policies.sort_by(|one, other| one.0.cmp(&other.0));
    format!(
        "{} {} after {waits:?} if {:?} with {} and {}",
        one.kind,
        name(&one.id),
        one.condition,
        told(&Value::Map(policies).into(), name),
        told(&one.properties, name),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: &str = "
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {KmsMasterKeyId: alias/own}}
  WorkRole:
    Type: AWS::IAM::Role
    Properties:
      Policies: [{PolicyDocument: {Statement: [{Effect: Allow, Action: 'sqs:ReceiveMessage', Resource: !GetAtt Queue.Arn}]}}]
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Work, EventSourceArn: !GetAtt Queue.Arn}
  Work: {Type: AWS::Lambda::Function, Properties: {Code: {S3Bucket: b, S3Key: k}, Role: !GetAtt WorkRole.Arn}}
";

    /// What is found where the translator makes this of it.
    fn found(made: &str) -> Vec<String> {
        let mut made = graph("made", made).unwrap();
        let mut wanted = graph("wanted", WANTED).unwrap();
        alike(&mut made, &mut wanted).unwrap();
        differences(&made, &wanted)
    }

    #[test]
    fn nothing_differs_without_being_found() {
        // Another ID, another place of the code, the tag of SAM.
        let same = WANTED.replace("  Mapping:", "  WorkQueue:").replace(
            "{S3Bucket: b, S3Key: k}",
            "{S3Bucket: c, S3Key: l}, Tags: [{Key: 'lambda:createdBy', Value: SAM}]",
        );
        assert_eq!(found(&same), Vec::<String>::new());
        for (before, after) in [
            ("sqs:ReceiveMessage", "sqs:*"),
            ("!GetAtt Queue.Arn}]", "'*'}]"),
            ("alias/own", "alias/aws/sqs"),
            ("{FunctionName: !Ref Work, ", "{FunctionName: !Ref Other, "),
            ("  Mapping:", "  More: {Type: AWS::SNS::Topic}\n  Mapping:"),
        ] {
            assert!(same.contains(before) || WANTED.contains(before));
            assert!(!found(&WANTED.replace(before, after)).is_empty(), "{after}");
        }
    }

    #[test]
    fn an_open_route_is_no_route() {
        let open = "
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties:
      Body:
        info: {title: api}
        paths: {$default: {x-amazon-apigateway-any-method: {x-amazon-apigateway-integration: {type: aws_proxy}}}}
";
        let mut made = graph("made", open).unwrap();
        let problem = alike(&mut made, &mut Graph::default()).unwrap_err();
        assert!(problem.contains("is open"), "{problem}");
    }
}
