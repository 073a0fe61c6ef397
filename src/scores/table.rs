//! A table: a header and rows of the same width.

use std::io::{self, Read};

use super::ahead::RowsAhead;
use super::column_words::{Meaning, meaning};
use super::error::ScoresError;
use super::gather::Gathering;
use super::header::Header;
use super::header_row::{HeaderRow, LineAbove, find_in_sheet, find_in_text, lines_above};
use super::input::{Content, Opened};
use super::intake::SheetChoice;
use super::left_over::LeftOver;
use super::note::LeftOut;
use super::other_sheets::OtherSheet;
use super::records::{Records, RecordsError, Row};
use super::workbook::SheetRows;

/// A table that is read row by row.
pub(super) struct Table {
    /// What errors call the file.
    pub(super) name: String,
    /// Its header.
    pub(super) header: Header,
    /// What separates its fields; a comma for a workbook, which has none.
    pub(super) delimiter: u8,
    /// The lines above the header in which something stands.
    pub(super) above: Vec<LineAbove>,
    /// The lines below the table, once it was read to its end.
    pub(super) below: Vec<u32>,
    /// Whether the first blank line ends it.
    pub(super) ends_at_blank_line: bool,
    rows: Rows,
    left_over: LeftOver,
    /// The columns of ids, if a row that has their names there is the header of another table.
    named_ids: Vec<usize>,
}

enum Rows {
    Text(RowsAhead),
    Workbook(SheetRows),
}

impl Rows {
    fn advance(&mut self, name: &str) -> Result<bool, ScoresError> {
        match self {
            Self::Text(records) => records.advance().map_err(|error| explained(name, error)),
            Self::Workbook(rows) => Ok(rows.advance()),
        }
    }

    fn current(&self) -> Row<'_> {
        match self {
            Self::Text(records) => records.current(),
            Self::Workbook(rows) => rows.current(),
        }
    }
}

impl Table {
    /// The table that an input is, with the header in its first line: separated text, or the first sheet of a workbook.
    pub(super) fn of(opened: &mut Opened) -> Result<Self, ScoresError> {
        Self::open(opened, None, HeaderRow::First)
    }

    /// The table that an input is: separated text, or a sheet of a workbook. Reads its header.
    pub(super) fn open(
        opened: &mut Opened,
        sheet: Option<&SheetChoice>,
        row: HeaderRow<'_>,
    ) -> Result<Self, ScoresError> {
        let name = opened.name.to_string();
        let nothing_there = || match row {
            HeaderRow::Line(line) => ScoresError::NoHeaderRow { name: name.clone(), line },
            HeaderRow::First | HeaderRow::Known(_) => ScoresError::Empty { name: name.clone() },
        };
        let (delimiter, above, mut rows) = match opened.content.clone() {
            Content::Text { .. } if sheet.is_some() => return Err(ScoresError::NotAWorkbook { name }),
            Content::Text { encoding, head } => {
                let start = find_in_text(&head, row).ok_or_else(nothing_there)?;
                let mut text = opened.text(encoding)?;
                io::copy(&mut text.by_ref().take(start.offset as u64), &mut io::sink())
                    .map_err(|error| explained(&name, RecordsError::Read(error, 1)))?;
                let records = Records::new(text, start.delimiter).beginning_at(start.line);
                (start.delimiter, lines_above(&head, start), Rows::Text(RowsAhead::of(records)))
            }
            Content::Workbook => {
                let mut rows = SheetRows::open(&name, opened.bytes()?, sheet)?;
                let line = find_in_sheet(&rows, row).ok_or_else(nothing_there)?;
                let mut above = Vec::new();
                while rows.ahead().next().is_some_and(|row| row.line < line) && rows.advance() {
                    let row = rows.current();
                    above.push(LineAbove { line: row.line, cells: row.iter().map(str::to_owned).collect() });
                }
                (b',', above, Rows::Workbook(rows))
            }
        };
        if !rows.advance(&name)? {
            return Err(nothing_there());
        }
        let header = rows.current();
        let header = Header::new(header.line, header.iter());
        let (below, left_over, named_ids) = (Vec::new(), LeftOver::default(), Vec::new());
        Ok(Self { name, header, delimiter, above, below, ends_at_blank_line: false, rows, left_over, named_ids })
    }

    /// The other sheets of the workbook in which something stands; none where a sheet was named, and of text.
    pub(super) fn other_sheets(&self) -> &[OtherSheet] {
        match &self.rows {
            Rows::Text(_) => &[],
            Rows::Workbook(sheet) => &sheet.others,
        }
    }

    /// A row that has the names of the columns of ids in the place of ids is an error: below it stands another table.
    pub(super) fn refuse_second_header(&mut self) {
        let names = self.header.names.iter().enumerate();
        let is_id = |name: &str| matches!(meaning(name), Some(Meaning::Id(_) | Meaning::SomeId | Meaning::Email));
        self.named_ids = names.filter(|(_, name)| is_id(name)).map(|(place, _)| place).collect();
    }

    /// Says which columns a reader takes something from, before it reads the rows.
    pub(super) fn take(&mut self, columns: impl IntoIterator<Item = usize>) {
        self.left_over = LeftOver::of(&self.header, columns);
    }

    /// Says that the reader takes something from these columns too, after rows that it kept.
    pub(super) fn take_also(&mut self, columns: impl IntoIterator<Item = usize>) {
        self.left_over.leave(columns);
    }

    /// Names the other columns in which something stood, each with its reason, when all rows are read.
    pub(super) fn tell_left_over(&mut self, gathering: &mut Gathering<'_>, reason: impl Fn(usize) -> LeftOut) {
        std::mem::take(&mut self.left_over).tell(&self.header, gathering, reason);
    }

    /// What a workbook says of the rows of the sheet beside their cells; nothing for text.
    pub(super) fn tell_marks(&self, gathering: &mut Gathering<'_>) {
        if let Rows::Workbook(sheet) = &self.rows {
            sheet.marks.tell(gathering);
        }
    }

    /// The next row; `None` at the end of the table, which may be before the end of the file. A row of another width than
    /// the header is an error, unless only empty fields follow, or it is below the table.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, ScoresError> {
        if !self.below.is_empty() || !self.rows.advance(&self.name)? {
            return Ok(None);
        }
        let row = self.rows.current();
        let fits = self.fits(row);
        if row.after_blank && (self.ends_at_blank_line || !fits) {
            self.pass_below()?;
            return Ok(None);
        }
        if !fits {
            return Err(self.ragged(row));
        }
        let row = self.rows.current();
        let is_name = |place: &usize| row.get(*place).trim().eq_ignore_ascii_case(&self.header.names[*place]);
        if self.named_ids.iter().any(is_name) {
            return Err(ScoresError::SecondHeader { name: self.name.clone(), line: row.line });
        }
        self.left_over.look_at(row);
        Ok(Some(row))
    }

    fn fits(&self, row: Row<'_>) -> bool {
        let (found, expected) = (row.len(), self.header.len());
        found >= expected && (expected..found).all(|index| row.get(index).is_empty())
    }

    /// Passes over what stands below a blank line. Without being told that the table ends there, nothing below may look
    /// like a row of it.
    fn pass_below(&mut self) -> Result<(), ScoresError> {
        let first = self.ragged(self.rows.current());
        loop {
            let row = self.rows.current();
            if !self.ends_at_blank_line && self.fits(row) {
                return Err(first);
            }
            self.below.push(row.line);
            if !self.rows.advance(&self.name)? {
                return Ok(());
            }
        }
    }

    fn ragged(&self, row: Row<'_>) -> ScoresError {
        let (found, expected) = (row.len(), self.header.len());
        ScoresError::Ragged { name: self.name.clone(), line: row.line, found, expected }
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
