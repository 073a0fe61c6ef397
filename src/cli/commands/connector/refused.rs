//! What a check says when Canvas refuses.

use std::fmt;

use super::checks::Checks;
use crate::canvas::{CanvasError, TokenTrouble};
use crate::cli::error::CliError;

/// What a check needs, and what does not work without it.
pub(super) struct Needs {
    /// How to get the right, as a request.
    pub(super) right: &'static str,
    /// What does not work.
    pub(super) without: &'static str,
}

impl fmt::Display for Needs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}; without it {}", self.right, self.without)
    }
}

impl Checks {
    /// Canvas refuses something that is needed.
    pub(super) fn refused(&mut self, name: &'static str, message: &str, error: &CanvasError, needs: &Needs) {
        self.fail(name, because(message, error), hint(error, needs));
    }

    /// Canvas refuses something that is missed.
    pub(super) fn limited(&mut self, name: &'static str, message: &str, error: &CanvasError, needs: &Needs) {
        self.warn(name, because(message, error), hint(error, needs));
    }
}

fn because(message: &str, error: &CanvasError) -> String {
    let reason = match error {
        CanvasError::Unauthorized { trouble, .. } => trouble.to_string(),
        CanvasError::NotFound { .. } => "Canvas knows no such object".to_owned(),
        other => other.server_message().map_or_else(|| other.to_string(), |words| format!("Canvas says: {words}")),
    };
    format!("{message}: {reason}")
}

fn hint(error: &CanvasError, needs: &Needs) -> String {
    if matches!(error, CanvasError::Unauthorized { .. }) {
        format!("add the scope to the developer key (`gradepush help scopes`); without it {}", needs.without)
    } else {
        needs.to_string()
    }
}

/// Tells what the token may not see or do from what ends everything.
pub(super) fn permitted<T>(outcome: Result<T, CanvasError>) -> Result<Result<T, CanvasError>, CliError> {
    match outcome {
        Err(
            error @ (CanvasError::Forbidden { .. }
            | CanvasError::NotFound { .. }
            | CanvasError::Rejected { .. }
            | CanvasError::Unauthorized { trouble: TokenTrouble::Scope(_), .. }),
        ) => Ok(Err(error)),
        Ok(value) => Ok(Ok(value)),
        Err(error) => Err(error.into()),
    }
}
