//! One choice for the whole system: what several workloads use together is paid once.
//!
//! Exact: for every set of shared things that could be opened, every workload takes its
//! best option among those that need nothing else; the cheapest set wins. What costs one
//! more than another, as what is left over on hosts, is opened in levels: whoever needs a
//! level needs those below it, and the dearest use serves the others too. Workloads on the
//! hosts of one cluster pay for what they fill, and together for the largest part that one
//! of them leaves: never less than hosts that hold them all.

use std::collections::{BTreeMap, BTreeSet};

use landfall_catalog::bill::{Bill, Line};
use landfall_units::{Money, Range};
use landfall_workload::{FactId, Facts};

use crate::choose::{is_candidate, tier, weight};
use crate::evaluated::AlreadyPaid;
use crate::evaluated::{Evaluated, Evaluation};
use crate::people;

/// Lines of a bill that several workloads can share, and the name in outputs of what they are
/// for: a load balancer and a gateway come with their logs.
const SHAREABLE: [(&str, &str, &str); 13] = [
    ("eks", "cluster-standard", "eks-control-plane"),
    ("alb", "hour", "alb"),
    // Access logs of the load balancer: a file at a time, whoever is called.
    ("s3", "put", "alb"),
    ("logs", "ingested-alb", "alb"),
    ("logs", "stored-alb", "alb"),
    ("vpc", "public-ipv4-alb", "alb-addresses"),
    ("nat", "hour", "nat-gateway"),
    ("logs", "ingested-nat", "nat-gateway"),
    ("logs", "stored-nat", "nat-gateway"),
    ("vpc", "public-ipv4-nat", "nat-addresses"),
    ("kms", "key", "key"),
    ("cloudwatch", "metric-cluster", "container-insights"),
    (
        "cloudwatch",
        "enhanced-metric-cluster",
        "container-insights",
    ),
];

/// What an option uses that other workloads can use too.
pub(crate) type Shareable = Vec<Charge>;

/// Something that several workloads can use.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Charge {
    /// Its name in outputs; of a duty, its id.
    pub(crate) what: String,
    /// Dollars a month.
    pub(crate) monthly: Money,
    /// It is people's work.
    pub(crate) is_duty: bool,
}

/// What an option could share.
pub(crate) fn shareable(option: &Evaluated, filled: &Facts) -> Shareable {
    let mut things: Shareable = Vec::new();
    let bill = option.configured().map(|found| &found.bill);
    for line in bill.iter().flat_map(|bill| &bill.lines) {
        for (service, item, what) in SHAREABLE {
            if line.service == service && line.meter == item {
                let amount = line.amount.unwrap_or(Money::ZERO).to_cent();
                if let Some(thing) = things.iter_mut().find(|thing| thing.what == what) {
                    thing.monthly = thing.monthly + amount;
                    continue;
                }
                things.push(Charge {
                    what: what.to_owned(),
                    monthly: amount,
                    is_duty: false,
                });
            }
        }
    }
    if let Some(found) = option.configured() {
        let topology = &found.topology;
        let each = [
            (("vpc", "endpoint-hour"), "endpoint", &topology.endpoints),
            (
                ("cloudwatch", "alarm-stack"),
                "alarm",
                &topology.stack_alarms,
            ),
        ];
        for ((service, meter), kind, names) in each {
            things.extend(one_by_one(&found.bill, service, meter, kind, names));
        }
    }
    if let Some(found) = option.configured()
        && let Some(left) = &found.sized.left_over
    {
        let hosts = found.bill.lines.iter().filter(|line| is_host(line));
        let amount: f64 = hosts.filter_map(|line| Some(line.amount?.as_f64())).sum();
        // To the cent below, so that nobody is left with less than nothing.
        let cents = (amount * left.share * 100.0).floor();
        things.push(Charge {
            what: left.what.clone(),
            monthly: Money::from_f64(cents / 100.0),
            is_duty: false,
        });
    }
    let hourly = filled.likely(FactId::HourlyCost).unwrap_or(0.0);
    let filled = filled.narrowed(|fact, _| (fact == FactId::HourlyCost).then_some(hourly));
    for line in option.people.iter().filter(|line| line.shared.is_some()) {
        let cost: Range<Money> = people::cost(std::slice::from_ref(line), &filled);
        things.push(Charge {
            what: line.duty.clone(),
            monthly: cost.likely(),
            is_duty: true,
        });
    }
    things
}

/// Things of one line that workloads share by name, each at its part of the line.
fn one_by_one(
    bill: &Bill,
    service: &str,
    meter: &str,
    kind: &str,
    names: &[String],
) -> Vec<Charge> {
    let line = bill
        .lines
        .iter()
        .find(|line| line.service == service && line.meter == meter);
    let amount = line.and_then(|line| line.amount);
    let each = amount.map_or(Money::ZERO, |amount| {
        Money::from_f64(amount.as_f64() / names.len().max(1) as f64).to_cent()
    });
    let thing = |name: &String| Charge {
        what: format!("{kind}-{name}"),
        monthly: each,
        is_duty: false,
    };
    names.iter().map(thing).collect()
}

/// Whether a line of a bill is for hosts.
fn is_host(line: &Line) -> bool {
    matches!(line.service, "ec2" | "ebs") || line.meter.starts_with("managed-instances-fee")
}

/// Most levels of one thing.
const MOST_LEVELS: usize = 8;

/// The levels of a thing: what its uses cost, each once, the cheapest first. Where there
/// are too many, the dearest: a use between two counts as the one below, and pays the rest
/// itself.
fn levels(mut uses: Vec<Charge>) -> Vec<Charge> {
    uses.sort_by_key(|thing| thing.monthly);
    uses.dedup_by_key(|thing| thing.monthly);
    uses.split_off(uses.len().saturating_sub(MOST_LEVELS))
}

/// The levels that a use needs, as bits: its own and those below.
fn bits_of(levels: &[Charge], used: &Charge) -> u128 {
    let all = levels.iter().enumerate().take(u128::BITS as usize);
    let needed = all.filter(|(_, level)| level.what == used.what && level.monthly <= used.monthly);
    needed.fold(0, |bits, (at, _)| bits | 1_u128 << at)
}

/// Levels that are open, each with what it adds to the one below.
fn steps(levels: &[Charge], bits: u128) -> impl Iterator<Item = (&Charge, Money)> {
    let open = levels.iter().enumerate().take(u128::BITS as usize);
    let open = open.filter(move |(at, _)| bits & (1_u128 << *at) != 0);
    open.map(move |(at, level)| {
        let below = at.checked_sub(1).and_then(|below| levels.get(below));
        let below = below.filter(|below| below.what == level.what);
        let paid = below.map_or(Money::ZERO, |below| below.monthly);
        (level, level.monthly - paid)
    })
}

/// An option of a workload, as the system sees it.
#[derive(Debug, Clone)]
struct Choice {
    /// Its place in the evaluation.
    place: usize,
    /// Dollars a month that nobody shares.
    own: f64,
    /// The shared things that it needs, as bits.
    needs: u128,
}

/// What can be shared in a system, and what every workload can choose.
#[derive(Debug)]
pub(crate) struct SharedCharges {
    /// Every shared thing in order of name, and each of its levels, the cheapest first.
    levels: Vec<Charge>,
    /// Of every workload, the options that may be chosen; none when there is none.
    choices: Vec<Vec<Choice>>,
}

impl SharedCharges {
    /// Lays out a system. `within` keeps only some options: by workload and place.
    pub(crate) fn new(evaluations: &[&Evaluation], within: impl Fn(&Evaluated) -> bool) -> Self {
        let mut prices: BTreeMap<String, Vec<Charge>> = BTreeMap::new();
        let mut offers = Vec::new();
        for evaluation in evaluations {
            let options = evaluation.options.iter().enumerate();
            let fit = options.filter(|(_, option)| is_candidate(option) && within(option));
            let offered: Vec<(usize, &Evaluated, Shareable)> = fit
                .map(|(place, option)| (place, option, shareable(option, &evaluation.filled)))
                .collect();
            let best = offered.iter().map(|(_, option, _)| tier(option)).min();
            let offered: Vec<_> = offered
                .into_iter()
                .filter(|(_, option, _)| Some(tier(option)) == best)
                .collect();
            for (_, _, things) in &offered {
                for thing in things {
                    prices
                        .entry(thing.what.clone())
                        .or_default()
                        .push(thing.clone());
                }
            }
            offers.push(offered);
        }
        let levels: Vec<Charge> = prices.into_values().flat_map(levels).collect();
        let choices = offers
            .iter()
            .map(|offered| {
                let one = |(place, option, things): &(usize, &Evaluated, Shareable)| {
                    let needs = things
                        .iter()
                        .fold(0, |bits, thing| bits | bits_of(&levels, thing));
                    let shared: f64 = steps(&levels, needs).map(|(_, step)| step.as_f64()).sum();
                    Choice {
                        place: *place,
                        own: weight(option).as_f64() - shared,
                        needs,
                    }
                };
                offered.iter().map(one).collect()
            })
            .collect();
        Self { levels, choices }
    }

    /// The cheapest choice for every workload; none where there is none.
    pub(crate) fn choose(&self) -> Vec<Option<usize>> {
        let opened: BTreeSet<u128> = self.sets();
        let mut best: Option<(f64, Vec<Option<usize>>)> = None;
        for open in opened {
            let chosen: Option<Vec<Option<&Choice>>> = self
                .choices
                .iter()
                .map(|choices| {
                    let within = choices.iter().filter(|one| one.needs & !open == 0);
                    let least = within.min_by(|a, b| a.own.total_cmp(&b.own));
                    // A workload that nothing fits chooses nothing; one that this set
                    // does not serve rules the set out.
                    (least.is_some() || choices.is_empty()).then_some(least)
                })
                .collect();
            let Some(chosen) = chosen else { continue };
            let cost = self.cost(&chosen);
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                let places = chosen.iter().map(|one| one.map(|one| one.place));
                best = Some((cost, places.collect()));
            }
        }
        best.map_or_else(|| vec![None; self.choices.len()], |(_, places)| places)
    }

    /// What a choice for every workload comes to, in dollars a month.
    pub(crate) fn total(&self, places: &[Option<usize>]) -> f64 {
        self.cost(&self.at(places))
    }

    fn at(&self, places: &[Option<usize>]) -> Vec<Option<&Choice>> {
        let pairs = self.choices.iter().zip(places);
        pairs
            .map(|(choices, place)| choices.iter().find(|one| Some(one.place) == *place))
            .collect()
    }

    fn cost(&self, chosen: &[Option<&Choice>]) -> f64 {
        let needs = chosen
            .iter()
            .flatten()
            .fold(0, |bits, one| bits | one.needs);
        let own: f64 = chosen.iter().flatten().map(|one| one.own).sum();
        own + self.things_of(needs)
    }

    fn things_of(&self, bits: u128) -> f64 {
        steps(&self.levels, bits)
            .map(|(_, step)| step.as_f64())
            .sum()
    }

    /// Every union of what options need: other sets pay for what nobody uses.
    fn sets(&self) -> BTreeSet<u128> {
        let mut sets = BTreeSet::from([0]);
        for choices in &self.choices {
            let needs: BTreeSet<u128> = choices.iter().map(|one| one.needs).collect();
            let wider: Vec<u128> = sets
                .iter()
                .flat_map(|set| needs.iter().map(move |bits| set | bits))
                .collect();
            sets.extend(wider);
        }
        sets
    }

    /// Of what a workload's options need, dollars a month that the others' choices pay
    /// already; by place.
    pub(crate) fn already_paid(
        &self,
        places: &[Option<usize>],
        workload: usize,
    ) -> Vec<(usize, AlreadyPaid)> {
        let chosen = self.at(places);
        let others = chosen.iter().enumerate().filter(|(at, _)| *at != workload);
        let paid = others.fold(0, |bits, (_, one)| bits | one.map_or(0, |one| one.needs));
        let choices = self.choices.get(workload).into_iter().flatten();
        choices
            .map(|one| {
                let mut already = AlreadyPaid::default();
                for (thing, step) in steps(&self.levels, one.needs & paid) {
                    let part = if thing.is_duty {
                        &mut already.people
                    } else {
                        &mut already.bill
                    };
                    *part = *part + step;
                }
                (one.place, already)
            })
            .collect()
    }
}
