//! What every option costs at other volumes, with the break-even points.

use landfall_decide::{Tipping, WorkloadDecision};
use landfall_units::{Money, Rate, SECONDS_PER_MONTH};
use landfall_workload::{FactId, Value};

use super::{Drawing, Pen, colour};

const WIDTH: f64 = 760.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 200.0;
const TOP: f64 = 44.0;
const TALL: f64 = 280.0;
/// Options drawn.
const MOST: usize = 6;
/// Distance between labels at the right.
const LABEL: f64 = 14.0;

/// Expected dollars a month against units of work a month, both on logarithmic axes:
/// a line for each option that meets its targets, a band for the 80% interval, today
/// and the break-even points marked. None when no volume is known.
pub fn curve(title: &str, one: &WorkloadDecision) -> Option<String> {
    let (first, last) = (one.curve.first()?, one.curve.last()?);
    let totals = one.curve.iter().flat_map(|at| &at.totals);
    let shown: Vec<&str> = one
        .options
        .iter()
        .map(|option| option.platform.as_str())
        .filter(|id| totals.clone().any(|(platform, _)| platform == id))
        .take(MOST)
        .collect();
    let money = totals
        .filter(|(platform, _)| shown.contains(&platform.as_str()))
        .map(|(_, total)| total.as_f64().max(0.01));
    let (least, most) = money.fold((f64::MAX, 0.0), |(least, most): (f64, f64), total| {
        (least.min(total), most.max(total))
    });
    let axes = Axes {
        x: (first.a_month.ln(), last.a_month.ln()),
        y: ((least * 0.8).ln(), (most * 1.25).ln()),
    };
    let mut drawing = Drawing::new(WIDTH);
    let style = "font-size=\"16\" font-weight=\"600\"";
    drawing.text(16.0, 24.0, &[title.to_owned()], "start", style);
    axes.draw(&mut drawing, (first.a_month, last.a_month), (least, most));
    mark(&mut drawing, &axes, one);
    let ends = (first.a_month, last.a_month);
    drawing.axis((LEFT, WIDTH - RIGHT), (TOP, TOP + TALL), ends);
    let mut labels: Vec<(f64, String, &str)> = Vec::new();
    for (id, colour) in shown.iter().zip(colour::SEVERAL) {
        let points = one.curve.iter().filter_map(|at| {
            let (_, total) = at.totals.iter().find(|(platform, _)| platform == id)?;
            Some((at.a_month, total.as_f64().max(0.01)))
        });
        let points: Vec<(f64, f64)> = points.collect();
        let option = one.options.iter().find(|option| option.platform == *id);
        let line: Vec<(f64, f64)> = points.iter().map(|(x, y)| axes.at(*x, *y)).collect();
        if let Some(doubt) = option.and_then(|option| option.doubt) {
            let mean = doubt.mean.as_f64().max(0.01);
            let (low, high) = (doubt.p10.as_f64() / mean, doubt.p90.as_f64() / mean);
            let edge = |factor: f64| points.iter().map(move |(x, y)| (*x, y * factor));
            let around: Vec<(f64, f64)> = edge(high)
                .chain(edge(low).collect::<Vec<_>>().into_iter().rev())
                .map(|(x, y)| axes.at(x, y))
                .collect();
            drawing.band(&around, colour);
        }
        let pen = Pen {
            line: colour,
            fill: "none",
            width: 2.5,
            dashed: false,
        };
        drawing.line(&line, pen);
        let name = option.map_or(*id, |option| option.name.as_str());
        if let Some((_, y)) = line.last() {
            labels.push((*y, name.to_owned(), colour));
        }
    }
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut below = TOP;
    for (y, name, colour) in labels {
        below = y.max(below);
        let x = WIDTH - RIGHT + 10.0;
        drawing.dot((x, below), colour);
        drawing.text(x + 10.0, below + 4.0, &[name], "start", "");
        below += LABEL;
    }
    Some(drawing.finish(title))
}

/// Logarithmic axes, by the logarithms of their ends.
struct Axes {
    x: (f64, f64),
    y: (f64, f64),
}

impl Axes {
    fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let part = |value: f64, (low, high): (f64, f64)| {
            ((value.ln() - low) / (high - low).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0)
        };
        (
            part(x, self.x).mul_add(WIDTH - LEFT - RIGHT, LEFT),
            part(y, self.y).mul_add(-TALL, TOP + TALL),
        )
    }

    /// Lines at round numbers.
    fn draw(&self, drawing: &mut Drawing, volumes: (f64, f64), totals: (f64, f64)) {
        let pen = Pen {
            line: colour::GREY,
            fill: "none",
            width: 0.4,
            dashed: false,
        };
        for total in powers(totals) {
            let (_, y) = self.at(volumes.0, total);
            drawing.line(&[(LEFT, y), (WIDTH - RIGHT, y)], pen);
            let label = Money::from_f64(total).to_string();
            let label = label.trim_end_matches(".00").to_owned();
            drawing.text(LEFT - 6.0, y + 4.0, &[label], "end", "");
        }
        for volume in powers(volumes) {
            let (x, _) = self.at(volume, totals.0);
            drawing.line(&[(x, TOP), (x, TOP + TALL)], pen);
            let label = Rate::per_second(volume / SECONDS_PER_MONTH).by_month();
            drawing.text(x, TOP + TALL + 18.0, &[label], "middle", "");
        }
    }
}

/// Powers of ten within two ends; twice and five times them, too, where there are few.
fn powers((least, most): (f64, f64)) -> Vec<f64> {
    const FEW: f64 = 3.0;
    let (from, to) = (least.log10().floor() as i32, most.log10().floor() as i32);
    let steps: &[f64] = if (most / least).log10() < FEW {
        &[1.0, 2.0, 5.0]
    } else {
        &[1.0]
    };
    let all = (from..=to).flat_map(|power| steps.iter().map(move |step| step * 10f64.powi(power)));
    all.filter(|value| (least..=most).contains(value)).collect()
}

/// Below what distance labels of marks would meet.
const NEAR: f64 = 70.0;

/// Today, and the break-even points. A label stands beside its mark where another is near.
fn mark(drawing: &mut Drawing, axes: &Axes, one: &WorkloadDecision) {
    let middle = one.curve.get(one.curve.len() / 2);
    let today = middle.map(|today| today.a_month);
    let quantity = |tip: &Tipping| match &tip.at {
        Value::Quantity(at) => Some(at.likely() * SECONDS_PER_MONTH),
        _ => None,
    };
    let of_volume = one.tipping.iter().filter(|tip| tip.fact == FactId::Volume);
    let points: Vec<f64> = of_volume.filter_map(quantity).collect();
    let place = |a_month: f64| axes.at(a_month, 1.0).0;
    let is_near = |a_month: f64, others: &[f64], side: f64| {
        let mut far = others
            .iter()
            .map(|other| (place(*other) - place(a_month)) * side);
        far.any(|far| (0.0..NEAR).contains(&far))
    };
    let mut at_volume = |a_month: f64, others: &[f64], label: &str, line: &str| {
        let x = place(a_month);
        let pen = Pen {
            line,
            fill: "none",
            width: 1.5,
            dashed: true,
        };
        drawing.line(&[(x, TOP - 4.0), (x, TOP + TALL)], pen);
        let (x, anchor) = if is_near(a_month, others, 1.0) {
            (x + 4.0, "end")
        } else if is_near(a_month, others, -1.0) {
            (x - 4.0, "start")
        } else {
            (x, "middle")
        };
        drawing.text(x, TOP + TALL + 36.0, &[label.to_owned()], anchor, "");
    };
    if let Some(today) = today {
        at_volume(today, &points, "today", colour::INK);
    }
    let today = today.as_slice();
    for point in &points {
        at_volume(*point, today, "break-even", colour::VERMILION);
    }
}
