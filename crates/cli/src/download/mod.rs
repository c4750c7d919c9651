//! Fetching the files of the Price List: from one server, within limits of time and size,
//! resumed where they broke off, and taken only when they are whole.

mod address;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use landfall_source::{Diagnostic, Result};
use md5::{Digest, Md5};
use ureq::Agent;
use ureq::http::Response;
use ureq::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG};

pub(crate) use self::address::Address;
use crate::files::plain;
use crate::progress;

const BLOCK: usize = 1 << 16;

/// What a server is granted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Time to find it and to connect to it, each.
    connect: Duration,
    /// Time from the request to the end of the answer's headers.
    response: Duration,
    /// Time without a byte of the body.
    silence: Duration,
    /// Time in which `pace_bytes` come at least.
    pace: Duration,
    pace_bytes: u64,
    /// How often in a row a request may fail that brings nothing new.
    tries: usize,
    /// The largest index taken.
    index_bytes: u64,
    /// The largest file taken whose length is announced.
    file_bytes: u64,
    /// The largest file taken whose length is not announced.
    unannounced_bytes: u64,
}

impl Limits {
    /// For servers on the Internet. The largest file of a region, EC2's, has half a GB.
    pub(crate) const INTERNET: Self = Self {
        connect: Duration::from_secs(10),
        response: Duration::from_secs(30),
        silence: Duration::from_secs(20),
        pace: Duration::from_secs(30),
        pace_bytes: 64 << 10,
        tries: 3,
        index_bytes: 32 << 20,
        file_bytes: 8 << 30,
        unannounced_bytes: 1 << 30,
    };
}

/// Why one try did not bring a file.
enum Failure {
    /// Another try may.
    Passing(String),
    /// Another try cannot help: the problem and its fix.
    Lasting(String, &'static str),
}

impl From<ureq::Error> for Failure {
    fn from(error: ureq::Error) -> Self {
        match error {
            ureq::Error::Timeout(_) => Self::Passing(format!("no answer in time ({error})")),
            _ => Self::Passing(error.to_string()),
        }
    }
}

const BY_HAND: &str = "check the network, or fetch the file by hand and use --from";
const CHECK_URL: &str = "check --url, or fetch the file by hand and use --from";
const MAKE_ROOM: &str = "free some space, or set LANDFALL_DATA to another folder";

/// Fetches files from one server.
#[derive(Debug)]
pub(crate) struct Downloader {
    address: Address,
    limits: Limits,
    client: Agent,
}

impl Downloader {
    /// A client of a server within limits. Redirects are not followed: none is needed, and
    /// each would be a way to another server.
    pub(crate) fn new(address: Address, limits: Limits) -> Self {
        let config = Agent::config_builder()
            .https_only(address.is_encrypted())
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_resolve(Some(limits.connect))
            .timeout_connect(Some(limits.connect))
            .timeout_recv_response(Some(limits.response))
            .timeout_per_read(Some(limits.silence))
            .build();
        Self {
            address,
            limits,
            client: config.into(),
        }
    }

    /// Fetches a small text.
    ///
    /// # Errors
    /// The server does not answer within the limits, or with something else.
    pub(crate) fn text(&self, path: &str) -> Result<(String, String)> {
        let url = self.address.at(path)?;
        let get = || -> std::result::Result<String, Failure> {
            let response = self.client.get(&url).call()?;
            accept(&response)?;
            if response.status().as_u16() == 206 {
                let what = "the server sends a part where all was asked for".to_owned();
                return Err(Failure::Lasting(what, CHECK_URL));
            }
            let mut bytes = Vec::new();
            let limit = self.limits.index_bytes;
            self.copy(response, limit, &mut |block| {
                bytes.extend_from_slice(block);
                Ok(())
            })?;
            String::from_utf8(bytes)
                .map_err(|_| Failure::Lasting("the answer is not UTF-8 text".to_owned(), CHECK_URL))
        };
        match get() {
            Ok(text) => Ok((url, text)),
            Err(Failure::Passing(what)) => Err(Box::new(failed(&url, &what, BY_HAND))),
            Err(Failure::Lasting(what, help)) => Err(Box::new(failed(&url, &what, help))),
        }
    }

    /// Fetches a file to `target`, by way of a part beside it, which a broken download leaves
    /// for the next try to go on from. Whoever calls sees to it that no other process does the
    /// same.
    ///
    /// # Errors
    /// The server does not answer within the limits, or with something else, or the file
    /// cannot be written.
    pub(crate) fn file(&self, path: &str, target: &Path) -> Result<()> {
        let url = self.address.at(path)?;
        let part = target.with_extension("part");
        let mut furthest = length(&part);
        let mut idle = 0;
        loop {
            let what = match self.attempt(&url, &part) {
                Ok(()) => {
                    return std::fs::rename(&part, target)
                        .map_err(|error| Box::new(failed(&url, &plain(&error), MAKE_ROOM)));
                }
                Err(Failure::Lasting(what, help)) => {
                    return Err(Box::new(failed(&url, &what, help)));
                }
                Err(Failure::Passing(what)) => what,
            };
            let reached = length(&part);
            let is_new = reached >= furthest.saturating_add(self.limits.pace_bytes);
            idle = if is_new { 0 } else { idle + 1 };
            furthest = furthest.max(reached);
            if idle >= self.limits.tries {
                return Err(Box::new(failed(&url, &what, BY_HAND)));
            }
        }
    }

    /// One try: asks for what is still missing, and checks that the whole is there.
    fn attempt(&self, url: &str, part: &Path) -> std::result::Result<(), Failure> {
        let have = length(part);
        let mut request = self.client.get(url);
        if have > 0 {
            request = request.header("Range", format!("bytes={have}-"));
        }
        let response = request.call()?;
        let status = response.status().as_u16();
        let start = if status == 206 { have } else { 0 };
        if status == 416 || (status == 206 && !continues(&response, have)) {
            // What is there is no beginning of what the server has now.
            remove(part)?;
            return Err(Failure::Passing(
                "the file has changed on the server".to_owned(),
            ));
        }
        accept(&response)?;
        let announced = header(&response, &CONTENT_LENGTH);
        let announced = announced.and_then(|text| text.parse::<u64>().ok());
        let whole = announced.map(|length| length.saturating_add(start));
        let sum = header(&response, &ETAG).and_then(as_md5);
        let limit = match whole {
            Some(_) => self.limits.file_bytes,
            None => self.limits.unannounced_bytes,
        };
        if whole.is_some_and(|whole| whole > limit) {
            return Err(Failure::Lasting(
                "the file is larger than any of the Price List".to_owned(),
                CHECK_URL,
            ));
        }
        let mut out = append(part, status == 206)?;
        let name = url.rsplit("/aws/").next().unwrap_or(url);
        let bar = progress::bytes(whole, name);
        bar.set_position(start);
        let copied = self.copy(response, limit.saturating_sub(start), &mut |block| {
            bar.inc(block.len() as u64);
            out.write_all(block)
        });
        bar.finish_and_clear();
        if let Err(Failure::Lasting(..)) = &copied {
            remove(part)?;
        }
        copied?;
        let got = length(part);
        match whole {
            Some(whole) if got < whole => Err(Failure::Passing(format!(
                "it broke off after {got} of {whole} bytes"
            ))),
            Some(whole) if got > whole => {
                remove(part)?;
                Err(Failure::Passing(format!(
                    "it has {got} bytes where {whole} were announced"
                )))
            }
            _ => check_sum(part, sum.as_deref()),
        }
    }

    /// Hands a body on, block by block, while it keeps its pace and its limit.
    #[expect(
        clippy::disallowed_methods,
        reason = "a server that sends too slowly is given up"
    )]
    fn copy(
        &self,
        response: Response<ureq::Body>,
        limit: u64,
        take: &mut dyn FnMut(&[u8]) -> std::io::Result<()>,
    ) -> std::result::Result<(), Failure> {
        let mut body = response
            .into_body()
            .into_with_config()
            .limit(u64::MAX)
            .reader();
        let mut block = vec![0; BLOCK];
        let (mut total, mut since, mut lately) = (0_u64, Instant::now(), 0_u64);
        loop {
            let read = body
                .read(&mut block)
                .map_err(|error| Failure::Passing(format!("it broke off: {error}")))?;
            let Some(bytes) = block.get(..read).filter(|bytes| !bytes.is_empty()) else {
                return Ok(());
            };
            total += read as u64;
            lately += read as u64;
            if total > limit {
                let what = "it is longer than any file of the Price List".to_owned();
                return Err(Failure::Lasting(what, CHECK_URL));
            }
            take(bytes).map_err(|error| Failure::Lasting(plain(&error), MAKE_ROOM))?;
            if since.elapsed() > self.limits.pace {
                if lately < self.limits.pace_bytes {
                    return Err(Failure::Passing("it comes too slowly".to_owned()));
                }
                (since, lately) = (Instant::now(), 0);
            }
        }
    }
}

fn failed(url: &str, what: &str, help: &'static str) -> Diagnostic {
    Diagnostic::new(format!("cannot fetch {url}: {what}")).help(help)
}

/// Refuses an answer that is no file, whatever it holds.
fn accept(response: &Response<ureq::Body>) -> std::result::Result<(), Failure> {
    let status = response.status();
    let lasting = |what: String| Err(Failure::Lasting(what, CHECK_URL));
    match status.as_u16() {
        200 | 206 => {}
        300..400 => {
            return lasting("the server redirects, which is not followed".to_owned());
        }
        429 | 500.. => return Err(Failure::Passing(format!("the server says {status}"))),
        _ => return lasting(format!("the server says {status}")),
    }
    match header(response, &CONTENT_ENCODING) {
        None | Some("identity") => {}
        Some(_) => return lasting("the answer is compressed, which was not asked for".to_owned()),
    }
    if header(response, &CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html")) {
        return lasting("the answer is a web page, perhaps of a proxy in between".to_owned());
    }
    Ok(())
}

/// Whether a partial answer begins where asked for.
fn continues(response: &Response<ureq::Body>, have: u64) -> bool {
    let range = header(response, &CONTENT_RANGE).and_then(|range| range.strip_prefix("bytes "));
    let start = range.and_then(|range| range.split('-').next()?.parse::<u64>().ok());
    start == Some(have)
}

fn header<'r>(
    response: &'r Response<ureq::Body>,
    name: &ureq::http::HeaderName,
) -> Option<&'r str> {
    response.headers().get(name)?.to_str().ok()
}

/// A tag that is the MD5 of the file, as storage gives it for files sent in one piece.
fn as_md5(tag: &str) -> Option<String> {
    let bare = tag.trim_matches('"');
    let is_sum = bare.len() == 32 && bare.chars().all(|c| c.is_ascii_hexdigit());
    is_sum.then(|| bare.to_lowercase())
}

fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

fn unusable(error: &std::io::Error) -> Failure {
    Failure::Lasting(plain(error), MAKE_ROOM)
}

fn remove(part: &Path) -> std::result::Result<(), Failure> {
    match std::fs::remove_file(part) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unusable(&error)),
        _ => Ok(()),
    }
}

fn append(part: &Path, goes_on: bool) -> std::result::Result<File, Failure> {
    if !goes_on {
        remove(part)?;
    }
    let mut options = OpenOptions::new();
    let opened = options.create(true).append(true).open(part);
    opened.map_err(|error| unusable(&error))
}

/// Refuses a file that is not what was announced, and takes it away.
fn check_sum(part: &Path, sum: Option<&str>) -> std::result::Result<(), Failure> {
    let Some(sum) = sum else { return Ok(()) };
    let mut file = File::open(part).map_err(|error| unusable(&error))?;
    let mut digest = Md5::new();
    let mut block = vec![0; BLOCK];
    loop {
        let read = file.read(&mut block).map_err(|error| unusable(&error))?;
        let Some(bytes) = block.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        digest.update(bytes);
    }
    let mut found = String::new();
    for byte in digest.finalize() {
        let _ = write!(found, "{byte:02x}");
    }
    if found == sum {
        return Ok(());
    }
    remove(part)?;
    Err(Failure::Passing(format!(
        "its checksum is {found}, and {sum} was announced"
    )))
}
