//! A graph as a CDK app in TypeScript.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

mod construct;
mod expression;
mod iam;
mod typescript;
mod words;

use construct::is_policy_of;
use expression::Speech;
use typescript::{Ts, camel};
pub(crate) use words::Words;

use landfall_source::escape::{comment, quoted};

use crate::data::{files, pascal};
use crate::graph::{CONTEXT, Fault, Graph, Item, Resource};
use crate::openings;
use crate::value::Node;

/// The files of an app of two stacks, the infrastructure and where its code goes: paths
/// under its folder, and texts.
///
/// # Errors
/// A part of a block that the CDK has no word for; a test rules it out.
pub(crate) fn app(
    graph: &Graph,
    code: &Graph,
    name: &str,
    region: &str,
    words: &Words,
) -> Result<Vec<(String, String)>, Fault> {
    let fixed = files("cdk").into_iter();
    let mut all: Vec<(String, String)> =
        fixed.map(|(path, text)| (path, text.to_owned())).collect();
    let (stack, code_stack) = (pascal(name) + "Stack", pascal(name) + "CodeStack");
    all.push(("stack.ts".to_owned(), stack_of(graph, &stack, words)?));
    all.push(("code.ts".to_owned(), stack_of(code, &code_stack, words)?));
    let main = format!(
        "import * as cdk from \"aws-cdk-lib\";\n\
         import {{ {code_stack} }} from \"./code\";\n\
         import {{ {stack} }} from \"./stack\";\n\n\
         const name = process.env.APP ?? {};\n\
         const app = new cdk.App({{ analyticsReporting: false }});\n\
         const env = {{ account: process.env.CDK_DEFAULT_ACCOUNT, region: {} }};\n\
         const synthesizer = () => new cdk.DefaultStackSynthesizer({{ generateBootstrapVersionRule: false }});\n\
         new {code_stack}(app, `${{name}}-code`, {{ env, synthesizer: synthesizer() }});\n\
         new {stack}(app, name, {{ env, synthesizer: synthesizer() }});\n",
        quoted(name),
        quoted(region),
    );
    all.push(("app.ts".to_owned(), main));
    all.sort();
    Ok(all)
}

/// One stack as a class.
fn stack_of(graph: &Graph, class: &str, words: &Words) -> Result<String, Fault> {
    if let Some(item) = graph.conditions.iter().chain(&graph.mappings).next() {
        return Err(Fault(format!("the CDK writer has no word for {}", item.id)));
    }
    let mut speech = Speech {
        graph,
        words,
        second: BTreeSet::new(),
    };
    // What stands on what is decided before it is said: in order of need.
    for one in graph.order()? {
        if is_policy_of(one).is_none() && speech.is_second(one)? {
            speech.second.insert(one.id.clone());
        }
    }
    let mut body = acknowledged(&speech);
    for item in &graph.parameters {
        parameter(&mut body, &speech, item)?;
    }
    for one in in_order(graph) {
        match is_policy_of(one).filter(|of| speech.second.contains(*of)) {
            Some(of) => {
                for line in speech.policy_of(of, one)? {
                    let _ = writeln!(body, "    {line}");
                }
            }
            None => resource(&mut body, &speech, one)?,
        }
    }
    if !graph.outputs.is_empty() {
        body.push('\n');
    }
    for item in &graph.outputs {
        output(&mut body, &speech, item)?;
    }
    let kinds: Vec<&str> = graph
        .resources
        .iter()
        .map(|one| one.kind.as_str())
        .collect();
    let mut out = String::new();
    let imports = words.imports(&kinds, &body);
    for (module, called) in imports.iter().filter(|(_, called)| called != "cdk") {
        let _ = writeln!(out, "import * as {called} from \"{module}\";");
    }
    let helpers: Vec<&str> = ["about", "tell"]
        .into_iter()
        .filter(|name| body.contains(&format!("    {name}(")))
        .chain(["keepNames"])
        .collect();
    let _ = write!(
        out,
        "import * as cdk from \"aws-cdk-lib\";\n\
         import {{ Construct }} from \"constructs\";\n\
         import {{ {} }} from \"./about\";\n\n\
         /** {} */\n\
         export class {class} extends cdk.Stack {{\n  \
           constructor(scope: Construct, id: string, props?: cdk.StackProps) {{\n    \
             super(scope, id, props);\n    \
             this.templateOptions.description = {};\n    \
             this.templateOptions.metadata = {};\n\n\
         {body}\n    keepNames(this);\n  }}\n}}\n",
        helpers.join(", "),
        comment(&graph.description),
        Ts::text(&graph.description).show(2, 4),
        metadata(&speech)?.show(2, 36),
    );
    Ok(out)
}

/// What is said about the whole.
fn metadata(speech: &Speech<'_>) -> Result<Ts, Fault> {
    let all = speech.graph.metadata.iter();
    let said = all.map(|(key, node)| Ok((key.clone(), speech.say(node, true)?)));
    Ok(Ts::Object(said.collect::<Result<_, Fault>>()?))
}

/// Warnings of constructs that do not hold here, each with the reason.
fn acknowledged(speech: &Speech<'_>) -> String {
    let graph = speech.graph.resources.iter();
    let second = graph.filter(|one| speech.second.contains(&one.id));
    let classes = second.filter_map(|one| speech.words.class(&one.kind));
    let all: BTreeMap<&String, &String> = classes.flat_map(|class| &class.acknowledged).collect();
    let mut out = String::new();
    for (id, reason) in all {
        let call = "cdk.Annotations.of(this).acknowledgeWarning".to_owned();
        let call = Ts::Call(call, vec![Ts::text(id), Ts::text(reason)]);
        let _ = writeln!(out, "    {};", call.show(2, 4));
    }
    out
}

/// The resources in the order of the graph, each after what it needs.
fn in_order(graph: &Graph) -> Vec<&Resource> {
    let places: BTreeMap<&str, usize> = graph
        .resources
        .iter()
        .enumerate()
        .map(|(place, one)| (one.id.as_str(), place))
        .collect();
    let mut done = BTreeSet::new();
    let mut order = Vec::new();
    for root in &graph.resources {
        let mut open = vec![(root, false)];
        while let Some((one, is_ready)) = open.pop() {
            if done.contains(&one.id) {
                continue;
            }
            if is_ready {
                done.insert(one.id.clone());
                order.push(one);
                continue;
            }
            open.push((one, true));
            let mut needs: Vec<&Resource> = graph
                .needs(one)
                .iter()
                .filter_map(|id| graph.get(id))
                .collect();
            needs.sort_by_key(|other| std::cmp::Reverse(places.get(other.id.as_str())));
            open.extend(
                needs
                    .into_iter()
                    .filter(|other| !done.contains(&other.id))
                    .map(|other| (other, false)),
            );
        }
    }
    order
}

fn parameter(out: &mut String, speech: &Speech<'_>, item: &Item) -> Result<(), Fault> {
    let entries = item.node.entries().iter().map(|(key, node)| {
        let said = speech.say(node, true)?;
        Ok((camel(key), said))
    });
    let entries = Ts::Object(entries.collect::<Result<_, Fault>>()?);
    let made = Ts::Call(
        "new cdk.CfnParameter".to_owned(),
        vec![Ts::plain("this"), Ts::text(&item.id), entries],
    );
    let head = format!("const {} = ", Speech::variable(&item.id));
    let _ = writeln!(out, "    {head}{};", made.show(2, 4 + head.len()));
    Ok(())
}

fn output(out: &mut String, speech: &Speech<'_>, item: &Item) -> Result<(), Fault> {
    let entries = item.node.entries().iter();
    let entries = entries.map(|(key, node)| Ok((camel(key), speech.say(node, true)?)));
    let entries = Ts::Object(entries.collect::<Result<_, Fault>>()?);
    // Outputs have names of their own in a template; constructs share theirs.
    let is_taken = speech.graph.get(&item.id).is_some();
    let id = if is_taken {
        format!("{}Output", item.id)
    } else {
        item.id.clone()
    };
    let arguments = vec![Ts::plain("this"), Ts::text(&id), entries];
    let made = Ts::Call("new cdk.CfnOutput".to_owned(), arguments);
    let _ = write!(out, "    {}", made.show(2, 4));
    if is_taken {
        let _ = write!(out, ".overrideLogicalId({})", quoted(&item.id));
    }
    out.push_str(";\n");
    Ok(())
}

fn resource(out: &mut String, speech: &Speech<'_>, one: &Resource) -> Result<(), Fault> {
    let made = speech.construct(one)?;
    let variable = Speech::variable(&one.id);
    let mut after = made.after;
    if one.kind == "AWS::CloudWatch::Alarm" && speech.second.contains(&one.id) {
        let topic = one
            .property("AlarmActions/0")
            .and_then(|node| speech.graph.named_by(node));
        let topic = topic.map_or_else(String::new, |topic| Speech::variable(&topic.id));
        after.push(format!("tell({variable}, {topic});"));
    }
    for id in &one.depends_on {
        let needed = speech.graph.get(id);
        let parent = needed
            .and_then(is_policy_of)
            .filter(|of| speech.second.contains(*of));
        let needed = match parent {
            Some(of) => format!("{}.node.findChild(\"Policy\")", Speech::variable(of)),
            None => Speech::variable(id),
        };
        after.push(format!("{variable}.node.addDependency({needed});"));
    }
    if let Some(said) = about(speech, one)? {
        let call = Ts::Call(
            "about".to_owned(),
            [vec![Ts::plain(&variable)], said].concat(),
        );
        after.insert(0, format!("{};", call.show(2, 4)));
    }
    let arguments = vec![Ts::plain("this"), Ts::text(&one.id), made.properties];
    let made = Ts::Call(made.made, arguments);
    let head = format!("const {variable} = ");
    let is_read = after.iter().any(|line| line.contains(&variable)) || is_needed(speech.graph, one);
    let head = if is_read { head.as_str() } else { "" };
    let _ = writeln!(out, "\n    {head}{};", made.show(2, 4 + head.len()));
    for line in after {
        let _ = writeln!(out, "    {line}");
    }
    Ok(())
}

fn is_needed(graph: &Graph, one: &Resource) -> bool {
    let is_output = |item: &Item| Graph::references(&item.node).contains(&one.id);
    graph
        .resources
        .iter()
        .any(|other| graph.needs(other).contains(&one.id))
        || graph.outputs.iter().any(is_output)
}

/// What is said about a resource: why it is there, and which rules it does not meet.
fn about(speech: &Speech<'_>, one: &Resource) -> Result<Option<Vec<Ts>>, Fault> {
    let Some(why) = one
        .metadata
        .at(&format!("{CONTEXT}/why"))
        .and_then(Node::text)
    else {
        return Ok(None);
    };
    let mut said = vec![Ts::text(why)];
    let mut more = Vec::new();
    if let Some(must) = one.metadata.at(&format!("{CONTEXT}/must")) {
        more.push(("must".to_owned(), speech.say(must, true)?));
    }
    if let Some(open) = one.metadata.at(openings::REASONS) {
        more.push(("open".to_owned(), speech.say(open, true)?));
    }
    for (name, path, reason) in [
        ("checkov", "checkov/skip", "comment"),
        ("nag", "cdk_nag/rules_to_suppress", "reason"),
    ] {
        let skips = one.metadata.at(path).map_or(&[][..], Node::items);
        let text = |skip: &Node, key: &str| skip.get(key).and_then(Node::text).map(str::to_owned);
        let entries: Vec<(String, Ts)> = skips
            .iter()
            .filter_map(|skip| Some((text(skip, "id")?, Ts::text(&text(skip, reason)?))))
            .collect();
        if !entries.is_empty() {
            more.push((name.to_owned(), Ts::Object(entries)));
        }
    }
    if !more.is_empty() {
        said.push(Ts::Object(more));
    }
    Ok(Some(said))
}
