//! In which order things happened: a number that only grows, where a clock may have been wrong.

use rusqlite::Transaction;

/// The number of what this transaction does.
pub(super) fn next(transaction: &Transaction<'_>) -> rusqlite::Result<i64> {
    transaction.query_row("UPDATE sequence SET last = last + 1 RETURNING last", [], |row| row.get(0))
}
