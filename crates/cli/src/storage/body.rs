//! What was fetched: in memory while it is small, else in a file that has no name.

use std::fs::File;
use std::io::{BufReader, Read, Seek as _, SeekFrom, Write};

use bytes::{Buf as _, Bytes};
use parquet::errors::Result as Parquet;
use parquet::file::reader::{ChunkReader, Length};

/// What is held in memory at most: a process with a read-only file system writes no more.
pub(super) const HELD_BYTES: u64 = 64 << 20;

/// The bytes of a file, to be read from any place.
#[derive(Debug)]
pub(crate) enum Body {
    /// In memory.
    Held(Bytes),
    /// In a file.
    File(File),
}

impl Body {
    /// The same from its beginning.
    pub(crate) fn again(&self) -> std::io::Result<Self> {
        Ok(match self {
            Self::Held(bytes) => Self::Held(bytes.clone()),
            Self::File(file) => {
                let mut file = file.try_clone()?;
                file.seek(SeekFrom::Start(0))?;
                Self::File(file)
            }
        })
    }
}

impl Read for Body {
    fn read(&mut self, block: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::File(file) => file.read(block),
            Self::Held(bytes) => {
                let length = block.len().min(bytes.len());
                if let (Some(to), Some(from)) = (block.get_mut(..length), bytes.get(..length)) {
                    to.copy_from_slice(from);
                }
                bytes.advance(length);
                Ok(length)
            }
        }
    }
}

impl Length for Body {
    fn len(&self) -> u64 {
        match self {
            Self::Held(bytes) => bytes.len() as u64,
            Self::File(file) => file.len(),
        }
    }
}

impl ChunkReader for Body {
    type T = Box<dyn Read>;

    fn get_read(&self, start: u64) -> Parquet<Self::T> {
        Ok(match self {
            Self::Held(bytes) => Box::new(bytes.get_read(start)?),
            Self::File(file) => Box::new(BufReader::new(file.get_read(start)?)),
        })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Parquet<Bytes> {
        match self {
            Self::Held(bytes) => bytes.get_bytes(start, length),
            Self::File(file) => file.get_bytes(start, length),
        }
    }
}

/// What is written bit by bit, and read again as a [`Body`].
#[derive(Debug)]
pub(super) enum Draft {
    Held(Vec<u8>),
    File(File),
}

impl Draft {
    pub(super) const fn new() -> Self {
        Self::Held(Vec::new())
    }

    /// What was written, from its beginning.
    pub(super) fn finish(self) -> std::io::Result<Body> {
        Ok(match self {
            Self::Held(bytes) => Body::Held(Bytes::from(bytes)),
            Self::File(mut file) => {
                file.rewind()?;
                Body::File(file)
            }
        })
    }
}

impl Write for Draft {
    fn write(&mut self, block: &[u8]) -> std::io::Result<usize> {
        if let Self::Held(bytes) = self {
            if (bytes.len() + block.len()) as u64 <= HELD_BYTES {
                bytes.extend_from_slice(block);
                return Ok(block.len());
            }
            let mut file = tempfile::tempfile()?;
            file.write_all(bytes)?;
            *self = Self::File(file);
        }
        match self {
            Self::File(file) => file.write(block),
            Self::Held(_) => Ok(0),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Held(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_large_goes_to_a_file() {
        let block = vec![7; (HELD_BYTES / 4) as usize];
        let mut draft = Draft::new();
        for count in 1..=6_u64 {
            draft.write_all(&block).unwrap();
            let is_held = matches!(draft, Draft::Held(_));
            assert_eq!(is_held, count <= 4);
        }
        draft.write_all(b"end").unwrap();
        let mut body = draft.finish().unwrap();
        assert_eq!(Length::len(&body), HELD_BYTES / 4 * 6 + 3);
        let mut all = Vec::new();
        body.read_to_end(&mut all).unwrap();
        assert_eq!(all.len() as u64, HELD_BYTES / 4 * 6 + 3);
        assert_eq!(&body.get_bytes(HELD_BYTES / 4 * 6, 3).unwrap()[..], b"end");
        let mut again = String::new();
        let mut small = Draft::new();
        small.write_all(b"small").unwrap();
        small
            .finish()
            .unwrap()
            .again()
            .unwrap()
            .read_to_string(&mut again)
            .unwrap();
        assert_eq!(again, "small");
    }
}
