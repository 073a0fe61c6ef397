//! Cells of a run that were taken back: nothing is sent to them any more, but what was sent before is looked at, so that
//! none of it stays open (design, promise 2).

use std::collections::BTreeMap;

use super::chunk::{ChunkOutcome, CourseRun, unreadable};
use super::context::RunContext;
use super::settle::{Checked, check};
use super::task::Task;
use crate::canvas::Submission;
use crate::domain::{CellRecord, CommentOutcome, CoursePart, Outcome, Sending};
use crate::engine::EngineError;
use crate::engine::journal::given_up;
use crate::engine::journal::place;

const TAKEN_BACK: &str = "taken back by an undo, and so not sent any more";

/// Takes the tasks out that must not be sent, because their cells or the whole run were taken back. Of these it gives
/// those that nobody knows the outcome of.
pub(super) fn split_off(
    course_run: &CourseRun<'_>,
    part: &CoursePart,
    records: &BTreeMap<u32, CellRecord>,
    tasks: &mut Vec<Task>,
) -> Result<Vec<Task>, EngineError> {
    let RunContext { session, undone, .. } = course_run.context;
    let (whole, chosen) = (undone.by().is_some(), undone.cells(&session.store(), course_run.course)?.chosen);
    let is_taken = |task: &Task| whole || chosen.contains(&place(&part.cells[task.cell as usize]));
    let (mut taken, left): (Vec<Task>, Vec<Task>) = std::mem::take(tasks).into_iter().partition(is_taken);
    *tasks = left;
    taken.retain(|task| task.sent_before && is_unknown(records.get(&task.cell)));
    Ok(taken)
}

/// Whether Canvas may hold the cell's value, for all that the journal knows.
pub(super) fn is_unknown(record: Option<&CellRecord>) -> bool {
    record.is_some_and(|record| record.outcome == Outcome::Unknown)
}

impl CourseRun<'_> {
    /// Waits until no job may write these cells any more, and records what became of them.
    pub(super) async fn look_only(&self, tasks: Vec<Task>) -> Result<Vec<(u32, CellRecord)>, EngineError> {
        let mut outcome = ChunkOutcome::default();
        let mut columns: Vec<_> = tasks.iter().map(|task| task.assignment).collect();
        columns.sort_unstable();
        columns.dedup();
        if tasks.is_empty() || !self.settle_open_jobs(&columns).await? {
            return Ok(outcome.records);
        }
        let look = loop {
            match self.look(&tasks, &[], true).await {
                Some(Ok(look)) => break look,
                Some(Err(error)) if self.context.wait_until_available(&error).await => {}
                Some(Err(_)) | None => return Ok(outcome.records),
            }
        };
        let given_up = given_up(self.context.session, self.context.run, self.part)?;
        let settled = tasks
            .into_iter()
            .filter_map(|task| {
                if let Some(why) = look.refused.get(&task.assignment) {
                    return Some(unreadable(task, why));
                }
                let submission = look.grid.submission(task.assignment, task.user);
                let record = self.found(&task, submission, given_up.contains_key(&task.cell))?;
                Some((task, record))
            })
            .collect();
        self.journal(settled, &mut outcome)?;
        Ok(outcome.records)
    }

    /// What a look says of a cell; `None` where its job was given up, and may still write it.
    fn found(&self, task: &Task, submission: Option<&Submission>, given_up: bool) -> Option<CellRecord> {
        let open = match check(task, submission, self.us()) {
            Checked::Settled(record) => return Some(*record),
            Checked::Send(open) => open,
        };
        if !open.grade_open && task.sending != Sending::CommentOnly {
            // The grade is there, and its comment is not.
            let Checked::Settled(record) =
                check(&Task { comment_in_doubt: true, ..task.clone() }, submission, self.us())
            else {
                return None;
            };
            let outcome = if given_up { CommentOutcome::Unknown } else { CommentOutcome::Pending };
            return Some(CellRecord { comment: Some(outcome), ..*record });
        }
        let comment = match (open.comment_open, task.comment_in_doubt) {
            (true, _) => CommentOutcome::Pending,
            (false, true) => CommentOutcome::Unknown,
            (false, false) => CommentOutcome::Sent,
        };
        let comment = task.comment.as_ref().map(|_| comment);
        (!given_up).then(|| CellRecord { comment, reason: Some(TAKEN_BACK.to_owned()), ..CellRecord::pending() })
    }
}
