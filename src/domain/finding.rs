//! Findings: everything the tool has to say about a row, a column, a course or a run. The list is closed.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{AssignmentId, CellClass, CourseId, Source, UserId, WhoseWork};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Worth a look before pushing.
    Warning,
    /// The row is not written.
    Row,
    /// Nothing of the plan may be pushed until it is mended or accepted.
    Plan,
}

impl Severity {
    /// The word in JSON and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Row => "row",
            Self::Plan => "plan",
        }
    }
}

/// Declares the codes with what each says, so that a code cannot exist without its severity, class and way out.
macro_rules! finding_codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $severity:ident, $class:expr, $hint:literal;)+) => {
        /// A stable code. Codes are added, never renamed: scripts rely on them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum FindingCode {
            $($(#[$doc])* #[serde(rename = $code)] $variant,)+
        }

        impl FindingCode {
            /// Every code, in the order of the reference.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code as scripts see it.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// How much it weighs unless the finding itself says more.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }

            /// The class it gives the cells it touches; `None` where it leaves them as they are.
            pub fn class(self) -> Option<CellClass> {
                match self { $(Self::$variant => $class,)+ }
            }

            /// What to do about it.
            pub fn hint(self) -> &'static str {
                match self { $(Self::$variant => $hint,)+ }
            }
        }
    };
}

const UNRESOLVED: Option<CellClass> = Some(CellClass::Unresolved);
const BLOCKED: Option<CellClass> = Some(CellClass::Blocked);
const CONFLICT: Option<CellClass> = Some(CellClass::Conflict);
const KEPT: Option<CellClass> = Some(CellClass::Kept);

finding_codes! {
    /// No course under the configured origin.
    CourseUnresolved = "course-unresolved", Row, UNRESOLVED,
        "check the course id, run `gradepush sync`, or say which course it is: `gradepush alias add course ID CANVAS_ID`";
    /// Several courses under the configured origin.
    CourseAmbiguous = "course-ambiguous", Row, UNRESOLVED, "add an alias that names the one meant";
    /// The id names an emptied cross-listed course.
    CourseCrossListed = "course-cross-listed", Row, BLOCKED, "add an alias to the course the section was moved to";
    /// Most identified students of the sheet are not enrolled there.
    CourseLooksWrong = "course-looks-wrong", Row, BLOCKED,
        "check that this is the right term's course, or release it with `--accept course-looks-wrong:COURSE`";
    /// The course has ended.
    CourseConcluded = "course-concluded", Row, BLOCKED, "plan this course alone with `--course ID --allow-concluded`";
    /// The grading period has closed.
    ClosedGradingPeriod = "closed-grading-period", Row, BLOCKED,
        "plan this course alone with `--course ID --allow-closed-period`";
    /// Students cannot see the course yet.
    CourseUnpublished = "course-unpublished", Warning, None, "publish the course when students should see the grades";
    /// Canvas refuses or fails for this course.
    CourseUnreadable = "course-unreadable", Row, BLOCKED,
        "if Canvas refuses, check that the token may view and edit grades there: `gradepush connector test --course ID`; if \
         its answer cannot be read, or none comes, plan again later";
    /// Nobody under the configured origin.
    UserUnresolved = "user-unresolved", Row, UNRESOLVED,
        "check the id, run `gradepush sync`, or say who it is: `gradepush alias add user ID CANVAS_ID`";
    /// Several people under the configured origin.
    UserAmbiguous = "user-ambiguous", Row, UNRESOLVED, "add an alias that names the one meant";
    /// The id named someone else at an earlier sync or push.
    IdentityMoved = "identity-moved", Row, BLOCKED,
        "check who the id belongs to now, then release it with `--accept identity-moved`";
    /// Two id columns of the row name different people.
    IdsDisagree = "ids-disagree", Row, UNRESOLVED, "correct the row so that its ids name one person";
    /// Merged away since the sync.
    UserMerged = "user-merged", Row, BLOCKED, "run `gradepush sync` and plan again";
    /// The name in the row has nothing in common with the person's whom its id names.
    NameDiffers = "name-differs", Warning, None,
        "check that the id is the right person's: `--cells` shows both names. Rows go by their id, whatever the name says";
    /// A rule that the connector does not have would identify people.
    IdentityRuleMissing = "identity-rule-missing", Warning, None,
        "if that is how these ids are written, turn the rule on: `gradepush connector edit TITLE --zero-pad N`, \
         `--case-fold`, `--strip-domain DOMAIN` or `--append-domain DOMAIN`";
    /// The token can see neither that id kind nor probe it.
    OriginNotVisible = "origin-not-visible", Plan, None,
        "use a token that may see this kind of id, or fill the cache with `sync --gradebook`";
    /// The file lacks ids of the connector's origin, and says which kind its ids are.
    LookedUpAs = "looked-up-as", Info, None, "check that this is the kind of id the file holds";
    /// Known, but not a student of the course.
    NotEnrolled = "not-enrolled", Row, BLOCKED, "enrol the student, or leave the row";
    /// All enrollments in the course are concluded.
    EnrollmentConcluded = "enrollment-concluded", Row, BLOCKED, "Canvas grades no concluded enrollment; leave the row";
    /// Inactive; Canvas accepts grades.
    EnrollmentInactive = "enrollment-inactive", Info, None, "nothing to do; the student sees the grade when active again";
    /// The assignment is not assigned to this student.
    NotAssigned = "not-assigned", Row, BLOCKED, "assign the assignment to the student in Canvas, or leave the row";
    /// The token is limited to other sections.
    NotVisible = "not-visible", Row, BLOCKED, "use a token that may see the student's section";
    /// A score whose assignment is nowhere and cannot be created.
    ItemMissing = "item-missing", Row, BLOCKED,
        "name the assignment that is meant with `gradepush map bind`, take those of the columns' names with \
         `--use-existing` unless that is on, or give a new assignment what it needs, as `--possible POINTS` does";
    /// Records describe one column with different titles, points possible or ids in Canvas.
    ItemContradicted = "item-contradicted", Row, BLOCKED,
        "describe the column alike in every record and file, give two columns of one title different titles, or give each \
         file its own with `--assignment-title`";
    /// The file calls the column what every file of its kind does, and nobody said which assignment is meant.
    AssignmentUntitled = "assignment-untitled", Row, BLOCKED,
        "name the assignment with `--assignment-title TITLE`, take it from the files' names with \
         `--assignment-from-name PATTERN`, or bind the header for files of a name with `gradepush map bind --for-files`";
    /// Several assignments of that name with use-existing on.
    AssignmentAmbiguous = "assignment-ambiguous", Row, BLOCKED, "bind the key with `gradepush map bind`";
    /// No assignment has that name, but one of the course, or another column of the sheet, has nearly that name.
    AssignmentNameNear = "assignment-name-near", Row, BLOCKED,
        "write the title as it is in Canvas, or bind the key with `gradepush map bind`";
    /// A gradebook's header has the id of one assignment behind the title of another.
    TitleOfAnother = "title-of-another", Warning, None,
        "check in Canvas which of the two is meant: the id counts, whatever the title says";
    /// A new column would get the name of an existing one, or of another new one.
    AssignmentNameTaken = "assignment-name-taken", Warning, None,
        "take the existing assignment with `--use-existing`, or bind the key to it with `gradepush map bind`";
    /// The mapped assignment was deleted.
    AssignmentGone = "assignment-gone", Row, BLOCKED, "remove the binding with `gradepush map unbind`, then plan again";
    /// The key now means another course.
    AssignmentMoved = "assignment-moved", Row, BLOCKED, "check the binding with `gradepush map list`";
    /// Canvas refuses a whole request that names it.
    AssignmentUnpublished = "assignment-unpublished", Row, BLOCKED, "publish the assignment in Canvas, then plan again";
    /// Moderated grading.
    AssignmentModerated = "assignment-moderated", Row, BLOCKED, "publish the moderated grades in Canvas first";
    /// Anonymous grading.
    AssignmentAnonymous = "assignment-anonymous", Row, BLOCKED, "post the anonymous assignment's grades in Canvas first";
    /// A checkpointed discussion.
    AssignmentCheckpointed = "assignment-checkpointed", Row, BLOCKED, "grade the checkpoints in Canvas";
    /// Takes no grades.
    AssignmentNotGraded = "assignment-not-graded", Row, BLOCKED, "choose a graded assignment with `gradepush map bind`";
    /// A quiz owns the column.
    AssignmentQuiz = "assignment-quiz", Row, BLOCKED, "grade the quiz in Canvas, or plan with `--allow-tool-columns`";
    /// An external tool owns the column.
    AssignmentExternalTool = "assignment-external-tool", Row, BLOCKED,
        "let that tool send its grades, or plan with `--allow-tool-columns`";
    /// Writing one member writes the group.
    GroupAssignment = "group-assignment", Row, BLOCKED, "give every member of the group the same value, or grade it in Canvas";
    /// Sheet and Canvas disagree on points possible.
    PointsDiffer = "points-differ", Warning, None, "plan with `--scale` to convert, or leave the points as sent";
    /// Letter or GPA scheme; sent in a form that cannot be captured.
    SchemeCapturesNumber = "scheme-captures-number", Warning, None, "nothing to do; the value is sent as a percentage";
    /// Canvas will deduct; compared on the entered score.
    LatePolicyApplies = "late-policy-applies", Info, None, "nothing to do; the late policy of the course stays in force";
    /// Manual posting: written, invisible until posted.
    HiddenUntilPosted = "hidden-until-posted", Info, None, "post the grades in Canvas when students should see them";
    /// A created column counts towards the total.
    ChangesCourseTotal = "changes-course-total", Info, None, "set `included_in_grade` to false in the sheet to leave totals alone";
    /// About how many notifications a push causes.
    StudentsNotified = "students-notified", Info, None, "plan with `--created-posting manual` to hold grade notifications of new columns";
    /// A submitted attempt awaits grading; undo cannot put that back.
    SubmissionWaiting = "submission-waiting", Warning, None, "check that the score is meant to grade this attempt";
    /// Same student, column and value twice.
    DuplicateEqual = "duplicate-equal", Info, None, "nothing to do; it is written once";
    /// An earlier or lower value, dropped by the repeat rule.
    RepeatSettled = "repeat-settled", Info, None, "nothing to do; the value that counts is shown in its own row";
    /// Several values of one student and column were added up.
    RepeatSummed = "repeat-summed", Info, None, "nothing to do; plan with another `--repeat` to have one of them";
    /// Same student and column with different values.
    DuplicateConflict = "duplicate-conflict", Row, BLOCKED, "leave one of the rows, or choose a rule with `--repeat`";
    /// Canvas would clear or alter it.
    ValueInvalid = "value-invalid", Row, BLOCKED, "correct the value in the source";
    /// More than twice the points possible.
    FarOverPossible = "far-over-possible", Row, BLOCKED,
        "correct the value, use `--scale`, or release it with `--accept far-over-possible:COURSE`";
    /// Above points possible.
    OverPossible = "over-possible", Warning, None, "check the value; Canvas accepts it as extra points";
    /// Zeros added for students without a row.
    AbsentZero = "absent-zero", Info, None, "nothing to do; plan without `--absent zero` to leave them empty";
    /// Only-raise leaves a higher grade.
    WouldLower = "would-lower", Row, KEPT, "plan without `--only-raise` to lower it";
    /// The sheet excuses a student, and that was not allowed.
    ExcuseNotAllowed = "excuse-not-allowed", Row, KEPT,
        "plan with `--allow-excuse` to excuse the student, or excuse them in Canvas";
    /// Ours, then edited by somebody.
    EditedInCanvas = "edited-in-canvas", Row, CONFLICT, "look at the cell in Canvas; `--overwrite edited-in-canvas` replaces it";
    /// Graded by somebody else.
    GradeByOther = "grade-by-other", Row, CONFLICT, "look at the cell in Canvas; `--overwrite grade-by-other` replaces it";
    /// Graded by the token's own user.
    GradeByYou = "grade-by-you", Row, CONFLICT, "plan with `--adopt-own` to treat your own grades as this tool's";
    /// Ours, then cleared by somebody.
    ClearedInCanvas = "cleared-in-canvas", Row, CONFLICT, "ask who cleared it; `--overwrite cleared-in-canvas` writes it again";
    /// Excused in Canvas.
    Excused = "excused", Row, CONFLICT, "`--on-conflict overwrite --accept excused` replaces the excusal";
    /// An undo took this value back.
    UndoneBefore = "undone-before", Row, CONFLICT, "`--overwrite undone-before` writes undone values again, and over nobody's work";
    /// The student has submitted a newer attempt.
    Resubmitted = "resubmitted", Row, CONFLICT, "look at the new attempt; `--overwrite resubmitted` grades it";
    /// Hidden by a teacher; a grade or a comment would show it.
    RevealsHiddenGrade = "reveals-hidden-grade", Row, CONFLICT,
        "ask who hid it; `--overwrite hidden` writes it, and the student sees the grade";
    /// A score of the missing policy, by nobody.
    AutomaticZero = "automatic-zero", Info, None, "nothing to do; the score of the missing policy counts as blank";
    /// A comment of ours is there more than once.
    CommentDoubled = "comment-doubled", Warning, None, "delete the spare copies in Canvas; push a course from one store only";
    /// Edits made between pre-check and job are known from version numbers only.
    ChangeLogUnread = "change-log-unread", Warning, None,
        "use a token that may read the grade change log; `gradepush connector test --course ID` tries it";
    /// An edit made between pre-check and job was lost.
    OverwroteEdit = "overwrote-edit", Warning, None, "`gradepush undo` puts a lost value back that is known";
    /// An earlier job of ours may still write this cell.
    JobOutstanding = "job-outstanding", Row, BLOCKED, "run `gradepush retry` to settle the earlier run first";
    /// A comment was sent, and it is not known whether it arrived.
    CommentUnknown = "comment-unknown", Warning, None,
        "`gradepush retry` of the run that sent it looks again; it is not sent twice";
    /// Longer than Canvas stores, or with a NUL character.
    CommentUnstorable = "comment-unstorable", Row, BLOCKED, "shorten the comment in the source, or take the character out";
    /// With something that Canvas takes for HTML.
    CommentShownAsHtml = "comment-shown-as-html", Warning, None,
        "leave `<` and `&` out of the comment, or look at it in Canvas after the push";
    /// A comment beside no score.
    CommentWithoutScore = "comment-without-score", Warning, None,
        "give the row its score, or write the comment in Canvas";
    /// Rows of one value have different comments, and a cell gets one.
    CommentDropped = "comment-dropped", Warning, None, "join the comments in one row of the sheet";
    /// An undo was to delete comments, and Canvas did not let it.
    CommentKept = "comment-kept", Warning, None, "delete it in Canvas, or `gradepush retry` the undo";
    /// An undo was to delete an assignment that the run had created, and kept it.
    AssignmentKept = "assignment-kept", Warning, None,
        "look at it in Canvas; `gradepush retry` of the undo deletes it once nothing of anybody is in it";
    /// A column of a file gave nothing.
    ColumnLeftOut = "column-left-out", Warning, None,
        "if it holds scores, correct its header, or say in a layout what it holds";
    /// A row of a file is about no student, or of a course that is left out.
    RowSkipped = "row-skipped", Info, None, "nothing to do, unless the row is a student's";
    /// Cells of a file that hold no score.
    NoScore = "no-score", Info, None, "nothing to do; `--missing zero` makes blanks count as 0";
    /// A value counts otherwise than it was sent.
    ValueAltered = "value-altered", Info, None, "nothing to do; the value that counts is shown in its own row";
    /// Numbers that may be percentages are taken for points.
    PointsOrPercent = "points-or-percent", Warning, None,
        "look at the values in Blackboard; of percentages, put `%` behind them, or show the column as a score and export again";
    /// A word of a field is none that the tool knows.
    WordDropped = "word-dropped", Warning, None, "correct the word in the source";
    /// A date is of no form that the tool knows.
    DateDropped = "date-dropped", Warning, None, "write the date as `2026-10-21` or `2026-10-21T15:04:05Z`";
    /// Something of a record has no place.
    FieldDropped = "field-dropped", Warning, None, "give the row a student and a score, or leave the field empty";
    /// Two records describe one column differently.
    ItemDescribedTwice = "item-described-twice", Warning, None, "make the rows of the column say the same of it";
    /// A sheet of a workbook is not read.
    SheetLeftOut = "sheet-left-out", Warning, None, "read another sheet with `--sheet NAME`";
    /// A row of a workbook is hidden, and read all the same.
    RowHidden = "row-hidden", Warning, None, "delete the row if it is not meant";
    /// A formula of a workbook has no stored value.
    FormulaWithoutValue = "formula-without-value", Warning, None,
        "open the workbook in a spreadsheet program, save it, and try again";
    /// A table of no known format is read by the names and values of its columns.
    TableGuessed = "table-guessed", Info, None,
        "check what each column was taken for; `--suggest-layout` writes a layout that says it";
    /// A row says that its score is not final.
    RowRemarked = "row-remarked", Warning, None, "check that the row's score is meant to be sent";
    /// A file is no UTF-8, and how it is encoded is a guess.
    EncodingGuessed = "encoding-guessed", Warning, None, "check names with accents, or save the file as `CSV UTF-8`";
    /// Many cells of a column fall a lot.
    ColumnDrops = "column-drops", Plan, None, "check the column, then release it with `--accept column-drops:COURSE`";
    /// Many cells of a column are above possible.
    ColumnOverPossible = "column-over-possible", Plan, None,
        "check points possible, use `--scale`, or release it with `--accept column-over-possible:COURSE`";
    /// Rows of the last run are missing from this sheet.
    SheetShrunk = "sheet-shrunk", Warning, None, "check that the export was complete";
    /// These scores were pushed before, and others after them.
    ScoresSuperseded = "scores-superseded", Warning, None,
        "check that this is the file you mean: its values replace newer ones; `gradepush runs` shows what was pushed";
    /// Less than half resolves under the configured origin and another would resolve more.
    WrongOrigin = "wrong-origin", Plan, None,
        "use the kind of id under which the ids resolve: the message says which, and how to change to it";
    /// The cache is older than allowed.
    CacheStale = "cache-stale", Warning, None, "run `gradepush sync`";
    /// Older than 24 hours at push.
    PlanExpired = "plan-expired", Plan, None, "plan again, or push with `--stale-ok`";
    /// A later run wrote or undid a cell of it.
    PlanSuperseded = "plan-superseded", Plan, None, "plan again";
    /// Already run.
    PlanExecuted = "plan-executed", Plan, None, "use `gradepush retry` to finish its run";
}

impl fmt::Display for FindingCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.code())
    }
}

/// One finding. `message` names no person: names are added where a command may show them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind.
    pub code: FindingCode,
    /// How much it weighs here; usually the code's own severity.
    pub severity: Severity,
    /// What happened, one line, without names, logins or grades.
    pub message: String,
    /// Where it was read.
    pub sources: Vec<Source>,
    /// The course, if it is known.
    pub course: Option<CourseId>,
    /// The assignment, if it exists.
    pub assignment: Option<AssignmentId>,
    /// The student, if identified.
    pub student: Option<UserId>,
    /// How many cells it touches.
    pub cells: u64,
    /// Of a conflict: whose work the cell holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whose: Option<WhoseWork>,
}

impl Finding {
    /// A finding of the code's own severity that touches nothing yet.
    pub fn new(code: FindingCode, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            sources: Vec::new(),
            course: None,
            assignment: None,
            student: None,
            cells: 0,
            whose: None,
        }
    }

    /// The same finding, read at these places.
    #[must_use]
    pub fn at(mut self, sources: &[Source]) -> Self {
        self.sources.extend_from_slice(sources);
        self
    }

    /// The same finding, about this course.
    #[must_use]
    pub fn in_course(mut self, course: CourseId) -> Self {
        self.course = Some(course);
        self
    }

    /// The same finding, about this column.
    #[must_use]
    pub fn of_assignment(mut self, assignment: Option<AssignmentId>) -> Self {
        self.assignment = assignment;
        self
    }

    /// The same finding, about this student.
    #[must_use]
    pub fn of_student(mut self, student: Option<UserId>) -> Self {
        self.student = student;
        self
    }

    /// The same finding, touching this many cells.
    #[must_use]
    pub fn touching(mut self, cells: usize) -> Self {
        self.cells = cells as u64;
        self
    }
}

/// The most findings that a summary or a result carries; all of them are in the stored plan (findings, In JSON).
const MOST_FINDINGS: usize = 1000;

/// The first of many findings, the heaviest first, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstFindings {
    /// The first, in the order of their severity.
    pub findings: Vec<Finding>,
    /// How many there are in all.
    pub total: u64,
}

impl FirstFindings {
    /// The first of these.
    pub fn of(mut findings: Vec<Finding>) -> Self {
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let total = findings.len() as u64;
        findings.truncate(MOST_FINDINGS);
        Self { findings, total }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_gives_a_class_is_a_row_finding() {
        for code in FindingCode::ALL {
            assert_eq!(code.class().is_some(), code.severity() == Severity::Row, "{code}");
            assert_eq!(serde_json::to_value(code).expect("a string"), code.code());
        }
    }
}
