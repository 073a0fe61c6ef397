//! The assignment map: which Canvas assignment a sender's column goes to.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AssignmentId, AssignmentKey, ColumnKey, CourseId, Points, RunId, fits_pattern};

/// One entry of the map, with enough of the assignment to notice that it is no longer the same (design, Assignments).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// The sender's key; of a header that names no assignment for all files whose names fit its pattern.
    pub key: ColumnKey,
    /// The Canvas course the assignment is in.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// When Canvas says it was created; `None` where nobody looked.
    pub assignment_created_at: Option<Timestamp>,
    /// Its name when it was bound.
    pub name: String,
    /// Its points possible when it was bound.
    pub points_possible: Option<Points>,
    /// When it was bound.
    pub bound_at: Timestamp,
    /// The run that created the assignment; `None` if it was there before.
    pub created_by_run: Option<RunId>,
}

impl Binding {
    /// Whether it is the entry of this column of a sheet.
    pub fn is_of(&self, column: &ColumnKey) -> bool {
        match (&self.key.assignment, &column.assignment) {
            (AssignmentKey::Untitled(bound), AssignmentKey::Untitled(sent)) => {
                let key = ColumnKey { assignment: column.assignment.clone(), ..self.key.clone() };
                key == *column && bound.header == sent.header && fits_pattern(&bound.file, &sent.file)
            }
            _ => self.key == *column,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::UntitledColumn;

    fn key(course: &str, assignment: AssignmentKey) -> ColumnKey {
        let (customer_number, provider_id) = ("".into(), "".into());
        ColumnKey { customer_number, provider_id, course_id: course.into(), assignment }
    }

    #[test]
    fn a_header_that_names_nothing_is_bound_in_files_of_a_name_only() {
        let bound = UntitledColumn::of_files("Total Score", "hw1*.csv").expect("a pattern");
        let binding = Binding {
            key: key("BIO", AssignmentKey::Untitled(bound)),
            course: CourseId(7),
            assignment: AssignmentId(70),
            assignment_created_at: None,
            name: "Homework 1".to_owned(),
            points_possible: None,
            bound_at: Timestamp::UNIX_EPOCH,
            created_by_run: None,
        };
        let of_file = |header, file| AssignmentKey::Untitled(UntitledColumn::of_file(header, file));
        for (course, assignment, expected) in [
            ("BIO", of_file("Total Score", "exports/hw1_scores.csv"), true),
            ("BIO", of_file("Total Score", "hw2_scores.csv"), false),
            ("BIO", of_file("Score", "hw1_scores.csv"), false),
            ("CHEM", of_file("Total Score", "hw1_scores.csv"), false),
            ("BIO", AssignmentKey::Title("Total Score".into()), false),
        ] {
            assert_eq!(binding.is_of(&key(course, assignment.clone())), expected, "{course} {assignment:?}");
        }
    }
}
