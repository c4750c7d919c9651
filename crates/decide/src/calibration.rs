//! From closed formulas to what was simulated.
//!
//! The configuration chosen of each option runs a representative month. What that month
//! shows beyond the closed formulas corrects them wherever the same option is asked about
//! again, so that the formulas pass through the simulation at the likely inputs.

use landfall_simulate::{Forecast, Latency, Load, Placement, Simulator, SteadyState, Windows};

use crate::following::Following;

/// A load on a placement.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Run {
    pub(crate) load: Load,
    pub(crate) placement: Placement,
}

/// A run that was simulated.
#[derive(Debug, Clone)]
pub(crate) struct Simulation {
    pub(crate) run: Run,
    pub(crate) forecast: Forecast,
    pub(crate) windows: Option<Windows>,
    over: Factors,
}

impl Simulation {
    pub(crate) fn new(run: Run, forecast: Forecast, windows: Option<Windows>) -> Self {
        let estimate = SteadyState.forecast(&run.load, &run.placement);
        Self {
            over: Factors::new(&forecast, &estimate),
            run,
            forecast,
            windows,
        }
    }

    /// vCPUs of what was simulated.
    const fn size(&self) -> f64 {
        vcpus(&self.run.placement)
    }
}

/// Simulated over estimated.
#[derive(Debug, Clone, Copy)]
struct Factors {
    latency: [f64; 3],
    units_mean: f64,
    units_p99: f64,
    units_peak: f64,
    cold: f64,
    billed: f64,
    batch: f64,
    throttled: f64,
    failed: f64,
}

impl Factors {
    fn new(simulated: &Forecast, estimate: &Forecast) -> Self {
        let over = |simulated: f64, estimate: f64| {
            if estimate > 0.0 && simulated > 0.0 {
                simulated / estimate
            } else {
                1.0
            }
        };
        let (now, then) = (simulated.latency, estimate.latency);
        Self {
            latency: [
                over(now.p50_s, then.p50_s),
                over(now.p95_s, then.p95_s),
                over(now.p99_s, then.p99_s),
            ],
            units_mean: over(simulated.units_mean, estimate.units_mean),
            units_p99: over(simulated.units_p99, estimate.units_p99),
            units_peak: over(simulated.units_peak, estimate.units_peak),
            cold: over(simulated.cold_start_share, estimate.cold_start_share),
            billed: over(simulated.billed_s, estimate.billed_s),
            batch: over(simulated.batch, estimate.batch),
            throttled: simulated.throttled_share,
            failed: simulated.failed_share,
        }
    }

    /// The same for environments or copies kept ready, or without them: what start-ups do is another
    /// thing there.
    const fn without_starts(self) -> Self {
        Self {
            latency: [1.0; 3],
            cold: 1.0,
            ..self
        }
    }

    /// The factors at a share of the way to others, on a straight line of logarithms;
    /// shares of work on a straight line.
    fn towards(&self, other: &Self, share: f64) -> Self {
        let line = |a: f64, b: f64| (b - a).mul_add(share, a);
        let between = |a: f64, b: f64| line(a.ln(), b.ln()).exp();
        let [p50, p95, p99] = self.latency;
        let [other_p50, other_p95, other_p99] = other.latency;
        Self {
            latency: [
                between(p50, other_p50),
                between(p95, other_p95),
                between(p99, other_p99),
            ],
            units_mean: between(self.units_mean, other.units_mean),
            units_p99: between(self.units_p99, other.units_p99),
            units_peak: between(self.units_peak, other.units_peak),
            cold: between(self.cold, other.cold),
            billed: between(self.billed, other.billed),
            batch: between(self.batch, other.batch),
            throttled: line(self.throttled, other.throttled),
            failed: line(self.failed, other.failed),
        }
    }

    fn correct(&self, estimate: Forecast) -> Forecast {
        let [p50, p95, p99] = self.latency;
        Forecast {
            latency: Latency {
                p50_s: estimate.latency.p50_s * p50,
                p95_s: estimate.latency.p95_s * p95,
                p99_s: estimate.latency.p99_s * p99,
            },
            cold_start_share: (estimate.cold_start_share * self.cold).min(1.0),
            throttled_share: self.throttled,
            failed_share: self.failed,
            units_mean: estimate.units_mean * self.units_mean,
            units_p99: estimate.units_p99 * self.units_p99,
            units_peak: estimate.units_peak * self.units_peak,
            billed_s: estimate.billed_s * self.billed,
            // A batch of more takes longer.
            batch: estimate.batch * self.batch,
            run_s: estimate.run_s * self.batch,
            ..estimate
        }
    }
}

/// Everything that was simulated of one option, the chosen configuration last.
#[derive(Debug, Clone, Default)]
pub(crate) struct Calibration {
    simulations: Vec<Simulation>,
    /// Whether larger sizes of a service than were simulated are taken to be as closed
    /// formulas have them, so that the next larger is tried, and not the largest.
    climbs: bool,
}

impl Calibration {
    /// Takes on a simulation, in place of an earlier one of the same run.
    pub(crate) fn learn(&mut self, simulation: Simulation) {
        self.simulations.retain(|one| one.run != simulation.run);
        self.simulations.push(simulation);
    }

    /// Says whether larger sizes of a service are still to be tried: nothing smaller does the
    /// work.
    pub(crate) const fn climb(&mut self, climbs: bool) {
        self.climbs = climbs;
    }

    /// Makes a run that was simulated the one that formulas pass through.
    pub(crate) fn anchor(&mut self, run: &Run) {
        let found = self.simulations.iter().position(|one| one.run == *run);
        if let Some(place) = found {
            let one = self.simulations.remove(place);
            self.simulations.push(one);
        }
    }

    /// What a run was simulated to come to.
    pub(crate) fn simulated(&self, run: &Run) -> Option<&Simulation> {
        self.simulations.iter().find(|one| one.run == *run)
    }

    /// How the copies of a service were found to have to follow the load.
    pub(crate) fn following(&self) -> Option<Following> {
        let all = self.simulations.iter().rev();
        let mut ways = all.map(|one| Following::of(&one.run.placement));
        ways.find(|way| *way != Following::default())
    }

    /// The windows that the chosen configuration was simulated in.
    pub(crate) fn windows(&self) -> Option<Windows> {
        self.simulations.last()?.windows
    }

    /// Simulated over estimated for a placement: between the nearest smaller and the nearest
    /// larger that were simulated and are as ready as it, on a straight line of logarithms;
    /// beyond the last, as there.
    fn factors(&self, placement: &Placement) -> Option<Factors> {
        let vcpus = vcpus(placement);
        let mut below: Option<&Simulation> = None;
        let mut above: Option<&Simulation> = None;
        let alike = self
            .simulations
            .iter()
            .filter(|one| readiness(&one.run.placement) == readiness(placement));
        for one in alike {
            let size = one.size();
            // Of equals the latest counts.
            if size <= vcpus && below.is_none_or(|other| other.size() <= size) {
                below = Some(one);
            }
            if size >= vcpus && above.is_none_or(|other| other.size() >= size) {
                above = Some(one);
            }
        }
        match (below, above) {
            (Some(below), Some(above)) if below.size() < above.size() => {
                let share = (vcpus / below.size()).ln() / (above.size() / below.size()).ln();
                Some(below.over.towards(&above.over, share))
            }
            (Some(one), None)
                if self.climbs
                    && one.size() < vcpus
                    && matches!(placement, Placement::Service(_)) =>
            {
                None
            }
            (Some(one), _) | (None, Some(one)) => Some(one.over),
            (None, None) => self.simulations.last().map(|one| one.over.without_starts()),
        }
    }
}

/// vCPUs of an environment, copy or job.
const fn vcpus(placement: &Placement) -> f64 {
    match placement {
        Placement::PerRequest(place) => place.vcpus,
        Placement::Service(place) => place.vcpus,
        Placement::Job(place) => place.vcpus,
    }
}

/// Whether environments are kept ready, or copies for the peak, and whether scaling is quicker.
fn readiness(placement: &Placement) -> (bool, bool) {
    match placement {
        Placement::PerRequest(place) => (place.provisioned.most() > 0, false),
        Placement::Service(place) => (place.standing_share > 0.0, place.high_resolution),
        Placement::Job(_) => (false, false),
    }
}

/// What was simulated where that is asked for; elsewhere closed formulas, corrected by it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calibrated<'c> {
    pub(crate) calibration: Option<&'c Calibration>,
}

impl Simulator for Calibrated<'_> {
    fn forecast(&self, load: &Load, placement: &Placement) -> Forecast {
        let estimate = || SteadyState.forecast(load, placement);
        let Some(calibration) = self.calibration else {
            return estimate();
        };
        let mut simulations = calibration.simulations.iter().rev();
        let known =
            simulations.find(|one| one.run.placement == *placement && one.run.load == *load);
        match known {
            Some(simulation) => simulation.forecast,
            None => match calibration.factors(placement) {
                Some(factors) => factors.correct(estimate()),
                None => estimate(),
            },
        }
    }
}
