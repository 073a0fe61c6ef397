//! Reads everything a run wrote again, and reports drift.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::journal::{Recorded, TakenBack, Undone, created_in, deleted_in, forgotten, place, places, recorded};
use super::live::{Look, With, ends_everything, is_unavailable, shown};
use super::session::same_connector;
use super::{EngineError, Event, Selected, Selection, Session, Step};
use crate::canvas::{CanvasError, GradeChange, GradeChangeFilter, Submission};
use crate::domain::{
    AssignmentId, Cell, CellIndex, CellRecord, CommentOutcome, CourseId, CoursePart, Entered, LiveCell, Outcome,
    PartIndex, PlanId, RunId, Sending, UserId, Wanted, is_as_planned,
};

/// A cell that no longer holds what the run wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The part of the run's plan that has the cell.
    pub part: PartIndex,
    /// The place of the cell in that part.
    pub cell: CellIndex,
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// The student.
    pub user: UserId,
    /// What the run wrote.
    pub wrote: Wanted,
    /// What is there now; `None` if the cell is not there any more.
    pub now: Option<LiveCell>,
    /// Who changed the value: negative for a quiz or tool, `None` where Canvas does not say.
    pub by: Option<i64>,
    /// When; `None` where Canvas does not say. A cleared cell still shows when it was graded, which is not that
    /// (`canvas-contract §H4`).
    pub at: Option<Timestamp>,
    /// Whether the comment that the run sent is not there any more.
    pub comment_gone: bool,
}

/// What verifying a run came to.
#[derive(Debug, Clone, Default)]
pub struct VerifySummary {
    /// Cells read.
    pub checked: u64,
    /// Cells that hold what the run wrote.
    pub holding: u64,
    /// Cells that do not.
    pub drifted: Vec<Drift>,
    /// Cells of courses that could not be read, and of people who were forgotten.
    pub unreadable: u64,
    /// Cells that undos of ours took back, by their run: what they hold now is for those runs to say.
    pub taken_back: BTreeMap<RunId, u64>,
    /// Cells that later runs of ours wrote again, and that hold what these wrote, by the run.
    pub written_again: BTreeMap<RunId, u64>,
    /// Cells of which nobody knows whether the run wrote them.
    pub unknown: u64,
    /// Cells that the run has not sent, and that a retry would send.
    pub pending: u64,
    /// HTTP requests it took.
    pub requests: u64,
}

/// Reads every selected written cell of a run again. A course that cannot be read leaves its cells unreadable; a Canvas
/// of which no course can be read because it is down is an error.
pub async fn verify(session: &Session, run: RunId, selection: &Selection) -> Result<VerifySummary, EngineError> {
    let requests_before = session.requests();
    let stored = session.store().run(run)?;
    let plan = session.store().plan(stored.plan)?;
    same_connector(session, &plan)?;
    let selected = selection.look_up(&session.store(), &session.settings.host, session.settings.course_id_origin)?;
    let mut commenters = stored.writers.clone();
    commenters.extend(&session.settings.own_graders);
    let undone = Undone::of(&session.store(), &stored)?;
    let order = Order { session, run, plan: plan.id, selected: &selected, commenters: &commenters, undone: &undone };
    let mut unmet = selected.unmet();
    let total = session.store().run_counts(run)?.written;
    session.events.send(Event::Started { step: Step::Verify, total: Some(total) });
    let mut summary = VerifySummary::default();
    let mut reachable = false;
    let mut unreachable = None;
    let records = session.store().record_totals(run)?;
    let totals = session.store().part_totals(plan.id)?;
    for (ordinal, part_totals) in PartIndex::of_plan(plan.parts).zip(totals) {
        let outcomes = records.get(&ordinal).copied().unwrap_or_default().of_planned(part_totals.counts.planned());
        if selected.is_everything() && outcomes.written + outcomes.unknown == 0 && !undone.is_of_a_part() {
            // What was taken back stays unsent.
            summary.pending += if undone.by().is_none() { outcomes.pending } else { 0 };
            continue;
        }
        let part = session.store().plan_part(plan.id, ordinal)?;
        unmet.meet(&part);
        let records = session.store().records(run, ordinal)?;
        let Some((course, cells)) = order.cells(&mut summary, (ordinal, &part), &records)? else { continue };
        let to_read = ToRead { ordinal, part: &part, course, cells: &cells };
        match order.compare(&mut summary, &to_read).await {
            Ok(()) => reachable = true,
            Err(EngineError::Canvas(error)) if !ends_everything(&error) => {
                if is_unavailable(&error) {
                    unreachable = unreachable.or(Some(error));
                } else {
                    reachable = true;
                }
                summary.checked += cells.len() as u64;
                summary.unreadable += cells.len() as u64;
            }
            Err(error) => return Err(error),
        }
        session.events.send(Event::Advanced { step: Step::Verify, by: cells.len() as u64 });
    }
    if let (Some(error), false) = (unreachable, reachable) {
        return Err(error.into());
    }
    unmet.finish()?;
    session.events.send(Event::Finished { step: Step::Verify });
    summary.requests = session.requests() - requests_before;
    Ok(summary)
}

/// The cells of a part that are to be read.
struct ToRead<'a> {
    ordinal: PartIndex,
    part: &'a CoursePart,
    course: CourseId,
    cells: &'a [Recorded<'a>],
}

/// What is verified.
struct Order<'a> {
    session: &'a Session,
    run: RunId,
    /// The plan of the run.
    plan: PlanId,
    selected: &'a Selected,
    /// Those whose comments are the run's.
    commenters: &'a [UserId],
    /// What was taken back of the run.
    undone: &'a Undone,
}

impl Order<'_> {
    /// The written cells of a part that are to be read; what needs no look is counted at once. `None` where nothing is
    /// to be read.
    fn cells<'r>(
        &self,
        summary: &mut VerifySummary,
        (ordinal, part): (PartIndex, &CoursePart),
        records: &'r BTreeMap<CellIndex, CellRecord>,
    ) -> Result<Option<(CourseId, Vec<Recorded<'r>>)>, EngineError> {
        let Self { session, run, selected, undone, .. } = self;
        let is_selected = |index: CellIndex| selected.has_cell(part, part.cell(index));
        let is_written = |record: &CellRecord| record.outcome == Outcome::Written;
        let unknown = part.writes().filter(|(index, _)| {
            records.get(index).is_some_and(|record| record.outcome == Outcome::Unknown) && is_selected(*index)
        });
        summary.unknown += unknown.count() as u64;
        let lost = forgotten(part, records, is_written).into_iter().filter(|index| is_selected(*index)).count() as u64;
        summary.checked += lost;
        summary.unreadable += lost;
        let Some(course) = part.course.as_ref().map(|course| course.id) else { return Ok(None) };
        let TakenBack { restored, chosen } = undone.cells(&session.store(), course)?;
        // What was taken back as a whole, or by choice, stays unsent.
        if undone.by().is_none() {
            let is_open = |index: CellIndex| {
                records.get(&index).is_none_or(|record| record.outcome == Outcome::Pending)
                    && !chosen.contains(&place(part.cell(index)))
                    && is_selected(index)
            };
            summary.pending += part.writes().filter(|(index, _)| is_open(*index)).count() as u64;
        }
        // What is in a column that an undo deleted went with it.
        let deleted = deleted_in(session, *run, ordinal)?;
        let mut cells = recorded(part, records, &created_in(session, *run, ordinal)?, is_written);
        cells.extend(
            recorded(part, records, &deleted, is_written)
                .into_iter()
                .filter(|one| deleted.contains_key(&part.cell(one.cell).column)),
        );
        cells.retain(|one| {
            let cell = part.cell(one.cell);
            if !selected.has_cell(part, cell) {
                return false;
            }
            let with_its_column = deleted.contains_key(&cell.column).then(|| undone.by_any()).flatten();
            let by = restored.get(&place(cell)).copied().or(with_its_column);
            if let Some(by) = by {
                *summary.taken_back.entry(by).or_default() += 1;
            }
            by.is_none()
        });
        Ok((!cells.is_empty()).then_some((course, cells)))
    }

    /// Compares the cells of one part with what the run wrote. What does not hold it is looked at once more: a list may be
    /// behind.
    async fn compare(&self, summary: &mut VerifySummary, to_read: &ToRead<'_>) -> Result<(), EngineError> {
        let ToRead { part, course, cells, .. } = *to_read;
        let reader = self.session.reader();
        let with = With { comments: cells.iter().any(|one| one.record.comment == Some(CommentOutcome::Sent)) };
        let mut look = Look::at(&reader, course, &places(cells), with).await?;
        let there: Option<HashSet<AssignmentId>> = if look.refused.is_empty() {
            None
        } else {
            let all = shown(reader.assignments(course).all().await)?;
            all.map(|all| all.iter().map(|assignment| assignment.id).collect())
        };
        let is_gone = |assignment: AssignmentId| there.as_ref().is_some_and(|there| !there.contains(&assignment));
        let is_unreadable =
            |look: &Look, one: &Recorded<'_>| look.refused.contains_key(&one.assignment) && !is_gone(one.assignment);
        let in_question: Vec<Recorded<'_>> = cells
            .iter()
            .filter(|one| !look.refused.contains_key(&one.assignment) && !self.holds(part, one, &look))
            .copied()
            .collect();
        if !in_question.is_empty() {
            let places = places(&in_question);
            let again = Look::again(&reader, course, &places, with).await?;
            look.grid.add(again.grid);
        }
        let unreadable = cells.iter().filter(|one| is_unreadable(&look, one)).count() as u64;
        let readable = cells.iter().filter(|one| !is_unreadable(&look, one));
        let differing: Vec<&Recorded<'_>> = readable.filter(|one| !self.holds(part, one, &look)).collect();
        let mut drifted: Vec<(Drift, &CellRecord)> =
            differing.into_iter().filter_map(|one| self.drift(to_read, one, &look)).collect();
        let again = self.written_again(course, &mut drifted)?;
        self.date(course, &mut drifted, part).await?;
        let checked = cells.len() as u64 - again.values().sum::<u64>();
        for (run, count) in again {
            *summary.written_again.entry(run).or_default() += count;
        }
        summary.checked += checked;
        summary.unreadable += unreadable;
        summary.holding += checked - unreadable - drifted.len() as u64;
        summary.drifted.extend(drifted.into_iter().map(|(drift, _)| drift));
        Ok(())
    }

    /// Whether a cell holds what the run wrote, comment and all.
    fn holds(&self, part: &CoursePart, one: &Recorded<'_>, look: &Look) -> bool {
        let cell = part.cell(one.cell);
        let submission = look.grid.submission(one.assignment, one.user);
        is_grade_there(cell, submission) && !is_comment_gone(cell, one.record, submission, self.commenters)
    }

    /// What became of a cell that does not hold it; `None` for one that was to hold nothing.
    fn drift<'r>(&self, to_read: &ToRead<'_>, one: &Recorded<'r>, look: &Look) -> Option<(Drift, &'r CellRecord)> {
        let ToRead { ordinal, part, course, .. } = *to_read;
        let planned = part.cell(one.cell);
        let submission = look.grid.submission(one.assignment, one.user);
        let now = submission.map(Submission::live_cell);
        let comment_gone = is_comment_gone(planned, one.record, submission, self.commenters);
        let Recorded { cell, assignment, user, record } = *one;
        let changed = now.as_ref().filter(|_| !is_grade_there(planned, submission));
        let Change { by, at } = changed.map(|now| Change::shown(now, record)).unwrap_or_default();
        let wrote = planned.wanted?;
        Some((Drift { part: ordinal, cell, course, assignment, user, wrote, now, by, at, comment_gone }, record))
    }

    /// Takes out what a later run of ours wrote, and that is as it left it; gives how many each did.
    fn written_again(
        &self,
        course: CourseId,
        drifted: &mut Vec<(Drift, &CellRecord)>,
    ) -> Result<BTreeMap<RunId, u64>, EngineError> {
        let mut again = BTreeMap::new();
        if drifted.is_empty() {
            return Ok(again);
        }
        let store = self.session.store();
        let by = store.pushed_since(self.plan, course)?;
        let pushed = store.last_pushed(&self.session.settings.host, course)?;
        drifted.retain(|(drift, _)| {
            let place = (drift.assignment, drift.user);
            let later = by.get(&place).filter(|by| **by > self.run);
            let is_as_left = |now: &LiveCell| pushed.get(&place).is_some_and(|last| is_as_planned(now, &last.cell));
            let later = later.filter(|_| drift.now.as_ref().is_some_and(is_as_left));
            if let Some(by) = later {
                *again.entry(*by).or_default() += 1;
            }
            later.is_none()
        });
        Ok(again)
    }

    /// Asks the change log, once for the course, who changed the cells that do not tell it themselves, and when
    /// (`canvas-contract §I3`).
    async fn date(
        &self,
        course: CourseId,
        drifted: &mut [(Drift, &CellRecord)],
        part: &CoursePart,
    ) -> Result<(), CanvasError> {
        let is_open = |drift: &Drift| {
            let comment_only = part.cell(drift.cell).sending == Sending::CommentOnly;
            drift.at.is_none() && !comment_only && drift.now.as_ref().is_some_and(|now| !drift.wrote.holds_in(now))
        };
        let open: Vec<&(Drift, &CellRecord)> = drifted.iter().filter(|(drift, _)| is_open(drift)).collect();
        let Some((first, _)) = open.first() else { return Ok(()) };
        let one_column = open.iter().all(|(drift, _)| drift.assignment == first.assignment);
        // From our own writes on, by Canvas's clock; all of it, where one of them has no time.
        let written = open.iter().map(|(_, record)| record.live.as_ref().and_then(|live| live.graded_at));
        let filter = GradeChangeFilter {
            assignment: one_column.then_some(first.assignment),
            start: written.min().flatten(),
            ..GradeChangeFilter::default()
        };
        let changes = self.session.reader().grade_changes(course, &filter).all().await;
        let Some(changes) = shown(changes)? else { return Ok(()) };
        let mut latest: HashMap<(AssignmentId, UserId), &GradeChange> = HashMap::new();
        // The newest comes first.
        for change in &changes {
            if let (Some(assignment), Some(student)) = (change.assignment_id, change.student_id) {
                latest.entry((assignment, student)).or_insert(change);
            }
        }
        for (drift, record) in drifted.iter_mut().filter(|(drift, _)| is_open(drift)) {
            let change = latest.get(&(drift.assignment, drift.user));
            if let Some(change) = change.filter(|change| !is_our_write(change, record)) {
                drift.by = change.grader_id.map(|grader| grader.0).or(drift.by);
                drift.at = Some(change.created_at);
            }
        }
        Ok(())
    }
}

/// Whether it is the run's own write: then something that the log does not tell of has changed the cell since, such as a
/// late policy.
fn is_our_write(change: &GradeChange, record: &CellRecord) -> bool {
    /// Canvas writes the log a little after the grade.
    const LATER: SignedDuration = SignedDuration::from_secs(2);
    let Some(wrote) = &record.live else { return false };
    let is_by_us = change.grader_id.map(|grader| grader.0) == wrote.grader;
    is_by_us && wrote.graded_at.is_some_and(|at| change.created_at.duration_since(at) < LATER)
}

/// Who changed a cell, and when.
#[derive(Default)]
struct Change {
    by: Option<i64>,
    at: Option<Timestamp>,
}

impl Change {
    /// As the cell itself shows it. Not every way to grade leaves its name and time there, and a clearing leaves no time
    /// (`canvas-contract §H4`, §H9).
    fn shown(now: &LiveCell, record: &CellRecord) -> Self {
        let wrote = record.live.as_ref();
        let is_ours = wrote.is_some_and(|wrote| wrote.grader == now.grader && wrote.graded_at == now.graded_at);
        match (is_ours, now.entered) {
            (true, _) => Self::default(),
            (false, Entered::Empty) => Self { by: now.grader, at: None },
            (false, _) => Self { by: now.grader, at: now.graded_at },
        }
    }
}

/// Whether the grade that the run wrote is there; of a comment alone, its cell.
fn is_grade_there(cell: &Cell, submission: Option<&Submission>) -> bool {
    let Some(submission) = submission else { return false };
    let holds = |wanted: Wanted| wanted.holds_in(&submission.live_cell());
    cell.sending == Sending::CommentOnly || cell.wanted.is_some_and(holds)
}

/// Whether a comment that the run sent has gone since.
fn is_comment_gone(cell: &Cell, record: &CellRecord, submission: Option<&Submission>, commenters: &[UserId]) -> bool {
    let sent = cell.comment.as_deref().filter(|_| record.comment == Some(CommentOutcome::Sent));
    let (Some(text), Some(submission)) = (sent, submission) else { return false };
    submission.comments_of(text, commenters).next().is_none()
}
