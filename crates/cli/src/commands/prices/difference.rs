//! What prices brought in would change.

use std::fmt;

use landfall_catalog::{Price, PriceBook, Tier};

/// A price that differs, in its own currency.
#[derive(Debug)]
pub(super) struct Changed {
    name: String,
    old: String,
    new: String,
    /// The new price of the first unit over the old one, less 1; none where tiers alone differ.
    share: Option<f64>,
}

/// The difference between two books.
#[derive(Debug, Default)]
pub(super) struct Difference {
    /// Meters that the old book lacks, with their price.
    pub(super) new: Vec<(String, String)>,
    /// Meters whose price or tiers differ.
    pub(super) changed: Vec<Changed>,
    /// How many are as before.
    pub(super) same: usize,
}

impl Difference {
    /// What each price of `new` is to `old`. What `new` lacks stays as it is.
    pub(super) fn between(old: &PriceBook, new: &PriceBook) -> Self {
        let mut difference = Self::default();
        for (service, meter, price) in new.iter() {
            let name = format!("{service} {meter}");
            match old.price(service, meter) {
                None => difference.new.push((name, shown(price))),
                Some(before) if steps(before).eq(steps(price)) => difference.same += 1,
                Some(before) => difference.changed.push(Changed {
                    name,
                    old: shown(before),
                    new: shown(price),
                    share: share(before, price),
                }),
            }
        }
        difference
    }
}

/// What two prices are compared by: neither source nor date.
fn steps(price: &Price) -> impl Iterator<Item = (&str, impl PartialEq)> {
    let of = |tier: &Tier| (tier.from, tier.to, tier.price);
    let tiers = price.tiers.iter().map(of);
    tiers.map(|step| (price.currency.as_str(), step))
}

fn share(old: &Price, new: &Price) -> Option<f64> {
    let first = |price: &Price| price.first().map(|tier| tier.price);
    let (old, new) = (first(old)?, first(new)?);
    let ratio = f64::try_from(new.checked_div(old)?).ok()?;
    (old != new).then_some(ratio - 1.0)
}

fn shown(price: &Price) -> String {
    let amount = |tier: &Tier| {
        let number = tier.price.normalize();
        let amount = match price.currency.as_str() {
            "USD" => format!("${number}"),
            "" => number.to_string(),
            other => format!("{number} {other}"),
        };
        if tier.from.is_zero() {
            amount
        } else {
            format!("{amount} above {}", tier.from.normalize())
        }
    };
    let tiers: Vec<String> = price.tiers.iter().map(amount).collect();
    format!("{} / {}", tiers.join(", "), price.unit)
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for one in &self.changed {
            write!(f, "changed  {:<36} {} -> {}", one.name, one.old, one.new)?;
            match one.share {
                Some(share) => writeln!(f, " ({:+.1}%)", share * 100.0)?,
                None => writeln!(f)?,
            }
        }
        for (name, price) in &self.new {
            writeln!(f, "new      {name:<36} {price}")?;
        }
        Ok(())
    }
}
