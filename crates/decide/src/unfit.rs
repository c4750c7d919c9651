//! Why no configuration of an option does the work.

use landfall_catalog::Date;
use landfall_catalog::bill::TooMuch;
use landfall_units::{Bytes, Duration};
use thiserror::Error;

/// Why an option has no configuration, in words that follow its name.
#[derive(Debug, Clone, PartialEq, Error)]
pub(crate) enum Unfit {
    #[error("it is not in the catalog")]
    NotInCatalog,
    #[error("{what} on {day} is not in the catalog")]
    LimitUnknown { what: &'static str, day: Date },
    #[error("the price of Windows instances is not in the catalog")]
    WindowsUnpriced,
    #[error("it has no GPU")]
    NoGpu,
    #[error("it has none of the package's architectures")]
    NoArchitecture,
    #[error("the work fills more than its largest memory, {0}")]
    TooLarge(Bytes),
    #[error("at every memory the work can take longer than {0}")]
    TooSlow(Duration),
    #[error("no size of a task fits the work")]
    NoTask,
    /// No instance type, of those that the region offers where that is known, else of those that
    /// have a price there.
    #[error(
        "no instance type{} that {} fits the work",
        if *.gpu { " with a GPU" } else { "" },
        if *.is_offered { format!("{region} offers") } else { format!("has a price in {region}") }
    )]
    NoInstance {
        gpu: bool,
        region: String,
        is_offered: bool,
    },
    #[error(
        "its stream falls behind: the peak needs {needed:.0} batches at once, and the stream hands \
         over {most:.0} at most"
    )]
    FallsBehind { needed: f64, most: f64 },
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
}
