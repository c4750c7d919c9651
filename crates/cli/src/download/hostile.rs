//! A server on this machine that answers in hostile ways, for tests and for
//! `cargo xtask attack`.

use std::io::{BufRead, BufReader, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{sleep, spawn};
use std::time::Duration;

/// How a server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Honest,
    HonestInChunks,
    HonestWithoutLength,
    StallBeforeHeaders,
    StallInHeaders,
    StallInBody,
    CutInHeaders,
    CutInBody,
    CloseAtOnce,
    LengthTooLong,
    LengthTooShort,
    LengthHuge,
    LengthNegative,
    LengthTwice,
    Compressed,
    CompressedUnsaid,
    WebPage,
    RedirectUnencrypted,
    RedirectElsewhere,
    RedirectLoop,
    Endless,
    EndlessHeaders,
    Drip,
    Empty,
    NoHttp,
    BadChunks,
    OtherContent,
    OtherRange,
    OtherSum,
    NotThere,
    Overloaded,
}

impl Mode {
    /// Every mode.
    pub(crate) const ALL: [Self; 31] = [
        Self::Honest,
        Self::HonestInChunks,
        Self::HonestWithoutLength,
        Self::StallBeforeHeaders,
        Self::StallInHeaders,
        Self::StallInBody,
        Self::CutInHeaders,
        Self::CutInBody,
        Self::CloseAtOnce,
        Self::LengthTooLong,
        Self::LengthTooShort,
        Self::LengthHuge,
        Self::LengthNegative,
        Self::LengthTwice,
        Self::Compressed,
        Self::CompressedUnsaid,
        Self::WebPage,
        Self::RedirectUnencrypted,
        Self::RedirectElsewhere,
        Self::RedirectLoop,
        Self::Endless,
        Self::EndlessHeaders,
        Self::Drip,
        Self::Empty,
        Self::NoHttp,
        Self::BadChunks,
        Self::OtherContent,
        Self::OtherRange,
        Self::OtherSum,
        Self::NotThere,
        Self::Overloaded,
    ];

    /// Whether the file arrives.
    pub(crate) const fn is_honest(self) -> bool {
        matches!(
            self,
            Self::Honest | Self::HonestInChunks | Self::HonestWithoutLength
        )
    }

    /// Whether something arrives whole, as announced, that is not the file: only reading it
    /// shows that.
    pub(crate) const fn is_another_file(self) -> bool {
        matches!(
            self,
            Self::LengthTooShort | Self::CompressedUnsaid | Self::Empty | Self::OtherContent
        )
    }
}

/// A server that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    is_over: Arc<AtomicBool>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // Wakes the loop that waits for a connection.
        drop(TcpStream::connect(self.address));
    }
}

impl Server {
    /// Answers each request by what `choose` gives for its path: a mode, and the file.
    pub(crate) fn start(
        choose: impl Fn(&str) -> (Mode, Vec<u8>) + Send + Sync + 'static,
    ) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let is_over = Arc::new(AtomicBool::new(false));
        let (ends, choose) = (Arc::clone(&is_over), Arc::new(choose));
        spawn(move || {
            for stream in listener.incoming().flatten() {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                let (ends, choose) = (Arc::clone(&ends), Arc::clone(&choose));
                spawn(move || {
                    let Ok((path, from)) = request(&stream) else {
                        return;
                    };
                    let (mode, file) = choose(&path);
                    let answer = Answer { stream, ends };
                    // The client may have gone away.
                    let _ = answer.send(mode, &path, &file, from);
                });
            }
        });
        Ok(Self { address, is_over })
    }
}

/// The path that is asked for, and the byte from which on.
fn request(stream: &TcpStream) -> Result<(String, Option<usize>)> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let path = first.split(' ').nth(1).unwrap_or("/").to_owned();
    let mut from = None;
    for line in lines.map_while(std::result::Result::ok) {
        if line.is_empty() {
            break;
        }
        if let Some(range) = line.to_lowercase().strip_prefix("range: bytes=") {
            from = range.trim_end_matches('-').parse().ok();
        }
    }
    Ok((path, from))
}

struct Answer {
    stream: TcpStream,
    ends: Arc<AtomicBool>,
}

impl Answer {
    fn put(&self, bytes: impl AsRef<[u8]>) -> Result<()> {
        (&self.stream).write_all(bytes.as_ref())
    }

    /// Keeps the connection open until the test is over.
    fn stall(&self) {
        while !self.ends.load(Ordering::Relaxed) {
            sleep(Duration::from_millis(20));
        }
    }

    /// Sends the same again and again.
    fn repeat(&self, bytes: &[u8], pause: Duration) -> Result<()> {
        while !self.ends.load(Ordering::Relaxed) {
            self.put(bytes)?;
            sleep(pause);
        }
        Ok(())
    }

    fn head(&self, status: &str, headers: &str) -> Result<()> {
        self.put(format!(
            "HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n"
        ))
    }

    fn body(&self, headers: &str, length: usize, body: &[u8]) -> Result<()> {
        self.head("200 OK", &format!("{headers}Content-Length: {length}\r\n"))?;
        self.put(body)
    }

    fn redirect(&self, to: &str) -> Result<()> {
        self.head(
            "302 Found",
            &format!("Location: {to}\r\nContent-Length: 0\r\n"),
        )
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each mode")]
    fn send(&self, mode: Mode, path: &str, file: &[u8], from: Option<usize>) -> Result<()> {
        let now = Duration::ZERO;
        let half = file.get(..file.len() / 2).unwrap_or(file);
        match mode {
            Mode::Honest => match from {
                Some(from) => {
                    let rest = file.get(from..).unwrap_or_default();
                    let (last, whole) = (file.len().saturating_sub(1), file.len());
                    self.head(
                        "206 Partial Content",
                        &format!(
                            "Content-Range: bytes {from}-{last}/{whole}\r\nContent-Length: {}\r\n",
                            rest.len()
                        ),
                    )?;
                    self.put(rest)
                }
                None => self.body("", file.len(), file),
            },
            Mode::HonestInChunks => {
                self.head("200 OK", "Transfer-Encoding: chunked\r\n")?;
                for block in file.chunks(1000) {
                    self.put(format!("{:x}\r\n", block.len()))?;
                    self.put(block)?;
                    self.put("\r\n")?;
                }
                self.put("0\r\n\r\n")
            }
            Mode::HonestWithoutLength => {
                self.head("200 OK", "")?;
                self.put(file)
            }
            Mode::StallBeforeHeaders => {
                self.stall();
                Ok(())
            }
            Mode::StallInHeaders => {
                self.put("HTTP/1.1 200 OK\r\nContent-")?;
                self.stall();
                Ok(())
            }
            Mode::StallInBody => {
                self.body("", file.len(), half)?;
                self.stall();
                Ok(())
            }
            Mode::CutInHeaders => self.put("HTTP/1.1 200 OK\r\nContent-"),
            Mode::CutInBody => self.body("", file.len(), half),
            Mode::CloseAtOnce => Ok(()),
            Mode::LengthTooLong => self.body("", file.len() + 1, file),
            Mode::LengthTooShort => self.body("", half.len(), file),
            Mode::LengthHuge => self.body("", usize::MAX >> 1, file),
            Mode::LengthNegative => {
                self.head("200 OK", "Content-Length: -1\r\n")?;
                self.put(half)
            }
            Mode::LengthTwice => {
                let twice = format!("Content-Length: {}\r\n", file.len());
                self.body(&twice, half.len(), half)
            }
            Mode::Compressed => self.body("Content-Encoding: gzip\r\n", file.len(), file),
            Mode::CompressedUnsaid => self.body("", 4, &[0x1f, 0x8b, 8, 0]),
            Mode::WebPage => self.body("Content-Type: text/html\r\n", 6, b"<html>"),
            Mode::RedirectUnencrypted => self.redirect("http://example.invalid/index.json"),
            Mode::RedirectElsewhere => self.redirect("https://example.invalid/index.json"),
            Mode::RedirectLoop => self.redirect(path),
            Mode::Endless => {
                self.head("200 OK", "Transfer-Encoding: chunked\r\n")?;
                let block = vec![b' '; 0x10000];
                self.repeat(&[b"10000\r\n", &block[..], b"\r\n"].concat(), now)
            }
            Mode::EndlessHeaders => {
                self.put("HTTP/1.1 200 OK\r\n")?;
                self.repeat(b"Header: of many\r\n", now)
            }
            Mode::Drip => {
                self.head("200 OK", "")?;
                self.repeat(b" ", Duration::from_millis(5))
            }
            Mode::Empty => self.body("", 0, b""),
            Mode::NoHttp => self.put("220 mail.example ESMTP\r\n\r\n"),
            Mode::BadChunks => {
                self.head("200 OK", "Transfer-Encoding: chunked\r\n")?;
                self.put("fish\r\n")?;
                self.put(half)
            }
            Mode::OtherContent => self.body("", 12, b"{\"fish\": []}"),
            Mode::OtherRange => {
                let headers = "Content-Range: bytes 7-9/10\r\nContent-Length: 3\r\n";
                self.head("206 Partial Content", headers)?;
                self.put("abc")
            }
            Mode::OtherSum => {
                let tag = format!("ETag: \"{}\"\r\n", "0".repeat(32));
                self.body(&tag, file.len(), file)
            }
            Mode::NotThere => self.head("404 Not Found", "Content-Length: 0\r\n"),
            Mode::Overloaded => self.head("503 Service Unavailable", "Content-Length: 0\r\n"),
        }
    }
}
