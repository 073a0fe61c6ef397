//! Counts in words, leaving out what is zero, and the names of files.

use crate::domain::{PlanCounts, RunCounts, SourceFile};

/// `a.csv, b.csv and 3 more`: files by their names, without their folders.
pub(crate) fn source_names(files: &[SourceFile]) -> String {
    const NAMED: usize = 2;
    let name = |file: &SourceFile| match &*file.name {
        "-" => "standard input".to_owned(),
        path => path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned(),
    };
    let named: Vec<String> = files.iter().take(NAMED).map(name).collect();
    match files.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// `1 conflict held, 2 cells blocked`: what a plan has and no push of it writes.
pub(crate) fn left_out_words(counts: &PlanCounts) -> String {
    let PlanCounts { conflict, blocked, unresolved, .. } = *counts;
    let all = [
        (conflict, "conflict held", "conflicts held"),
        (blocked, "cell blocked", "cells blocked"),
        (unresolved, "row unresolved", "rows unresolved"),
    ];
    let some = all.into_iter().filter(|(count, _, _)| *count > 0);
    let some = some.map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }));
    some.collect::<Vec<_>>().join(", ")
}

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
