//! Who may ask: requests to this very address, from no other page, and with the token where
//! there is one.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, StatusCode, Uri, header};

use crate::refusal::Refusal;

/// The cookie that carries the token of a browser.
pub(crate) const COOKIE: &str = "landfall-token";

/// Who may ask.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    /// Where the door is.
    pub(crate) address: SocketAddr,
    /// What a request has to carry.
    pub(crate) token: Option<String>,
}

impl Guard {
    /// Refuses what is not meant for this address, what another page sends, and what carries
    /// no token where one is needed.
    pub(crate) fn check(&self, headers: &HeaderMap, uri: &Uri) -> Result<(), Refusal> {
        let host = one(headers, &header::HOST).filter(|host| self.is_here(host));
        let Some(host) = host else {
            let hint = "use the address that `landfall serve` printed";
            let detail = "the request names another host";
            return Err(Refusal::new(StatusCode::FORBIDDEN, detail, hint));
        };
        if headers.contains_key(header::ORIGIN) {
            let origin = one(headers, &header::ORIGIN);
            let from = origin.and_then(|origin| origin.strip_prefix("http://"));
            if !from.is_some_and(|from| from.eq_ignore_ascii_case(host)) {
                let hint = "open the page itself, or send the request from a program";
                let detail = "the request comes from another page";
                return Err(Refusal::new(StatusCode::FORBIDDEN, detail, hint));
            }
        }
        let Some(token) = &self.token else {
            return Ok(());
        };
        if carried(headers, uri).is_some_and(|carried| is_same(carried, token)) {
            return Ok(());
        }
        let hint =
            "send it as `Authorization: Bearer TOKEN`, or open the address with ?token=TOKEN";
        let detail = "the request carries no token, or another";
        Err(Refusal::new(StatusCode::UNAUTHORIZED, detail, hint))
    }

    /// Whether a `Host` is this address. A name that somebody else answers for never is,
    /// which keeps pages out whose name is made to lead here.
    fn is_here(&self, host: &str) -> bool {
        let port = self.address.port();
        let (name, at) = match host.rsplit_once(':') {
            Some((name, digits)) if !digits.ends_with(']') => match digits.parse::<u16>() {
                Ok(at) => (name, at),
                Err(_) => return false,
            },
            // The port of HTTP is left out.
            _ => (host, 80),
        };
        if at != port {
            return false;
        }
        if name.eq_ignore_ascii_case("localhost") {
            return true;
        }
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        let Ok(ip) = bare.parse::<IpAddr>() else {
            return false;
        };
        let ours = self.address.ip();
        ip.is_loopback() || ip == ours || ours.is_unspecified()
    }
}

/// The value of a header that is there once.
fn one<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut all = headers.get_all(name).iter();
    let first = all.next()?;
    if all.next().is_some() {
        return None;
    }
    first.to_str().ok()
}

/// The token that a request carries: in a header, in the cookie, or in the address.
fn carried<'r>(headers: &'r HeaderMap, uri: &'r Uri) -> Option<&'r str> {
    let bearer = one(headers, &header::AUTHORIZATION).and_then(|it| it.strip_prefix("Bearer "));
    let cookies = one(headers, &header::COOKIE).unwrap_or_default().split(';');
    let cookie = cookies
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE).then_some(value));
    bearer.or(cookie).or_else(|| in_address(uri))
}

/// The token in an address.
pub(crate) fn in_address(uri: &Uri) -> Option<&str> {
    let pairs = uri.query().unwrap_or_default().split('&');
    let mut pairs = pairs.filter_map(|pair| pair.split_once('='));
    pairs.find_map(|(name, value)| (name == "token").then_some(value))
}

/// Whether two texts are the same; how long it takes does not depend on where they differ.
fn is_same(one: &str, other: &str) -> bool {
    let differing = one
        .bytes()
        .zip(other.bytes())
        .fold(0, |all, (a, b)| all | (a ^ b));
    one.len() == other.len() && differing == 0
}
