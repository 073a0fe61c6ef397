//! What a refusal by Canvas means for everything else that was to be done.

use crate::canvas::CanvasError;

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
