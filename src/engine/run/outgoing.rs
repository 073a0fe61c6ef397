//! A cell that is about to be sent.

use super::task::Task;
use crate::domain::{Seen, Sent, ToSend};

/// A cell with what is sent of it, and what was seen of it right before.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    pub(super) task: Task,
    pub(super) parts: ToSend,
    pub(super) before: Seen,
}

impl Outgoing {
    pub(super) fn sent(&self) -> Sent<'_> {
        Sent { parts: self.parts, before: &self.before }
    }
}
