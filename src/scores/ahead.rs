//! Parses a text on a thread of its own, while the rows before become scores.

use std::io::Read;
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, JoinHandle};

use super::records::{Records, RecordsError, Row};

/// So many bytes of text are handed over at once.
const BATCH: usize = 256 * 1024;

/// So many batches may wait.
const WAITING: usize = 4;

/// Rows that are parsed ahead.
pub(super) struct RowsAhead {
    batches: Receiver<Result<Batch, RecordsError>>,
    batch: Batch,
    /// The rows of the batch that were taken.
    taken: usize,
    parser: Option<JoinHandle<()>>,
}

/// Some rows, their text and the ends of their fields one behind the other.
#[derive(Default)]
struct Batch {
    text: String,
    ends: Vec<usize>,
    rows: Vec<Place>,
}

/// Where the parts of a row stand in a batch.
struct Place {
    line: u32,
    gap: usize,
    after_blank: bool,
    text: Range<usize>,
    ends: Range<usize>,
}

impl RowsAhead {
    /// Begins to parse.
    pub(super) fn of(mut records: Records<impl Read + Send + 'static>) -> Self {
        let (sender, batches) = sync_channel(WAITING);
        let parser = thread::spawn(move || {
            let mut more = Ok(true);
            while matches!(more, Ok(true)) {
                let mut batch = Batch::default();
                more = batch.fill(&mut records);
                // The rest of a file that was rejected is not read.
                if sender.send(Ok(batch)).is_err() {
                    return;
                }
            }
            if let Err(error) = more {
                sender.send(Err(error)).unwrap_or_default();
            }
        });
        Self { batches, batch: Batch::default(), taken: 0, parser: Some(parser) }
    }

    /// Goes to the next row; false at the end.
    pub(super) fn advance(&mut self) -> Result<bool, RecordsError> {
        while self.taken == self.batch.rows.len() {
            let Ok(batch) = self.batches.recv() else {
                return match self.parser.take().map(JoinHandle::join) {
                    Some(Err(panic)) => resume_unwind(panic),
                    Some(Ok(())) | None => Ok(false),
                };
            };
            self.batch = batch?;
            self.taken = 0;
        }
        self.taken += 1;
        Ok(true)
    }

    /// The row that was gone to last.
    pub(super) fn current(&self) -> Row<'_> {
        let Some(place) = self.taken.checked_sub(1).and_then(|taken| self.batch.rows.get(taken)) else {
            return Row::new(0, "", &[], false);
        };
        let Place { line, gap, after_blank, .. } = *place;
        let (text, ends) = (&self.batch.text[place.text.clone()], &self.batch.ends[place.ends.clone()]);
        Row { line, text, ends, gap, after_blank }
    }
}

impl Batch {
    /// Takes rows until it is full; false at the end of the records.
    fn fill(&mut self, records: &mut Records<impl Read>) -> Result<bool, RecordsError> {
        while self.text.len() < BATCH {
            let Some(row) = records.next()? else { return Ok(false) };
            let (text, ends) = (self.text.len(), self.ends.len());
            self.text.push_str(row.text);
            self.ends.extend_from_slice(row.ends);
            let (text, ends) = (text..self.text.len(), ends..self.ends.len());
            self.rows.push(Place { line: row.line, gap: row.gap, after_blank: row.after_blank, text, ends });
        }
        Ok(true)
    }
}
