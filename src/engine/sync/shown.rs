//! What Canvas's answers say about whether something is to be seen.

use crate::canvas::CanvasError;
use crate::engine::EngineError;

/// Whether Canvas shows something.
pub(super) enum Shown<T> {
    Yes(T),
    /// It is not there.
    Unknown,
    /// It is not for this token; with Canvas's words.
    Refused(String),
}

/// Only these two answers say that something is not to be seen. Any other error says nothing about it, and a sync that
/// took it for an empty list would lose what the cache knows.
pub(super) fn shown<T>(answer: Result<T, CanvasError>) -> Result<Shown<T>, EngineError> {
    match answer {
        Ok(one) => Ok(Shown::Yes(one)),
        Err(CanvasError::NotFound { .. }) => Ok(Shown::Unknown),
        Err(error @ CanvasError::Forbidden { .. }) => Ok(Shown::Refused(error.to_string())),
        Err(error) => Err(error.into()),
    }
}
