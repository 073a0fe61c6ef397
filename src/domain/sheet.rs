//! The score sheet: columns and scores as the sending system has them, without anything from Canvas.
//!
//! Ids are text exactly as sent. Values are text exactly as received: a bad value blocks its row at plan time, never
//! the file.

use std::fmt;
use std::sync::Arc;

use arcstr::ArcStr;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use super::{
    AssignmentId, Finding, Points, PointsError, SentUser, SentUserIndex, SentUsers, UntitledColumn, UserIdOrigin,
};

/// A file that scores came from. Its hash goes into reports, so that a reader can tell which file was meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// The path as the user gave it, or `-` for standard input.
    pub name: Arc<str>,
    /// SHA-256 of the bytes, in lower-case hex.
    pub sha256: String,
}

/// Where a record stands: a file of the sheet, and a line counted from 1, the header included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Source {
    /// Index into [`ScoreSheet::files`].
    pub file: u32,
    /// The line the record starts on; for `.xlsx` the row.
    pub line: u32,
}

/// What identifies a column to its sender: assignment id, else its title.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AssignmentKey {
    /// The sender's opaque assignment id, exactly as sent.
    Id(Arc<str>),
    /// No id was sent; the title stands in.
    Title(Arc<str>),
    /// Neither was sent but the header that every file of its kind has ([`super::is_fixed_header`]): which assignment is
    /// meant only a person can say, for files of its name.
    Untitled(UntitledColumn),
    /// Neither was sent, or a capture without an id (`tegrity-connector §2`): its scores are `item-missing`.
    Missing,
}

impl fmt::Display for AssignmentKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(text) | Self::Title(text) => formatter.write_str(text),
            Self::Untitled(column) => column.fmt(formatter),
            Self::Missing => formatter.write_str("(no assignment)"),
        }
    }
}

/// The sender's key of a column: the assignment map binds it to a Canvas assignment (`tegrity-connector §3`, rule 3).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ColumnKey {
    /// The sender's tenant; empty if not sent.
    pub customer_number: Arc<str>,
    /// The sending tool; empty is a provider of its own.
    pub provider_id: Arc<str>,
    /// The course id exactly as sent, of the connector's Course Id Origin.
    pub course_id: Arc<str>,
    /// The assignment within that course.
    pub assignment: AssignmentKey,
}

impl ColumnKey {
    /// The files whose column it is, where its header names no assignment: a name, in the map a pattern.
    pub fn files(&self) -> Option<&str> {
        match &self.assignment {
            AssignmentKey::Untitled(column) => Some(&column.file),
            AssignmentKey::Id(_) | AssignmentKey::Title(_) | AssignmentKey::Missing => None,
        }
    }
}

/// How the sender counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum ScoreType {
    /// Shown as a percentage; the received score is still on the possible scale.
    Percentage,
    /// Shown as points.
    #[default]
    Points,
    /// 1 is complete, 0 is incomplete.
    CompleteIncomplete,
}

impl ScoreType {
    /// The name in the canonical CSV.
    pub fn name(self) -> &'static str {
        match self {
            Self::Percentage => "Percentage",
            Self::Points => "Points",
            Self::CompleteIncomplete => "CompleteIncomplete",
        }
    }

    /// Reads the canonical name without regard to case; `None` for any other word.
    pub fn from_name(text: &str) -> Option<Self> {
        [Self::Percentage, Self::Points, Self::CompleteIncomplete]
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(text))
    }
}

/// A date as sent: bare dates stay bare until the plan applies a time zone (`tegrity-connector §5`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SentDate {
    /// Only a date: as a due date it means 23:59:59 of that day in the institution's time zone.
    Day(Date),
    /// Date and time without a zone: the institution's.
    Local(DateTime),
    /// An instant.
    Instant(Timestamp),
}

impl fmt::Display for SentDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(formatter),
            Self::Local(local) => local.fmt(formatter),
            Self::Instant(instant) => instant.fmt(formatter),
        }
    }
}

/// A column's description: Tegrity's scorable item.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ScorableItem {
    /// The column's name in Canvas, exact.
    pub title: Arc<str>,
    /// The assignment group; empty if not sent.
    pub category: Arc<str>,
    /// The assignment's description, exact; empty if not sent.
    pub description: Arc<str>,
    /// When the item starts, if sent.
    pub start: Option<SentDate>,
    /// When the item is due, if sent.
    pub due: Option<SentDate>,
    /// How the sender counts.
    pub score_type: ScoreType,
    /// Points possible as sent: text, because a bad number blocks the column's rows and not the file. Empty if not sent.
    pub score_possible: Arc<str>,
    /// Whether the sender calls it extra credit.
    pub extra_credit: Option<bool>,
    /// Whether it counts towards the course total.
    pub included_in_grade: Option<bool>,
    /// Whether students see it in the sender's tool.
    pub student_viewable: Option<bool>,
}

impl ScorableItem {
    /// Points possible, or `None` where none were sent.
    pub fn possible(&self) -> Result<Option<Points>, PointsError> {
        if self.score_possible.is_empty() { Ok(None) } else { self.score_possible.parse().map(Some) }
    }
}

/// A column of the sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The sender's key, unique in the sheet.
    pub key: ColumnKey,
    /// The item and where it was described; `None` when only scores were sent.
    pub item: Option<(ScorableItem, Source)>,
    /// The assignment's internal id in Canvas, as far as the source names one: what a gradebook of Canvas has in
    /// brackets behind a title. It counts where it is an assignment of the course (`canvas-contract §J2`).
    pub canvas: Option<AssignmentId>,
    /// How exact its values are.
    pub exactness: Exactness,
    /// The first record that describes it with another title or other points possible than [`Column::item`]: then it is
    /// not known what its scores mean.
    pub contradicted: Option<Source>,
}

/// How exact the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Exactness {
    /// As exact as the sender has them.
    #[default]
    AsSent,
    /// As a gradebook export of Canvas writes them: what counts, late deduction included, rounded to two decimals; in a
    /// GPA column the word of the scheme (`canvas-contract §J1`).
    CanvasGradebook,
}

impl Exactness {
    /// The name in the canonical CSV; empty for values as sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::AsSent => "",
            Self::CanvasGradebook => "canvas-gradebook",
        }
    }

    /// Reads the name in the canonical CSV; `None` for any other word.
    pub fn from_name(text: &str) -> Option<Self> {
        [Self::AsSent, Self::CanvasGradebook].into_iter().find(|one| one.name().eq_ignore_ascii_case(text))
    }
}

/// One student's score in one column, as sent. A term has millions of them, so what they share is kept once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// Where it stands.
    pub source: Source,
    /// Index into [`ScoreSheet::columns`].
    pub column: u32,
    /// Whom it is about: the place in [`ScoreSheet::users`].
    pub user: SentUserIndex,
    /// The value as received, never blank. A number in another form is written plainly (`1.234,5` is `1234.5`); one that
    /// can be read in two ways stands with both ([`super::either_number`]).
    pub received: ArcStr,
    /// What the source says beside the score, if anything; rows that say the same mostly share it.
    pub beside: Option<Arc<Beside>>,
}

impl Score {
    /// When the sender says it was earned.
    pub fn submitted(&self) -> Option<SentDate> {
        self.beside.as_ref()?.submitted
    }

    /// A comment for the student, character for character.
    pub fn comment(&self) -> Option<&str> {
        self.beside.as_ref()?.comment.as_deref()
    }

    /// What else the source says of the person.
    pub fn person(&self) -> Option<&SentPerson> {
        self.beside.as_ref()?.person.as_deref()
    }
}

/// What a source says beside a score. Many rows lack it, and millions of rows should not keep room for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Beside {
    /// When the sender says the score was earned.
    pub submitted: Option<SentDate>,
    /// A comment for the student, character for character.
    pub comment: Option<Box<str>>,
    /// What else the source says of the person.
    pub person: Option<Box<SentPerson>>,
}

impl Beside {
    /// What is said, if anything is.
    pub fn if_any(self) -> Option<Arc<Self>> {
        (self != Self::default()).then(|| Arc::new(self))
    }
}

/// What a source says of a person beside the id: for suggestions and cross-checks, never for matching.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SentPerson {
    /// The name as sent.
    pub name: Option<Box<str>>,
    /// The e-mail address as sent.
    pub email: Option<Box<str>>,
    /// Ids of other kinds: `(origin, value)`.
    pub other_ids: Vec<(UserIdOrigin, Box<str>)>,
}

/// Why a record of a source is neither an item nor a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// No value: no score, never zero.
    Blank,
    /// No value, but a comment: it goes to nobody.
    BlankWithComment,
    /// A word for no score, or the error of a formula.
    NoScore,
    /// A status of the work in Canvas's word, which is no score.
    Status(&'static str),
    /// A row of totals or averages.
    Summary,
    /// A row of somebody who has scores and, as the file says, is no student.
    NoStudent,
    /// The test student of a Canvas course.
    TestStudent,
    /// A row that is named like the test student, with a login that may be somebody's.
    NamedTestStudent,
    /// The row of a Canvas gradebook that says what its columns are out of.
    PointsPossible,
    /// A row that names nobody and holds no score, such as the one that says how grades are posted.
    NamesNobody,
    /// Another value of the same student and column was kept by the repeat rule.
    RepeatSettled,
    /// The courses file says `include = no`.
    Excluded,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Status(word) => return write!(formatter, "`{word}` is a status of the work and no score"),
            Self::NoStudent => "by their roles in the file no students, so that their scores are not taken",
            Self::Blank => "blank, which is no score",
            Self::BlankWithComment => "blank, which is no score; their comments are not sent",
            Self::Summary => "a summary of students, and no student",
            Self::TestStudent => "the test student",
            Self::NamedTestStudent => "named like the test student, although the login is none of a test student",
            Self::PointsPossible => "the points possible of the columns",
            Self::NamesNobody => "nobody is named, and nothing is scored",
            Self::NoScore => "a word or an error, which is no score",
            Self::RepeatSettled => "the same student and column again, settled by the repeat rule",
            Self::Excluded => "of a course that the courses file leaves out",
        })
    }
}

/// A record that was passed over, so that every record of a source is accounted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skipped {
    /// Where it stands.
    pub source: Source,
    /// Why.
    pub reason: SkipReason,
}

/// A person's cell that holds no score: blank, or excused. It makes no cell of a plan, and nobody who has one is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blank {
    /// Where it stands.
    pub source: Source,
    /// Index into [`ScoreSheet::columns`].
    pub column: u32,
    /// Whose it is: the place in [`ScoreSheet::users`].
    pub user: SentUserIndex,
}

/// What to do with two different values of one student and column (`tegrity-connector §5`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RepeatRule {
    /// The highest value counts: cumulative reports.
    Max,
    /// The last value counts, by submission date, then by place in the file: captures.
    Last,
    /// The first value counts, by submission date, then by place in the file.
    First,
    /// The values add up: parts of one score, such as the minutes of somebody who left a meeting and came back.
    Sum,
    /// Two different values are a conflict: the canonical CSV.
    #[default]
    Error,
}

/// Scores and columns as sent, from one or several files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScoreSheet {
    /// The files, in the order they were given.
    pub files: Vec<SourceFile>,
    /// The columns, each key once.
    pub columns: Vec<Column>,
    /// Everybody whom a score or a blank cell is about, as sent.
    pub users: SentUsers,
    /// The scores in file order, repeats included: the plan settles them so that each is shown.
    pub scores: Vec<Score>,
    /// Records that are neither.
    pub skipped: Vec<Skipped>,
    /// The blank and excused ones among them that are about a person.
    pub blanks: Vec<Blank>,
    /// How many records described an item.
    pub item_records: u64,
    /// How repeats are settled.
    pub repeat: RepeatRule,
    /// What reading altered, passed over or could not use, with its lines; a plan takes them over.
    pub findings: Vec<Finding>,
}

impl ScoreSheet {
    /// The column a score belongs to.
    pub fn column(&self, score: &Score) -> &Column {
        &self.columns[score.column as usize]
    }

    /// Whom a score is about, as its row says it.
    pub fn sent_user(&self, score: &Score) -> SentUser<'_> {
        self.users.at(score.user)
    }

    /// `scores.csv:17`, the way errors and reports name a record.
    pub fn locate(&self, source: Source) -> String {
        let name = self.files.get(source.file as usize).map_or("?", |file| file.name.as_ref());
        format!("{name}:{}", source.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_million_scores_and_blanks_take_little_room() {
        assert_eq!((size_of::<Score>(), size_of::<Blank>()), (32, 16));
    }
}
