//! The only way out of the engine: the terminal and the lines of `--json` are made from events.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::{AssignmentId, CourseId, Finding, PlanCounts, RunCounts};

/// What the engine is doing, for bars and plain lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Filling the cache.
    Sync,
    /// Identifying courses and people.
    Resolve,
    /// Reading Canvas and comparing.
    Plan,
    /// Looking at the cells once more before they are sent.
    PreCheck,
    /// Sending cells.
    Push,
    /// Reading written cells back.
    ReadBack,
    /// Reading a run's cells again.
    Verify,
}

impl Step {
    /// The word in events and on bars.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Resolve => "resolve",
            Self::Plan => "plan",
            Self::PreCheck => "pre-check",
            Self::Push => "push",
            Self::ReadBack => "read-back",
            Self::Verify => "verify",
        }
    }
}

/// What happened. Nothing here names a person.
#[derive(Debug, Clone)]
pub enum Event {
    /// A step begins; `total` counts what its progress counts: cells, courses or people.
    Started {
        /// Which step.
        step: Step,
        /// How many there are; `None` if unknown.
        total: Option<u64>,
    },
    /// So many more of the step's things are done.
    Advanced {
        /// Which step.
        step: Step,
        /// How many more.
        by: u64,
    },
    /// A step is over.
    Finished {
        /// Which step.
        step: Step,
    },
    /// A course was planned.
    CoursePlanned {
        /// The course; `None` for rows of an unknown course id.
        course: Option<CourseId>,
        /// Its counts.
        counts: PlanCounts,
        /// How long it took.
        took: Duration,
    },
    /// A course is being pushed from now on.
    PushingCourse {
        /// The course.
        course: CourseId,
    },
    /// A course was pushed, read back included.
    CoursePushed {
        /// The course.
        course: CourseId,
        /// Its counts.
        counts: RunCounts,
        /// How long it took.
        took: Duration,
    },
    /// Waiting for Canvas: throttled, unavailable, or a job that is queued.
    Waiting {
        /// For how long at most.
        wait: Duration,
        /// Why, one line.
        reason: String,
    },
    /// An assignment now exists.
    AssignmentCreated {
        /// Its course.
        course: CourseId,
        /// The assignment.
        assignment: AssignmentId,
    },
    /// A finding.
    Found(Finding),
    /// The push stops before its end.
    Stopped {
        /// Why, one line.
        reason: String,
    },
}

/// Where events go.
#[derive(Clone)]
pub struct Events(Arc<dyn Fn(Event) + Send + Sync>);

impl Events {
    /// Events go to `sink`.
    pub fn new(sink: impl Fn(Event) + Send + Sync + 'static) -> Self {
        Self(Arc::new(sink))
    }

    /// Events go nowhere.
    pub fn ignored() -> Self {
        Self::new(|_| {})
    }

    /// Sends one event.
    pub fn send(&self, event: Event) {
        (self.0)(event);
    }
}

impl std::fmt::Debug for Events {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Events")
    }
}
