//! What looks at a course's cells need. Nothing here changes while cells are pushed but what is known of Canvas, so looks go
//! side by side with what is decided and sent.

use std::collections::{HashMap, HashSet};
use std::sync::PoisonError;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::chunk::Outgoing;
use super::course::CourseRun;
use crate::domain::{AssignmentId, CellKey, ColumnTarget, LiveCell, is_as_planned};
use crate::engine::live::{Assignments, CourseLog, Freshness, Look};

/// A course that is looked at.
pub(super) struct Looks<'a> {
    pub(super) run: &'a CourseRun<'a>,
    /// When its push began.
    pub(super) began: Instant,
    /// What the plan knew of the assignments, as far as they exist by now.
    pub(super) targets: HashMap<AssignmentId, ColumnTarget>,
    /// What was last seen of the assignments.
    pub(super) assignments: Mutex<Option<Assignments>>,
    /// What was read of the change log.
    pub(super) log: Mutex<CourseLog>,
    /// What was seen of the chunk that is sent next.
    next: std::sync::Mutex<Next>,
}

/// What was seen of the chunk that is sent next. Lists show more cells than those that they were asked for, so chunks that
/// are read back may show something newer of it, which is not to be overlooked.
#[derive(Default)]
struct Next {
    on_hand: Option<OnHand>,
    /// Cells that lists showed beside those that they were asked for, and when.
    beside: HashMap<CellKey, (Instant, LiveCell)>,
}

/// A chunk that was looked at and is sent next.
struct OnHand {
    cells: HashMap<CellKey, LiveCell>,
    freshness: Freshness,
}

impl<'a> Looks<'a> {
    /// At a course whose columns are these.
    pub(super) fn new(
        run: &'a CourseRun<'a>,
        targets: HashMap<AssignmentId, ColumnTarget>,
        assignments: Option<Assignments>,
    ) -> Self {
        Self {
            run,
            began: Instant::now(),
            targets,
            assignments: Mutex::new(assignments),
            log: Mutex::default(),
            next: std::sync::Mutex::default(),
        }
    }

    /// These cells are sent next, as long as no newer look shows something else in them.
    pub(super) fn take_on_hand(&self, outgoing: &[Outgoing], freshness: &Freshness) {
        let cells = outgoing.iter().map(|one| (one.task.cell.key, one.before.live.clone())).collect();
        let on_hand = OnHand { cells, freshness: freshness.clone() };
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        next.beside.retain(|_, (at, _)| freshness.began_before(*at));
        for (key, (_, now)) in &next.beside {
            on_hand.compare(key, now);
        }
        next.on_hand = Some(on_hand);
    }

    /// Compares what a look at these cells showed beside them with what was seen of the next chunk.
    pub(super) fn compare_on_hand(&self, look: &Look, cells: &[CellKey]) {
        let asked: HashSet<&CellKey> = cells.iter().collect();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        for submission in look.grid.submissions() {
            let key = CellKey { assignment: submission.assignment_id, user: submission.user_id };
            if asked.contains(&key) {
                continue;
            }
            let now = submission.live_cell();
            if let Some(on_hand) = &next.on_hand {
                on_hand.compare(&key, &now);
            }
            next.beside.insert(key, (Instant::now(), now));
        }
    }

    /// Whether this run made the column.
    pub(super) fn is_created(&self, assignment: AssignmentId) -> bool {
        matches!(self.targets.get(&assignment), Some(ColumnTarget::Create(_)))
    }
}

impl OnHand {
    fn compare(&self, key: &CellKey, now: &LiveCell) {
        if self.cells.get(key).is_some_and(|seen| !is_as_planned(now, seen)) {
            self.freshness.contradict();
        }
    }
}
