//! Whether these very scores were pushed before, and others after them: then a plan would put the old ones back
//! (findings, `scores-superseded`).

use crate::domain::{CellClass, CoursePart, Finding, FindingCode, PlanId, PlanKind, RunId, SourceFile};
use crate::engine::{EngineError, Session};

/// The last run of scores that were read from one of these files, with the same bytes.
pub(super) struct OldScores {
    run: RunId,
    plan: PlanId,
    file: String,
}

impl OldScores {
    /// Looks for it. None where no later run of the connector wrote anything.
    pub(super) fn of(session: &Session, files: &[SourceFile]) -> Result<Option<Self>, EngineError> {
        let store = session.store();
        let mut has_later = false;
        for run in store.runs(Some(&session.settings.title))? {
            if run.host != session.settings.host {
                continue;
            }
            let header = store.plan(run.plan)?.header;
            if matches!(header.kind, PlanKind::Undo { .. }) {
                continue;
            }
            let is_read_again = |file: &&SourceFile| header.sources.iter().any(|one| one.sha256 == file.sha256);
            if let Some(file) = files.iter().find(is_read_again) {
                let old = Self { run: run.id, plan: run.plan, file: file.name.to_string() };
                return Ok(has_later.then_some(old));
            }
            has_later = true;
        }
        Ok(None)
    }

    /// What there is to say about one course: how many cells would change from what a later run wrote.
    pub(super) fn finding(&self, session: &Session, part: &CoursePart) -> Result<Option<Finding>, EngineError> {
        let Some(course) = part.course.as_ref().map(|course| course.id) else { return Ok(None) };
        let pushed = session.store().pushed_since(self.plan, course)?;
        let mut cells = 0;
        let mut later = self.run;
        for (_, cell) in part.writes().filter(|(_, cell)| cell.class == CellClass::Change) {
            let place = part.column(cell).assignment().map(|assignment| assignment.id).zip(part.student(cell).user);
            if let Some(run) = place.and_then(|place| pushed.get(&place)).filter(|run| **run > self.run) {
                cells += 1;
                later = later.max(*run);
            }
        }
        if cells == 0 {
            return Ok(None);
        }
        let Self { run, file, .. } = self;
        let message =
            format!("{run} pushed these scores of {file} before, and {later} wrote others since, which they replace");
        Ok(Some(Finding::new(FindingCode::ScoresSuperseded, message).in_course(course).touching(cells)))
    }
}
