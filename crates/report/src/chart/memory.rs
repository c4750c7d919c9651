//! Time and cost of a unit of work against memory.

use landfall_measure::{Point, Spread};
use landfall_units::{Bytes, Duration};

use super::{Drawing, Pen, colour};

const WIDTH: f64 = 640.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 70.0;
const TOP: f64 = 64.0;
const TALL: f64 = 240.0;

/// A line for time and one for cost, each from 0 to its largest, over sizes on a logarithmic
/// axis; bands are the ranges of both. None for fewer than two sizes.
pub fn memory(title: &str, points: &[Point]) -> Option<String> {
    let (first, last) = (points.first()?, points.last()?);
    if points.len() < 2 {
        return None;
    }
    let ends = (first.memory.as_mb().ln(), last.memory.as_mb().ln());
    let x = |memory: Bytes| {
        let part = (memory.as_mb().ln() - ends.0) / (ends.1 - ends.0).max(f64::MIN_POSITIVE);
        part.mul_add(WIDTH - LEFT - RIGHT, LEFT)
    };
    let mut drawing = Drawing::new(WIDTH);
    let style = "font-size=\"16\" font-weight=\"600\"";
    drawing.text(16.0, 24.0, &[title.to_owned()], "start", style);
    let bottom = TOP + TALL;
    let axis = Pen {
        line: colour::GREY,
        fill: "none",
        width: 0.6,
        dashed: false,
    };
    drawing.line(&[(LEFT, bottom), (WIDTH - RIGHT, bottom)], axis);
    let mut labelled = f64::NEG_INFINITY;
    for point in points {
        let at = x(point.memory);
        drawing.line(&[(at, bottom), (at, bottom + 4.0)], axis);
        // Labels that would overlap are left out.
        if at - labelled > 44.0 {
            let label = [point.memory.to_string()];
            drawing.text(at, bottom + 18.0, &label, "middle", "");
            labelled = at;
        }
    }
    let time: fn(&Point) -> Spread = |point| point.time_s;
    let cost: fn(&Point) -> Spread = |point| point.per_million;
    for (of, colour, side) in [
        (time, colour::BLUE, "start"),
        (cost, colour::VERMILION, "end"),
    ] {
        let most = points.iter().map(|point| of(point).high);
        let most = most.fold(f64::MIN_POSITIVE, f64::max);
        let y = |value: f64| (value / most).mul_add(-TALL, bottom);
        let line = |part: fn(&Spread) -> f64| {
            let at = |point: &Point| (x(point.memory), y(part(&of(point))));
            points.iter().map(at).collect::<Vec<_>>()
        };
        let mut around = line(|spread| spread.high);
        around.extend(line(|spread| spread.low).into_iter().rev());
        drawing.band(&around, colour);
        let likely = line(|spread| spread.likely);
        let pen = Pen {
            line: colour,
            fill: "none",
            width: 2.5,
            dashed: false,
        };
        drawing.line(&likely, pen);
        for at in likely {
            drawing.dot(at, colour);
        }
        let (at, text) = if side == "start" {
            (LEFT, format!("time, up to {}", Duration::shown(most)))
        } else {
            (
                WIDTH - RIGHT,
                format!("cost of a million, up to ${most:.2}"),
            )
        };
        let style = format!("fill=\"{colour}\"");
        drawing.text(at, TOP - 14.0, &[text], side, &style);
    }
    Some(drawing.finish(title))
}
