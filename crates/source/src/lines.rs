//! Lines of bounded length.

use std::io::{Error, ErrorKind, Read, Result};

/// A reader that refuses a line longer than a bound, so that whoever collects lines
/// cannot be made to collect without end.
#[derive(Debug)]
pub struct BoundedLines<R> {
    inner: R,
    longest: usize,
    since_newline: usize,
}

impl<R: Read> BoundedLines<R> {
    /// Passes `inner` on as long as no line has more than `longest` bytes.
    pub const fn new(inner: R, longest: usize) -> Self {
        Self {
            inner,
            longest,
            since_newline: 0,
        }
    }
}

impl<R: Read> Read for BoundedLines<R> {
    fn read(&mut self, block: &mut [u8]) -> Result<usize> {
        let read = self.inner.read(block)?;
        let bytes = block.get(..read).unwrap_or_default();
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.since_newline += line.len();
            if self.since_newline > self.longest {
                let message = format!("a line has more than {} bytes", self.longest);
                return Err(Error::new(ErrorKind::InvalidData, message));
            }
            if line.ends_with(b"\n") {
                self.since_newline = 0;
            }
        }
        Ok(read)
    }
}
