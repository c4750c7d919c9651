//! What must stand around compute, by trigger and platform.

use landfall_catalog::bill::{FrontDoorKind, LogsFrom, Usage};
use landfall_catalog::{Capacity, Execution, Platform};
use landfall_simulate::{Forecast, Pulling};
use landfall_units::{Bytes, Decimal, HOURS_PER_MONTH, SECONDS_PER_MONTH};

use crate::decision::StreamSettings;
use crate::numbers::Numbers;
use crate::tuning::Tuning;

/// Minutes in a month.
const MINUTES_PER_MONTH: f64 = HOURS_PER_MONTH * 60.0;

/// A real number as a decimal, kept to a millionth: what a search computed has no more digits
/// that mean anything. What is no number, or none that a decimal holds, is more than the
/// biller takes.
pub(crate) fn decimal(value: f64) -> Decimal {
    landfall_units::decimal(value, 6).unwrap_or(Decimal::MAX)
}

/// Companions of one copy of a workload on a platform.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Around<'a> {
    pub(crate) platform: &'a Platform,
    pub(crate) numbers: &'a Numbers,
    pub(crate) forecast: &'a Forecast,
    /// Whether the forecast is for all copies together.
    pub(crate) covers_copies: bool,
    pub(crate) tuning: &'a Tuning,
    /// The stream that the work comes from.
    pub(crate) stream: Option<StreamSettings>,
}

impl Around<'_> {
    /// What is used besides compute, and the name of the front door.
    pub(crate) fn usage(&self) -> (Vec<Usage>, Option<&'static str>) {
        let mut usage = Vec::new();
        let door = self.front_door(&mut usage);
        self.feeds(&mut usage);
        self.network(&mut usage);
        self.kept(&mut usage);
        (usage, door)
    }

    fn runs(&self) -> f64 {
        self.numbers.load.rate_per_s * SECONDS_PER_MONTH
    }

    fn is_function(&self) -> bool {
        self.platform.family == "lambda"
    }

    fn front_door(&self, usage: &mut Vec<Usage>) -> Option<&'static str> {
        let numbers = self.numbers;
        let traffic = (numbers.request + numbers.response) * self.runs();
        match (numbers.trigger?, self.is_function()) {
            ("websocket", true) => {
                usage.push(Usage::WebSocket {
                    messages: decimal(self.runs()),
                    size: numbers.request,
                    minutes: decimal(numbers.load.concurrent * MINUTES_PER_MONTH),
                });
                Some("websocket-api")
            }
            ("http", true) => {
                let kind = match numbers.front_door {
                    Some("http-api") => FrontDoorKind::HttpApi,
                    Some("rest-api") => FrontDoorKind::RestApi,
                    Some("alb") => {
                        usage.push(self.load_balancer(traffic));
                        return Some("alb");
                    }
                    _ => return Some("function-url"),
                };
                let (requests, request_size) = (decimal(self.runs()), numbers.request);
                usage.push(Usage::ApiGateway {
                    kind,
                    requests,
                    request_size,
                });
                numbers.front_door
            }
            ("http" | "websocket", false) => {
                usage.push(self.load_balancer(traffic));
                Some("alb")
            }
            ("tcp" | "udp", false) => {
                usage.push(Usage::Nlb {
                    hours: decimal(HOURS_PER_MONTH),
                    processed: traffic,
                });
                Some("nlb")
            }
            _ => None,
        }
    }

    fn load_balancer(&self, processed: Bytes) -> Usage {
        let rate = self.numbers.load.rate_per_s;
        let reuse = self.tuning.connection_reuse.max(1.0);
        let open = rate * self.forecast.latency.p50_s + self.numbers.load.concurrent;
        Usage::Alb {
            hours: decimal(HOURS_PER_MONTH),
            processed,
            new_connections_s: decimal(rate / reuse),
            active_connections: decimal(open),
            rule_evaluations_s: Decimal::ZERO,
        }
    }

    /// Units of work of a batch, on average.
    fn batch(&self) -> f64 {
        self.numbers.batch_mean(
            self.platform,
            self.forecast,
            self.covers_copies,
            self.tuning,
        )
    }

    /// What feeds the work: queues, streams, pipes, the bus. Containers take events off a
    /// queue, which a pipe fills from a stream; functions are invoked by most of them.
    fn feeds(&self, usage: &mut Vec<Usage>) {
        let numbers = self.numbers;
        let is_service = self.platform.execution == Execution::Service;
        match numbers.trigger {
            // The application puts its events into a queue, whatever takes them out.
            Some("queue" | "mobile-event") => self.queue(usage, numbers.request, false),
            // Uploaded objects are passed by their key.
            Some("object-created") if !self.is_function() && is_service => {
                self.queue(usage, Bytes::default(), false);
            }
            Some("event-bus") if !self.is_function() && is_service => {
                self.queue(usage, numbers.request, false);
            }
            Some("data-stream" | "table-stream") => {
                if numbers.trigger == Some("data-stream") {
                    usage.extend(self.shards());
                }
                if !self.is_function() && is_service {
                    self.pipe(usage);
                    self.queue(usage, numbers.request, true);
                }
            }
            _ => {}
        }
        let (events, schedules) = match numbers.trigger {
            Some("schedule") => (0.0, self.runs()),
            Some("event-bus") => (self.runs(), 0.0),
            _ => return,
        };
        usage.push(Usage::EventBridge {
            events: decimal(events),
            schedules: decimal(schedules),
            free_tier: false,
        });
    }

    /// Requests to a queue: messages are sent, and received and deleted by batch; consumers
    /// that find none ask again after a long poll. A pipe sends by batch, too.
    fn queue(&self, usage: &mut Vec<Usage>, size: Bytes, is_piped: bool) {
        let (runs, batch) = (self.runs(), self.batch());
        let sqs = |requests: f64, size: Bytes| Usage::Sqs {
            requests: decimal(requests),
            size,
            fifo: false,
            free_tier: false,
        };
        let (sends, sent) = if is_piped {
            let piped = self.piped();
            (runs / piped, size * piped)
        } else {
            (runs * self.tuning.queue_sends_per_message, size)
        };
        let batches = runs / batch;
        usage.push(sqs(sends, sent));
        usage.push(sqs(batches, size * batch));
        usage.push(sqs(batches + self.empty_polls(batches), Bytes::default()));
    }

    /// Requests that wait for messages in vain: those of consumers that are not at work.
    fn empty_polls(&self, batches: f64) -> f64 {
        let Some(pulled) = &self.numbers.load.pulled else {
            return 0.0;
        };
        let consumers = match (self.platform.execution, pulled.from) {
            (Execution::Job, _) => return 0.0,
            (_, Pulling::Queue(pollers)) if self.is_function() => pollers.first,
            _ => self.own(self.forecast.units_mean),
        };
        let polls = consumers * SECONDS_PER_MONTH / self.tuning.long_poll;
        (polls - batches).max(0.0)
    }

    /// Of what is there for all copies, the part of one.
    fn own(&self, units: f64) -> f64 {
        if self.covers_copies {
            units / self.numbers.copies
        } else {
            units
        }
    }

    /// A data stream: its shards, or what goes in and out where it scales by itself.
    fn shards(&self) -> Option<Usage> {
        let stream = self.stream?;
        Some(Usage::Kinesis {
            count: if stream.on_demand {
                Decimal::ONE
            } else {
                decimal(stream.shards)
            },
            hours: decimal(HOURS_PER_MONTH),
            on_demand: stream.on_demand,
            kept_hours: decimal(self.tuning.stream_retention / 3_600.0),
            records: decimal(self.runs()),
            size: self.numbers.request,
        })
    }

    /// Records that a pipe hands on together, on average: what a poll finds, up to a batch of
    /// a queue.
    fn piped(&self) -> f64 {
        let pulled = self.numbers.load.pulled.as_ref();
        pulled.map_or(1.0, |pulled| {
            pulled.piped_mean(self.numbers.load.rate_per_s)
        })
    }

    /// A pipe from a stream to a queue; reads of a table's stream are billed.
    fn pipe(&self, usage: &mut Vec<Usage>) {
        let piped = self.piped();
        usage.push(Usage::Pipes {
            batches: decimal(self.runs() / piped),
            size: self.numbers.request * piped,
        });
        let pulled = self.numbers.load.pulled.as_ref();
        let from = pulled.map(|pulled| pulled.from);
        if let (Some("table-stream"), Some(Pulling::Stream(law))) = (self.numbers.trigger, from) {
            usage.push(Usage::DynamoDb {
                write_units: Decimal::ZERO,
                read_units: Decimal::ZERO,
                stream_reads: decimal(law.shards * SECONDS_PER_MONTH / law.poll_s),
                free_tier: false,
            });
        }
    }

    fn network(&self, usage: &mut Vec<Usage>) {
        let numbers = self.numbers;
        if numbers.is_served() {
            usage.push(Usage::Egress {
                size: numbers.response * self.runs(),
                free_tier: false,
            });
        }
        if self.is_function() {
            // A function in a VPC has no public address: the way out is a NAT gateway.
            if numbers.private && numbers.outbound {
                let zones = self.tuning.zones.max(1.0);
                usage.push(Usage::Nat {
                    hours: decimal(HOURS_PER_MONTH * zones),
                    processed: numbers.request * self.runs(),
                });
            }
            return;
        }
        // Public subnets: an address for each task or host, and for the load balancer's zones.
        let hosts_hours = if self.forecast.billed_s > 0.0 {
            self.runs() * self.forecast.billed_s / 3_600.0
        } else {
            let share = if self.covers_copies {
                numbers.copies
            } else {
                1.0
            };
            self.forecast.units_mean / share * HOURS_PER_MONTH
        };
        let balancer = if numbers.is_served() {
            self.tuning.zones
        } else {
            0.0
        };
        usage.push(Usage::PublicIpv4 {
            hours: decimal(balancer.mul_add(HOURS_PER_MONTH, hosts_hours)),
        });
    }

    /// Logs, images and control planes.
    fn kept(&self, usage: &mut Vec<Usage>) {
        let lines = self.runs() / self.batch();
        let ingested = Bytes::from_f64(lines * self.tuning.log_bytes_per_request);
        let months = self.tuning.log_retention / SECONDS_PER_MONTH;
        let stored_gb_months = decimal(ingested.as_gb() * months);
        usage.push(Usage::Logs {
            from: if self.is_function() {
                LogsFrom::Lambda
            } else {
                LogsFrom::Others
            },
            ingested,
            stored_gb_months,
            scanned: Bytes::default(),
        });
        if self.platform.capacity != Capacity::Lambda && !self.is_function() {
            usage.push(Usage::Ecr {
                gb_months: decimal(self.numbers.package_gb),
            });
        }
        if self.platform.control_plane.is_some() {
            usage.push(Usage::Eks {
                clusters: Decimal::ONE,
                hours: decimal(HOURS_PER_MONTH),
                extended: false,
            });
        }
    }
}
