//! Usage as a meter counts it: what a bill of AWS holds.

use std::borrow::Cow;

use landfall_source::{Result, Table, nearest};
use landfall_units::Decimal;

use super::cells::{number, quantity};
use super::tally::{Rate, Tally};
use super::usage::{Ec2Purchase, MeteredUsage, Usage};
use crate::embedded::Catalog;

/// Every service with meters.
pub(super) const SERVICES: [&str; 24] = [
    "alb",
    "api-gateway",
    "cloudwatch",
    "data-transfer",
    "dynamodb",
    "ebs",
    "ec2",
    "ecr",
    "ecs",
    "efs",
    "eks",
    "eventbridge",
    "fargate",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "nat",
    "nlb",
    "s3",
    "sqs",
    "step-functions",
    "vpc",
    "xray",
];
/// How usage of instances ends: `m7g.large:spot`.
const SPOT: &str = ":spot";

impl MeteredUsage {
    /// A quantity of a meter, of which a free allowance covers a part; none where there is no
    /// such meter.
    pub fn new(
        catalog: &Catalog,
        service: &str,
        meter: &str,
        quantity: Decimal,
        free: Decimal,
    ) -> Option<Self> {
        let service = SERVICES.into_iter().find(|one| *one == service)?;
        Some(Self {
            service,
            meter: meter.to_owned(),
            unit: unit_of(catalog, service, meter)?,
            quantity,
            free,
        })
    }
}

impl MeteredUsage {
    /// What one unit is.
    pub fn unit(&self) -> &str {
        &self.unit
    }
}

/// The unit of a meter, where there is such a meter.
fn unit_of(catalog: &Catalog, service: &str, meter: &str) -> Option<String> {
    if service == "ec2"
        && let Some((instance, purchase)) = meter.split_once(':')
    {
        let is_known =
            catalog.instance(instance).is_some() && Ec2Purchase::WORDS.contains(&purchase);
        return is_known.then(|| "h".to_owned());
    }
    let rows = catalog.spans.rows.iter();
    let mut rows = rows.filter(|row| row.service == service && row.meter == meter);
    let unit = rows.next().map(|row| row.unit.clone());
    // Of some meters a price is known in one region alone: they have no span.
    unit.or_else(|| Catalog::matches("").ok()?.unit(service, meter))
}

/// Reads a table `[[meter]]`.
pub(super) fn read(table: &Table<'_>, catalog: &Catalog) -> Result<Usage> {
    let service = table.require("service")?.one_of(&SERVICES)?;
    let node = table.require("meter")?;
    let meter = node.text()?;
    let amount = number(&table.require("quantity")?)?;
    let free = quantity(table, "free")?;
    if let Some(metered) = MeteredUsage::new(catalog, service, meter, amount, free) {
        return Ok(Usage::Metered(metered));
    }
    let rows = catalog.spans.rows.iter();
    let known: Vec<&str> = rows
        .filter(|row| row.service == service)
        .map(|row| row.meter.as_str())
        .collect();
    let problem = node.problem(format!("{service} has no meter `{meter}`"));
    let help = match nearest(meter, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if service == "ec2" => "name an instance and how it is bought: m7g.large:spot".into(),
        None => format!("one of: {}", known.join(", ")),
    };
    Err(Box::new(problem.help(help)))
}

/// Counts it as it is.
pub(super) fn count(tally: &mut Tally, usage: &MeteredUsage) {
    let spot = usage.meter.strip_suffix(SPOT);
    let rate = spot.map_or(Rate::Own, |instance| Rate::LessSaving {
        base: format!("{instance}:on-demand"),
        saving: format!("{instance}:spot-saving"),
    });
    let meter: Cow<'static, str> = Cow::Owned(usage.meter.clone());
    let unit = Cow::Owned(usage.unit.clone());
    tally.add_rated(
        usage.service,
        meter.clone(),
        rate.clone(),
        unit,
        usage.quantity,
    );
    tally.cover(usage.service, &meter, &rate, usage.free);
}
