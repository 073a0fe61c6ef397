//! Removes the column of a proof.

use std::time::Duration;

use super::proof::Proof;
use crate::canvas::{CanvasError, Writer};
use crate::domain::AssignmentId;
use crate::engine::live::may_pass;

/// How often it is tried when no answer comes.
const TRIES: u32 = 5;

/// The pause between two tries.
const PAUSE: Duration = Duration::from_secs(2);

/// What became of the column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// None was made.
    NotMade,
    /// It is gone.
    Removed {
        /// Its id.
        id: AssignmentId,
        /// Its name.
        name: String,
    },
    /// It is there still, or may be.
    Left {
        /// Its id; `None` if that is not known.
        id: Option<AssignmentId>,
        /// Its name.
        name: String,
        /// Why it could not be removed.
        why: String,
    },
}

/// Removes it. A removal whose answer was lost is simply asked for again: a column that is gone is not found.
pub(super) async fn remove(writer: &Writer, proof: &Proof, id: AssignmentId) -> Removal {
    let mut tries = 0;
    loop {
        tries += 1;
        let name = proof.column.clone();
        match writer.delete_assignment(proof.course, id).await {
            Ok(_) | Err(CanvasError::NotFound { .. }) => return Removal::Removed { id, name },
            Err(error) if tries < TRIES && (may_pass(&error) || error.outcome_unknown()) => {
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Removal::Left { id: Some(id), name, why: error.to_string() },
        }
    }
}
