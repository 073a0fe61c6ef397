//! A table: a header and rows of the same width.

use std::io;

use fs_err::File;

use super::decode::Decoded;
use super::error::ScoresError;
use super::header::Header;
use super::records::{Records, RecordsError, Row};

/// A table that is read row by row.
pub(super) struct Table<'a> {
    /// What errors call the file.
    pub(super) name: String,
    /// Its header.
    pub(super) header: Header,
    records: Records<Decoded<&'a mut File>>,
}

impl<'a> Table<'a> {
    /// Reads the header.
    pub(super) fn new(name: &str, text: Decoded<&'a mut File>, delimiter: u8) -> Result<Self, ScoresError> {
        let mut records = Records::new(text, delimiter);
        let header = match records.next() {
            Ok(Some(row)) => Header::new(row.line, row.iter()),
            Ok(None) => return Err(ScoresError::Empty { name: name.to_owned() }),
            Err(error) => return Err(explained(name, error)),
        };
        Ok(Self { name: name.to_owned(), header, records })
    }

    /// The next row. One of another width than the header is an error, unless only empty fields follow.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, ScoresError> {
        let expected = self.header.len();
        let Some(row) = self.records.next().map_err(|error| explained(&self.name, error))? else { return Ok(None) };
        let found = row.len();
        if found < expected || (expected..found).any(|index| !row.get(index).is_empty()) {
            return Err(ScoresError::Ragged { name: self.name.clone(), line: row.line, found, expected });
        }
        Ok(Some(row))
    }
}

/// Names the file and line of what went wrong.
pub(super) fn explained(name: &str, error: RecordsError) -> ScoresError {
    let name = name.to_owned();
    match error {
        RecordsError::OpenQuote(line) => ScoresError::OpenQuote { name, line },
        RecordsError::Read(error, line) if error.kind() == io::ErrorKind::InvalidData => {
            ScoresError::Undecodable { name, line }
        }
        RecordsError::Read(source, _) => ScoresError::Unreadable { name, source },
    }
}
