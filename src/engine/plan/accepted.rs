//! What a person accepted of an earlier plan stays accepted while it is the same: the same cells of the same column with
//! the same values.

use std::collections::HashSet;

use super::checks::{Suspicion, suspicions};
use crate::domain::{
    CourseId, CoursePart, Entered, FindingCode, PlanId, PlanKind, PlanOptions, Severity, UserId, Wanted,
};
use crate::engine::{EngineError, Session};

/// So many earlier plans are looked at: who accepts something plans again soon, or pushes.
const PLANS: usize = 8;

/// The connector's last plans in which a person accepted what a whole column says, newest first.
pub(super) struct EarlierAcceptances(Vec<Earlier>);

struct Earlier {
    plan: PlanId,
    options: PlanOptions,
}

impl EarlierAcceptances {
    /// Finds them.
    pub(super) fn before(session: &Session) -> Result<Self, EngineError> {
        let plans =
            session.store().plans(Some(&session.settings.title))?.into_iter().map(|plan| (plan.id, plan.header));
        let accepts = |options: &PlanOptions| options.accept.iter().any(|one| is_of_column(one.code));
        let earlier = plans
            .filter(|(_, header)| header.host == session.settings.host && header.kind == PlanKind::Scores)
            .filter(|(_, header)| accepts(&header.options))
            .map(|(plan, header)| Earlier { plan, options: header.options });
        Ok(Self(earlier.take(PLANS).collect()))
    }

    /// Lets the plan go on where what would stop it was accepted before, and says in which plan.
    pub(super) fn apply(&self, session: &Session, part: &mut CoursePart) -> Result<(), EngineError> {
        let Some(course) = part.course.as_ref().map(|course| course.id) else { return Ok(()) };
        let stops = |part: &CoursePart| {
            part.findings.iter().any(|one| is_of_column(one.code) && one.severity == Severity::Plan)
        };
        for earlier in &self.0 {
            if !stops(part) {
                break;
            }
            let accepted = earlier.accepted(session, course)?;
            if accepted.is_empty() {
                continue;
            }
            for suspicion in suspicions(part) {
                if !accepted.contains(&Content::of(part, &suspicion)) {
                    continue;
                }
                let sources = suspicion.sources(part);
                let is_it = |code, severity| code == suspicion.code && severity == Severity::Plan;
                let same = part.findings.iter_mut().find(|one| is_it(one.code, one.severity) && one.sources == sources);
                if let Some(finding) = same {
                    finding.severity = Severity::Info;
                    finding.message = format!("{}; accepted before, in {}", finding.message, earlier.plan);
                }
            }
        }
        Ok(())
    }
}

impl Earlier {
    /// What was accepted in a course.
    fn accepted(&self, session: &Session, course: CourseId) -> Result<Vec<Content>, EngineError> {
        let store = session.store();
        let mut all = Vec::new();
        for ordinal in store.parts_of_course(self.plan, course)? {
            let part = store.plan_part(self.plan, ordinal)?;
            let accepted = suspicions(&part).into_iter().filter(|one| self.options.accepts(one.code, Some(course)));
            all.extend(accepted.map(|one| Content::of(&part, &one)));
        }
        Ok(all)
    }
}

/// What a person looks at before they accept it.
#[derive(PartialEq)]
struct Content {
    code: FindingCode,
    column: crate::domain::ColumnKey,
    /// Whose cells, what they would hold, and what they hold.
    cells: HashSet<(Option<UserId>, Option<Wanted>, Entered)>,
}

impl Content {
    fn of(part: &CoursePart, suspicion: &Suspicion) -> Self {
        let cells = suspicion.cells.iter().map(|index| {
            let cell = part.cell(*index);
            let now = cell.base.as_ref().map(|base| base.entered).unwrap_or_default();
            (part.student(cell).user, cell.wanted, now)
        });
        let column = part.columns[suspicion.column.as_usize()].key.clone();
        Self { code: suspicion.code, column, cells: cells.collect() }
    }
}

fn is_of_column(code: FindingCode) -> bool {
    matches!(code, FindingCode::ColumnDrops | FindingCode::ColumnOverPossible)
}
