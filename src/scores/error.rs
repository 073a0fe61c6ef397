//! Why a file is rejected as a whole. A bad value never is a reason: it blocks its row at plan time.

use std::io;

use super::format::Format;
use super::other_sheets::OtherSheets;
use super::records::LONGEST;
use super::unknown_header::{MissingColumn, NearFormat, listed, names_as_ids, way_on};
use crate::limited::TooMuch;

/// Why no sheet came of the inputs. Each message says what happened, where, and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum ScoresError {
    /// The file cannot be opened or read.
    #[error("{name}: cannot be read; check the path and its permissions")]
    Unreadable {
        /// The input as the user named it.
        name: String,
        /// What the system says.
        source: io::Error,
    },
    /// The path is a directory.
    #[error("{name}: is a directory; name the files in it")]
    Directory {
        /// The input as the user named it.
        name: String,
    },
    /// Nothing in it, or nothing but white space.
    #[error("{name}: is empty; export it again from where it came")]
    Empty {
        /// The input as the user named it.
        name: String,
    },
    /// A workbook that cannot be opened, or of a format that is no table.
    #[error("{name}: the workbook cannot be read; save its first sheet as CSV and try again")]
    Workbook {
        /// The input as the user named it.
        name: String,
        /// What the reader of workbooks says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A workbook that is larger than any real one.
    #[error("{name}: {limit}; save its sheet as CSV, which may be of any size, and try again")]
    TooLarge {
        /// The input as the user named it.
        name: String,
        /// Which limit.
        limit: TooMuch,
    },
    /// Not text, and not a workbook where one may be.
    #[error("{name}: is {what}, which cannot be read; save it as CSV and try again")]
    Binary {
        /// The input as the user named it.
        name: String,
        /// What it looks like.
        what: &'static str,
    },
    /// A file that is UTF-8 but for a byte: which letter it stands for, only a person can say.
    #[error(
        "{name}:{line}: column {column} of the line is no UTF-8, although the rest of the file is; correct the letter, or \
         save the file as `CSV UTF-8`, and try again"
    )]
    BadByte {
        /// The input as the user named it.
        name: String,
        /// The line, counted from 1.
        line: u32,
        /// The letter in the line, counted from 1.
        column: u32,
    },
    /// The bytes fit none of the encodings.
    #[error(
        "{name}:{line}: the bytes are neither UTF-8 nor UTF-16 nor Windows-1252; save the file as `CSV UTF-8` and try again"
    )]
    Undecodable {
        /// The input as the user named it.
        name: String,
        /// The first line that does not fit, counted from 1.
        line: u32,
    },
    /// A row with more or fewer fields than the header.
    #[error(
        "{name}:{line}: has {found} fields where the header has {expected}; look for an unquoted separator or a cut-off line"
    )]
    Ragged {
        /// The input as the user named it.
        name: String,
        /// The line the row starts on.
        line: u32,
        /// Its number of fields.
        found: usize,
        /// The header's number of fields.
        expected: usize,
    },
    /// A quote that is never closed swallows the rest of the file.
    #[error("{name}:{line}: a quoted field of this row is never closed; add or remove a `\"`")]
    OpenQuote {
        /// The input as the user named it.
        name: String,
        /// The line the row starts on.
        line: u32,
    },
    /// A row or line that no export has.
    #[error(
        "{name}:{line}: is longer than {} MB; look for a `\"` that is never closed, or for a file that is no table",
        LONGEST / 1_048_576
    )]
    LongRecord {
        /// The input as the user named it.
        name: String,
        /// The line it starts on.
        line: u32,
    },
    /// A header names a column twice that may stand only once.
    #[error("{name}:{line}: the column `{column}` stands twice; rename or remove one of them")]
    DuplicateColumn {
        /// The input as the user named it.
        name: String,
        /// The header's line.
        line: u32,
        /// The column.
        column: String,
    },
    /// The format is known, but columns are missing.
    #[error(
        "{name}:{line}: {format} needs the column {}; the header is `{}`; add or rename the column, or give another --from{}",
        listed(missing),
        header.join(","),
        sheets
    )]
    MissingColumns {
        /// The input as the user named it.
        name: String,
        /// The header's line.
        line: u32,
        /// The format that was read.
        format: Format,
        /// What is missing.
        missing: Vec<MissingColumn>,
        /// The header found.
        header: Vec<String>,
        /// The other sheets of the workbook.
        sheets: Box<OtherSheets>,
    },
    /// A table of decisions lacks columns it must have.
    #[error("{name}:{line}: lacks the column {}; the header is `{}`", listed(missing), header.join(","))]
    NotThisTable {
        /// The input as the user named it.
        name: String,
        /// The header's line.
        line: u32,
        /// What is missing.
        missing: Vec<MissingColumn>,
        /// The header found.
        header: Vec<String>,
    },
    /// No format fits.
    #[error("{name}:{line}: no known format has the header `{}`{}", header.join(","), way_on(*lacks_course, near, sheets))]
    UnknownLayout {
        /// The input as the user named it.
        name: String,
        /// The header's line.
        line: u32,
        /// The header found.
        header: Vec<String>,
        /// Whether it is a table of people and scores once a course is named.
        lacks_course: bool,
        /// The formats that are nearest, nearest first.
        near: Vec<NearFormat>,
        /// The other sheets of the workbook.
        sheets: Box<OtherSheets>,
    },
    /// A line of a capture or log that should hold a record and cannot be understood.
    #[error("{name}:{line}: {problem}; repair or delete the line")]
    BadRecord {
        /// The input as the user named it.
        name: String,
        /// The line.
        line: u32,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A column of the courses file that nothing knows.
    #[error("{name}:{line}: the column `{column}` is unknown; the columns of a courses file are {known}")]
    UnknownRule {
        /// The input as the user named it.
        name: String,
        /// The header's line.
        line: u32,
        /// The column.
        column: String,
        /// The columns there are.
        known: String,
    },
    /// A cell of the courses file that says nothing the tool understands.
    #[error("{name}:{line}: `{column}` is `{text}`; it must be {expected}")]
    BadRule {
        /// The input as the user named it.
        name: String,
        /// The line.
        line: u32,
        /// The column.
        column: &'static str,
        /// What it says.
        text: String,
        /// What it could say.
        expected: &'static str,
    },
    /// The layout file is not TOML, or has unknown keys.
    #[error("{name}: is not a layout; see --suggest-layout for one to edit")]
    LayoutSyntax {
        /// The input as the user named it.
        name: String,
        /// What the parser says, with line and column.
        source: Box<toml::de::Error>,
    },
    /// The layout file says too little or contradicts itself.
    #[error("{name}: {problem}; see --suggest-layout for one to edit")]
    LayoutSense {
        /// The input as the user named it.
        name: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// `--from map` without a layout.
    #[error("{name}: the format `map` needs a layout; add --layout FILE (--suggest-layout writes one)")]
    NoLayout {
        /// The input as the user named it.
        name: String,
    },
    /// Several formats fit.
    #[error("{name}: could be {formats}; say which with --from")]
    Ambiguous {
        /// The input as the user named it.
        name: String,
        /// Their names.
        formats: String,
    },
    /// The file's name does not fit `--course-from-name`.
    #[error(
        "{name}: the file's name does not fit the pattern of --course-from-name; change the pattern or give --course"
    )]
    NameWithoutCourse {
        /// The input as the user named it.
        name: String,
    },
    /// The file's name does not fit `--assignment-from-name`.
    #[error(
        "{name}: the file's name does not fit the pattern of --assignment-from-name; change the pattern or give \
         --assignment-title"
    )]
    NameWithoutTitle {
        /// The input as the user named it.
        name: String,
    },
    /// A title was given for the file's column, and several could be meant.
    #[error(
        "{name}:{line}: --assignment-title names one column, and any of `{columns}` could be meant; describe the file \
         with --layout (--suggest-layout writes one)"
    )]
    SeveralUntitled {
        /// The input as the user named it.
        name: String,
        /// The header's line.
        line: u32,
        /// The columns, between back ticks.
        columns: String,
    },
    /// Another table begins below the first one.
    #[error(
        "{name}:{line}: looks like the header of another table, which may be of another assignment; save each table in a \
         file of its own"
    )]
    SecondHeader {
        /// The input as the user named it.
        name: String,
        /// The line of the second header.
        line: u32,
    },
    /// A column says which assignment each row is of, and nothing says that it is to be read.
    #[error(
        "{name}:{line}: `{column}` names another assignment than the rows above; a layout reads a table with a row for \
         each student and assignment: `[long]` with `title = [\"{column}\"]` (--suggest-layout writes one)"
    )]
    RowsNameAssignments {
        /// The input as the user named it.
        name: String,
        /// The first line of another assignment.
        line: u32,
        /// The column that names it.
        column: String,
    },
    /// A row is of another course than the one that was said.
    #[error(
        "{name}:{line}: `{column}` says `{course}`, and --course another course; leave --course out to take each row's \
         course from that column, or leave the rows of other courses out"
    )]
    OtherCourse {
        /// The input as the user named it.
        name: String,
        /// The line.
        line: u32,
        /// The column that says the course.
        column: String,
        /// The course it says.
        course: String,
    },
    /// A gradebook in another language: its only column that is known to hold ids holds Canvas's own or others.
    #[error(
        "{name}:{line}: `{column}` looks like ids of SIS or logins in a language that is not read, and `{taken}` does not \
         say what kind of ids it holds; name the column `SIS User ID` or `SIS Login ID`, or describe the file with --layout"
    )]
    UnreadIds {
        /// The input as the user named it.
        name: String,
        /// The header's line.
        line: u32,
        /// The column that is not read.
        column: String,
        /// The column that would be.
        taken: String,
    },
    /// One row per group and no id of a student.
    #[error(
        "{name}:{line}: has one row per group (`{column}`) and no column of students' ids; rows of groups cannot be \
         read: write a row for each student of the group"
    )]
    GroupRows {
        /// The input as the user named it.
        name: String,
        /// The header's line.
        line: u32,
        /// The column that names the group.
        column: String,
    },
    /// Names of students, and no id by the names of the columns.
    #[error("{name}:{line}: no known format has the header `{}`: {}", header.join(","), names_as_ids(name, *whole))]
    NamesWithoutIds {
        /// The input as the user named it.
        name: String,
        /// The header's line.
        line: u32,
        /// The header found.
        header: Vec<String>,
        /// Whether a column holds whole names, so that a layout can take them for ids.
        whole: bool,
    },
    /// `--header-row` names a line in which nothing stands.
    #[error("{name}: nothing stands in line {line}, where --header-row or the layout says that the header is")]
    NoHeaderRow {
        /// The input as the user named it.
        name: String,
        /// The line.
        line: u32,
    },
    /// `--sheet` names a sheet that the workbook lacks.
    #[error("{name}: has no sheet `{sheet}`; its sheets are {known}")]
    NoSheet {
        /// The input as the user named it.
        name: String,
        /// The sheet asked for.
        sheet: String,
        /// The sheets there are.
        known: String,
    },
    /// `--sheet` for a file that has none.
    #[error("{name}: is no workbook, and has no sheets; leave --sheet out")]
    NotAWorkbook {
        /// The input as the user named it.
        name: String,
    },
    /// The format does not say which course its scores are of.
    #[error("{name}: {format} names no course; add --course or --course-from-name")]
    NoCourse {
        /// The input as the user named it.
        name: String,
        /// The format that was read.
        format: Format,
    },
    /// More lines, columns or files than a sheet can number.
    #[error("{name}: has more than {} lines or columns; split it", u32::MAX)]
    TooLong {
        /// The input as the user named it.
        name: String,
    },
    /// The canonical CSV cannot be written.
    #[error("the scores cannot be written; check the directory, its permissions and the free space")]
    Unwritable(#[source] io::Error),
}

impl ScoresError {
    /// The same, where the header may stand in another sheet of the workbook.
    pub(super) fn beside(mut self, others: impl FnOnce() -> OtherSheets) -> Self {
        if let Self::UnknownLayout { sheets, .. } | Self::MissingColumns { sheets, .. } = &mut self {
            **sheets = others();
        }
        self
    }
}
