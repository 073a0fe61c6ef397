//! Pushes one course: its new assignments, then its cells, one chunk at a time.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::bind::bind_existing;
use super::chunk::{ChunkOutcome, CourseRun, Next, SendMode};
use super::concluded::has_ended;
use super::context::RunContext;
use super::create::{Columns, Place, create_columns};
use super::delete::take_back;
use super::look_only::split_off;
use super::settle::record;
use super::task::{Task, put_in_order, tasks_of};
use crate::canvas::CanvasError;
use crate::domain::{
    AssignmentId, CellRecord, ColumnTarget, CoursePart, Outcome, PlanKind, RunCounts, UserId, overwrote_edit,
};
use crate::engine::journal::created_in;
use crate::engine::live::Assignments;
use crate::engine::{EngineError, Event, Step};
use crate::store::RecordedCell;

/// How often in a row a request may miss its pre-check's end before Canvas counts as unavailable.
const MOST_LATE: u32 = 8;

/// Pushes what is left of one part of the run's plan.
pub(super) async fn push_part(context: &RunContext<'_>, ordinal: u32) -> Result<(), EngineError> {
    let session = context.session;
    if context.should_stop() {
        return Ok(());
    }
    let part = session.store().plan_part(context.plan, ordinal)?;
    let Some(course) = part.course.as_ref().map(|course| course.id) else { return Ok(()) };
    let began = session.clock.now();
    session.events.send(Event::PushingCourse { course });
    let records = session.store().records(context.run, ordinal)?;
    // The columns of an undo go nowhere new, and what it has deleted must stay unbound.
    if !matches!(context.kind, PlanKind::Undo { .. }) {
        bind_existing(session, course, &part)?;
    }
    let Some(ended) = has_ended(context, course).await else { return Ok(()) };
    let place = Place { run: context.run, part: ordinal, course, ended: ended.clone() };
    let mut columns = if context.undone.by().is_some() {
        Columns { created: created_in(session, context.run, ordinal)?, ..Columns::default() }
    } else {
        let Some(columns) = create_columns(context, &place, &part).await? else { return Ok(()) };
        columns
    };
    let assignments = columns.assignments.take();
    let mut tasks = tasks_of(&part, &records, &columns.created, context.sent.get(&ordinal), &context.kind);
    let is_selected = |task: &Task| context.selected.has_cell(&part, &part.cells[task.cell as usize]);
    let groups: Vec<Task> = tasks.iter().filter(|task| task.group.is_some() && is_selected(task)).cloned().collect();
    // Canvas writes a group as one, so a group is retried as one.
    tasks.retain(|task| is_selected(task) || groups.iter().any(|one| one.is_written_with(task)));
    let course_run = CourseRun { context, part: ordinal, course };
    let taken_back = split_off(&course_run, &part, &records, &mut tasks)?;
    let size = context.options.chunk.clamp(1, 10_000);
    let targets = targets_of(&part, &columns);
    let mut pushing = Pushing {
        context,
        course_run,
        records,
        queue: tasks.into(),
        size,
        late: 0,
        targets,
        part: &part,
        ended,
        assignments,
    };
    pushing.reject_missing(&part, &columns)?;
    let found = pushing.course_run.look_only(taken_back).await?;
    pushing.note(found);
    pushing.run().await?;
    pushing.accept_identities(&part)?;
    let counts = counts(&part, &session.store().records(context.run, ordinal)?);
    take_back(&pushing.course_run, &part).await?;
    let took = session.clock.now().duration_since(began).try_into().unwrap_or_default();
    session.events.send(Event::CoursePushed { course, counts, took });
    Ok(())
}

struct Pushing<'a> {
    context: &'a RunContext<'a>,
    course_run: CourseRun<'a>,
    records: BTreeMap<u32, CellRecord>,
    queue: VecDeque<Task>,
    /// Cells of the next chunk.
    size: usize,
    /// Requests in a row that could not leave while their pre-check was fresh.
    late: u32,
    /// What the plan knew of the assignments, as far as they exist by now.
    targets: HashMap<AssignmentId, ColumnTarget>,
    part: &'a CoursePart,
    /// Why nothing more may be sent to the course, if so.
    ended: Option<String>,
    /// What was last seen of the assignments.
    assignments: Option<Assignments>,
}

fn targets_of(part: &CoursePart, columns: &Columns) -> HashMap<AssignmentId, ColumnTarget> {
    let targets = (0_u32..).zip(&part.columns).filter_map(|(index, column)| {
        let id = column.assignment().map(|assignment| assignment.id).or_else(|| columns.created.get(&index).copied());
        Some((id?, column.target.clone()))
    });
    targets.collect()
}

/// Whether the course goes on.
enum Flow {
    /// With these cells not written yet; `refused` if Canvas took none of them.
    On { again: Vec<Task>, refused: bool },
    /// No; what is left stays as the journal has it.
    Leave,
}

impl Pushing<'_> {
    /// Pushes chunk by chunk.
    async fn run(&mut self) -> Result<(), EngineError> {
        while !self.queue.is_empty() && !self.context.should_stop() {
            if !self.course_run.settle_open_jobs(&self.columns()).await? {
                return Ok(());
            }
            let mut size = self.size.min(self.queue.len());
            while self.queue.get(size).is_some_and(|next| next.is_written_with(&self.queue[size - 1])) {
                size += 1;
            }
            let chunk: Vec<Task> = self.queue.drain(..size).collect();
            match self.push(chunk, SendMode::Bulk).await? {
                Flow::Leave => return Ok(()),
                Flow::On { again, refused } if !again.is_empty() => {
                    if let Flow::Leave = self.isolate(again, refused).await? {
                        return Ok(());
                    }
                }
                Flow::On { .. } => {}
            }
        }
        Ok(())
    }

    /// Pushes one chunk and notes what it decided.
    async fn push(&mut self, mut tasks: Vec<Task>, way: SendMode) -> Result<Flow, EngineError> {
        match self.object(&mut tasks).await {
            Some(Ok(())) => {}
            Some(Err(error)) if self.context.wait_until_available(&error).await => return Ok(self.requeue(tasks)),
            Some(Err(_)) | None => return Ok(Flow::Leave),
        }
        let ChunkOutcome { records, again, passed_over, next } = self.course_run.push_chunk(tasks, way).await?;
        self.note(records);
        if !matches!(next, Next::Late(_)) {
            self.late = 0;
        }
        if let Flow::Leave = Box::pin(self.push_alone(passed_over)).await? {
            return Ok(Flow::Leave);
        }
        match next {
            Next::Same => Ok(Flow::On { again, refused: false }),
            Next::Less | Next::Refused => {
                self.size = (self.size / 2).max(1);
                Ok(Flow::On { again, refused: matches!(next, Next::Refused) })
            }
            Next::Look => Ok(self.requeue(again)),
            Next::Late(error) => {
                self.size = (self.size / 2).max(1);
                self.late += 1;
                if self.late >= MOST_LATE && !self.context.wait_until_available(&error).await {
                    return Ok(Flow::Leave);
                }
                Ok(self.requeue(again))
            }
            Next::Away(error) => {
                if !self.context.wait_until_available(&error).await {
                    return Ok(Flow::Leave);
                }
                Ok(self.requeue(again))
            }
            Next::Leave => Ok(Flow::Leave),
        }
    }

    /// Says which cells somebody edited between our look and our write (design, promise 3).
    fn report_lost_edits(&self, records: &[(u32, CellRecord)]) {
        for (index, _) in records.iter().filter(|(_, record)| record.overwrote.is_some()) {
            let finding = overwrote_edit(self.part, &self.part.cells[*index as usize]);
            self.context.session.events.send(Event::Found(finding));
        }
    }

    /// Looks at the assignments and notes which are not what the plan compared with; `None` after Ctrl-C.
    async fn object(&mut self, tasks: &mut [Task]) -> Option<Result<(), CanvasError>> {
        let assignments = if let Some(fresh) = self.assignments.take().filter(Assignments::is_fresh) {
            fresh
        } else {
            let reading = Assignments::read(self.context.session, self.course_run.course);
            match self.context.stop.reply(reading).await? {
                Ok(assignments) => assignments,
                Err(error) => return Some(Err(error)),
            }
        };
        for task in tasks {
            let target = self.targets.get(&task.assignment);
            let objection = target.and_then(|target| assignments.objection(task.assignment, target));
            let closed = || "its grading period has closed since the plan was made: plan again".to_owned();
            let is_closed = !self.context.writes_to_closed && assignments.is_closed(task.assignment);
            task.objection = self.ended.clone().or(objection).or_else(|| is_closed.then(closed));
        }
        self.assignments = Some(assignments);
        Some(Ok(()))
    }

    /// Writes cells one by one, which a job passed over. Where Canvas passes two of an assignment over again, it does so
    /// with all.
    async fn push_alone(&mut self, tasks: Vec<Task>) -> Result<Flow, EngineError> {
        let mut left = VecDeque::from(tasks);
        let mut passed_over: HashMap<AssignmentId, u32> = HashMap::new();
        while let Some(first) = left.pop_front() {
            let (cell, assignment) = (first.cell, first.assignment);
            // The answer to the one before may have been lost.
            if self.context.should_stop() || !self.course_run.settle_open_jobs(&[assignment]).await? {
                return Ok(Flow::Leave);
            }
            let (group, others): (Vec<Task>, Vec<Task>) = left.into_iter().partition(|one| one.is_written_with(&first));
            left = others.into();
            let alone: Vec<Task> = std::iter::once(first).chain(group).collect();
            let Flow::On { again, .. } = self.push(alone, SendMode::Alone).await? else { return Ok(Flow::Leave) };
            self.requeue(again);
            let record = self.records.get(&cell).filter(|record| record.outcome == Outcome::Rejected).cloned();
            let Some(like) = record else { continue };
            let times = passed_over.entry(assignment).or_default();
            *times += 1;
            if *times == 2 {
                let (same, others): (Vec<Task>, Vec<Task>) =
                    left.into_iter().partition(|task| task.assignment == assignment);
                left = others.into();
                self.reject(&same, &like)?;
            }
        }
        Ok(Flow::On { again: Vec::new(), refused: false })
    }

    /// Notes what was decided.
    fn note(&mut self, records: Vec<(u32, CellRecord)>) {
        self.context.session.events.send(Event::Advanced { step: Step::Push, by: records.len() as u64 });
        self.context.count(records.iter().map(|(_, record)| record));
        self.report_lost_edits(&records);
        self.records.extend(records);
    }

    /// Takes the cells up again in their order, nothing to isolate.
    fn requeue(&mut self, tasks: Vec<Task>) -> Flow {
        for task in tasks.into_iter().rev() {
            self.queue.push_front(task);
        }
        Flow::On { again: Vec::new(), refused: false }
    }

    /// A job that ended early stopped at some cell, and a refused request has a reason: the first cell left is written
    /// alone, which says why; the others are sent again.
    ///
    /// A refused request never looked at its students (`canvas-contract §H6`): where Canvas refuses two students of an
    /// assignment in the same words, it refuses them all.
    async fn isolate(&mut self, again: Vec<Task>, refused: bool) -> Result<Flow, EngineError> {
        let mut left = VecDeque::from(again);
        // The order of the request, and so of the job.
        left.make_contiguous().sort_by_key(|task| (task.assignment, task.user));
        let mut reasons: Vec<CellRecord> = Vec::new();
        let assignment = left.front().map(|task| task.assignment);
        for _ in 0..2 {
            let Some(place) = left.iter().position(|task| Some(task.assignment) == assignment) else { break };
            if self.context.should_stop() || !self.course_run.settle_open_jobs(&self.columns()).await? {
                return Ok(Flow::Leave);
            }
            let Some(first) = left.remove(place) else { break };
            let cell = first.cell;
            // Its group is written with it, and so is looked at with it.
            let (group, others): (Vec<Task>, Vec<Task>) = left.into_iter().partition(|one| one.is_written_with(&first));
            left = others.into();
            let alone: Vec<Task> = std::iter::once(first).chain(group).collect();
            let Flow::On { again, .. } = self.push(alone, SendMode::Alone).await? else { return Ok(Flow::Leave) };
            left.extend(again);
            match self.records.get(&cell).filter(|record| record.outcome == Outcome::Rejected) {
                Some(record) if refused => reasons.push(record.clone()),
                _ => break,
            }
        }
        put_in_order(left.make_contiguous());
        self.requeue(left.into());
        if let [first, second] = &reasons[..]
            && first.reason == second.reason
        {
            let like = first.clone();
            // What was sent before is looked at before it is decided.
            let is_refused = |task: &Task| Some(task.assignment) == assignment && !task.sent_before;
            let (same, others): (Vec<Task>, Vec<Task>) = self.queue.drain(..).partition(is_refused);
            self.queue = others.into();
            self.reject(&same, &like)?;
        }
        Ok(Flow::On { again: Vec::new(), refused: false })
    }

    /// The assignments of the cells that are left.
    fn columns(&self) -> Vec<AssignmentId> {
        let mut columns: Vec<AssignmentId> = self.queue.iter().map(|task| task.assignment).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    fn reject(&mut self, tasks: &[Task], like: &CellRecord) -> Result<(), EngineError> {
        let recorded: Vec<RecordedCell> = tasks
            .iter()
            .map(|task| RecordedCell {
                cell: task.cell,
                record: CellRecord { live: None, ..like.clone() },
                assignment: Some(task.assignment),
                user: Some(task.user),
                pushed: None,
                comment_sha256: None,
            })
            .collect();
        self.journal(&recorded)
    }

    /// The cells of columns that could not be created.
    fn reject_missing(&mut self, part: &CoursePart, columns: &Columns) -> Result<(), EngineError> {
        let recorded: Vec<RecordedCell> = part
            .writes()
            .filter_map(|(index, cell)| {
                let (outcome, why) = columns.missing.get(&cell.column)?;
                Some(RecordedCell {
                    cell: index,
                    record: CellRecord { reason: Some(why.clone()), ..record(*outcome) },
                    assignment: None,
                    user: part.student(cell).user,
                    pushed: None,
                    comment_sha256: None,
                })
            })
            .collect();
        self.journal(&recorded)
    }

    fn journal(&mut self, recorded: &[RecordedCell]) -> Result<(), EngineError> {
        if recorded.is_empty() {
            return Ok(());
        }
        let RunContext { session, run, .. } = self.context;
        session.store().record_cells(*run, self.course_run.part, recorded, session.clock.now())?;
        self.records.extend(recorded.iter().map(|one| (one.cell, one.record.clone())));
        session.events.send(Event::Advanced { step: Step::Push, by: recorded.len() as u64 });
        self.context.count(recorded.iter().map(|one| &one.record));
        Ok(())
    }

    /// The ids under which grades were written mean these people from now on: had one moved, a person accepted it.
    fn accept_identities(&self, part: &CoursePart) -> Result<(), EngineError> {
        let RunContext { session, kind, .. } = self.context;
        if matches!(kind, PlanKind::Undo { .. }) {
            return Ok(());
        }
        let is_written = |cell: &u32| self.records.get(cell).is_some_and(|record| record.outcome == Outcome::Written);
        let written = part.writes().filter(|(index, _)| is_written(index)).map(|(_, cell)| part.student(cell));
        let people: BTreeMap<&str, UserId> = written
            .filter(|student| student.is_looked_up())
            .filter_map(|student| Some((student.sent_id.as_ref(), student.user?)))
            .collect();
        let origin = session.settings.user_id_origin;
        let people: Vec<_> = people.into_iter().map(|(sent, user)| (origin, sent, user)).collect();
        Ok(session.store().accept_identities(&session.settings.host, &people, session.clock.now())?)
    }
}

/// The part's outcomes as the journal has them: what was sent and not read back is unknown.
fn counts(part: &CoursePart, records: &BTreeMap<u32, CellRecord>) -> RunCounts {
    let mut counts = RunCounts::default();
    for (index, _) in part.writes() {
        counts.add(records.get(&index).map_or(Outcome::Pending, |record| record.outcome), 1);
    }
    counts
}
