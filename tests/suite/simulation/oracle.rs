//! What must hold after every seed, judged from Canvas's own world.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use gradepush::domain::{
    CellRecord, CommentOutcome, CoursePart, Entered, LiveCell, Outcome, PartIndex, PlanId, PlanKind, RunCounts, RunId,
    Sending, TakeBack, Wanted,
};
use gradepush::engine::{PlanSummary, Selection, Session};
use gradepush::store::CreatedState;
use jiff::Timestamp;
use serde_json::Value;
use tokio::time::Instant;

use super::simulated_run::SimulatedRun;

/// A planned cell, its record and its whole past in Canvas.
struct Cell {
    place: (i64, i64, i64),
    wanted: Wanted,
    comment: Option<String>,
    sending: Sending,
    base: LiveCell,
    record: CellRecord,
    /// What the cell held since the plan, oldest first.
    past: Vec<State>,
    /// Whether Canvas does not show its column any more.
    hidden: bool,
    /// Whether nobody can look at it any more.
    gone: bool,
    /// Whether a teacher hid its grade.
    is_unposted: bool,
}

#[derive(Debug, Clone, PartialEq)]
struct State {
    entered: Entered,
    grader: Option<i64>,
}

pub(super) fn parts(session: &Session, plan: PlanId) -> Vec<CoursePart> {
    let store = session.store();
    let parts = store.plan(plan).expect("the plan").parts;
    PartIndex::of_plan(parts).map(|ordinal| store.plan_part(plan, ordinal).expect("a part")).collect()
}

pub(super) fn count_of(counts: &RunCounts, outcome: Outcome) -> u64 {
    match outcome {
        Outcome::Written => counts.written,
        Outcome::Already => counts.already,
        Outcome::Held => counts.held,
        Outcome::Rejected => counts.rejected,
        Outcome::Unknown => counts.unknown,
        Outcome::Pending => counts.pending,
    }
}

fn cells(simulated_run: &SimulatedRun, session: &Session, run: RunId, plan: PlanId) -> Vec<Cell> {
    let header = session.store().plan(plan).expect("the plan").header;
    let is_undo = matches!(&header.kind, PlanKind::Undo { .. });
    let mut cells = Vec::new();
    for (ordinal, part) in PartIndex::all().zip(parts(session, plan)) {
        let records = session.store().records(run, ordinal).expect("records");
        let Some(course) = part.course.as_ref().map(|course| course.id.0) else { continue };
        let students = simulated_run.line.sandbox.world(|world| world.students_of(course));
        let mut columns: HashMap<i64, Value> = HashMap::new();
        for (index, cell) in part.writes() {
            let column = part.column(cell);
            let known = column.assignment().map(|assignment| assignment.id.0);
            let assignment = known.or_else(|| simulated_run.line.assignment(course, &column.title));
            let user = part.student(cell).user.expect("a planned cell has a student").0;
            let base = cell.base.as_deref().cloned().unwrap_or_default();
            let look = |id| simulated_run.line.sandbox.world(|world| world.assignment_data(course, id));
            let data = assignment.map_or(&Value::Null, |id| columns.entry(id).or_insert_with(|| look(id)));
            let hidden = data["state"] == "deleted" || data["state"] == "unpublished";
            cells.push(Cell {
                place: (course, assignment.unwrap_or_default(), user),
                wanted: cell.wanted.expect("a planned cell wants something"),
                // The comments of an undo are those that go.
                comment: cell.comment.as_deref().filter(|_| !is_undo).map(str::to_owned),
                sending: cell.sending.clone(),
                past: past(simulated_run, (course, assignment.unwrap_or_default(), user), data, header.created_at),
                base,
                record: records.get(&index).cloned().unwrap_or_else(CellRecord::pending),
                hidden,
                is_unposted: data["post_manually"] != true
                    && !simulated_run
                        .line
                        .sandbox
                        .world(|world| world.is_posted(course, assignment.unwrap_or_default(), user)),
                gone: hidden || !students.contains(&user),
            });
        }
    }
    cells
}

/// The states of a cell since a plan, from Canvas's change log: nobody acts while a plan is made.
fn past(simulated_run: &SimulatedRun, place: (i64, i64, i64), assignment: &Value, planned_at: Timestamp) -> Vec<State> {
    let changes = simulated_run.line.sandbox.world(|world| world.changes_of(place));
    let since = |change: &&Value| {
        let at: Option<Timestamp> = serde_json::from_value(change["created_at"].clone()).ok();
        at.is_some_and(|at| at >= planned_at)
    };
    let mut past: Vec<State> = changes.iter().filter(since).map(logged).collect();
    // Whoever gave the same grade again is not in the log.
    let rows = assignment["submissions"].as_array();
    let now = rows.and_then(|rows| rows.iter().find(|row| row["user_id"] == place.2)).map(state);
    if let Some(now) = now.filter(|now| now.grader != Some(simulated_run.line.robot()))
        && past.last().is_some_and(|last| last.entered == now.entered && last.grader != now.grader)
    {
        past.push(now);
    }
    past
}

/// What a cell held after a change.
fn logged(change: &Value) -> State {
    let entered = match (change["excused_after"] == true, change["grade_after"].as_str()) {
        (true, _) => Entered::Excused,
        (_, Some(grade)) => Entered::Score(grade.parse().expect("points")),
        (_, None) => Entered::Empty,
    };
    State { entered, grader: change["grader_id"].as_i64() }
}

fn state(value: &Value) -> State {
    let score = value["score"].as_f64().map(|score| score + value["points_deducted"].as_f64().unwrap_or(0.0));
    let entered = match (value["excused"] == true, score) {
        (true, _) => Entered::Excused,
        (_, Some(score)) => Entered::Score(score.to_string().parse().expect("points")),
        (_, None) => Entered::Empty,
    };
    State { entered, grader: value["grader_id"].as_i64() }
}

fn is_wanted(wanted: Wanted, entered: Entered) -> bool {
    wanted.holds_in(&LiveCell { entered, ..LiveCell::default() })
}

/// Everything a run promises of its cells, once it was retried without faults.
pub(super) fn check_run(
    simulated_run: &mut SimulatedRun,
    session: &Session,
    run: RunId,
    plan: &PlanSummary,
) -> Result<(), String> {
    let counts = session.store().run_counts(run).map_err(|error| error.to_string())?;
    let cells = cells(simulated_run, session, run, plan.id);
    if cells.len() as u64 != counts.planned {
        return Err(format!("{} cells were planned, {counts:?}", cells.len()));
    }
    for outcome in Outcome::ALL {
        let found = cells.iter().filter(|cell| cell.record.outcome == outcome).count() as u64;
        if found != count_of(&counts, outcome) {
            return Err(format!("{found} cells are {}, but {counts:?}", outcome.name()));
        }
    }
    let courses: BTreeSet<i64> = cells.iter().map(|cell| cell.place.0).collect();
    for course in courses {
        let mut titles = simulated_run.line.sandbox.world(|world| world.assignments_of(course));
        titles.sort_by(|one, other| one.1.cmp(&other.1));
        if let Some(twice) = titles.windows(2).find(|pair| pair[0].1 == pair[1].1) {
            return Err(format!("course {course} has the same column twice: {twice:?}"));
        }
    }
    let robot = simulated_run.line.robot();
    for cell in &cells {
        let comments =
            simulated_run.line.sandbox.world(|world| world.comments_of(cell.place.0, cell.place.1, cell.place.2));
        let reasoned = check_reason(simulated_run, cell, plan.id, session);
        reasoned
            .and_then(|()| check_cell(cell, robot))
            .and_then(|()| check_comment(cell, &comments)).map_err(|problem| {
            let Cell { place, wanted, base, record, past, .. } = cell;
            format!("{problem}: {place:?} wants {wanted:?}, base {base:?}, past {past:?}, comments {comments:?}, record {record:?}")
        })?;
    }
    simulated_run.tally.planned += counts.planned;
    simulated_run.tally.written += counts.written;
    let written = || cells.iter().filter(|cell| cell.record.outcome == Outcome::Written);
    simulated_run.tally.excused += written().filter(|cell| cell.wanted == Wanted::Excused).count() as u64;
    simulated_run.tally.together +=
        written().filter(|cell| !simulated_run.line.mates_of(cell.place).is_empty()).count() as u64;
    simulated_run.tally.overwrote += cells.iter().filter(|cell| !cell.record.overwrote.is_empty()).count() as u64;
    Ok(())
}

/// Nothing is held or rejected but for what somebody else did.
fn check_reason(simulated_run: &SimulatedRun, cell: &Cell, plan: PlanId, session: &Session) -> Result<(), String> {
    let (course, assignment, user) = cell.place;
    let is_decided = matches!(cell.record.outcome, Outcome::Held | Outcome::Rejected);
    if !is_decided || cell.gone || assignment == 0 {
        return Ok(());
    }
    let planned_at = session.store().plan(plan).expect("the plan").header.created_at;
    let together = simulated_run.line.mates_of(cell.place).into_iter().chain([user]);
    let students = simulated_run.line.sandbox.world(|world| world.students_of(course));
    let touched = together
        .map(|user| (course, assignment, user))
        .any(|place| simulated_run.touched_since(place, planned_at) || !students.contains(&place.2));
    if touched { Ok(()) } else { Err("held or rejected, though nobody touched it".to_owned()) }
}

fn check_cell(cell: &Cell, robot: i64) -> Result<(), String> {
    let Cell { wanted, record, past, gone, .. } = cell;
    let by_robot = |state: &&State| state.grader == Some(robot);
    if past.iter().filter(by_robot).any(|state| !is_wanted(*wanted, state.entered)) {
        return Err("another value than planned was written".to_owned());
    }
    let wrote = past.iter().filter(by_robot).count();
    let holds = past.last().is_some_and(|last| is_wanted(*wanted, last.entered) && last.grader == Some(robot));
    match record.outcome {
        Outcome::Written if wrote == 0 && cell.sending != Sending::CommentOnly => {
            return Err("written, but not in Canvas".to_owned());
        }
        Outcome::Held | Outcome::Pending if wrote > 0 => {
            return Err("written, but not counted as such".to_owned());
        }
        Outcome::Already | Outcome::Rejected | Outcome::Held if holds && !gone => {
            return Err("holds our value, but is not written".to_owned());
        }
        Outcome::Unknown | Outcome::Pending if !gone => return Err("undecided without faults".to_owned()),
        _ => {}
    }
    if matches!(record.outcome, Outcome::Held | Outcome::Rejected) && record.reason.is_none() {
        return Err("not written, and no reason given".to_owned());
    }
    let lost = lost_edits(cell, robot);
    let listed: Vec<Option<Entered>> = record.overwrote.iter().map(|lost| lost.entered).collect();
    if *gone || lost.iter().copied().map(Some).eq(listed.iter().copied()) {
        Ok(())
    } else {
        Err(format!("lost edits {lost:?}, but listed is {listed:?}"))
    }
}

/// What somebody had entered that a write of ours replaced without a person having seen it.
fn lost_edits(cell: &Cell, robot: i64) -> Vec<Entered> {
    let mut lost = Vec::new();
    let (mut expected, mut now) = (cell.base.entered, cell.base.entered);
    for state in &cell.past {
        if state.grader == Some(robot) {
            if now != expected {
                lost.push(now);
            }
            expected = state.entered;
        }
        now = state.entered;
    }
    lost
}

fn check_comment(cell: &Cell, comments: &[String]) -> Result<(), String> {
    let Some(text) = &cell.comment else { return Ok(()) };
    let there = comments.iter().filter(|comment| *comment == text).count();
    let outcome = cell.record.comment;
    if there > 1 {
        return Err("the comment is there twice".to_owned());
    }
    if cell.gone {
        return Ok(());
    }
    match (there, outcome) {
        (0, Some(CommentOutcome::Sent | CommentOutcome::Already)) => Err("the comment is not there".to_owned()),
        (0, None) if cell.record.outcome == Outcome::Written => Err("the missing comment is not reported".to_owned()),
        (1.., Some(CommentOutcome::Pending) | None) => Err("the comment is there, but not counted".to_owned()),
        // A comment would reveal a grade that a teacher hid after it was written.
        (0, Some(CommentOutcome::Pending)) if cell.is_unposted => Ok(()),
        (0, _) if cell.record.outcome == Outcome::Written => {
            Err("written without faults and without its comment".to_owned())
        }
        _ => Ok(()),
    }
}

/// Verification says what Canvas holds.
pub(super) async fn check_verify(simulated_run: &SimulatedRun, session: &Session, run: RunId) -> Result<(), String> {
    let plan = session.store().run(run).map_err(|error| error.to_string())?.plan;
    let verified = gradepush::engine::verify(session, run, &Selection::default())
        .await
        .map_err(|error| format!("verify: {error}"))?;
    let cells = cells(simulated_run, session, run, plan);
    let written: Vec<&Cell> = cells.iter().filter(|cell| cell.record.outcome == Outcome::Written).collect();
    let holding = |cell: &&&Cell| {
        let entered = cell.past.last().map_or(cell.base.entered, |last| last.entered);
        !cell.hidden && (cell.sending == Sending::CommentOnly || !cell.gone && is_wanted(cell.wanted, entered))
    };
    let expected = written.iter().filter(holding).count() as u64;
    if verified.checked == written.len() as u64
        && verified.holding == expected
        && verified.checked == verified.holding + verified.drifted.len() as u64 + verified.unreadable
    {
        return Ok(());
    }
    Err(format!("{expected} of {} cells hold, but {verified:?}", written.len()))
}

/// What the run wrote is back as it was, or is listed with why not.
pub(super) fn check_undone(
    simulated_run: &mut SimulatedRun,
    session: &Session,
    (run, written): (RunId, u64),
    (undoing, undo): (RunId, PlanId),
    planned_at: Instant,
) -> Result<(), String> {
    let first = session.store().run(run).map_err(|error| error.to_string())?;
    let counts = session.store().run_counts(undoing).map_err(|error| error.to_string())?;
    if first.undone_by != Some(undoing) {
        return Err(format!("{counts:?} were restored, and the run counts as undone by {:?}", first.undone_by));
    }
    let pushed = cells(simulated_run, session, run, first.plan);
    let listed: usize = parts(session, undo).iter().map(|part| part.cells.len()).sum();
    let to_undo = pushed
        .iter()
        .filter(|cell| cell.record.outcome == Outcome::Written && cell.sending != Sending::CommentOnly)
        .count();
    if listed < to_undo || written < to_undo as u64 {
        return Err(format!("the undo lists {listed} of {to_undo} written cells"));
    }
    for cell in cells(simulated_run, session, undoing, undo) {
        let earlier = pushed.iter().find(|one| one.place == cell.place);
        let Some(earlier) = earlier else { return Err(format!("{:?} is undone, but was not pushed", cell.place)) };
        if cell.base.grader != Some(simulated_run.line.robot()) || !is_wanted(earlier.wanted, cell.base.entered) {
            return Err(format!("{:?} holds {:?}, which is not ours to take back", cell.place, cell.base));
        }
        let lost = earlier.record.overwrote.last();
        let Some(back) = lost.map_or(Some(earlier.base.entered), |lost| lost.entered) else {
            return Err(format!("{:?} is restored, and nobody knows what it held", cell.place));
        };
        if !is_wanted(cell.wanted, back) {
            return Err(format!("{:?} gets {:?} instead of {back:?}", cell.place, cell.wanted));
        }
        let edited = simulated_run.line.memory().last_edit.get(&cell.place).is_some_and(|at| *at >= planned_at);
        if cell.record.outcome == Outcome::Written {
            simulated_run.tally.restored += 1;
            let now = cell.past.last().map(|last| last.entered);
            if !edited && now != Some(back) {
                return Err(format!("{:?} holds {now:?} after its undo, not {back:?}", cell.place));
            }
        }
    }
    Ok(())
}

/// The columns and comments that an undo was to delete are gone, and nothing of anybody else went with them.
pub(super) fn check_taken_back(
    simulated_run: &SimulatedRun,
    session: &Session,
    run: RunId,
    also: TakeBack,
) -> Result<(), String> {
    let plan = session.store().run(run).map_err(|error| error.to_string())?.plan;
    let created = session.store().created_assignments(run).map_err(|error| error.to_string())?;
    for cell in cells(simulated_run, session, run, plan) {
        let (course, assignment, user) = cell.place;
        let comments = simulated_run.line.sandbox.world(|world| world.comments_of(course, assignment, user));
        let sent = cell.record.comment == Some(CommentOutcome::Sent);
        let left = cell.comment.as_ref().is_some_and(|text| comments.contains(text));
        if sent && !cell.gone && left == also.comments {
            return Err(format!("comments to delete: {}, left: {left}, {:?}", also.comments, cell.place));
        }
    }
    for one in created {
        let Some(assignment) = one.assignment.filter(|_| one.state == CreatedState::Deleted) else { continue };
        let course = parts(session, plan).get(one.part.as_usize()).and_then(|part| Some(part.course.as_ref()?.id.0));
        let course = course.expect("a part with a column has a course");
        let data = simulated_run.line.sandbox.world(|world| world.assignment_data(course, assignment.0));
        let held = match &data["submissions"] {
            Value::Array(rows) => rows.clone(),
            Value::Object(rows) => rows.values().cloned().collect(),
            _ => Vec::new(),
        };
        let students = simulated_run.line.sandbox.world(|world| world.students_of(course));
        // Between the last look and the deletion somebody may still enter a grade: Canvas has no way to refuse that.
        let memory = simulated_run.line.memory();
        let looked = memory.deleted.get(&assignment.0).map(|at| *at - Duration::from_mins(1));
        let was_there = |user: i64| {
            let edited = memory.last_edit.get(&(course, assignment.0, user));
            edited.zip(looked).is_none_or(|(edited, looked)| *edited < looked)
        };
        let in_use = held.iter().find(|row| {
            students.iter().any(|student| row["user_id"] == *student && was_there(*student))
                && state(row).entered != Entered::Empty
        });
        if !also.created || in_use.is_some() {
            return Err(format!("{assignment} was deleted, although it holds {in_use:?}"));
        }
    }
    Ok(())
}
