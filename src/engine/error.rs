//! Why a verb could not do what was asked. What concerns single rows is a finding, never an error.

use super::sync::SyncPart;
use crate::canvas::CanvasError;
use crate::domain::{CourseId, Finding, JobId, NotWhatWasShown, PlanId, RunId, TermId};
use crate::store::{Store, StoreError};

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Canvas refused or could not be reached.
    #[error(transparent)]
    Canvas(#[from] CanvasError),
    /// The local store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nothing was synced for this host yet.
    #[error("the cache holds nothing of {0} yet")]
    NoCache(crate::domain::CanvasHost),
    /// Canvas could not write a provisioning report, and the lists were not to be read instead.
    #[error("the provisioning report of the {part} failed: {reason}")]
    ReportFailed {
        /// What it was to show.
        part: SyncPart,
        /// What became of it.
        reason: String,
    },
    /// The term that was named leads nowhere.
    #[error("Canvas knows no term {0}, or not for this token")]
    NoSuchTerm(TermId),
    /// No term is active now, so a sync that covers active terms would cover nothing.
    #[error("Canvas shows no term that is active now")]
    NoActiveTerm,
    /// The plan has findings of severity plan, so it cannot be pushed.
    #[error("the plan cannot be pushed: {}", .0.first().map_or("", |finding| finding.message.as_str()))]
    PlanBlocked(Vec<Finding>),
    /// The plan was made for another connector or Canvas.
    #[error("{plan} was made for {made_for}, not for {used}")]
    OtherConnector {
        /// The plan.
        plan: PlanId,
        /// Its connector and host.
        made_for: String,
        /// The connector and host in use.
        used: String,
    },
    /// The plan ran already.
    #[error("{plan} was already executed by {run}")]
    AlreadyExecuted {
        /// The plan.
        plan: PlanId,
        /// Its run.
        run: RunId,
    },
    /// The run was undone; nothing of it may be sent again.
    #[error("{run} was undone by {by}")]
    Undone {
        /// The run.
        run: RunId,
        /// The run that undid it.
        by: RunId,
        /// How many cells that run wrote: an undo of it can bring back no others.
        written: u64,
    },
    /// A job that is to be given up is none that the run waits for.
    #[error("{job} is no job that {run} waits for")]
    NotWaitedFor {
        /// The job.
        job: JobId,
        /// The run.
        run: RunId,
    },
    /// Nothing bears a name that a selection gives.
    #[error("{flag} {name}: there is no such thing here{}", of_those_there(near.as_deref()))]
    NothingNamed {
        /// The flag that names it.
        flag: &'static str,
        /// The name.
        name: String,
        /// What is there and has nearly this name; never people.
        near: Option<String>,
    },
    /// A selection chooses among the scores of files that have none.
    #[error("{flag} {name}: the scores have no row and no item to choose from")]
    NothingSent {
        /// The flag that names something.
        flag: &'static str,
        /// The name.
        name: String,
    },
    /// The course has no active student, so no grade can be written in it.
    #[error("course {0} has no active student")]
    NoStudent(CourseId),
    /// Stopped before anything was done.
    #[error("interrupted before anything was done")]
    Interrupted,
    /// Something other than what was confirmed would be pushed.
    #[error(transparent)]
    NotWhatWasShown(#[from] NotWhatWasShown),
}

fn of_those_there(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("; there is `{near}`"))
}

impl EngineError {
    /// That the run was undone by this one. Of one that was purged nothing is known, and nothing can be brought back.
    pub(super) fn undone(store: &Store, run: RunId, by: RunId) -> Self {
        Self::Undone { run, by, written: store.run_counts(by).map_or(0, |counts| counts.written) }
    }
}
