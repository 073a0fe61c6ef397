//! Spreadsheets: the first sheet in which something stands, as rows of text.

use std::io::{Cursor, Read};
use std::sync::Arc;

use calamine::{Data, ExcelDateTime, Reader, open_workbook_auto_from_rs};

use super::error::ScoresError;
use super::records::Row;

/// The rows of a sheet. A workbook is compressed: it cannot be streamed.
pub(super) struct SheetRows {
    rows: std::vec::IntoIter<SheetRow>,
    current: SheetRow,
}

#[derive(Default)]
struct SheetRow {
    line: u32,
    text: String,
    ends: Vec<usize>,
}

impl SheetRows {
    /// Reads a workbook.
    pub(super) fn open(name: &str, mut file: impl Read) -> Result<Self, ScoresError> {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|source| ScoresError::Unreadable { name: name.to_owned(), source })?;
        let unreadable =
            |source: calamine::Error| ScoresError::Workbook { name: name.to_owned(), source: Box::new(source) };
        let mut workbook = open_workbook_auto_from_rs(Cursor::new(Arc::<[u8]>::from(bytes))).map_err(unreadable)?;
        for sheet in workbook.sheet_names() {
            let range = workbook.worksheet_range(&sheet).map_err(unreadable)?;
            let first = range.start().map_or(0, |(row, _)| row);
            let lines = (first.saturating_add(1)..).zip(range.rows());
            let rows: Vec<SheetRow> = lines.filter_map(|(line, cells)| sheet_row(line, cells)).collect();
            if !rows.is_empty() {
                return Ok(Self { rows: rows.into_iter(), current: SheetRow::default() });
            }
        }
        Err(ScoresError::Empty { name: name.to_owned() })
    }

    /// The next row in which something stands.
    pub(super) fn next(&mut self) -> Option<Row<'_>> {
        self.current = self.rows.next()?;
        Some(Row::new(self.current.line, &self.current.text, &self.current.ends))
    }
}

fn sheet_row(line: u32, cells: &[Data]) -> Option<SheetRow> {
    let mut row = SheetRow { line, ..SheetRow::default() };
    for cell in cells {
        row.text.push_str(&cell_text(cell));
        row.ends.push(row.text.len());
    }
    (!row.text.trim_ascii().is_empty()).then_some(row)
}

/// What a person sees in the cell, as far as the file says it.
fn cell_text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        // The shortest text that is this number; whole numbers have no fraction.
        Data::Float(number) => number.to_string(),
        Data::Bool(flag) => flag.to_string(),
        Data::DateTime(date) => date_text(date),
        Data::Error(error) => error.to_string(),
    }
}

fn date_text(date: &ExcelDateTime) -> String {
    // A time of day without a date, as `mm:ss` typed into a cell becomes, is a duration here.
    if date.is_duration() || date.as_f64() < 1.0 {
        let seconds = (date.as_f64() * 86_400.0).round();
        let (hours, rest) = ((seconds / 3600.0).floor(), seconds % 3600.0);
        return format!("{hours}:{:02}:{:02}", (rest / 60.0).floor(), rest % 60.0);
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}
