//! From a decision to the document.

use landfall_catalog::Catalog;
use landfall_catalog::bill::Line;
use landfall_decide::{
    Assumed, Changed, Configuration, Decision, OptionDecision, PeopleLine, Precedence,
    WorkloadDecision,
};
use landfall_units::{Dimension, Money, Range};
use landfall_workload::{FactId, Kind, Value};
use serde_json::json;

use super::commitment::{CommitmentJson, IfCommittedJson, SharedPlanJson};
use super::document::{
    AssumedJson, BillLineJson, ConfigurationJson, ConsolidatedJson, DecisionJson, FrameworkJson,
    LatencyJson, MattersJson, MonthlyJson, OptionJson, PeopleJson, PricesJson, RangeJson,
    ReasonJson, SharedJson, SystemJson, TippingJson, TodayJson, TotalJson, UnknownJson,
    WorkloadJson,
};
use super::figures::{dollars, real, rounded};
use super::topology::TopologyJson;

pub(super) fn document(decision: &Decision, catalog: &Catalog) -> DecisionJson {
    DecisionJson {
        schema: 1,
        name: decision.name.clone(),
        framework: FrameworkJson {
            name: decision.framework.0.clone(),
            version: decision.framework.1.clone(),
        },
        as_of: decision.as_of.to_string(),
        prices: PricesJson {
            region: decision.region.clone(),
            as_of: decision.prices_as_of.map(|date| date.to_string()),
        },
        profile: decision.profile.word().to_owned(),
        seed: decision.seed,
        worlds: decision.scenarios as u64,
        method: decision.method().word().to_owned(),
        system: SystemJson {
            total: decision.total.map(|total| TotalJson {
                monthly: dollars(total),
            }),
            shared: decision
                .shared
                .iter()
                .map(|thing| SharedJson {
                    what: thing.what.clone(),
                    monthly: dollars(thing.monthly),
                    used_by: thing.used_by.clone(),
                })
                .collect(),
            shared_plans: decision
                .shared_plans
                .iter()
                .map(SharedPlanJson::from)
                .collect(),
            consolidated: decision
                .consolidated
                .iter()
                .map(|one| ConsolidatedJson {
                    family: one.family.clone(),
                    more: one.more.map(dollars),
                    unfit: one.unfit.clone(),
                })
                .collect(),
            if_committed: decision.if_committed.as_ref().map(IfCommittedJson::from),
        },
        workloads: decision
            .workloads
            .iter()
            .map(|one| workload(one, catalog))
            .collect(),
    }
}

fn workload(workload: &WorkloadDecision, catalog: &Catalog) -> WorkloadJson {
    let id = |option: &OptionDecision| option.platform.clone();
    WorkloadJson {
        id: workload.id.clone(),
        recommended: workload.recommended().map(id),
        runner_up: workload.runner_up().map(id),
        margin: workload.margin.map(rounded),
        within_noise: workload.precedence == Some(Precedence::FewerHours),
        precedence: workload.precedence.map(|why| why.word().to_owned()),
        confidence: workload
            .recommended()
            .and_then(|best| Some(rounded(best.doubt?.wins))),
        confidence_without_needs: workload.confidence_without_needs.map(rounded),
        provisional: workload.is_provisional,
        matters: workload
            .matters
            .iter()
            .map(|one| MattersJson {
                input: one.input.clone(),
                share: rounded(one.share),
            })
            .collect(),
        options: workload
            .options
            .iter()
            .map(|one| option(one, catalog))
            .collect(),
        tipping_points: workload
            .tipping
            .iter()
            .map(|tip| TippingJson {
                fact: tip.fact.name().to_owned(),
                at: tip.shown(),
                margin: tip.margin.map(rounded),
                from: tip.from.clone(),
                to: tip.to.clone(),
                to_meets_targets: tip.to_meets_targets,
            })
            .collect(),
        assumed: workload.assumed.iter().map(assumed).collect(),
        unknown: workload
            .unknown
            .iter()
            .map(|one| UnknownJson {
                fact: one.fact.name().to_owned(),
                question: one.question.clone(),
                could_change_answer: one.changes.is_some(),
                for_example: one.changes.as_ref().map(|(answer, _)| answer.clone()),
                to: one.changes.as_ref().and_then(|(_, changed)| match changed {
                    Changed::To(to) => to.clone(),
                    Changed::Excludes(_) => None,
                }),
                excludes: one.changes.as_ref().and_then(|(_, changed)| match changed {
                    Changed::To(_) => None,
                    Changed::Excludes(id) => Some(id.clone()),
                }),
                worth: one.worth.map(dollars),
            })
            .collect(),
        today: workload.today.as_ref().map(|today| TodayJson {
            name: today.name.clone(),
            what: today.what.clone(),
            bill: today.bill.map(dollars),
        }),
    }
}

fn option(option: &OptionDecision, catalog: &Catalog) -> OptionJson {
    let forecast = option.forecast.as_ref();
    OptionJson {
        platform: option.platform.clone(),
        family: option.family.clone(),
        verdict: option.verdict.word().to_owned(),
        configuration: option.configuration.as_ref().map(configuration),
        topology: option.topology.as_deref().map(TopologyJson::from),
        monthly: option.monthly.map(|monthly| MonthlyJson {
            bill: dollars(monthly.bill),
            people: dollars(monthly.people),
            people_range: range(&monthly.people_range.map(dollars)),
            premium: dollars(monthly.premium),
            total: dollars(monthly.total),
            total_p10: option.doubt.map(|doubt| dollars(doubt.p10)),
            total_p90: option.doubt.map(|doubt| dollars(doubt.p90)),
            expected: dollars(monthly.expected),
            expected_error: option.doubt.map(|doubt| dollars(doubt.mean_error)),
            already_paid: dollars(monthly.already_paid),
            regret: option.doubt.map(|doubt| dollars(doubt.regret)),
        }),
        bill_lines: option
            .bill
            .iter()
            .flat_map(|bill| &bill.lines)
            .map(line)
            .collect(),
        commitment: option.commitment.as_ref().map(CommitmentJson::from),
        people: option.people.iter().map(people).collect(),
        latency_ms: forecast.map(|forecast| LatencyJson {
            p50: rounded(forecast.latency.p50_s * 1e3),
            p95: rounded(forecast.latency.p95_s * 1e3),
            p99: rounded(forecast.latency.p99_s * 1e3),
        }),
        p99_range_ms: forecast
            .and_then(|forecast| forecast.p99_range_s)
            .map(|(least_s, most_s)| (rounded(least_s * 1e3), rounded(most_s * 1e3))),
        cold_start_share: forecast.map(|forecast| rounded(forecast.cold_start_share)),
        throttled_share: forecast.map(|forecast| rounded(forecast.throttled_share)),
        failed_share: forecast.map(|forecast| rounded(forecast.failed_share)),
        meets_targets: option.meets_targets,
        wins: option.doubt.map(|doubt| rounded(doubt.wins)),
        misses: option.doubt.map(|doubt| rounded(doubt.misses)),
        method: forecast.map(|forecast| forecast.method.word().to_owned()),
        reasons: option
            .reasons
            .iter()
            .map(|reason| ReasonJson {
                rule: reason.rule.clone(),
                effect: reason.effect.word().to_owned(),
                kind: reason.kind.map(str::to_owned),
                because: reason.because.clone(),
                source: reason.source.clone(),
                source_title: catalog.sources.get(&reason.source).map(|s| s.title.clone()),
                statement: reason.statement.clone(),
                guide: reason.guide.clone(),
            })
            .collect(),
        hangs_on: option
            .hangs_on
            .iter()
            .map(|fact| fact.name().to_owned())
            .collect(),
    }
}

fn people(duty: &PeopleLine) -> PeopleJson {
    PeopleJson {
        duty: duty.duty.clone(),
        what: duty.what.clone(),
        hours: range(&duty.hours),
        shared: duty.shared.clone(),
        because: duty.because.clone(),
    }
}

fn range(range: &Range<f64>) -> RangeJson {
    RangeJson {
        low: range.low(),
        likely: range.likely(),
        high: range.high(),
    }
}

fn configuration(settings: &Configuration) -> ConfigurationJson {
    ConfigurationJson {
        memory_mb: settings.memory_mb,
        vcpus: settings.vcpus.map(rounded),
        architecture: settings.architecture.map(str::to_owned),
        instance: settings.instance.clone(),
        purchase: settings.purchase.map(str::to_owned),
        min_count: settings.min_count,
        mean_count: settings.mean_count.map(rounded),
        p99_count: settings.p99_count,
        max_count: settings.max_count,
        concurrency: settings.concurrency,
        provisioned: settings.provisioned.map(|hours| f64::from(hours.most())),
        provisioned_by_hour: settings
            .provisioned
            .filter(|hours| !hours.is_always())
            .map(|hours| hours.ready.to_vec()),
        snapstart: settings.snapstart.then_some(true),
        steps: settings.steps,
        front_door: settings.front_door.map(str::to_owned),
        batch: settings.batch,
        shards: settings.stream.map(|stream| stream.shards),
        parallelization: settings.stream.and_then(|stream| stream.parallel),
        on_demand_stream: settings.stream.map(|stream| stream.on_demand),
    }
}

/// A line whose amount is not rounded.
pub(super) fn exact_line(exact: &Line) -> BillLineJson {
    BillLineJson {
        amount: exact.amount.map(Money::as_f64),
        range: exact.span.map(|(low, high)| [low.as_f64(), high.as_f64()]),
        ..line(exact)
    }
}

/// A line, rounded to the cent.
pub(super) fn line(line: &Line) -> BillLineJson {
    BillLineJson {
        service: line.service.to_owned(),
        item: line.item().to_owned(),
        meter: line.meter.to_string(),
        quantity: real(line.quantity),
        free: Some(real(line.free)).filter(|free| *free > 0.0),
        unit: line.unit.to_string(),
        price: line.price.map(real),
        amount: line.amount.map(dollars),
        range: line.span.map(|(low, high)| [dollars(low), dollars(high)]),
        status: line.status.map(|status| status.word().to_owned()),
        grade: line.grade.map(|grade| grade.letter().to_owned()),
        source: line.source.to_string(),
        date: line.date.map(|date| date.to_string()),
    }
}

fn assumed(assumed: &Assumed) -> AssumedJson {
    AssumedJson {
        fact: assumed.fact.name().to_owned(),
        value: value(assumed.fact, &assumed.value),
        why: assumed.why.clone(),
        source: assumed.source.clone(),
    }
}

fn value(fact: FactId, value: &Value) -> serde_json::Value {
    let dimension = match fact.kind() {
        Kind::Quantity(dimension) => dimension,
        _ => Dimension::Ratio,
    };
    match value {
        Value::Flag(flag) => json!(flag),
        Value::Choices(words) => json!(words),
        Value::Quantity(range) if !range.is_exact() => json!({
            "low": dimension.format(range.low()),
            "likely": dimension.format(range.likely()),
            "high": dimension.format(range.high()),
        }),
        other => json!(other.show(fact)),
    }
}
