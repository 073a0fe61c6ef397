//! What reading altered or could not use. No note holds a name, an id, a score or a comment.

use std::fmt;

use crate::domain::Source;

/// Something about one record that a person should know, although the record was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The record; for a column of the file, its header.
    pub source: Source,
    /// What happened.
    pub kind: NoteKind,
}

/// What happened to a record or a column while it was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// A blank became 0 because of `--missing zero`.
    BlankBecameZero,
    /// A percentage computed from times was above 100 and is capped (`tegrity-connector §5`).
    CappedAtHundred,
    /// A date that fits no known form was dropped.
    DateDropped {
        /// The field.
        field: &'static str,
    },
    /// A word other than yes or no, or an unknown score type or id kind, was dropped.
    WordDropped {
        /// The field.
        field: &'static str,
    },
    /// The record describes its column otherwise than an earlier one, which counts.
    DescribedDifferently {
        /// Where the description that counts stands.
        first: Source,
    },
    /// The record describes its column anew; in a capture the latest description counts.
    DescribedAnew {
        /// Where the description it replaces stands.
        before: Source,
    },
    /// A column of the file was ignored because it looks like a misspelling of a known one.
    ColumnIgnored {
        /// The column as the file names it.
        column: Box<str>,
        /// The column it looks like.
        did_you_mean: Box<str>,
    },
    /// Columns of the file hold nothing to be graded.
    ColumnsLeftOut {
        /// The columns as the file names them, between back ticks.
        columns: Box<str>,
        /// Why.
        reason: LeftOut,
    },
    /// The row is read, and says something that a person should look at.
    Remarked {
        /// The column, as the file names it.
        column: Box<str>,
        /// A word of the layout.
        word: Box<str>,
    },
    /// What each column of a table was taken for that no format and no layout describes.
    TakenFor {
        /// The columns and their meanings.
        columns: Box<str>,
    },
    /// The line stands above the header and is no part of the table.
    AboveHeader,
    /// The line stands below the blank line that ends the table.
    BelowTable,
    /// The line holds no record.
    NotARecord,
    /// The workbook has further sheets in which something stands.
    SheetsIgnored,
}

/// Why a column holds nothing to be graded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// Canvas marks it as read-only and would not take its values back.
    ReadOnly,
    /// It is a total or an override, by its name.
    Total,
    /// It has neither an id nor points possible, as notes do.
    NoPoints,
    /// The format or layout gives it no meaning.
    NoMeaning,
    /// Its values are no scores.
    NoScores,
}

impl LeftOut {
    /// Every reason.
    pub(super) const ALL: [Self; 5] = [Self::ReadOnly, Self::Total, Self::NoPoints, Self::NoMeaning, Self::NoScores];
}

impl fmt::Display for LeftOut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ReadOnly => "which Canvas calls read-only",
            Self::Total => "totals and overrides by their names",
            Self::NoMeaning => "which the format or layout gives no meaning",
            Self::NoScores => "whose values are no scores",
            Self::NoPoints => "with neither an id in brackets nor points possible",
        })
    }
}

impl fmt::Display for NoteKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BlankBecameZero => formatter.write_str("the blank counts as 0 (--missing zero)"),
            Self::CappedAtHundred => formatter.write_str("the computed percentage is above 100 and counts as 100"),
            Self::DateDropped { field } => write!(formatter, "`{field}` is no date the tool knows and was dropped"),
            Self::WordDropped { field } => write!(formatter, "`{field}` is no word the tool knows and was dropped"),
            Self::DescribedDifferently { first } => {
                write!(formatter, "describes its column otherwise than line {}, which counts", first.line)
            }
            Self::DescribedAnew { before } => {
                write!(formatter, "describes its column anew; the description of line {} is replaced", before.line)
            }
            Self::ColumnIgnored { column, did_you_mean } => {
                write!(formatter, "the column `{column}` is ignored; did you mean `{did_you_mean}`?")
            }
            Self::ColumnsLeftOut { columns, reason } => write!(formatter, "left out: `{columns}`, {reason}"),
            Self::Remarked { column, word } => {
                write!(formatter, "`{column}` is `{word}`; the row is read all the same")
            }
            Self::TakenFor { columns } => write!(formatter, "no format describes this table; taken for {columns}"),
            Self::AboveHeader => formatter.write_str("stands above the header and is passed over"),
            Self::BelowTable => formatter.write_str("stands below the table and is passed over"),
            Self::NotARecord => formatter.write_str("holds no score and no item"),
            Self::SheetsIgnored => formatter.write_str("only the first sheet is read; --sheet NAME reads another one"),
        }
    }
}
