//! Several rows of one student and column: which one counts, and what the others say.

use jiff::tz::TimeZone;

use crate::domain::{RepeatRule, Score};

/// What several rows of one student and column come to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Settled<'a> {
    /// This row counts. The others say the same, or were settled by the repeat rule.
    One {
        /// The row that counts.
        row: &'a Score,
        /// Rows that say the same.
        equal: Vec<&'a Score>,
        /// Rows that said something else.
        dropped: Vec<&'a Score>,
    },
    /// They contradict each other, and no rule settles it.
    Contradiction(Vec<&'a Score>),
}

/// Settles rows of one student and column.
pub(super) fn settle<'a>(mut rows: Vec<&'a Score>, rule: RepeatRule, zone: &TimeZone) -> Settled<'a> {
    let Some(row) = rule.settle(&rows, zone) else { return Settled::Contradiction(rows) };
    // By address: two columns of one line may lead to the same assignment.
    rows.retain(|other| !std::ptr::eq(*other, row));
    let (equal, dropped) = rows.into_iter().partition(|other| other.has_the_value_of(row));
    Settled::One { row, equal, dropped }
}
