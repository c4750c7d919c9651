//! The decision flow: the questions that exclude, in order, then the choice.

use std::fmt::Write as _;

use landfall_catalog::{Catalog, Date, LimitKind, PlatformId, PlatformSet};
use landfall_decide::WorkloadDecision;
use landfall_framework::{Bound, Effect, Pack, Screen, Truth};
use landfall_source::escape;
use landfall_workload::Facts;

use crate::chart::{Drawing, LINE_HEIGHT, Pen, colour, lines};

/// One question of the flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The rule's id.
    pub rule: String,
    /// The condition in words.
    pub question: String,
    /// What a yes does: `out` takes the platforms out, `redesign` does unless the
    /// work may be changed, `ask AWS` names a quota to raise.
    pub does: &'static str,
    /// The platforms that a yes speaks of, with their limits.
    pub takes_out: String,
    /// The answer for the workload at hand, if there is one.
    pub answer: Option<Truth>,
    /// Why a yes speaks against the platforms, where the answer is yes: one sentence for each
    /// reason.
    pub because: Vec<String>,
    /// Where the rule is from: title, publisher, and the day on which it was read.
    pub source: String,
}

impl Step {
    /// The answer in a word; none without a workload.
    pub fn answered(&self) -> Option<&'static str> {
        self.answer.map(|answer| match answer {
            Truth::True => "yes",
            Truth::False => "no",
            Truth::Unknown(_) => "unknown",
        })
    }
}

/// A decision flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// The framework's name and version.
    pub title: String,
    /// The questions, those that take out most first, quotas last.
    pub steps: Vec<Step>,
    /// What is left for the workload at hand, cheapest first, and what is chosen.
    pub outcome: Option<(Vec<String>, Option<String>)>,
}

/// The flow of a framework on a day, with the path of a workload when one is given.
pub fn flow(
    pack: &Pack,
    catalog: &Catalog,
    screen: &Screen<'_>,
    day: Date,
    workload: Option<(&Facts, &WorkloadDecision)>,
) -> Flow {
    let mut steps: Vec<((bool, u32), Step)> = Vec::new();
    for rule in pack
        .rules
        .iter()
        .filter(|rule| rule.effect == Effect::Excludes)
    {
        let Some(when) = &rule.when else { continue };
        let bound: Vec<_> = catalog
            .numbered()
            .flat_map(|(id, _)| screen.of(id))
            .filter(|bound| bound.rule.id == rule.id)
            .collect();
        if bound.is_empty() {
            continue;
        }
        let platforms: PlatformSet = bound.iter().map(|bound| bound.platform).collect();
        let answer = workload.map(|(facts, _)| {
            bound
                .iter()
                .fold(Truth::False, |truth, bound| truth.or(bound.truth(facts)))
        });
        let because = workload.map_or_else(Vec::new, |(facts, _)| because(&bound, facts));
        let kind = bound.first().map_or(LimitKind::Hard, |bound| bound.kind);
        let does = match kind {
            LimitKind::Hard => "out",
            LimitKind::Design => "out unless redesigned",
            LimitKind::Quota => "ask AWS",
        };
        steps.push((
            (kind == LimitKind::Quota, u32::MAX - platforms.len()),
            Step {
                rule: rule.id.clone(),
                question: format!("{}?", when.words()),
                does,
                takes_out: takes_out(catalog, platforms, &when.limits(), day),
                answer,
                because,
                source: source(pack, catalog, &rule.source),
            },
        ));
    }
    steps.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.rule.cmp(&b.1.rule)));
    let outcome = workload.map(|(_, decision)| {
        let left = decision
            .options
            .iter()
            .filter(|option| option.verdict != landfall_decide::Verdict::Excluded)
            .map(|option| option.name.clone())
            .collect();
        (
            left,
            decision.recommended().map(|option| option.name.clone()),
        )
    });
    Flow {
        title: format!("{} {}", pack.name, pack.version),
        steps: steps.into_iter().map(|(_, step)| step).collect(),
        outcome,
    }
}

/// What those that hold say, each once.
fn because(bound: &[&Bound<'_>], facts: &Facts) -> Vec<String> {
    let holding = bound
        .iter()
        .filter(|bound| bound.truth(facts) == Truth::True);
    let mut all: Vec<String> = Vec::new();
    for bound in holding {
        let because = bound.state(facts).because;
        if !all.contains(&because) {
            all.push(because);
        }
    }
    all
}

/// A source in words.
fn source(pack: &Pack, catalog: &Catalog, id: &str) -> String {
    let source = pack.source(catalog, id);
    source.map_or_else(
        || id.to_owned(),
        |one| format!("{} ({}, read {})", one.title, one.publisher, one.read),
    )
}

/// `Lambda (15min), Fargate (244GB)`.
fn takes_out(catalog: &Catalog, platforms: PlatformSet, limits: &[&str], day: Date) -> String {
    let name = |id: PlatformId| {
        let platform = catalog.at(id)?;
        let limit = limits.iter().find_map(|name| platform.limit(name));
        let shown = limit.and_then(|limit| Some(limit.dimension.format(limit.value_on(day)?)));
        Some(match shown {
            Some(value) => format!("{} ({value})", platform.name),
            None => platform.name.clone(),
        })
    };
    let names: Vec<String> = platforms.iter().filter_map(name).collect();
    names.join(", ")
}

/// The flow as a Mermaid chart.
pub fn mermaid(flow: &Flow) -> String {
    let mut out = String::from("flowchart TD\n");
    let _ = writeln!(
        out,
        "  start([\"{}\"]) --> s0",
        escape::mermaid(&flow.title)
    );
    let (mut yes, mut no, mut open) = (Vec::new(), Vec::new(), Vec::new());
    for (at, step) in flow.steps.iter().enumerate() {
        let next = at + 1;
        let _ = writeln!(out, "  s{at}{{\"{}\"}}", escape::mermaid(&step.question));
        let _ = writeln!(
            out,
            "  s{at} -- yes --> x{at}[\"out: {}\"]",
            escape::mermaid(&step.takes_out)
        );
        let target = if next < flow.steps.len() {
            format!("s{next}")
        } else {
            "choice".to_owned()
        };
        let _ = writeln!(out, "  s{at} -- no --> {target}");
        let _ = writeln!(out, "  x{at} -.-> {target}");
        match step.answer {
            Some(Truth::True) => yes.extend([format!("s{at}"), format!("x{at}")]),
            Some(Truth::False) => no.push(format!("s{at}")),
            Some(Truth::Unknown(_)) => open.push(format!("s{at}")),
            None => {}
        }
    }
    let _ = writeln!(out, "  choice[\"size, price and rank what is left\"]");
    if let Some((left, chosen)) = &flow.outcome {
        let chosen = chosen.as_deref().unwrap_or("nothing fits");
        let _ = writeln!(
            out,
            "  choice --> chosen([\"{}\"])",
            escape::mermaid(chosen)
        );
        let _ = writeln!(
            out,
            "  choice -.- left[\"left: {}\"]",
            escape::mermaid(&left.join(", "))
        );
        let _ = writeln!(out, "  class chosen chosen");
    }
    for (name, style, nodes) in [
        ("yes", "stroke:#d55e00,stroke-width:3px", &yes),
        ("no", "stroke:#0072b2,stroke-width:2px", &no),
        (
            "open",
            "stroke:#e69f00,stroke-width:3px,stroke-dasharray:5 3",
            &open,
        ),
    ] {
        if !nodes.is_empty() {
            let _ = writeln!(out, "  classDef {name} {style}");
            let _ = writeln!(out, "  class {} {name}", nodes.join(","));
        }
    }
    let _ = writeln!(out, "  classDef chosen fill:#009e73,color:#ffffff");
    out
}

const WIDTH: f64 = 860.0;
const LEFT: f64 = 24.0;
const QUESTION_WIDTH: f64 = 380.0;
const OUT_LEFT: f64 = 500.0;
const OUT_WIDTH: f64 = 336.0;
const PADDING: f64 = 10.0;

/// The flow as SVG.
pub fn svg(flow: &Flow) -> String {
    draw(flow, None)
}

/// The flow as SVG for a page, where each question leads to the element whose id is `prefix`
/// and the rule's id.
pub fn linked(flow: &Flow, prefix: &str) -> String {
    draw(flow, Some(prefix))
}

fn draw(flow: &Flow, prefix: Option<&str>) -> String {
    let mut drawing = Drawing::new(WIDTH);
    let title = format!("Decision flow of {}", flow.title);
    drawing.text(
        LEFT,
        32.0,
        std::slice::from_ref(&title),
        "start",
        "font-size=\"18\" font-weight=\"600\"",
    );
    let mut y = 52.0;
    for (at, step) in flow.steps.iter().enumerate() {
        let link = prefix.map(|prefix| format!("#{prefix}{}", step.rule));
        y = draw_step(&mut drawing, at + 1, step, y, link.as_deref());
    }
    draw_outcome(&mut drawing, flow, y);
    drawing.finish(&title)
}

/// Draws one question with what it takes out; gives the top of the next.
fn draw_step(drawing: &mut Drawing, number: usize, step: &Step, y: f64, link: Option<&str>) -> f64 {
    let question = lines(
        &format!("{number}. {}", step.question),
        QUESTION_WIDTH - 2.0 * PADDING,
    );
    let out = lines(
        &format!("{}: {}", step.does, step.takes_out),
        OUT_WIDTH - 2.0 * PADDING,
    );
    let rows = question.len().max(out.len()) as f64;
    let height = rows.mul_add(LINE_HEIGHT, 1.4 * PADDING);
    let (line, thick, dashed) = match step.answer {
        Some(Truth::True) => (colour::VERMILION, 2.5, false),
        Some(Truth::False) => (colour::BLUE, 2.0, false),
        Some(Truth::Unknown(_)) => (colour::ORANGE, 2.0, true),
        None => (colour::INK, 1.0, false),
    };
    let fired = step.answer == Some(Truth::True);
    let pen = Pen {
        line,
        fill: colour::FAINT,
        width: thick,
        dashed,
    };
    drawing.linked(link, |drawing| {
        drawing.rectangle(LEFT, y, QUESTION_WIDTH, height, pen);
        drawing.text(LEFT + PADDING, y + 17.0, &question, "start", "");
    });
    let faded = step.answer.is_some() && !fired;
    let out_line = if fired {
        colour::VERMILION
    } else {
        colour::GREY
    };
    let out_pen = Pen {
        line: out_line,
        fill: "#ffffff",
        width: if fired { 2.5 } else { 1.0 },
        dashed: faded,
    };
    drawing.rectangle(OUT_LEFT, y, OUT_WIDTH, height, out_pen);
    let style = if faded { "fill=\"#6e7781\"" } else { "" };
    drawing.text(OUT_LEFT + PADDING, y + 17.0, &out, "start", style);
    draw_arrows(
        drawing,
        step,
        y,
        height,
        Pen {
            line,
            fill: "none",
            width: thick.min(2.0),
            dashed: false,
        },
    )
}

/// Draws the answers of a question: to the right for yes, down for no.
fn draw_arrows(drawing: &mut Drawing, step: &Step, y: f64, height: f64, down: Pen<'_>) -> f64 {
    let fired = step.answer == Some(Truth::True);
    let across = Pen {
        line: if fired {
            colour::VERMILION
        } else {
            colour::GREY
        },
        fill: "none",
        width: if fired { 2.5 } else { 1.0 },
        dashed: step.answer.is_some() && !fired,
    };
    let middle = y + height / 2.0;
    drawing.arrow((LEFT + QUESTION_WIDTH, middle), (OUT_LEFT, middle), across);
    let yes = match step.answer {
        Some(Truth::Unknown(_)) => "unknown",
        _ => "yes",
    };
    drawing.text(
        452.0,
        middle - 5.0,
        &[yes.to_owned()],
        "middle",
        "font-size=\"11\"",
    );
    let below = y + height;
    let next = below + 24.0;
    let centre = LEFT + QUESTION_WIDTH / 2.0;
    drawing.arrow((centre, below), (centre, next), down);
    let word = if fired { "then" } else { "no" };
    drawing.text(
        centre + 8.0,
        below + 16.0,
        &[word.to_owned()],
        "start",
        "font-size=\"11\"",
    );
    next
}

fn draw_outcome(drawing: &mut Drawing, flow: &Flow, y: f64) {
    let pen = Pen {
        line: colour::INK,
        fill: colour::FAINT,
        width: 1.0,
        dashed: false,
    };
    drawing.rectangle(LEFT, y, QUESTION_WIDTH, 36.0, pen);
    let text = "size, price and rank what is left".to_owned();
    drawing.text(
        LEFT + PADDING,
        y + 22.0,
        &[text],
        "start",
        "font-weight=\"600\"",
    );
    let Some((left, chosen)) = &flow.outcome else {
        return;
    };
    let rows = lines(
        &format!("left, cheapest first: {}", left.join(", ")),
        OUT_WIDTH,
    );
    drawing.text(OUT_LEFT, y + 17.0, &rows, "start", "");
    let centre = LEFT + QUESTION_WIDTH / 2.0;
    let line = Pen {
        line: colour::GREEN,
        fill: "none",
        width: 2.5,
        dashed: false,
    };
    drawing.arrow((centre, y + 36.0), (centre, y + 62.0), line);
    let green = Pen {
        line: colour::GREEN,
        fill: colour::GREEN,
        width: 1.0,
        dashed: false,
    };
    drawing.rectangle(LEFT, y + 62.0, QUESTION_WIDTH, 36.0, green);
    let chosen = chosen.clone().unwrap_or_else(|| "nothing fits".to_owned());
    // Black stands out from this green on pages of either scheme.
    let style = "fill=\"#000000\" font-weight=\"700\" font-size=\"14\"";
    drawing.text(centre, y + 85.0, &[chosen], "middle", style);
}
