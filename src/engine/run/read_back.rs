//! Reads every sent cell back and records what became of it (design, promises 3 and 5).

use super::chunk::{Outgoing, ReadBack, SendMode, Settled, Unread};
use super::course::CoursePush;
use super::looks::Looks;
use super::queue::columns;
use super::task::Task;
use jiff::Timestamp;
use tokio::time::Instant;

use crate::canvas::Reader;
use crate::domain::{
    After, Attempt, CellKey, CellRecord, Finding, FindingCode, LastPushed, Outcome, Owner, PlanKind, Reading, Seen,
    after_job, comment_digest, not_written, overwrote_edit, unreadable,
};
use crate::engine::live::{Changes, Halt, Look, Span, With};
use crate::engine::{Event, Step};
use crate::store::RecordedCell;

/// How often cells are looked at in lists that show nothing of a request, before that counts: some seconds pass between
/// two looks.
const MOST_LOOKS: u32 = 10;

impl Task {
    /// The same, once a request has left that held it.
    pub(super) fn after_sending(mut self) -> Self {
        if self.cell.attempt == Attempt::Never {
            self.cell.attempt = Attempt::Sent;
        }
        self
    }
}

/// What was seen of cells after their request.
pub(super) struct Found {
    look: Look,
    changes: Changes,
    reading: Reading,
}

impl Looks<'_> {
    /// Looks at cells after their request, and at what the change log says of them.
    pub(super) async fn look_back(&self, unread: Unread) -> Result<(Unread, Found), Halt> {
        let (remote, course) = (&self.run.context.remote, self.run.course);
        let outgoing = &unread.outgoing;
        let with = With { comments: outgoing.iter().any(|one| one.task.cell.comment.is_some()) };
        let cells: Vec<CellKey> = outgoing.iter().map(|one| one.task.cell.key).collect();
        let looking = async |reader: &Reader| match unread.looks {
            0 => Look::at(reader, course, &cells, with).await,
            _ => Look::again(reader, course, &cells, with).await,
        };
        let look = remote.ask_or_halt(looking).await?;
        let looked_at = Instant::now();
        self.compare_on_hand(&look, &cells);
        let is_last = unread.looks > 0 && Look::is_never_behind(&cells) || unread.looks >= MOST_LOOKS;
        let reading = if is_last { Reading::Last } else { Reading::First };
        let has_grades = outgoing.iter().any(|one| one.parts.grade);
        let changes = match span(outgoing, unread.ended.since) {
            _ if !has_grades => Changes::none(),
            Span::Since(start) => self.log.lock().await.since((remote, course), start, &cells, looked_at).await?,
            span => Changes::read(remote, course, &span).await?,
        };
        Ok((unread, Found { look, changes, reading }))
    }
}

impl CoursePush<'_> {
    /// Classifies cells by what was seen of them after their request.
    pub(super) fn decide(&mut self, unread: Unread, found: &Found) -> Result<ReadBack, Halt> {
        let Unread { outgoing, ended, mode, looks } = unread;
        let Found { look, changes, reading } = found;
        let own = self.run.context.own();
        self.note_unread_log(changes);
        let (mut settled, mut again, mut alone): (Vec<Settled>, Vec<Settled>, Vec<Settled>) = Default::default();
        let mut later = Vec::new();
        for one in outgoing {
            let key = one.task.cell.key;
            if let Some(why) = look.refused.get(&key.assignment) {
                let task = one.task.after_sending();
                let record = unreadable(&task.cell, why);
                settled.push((task, record));
                continue;
            }
            let read = look.seen(&one.task.cell, own);
            let after =
                after_job(&one.task.cell, one.sent(), read.as_ref(), changes.of(key), &ended.end, (own, *reading));
            let holds = read.as_ref().is_some_and(|read| one.task.cell.wanted.holds_in(&read.live));
            if after != After::LookAgain {
                self.note_doubled(key, read.as_ref());
            }
            match after {
                After::LookAgain => later.push(one),
                After::Done(record) => settled.push((one.task, *record)),
                After::Alone(record) if mode == SendMode::Alone => settled.push((one.task, *record)),
                After::Alone(_) => alone.push(passed_over(one, holds)),
                After::Again => again.push(left_out(one.task.after_sending(), holds)),
            }
        }
        for (task, record) in &mut settled {
            record.request_id = ended.request_id.clone().or_else(|| task.request_id.clone());
        }
        self.record(settled)?;
        let died = !ended.end.completed && !again.is_empty();
        let mut read = ReadBack { again: self.record_left(again)?, alone: self.record_left(alone)?, later: None, died };
        for task in read.again.iter_mut().chain(&mut read.alone) {
            task.request_id.clone_from(&ended.request_id);
        }
        read.later = (!later.is_empty()).then(|| Unread { outgoing: later, ended, mode, looks: looks + 1 });
        Ok(read)
    }

    /// Reads cells back until each of them is decided.
    pub(super) async fn read_back(&mut self, unread: Unread) -> Result<Vec<ReadBack>, Halt> {
        let (mut left, mut all) = (Some(unread), Vec::new());
        while let Some(unread) = left {
            let (unread, found) = self.looks.look_back(unread).await?;
            let mut read = self.decide(unread, &found)?;
            left = read.later.take();
            all.push(read);
        }
        Ok(all)
    }

    /// Says once that edits in between are known from version numbers only.
    fn note_unread_log(&mut self, changes: &Changes) {
        let Some(why) = changes.unreadable().filter(|_| !self.has_told_log) else { return };
        self.has_told_log = true;
        let message = format!("the grade change log of the course cannot be read: {why}");
        self.run.context.found(Finding::new(FindingCode::ChangeLogUnread, message).in_course(self.run.course));
    }

    /// Says that a comment of ours is there more than once: another program may have pushed the same scores.
    fn note_doubled(&self, key: CellKey, read: Option<&Seen>) {
        let Some(times) = read.map(|read| read.our_comments).filter(|times| *times > 1) else { return };
        let message = format!("the comment is there {times} times; did another store push the same scores?");
        let finding = Finding::new(FindingCode::CommentDoubled, message).touching(1).in_course(self.run.course);
        let finding = finding.of_student(Some(key.user)).of_assignment(Some(key.assignment));
        self.run.context.found(finding);
    }

    /// Notes of cells that are sent again that they are not in doubt: their job has ended without them. Those that hold
    /// their value already stay as the journal has them.
    fn record_left(&mut self, left: Vec<Settled>) -> Result<Vec<Task>, Halt> {
        let pending: Vec<Settled> =
            left.iter().filter(|(_, record)| record.outcome == Outcome::Pending).cloned().collect();
        self.write_records(&pending)?;
        Ok(left.into_iter().map(|(task, _)| task).collect())
    }

    /// Puts decided cells on disk, with what is now known to be ours, and counts them.
    pub(super) fn record(&mut self, settled: Vec<Settled>) -> Result<(), Halt> {
        self.write_records(&settled)?;
        let context = self.run.context;
        context.session.events.send(Event::Advanced { step: Step::Push, by: settled.len() as u64 });
        context.count(settled.iter().map(|(_, record)| record));
        for (task, record) in settled {
            if !record.overwrote.is_empty() {
                let finding = overwrote_edit(self.run.part, self.run.part.cell(task.index));
                context.found(finding);
            }
            self.note(task.index, record);
        }
        Ok(())
    }

    fn write_records(&self, settled: &[Settled]) -> Result<(), Halt> {
        if settled.is_empty() {
            return Ok(());
        }
        let context = self.run.context;
        let recorded: Vec<RecordedCell> = settled
            .iter()
            .map(|(task, record)| RecordedCell {
                cell: task.index,
                record: record.clone(),
                assignment: Some(task.cell.key.assignment),
                user: Some(task.cell.key.user),
                pushed: pushed(task, record, &context.kind),
                comment_sha256: task.cell.comment.as_deref().map(comment_digest),
            })
            .collect();
        let now = context.session.clock.now();
        Ok(context.session.store().record_cells(context.run, self.run.ordinal, &recorded, now)?)
    }
}

/// Where the change log shows what happened since the look. Of cells that were sent before, everything since the plan
/// matters.
fn span(outgoing: &[Outgoing], since: Option<Timestamp>) -> Span {
    if outgoing.len() == 1 {
        return Span::Cell(outgoing[0].task.cell.key);
    }
    let was_sent = outgoing.iter().any(|one| one.task.cell.was_sent());
    match since.filter(|_| !was_sent) {
        Some(start) => Span::Since(start),
        None => Span::Columns(columns(outgoing.iter().map(|one| &one.task)).into_iter().collect()),
    }
}

/// A cell that the job passed over. Canvas says that it did it, so its comment is not sent again.
fn passed_over(one: Outgoing, holds: bool) -> Settled {
    let mut task = one.task.after_sending();
    if one.parts.comment {
        task.cell.attempt = Attempt::CommentInDoubt;
    }
    left_out(task, holds)
}

/// A cell that is sent again, with what the journal is to say of it: unknown as long as it may be written.
fn left_out(task: Task, holds: bool) -> Settled {
    let record = not_written(&task.cell);
    let record = if holds { CellRecord { outcome: Outcome::Unknown, ..record } } else { record };
    (task, record)
}

/// What the journal remembers as last pushed into this cell. A comment alone does not make the grade ours.
fn pushed(task: &Task, record: &CellRecord, kind: &PlanKind) -> Option<LastPushed> {
    let live = record.live.clone().filter(|_| record.outcome == Outcome::Written)?;
    if task.cell.is_comment_only() {
        return None;
    }
    Some(match kind {
        // A restored cell is again owned by whoever owned it before (design, promise 6).
        PlanKind::Undo { .. } => LastPushed { cell: live, owner: task.cell.owner, undone: task.cell.base.clone() },
        PlanKind::Scores | PlanKind::Selection { .. } => LastPushed { cell: live, owner: Owner::Ours, undone: None },
    })
}
