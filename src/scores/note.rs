//! What reading altered or could not use. No note holds a name, an id, a score or a comment.

use std::fmt;

use super::decode::Encoding;
use super::no_score::NoScore;
use super::number_form::NumberForm;
use crate::domain::{FindingCode, Severity, Source};

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
        /// The field, as the file names it.
        field: Box<str>,
    },
    /// A word other than yes or no, or an unknown score type or id kind, was dropped.
    WordDropped {
        /// The field.
        field: &'static str,
    },
    /// A field stands in a record of an item, which has neither student nor score.
    FieldDropped {
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
    /// The value was taken for points, although its column is shown as a percentage.
    PointsOrPercent {
        /// The column.
        column: Box<str>,
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
    /// Numbers of a column were written in this form, and are written plainly here.
    NumbersRead {
        /// The column.
        column: Box<str>,
        /// The form.
        form: NumberForm,
        /// How many.
        values: u32,
    },
    /// Numbers of a column can be read in two ways, and nothing says which is meant.
    NumbersUnclear {
        /// The column.
        column: Box<str>,
        /// How many.
        values: u32,
    },
    /// Values of a column say that there is no score.
    NoScore {
        /// The column.
        column: Box<str>,
        /// What they are.
        word: NoScore,
        /// How many.
        values: u32,
    },
    /// The row is hidden in the workbook, and read all the same.
    RowHidden,
    /// Formulas of the row have no stored value, so that their cells are blank.
    FormulaWithoutValue {
        /// The cells, such as `D2, E2`.
        cells: Box<str>,
    },
    /// The line has the first byte that is no UTF-8, and the file is read in another encoding.
    EncodingGuessed {
        /// How it is read.
        encoding: Encoding,
        /// Whether the bytes may be of an old Mac encoding instead.
        perhaps_mac: bool,
    },
}

/// Why a column holds nothing to be graded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// Canvas marks it as read-only and would not take its values back.
    ReadOnly,
    /// It is a total or an override, by its name.
    Total,
    /// It holds notes: a column of text of a Canvas gradebook.
    Notes,
    /// It has neither an id nor points possible, as notes do.
    NoPoints,
    /// It holds letters, symbols or text.
    Words,
    /// It holds what a teacher wrote about a score.
    Feedback,
    /// It has no name.
    Nameless,
    /// It is none that the format is known to have.
    Unknown,
    /// The layout does not speak of it.
    NoMeaning,
    /// Its values are no scores.
    NoScores,
    /// It names a course, and not the one that was said.
    OtherCourse,
    /// It is known, or said in a layout, to say nothing of a score.
    Other,
}

impl LeftOut {
    /// Every reason.
    pub(super) const ALL: [Self; 12] = [
        Self::ReadOnly,
        Self::Total,
        Self::Notes,
        Self::NoPoints,
        Self::Words,
        Self::Feedback,
        Self::Nameless,
        Self::Unknown,
        Self::NoMeaning,
        Self::NoScores,
        Self::OtherCourse,
        Self::Other,
    ];

    /// A column that nobody expected to be a score needs no look.
    fn severity(self) -> Severity {
        match self {
            Self::ReadOnly | Self::Total | Self::Notes | Self::NoMeaning | Self::Other => Severity::Info,
            Self::NoPoints
            | Self::Words
            | Self::Feedback
            | Self::Nameless
            | Self::Unknown
            | Self::NoScores
            | Self::OtherCourse => Severity::Warning,
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ReadOnly => "which Canvas calls read-only",
            Self::Total => "totals and overrides by their names",
            Self::Notes => "notes, which hold no number",
            Self::NoMeaning => "which the format or layout gives no meaning",
            Self::OtherCourse => "which names a course in other words than --course",
            Self::NoScores => "whose values are no scores",
            Self::NoPoints => "with neither an id in brackets nor points possible",
            Self::Words => "which hold words and no points",
            Self::Feedback => "feedback, which is not sent",
            Self::Nameless => "which have no name",
            Self::Unknown => "which this format is not known to have",
            Self::Other => "of which no score is taken",
        })
    }
}

impl NoteKind {
    /// The finding that a plan makes of it, and how much it weighs.
    pub(super) fn finding(&self) -> (FindingCode, Severity) {
        let code = match self {
            Self::BlankBecameZero | Self::CappedAtHundred | Self::NumbersRead { .. } => FindingCode::ValueAltered,
            Self::DateDropped { .. } => FindingCode::DateDropped,
            Self::WordDropped { .. } => FindingCode::WordDropped,
            Self::FieldDropped { .. } => FindingCode::FieldDropped,
            Self::DescribedDifferently { .. } => FindingCode::ItemDescribedTwice,
            // A capture holds every update of an item: the latest is meant.
            Self::DescribedAnew { .. } => return (FindingCode::ItemDescribedTwice, Severity::Info),
            Self::ColumnIgnored { .. } => FindingCode::ColumnLeftOut,
            Self::ColumnsLeftOut { reason, .. } => return (FindingCode::ColumnLeftOut, reason.severity()),
            // Its rows are blocked, and say the same cell by cell.
            Self::NumbersUnclear { .. } => return (FindingCode::ValueAltered, Severity::Warning),
            Self::NoScore { .. } => FindingCode::NoScore,
            Self::PointsOrPercent { .. } => FindingCode::PointsOrPercent,
            Self::NotARecord | Self::AboveHeader | Self::BelowTable => FindingCode::RowSkipped,
            Self::TakenFor { .. } => FindingCode::TableGuessed,
            Self::Remarked { .. } => FindingCode::RowRemarked,
            Self::SheetsIgnored => FindingCode::SheetLeftOut,
            Self::RowHidden => FindingCode::RowHidden,
            Self::FormulaWithoutValue { .. } => FindingCode::FormulaWithoutValue,
            Self::EncodingGuessed { .. } => FindingCode::EncodingGuessed,
        };
        (code, code.severity())
    }
}

impl fmt::Display for NoteKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BlankBecameZero => formatter.write_str("the blank counts as 0 (--missing zero)"),
            Self::CappedAtHundred => formatter.write_str("the computed percentage is above 100 and counts as 100"),
            Self::DateDropped { field } => write!(formatter, "`{field}` is no date the tool knows and was dropped"),
            Self::WordDropped { field } => write!(formatter, "`{field}` is no word the tool knows and was dropped"),
            Self::FieldDropped { field } => {
                write!(formatter, "`{field}` was dropped: the row has neither a student nor a score")
            }
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
            Self::PointsOrPercent { column } => write!(
                formatter,
                "`{column}` is shown as a percentage, and its numbers have no percent sign: they are taken for points"
            ),
            Self::Remarked { column, word } => {
                write!(formatter, "`{column}` is `{word}`; the row is read all the same")
            }
            Self::TakenFor { columns } => write!(formatter, "no format describes this table; taken for {columns}"),
            Self::AboveHeader => formatter.write_str("stands above the header and is passed over"),
            Self::BelowTable => formatter.write_str("stands below the table and is passed over"),
            Self::NotARecord => formatter.write_str("holds no score and no item"),
            Self::SheetsIgnored => formatter.write_str("only the first sheet is read; --sheet NAME reads another one"),
            Self::NumbersRead { column, form, values } => {
                write!(formatter, "`{column}`: {} {form}", counted(*values, "number"))
            }
            Self::NumbersUnclear { column, values } => {
                let are = if *values == 1 { "is" } else { "are" };
                let numbers = counted(*values, "number");
                write!(
                    formatter,
                    "`{column}`: {numbers} could have decimals or thousands, and {are} not taken; say which with \
                     `--decimal point` or `--decimal comma`"
                )
            }
            Self::NoScore { column, word, values } => {
                write!(formatter, "`{column}`: {}: {word}", counted(*values, "value"))
            }
            Self::RowHidden => formatter.write_str("hidden in the workbook, and read all the same"),
            Self::FormulaWithoutValue { cells } => write!(
                formatter,
                "{cells}: a formula without a stored value; open the workbook in a spreadsheet program and save it"
            ),
            Self::EncodingGuessed { encoding, perhaps_mac } => {
                let perhaps = if *perhaps_mac { ", although it looks like an old Mac encoding" } else { "" };
                write!(formatter, "the first byte that is no UTF-8; the file is read as {encoding}{perhaps}")
            }
        }
    }
}

/// `1 number`, `2 numbers`.
fn counted(count: u32, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}
