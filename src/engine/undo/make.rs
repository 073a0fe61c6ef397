//! Undo is a plan: from a run and Canvas's present state, through the same preview, confirmation, journal and read-back
//! (design, promise 6).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::cell::{Found, State, earlier, give_back, is_by, only_comment, reverse_cell, was_revealed};
use crate::canvas::{Assignment, CanvasError};
use crate::domain::{
    AssignmentId, Cell, CellClass, CellIndex, CellRecord, ColumnIndex, ColumnTarget, CommentOutcome, CourseId,
    CoursePart, Finding, FindingCode, Outcome, PartIndex, PlanHeader, PlanKind, PlanOptions, PlannedColumn, RowTally,
    RunId, Sending, Severity, TakeBack, UserId, comment_digest, is_as_planned,
};
use crate::engine::journal::{Recorded, Undone, created_in, forgotten, given_up, place, places, recorded};
use crate::engine::live::{
    Look, Membership, With, ends_everything, is_unavailable, planned_assignment, read_membership,
};
use crate::engine::plan::{Tally, hold_groups};
use crate::engine::session::same_connector;
use crate::engine::{EngineError, Event, PlanSummary, Selected, Selection, Session, Step};

/// What an undo does beside giving values back where that is nobody's work.
#[derive(Debug, Clone, Default)]
pub struct UndoOptions {
    /// What else of the run goes: its columns, its comments.
    pub also: TakeBack,
    /// Conflicts whose cells get their earlier value back all the same, sorted.
    pub overwrite: Vec<FindingCode>,
}

impl From<TakeBack> for UndoOptions {
    fn from(also: TakeBack) -> Self {
        Self { also, overwrite: Vec::new() }
    }
}

/// Plans the reverse of the selected cells of a run: each written cell gets back what it held, if nobody touched it
/// since.
pub async fn plan_undo(
    session: &Session,
    run: RunId,
    options: impl Into<UndoOptions>,
    selection: &Selection,
) -> Result<PlanSummary, EngineError> {
    let UndoOptions { also, overwrite } = options.into();
    let requests_before = session.requests();
    let stored = session.store().run(run)?;
    let undone = Undone::of(&session.store(), &stored)?;
    let plan = session.store().plan(stored.plan)?;
    same_connector(session, &plan)?;
    let selected = selection.look_up(&session.store(), &session.settings.host, session.settings.course_id_origin)?;
    let person = session.reader().whoami().await?;
    let person_id = person.id;
    let is_partial = !selection.is_empty();
    let header = PlanHeader {
        host: session.settings.host.clone(),
        connector: session.settings.title.clone(),
        kind: PlanKind::Undo { run, also, partial: is_partial, of: None },
        options: PlanOptions { overwrite, ..PlanOptions::default() },
        sources: plan.header.sources.clone(),
        operator: session.operator(person.id, person.name),
        created_at: session.clock.now(),
        note: None,
    };
    let mut by = stored.writers;
    by.push(person_id);
    let of_undo = matches!(plan.header.kind, PlanKind::Undo { .. });
    let may_reveal = header.options.releases(FindingCode::RevealsHiddenGrade, None);
    let order = Order { run, by, also, may_reveal, selected: &selected, is_partial, of_undo, undone: &undone };
    session.events.send(Event::Started { step: Step::Plan, total: Some(u64::from(plan.parts)) });
    let mut tally = Tally::begin(&session.store(), &header, Vec::new())?;
    let mut unmet = selected.unmet();
    let (mut reachable, mut unreachable, mut is_empty) = (false, None, true);
    for ordinal in PartIndex::of_plan(plan.parts) {
        let part = session.store().plan_part(plan.id, ordinal)?;
        unmet.meet(&part);
        let reversed = reverse(session, &order, ordinal, part).await?;
        session.events.send(Event::Advanced { step: Step::Plan, by: 1 });
        if let Some((reversed, problem)) = reversed {
            tally.take(&reversed)?;
            is_empty = false;
            reachable |= problem.is_none();
            unreachable = unreachable.or(problem);
        }
    }
    unmet.finish()?;
    if let (Some(problem), false) = (unreachable, reachable) {
        return Err(problem.into());
    }
    if let Some(by) = undone.by()
        && is_empty
    {
        return Err(EngineError::undone(&session.store(), run, by));
    }
    session.events.send(Event::Finished { step: Step::Plan });
    tally.finish(session.requests() - requests_before)
}

/// Whether Canvas may hold something of ours in the cell, which these people wrote.
fn may_be_ours(record: &CellRecord, by: &[UserId]) -> bool {
    match record.outcome {
        Outcome::Written | Outcome::Unknown => true,
        Outcome::Rejected => record.live.as_ref().is_some_and(|live| is_by(live, by)),
        Outcome::Already | Outcome::Held | Outcome::Pending => false,
    }
}

/// Whether Canvas may show a comment that the run sent. Its grade may be somebody else's by now.
fn left_a_comment(record: &CellRecord) -> bool {
    matches!(record.comment, Some(CommentOutcome::Sent | CommentOutcome::Unknown))
}

/// What is to be taken back.
struct Order<'a> {
    run: RunId,
    /// Who wrote for the run.
    by: Vec<UserId>,
    also: TakeBack,
    /// Whether the user lets grades become visible that a teacher has hidden.
    may_reveal: bool,
    selected: &'a Selected,
    /// Whether a person selected what goes back.
    is_partial: bool,
    /// Whether the run was an undo itself: what it took away was this tool's.
    of_undo: bool,
    /// What was taken back before.
    undone: &'a Undone,
}

/// A course as it is now.
struct Now {
    assignments: Vec<Assignment>,
    look: Look,
    membership: Membership,
}

impl Now {
    /// Looks at a course and these cells of it.
    async fn of(session: &Session, course: CourseId, cells: &[Recorded<'_>]) -> Result<Self, CanvasError> {
        let reader = session.reader();
        let assignments = reader.assignments(course).all().await?;
        let mut look = Look::at(&reader, course, &places(cells), With::default()).await?;
        let behind: Vec<Recorded<'_>> = cells.iter().filter(|one| may_be_behind(&look, one)).copied().collect();
        if !behind.is_empty() {
            let places = places(&behind);
            look.grid.add(Look::again(&reader, course, &places, With::default()).await?.grid);
        }
        let is_by_group = |id: &AssignmentId| {
            assignments.iter().any(|one| one.id == *id && planned_assignment(one).grades_whole_group)
        };
        let by_group: BTreeSet<AssignmentId> = cells.iter().map(|one| one.assignment).filter(is_by_group).collect();
        let membership = read_membership(&reader, course, by_group).await?;
        Ok(Self { assignments, look, membership })
    }
}

/// Whether a list may show the cell as it was before the run wrote it: it is not as it was read back, and nobody has
/// graded it later.
fn may_be_behind(look: &Look, one: &Recorded<'_>) -> bool {
    if look.refused.contains_key(&one.assignment) {
        return false;
    }
    let Some(now) = look.grid.cell(one.assignment, one.user) else { return look.grid.has_student(one.user) };
    one.record.live.as_ref().is_none_or(|ours| {
        let is_later = now.graded_at.zip(ours.graded_at).is_some_and(|(now, ours)| now > ours);
        !is_as_planned(&now, ours) && !is_later
    })
}

/// The columns of a part as they are in Canvas now.
fn columns_now(
    part: &CoursePart,
    created: &BTreeMap<ColumnIndex, AssignmentId>,
    assignments: &[Assignment],
) -> Vec<PlannedColumn> {
    let mut columns = part.columns.clone();
    for (index, column) in ColumnIndex::all().zip(&mut columns) {
        let id = column.assignment().map(|assignment| assignment.id).or_else(|| created.get(&index).copied());
        let live = id.and_then(|id| assignments.iter().find(|assignment| assignment.id == id));
        column.target = match live {
            Some(assignment) => ColumnTarget::Existing(planned_assignment(assignment)),
            None => ColumnTarget::Nowhere(FindingCode::AssignmentGone),
        };
    }
    columns
}

/// The reverse of one part; `None` where the run wrote nothing. A course that cannot be read blocks its cells, not the
/// undo. The second value is set when Canvas could not be reached.
async fn reverse(
    session: &Session,
    order: &Order<'_>,
    ordinal: PartIndex,
    part: CoursePart,
) -> Result<Option<(CoursePart, Option<CanvasError>)>, EngineError> {
    let Order { run, ref by, also, may_reveal, selected, is_partial, of_undo, undone } = *order;
    let host = &session.settings.host;
    let records = session.store().records(run, ordinal)?;
    let mut created = created_in(session, run, ordinal)?;
    created.retain(|column, _| selected.has_planned(&part, &part.columns[column.as_usize()]));
    let is_of_interest = |record: &CellRecord| may_be_ours(record, by) || also.comments && left_a_comment(record);
    let mut cells = recorded(&part, &records, &created, is_of_interest);
    let Some(course) = part.course.as_ref().map(|course| course.id) else { return Ok(None) };
    // A cell is given back once.
    let restored = undone.cells(&session.store(), course)?.restored;
    let gives_back =
        |one: &Recorded<'_>| may_be_ours(one.record, by) && !restored.contains_key(&place(part.cell(one.cell)));
    cells.retain(|one| {
        let is_open = gives_back(one) || also.comments && left_a_comment(one.record);
        is_open && selected.has_cell(&part, part.cell(one.cell))
    });
    let is_unsent = |(index, cell): &(CellIndex, &Cell)| {
        let is_open = records.get(index).is_none_or(|record| record.outcome.is_retryable() && !may_be_ours(record, by));
        is_partial && is_open && selected.has_cell(&part, cell)
    };
    let unsent: Vec<Cell> = part.writes().filter(is_unsent).map(|(_, cell)| stays_unsent(&part, cell)).collect();
    let mut unsent = unsent;
    unsent.extend(
        forgotten(&part, &records, |record| may_be_ours(record, by))
            .into_iter()
            .map(|index| part.cell(index))
            .filter(|cell| !restored.contains_key(&place(cell)) && selected.has_cell(&part, cell))
            .map(of_somebody_forgotten),
    );
    if cells.is_empty() && unsent.is_empty() && (created.is_empty() || !also.created) {
        return Ok(None);
    }
    let Now { assignments, look, membership } = match Now::of(session, course, &cells).await {
        Ok(now) => now,
        Err(error) if ends_everything(&error) => return Err(error.into()),
        Err(error) => {
            let part = unreadable(part, course, &cells, unsent, &error);
            return Ok(Some((part, is_unavailable(&error).then_some(error))));
        }
    };
    let outstanding = session.store().cells_outstanding(host)?;
    let given_up = given_up(session, run, ordinal)?;
    let pushed = session.store().last_pushed(host, course)?;
    let found = if of_undo { session.store().pushed_before(host, course, run)? } else { HashMap::new() };
    let comments = session.store().comments_sent(host, course)?;
    let columns = columns_now(&part, &created, &assignments);
    let mut reversed = unsent;
    let mut findings = Vec::new();
    for one in &cells {
        let cell = part.cell(one.cell);
        let is_given_up = one.record.outcome == Outcome::Unknown && given_up.contains_key(&one.cell);
        let may_change = is_given_up || outstanding.contains(&(course, one.assignment, one.user));
        let goes = also.comments && left_a_comment(one.record) && !may_change;
        // What another undo deleted is forgotten.
        let is_known = |text: &str| comments.contains_key(&(one.assignment, one.user, comment_digest(text)));
        let comment = cell.comment.clone().filter(|text| goes && is_known(text));
        let live = look.grid.cell(one.assignment, one.user);
        let assignment = columns[cell.column.as_usize()].assignment();
        if cell.sending == Sending::CommentOnly || !gives_back(one) {
            let shows = left_a_comment(one.record) && was_revealed(cell, live.as_ref(), assignment);
            let Some(back) = only_comment(cell, comment, shows) else { continue };
            if shows {
                findings.push(remark(FindingCode::RevealsHiddenGrade, Severity::Warning, &back, (course, one)));
            }
            reversed.push(back);
            continue;
        }
        let state = State {
            live: live.as_ref(),
            may_change,
            refused: look.refused.get(&one.assignment).map(String::as_str),
            assignment,
            pushed: pushed.get(&(one.assignment, one.user)),
            found: of_undo.then(|| Found(found.get(&(one.assignment, one.user)))),
            by,
            may_reveal,
        };
        let back = Cell { comment, ..reverse_cell(cell, one.record, &state) };
        // Whatever a code says elsewhere, here it keeps the cell as it is, unless the user released it.
        let severity = if back.class.is_write() { Severity::Warning } else { Severity::Row };
        findings.extend(back.codes.iter().map(|code| remark(*code, severity, &back, (course, one))));
        reversed.push(back);
    }
    reversed.sort_by_key(place);
    let tally = RowTally { rows: reversed.len() as u64, ..RowTally::default() };
    let comments: Vec<_> = reversed.iter().map(|cell| cell.comment.clone()).collect();
    let mut reversed = CoursePart { columns, cells: reversed, findings: Vec::new(), tally, ..part };
    hold_groups(&mut reversed, &membership, |finding| findings.push(finding.in_course(course)));
    // A comment is one student's: it goes, whatever becomes of the group's grade.
    for (cell, comment) in reversed.cells.iter_mut().zip(comments) {
        cell.comment = comment;
    }
    Ok(Some((CoursePart { findings, ..reversed }, None)))
}

/// Why a cell is not simply given back.
fn remark(code: FindingCode, severity: Severity, back: &Cell, (course, one): (CourseId, &Recorded<'_>)) -> Finding {
    let finding = Finding::new(code, back.reason.to_string()).at(&back.sources).in_course(course);
    let finding = finding.of_assignment(Some(one.assignment)).of_student(Some(one.user)).touching(1);
    Finding { severity, whose: back.whose.as_deref().copied(), ..finding }
}

/// A cell that the run did not write and that a person takes back all the same: a retry leaves it alone from now on.
fn stays_unsent(part: &CoursePart, cell: &Cell) -> Cell {
    let before = cell.base.as_ref().map(|base| base.entered).unwrap_or_default();
    let (wanted, sending, class) =
        (Some(give_back(before, None, part.column(cell).assignment()).0), Sending::Nothing, CellClass::Unchanged);
    let reason = "the run did not write it".into();
    Cell { wanted, sending, class, reason, whose: None, comment: None, codes: Vec::new(), ..cell.clone() }
}

/// A cell of a person who was forgotten here: nobody knows any more whose it is in Canvas.
fn of_somebody_forgotten(cell: &Cell) -> Cell {
    Cell {
        base: None,
        whose: None,
        sending: Sending::Nothing,
        comment: None,
        class: CellClass::Blocked,
        codes: vec![FindingCode::UserUnresolved],
        reason: "the person was forgotten here, and Canvas keeps the grade".into(),
        ..cell.clone()
    }
}

/// The part of a course that Canvas would not let us read.
fn unreadable(
    part: CoursePart,
    course: CourseId,
    cells: &[Recorded<'_>],
    unsent: Vec<Cell>,
    error: &CanvasError,
) -> CoursePart {
    let code = FindingCode::CourseUnreadable;
    let reason = format!("Canvas would not let this course be read: {error}");
    let block = |one: &Recorded<'_>| {
        let cell = part.cell(one.cell);
        let (entered, owner) = earlier(cell, one.record, None);
        Cell {
            base: None,
            owner,
            whose: None,
            wanted: entered.map(|entered| give_back(entered, None, part.column(cell).assignment()).0),
            sending: Sending::Nothing,
            comment: None,
            class: CellClass::Blocked,
            codes: vec![code],
            reason: reason.as_str().into(),
            ..cell.clone()
        }
    };
    let blocked: Vec<Cell> = cells.iter().map(block).collect();
    let sources: Vec<_> = blocked.iter().flat_map(|cell| cell.sources.iter().copied()).collect();
    let finding = Finding::new(code, format!("{}: {reason}", part.sent_id)).at(&sources).in_course(course);
    let mut columns = part.columns.clone();
    for column in &mut columns {
        column.target = ColumnTarget::Nowhere(code);
    }
    let findings = vec![finding.touching(blocked.len())];
    let mut cells = blocked;
    cells.extend(unsent);
    cells.sort_by_key(place);
    let tally = RowTally { rows: cells.len() as u64, ..RowTally::default() };
    CoursePart { columns, cells, findings, tally, ..part }
}
