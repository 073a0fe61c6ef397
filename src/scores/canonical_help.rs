//! What each column of the canonical CSV holds, for `gradepush help scores`.

use super::canonical::Field;

/// A column of the canonical CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CanonicalColumn {
    /// Its name in the header.
    pub name: &'static str,
    /// What it holds, and what a blank means.
    pub about: &'static str,
    /// A value.
    pub example: &'static str,
}

/// Every column, in the order it is written.
pub fn canonical_columns() -> Vec<CanonicalColumn> {
    Field::ALL
        .iter()
        .map(|field| {
            let (about, example) = described(*field);
            CanonicalColumn { name: field.name(), about, example }
        })
        .collect()
}

fn described(field: Field) -> (&'static str, &'static str) {
    match field {
        Field::CustomerNumber => ("the sender's tenant; part of the assignment's key", "ABCD-1234"),
        Field::ProviderId => ("the sending tool; part of the assignment's key", "Tegrity"),
        Field::CourseId => {
            ("needed, unless --course says it: the course, by the connector's course_id_origin", "BIO-101")
        }
        Field::AssignmentId => ("the sender's own id of the assignment; blank, and the title is the key", "00697"),
        Field::AssignmentTitle => {
            ("needed without an assignment_id, unless --assignment-title says it: the name in Canvas", "Lecture 1")
        }
        Field::Category => ("the assignment group of a new assignment", "Homework"),
        Field::Description => ("the description of a new assignment", "Chapters 1 to 3"),
        Field::StartDate => ("when it starts; kept, and not sent to Canvas", "2026-09-01"),
        Field::DueDate => ("when a new assignment is due; a bare date is the end of that day", "2026-10-21"),
        Field::ScoreType => ("Points (if blank), Percentage or CompleteIncomplete", "Points"),
        Field::ScorePossible => ("the points possible; needed for a new assignment", "10"),
        Field::ExtraCredit => ("yes or no; kept, and not sent to Canvas", "no"),
        Field::IncludedInGrade => ("no: a new assignment does not count towards the total", "yes"),
        Field::StudentViewable => ("yes or no; kept, and not sent to Canvas", "yes"),
        Field::UserId => ("needed: the student, by the connector's user_id_origin; text, with its zeros", "00417001"),
        Field::ScoreReceived => ("needed: a number, 85%, complete or incomplete; blank is no score, never 0", "8.5"),
        Field::DateSubmitted => {
            ("when it was earned; decides which of several values is the last", "2026-10-20T15:04:05Z")
        }
        Field::Comment => ("a comment for the student, sent with the score", "Well argued"),
        Field::UserName => ("the student's name, for suggestions and cross-checks, never for matching", "Reyes, Marta"),
        Field::UserEmail => ("the student's address, for suggestions, never for matching", "mreyes@example.edu"),
        Field::OtherUserIds => {
            ("ids of other kinds, kind=id, percent-encoded; they must name the same person", "login=mreyes")
        }
        Field::ValuesFrom => (
            "canvas-gradebook: the values are as Canvas exports them, rounded and with late deductions",
            "canvas-gradebook",
        ),
        Field::UserIdOrigin => {
            ("internal, sis or login: which kind user_id is; blank is the connector's user_id_origin", "login")
        }
        Field::Why => ("why `show --failed` has the row; not read", "value-invalid: `8,,5` is not a number"),
        Field::CanvasAssignmentId => ("the assignment's own id in Canvas, which goes before its title", "9001"),
    }
}
