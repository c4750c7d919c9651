//! How much an option asks of the account.

/// How much is built around a workload.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// Deploys in a fresh account, without paid extras.
    #[default]
    Starter,
    /// Reserved concurrency, private subnets, a NAT gateway in each zone, longer logs.
    Hardened,
    /// Functions inside the network, logs for a year.
    Governed,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 3] = [Self::Starter, Self::Hardened, Self::Governed];

    /// The word of flags and outputs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Starter => "starter",
            Self::Hardened => "hardened",
            Self::Governed => "governed",
        }
    }
}
