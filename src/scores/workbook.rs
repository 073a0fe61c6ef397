//! Spreadsheets: the first visible sheet in which something stands, as rows of the text that a person sees.
//!
//! Only `.xlsx`: of the older formats it cannot be known which numbers are percentages.

use std::error::Error;
use std::io;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use fs_err::File;
use zip::ZipArchive;

use super::error::ScoresError;
use super::header::Header;
use super::header_row::MOST_LINES;
use super::intake::SheetChoice;
use super::other_sheets::OtherSheet;
use super::records::Row;
use super::workbook_marks::SheetMarks;
use crate::limited::{Allowance, Limited, TooMuch, check_count};

/// The most bytes that a workbook unpacks to: a sheet of a million rows has some hundred million.
const LARGEST_WORKBOOK: u64 = 1 << 30;

/// How far a workbook may unpack: real ones do so to ten or twenty times their size.
const LARGEST_RATIO: u64 = 200;

/// The most parts of a workbook: each sheet has a few.
const MOST_PARTS: u64 = 10_000;

/// The most cells of a sheet, blanks included: a million rows of fifty columns.
const MOST_CELLS: u64 = 50_000_000;

/// The rows of a sheet. A workbook is compressed and its texts stand apart: it cannot be streamed.
pub(super) struct SheetRows {
    rows: std::vec::IntoIter<SheetRow>,
    current: SheetRow,
    /// The columns of the widest row; the others are filled up with blanks.
    width: usize,
    /// The other visible sheets in which something stands.
    pub(super) others: Vec<OtherSheet>,
    /// What the cells do not show.
    pub(super) marks: SheetMarks,
    /// The line of the row before the current one.
    before: u32,
}

#[derive(Default)]
struct SheetRow {
    line: u32,
    text: String,
    ends: Vec<usize>,
}

impl SheetRow {
    fn row(&self, after_blank: bool) -> Row<'_> {
        Row::new(self.line, &self.text, &self.ends, after_blank)
    }

    fn as_header(&self) -> Header {
        Header::new(self.line, self.row(false).iter())
    }
}

impl SheetRows {
    /// Reads a workbook: the sheet that was chosen, else the first visible one in which something stands.
    pub(super) fn open(name: &str, file: &mut File, choice: Option<&SheetChoice>) -> Result<Self, ScoresError> {
        let unreadable = |source| ScoresError::Workbook { name: name.to_owned(), source };
        check_size(file).map_err(|limit| ScoresError::TooLarge { name: name.to_owned(), limit })?;
        let mut workbook = Xlsx::new(&mut *file).map_err(|error| unreadable(error.into()))?;
        let visible =
            |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
        let mut sheets: Vec<String> =
            workbook.sheets_metadata().iter().filter(visible).map(|sheet| sheet.name.clone()).collect();
        if let Some(choice) = choice {
            let Some(chosen) = choice.among(&sheets) else {
                let known = sheets.iter().map(|sheet| format!("`{sheet}`")).collect::<Vec<_>>().join(", ");
                return Err(ScoresError::NoSheet { name: name.to_owned(), sheet: choice.to_string(), known });
            };
            sheets = vec![sheets.swap_remove(chosen)];
        }
        let (mut found, mut first): (Option<Self>, Option<String>) = (None, None);
        for sheet in sheets {
            let rows = sheet_rows(&mut workbook, &sheet).map_err(|error| match TooMuch::behind(&*error) {
                Some(limit) => ScoresError::TooLarge { name: name.to_owned(), limit: limit.clone() },
                None => unreadable(error),
            })?;
            match &mut found {
                _ if rows.is_empty() => {}
                Some(found) => {
                    let first_rows = rows.iter().take(MOST_LINES).map(SheetRow::as_header).collect();
                    found.others.push(OtherSheet { name: sheet, first_rows });
                }
                None => {
                    let width = rows.iter().map(|row| row.ends.len()).max().unwrap_or_default();
                    let (rows, current) = (rows.into_iter(), SheetRow::default());
                    first = Some(sheet);
                    let marks = SheetMarks::default();
                    found = Some(Self { rows, current, width, others: Vec::new(), marks, before: 0 });
                }
            }
        }
        drop(workbook);
        let mut found = found.ok_or_else(|| ScoresError::Empty { name: name.to_owned() })?;
        found.marks = SheetMarks::of(file, first.as_deref().unwrap_or_default()).map_err(unreadable)?;
        Ok(found)
    }

    /// Goes to the next row in which something stands; false at the end.
    pub(super) fn advance(&mut self) -> bool {
        let Some(next) = self.rows.next() else { return false };
        self.before = self.current.line;
        self.current = next;
        self.current.ends.resize(self.width, self.current.text.len());
        true
    }

    /// The row that was gone to last.
    pub(super) fn current(&self) -> Row<'_> {
        self.current.row(self.current.line > self.before + 1)
    }

    /// The rows that come next, without going to them.
    pub(super) fn ahead(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.as_slice().iter().map(|row| row.row(false))
    }
}

/// Unpacks a workbook once, without keeping it, to know that it may be read whole.
fn check_size(file: &mut File) -> Result<(), TooMuch> {
    // What is no ZIP, or a broken one, the reader of workbooks explains.
    let packed = file.metadata().map_or(0, |metadata| metadata.len());
    let Ok(mut archive) = ZipArchive::new(&mut *file) else { return Ok(()) };
    check_count("the parts of the workbook", archive.len(), MOST_PARTS)?;
    let allowance = Allowance::unpacked("the workbook", packed, LARGEST_RATIO, LARGEST_WORKBOOK);
    let mut unpacked = Limited::new(io::sink(), allowance);
    for index in 0..archive.len() {
        let Ok(mut part) = archive.by_index(index) else { return Ok(()) };
        if let Err(error) = io::copy(&mut part, &mut unpacked) {
            return TooMuch::behind(&error).map_or(Ok(()), |limit| Err(limit.clone()));
        }
    }
    Ok(())
}

/// The rows of a sheet in which something stands.
fn sheet_rows(workbook: &mut Xlsx<&mut File>, sheet: &str) -> Result<Vec<SheetRow>, Box<dyn Error + Send + Sync>> {
    let mut cells = match workbook.worksheet_cells_reader(sheet) {
        Ok(cells) => cells,
        // A sheet that was never filled may lack its table.
        Err(XlsxError::XmlEof(_)) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let formats: Vec<NumberFormat> = cells.styles().iter().map(NumberFormat::of).collect();
    let mut rows: Vec<SheetRow> = Vec::new();
    let mut places = 0;
    while let Some((cell, style)) = cells.next_cell_with_style_id()? {
        let text = cell_text(cell.get_value(), formats.get(style).copied().unwrap_or_default());
        if text.trim().is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        let line = row.saturating_add(1);
        match rows.last() {
            Some(last) if last.line == line => {}
            Some(last) if last.line > line => return Err("its rows stand out of order".into()),
            _ => rows.push(SheetRow { line, ..SheetRow::default() }),
        }
        let Some(row) = rows.last_mut() else { continue };
        if row.ends.len() > column as usize {
            return Err("its cells stand out of order".into());
        }
        // A cell far to the right makes places for all that stand before it.
        places += column as usize + 1 - row.ends.len();
        check_count("the cells of a sheet", places, MOST_CELLS)?;
        row.ends.resize(column as usize, row.text.len());
        row.text.push_str(&text);
        row.ends.push(row.text.len());
    }
    Ok(rows)
}

/// How a number is shown, as far as it changes what the number means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum NumberFormat {
    #[default]
    Plain,
    /// 0.78 is 78%.
    Percent,
    /// Filled up with zeros to so many digits, as ids are.
    Digits(usize),
}

impl NumberFormat {
    fn of(style: &calamine::Style) -> Self {
        style.number_format.as_ref().map_or(Self::Plain, |format| Self::of_code(&format.format_code))
    }

    /// Reads a format code as spreadsheets write it: `0.0%`, `00000`, `"100 %"`.
    fn of_code(code: &str) -> Self {
        if code.len() > 1 && code.bytes().all(|byte| byte == b'0') {
            return Self::Digits(code.len());
        }
        let mut letters = code.chars();
        let mut quoted = false;
        while let Some(letter) = letters.next() {
            match letter {
                '"' => quoted = !quoted,
                _ if quoted => {}
                // What follows is shown as it is.
                '\\' | '_' | '*' => {
                    letters.next();
                }
                '%' => return Self::Percent,
                _ => {}
            }
        }
        Self::Plain
    }

    fn text(self, number: f64) -> String {
        match self {
            Self::Plain => number_text(number),
            Self::Percent => number_text(number * 100.0) + "%",
            Self::Digits(digits) => {
                let text = number_text(number);
                let whole = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                if whole { format!("{text:0>digits$}") } else { text }
            }
        }
    }
}

/// The shortest text of a number at the 15 digits that a spreadsheet shows; whole numbers have no fraction.
fn number_text(number: f64) -> String {
    let shown: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    shown.to_string()
}

/// What a person sees in the cell, as far as the file says it.
fn cell_text(cell: &DataRef<'_>, format: NumberFormat) -> String {
    match cell {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        #[expect(clippy::cast_precision_loss, reason = "a spreadsheet itself keeps 15 digits")]
        DataRef::Int(number) => format.text(*number as f64),
        DataRef::Float(number) => format.text(*number),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DateTime(date) => date_text(date),
        DataRef::Error(error) => error.to_string(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_what_a_person_sees() {
        for (code, number, text) in [
            ("General", 78.0, "78"),
            ("General", 0.1 + 0.2, "0.3"),
            ("0.00", 17.5, "17.5"),
            ("0%", 0.78, "78%"),
            ("0.00%", 0.07, "7%"),
            ("0.0%;-0.0%", 1.025, "102.5%"),
            ("0.0 \\%", 78.0, "78"),
            ("0.0\" %\"", 78.0, "78"),
            ("[Red]0%", 0.333_333_333_333_333_3, "33.3333333333333%"),
            ("00000", 123.0, "00123"),
            ("00000", 12.5, "12.5"),
            ("00000", -1.0, "-1"),
            ("0", 7.0, "7"),
        ] {
            assert_eq!(NumberFormat::of_code(code).text(number), text, "{code} {number}");
        }
    }

    /// A ZIP with one part of this many bytes, all alike.
    fn zipped(bytes: u64) -> File {
        let mut zip = zip::ZipWriter::new(tempfile::tempfile().expect("a file"));
        zip.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).expect("a part");
        io::copy(&mut io::Read::take(io::repeat(b' '), bytes), &mut zip).expect("written");
        File::from_parts(zip.finish().expect("a ZIP"), "scores.xlsx")
    }

    #[test]
    fn a_workbook_that_unpacks_too_far_is_refused_before_it_is_read() {
        assert_eq!(check_size(&mut zipped(1 << 20)), Ok(()));
        let Err(ScoresError::TooLarge { name, limit }) = SheetRows::open("scores.xlsx", &mut zipped(65 << 20), None)
        else {
            panic!("it was read");
        };
        assert_eq!(name, "scores.xlsx");
        assert_eq!(limit.to_string(), "the workbook unpacks to more than 200 times its size");
    }
}
