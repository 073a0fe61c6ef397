//! The lines of a capture or log, one at a time.

use std::io::{BufRead, BufReader, Read};

use super::error::ScoresError;
use super::input::CHUNK;
use super::records::{LONGEST, RecordsError};
use super::table::explained;

/// A reader of lines over UTF-8.
pub(super) struct Lines<'a, R> {
    name: &'a str,
    reader: BufReader<R>,
    bytes: Vec<u8>,
    line: u32,
}

impl<'a, R: Read> Lines<'a, R> {
    /// The lines of a text; `name` is what errors call it.
    pub(super) fn new(text: R, name: &'a str) -> Self {
        Self { name, reader: BufReader::with_capacity(CHUNK, text), bytes: Vec::new(), line: 0 }
    }

    /// The next line in which something stands, without white space around it, and its number from 1.
    pub(super) fn next(&mut self) -> Result<Option<(u32, &str)>, ScoresError> {
        loop {
            self.line = self.line.saturating_add(1);
            self.bytes.clear();
            let failed = |error| explained(self.name, RecordsError::Read(error, self.line));
            // One byte more than allowed is read, to notice a longer line.
            let mut bounded = self.reader.by_ref().take(LONGEST as u64 + 1);
            if bounded.read_until(b'\n', &mut self.bytes).map_err(failed)? == 0 {
                return Ok(None);
            }
            if self.bytes.len() > LONGEST {
                return Err(explained(self.name, RecordsError::TooLong(self.line)));
            }
            if !self.bytes.trim_ascii().is_empty() {
                break;
            }
        }
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => Ok(Some((self.line, text.trim()))),
            Err(_) => Err(ScoresError::Undecodable { name: self.name.to_owned(), line: self.line }),
        }
    }
}
