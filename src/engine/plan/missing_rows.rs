//! Whether rows of the last run are missing from this sheet, as they are when an export was cut short.

use std::collections::{HashMap, HashSet};

use crate::domain::{
    Cell, CellClass, CellIndex, CellRecord, ColumnIndex, ColumnKey, CourseId, Finding, FindingCode, Outcome, PlanId,
    PlanKind, PlannedStudent, RunId, SentUserIndex, StudentIndex, UserId,
};
use crate::engine::resolve::{CourseRows, People};
use crate::engine::{EngineError, Selection, Session};

/// The connector's last run of scores.
pub(super) struct LastRun {
    run: RunId,
    plan: PlanId,
}

impl LastRun {
    /// Finds it. `None` where the user selected columns or people: then rows of the others are missing on purpose.
    pub(super) fn before(session: &Session, selection: &Selection) -> Result<Option<Self>, EngineError> {
        if !selection.assignments.is_empty() || !selection.users.is_empty() {
            return Ok(None);
        }
        let store = session.store();
        for run in store.runs(Some(&session.settings.title))? {
            let of_scores = !matches!(store.plan(run.plan)?.header.kind, PlanKind::Undo { .. });
            if run.host == session.settings.host && of_scores {
                return Ok(Some(Self { run: run.id, plan: run.plan }));
            }
        }
        Ok(None)
    }

    /// What there is to say about one course (findings, `sheet-shrunk`).
    pub(super) fn finding(
        &self,
        session: &Session,
        course: CourseId,
        rows: &CourseRows<'_>,
        people: &People<'_>,
    ) -> Result<Option<Finding>, EngineError> {
        let columns: HashMap<&ColumnKey, usize> =
            rows.columns.iter().enumerate().map(|(place, rows)| (&rows.column.key, place)).collect();
        let scores =
            rows.columns.iter().enumerate().flat_map(|(place, rows)| rows.scores().map(move |one| (place, one)));
        let now: HashSet<(usize, SentUserIndex)> = scores.map(|(column, score)| (column, score.user)).collect();
        // A cell names one of its person's ids only, and the row may have had another.
        let students = people.of_rows(rows);
        let users: HashMap<SentUserIndex, UserId> =
            students.iter().filter_map(|student| Some((people.place_of(student)?, student.user?))).collect();
        let people_now: HashSet<(usize, UserId)> =
            now.iter().filter_map(|(column, sent)| Some((*column, *users.get(sent)?))).collect();
        let is_there = |key: &ColumnKey, student: &PlannedStudent| {
            columns.get(key).is_some_and(|column| {
                people.place_of(student).is_some_and(|sent| now.contains(&(*column, sent)))
                    || student.user.is_some_and(|user| people_now.contains(&(*column, user)))
            })
        };
        let (mut before, mut missing) = (0_usize, 0_usize);
        // Rows that the run left open, and only those, are what `show --failed` gave back to be mended.
        let (mut open_is_there, mut done_is_there, mut open_is_missing) = (false, false, false);
        let store = session.store();
        for ordinal in store.parts_of_course(self.plan, course)? {
            let part = store.plan_part(self.plan, ordinal)?;
            let records = store.records(self.run, ordinal)?;
            let mut sent: HashMap<(ColumnIndex, StudentIndex), bool> = HashMap::new();
            for (index, cell) in CellIndex::all().zip(&part.cells).filter(|(_, cell)| !cell.sources.is_empty()) {
                *sent.entry((cell.column, cell.student)).or_default() |= !is_done(cell, records.get(&index));
            }
            for ((column, student), is_open) in sent {
                let (column, student) = (&part.columns[column.as_usize()], &part.students[student.as_usize()]);
                let is_there = [&column.key, &column.key_in_any_file()].into_iter().any(|key| is_there(key, student));
                let is_missing = !is_there && !people.ignores(student.sent_user());
                before += 1;
                missing += usize::from(is_missing);
                open_is_there |= is_there && is_open;
                done_is_there |= is_there && !is_open;
                open_is_missing |= is_missing && is_open;
            }
        }
        if open_is_there && !done_is_there && !open_is_missing {
            return Ok(None);
        }
        if missing * 10 <= before {
            return Ok(None);
        }
        let message = format!("{missing} of the {before} rows that {} had for this course are missing", self.run);
        Ok(Some(Finding::new(FindingCode::SheetShrunk, message).in_course(course)))
    }
}

/// Whether the cell needs no further work.
fn is_done(cell: &Cell, record: Option<&CellRecord>) -> bool {
    if cell.class.is_write() {
        return record.is_some_and(|record| matches!(record.outcome, Outcome::Written | Outcome::Already));
    }
    matches!(cell.class, CellClass::Unchanged | CellClass::Kept)
}
