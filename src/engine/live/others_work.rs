//! What a column holds of anybody, whoever it is about: it is looked at before the column is deleted.

use std::collections::HashSet;

use super::cells::{Grid, Look, With};
use super::errors::shown;
use crate::canvas::{CanvasError, Comment, GradeChange, GradeChangeFilter, Reader, Submission, SubmissionInclude};
use crate::domain::{AssignmentId, CellKey, CourseId, Entered, UserId};

/// What a column holds.
pub(in crate::engine) enum Work {
    /// Nothing of anybody but us; so many comments of ours go with it.
    Ours { comments: usize },
    /// Something of somebody else's, or nobody can see it: why the column is to stay, in one line without names.
    Others(String),
}

/// A column that is looked at.
pub(in crate::engine) struct Column<'a> {
    pub(in crate::engine) reader: &'a Reader,
    pub(in crate::engine) course: CourseId,
    pub(in crate::engine) assignment: AssignmentId,
    /// Whose grades and comments are ours.
    pub(in crate::engine) ours: &'a [UserId],
}

impl Column<'_> {
    /// Looks at what the column holds of anybody but us.
    ///
    /// Who graded a cell last is in the change log; a version names the grader before where the grade was changed in
    /// SpeedGrader (`canvas-contract §I3`, §H9). Statuses and hand-ins of people who have left the course, who are in no
    /// list of cells, are in the gradebook history. Nothing that Canvas offers shows a comment on the cell of somebody
    /// who has left. An error is one that ends the run or may pass; what Canvas does not show keeps the column.
    pub(in crate::engine) async fn others_work(&self) -> Result<Work, CanvasError> {
        let Some(rows) = self.cells().await? else {
            return Ok(Work::Others("Canvas does not show its cells".to_owned()));
        };
        let graded = self.graded_by_others().await?;
        let rows = self.look_again(rows, graded.as_ref()).await?;
        let mut held = Held::default();
        let mut comments = 0;
        for row in &rows {
            comments += held.add(row, self.ours);
        }
        if let Some(what) = held.words() {
            return Ok(Work::Others(format!("it holds {what}")));
        }
        let here: HashSet<UserId> = rows.iter().map(|row| row.user_id).collect();
        let kept = self.left_behind(&here, graded).await?;
        Ok(kept.map_or(Work::Ours { comments }, Work::Others))
    }

    /// Every cell that Canvas lists; `None` where it lists none. The list of a course has published columns only, and
    /// that of a column has active students only (`canvas-contract §I1`).
    async fn cells(&self) -> Result<Option<Vec<Submission>>, CanvasError> {
        let Self { reader, course, assignment, .. } = *self;
        let with = With { comments: true };
        if let Some(grid) = shown(Grid::read_all(reader, course, &[assignment], with).await)? {
            return Ok(Some(grid.submissions().cloned().collect()));
        }
        shown(reader.assignment_submissions(course, assignment, &[SubmissionInclude::Comments]).all().await)
    }

    /// Whose cells were last graded by somebody else, and not emptied, by the change log; one is `None` where Canvas does
    /// not say whose it is. `None` where the log may not be read.
    async fn graded_by_others(&self) -> Result<Option<HashSet<Option<UserId>>>, CanvasError> {
        let filter = GradeChangeFilter { assignment: Some(self.assignment), ..GradeChangeFilter::default() };
        let changes = shown(self.reader.grade_changes(self.course, &filter).all().await)?;
        let mut met = HashSet::new();
        let is_theirs = |change: &GradeChange| {
            // The newest comes first.
            let is_last = change.student_id.is_none_or(|student| met.insert(student));
            let holds = change.excused_after || change.grade_after.is_some();
            is_last && holds && !self.is_ours(change.grader_id)
        };
        let Some(changes) = changes else { return Ok(None) };
        Ok(Some(changes.into_iter().filter(is_theirs).map(|change| change.student_id).collect()))
    }

    fn is_ours(&self, person: Option<UserId>) -> bool {
        person.is_some_and(|person| self.ours.contains(&person))
    }

    /// Looks once more at cells that are listed with a grade of ours, or without the one that the change log tells of: a
    /// list may be behind.
    async fn look_again(
        &self,
        rows: Vec<Submission>,
        graded: Option<&HashSet<Option<UserId>>>,
    ) -> Result<Vec<Submission>, CanvasError> {
        let may_be_behind = |row: &&Submission| match row.live_cell().entered {
            Entered::Empty => graded.is_some_and(|graded| graded.contains(&Some(row.user_id))),
            Entered::Score(_) | Entered::Excused => self.is_ours(row.grader_id.map(UserId)),
        };
        let key = |row: &Submission| CellKey { assignment: row.assignment_id, user: row.user_id };
        let behind: Vec<CellKey> = rows.iter().filter(may_be_behind).map(key).collect();
        if behind.is_empty() {
            return Ok(rows);
        }
        let with = With { comments: true };
        let Some(again) = shown(Look::again(self.reader, self.course, &behind, with).await)? else { return Ok(rows) };
        let newer = |row: Submission| again.grid.submission(row.assignment_id, row.user_id).cloned().unwrap_or(row);
        Ok(rows.into_iter().map(newer).collect())
    }

    /// Why the column is to stay for what people left behind who are not `here` any more.
    async fn left_behind(
        &self,
        here: &HashSet<UserId>,
        graded: Option<HashSet<Option<UserId>>>,
    ) -> Result<Option<String>, CanvasError> {
        let versions = shown(self.reader.gradebook_history(self.course, self.assignment).all().await)?;
        if versions.is_none() && graded.is_none() {
            return Ok(Some("Canvas does not show what it holds of people who left the course".to_owned()));
        }
        let mut held = Held::default();
        let mut met = HashSet::new();
        for version in versions.iter().flatten().filter(|version| !here.contains(&version.user_id)) {
            // The newest comes first.
            let is_last = met.insert(version.user_id);
            let by_us = graded.is_some() && self.is_ours(version.grader_id.map(UserId));
            held.add_version(version, is_last && !by_us);
        }
        let because = match &graded {
            Some(_) => "",
            None => "; the change log, which knows who graded them, may not be read",
        };
        let is_gone = |student: &Option<UserId>| student.is_none_or(|student| !here.contains(&student));
        held.grades.extend(graded.into_iter().flatten().filter(is_gone));
        Ok(held.words().map(|what| format!("it holds {what} of people who left the course{because}")))
    }
}

/// How many cells hold what.
#[derive(Default)]
struct Held {
    /// By student; `None` where Canvas does not say whose it is.
    grades: HashSet<Option<UserId>>,
    statuses: HashSet<Option<UserId>>,
    comments: HashSet<Option<UserId>>,
    hand_ins: HashSet<Option<UserId>>,
}

impl Held {
    /// A cell as it is; gives how many comments of ours are there.
    fn add(&mut self, cell: &Submission, ours: &[UserId]) -> usize {
        self.add_version(cell, true);
        let is_ours = |comment: &&Comment| comment.author_id.is_some_and(|author| ours.contains(&author));
        let (comments, _) = cell.comments();
        let of_us = comments.iter().filter(is_ours).count();
        if of_us < comments.len() {
            self.comments.insert(Some(cell.user_id));
        }
        of_us
    }

    /// One state of a cell; its grade counts only where `with_grade` says so.
    fn add_version(&mut self, cell: &Submission, with_grade: bool) {
        let live = cell.live_cell();
        let user = Some(cell.user_id);
        if live.entered != Entered::Empty && with_grade {
            self.grades.insert(user);
        }
        // The label `none` is one that somebody took back.
        let label = live.late_policy_status.as_deref().is_some_and(|label| label != "none");
        if label || live.custom_grade_status.is_some() {
            self.statuses.insert(user);
        }
        if live.attempt.is_some() {
            self.hand_ins.insert(user);
        }
    }

    /// `2 grades, 1 status`; `None` for nothing.
    fn words(&self) -> Option<String> {
        let all = [
            (&self.grades, "grade", "grades"),
            (&self.statuses, "status", "statuses"),
            (&self.comments, "comment", "comments"),
            (&self.hand_ins, "hand-in", "hand-ins"),
        ];
        let some = all.iter().filter(|(of, _, _)| !of.is_empty());
        let some: Vec<String> = some
            .map(|(of, one, many)| match of.len() {
                1 => format!("1 {one}"),
                count => format!("{count} {many}"),
            })
            .collect();
        (!some.is_empty()).then(|| some.join(", "))
    }
}
