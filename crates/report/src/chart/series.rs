//! Demand against capacity over time, drawn.

use landfall_simulate::Point;

use super::{Drawing, Pen, colour, lines};
use crate::simulation::Run;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 60.0;
const TOP: f64 = 56.0;
const TALL: f64 = 240.0;
/// Most steps drawn.
const MOST_STEPS: usize = 500;

/// A chart of what is in use and what is provisioned, minute by minute.
pub fn series(title: &str, run: &Run) -> String {
    let series = &run.series;
    let points: Vec<&Point> = series.points().collect();
    let length = points.len().div_ceil(MOST_STEPS).max(1);
    let steps: Vec<(f64, f64)> = points
        .chunks(length)
        .map(|chunk| {
            let number = chunk.len().max(1) as f64;
            let demand: f64 = chunk.iter().map(|point| run.demand(&point.counts)).sum();
            let capacity: f64 = chunk.iter().map(|point| point.alive).sum();
            let (demand, capacity) = (demand / number, capacity / number);
            (demand, capacity)
        })
        .collect();
    let most = steps
        .iter()
        .fold(0.0, |most: f64, step| most.max(step.0).max(step.1));
    let mut drawing = Drawing::new(WIDTH);
    drawing.text(
        LEFT,
        24.0,
        &lines(title, WIDTH - LEFT),
        "start",
        "font-weight=\"600\"",
    );
    let wide = (WIDTH - LEFT - 20.0) / steps.len().max(1) as f64;
    let tall = |value: f64| if most > 0.0 { TALL * value / most } else { 0.0 };
    for (fill, of) in [
        (colour::FAINT, (|step| step.1) as fn(&(f64, f64)) -> f64),
        (colour::BLUE, |step| step.0),
    ] {
        for (place, step) in steps.iter().enumerate() {
            let height = tall(of(step));
            let pen = Pen {
                line: if fill == colour::FAINT {
                    colour::GREY
                } else {
                    fill
                },
                fill: if fill == colour::FAINT {
                    colour::GREY
                } else {
                    fill
                },
                width: 0.2,
                dashed: false,
            };
            let x = wide.mul_add(place as f64, LEFT);
            drawing.bar(x, TOP + TALL - height, wide, height, pen);
        }
    }
    let axis = Pen {
        line: colour::INK,
        fill: "none",
        width: 1.0,
        dashed: false,
    };
    drawing.bar(LEFT, TOP + TALL, WIDTH - LEFT - 20.0, 0.5, axis);
    let label = |value: f64| vec![format!("{value:.1}")];
    drawing.text(LEFT - 8.0, TOP + 8.0, &label(most), "end", "");
    drawing.text(LEFT - 8.0, TOP + TALL, &["0".to_owned()], "end", "");
    let seconds: f64 = points.iter().map(|point| point.counts.seconds).sum();
    let end = landfall_units::Duration::from_secs_f64(seconds).to_string();
    drawing.text(WIDTH - 20.0, TOP + TALL + 18.0, &[end], "end", "");
    let key = ["blue: in use; grey: provisioned and idle".to_owned()];
    drawing.text(LEFT, TOP + TALL + 18.0, &key, "start", "");
    drawing.finish(title)
}
