//! Whether rows of the last run are missing from this sheet: an export that was cut short looks like that.

use std::collections::{HashMap, HashSet};

use crate::domain::{ColumnKey, CourseId, Finding, FindingCode, PlanId, PlanKind, RunId, UserId};
use crate::engine::resolve::{CourseRows, People};
use crate::engine::{EngineError, Selection, Session};

/// The connector's last run of scores.
pub(super) struct LastRun {
    run: RunId,
    plan: PlanId,
}

impl LastRun {
    /// Finds it. Whoever asked for some columns or some people only knows that the others are missing.
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
        people: &People,
    ) -> Result<Option<Finding>, EngineError> {
        let now: HashSet<(&ColumnKey, &str)> = rows
            .columns
            .iter()
            .flat_map(|(column, scores)| scores.iter().map(|score| (&column.key, score.user_id.as_ref())))
            .collect();
        // A cell names one of its person's ids only, and the row may have had another.
        let students = people.of_rows(rows);
        let users: HashMap<&str, UserId> =
            students.iter().filter_map(|student| Some((student.sent_id.as_ref(), student.user?))).collect();
        let people_now: HashSet<(&ColumnKey, UserId)> =
            now.iter().filter_map(|(key, sent_id)| Some((*key, *users.get(sent_id)?))).collect();
        let (mut before, mut missing) = (0_usize, 0_usize);
        for part in session.store().plan_parts_of(self.plan, course)? {
            let sent: HashSet<(u32, u32)> = part
                .cells
                .iter()
                .filter(|cell| !cell.sources.is_empty())
                .map(|cell| (cell.column, cell.student))
                .collect();
            for (column, student) in sent {
                let (key, student) = (&part.columns[column as usize].key, &part.students[student as usize]);
                let is_there = now.contains(&(key, &student.sent_id))
                    || student.user.is_some_and(|user| people_now.contains(&(key, user)));
                before += 1;
                missing += usize::from(!is_there && !people.ignores(&student.sent_id));
            }
        }
        if missing * 10 <= before {
            return Ok(None);
        }
        let message = format!("{missing} of the {before} rows that {} had for this course are missing", self.run);
        Ok(Some(Finding::new(FindingCode::SheetShrunk, message).in_course(course)))
    }
}
