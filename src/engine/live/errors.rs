//! What a refusal by Canvas means for everything else that was to be done.

use super::cells::is_refusal;
use crate::canvas::{CanvasError, TokenTrouble};

/// Whether every further request would fail the same way: the token, the host, something in front of Canvas.
pub(in crate::engine) fn ends_everything(error: &CanvasError) -> bool {
    matches!(error, CanvasError::Unauthorized { .. } | CanvasError::EdgeRefused { .. } | CanvasError::Redirected { .. })
}

/// Whether Canvas could not be reached, or had no room.
pub(in crate::engine) fn is_unavailable(error: &CanvasError) -> bool {
    may_pass(error) || matches!(error, CanvasError::Unreachable { .. })
}

/// Whether it is an outage or a lack of room, which is worth waiting for. What somebody has to mend is not.
pub(in crate::engine) fn may_pass(error: &CanvasError) -> bool {
    matches!(error, CanvasError::Unavailable { .. } | CanvasError::Throttled { .. })
}

/// What Canvas answered to a question that the work can do without; `None` where it does not show it, to a token of too
/// few scopes for instance. An error is one that ends everything or may pass.
pub(in crate::engine) fn shown<T>(answer: Result<T, CanvasError>) -> Result<Option<T>, CanvasError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(CanvasError::Unauthorized { trouble: TokenTrouble::Scope(_), .. }) => Ok(None),
        Err(error) if !is_refusal(&error) && (ends_everything(&error) || is_unavailable(&error)) => Err(error),
        Err(_) => Ok(None),
    }
}
