//! A graph as a picture: Mermaid and SVG.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use landfall_source::escape::{html, mermaid};

use crate::Library;
use crate::graph::{Graph, Resource};
use crate::settings::Arrow;

/// What a picture shows: resources, and arrows between them by place.
#[derive(Debug)]
pub struct Picture<'g> {
    nodes: Vec<(&'g Resource, &'g str)>,
    arrows: BTreeSet<(usize, usize)>,
}

impl<'g> Picture<'g> {
    /// The picture of a graph.
    pub fn of(graph: &'g Graph, library: &'g Library) -> Self {
        let settings = library.settings();
        let nodes: Vec<(&Resource, &str)> = graph
            .resources
            .iter()
            .filter_map(|one| Some((one, settings.shown.get(&one.kind)?.as_str())))
            .collect();
        let place = |id: &str| nodes.iter().position(|(one, _)| one.id == id);
        let ends = |one: &Resource, path: Option<&String>| -> Vec<usize> {
            let Some(path) = path else {
                return place(&one.id).into_iter().collect();
            };
            let named = one.property(path).map(Graph::references);
            named.iter().flatten().filter_map(|id| place(id)).collect()
        };
        let mut arrows = BTreeSet::new();
        for one in &graph.resources {
            let own = |arrow: &&Arrow| arrow.kind == one.kind;
            for arrow in settings.arrow.iter().filter(own) {
                for from in ends(one, arrow.from.as_ref()) {
                    let to = ends(one, arrow.to.as_ref()).into_iter();
                    arrows.extend(to.filter(|to| *to != from).map(|to| (from, to)));
                }
            }
        }
        Self { nodes, arrows }
    }

    /// As Mermaid.
    pub fn mermaid(&self) -> String {
        let mut out = "flowchart LR\n".to_owned();
        for (one, word) in &self.nodes {
            let (name, word) = (mermaid(&one.id), mermaid(word));
            let _ = writeln!(out, "  {}[\"{name}<br/>{word}\"]", one.id);
        }
        for (from, to) in &self.arrows {
            if let (Some((from, _)), Some((to, _))) = (self.nodes.get(*from), self.nodes.get(*to)) {
                let _ = writeln!(out, "  {} --> {}", from.id, to.id);
            }
        }
        out
    }

    /// How many arrows lead to each node at the most.
    fn columns(&self) -> Vec<usize> {
        let mut columns = vec![0; self.nodes.len()];
        // A circle, as of a bucket and a function that writes back, ends after as many
        // rounds as there are nodes.
        for _ in 0..self.nodes.len() {
            for (from, to) in &self.arrows {
                let after = columns.get(*from).copied().unwrap_or(0) + 1;
                if let Some(column) = columns.get_mut(*to)
                    && *column < after
                    && after < self.nodes.len()
                {
                    *column = after;
                }
            }
        }
        columns
    }

    /// As SVG, in the order of the arrows from left to right.
    pub fn svg(&self, title: &str) -> String {
        const WIDE: usize = 190;
        const HIGH: usize = 46;
        const GAP: usize = 46;
        const MARGIN: usize = 16;
        let columns = self.columns();
        let mut rows: Vec<usize> = Vec::new();
        let mut places = Vec::new();
        for column in &columns {
            if rows.len() <= *column {
                rows.resize(*column + 1, 0);
            }
            let row = rows.get_mut(*column);
            let at = row.as_ref().map_or(0, |row| **row);
            if let Some(row) = row {
                *row += 1;
            }
            places.push((
                MARGIN + column * (WIDE + GAP),
                MARGIN + at * (HIGH + MARGIN),
            ));
        }
        let width = 2 * MARGIN + rows.len() * (WIDE + GAP);
        let height = 2 * MARGIN + rows.iter().max().unwrap_or(&1) * (HIGH + MARGIN);
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" role=\"img\" font-family=\"system-ui, \
             sans-serif\">\n<title>{}</title>\n<defs><marker id=\"end\" viewBox=\"0 0 8 8\" \
             refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path \
             d=\"M0 0 8 4 0 8z\" fill=\"#5b6673\"/></marker></defs>\n<rect width=\"100%\" \
             height=\"100%\" fill=\"#fff\"/>\n",
            html(title)
        );
        for (from, to) in &self.arrows {
            if let (Some((x1, y1)), Some((x2, y2))) = (places.get(*from), places.get(*to)) {
                let (x1, y1, y2) = (x1 + WIDE, y1 + HIGH / 2, y2 + HIGH / 2);
                let bend = GAP / 2;
                let _ = writeln!(
                    out,
                    "<path d=\"M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}\" fill=\"none\" \
                     stroke=\"#5b6673\" stroke-width=\"1.5\" marker-end=\"url(#end)\"/>",
                    x1 + bend,
                    x2.saturating_sub(bend)
                );
            }
        }
        for ((one, word), (x, y)) in self.nodes.iter().zip(&places) {
            let _ = writeln!(
                out,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{WIDE}\" height=\"{HIGH}\" rx=\"6\" \
                 fill=\"#eef3f8\" stroke=\"#5b6673\"/><text x=\"{0}\" y=\"{1}\" \
                 text-anchor=\"middle\" font-size=\"13\" fill=\"#1b242e\">{2}</text><text \
                 x=\"{0}\" y=\"{3}\" text-anchor=\"middle\" font-size=\"11\" \
                 fill=\"#4a5663\">{4}</text>",
                x + WIDE / 2,
                y + 20,
                html(&one.id),
                y + 36,
                html(word)
            );
        }
        out.push_str("</svg>\n");
        out
    }
}
