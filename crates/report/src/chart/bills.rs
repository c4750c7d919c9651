//! What the bill of every option is made of.

use std::collections::BTreeMap;

use landfall_decide::{OptionDecision, WorkloadDecision};
use landfall_units::Money;

use super::{Drawing, Pen, colour};

const WIDTH: f64 = 760.0;
const NAMES: f64 = 190.0;
const BARS: f64 = 440.0;
const ROW: f64 = 30.0;
const TOP: f64 = 84.0;
/// Options drawn.
const MOST: usize = 6;

/// The bill of every option as a stacked bar, a colour for each service; what is small
/// everywhere is put together, and what misses its target left out.
pub fn bills(title: &str, one: &WorkloadDecision) -> Option<String> {
    let shown: Vec<(&OptionDecision, BTreeMap<&str, f64>)> = one
        .options
        .iter()
        .filter(|option| option.monthly.is_some() && option.meets_targets != Some(false))
        .map(|option| (option, by_service(option)))
        .take(MOST)
        .collect();
    let mut whole: BTreeMap<&str, f64> = BTreeMap::new();
    for (service, amount) in shown.iter().flat_map(|(_, services)| services) {
        *whole.entry(service).or_default() += amount;
    }
    let mut services: Vec<(&str, f64)> = whole.into_iter().collect();
    services.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let named: Vec<&str> = services
        .iter()
        .map(|(service, _)| *service)
        .take(colour::SEVERAL.len() - 1)
        .collect();
    let sums = shown.iter().map(|(_, services)| services.values().sum());
    let most = sums.fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let mut drawing = Drawing::new(WIDTH);
    let style = "font-size=\"16\" font-weight=\"600\"";
    drawing.text(16.0, 24.0, &[title.to_owned()], "start", style);
    legend(&mut drawing, &named, services.len() > named.len());
    for (row, (option, services)) in shown.iter().enumerate() {
        let y = (row as f64).mul_add(ROW, TOP);
        let name = std::slice::from_ref(&option.name);
        drawing.text(16.0, y + 14.0, name, "start", "");
        let mut x = NAMES;
        let other: f64 = services
            .iter()
            .filter(|(service, _)| !named.contains(service))
            .map(|(_, amount)| amount)
            .sum();
        let parts = named
            .iter()
            .map(|service| services.get(service).copied().unwrap_or(0.0))
            .chain([other]);
        for (amount, fill) in parts.zip(colours(named.len())) {
            let width = amount / most * BARS;
            if width > 0.2 {
                segment(&mut drawing, x, y, width, fill);
            }
            x += width;
        }
        // The bill, of which each line is rounded; not the sum of what is drawn.
        let bill = option.monthly.map(|monthly| monthly.bill.to_string());
        let label = bill.unwrap_or_default();
        drawing.text(x + 8.0, y + 14.0, &[label], "start", "");
    }
    Some(drawing.finish(title))
}

fn by_service(option: &OptionDecision) -> BTreeMap<&str, f64> {
    let mut services = BTreeMap::new();
    for line in option.bill.iter().flat_map(|bill| &bill.lines) {
        *services.entry(line.service).or_default() += line.amount.map_or(0.0, Money::as_f64);
    }
    services
}

/// A colour for each service, grey for the others.
fn colours(named: usize) -> impl Iterator<Item = &'static str> {
    let several = colour::SEVERAL.into_iter();
    several.take(named).chain([colour::GREY])
}

fn segment(drawing: &mut Drawing, x: f64, y: f64, width: f64, fill: &str) {
    let pen = Pen {
        line: "none",
        fill,
        width: 0.0,
        dashed: false,
    };
    let (x, width) = ((x * 10.0).round() / 10.0, (width * 10.0).round() / 10.0);
    drawing.bar(x, y, width, 18.0, pen);
}

fn legend(drawing: &mut Drawing, named: &[&str], others: bool) {
    let mut names: Vec<String> = named.iter().map(|name| (*name).to_owned()).collect();
    if others {
        names.push("others".to_owned());
    }
    let mut x = NAMES;
    for (name, fill) in names.iter().zip(colours(named.len())) {
        segment(drawing, x, 42.0, 14.0, fill);
        drawing.text(x + 19.0, 56.0, std::slice::from_ref(name), "start", "");
        x += (name.len() as f64).mul_add(7.0, 36.0);
    }
}
