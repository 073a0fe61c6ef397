//! A table: a header and rows of the same width.

use std::io;

use super::ahead::RowsAhead;
use super::error::ScoresError;
use super::gather::Gathering;
use super::header::Header;
use super::input::{Content, Opened};
use super::left_over::LeftOver;
use super::note::LeftOut;
use super::records::{Records, RecordsError, Row, delimiter_of};
use super::workbook::SheetRows;

/// A table that is read row by row.
pub(super) struct Table {
    /// What errors call the file.
    pub(super) name: String,
    /// Its header.
    pub(super) header: Header,
    /// What separates its fields; a comma for a workbook, which has none.
    pub(super) delimiter: u8,
    rows: Rows,
    left_over: LeftOver,
}

enum Rows {
    Text(RowsAhead),
    Workbook(SheetRows),
}

impl Rows {
    fn next(&mut self, name: &str) -> Result<Option<Row<'_>>, ScoresError> {
        match self {
            Self::Text(records) => records.next().map_err(|error| explained(name, error)),
            Self::Workbook(rows) => Ok(rows.next()),
        }
    }
}

impl Table {
    /// The table that an input is: separated text, or the first sheet of a workbook. Reads its header.
    pub(super) fn of(opened: &mut Opened) -> Result<Self, ScoresError> {
        let name = opened.name.to_string();
        let (delimiter, mut rows) = match opened.content.clone() {
            Content::Text { encoding, head } => {
                let delimiter = delimiter_of(&head);
                (delimiter, Rows::Text(RowsAhead::of(Records::new(opened.text(encoding)?, delimiter))))
            }
            Content::Workbook => (b',', Rows::Workbook(SheetRows::open(&name, opened.bytes()?)?)),
        };
        let header = match rows.next(&name)? {
            Some(row) => Header::new(row.line, row.iter()),
            None => return Err(ScoresError::Empty { name }),
        };
        Ok(Self { name, header, delimiter, rows, left_over: LeftOver::default() })
    }

    /// Whether this is one of several sheets of a workbook in which something stands.
    pub(super) fn has_more_sheets(&self) -> bool {
        matches!(&self.rows, Rows::Workbook(sheet) if sheet.more_sheets)
    }

    /// Says which columns a reader takes something from, before it reads the rows.
    pub(super) fn take(&mut self, columns: impl IntoIterator<Item = usize>) {
        self.left_over = LeftOver::of(&self.header, columns);
    }

    /// Names the other columns in which something stood, each with its reason, when all rows are read.
    pub(super) fn tell_left_over(&mut self, gathering: &mut Gathering<'_>, reason: impl Fn(&str) -> LeftOut) {
        std::mem::take(&mut self.left_over).tell(&self.header, gathering, reason);
    }

    /// What a workbook says of the rows of the sheet beside their cells; nothing for text.
    pub(super) fn tell_marks(&self, gathering: &mut Gathering<'_>) {
        if let Rows::Workbook(sheet) = &self.rows {
            sheet.marks.tell(gathering);
        }
    }

    /// The next row. One of another width than the header is an error, unless only empty fields follow.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, ScoresError> {
        let expected = self.header.len();
        let Some(row) = self.rows.next(&self.name)? else { return Ok(None) };
        let found = row.len();
        if found < expected || (expected..found).any(|index| !row.get(index).is_empty()) {
            return Err(ScoresError::Ragged { name: self.name.clone(), line: row.line, found, expected });
        }
        self.left_over.look_at(row);
        Ok(Some(row))
    }
}

/// Names the file and line of what went wrong.
pub(super) fn explained(name: &str, error: RecordsError) -> ScoresError {
    let name = name.to_owned();
    match error {
        RecordsError::OpenQuote(line) => ScoresError::OpenQuote { name, line },
        RecordsError::TooLong(line) => ScoresError::LongRecord { name, line },
        RecordsError::Read(error, line) if error.kind() == io::ErrorKind::InvalidData => {
            ScoresError::Undecodable { name, line }
        }
        RecordsError::Read(source, _) => ScoresError::Unreadable { name, source },
    }
}
