//! Cells of a run that were taken back: nothing is sent to them any more, but what was sent before is looked at, so that
//! none of it stays open (design, promise 2).

use std::collections::{BTreeMap, BTreeSet};

use super::chunk::Settled;
use super::course::{CoursePush, CourseRun};
use super::queue::columns;
use super::task::Task;
use crate::domain::{CellIndex, CellKey, CellRecord, Outcome, look_after, unreadable};
use crate::engine::EngineError;
use crate::engine::journal::{given_up, place};
use crate::engine::live::{Changes, Halt, Look, Span, With};

/// Takes the tasks out that must not be sent, because their cells or the whole run were taken back. Of these it gives
/// those that nobody knows the outcome of.
pub(super) fn split_off(
    run: &CourseRun<'_>,
    records: &BTreeMap<CellIndex, CellRecord>,
    tasks: &mut Vec<Task>,
) -> Result<Vec<Task>, EngineError> {
    let context = run.context;
    let (whole, chosen) =
        (context.undone.by().is_some(), context.undone.cells(&context.session.store(), run.course)?.chosen);
    if !whole && chosen.is_empty() {
        return Ok(Vec::new());
    }
    let is_taken = |task: &Task| whole || chosen.contains(&place(run.part.cell(task.index)));
    let (mut taken, left): (Vec<Task>, Vec<Task>) = std::mem::take(tasks).into_iter().partition(is_taken);
    *tasks = left;
    taken.retain(|task| task.cell.was_sent() && is_unknown(records.get(&task.index)));
    Ok(taken)
}

/// Whether Canvas may hold the cell's value, for all that the journal knows.
pub(super) fn is_unknown(record: Option<&CellRecord>) -> bool {
    record.is_some_and(|record| record.outcome == Outcome::Unknown)
}

impl CoursePush<'_> {
    /// Waits until no job may write these cells any more, and records what became of them.
    pub(super) async fn look_only(&mut self, tasks: Vec<Task>) -> Result<(), Halt> {
        if tasks.is_empty() {
            return Ok(());
        }
        let context = self.run.context;
        let columns = columns(&tasks);
        self.run.settle_open_jobs(&columns).await?;
        let with = With { comments: tasks.iter().any(|task| task.cell.comment.is_some()) };
        let cells: Vec<CellKey> = tasks.iter().map(|task| task.cell.key).collect();
        let course = self.run.course;
        let look = context.remote.ask_or_halt(async |reader| Look::at(reader, course, &cells, with).await).await?;
        let look = self.looks.look_past_lists(&tasks, look, with, None).await?;
        let span = Span::Columns(BTreeSet::from_iter(columns));
        let changes = Changes::read(&context.remote, course, &span).await?;
        let given_up = given_up(context.session, context.run, self.run.ordinal)?;
        let settled: Vec<Settled> = tasks
            .into_iter()
            .filter_map(|task| {
                let cell = &task.cell;
                let record = if let Some(why) = look.refused.get(&cell.key.assignment) {
                    unreadable(cell, why)
                } else {
                    let seen = look.seen(cell, context.own());
                    let may_come = given_up.contains_key(&task.index);
                    look_after(cell, seen.as_ref(), changes.of(cell.key), context.own(), may_come)?
                };
                let record = CellRecord { request_id: task.request_id.clone(), ..record };
                Some((task, record))
            })
            .collect();
        self.record(settled)
    }
}
