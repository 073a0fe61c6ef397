//! The capability to read, without which nothing here can be called and with which nothing can be changed.

use std::sync::Arc;

use super::super::transport::Transport;

/// Reads. Lists come as [`Pages`](super::super::Pages), single things as values; a thing the token may not know of is
/// [`CanvasError::NotFound`](super::super::CanvasError::NotFound).
#[derive(Clone)]
pub struct Reader {
    pub(super) transport: Arc<Transport>,
}

impl Reader {
    pub(in crate::canvas) fn new(transport: Arc<Transport>) -> Self {
        Self { transport }
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Reader")
    }
}
