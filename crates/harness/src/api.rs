//! The Runtime API and the Extensions API of one environment, on a port of its own.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response as Answer, header};
use axum::routing::{get, post, put};
use axum::serve::ListenerExt as _;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use landfall_measure::{
    Ended, Exchange, Extensions, Failure, Reply, Response, failure, invoke_event, shutdown_event,
};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::{clock, proc};

/// An error that is larger is cut.
const LARGEST_ERROR: usize = 256 << 10;
/// Refused requests of so many kinds are kept apart.
const MOST_KINDS: usize = 32;

const KIND: &str = "lambda-runtime-function-error-type";
const MODE: &str = "lambda-runtime-function-response-mode";

/// An invocation as a runtime gets it.
#[derive(Debug, Clone)]
pub(crate) struct Handed {
    pub(crate) id: String,
    pub(crate) deadline_ms: u64,
    pub(crate) event: Bytes,
}

/// What happens at the API.
#[derive(Debug)]
pub(crate) enum Event {
    /// A runtime asks for an invocation.
    Ready { at: Instant, cpu_s: f64 },
    /// An invocation has ended.
    Ended {
        id: String,
        at: Instant,
        ended: Ended,
    },
    /// The runtime, or an extension, cannot start.
    NotStarted(Failure),
}

/// The API of one environment.
#[derive(Debug)]
pub(crate) struct Api {
    inner: Arc<Inner>,
    /// Where it is.
    pub(crate) address: SocketAddr,
    server: JoinHandle<()>,
}

#[derive(Debug)]
struct Inner {
    state: Mutex<Waiting>,
    events: mpsc::UnboundedSender<Event>,
    guard: i32,
    function: String,
    arn: String,
}

#[derive(Debug)]
struct Waiting {
    exchange: Exchange,
    extensions: Extensions,
    runtimes: VecDeque<oneshot::Sender<Handed>>,
    /// Extensions that wait, and what waits for them.
    watching: BTreeMap<String, oneshot::Sender<String>>,
    unread: BTreeMap<String, VecDeque<String>>,
    refused: BTreeMap<String, u32>,
    registered: u32,
}

/// What an environment is called.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) function: String,
    pub(crate) arn: String,
}

impl Api {
    /// Opens the API on a free port of the loopback; what happens at it is sent to `events`.
    pub(crate) async fn open(
        largest_response: u64,
        named: Named,
        guard: i32,
        events: mpsc::UnboundedSender<Event>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let inner = Arc::new(Inner {
            state: Mutex::new(Waiting {
                exchange: Exchange::new(largest_response),
                extensions: Extensions::default(),
                runtimes: VecDeque::new(),
                watching: BTreeMap::new(),
                unread: BTreeMap::new(),
                refused: BTreeMap::new(),
                registered: 0,
            }),
            events,
            guard,
            function: named.function,
            arn: named.arn,
        });
        let router = router(Arc::clone(&inner));
        // A small answer is sent at once.
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            inner,
            address,
            server,
        })
    }

    /// How many runtimes wait for an invocation.
    pub(crate) fn waiting(&self) -> usize {
        let mut state = self.inner.state();
        state.runtimes.retain(|one| !one.is_closed());
        state.runtimes.len()
    }

    /// Gives an invocation to a runtime that waits, and says when; none where none waits.
    pub(crate) fn hand_out(&self, mut handed: Handed) -> Option<Instant> {
        let event = invoke_event(&handed.id, handed.deadline_ms, &self.inner.arn, TRACE);
        let mut state = self.inner.state();
        state.extensions.close();
        loop {
            let runtime = state.runtimes.pop_front()?;
            state.exchange.begin(&handed.id);
            let at = clock::now();
            match runtime.send(handed) {
                Ok(()) => {
                    state.inform(false, &event);
                    return Some(at);
                }
                // It has gone away: its connection is closed.
                Err(back) => handed = back,
            }
        }
    }

    /// Lets extensions know of the end; whether there are any who want to.
    pub(crate) fn shut_down(&self, deadline_ms: u64, reason: &str) -> bool {
        let mut state = self.inner.state();
        let event = shutdown_event(deadline_ms, reason);
        state.inform(true, &event);
        !state.extensions.is_empty()
    }

    /// Requests that were refused, by the type of the error.
    pub(crate) fn refused(&self) -> BTreeMap<String, u32> {
        self.inner.state().refused.clone()
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The trace of every invocation: nothing is traced here.
const TRACE: &str = "Root=1-00000000-000000000000000000000000;Sampled=0";

impl Waiting {
    fn inform(&mut self, end: bool, event: &str) {
        let who: Vec<String> = self.extensions.who_want(end).map(str::to_owned).collect();
        for one in who {
            let unread = match self.watching.remove(&one) {
                Some(waiting) => waiting.send(event.to_owned()).err(),
                None => Some(event.to_owned()),
            };
            if let Some(unread) = unread {
                self.unread.entry(one).or_default().push_back(unread);
            }
        }
    }

    fn note(&mut self, reply: &Reply) {
        if reply.status < 400 {
            return;
        }
        // What refuses is written as what fails: its type, a colon, its message.
        let said = failure(None, reply.body.as_bytes()).message;
        let kind = said.split_once(": ").map_or("", |(kind, _)| kind);
        let text = kind.to_owned();
        if self.refused.len() < MOST_KINDS || self.refused.contains_key(&text) {
            *self.refused.entry(text).or_default() += 1;
        }
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, Waiting> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, event: Event) {
        // An environment that is being ended does not listen.
        let _ = self.events.send(event);
    }

    fn ended(&self, id: &str, (reply, ended): (Reply, Option<Ended>)) -> Answer<Body> {
        if let Some(ended) = ended {
            self.tell(Event::Ended {
                id: id.to_owned(),
                at: clock::now(),
                ended,
            });
        }
        self.state().note(&reply);
        answer(reply)
    }
}

type Shared = State<Arc<Inner>>;

fn router(inner: Arc<Inner>) -> Router {
    let runtime = Router::new()
        .route("/invocation/next", get(next))
        .route("/invocation/{id}/response", post(response))
        .route("/invocation/{id}/error", post(error))
        .route("/init/error", post(not_started));
    let extension = Router::new()
        .route("/register", post(register))
        .route("/event/next", get(next_event))
        .route("/init/error", post(extension_error))
        .route("/exit/error", post(extension_error));
    Router::new()
        .nest("/2018-06-01/runtime", runtime)
        .nest("/2020-01-01/extension", extension)
        .route("/{version}/telemetry", put(telemetry))
        .route("/{version}/logs", put(telemetry))
        .with_state(inner)
}

fn answer(reply: Reply) -> Answer<Body> {
    with_body(reply.status, reply.body)
}

fn with_body(status: u16, body: impl Into<Body>) -> Answer<Body> {
    Answer::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .body(body.into())
        .unwrap_or_default()
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// A runtime waits here for its next invocation, without end.
async fn next(State(inner): Shared) -> Answer<Body> {
    let at = clock::now();
    let cpu_s = proc::cpu_s(&proc::family(inner.guard));
    let (sender, receiver) = oneshot::channel();
    inner.state().runtimes.push_back(sender);
    inner.tell(Event::Ready { at, cpu_s });
    let Ok(handed) = receiver.await else {
        // The environment is being ended.
        return answer(Reply::refused(500, "InternalServerError", "Ending"));
    };
    let answer = Answer::builder()
        .header(header::CONTENT_TYPE, "application/json")
        .header("Lambda-Runtime-Aws-Request-Id", handed.id)
        .header("Lambda-Runtime-Deadline-Ms", handed.deadline_ms)
        .header("Lambda-Runtime-Invoked-Function-Arn", &inner.arn)
        .header("Lambda-Runtime-Trace-Id", TRACE)
        .body(Body::from(handed.event));
    answer.unwrap_or_default()
}

/// Takes a response, buffered or streamed, to its end; what it says is not kept.
async fn response(
    State(inner): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    mut body: Body,
) -> Answer<Body> {
    let (mut bytes, mut is_cut, mut trailers) = (0_u64, false, None);
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            is_cut = true;
            break;
        };
        match frame.into_data() {
            Ok(data) => bytes += data.len() as u64,
            Err(frame) => trailers = frame.into_trailers().ok(),
        }
    }
    let error = trailers.as_ref().and_then(|trailers| {
        let said = text(trailers, "lambda-runtime-function-error-body").unwrap_or_default();
        Some((text(trailers, KIND)?, said))
    });
    let taken = Response {
        bytes,
        mode: text(&headers, MODE),
        is_cut,
        error,
    };
    let done = inner.state().exchange.respond(&id, taken);
    inner.ended(&id, done)
}

async fn error(
    State(inner): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Body> {
    let said = said(body).await;
    let done = inner
        .state()
        .exchange
        .fail(&id, text(&headers, KIND), &said);
    inner.ended(&id, done)
}

async fn not_started(State(inner): Shared, headers: HeaderMap, body: Body) -> Answer<Body> {
    let said = said(body).await;
    inner.tell(Event::NotStarted(failure(text(&headers, KIND), &said)));
    answer(Reply::accepted())
}

/// The body of an error, or its beginning.
async fn said(mut body: Body) -> Vec<u8> {
    let mut said = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        if let Ok(data) = frame.into_data()
            && said.len() < LARGEST_ERROR
        {
            said.extend_from_slice(&data);
        }
    }
    said
}

async fn register(State(inner): Shared, headers: HeaderMap, body: Body) -> Answer<Body> {
    let said = said(body).await;
    let name = text(&headers, "lambda-extension-name");
    let mut state = inner.state();
    state.registered += 1;
    let identifier = format!("00000000-0000-0000-0000-{:012}", state.registered);
    if let Err(reply) = state.extensions.register(&identifier, name, &said) {
        state.note(&reply);
        return answer(reply);
    }
    drop(state);
    let body = format!(
        "{{\"functionName\":\"{}\",\"functionVersion\":\"$LATEST\",\"handler\":\"\"}}",
        inner.function
    );
    let mut answer = with_body(200, body);
    if let Ok(value) = identifier.parse() {
        answer
            .headers_mut()
            .insert("lambda-extension-identifier", value);
    }
    answer
}

/// An extension waits here for what it wants to know.
async fn next_event(State(inner): Shared, headers: HeaderMap) -> Answer<Body> {
    let identifier = text(&headers, "lambda-extension-identifier");
    let receiver = {
        let mut state = inner.state();
        if let Err(reply) = state.extensions.known(identifier) {
            state.note(&reply);
            return answer(reply);
        }
        let identifier = identifier.unwrap_or_default().to_owned();
        let unread = state.unread.get_mut(&identifier);
        if let Some(event) = unread.and_then(VecDeque::pop_front) {
            return with_body(200, event);
        }
        let (sender, receiver) = oneshot::channel();
        state.watching.insert(identifier, sender);
        receiver
    };
    match receiver.await {
        Ok(event) => with_body(200, event),
        Err(_) => answer(Reply::refused(500, "InternalServerError", "Ending")),
    }
}

async fn extension_error(State(inner): Shared, headers: HeaderMap, body: Body) -> Answer<Body> {
    let identifier = text(&headers, "lambda-extension-identifier");
    let known = inner.state().extensions.known(identifier).cloned();
    match known {
        Err(reply) => answer(reply),
        Ok(extension) => {
            let said = failure(None, &said(body).await);
            inner.tell(Event::NotStarted(Failure {
                kind: "Extension.InitError".to_owned(),
                message: format!("{}: {}", extension.name, said.message),
            }));
            answer(Reply::accepted())
        }
    }
}

/// Nothing is subscribed to: what would be sent is in the output.
async fn telemetry() -> Answer<Body> {
    with_body(202, "Telemetry API is not supported")
}
