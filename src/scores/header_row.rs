//! Finding the header of a table: some programs write a title, a date or a whole summary above it.

use super::header::Header;
use super::records::{Records, SEPARATORS, delimiter_of};
use super::workbook::SheetRows;

/// So many lines are looked at.
pub(super) const MOST_LINES: usize = 100;

/// Where the header of a table stands.
#[derive(Clone, Copy)]
pub(super) enum HeaderRow<'a> {
    /// In the first line in which something stands.
    First,
    /// In this line, counted from 1.
    Line(u32),
    /// In the first line that the first of these knows, else in the first that the next one knows, and so on; else in the
    /// first line in which something stands.
    Known(&'a [&'a dyn Fn(&Header) -> bool]),
}

/// Where the table of a text begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start {
    /// The bytes of the text before it.
    pub(super) offset: usize,
    /// The line of the header, or of blank lines above it.
    pub(super) line: u32,
    /// What separates its fields.
    pub(super) delimiter: u8,
}

/// A line above the header in which something stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LineAbove {
    /// Counted from 1.
    pub(super) line: u32,
    /// Its fields.
    pub(super) cells: Vec<String>,
}

/// Where the header stands in a text, of which this is the head; `None` if nothing stands in the line that was named.
pub(super) fn find_in_text(head: &str, row: HeaderRow<'_>) -> Option<Start> {
    let (first, separator) = past_separator_line(head);
    let start = |(offset, line): (usize, u32)| {
        let delimiter = separator.unwrap_or_else(|| delimiter_of(&head[offset..]));
        Start { offset, line, delimiter }
    };
    match row {
        HeaderRow::First => Some(start(first)),
        HeaderRow::Line(wanted) => {
            let found = lines(head, (0, 1)).find(|(_, line, text)| *line == wanted && !text.trim().is_empty());
            found.map(|(offset, line, _)| start((offset, line)))
        }
        HeaderRow::Known(tests) => {
            let candidates: Vec<(Start, Header)> = lines(head, first)
                .filter(|(_, _, text)| !text.trim().is_empty())
                .take(MOST_LINES)
                .filter_map(|(offset, line, _)| {
                    let start = start((offset, line));
                    Some((start, header_at(head, start)?))
                })
                .collect();
            let found = tests.iter().find_map(|test| candidates.iter().find(|(_, header)| test(header)));
            // Behind a character that could not be decoded, offsets are not those of the file.
            let found = found.filter(|(start, _)| !head[..start.offset].contains(char::REPLACEMENT_CHARACTER));
            Some(found.map_or_else(|| start(first), |(start, _)| *start))
        }
    }
}

/// The line of the header among the next rows of a sheet; `None` if nothing stands in the line that was named.
pub(super) fn find_in_sheet(rows: &SheetRows, row: HeaderRow<'_>) -> Option<u32> {
    let first = rows.ahead().next().map(|row| row.line);
    match row {
        HeaderRow::First => first,
        HeaderRow::Line(wanted) => rows.ahead().map(|row| row.line).find(|line| *line == wanted),
        HeaderRow::Known(tests) => {
            let candidates: Vec<Header> =
                rows.ahead().take(MOST_LINES).map(|row| Header::new(row.line, row.iter())).collect();
            let found = tests.iter().find_map(|test| candidates.iter().find(|header| test(header)));
            found.map(|header| header.line).or(first)
        }
    }
}

/// The lines of a text above the table in which something stands, but for the one that only names the separator.
pub(super) fn lines_above(head: &str, start: Start) -> Vec<LineAbove> {
    let (first, _) = past_separator_line(head);
    let above = lines(head, first).take_while(|(offset, ..)| *offset < start.offset);
    let above = above.filter(|(_, _, text)| !text.trim().is_empty());
    above
        .map(|(_, line, text)| {
            let mut records = Records::new(text.as_bytes(), start.delimiter);
            let cells = match records.next() {
                Ok(Some(row)) => row.iter().map(|cell| cell.trim().to_owned()).collect(),
                // A quote that spans lines: no cell of it means anything.
                Ok(None) | Err(_) => vec![text.trim().to_owned()],
            };
            LineAbove { line, cells }
        })
        .collect()
}

/// Where the text goes on behind a first line `sep=;`, with which spreadsheets are told the separator, and that
/// separator.
fn past_separator_line(head: &str) -> ((usize, u32), Option<u8>) {
    let mut lines = lines(head, (0, 1));
    let text = lines.next().map_or("", |(_, _, text)| text).trim_end_matches(['\r', '\n']);
    let named = text.trim_matches('"').get(..4).filter(|word| word.eq_ignore_ascii_case("sep="));
    let separator = named.and_then(|_| match text.trim_matches('"').as_bytes()[4..] {
        [separator] if SEPARATORS.contains(&separator) => Some(separator),
        _ => None,
    });
    match separator {
        Some(separator) => (lines.next().map_or((text.len(), 1), |(offset, line, _)| (offset, line)), Some(separator)),
        None => ((0, 1), None),
    }
}

/// The lines of a text from this offset and line on, with their ends; CR LF, LF and CR end a line.
fn lines(head: &str, from: (usize, u32)) -> impl Iterator<Item = (usize, u32, &str)> {
    let (mut offset, mut line) = from;
    std::iter::from_fn(move || {
        let rest = head.get(offset..).filter(|rest| !rest.is_empty())?;
        let end =
            rest.find(['\r', '\n']).map_or(rest.len(), |end| end + if rest[end..].starts_with("\r\n") { 2 } else { 1 });
        let found = (offset, line, &rest[..end]);
        offset += end;
        line = line.saturating_add(1);
        Some(found)
    })
}

fn header_at(head: &str, start: Start) -> Option<Header> {
    let mut records = Records::new(&head.as_bytes()[start.offset..], start.delimiter).beginning_at(start.line);
    let row = records.next().ok()??;
    Some(Header::new(row.line, row.iter()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(head: &str, row: HeaderRow<'_>) -> Option<(u32, u8, Vec<String>)> {
        let start = find_in_text(head, row)?;
        let header = header_at(head, start)?;
        Some((header.line, start.delimiter, header.names))
    }

    #[test]
    fn the_header_is_found_below_other_lines() {
        let knows = |header: &Header| header.find("user_id").is_some();
        let tests: &[&dyn Fn(&Header) -> bool] = &[&knows];
        let names = vec!["user_id".to_owned(), "score".to_owned()];
        for (head, line, delimiter) in [
            ("user_id,score\n1,2\n", 1, b','),
            ("Week 5\n\nuser_id;score\n1;2\n", 3, b';'),
            ("sep=;\nuser_id;score\n1;2\n", 2, b';'),
            ("\"sep=,\"\r\nuser_id,score\r\n", 2, b','),
            ("a,b,c\r\r\nuser_id\tscore", 3, b'\t'),
            ("\n\nuser_id|score\n", 3, b'|'),
        ] {
            assert_eq!(found(head, HeaderRow::Known(tests)), Some((line, delimiter, names.clone())), "{head:?}");
        }
    }

    #[test]
    fn a_line_that_was_named_is_the_header() {
        let head = "Week 5\nNetID,Quiz\n\nx,1\n";
        assert_eq!(
            found(head, HeaderRow::Line(2)).map(|found| found.2),
            Some(vec!["NetID".to_owned(), "Quiz".to_owned()])
        );
        assert_eq!(found(head, HeaderRow::Line(3)), None);
        assert_eq!(found(head, HeaderRow::Line(9)), None);
        assert_eq!(found(head, HeaderRow::First).map(|found| found.0), Some(1));
        assert_eq!(found(head, HeaderRow::Known(&[])).map(|found| found.0), Some(1));
    }

    #[test]
    fn lines_above_are_kept_and_the_separators_is_not() {
        let head = "sep=;\nSet;hw0\n\nuser_id;score\n";
        let above = lines_above(head, find_in_text(head, HeaderRow::Line(4)).expect("a header"));
        assert_eq!(above, [LineAbove { line: 2, cells: vec!["Set".to_owned(), "hw0".to_owned()] }]);
    }
}
