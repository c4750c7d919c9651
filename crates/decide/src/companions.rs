//! What must stand around compute, by trigger and platform.

use landfall_catalog::bill::{FrontDoorKind, LogsFrom, Usage};
use landfall_catalog::{Capacity, Execution, Platform};
use landfall_simulate::Forecast;
use landfall_units::{Bytes, Decimal, HOURS_PER_MONTH, SECONDS_PER_MONTH};

use crate::numbers::Numbers;
use crate::tuning::Tuning;

/// Minutes in a month.
const MINUTES_PER_MONTH: f64 = HOURS_PER_MONTH * 60.0;

/// A quantity as an exact decimal, kept to a millionth; what a search computed
/// has no more digits that mean anything.
pub(crate) fn exact(value: f64) -> Decimal {
    decimal((value * 1e6).round() / 1e6)
}

/// A real number as a decimal; what is no number, or none that a decimal holds, is more
/// than the biller takes.
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
}

impl Around<'_> {
    /// What is used besides compute, and the name of the front door.
    pub(crate) fn usage(&self) -> (Vec<Usage>, Option<&'static str>) {
        let mut usage = Vec::new();
        let door = self.front_door(&mut usage);
        self.queue(&mut usage);
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
                    messages: exact(self.runs()),
                    size: numbers.request,
                    minutes: exact(numbers.load.concurrent * MINUTES_PER_MONTH),
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
                let (requests, request_size) = (exact(self.runs()), numbers.request);
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
                    hours: exact(HOURS_PER_MONTH),
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
            hours: exact(HOURS_PER_MONTH),
            processed,
            new_connections_s: exact(rate / reuse),
            active_connections: exact(open),
            rule_evaluations_s: Decimal::ZERO,
        }
    }

    /// Events reach containers by a queue; functions are invoked by most of them.
    fn queue(&self, usage: &mut Vec<Usage>) {
        let numbers = self.numbers;
        let pulled = match numbers.trigger {
            // The application puts its events into a queue, whatever takes them out.
            Some("queue" | "mobile-event") => true,
            Some("object-created" | "event-bus") => {
                !self.is_function() && self.platform.execution == Execution::Service
            }
            _ => false,
        };
        if pulled {
            // Uploaded objects are passed by their key.
            let by_key = numbers.trigger == Some("object-created");
            usage.push(Usage::Sqs {
                requests: exact(self.runs() * self.tuning.queue_requests_per_message),
                size: if by_key {
                    Bytes::default()
                } else {
                    numbers.request
                },
                fifo: false,
                free_tier: false,
            });
        }
        let (events, schedules) = match numbers.trigger {
            Some("schedule") => (0.0, self.runs()),
            Some("event-bus") => (self.runs(), 0.0),
            _ => return,
        };
        usage.push(Usage::EventBridge {
            events: exact(events),
            schedules: exact(schedules),
            free_tier: false,
        });
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
                    hours: exact(HOURS_PER_MONTH * zones),
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
            hours: exact(balancer.mul_add(HOURS_PER_MONTH, hosts_hours)),
        });
    }

    /// Logs, images and control planes.
    fn kept(&self, usage: &mut Vec<Usage>) {
        let ingested = Bytes::from_f64(self.runs() * self.tuning.log_bytes_per_request);
        let months = self.tuning.log_retention / SECONDS_PER_MONTH;
        let stored_gb_months = exact(ingested.as_gb() * months);
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
                gb_months: exact(self.numbers.package_gb),
            });
        }
        if self.platform.control_plane.is_some() {
            usage.push(Usage::Eks {
                clusters: Decimal::ONE,
                hours: exact(HOURS_PER_MONTH),
                extended: false,
            });
        }
    }
}
