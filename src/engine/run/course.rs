//! Pushes one course: its new assignments, then its cells.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::bind::bind_existing;
use super::concluded::has_ended;
use super::context::RunContext;
use super::create::{Columns, create_columns};
use super::delete::take_back;
use super::look_only::split_off;
use super::looks::Looks;
use super::queue::{ChunkSize, Queue};
use super::task::{Task, tasks_of};
use crate::domain::{
    AssignmentId, CellIndex, CellRecord, ColumnIndex, CourseId, CoursePart, Outcome, PartIndex, PlanCounts, PlanKind,
    UserId, UserIdOrigin,
};
use crate::engine::journal::{created_in, sent_in};
use crate::engine::live::Halt;
use crate::engine::{EngineError, Event, Step};
use crate::store::RecordedCell;

/// One part of a run, and the course it is about.
pub(super) struct CourseRun<'a> {
    pub(super) context: &'a RunContext<'a>,
    /// The part's place in the plan.
    pub(super) ordinal: PartIndex,
    pub(super) part: &'a CoursePart,
    pub(super) course: CourseId,
    /// Why nothing more may be sent to the course, if so.
    pub(super) ended: Option<String>,
}

/// Pushes what is left of one part of the run's plan.
pub(super) async fn push_part(context: &RunContext<'_>, ordinal: PartIndex) -> Result<(), EngineError> {
    if context.remote.should_stop() {
        return Ok(());
    }
    let part = context.session.store().plan_part(context.plan, ordinal)?;
    let Some(course) = part.course.as_ref().map(|course| course.id) else { return Ok(()) };
    context.session.events.send(Event::PushingCourse { course });
    match push_course(context, ordinal, &part, course).await {
        // What is left stays as the journal has it.
        Ok(()) | Err(Halt::Stopped | Halt::Away(_)) => Ok(()),
        Err(Halt::Failed(error)) => Err(error),
    }
}

async fn push_course(
    context: &RunContext<'_>,
    ordinal: PartIndex,
    part: &CoursePart,
    course: CourseId,
) -> Result<(), Halt> {
    let session = context.session;
    let began = session.clock.now();
    let records = session.store().records(context.run, ordinal)?;
    // The columns of an undo go nowhere new, and what it has deleted must stay unbound.
    if !matches!(context.kind, PlanKind::Undo { .. }) {
        bind_existing(session, course, part)?;
    }
    let ended = has_ended(context, course).await?;
    let run = CourseRun { context, ordinal, part, course, ended };
    let columns = if context.undone.by().is_some() {
        Columns { created: created_in(session, context.run, ordinal)?, ..Columns::default() }
    } else {
        create_columns(&run).await?
    };
    let sent = sent_in(session, context.run, ordinal)?;
    let mut tasks = tasks_of(part, &records, &columns.created, &sent, &context.kind);
    let is_selected = |task: &Task| context.selected.has_cell(part, part.cell(task.index));
    let groups: Vec<Task> =
        tasks.iter().filter(|task| task.cell.group.is_some() && is_selected(task)).cloned().collect();
    // Canvas writes a group as one, so a group is retried as one.
    tasks.retain(|task| is_selected(task) || groups.iter().any(|one| one.is_written_with(task)));
    let taken_back = split_off(&run, &records, &mut tasks)?;
    let targets = ColumnIndex::all().zip(&part.columns).filter_map(|(index, column)| {
        let known = column.assignment().map(|assignment| assignment.id);
        Some((known.or_else(|| columns.created.get(&index).copied())?, column.target.clone()))
    });
    let is_written = |(cell, record): (CellIndex, CellRecord)| (record.outcome == Outcome::Written).then_some(cell);
    let written = records.into_iter().filter_map(is_written).collect();
    let looks = Looks::new(&run, targets.collect(), columns.assignments);
    let mut push = CoursePush {
        run: &run,
        looks: &looks,
        written,
        rejected: BTreeMap::new(),
        queue: Queue::new(tasks, ChunkSize::new(context.options.chunk, context.speed())),
        missing: columns.missing,
        last_look: Duration::ZERO,
        last_queue: Duration::ZERO,
        has_told_log: false,
    };
    push.reject_missing()?;
    push.look_only(taken_back).await?;
    let outcome = push.push_all().await;
    accept_identities(context, part, &push.written)?;
    outcome?;
    take_back(push.run).await?;
    let recorded = session.store().part_record_totals(context.run, ordinal)?;
    let counts = recorded.of_planned(PlanCounts::of(part).planned());
    let took = session.clock.now().duration_since(began).try_into().unwrap_or_default();
    session.events.send(Event::CoursePushed { course, counts, took });
    Ok(())
}

/// A course whose cells are being pushed.
pub(super) struct CoursePush<'a> {
    pub(super) run: &'a CourseRun<'a>,
    pub(super) looks: &'a Looks<'a>,
    /// Its cells that are written.
    written: BTreeSet<CellIndex>,
    /// Those that Canvas refused in this attempt.
    pub(super) rejected: BTreeMap<CellIndex, CellRecord>,
    pub(super) queue: Queue,
    /// Columns of the run that do not exist, with what that means for their cells, and why.
    missing: BTreeMap<ColumnIndex, (Outcome, String)>,
    /// How long the last look at a chunk took.
    pub(super) last_look: Duration,
    /// How long its last job waited for a worker.
    pub(super) last_queue: Duration,
    /// Whether it was said that the change log cannot be read.
    pub(super) has_told_log: bool,
}

impl CoursePush<'_> {
    /// Decides cells whose column could not be created.
    fn reject_missing(&mut self) -> Result<(), Halt> {
        let part = self.run.part;
        let is_selected = |index: CellIndex| self.run.context.selected.has_cell(part, part.cell(index));
        let recorded: Vec<RecordedCell> = part
            .writes()
            .filter(|(index, _)| is_selected(*index))
            .filter_map(|(index, cell)| {
                let (outcome, why) = self.missing.get(&cell.column)?;
                let record = CellRecord { outcome: *outcome, reason: Some(why.clone()), ..CellRecord::pending() };
                Some(recorded(index, record, None, part.student(cell).user))
            })
            .collect();
        self.record_undone(recorded)
    }

    /// Records these cells like another one, which Canvas refuses in the same words.
    pub(super) fn reject_like(&mut self, tasks: &[Task], like: &CellRecord) -> Result<(), Halt> {
        let like = CellRecord { live: None, ..like.clone() };
        let rejected = tasks
            .iter()
            .map(|task| recorded(task.index, like.clone(), Some(task.assignment()), Some(task.cell.key.user)));
        self.record_undone(rejected.collect())
    }

    /// Remembers what became of a cell.
    pub(super) fn note(&mut self, cell: CellIndex, record: CellRecord) {
        match record.outcome {
            Outcome::Written => {
                self.written.insert(cell);
            }
            Outcome::Rejected => {
                self.rejected.insert(cell, record);
            }
            Outcome::Already | Outcome::Held | Outcome::Unknown | Outcome::Pending => {}
        }
    }

    /// Records cells to which nothing was done.
    fn record_undone(&mut self, recorded: Vec<RecordedCell>) -> Result<(), Halt> {
        if recorded.is_empty() {
            return Ok(());
        }
        let context = self.run.context;
        let session = context.session;
        session.store().record_cells(context.run, self.run.ordinal, &recorded, session.clock.now())?;
        session.events.send(Event::Advanced { step: Step::Push, by: recorded.len() as u64 });
        context.count(recorded.iter().map(|one| &one.record));
        for one in recorded {
            self.note(one.cell, one.record);
        }
        Ok(())
    }
}

fn recorded(
    cell: CellIndex,
    record: CellRecord,
    assignment: Option<AssignmentId>,
    user: Option<UserId>,
) -> RecordedCell {
    RecordedCell { cell, record, assignment, user, pushed: None, comment_sha256: None }
}

/// The ids under which grades were written mean these people from now on: had one moved, a person accepted it.
fn accept_identities(
    context: &RunContext<'_>,
    part: &CoursePart,
    written: &BTreeSet<CellIndex>,
) -> Result<(), EngineError> {
    if matches!(context.kind, PlanKind::Undo { .. }) {
        return Ok(());
    }
    let session = context.session;
    let written = part.writes().filter(|(index, _)| written.contains(index)).map(|(_, cell)| part.student(cell));
    let origin = session.settings.user_id_origin;
    let people: BTreeSet<(UserIdOrigin, &str, UserId)> = written
        .filter(|student| student.is_looked_up())
        .filter_map(|student| Some((student.sent_kind.unwrap_or(origin), student.sent_id.as_ref(), student.user?)))
        .collect();
    let people: Vec<_> = people.into_iter().collect();
    Ok(session.store().accept_identities(&session.settings.host, &people, session.clock.now())?)
}
