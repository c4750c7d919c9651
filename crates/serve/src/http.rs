//! The door for browsers, programs and agents: HTTP on this machine.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::routing::{get, post, post_service};
use landfall_answers::Around;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::admission::{AT_ONCE, Admission};
use crate::agents::Agents;
use crate::calls::{Call, body};
use crate::engine::{Engine, Reply, Shared};
use crate::guard::{COOKIE, Guard, in_address};
use crate::openapi;
use crate::page::{ASSETS, Address, Start};
use crate::refusal::Refusal;

/// The largest body that is taken.
const LARGEST_BYTES: usize = 1 << 20;
/// How long one waits for a body and, where nothing else is asked for, for an answer.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// What a browser is let do with the page: scripts, styles and data of this address alone,
/// nothing inline, and in no frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      img-src 'self' data:; connect-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// Where the door is, and what it takes to come in.
#[derive(Debug, Clone)]
pub struct Door {
    /// The address; port 0 for any that is free.
    pub address: SocketAddr,
    /// What every request has to carry; none is needed where this machine alone is let in.
    pub token: Option<String>,
    /// The file that the page begins with.
    pub start: Option<Start>,
    /// How long an answer may take.
    pub patience: Duration,
}

struct Served<A> {
    engine: Shared<A>,
    guard: Guard,
    start: Option<Start>,
    admission: Admission,
    agents: Agents<A>,
}

type App<A> = Arc<Served<A>>;

/// Opens the door until the process is asked to end; calls `opened` with the address once it
/// is open. What is being answered then is given up.
///
/// # Errors
/// The address cannot be listened on.
pub fn serve<A: Around + Send + Sync + 'static>(
    engine: Engine<A>,
    door: Door,
    opened: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(AT_ONCE)
        .enable_all()
        .build()?;
    let engine = Arc::new(engine);
    let admission = Admission::new(Some(door.patience));
    let agents = Agents::new(engine.clone(), admission.clone())?;
    let ended = runtime.block_on(async {
        let listener = TcpListener::bind(door.address).await?;
        let address = listener.local_addr()?;
        let guard = Guard {
            address,
            token: door.token,
        };
        let router = router(Arc::new(Served {
            engine,
            guard,
            start: door.start,
            admission,
            agents,
        }));
        let asked_to_end = asked_to_end()?;
        opened(address);
        tokio::select! {
            ended = axum::serve(listener, router).into_future() => ended,
            () = asked_to_end => Ok(()),
        }
    });
    runtime.shutdown_background();
    ended
}

/// Waits until the process is asked to end.
#[cfg(unix)]
fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Waits until the process is asked to end.
#[cfg(not(unix))]
fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without signals the process is ended from outside.
        let _ = tokio::signal::ctrl_c().await;
    })
}

fn router<A: Around + Send + Sync + 'static>(app: App<A>) -> Router {
    let mut router = Router::new()
        .route("/", get(page::<A>))
        .route("/healthz", get(health))
        .route("/openapi.json", get(described))
        .route("/api/schema/{name}", get(schema::<A>));
    for call in Call::ALL {
        let asked = move |State(app): State<App<A>>, request: Request| answer(app, call, request);
        router = router.route(&format!("/api/{}", openapi::path(call)), post(asked));
    }
    for asset in ASSETS {
        let loaded = move || async move {
            shown(Reply {
                media: asset.media,
                text: asset.text.to_owned(),
            })
        };
        router = router.route(asset.path, get(loaded));
    }
    // What is refused before the protocol is spoken is refused as everywhere else.
    let agents = post_service(app.agents.clone().over_http(LARGEST_BYTES));
    router = router.route("/mcp", agents.route_layer(from_fn(whole)));
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    router
        .fallback(nothing_there)
        .method_not_allowed_fallback(other_method)
        .with_state(app.clone())
        .layer(from_fn_with_state(app, guarded::<A>))
        .layer(header(header::CONTENT_SECURITY_POLICY, POLICY))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        .layer(header(header::X_FRAME_OPTIONS, "DENY"))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .layer(header(
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ))
        .layer(header(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ))
}

/// Lets in who may ask. A browser that came with the token in its address gets it as a
/// cookie, and goes on without it.
async fn guarded<A: Around + Send + Sync + 'static>(
    State(app): State<App<A>>,
    request: Request,
    next: Next,
) -> Response<Body> {
    if let Err(refusal) = app.guard.check(request.headers(), request.uri()) {
        return refusal.into_response();
    }
    let token = in_address(request.uri()).filter(|_| app.guard.token.is_some());
    if let Some(token) = token {
        let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict");
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SEE_OTHER;
        let headers = response.headers_mut();
        headers.insert(header::LOCATION, HeaderValue::from_static("/"));
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            headers.insert(header::SET_COOKIE, cookie);
        }
        return response;
    }
    next.run(request).await
}

fn shown(reply: Reply) -> Response<Body> {
    let mut response = Response::new(Body::from(reply.text));
    let media = HeaderValue::from_static(reply.media);
    response.headers_mut().insert(header::CONTENT_TYPE, media);
    response
}

/// The page. It waits for its turn, as its reader does.
async fn page<A: Around + Send + Sync + 'static>(
    State(app): State<App<A>>,
    uri: Uri,
) -> Response<Body> {
    let wanted = Address::read(uri.query().unwrap_or_default());
    let made = app.clone();
    let work = move || made.engine.shown(&wanted, made.start.as_ref());
    match app.admission.in_turn(work).await {
        Ok(text) => shown(Reply {
            media: "text/html; charset=utf-8",
            text,
        }),
        Err(refusal) => refusal.into_page(),
    }
}

async fn health() -> Response<Body> {
    shown(Reply::json("{\"status\":\"ok\"}\n".to_owned()))
}

async fn described() -> Response<Body> {
    shown(Reply::json(openapi::document().to_string() + "\n"))
}

async fn schema<A: Around + Send + Sync + 'static>(Path(name): Path<String>) -> Response<Body> {
    if let Ok(reply) = Engine::<A>::schema(&name) {
        return shown(reply);
    }
    let hint = format!("there are: {}", landfall_answers::SCHEMAS.join(", "));
    Refusal::new(StatusCode::NOT_FOUND, "there is no such format", &hint).into_response()
}

async fn nothing_there() -> Response<Body> {
    let hint = "/openapi.json lists what there is";
    Refusal::new(StatusCode::NOT_FOUND, "there is nothing here", hint).into_response()
}

async fn other_method() -> Response<Body> {
    let hint = "/openapi.json lists what there is, with its methods";
    let detail = "this is asked for by another method";
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, detail, hint).into_response()
}

async fn answer<A: Around + Send + Sync + 'static>(
    app: App<A>,
    call: Call,
    request: Request,
) -> Response<Body> {
    let made = async {
        let (parts, sent) = request.into_parts();
        let text = text_of(&parts.headers, sent).await?;
        let engine = app.engine.clone();
        let work = move || call.answer(&engine, &body(&text));
        Ok(app.admission.now(work).await??)
    };
    match made.await {
        Ok(reply) => shown(reply),
        Err(refusal) => Refusal::into_response(refusal),
    }
}

/// Passes a request on when its whole body has come, within the bounds of the API.
async fn whole(request: Request, next: Next) -> Response<Body> {
    let (parts, body) = request.into_parts();
    match text_of(&parts.headers, body).await {
        Ok(text) => next.run(Request::from_parts(parts, Body::from(text))).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// The body of a request that is declared as JSON, as text.
async fn text_of(headers: &HeaderMap, sent: Body) -> Result<String, Refusal> {
    if !is_json(headers) {
        let hint = "send it with `Content-Type: application/json`";
        let detail = "the body is not declared as JSON";
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            detail,
            hint,
        ));
    }
    let declared = headers.get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let too_large = || {
        let detail = format!("the body is larger than {} MB", LARGEST_BYTES >> 20);
        let hint = "send less, or use `landfall` itself";
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, &detail, hint)
    };
    if declared.is_some_and(|bytes| bytes > LARGEST_BYTES) {
        return Err(too_large());
    }
    let bytes = timeout(PATIENCE, to_bytes(sent, LARGEST_BYTES)).await;
    let bytes = bytes.map_err(|_| {
        let detail = format!("the body took longer than {} s", PATIENCE.as_secs());
        Refusal::new(StatusCode::REQUEST_TIMEOUT, &detail, "send it again")
    })?;
    let bytes = bytes.map_err(|_| too_large())?;
    String::from_utf8(bytes.into()).map_err(|_| {
        let detail = "the body is not UTF-8 text";
        Refusal::new(StatusCode::BAD_REQUEST, detail, "send JSON, which is UTF-8")
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let media = headers.get(header::CONTENT_TYPE);
    let media = media.and_then(|media| media.to_str().ok());
    let media = media.and_then(|media| media.split(';').next());
    media.is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"))
}
