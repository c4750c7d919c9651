//! What a decision is made with.

use landfall_catalog::{Catalog, Date, PriceBook};
use landfall_framework::{Pack, Screen};
use landfall_topology::Profile;

use crate::context::Context;
use crate::rates::Rates;
use crate::tuning::Tuning;
use crate::uncertain_prices::PriceDoubt;

/// What a decision is made with, besides the system.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The framework.
    pub pack: &'a Pack,
    /// The catalog.
    pub catalog: &'a Catalog,
    /// The prices of the system's region.
    pub book: &'a PriceBook,
    /// The prices of other regions, which the recommendation may hang on; may be empty.
    pub elsewhere: &'a [PriceBook],
    /// The day whose facts are used.
    pub as_of: Date,
    /// How much is built around an option.
    pub profile: Profile,
    /// Whether people's hours count.
    pub people: bool,
    /// The seed of every draw.
    pub seed: u64,
    /// Most requests of a month simulated one by one for an option; none for estimates
    /// by closed formulas alone.
    pub budget: Option<u64>,
    /// Scenarios drawn; none for likely values alone.
    pub scenarios: usize,
}

/// Scenarios drawn where nothing else is asked for.
pub const SCENARIOS: usize = 1_000;

/// The most scenarios that may be asked for.
pub const MOST_SCENARIOS: usize = 1_000_000;

/// Requests of a month that a decision simulates one by one for an option where nothing
/// else is asked for: what keeps a decision within a second.
pub const BUDGET: u64 = 400_000;

/// How many times fewer requests are simulated where a first answer is enough, and the fewest
/// that this comes to.
const ROUGHER: u64 = 8;
const LEAST_BUDGET: u64 = BUDGET / ROUGHER;

/// A budget of requests for a first answer: on the way to a configuration, in scenarios, and
/// where a clear difference is looked for.
pub(crate) fn rougher(budget: u64) -> u64 {
    (budget / ROUGHER).max(LEAST_BUDGET).min(budget)
}

impl<'a> Inputs<'a> {
    /// What decides by closed formulas alone, on the pack's own day: nothing is simulated,
    /// and no scenarios are drawn.
    pub const fn by_formulas(pack: &'a Pack, catalog: &'a Catalog, book: &'a PriceBook) -> Self {
        Self {
            pack,
            catalog,
            book,
            elsewhere: &[],
            as_of: pack.as_of,
            profile: Profile::Starter,
            people: true,
            seed: 1,
            budget: None,
            scenarios: 0,
        }
    }
}

/// The rules of a pack on a day, without the platforms that the book's region is known not to
/// have.
pub(crate) fn screen<'p>(
    pack: &'p Pack,
    catalog: &'p Catalog,
    book: &PriceBook,
    day: Date,
) -> Screen<'p> {
    let mut screen = Screen::new(pack, catalog, day);
    let absence = |id: &str| catalog.availability.absence(id, book.region(), day);
    screen.leave_out(catalog, |platform| absence(&platform.id).is_some());
    screen
}

impl Inputs<'_> {
    /// Calls `work` with everything bound together.
    pub(crate) fn with_context<T>(&self, work: impl FnOnce(&Context<'_>) -> T) -> T {
        let screen = screen(self.pack, self.catalog, self.book, self.as_of);
        let rates = Rates::new(self.catalog, self.book, self.as_of);
        let tuning = Tuning::new(self.pack);
        work(&Context {
            pack: self.pack,
            catalog: self.catalog,
            screen: &screen,
            book: self.book,
            rates: &rates,
            tuning: &tuning,
            day: self.as_of,
            profile: self.profile,
            people: self.people,
            prices: PriceDoubt::NONE,
        })
    }
}
