//! What is asked for besides the decision.

use super::language::Language;

/// How much a blueprint asks of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// Deploys in a fresh account, without paid extras.
    Starter,
    /// Reserved concurrency, a NAT gateway in each zone, longer logs.
    Hardened,
    /// Functions inside the network, private ways to APIs, logs for a year.
    Governed,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 3] = [Self::Starter, Self::Hardened, Self::Governed];

    /// The word of outputs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Starter => "starter",
            Self::Hardened => "hardened",
            Self::Governed => "governed",
        }
    }
}

/// Where a function's results go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Writes {
    /// Nowhere that the blueprint knows of.
    Nothing,
    /// Objects in a bucket.
    Objects,
    /// Objects in a bucket and items in a table.
    ObjectsAndTable,
    /// Messages in a queue.
    Queue,
}

/// What is asked for besides the decision.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The profile.
    pub profile: Profile,
    /// Whether a network is made; else it is given by parameters.
    pub network: bool,
    /// A platform for every workload instead of the recommended one.
    pub platform: Option<String>,
    /// One workload alone.
    pub workload: Option<String>,
    /// A language instead of the file's.
    pub language: Option<Language>,
    /// Where functions write, instead of what their trigger suggests.
    pub writes: Option<Writes>,
}
