//! What a decision depends on besides the file.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use landfall_catalog::Date;
use landfall_decide::{Profile, SCENARIOS};

use crate::argument_values::{region, scenarios};

/// The framework and its date.
#[derive(Debug, Clone, Args)]
pub(crate) struct FrameworkChoice {
    /// A framework that ships (current, startup-guide-2021), or a folder.
    #[arg(long, value_name = "NAME|DIR", default_value = "current")]
    pub(crate) framework: String,
    /// Decide by the facts of this day (2021-09-01); default: the framework's own.
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<Date>,
}

/// What a decision depends on besides the file.
#[derive(Debug, Clone, Args)]
pub(crate) struct Deciding {
    #[command(flatten)]
    pub(crate) framework: FrameworkChoice,
    /// Price for this region instead of the file's.
    #[arg(long, value_parser = region)]
    pub(crate) region: Option<String>,
    /// How much is set up around an option: `starter` deploys in a new account; `hardened`
    /// has private subnets, a NAT gateway in each zone, and longer logs; `governed` has
    /// functions in the network, and logs for a year.
    #[arg(long, default_value = "starter", value_parser = profiles())]
    pub(crate) profile: Profile,
    /// Whether operations (hours of people's work) count.
    #[arg(
        long = "operations",
        alias = "people",
        value_name = "ON|OFF",
        default_value = "on"
    )]
    pub(crate) people: Switch,
    /// The seed of all draws.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Scenarios to draw for uncertain inputs; 0: likely values only.
    #[arg(long = "scenarios", alias = "worlds", value_name = "N",
        default_value_t = SCENARIOS, value_parser = scenarios)]
    pub(crate) scenarios: usize,
    /// Change the file for this run: workload.ID.FACT=VALUE or team.FACT=VALUE; without a
    /// value, the fact is unknown.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) changes: Vec<String>,
}

impl Deciding {
    /// The same without the framework, as answers take it.
    pub(crate) fn plain(&self) -> landfall_answers::Deciding {
        landfall_answers::Deciding {
            region: self.region.clone(),
            profile: self.profile,
            people: self.people == Switch::On,
            seed: self.seed,
            scenarios: self.scenarios,
            estimate: false,
            changes: self.changes.clone(),
        }
    }
}

/// The words for profiles, and what they are.
fn profiles() -> impl TypedValueParser<Value = Profile> {
    let word = |word: String| Profile::ALL.into_iter().find(|one| one.word() == word);
    PossibleValuesParser::new(Profile::ALL.map(Profile::word))
        .try_map(move |text| word(text).ok_or("there is no such profile"))
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// It counts.
    On,
    /// It does not.
    Off,
}
