//! Separated text to records, each with the line it starts on, and with an open quote told from the end of the file.

use std::io::{self, Read};
use std::ops::Range;

use csv_core::ReadRecordResult;

use super::input::CHUNK;

/// One record: its fields, unquoted, and the line it starts on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    /// Counted from 1, the header included.
    pub(super) line: u32,
    /// The text of all its fields.
    pub(super) text: &'a str,
    /// Where each field ends in the text.
    pub(super) ends: &'a [usize],
    /// How far apart the fields stand in the text: by a separator, or not at all.
    pub(super) gap: usize,
    /// Whether a blank line stands before it.
    pub(super) after_blank: bool,
}

impl<'a> Row<'a> {
    /// A row over the text of all its fields and where each of them ends.
    pub(super) fn new(line: u32, text: &'a str, ends: &'a [usize], after_blank: bool) -> Self {
        Self { line, text, ends, gap: 0, after_blank }
    }

    /// The number of fields.
    pub(super) fn len(self) -> usize {
        self.ends.len()
    }

    /// A field; empty beyond the last.
    pub(super) fn get(self, index: usize) -> &'a str {
        let Some(end) = self.ends.get(index) else { return "" };
        let start = if index == 0 { 0 } else { self.ends[index - 1] + self.gap };
        self.text.get(start..*end).unwrap_or_default()
    }

    /// The first fields as they stand together, and where each of them ends: what is equal in both is equal in each.
    pub(super) fn lead(self, fields: usize) -> (&'a str, &'a [usize]) {
        let ends = self.ends.get(..fields).unwrap_or_default();
        (ends.last().and_then(|end| self.text.get(..*end)).unwrap_or_default(), ends)
    }

    /// A field that a header may lack.
    pub(super) fn field(self, index: Option<usize>) -> &'a str {
        index.map_or("", |index| self.get(index))
    }

    /// All fields.
    pub(super) fn iter(self) -> impl Iterator<Item = &'a str> {
        (0..self.len()).map(move |index| self.get(index))
    }
}

/// The longest record or line, in bytes: a quote that is never closed must not take a file of any size into memory.
pub(super) const LONGEST: usize = 16 * 1024 * 1024;

/// Why no record can be read.
#[derive(Debug)]
pub(super) enum RecordsError {
    /// The input fails, or is not in its encoding.
    Read(io::Error, u32),
    /// The file ends within a quoted field of the record that starts on this line.
    OpenQuote(u32),
    /// The record that starts on this line is longer than [`LONGEST`].
    TooLong(u32),
}

/// A reader of records over UTF-8. Any of CR LF, LF and CR ends a record; empty lines are passed over.
pub(super) struct Records<R> {
    reader: R,
    core: csv_core::Reader,
    /// Whether a byte means something outside quotes.
    telling: [bool; 256],
    delimiter: u8,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    lines: Lines,
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// Counts line ends, CR LF once.
struct Lines {
    line: u32,
    after_carriage_return: bool,
    /// Whether the bytes at hand hold a carriage return at all: mostly they do not.
    any_carriage_return: bool,
}

impl Lines {
    fn pass(&mut self, bytes: &[u8]) {
        let Some(last) = bytes.last() else { return };
        let count = |wanted: u8| bytes.iter().map(|byte| usize::from(*byte == wanted)).sum::<usize>();
        let mut passed = count(b'\n');
        if self.any_carriage_return || self.after_carriage_return {
            let split = self.after_carriage_return && bytes[0] == b'\n';
            let pairs = bytes.windows(2).filter(|pair| pair == b"\r\n").count();
            passed = passed + count(b'\r') - pairs - usize::from(split);
        }
        self.line = self.line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        self.after_carriage_return = *last == b'\r';
    }
}

impl<R: Read> Records<R> {
    pub(super) fn new(reader: R, delimiter: u8) -> Self {
        let mut telling = [false; 256];
        for byte in [delimiter, b'"', b'\r', b'\n'] {
            telling[usize::from(byte)] = true;
        }
        Self {
            reader,
            telling,
            delimiter,
            core: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            buffer: vec![0; CHUNK],
            start: 0,
            end: 0,
            lines: Lines { line: 1, after_carriage_return: false, any_carriage_return: false },
            text: vec![0; 1024],
            ends: vec![0; 64],
        }
    }

    /// The same records of a text that begins with this line of its file.
    pub(super) fn beginning_at(mut self, line: u32) -> Self {
        self.lines.line = line;
        self
    }

    /// The next record in which something stands, or `None` at the end. A spreadsheet adds blank ones at the end.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, RecordsError> {
        let mut after_blank = false;
        loop {
            let entered = self.lines.line;
            if !self.pass_line_ends()? {
                return Ok(None);
            }
            let line = self.lines.line;
            after_blank |= line > entered;
            let (plain, range, fields) = match self.pass_plain() {
                Some((range, fields)) => (true, range, fields),
                None => match self.parse(line)? {
                    Some((text_length, fields)) => (false, 0..text_length, fields),
                    None => return Ok(None),
                },
            };
            let bytes = if plain { &self.buffer } else { &self.text };
            // A row of nothing but separators says nothing either.
            if bytes[range.clone()].iter().all(|byte| byte.is_ascii_whitespace() || plain && *byte == self.delimiter) {
                after_blank = true;
                continue;
            }
            let bytes = if plain { &self.buffer[range] } else { &self.text[range] };
            let text = std::str::from_utf8(bytes)
                .map_err(|error| RecordsError::Read(io::Error::new(io::ErrorKind::InvalidData, error), line))?;
            return Ok(Some(Row { line, text, ends: &self.ends[..fields], gap: usize::from(plain), after_blank }));
        }
    }

    /// Passes a record that stands in the buffer as a whole and has no quotes, as nearly all do: where it stands, and
    /// how many fields it has, whose ends are in `ends`.
    fn pass_plain(&mut self) -> Option<(Range<usize>, usize)> {
        let waiting = &self.buffer[self.start..self.end];
        let mut fields = 0;
        for (place, byte) in waiting.iter().enumerate() {
            if !self.telling[usize::from(*byte)] {
                continue;
            }
            let line_end = match (byte, waiting.get(place + 1)) {
                (byte, _) if *byte == self.delimiter => 0,
                (b'\n', _) => 1,
                (b'\r', Some(b'\n')) => 2,
                _ => return None,
            };
            *self.ends.get_mut(fields)? = place;
            fields += 1;
            if line_end > 0 {
                let range = self.start..self.start + place;
                self.lines.pass(&waiting[place..place + line_end]);
                self.start = range.end + line_end;
                return Some((range, fields));
            }
        }
        None
    }

    /// Parses the record that starts on this line: how much of `text` and `ends` it fills.
    fn parse(&mut self, line: u32) -> Result<Option<(usize, usize)>, RecordsError> {
        let (mut text_length, mut ends_length) = (0, 0);
        // The last record may lack its line end. Given one, it is complete unless a quote is open.
        let mut closing: &[u8] = b"\n";
        loop {
            let more = self.fill()?;
            if !more && closing.is_empty() {
                return Err(RecordsError::OpenQuote(line));
            }
            let input = if more { &self.buffer[self.start..self.end] } else { closing };
            let (result, consumed, written, ended) =
                self.core.read_record(input, &mut self.text[text_length..], &mut self.ends[ends_length..]);
            self.lines.pass(&input[..consumed]);
            if more {
                self.start += consumed;
            } else {
                closing = &closing[consumed..];
            }
            text_length += written;
            ends_length += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.text.len() >= LONGEST => return Err(RecordsError::TooLong(line)),
                ReadRecordResult::OutputEndsFull if self.ends.len() >= LONGEST => {
                    return Err(RecordsError::TooLong(line));
                }
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => return Ok(Some((text_length, ends_length))),
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    /// Passes the rest of a line end and empty lines; false at the end of the input.
    fn pass_line_ends(&mut self) -> Result<bool, RecordsError> {
        while self.fill()? {
            let waiting = &self.buffer[self.start..self.end];
            let ends = waiting.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.lines.pass(&waiting[..ends]);
            self.start += ends;
            if self.start < self.end {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Makes sure that bytes wait; false at the end of the input.
    fn fill(&mut self) -> Result<bool, RecordsError> {
        if self.start == self.end {
            self.start = 0;
            self.end = 0;
            self.end =
                self.reader.read(&mut self.buffer).map_err(|error| RecordsError::Read(error, self.lines.line))?;
            self.lines.any_carriage_return = self.buffer[..self.end].contains(&b'\r');
        }
        Ok(self.start < self.end)
    }
}

/// The separators of tables, those that are likelier first.
pub(super) const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The separator of a header line: comma, semicolon, tab or vertical bar, whichever stands most often outside quotes.
pub(super) fn delimiter_of(head: &str) -> u8 {
    let mut quoted = false;
    let mut counts = SEPARATORS.map(|separator| (separator, 0));
    for byte in head.trim_start().bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(delimiter, _)| *delimiter == byte).for_each(|(_, count)| *count += 1),
        }
    }
    // The first of equals: a comma.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| *delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Result<Vec<(u32, Vec<String>)>, RecordsError> {
        let mut records = Records::new(text.as_bytes(), delimiter_of(text));
        let mut found = Vec::new();
        while let Some(row) = records.next()? {
            found.push((row.line, row.iter().map(str::to_owned).collect()));
        }
        Ok(found)
    }

    #[test]
    fn a_record_knows_the_line_it_starts_on() {
        for text in ["a,b\n\n1,\"x\ny\"\n2,z", "a,b\r\n\r\n1,\"x\r\ny\"\r\n2,z\r\n", "a,b\r\r1,\"x\ry\"\r2,z\r"] {
            let lines: Vec<u32> = records(text).expect(text).iter().map(|(line, _)| *line).collect();
            assert_eq!(lines, [1, 3, 5], "{text:?}");
        }
    }

    #[test]
    fn an_open_quote_is_an_error_where_its_row_starts() {
        assert!(matches!(records("a,b\n1,\"x\n2,y\n3,z\n"), Err(RecordsError::OpenQuote(2))));
        assert!(matches!(records("a,b\n1,\"x"), Err(RecordsError::OpenQuote(2))));
        assert_eq!(records("a,b\n1,\"x\"").expect("closed").len(), 2);
        assert_eq!(records("a,b\n1,\"\"").expect("closed")[1].1, ["1", ""]);
    }

    #[test]
    fn the_separator_is_the_one_that_stands_most_often_outside_quotes() {
        for (head, expected) in [
            ("a,b", b','),
            ("a;b;c,d", b';'),
            ("\"a,b,c\"\td", b'\t'),
            ("alone", b','),
            ("a|b|c,d", b'|'),
            ("a;b\n1,2,3,4", b';'),
        ] {
            assert_eq!(delimiter_of(head), expected, "{head:?}");
        }
    }

    #[test]
    fn long_records_and_many_fields_fit() {
        for fields in [64, 128, 5000] {
            let wide = vec!["x".repeat(16); fields].join(",");
            let found = records(&format!("{wide}\n{wide}")).expect("records");
            assert_eq!((found.len(), found[1].1.len()), (2, fields));
        }
    }
}
