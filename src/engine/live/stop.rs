//! Ends a push between two requests: nothing new is sent, everything sent is journaled.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// How long replies are awaited after Ctrl-C (cli, Global).
const REPLIES_WITHIN: Duration = Duration::from_secs(10);

/// Why a push ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopReason {
    /// Ctrl-C.
    Interrupted,
    /// `--deadline` has passed.
    Deadline,
    /// Too many cells failed.
    Failures,
    /// `--first` courses are done.
    FirstCourses,
    /// Canvas does not take the token any more, or something in front of it refuses us.
    Refused(String),
    /// Canvas cannot be reached.
    Unavailable(String),
}

impl StopReason {
    /// One line for people and the journal.
    pub fn text(&self) -> String {
        match self {
            Self::Interrupted => "interrupted".to_owned(),
            Self::Deadline => "the deadline has passed".to_owned(),
            Self::Failures => "too many cells failed".to_owned(),
            Self::FirstCourses => "the first courses are done".to_owned(),
            Self::Refused(text) | Self::Unavailable(text) => text.clone(),
        }
    }
}

/// A switch that the terminal, the clock and the engine can throw. The first reason stays, but Ctrl-C beats the others.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<watch::Sender<Option<StopReason>>>);

impl Stop {
    /// No request is sent from now on.
    pub fn now(&self, reason: StopReason) {
        self.0.send_if_modified(|held| {
            let counts = held.is_none() || reason == StopReason::Interrupted;
            if counts {
                *held = Some(reason);
            }
            counts
        });
    }

    /// Why nothing more is sent, if so.
    pub fn reason(&self) -> Option<StopReason> {
        self.0.borrow().clone()
    }

    /// Whether nothing more is sent.
    pub fn is_set(&self) -> bool {
        self.0.borrow().is_some()
    }

    /// Ends with Ctrl-C.
    pub(in crate::engine) async fn interrupted(&self) {
        let is_interrupted = |reason: &Option<StopReason>| *reason == Some(StopReason::Interrupted);
        if self.0.subscribe().wait_for(is_interrupted).await.is_err() {
            // Only without a sender, and `self` holds one.
            std::future::pending::<()>().await;
        }
    }

    /// Awaits a reply; after Ctrl-C only for a little longer. `None` if it did not come.
    pub(in crate::engine) async fn reply<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let given_up = async {
            self.interrupted().await;
            tokio::time::sleep(REPLIES_WITHIN).await;
        };
        tokio::select! {
            biased;
            done = work => Some(done),
            () = given_up => None,
        }
    }

    /// Sleeps, unless Ctrl-C comes first; says whether it slept to the end.
    pub(in crate::engine) async fn sleep(&self, pause: Duration) -> bool {
        tokio::select! {
            biased;
            () = self.interrupted() => false,
            () = tokio::time::sleep(pause) => true,
        }
    }
}
