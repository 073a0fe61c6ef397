//! Makes the column, looks at everything, and removes the column again whatever happened.

use std::time::Duration;

use tokio::time::Instant;

use super::bench::Bench;
use super::items::{Check, Findings};
use super::proof::Proof;
use super::remove::{Removal, remove};
use super::rights::rights;
use crate::canvas::{Assignment, CanvasError, Client, NewAssignment, Reader, Writer};
use crate::domain::{Confirmed, GradingType, Points};
use crate::engine::EngineError;
use crate::engine::live::Stop;
use crate::engine::live::{ends_everything, is_unavailable};

/// How long a column whose reply was lost is looked for (`canvas-contract §M`).
const TURNS_UP_WITHIN: Duration = Duration::from_mins(1);

/// The pause between two looks for it.
const LOOKS_EVERY: Duration = Duration::from_secs(2);

/// How the looking ended.
#[derive(Debug)]
pub enum Ending {
    /// Everything was looked at.
    Done,
    /// Ctrl-C.
    Interrupted,
    /// Canvas refused or could not be reached.
    Failed(CanvasError),
}

/// What came of a proof.
#[derive(Debug)]
pub struct Proven {
    /// One check for each item, in their order.
    pub checks: Vec<Check>,
    /// What became of the column.
    pub removal: Removal,
    /// How it ended.
    pub ending: Ending,
}

/// Proves the contract in a column of its own.
///
/// Errors: [`EngineError::NotWhatWasShown`] if something else was confirmed. Everything that Canvas refuses is in the
/// checks and the ending, because the column has to be removed first.
pub async fn prove(client: &Client, proof: &Proof, confirmed: &Confirmed, stop: &Stop) -> Result<Proven, EngineError> {
    let writer = client.writer(confirmed, &proof.digest())?;
    let reader = client.reader();
    let mut findings = Findings::default();
    let before = tokio::select! {
        biased;
        () = stop.interrupted() => Err(Ending::Interrupted),
        outcome = rights(&reader, proof.course, &mut findings) => outcome.map_err(ending),
    };
    if let Err(ending) = before {
        return Ok(proven(findings, Removal::NotMade, ending));
    }
    // Awaited even after Ctrl-C: a column that was asked for must be found, so that it can be removed.
    let column = match make(&reader, &writer, proof).await {
        Ok(column) => column,
        Err((removal, error)) => return Ok(proven(findings, removal, ending(error))),
    };
    let mut bench = Bench { client, reader: &reader, writer: &writer, proof, column: &column, findings: &mut findings };
    let ending = tokio::select! {
        biased;
        () = stop.interrupted() => Ending::Interrupted,
        outcome = bench.look(Instant::now()) => outcome.map_or_else(ending, |()| Ending::Done),
    };
    let removal = remove(&writer, proof, column.id).await;
    Ok(proven(findings, removal, ending))
}

fn proven(findings: Findings, removal: Removal, ending: Ending) -> Proven {
    let why = match &ending {
        Ending::Done => "it was not reached".to_owned(),
        Ending::Interrupted => "interrupted".to_owned(),
        Ending::Failed(error) => format!("not reached: {error}"),
    };
    Proven { checks: findings.into_checks(&why), removal, ending }
}

fn ending(error: CanvasError) -> Ending {
    Ending::Failed(error)
}

/// Makes the column. It counts in no total and takes no submissions. One whose reply was lost is looked for by its name,
/// and never made a second time.
async fn make(reader: &Reader, writer: &Writer, proof: &Proof) -> Result<Assignment, (Removal, CanvasError)> {
    let new = NewAssignment {
        name: proof.column.clone(),
        points_possible: Points::whole(10),
        grading_type: GradingType::Points,
        description: None,
        due_at: None,
        assignment_group_id: None,
        omit_from_final_grade: true,
        integration_id: None,
    };
    let error = match writer.create_assignment(proof.course, &new).await {
        Ok(answer) => return Ok(answer.content),
        Err(error) if error.outcome_unknown() => error,
        Err(error) => return Err((Removal::NotMade, error)),
    };
    let began = Instant::now();
    loop {
        let assignments = match reader.assignments(proof.course).all().await {
            Ok(assignments) => assignments,
            Err(refused) if ends_everything(&refused) || !is_unavailable(&refused) => break,
            Err(_away) => Vec::new(),
        };
        if let Some(column) = assignments.into_iter().find(|one| one.name == proof.column) {
            return Ok(column);
        }
        if began.elapsed() >= TURNS_UP_WITHIN {
            break;
        }
        tokio::time::sleep(LOOKS_EVERY).await;
    }
    let why = "the answer to its creation was lost, and it did not turn up; it may exist all the same".to_owned();
    Err((Removal::Left { id: None, name: proof.column.clone(), why }, error))
}
