//! Time and cost at each size of memory.

use landfall_catalog::{Date, MeterRules, Platform, PriceBook};
use landfall_units::Bytes;

use crate::work::Work;

/// What Lambda gives for memory, and what it takes for time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// A GB-second, in dollars.
    pub gb_second: f64,
    /// Durations are billed in steps of so many seconds.
    pub step_s: f64,
    /// Memory that brings one vCPU.
    pub per_vcpu: Bytes,
    /// The smallest memory.
    pub least: Bytes,
    /// The largest memory.
    pub most: Bytes,
}

/// Why there are no [`Rates`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RatesError {
    /// The catalog does not say how memory and vCPUs go together on that day.
    NoSizes,
    /// The region has no price in dollars for a GB-second.
    NoPrice,
}

impl Rates {
    /// The rates of a region on a day, from the rows of the catalog.
    ///
    /// # Errors
    /// Where a row is missing.
    pub fn of(
        lambda: &Platform,
        book: &PriceBook,
        rules: &MeterRules,
        architecture: &str,
        day: Date,
    ) -> Result<Self, RatesError> {
        let bytes = |value: Option<f64>| value.filter(|value| *value > 0.0).map(Bytes::from_f64);
        let parameter = |name: &str| lambda.parameter_on(name, day).map(|range| range.likely());
        let most = lambda.limit("memory").and_then(|limit| limit.value_on(day));
        let sizes = (
            bytes(parameter("memory_per_vcpu")),
            bytes(parameter("memory_min")),
            bytes(most),
        );
        let (Some(per_vcpu), Some(least), Some(most)) = sizes else {
            return Err(RatesError::NoSizes);
        };
        let price = book.rate("lambda", &format!("duration-{architecture}"));
        let step_s = rules.lambda_duration_step.to_string().parse().ok();
        let (Some(gb_second), Some(step_s)) = (price, step_s) else {
            return Err(RatesError::NoPrice);
        };
        Ok(Self {
            gb_second,
            step_s,
            per_vcpu,
            least,
            most,
        })
    }

    /// vCPUs at a memory.
    pub fn vcpus(&self, memory: Bytes) -> f64 {
        memory.get() as f64 / self.per_vcpu.get() as f64
    }

    /// Sizes that show a curve: the smallest, doubled up to the largest, and that of one
    /// vCPU.
    pub fn sizes(&self) -> Vec<Bytes> {
        let doubled = std::iter::successors(Some(self.least), |size| Some(*size * 2.0));
        let mut sizes: Vec<Bytes> = doubled.take_while(|size| *size < self.most).collect();
        sizes.extend([self.per_vcpu, self.most]);
        sizes.retain(|size| *size <= self.most);
        sizes.sort_unstable();
        sizes.dedup();
        sizes
    }

    /// What the duration of a million invocations costs, in dollars, without the price of
    /// requests: each rounded up to the step.
    pub fn per_million(&self, memory: Bytes, time_s: f64) -> f64 {
        // What binary fractions add to a whole step is no step.
        let steps = (time_s / self.step_s - 1e-9).ceil().max(1.0);
        steps * self.step_s * memory.as_gb() * self.gb_second * 1e6
    }
}

/// A value with the least and the most that it can be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Likely.
    pub likely: f64,
    /// The least.
    pub low: f64,
    /// The most.
    pub high: f64,
}

impl Spread {
    /// A value that is as it is.
    pub const fn exact(value: f64) -> Self {
        Self {
            likely: value,
            low: value,
            high: value,
        }
    }
}

/// One size of memory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Memory.
    pub memory: Bytes,
    /// vCPUs that come with it.
    pub vcpus: f64,
    /// How long one unit of work takes, in seconds.
    pub time_s: Spread,
    /// What the duration of a million costs, in dollars.
    pub per_million: Spread,
    /// Whether the work fits into the memory.
    pub fits: bool,
}

/// Time and cost of some work at sizes of memory; `needs` is the memory that it needs.
pub fn curve(work: &Work, rates: &Rates, sizes: &[Bytes], needs: Bytes) -> Vec<Point> {
    let point = |memory: &Bytes| {
        let vcpus = rates.vcpus(*memory);
        let (low, high) = work.bounds_s(vcpus);
        let time_s = Spread {
            likely: work.time_s(vcpus),
            low,
            high,
        };
        let cost = |time_s: f64| rates.per_million(*memory, time_s);
        Point {
            memory: *memory,
            vcpus,
            time_s,
            per_million: Spread {
                likely: cost(time_s.likely),
                low: cost(low),
                high: cost(high),
            },
            fits: needs <= *memory,
        }
    };
    sizes.iter().map(point).collect()
}

/// The memories that are best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Best {
    /// For cost: the lowest; of equals, the fastest.
    pub cost: Bytes,
    /// For speed: the shortest time; of equals, the cheapest.
    pub speed: Bytes,
    /// Balanced: the lowest sum of both, each over its largest.
    pub balanced: Bytes,
}

/// The best of the points that fit; none where none does. `weight` is how much cost counts
/// when balanced, from 0 to 1; time has the rest (the strategies `cost`, `speed` and `balanced`
/// of AWS Lambda Power Tuning, with its `balancedWeight`).
pub fn best(points: &[Point], weight: f64) -> Option<Best> {
    let fitting = || points.iter().filter(|point| point.fits);
    let (cost, time) = (
        |point: &Point| point.per_million.likely,
        |point: &Point| point.time_s.likely,
    );
    let most = |of: fn(&Point) -> f64| fitting().map(of).fold(f64::MIN_POSITIVE, f64::max);
    let (most_cost, most_time) = (most(cost), most(time));
    let balanced =
        |point: &Point| weight * cost(point) / most_cost + (1.0 - weight) * time(point) / most_time;
    let least = |first: &dyn Fn(&Point) -> f64, then: &dyn Fn(&Point) -> f64| {
        let found = fitting().min_by(|a, b| {
            // What only rounding tells apart is equal.
            let equal = (first(a) - first(b)).abs() <= 1e-9 * first(a).abs();
            let order = first(a).total_cmp(&first(b));
            if equal {
                then(a).total_cmp(&then(b))
            } else {
                order
            }
        });
        found.map(|point| point.memory)
    };
    Some(Best {
        cost: least(&cost, &time)?,
        speed: least(&time, &cost)?,
        balanced: least(&balanced, &cost)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use landfall_catalog::Catalog;
    use landfall_units::Range;

    fn rates() -> Rates {
        let catalog = Catalog::embedded().unwrap();
        let book = Catalog::prices("us-east-1").unwrap();
        let day = "2026-11-29".parse().unwrap();
        let lambda = catalog.platform("lambda").unwrap();
        Rates::of(lambda, &book, &catalog.meters, "x86_64", day).unwrap()
    }

    fn work(share: f64) -> Work {
        Work {
            duration_s: Range::exact(0.2),
            cpu_share: Range::exact(share),
            threads: Range::exact(1.0),
            measured_vcpus: 1.0,
        }
    }

    #[test]
    fn computing_costs_the_same_up_to_one_vcpu_and_more_above() {
        let rates = rates();
        let points = curve(&work(1.0), &rates, &rates.sizes(), Bytes::from_mb(64));
        let cost = |mb: u64| {
            let at = points.iter().find(|one| one.memory == Bytes::from_mb(mb));
            at.unwrap().per_million.likely
        };
        assert!((cost(128) / cost(1024) - 1.0).abs() < 0.01);
        assert!(cost(2048) > 1.1 * cost(1024));
        // 0.2 s at one vCPU: 1769/1024 GB x 0.2 s x 0.0000166667 x a million.
        let at_one = points.iter().find(|one| one.memory == rates.per_vcpu);
        let at_one = at_one.unwrap().per_million.likely;
        assert!((at_one - 5.758_5).abs() < 0.001, "{at_one}");
        let best = best(&points, 0.5).unwrap();
        assert_eq!(best.speed, rates.per_vcpu);
        assert_eq!(best.balanced, rates.per_vcpu);
    }

    #[test]
    fn waiting_is_cheapest_where_memory_is_least_and_what_does_not_fit_is_never_best() {
        let rates = rates();
        let sizes = rates.sizes();
        let all = best(&curve(&work(0.0), &rates, &sizes, Bytes::from_mb(64)), 0.5).unwrap();
        assert_eq!((all.cost, all.speed), (rates.least, rates.least));
        let large = curve(&work(0.0), &rates, &sizes, Bytes::from_mb(600));
        assert_eq!(best(&large, 0.5).unwrap().cost, Bytes::from_mb(1024));
        let none = curve(&work(0.0), &rates, &sizes, rates.most * 2.0);
        assert_eq!(best(&none, 0.5), None);
    }

    #[test]
    fn the_sizes_are_those_of_the_day() {
        let catalog = Catalog::embedded().unwrap();
        let book = Catalog::prices("us-east-1").unwrap();
        let lambda = catalog.platform("lambda").unwrap();
        let then = "2018-06-01".parse().unwrap();
        let rates = Rates::of(lambda, &book, &catalog.meters, "arm64", then).unwrap();
        let most = lambda.limit("memory").unwrap().value_on(then).unwrap();
        assert_eq!(rates.sizes().last(), Some(&Bytes::from_f64(most)));
        assert!(rates.most < self::rates().most);
        let empty = PriceBook::empty("us-east-1");
        let none = Rates::of(lambda, &empty, &catalog.meters, "arm64", then);
        assert_eq!(none, Err(RatesError::NoPrice));
    }
}
