//! Requests to a server of this machine.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use landfall_measure::HttpRequest;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::clock;

/// What a request came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Answered {
    pub(crate) at: Instant,
    pub(crate) status: u16,
    pub(crate) bytes: u64,
}

type Connection = SendRequest<Full<Bytes>>;

/// Connections to one port of the loopback, kept open and used again.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    address: SocketAddr,
    patience: Duration,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Client {
    pub(crate) fn new(port: u16, patience: Duration) -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            patience,
            idle: Arc::default(),
        }
    }

    /// Sends a request and reads the answer to its end.
    pub(crate) async fn send(&self, request: &HttpRequest) -> Result<Answered, String> {
        match timeout(self.patience, self.exchange(request)).await {
            Ok(done) => done,
            Err(_) => Err(format!("no answer in {} s", self.patience.as_secs())),
        }
    }

    async fn exchange(&self, request: &HttpRequest) -> Result<Answered, String> {
        let mut connection = self.connection().await?;
        let built = self.built(request)?;
        let answer = connection.send_request(built).await;
        let answer = answer.map_err(|error| error.to_string())?;
        let status = answer.status().as_u16();
        let mut body = answer.into_body();
        let mut bytes = 0;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| error.to_string())?;
            bytes += frame.data_ref().map_or(0, Bytes::len) as u64;
        }
        let at = clock::now();
        self.idle().push(connection);
        Ok(Answered { at, status, bytes })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One that is idle, or a new one.
    async fn connection(&self) -> Result<Connection, String> {
        loop {
            let idle = self.idle().pop();
            let Some(mut idle) = idle else { break };
            // What the server has closed in between is not used.
            if !idle.is_closed() && idle.ready().await.is_ok() {
                return Ok(idle);
            }
        }
        let stream = TcpStream::connect(self.address).await;
        let stream = stream.map_err(|error| error.to_string())?;
        let _ = stream.set_nodelay(true);
        let (sender, connection) = handshake(TokioIo::new(stream))
            .await
            .map_err(|error| error.to_string())?;
        tokio::spawn(async move {
            // How it ends is seen by who sends.
            let _ = connection.await;
        });
        Ok(sender)
    }

    fn built(&self, request: &HttpRequest) -> Result<Request<Full<Bytes>>, String> {
        let mut built = Request::builder()
            .method(request.method.as_str())
            .uri(request.path.as_str());
        let has_host = request
            .headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("host"));
        if !has_host {
            built = built.header(header::HOST, self.address.to_string());
        }
        for (name, value) in &request.headers {
            built = built.header(name, value);
        }
        let body = Bytes::copy_from_slice(request.body.as_bytes());
        built
            .body(Full::new(body))
            .map_err(|error| error.to_string())
    }
}
