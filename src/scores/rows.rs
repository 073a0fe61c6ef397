//! Tables of decisions that a person edits in a spreadsheet: text in, text out, columns by name.

use std::io::{BufWriter, Write};

use super::error::ScoresError;
use super::guard::{Outer, guarded, unguarded};
use super::input::{Input, Opened};
use super::table::Table;

/// One row of such a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedRow {
    /// Its line, counted from 1, the header included.
    pub line: u32,
    /// Its fields in the order of the columns asked for; empty where the file lacks the column.
    pub fields: Vec<String>,
}

/// Reads the columns of these names, whatever else the file has; the `required` ones must be there.
pub fn read_rows(input: Input, columns: &[&str], required: &[&str]) -> Result<Vec<EditedRow>, ScoresError> {
    let mut opened = Opened::open(input)?;
    let mut table = Table::of(&mut opened)?;
    let needed: Vec<[&str; 1]> = required.iter().map(|column| [*column]).collect();
    let missing = table.header.missing(&needed.iter().map(<[&str; 1]>::as_slice).collect::<Vec<_>>());
    if !missing.is_empty() {
        let (line, header) = (table.header.line, table.header.names.clone());
        return Err(ScoresError::NotThisTable { name: table.name, line, missing, header });
    }
    let places: Vec<_> = columns.iter().map(|column| table.header.find(column)).collect();
    let mut rows = Vec::new();
    while let Some(row) = table.next()? {
        let fields = places.iter().map(|place| unguarded(row.field(*place), Outer::Trimmed).to_owned()).collect();
        rows.push(EditedRow { line: row.line, fields });
    }
    Ok(rows)
}

/// Writes such a table: UTF-8, LF, quotes where they are needed, nothing that a spreadsheet would execute.
pub fn write_rows(
    out: impl Write,
    columns: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> Result<(), ScoresError> {
    let mut out = BufWriter::new(out);
    let header = columns.iter().map(ToString::to_string).collect();
    for row in std::iter::once(header).chain(rows) {
        let cells: Vec<String> = row.iter().map(|field| quoted(&guarded(field, Outer::Trimmed))).collect();
        writeln!(out, "{}", cells.join(",")).map_err(ScoresError::Unwritable)?;
    }
    out.flush().map_err(ScoresError::Unwritable)
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(text: &str) -> Input {
        Input::Reader { name: "rows.csv".to_owned(), reader: Box::new(std::io::Cursor::new(text.to_owned())) }
    }

    #[test]
    fn what_is_written_reads_the_same() {
        let fields = ["00042", "=1+1", " outer ", "a,b \"c\"\nd", "'=x", ""].map(str::to_owned).to_vec();
        let mut text = Vec::new();
        let columns = ["a", "b", "c", "d", "e", "f"];
        write_rows(&mut text, &columns, [fields.clone()]).expect("memory takes all");
        let text = String::from_utf8(text).expect("UTF-8");
        let rows = read_rows(input(&text), &columns, &columns).expect(&text);
        assert_eq!(rows, [EditedRow { line: 2, fields }]);
    }

    #[test]
    fn columns_are_found_by_name_and_required_ones_demanded() {
        let rows = read_rows(input("x;From;Kind\n1;00697;user\n"), &["kind", "from", "note"], &["kind", "from"])
            .expect("all there");
        assert_eq!(rows[0].fields, ["user", "00697", ""]);
        let error = read_rows(input("kind;form\nuser;1\n"), &["kind", "from"], &["kind", "from"])
            .expect_err("`from` is missing");
        assert_eq!(
            error.to_string(),
            "rows.csv:1: lacks the column `from` (did you mean `form`?); the header is `kind,form`"
        );
    }
}
