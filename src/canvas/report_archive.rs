//! The file of a report: one CSV, or a ZIP of several, read by column name (`canvas-contract §F`).

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, Read, Seek};

use super::error::CanvasError;

/// The most bytes of one table that are read: about ten times the largest university's.
const LARGEST_TABLE: u64 = 4 << 30;

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
            Content::Zip(Box::new(zip::ZipArchive::new(BufReader::new(file)).map_err(broken)?))
        } else {
            Content::Single(file)
        };
        Ok(Self { content })
    }

    /// Opens one table, such as `users`; `None` if the report has none. The file of a report of a single table is that
    /// table, whatever its name.
    pub fn table(&mut self, name: &str) -> Result<Option<Table<'_>>, CanvasError> {
        let entry: Box<dyn Read + '_> = match &mut self.content {
            Content::Single(file) => {
                file.rewind().map_err(broken)?;
                Box::new(file)
            }
            Content::Zip(archive) => {
                let Some(index) = archive.index_for_name(&format!("{name}.csv")) else { return Ok(None) };
                Box::new(archive.by_index(index).map_err(broken)?)
            }
        };
        Table::new(entry).map(Some)
    }
}

/// One table of a report.
pub struct Table<'a> {
    rows: csv::Reader<Box<dyn Read + 'a>>,
    columns: csv::ByteRecord,
}

impl<'a> Table<'a> {
    fn new(entry: Box<dyn Read + 'a>) -> Result<Self, CanvasError> {
        let entry: Box<dyn Read + 'a> = Box::new(BufReader::new(entry.take(LARGEST_TABLE)));
        let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(entry);
        let columns = rows.byte_headers().map_err(broken)?.clone();
        Ok(Self { rows, columns })
    }

    /// Where a column is; Canvas adds columns now and then, so read by name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.trim_ascii() == name.as_bytes())
    }

    /// Reads the next row into `record`; `false` after the last.
    pub fn read(&mut self, record: &mut Record) -> Result<bool, CanvasError> {
        self.rows.read_byte_record(&mut record.0).map_err(broken)
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
    CanvasError::Archive(error.into())
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
}
