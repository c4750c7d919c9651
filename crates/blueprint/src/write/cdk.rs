//! A graph as a CDK app in TypeScript.

use std::fmt::Write as _;

use crate::graph::Graph;

/// The files of the app: paths under its folder, and texts.
pub fn app(graph: &Graph, name: &str) -> Vec<(&'static str, String)> {
    let mut out = String::new();
    let _ = writeln!(out, "// {name}: {}", graph.description);
    vec![("app.ts", out)]
}
