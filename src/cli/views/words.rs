//! The counts of a run in words, leaving out what is zero.

use crate::domain::RunCounts;

/// `3 written, 1 held`, with this between them.
pub(crate) fn run_words(counts: &RunCounts, between: &str) -> String {
    let all = [
        (counts.written, "written"),
        (counts.already, "already there"),
        (counts.held, "held"),
        (counts.rejected, "rejected"),
        (counts.unknown, "unknown"),
        (counts.pending, "pending"),
    ];
    let some = all.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    some.collect::<Vec<_>>().join(between)
}
