//! What a meter costs over the regions: a range for a price that a region lacks.

use jiff::civil::Date;
use landfall_source::Result;
use landfall_units::Decimal;

use crate::prices::{Price, PriceBook, PriceStatus, Tier};
use crate::rows::{Row, read_rows};
use crate::sources::Grade;

/// What one tier of a meter costs over the regions in which it is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Service.
    pub service: String,
    /// Meter.
    pub meter: String,
    /// Where the tier begins, in units of the meter.
    pub from: Decimal,
    /// What one unit is.
    pub unit: String,
    /// In how many regions a source states the price.
    pub regions: u32,
    /// The lowest price; of few regions, that or what the spread of all meters makes of
    /// the price of us-east-1.
    pub low: Decimal,
    /// The price in the middle.
    pub middle: Decimal,
    /// The highest price, widened in the same way.
    pub high: Decimal,
    /// The id of its source.
    pub source: String,
    /// When it was put together.
    pub date: Date,
}

/// The spans of `data/meter-spans.csv`, in its order: tiers of a meter follow each other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Spans {
    /// The rows.
    pub rows: Vec<Span>,
}

/// Partitions of AWS with prices of their own, of which spans say nothing.
const OTHER_PARTITIONS: [&str; 2] = ["cn-", "us-gov-"];
/// Regions from which on a span rests on what was seen.
const MANY_REGIONS: u32 = 8;

impl Spans {
    /// Reads the table.
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self> {
        read_rows(name, text, read).map(|rows| Self { rows })
    }

    fn tiers<'s>(
        &'s self,
        service: &'s str,
        meter: &'s str,
    ) -> impl Iterator<Item = &'s Span> + 's {
        let all = self.rows.iter();
        all.filter(move |row| row.service == service && row.meter == meter)
    }
}

fn read(row: &Row<'_>) -> Result<Span> {
    let decimal = |column: usize| {
        let number = row.cell(column).parse::<Decimal>().ok();
        let number = number.filter(|number| *number >= Decimal::ZERO);
        number.ok_or_else(|| Box::new(row.problem("a cell is not a number")))
    };
    let span = Span {
        service: row.text(0),
        meter: row.text(1),
        from: decimal(2)?,
        unit: row.text(3),
        regions: row.number(4)? as u32,
        low: decimal(5)?,
        middle: decimal(6)?,
        high: decimal(7)?,
        source: row.text(8),
        date: row.date(9)?,
    };
    if span.low > span.middle || span.middle > span.high {
        return Err(Box::new(row.problem("a span does not rise")));
    }
    Ok(span)
}

impl Span {
    /// The tier that stands in for a price that is not known, up to `to`.
    fn tier(&self, to: Option<Decimal>) -> Tier {
        let grade = if self.regions >= MANY_REGIONS {
            Grade::C
        } else {
            Grade::D
        };
        Tier {
            from: self.from,
            to,
            price: self.middle,
            span: Some((self.low, self.high)),
            status: PriceStatus::Range,
            grade,
            source: self.source.as_str().into(),
            date: self.date,
        }
    }
}

impl PriceBook {
    /// Fills what the book lacks with ranges: whole meters, and tiers above the last one
    /// known. Where spans say nothing, as in China, and of meters that have none, nothing
    /// is filled.
    #[must_use]
    pub fn with_ranges(mut self, spans: &Spans) -> Self {
        let region = self.region();
        if OTHER_PARTITIONS.iter().any(|one| region.starts_with(one)) {
            return self;
        }
        for first in spans.rows.iter().filter(|row| row.from.is_zero()) {
            let steps: Vec<&Span> = spans.tiers(&first.service, &first.meter).collect();
            let known = self.price(&first.service, &first.meter);
            let from = match known {
                None => Some(Decimal::ZERO),
                Some(price) => price.tiers.last().and_then(|last| last.to),
            };
            let Some(from) = from else { continue };
            let place = steps.iter().position(|step| step.from == from);
            let Some(place) = place else { continue };
            let steps = steps.get(place..).unwrap_or_default();
            let ends = steps.iter().skip(1).map(|next| Some(next.from));
            let ends = ends.chain(std::iter::once(None));
            let tiers = steps.iter().zip(ends).map(|(step, to)| step.tier(to));
            let tiers: Vec<Tier> = tiers.collect();
            self.extend(&first.service, &first.meter, &first.unit, tiers);
        }
        self
    }

    fn extend(&mut self, service: &str, meter: &str, unit: &str, tiers: Vec<Tier>) {
        let currency = if unit == "fraction" { "" } else { "USD" };
        let price = self.entry(service, meter, || Price {
            unit: unit.into(),
            currency: currency.to_owned(),
            tiers: Vec::new(),
        });
        price.tiers.extend(tiers);
    }

    /// Whether any price of the book is a range from the first unit on.
    pub fn has_ranges(&self) -> bool {
        let mut firsts = self.iter().filter_map(|(_, _, price)| price.first());
        firsts.any(|tier| tier.span.is_some())
    }
}
