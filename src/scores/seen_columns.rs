//! Remembers which column the rows of a canonical CSV belong to: they mostly repeat its key and description.

use std::collections::HashMap;

use super::records::Row;

/// Which column the rows of a key and description belong to, as they stand in the file.
pub(super) struct Seen {
    /// So many fields of a row hold its key and description.
    fields: usize,
    /// By the text of these fields and the places of their ends.
    columns: HashMap<(Box<str>, Box<[usize]>), u32>,
    /// Those of the row before: rows of a column mostly stand together.
    last: (String, Vec<usize>, Option<u32>),
}

impl Seen {
    /// Beyond so many the memory is begun anew: it only saves work.
    const MOST: usize = 100_000;

    pub(super) fn new(fields: usize) -> Self {
        Self { fields, columns: HashMap::new(), last: (String::new(), Vec::new(), None) }
    }

    /// The column of a row, if one like it was seen.
    pub(super) fn column(&mut self, row: Row<'_>) -> Option<u32> {
        let (text, ends) = row.lead(self.fields);
        if (self.last.0.as_str(), self.last.1.as_slice()) == (text, ends) {
            return self.last.2;
        }
        let column = self.columns.get(&(Box::from(text), Box::from(ends))).copied();
        self.last = (text.to_owned(), ends.to_vec(), column);
        column
    }

    /// Remembers the column of the row at hand, which was not seen before.
    pub(super) fn remember(&mut self, column: u32) -> u32 {
        if self.columns.len() == Self::MOST {
            self.columns.clear();
        }
        self.columns.insert((self.last.0.as_str().into(), self.last.1.as_slice().into()), column);
        self.last.2 = Some(column);
        column
    }
}
