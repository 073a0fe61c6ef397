//! Whether rows of the last runs are missing from this sheet, as they are when an export was cut short.

use std::collections::{HashMap, HashSet};

use crate::domain::{
    Cell, CellClass, CellIndex, CellRecord, ColumnIndex, ColumnKey, CourseId, Finding, FindingCode, Outcome, PlanId,
    PlanKind, PlannedStudent, RunId, SentUserIndex, StudentIndex, UserId,
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
        people: &People<'_>,
    ) -> Result<Vec<Finding>, EngineError> {
        if self.0.is_empty() {
            return Ok(Vec::new());
        }
        let sheet = Sheet::of(rows, people);
        let mut left: HashSet<&ColumnKey> = rows.columns.iter().map(|rows| &rows.column.key).collect();
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
    people: &'a People<'a>,
    columns: HashMap<&'a ColumnKey, usize>,
    rows: HashSet<(usize, SentUserIndex)>,
    /// A cell names one of its person's ids only, and the row may have had another.
    of_people: HashSet<(usize, UserId)>,
}

impl<'a> Sheet<'a> {
    fn of(rows: &'a CourseRows<'a>, people: &'a People<'a>) -> Self {
        let columns = rows.columns.iter().enumerate().map(|(place, rows)| (&rows.column.key, place)).collect();
        let scores =
            rows.columns.iter().enumerate().flat_map(|(place, rows)| rows.scores().map(move |one| (place, one)));
        let sent: HashSet<(usize, SentUserIndex)> = scores.map(|(column, score)| (column, score.user)).collect();
        let students = people.of_rows(rows);
        let users: HashMap<SentUserIndex, UserId> =
            students.iter().filter_map(|student| Some((people.place_of(student)?, student.user?))).collect();
        let of_people = sent.iter().filter_map(|(column, sent)| Some((*column, *users.get(sent)?))).collect();
        Self { people, columns, rows: sent, of_people }
    }

    /// Whether there is a row of this person in this column.
    fn has(&self, key: &ColumnKey, student: &PlannedStudent) -> bool {
        self.columns.get(key).is_some_and(|column| {
            self.people.place_of(student).is_some_and(|sent| self.rows.contains(&(*column, sent)))
                || student.user.is_some_and(|user| self.of_people.contains(&(*column, user)))
        })
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
            // The columns by the names that this sheet has for them.
            let keys: Vec<Option<ColumnKey>> = part
                .columns
                .iter()
                .map(|column| {
                    [column.key.clone(), column.key_in_any_file()].into_iter().find(|key| columns.contains(key))
                })
                .collect();
            let mut sent: HashMap<(ColumnIndex, StudentIndex), bool> = HashMap::new();
            let is_compared = |cell: &Cell| !cell.sources.is_empty() && keys[cell.column.as_usize()].is_some();
            for (index, cell) in CellIndex::all().zip(&part.cells).filter(|(_, cell)| is_compared(cell)) {
                *sent.entry((cell.column, cell.student)).or_default() |= !is_done(cell, records.get(&index));
            }
            for ((column, student), is_open) in sent {
                let (Some(key), student) = (&keys[column.as_usize()], &part.students[student.as_usize()]) else {
                    continue;
                };
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
