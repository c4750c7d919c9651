//! The shapes of traffic, drawn for the book.

use landfall_simulate::{Curve, Shape, Streams, Traffic};

use super::{Drawing, Pen, colour};

const WIDTH: f64 = 760.0;
const LEFT: f64 = 130.0;
const TALL: f64 = 70.0;
const GAP: f64 = 26.0;
const WEEK_MIN: usize = 7 * 1_440;
/// Minutes that one bar stands for.
const STEP_MIN: usize = 5;

/// A week of every shape, the peak four times the mean.
pub fn shapes() -> String {
    let mut drawing = Drawing::new(WIDTH);
    let words = [
        "steady",
        "diurnal",
        "business-hours",
        "spiky",
        "unpredictable",
    ];
    for (row, word) in words.iter().enumerate() {
        let traffic = Traffic {
            peak_to_mean: 4.0,
            shape: Shape::named(word),
            ..Traffic::steady(1.0)
        };
        let curve = traffic.curve(WEEK_MIN, Streams::new(1));
        let bottom = (row as f64 + 1.0) * (TALL + GAP);
        let label = [(*word).to_owned()];
        drawing.text(LEFT - 12.0, bottom - TALL / 2.0, &label, "end", "");
        bars(&mut drawing, &curve, bottom);
    }
    let bottom = (words.len() as f64).mul_add(TALL + GAP, 20.0);
    let legend = ["a week from Monday midnight; full height is four times the mean".to_owned()];
    drawing.text(LEFT, bottom, &legend, "start", "");
    drawing.finish("The shapes of traffic")
}

fn bars(drawing: &mut Drawing, curve: &Curve, bottom: f64) {
    let steps = WEEK_MIN / STEP_MIN;
    let wide = (WIDTH - LEFT - 20.0) / steps as f64;
    let pen = Pen {
        line: colour::BLUE,
        fill: colour::BLUE,
        width: 0.1,
        dashed: false,
    };
    for step in 0..steps {
        let minutes = (step * STEP_MIN)..((step + 1) * STEP_MIN);
        let mean = minutes.map(|minute| curve.at(minute)).sum::<f64>() / STEP_MIN as f64;
        let height = (TALL * mean / 4.0 * 10.0).round() / 10.0;
        let x = ((step as f64).mul_add(wide, LEFT) * 100.0).round() / 100.0;
        let wide = (wide * 100.0).round() / 100.0;
        drawing.bar(x, bottom - height, wide, height, pen);
    }
}
