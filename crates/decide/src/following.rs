//! How the copies of a service follow the load.

use landfall_simulate::Placement;

/// How copies follow the load.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Following {
    /// The part of the copies of the peak that stands all the time, from 0 to 1.
    pub(crate) standing_share: f64,
    /// Whether target tracking reads high-resolution metrics.
    pub(crate) high_resolution: bool,
}

impl Following {
    /// How a placement does.
    pub(crate) const fn of(placement: &Placement) -> Self {
        match placement {
            Placement::Service(place) => Self {
                standing_share: place.standing_share,
                high_resolution: place.high_resolution,
            },
            Placement::PerRequest(_) | Placement::Job(_) => Self {
                standing_share: 0.0,
                high_resolution: false,
            },
        }
    }
}
