//! What a chunk goes through, in types: looked at, sent, ended, read back.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::task::Task;
use crate::canvas::CanvasError;
use crate::domain::{CellRecord, JobEnd, Seen, Sent, ToSend};

/// How to send cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SendMode {
    /// In one request, by a job.
    Bulk,
    /// The first one alone: the answer says why Canvas refuses it. The others are its group, which Canvas writes with it.
    Alone,
}

/// A cell with what is sent of it, and what was seen of it right before.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    pub(super) task: Task,
    pub(super) parts: ToSend,
    pub(super) before: Seen,
}

impl Outgoing {
    /// The part of it that the decision needs.
    pub(super) fn sent(&self) -> Sent<'_> {
        Sent { parts: self.parts, before: &self.before }
    }
}

/// Those of which something is sent.
pub(super) fn sent(outgoing: &[Outgoing]) -> impl Iterator<Item = &Outgoing> {
    outgoing.iter().filter(|one| one.parts != ToSend::default())
}

/// Their tasks.
pub(super) fn tasks(outgoing: Vec<Outgoing>) -> Vec<Task> {
    outgoing.into_iter().map(|one| one.task).collect()
}

/// A decided cell.
pub(super) type Settled = (Task, CellRecord);

/// How a request ended.
#[derive(Debug, Clone)]
pub(super) struct Ended {
    pub(super) end: JobEnd,
    pub(super) request_id: Option<String>,
    /// From when on the change log tells what happened since the look, by Canvas's clock; `None` where Canvas gave no
    /// time.
    pub(super) since: Option<Timestamp>,
}

impl Ended {
    /// Whether the request came to all of its cells, as far as Canvas's words go: it names those that it could not find.
    pub(super) fn came_to_all(&self) -> bool {
        self.end.completed || !self.end.missing_users.is_empty() || !self.end.missing_assignments.is_empty()
    }

    /// The end of a request for one cell that Canvas refused.
    pub(super) fn refused(one: &Outgoing, error: &CanvasError) -> Self {
        let words = error.server_message().map_or_else(|| error.to_string(), str::to_owned);
        let missing_users = BTreeSet::from([one.task.cell.key.user]);
        let request_id = error.context().and_then(|context| context.request_id.clone());
        Self { end: JobEnd { missing_users, words, ..JobEnd::default() }, request_id, since: None }
    }
}

/// Cells whose request has ended, and that are to be read back. Until that is done, the journal says unknown.
pub(super) struct Unread {
    pub(super) outgoing: Vec<Outgoing>,
    pub(super) ended: Ended,
    pub(super) mode: SendMode,
    /// How often they were looked at since.
    pub(super) looks: u32,
}

impl Unread {
    /// Cells whose request has just ended.
    pub(super) fn new(outgoing: Vec<Outgoing>, ended: Ended, mode: SendMode) -> Self {
        Self { outgoing, ended, mode, looks: 0 }
    }
}

/// What one look after a request has shown.
#[derive(Default)]
pub(super) struct ReadBack {
    /// Cells that are neither decided nor written.
    pub(super) again: Vec<Task>,
    /// Cells that the job passed over without a word, although it ended well: they are to be written alone.
    pub(super) alone: Vec<Task>,
    /// Cells to look at once more.
    pub(super) later: Option<Unread>,
    /// Whether the job ended before it had come to all of them.
    pub(super) died: bool,
}

/// What is left to do after a chunk.
#[derive(Debug, Default)]
pub(super) struct ChunkEnd {
    /// Cells that are neither decided nor written.
    pub(super) again: Vec<Task>,
    /// Cells that are to be written alone.
    pub(super) alone: Vec<Task>,
    pub(super) next: Next,
}

impl ChunkEnd {
    /// Whether there is nothing left to do.
    pub(super) fn is_empty(&self) -> bool {
        self.again.is_empty() && self.alone.is_empty()
    }

    /// Takes in what a look after its request has shown.
    pub(super) fn add(&mut self, read: ReadBack) {
        self.again.extend(read.again);
        self.alone.extend(read.alone);
        if read.died {
            self.next = Next::Died;
        }
    }
}

/// How to go on.
#[derive(Debug, Default)]
pub(super) enum Next {
    /// As before.
    #[default]
    Same,
    /// With less: the job died half-way.
    Died,
    /// With less: Canvas refused the request as a whole.
    Refused,
    /// With less: the request could not leave while the pre-check was fresh.
    Late(CanvasError),
    /// After looking: the answer to the request was lost, or Canvas was away.
    Look,
}
