//! A reader and a writer that stop where an allowance ends.

use std::error::Error;
use std::io::{self, Read, Write};

use super::allowance::{Allowance, TooMuch};

/// A stream whose bytes are taken from an allowance. Reading or writing beyond it is an [`io::Error`] that holds
/// [`TooMuch`]; nothing is cut off silently.
#[derive(Debug)]
pub struct Limited<S> {
    stream: S,
    allowance: Allowance,
}

impl<S> Limited<S> {
    /// The stream with this allowance.
    pub fn new(stream: S, allowance: Allowance) -> Self {
        Self { stream, allowance }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        self.allowance.take(count).map_err(io::Error::other)?;
        Ok(count)
    }
}

impl<W: Write> Write for Limited<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.stream.write(bytes)?;
        self.allowance.take(count).map_err(io::Error::other)?;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl TooMuch {
    /// The limit that ended a reading, if one did.
    pub fn behind<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Self> {
        std::iter::successors(Some(error), |&cause| {
            match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
                Some(wrapped) => Some(wrapped),
                None => cause.source(),
            }
        })
        .find_map(|cause| cause.downcast_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: u64, allowance: Allowance) -> Result<u64, TooMuch> {
        let mut limited = Limited::new(io::repeat(b'x').take(bytes), allowance);
        io::copy(&mut limited, &mut io::sink())
            .map_err(|error| TooMuch::behind(&error).expect("only the limit ends it").clone())
    }

    #[test]
    fn what_is_exactly_as_large_as_allowed_is_read_and_one_byte_more_is_an_error() {
        assert_eq!(read(100, Allowance::of("a page", 100)), Ok(100));
        let error = read(101, Allowance::of("a page", 100)).expect_err("one too many");
        assert_eq!(error.to_string(), "a page is larger than 100 bytes");
        let error = read(3 << 20, Allowance::of("a page", 2 << 20)).expect_err("too many");
        assert_eq!(error.to_string(), "a page is larger than 2 MiB");
    }

    #[test]
    fn only_what_is_large_is_held_to_the_ratio() {
        let allowance = |packed| Allowance::unpacked("users.csv", packed, 200, 1 << 30);
        assert_eq!(read(64 << 20, allowance(1)), Ok(64 << 20));
        let error = read((64 << 20) + 1, allowance(1)).expect_err("unpacks too far");
        assert_eq!(error.to_string(), "users.csv unpacks to more than 200 times its size");
        assert_eq!(read(65 << 20, allowance(1 << 20)), Ok(65 << 20));
        let error = read((1 << 30) + 1, allowance(u64::MAX)).expect_err("too large");
        assert_eq!(error.to_string(), "users.csv is larger than 1 GiB");
    }

    #[test]
    fn writing_is_held_to_it_too() {
        let mut limited = Limited::new(Vec::new(), Allowance::of("a file", 3));
        limited.write_all(b"abc").expect("three fit");
        let error = limited.write_all(b"d").expect_err("a fourth");
        assert!(TooMuch::behind(&error).is_some(), "{error}");
    }
}
