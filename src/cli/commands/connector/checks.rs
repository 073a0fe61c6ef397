//! The lines of a checklist.

use serde::Serialize;

use crate::cli::next_commands::NextCommands;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    /// Works.
    Ok,
    /// Works, with something to know.
    Warn,
    /// Does not work.
    Fail,
}

impl Status {
    /// The word in listings.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One line.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Check {
    /// What was checked; stable.
    pub(super) name: &'static str,
    /// How it ended.
    pub(super) status: Status,
    /// What was found.
    pub(super) message: String,
    /// How to mend it.
    pub(super) hint: Option<String>,
}

/// The lines so far.
#[derive(Debug, Default)]
pub(super) struct Checks(Vec<Check>);

impl Checks {
    /// The same with the commands in their hints complete.
    pub(super) fn complete(mut self, next: &NextCommands) -> Self {
        for hint in self.0.iter_mut().filter_map(|check| check.hint.as_mut()) {
            *hint = next.complete(hint).into_owned();
        }
        self
    }

    /// All of them, in order.
    pub(super) fn all(&self) -> &[Check] {
        &self.0
    }

    /// Works.
    pub(super) fn ok(&mut self, name: &'static str, message: String) {
        self.0.push(Check { name, status: Status::Ok, message, hint: None });
    }

    /// Works, and could be better.
    pub(super) fn suggest(&mut self, name: &'static str, message: String, hint: String) {
        self.0.push(Check { name, status: Status::Ok, message, hint: Some(hint) });
    }

    /// Works, with something to know.
    pub(super) fn warn(&mut self, name: &'static str, message: String, hint: impl Into<String>) {
        self.0.push(Check { name, status: Status::Warn, message, hint: Some(hint.into()) });
    }

    /// Does not work.
    pub(super) fn fail(&mut self, name: &'static str, message: String, hint: impl Into<String>) {
        self.0.push(Check { name, status: Status::Fail, message, hint: Some(hint.into()) });
    }
}
