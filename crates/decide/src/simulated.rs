//! A representative month of one option, as the engines are given it.

use std::cell::RefCell;
use std::collections::BTreeSet;

use landfall_catalog::{Date, Platform};
use landfall_simulate::{
    Detail, DurationLaw, Errors, Forecast, FunctionSetup, Hosts, JobPlacement, JobSetup, Latency,
    Launch, Law, Load, Method, Month, MonthOutcome, PerRequestPlacement, Placement, Pollers,
    Pulled, PulledLoad, Pulling, QueueSetup, Refused, Scaling, ServicePlacement, ServiceSetup,
    Simulator, Spot, SteadyState, StreamSetup, Streams, Traffic,
};
use landfall_units::SECONDS_PER_MONTH;

use crate::calibration::{Run, Simulation};
use crate::numbers::Numbers;

/// A month of one option, as it is simulated.
#[derive(Debug)]
pub(crate) struct Simulated<'a> {
    pub(crate) platform: &'a Platform,
    pub(crate) day: Date,
    pub(crate) numbers: &'a Numbers,
    pub(crate) spot: bool,
    pub(crate) streams: Streams,
    pub(crate) budget: u64,
    /// Seconds of it that are simulated.
    pub(crate) for_s: f64,
    pub(crate) detail: Detail,
    /// Behaviours that were read.
    pub(crate) read: RefCell<BTreeSet<&'static str>>,
}

impl Simulated<'_> {
    /// Simulates; none when the option has more requests than can be.
    pub(crate) fn simulate(&self, run: Run) -> Option<Simulation> {
        let (outcome, forecast) = self.month(&run, &mut |_| ())?;
        Some(Simulation::new(run, forecast, outcome.windows))
    }

    /// The month itself, and the forecast that it comes to.
    pub(crate) fn month(
        &self,
        run: &Run,
        progress: &mut dyn FnMut(f64),
    ) -> Option<(MonthOutcome, Forecast)> {
        let estimate = SteadyState.forecast(&run.load, &run.placement);
        let load = &run.load;
        let traffic = Traffic {
            rate_per_s: load.rate_per_s,
            ..self.numbers.traffic.clone()
        };
        (traffic.rate_per_s > 0.0).then_some(())?;
        let month = |law: &Law, traffic: &Traffic, work: &mut Work<'_>| {
            let month = Month {
                traffic,
                law,
                for_s: self.for_s,
                budget: self.budget,
                detail: self.detail,
                streams: self.streams,
            };
            work(&month)
        };
        let mut p99_range_s = None;
        let outcome = match &run.placement {
            Placement::PerRequest(place) => {
                let steps = estimate.steps;
                let factor = load.stretch(place.vcpus) / steps;
                let law = Law::from(load.duration.stretched(factor));
                let traffic = Traffic {
                    rate_per_s: traffic.rate_per_s * steps,
                    ..traffic
                };
                let setup = self.function(load, place)?;
                let p99_of = |setup: &FunctionSetup| {
                    let outcome = month(&law, &traffic, &mut |month| {
                        month.function(setup, &mut |_| ()).ok()?
                    })?;
                    Some(as_told(run, &estimate, outcome).latency.p99_s)
                };
                let outcome = month(&law, &traffic, &mut |month| {
                    month.function(&setup, progress).ok()?
                })?;
                if outcome.counts.throttled > 0
                    && let Some((quick, slow)) = self.tried_again_between(&setup)
                {
                    p99_range_s = p99_of(&quick).zip(p99_of(&slow));
                }
                outcome
            }
            Placement::Service(place) => {
                let law = Law::from(load.duration);
                let setup = self.service(load, place, &estimate);
                month(&law, &traffic, &mut |month| {
                    month.service(&setup, progress).ok()?
                })?
            }
            Placement::Job(place) => {
                let law = Law::from(load.duration.stretched(load.stretch(place.vcpus)));
                let setup = self.job(load, place);
                month(&law, &traffic, &mut |month| {
                    month.jobs(&setup, progress).ok()?
                })?
            }
        };
        if outcome.counts.served == 0 {
            return None;
        }
        let outcome = as_told(run, &estimate, outcome);
        let mut simulated = forecast(run, &estimate, &outcome);
        let p99_s = simulated.latency.p99_s;
        simulated.p99_range_s = p99_range_s
            .map(|(one_s, other_s)| (one_s.min(other_s).min(p99_s), one_s.max(other_s).max(p99_s)));
        Some((outcome, simulated))
    }

    /// A function whose throttled events are tried again as quickly as can be, each second
    /// so that hardly a free environment waits for one, and as slowly: with as little of
    /// each wait drawn at random as is in doubt. None where they are messages of a queue, or
    /// fail.
    fn tried_again_between(&self, setup: &FunctionSetup) -> Option<(FunctionSetup, FunctionSetup)> {
        let Refused::TriedAgain {
            first_s,
            longest_s,
            age_s,
            spread,
        } = setup.refused
        else {
            return None;
        };
        let range = self.platform.parameter_on("retry_spread", self.day)?;
        let with = |longest_s: f64, spread: f64| FunctionSetup {
            refused: Refused::TriedAgain {
                first_s,
                longest_s,
                age_s,
                spread,
            },
            ..setup.clone()
        };
        (spread > 0.0).then(|| (with(first_s, spread), with(longest_s, range.low())))
    }

    fn number(&self, name: &'static str) -> f64 {
        self.read.borrow_mut().insert(name);
        let value = self.platform.parameter_on(name, self.day);
        value.map_or(0.0, |range| range.likely())
    }

    /// Behaviours that sizing read already.
    fn applies(&self, names: &[&'static str]) {
        self.read.borrow_mut().extend(names);
    }

    /// None where nobody knows how many may run at once on the day.
    fn function(&self, load: &Load, place: &PerRequestPlacement) -> Option<FunctionSetup> {
        let swept_s = place.silence_limit_s + self.number("silence_sweep");
        self.applies(&["silence_limit", "idle_limit", "front_door_overhead"]);
        let life_s = self.number("environment_life");
        let limit = |name: &str| self.platform.limit(name)?.value_on(self.day);
        let most = limit("concurrency")?;
        let per_environment = self.number("requests_per_environment_s");
        let pulled = load.pulled.as_ref();
        Some(FunctionSetup {
            pulled: pulled.map(|pulled| self.pulled(pulled, load, place.vcpus, most)),
            silence_s: Some((place.silence_limit_s, swept_s)),
            life_s: (life_s > 0.0).then_some((life_s, life_s)),
            start: match place.restored_s {
                Some((usual_s, late_s)) => Law::through(usual_s, late_s),
                None => self.start(load.init_s),
            },
            most_at_once: most as u32,
            launch: Some((self.number("launch_burst"), self.number("launch_rate_s"))),
            requests_per_s: (load.synchronous && per_environment > 0.0)
                .then_some(most * per_environment),
            provisioned: place.provisioned,
            refused: if load.synchronous {
                Refused::Fails
            } else {
                Refused::TriedAgain {
                    first_s: self.number("retry_first"),
                    longest_s: self.number("retry_longest"),
                    age_s: self.number("retry_age"),
                    spread: self.number("retry_spread"),
                }
            },
            ..FunctionSetup::plain(place.idle_limit_s)
        })
    }

    /// What pulls the work of a load, where an environment has so many vCPUs and so many may
    /// run at once.
    fn pulled(&self, pulled: &PulledLoad, load: &Load, vcpus: f64, most: f64) -> Pulled {
        let batch = pulled.most(load, vcpus) as u32;
        let per_batch_s = pulled.per_batch_s * load.stretch(vcpus);
        let again_s = self.number("retry_first");
        match pulled.from {
            Pulling::Queue(pollers) => Pulled::Queue(QueueSetup {
                pollers: Pollers {
                    most: pollers.most.min(most),
                    ..pollers
                },
                batch,
                window_s: pulled.window_s,
                per_batch_s,
                hidden_s: QueueSetup::hidden_for_s(
                    self.number("visibility_times"),
                    pulled.longest_s(load, vcpus),
                    self.number("visibility_timeout"),
                ),
                kept_s: self.number("retention"),
                receives: self.number("receives_most") as u32,
                failing: 0.0,
                again_s,
            }),
            Pulling::Stream(law) => {
                let lanes = pulled.lanes(load, vcpus).and_then(Result::ok);
                Pulled::Stream(StreamSetup {
                    shards: lanes.map_or(law.shards as u32, |lanes| lanes.shards),
                    parallel: lanes.map_or(law.most_parallel as u32, |lanes| lanes.parallel),
                    batch,
                    window_s: pulled.window_s,
                    poll_s: law.poll_s,
                    per_batch_s,
                    again_s,
                })
            }
        }
    }

    /// Start-up around its usual length, spread as measured for its runtime, else for all.
    fn start(&self, init_s: f64) -> Law {
        let spread = self.numbers.init_spread;
        let spread = spread
            .unwrap_or_else(|| self.number("init_spread"))
            .max(1.0);
        Law::from(DurationLaw::new(
            init_s,
            init_s * spread,
            init_s * spread * spread,
        ))
    }

    fn launch(&self, init_s: f64, hosts: Option<Hosts>) -> Launch {
        let start_s = if hosts.is_some() {
            0.0
        } else {
            self.number("start_time")
        };
        Launch {
            burst: self.number("launch_burst").max(1.0),
            per_s: self.number("launch_rate_s").max(f64::MIN_POSITIVE),
            start: Law::Constant(start_s + init_s),
            hosts,
        }
    }

    fn taken_back(&self) -> Option<Spot> {
        self.spot.then(|| Spot {
            per_s: self.number("spot_interruptions_month") / SECONDS_PER_MONTH,
            notice_s: self.number("spot_notice"),
        })
    }

    fn service(&self, load: &Load, place: &ServicePlacement, estimate: &Forecast) -> ServiceSetup {
        self.applies(&["front_door_overhead"]);
        let by_connections = (load.concurrent / place.connections.max(1.0)).ceil();
        let least = if load.concurrent > 0.0 {
            estimate.units_peak.max(by_connections)
        } else {
            estimate.units_least
        };
        let least = least.clamp(1.0, 1e6) as u32;
        let (period, delay) = if place.high_resolution {
            ("high_resolution_period", "high_resolution_delay")
        } else {
            ("metric_period", "metric_delay")
        };
        // Room to grow beyond the peak that was estimated.
        let most = (4.0 * estimate.units_peak).clamp(f64::from(least), 1e6) as u32;
        ServiceSetup {
            vcpus: place.vcpus,
            threads: load.threads,
            cpu_per_s: load.cpu_share * load.measured_vcpus.min(load.threads),
            wait_per_s: 1.0 - load.cpu_share,
            slots: place.concurrency.clamp(1.0, 1e6) as u32,
            patience_s: load.synchronous.then(|| self.number("front_door_patience")),
            overhead_s: place.overhead_s,
            least,
            most,
            at_start: least.max(estimate.units_mean.min(f64::from(most)) as u32),
            joins_s: Vec::new(),
            waited_s: Vec::new(),
            scaling: Some(Scaling {
                cpu_target: place.cpu_target,
                slot_target: place.slot_target.min(place.cpu_target.max(0.5)),
                period_s: self.number(period).max(1.0),
                delay_s: self.number(delay),
                out_points: self.number("scale_out_points").max(1.0) as u32,
                in_points: self.number("scale_in_points").max(1.0) as u32,
                in_share: self.number("scale_in_share"),
                cooldown_s: self.number("cooldown"),
            }),
            launch: self.launch(load.init_s, None),
            spot: self.taken_back(),
        }
    }

    fn job(&self, load: &Load, place: &JobPlacement) -> JobSetup {
        let hosts = (place.jobs_per_host > 1.0).then(|| Hosts {
            copies: place.jobs_per_host.clamp(1.0, 1e6) as u32,
            boot: Law::Constant(place.start_s),
        });
        JobSetup {
            most_at_once: u32::MAX,
            launch: self.launch(load.init_s, hosts),
            minimum_s: place.minimum_s,
            spot: self.taken_back(),
            attempts: u32::MAX,
            deadline_s: self.numbers.targets.deadline_s,
        }
    }
}

type Work<'w> = dyn FnMut(&Month<'_>) -> Option<MonthOutcome> + 'w;

/// A month with the times of all that a unit of work waits for: one step after the other
/// where it is split, what is in front of a function, the poll of a stream.
fn as_told(run: &Run, estimate: &Forecast, month: MonthOutcome) -> MonthOutcome {
    let told_s = |share: f64, time_s: f64| match &run.placement {
        Placement::PerRequest(place) => time_s.mul_add(estimate.steps, place.overhead_s),
        Placement::Service(_) => match &run.load.pulled {
            Some(pulled) => pulled.polled_s(share, time_s),
            None => time_s,
        },
        Placement::Job(_) => time_s,
    };
    MonthOutcome {
        latency: month.latency.changed(told_s),
        ..month
    }
}

/// Standard errors of a month of which a part was simulated.
fn errors_of(steps: f64, month: &MonthOutcome) -> Errors {
    if month.windows.is_none() {
        return Errors::default();
    }
    let errors = Errors::of(&month.outcome.batches);
    Errors {
        p50_s: errors.p50_s.map(|error_s| error_s * steps),
        p99_s: errors.p99_s.map(|error_s| error_s * steps),
        ..errors
    }
}

/// What a simulated month says, in the words of a forecast. Means that are exact stay:
/// how long work runs, and how much is under way on average.
fn forecast(run: &Run, estimate: &Forecast, month: &MonthOutcome) -> Forecast {
    let counts = &month.counts;
    let served = counts.served as f64;
    let mut simulated = Forecast {
        method: Method::Simulated,
        latency: Latency {
            p50_s: month.latency.p50_s,
            p95_s: month.latency.p95_s,
            p99_s: month.latency.p99_s,
        },
        errors: errors_of(estimate.steps, month),
        throttled_share: counts.failed_share(),
        failed_share: counts.missed_share(),
        ..*estimate
    };
    let load = &run.load;
    match &run.placement {
        Placement::PerRequest(place) => {
            // One unit of work, and what is beside a batch of them.
            let beside_s = load
                .pulled
                .map_or(0.0, |pulled| pulled.per_batch_s * load.stretch(place.vcpus));
            let one_s = (estimate.run_s - beside_s) / estimate.batch;
            simulated.batch = counts.batch_mean();
            simulated.run_s = one_s.mul_add(simulated.batch, beside_s);
            let working = load.rate_per_s * estimate.steps * simulated.run_s / simulated.batch;
            let starting = counts.start_s / counts.seconds.max(f64::MIN_POSITIVE);
            simulated.units_mean = working + starting;
            simulated.cold_start_share = counts.cold_share();
            simulated.throttled_share = counts.throttled_share();
            let most = f64::from(counts.most_busy);
            simulated.ready_share = counts.provisioned as f64 / served;
            simulated.units_p99 = month.busy_p99;
            // Windows may miss the busiest minutes.
            simulated.units_peak = match month.windows {
                None => most,
                Some(_) => estimate.units_peak.max(most),
            };
        }
        Placement::Service(_) => {
            simulated.units_mean = month.units_mean;
            simulated.units_p99 = month.units_peak;
            simulated.units_peak = month.units_peak;
            let busy = estimate.units_mean / month.units_mean.max(f64::MIN_POSITIVE);
            simulated.utilisation = estimate.utilisation * busy;
        }
        Placement::Job(place) => {
            simulated.cold_start_share = 1.0;
            simulated.units_mean = match month.windows {
                // Some windows need not have the month's mean rate.
                Some(windows) if windows.number > 1 => load.rate_per_s * counts.busy_s / served,
                _ => counts.busy_mean(),
            };
            simulated.units_peak = f64::from(counts.most_busy);
            simulated.units_p99 = simulated.units_peak;
            simulated.billed_s = if place.jobs_per_host > 1.0 {
                counts.alive_s.max(place.minimum_s) / served
            } else {
                counts.billed_s / served
            };
        }
    }
    simulated
}
