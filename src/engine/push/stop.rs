//! Ends a push between two requests: nothing new is sent, everything sent is journaled.

use std::sync::{Arc, Mutex, PoisonError};

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

/// A switch that the terminal, the clock and the engine can throw; the first reason stays.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<Mutex<Option<StopReason>>>);

impl Stop {
    /// No request is sent from now on.
    pub fn now(&self, reason: StopReason) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(reason);
    }

    /// Why nothing more is sent, if so.
    pub fn reason(&self) -> Option<StopReason> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether nothing more is sent.
    pub fn is_set(&self) -> bool {
        self.reason().is_some()
    }
}
