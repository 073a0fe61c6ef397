//! A table: a header and rows of the same width.

use std::io;

use fs_err::File;

use super::decode::Decoded;
use super::error::ScoresError;
use super::header::Header;
use super::records::{Records, RecordsError, Row};
use super::workbook::SheetRows;

/// A table that is read row by row.
pub(super) struct Table<'a> {
    /// What errors call the file.
    pub(super) name: String,
    /// Its header.
    pub(super) header: Header,
    /// What separates its fields; a comma for a workbook, which has none.
    pub(super) delimiter: u8,
    rows: Rows<'a>,
}

enum Rows<'a> {
    Text(Box<Records<Decoded<&'a mut File>>>),
    Workbook(SheetRows),
}

impl Rows<'_> {
    fn next(&mut self, name: &str) -> Result<Option<Row<'_>>, ScoresError> {
        match self {
            Self::Text(records) => records.next().map_err(|error| explained(name, error)),
            Self::Workbook(rows) => Ok(rows.next()),
        }
    }
}

impl<'a> Table<'a> {
    /// A table of separated text; reads its header.
    pub(super) fn new(name: &str, text: Decoded<&'a mut File>, delimiter: u8) -> Result<Self, ScoresError> {
        Self::of_rows(name, Rows::Text(Box::new(Records::new(text, delimiter))), delimiter)
    }

    /// The first sheet of a workbook; reads its header.
    pub(super) fn of_workbook(name: &str, file: &mut File) -> Result<Self, ScoresError> {
        Self::of_rows(name, Rows::Workbook(SheetRows::open(name, file)?), b',')
    }

    fn of_rows(name: &str, mut rows: Rows<'a>, delimiter: u8) -> Result<Self, ScoresError> {
        let header = match rows.next(name)? {
            Some(row) => Header::new(row.line, row.iter()),
            None => return Err(ScoresError::Empty { name: name.to_owned() }),
        };
        Ok(Self { name: name.to_owned(), header, delimiter, rows })
    }

    /// The next row. One of another width than the header is an error, unless only empty fields follow.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, ScoresError> {
        let expected = self.header.len();
        let Some(row) = self.rows.next(&self.name)? else { return Ok(None) };
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
