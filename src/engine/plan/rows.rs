//! Several rows of one student and assignment: which one counts, and what the others say.

use jiff::tz::TimeZone;

use crate::domain::{ColumnIndex, ComparableValue, RepeatRule, Score};

/// What several rows of one student and assignment come to.
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
    /// These rows add up.
    Sum {
        /// What they come to, in the place of the first.
        total: Box<Score>,
        /// The rows.
        parts: Vec<&'a Score>,
    },
    /// One of several that contradict each other, and no rule settles it.
    Contradiction(&'a Score),
}

impl<'a> Settled<'a> {
    /// All of the rows.
    pub(super) fn rows(&self) -> impl Iterator<Item = &'a Score> {
        let (first, others) = match self {
            Self::One { row, equal, dropped } => (Some(*row), [equal.as_slice(), dropped.as_slice()]),
            Self::Sum { parts, .. } => (None, [parts.as_slice(), &[]]),
            Self::Contradiction(row) => (Some(*row), [&[][..], &[]]),
        };
        first.into_iter().chain(others.into_iter().flatten().copied())
    }
}

/// Settles rows of one student and assignment, each with its column of the sheet; `worth` says what one comes to. Each
/// cell that comes of it belongs to the column of its row.
pub(super) fn settle<'a>(
    rows: &[(ColumnIndex, &'a Score)],
    rule: RepeatRule,
    zone: &TimeZone,
    worth: impl Fn(ColumnIndex, &'a Score) -> ComparableValue<'a>,
) -> Vec<(ColumnIndex, Settled<'a>)> {
    if let [(column, row)] = *rows {
        return vec![(column, Settled::One { row, equal: Vec::new(), dropped: Vec::new() })];
    }
    if rows.iter().all(|(column, _)| *column == rows[0].0) {
        let parts: Vec<&Score> = rows.iter().map(|(_, row)| *row).collect();
        if let Some(total) = rule.sum(&parts) {
            return vec![(rows[0].0, Settled::Sum { total: Box::new(total), parts })];
        }
    }
    let values: Vec<_> = rows.iter().map(|(column, row)| (*row, worth(*column, row))).collect();
    let Some(chosen) = rule.choose(&values, zone) else {
        return rows.iter().map(|(column, row)| (*column, Settled::Contradiction(row))).collect();
    };
    let (column, row) = rows[chosen];
    let (mut equal, mut dropped) = (Vec::new(), Vec::new());
    for (place, (other, value)) in values.iter().enumerate() {
        if place != chosen {
            let same = if *value == values[chosen].1 { &mut equal } else { &mut dropped };
            same.push(*other);
        }
    }
    vec![(column, Settled::One { row, equal, dropped })]
}
