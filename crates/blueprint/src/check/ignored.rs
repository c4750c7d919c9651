//! What a template says of findings that its authors know of: `Metadata: landfall: ignore:`
//! with a list of rules, each with its reason, of one resource or of the whole template.

use std::collections::BTreeMap;

use super::{Found, Noted};
use crate::graph::Graph;
use crate::value::Node;

/// A rule that is ignored, and why.
pub(super) struct Ignored {
    /// The resource of which it is; none for all of the template.
    of: Option<String>,
    rule: String,
    why: String,
}

impl Ignored {
    /// Whether it is of this finding: of the whole template, of a resource of the finding, or
    /// of the resource that a transform has made that of.
    pub(super) fn is_of(&self, noted: &Noted, made_of: &BTreeMap<String, String>) -> bool {
        let is_mine = |of: &String| {
            let mut resources = noted.resources.iter();
            resources.any(|one| of == one || Some(of) == made_of.get(one))
        };
        self.rule == noted.rule && self.of.as_ref().is_none_or(is_mine)
    }

    /// The reason.
    pub(super) fn why(&self) -> &str {
        &self.why
    }
}

/// Everything that a template ignores with a reason; what has none, or names no rule, is a
/// finding itself.
pub(super) fn read(found: &mut Found<'_>) -> Vec<Ignored> {
    let graph: &Graph = found.graph;
    let is_ours = |(key, _): &&(String, Node)| key == "landfall";
    let whole = graph.metadata.iter().filter(is_ours);
    let whole = whole.map(|(_, node)| (None, node));
    let each = graph.resources.iter().flat_map(|one| {
        let entries = one.metadata.entries().iter();
        let ours = entries.filter(is_ours);
        ours.map(|(_, node)| (Some(one.id.as_str()), node))
    });
    let mut all = Vec::new();
    for (of, node) in whole.chain(each) {
        for row in node.get("ignore").map_or(&[][..], Node::items) {
            let text = |key: &str| row.get(key).and_then(Node::text).unwrap_or_default();
            let (rule, why) = (text("rule"), text("why"));
            let is_rule = found.known.rules.iter().any(|known| known.id == rule);
            let what = match (is_rule, why.trim().is_empty()) {
                (true, false) => {
                    all.push(Ignored {
                        of: of.map(str::to_owned),
                        rule: rule.to_owned(),
                        why: why.to_owned(),
                    });
                    continue;
                }
                (true, true) => format!("`{rule}` is ignored without a reason"),
                (false, _) => format!("`{rule}` is ignored, and there is no such rule"),
            };
            found.note(row.line, "ignored-without-reason", what);
        }
    }
    all
}
