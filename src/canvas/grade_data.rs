//! What is to be written into cells, in the only forms that Canvas cannot misread (`canvas-contract §0`, §H1).

use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::domain::{AssignmentId, UserId};

/// What a cell's grade becomes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PostedGrade {
    /// The text Canvas reads: points, or `complete` and `incomplete` for a `pass_fail` column.
    Grade(String),
    /// No grade and not excused.
    Cleared,
    /// Excused.
    Excused,
}

/// What is sent for one cell. Cells with neither grade nor comment are left out of the request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CellWrite {
    /// The grade; `None` leaves it as it is.
    pub grade: Option<PostedGrade>,
    /// A comment, which Canvas appends each time it is sent.
    pub comment: Option<String>,
}

impl CellWrite {
    fn is_empty(&self) -> bool {
        self.grade.is_none() && self.comment.is_none()
    }
}

impl Serialize for CellWrite {
    /// Never `excuse` together with a grade, and never `excuse: false`, which clears (`canvas-contract §0.4`, §H3).
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.grade {
            Some(PostedGrade::Grade(text)) => map.serialize_entry("posted_grade", text)?,
            Some(PostedGrade::Cleared) => map.serialize_entry("posted_grade", "")?,
            Some(PostedGrade::Excused) => map.serialize_entry("excuse", &true)?,
            None => {}
        }
        if let Some(comment) = &self.comment {
            map.serialize_entry("text_comment", comment)?;
        }
        map.end()
    }
}

/// The cells of one bulk request: by internal ids only, ordered by assignment, then student, each cell once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GradeData {
    columns: BTreeMap<AssignmentId, BTreeMap<UserId, CellWrite>>,
}

impl GradeData {
    /// A job about this column that writes nothing. Jobs of a course run one at a time and in order, so when it has
    /// ended, every job queued before it has ended too (`canvas-contract §H7`).
    pub fn empty_job(column: AssignmentId) -> Self {
        Self { columns: BTreeMap::from([(column, BTreeMap::new())]) }
    }

    /// Sets what is sent for a cell; gives what was set before.
    pub fn insert(&mut self, assignment: AssignmentId, student: UserId, cell: CellWrite) -> Option<CellWrite> {
        self.columns.entry(assignment).or_default().insert(student, cell)
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.columns.values().map(BTreeMap::len).sum()
    }

    /// Whether there are no cells.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The body of a request for a course.
    pub(super) fn to_json(&self) -> Vec<u8> {
        #[derive(Serialize)]
        struct Body<'a> {
            grade_data: Columns<'a>,
        }
        let body = Body { grade_data: Columns(&self.columns) };
        serde_json::to_vec(&body).expect("text and numbers are always JSON")
    }
}

struct Columns<'a>(&'a BTreeMap<AssignmentId, BTreeMap<UserId, CellWrite>>);

impl Serialize for Columns<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(assignment, students)| (assignment.0, Students(students))))
    }
}

struct Students<'a>(&'a BTreeMap<UserId, CellWrite>);

impl Serialize for Students<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer
            .collect_map(self.0.iter().filter(|(_, cell)| !cell.is_empty()).map(|(student, cell)| (student.0, cell)))
    }
}

/// What a single write changes; it can do more than a bulk request (`canvas-contract §H1`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SubmissionChange {
    /// The grade and the comment.
    pub cell: CellWrite,
    /// `late`, `missing`, `extended` or `none`.
    pub late_policy_status: Option<String>,
    /// A custom grade status.
    pub custom_grade_status_id: Option<i64>,
    /// Whether a number is points even where the grading scheme has an entry of that name.
    pub prefer_points_over_scheme: bool,
}

impl SubmissionChange {
    /// The request body.
    pub(super) fn to_json(&self) -> Vec<u8> {
        #[derive(Serialize)]
        struct Body<'a> {
            submission: Inner<'a>,
            #[serde(skip_serializing_if = "Option::is_none")]
            comment: Option<CommentText<'a>>,
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            prefer_points_over_scheme: bool,
        }
        #[derive(Serialize)]
        struct Inner<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            posted_grade: Option<&'a str>,
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            excuse: bool,
            #[serde(skip_serializing_if = "Option::is_none")]
            late_policy_status: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            custom_grade_status_id: Option<i64>,
        }
        #[derive(Serialize)]
        struct CommentText<'a> {
            text_comment: &'a str,
        }
        let body = Body {
            submission: Inner {
                posted_grade: match &self.cell.grade {
                    Some(PostedGrade::Grade(text)) => Some(text),
                    Some(PostedGrade::Cleared) => Some(""),
                    Some(PostedGrade::Excused) | None => None,
                },
                excuse: self.cell.grade == Some(PostedGrade::Excused),
                late_policy_status: self.late_policy_status.as_deref(),
                custom_grade_status_id: self.custom_grade_status_id,
            },
            comment: self.cell.comment.as_deref().map(|text_comment| CommentText { text_comment }),
            prefer_points_over_scheme: self.prefer_points_over_scheme,
        };
        serde_json::to_vec(&body).expect("text and numbers are always JSON")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grade(text: &str) -> CellWrite {
        CellWrite { grade: Some(PostedGrade::Grade(text.to_owned())), comment: None }
    }

    fn text(json: Vec<u8>) -> String {
        String::from_utf8(json).expect("UTF-8")
    }

    #[test]
    fn a_bulk_body_is_ordered_and_holds_no_trap() {
        let mut cells = GradeData::default();
        let excused = CellWrite { grade: Some(PostedGrade::Excused), comment: Some("ill".to_owned()) };
        let cleared = CellWrite { grade: Some(PostedGrade::Cleared), comment: None };
        cells.insert(AssignmentId(10_000), UserId(3), cleared);
        cells.insert(AssignmentId(9), UserId(20_000), grade("17.5"));
        cells.insert(AssignmentId(9), UserId(4), excused);
        cells.insert(AssignmentId(9), UserId(5), CellWrite::default());
        assert_eq!(cells.insert(AssignmentId(10_000), UserId(30), grade("1")), None);
        assert_eq!(cells.insert(AssignmentId(10_000), UserId(30), grade("2")), Some(grade("1")));
        assert_eq!(
            text(cells.to_json()),
            r#"{"grade_data":{"9":{"4":{"excuse":true,"text_comment":"ill"},"20000":{"posted_grade":"17.5"}},"#
                .to_owned()
                + r#""10000":{"3":{"posted_grade":""},"30":{"posted_grade":"2"}}}}"#
        );
    }

    #[test]
    fn a_single_body_says_only_what_changes() {
        for (change, expected) in [
            (
                SubmissionChange { cell: grade("5"), ..SubmissionChange::default() },
                r#"{"submission":{"posted_grade":"5"}}"#,
            ),
            (
                SubmissionChange {
                    cell: CellWrite { grade: None, comment: Some("late".to_owned()) },
                    late_policy_status: Some("none".to_owned()),
                    custom_grade_status_id: Some(3),
                    prefer_points_over_scheme: true,
                },
                r#"{"submission":{"late_policy_status":"none","custom_grade_status_id":3},"comment":{"text_comment":"late"},"prefer_points_over_scheme":true}"#,
            ),
        ] {
            assert_eq!(text(change.to_json()), expected);
        }
    }
}
