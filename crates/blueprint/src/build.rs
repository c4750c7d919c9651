//! Puts the planned workloads together into one graph.

use landfall_decide::{Decision, Profile, Tipping};
use landfall_source::{Diagnostic, Result};

use crate::blocks::Library;
use crate::draft::Draft;
use crate::graph::{CONTEXT, Fault, Graph, Resource};
use crate::plan::Planned;
use crate::value::{Node, Value};

/// The graph of a decision.
///
/// # Errors
/// A fault in a block; more resources than a stack may have.
pub fn build(decision: &Decision, planned: &[Planned<'_>], library: &Library) -> Result<Graph> {
    let title = title(decision, planned, library);
    let mut draft = Draft::new(title.clone());
    for one in planned {
        let values = one.context.values()?;
        for block in &one.blocks {
            library.put(&mut draft, block, &values)?;
        }
    }
    let mut graph = tidied(draft, library)?;
    let most = library.settings().stack.most_resources;
    if graph.resources.len() > most {
        let what = format!(
            "{} resources, and a stack takes {most}",
            graph.resources.len()
        );
        let help = "write a blueprint for each workload: --workload ID; or for fewer of its copies: --copies N";
        return Err(Box::new(Diagnostic::new(what).help(help)));
    }
    graph.metadata = vec![
        (CONTEXT.to_owned(), context(&title, &graph)),
        ("Landfall".to_owned(), record(planned, decision.profile)),
    ];
    Ok(graph)
}

/// The graph of where the code goes: repositories, and a bucket for packages.
///
/// # Errors
/// A fault in a block.
pub fn build_code(
    decision: &Decision,
    planned: &[Planned<'_>],
    library: &Library,
) -> Result<Graph> {
    let title = format!("Where the code of {} goes", decision.name);
    let mut draft = Draft::new(description(&title, library));
    for one in planned {
        let values = one.context.values()?;
        let blocks = [(true, "code-bucket"), (one.is_image, "repository")];
        for (_, block) in blocks.iter().filter(|(wanted, _)| *wanted) {
            library.put(&mut draft, block, &values)?;
        }
    }
    let mut graph = tidied(draft, library)?;
    let says = Node::map([("arch", graph.description.as_str().into())]);
    graph.metadata = vec![(CONTEXT.to_owned(), says)];
    Ok(graph)
}

/// The graph that blocks have made, without what nothing reads, and with a reason for everything that is
/// open.
pub(crate) fn tidied(draft: Draft, library: &Library) -> Result<Graph> {
    let mut graph = draft.finish()?;
    graph.openings()?;
    tidy(&mut graph, library);
    Ok(graph)
}

/// A text as `CloudFormation` takes it for a description.
fn description(text: &str, library: &Library) -> String {
    let is_plain = |letter: &char| matches!(letter, ' '..='~');
    let most = library.settings().stack.longest_description_bytes;
    text.chars().filter(is_plain).take(most).collect()
}

impl From<Fault> for Box<Diagnostic> {
    fn from(fault: Fault) -> Self {
        let problem = Diagnostic::new(fault.0);
        Self::new(problem.help("this is Landfall's own fault; please report it"))
    }
}

fn title(decision: &Decision, planned: &[Planned<'_>], library: &Library) -> String {
    let parts: Vec<String> = planned
        .iter()
        .map(|one| format!("{} on {}", one.id, one.option.name))
        .collect();
    let text = format!("{}: {}", decision.name, parts.join(", "));
    description(&text, library)
}

/// Takes out what holds nothing, as lists of skips without one, and parameters that
/// nothing reads; says what a resource is for where its block does not.
fn tidy(graph: &mut Graph, library: &Library) {
    graph.drop_unread_parameters();
    for one in &mut graph.resources {
        prune(&mut one.metadata);
        let known = library.settings().why.get(&one.kind);
        if let (None, Some(why)) = (one.metadata.get(CONTEXT), known) {
            let mut metadata = Node::map([(CONTEXT, Node::map([("why", why.as_str().into())]))]);
            if metadata.merge(one.metadata.clone()).is_ok() {
                one.metadata = metadata;
            }
        }
    }
}

fn prune(node: &mut Node) {
    if let Value::Map(entries) = &mut node.value {
        for (_, inner) in entries.iter_mut() {
            prune(inner);
        }
        entries.retain(|(_, inner)| match &inner.value {
            Value::Map(entries) => !entries.is_empty(),
            Value::List(items) => !items.is_empty(),
            Value::Null => false,
            _ => true,
        });
    }
}

/// What the whole is and what must hold, for people and tools that read the template.
fn context(title: &str, graph: &Graph) -> Node {
    let mut must: Vec<Node> = Vec::new();
    let notifies = |one: &Resource| one.property("NotificationConfiguration").is_some();
    if graph.of_kind("AWS::S3::Bucket").any(notifies) {
        must.push("Never write results to the bucket whose uploads start the work".into());
    }
    must.push("Change sizes in the workload file and write the blueprint anew".into());
    Node::map([("arch", title.into()), ("must", Value::List(must).into())])
}

/// The decision in the template: the profile, and for each workload why it is where it
/// is, what was rejected, and when to look again.
fn record(planned: &[Planned<'_>], profile: Profile) -> Node {
    let mut entries = vec![("Profile", profile.word().into())];
    for one in planned {
        let lines = whys(one).into_iter().map(|line| line.as_str().into());
        entries.push((one.id.as_str(), Value::List(lines.collect()).into()));
    }
    Node::map(entries)
}

/// Why a workload runs where it does, what was rejected, and when to look again.
pub(crate) fn whys(one: &Planned<'_>) -> Vec<String> {
    let (workload, option) = (one.workload, one.option);
    let mut lines = Vec::new();
    let total = option
        .monthly
        .as_ref()
        .map(|monthly| monthly.expected.to_cent());
    let dollars = total.map_or_else(
        || "an unknown sum".to_owned(),
        |total| format!("{total} a month"),
    );
    let verdict = option.verdict.word();
    lines.push(format!("{} ({verdict}): {dollars}", option.platform));
    for reason in option.reasons.iter().take(3) {
        lines.push(format!("{} ({})", reason.because, reason.source));
    }
    for other in workload
        .options
        .iter()
        .filter(|other| other.platform != option.platform)
    {
        let against = other.monthly.as_ref().map_or_else(
            || {
                other
                    .reasons
                    .first()
                    .map_or("excluded".to_owned(), |reason| reason.because.clone())
            },
            |monthly| format!("{} a month", monthly.expected.to_cent()),
        );
        lines.push(format!("Not {}: {against}", other.platform));
    }
    lines.extend(workload.tipping.iter().map(reconsider));
    lines
}

fn reconsider(tip: &Tipping) -> String {
    let to = tip.to.as_deref().unwrap_or("nothing");
    format!(
        "Reconsider at {} {}: then {to}",
        tip.fact.name(),
        tip.shown()
    )
}
