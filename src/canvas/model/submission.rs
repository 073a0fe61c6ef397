//! Submissions: the cells of a gradebook.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

use super::Visible;
use super::null::null_as_default;
use crate::domain::{AssignmentId, CommentForm, Entered, GroupId, LiveCell, Points, SectionId, UserId};

/// One student's cell in one column (`canvas-contract §I2`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Submission {
    /// The student.
    pub user_id: UserId,
    /// The column.
    pub assignment_id: AssignmentId,
    /// The score that counts, in points, late deduction included.
    #[serde(default)]
    pub score: Option<Points>,
    /// The score somebody entered, in points, before any late deduction.
    #[serde(default)]
    pub entered_score: Option<Points>,
    /// The score that counts, as Canvas writes it.
    #[serde(default)]
    pub grade: Option<String>,
    /// The entered score, as Canvas writes it.
    #[serde(default)]
    pub entered_grade: Option<String>,
    /// Whether the student is excused; Canvas may say null.
    #[serde(default)]
    pub excused: Option<bool>,
    /// The latest attempt.
    #[serde(default)]
    pub attempt: Option<i64>,
    /// When the latest attempt was handed in.
    #[serde(default)]
    pub submitted_at: Option<Timestamp>,
    /// When it was graded; a cleared cell may keep its old time.
    #[serde(default)]
    pub graded_at: Option<Timestamp>,
    /// Who graded: negative for a quiz or tool, `None` if nobody did.
    #[serde(default)]
    pub grader_id: Option<i64>,
    /// Canvas's word: `submitted`, `unsubmitted`, `graded`, `pending_review`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub workflow_state: String,
    /// `late`, `missing`, `extended`, `none`, or nothing.
    #[serde(default)]
    pub late_policy_status: Option<String>,
    /// A custom grade status.
    #[serde(default)]
    pub custom_grade_status_id: Option<i64>,
    /// Points that a late policy took off.
    #[serde(default)]
    pub points_deducted: Option<Points>,
    /// When the grade was posted; `None` while it is hidden.
    #[serde(default)]
    pub posted_at: Option<Timestamp>,
    /// Whether the grade belongs to the latest attempt.
    #[serde(default)]
    pub grade_matches_current_submission: Option<bool>,
    /// Whether it was handed in late.
    #[serde(default, deserialize_with = "null_as_default")]
    pub late: bool,
    /// Whether it should have been handed in and was not.
    #[serde(default, deserialize_with = "null_as_default")]
    pub missing: bool,
    /// The comments; only where they were asked for.
    #[serde(default, deserialize_with = "null_as_default")]
    pub submission_comments: Vec<Comment>,
    /// The comments as Canvas stored them, where `submission_comments` shows the text of parsed HTML
    /// (`canvas-contract §H9`); only where they were asked for.
    #[serde(default, deserialize_with = "null_as_default")]
    pub submission_html_comments: Vec<Comment>,
    /// How many versions Canvas stored, counted from 0; `None` where it does not say. Not every write makes one
    /// (`canvas-contract §H9`).
    #[serde(default, rename = "preview_url", deserialize_with = "version_in_address")]
    pub version: Option<u32>,
    /// Its versions, newest last; only where they were asked for.
    #[serde(default, deserialize_with = "null_as_default")]
    pub submission_history: Vec<SubmissionVersion>,
    /// The student's group; only where it was asked for, and only for a group assignment.
    #[serde(default)]
    pub group: Option<Group>,
}

impl Submission {
    /// The comments and the form of their texts: as stored where Canvas sent that, else as shown. Older servers do not
    /// know `submission_html_comments` and pass over it, so ask for both.
    pub fn comments(&self) -> (&[Comment], CommentForm) {
        match self.submission_html_comments.as_slice() {
            [] => (&self.submission_comments, CommentForm::Shown),
            stored => (stored, CommentForm::Stored),
        }
    }

    /// The comments with this text that one of `authors` wrote: what it means that a comment of ours is there.
    pub fn comments_of<'a>(&'a self, text: &'a str, authors: &'a [UserId]) -> impl Iterator<Item = &'a Comment> {
        let (comments, form) = self.comments();
        comments.iter().filter(move |comment| {
            comment.author_id.is_some_and(|author| authors.contains(&author)) && form.is_of(&comment.comment, text)
        })
    }

    /// The cell as the domain compares it.
    pub fn live_cell(&self) -> LiveCell {
        LiveCell {
            entered: entered(self.excused, self.entered_score.or(self.score)),
            entered_grade: self.entered_grade.clone(),
            grader: self.grader_id,
            graded_at: self.graded_at,
            attempt: self.attempt,
            submitted_at: self.submitted_at,
            // Canvas says null while there is no row yet (`canvas-contract §I1`).
            workflow_state: self.workflow_state.clone(),
            points_deducted: self.points_deducted,
            late_policy_status: self.late_policy_status.clone(),
            custom_grade_status: self.custom_grade_status_id,
            posted_at: self.posted_at,
            grade_matches_current_submission: self.grade_matches_current_submission.unwrap_or(false),
            // Whether another score is the policy's, its reader decides.
            missing: self.missing && self.entered_score.or(self.score).is_none_or(Points::is_zero),
        }
    }
}

/// An earlier or the present state of a submission (`canvas-contract §H9`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SubmissionVersion {
    /// The score that counted, in points.
    #[serde(default)]
    pub score: Option<Points>,
    /// The entered score, in points, where Canvas sends it.
    #[serde(default)]
    pub entered_score: Option<Points>,
    /// The entered score, as Canvas writes it, where Canvas sends it.
    #[serde(default)]
    pub entered_grade: Option<String>,
    /// Whether the student was excused.
    #[serde(default)]
    pub excused: Option<bool>,
    /// Points that a late policy took off, where Canvas sends it.
    #[serde(default)]
    pub points_deducted: Option<Points>,
    /// Who graded: negative for a quiz or tool.
    #[serde(default)]
    pub grader_id: Option<i64>,
    /// When it was graded.
    #[serde(default)]
    pub graded_at: Option<Timestamp>,
    /// The attempt.
    #[serde(default)]
    pub attempt: Option<i64>,
    /// Canvas's word.
    #[serde(default)]
    pub workflow_state: Option<String>,
}

impl SubmissionVersion {
    /// What was in the cell.
    pub fn entered(&self) -> Entered {
        entered(self.excused, self.entered_score.or(self.score))
    }

    /// The version as the domain compares cells, as far as Canvas tells.
    pub fn live_cell(&self) -> LiveCell {
        LiveCell {
            entered: self.entered(),
            entered_grade: self.entered_grade.clone(),
            grader: self.grader_id,
            graded_at: self.graded_at,
            attempt: self.attempt,
            workflow_state: self.workflow_state.clone().unwrap_or_default(),
            points_deducted: self.points_deducted,
            ..LiveCell::default()
        }
    }
}

/// Reads the version that Canvas writes into the address of a preview: `…/submissions/7001?preview=1&version=3`.
fn version_in_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let address = Option::<String>::deserialize(deserializer)?;
    let query = address.as_deref().and_then(|address| address.split_once('?')).map(|(_, query)| query);
    Ok(query.and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("version=")?.parse().ok())))
}

fn entered(excused: Option<bool>, score: Option<Points>) -> Entered {
    match (excused, score) {
        (Some(true), _) => Entered::Excused,
        (_, Some(score)) => Entered::Score(score),
        (_, None) => Entered::Empty,
    }
}

/// A comment on a submission.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Comment {
    /// Internal id.
    pub id: i64,
    /// Who wrote it; `None` where that is hidden.
    #[serde(default)]
    pub author_id: Option<UserId>,
    /// The text.
    #[serde(default, deserialize_with = "null_as_default")]
    pub comment: String,
    /// When it was written.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// When it was last edited.
    #[serde(default)]
    pub edited_at: Option<Timestamp>,
}

/// A group of a group assignment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Group {
    /// Internal id; `None` for a student without a group.
    #[serde(default)]
    pub id: Option<GroupId>,
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
}

/// A student's row: the cells of all columns that were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StudentSubmissions {
    /// The student.
    pub user_id: UserId,
    /// One of the student's sections.
    #[serde(default)]
    pub section_id: Option<SectionId>,
    /// The student's SIS id.
    #[serde(default)]
    pub sis_user_id: Visible<String>,
    /// The cells; a column without one is not assigned to the student.
    #[serde(default, deserialize_with = "null_as_default")]
    pub submissions: Vec<Submission>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_compared_as_stored_where_canvas_sends_that() {
        let shown = r#"[{"id":1,"author_id":5,"comment":"a"},{"id":2,"author_id":6,"comment":"fine"}]"#;
        let stored = r#"[{"id":1,"author_id":5,"comment":"a<b"},{"id":2,"author_id":6,"comment":"fine"}]"#;
        let row = |more: &str| {
            let text = format!(r#"{{"user_id":1,"assignment_id":2,"submission_comments":{shown}{more}}}"#);
            serde_json::from_str::<Submission>(&text).expect("a submission")
        };
        let (newer, older) = (row(&format!(r#","submission_html_comments":{stored}"#)), row(""));
        for (name, row, text, author, found) in [
            ("as stored", &newer, "a<b", 5, vec![1]),
            ("not as shown where the stored text is there", &newer, "a", 5, vec![]),
            ("as shown", &older, "a<b", 5, vec![1]),
            ("by another", &newer, "fine", 5, vec![]),
            ("plain text", &older, "fine", 6, vec![2]),
        ] {
            let ids: Vec<i64> = row.comments_of(text, &[UserId(author)]).map(|comment| comment.id).collect();
            assert_eq!(ids, found, "{name}");
        }
    }
}
