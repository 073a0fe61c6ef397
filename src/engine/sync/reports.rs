//! The provisioning reports of a sync: started together, awaited in turn, read, and deleted in Canvas again.

use std::collections::VecDeque;
use std::error::Error;
use std::time::Duration;

use tokio::time::Instant;

use super::part::{FromLists, SyncPart};
use super::report::{check, read};
use super::rest::Filling;
use crate::canvas::{AccountRef, CanvasError, Report, ReportArchive, ReportState};
use crate::engine::live::{ends_everything, is_unavailable};
use crate::engine::{EngineError, Event, Session};

const REPORT: &str = "provisioning_csv";

/// Pauses between two looks at a report.
const FIRST_POLL: Duration = Duration::from_millis(200);
const SLOWEST_POLL: Duration = Duration::from_secs(10);

/// How long a sync waits for its reports, all together. They may stand behind other reports of the institution, and the
/// largest takes well below an hour.
const LONGEST_WAIT: Duration = Duration::from_hours(2);

/// A report of a sync.
struct Started {
    part: SyncPart,
    report: Report,
}

/// Runs the report of each part and loads it; returns the parts whose report failed. They share one queue in Canvas
/// (`canvas-contract §F`), so waiting for them in the order of their start loses no time.
pub(super) async fn load_reports(
    filling: &mut Filling<'_>,
    account: &AccountRef,
    parts: Vec<SyncPart>,
) -> Result<Vec<FromLists>, EngineError> {
    let mut waiting = VecDeque::new();
    let outcome = start_and_load(filling, account, parts, &mut waiting).await;
    if outcome.as_ref().is_err_and(can_still_ask) {
        for Started { report, .. } in waiting {
            delete(filling.session, account, &report).await;
        }
    }
    outcome
}

/// Leaves in `waiting` what an error leaves running in Canvas.
async fn start_and_load(
    filling: &mut Filling<'_>,
    account: &AccountRef,
    parts: Vec<SyncPart>,
    waiting: &mut VecDeque<Started>,
) -> Result<Vec<FromLists>, EngineError> {
    let until = Instant::now() + LONGEST_WAIT;
    for part in parts {
        let report = filling.session.reports().start(account, REPORT, &part.parameters()).await?;
        waiting.push_back(Started { part, report });
    }
    let mut failed = Vec::new();
    while let Some(mut started) = waiting.pop_front() {
        let loaded = await_and_load(filling, account, &mut started, until).await;
        if loaded.as_ref().map_or_else(can_still_ask, |()| true) {
            // It holds student data: it goes, whether it could be read or not.
            delete(filling.session, account, &started.report).await;
        }
        match loaded {
            Ok(()) => {}
            Err(EngineError::ReportFailed { part, reason }) => failed.push(FromLists { part, reason }),
            Err(error) => return Err(error),
        }
    }
    Ok(failed)
}

/// Waits for a report and loads it. [`EngineError::ReportFailed`]: nothing of it was loaded.
async fn await_and_load(
    filling: &mut Filling<'_>,
    account: &AccountRef,
    started: &mut Started,
    until: Instant,
) -> Result<(), EngineError> {
    let Started { part, report } = started;
    await_end(filling.session, account, report, until).await.map_err(|error| of_its_own(part, error))?;
    let mut archive = file(filling.session, part, report).await?;
    let tables = part.parameters().tables;
    check(&mut archive, &tables).map_err(|error| failed(part, in_full(&error)))?;
    read(filling, archive, &tables)
}

fn failed(part: &SyncPart, reason: impl Into<String>) -> EngineError {
    EngineError::ReportFailed { part: part.clone(), reason: reason.into() }
}

/// An error about one report, while Canvas answers otherwise, is that report's.
fn of_its_own(part: &SyncPart, error: CanvasError) -> EngineError {
    if ends_everything(&error) || is_unavailable(&error) { error.into() } else { failed(part, in_full(&error)) }
}

/// The error and what is behind it, in one line.
fn in_full(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// Polls a report until it has ended, or until it is time to give it up.
async fn await_end(
    session: &Session,
    account: &AccountRef,
    report: &mut Report,
    until: Instant,
) -> Result<(), CanvasError> {
    let mut pause = FIRST_POLL;
    while matches!(report.status, ReportState::Created | ReportState::Running | ReportState::Other(_)) {
        if Instant::now() >= until {
            return Ok(());
        }
        if pause > Duration::from_secs(1) {
            session.events.send(Event::Waiting { wait: pause, reason: "Canvas is writing the report".to_owned() });
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(SLOWEST_POLL);
        match session.reports().poll(account, REPORT, report.id).await {
            Ok(polled) => *report = polled,
            Err(CanvasError::NotFound { .. }) => report.status = ReportState::Deleted,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Fetches the file of a report whose wait is over. It lies on another host, whose troubles are not Canvas's.
async fn file(session: &Session, part: &SyncPart, report: &Report) -> Result<ReportArchive, EngineError> {
    match report.status {
        ReportState::Complete => {
            let attachment = report.attachment.as_ref().ok_or_else(|| failed(part, "Canvas offers no file"))?;
            match session.reports().download(attachment).await {
                Ok(archive) => Ok(archive),
                Err(error @ CanvasError::Unauthorized { .. }) => Err(error.into()),
                Err(error) => Err(failed(part, in_full(&error))),
            }
        }
        ReportState::Error => Err(failed(part, report.message.as_deref().unwrap_or("Canvas gives no reason"))),
        ReportState::Aborted => Err(failed(part, "somebody stopped it in Canvas")),
        ReportState::Deleted => Err(failed(part, "somebody deleted it in Canvas")),
        ReportState::Created | ReportState::Running | ReportState::Other(_) => {
            Err(failed(part, format!("it had not ended after {} hours", LONGEST_WAIT.as_secs() / 3600)))
        }
    }
}

/// Failing to delete a report loses nothing here.
async fn delete(session: &Session, account: &AccountRef, report: &Report) {
    if report.status == ReportState::Deleted {
        return;
    }
    if let Err(error) = session.reports().delete(account, REPORT, report.id).await {
        tracing::warn!(report = report.id, %error, "the report could not be deleted in Canvas");
    }
}

/// Whether Canvas still answers after this error.
fn can_still_ask(error: &EngineError) -> bool {
    match error {
        EngineError::Canvas(error) => !ends_everything(error) && !is_unavailable(error),
        _ => true,
    }
}
