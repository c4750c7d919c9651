//! What the bill of each workload says, and the resources that its lines are for.

use std::collections::BTreeMap;

use landfall_catalog::bill::Line;
use landfall_units::Money;
use serde_json::{Value, json};

use crate::Library;
use crate::data::pascal;
use crate::graph::{Graph, Resource};
use crate::plan::Planned;

const ALARM: &str = "AWS::CloudWatch::Alarm";
/// Most resources that are named for a line.
const MOST_NAMED: usize = 3;

/// One bill for each workload, all its copies together.
pub(super) fn bills(planned: &[Planned<'_>], graphs: &[&Graph], library: &Library) -> Vec<Value> {
    let mut by_id: BTreeMap<&str, Vec<&Planned<'_>>> = BTreeMap::new();
    for one in planned {
        by_id.entry(&one.workload.id).or_default().push(one);
    }
    let prefixes: Vec<String> = planned.iter().map(|one| pascal(&one.id)).collect();
    let bill = |(id, written): (&&str, &Vec<&Planned<'_>>)| {
        let one = written.first()?;
        let own: Vec<String> = written.iter().map(|one| pascal(&one.id)).collect();
        let copies = one.option.topology.as_ref().map_or(1, |one| one.copies);
        let together = match copies {
            0 | 1 => String::new(),
            copies if written.len() == copies as usize => format!(", {copies} copies together"),
            copies => format!(
                ", {copies} copies together, of which {} are written",
                written.len()
            ),
        };
        let lines = one.option.bill.iter().flat_map(|bill| &bill.lines);
        let lines: Vec<Value> = lines
            .map(|line| {
                json!({
                    "service": line.service,
                    "item": line.item(),
                    "resources": resources(line, graphs, &own, &prefixes, library),
                    "amount": line.amount.map_or_else(|| "no price".to_owned(), |amount| amount.to_cent().to_string()),
                })
            })
            .collect();
        let total = one.option.monthly.as_ref();
        Some(json!({
            "id": id,
            "platform": one.option.name,
            "together": together,
            "total": total.map_or_else(|| "no price".to_owned(), |monthly| format!("{} a month, of which {} is the bill", monthly.total.to_cent(), monthly.bill.to_cent())),
            "lines": lines,
            "beside": beside(written, graphs, &own, library),
        }))
    };
    by_id.iter().filter_map(bill).collect()
}

/// What was asked for with the blueprint, of which the decision knows nothing and which its bill
/// does not count: by what it is billed, and alarms with what they cost.
fn beside(
    written: &[&Planned<'_>],
    graphs: &[&Graph],
    own: &[String],
    library: &Library,
) -> Option<String> {
    let one = written.first()?;
    let known = &library.settings().beside;
    let billed = one.beside.iter().filter_map(|word| known.get(*word));
    let mut said: Vec<String> = billed.map(|one| one.billed.clone()).collect();
    said.extend(alarms_beside(written, graphs, own));
    let (last, rest) = said.split_last()?;
    let all = match rest {
        [] => last.clone(),
        rest => format!("{}; {last}", rest.join("; ")),
    };
    Some(format!(
        "Beside this bill AWS bills what was asked for with the blueprint: {all}."
    ))
}

/// Alarms of a workload that its bill does not count, and what they cost.
fn alarms_beside(written: &[&Planned<'_>], graphs: &[&Graph], own: &[String]) -> Option<String> {
    let one = written.first()?;
    let alarms = graphs.iter().flat_map(|graph| graph.of_kind(ALARM));
    let made = alarms.filter(|alarm| own.iter().any(|prefix| begins(&alarm.id, prefix)));
    let topology = one.option.topology.as_ref()?;
    let billed = topology.alarms.len() * written.len();
    let more = made.count().checked_sub(billed).filter(|more| *more > 0)?;
    let lines = &one.option.bill.as_ref()?.lines;
    let line = lines.iter().find(|line| line.item() == "alarm");
    let cost = line.and_then(|line| {
        let each = line.amount?.as_f64() / f64::from(topology.own_alarm_count());
        Some(Money::from_f64(each * more as f64).to_cent().to_string())
    });
    let cost = cost.unwrap_or_else(|| "what has no price".to_owned());
    Some(format!("{more} alarms for {cost} a month"))
}

/// The resources that a line is for, in a few words: a workload's own where it has any, else
/// those that workloads share.
fn resources(
    line: &Line,
    graphs: &[&Graph],
    own: &[String],
    all: &[String],
    library: &Library,
) -> String {
    let billed = &library.settings().billed;
    let row = billed.get(&format!("{} {}", line.service, line.item()));
    let kinds = row.or_else(|| billed.get(line.service));
    let kinds = kinds.map_or(&[][..], Vec::as_slice);
    let resources = graphs.iter().flat_map(|graph| &graph.resources);
    let of_kind: Vec<&Resource> = resources.filter(|one| kinds.contains(&one.kind)).collect();
    let of = |wanted: &dyn Fn(&str) -> bool| -> Vec<&str> {
        let ids = of_kind.iter().map(|one| one.id.as_str());
        ids.filter(|id| wanted(id)).collect()
    };
    let is_stack = line.item().ends_with("-stack") || line.item().ends_with("-cluster");
    let mut named = of(&|id| own.iter().any(|prefix| begins(id, prefix)));
    if named.is_empty() || is_stack {
        named = of(&|id| !all.iter().any(|prefix| begins(id, prefix)));
    }
    named.dedup();
    let (first, rest) = named.split_at(named.len().min(MOST_NAMED));
    let ids: Vec<String> = first.iter().map(|id| format!("`{id}`")).collect();
    match (ids.is_empty(), rest.len()) {
        (true, _) => "what it transfers".to_owned(),
        (false, 0) => ids.join(", "),
        (false, more) => format!("{} and {more} more", ids.join(", ")),
    }
}

/// Whether a name of capitalised words begins with those of a prefix.
fn begins(id: &str, prefix: &str) -> bool {
    let rest = id.strip_prefix(prefix);
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
}
