//! How long work takes on every option.

use landfall_decide::WorkloadDecision;
use landfall_units::Duration;

use super::{Drawing, Pen, colour};

const WIDTH: f64 = 760.0;
const NAMES: f64 = 190.0;
const WIDE: f64 = 440.0;
const TOP: f64 = 62.0;
const ROW: f64 = 28.0;
/// Options drawn.
const MOST: usize = 8;

/// Median, 95th and 99th percentile of every option on a logarithmic axis, and the target.
pub fn latency(title: &str, one: &WorkloadDecision) -> Option<String> {
    let shown: Vec<(&str, [f64; 3])> = one
        .options
        .iter()
        .filter_map(|option| {
            let latency = option.forecast.as_ref()?.latency;
            let times = [latency.p50_s, latency.p95_s, latency.p99_s];
            Some((option.name.as_str(), times.map(|time| time.max(1e-4))))
        })
        .take(MOST)
        .collect();
    let target = one.facts.time_target().map(|target| target.seconds);
    let all = shown.iter().flat_map(|(_, times)| *times).chain(target);
    let (least, most) = all.fold((f64::MAX, 0.0), |(least, most): (f64, f64), time| {
        (least.min(time), most.max(time))
    });
    if shown.is_empty() {
        return None;
    }
    let (low, high) = ((least * 0.7).ln(), (most * 1.4).ln());
    let place = |time: f64| ((time.ln() - low) / (high - low)).mul_add(WIDE, NAMES);
    let mut drawing = Drawing::new(WIDTH);
    let style = "font-size=\"16\" font-weight=\"600\"";
    drawing.text(16.0, 24.0, &[title.to_owned()], "start", style);
    let key = "half, 95 and 99 of 100 are done by then".to_owned();
    drawing.text(NAMES, 44.0, &[key], "start", "");
    let bottom = (shown.len() as f64).mul_add(ROW, TOP);
    if let Some(target) = target {
        let x = place(target);
        let pen = Pen {
            line: colour::VERMILION,
            fill: "none",
            width: 1.5,
            dashed: true,
        };
        drawing.line(&[(x, TOP - 8.0), (x, bottom)], pen);
        let label = format!("target {}", Duration::from_secs_f64(target));
        drawing.text(x, bottom + 14.0, &[label], "middle", "");
    }
    let pen = Pen {
        line: colour::GREY,
        fill: "none",
        width: 1.0,
        dashed: false,
    };
    for (row, (name, times)) in shown.iter().enumerate() {
        let y = (row as f64).mul_add(ROW, TOP + 8.0);
        drawing.text(16.0, y + 4.0, &[(*name).to_owned()], "start", "");
        let [p50, p95, p99] = times.map(place);
        drawing.line(&[(p50, y), (p99, y)], pen);
        drawing.dot((p50, y), colour::BLUE);
        drawing.dot((p95, y), colour::ORANGE);
        drawing.dot((p99, y), colour::VERMILION);
        let [_, _, p99_s] = *times;
        let shown = Duration::shown(p99_s).to_string();
        drawing.text(p99 + 10.0, y + 4.0, &[shown], "start", "");
    }
    Some(drawing.finish(title))
}
