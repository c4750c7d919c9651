//! What stands before a workload that is called.

/// What takes the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FrontDoor {
    /// The function's own address.
    FunctionUrl,
    /// API Gateway, HTTP API.
    HttpApi,
    /// API Gateway, REST API.
    RestApi,
    /// API Gateway, WebSocket API.
    WebSocketApi,
    /// An Application Load Balancer, shared by everything behind it.
    Alb,
    /// A Network Load Balancer of the workload's own.
    Nlb,
}

impl FrontDoor {
    /// The word of workload files and outputs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::FunctionUrl => "function-url",
            Self::HttpApi => "http-api",
            Self::RestApi => "rest-api",
            Self::WebSocketApi => "websocket-api",
            Self::Alb => "alb",
            Self::Nlb => "nlb",
        }
    }

    /// What stands before work that is started so; none where nobody calls. An http
    /// workload on functions may name one, and has the cheapest where it does not.
    pub fn of(trigger: Option<&str>, is_function: bool, wanted: Option<&str>) -> Option<Self> {
        match (trigger?, is_function) {
            ("http", true) => Some(match wanted {
                Some("http-api") => Self::HttpApi,
                Some("rest-api") => Self::RestApi,
                Some("alb") => Self::Alb,
                _ => Self::FunctionUrl,
            }),
            ("websocket", true) => Some(Self::WebSocketApi),
            // The app posts its events to an API that puts them into a queue.
            ("mobile-event", _) => Some(Self::HttpApi),
            ("http" | "websocket", false) => Some(Self::Alb),
            ("tcp" | "udp", false) => Some(Self::Nlb),
            _ => None,
        }
    }

    /// Whether it is a load balancer, which has public addresses of its own.
    pub const fn is_balancer(self) -> bool {
        matches!(self, Self::Alb | Self::Nlb)
    }
}
