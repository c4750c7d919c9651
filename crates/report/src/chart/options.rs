//! The options of a workload, as bars.

use landfall_decide::{Monthly, OptionDecision, WorkloadDecision};

use super::{Drawing, Pen, colour, lines};

const WIDTH: f64 = 760.0;
const NAMES: f64 = 190.0;
const BARS: f64 = 420.0;
const ROW: f64 = 30.0;

/// Dollars a month of every option that could be chosen: bill and operations,
/// the cheapest first, the choice marked; what misses its target is left out.
pub fn options(title: &str, workload: &WorkloadDecision) -> String {
    let shown: Vec<(&OptionDecision, &Monthly, f64, f64)> = workload
        .options
        .iter()
        .filter(|option| option.meets_targets != Some(false))
        .filter_map(|option| {
            let monthly = option.monthly.as_ref()?;
            let (bill, people) = (monthly.bill.as_f64(), monthly.people.as_f64());
            Some((option, monthly, bill, people))
        })
        .take(5)
        .collect();
    let most = shown
        .iter()
        .map(|(.., bill, people)| bill + people)
        .fold(1.0, f64::max);
    let scale = BARS / most;
    let mut drawing = Drawing::new(WIDTH);
    let heading = [title.to_owned()];
    drawing.text(
        16.0,
        28.0,
        &heading,
        "start",
        "font-size=\"16\" font-weight=\"600\"",
    );
    legend(&mut drawing);
    for (row, (option, monthly, bill, people)) in shown.iter().enumerate() {
        let y = (row as f64).mul_add(ROW, 74.0);
        let best = workload
            .recommended()
            .is_some_and(|best| best.platform == option.platform);
        let weight = if best { "font-weight=\"700\"" } else { "" };
        drawing.text(16.0, y + 14.0, &lines(&option.name, NAMES), "start", weight);
        bar(&mut drawing, NAMES, y, bill * scale, colour::BLUE);
        bar(
            &mut drawing,
            bill.mul_add(scale, NAMES),
            y,
            people * scale,
            colour::ORANGE,
        );
        let total = (monthly.bill + monthly.people).to_string();
        let total = if best {
            format!("{total}  recommended")
        } else {
            total
        };
        let end = (bill + people).mul_add(scale, NAMES + 8.0);
        drawing.text(end, y + 14.0, &[total], "start", weight);
    }
    drawing.finish(title)
}

fn bar(drawing: &mut Drawing, x: f64, y: f64, width: f64, fill: &str) {
    if width > 0.2 {
        let pen = Pen {
            line: "none",
            fill,
            width: 0.0,
            dashed: false,
        };
        drawing.bar(x.round(), y, width.max(1.0).round(), 18.0, pen);
    }
}

fn legend(drawing: &mut Drawing) {
    bar(drawing, NAMES, 42.0, 18.0, colour::BLUE);
    drawing.text(NAMES + 26.0, 56.0, &["AWS bill".to_owned()], "start", "");
    bar(drawing, NAMES + 110.0, 42.0, 18.0, colour::ORANGE);
    let people = "operations (dollars a month)".to_owned();
    drawing.text(NAMES + 136.0, 56.0, &[people], "start", "");
}
