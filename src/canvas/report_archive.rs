//! The file of a report: one CSV, or a ZIP of several, read by column name (`canvas-contract §F`).

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, Read, Seek};

use super::error::CanvasError;
use crate::limited::{Allowance, Limited, check_count};

/// The most bytes of one table that are read: some ten times the enrollments of three million people.
const LARGEST_TABLE: u64 = 32 << 30;

/// How far a table may unpack: real ones do so to ten times their size.
const LARGEST_RATIO: u64 = 200;

/// The most tables of a report: Canvas knows some twenty.
const MOST_TABLES: u64 = 1_000;

/// A downloaded report.
#[derive(Debug)]
pub struct ReportArchive {
    content: Content,
}

#[derive(Debug)]
enum Content {
    Zip(Box<zip::ZipArchive<BufReader<File>>>),
    Single(File),
}

impl ReportArchive {
    /// Opens a downloaded file; what it is, its first bytes tell.
    pub(super) fn open(mut file: File) -> Result<Self, CanvasError> {
        let mut magic = [0; 4];
        let length = file.read(&mut magic).map_err(broken)?;
        file.rewind().map_err(broken)?;
        let content = if magic.get(..length) == Some(b"PK\x03\x04") || magic.get(..length) == Some(b"PK\x05\x06") {
            let archive = zip::ZipArchive::new(BufReader::new(file)).map_err(broken)?;
            check_count("the tables of the report", archive.len(), MOST_TABLES).map_err(broken)?;
            Content::Zip(Box::new(archive))
        } else {
            Content::Single(file)
        };
        Ok(Self { content })
    }

    /// Opens one table, such as `users`; `None` if the report has none. The file of a report of a single table is that
    /// table, whatever its name.
    pub fn table(&mut self, name: &str) -> Result<Option<Table<'_>>, CanvasError> {
        let what = format!("{name}.csv");
        let (entry, allowance): (Box<dyn Read + '_>, Allowance) = match &mut self.content {
            Content::Single(file) => {
                file.rewind().map_err(broken)?;
                (Box::new(file), Allowance::of(&what, LARGEST_TABLE))
            }
            Content::Zip(archive) => {
                let Some(index) = archive.index_for_name(&what) else { return Ok(None) };
                let entry = archive.by_index(index).map_err(broken)?;
                let allowance = Allowance::unpacked(&what, entry.compressed_size(), LARGEST_RATIO, LARGEST_TABLE);
                (Box::new(entry), allowance)
            }
        };
        Table::new(Limited::new(entry, allowance)).map(Some)
    }
}

/// One table of a report.
pub struct Table<'a> {
    rows: csv::Reader<Limited<Box<dyn Read + 'a>>>,
    columns: csv::ByteRecord,
}

impl<'a> Table<'a> {
    fn new(entry: Limited<Box<dyn Read + 'a>>) -> Result<Self, CanvasError> {
        let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(entry);
        let columns = rows.byte_headers().map_err(unreadable)?.clone();
        Ok(Self { rows, columns })
    }

    /// Where a column is; Canvas adds columns now and then, so read by name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.trim_ascii() == name.as_bytes())
    }

    /// Reads the next row into `record`; `false` after the last.
    pub fn read(&mut self, record: &mut Record) -> Result<bool, CanvasError> {
        self.rows.read_byte_record(&mut record.0).map_err(unreadable)
    }
}

impl std::fmt::Debug for Table<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Table").field("columns", &self.columns).finish_non_exhaustive()
    }
}

/// A row, reused from row to row.
#[derive(Default)]
pub struct Record(csv::ByteRecord);

impl Record {
    /// The text of a column; empty where the row is shorter, or where it is no UTF-8.
    pub fn get(&self, column: usize) -> &str {
        self.0.get(column).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl std::fmt::Debug for Record {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Record of {} columns", self.0.len())
    }
}

fn broken(error: impl Into<Box<dyn Error + Send + Sync>>) -> CanvasError {
    CanvasError::archive(error)
}

/// What ended the reading of a table. The CSV library names no cause of its errors: the limit is taken out of it.
fn unreadable(error: csv::Error) -> CanvasError {
    if !error.is_io_error() {
        return broken(error);
    }
    match error.into_kind() {
        csv::ErrorKind::Io(error) => broken(error),
        _ => broken("the table is no CSV"),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};

    use super::*;

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("written");
        file.rewind().expect("rewound");
        file
    }

    fn zipped(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, text) in entries {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an entry");
            zip.write_all(text.as_bytes()).expect("written");
        }
        zip.finish().expect("a ZIP").into_inner()
    }

    fn rows(archive: &mut ReportArchive, table: &str, column: &str) -> Vec<String> {
        let mut table = archive.table(table).expect("readable").expect("a table");
        let column = table.column(column).expect("a column");
        let (mut record, mut rows) = (Record::default(), Vec::new());
        while table.read(&mut record).expect("a row") {
            rows.push(record.get(column).to_owned());
        }
        rows
    }

    #[test]
    fn tables_are_read_by_name_from_zip_and_from_plain_csv() {
        let users = "canvas_user_id,new_column,user_id\n7001,x,\"S-0042\"\n7002,y\n";
        let mut archive =
            ReportArchive::open(file(&zipped(&[("courses.csv", "a\n"), ("users.csv", users)]))).expect("opens");
        assert_eq!(rows(&mut archive, "users", "user_id"), ["S-0042", ""]);
        assert!(archive.table("sections").expect("readable").is_none());
        let mut single = ReportArchive::open(file(users.as_bytes())).expect("opens");
        assert_eq!(rows(&mut single, "users", "canvas_user_id"), ["7001", "7002"]);
        assert_eq!(rows(&mut single, "users", "canvas_user_id"), ["7001", "7002"]);
    }

    #[test]
    fn a_cut_archive_is_an_error() {
        let whole = zipped(&[("users.csv", "a\nb\n")]);
        for length in 4..whole.len() {
            let opened = ReportArchive::open(file(&whole[..length]));
            assert!(opened.is_err(), "{length} of {} bytes", whole.len());
        }
    }

    /// A ZIP with one table of this many bytes, all alike.
    fn bomb(bytes: u64) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        zip.start_file("users.csv", zip::write::SimpleFileOptions::default()).expect("an entry");
        zip.write_all(b"user_id\n").expect("written");
        io::copy(&mut io::repeat(b'\n').take(bytes), &mut zip).expect("written");
        zip.finish().expect("a ZIP").into_inner()
    }

    #[test]
    fn a_table_that_unpacks_too_far_is_an_error_and_never_a_shorter_table() {
        let mut archive = ReportArchive::open(file(&bomb(65 << 20))).expect("opens");
        let mut table = archive.table("users").expect("begins well").expect("a table");
        let mut record = Record::default();
        let error = loop {
            match table.read(&mut record) {
                Ok(true) => {}
                Ok(false) => panic!("a table that was cut off"),
                Err(error) => break error,
            }
        };
        let CanvasError::ReportTooLarge(limit) = error else { panic!("{error:?}") };
        assert_eq!(limit.to_string(), "users.csv unpacks to more than 200 times its size");
    }

    #[test]
    fn a_report_of_endless_tables_is_not_opened() {
        let names: Vec<String> = (0..=MOST_TABLES).map(|number| format!("{number}.csv")).collect();
        let entries: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
        let error = ReportArchive::open(file(&zipped(&entries))).expect_err("too many");
        assert!(matches!(error, CanvasError::ReportTooLarge(_)), "{error:?}");
    }
}
