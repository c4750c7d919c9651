//! What Savings Plans take off the price on demand, as far as it is known.

use landfall_source::Result;
use landfall_units::Range;

use crate::prices::PriceBook;
use crate::rows::{Row, read_rows};
use crate::sources::Grade;

/// What a plan is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlanKind {
    /// EC2 of every family, Fargate and the duration of Lambda functions, in all regions.
    Compute,
    /// EC2 of one family in one region.
    Ec2Instance,
}

/// For how long a plan is bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// One year.
    OneYear,
    /// Three years.
    ThreeYears,
}

/// How much of a plan is paid on the first day. Its rates are by the hour all the same: what
/// is paid ahead is part of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Upfront {
    /// Nothing.
    None,
    /// About half.
    Partial,
    /// All of it.
    All,
}

/// A Savings Plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SavingsPlan {
    /// What it is good for.
    pub kind: PlanKind,
    /// For how long.
    pub term: Term,
    /// How it is paid.
    pub upfront: Upfront,
}

impl Term {
    /// The word of workload files and data: `1y`, `3y`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::OneYear => "1y",
            Self::ThreeYears => "3y",
        }
    }

    /// The term of a word.
    pub fn named(word: &str) -> Option<Self> {
        let all = [Self::OneYear, Self::ThreeYears];
        all.into_iter().find(|one| one.word() == word)
    }
}

impl Upfront {
    /// The word of workload files and data: `none`, `partial`, `all`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Partial => "partial",
            Self::All => "all",
        }
    }

    /// The way of paying of a word.
    pub fn named(word: &str) -> Option<Self> {
        let all = [Self::None, Self::Partial, Self::All];
        all.into_iter().find(|one| one.word() == word)
    }
}

impl PlanKind {
    /// The word of data and outputs: `compute`, `ec2-instance`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Compute => "compute",
            Self::Ec2Instance => "ec2-instance",
        }
    }

    fn named(word: &str) -> Option<Self> {
        let all = [Self::Compute, Self::Ec2Instance];
        all.into_iter().find(|one| one.word() == word)
    }
}

impl SavingsPlan {
    /// The meter of a price book that holds the plan's rate for a meter on demand; of an
    /// instance type that is its name: `vcpu-x86_64:savings-1y`,
    /// `m7g.large:instance-savings-3y-all`.
    pub fn meter(self, of: &str) -> String {
        let kind = match self.kind {
            PlanKind::Compute => "savings",
            PlanKind::Ec2Instance => "instance-savings",
        };
        let upfront = match self.upfront {
            Upfront::None => String::new(),
            other => format!("-{}", other.word()),
        };
        format!("{of}:{kind}-{}{upfront}", self.term.word())
    }
}

/// What a plan takes off a price on demand, as a share of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Discount {
    /// The share; a range where the rate is not known for the region.
    pub share: Range<f64>,
    /// How far its source can be trusted.
    pub grade: Grade,
    /// The id of its source.
    pub source: String,
}

/// A row of `data/savings-plans.csv`.
#[derive(Debug, Clone, PartialEq)]
struct DiscountRow {
    kind: PlanKind,
    term: Term,
    upfront: Upfront,
    service: String,
    /// The meter, or `instance` for every instance type.
    meter: String,
    /// The region; empty for those of which nothing else is known.
    region: String,
    discount: Discount,
}

/// What is known of Savings Plans apart from the rates that were brought in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SavingsPlans {
    rows: Vec<DiscountRow>,
}

impl SavingsPlans {
    /// Reads the table.
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self> {
        read_rows(name, text, read).map(|rows| Self { rows })
    }

    /// The ids of the sources of its rows.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|row| row.discount.source.as_str())
    }

    /// Whether some of what a service meters is paid for by plans.
    pub fn are_for(&self, service: &str) -> bool {
        self.rows.iter().any(|row| row.service == service)
    }

    /// What a plan takes off a meter in the region of a book; none where it takes off nothing:
    /// requests, Spot, fees, disks. `meter` is the one on demand, of an instance type its name.
    ///
    /// First the plan's own rate in the book over the price on demand. Else, of an instance
    /// type without upfront payment, its reservation's: an EC2 Instance Savings Plan costs what
    /// a standard one does, a Compute Savings Plan what a convertible one does. Else a row of
    /// the region; else the range of the row for any region.
    pub fn discount(
        &self,
        book: &PriceBook,
        plan: SavingsPlan,
        service: &str,
        meter: &str,
    ) -> Option<Discount> {
        let is_instance = service == "ec2";
        if plan.kind == PlanKind::Ec2Instance && !is_instance {
            return None;
        }
        let on_demand = if is_instance {
            book.rate(service, &format!("{meter}:on-demand"))?
        } else {
            book.rate(service, meter)?
        };
        let of_rate = |named: String| {
            let price = book.price(service, &named)?;
            let (tier, rate) = (price.first()?, book.rate(service, &named)?);
            (rate < on_demand).then(|| Discount {
                share: Range::exact(1.0 - rate / on_demand),
                grade: tier.grade,
                source: tier.source.to_string(),
            })
        };
        let class = match plan.kind {
            PlanKind::Compute => "convertible",
            PlanKind::Ec2Instance => "reserved",
        };
        let reserved = is_instance && plan.upfront == Upfront::None;
        of_rate(plan.meter(meter))
            .or_else(|| {
                let named = format!("{meter}:{class}-{}", plan.term.word());
                reserved.then(|| of_rate(named)).flatten()
            })
            .or_else(|| {
                let meter = if is_instance { "instance" } else { meter };
                let found = self.row(plan, service, meter, book.region());
                found
                    .or_else(|| self.row(plan, service, meter, ""))
                    .cloned()
            })
    }

    fn row(
        &self,
        plan: SavingsPlan,
        service: &str,
        meter: &str,
        region: &str,
    ) -> Option<&Discount> {
        let found = self.rows.iter().find(|row| {
            (row.kind, row.term, row.upfront) == (plan.kind, plan.term, plan.upfront)
                && row.service == service
                && row.meter == meter
                && row.region == region
        });
        found.map(|row| &row.discount)
    }
}

fn read(row: &Row<'_>) -> Result<DiscountRow> {
    let share = |column: usize| {
        let share = row.number(column)?;
        if (0.0..1.0).contains(&share) {
            Ok(share)
        } else {
            Err(Box::new(row.problem("a discount is not from 0 to 1")))
        }
    };
    let wrong = |what: &str| Box::new(row.problem(what));
    let range = Range::new(share(6)?, share(7)?, share(8)?);
    Ok(DiscountRow {
        kind: PlanKind::named(row.cell(0)).ok_or_else(|| wrong("there is no such plan"))?,
        term: Term::named(row.cell(1)).ok_or_else(|| wrong("there is no such term"))?,
        upfront: Upfront::named(row.cell(2)).ok_or_else(|| wrong("there is no such payment"))?,
        service: row.text(3),
        meter: row.text(4),
        region: row.text(5),
        discount: Discount {
            share: range.map_err(|_| wrong("a discount does not rise"))?,
            grade: Grade::named(row.cell(9)).ok_or_else(|| wrong("there is no such grade"))?,
            source: row.text(10),
        },
    })
}
