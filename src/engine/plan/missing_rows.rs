//! Whether rows of the last runs are missing from this sheet, as they are when an export was cut short.

use std::collections::{HashMap, HashSet};

use crate::domain::{
    Cell, CellClass, CellIndex, CellRecord, ColumnIndex, ColumnKey, CourseId, Finding, FindingCode, Outcome, PlanId,
    PlanKind, PlannedStudent, RunId, SentUser, StudentIndex, UserId,
};
use crate::engine::resolve::{CourseRows, People};
use crate::engine::{EngineError, Selection, Session};

/// So many runs are looked at for the columns of a sheet: who pushes a column a week sends it again soon or never.
const RUNS: usize = 4;

/// The connector's last runs of scores that had something to write, newest first.
pub(super) struct LastRuns(Vec<Earlier>);

/// A run and its plan.
struct Earlier {
    run: RunId,
    plan: PlanId,
}

impl LastRuns {
    /// Finds them. None where the user selected columns or people: then rows of the others are missing on purpose.
    pub(super) fn before(session: &Session, selection: &Selection) -> Result<Self, EngineError> {
        let mut last = Vec::new();
        if !selection.assignments.is_empty() || !selection.users.is_empty() {
            return Ok(Self(last));
        }
        let store = session.store();
        for run in store.runs(Some(&session.settings.title))? {
            let of_scores = !matches!(store.plan(run.plan)?.header.kind, PlanKind::Undo { .. });
            if run.host == session.settings.host && of_scores && store.run_counts(run.id)?.planned > 0 {
                last.push(Earlier { run: run.id, plan: run.plan });
            }
            if last.len() == RUNS {
                break;
            }
        }
        Ok(Self(last))
    }

    /// What there is to say about one course (findings, `sheet-shrunk`): each column is compared with the last run that
    /// had it.
    pub(super) fn findings(
        &self,
        session: &Session,
        course: CourseId,
        rows: &CourseRows<'_>,
        people: &People,
    ) -> Result<Vec<Finding>, EngineError> {
        if self.0.is_empty() {
            return Ok(Vec::new());
        }
        let sheet = Sheet::of(rows, people);
        let mut left: HashSet<&ColumnKey> = rows.columns.iter().map(|(column, _)| &column.key).collect();
        let mut findings = Vec::new();
        for earlier in &self.0 {
            if left.is_empty() {
                break;
            }
            let compared = sheet.compared(session, course, earlier, &left)?;
            left.retain(|key| !compared.columns.contains(*key));
            findings.extend(compared.finding(earlier.run, course));
        }
        Ok(findings)
    }
}

/// The rows of a course in this sheet.
struct Sheet<'a> {
    people: &'a People,
    rows: HashSet<(&'a ColumnKey, SentUser<'a>)>,
    /// A cell names one of its person's ids only, and the row may have had another.
    of_people: HashSet<(&'a ColumnKey, UserId)>,
}

impl<'a> Sheet<'a> {
    fn of(rows: &'a CourseRows<'a>, people: &'a People) -> Self {
        let students = people.of_rows(rows);
        let users: HashMap<SentUser<'_>, UserId> =
            students.iter().filter_map(|student| Some((student.sent_user(), student.user?))).collect();
        let rows: HashSet<(&ColumnKey, SentUser<'_>)> = rows
            .columns
            .iter()
            .flat_map(|(column, scores)| scores.iter().map(|score| (&column.key, score.sent_user())))
            .collect();
        let of_people = rows.iter().filter_map(|(key, sent)| Some((*key, *users.get(sent)?))).collect();
        Self { people, rows, of_people }
    }

    /// Whether there is a row of this person in this column.
    fn has(&self, key: &ColumnKey, student: &PlannedStudent) -> bool {
        self.rows.contains(&(key, student.sent_user()))
            || student.user.is_some_and(|user| self.of_people.contains(&(key, user)))
    }

    /// Compares these columns with those of an earlier run.
    fn compared(
        &self,
        session: &Session,
        course: CourseId,
        earlier: &Earlier,
        columns: &HashSet<&ColumnKey>,
    ) -> Result<Compared, EngineError> {
        let mut compared = Compared::default();
        let store = session.store();
        for ordinal in store.parts_of_course(earlier.plan, course)? {
            let part = store.plan_part(earlier.plan, ordinal)?;
            let records = store.records(earlier.run, ordinal)?;
            let mut sent: HashMap<(ColumnIndex, StudentIndex), bool> = HashMap::new();
            let is_compared = |cell: &Cell| !cell.sources.is_empty() && columns.contains(&part.column(cell).key);
            for (index, cell) in CellIndex::all().zip(&part.cells).filter(|(_, cell)| is_compared(cell)) {
                *sent.entry((cell.column, cell.student)).or_default() |= !is_done(cell, records.get(&index));
            }
            for ((column, student), is_open) in sent {
                let (key, student) = (&part.columns[column.as_usize()].key, &part.students[student.as_usize()]);
                let is_there = self.has(key, student);
                let is_missing = !is_there && !self.people.ignores(student.sent_user());
                compared.before += 1;
                compared.missing += usize::from(is_missing);
                compared.open_is_there |= is_there && is_open;
                compared.done_is_there |= is_there && !is_open;
                compared.open_is_missing |= is_missing && is_open;
                if !compared.columns.contains(key) {
                    compared.columns.insert(key.clone());
                }
            }
        }
        Ok(compared)
    }
}

/// What the comparison of a sheet with an earlier run shows.
#[derive(Default)]
struct Compared {
    /// The columns that both have.
    columns: HashSet<ColumnKey>,
    /// Rows that the run had in them.
    before: usize,
    /// Those of them that the sheet lacks.
    missing: usize,
    open_is_there: bool,
    done_is_there: bool,
    open_is_missing: bool,
}

impl Compared {
    fn finding(&self, run: RunId, course: CourseId) -> Option<Finding> {
        let (before, missing) = (self.before, self.missing);
        // Rows that the run left open, and only those, are what `show --failed` gave back to be mended.
        let are_the_failed = self.open_is_there && !self.done_is_there && !self.open_is_missing;
        if are_the_failed || missing * 10 <= before {
            return None;
        }
        let message =
            format!("{missing} of the {before} rows that {run} had in the same columns of this course are missing");
        Some(Finding::new(FindingCode::SheetShrunk, message).in_course(course))
    }
}

/// Whether the cell needs no further work.
fn is_done(cell: &Cell, record: Option<&CellRecord>) -> bool {
    if cell.class.is_write() {
        return record.is_some_and(|record| matches!(record.outcome, Outcome::Written | Outcome::Already));
    }
    matches!(cell.class, CellClass::Unchanged | CellClass::Kept)
}
