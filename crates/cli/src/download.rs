//! Fetching the files of the Price List: resumed where they broke off, and taken
//! only when they are whole.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use landfall_source::{Diagnostic, Result};
use md5::{Digest, Md5};
use ureq::Agent;
use ureq::http::Response;

use crate::progress;

/// How often a broken download is taken up again.
const MOST_TRIES: usize = 4;
/// The largest index taken.
const LARGEST_INDEX_BYTES: u64 = 32 << 20;
/// The largest offer taken.
const LARGEST_OFFER_BYTES: u64 = 16 << 30;
const BLOCK: usize = 1 << 16;

/// A client that gives up on servers that do not answer.
pub(crate) fn client() -> Agent {
    let config = Agent::config_builder()
        .timeout_connect(Some(Duration::from_secs(15)))
        .timeout_recv_response(Some(Duration::from_mins(1)))
        .build();
    config.into()
}

fn failed<T>(url: &str, error: &impl std::fmt::Display) -> Result<T> {
    let problem = Diagnostic::new(format!("cannot fetch {url}: {error}"));
    Err(Box::new(problem.help(
        "check the network, or fetch the file by hand and use --from",
    )))
}

/// Fetches a small text.
pub(crate) fn text(client: &Agent, url: &str) -> Result<String> {
    let mut response = match client.get(url).call() {
        Ok(response) => response,
        Err(error) => return failed(url, &error),
    };
    let body = response
        .body_mut()
        .with_config()
        .limit(LARGEST_INDEX_BYTES)
        .read_to_string();
    body.or_else(|error| failed(url, &error))
}

/// Fetches a file to `path`, by way of `path.part`, which a broken download leaves
/// for the next try to go on from.
pub(crate) fn file(client: &Agent, url: &str, path: &Path) -> Result<()> {
    let part = path.with_extension("part");
    let mut last = String::from("no answer");
    for _ in 0..MOST_TRIES {
        match attempt(client, url, &part) {
            Ok(()) => {
                return std::fs::rename(&part, path).or_else(|error| failed(url, &error));
            }
            Err(error) => last = error,
        }
    }
    failed(url, &last)
}

/// One try: asks for what is still missing, and checks the length of the whole.
fn attempt(client: &Agent, url: &str, part: &Path) -> std::result::Result<(), String> {
    let words = |error: &dyn std::fmt::Display| error.to_string();
    let have = std::fs::metadata(part).map_or(0, |metadata| metadata.len());
    let mut request = client.get(url);
    if have > 0 {
        request = request.header("Range", format!("bytes={have}-"));
    }
    let response = match request.call() {
        Ok(response) => response,
        Err(ureq::Error::StatusCode(416)) => {
            // What is there is no beginning of what the server has now.
            std::fs::remove_file(part).map_err(|error| words(&error))?;
            return Err("the file has changed on the server".to_owned());
        }
        Err(error) => return Err(words(&error)),
    };
    let resumed = response.status().as_u16() == 206;
    let start = if resumed { have } else { 0 };
    let length = header(&response, "content-length").and_then(|text| text.parse::<u64>().ok());
    let whole = length.map(|length| length + start);
    let sum = header(&response, "etag").and_then(|tag| as_md5(&tag));
    if whole.is_some_and(|whole| whole > LARGEST_OFFER_BYTES) {
        return Err("the file is larger than any offer".to_owned());
    }
    let mut options = OpenOptions::new();
    options
        .create(true)
        .write(true)
        .append(resumed)
        .truncate(!resumed);
    let mut out = options.open(part).map_err(|error| words(&error))?;
    let name = url.rsplit("/aws/").next().unwrap_or(url);
    let bar = progress::bytes(whole, name);
    bar.set_position(start);
    let limit = LARGEST_OFFER_BYTES.saturating_sub(start);
    let mut body = response
        .into_body()
        .into_with_config()
        .limit(limit)
        .reader();
    let copied = copy(&mut body, &mut out, &bar);
    bar.finish_and_clear();
    copied.map_err(|error| words(&error))?;
    let got = std::fs::metadata(part)
        .map_err(|error| words(&error))?
        .len();
    match whole {
        Some(whole) if got < whole => Err(format!("it broke off after {got} of {whole} bytes")),
        Some(whole) if got > whole => {
            std::fs::remove_file(part).map_err(|error| words(&error))?;
            Err(format!("it has {got} bytes where {whole} were announced"))
        }
        _ => check_sum(part, sum.as_deref()),
    }
}

/// A tag that is the MD5 of the file, as storage gives it for files sent in one piece.
fn as_md5(tag: &str) -> Option<String> {
    let bare = tag.trim_matches('"');
    let is_sum = bare.len() == 32 && bare.chars().all(|c| c.is_ascii_hexdigit());
    is_sum.then(|| bare.to_lowercase())
}

/// Refuses a file that is not what was announced, and takes it away.
fn check_sum(part: &Path, sum: Option<&str>) -> std::result::Result<(), String> {
    let Some(sum) = sum else { return Ok(()) };
    let mut file = File::open(part).map_err(|error| error.to_string())?;
    let mut digest = Md5::new();
    let mut block = vec![0; BLOCK];
    loop {
        let read = file.read(&mut block).map_err(|error| error.to_string())?;
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
    std::fs::remove_file(part).map_err(|error| error.to_string())?;
    Err(format!("its checksum is {found}, and {sum} was announced"))
}

fn header(response: &Response<ureq::Body>, name: &str) -> Option<String> {
    response
        .headers()
        .get(name)?
        .to_str()
        .ok()
        .map(str::to_owned)
}

fn copy(body: &mut impl Read, out: &mut File, bar: &indicatif::ProgressBar) -> std::io::Result<()> {
    let mut block = vec![0; BLOCK];
    loop {
        let read = body.read(&mut block)?;
        let Some(bytes) = block.get(..read).filter(|bytes| !bytes.is_empty()) else {
            return out.flush();
        };
        out.write_all(bytes)?;
        bar.inc(read as u64);
    }
}
