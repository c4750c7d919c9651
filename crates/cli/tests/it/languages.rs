//! What a document is made of, as a parser of its own language reads it: everything but
//! the texts in it.

use comrak::nodes::NodeValue;
use oxc_ast_visit::Visit;

/// The parts of a file, by the language that its name says.
pub(crate) fn parts(path: &str, text: &str) -> Vec<String> {
    match path.rsplit('.').next().unwrap_or_default() {
        "json" => json(&serde_json::from_str(text).unwrap()),
        "yaml" | "yml" => yaml(text),
        "md" => markdown(text),
        "html" => html(text),
        "svg" => xml(text),
        "ts" => typescript(text),
        // The words of all others are the same but for names: as many lines.
        _ => vec![text.lines().count().to_string()],
    }
}

fn json(value: &serde_json::Value) -> Vec<String> {
    use serde_json::Value as Json;
    match value {
        Json::Array(items) => items
            .iter()
            .flat_map(json)
            .chain(["]".to_owned()])
            .collect(),
        Json::Object(entries) => {
            let entries = entries.iter();
            let entries =
                entries.flat_map(|(key, value)| [vec![key.clone()], json(value)].concat());
            entries.chain(["}".to_owned()]).collect()
        }
        Json::String(_) => vec!["text".to_owned()],
        other => vec![other.to_string()],
    }
}

fn yaml(text: &str) -> Vec<String> {
    use saphyr_parser::{Event, Parser};
    let events = Parser::new_from_str(text).map(|event| match event.unwrap().0 {
        Event::Scalar(_, _, _, tag) => format!("scalar {tag:?}"),
        other => format!("{other:?}"),
    });
    events.collect()
}

fn markdown(text: &str) -> Vec<String> {
    let mut options = comrak::Options::default();
    options.extension.autolink = true;
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.math_dollars = true;
    let arena = comrak::Arena::new();
    let root = comrak::parse_document(&arena, text, &options);
    let mut kinds = Vec::new();
    for node in root.descendants() {
        match &node.data.borrow().value {
            NodeValue::Text(_) | NodeValue::SoftBreak => {}
            NodeValue::HtmlInline(mark) if mark == "<!-- -->" => {}
            NodeValue::Link(link) => kinds.push(format!("link {}", link.url)),
            other => kinds.push(format!("{:?}", std::mem::discriminant(other))),
        }
    }
    kinds
}

/// Elements with the names of their attributes; texts of drawings are broken over lines.
fn html(text: &str) -> Vec<String> {
    let page = scraper::Html::parse_document(text);
    let all = page
        .tree
        .nodes()
        .filter_map(|node| node.value().as_element());
    let all = all.filter(|element| element.name() != "text");
    all.map(|element| {
        let mut names: Vec<&str> = element.attrs().map(|(name, _)| name).collect();
        names.sort_unstable();
        format!("{} {}", element.name(), names.join(" "))
    })
    .collect()
}

fn xml(text: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(text).unwrap();
    let all = document.descendants().filter(|node| !node.is_text());
    let all = all.filter(|node| node.tag_name().name() != "text");
    all.map(|node| {
        let names: Vec<&str> = node.attributes().map(|one| one.name()).collect();
        format!(
            "{:?} {} {}",
            node.node_type(),
            node.tag_name().name(),
            names.join(" ")
        )
    })
    .collect()
}

fn typescript(text: &str) -> Vec<String> {
    struct Kinds(Vec<String>);
    impl<'a> Visit<'a> for Kinds {
        fn enter_node(&mut self, kind: oxc_ast::AstKind<'a>) {
            self.0.push(format!("{:?}", kind.ty()));
        }
    }
    let allocator = oxc_allocator::Allocator::default();
    let read = oxc_parser::Parser::new(&allocator, text, oxc_span::SourceType::ts()).parse();
    let problems: Vec<String> = read.diagnostics.iter().map(ToString::to_string).collect();
    assert!(
        !read.panicked && problems.is_empty(),
        "{problems:?}\n{text}"
    );
    let mut kinds = Kinds(vec![read.program.comments.len().to_string()]);
    kinds.visit_program(&read.program);
    kinds.0
}
