//! Waiting, and the report of each long wait to the part of the program that shows progress.

use std::sync::Arc;
use std::time::Duration;

/// Why the client waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WaitReason {
    /// Canvas refused a request because of the rate limit.
    Throttled,
    /// The rate limit is nearly used up; waiting avoids a refusal.
    Pacing,
    /// Canvas answered with a server error.
    Unavailable,
    /// No answer came.
    NoAnswer,
}

impl WaitReason {
    /// One phrase for people.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Throttled => "Canvas's rate limit was reached",
            Self::Pacing => "keeping below Canvas's rate limit",
            Self::Unavailable => "Canvas is unavailable",
            Self::NoAnswer => "Canvas has not answered yet",
        }
    }
}

/// A wait of more than a second that begins now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// For how long.
    pub duration: Duration,
    /// Why.
    pub reason: WaitReason,
}

/// Who is told about waits.
pub type Waits = Arc<dyn Fn(Wait) + Send + Sync>;
