//! Writes cells alone: the one that stopped a job or made Canvas refuse a request, and those that a job passed over.

use std::collections::HashMap;

use super::chunk::Next;
use super::course::CoursePush;
use super::queue::{columns, take_first};
use super::task::{Task, put_in_order};
use crate::domain::{AssignmentId, CellRecord};
use crate::engine::live::Halt;

impl CoursePush<'_> {
    /// A job that ended early stopped at some cell, and a refused request has a reason: the first cell left is written
    /// alone, which says why; the others are sent again.
    ///
    /// A refused request never looked at its students (`canvas-contract §H6`): where Canvas refuses two students of a
    /// column in the same words, it refuses them all.
    pub(super) async fn isolate(&mut self, again: Vec<Task>, is_refused: bool) -> Result<(), Halt> {
        let mut left = again;
        // The order of the request, and so of the job.
        left.sort_by_key(|task| task.cell.key);
        let Some(column) = left.first().map(Task::assignment) else { return Ok(()) };
        let mut reasons: Vec<CellRecord> = Vec::new();
        for _ in 0..2 {
            let columns = columns(&left);
            let Some(alone) = take_first(&mut left, |task| task.assignment() == column) else { break };
            let index = alone[0].index;
            left.extend(self.push_one(alone, &columns).await?);
            match self.rejected.get(&index).cloned() {
                Some(record) if is_refused => reasons.push(record),
                _ => break,
            }
        }
        put_in_order(&mut left);
        self.queue.put_back(left);
        if let [first, second] = &reasons[..]
            && first.reason == second.reason
        {
            // What was sent before is looked at before it is decided.
            let same = self.queue.take(|task| task.assignment() == column && !task.cell.was_sent());
            let like = first.clone();
            self.reject_like(&same, &like)?;
        }
        Ok(())
    }

    /// Writes cells one by one, which a job passed over. Where Canvas passes two of a column over again, it does so with
    /// all.
    pub(super) async fn push_alone(&mut self, tasks: Vec<Task>) -> Result<(), Halt> {
        let mut left = tasks;
        let mut passed_over: HashMap<AssignmentId, u32> = HashMap::new();
        while let Some(alone) = take_first(&mut left, |_| true) {
            let (index, column) = (alone[0].index, alone[0].assignment());
            let again = self.push_one(alone, &[column]).await?;
            self.queue.put_back(again);
            let Some(like) = self.rejected.get(&index).cloned() else { continue };
            let times = passed_over.entry(column).or_default();
            *times += 1;
            if *times == 2 {
                let (same, others): (Vec<Task>, Vec<Task>) =
                    left.into_iter().partition(|task| task.assignment() == column);
                left = others;
                self.reject_like(&same, &like)?;
            }
        }
        Ok(())
    }

    /// Writes the first of these alone, the others being its group; gives those that are to be sent again.
    async fn push_one(&mut self, alone: Vec<Task>, columns: &[AssignmentId]) -> Result<Vec<Task>, Halt> {
        self.run.context.remote.may_go_on()?;
        // The answer to the one before may have been lost.
        self.run.settle_open_jobs(columns).await?;
        let end = self.push_first(alone).await?;
        if let Next::Late(error) = end.next
            && self.queue.size.was_late()
        {
            self.run.context.remote.wait_until_available(error).await?;
        }
        Ok(end.again)
    }
}
